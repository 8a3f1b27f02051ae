//! The folder a run writes to: made ready before the work, filled pair by pair, complete when run.json stands there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use walkdir::WalkDir;

use super::Outcome;
use crate::dialect::Dialect;
use crate::error::{PairError, SetupError};
use crate::pipeline::{Format, Pipeline};
use crate::report::columns::{DICTIONARY, FINDINGS, QUARANTINE, SUMMARY};
use crate::report::files::{Pending, Table, is_part, is_temporary};
use crate::report::finished::Finished;
use crate::report::rows::{self, Row};
use crate::report::tables::{write_dictionary, write_manifest};
use crate::report::{PAGE, RUN, SEGMENTS, WORKBOOK, write_page, write_workbook};

/// Files and folders that a report may hold; a folder with anything else is not overwritten.
const OWN: [&str; 9] = [SUMMARY, "pairs", FINDINGS, QUARANTINE, DICTIONARY, RUN, SEGMENTS, WORKBOOK, PAGE];

/// Of these, those that a new run need not write: what an earlier one has left must not stand beside its results.
const OPTIONAL: [&str; 4] = [RUN, SEGMENTS, WORKBOOK, PAGE];

/// Tables of the whole batch, which may have parts.
const TABLES: [&str; 3] = [SUMMARY, FINDINGS, QUARANTINE];

/// Stands in the output folder until the report is complete.
const UNFINISHED: &str = ".pairscore-unfinished";

/// Makes room for a new report in `folder`. Refuses before anything is touched where it holds what no run wrote; with
/// `force` such files stay as they are.
pub fn prepare(folder: &Path, force: bool) -> Result<(), SetupError> {
    let at = |e| SetupError::io(folder, e);
    fs::create_dir_all(folder).map_err(at)?;
    let (mut old, mut foreign) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let is_old =
            is_temporary(&path) || OPTIONAL.contains(&name) || TABLES.iter().any(|t| is_part(name, t));
        if is_old {
            old.push(path);
        } else if !OWN.contains(&name) && !is_harmless(name) {
            foreign.push(path);
        }
    }
    // A finished run has left a summary, an interrupted one its temporary files.
    let ours = folder.join(SUMMARY).is_file() || old.iter().any(|p| is_temporary(p));
    let folders = pair_tables_of_an_earlier_run(folder, ours, &mut old, &mut foreign);
    if let Some(first) = foreign.first().filter(|_| !force) {
        return Err(SetupError::Configuration(format!(
            "{} is not from an earlier run: choose another --output, or say --force",
            first.display()
        )));
    }
    old.iter().try_for_each(|path| remove(path))?;
    for folder in folders {
        // Fails where something foreign is left in it, and that is right.
        let _ = fs::remove_dir(folder);
    }
    fs::create_dir_all(folder.join("pairs")).map_err(at)?;
    fs::write(folder.join(UNFINISHED), "").map_err(at)
}

/// What desktops and spreadsheets leave in folders that people look at: locks, thumbnails, views. It stays.
fn is_harmless(name: &str) -> bool {
    let lock = name.starts_with(".~lock.") || name.starts_with("~$");
    lock || [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"].contains(&name)
}

/// Sorts what stands in pairs/ into tables, which go so that none outlives its pair, and foreign files; returns
/// the folders, inner ones first. A link in the place of pairs/ is foreign and not followed.
fn pair_tables_of_an_earlier_run(
    output: &Path,
    ours: bool,
    old: &mut Vec<PathBuf>,
    foreign: &mut Vec<PathBuf>,
) -> Vec<PathBuf> {
    let root = output.join("pairs");
    if root.is_symlink() {
        foreign.push(root);
        return Vec::new();
    }
    let mut folders = Vec::new();
    for entry in WalkDir::new(&root).contents_first(true).into_iter().filter_map(Result::ok) {
        let path = entry.path().to_path_buf();
        let table = ours && entry.file_type().is_file() && path.extension().is_some_and(|e| e == "csv");
        if entry.file_type().is_dir() {
            folders.push(path);
        } else if table || is_temporary(&path) {
            old.push(path);
        } else if !is_harmless(&entry.file_name().to_string_lossy()) {
            foreign.push(path);
        }
    }
    folders
}

fn remove(path: &Path) -> Result<(), SetupError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SetupError::io(path, e)),
        _ => Ok(()),
    }
}

