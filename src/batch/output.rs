//! The folder a run writes to: made ready before the work, filled pair by pair, complete when run.json stands there.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use walkdir::WalkDir;

use super::journal::{Identity, Journal, is_unfinished, remove};
use super::record::Judged;
use super::shard::{Entry, Head, Keeper, RECORDS};
use super::{Earlier, Outcome};
use crate::context::Context;
use crate::error::SetupError;
use crate::pipeline::{Format, Input, Pipeline, Report};
use crate::report::columns::{
    DICTIONARY, FINDINGS, PAIRS, QUARANTINE, SUMMARY, SYSTEM_PAIRS, SYSTEM_SEGMENTS, SYSTEM_TESTS, SYSTEMS,
};
use crate::report::files::{
    Pending, SYNCS_ALL, Settled, Table, is_part, is_table, is_temporary, sync_all_below, sync_folder,
};
use crate::report::finished::Finished;
use crate::report::systems::write_systems;
use crate::report::tables::{write_dictionary, write_manifest};
use crate::report::{PAGE, RUN, SEGMENTS, WORKBOOK, write_page, write_workbook};

/// Files and folders that a report may hold; a folder with anything else is not overwritten.
const OWN: [&str; 10] =
    [SUMMARY, "pairs", FINDINGS, QUARANTINE, DICTIONARY, RUN, RECORDS, SEGMENTS, WORKBOOK, PAGE];

/// Of these, those that a new run need not write: what an earlier one has left must not stand beside its results.
const OPTIONAL: [&str; 9] =
    [RUN, RECORDS, SEGMENTS, WORKBOOK, PAGE, SYSTEMS, SYSTEM_TESTS, SYSTEM_PAIRS, SYSTEM_SEGMENTS];

/// Tables of the whole batch, which may have parts.
const TABLES: [&str; 8] =
    [SUMMARY, FINDINGS, QUARANTINE, DICTIONARY, SYSTEMS, SYSTEM_TESTS, SYSTEM_PAIRS, SYSTEM_SEGMENTS];

/// Makes room for a new report in `folder`, or for the rest of one, and opens its journal. Refuses before anything is
/// touched where the folder holds what no run wrote; with `force` such files stay, those whose names the report needs aside.
pub fn prepare(folder: &Path, identity: &Identity, earlier: Earlier) -> Result<Journal, SetupError> {
    let at = |e| SetupError::io(folder, e);
    fs::create_dir_all(folder).map_err(at)?;
    // Where a run goes on, what is damaged may not look like ours, and what is foreign was there at the start.
    let force = earlier.force || earlier.resume && is_unfinished(folder);
    Standing::in_folder(folder).map_err(at)?.refuse_foreign(force)?;
    let mut journal = Journal::open(folder)?;
    // Once more, now that no other run can write there.
    let standing = Standing::in_folder(folder).map_err(at)?;
    standing.refuse_foreign(force)?;
    let goes_on = earlier.resume && journal.resume(identity)?;
    if !goes_on {
        // From now on what is left here can be told to be ours, whatever happens.
        journal.begin(identity)?;
        standing.tables.iter().try_for_each(|path| remove(path))?;
    }
    standing.old.iter().filter(|path| !Journal::owns(path)).try_for_each(|path| remove(path))?;
    for inner in standing.folders {
        // Fails where something is left in it, and that is right.
        let _ = fs::remove_dir(inner);
    }
    fs::create_dir_all(folder.join("pairs")).map_err(at)?;
    Ok(journal)
}

/// What stands in the output folder before a run.
#[derive(Default)]
struct Standing {
    /// What an earlier run has left and this one need not write.
    old: Vec<PathBuf>,
    /// Tables of pairs.
    tables: Vec<PathBuf>,
    /// Folders in pairs/, and that itself, inner ones first.
    folders: Vec<PathBuf>,
    /// What no run wrote.
    foreign: Vec<PathBuf>,
    /// Links in the way of tables.
    links: Vec<PathBuf>,
}

