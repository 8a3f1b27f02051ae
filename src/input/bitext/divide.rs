//! Which pairs a file makes: one for each pair of languages, and of a large one several.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::languages::{Tags, meant};
use super::unit::{Block, Blocks};
use crate::model::Language;

/// Units that make a pair at most: ten times that is what a pair may have by default, and a table of 20,000 rows still opens
/// in every spreadsheet at once.
const UNITS: usize = 20_000;

/// Bytes of text that make a pair at most: what `batch` takes for a large one, and works on alone, begins there.
const BYTES: u64 = 4 << 20;

/// Pairs of languages of a file at most: a memory of all the languages of the European Union has 23.
const LANGUAGES: usize = 1000;

/// Bytes of what must stand before a piece, which each piece of a file holds.
const PREFIX: usize = 64 * 1024;

/// Units of one pair that stand together in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// In the decoded text.
    pub place: std::ops::Range<u64>,
    /// Line where it begins, from 1.
    pub line: u32,
    /// Units of the file before it.
    pub number: u64,
    /// What must stand before it for it to be read alone.
    pub prefix: String,
    pub units: usize,
    pub bytes: u64,
}

/// The pieces of a file, by languages.
#[derive(Debug, Default)]
pub(super) struct Divided {
    pub pieces: BTreeMap<Tags, Vec<Piece>>,
    /// Units come from several documents.
    pub has_several: bool,
    file: Option<String>,
}

impl Divided {
    /// Adds what the next block holds.
    pub fn add(&mut self, block: &Block, blocks: &dyn Blocks) -> Result<(), Fault> {
        if block.entries.iter().any(super::unit::Entry::has_text) {
            self.has_several |= self.file.as_ref().is_some_and(|file| *file != block.file);
            self.file.get_or_insert_with(|| block.file.clone());
        }
        let mut sums: BTreeMap<&Tags, (usize, u64)> = BTreeMap::new();
        for entry in block.entries.iter().filter(|entry| entry.has_text()) {
            let sum = sums.entry(&entry.languages).or_default();
            *sum = (sum.0 + 1, sum.1 + entry.bytes());
        }
        for (tags, (units, bytes)) in sums {
            let pieces = self.pieces.entry(tags.clone()).or_default();
            let is_full = |p: &Piece| p.units + units > UNITS || p.bytes + bytes > BYTES;
            if pieces.last().is_none_or(is_full) {
                let (place, prefix) = (block.place.clone(), blocks.prefix());
                if prefix.len() > PREFIX {
                    let hint = "a header, or tags around units, longer than any that is read".to_string();
                    return Err(Fault { reason: "too-long", at: None, line: Some(block.line), hint });
                }
                pieces.push(Piece {
                    place,
                    line: block.line,
                    number: block.number,
                    prefix,
                    units: 0,
                    bytes: 0,
                });
            }
            if let Some(piece) = pieces.last_mut() {
                piece.place.end = block.place.end;
                piece.units += units;
                piece.bytes += bytes;
            }
        }
        Ok(())
    }

    /// The file names more languages than any that is read.
    pub fn has_too_many(&self) -> bool {
        self.pieces.len() > LANGUAGES
    }

    /// Leaves the languages that are not meant aside and gives their names.
    pub fn keep_meant(&mut self, declared: &[Option<Language>; 2]) -> Vec<String> {
        let tags: Vec<Tags> = self.pieces.keys().cloned().collect();
        let meant = meant(&tags, declared);
        let others: Vec<Tags> =
            tags.into_iter().zip(meant).filter(|(_, meant)| !meant).map(|(tags, _)| tags).collect();
        self.pieces.retain(|tags, _| !others.contains(tags));
        others.iter().map(ToString::to_string).collect()
    }
}
