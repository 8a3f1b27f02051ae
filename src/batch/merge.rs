//! Shards of one batch made into the report that a run over the whole writes, byte for byte: the same writer is given
//! the same entries in the same order. Of each shard one entry is held at a time, and none of its files is kept open.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::journal::{Identity, is_unfinished};
use super::outcome::Outcome;
use super::output::{Output, prepare, refuse_inside, refuse_within, with_results};
use super::record::{Judged, Record, fingerprint};
use super::shard::{self, Entry, Head, Key, RECORDS, Shard};
use super::{Earlier, SHARD};
use crate::error::SetupError;
use crate::pipeline::{Format, Input, Pipeline, Report};
use crate::plain_file;
use crate::report::files::Pending;
use crate::report::finished::Finished;
use crate::report::records::is_inside;

/// Missing shards that are named.
const NAMED: usize = 10;

/// What run.json says of the results.
const RESULTS: [&str; 3] = ["counts", "accepted", "scores"];

/// What is to be merged, and how.
pub struct Merge<'m> {
    /// Folders of all shards of one batch, in any order.
    pub shards: &'m [PathBuf],
    /// Where to write.
    pub output: &'m Path,
    /// Overwrite a folder that holds other things.
    pub force: bool,
    /// Formats to write beside CSV; where there are none, those of the shards.
    pub formats: &'m [Format],
}

impl Merge<'_> {
    /// Writes the report of the whole; what came of it, and how it was written. Everything is checked before the output
    /// folder is touched but for the pairs' tables, each of which is checked when its turn comes.
    pub fn run(&self) -> Result<(Outcome, Report), SetupError> {
        let mut folders = self.shards.iter().map(|path| Folder::open(path)).collect::<Result<Vec<_>, _>>()?;
        let (head, run) = whole(&mut folders)?;
        let (report, run) = self.report(run)?;
        self.refuse_output(&run)?;
        let identity = Identity { settings: format!("merge of {}", head.run.settings), ..head.run };
        let earlier = Earlier { force: self.force, resume: false };
        let journal = prepare(self.output, &identity, earlier)?;
        let mut output = Output::open(self.output, &report, &journal, None)?;
        self.add_all(&mut folders, &mut output)?;
        let found = output.outcome().found;
        if found != head.found {
            let what = format!("the shards hold {found} of {} pairs and files: run them again", head.found);
            return Err(SetupError::Configuration(what));
        }
        // No score depends on a pipeline's settings once its statistics are summed.
        let outcome = output.finish(|outcome| with_results(run, &Pipeline::default(), outcome))?;
        journal.close()?;
        Ok((outcome, report))
    }

    /// How the report is written, and the run.json that says so.
    fn report(&self, mut run: Value) -> Result<(Report, Value), SetupError> {
        let wrong = |e| SetupError::Configuration(format!("{}: its pipeline: {e}", self.shards[0].display()));
        let mut report: Report = serde_json::from_value(run["pipeline"]["report"].clone()).map_err(wrong)?;
        if !self.formats.is_empty() {
            if self.formats.contains(&Format::Jsonl) && !report.formats.contains(&Format::Jsonl) {
                let what =
                    "jsonl holds more than tables do, and the shards were run without: run them with it";
                return Err(SetupError::Configuration(what.to_string()));
            }
            report.formats = self.formats.to_vec();
            run["pipeline"]["report"]["formats"] = serde_json::to_value(self.formats).map_err(wrong)?;
        }
        Ok((report, run))
    }

    fn refuse_output(&self, run: &Value) -> Result<(), SetupError> {
        // Tables that stand where the report's will are removed before it is written.
        let tables = self.output.join("pairs");
        self.shards.iter().try_for_each(|shard| {
            refuse_within(self.output, shard)?;
            refuse_within(shard, &tables)
        })?;
        let input = serde_json::from_value::<Input>(run["pipeline"]["input"].clone());
        input.map_or(Ok(()), |input| refuse_inside(self.output, &input))
    }

    /// Adds the entries of all shards in order.
    fn add_all(&self, folders: &mut [Folder], output: &mut Output) -> Result<(), SetupError> {
        let mut next: BTreeMap<Key, (usize, Entry)> = BTreeMap::new();
        let mut take = |next: &mut BTreeMap<_, _>, number: usize| {
            let Some(entry) = folders[number].next()? else { return Ok(()) };
            let doubled = next.insert(entry.key(), (number, entry));
            let Some((other, Entry::Pair(record))) = doubled else { return Ok(()) };
            let [a, b] = [other, number].map(|k| folders[k].path.display());
            let what = format!("{a} and {b} both hold the pair {}", record.pair);
            Err(SetupError::Configuration(what))
        };
        (0..self.shards.len()).try_for_each(|number| take(&mut next, number))?;
        while let Some((_, (number, entry))) = next.pop_first() {
            if let Entry::Pair(record) = &entry {
                self.take_over_table(&self.shards[number], record)?;
            }
            output.add(entry)?;
            take(&mut next, number)?;
        }
        Ok(())
    }

    /// Puts a pair's table in its place.
    fn take_over_table(&self, shard: &Path, record: &Record) -> Result<(), SetupError> {
        let Judged::Scored(scored) = &record.result else { return Ok(()) };
        let table = shard.join(Finished::pair_table(&record.pair));
        let is_own =
            || fingerprint(shard, &record.pair, scored.files).is_ok_and(|print| print == scored.table);
        if !is_inside(&record.pair) || !is_own() {
            let what = "not the table that the shard's run wrote: run the shard again";
            return Err(SetupError::Configuration(format!("{}: {what}", table.display())));
        }
        record.tables().try_for_each(|path| {
            let place = self.output.join(&path);
            link_or_copy(&shard.join(path), &place).map_err(|e| SetupError::io(place, e))
        })
    }
}