impl Standing {
    fn in_folder(folder: &Path) -> io::Result<Standing> {
        let mut standing = Standing::default();
        // run.json and journal say that a run was here; tables say it themselves.
        let was_here = Finished::open(folder).is_ok() || is_unfinished(folder);
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let table = TABLES.into_iter().find(|table| name == *table || is_part(name, table));
            let is_ours = match table {
                Some(table) => is_table(&path, table),
                None => was_here && OWN.contains(&name) || name == "pairs",
            };
            let is_optional = OPTIONAL.contains(&name) || table.is_some_and(|table| name != table);
            if is_temporary(&path) || is_ours && is_optional {
                standing.old.push(path);
            } else if !is_ours && !is_harmless(name) {
                standing.foreign.push(path);
            }
        }
        standing.add_tables(&folder.join("pairs"));
        Ok(standing)
    }

    /// Sorts what stands in pairs/.
    fn add_tables(&mut self, root: &Path) {
        for entry in WalkDir::new(root)
            .follow_root_links(false)
            .contents_first(true)
            .into_iter()
            .filter_map(Result::ok)
        {
            let path = entry.path().to_path_buf();
            if entry.file_type().is_dir() {
                self.folders.push(path);
            } else if entry.path_is_symlink() {
                self.links.push(path);
            } else if is_temporary(&path) {
                self.old.push(path);
            } else if is_table(&path, PAIRS) {
                self.tables.push(path);
            } else if !is_harmless(&entry.file_name().to_string_lossy()) {
                self.foreign.push(path);
            }
        }
    }

    fn refuse_foreign(&self, force: bool) -> Result<(), SetupError> {
        let what = if let Some(link) = self.links.first() {
            format!("{} is a link, and tables are not written through links: remove it", link.display())
        } else if let Some(first) = self.foreign.first().filter(|_| !force) {
            format!("{} is not from an earlier run: say --force", first.display())
        } else {
            return Ok(());
        };
        Err(SetupError::Configuration(format!("{what}, or choose another --output")))
    }
}

/// Refuses a folder for the report that lies in the input: its files would be texts of the next run.
pub fn refuse_inside(folder: &Path, input: &Input) -> Result<(), SetupError> {
    let roots = [&input.original, &input.translation, &input.reference, &input.directory];
    let mut roots = roots.into_iter().flatten().chain(input.systems.values());
    roots.try_for_each(|root| refuse_within(folder, root))
}

/// Refuses a folder for the report that lies in `root`.
pub fn refuse_within(folder: &Path, root: &Path) -> Result<(), SetupError> {
    let place = resolved(folder).map_err(|e| SetupError::io(folder, e))?;
    if resolved(root).is_ok_and(|root| place.starts_with(root)) {
        return Err(SetupError::Configuration(format!(
            "the output {} lies inside the input {}: choose another place with --output",
            folder.display(),
            root.display()
        )));
    }
    Ok(())
}

/// The path without links and dots, as far as it exists.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let path = std::path::absolute(path)?;
            match (path.parent(), path.file_name()) {
                (Some(parent), Some(name)) => Ok(resolved(parent)?.join(name)),
                _ => Err(error),
            }
        }
        other => other,
    }
}

/// What desktops and spreadsheets leave in folders that people look at: locks, thumbnails, views. It stays.
fn is_harmless(name: &str) -> bool {
    let lock = name.starts_with(".~lock.") || name.starts_with("~$");
    lock || [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"].contains(&name)
}

/// The files of the whole batch, or of a shard of it, while they are written.
pub struct Output<'r> {
    folder: PathBuf,
    report: &'r Report,
    summary: Table,
    findings: Table,
    quarantine: Table,
    segments: Option<Pending>,
    kept: Option<Keeper>,
    outcome: Outcome,
    /// The tables of pairs, where an earlier run may have left others.
    tables: Option<HashSet<PathBuf>>,
}

