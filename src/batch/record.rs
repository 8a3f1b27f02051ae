//! What came of a pair, as the journal keeps it: the rows of the batch's tables, and what the summary counts.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::outcome::{Brief, Gates};
use super::paths;
use crate::dialect::Dialect;
use crate::error::PairError;
use crate::fingerprint::Fingerprint;
use crate::input::Source;
use crate::model::{Finding, PairReport, SegmentStatistics};
use crate::plain_file;
use crate::report::files::{ROWS_A_FILE, part};
use crate::report::finished::Finished;
use crate::report::rows::{self, Row};

/// What came of a pair.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub pair: String,
    /// Fingerprint of its texts and of what else its result follows from; empty where it could not be scored, which a
    /// further run tries again.
    pub source: String,
    /// Its row of summary.csv.
    pub summary: Row,
    /// The rest.
    pub result: Judged,
}

/// Whether a pair has been scored.
#[derive(Debug, Serialize, Deserialize)]
pub enum Judged {
    /// It has, and its table is written.
    Scored(Box<Scored>),
    /// It could not be: its row of quarantine.csv.
    Failed(Row),
}

/// A scored pair.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scored {
    /// Fingerprint of its table.
    pub table: String,
    /// Files that the table takes.
    pub files: usize,
    /// Its rows of findings.csv.
    pub findings: Vec<Row>,
    /// Findings by check: minor, major, critical.
    pub counts: BTreeMap<String, [usize; 3]>,
    /// Findings left out because the user has accepted them.
    pub accepted: usize,
    /// The statistics of its segments, summed.
    pub statistics: SegmentStatistics,
    /// Gates that it misses.
    pub missed: Vec<String>,
    /// Gates that do not apply to it.
    pub ungated: usize,
    /// Its lines of segments.jsonl.
    pub lines: String,
    /// The pair in short.
    pub brief: Brief,
}

impl Record {
    /// Of a pair that could not be scored.
    pub fn failed(source: &Source, error: &PairError, dialect: Dialect) -> Record {
        let paths = paths(source);
        Record {
            pair: source.id.clone(),
            source: String::new(),
            summary: rows::failed(&source.id, error, paths.each_ref().map(String::as_str), dialect),
            result: Judged::Failed(rows::quarantine(&source.id, error, dialect)),
        }
    }

    /// Of a scored pair whose table has been written.
    pub fn scored(
        source: &Source,
        from: String,
        report: PairReport,
        table: String,
        lines: String,
        (gates, dialect): (&Gates, Dialect),
    ) -> Record {
        let paths = paths(source);
        let (missed, ungated) = gates.missed(&source.id, &report);
        Record {
            pair: source.id.clone(),
            source: from,
            summary: rows::summary(&source.id, &report, paths.each_ref().map(String::as_str), dialect),
            result: Judged::Scored(Box::new(Scored {
                table,
                files: files(report.segments.len()),
                findings: report.findings.iter().map(|f| rows::finding(&source.id, f, dialect)).collect(),
                counts: counts(&report.findings),
                accepted: report.accepted,
                missed,
                ungated,
                lines,
                brief: Brief::of(&source.id, &report),
                statistics: report.statistics,
            })),
        }
    }
}

impl Record {
    /// The files of its table, from the output folder; none where it could not be scored.
    pub fn tables(&self) -> impl Iterator<Item = PathBuf> {
        let files = if let Judged::Scored(scored) = &self.result { scored.files } else { 0 };
        tables(&self.pair, files)
    }
}

fn counts(findings: &[Finding]) -> BTreeMap<String, [usize; 3]> {
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for finding in findings {
        counts.entry(finding.check.to_string()).or_default()[finding.severity as usize] += 1;
    }
    counts
}

/// Files that a table of so many rows takes.
pub fn files(rows: usize) -> usize {
    rows.div_ceil(ROWS_A_FILE).max(1)
}

/// Fingerprint of a pair's table that stands in `folder`.
pub fn fingerprint(folder: &Path, pair: &str, files: usize) -> io::Result<String> {
    let all = tables(pair, files).try_fold(Fingerprint::default(), |print, path| {
        print.with_all_of(plain_file::open(&folder.join(path))?)
    });
    all.map(Fingerprint::hex)
}

/// The files of a pair's table, from the output folder.
fn tables(pair: &str, files: usize) -> impl Iterator<Item = PathBuf> {
    let table = Finished::pair_table(pair);
    (1..=files).map(move |number| part(Path::new(&table), number))
}
