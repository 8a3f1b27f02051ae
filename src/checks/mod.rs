//! Checks: each finds one kind of fault in an aligned pair, says where, how grave, and why.
//!
//! A check never fails and never guesses. Its settings are its struct; its page, which `explain` prints, stands
//! beside it under the same name.

mod addition;
mod moved_passage;
mod name_inconsistency;
mod name_mismatch;
mod names;
mod not_a_translation;
mod number_mismatch;
mod omission;
mod repetition;
mod residue;

use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::model::{Bead, Finding, Language, Severity, Side};
use crate::text::language::Treatment;
use crate::text::runs::doubled_units;
use crate::text::words::{WordId, Words};
use crate::text::{Document, Passage};

/// One kind of fault.
pub trait Check: Sync {
    /// Named for the fault: "allow repetition".
    fn name(&self) -> &'static str;
    /// MQM category, `dimension/type`.
    fn category(&self) -> &'static str;
    /// The manual page.
    fn page(&self) -> &'static str;
    /// Switched on in this pipeline.
    fn enabled(&self) -> bool;
    /// Faults that one segment shows.
    fn segment(&self, _pair: &Pair, _index: usize, _out: &mut Vec<Finding>) {}
    /// Faults that only the whole pair shows.
    fn document(&self, _pair: &Pair, _out: &mut Vec<Finding>) {}
}

/// The registry: a check is its file and one line here. Makes the `[checks]` part of a pipeline, one table a check.
macro_rules! registry {
    ($($field:ident: $module:ident::$check:ident,)*) => {
        /// All checks with their settings, in the order of their names.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct Checks { $(#[allow(missing_docs)] pub $field: $module::$check,)* }

        impl Checks {
            /// Every check, on or off.
            pub fn all(&self) -> Vec<&dyn Check> {
                vec![$(&self.$field,)*]
            }
        }
    };
}

registry! {
    addition: addition::Addition,
    moved_passage: moved_passage::MovedPassage,
    name_inconsistency: name_inconsistency::NameInconsistency,
    name_mismatch: name_mismatch::NameMismatch,
    not_a_translation: not_a_translation::NotATranslation,
    number_mismatch: number_mismatch::NumberMismatch,
    omission: omission::Omission,
    repetition: repetition::Repetition,
}

/// One row of the alignment with the texts of both sides.
#[derive(Debug)]
pub struct Segment<'p> {
    /// The bead it was made from.
    pub bead: &'p Bead,
    /// The original's side.
    pub original: Passage<'p>,
    /// The translation's side.
    pub translation: Passage<'p>,
}

impl<'p> Segment<'p> {
    /// One of its sides.
    pub fn side(&self, side: Side) -> &Passage<'p> {
        match side {
            Side::Original => &self.original,
            Side::Translation => &self.translation,
        }
    }

    /// Has no text on this side, and some on the other.
    pub fn lacks(&self, side: Side) -> bool {
        self.side(side).tokens.is_empty() && !self.side(side.other()).tokens.is_empty()
    }
}

impl Side {
    /// The side across.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Original => Side::Translation,
            Side::Translation => Side::Original,
        }
    }
}

/// Everything a check may look at.
pub struct Pair<'p> {
    /// Rows of the alignment.
    pub segments: Vec<Segment<'p>>,
    /// Original and translation.
    pub documents: [&'p Document; 2],
    /// The words of both.
    pub words: &'p Words,
    /// One language or two.
    pub treatment: Treatment,
    /// Language of original and translation, where known.
    pub languages: [Option<Language>; 2],
    /// What the batch taught.
    pub context: &'p Context,
    /// The aligner found that the texts do not belong together.
    pub unrelated: bool,
    /// Words that stand in each document.
    vocabulary: [FxHashSet<WordId>; 2],
    /// Units that the original doubles somewhere.
    doubled_in_original: FxHashSet<Vec<WordId>>,
    /// Sentences of the translation whose words stand in another of its sentences just the same.
    repeated: FxHashSet<usize>,
    /// Characters of the translation for one of the original, over the aligned segments.
    ratio: f64,
}

