//! Units as they stand in a file, whatever its format.

use std::ops::Range;

use super::fault::Fault;
use super::inline::Content;
use super::languages::Tags;
use crate::model::Unit;

/// A text and where it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Placed {
    pub text: String,
    /// Line of the file, from 1.
    pub line: u32,
}

impl From<Content> for Placed {
    fn from(content: Content) -> Placed {
        Placed { text: content.text, line: content.line }
    }
}

/// One segment of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub languages: Tags,
    pub original: Placed,
    pub translation: Placed,
    pub reference: Option<Placed>,
    pub unit: Unit,
}

impl Entry {
    /// Bytes of all that it says.
    pub fn bytes(&self) -> u64 {
        let reference = self.reference.as_ref().map_or(0, |reference| reference.text.len());
        let Unit { id, state, note } = &self.unit;
        let about = id.len() + state.len() + note.len();
        (self.original.text.len() + self.translation.text.len() + reference + about) as u64
    }

    /// With an id that leads to it from outside its document, and a state where the translation is yet to come.
    pub fn finished(mut self, file: &str) -> Entry {
        if !file.is_empty() {
            self.unit.id = format!("{file}:{}", self.unit.id);
        }
        if self.unit.state.is_empty() && self.translation.text.trim().is_empty() {
            self.unit.state = "untranslated".to_string();
        }
        // What is not there yet will stand there.
        if self.translation.line == 0 {
            self.translation.line = self.original.line;
        }
        self
    }

    /// There is something to judge.
    pub fn has_text(&self) -> bool {
        ![&self.original, &self.translation].iter().all(|side| side.text.trim().is_empty())
    }
}

/// The least that a file can be divided into, with all segments in it.
#[derive(Debug)]
pub(super) struct Block {
    /// In the decoded text.
    pub place: Range<u64>,
    /// Line where it begins, from 1.
    pub line: u32,
    /// Units before it.
    pub number: u64,
    /// The document that it comes from, as far as the file tells documents apart.
    pub file: String,
    pub entries: Vec<Entry>,
}

/// The blocks of a file, one after the other.
pub(super) trait Blocks {
    /// The next one.
    fn next(&mut self) -> Result<Option<Block>, Fault>;

    /// What must stand before the last block for it to be read alone: one line, or text whose lines do not count.
    fn prefix(&self) -> String;
}
