//! What a share of a batch teaches, to be put together with the others: counts that add up, the sentences whose n-grams are
//! counted, and the texts of the pairs from which lexicons are learned, bounded samples both: they wait until all is there.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::answer::job_of;
use super::learn::{ENOUGH, Learned, Pupil, Task, Teacher, count, learn_unless, tasks, with_lexicons};
use super::{Shard, of_job};
use crate::context::{Context, Gathered};
use crate::error::{PairError, SetupError};
use crate::fingerprint::Fingerprint;
use crate::input::Source;
use crate::pipeline::accepted::Accepted;
use crate::pipeline::{FirstPaths, Input, Job, Pipeline, Report, Text};
use crate::plain_file;

/// Version of the saved form.
const VERSION: u32 = 2;

/// Bytes of text that a sample may hold.
const MOST: u64 = 64 << 20;

/// What a share of a batch teaches.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Says what the file is, and which version.
    #[serde(rename = "pairscore_part")]
    version: u32,
    /// Fingerprint of the program's version and of the settings that decide what is learned.
    settings: String,
    share: Share,
    read: usize,
    unread: usize,
    counts: Gathered,
    /// With their places in the batch; of a sample 0.
    texts: Vec<(usize, Job)>,
}

/// Which share of what.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Share {
    /// A shard of the batch with this fingerprint.
    Shard(Shard, String),
    /// One in so many pairs of a stream.
    OneIn(u32),
}

impl Teacher for Job {
    fn job(&self, _: &Pipeline) -> Result<Job, PairError> {
        Ok(self.clone())
    }

    fn original_bytes(&self) -> u64 {
        self.original.bytes()
    }

    fn bytes(&self) -> u64 {
        let texts = [&self.original, &self.translation].into_iter().chain(&self.reference);
        texts.map(Text::bytes).sum()
    }

    fn original(&self) -> Option<&Path> {
        None
    }
}

impl Part {
    fn new(pipeline: &Pipeline, share: Share) -> Part {
        Part {
            version: VERSION,
            settings: settings(pipeline),
            share,
            read: 0,
            unread: 0,
            counts: Gathered::default(),
            texts: Vec::new(),
        }
    }

    /// What a shard of these pairs teaches.
    pub fn of_shard(pipeline: &Pipeline, pairs: &[Source], shard: Shard) -> Part {
        let batch = Fingerprint::default().with_debug(&pairs).hex();
        let own: Vec<Task<Source>> =
            tasks(pairs).into_iter().filter(|task| shard.takes(&task.pair.id)).collect();
        let counts = count(pipeline, &own, None, &|| false);
        let texts = counts
            .pupils
            .into_iter()
            .filter_map(|(number, pupil)| Some((number, pupil.pair.job(pipeline).ok()?)));
        Part {
            read: own.len() - counts.unread,
            unread: counts.unread,
            counts: counts.gathered,
            texts: texts.collect(),
            ..Part::new(pipeline, Share::Shard(shard, batch))
        }
    }

    /// Pairs that could not be read.
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// Pairs that could.
    pub fn read(&self) -> usize {
        self.read
    }

    /// The saved form: a line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The parts in a file, one a line.
    pub fn in_file(path: &Path) -> Result<Vec<Part>, SetupError> {
        let file = plain_file::open(path).map_err(|e| SetupError::io(path, e))?;
        let part = |line: io::Result<String>| {
            let line = line.map_err(|e| SetupError::io(path, e))?;
            let part: Result<Part, _> = serde_json::from_str(&line);
            let wrong = |what: &dyn fmt::Display| {
                SetupError::Configuration(format!(
                    "{}: no part written by `pairscore learn`: {what}",
                    path.display()
                ))
            };
            let part = part.map_err(|e| wrong(&e))?;
            if part.version == VERSION { Ok(part) } else { Err(wrong(&"of another version, learn it again")) }
        };
        BufReader::new(file).lines().map(part).collect()
    }
}

/// Takes from the lines of a stream those pairs that the hash of their ids chooses.
pub struct Sampler<'p> {
    pipeline: &'p Pipeline,
    every: u32,
    part: Part,
    bytes: u64,
}

