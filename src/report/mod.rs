//! From results to files: CSV tables, JSON objects, the data dictionary; and from a finished run to what people look at.

pub mod columns;
pub mod files;
pub mod finished;
mod html;
pub mod json;
pub mod order;
pub mod records;
pub mod rows;
pub mod scores;
pub mod spread;
pub mod systems;
pub mod tables;
pub mod tally;
pub mod word_diff;
mod xlsx;

use crate::error::SetupError;
use files::Pending;
use finished::Finished;
pub use xlsx::is_of_workbook;

/// The workbook of a run.
pub const WORKBOOK: &str = "report.xlsx";
/// The page of a run.
pub const PAGE: &str = "report.html";
/// One object a segment, lossless.
pub const SEGMENTS: &str = "segments.jsonl";
/// What was run, and its counts.
pub const RUN: &str = "run.json";

/// Renders `report.xlsx` from the tables of a finished run.
pub fn write_workbook(run: &Finished) -> Result<(), SetupError> {
    render(run, WORKBOOK, xlsx::write)
}

/// Renders `report.html` from the tables of a finished run.
pub fn write_page(run: &Finished) -> Result<(), SetupError> {
    render(run, PAGE, html::write)
}

fn render(
    run: &Finished,
    name: &str,
    write: impl Fn(&Finished, &mut Pending) -> Result<(), SetupError>,
) -> Result<(), SetupError> {
    let path = run.folder().join(name);
    let at = |e| SetupError::io(&path, e);
    run.check()?;
    let mut file = Pending::create(run.folder(), &path).map_err(at)?;
    write(run, &mut file)?;
    file.keep().map_err(at)
}
