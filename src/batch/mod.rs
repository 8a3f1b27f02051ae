//! A batch: two passes over its pairs, the first to learn, the second to score, then the tables.
//!
//! Pairs run in parallel and in no order; what came of each goes into the journal at once, and the tables are made from
//! that in the order of the pairs' ids. So memory does not grow with the number of pairs, what is written does not
//! depend on the order of work, and a run that was cut off goes on as if it had not been.

pub mod answer;
mod journal;
mod learn;
mod naming;
mod outcome;
mod output;
mod record;
mod score;

use std::borrow::Cow;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::context::Context;
use crate::error::{PairError, SetupError};
use crate::fingerprint::Fingerprint;
use crate::input::{Found, Source, read};
use crate::model::PairReport;
use crate::pipeline::{Job, Pipeline, Text};
pub use journal::is_unfinished;
use journal::{Identity, Journal, Place};
use learn::learn_unless;
pub use learn::{Learned, learn};
pub use outcome::{Brief, Gates, Outcome};
use output::Output;

/// Pairs of more bytes than this are worked on one at a time, so that few are held at once. Smaller ones take a few
/// hundred MB at most.
const LARGE: u64 = 4 << 20;

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
#[derive(Debug, Clone)]
pub enum Ended {
    /// All pairs are done and the report is written.
    Complete(Box<Outcome>),
    /// It was told to stop: so many pairs are in the journal.
    Stopped {
        /// Pairs that are done.
        done: usize,
    },
}

/// Everything a run needs.
pub struct Batch<'b> {
    /// How to judge.
    pub pipeline: &'b Pipeline,
    /// What to judge.
    pub found: &'b Found,
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
    /// Learns, scores and writes. The output place is tried before any work.
    pub fn run(&self, progress: &dyn Progress) -> Result<Ended, SetupError> {
        output::refuse_inside(self.output, &self.pipeline.input)?;
        let journal = output::prepare(self.output, &self.identity(), self.earlier)?;
        let context = self.context(&journal, progress)?;
        let places = self.score(&journal, &context, progress)?;
        if places.contains(&None) {
            return Ok(Ended::Stopped { done: places.into_iter().flatten().count() });
        }
        let mut output = Output::open(self.output, self.pipeline, &journal)?;
        self.found.unpaired.iter().try_for_each(|file| output.unpaired(file))?;
        let mut reader = journal.reader()?;
        for place in places.into_iter().flatten() {
            output.add(reader.read(place)?)?;
        }
        let outcome = output.finish(self.pipeline)?;
        journal.close()?;
        Ok(Ended::Complete(Box::new(outcome)))
    }

    /// Which run this is: all that its results follow from but the texts.
    fn identity(&self) -> Identity {
        let version = env!("CARGO_PKG_VERSION");
        let (Known::Learned(context) | Known::Beforehand(context)) = &self.known;
        let learns = matches!(self.known, Known::Beforehand(_));
        let print = Fingerprint::default().with_debug(self.pipeline).with_debug(self.gates);
        let settings = print.with_debug(&learns).with(context.to_json().as_bytes()).hex();
        Identity { version: version.to_string(), settings }
    }

    /// What the batch teaches, learned now or before the run was cut off.
    fn context(&self, journal: &Journal, progress: &dyn Progress) -> Result<Cow<'_, Context>, SetupError> {
        let known = match &self.known {
            Known::Learned(context) => return Ok(Cow::Borrowed(context)),
            Known::Beforehand(context) => context,
        };
        let inputs = self.inputs();
        if let Some(context) = journal.learned(&inputs) {
            return Ok(Cow::Owned(context));
        }
        let stops = || progress.stops();
        let learned = learn_unless(self.pipeline, &self.found.pairs, known.clone(), &stops).context;
        if !progress.stops() {
            journal.keep_learned(&inputs, &learned)?;
        }
        Ok(Cow::Owned(learned))
    }

    /// Fingerprint of all texts.
    fn inputs(&self) -> String {
        let print = |source: &Source| {
            job(self.pipeline, source).map_or_else(|e| e.reason.to_string(), |job| of_job(&job))
        };
        let prints: Vec<String> = self.found.pairs.par_iter().with_max_len(1).map(print).collect();
        prints.iter().fold(Fingerprint::default(), |all, print| all.with(print.as_bytes())).hex()
    }

    /// The second pass. `None` stands for pairs that were not taken because the run was told to stop.
    fn score(
        &self,
        journal: &Journal,
        context: &Context,
        progress: &dyn Progress,
    ) -> Result<Vec<Option<Place>>, SetupError> {
        let scorer = score::Scorer::new(self, journal, context)?;
        let pairs = &self.found.pairs;
        let (large, small): (Vec<usize>, Vec<usize>) = (0..pairs.len()).partition(|&k| is_large(&pairs[k]));
        let place = |k: usize| -> Result<(usize, Option<Place>), SetupError> {
            if progress.stops() {
                return Ok((k, None));
            }
            let (place, failed) = scorer.place(&pairs[k])?;
            progress.done(failed);
            Ok((k, Some(place)))
        };
        let mut placed: Vec<(usize, Option<Place>)> =
            large.into_iter().map(place).collect::<Result<_, _>>()?;
        placed.extend(small.into_par_iter().with_max_len(1).map(place).collect::<Result<Vec<_>, _>>()?);
        placed.sort_by_key(|(k, _)| *k);
        Ok(placed.into_iter().map(|(_, place)| place).collect())
    }
}

fn is_large(source: &Source) -> bool {
    let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    size(&source.original) + size(&source.translation) > LARGE
}

/// The pair's texts and what is known about them.
fn job(pipeline: &Pipeline, source: &Source) -> Result<Job, PairError> {
    let running = |path| read(path, &pipeline.input.encoding, pipeline.limits).map(Text::Running);
    Ok(Job {
        pair: source.id.clone(),
        original: running(&source.original)?,
        translation: running(&source.translation)?,
        languages: source.languages.clone(),
        aligned: false,
        machine_translation: None,
    })
}

/// Fingerprint of a pair's texts and of what is known about them.
fn of_job(job: &Job) -> String {
    let print = Fingerprint::default().with(job.pair.as_bytes()).with_debug(&job.languages);
    let add = |print: Fingerprint, text: &Text| match text {
        Text::Running(text) => print.with(text.as_bytes()),
        Text::Sentences(given) => given.iter().fold(print, |print, sentence| print.with(sentence.as_bytes())),
    };
    add(add(print, &job.original), &job.translation).hex()
}

/// Judges a pair; a panic, which would be a bug of ours, costs this pair only.
pub fn judge_safely(pipeline: &Pipeline, job: Job, context: &Context) -> Result<PairReport, PairError> {
    catch_unwind(AssertUnwindSafe(|| pipeline.judge(job, context))).unwrap_or_else(|_| {
        Err(PairError {
            path: String::new(),
            stage: "judge",
            reason: "internal-error",
            byte_offset: None,
            hint: "a bug in pairscore: please report it with the pair's files".into(),
        })
    })
}

fn paths(source: &Source) -> [String; 2] {
    [&source.original, &source.translation].map(|p| p.display().to_string())
}