impl<'p> Sampler<'p> {
    /// Takes one in `every` pairs.
    pub fn new(pipeline: &'p Pipeline, every: u32) -> Sampler<'p> {
        Sampler { pipeline, every, part: Part::new(pipeline, Share::OneIn(every)), bytes: 0 }
    }

    /// Looks at a line. Errors: too much has been taken.
    pub fn look_at(&mut self, line: &[u8]) -> Result<(), SetupError> {
        match job_of(self.pipeline, line, |id| self.takes(id)) {
            None => {}
            Some(Err(_)) => self.part.unread += 1,
            Some(Ok(job)) => {
                self.bytes += job.bytes();
                self.part.read += 1;
                self.part.texts.push((0, job));
            }
        }
        check_size(self.bytes, self.every)
    }

    /// All that was taken.
    pub fn part(self) -> Part {
        self.part
    }

    /// Another hash than that of [`Shard::takes`], so that every shard of a batch has its share of the sample.
    fn takes(&self, id: &str) -> bool {
        let hash = Fingerprint::default().with(b"sample").with(id.as_bytes()).number();
        hash.is_multiple_of(u128::from(self.every))
    }
}

/// What more than enough teaches is little, and it would be held in memory.
fn check_size(bytes: u64, every: u32) -> Result<(), SetupError> {
    if bytes <= MOST {
        return Ok(());
    }
    let [most, enough] = [MOST, ENOUGH].map(|bytes| bytes >> 20);
    Err(SetupError::Configuration(format!(
        "one in {every} pairs is more than {most} MiB: take fewer with a greater --every ({enough} MiB of originals are enough)"
    )))
}

/// What the pipeline's settings and the version decide of what is learned: not where texts come from and reports go.
fn settings(pipeline: &Pipeline) -> String {
    let learning = Pipeline {
        input: Input {
            encoding: pipeline.input.encoding.clone(),
            columns: pipeline.input.columns.clone(),
            ..Input::default()
        },
        report: Report::default(),
        accepted: Accepted::default(),
        ..pipeline.clone()
    };
    Fingerprint::default().with(env!("CARGO_PKG_VERSION").as_bytes()).with_debug(&learning).hex()
}

/// What all parts teach together: of shards what `learn` learns from the batch; of a stream what it learns from
/// the sample as a batch, however the lines were divided. Errors: they do not belong together, or one is missing.
pub fn learn_from_parts(
    pipeline: &Pipeline,
    parts: Vec<Part>,
    known: Context,
) -> Result<(Learned, usize), SetupError> {
    let is_sample = check(pipeline, &parts)?;
    let (mut counts, mut texts, mut read, mut unread) = (Gathered::default(), Vec::new(), 0, 0);
    for part in parts {
        counts.add(part.counts);
        texts.extend(part.texts);
        read += part.read;
        unread += part.unread;
    }
    texts.sort_by_cached_key(|(number, job)| (*number, job.pair.clone(), of_job(job)));
    let texts: Vec<Job> = texts.into_iter().map(|(_, job)| job).collect();
    let learned = if is_sample {
        learn_unless(pipeline, &texts, known, &|| false).0
    } else {
        let (pupils, paths): (Vec<Pupil<Job>>, _) =
            (texts.iter().map(Pupil::new).collect(), FirstPaths::default());
        let context = known.merge(counts.counted());
        let context = with_lexicons(pipeline, (&pupils, None), context, &paths, &|| false);
        Learned { context, paths, unread }
    };
    Ok((Learned { unread, ..learned }, read))
}

/// Refuses parts that do not make a whole; whether they are of a sample.
fn check(pipeline: &Pipeline, parts: &[Part]) -> Result<bool, SetupError> {
    let wrong = |what: &str| Err(SetupError::Configuration(what.to_string()));
    let Some(first) = parts.first() else { return wrong("no part is given") };
    if parts.iter().any(|part| part.settings != settings(pipeline)) {
        return wrong("a part was learned by another version or with another pipeline than is given here");
    }
    let mut shards = BTreeMap::new();
    for part in parts {
        match (&part.share, &first.share) {
            (Share::OneIn(every), Share::OneIn(other)) if every == other => {}
            (Share::Shard(shard, batch), Share::Shard(other, whole))
                if batch == whole && shard.of() == other.of() =>
            {
                if shards.insert(shard.number(), shard).is_some() {
                    return wrong(&format!("the part {shard} is there twice"));
                }
            }
            _ => return wrong("the parts are not of one batch, or sampled with another --every"),
        }
    }
    let Share::Shard(shard, _) = &first.share else {
        let Share::OneIn(every) = first.share else { return Ok(true) };
        let bytes = parts.iter().flat_map(|part| &part.texts).map(|(_, job)| job.bytes()).sum();
        return check_size(bytes, every).map(|()| true);
    };
    let missing = (1..=shard.of()).find(|number| !shards.contains_key(number));
    missing.map_or(Ok(false), |number| wrong(&format!("the part {number}/{} is missing", shard.of())))
}
