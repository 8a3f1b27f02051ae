//! Documents: from whatever format to running text, with the lines of the file.

mod blocks;
mod docx;
mod elements;
mod html;
mod markdown;
mod odt;
mod package;
mod paragraphs;
mod xml;

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
        let text = match Format::of(path) {
            Format::Srt | Format::WebVtt => return subtitles::side(&bytes, encoding, limits),
            Format::Html => html::read(&bytes, encoding, limits)?,
            Format::Markdown => markdown::read(&bytes, encoding, limits)?,
            Format::Docx => docx::read(&bytes, limits)?,
            Format::Odt => odt::read(&bytes, limits)?,
            _ => Text::Running(text(&bytes, encoding, limits)?),
        };
        Ok(Side { text, ..Side::default() })
    };
    read().map_err(|error| PairError { path: path.display().to_string(), ..error })
}
