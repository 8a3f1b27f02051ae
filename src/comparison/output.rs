//! The folder that a comparison is written to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{PairChange, Resampling, SCORES, ScoreChange, difference};
use crate::dialect::Dialect;
use crate::error::SetupError;
use crate::report::RUN;
use crate::report::columns::{
    DIFF_DICTIONARY, DIFF_FINDINGS, DIFF_PAIRS, DIFF_SCORES, SUMMARY, diff_columns, file_name,
};
use crate::report::files::{Settled, Table, is_part, is_table, is_temporary};
use crate::report::finished::{FindingRow, PairRow};
use crate::report::rows::Row;
use crate::report::scores::rounded;
use crate::report::tables::write_columns;

/// What a comparison writes.
const TABLES: [&str; 4] = [DIFF_PAIRS, DIFF_FINDINGS, DIFF_SCORES, DIFF_DICTIONARY];

/// What tells the folder of a run, finished or under way: it is not written over, whatever is asked for.
const OF_A_RUN: [&str; 3] = [RUN, SUMMARY, "pairs"];

/// Counts of a pair that are compared.
const COUNTS: [fn(&PairRow) -> Option<usize>; 4] =
    [|row| row.critical, |row| row.major, |row| row.minor, |row| row.repetitions];

/// Where a comparison is written, and how.
#[derive(Debug, Clone)]
pub struct Place {
    /// New or empty, or with an earlier comparison; never that of a run.
    pub folder: PathBuf,
    /// How its tables are written.
    pub dialect: Dialect,
    /// Whether other files may stand beside the tables.
    pub force: bool,
}

/// The tables of a comparison while it goes on.
pub struct Output {
    folder: PathBuf,
    dialect: Dialect,
    pairs: Table,
    findings: Table,
    scores: Table,
    stale: Vec<PathBuf>,
}

impl Output {
    /// Opens the tables. Errors: the folder holds a run, a file of theirs that no comparison wrote, or without `force`
    /// any other.
    pub fn open(Place { folder, dialect, force }: Place) -> Result<Output, SetupError> {
        let at = |e| SetupError::io(&folder, e);
        if let Some(name) = OF_A_RUN.iter().find(|name| folder.join(name).symlink_metadata().is_ok()) {
            let what = format!("{} holds a run ({name}): choose another --output", folder.display());
            return Err(SetupError::Configuration(what));
        }
        fs::create_dir_all(&folder).map_err(at)?;
        let stale = stale(&folder, force)?;
        let table = |kind| Table::create(&folder, &folder.join(file_name(kind)), kind, dialect).map_err(at);
        let [pairs, findings, scores] = [table(DIFF_PAIRS)?, table(DIFF_FINDINGS)?, table(DIFF_SCORES)?];
        Ok(Output { folder, dialect, pairs, findings, scores, stale })
    }

    /// Writes the rows of a pair.
    pub fn pair(&mut self, met: &PairChange) -> Result<(), SetupError> {
        let mut write = || -> io::Result<()> {
            self.pairs.row(pair_row(met, self.dialect))?;
            for (change, findings) in [("fixed", &met.fixed), ("introduced", &met.introduced)] {
                for finding in findings {
                    self.findings.row(finding_row(change, finding, self.dialect))?;
                }
            }
            Ok(())
        };
        write().map_err(|e| SetupError::io(&self.folder, e))
    }

    /// Writes the scores and puts every file in its place.
    pub fn finish(mut self, scores: &[ScoreChange], resampling: Resampling) -> Result<(), SetupError> {
        let at = |e| SetupError::io(&self.folder, e);
        for score in scores {
            self.scores.row(score_row(score, resampling, self.dialect)).map_err(at)?;
        }
        let mut settled = Settled::default();
        for table in [self.pairs, self.findings, self.scores] {
            settled.add(table.settle().map_err(at)?);
        }
        write_columns(&self.folder, diff_columns(), self.dialect)?;
        self.stale.iter().try_for_each(fs::remove_file).map_err(at)?;
        settled.keep().map_err(at)
    }
}

/// What an earlier comparison has left and this one need not write over. Errors: what no comparison wrote: under a name
/// of ours in any case, under another unless by `force`.
fn stale(folder: &Path, force: bool) -> Result<Vec<PathBuf>, SetupError> {
    let at = |e| SetupError::io(folder, e);
    let mut stale = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let is_of = |table: &&'static str| name == file_name(table) || is_part(name, file_name(table));
        let table = TABLES.into_iter().find(is_of);
        let ours = table.is_some_and(|table| is_table(&path, table));
        if is_temporary(&path) || ours && table.is_some_and(|table| name != file_name(table)) {
            stale.push(path);
        } else if !ours && (table.is_some() || !force) {
            let or = if table.is_some() { "" } else { ", or say --force" };
            let what = format!("is not from an earlier diff: choose another --output{or}");
            return Err(SetupError::Configuration(format!("{} {what}", path.display())));
        }
    }
    Ok(stale)
}

fn pair_row(met: &PairChange, dialect: Dialect) -> Row {
    let rows = met.rows.each_ref().map(Option::as_ref);
    let mut cells = vec![dialect.text(&met.pair), met.change.name().to_string()];
    cells.extend(rows.map(|row| row.and_then(|r| r.verdict).map_or("", |v| v.name()).to_string()));
    for score in &SCORES {
        let [a, b] = rows.map(|row| row.and_then(score.of));
        cells.extend([a, b, difference([a, b])].map(|number| dialect.number(number)));
    }
    for count in &COUNTS {
        let [a, b] = rows.map(|row| row.and_then(count).map(|n| n as i64));
        cells.extend([a, b, a.zip(b).map(|(a, b)| b - a)].map(integer));
    }
    let compared = |findings: &[FindingRow]| integer(met.scored().map(|_| findings.len() as i64));
    cells.extend([compared(&met.fixed), compared(&met.introduced)]);
    cells.extend(rows.map(|row| dialect.text(row.map_or("", |r| &r.note))));
    cells
}

fn integer(number: Option<i64>) -> String {
    number.map(|n| n.to_string()).unwrap_or_default()
}

fn finding_row(change: &str, f: &FindingRow, dialect: Dialect) -> Row {
    let text = |value: &str| dialect.text(value);
    let mut cells = vec![change.to_string(), text(&f.pair)];
    cells.extend([&f.segment, &f.check, &f.category].map(|name| text(name)));
    cells.extend([f.severity.name(), f.side.name()].map(String::from));
    cells.extend([f.start, f.end].map(|n| n.to_string()));
    cells.extend([&f.excerpt, &f.message].map(|value| text(value)));
    cells
}

fn score_row(change: &ScoreChange, resampling: Resampling, dialect: Dialect) -> Row {
    let ScoreChange { score, test } = change;
    let number = |value: Option<f64>| dialect.number(value.map(|v| rounded(v, 4)));
    let mut cells = vec![score.name.to_string(), score.better().to_string(), test.pairs.to_string()];
    cells.extend([test.means[0], test.means[1], test.difference].map(|mean| number(Some(mean))));
    cells.push(change.name(4).to_string());
    let [low, high] = [0, 1].map(|end| test.interval.map(|interval| interval[end]));
    cells.extend([low, high, test.p_value].map(number));
    cells.extend([resampling.resamples.to_string(), resampling.seed.to_string()]);
    cells
}
