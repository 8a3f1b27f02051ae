//! The first pass over a batch: what its pairs have in common, and how their languages translate each other.

use std::collections::BTreeMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{LARGE, of_job};
use crate::align::bitext::{Bitext, Join};
use crate::align::lexicon::Lexicon;
use crate::context::{Context, Gathered};
use crate::error::PairError;
use crate::fingerprint::Fingerprint;
use crate::input::{Source, Texts};
use crate::pipeline::{Begun, FirstPaths, Job, Lesson, Pipeline};
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

/// At the same time, where a thread is idle.
struct SideBySide;

impl Join for SideBySide {
    fn join<A: Send, B: Send>(&self, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
        rayon::join(a, b)
    }
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
    let paths = FirstPaths::default();
    let Counts { gathered, pupils, bitexts, unread, inputs } =
        count(pipeline, &tasks(pairs), Some((&known, &paths)), stops);
    let context = known.merge(gathered.counted());
    let pupils: Vec<Pupil<T>> = pupils.into_iter().map(|(_, pupil)| pupil).collect();
    let context = with_lexicons(pipeline, (&pupils, Some(bitexts)), context, &paths, stops);
    (Learned { context, paths, unread }, inputs)
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
    pub gathered: Gathered,
    /// Pairs of two languages that are to teach a lexicon, with their places in the batch.
    pub pupils: Vec<(usize, Pupil<'t, T>)>,
    /// What these teach by what is known, where that was asked for.
    bitexts: Bitexts,
    /// Pairs that could not be read.
    pub unread: usize,
    /// Of all texts, or of why they could not be read.
    inputs: Fingerprint,
}

/// By the names of the languages.
type Bitexts = BTreeMap<String, Bitext>;

/// What a pair's texts are, or why they could not be read.
pub(super) fn input(job: &Result<Job, PairError>) -> String {
    job.as_ref().map_or_else(|error| error.reason.to_string(), of_job)
}

/// Counts what pairs are to teach. Pairs of two languages are aligned only where it is given what is `known` beforehand.
pub(super) fn count<'t, T: Teacher>(
    pipeline: &Pipeline,
    tasks: &[Task<'t, T>],
    known: Option<(&Context, &FirstPaths)>,
    stops: Stops,
) -> Counts<'t, T> {
    let are_held = tasks.iter().map(|task| task.pair.bytes()).sum::<u64>() <= HELD;
    let (mut pupils, mut bitexts) = (Vec::new(), Bitexts::default());
    let (mut unread, mut inputs) = (0, Fingerprint::default());
    let mut gathered = Gathered::default();
    let lesson = |task: &Task<'t, T>| {
        let job = task.pair.job(pipeline);
        let input = input(&job);
        let paths = known.filter(|_| task.is_sample).map(|(_, paths)| paths);
        let lesson = job.and_then(|job| pipeline.lesson(job, task.counted, paths));
        let lesson = lesson.map(|Lesson { gathered, is_bilingual, begun }| {
            let taught = begun.as_ref().zip(known).map(|(begun, (known, _))| begun.bitext(known));
            let begun = begun.filter(|_| are_held);
            let pupil = (is_bilingual && task.is_sample).then(|| (Pupil { pair: task.pair, begun }, taught));
            (gathered, pupil)
        });
        Ok((input, lesson.ok()))
    };
    let bytes = |task: &Task<T>| task.pair.bytes();
    in_order(tasks, bytes, stops, lesson, |task, learned| {
        let (input, lesson) = learned.unwrap_or_default();
        inputs = mem::take(&mut inputs).with(input.as_bytes());
        let Some((own, pupil)) = lesson else {
            unread += 1;
            return;
        };
        gathered.add(own);
        if let Some((pupil, taught)) = pupil {
            pupils.push((task.number, pupil));
            extend(&mut bitexts, taught);
        }
    });
    Counts { gathered, pupils, bitexts, unread, inputs }
}

fn extend(bitexts: &mut Bitexts, taught: Option<(String, Bitext)>) {
    if let Some((languages, bitext)) = taught {
        bitexts.entry(languages).or_default().extend(&bitext);
    }
}

/// Adds to a context the lexicons that pairs of two languages teach, in the order of the batch; `bitexts`: of the first
/// round, if they are there already.
pub(super) fn with_lexicons<T: Teacher>(
    pipeline: &Pipeline,
    (pupils, mut first): (&[Pupil<T>], Option<Bitexts>),
    mut context: Context,
    paths: &FirstPaths,
    stops: Stops,
) -> Context {
    for _ in 0..ROUNDS {
        let bitexts = first.take().unwrap_or_else(|| {
            let mut bitexts = Bitexts::default();
            let bytes = |pupil: &Pupil<T>| pupil.pair.bytes();
            let work = |pupil: &Pupil<T>| pupil.bitext(pipeline, &context, paths);
            in_order(pupils, bytes, stops, work, |_, taught| extend(&mut bitexts, taught));
            bitexts
        });
        // Those of the round before have done their work.
        for languages in bitexts.keys() {
            context.set_lexicon(languages.clone(), Lexicon::default());
        }
        let lexicons: Vec<(String, Lexicon)> = bitexts
            .into_par_iter()
            .map(|(languages, bitext)| (languages, bitext.lexicon(&SideBySide)))
            .collect();
        for (languages, lexicon) in lexicons {
            context.set_lexicon(languages, lexicon);
        }
    }
    context
}

/// A pair that teaches a lexicon.
pub(super) struct Pupil<'t, T> {
    /// The pair.
    pub pair: &'t T,
    /// What does not depend on the lexicon, where it is held from the first round on.
    begun: Option<Begun>,
}

impl<'t, T: Teacher> Pupil<'t, T> {
    /// Of a pair that has not been looked at.
    pub fn new(pair: &'t T) -> Pupil<'t, T> {
        Pupil { pair, begun: None }
    }

    fn bitext(
        &self,
        pipeline: &Pipeline,
        known: &Context,
        paths: &FirstPaths,
    ) -> Result<(String, Bitext), PairError> {
        if let Some(begun) = &self.begun {
            return Ok(begun.bitext(known));
        }
        Ok(pipeline.begin(self.pair.job(pipeline)?, paths)?.bitext(known))
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
