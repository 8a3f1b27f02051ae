//! Documents: from whatever format to running text, with the lines of the file.

use std::path::Path;

use super::format::Format;
use super::read::{read_bytes, text};
use super::subtitles::{self, Cue};
use crate::error::PairError;
use crate::pipeline::{Limits, Text};

/// One side of a pair as its file holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Side {
    /// Its text.
    pub text: Text,
    /// Of subtitles, when each sentence of the text is shown.
    pub cues: Vec<Cue>,
}

/// Reads the text of a file, whatever its format is.
pub fn read(path: &Path, encoding: &str, limits: Limits) -> Result<Side, PairError> {
    let read = || {
        let bytes = read_bytes(path, limits)?;
        match Format::of(path) {
            Format::Srt | Format::WebVtt => subtitles::side(&bytes, encoding, limits),
            _ => Ok(Side { text: Text::Running(text(&bytes, encoding, limits)?), ..Side::default() }),
        }
    };
    read().map_err(|error| PairError { path: path.display().to_string(), ..error })
}
