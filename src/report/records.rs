//! The rows of a run's tables, read back in any dialect and checked cell by cell.

use std::fs::File;
use std::io::BufReader;
use std::path::{Component, Path, PathBuf};

use csv::StringRecord;
use serde::de::DeserializeOwned;

use super::columns::{COLUMNS, SUMMARY};
use super::files;
use crate::dialect::{reader, unguarded, with_point};
use crate::error::SetupError;
use crate::plain_file;

/// A file of a run that is not as a run writes it.
pub(super) fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> SetupError {
    SetupError::Configuration(format!("{}: {error}: not what a run of pairscore writes", path.display()))
}

type TableReader = csv::Reader<BufReader<File>>;

/// Opens a table; a pipe or a device in its place would never end.
fn open(path: &Path) -> Result<TableReader, SetupError> {
    plain_file::open(path).and_then(reader).map_err(|e| SetupError::io(path, e))
}

/// The start of a cell, for a message.
pub(super) fn start(cell: &str) -> String {
    cell.chars().take(40).collect()
}

/// Whether a table's cell can be of its kind; empty where something does not apply.
fn is_of_kind(cell: &str, kind: &str) -> bool {
    match kind {
        _ if cell.is_empty() => true,
        "number" => cell.parse().is_ok_and(f64::is_finite),
        "integer" => cell.parse::<u64>().is_ok(),
        _ => true,
    }
}

/// Whether an id leads to a file below the folder of the pairs' tables.
pub fn is_inside(id: &str) -> bool {
    !id.is_empty() && Path::new(id).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The rows of a table and its parts as text: without guards, numbers with a point.
pub struct Records {
    path: PathBuf,
    part: usize,
    reader: TableReader,
    header: StringRecord,
    kinds: Vec<&'static str>,
    raw: bool,
    /// Its first column leads to the tables of pairs.
    has_ids: bool,
    rows: usize,
    /// The pair whose table it is, and how many rows summary.csv says it has.
    expected: Option<(String, usize)>,
}

impl Records {
    /// Opens the table `kind` of the data dictionary; `raw`: its texts stand as they are. Errors: it is no such table.
    pub(super) fn open(kind: &'static str, path: PathBuf, raw: bool) -> Result<Records, SetupError> {
        let mut reader = open(&path)?;
        let header = reader.headers().map_err(|e| unreadable(&path, &e))?.clone();
        if header.get(0) != COLUMNS.iter().find(|c| c.file == kind).map(|c| c.name) {
            return Err(unreadable(&path, &"its columns are others"));
        }
        let kind_of =
            |name: &str| COLUMNS.iter().find(|c| c.file == kind && c.name == name).map_or("text", |c| c.kind);
        let kinds = header.iter().map(kind_of).collect();
        let has_ids = kind == SUMMARY;
        Ok(Records { path, part: 1, reader, header, kinds, raw, has_ids, rows: 0, expected: None })
    }

    /// The same, held against what summary.csv says: whose table it is, and how many rows it has.
    pub(super) fn of_pair(self, pair: &str, rows: usize) -> Records {
        Records { expected: Some((pair.to_string(), rows)), ..self }
    }

    /// Names of the columns: those of the version that wrote the table.
    pub fn header(&self) -> &StringRecord {
        &self.header
    }

    /// Kind of each column in the data dictionary: `text`, `number` or `integer`.
    pub fn kinds(&self) -> &[&'static str] {
        &self.kinds
    }

    /// Goes on with the table's next file, where there is one.
    fn next_part(&mut self) -> Option<Result<(), SetupError>> {
        let next = files::part(&self.path, self.part + 1);
        // A full part is followed by another; a pair of such a name is none.
        if self.reader.position().record() <= files::ROWS_A_FILE as u64 || !next.is_file() {
            return None;
        }
        self.part += 1;
        Some(open(&next).map(|reader| self.reader = reader))
    }

    /// Once, where it has more rows or fewer than it should.
    fn miscounted(&mut self) -> Option<SetupError> {
        let (_, said) = self.expected.take().filter(|(_, said)| *said != self.rows)?;
        let what = format!("{} segments, but summary.csv says {said}", self.rows);
        Some(unreadable(&self.path, &what))
    }

    fn normalised(&self, record: &StringRecord) -> Result<StringRecord, SetupError> {
        let cells = record.iter().zip(&self.kinds).map(|(cell, kind)| match *kind {
            "number" => with_point(cell),
            "text" if !self.raw => unguarded(cell).to_string(),
            _ => cell.to_string(),
        });
        let cells: StringRecord = cells.collect();
        let wrong = cells.iter().zip(&self.kinds).position(|(cell, kind)| !is_of_kind(cell, kind));
        let wrong = wrong.or_else(|| (self.has_ids && !is_inside(&cells[0])).then_some(0));
        let is_other = self.expected.as_ref().is_some_and(|(pair, _)| cells[0] != **pair);
        let Some(column) = wrong.or(is_other.then_some(0)) else { return Ok(cells) };
        let line = record.position().map_or(0, csv::Position::line);
        let what = format!("line {line}: {} cannot be \"{}\"", &self.header[column], start(&cells[column]));
        Err(unreadable(&files::part(&self.path, self.part), &what))
    }
}

impl Iterator for Records {
    type Item = Result<StringRecord, SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = StringRecord::new();
        loop {
            match self.reader.read_record(&mut record) {
                Ok(true) => {
                    self.rows += 1;
                    return Some(self.normalised(&record));
                }
                Ok(false) => match self.next_part() {
                    Some(Ok(())) => {}
                    Some(Err(error)) => return Some(Err(error)),
                    None => return self.miscounted().map(Err),
                },
                Err(error) => return Some(Err(unreadable(&files::part(&self.path, self.part), &error))),
            }
        }
    }
}

/// The rows of a table, each as the struct of its columns.
pub struct Rows<T> {
    records: Records,
    row: std::marker::PhantomData<T>,
}

impl<T> Rows<T> {
    pub(super) fn of(records: Records) -> Rows<T> {
        Rows { records, row: std::marker::PhantomData }
    }
}

impl<T: DeserializeOwned> Iterator for Rows<T> {
    type Item = Result<T, SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match self.records.next()? {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        let read = record.deserialize(Some(&self.records.header));
        Some(read.map_err(|e| unreadable(&files::part(&self.records.path, self.records.part), &e)))
    }
}