impl<'r> Output<'r> {
    /// Opens the files; those of a shard where `shard` says which.
    pub fn open(
        folder: &Path,
        report: &'r Report,
        journal: &Journal,
        shard: Option<&Head>,
    ) -> Result<Output<'r>, SetupError> {
        let dialect = report.dialect()?;
        let at = |e| SetupError::io(folder, e);
        let table = |name| Table::create(folder, &folder.join(name), name, dialect).map_err(at);
        let wanted = report.formats.contains(&Format::Jsonl).then(|| folder.join(SEGMENTS));
        Ok(Output {
            folder: folder.to_path_buf(),
            report,
            summary: table(SUMMARY)?,
            findings: table(FINDINGS)?,
            quarantine: table(QUARANTINE)?,
            segments: wanted.map(|path| Pending::create(folder, &path)).transpose().map_err(at)?,
            kept: shard.map(|head| Keeper::create(folder, head)).transpose().map_err(at)?,
            outcome: Outcome::default(),
            tables: journal.has_gone_on().then(HashSet::new),
        })
    }

    /// Writes what came of a pair or why a file has no partner, and counts it.
    pub fn add(&mut self, entry: Entry) -> Result<(), SetupError> {
        self.write(&entry).map_err(|e| SetupError::io(&self.folder, e))?;
        if let (Some(tables), Entry::Pair(record)) = (&mut self.tables, &entry) {
            tables.extend(record.tables());
        }
        self.outcome.add(entry);
        Ok(())
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        self.kept.as_mut().map_or(Ok(()), |kept| kept.add(entry))?;
        let record = match entry {
            Entry::Unpaired(_, row) => return self.quarantine.row(row),
            Entry::Pair(record) => record,
        };
        self.summary.row(&record.summary)?;
        match &record.result {
            Judged::Failed(row) => self.quarantine.row(row),
            Judged::Scored(scored) => {
                scored.findings.iter().try_for_each(|row| self.findings.row(row))?;
                let segments = self.segments.as_mut();
                segments.map_or(Ok(()), |segments| segments.write_all(scored.lines.as_bytes()))
            }
        }
    }

    /// What it holds so far.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Puts every file in its place, run.json last: where it stands, the report is complete. Page and workbook are made
    /// from the tables.
    pub fn finish(mut self, manifest: impl FnOnce(&Outcome) -> Value) -> Result<Outcome, SetupError> {
        let at = |e| SetupError::io(&self.folder, e);
        let mut settled = Settled::default();
        for table in [self.summary, self.findings, self.quarantine] {
            settled.add(table.settle().map_err(at)?);
        }
        for file in [self.segments.map(Pending::settle), self.kept.map(Keeper::settle)].into_iter().flatten()
        {
            settled.add(file.map_err(at)?);
        }
        if SYNCS_ALL { settled.place() } else { settled.keep() }.map_err(at)?;
        self.outcome.keep_worst();
        let run = Finished::new(&self.folder, manifest(&self.outcome))?;
        let dialect = self.report.dialect()?;
        write_dictionary(&run, dialect)?;
        self.outcome.ranking = write_systems(&run, dialect)?;
        if self.report.formats.contains(&Format::Xlsx) {
            write_workbook(&run)?;
        }
        if self.report.formats.contains(&Format::Html) {
            write_page(&run)?;
        }
        settle_tables(&self.folder, self.tables.as_ref())?;
        write_manifest(&self.folder, run.json())?;
        sync_folder(&self.folder).map_err(at)?;
        Ok(self.outcome)
    }
}

/// Makes sure that the disk has the tables of pairs, which have been written without waiting for it. Where `known` says which
/// there are, no other one stays, and no empty folder.
fn settle_tables(folder: &Path, known: Option<&HashSet<PathBuf>>) -> Result<(), SetupError> {
    let pairs = folder.join("pairs");
    if let Some(known) = known {
        let below = WalkDir::new(&pairs).min_depth(1).contents_first(true);
        for entry in below.into_iter().filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_type().is_dir() {
                // Fails where something is left in it, and that is right.
                let _ = fs::remove_dir(path);
            } else if !path.strip_prefix(folder).is_ok_and(|p| known.contains(p)) && is_table(path, PAIRS) {
                remove(path)?;
            }
        }
    }
    sync_all_below(&pairs).map_err(|e| SetupError::io(&pairs, e))
}

/// What run.json says of a run, its results still to come.
pub fn run_json(pipeline: &Pipeline, learned: &Context) -> Value {
    json!({
        "program": "pairscore",
        "version": env!("CARGO_PKG_VERSION"),
        "signature": pipeline.signature(learned),
        "counts": null,
        "accepted": null,
        "scores": null,
        "pipeline": pipeline,
    })
}

/// The same with the results.
pub fn with_results(mut run: Value, pipeline: &Pipeline, outcome: &Outcome) -> Value {
    let scores = pipeline.corpus_scores(&outcome.statistics);
    run["counts"] = json!({
        "found": outcome.found, "scored": outcome.scored,
        "quarantined": outcome.quarantined, "unpaired": outcome.unpaired,
    });
    run["accepted"] = outcome.accepted.into();
    run["scores"] = json!({
        "similarity": scores.similarity, "chrf": scores.chrf, "bleu": scores.bleu, "ter": scores.ter,
        "semantic": scores.semantic,
    });
    run
}
