//! `pairscore align`: the alignment alone.

use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pairscore::error::SetupError;
use pairscore::pipeline::{Aligned, AlignedSegment, Job, Text};
use serde_json::json;

use super::data::Data;
use super::options::{ContextOptions, ModelOption, PipelineOptions, job, text};
use super::{Exit, Stop, complain};

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
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "beads")]
    format: Format,
    /// Languages of original and translation, as de:fr
    #[arg(long, value_name = "ORIGINAL:TRANSLATION")]
    languages: Option<String>,
    /// Machine translation of the original, a line a sentence: further evidence between two languages
    #[arg(long, value_name = "FILE")]
    machine_translation: Option<PathBuf>,
    #[command(flatten)]
    pipeline: PipelineOptions,
    #[command(flatten)]
    context: ContextOptions,
    #[command(flatten)]
    model: ModelOption,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// [0, 1]:[0]:0.8731: sentence numbers from 0 and the score
    Beads,
    /// A table with the texts
    Tsv,
    /// An object a line with the texts
    Jsonl,
    /// Rungs as hunalign prints them; moved passages as omitted and added
    Ladder,
    /// Beads with a cost, as vecalign prints them
    Vecalign,
}

impl Align {
    /// Aligns and prints one line a bead.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.pipeline.load()?;
        self.model.load(&mut pipeline)?;
        if self.languages.is_some() {
            pipeline.input.languages.clone_from(&self.languages);
        }
        let lines = |path: &PathBuf| text(path, &pipeline).map(|t| lines(&t));
        let pair = if self.lines {
            let side = |path| lines(path).map(Text::Sentences);
            let (original, translation) = (side(&self.original)?, side(&self.translation)?);
            Job { original, translation, languages: pipeline.languages()?, ..Job::default() }
        } else {
            job("", [&self.original, &self.translation], None, &pipeline)?
        };
        let machine_translation = self.machine_translation.as_ref().map(lines).transpose()?;
        let job = Job { machine_translation, ..pair };
        let aligned = pipeline
            .align(job, &self.context.load(&pipeline)?)
            .map_err(|e| SetupError::Configuration(format!("{}: {}", e.reason, e.hint)))?;
        if aligned.unrelated {
            complain("not a translation of this original: nothing is aligned");
        }
        let mut out = Data::new();
        self.format.print(&aligned, &mut out)?;
        out.flush()?;
        Ok(Exit::Success)
    }
}

fn lines(text: &str) -> Vec<String> {
    text.strip_suffix('\n').unwrap_or(text).split('\n').map(String::from).collect()
}

impl Format {
    fn print(self, aligned: &Aligned, out: &mut impl Write) -> std::io::Result<()> {
        if let Format::Tsv = self {
            writeln!(out, "original\ttranslation\talignment\tscore\tmoved\toriginal_text\ttranslation_text")?;
        }
        if let Format::Ladder = self {
            return ladder(&aligned.segments, out);
        }
        aligned.segments.iter().try_for_each(|segment| self.line(segment, out))
    }

    fn line(
        self,
        AlignedSegment { bead, original, translation }: &AlignedSegment,
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        let [o, t] = [numbers(&bead.original), numbers(&bead.translation)];
        let (kind, score, moved) = (bead.kind(), bead.confidence, bead.moved);
        match self {
            Format::Tsv => {
                let [original, translation] = [original, translation].map(|t| cell(t));
                writeln!(out, "{o}\t{t}\t{kind}\t{score:.4}\t{moved}\t{original}\t{translation}")
            }
            Format::Jsonl => {
                let [o, t] = [&bead.original, &bead.translation].map(|r| r.clone().collect::<Vec<_>>());
                let object = json!({
                    "original": o, "translation": t, "alignment": kind,
                    "score": (score * 1e4).round() / 1e4, "moved": moved,
                    "original_text": original, "translation_text": translation,
                });
                writeln!(out, "{object}")
            }
            Format::Vecalign => writeln!(out, "{o}:{t}:{:.6}", 1.0 - score),
            Format::Beads | Format::Ladder => writeln!(out, "{o}:{t}:{score:.4}"),
        }
    }
}

fn numbers(range: &Range<usize>) -> String {
    format!("{:?}", range.clone().collect::<Vec<_>>())
}

/// A text on one line of a table.
fn cell(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// Where each segment begins on both sides, its score, and the end of both texts. A ladder only goes up.
fn ladder(segments: &[AlignedSegment], out: &mut impl Write) -> std::io::Result<()> {
    let ends = |of: fn(&AlignedSegment) -> usize| segments.iter().map(of).max().unwrap_or(0);
    let (originals, translations) = (ends(|s| s.bead.original.end), ends(|s| s.bead.translation.end));
    let (mut i, mut j) = (0, 0);
    let level = segments.iter().map(|s| &s.bead).filter(|b| b.is_aligned() && !b.moved);
    for bead in level {
        for (i, j) in (i..bead.original.start).map(|i| (i, j)) {
            writeln!(out, "{i}\t{j}\t0.0000")?;
        }
        for j in j..bead.translation.start {
            writeln!(out, "{}\t{j}\t0.0000", bead.original.start)?;
        }
        writeln!(out, "{}\t{}\t{:.4}", bead.original.start, bead.translation.start, bead.confidence)?;
        (i, j) = (bead.original.end, bead.translation.end);
    }
    for i in i..originals {
        writeln!(out, "{i}\t{j}\t0.0000")?;
    }
    for j in j..=translations {
        writeln!(out, "{originals}\t{j}\t0.0000")?;
    }
    Ok(())
}
