//! The first pass over a batch: what its pairs have in common, and how their languages translate each other.

use std::collections::BTreeMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{LARGE, of_job};
use crate::align::bitext::Bitext;
use crate::align::lexicon::Lexicon;
use crate::context::Context;
use crate::error::PairError;
use crate::fingerprint::Fingerprint;
use crate::input::{Source, Texts};
use crate::pipeline::{Begun, FirstPaths, Job, Pipeline};
use crate::text::frequencies::Every;

/// How often pairs of two languages are aligned, each time with what the time before has taught.
const ROUNDS: usize = 2;

/// Pairs whose lessons are held at a time.
const WINDOW: usize = 32;

/// Lexicons are learned from about so many bytes of originals in all: of a larger batch, from pairs at even distances.
pub(super) const ENOUGH: u64 = 8 << 20;

/// Pairs of so many bytes in all are held from round to round, as far as they are aligned without a lexicon: 5 to 10 bytes
/// of memory for each.
const HELD: u64 = 1 << 20;

/// What a batch has taught.
pub struct Learned {
    /// To be frozen and used.
    pub context: Context,
    /// What was found out about pairs on the way.
    pub paths: FirstPaths,
    /// Pairs that could not be read.
    pub unread: usize,
}

/// A pair to learn from.
pub(super) trait Teacher: Sync {
    /// Its texts.
    fn job(&self, pipeline: &Pipeline) -> Result<Job, PairError>;

    /// Bytes of the original.
    fn original_bytes(&self) -> u64;

    /// Bytes of all its texts.
    fn bytes(&self) -> u64;

    /// File of its original, where that holds nothing else.
    fn original(&self) -> Option<&Path>;
}

impl Teacher for Source {
    fn job(&self, pipeline: &Pipeline) -> Result<Job, PairError> {
        Source::job(self, pipeline)
    }

    fn original_bytes(&self) -> u64 {
        Source::original_bytes(self)
    }

    fn bytes(&self) -> u64 {
        Source::bytes(self)
    }

    fn original(&self) -> Option<&Path> {
        matches!(self.texts, Texts::Files { .. }).then(|| Source::original(self))
    }
}

/// Says whether to read no further pair.
pub(super) type Stops<'s> = &'s (dyn Fn() -> bool + Sync);

/// Learns from all pairs, starting from what `known` says. What cannot be read teaches nothing: in a run it becomes a
/// row in the second pass. One pair teaches nothing about a batch, and itself better as it is aligned.
pub fn learn(pipeline: &Pipeline, pairs: &[Source], known: Context) -> Learned {
    learn_unless(pipeline, pairs, known, &|| false).0
}

/// The same with a fingerprint of the texts; where it was told to stop, what has been learned is of no use.
pub(super) fn learn_unless<T: Teacher>(
    pipeline: &Pipeline,
    pairs: &[T],
    known: Context,
    stops: Stops,
) -> (Learned, Fingerprint) {
    let Counts { context, bilingual, unread, inputs } = count(pipeline, &tasks(pairs), stops);
    let bilingual: Vec<&T> = bilingual.into_iter().map(|(_, pair)| pair).collect();
    let learned = with_lexicons(pipeline, &bilingual, known.merge(context), stops);
    (Learned { unread, ..learned }, inputs)
}

/// What a pair is to teach.
pub(super) struct Task<'t, T> {
    /// The pair.
    pub pair: &'t T,
    /// Its place in the batch.
    pub number: usize,
    /// Of how many sentences n-grams are counted; `None` where an earlier pair has the same original, which counts once,
    /// however many systems have translated it.
    counted: Option<Every>,
    /// If it is of two languages, it is one of those that teach a lexicon.
    is_sample: bool,
}

/// What each pair of a whole batch is to teach, which depends on all others; nothing where there is only one.
pub(super) fn tasks<T: Teacher>(pairs: &[T]) -> Vec<Task<'_, T>> {
    if pairs.len() < 2 {
        return Vec::new();
    }
    let bytes: u64 = pairs.iter().map(Teacher::original_bytes).sum();
    let stride = usize::try_from(bytes.div_ceil(ENOUGH)).unwrap_or(usize::MAX).max(1);
    let mut seen = FxHashSet::default();
    let task = |(number, pair): (usize, _)| {
        let is_first = T::original(pair).is_none_or(|original| seen.insert(original));
        let counted = is_first.then(|| Every::of(number, bytes));
        Task { pair, number, counted, is_sample: number.is_multiple_of(stride) }
    };
    pairs.iter().enumerate().map(task).collect()
}

/// What is counted of some pairs.
pub(super) struct Counts<'t, T> {
    /// The sums.
    pub context: Context,
    /// Pairs of two languages that are to teach a lexicon, with their places in the batch.
    pub bilingual: Vec<(usize, &'t T)>,
    /// Pairs that could not be read.
    pub unread: usize,
    /// Of all texts, or of why they could not be read.
    inputs: Fingerprint,
}

