//! The journal of a run: what came of each pair, appended as it comes, in whatever order. Tables are made from it at
//! the end, and a run that was cut off goes on from it.
//!
//! A line is a fingerprint and the JSON object that has it; the first one says which run it is. What has been torn or
//! changed since is no line: its pair is judged anew.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::lines::{Lines, PRINT, Place, write_line};
use super::record::Record;
use super::shard::Shard;
use crate::context::Context;
use crate::error::SetupError;
use crate::fingerprint::Fingerprint;
use crate::plain_file;
use crate::report::files::Pending;

/// Stands in the output folder until the report is complete.
pub const JOURNAL: &str = ".pairscore-journal";

/// The lexicons that the batch has taught, so that a run that goes on need not learn them again.
const LEARNED: &str = ".pairscore-learned";

/// Whether a run into `folder` has not come to its end.
pub fn is_unfinished(folder: &Path) -> bool {
    fs::metadata(folder.join(JOURNAL)).is_ok_and(|file| file.len() > 0)
}

/// Which run it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of the program.
    pub version: String,
    /// Fingerprint of all that decides the results but the texts.
    pub settings: String,
    /// The part of the batch that it scores, where that is not the whole.
    pub shard: Option<Shard>,
}

/// What is needed of a record to know whether it still holds.
#[derive(Deserialize)]
struct Head {
    pair: String,
    /// See [`Record::source`].
    source: String,
}

/// The open journal. While it is open no other run writes into the folder.
pub struct Journal {
    path: PathBuf,
    file: Mutex<Tail>,
    earlier: HashMap<String, (String, Place)>,
    has_gone_on: bool,
}

struct Tail {
    file: File,
    end: u64,
    lines: usize,
}

/// Lines after which the disk is made sure to have them.
const LINES_A_SYNC: usize = 64;

impl Journal {
    /// Opens the journal in `folder` and keeps other runs out, where the disk has locks. Errors: another run writes there,
    /// or the folder takes no file.
    pub fn open(folder: &Path) -> Result<Journal, SetupError> {
        let path = folder.join(JOURNAL);
        let at = |e| SetupError::io(&path, e);
        loop {
            let file = plain_file::open_own(&path).map_err(at)?;
            if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                return Err(SetupError::Configuration(format!(
                    "{}: another run writes there: wait for its end, or choose another --output",
                    folder.display()
                )));
            }
            // A run that has just ended may have removed it in between.
            if is_at(&file, &path) {
                let tail = Mutex::new(Tail { file, end: 0, lines: 0 });
                return Ok(Journal { path, file: tail, earlier: HashMap::new(), has_gone_on: false });
            }
        }
    }

    /// Takes over what an earlier run has left, or says that it has left nothing. Errors: it was another run.
    pub fn resume(&mut self, identity: &Identity) -> Result<bool, SetupError> {
        let at = |e| SetupError::io(&self.path, e);
        let file = plain_file::open(&self.path).map_err(at)?;
        let mut lines = Lines::of(file, 0).map_err(at)?;
        let first = lines.next().map_err(at)?;
        let Some(found) = first.and_then(|_| serde_json::from_slice::<Identity>(lines.json()?).ok()) else {
            return Ok(false);
        };
        if found != *identity {
            let what = if found.version == identity.version {
                "with other settings or files beside them (pipeline, baseline, context, gates, shard)"
                    .to_string()
            } else {
                format!("by version {}", found.version)
            };
            return Err(SetupError::Configuration(format!(
                "{}: the run that was cut off was started {what}: leave out --resume to start anew",
                self.path.display()
            )));
        }
        while let Some(place) = lines.next().map_err(at)? {
            let head = lines.json().and_then(|json| serde_json::from_slice::<Head>(json).ok());
            if let Some(Head { pair, source }) = head {
                self.earlier.insert(pair, (source, place));
            }
        }
        self.tail(|tail| tail.cut(lines.end()))?;
        self.has_gone_on = true;
        Ok(true)
    }

    /// Whether it goes on from an earlier run.
    pub fn has_gone_on(&self) -> bool {
        self.has_gone_on
    }

    /// Begins anew.
    pub fn begin(&mut self, identity: &Identity) -> Result<(), SetupError> {
        remove(&self.path.with_file_name(LEARNED))?;
        self.tail(|tail| {
            tail.cut(0)?;
            tail.add(&serde_json::to_vec(identity)?).map(drop)
        })
    }

    /// Whether an earlier run has left a record of a pair.
    pub fn has(&self, pair: &str) -> bool {
        self.earlier.contains_key(pair)
    }

    /// The record of a pair that an earlier run has left, if it follows from the same source.
    pub fn earlier(&self, pair: &str, source: &str) -> Option<(Place, Record)> {
        let (_, place) = self.earlier.get(pair).filter(|(from, _)| from == source)?;
        Some((*place, self.reader().ok()?.read(*place).ok()?))
    }

    /// Adds a record; where the disk is full, the journal stays as it was.
    pub fn add(&self, record: &Record) -> Result<Place, SetupError> {
        let line = serde_json::to_vec(record).map_err(|e| SetupError::io(&self.path, e.into()))?;
        self.tail(|tail| tail.add(&line))
    }

    fn tail<T>(&self, change: impl FnOnce(&mut Tail) -> io::Result<T>) -> Result<T, SetupError> {
        let mut tail = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut tail).map_err(|e| SetupError::io(&self.path, e))
    }

    /// For reading records back.
    pub fn reader(&self) -> Result<Reader<'_>, SetupError> {
        let file = plain_file::open(&self.path).map_err(|e| SetupError::io(&self.path, e))?;
        Ok(Reader { path: &self.path, file, line: Vec::new() })
    }

    /// Keeps what was learned from these inputs.
    pub fn keep_learned(&self, inputs: &str, context: &Context) -> Result<(), SetupError> {
        let path = self.path.with_file_name(LEARNED);
        let folder = path.parent().unwrap_or(Path::new("."));
        let write = || {
            let mut file = Pending::create(folder, &path)?;
            let context = context.to_json();
            write!(file, "{}\n{context}", of_learned(inputs, &context))?;
            file.keep()
        };
        write().map_err(|e| SetupError::io(&path, e))
    }

    /// Whether an earlier run has kept what it learned.
    pub fn has_learned(&self) -> bool {
        self.path.with_file_name(LEARNED).exists()
    }

    /// What an earlier run has learned from these inputs.
    pub fn learned(&self, inputs: &str) -> Option<Context> {
        let file = plain_file::open(&self.path.with_file_name(LEARNED)).ok()?;
        let text = io::read_to_string(file).ok()?;
        let (print, context) = text.split_once('\n')?;
        Context::from_json(context).ok().filter(|_| print == of_learned(inputs, context))
    }

    /// The report is complete: the journal goes.
    pub fn close(self) -> Result<(), SetupError> {
        remove(&self.path.with_file_name(LEARNED))?;
        remove(&self.path)
    }

    /// Whether a file of the output folder belongs to the journal.
    pub fn owns(path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == JOURNAL || name == LEARNED)
    }
}

