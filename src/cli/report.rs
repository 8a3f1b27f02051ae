//! `pairscore report`: further formats from a finished run, without scoring again.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use pairscore::error::SetupError;
use pairscore::pipeline::{Format, Report as Settings};
use pairscore::report::finished::Finished;
use pairscore::report::{PAGE, SEGMENTS, WORKBOOK, tables, write_page, write_workbook};

use super::options::{DialectOptions, format};
use super::view::one_line;
use super::{Exit, Stop};

/// Options of `report`.
#[derive(Args)]
pub struct Report {
    /// What `pairscore run` wrote (its --output)
    directory: PathBuf,
    /// Formats to write: xlsx, html; csv writes the tables anew as --csv-locale and --no-bom say
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = format, default_value = "xlsx,html")]
    format: Vec<Format>,
    #[command(flatten)]
    dialect: DialectOptions,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Report {
    /// Renders from the run's tables.
    pub fn run(self) -> Result<Exit, Stop> {
        let run = Finished::open(&self.directory)?;
        let mut settings = Settings { raw: run.raw(), ..Settings::default() };
        self.dialect.apply(&mut settings)?;
        if self.dialect.given() && !self.format.contains(&Format::Csv) {
            let what = "--csv-locale, --no-bom and --raw are about CSV: add csv to --format";
            return Err(SetupError::Configuration(what.into()).into());
        }
        if self.format.contains(&Format::Jsonl) && !self.directory.join(SEGMENTS).is_file() {
            let what = "jsonl is lossless and CSV tables are not: run again with --format csv,jsonl";
            return Err(SetupError::Configuration(format!("{}: {what}", self.directory.display())).into());
        }
        let mut written = Vec::new();
        for format in &self.format {
            written.push(match format {
                Format::Csv => {
                    tables::rewrite(&run, &settings)?;
                    "the CSV tables"
                }
                Format::Xlsx => {
                    write_workbook(&run)?;
                    WORKBOOK
                }
                Format::Html => {
                    write_page(&run)?;
                    PAGE
                }
                // It holds more than the tables and stays as it is.
                Format::Jsonl => "segments.jsonl (that of the run)",
            });
        }
        if !self.quiet {
            let mut out = anstream::stdout().lock();
            writeln!(
                out,
                "Written to {}: {}",
                one_line(&self.directory.display().to_string()),
                written.join(", ")
            )?;
        }
        Ok(Exit::Success)
    }
}