/// What a pair's texts are, or why they could not be read.
pub(super) fn input(job: &Result<Job, PairError>) -> String {
    job.as_ref().map_or_else(|error| error.reason.to_string(), of_job)
}

/// Counts what pairs are to teach, aligning none.
pub(super) fn count<'t, T: Teacher>(
    pipeline: &Pipeline,
    tasks: &[Task<'t, T>],
    stops: Stops,
) -> Counts<'t, T> {
    let inputs = Fingerprint::default();
    let mut counts = Counts { context: Context::default(), bilingual: Vec::new(), unread: 0, inputs };
    // Counts add up in any order, so none of a pair's are held.
    let sum = Mutex::new(Context::default());
    let lesson = |task: &Task<T>| {
        let job = task.pair.job(pipeline);
        let input = input(&job);
        let lesson = job.and_then(|job| pipeline.lesson(job, task.counted)).ok();
        let is_bilingual = lesson.map(|lesson| {
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            *sum = mem::take(&mut *sum).merge(lesson.context);
            lesson.is_bilingual
        });
        Ok((input, is_bilingual))
    };
    in_order(
        tasks,
        |task| task.pair.bytes(),
        stops,
        lesson,
        |task, learned| {
            let (input, is_bilingual) = learned.unwrap_or_default();
            counts.inputs = mem::take(&mut counts.inputs).with(input.as_bytes());
            counts.unread += usize::from(is_bilingual.is_none());
            if is_bilingual == Some(true) && task.is_sample {
                counts.bilingual.push((task.number, task.pair));
            }
        },
    );
    counts.context = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    counts
}

/// Adds to a context the lexicons that pairs of two languages teach, in the order of the batch.
pub(super) fn with_lexicons<T: Teacher>(
    pipeline: &Pipeline,
    pairs: &[&T],
    mut context: Context,
    stops: Stops,
) -> Learned {
    let paths = FirstPaths::default();
    let are_held = pairs.iter().map(|pair| pair.bytes()).sum::<u64>() <= HELD;
    let pupils: Vec<Pupil<T>> =
        pairs.iter().map(|&pair| Pupil { pair, is_held: are_held, begun: OnceLock::new() }).collect();
    for _ in 0..ROUNDS {
        let mut bitexts: BTreeMap<String, Bitext> = BTreeMap::new();
        in_order(
            &pupils,
            |pupil| pupil.pair.bytes(),
            stops,
            |pupil| pupil.bitext(pipeline, &context, &paths),
            |_, taught| {
                if let Some((languages, bitext)) = taught {
                    bitexts.entry(languages).or_default().extend(&bitext);
                }
            },
        );
        let lexicons: Vec<(String, Lexicon)> =
            bitexts.into_par_iter().map(|(languages, bitext)| (languages, bitext.lexicon())).collect();
        for (languages, lexicon) in lexicons {
            context.set_lexicon(languages, lexicon);
        }
    }
    Learned { context, paths, unread: 0 }
}

/// A pair that teaches a lexicon.
struct Pupil<'t, T> {
    pair: &'t T,
    is_held: bool,
    /// What does not depend on the lexicon, from the first round on.
    begun: OnceLock<Begun>,
}

impl<T: Teacher> Pupil<'_, T> {
    fn bitext(
        &self,
        pipeline: &Pipeline,
        known: &Context,
        paths: &FirstPaths,
    ) -> Result<(String, Bitext), PairError> {
        if let Some(begun) = self.begun.get() {
            return Ok(begun.bitext(known));
        }
        let begun = pipeline.begin(self.pair.job(pipeline)?, paths)?;
        let taught = begun.bitext(known);
        if self.is_held {
            self.begun.get_or_init(|| begun);
        }
        Ok(taught)
    }
}

/// Does some work for each item, in parallel but for large ones, and hands on in their order what came of it: `None` of what
/// went wrong, which goes wrong again in the second pass, where it becomes a row.
fn in_order<I: Sync, R: Send>(
    items: &[I],
    bytes: impl Fn(&I) -> u64,
    stops: Stops,
    work: impl Fn(&I) -> Result<R, PairError> + Sync,
    mut take: impl FnMut(&I, Option<R>),
) {
    let items: Vec<(&I, bool)> = items.iter().map(|item| (item, bytes(item) <= LARGE)).collect();
    let windows = items.chunk_by(|a, b| a.1 && b.1).flat_map(|small| small.chunks(WINDOW));
    let safely = |item: &I| {
        let done = || if stops() { None } else { work(item).ok() };
        catch_unwind(AssertUnwindSafe(done)).ok().flatten()
    };
    for window in windows.take_while(|_| !stops()) {
        let done: Vec<Option<R>> = window.par_iter().with_max_len(1).map(|(item, _)| safely(item)).collect();
        window.iter().zip(done).for_each(|((item, _), done)| take(item, done));
    }
}
