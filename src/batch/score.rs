//! The second pass for one pair: judged, its own table written, the rest into the journal.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::journal::Journal;
use super::lines::Place;
use super::naming::Naming;
use super::record::{Judged, Record, files, fingerprint};
use super::{Batch, judge_safely, of_job, paths};
use crate::context::Context;
use crate::dialect::Dialect;
use crate::error::{PairError, SetupError};
use crate::fingerprint::Fingerprint;
use crate::input::Source;
use crate::model::{PairReport, Side};
use crate::pipeline::{FirstPaths, Format, Job, REFERENCE};
use crate::report::columns::PAIRS;
use crate::report::files::{Table, part};
use crate::report::finished::Finished;
use crate::report::{json, rows};

/// What all pairs are scored with.
pub struct Scorer<'b> {
    batch: &'b Batch<'b>,
    journal: &'b Journal,
    context: &'b Context,
    paths: &'b FirstPaths,
    /// Fingerprint of the context: each result follows from all that was learned.
    learned: String,
    dialect: Dialect,
    /// Pairs whose table would here have the name of another pair's, each with that pair.
    doubles: BTreeMap<&'b str, &'b str>,
}

impl<'b> Scorer<'b> {
    /// Ready to score.
    pub fn new(
        batch: &'b Batch<'b>,
        journal: &'b Journal,
        context: &'b Context,
        paths: &'b FirstPaths,
        learned: String,
    ) -> Result<Scorer<'b>, SetupError> {
        let naming = Naming::of(batch.output).map_err(|e| SetupError::io(batch.output, e))?;
        let doubles = naming.doubles(batch.found.pairs.iter().map(|pair| pair.id.as_str()));
        let dialect = batch.pipeline.report.dialect()?;
        Ok(Scorer { batch, journal, context, paths, learned, dialect, doubles })
    }

    /// Scores a pair, unless an earlier run has; where its record stands, and whether it failed.
    pub fn score_or_take_over(&self, source: &Source) -> Result<(Place, bool), SetupError> {
        let record = match self.in_the_way(source).map_or_else(|| source.job(self.batch.pipeline), Err) {
            Err(error) => self.failed(source, &error),
            Ok(job) => {
                let from = self.fingerprint(source, &job);
                if let Some(place) = self.earlier(source, &from) {
                    return Ok((place, false));
                }
                self.score(source, job, from)?
            }
        };
        let failed = matches!(record.result, Judged::Failed(_));
        Ok((self.journal.add(&record)?, failed))
    }

    /// What the result follows from, the settings aside.
    fn fingerprint(&self, source: &Source, job: &Job) -> String {
        let print = Fingerprint::default().with(self.learned.as_bytes()).with(of_job(job).as_bytes());
        paths(source).iter().fold(print, |print, path| print.with(path.as_bytes())).hex()
    }

    /// Where the record of an earlier run stands, if it still holds: of the same texts, with its table as it was written.
    fn earlier(&self, source: &Source, from: &str) -> Option<Place> {
        let (place, record) = self.journal.earlier(&source.id, from)?;
        let Judged::Scored(scored) = record.result else { return None };
        let table = fingerprint(self.batch.output, &source.id, scored.files).ok()?;
        (table == scored.table).then_some(place)
    }

    fn score(&self, source: &Source, job: Job, from: String) -> Result<Record, SetupError> {
        let report = match judge_safely(self.batch.pipeline, job, self.context, self.paths) {
            Ok(report) => report,
            Err(error) => {
                let [original, translation, reference] = paths(source);
                let path = match error.path.as_str() {
                    REFERENCE => reference,
                    side if side == Side::Translation.name() => translation,
                    _ => original,
                };
                return Ok(self.failed(source, &PairError { path, ..error }));
            }
        };
        let table = match self.write(source, &report) {
            Ok(table) => table,
            Err(WriteError::Name(error)) => return Ok(self.failed(source, &error)),
            Err(WriteError::Place(error)) => return Err(error),
        };
        let jsonl = self.batch.pipeline.report.formats.contains(&Format::Jsonl);
        let lines = if jsonl { json::segments(&source.id, &report) } else { String::new() };
        Ok(Record::scored(source, from, report, table, lines, (self.batch.gates, self.dialect)))
    }

    fn failed(&self, source: &Source, error: &PairError) -> Record {
        Record::failed(source, error, self.dialect)
    }

    /// The table of `a` is the file `a.csv`, so the table of `a.csv/b` has no place. Which of the two gives way must
    /// not depend on which comes first.
    fn in_the_way(&self, source: &Source) -> Option<PairError> {
        let mut folders = source.id.match_indices('/').map(|(at, _)| &source.id[..at]);
        let folder = folders.find(|f| f.strip_suffix(".csv").is_some_and(|id| self.is_pair(id)));
        let hint = match (self.doubles.get(source.id.as_str()), folder) {
            (Some(first), _) => format!("here its table would be that of {first}: rename its files"),
            (None, Some(folder)) => {
                format!("its folder {folder} is the table of another pair: rename the folder")
            }
            (None, None) => return None,
        };
        let path = paths(source)[0].clone();
        Some(PairError { path, stage: "write", reason: "bad-name", byte_offset: None, hint })
    }

    fn is_pair(&self, id: &str) -> bool {
        self.batch.found.pairs.binary_search_by(|p| p.id.as_str().cmp(id)).is_ok()
    }

    /// Writes a pair's table; its fingerprint.
    fn write(&self, source: &Source, report: &PairReport) -> Result<String, WriteError> {
        let path = self.batch.output.join(Finished::pair_table(&source.id));
        let folder = path.parent().unwrap_or(self.batch.output);
        let files = files(report.segments.len());
        if let Some(number) = (2..=files).find(|n| self.is_pair(&format!("{}.part{n}", source.id))) {
            return Err(WriteError::of(&part(&path, number), io::ErrorKind::AlreadyExists.into()));
        }
        let write = || -> io::Result<String> {
            fs::create_dir_all(folder)?;
            let mut table = Table::create(folder, &path, PAIRS, self.dialect)?;
            rows::segments(&source.id, report, self.dialect).try_for_each(|row| table.row(row))?;
            table.settle()?.place()?;
            fingerprint(self.batch.output, &source.id, files)
        };
        write().map_err(|e| WriteError::of(&path, e))
    }
}

/// A pair's table could not be written: because of its name, or because the place takes nothing more.
enum WriteError {
    Name(PairError),
    Place(SetupError),
}

impl WriteError {
    fn of(path: &Path, error: io::Error) -> WriteError {
        use io::ErrorKind as E;
        if !matches!(
            error.kind(),
            E::NotADirectory | E::IsADirectory | E::InvalidFilename | E::AlreadyExists | E::InvalidInput
        ) {
            return WriteError::Place(SetupError::io(path, error));
        }
        let hint = format!("{error}: rename the pair's files");
        WriteError::Name(PairError {
            path: path.display().to_string(),
            stage: "write",
            reason: "bad-name",
            byte_offset: None,
            hint,
        })
    }
}
