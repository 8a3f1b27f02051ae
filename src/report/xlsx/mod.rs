//! report.xlsx: the tables of a run as sheets of one workbook, worst pairs in front, figures and charts at the end.
//!
//! Rows go to temporary files in the run's folder as they are read; only those of summary.csv are held.

mod charts;
mod pairs;
mod sheet;
mod style;

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use thiserror::Error;

use super::WORKBOOK;
use super::columns::{DICTIONARY, FINDINGS, PAIRS, QUARANTINE, SUMMARY, position};
use super::finished::Finished;
use super::spread::Spread;
use super::tally::{SEVERITIES, Tally};
use crate::error::SetupError;
use pairs::Pairs;
use sheet::{Table, fitting};

/// The sheets in order, and what they hold.
const SHEETS: [(&str, &str); 6] = [
    ("Summary", "summary.csv: a row a pair, worst first; pair and worst_segment lead to Segments"),
    (SEGMENTS, "pairs/<pair>.csv: a row a segment, with both texts"),
    ("Findings", "findings.csv: a row a fault; segment leads to Segments"),
    ("Quarantine", "quarantine.csv: a row a pair that could not be scored, or a file without a partner"),
    ("Columns", "columns.csv: what each column means"),
    (CHARTS, "counts, scores of all texts, scores and findings at a glance"),
];

const CHARTS: &str = "Charts";

const SEGMENTS: &str = "Segments";

/// A table cannot be read, or the workbook cannot be written.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Read(#[from] SetupError),
    #[error(transparent)]
    Write(#[from] XlsxError),
}

/// Writes the workbook of a finished run.
pub fn write(run: &Finished, to: &mut (impl Write + Send)) -> Result<(), SetupError> {
    let at = |e| SetupError::io(run.folder().join(WORKBOOK), e);
    // The writer of workbooks panics where its files can take no more.
    match catch_unwind(AssertUnwindSafe(|| write_sheets(run, to))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Failure::Read(error))) => Err(error),
        Ok(Err(Failure::Write(XlsxError::IoError(error)))) => Err(at(error)),
        Ok(Err(Failure::Write(error))) => Err(at(io::Error::other(error))),
        Err(_) => {
            Err(at(io::Error::other("not written: there was no room for it, or this is a bug in pairscore")))
        }
    }
}

fn write_sheets(run: &Finished, to: impl Write + Send) -> Result<(), Failure> {
    let [summary, segments, findings, quarantine, columns, charts] = SHEETS.map(|(name, _)| name);
    let pairs = Pairs::read(run)?;
    let mut book = Workbook::new();
    book.set_tempdir(run.folder())?.set_properties(&properties(run)?);
    write_summary(&pairs, Table::create(&mut book, summary, SUMMARY)?)?;
    let spread = write_segments(run, &pairs, Table::create(&mut book, segments, PAIRS)?)?;
    let tally = write_findings(run, &pairs, Table::create(&mut book, findings, FINDINGS)?)?;
    copy(run, Table::create(&mut book, quarantine, QUARANTINE)?)?;
    copy(run, Table::create(&mut book, columns, DICTIONARY)?)?;
    charts::write(book.add_worksheet().set_name(charts)?, run, &pairs, &spread, &tally)?;
    Ok(book.save_to_writer(to)?)
}

/// A title, and a creation time that is always the same: the same run gives the same bytes.
fn properties(run: &Finished) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let title = fitting(&format!("pairscore {}", run.pipeline_name()));
    Ok(DocProperties::new().set_title(title).set_creation_datetime(&created))
}

fn write_summary(pairs: &Pairs, mut table: Table) -> Result<(), XlsxError> {
    let worst = position(SUMMARY, "worst_segment");
    for pair in pairs.worst_first() {
        let links = [(0, pair.place()), (worst, pair.place_of(pair.cell(worst)))];
        table.row(&pair.cells, &links)?;
    }
    table.finish()
}

/// The segments of all pairs in the order of summary.csv.
fn write_segments(run: &Finished, pairs: &Pairs, mut table: Table) -> Result<Spread, Failure> {
    let [similarity, points] = ["similarity", "error_points"].map(|name| position(PAIRS, name));
    let mut spread = Spread::new(run.thresholds());
    for pair in pairs.scored() {
        for record in run.table(pair.id(), pair.segments())? {
            let record = record?;
            let number = |column| record.get(column).and_then(|cell| cell.parse().ok());
            spread.add(number(similarity), number(points));
            table.row(&record, &[])?;
        }
    }
    table.finish()?;
    Ok(spread)
}

fn write_findings(run: &Finished, pairs: &Pairs, mut table: Table) -> Result<Tally, Failure> {
    let [segment, check, severity] = ["segment", "check", "severity"].map(|name| position(FINDINGS, name));
    let mut tally = Tally::default();
    for record in run.records(FINDINGS, Path::new(FINDINGS))? {
        let record = record?;
        let cell = |column| record.get(column).unwrap_or_default();
        if let Some(severity) = SEVERITIES.into_iter().find(|s| s.name() == cell(severity)) {
            tally.add(cell(check), severity);
        }
        let place = pairs.find(cell(0)).and_then(|pair| pair.place_of(cell(segment)));
        table.row(&record, &[(segment, place)])?;
    }
    table.finish()?;
    Ok(tally)
}

/// The rows of a table as they stand in its file.
fn copy(run: &Finished, mut table: Table) -> Result<(), Failure> {
    for record in run.records(table.kind(), Path::new(table.kind()))? {
        table.row(&record?, &[])?;
    }
    Ok(table.finish()?)
}

/// Whether a source file, as panics name it, is one of the library that writes workbooks. It panics where a disk is full,
/// and [`write`] makes an error of that.
pub fn is_of_workbook(file: &str) -> bool {
    file.contains("rust_xlsxwriter")
}