/// Gives a file a second name, or where the disk cannot, a copy. Errors: something has that name.
fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder)?;
    if !fs::symlink_metadata(from)?.is_symlink() && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    if to.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut copy = Pending::create(folder, to)?;
    io::copy(&mut plain_file::open(from)?, &mut copy)?;
    copy.keep()
}

/// The report of a shard.
struct Folder<'m> {
    path: &'m Path,
    shard: Shard,
    head: Head,
    run: Value,
    /// Where its next entry begins.
    at: u64,
}

impl<'m> Folder<'m> {
    fn open(path: &'m Path) -> Result<Folder<'m>, SetupError> {
        let no_shard = |what: &str| SetupError::Configuration(format!("{}: {what}", path.display()));
        if is_unfinished(path) {
            return Err(no_shard("this shard's run has not ended: go on with --resume"));
        }
        let run = Finished::open(path)?.json().clone();
        if run[SHARD].is_null() {
            return Err(no_shard("a run over a whole batch, not a shard of one: there is nothing to merge"));
        }
        let records = path.join(RECORDS);
        let file = plain_file::open(&records).map_err(|e| SetupError::io(&records, e))?;
        let head: Option<(Head, u64)> = shard::read(file, 0).map_err(|e| SetupError::io(&records, e))?;
        let head = head.and_then(|(head, at)| Some((head.run.shard?, head, at)));
        let (shard, head, at) =
            head.ok_or_else(|| no_shard("its shard.records are empty: run the shard again"))?;
        let version = env!("CARGO_PKG_VERSION");
        if head.run.version != version {
            let theirs = &head.run.version;
            return Err(no_shard(&format!(
                "written by version {theirs}, this is {version}: merge with the same"
            )));
        }
        Ok(Folder { path, shard, head, run, at })
    }

    /// The next entry.
    fn next(&mut self) -> Result<Option<Entry>, SetupError> {
        let path = self.path.join(RECORDS);
        let read = plain_file::open(&path).and_then(|file| shard::read(file, self.at));
        let Some((entry, at)) = read.map_err(|e| SetupError::io(path, e))? else { return Ok(None) };
        self.at = at;
        Ok(Some(entry))
    }

    /// What all shards of a run have in common: the head, and run.json without the results.
    fn common(&self) -> (Head, Value) {
        let mut head = self.head.clone();
        head.run.shard = None;
        let mut run = self.run.clone();
        for results in RESULTS {
            run[results] = Value::Null;
        }
        if let Some(fields) = run.as_object_mut() {
            fields.shift_remove(SHARD);
        }
        (head, run)
    }
}

/// What the shards have in common, if they are all shards of one run. They are put in the order of their numbers.
fn whole(folders: &mut [Folder]) -> Result<(Head, Value), SetupError> {
    let wrong = |what: String| Err(SetupError::Configuration(what));
    let Some(first) = folders.first() else { return wrong("no shard is given".into()) };
    let (head, run) = first.common();
    for folder in &*folders {
        let (a, b) = (first.path.display(), folder.path.display());
        let (other, other_run) = folder.common();
        if folder.shard.of() != first.shard.of() {
            return wrong(format!("{a} is shard {}, but {b} is shard {}", first.shard, folder.shard));
        } else if other.run != head.run || other_run["pipeline"] != run["pipeline"] {
            return wrong(format!(
                "{a} and {b}: scored with other settings (pipeline, baseline, context, gates)"
            ));
        } else if other.batch != head.batch || other.found != head.found {
            return wrong(format!("{a} and {b}: shards of two batches, with other files"));
        } else if other.learned != head.learned || other_run != run {
            return wrong(format!("{a} and {b}: files of the batch have changed between their runs"));
        }
    }
    complete(folders)?;
    Ok((head, run))
}

/// Refuses shards of which one is missing or there twice.
fn complete(folders: &[Folder]) -> Result<(), SetupError> {
    let mut by_number: BTreeMap<u32, &Folder> = BTreeMap::new();
    for folder in folders {
        if let Some(other) = by_number.insert(folder.shard.number(), folder) {
            let [a, b] = [other, folder].map(|f| f.path.display());
            let what = format!("{a} and {b} are both shard {}", folder.shard);
            return Err(SetupError::Configuration(what));
        }
    }
    let of = folders.first().map_or(0, |folder| folder.shard.of());
    let missing = (1..=of).filter(|number| !by_number.contains_key(number));
    let mut named: Vec<String> = missing.take(NAMED + 1).map(|number| format!("{number}/{of}")).collect();
    if named.is_empty() {
        return Ok(());
    }
    if named.len() > NAMED {
        named[NAMED] = format!("{} in all", of as usize - by_number.len());
    }
    Err(SetupError::Configuration(format!("shards are missing: {}", named.join(", "))))
}
