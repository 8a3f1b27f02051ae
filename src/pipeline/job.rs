//! A pair of texts as it comes to be judged, and what is known about it.

use serde::{Deserialize, Serialize};

use crate::model::{Bead, Language, Unit};
use crate::text::Document;
use crate::text::normalise::Normalise;
use crate::text::words::Words;

/// One side as it comes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Text {
    /// Running text, to be split into sentences.
    Running(String),
    /// Sentences as given.
    Sentences(Vec<String>),
    /// Running text taken out of a document that holds other things too.
    Extracted {
        /// The text.
        text: String,
        /// For each of its lines, the line of the file (the paragraph, where a file has no lines), from 1.
        lines: Vec<u32>,
    },
    /// Sentences as given, taken out of a file.
    Placed {
        /// The sentences.
        sentences: Vec<String>,
        /// For each, the line of the file where it begins, from 1.
        lines: Vec<u32>,
    },
}

impl Default for Text {
    fn default() -> Text {
        Text::Running(String::new())
    }
}

impl Text {
    /// To be split into sentences.
    pub fn is_running(&self) -> bool {
        matches!(self, Text::Running(_) | Text::Extracted { .. })
    }

    /// The sentences as given; running text is one piece.
    pub fn pieces(&self) -> &[String] {
        match self {
            Text::Running(text) | Text::Extracted { text, .. } => std::slice::from_ref(text),
            Text::Sentences(given) | Text::Placed { sentences: given, .. } => given,
        }
    }

    /// Bytes of the text.
    pub fn bytes(&self) -> u64 {
        self.pieces().iter().map(|piece| piece.len() as u64).sum()
    }

    pub(super) fn document(self, rules: &Normalise, words: &mut Words) -> Document {
        match self {
            Text::Running(text) => Document::from_text(text, rules, words),
            Text::Sentences(given) => Document::from_sentences(&given, rules, words),
            Text::Extracted { text, lines } => Document::from_text(text, rules, words).with_lines(lines),
            Text::Placed { sentences, lines } => {
                Document::from_sentences(&sentences, rules, words).with_lines(lines)
            }
        }
    }
}

/// What is known beforehand of which sentences belong together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Given {
    /// Nothing.
    #[default]
    Nothing,
    /// Both sides are lists of one length, segment by segment.
    OneToOne,
    /// Every sentence of either side is in one of these, in the order of the original.
    Beads(Vec<Bead>),
}

/// A pair of texts and what is known about them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Job {
    /// The pair's id.
    pub pair: String,
    /// The text that says what the translation should say.
    pub original: Text,
    /// The text under judgement.
    pub translation: Text,
    /// A trusted translation of the original: metrics then compare with this, checks with the original.
    pub reference: Option<Text>,
    /// Declared languages; the others are found out.
    pub languages: [Option<Language>; 2],
    /// Which sentences belong together, as far as it is known.
    pub alignment: Given,
    /// Of a file with both sides, what it says of each segment; empty where it says nothing.
    pub units: Vec<Unit>,
    /// The original's sentences in the translation's language, from a machine: evidence for the alignment.
    pub machine_translation: Option<Vec<String>>,
}