/// The files of the whole batch while it goes on.
pub struct Output {
    folder: PathBuf,
    dialect: Dialect,
    summary: Table,
    findings: Table,
    quarantine: Table,
    segments: Option<Pending>,
}

impl Output {
    /// Opens the files, so that a bad place fails before the work.
    pub fn open(folder: &Path, pipeline: &Pipeline) -> Result<Output, SetupError> {
        let dialect = pipeline.report.dialect()?;
        let at = |e| SetupError::io(folder, e);
        let table = |name| Table::create(folder, &folder.join(name), name, dialect).map_err(at);
        let wanted = pipeline.report.formats.contains(&Format::Jsonl).then(|| folder.join(SEGMENTS));
        Ok(Output {
            folder: folder.to_path_buf(),
            dialect,
            summary: table(SUMMARY)?,
            findings: table(FINDINGS)?,
            quarantine: table(QUARANTINE)?,
            segments: wanted.map(|path| Pending::create(folder, &path)).transpose().map_err(at)?,
        })
    }

    /// Writes the rows of a scored pair, and its lines of segments.jsonl where they are wanted.
    pub fn scored(&mut self, summary: &Row, findings: &[Row], lines: &[u8]) -> Result<(), SetupError> {
        let mut write = || -> io::Result<()> {
            self.summary.row(summary)?;
            findings.iter().try_for_each(|row| self.findings.row(row))?;
            self.segments.as_mut().map_or(Ok(()), |segments| segments.write_all(lines))
        };
        write().map_err(|e| SetupError::io(&self.folder, e))
    }

    /// Writes that a pair could not be scored, and why.
    pub fn failed(&mut self, pair: &str, error: &PairError, paths: [&str; 2]) -> Result<(), SetupError> {
        let row = rows::failed(pair, error, paths, self.dialect);
        self.summary.row(row).map_err(|e| SetupError::io(&self.folder, e))?;
        self.set_aside(pair, error)
    }

    /// Writes why a pair could not be scored, or a file has no partner.
    pub fn set_aside(&mut self, pair: &str, error: &PairError) -> Result<(), SetupError> {
        let row = rows::quarantine(pair, error, self.dialect);
        self.quarantine.row(row).map_err(|e| SetupError::io(&self.folder, e))
    }

    /// Puts every file in its place, run.json after the tables: where it stands, they are complete. Page and workbook are made
    /// from them.
    pub fn finish(self, pipeline: &Pipeline, outcome: &Outcome) -> Result<(), SetupError> {
        let at = |e| SetupError::io(&self.folder, e);
        for table in [self.summary, self.findings, self.quarantine] {
            table.keep().map_err(at)?;
        }
        if let Some(segments) = self.segments {
            segments.keep().map_err(at)?;
        }
        write_dictionary(&self.folder, self.dialect)?;
        let manifest = run_json(pipeline, outcome);
        write_manifest(&self.folder, &manifest)?;
        let run = Finished::new(&self.folder, manifest)?;
        if pipeline.report.formats.contains(&Format::Xlsx) {
            write_workbook(&run)?;
        }
        if pipeline.report.formats.contains(&Format::Html) {
            write_page(&run)?;
        }
        remove(&self.folder.join(UNFINISHED))
    }
}

fn run_json(pipeline: &Pipeline, outcome: &Outcome) -> Value {
    let scores = pipeline.corpus_scores(&outcome.statistics);
    json!({
        "program": "pairscore",
        "version": env!("CARGO_PKG_VERSION"),
        "signature": pipeline.signature(),
        "counts": {
            "found": outcome.found, "scored": outcome.scored,
            "quarantined": outcome.quarantined, "unpaired": outcome.unpaired,
        },
        "accepted": outcome.accepted,
        "scores": {
            "similarity": scores.similarity, "chrf": scores.chrf, "bleu": scores.bleu, "ter": scores.ter,
        },
        "pipeline": pipeline,
    })
}
