//! Paragraphs of a document, in the order in which they begin: that of a text box begins within another.

use super::blocks::Blocks;
use crate::error::PairError;
use crate::pipeline::{Limits, Text};

/// Where a paragraph belongs: notes come after the text, endnotes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Body,
    Footnotes,
    Endnotes,
}

/// The paragraphs of a document.
#[derive(Default)]
pub(super) struct Paragraphs {
    all: Vec<(Place, String)>,
    open: Vec<usize>,
}

impl Paragraphs {
    /// Begins a paragraph.
    pub(super) fn start(&mut self, place: Place) {
        self.open.push(self.all.len());
        self.all.push((place, String::new()));
    }

    /// Ends the paragraph that began last.
    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// Text of the paragraph that is open; what stands outside of all is none.
    pub(super) fn text(&mut self) -> Option<&mut String> {
        self.open.last().map(|at| &mut self.all[*at].1)
    }

    /// The text, each line with the number of its paragraph, empty ones counted.
    pub(super) fn finish(mut self, limits: Limits) -> Result<Text, PairError> {
        self.all.sort_by_key(|(place, _)| *place);
        let mut blocks = Blocks::default();
        for ((_, text), number) in self.all.iter().zip(1..).filter(|((_, text), _)| !text.trim().is_empty()) {
            blocks.paragraph(text, number);
        }
        blocks.finish(limits)
    }
}