impl Tail {
    fn cut(&mut self, end: u64) -> io::Result<()> {
        self.file.set_len(end)?;
        self.end = end;
        self.file.seek(SeekFrom::Start(end)).map(drop)
    }

    fn add(&mut self, json: &[u8]) -> io::Result<Place> {
        let place = Place { at: self.end, length: PRINT + json.len() };
        if let Err(error) = write_line(&mut self.file, json) {
            // What is torn would be skipped anyway.
            let _ = self.cut(place.at);
            return Err(error);
        }
        self.end += place.length as u64 + 1;
        self.lines += 1;
        // After a power cut no more than this is judged anew.
        if self.lines.is_multiple_of(LINES_A_SYNC) {
            self.file.sync_data()?;
        }
        Ok(place)
    }
}

/// Reads records by their places.
pub struct Reader<'j> {
    path: &'j Path,
    file: File,
    line: Vec<u8>,
}

impl Reader<'_> {
    /// The record at `place`.
    pub fn read(&mut self, place: Place) -> Result<Record, SetupError> {
        let mut read = || -> io::Result<Record> {
            self.line.resize(place.length, 0);
            self.file.seek(SeekFrom::Start(place.at))?;
            self.file.read_exact(&mut self.line)?;
            Ok(serde_json::from_slice(self.line.get(PRINT..).unwrap_or_default())?)
        };
        read().map_err(|e| SetupError::io(self.path, e))
    }
}

/// Fingerprint of what was learned and of what it was learned from.
fn of_learned(inputs: &str, context: &str) -> String {
    Fingerprint::default().with(inputs.as_bytes()).with(context.as_bytes()).hex()
}

/// Whether the open file is the one that stands at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::symlink_metadata(path).map(place);
    file.metadata().map(place).is_ok_and(|own| there.is_ok_and(|there| own == there))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Removes a file that may not be there.
pub fn remove(path: &Path) -> Result<(), SetupError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SetupError::io(path, e)),
        _ => Ok(()),
    }
}
