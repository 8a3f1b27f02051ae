//! Files with both sides of their segments: translation memories, localisation files, catalogues, tables.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Candidate, Found};
use crate::error::{PairError, SetupError};
use crate::model::Language;
use crate::pipeline::{Input, Job, Pipeline};

/// Some units of a file that make a pair: a file that is read in one go has one part, a large one several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The file.
    pub path: PathBuf,
    /// Its bytes in which they stand.
    pub place: Range<u64>,
}

impl Part {
    /// Bytes of the file that it takes.
    pub fn bytes(&self) -> u64 {
        self.place.end - self.place.start
    }
}

/// The pairs that a file holds.
pub(super) fn discover(
    file: &Candidate,
    _input: &Input,
    _declared: &[Option<Language>; 2],
) -> Result<Found, SetupError> {
    Err(SetupError::NotYet {
        what: format!("{} as input", file.path.display()),
        instead: "reads documents".to_string(),
    })
}

/// Reads a part: one segment a unit.
pub(super) fn job(part: &Part, _pipeline: &Pipeline) -> Result<Job, PairError> {
    Err(PairError {
        path: Path::display(&part.path).to_string(),
        stage: "read",
        reason: "not-yet",
        byte_offset: None,
        hint: String::new(),
    })
}
