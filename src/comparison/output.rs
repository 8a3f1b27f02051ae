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
use crate::report::files::{Table, is_part, is_temporary};
use crate::report::finished::{FindingRow, PairRow};
use crate::report::rows::Row;
use crate::report::tables::write_columns;

/// What a comparison writes.
const TABLES: [&str; 4] = [DIFF_PAIRS, DIFF_FINDINGS, DIFF_SCORES, DIFF_DICTIONARY];

/// What tells the folder of a run, finished or under way: it is not written over, whatever is asked for.
const OF_A_RUN: [&str; 3] = [RUN, SUMMARY, "pairs"];

/// Counts of a pair that are compared.
const COUNTS: [fn(&PairRow) -> Option<usize>; 4] =
    [|row| row.critical, |row| row.major, |row| row.minor, |row| row.repetitions];

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
    /// Opens the tables in `folder`, which must be new or empty or hold an earlier comparison; with `force`, other
    /// files stay as they are. Errors: it holds something else, above all a run.
    pub fn open(folder: &Path, dialect: Dialect, force: bool) -> Result<Output, SetupError> {
        let at = |e| SetupError::io(folder, e);
        if let Some(name) = OF_A_RUN.iter().find(|name| folder.join(name).symlink_metadata().is_ok()) {
            let what = format!("{} holds a run ({name}): choose another --output", folder.display());
            return Err(SetupError::Configuration(what));
        }
        fs::create_dir_all(folder).map_err(at)?;
        let stale = stale(folder, force)?;
        let table = |kind| Table::create(folder, &folder.join(file_name(kind)), kind, dialect).map_err(at);
        Ok(Output {
            folder: folder.to_path_buf(),
            dialect,
            pairs: table(DIFF_PAIRS)?,
            findings: table(DIFF_FINDINGS)?,
            scores: table(DIFF_SCORES)?,
            stale,
        })
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
        self.stale.iter().try_for_each(fs::remove_file).map_err(at)?;
        for table in [self.pairs, self.findings, self.scores] {
            table.keep().map_err(at)?;
        }
        write_columns(&self.folder, diff_columns(), self.dialect)
    }
}

/// What an earlier comparison has left and this one need not write over. Errors: other files, unless by `force`.
fn stale(folder: &Path, force: bool) -> Result<Vec<PathBuf>, SetupError> {
    let at = |e| SetupError::io(folder, e);
    let ours = folder.join(file_name(DIFF_SCORES)).is_file();
    let mut stale = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let table = ours && TABLES.iter().any(|table| name == file_name(table));
        let part = ours && TABLES.iter().any(|table| is_part(name, file_name(table)));
        if part || is_temporary(&path) {
            stale.push(path);
        } else if !table && !force {
            let what = "is not from an earlier diff: choose another --output, or say --force";
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
    let number = |value: f64| dialect.number(Some(value));
    let better = if score.lower_is_better { "lower" } else { "higher" };
    let mut cells = vec![score.name.to_string(), better.to_string(), test.pairs.to_string()];
    cells.extend([test.means[0], test.means[1], test.difference].map(number));
    cells.push(change.name().to_string());
    cells.extend([test.interval[0], test.interval[1], test.p_value].map(number));
    cells.extend([resampling.resamples.to_string(), resampling.seed.to_string()]);
    cells
}
