//! A batch: two passes over its pairs, the first to learn, the second to score, then the tables.
//!
//! Pairs run in parallel and in no order; what came of each goes into the journal at once, and the tables are made from
//! that in the order of the pairs' ids. So memory does not grow with the number of pairs, what is written does not
//! depend on the order of work, and a run that was cut off goes on as if it had not been.

pub mod answer;
mod journal;
mod learn;
mod lines;
mod merge;
mod naming;
mod outcome;
mod output;
mod part;
mod record;
mod score;
mod shard;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::context::Context;
use crate::error::{PairError, SetupError};
use crate::fingerprint::Fingerprint;
use crate::input::{Found, Source};
use crate::model::PairReport;
use crate::pipeline::{FirstPaths, Job, Pipeline, Text};
use crate::report::rows;
pub use journal::is_unfinished;
use journal::{Identity, Journal};
pub use learn::{Learned, learn};
use learn::{input, learn_unless};
use lines::Place;
pub use merge::Merge;
pub use outcome::{Brief, Gates, Outcome};
use output::{Output, run_json, with_results};
pub use part::{Part, Sampler, learn_from_parts};
use score::Scorer;
pub use shard::Shard;
use shard::{Entry, Head};

/// Pairs of more bytes than this are worked on one at a time, so that few are held at once: a pair takes about 20 times
/// its bytes.
const LARGE: u64 = 4 << 20;

/// Where the run.json of a shard says which one it is.
const SHARD: &str = "shard";

/// Told about the work as it goes on, from any thread.
pub trait Progress: Sync {
    /// A pair is done; `failed` when it could not be scored.
    fn done(&self, failed: bool);

    /// Whether to stop: pairs in hand are finished, no further one is taken.
    fn stops(&self) -> bool;
}

/// What a run knows beforehand.
#[derive(Debug, Clone)]
pub enum Known {
    /// An earlier batch has taught this: nothing is learned from the batch in hand.
    Learned(Context),
    /// The batch in hand teaches more.
    Beforehand(Context),
}

/// What to do about an earlier report in the output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earlier {
    /// Overwrite a folder that holds other things.
    pub force: bool,
    /// Go on where a run was cut off.
    pub resume: bool,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All pairs are done and the report is written.
    Complete(Box<Outcome>),
    /// It was told to stop: so many pairs are in the journal.
    Stopped {
        /// Pairs that are done.
        done: usize,
    },
    /// The place takes nothing more: what is done is in the journal.
    Failed(SetupError),
}

/// Everything a run needs.
pub struct Batch<'b> {
    /// How to judge.
    pub pipeline: &'b Pipeline,
    /// The whole batch.
    pub found: &'b Found,
    /// The part of it to judge, where that is not the whole.
    pub shard: Option<Shard>,
    /// Where to write.
    pub output: &'b Path,
    /// What to do about what stands there.
    pub earlier: Earlier,
    /// Conditions for exit code 0.
    pub gates: &'b Gates,
    /// What is known before the first pair is read.
    pub known: Known,
}

