//! `pairscore align`: the alignment alone.

use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use clap::Args;
use pairscore::error::SetupError;
use pairscore::pipeline::{Job, Pipeline, Text};

use super::options::{ContextOption, LaterOptions, languages, text};
use super::{Exit, Stop};

/// Options of `align`.
#[derive(Args)]
pub struct Align {
    /// File of the original
    original: PathBuf,
    /// File of the translation
    translation: PathBuf,
    /// One sentence a line, as given; nothing is split
    #[arg(long)]
    lines: bool,
    /// Languages of original and translation, as de:fr
    #[arg(long, value_name = "ORIGINAL:TRANSLATION")]
    languages: Option<String>,
    /// A built-in pipeline or the path of a TOML file
    #[arg(long, default_value = "default")]
    pipeline: String,
    #[command(flatten)]
    context: ContextOption,
    #[command(flatten)]
    later: LaterOptions,
}

impl Align {
    /// Prints `[0, 1]:[0]:0.8731`, one line a bead.
    pub fn run(self) -> Result<Exit, Stop> {
        self.later.refuse()?;
        let pipeline = Pipeline::load(&self.pipeline)?;
        let side = |path: &PathBuf| text(path, &pipeline).map(|t| self.text(t));
        let (original, translation) = (side(&self.original)?, side(&self.translation)?);
        let job =
            Job { original, translation, languages: languages(self.languages.as_deref())?, aligned: false, machine_translation: None };
        let beads = pipeline
            .align(job, &self.context.load()?.unwrap_or_default())
            .map_err(|e| SetupError::Configuration(format!("{}: {}", e.reason, e.hint)))?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        for bead in beads {
            writeln!(
                out,
                "{}:{}:{:.4}",
                numbers(&bead.original),
                numbers(&bead.translation),
                bead.confidence
            )?;
        }
        out.flush()?;
        Ok(Exit::Success)
    }

    fn text(&self, text: String) -> Text {
        if !self.lines {
            return Text::Running(text);
        }
        let body = text.strip_suffix('\n').unwrap_or(&text);
        Text::Sentences(body.split('\n').map(String::from).collect())
    }
}

fn numbers(range: &Range<usize>) -> String {
    format!("{:?}", range.clone().collect::<Vec<_>>())
}
