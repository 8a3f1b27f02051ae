//! Subtitles: cues with the times at which they are shown.

use super::documents::Side;
use super::read::text;
use crate::error::PairError;
use crate::pipeline::{Given, Limits, Text};

/// When a subtitle is shown, in milliseconds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cue {
    /// It appears.
    pub start: u64,
    /// It goes.
    pub end: u64,
}

/// The cues of a file.
pub(super) fn side(bytes: &[u8], encoding: &str, limits: Limits) -> Result<Side, PairError> {
    Ok(Side { text: Text::Running(text(bytes, encoding, limits)?), ..Side::default() })
}

/// Which cues belong together by their times; nothing where either side is no subtitles.
pub(super) fn alignment(_original: &Side, _translation: &Side) -> Given {
    Given::Nothing
}
