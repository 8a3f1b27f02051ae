//! `pairscore merge`: shards of one batch into one report.

use std::path::PathBuf;

use clap::Args;
use pairscore::batch::Merge as Shards;
use pairscore::pipeline::{Format, Pipeline};

use super::ending::Ending;
use super::options::format;
use super::{Exit, Stop};

/// Options of `merge`.
#[derive(Args)]
pub struct Merge {
    /// What `pairscore run --shard I/N` wrote (its --output), for every I from 1 to N
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// Folder to write to
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Formats to write beside CSV: jsonl, xlsx, html [default: those of the shards]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = format)]
    format: Vec<Format>,
    /// Exit with 0 though some pairs could not be scored
    #[arg(long)]
    allow_partial: bool,
    /// Write into a folder that holds other things than a report
    #[arg(long)]
    force: bool,
    /// No summary; errors only
    #[arg(long, short)]
    quiet: bool,
}

impl Merge {
    /// Merges, and says what came of the batch.
    pub fn run(self) -> Result<Exit, Stop> {
        let Merge { shards, output, format, .. } = &self;
        let (outcome, report) = Shards { shards, output, force: self.force, formats: format }.run()?;
        let ending = Ending {
            outcome: &outcome,
            scores: Pipeline::default().corpus_scores(&outcome.statistics),
            output,
            formats: &report.formats,
            quiet: self.quiet,
            allow_partial: self.allow_partial,
        };
        ending.say()
    }
}
