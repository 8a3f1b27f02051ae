//! A pair that has been found: where its texts are, and how they are read.

use std::fs;
use std::path::{Path, PathBuf};

use super::bitext::{self, Part};
use super::{documents, subtitles};
use crate::error::PairError;
use crate::model::Language;
use crate::pipeline::{Job, Pipeline};

/// A pair that has been found, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Unique in the batch; `/` makes folders of the report.
    pub id: String,
    /// Where its texts are.
    pub texts: Texts,
    /// Declared languages.
    pub languages: [Option<Language>; 2],
}

/// Where the texts of a pair are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texts {
    /// A file for each.
    Files {
        /// Of the original.
        original: PathBuf,
        /// Of the translation.
        translation: PathBuf,
        /// Of a trusted translation, where there is one.
        reference: Option<PathBuf>,
    },
    /// In one file, segment by segment.
    Bitext(Part),
}

impl Source {
    /// A file for each side.
    pub fn files(
        id: String,
        original: PathBuf,
        translation: PathBuf,
        languages: [Option<Language>; 2],
    ) -> Source {
        Source { id, texts: Texts::Files { original, translation, reference: None }, languages }
    }

    /// The same with the file of a trusted translation, where there is one.
    #[must_use]
    pub fn with_reference(mut self, file: Option<PathBuf>) -> Source {
        if let Texts::Files { reference, .. } = &mut self.texts {
            *reference = file;
        }
        self
    }

    /// File of the original, which may be that of the translation too.
    pub fn original(&self) -> &Path {
        match &self.texts {
            Texts::Files { original, .. } => original,
            Texts::Bitext(part) => &part.path,
        }
    }

    /// File of the translation, which may be that of the original too.
    pub fn translation(&self) -> &Path {
        match &self.texts {
            Texts::Files { translation, .. } => translation,
            Texts::Bitext(part) => &part.path,
        }
    }

    /// File of the reference, where it has one of its own.
    pub fn reference(&self) -> Option<&Path> {
        match &self.texts {
            Texts::Files { reference, .. } => reference.as_deref(),
            Texts::Bitext(_) => None,
        }
    }

    /// Bytes of the original, in a file with both sides about.
    pub fn original_bytes(&self) -> u64 {
        match &self.texts {
            Texts::Files { original, .. } => size(original),
            Texts::Bitext(part) => part.bytes() / 2,
        }
    }

    /// Bytes of all its texts, as they stand in their files.
    pub fn bytes(&self) -> u64 {
        match &self.texts {
            Texts::Files { original, translation, reference } => {
                size(original) + size(translation) + reference.as_deref().map_or(0, size)
            }
            Texts::Bitext(part) => part.bytes(),
        }
    }

    /// Its texts and what is known about them.
    pub fn job(&self, pipeline: &Pipeline) -> Result<Job, PairError> {
        let job = match &self.texts {
            Texts::Bitext(part) => bitext::job(part, pipeline)?,
            Texts::Files { original, translation, reference } => {
                let read = |path: &PathBuf| documents::read(path, &pipeline.input.encoding, pipeline.limits);
                let (original, translation) = (read(original)?, read(translation)?);
                Job {
                    alignment: subtitles::alignment(&original, &translation),
                    original: original.text,
                    translation: translation.text,
                    reference: reference.as_ref().map(read).transpose()?.map(|document| document.text),
                    ..Job::default()
                }
            }
        };
        Ok(Job { pair: self.id.clone(), languages: self.languages.clone(), ..job })
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}
