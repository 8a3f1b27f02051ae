//! The files of a run that do not depend on its pairs, and its tables written anew in another dialect.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::columns::{COLUMNS, Column, DICTIONARY, FINDINGS, PAIRS, QUARANTINE, SUMMARY, file_name, header};
use super::files::{Pending, Table};
use super::finished::Finished;
use super::records::Records;
use super::systems::{systems_tables, write_systems};
use super::{RUN, rows};
use crate::dialect::Dialect;
use crate::error::SetupError;
use crate::pipeline::Report;

/// Writes the columns.csv of a run.
pub fn write_dictionary(run: &Finished, dialect: Dialect) -> Result<(), SetupError> {
    write_columns(run.folder(), COLUMNS.iter().copied().chain(systems_tables(run)), dialect)
}

/// Writes a columns.csv of these columns.
pub fn write_columns(
    folder: &Path,
    mut columns: impl Iterator<Item = Column>,
    dialect: Dialect,
) -> Result<(), SetupError> {
    let path = folder.join(DICTIONARY);
    let mut write = || {
        let mut table = Table::create(folder, &path, DICTIONARY, dialect)?;
        columns
            .try_for_each(|c| table.row([file_name(c.file), c.name, c.kind, c.unit, c.range, c.meaning]))?;
        table.keep()
    };
    write().map_err(|e| SetupError::io(&path, e))
}

/// Writes run.json.
pub fn write_manifest(folder: &Path, manifest: &Value) -> Result<(), SetupError> {
    let path = folder.join(RUN);
    let write = || {
        let mut file = Pending::create(folder, &path)?;
        writeln!(file, "{}", serde_json::to_string_pretty(manifest)?)?;
        file.keep()
    };
    write().map_err(|e| SetupError::io(&path, e))
}

/// Writes the tables of a finished run anew, as `report` says: byte for byte as the run itself would have with it.
/// Errors: the run wrote its texts raw and `report` does not want that, or the other way round.
pub fn rewrite(run: &Finished, report: &Report) -> Result<(), SetupError> {
    let dialect = report.dialect()?;
    if dialect.raw != run.raw() {
        let what = "whether texts stand in tables as they are (--raw) is for a run to say: run again";
        return Err(SetupError::Configuration(format!("{}: {what}", run.folder().display())));
    }
    // All are looked at before the first is changed.
    run.check()?;
    each_table(run, |_, _, mut records| records.try_for_each(|record| record.map(drop)))?;
    each_table(run, |kind, path, records| rewrite_table(&run.folder().join(path), kind, records, dialect))?;
    write_dictionary(run, dialect)?;
    write_systems(run, dialect)?;
    let mut manifest = run.json().clone();
    manifest["pipeline"]["report"]["bom"] = report.bom.into();
    manifest["pipeline"]["report"]["csv_locale"] = report.csv_locale.clone().into();
    write_manifest(run.folder(), &manifest)
}

/// Does something with the rows of every table of a run that holds its results.
fn each_table(
    run: &Finished,
    does: impl Fn(&'static str, &Path, Records) -> Result<(), SetupError>,
) -> Result<(), SetupError> {
    let known = |kind, path: &Path, records: Records| {
        if records.header() == header(kind) {
            return does(kind, path, records);
        }
        let what = "written by another version, with other columns: run again";
        Err(SetupError::Configuration(format!("{}: {what}", run.folder().join(path).display())))
    };
    for pair in run.pairs()? {
        let pair = pair?;
        if pair.status == rows::SCORED {
            let records = run.table(&pair.pair, pair.segments.unwrap_or_default())?;
            known(PAIRS, &Finished::pair_table(&pair.pair), records)?;
        }
    }
    [SUMMARY, FINDINGS, QUARANTINE].into_iter().try_for_each(|table| {
        let path = Path::new(table);
        known(table, path, run.records(table, path)?)
    })
}

fn rewrite_table(
    path: &Path,
    kind: &'static str,
    records: Records,
    dialect: Dialect,
) -> Result<(), SetupError> {
    let at = |e| SetupError::io(path, e);
    let kinds = records.kinds().to_vec();
    let folder = path.parent().unwrap_or(path);
    let mut table = Table::create(folder, path, kind, dialect).map_err(at)?;
    for record in records {
        let cells = record?;
        let cells = cells.iter().zip(&kinds).map(|(cell, kind)| match *kind {
            "number" => dialect.number(cell.parse().ok()),
            "text" => dialect.text(cell),
            _ => cell.to_string(),
        });
        table.row(cells).map_err(at)?;
    }
    table.keep().map_err(at)
}