impl<'p> Pair<'p> {
    /// Prepares what several checks need.
    #[must_use]
    pub fn new(
        documents: [&'p Document; 2],
        words: &'p Words,
        treatment: Treatment,
        languages: [Option<Language>; 2],
        context: &'p Context,
        alignment: &'p crate::align::Alignment,
    ) -> Pair<'p> {
        let segment = |bead: &'p Bead| Segment {
            bead,
            original: documents[0].passage(bead.original.clone()),
            translation: documents[1].passage(bead.translation.clone()),
        };
        let segments: Vec<Segment> = alignment.beads.iter().map(segment).collect();
        let vocabulary = documents.map(|d| d.tokens().iter().map(|t| t.word).collect());
        let doubled_in_original = doubled_units(documents[0].tokens());
        let aligned = segments.iter().filter(|s| s.bead.is_aligned());
        let lengths = aligned.fold((0, 0), |(o, t), s| {
            (o + s.original.normal().chars().count(), t + s.translation.normal().chars().count())
        });
        let ratio = lengths.1.max(1) as f64 / lengths.0.max(1) as f64;
        let unrelated = alignment.unrelated;
        Pair {
            segments,
            documents,
            words,
            treatment,
            languages,
            context,
            unrelated,
            vocabulary,
            doubled_in_original,
            repeated: repeated_sentences(documents[1]),
            ratio,
        }
    }

    /// Both sides are in one language.
    pub fn is_monolingual(&self) -> bool {
        self.treatment == Treatment::Monolingual
    }

    /// Primary language code of a side; empty where unknown.
    pub fn language(&self, side: Side) -> &str {
        self.languages[side as usize].as_ref().map_or("", Language::primary)
    }

    /// The word stands somewhere in the document of that side.
    pub fn holds(&self, side: Side, word: WordId) -> bool {
        self.vocabulary[side as usize].contains(&word)
    }

    /// A finding of `check` at a byte range of the normalised text of one side of a segment.
    pub fn finding(
        &self,
        check: &dyn Check,
        severity: Severity,
        (segment, side): (usize, Side),
        normal: Range<usize>,
        message: String,
    ) -> Finding {
        let (chars, excerpt) = self.segments[segment].side(side).locate(normal);
        Finding {
            segment,
            check: check.name(),
            category: check.category(),
            severity,
            side,
            chars,
            excerpt: excerpt.to_string(),
            message,
        }
    }
}

/// Words of a sentence, punctuation aside.
fn sentence_words(document: &Document, sentence: usize) -> Vec<WordId> {
    document.tokens_of(sentence).iter().filter(|t| t.is_content()).map(|t| t.word).collect()
}

/// A sentence of fewer words may well come twice.
const SENTENCE_WORDS: usize = 4;

/// Sentences of at least four words that come more than once.
fn repeated_sentences(document: &Document) -> FxHashSet<usize> {
    let mut first: FxHashMap<Vec<WordId>, usize> = FxHashMap::default();
    let mut repeated = FxHashSet::default();
    for sentence in 0..document.sentences().len() {
        let words = sentence_words(document, sentence);
        if words.len() >= SENTENCE_WORDS {
            match first.entry(words) {
                Entry::Occupied(earlier) => repeated.extend([*earlier.get(), sentence]),
                Entry::Vacant(place) => drop(place.insert(sentence)),
            }
        }
    }
    repeated
}

/// Runs every check that is switched on over one segment.
pub fn check_segment(checks: &[&dyn Check], pair: &Pair, index: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    for check in checks {
        check.segment(pair, index, &mut found);
    }
    found
}

/// Runs every check that is switched on over the whole pair.
pub fn check_document(checks: &[&dyn Check], pair: &Pair) -> Vec<Finding> {
    let mut found = Vec::new();
    for check in checks {
        check.document(pair, &mut found);
    }
    found
}
