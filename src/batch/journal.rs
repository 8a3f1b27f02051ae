//! The journal of a run: what came of each pair, appended as it comes, in whatever order. Tables are made from it at
//! the end, and a run that was cut off goes on from it.
//!
//! A line is a JSON object, the first one says which run it is. A line that was torn when the program was stopped is
//! no line: its pair is judged anew.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::context::Context;
use crate::error::SetupError;
use crate::report::files::Pending;

/// Stands in the output folder until the report is complete.
pub const JOURNAL: &str = ".pairscore-journal";

/// What the batch has taught, so that a run that goes on need not learn it again.
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
}

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    at: u64,
    length: usize,
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
}

impl Journal {
    /// Opens the journal in `folder` and keeps other runs out. Errors: another run writes there, or the folder takes
    /// no file.
    pub fn open(folder: &Path) -> Result<Journal, SetupError> {
        let path = folder.join(JOURNAL);
        let at = |e| SetupError::io(&path, e);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(at)?;
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(SetupError::Configuration(format!(
                "{}: another run writes there: wait for its end, or choose another --output",
                folder.display()
            )));
        }
        Ok(Journal {
            path,
            file: Mutex::new(Tail { file, end: 0 }),
            earlier: HashMap::new(),
            has_gone_on: false,
        })
    }

    /// Takes over what an earlier run has left, or says that it has left nothing. Errors: it was another run.
    pub fn resume(&mut self, identity: &Identity) -> Result<bool, SetupError> {
        let at = |e| SetupError::io(&self.path, e);
        let mut reader = BufReader::new(File::open(&self.path).map_err(at)?);
        let mut line = Vec::new();
        let mut end = read_line(&mut reader, &mut line).map_err(at)?;
        let Some(found) = serde_json::from_slice::<Identity>(&line).ok().filter(|_| end > 0) else {
            return Ok(false);
        };
        if found != *identity {
            let what = if found.version == identity.version {
                "with other settings or files beside them (pipeline, baseline, context, gates)".to_string()
            } else {
                format!("by version {}", found.version)
            };
            return Err(SetupError::Configuration(format!(
                "{}: the run that was cut off was started {what}: leave out --resume to start anew",
                self.path.display()
            )));
        }
        loop {
            let length = read_line(&mut reader, &mut line).map_err(at)?;
            if length == 0 {
                break;
            }
            if let Ok(head) = serde_json::from_slice::<Head>(&line) {
                let place = Place { at: end, length: line.len() };
                self.earlier.insert(head.pair, (head.source, place));
            }
            end += length;
        }
        self.tail(|tail| tail.cut(end))?;
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

    /// The record of a pair that an earlier run has left, if it follows from the same source.
    pub fn earlier(&self, pair: &str, source: &str) -> Result<Option<(Place, Record)>, SetupError> {
        match self.earlier.get(pair) {
            Some((from, place)) if from == source => Ok(Some((*place, self.reader()?.read(*place)?))),
            _ => Ok(None),
        }
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
        let file = File::open(&self.path).map_err(|e| SetupError::io(&self.path, e))?;
        Ok(Reader { path: &self.path, file, line: Vec::new() })
    }

    /// Keeps what was learned from these inputs.
    pub fn keep_learned(&self, inputs: &str, context: &Context) -> Result<(), SetupError> {
        let path = self.path.with_file_name(LEARNED);
        let folder = path.parent().unwrap_or(Path::new("."));
        let write = || {
            let mut file = Pending::create(folder, &path)?;
            write!(file, "{inputs}\n{}", context.to_json())?;
            file.keep()
        };
        write().map_err(|e| SetupError::io(&path, e))
    }

    /// What an earlier run has learned from these inputs.
    pub fn learned(&self, inputs: &str) -> Option<Context> {
        let text = fs::read_to_string(self.path.with_file_name(LEARNED)).ok()?;
        let (from, context) = text.split_once('\n')?;
        Context::from_json(context).ok().filter(|_| from == inputs)
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

    fn add(&mut self, line: &[u8]) -> io::Result<Place> {
        let place = Place { at: self.end, length: line.len() };
        let written = self.file.write_all(line).and_then(|()| self.file.write_all(b"\n"));
        if let Err(error) = written {
            // What is torn would be skipped anyway.
            let _ = self.cut(place.at);
            return Err(error);
        }
        self.end += line.len() as u64 + 1;
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
            Ok(serde_json::from_slice(&self.line)?)
        };
        read().map_err(|e| SetupError::io(self.path, e))
    }
}

/// Reads a line without its end; its length with it. A last line without an end is torn: none.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    line.clear();
    let length = reader.read_until(b'\n', line)?;
    if line.pop() == Some(b'\n') { Ok(length as u64) } else { Ok(0) }
}

/// Removes a file that may not be there.
pub fn remove(path: &Path) -> Result<(), SetupError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SetupError::io(path, e)),
        _ => Ok(()),
    }
}