impl Batch<'_> {
    /// Learns, scores and writes. The output place is tried before any work. Errors: it is not to be written to.
    pub fn run(&self, progress: &dyn Progress) -> Result<Ended, SetupError> {
        output::refuse_inside(self.output, &self.pipeline.input)?;
        let journal = output::prepare(self.output, &self.identity(), self.earlier)?;
        Ok(self.work(journal, progress).unwrap_or_else(Ended::Failed))
    }

    /// Whether a pair or a file without a partner is in the part to judge.
    pub fn takes(&self, id: &str) -> bool {
        self.shard.is_none_or(|shard| shard.takes(id))
    }

    fn work(&self, journal: Journal, progress: &dyn Progress) -> Result<Ended, SetupError> {
        let (context, paths) = self.context(&journal, progress)?;
        let learned = context.fingerprint();
        let pairs: Vec<&Source> = self.found.pairs.iter().filter(|pair| self.takes(&pair.id)).collect();
        let scorer = Scorer::new(self, &journal, &context, &paths, learned.clone())?;
        let places = each(&pairs, progress, |source| {
            let (place, failed) = scorer.score_or_take_over(source)?;
            progress.done(failed);
            Ok(place)
        })?;
        if places.contains(&None) {
            let done =
                places.iter().zip(&pairs).filter(|(place, pair)| place.is_some() || journal.has(&pair.id));
            return Ok(Ended::Stopped { done: done.count() });
        }
        let head = self.shard.map(|_| Head::new(self.identity(), self.found, learned));
        let outcome = self.write(&journal, places.into_iter().flatten(), head.as_ref(), &context)?;
        journal.close()?;
        Ok(Ended::Complete(Box::new(outcome)))
    }

    /// Makes the report from the journal.
    fn write(
        &self,
        journal: &Journal,
        places: impl Iterator<Item = Place>,
        head: Option<&Head>,
        context: &Context,
    ) -> Result<Outcome, SetupError> {
        let report = &self.pipeline.report;
        let mut output = Output::open(self.output, report, journal, head)?;
        let dialect = report.dialect()?;
        for (number, file) in self.found.unpaired.iter().enumerate().filter(|(_, file)| self.takes(&file.id))
        {
            output.add(Entry::Unpaired(number, rows::quarantine(&file.id, &file.error, dialect)))?;
        }
        let mut reader = journal.reader()?;
        for place in places {
            output.add(Entry::Pair(reader.read(place)?))?;
        }
        output.finish(|outcome| {
            let mut run = with_results(run_json(self.pipeline, context), self.pipeline, outcome);
            if let Some(shard) = self.shard {
                run[SHARD] = shard.to_string().into();
            }
            run
        })
    }

    /// Which run this is: all that its results follow from but the texts.
    fn identity(&self) -> Identity {
        let version = env!("CARGO_PKG_VERSION");
        let (Known::Learned(context) | Known::Beforehand(context)) = &self.known;
        let learns = matches!(self.known, Known::Beforehand(_));
        let print = Fingerprint::default().with_debug(self.pipeline).with_debug(self.gates);
        let settings = print.with_debug(&learns).with(context.fingerprint().as_bytes()).hex();
        Identity { version: version.to_string(), settings, shard: self.shard }
    }

    /// What the batch teaches, learned now or before the run was cut off.
    fn context(
        &self,
        journal: &Journal,
        progress: &dyn Progress,
    ) -> Result<(Cow<'_, Context>, FirstPaths), SetupError> {
        let no_paths = FirstPaths::default();
        let known = match &self.known {
            Known::Learned(context) => return Ok((Cow::Borrowed(context), no_paths)),
            Known::Beforehand(context) => context,
        };
        if journal.has_learned()
            && let Some(context) = journal.learned(&self.inputs(progress)?)
        {
            return Ok((Cow::Owned(context), no_paths));
        }
        let stops = || progress.stops();
        let (learned, inputs) = learn_unless(self.pipeline, &self.found.pairs, known.clone(), &stops);
        let is_dear = learned.context.lexicons().next().is_some();
        if is_dear && !progress.stops() {
            journal.keep_learned(&inputs.hex(), &learned.context)?;
        }
        Ok((Cow::Owned(learned.context), learned.paths))
    }

    /// Fingerprint of all texts, as [`learn_unless`] takes it.
    fn inputs(&self, progress: &dyn Progress) -> Result<String, SetupError> {
        let pairs: Vec<&Source> = self.found.pairs.iter().collect();
        let inputs = each(&pairs, progress, |source| Ok(input(&source.job(self.pipeline))))?;
        let all = inputs.iter().flatten().fold(Fingerprint::default(), |all, one| all.with(one.as_bytes()));
        Ok(all.hex())
    }
}

/// Does some work for each pair, in parallel but for large ones, the longest first, so that none of them holds the others' end up;
/// in the order of pairs what came of it, `None` for those that were not taken because the run was told to stop.
fn each<T: Send>(
    pairs: &[&Source],
    progress: &dyn Progress,
    work: impl Fn(&Source) -> Result<T, SetupError> + Sync,
) -> Result<Vec<Option<T>>, SetupError> {
    let mut sizes: Vec<(u64, usize)> = pairs.iter().map(|pair| pair.bytes()).zip(0..).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let (large, small) = sizes.split_at(sizes.partition_point(|(bytes, _)| *bytes > LARGE));
    let take = |&(_, k): &(u64, usize)| -> Result<(usize, Option<T>), SetupError> {
        Ok((k, if progress.stops() { None } else { Some(work(pairs[k])?) }))
    };
    let mut done = large.iter().map(take).collect::<Result<Vec<_>, _>>()?;
    done.extend(small.iter().par_bridge().map(take).collect::<Result<Vec<_>, _>>()?);
    done.sort_by_key(|(k, _)| *k);
    Ok(done.into_iter().map(|(_, came)| came).collect())
}

/// Fingerprint of a pair's texts and of what is known about them.
fn of_job(job: &Job) -> String {
    let print = Fingerprint::default().with(job.pair.as_bytes()).with_debug(&job.languages);
    let print = print.with_debug(&(&job.alignment, &job.units));
    let texts = [&job.original, &job.translation].into_iter().chain(&job.reference);
    texts
        .fold(print, |print, text| match text {
            Text::Running(text) => print.with(text.as_bytes()),
            placed => print.with_debug(placed),
        })
        .hex()
}

/// Judges a pair; a panic, which would be a bug of ours, costs this pair only.
pub fn judge_safely(
    pipeline: &Pipeline,
    job: Job,
    context: &Context,
    paths: &FirstPaths,
) -> Result<PairReport, PairError> {
    catch_unwind(AssertUnwindSafe(|| pipeline.judge_along(job, context, paths))).unwrap_or_else(|_| {
        Err(PairError {
            path: String::new(),
            stage: "judge",
            reason: "internal-error",
            byte_offset: None,
            hint: "a bug in pairscore: please report it with the pair's files".into(),
        })
    })
}

/// Files of original, translation and reference, the last empty where there is none.
fn paths(source: &Source) -> [String; 3] {
    let reference = source.reference().unwrap_or(Path::new(""));
    [source.original(), source.translation(), reference].map(|p| p.display().to_string())
}
