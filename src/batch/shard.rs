//! A shard: a part of a batch that is scored by itself, and what it leaves for `merge`.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::journal::Identity;
use super::lines::{Lines, write_line};
use super::record::Record;
use crate::fingerprint::Fingerprint;
use crate::input::Found;
use crate::report::files::{Pending, Settled};
use crate::report::rows::Row;

/// The file of a shard's report that `merge` reads.
pub const RECORDS: &str = "shard.records";

/// One of several parts of a batch, written `2/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Whether it takes what has this id. The id alone decides: SHA-256 of its length (8 bytes, lowest first) and its
    /// UTF-8, the first 128 bits of that as a number, highest first, divided by the number of shards: what remains, from 0, is
    /// the shard's number less one.
    pub fn takes(self, id: &str) -> bool {
        let hash = Fingerprint::default().with(id.as_bytes()).number();
        hash % u128::from(self.of) == u128::from(self.number - 1)
    }

    /// Its number, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many shards there are.
    pub fn of(self) -> u32 {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let sound = numbers.filter(|(number, of)| (1..=*of).contains(number));
        sound
            .map(|(number, of)| Shard { number, of })
            .ok_or_else(|| "I/N, as 2/4: the second of four".to_string())
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Shard, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

/// The first line of a shard's records: which run of which batch it is part of. All shards of one run have the same but
/// for the shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The run, and the shard.
    pub run: Identity,
    /// Fingerprint of the pairs and unpaired files of the whole batch: their names, paths and languages.
    pub batch: String,
    /// Fingerprint of what was learned.
    pub learned: String,
    /// Pairs and unpaired files of the whole batch.
    pub found: usize,
}

impl Head {
    /// Of a run over these files, with what they have taught.
    pub fn new(run: Identity, found: &Found, learned: String) -> Head {
        let batch = Fingerprint::default().with_debug(&found.pairs).with_debug(&found.unpaired).hex();
        Head { run, batch, learned, found: found.pairs.len() + found.unpaired.len() }
    }
}

/// What came of a pair or of a file without a partner.
#[derive(Debug, Serialize, Deserialize)]
pub enum Entry {
    /// A file without a partner: its number in the whole batch, and its row of quarantine.csv.
    Unpaired(usize, Row),
    /// A pair.
    Pair(Record),
}

/// Where an entry stands in the reports: files without a partner first, then pairs by their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Number of a file without a partner.
    Unpaired(usize),
    /// A pair's id.
    Pair(String),
}

impl Entry {
    /// Where it stands.
    pub fn key(&self) -> Key {
        match self {
            Entry::Unpaired(number, _) => Key::Unpaired(*number),
            Entry::Pair(record) => Key::Pair(record.pair.clone()),
        }
    }
}

/// The records of a shard while they are written, in the order of the reports.
pub struct Keeper(Pending);

impl Keeper {
    /// Opens the file in the shard's folder.
    pub fn create(folder: &Path, head: &Head) -> io::Result<Keeper> {
        let mut file = Pending::create(folder, &folder.join(RECORDS))?;
        write_line(&mut file, &serde_json::to_vec(head)?)?;
        Ok(Keeper(file))
    }

    /// Adds the next.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        write_line(&mut self.0, &serde_json::to_vec(entry)?)
    }

    /// Makes sure that the disk has it.
    pub fn settle(self) -> io::Result<Settled> {
        self.0.settle()
    }
}

/// Reads the object in the line of a shard's records that begins at `at`, and where the next begins; `None` at the end.
pub fn read<T: for<'de> Deserialize<'de>>(file: File, at: u64) -> io::Result<Option<(T, u64)>> {
    let mut lines = Lines::of(file, at)?;
    let damaged =
        || io::Error::new(io::ErrorKind::InvalidData, format!("byte {at}: not as a shard's run wrote it"));
    match lines.next()? {
        Some(_) => {
            let value = lines.json().and_then(|json| serde_json::from_slice(json).ok());
            Ok(Some((value.ok_or_else(damaged)?, lines.end())))
        }
        None if lines.is_at_end() => Ok(None),
        None => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().expect("a shard")
    }

    #[test]
    fn every_id_is_in_one_shard_and_shards_are_about_equal() {
        let ids: Vec<String> = (0..1000).map(|n| format!("news/{n:04}")).collect();
        for of in [1, 2, 3, 7, 16] {
            let shards: Vec<Shard> = (1..=of).map(|number| Shard { number, of }).collect();
            let sizes = shards.iter().map(|s| ids.iter().filter(|id| s.takes(id)).count());
            let sizes: Vec<usize> = sizes.collect();
            assert_eq!(sizes.iter().sum::<usize>(), 1000);
            // Five standard deviations of a fair draw.
            let (mean, spread) = (1000.0 / f64::from(of), (1000.0 / f64::from(of)).sqrt());
            assert!(sizes.iter().all(|&size| (size as f64 - mean).abs() <= 5.0 * spread), "{sizes:?}");
        }
    }

    #[test]
    fn the_shard_of_an_id_is_for_ever() {
        let number = |id: &str| (1..=7).find(|&number| Shard { number, of: 7 }.takes(id));
        assert_eq!(["", "a", "news/harbour", "日本"].map(number), [2, 1, 3, 6].map(Some));
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!(shard("2/4").to_string(), "2/4");
        for wrong in ["", "2", "0/4", "5/4", "1/0", "a/b", "-1/2", "1/2/3", "1/99999999999"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
