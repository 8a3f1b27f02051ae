//! The first pass over a batch: what its pairs have in common, and how their languages translate each other.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::is_large;
use crate::align::lexicon::{Bitext, Lexicon};
use crate::context::Context;
use crate::input::{Source, Texts};
use crate::pipeline::{Lesson, Pipeline, Wanted};
use crate::text::frequencies::Every;

/// How often the pairs are aligned anew with what was learned so far.
const ROUNDS: usize = 1;

/// Pairs whose lessons are held at a time.
const WINDOW: usize = 256;

/// Lexicons are learned from about so many bytes of originals in all: of a larger batch, from pairs at even distances.
const ENOUGH: u64 = 8 << 20;

/// What a batch has taught.
pub struct Learned {
    /// To be frozen and used.
    pub context: Context,
    /// Pairs that could not be read.
    pub unread: usize,
}

/// Learns from all pairs, starting from what `known` says. What cannot be read teaches nothing: in a run it becomes a
/// row in the second pass. One pair teaches nothing about a batch, and itself better as it is aligned.
pub fn learn(pipeline: &Pipeline, pairs: &[Source], known: Context) -> Learned {
    learn_unless(pipeline, pairs, known, &|| false)
}

/// Says whether to read no further pair.
type Stops<'s> = &'s (dyn Fn() -> bool + Sync);

/// The same; where it was told to stop, what has been learned is of no use.
pub(super) fn learn_unless(pipeline: &Pipeline, pairs: &[Source], known: Context, stops: Stops) -> Learned {
    if pairs.len() < 2 {
        return Learned { context: known, unread: 0 };
    }
    let all: Vec<&Source> = pairs.iter().collect();
    let first = Lessons::of(pipeline, &all, &known, Depth::of_first_pass(&all), stops);
    let (unread, bilingual) = (first.unread, first.bilingual);
    let mut context = known.merge(first.context);
    learn_lexicons(&mut context, first.bitexts);
    for _ in 0..ROUNDS {
        let again = Lessons::of(pipeline, &bilingual, &context, Depth { stride: 1, bytes: None }, stops);
        learn_lexicons(&mut context, again.bitexts);
    }
    Learned { context, unread }
}

/// For each pair, whether it is the first with its original, which counts once, however many systems have translated it.
fn first_with_original(pairs: &[&Source]) -> Vec<bool> {
    let mut seen = FxHashSet::default();
    pairs.iter().map(|pair| matches!(pair.texts, Texts::Bitext(_)) || seen.insert(pair.original())).collect()
}

/// Pairs a window at a time, a large one by itself.
fn windows<'w, 's>(pairs: &'w [&'s Source]) -> impl Iterator<Item = &'w [&'s Source]> {
    pairs.chunk_by(|a, b| !is_large(a) && !is_large(b)).flat_map(|small| small.chunks(WINDOW))
}

fn learn_lexicons(context: &mut Context, bitexts: BTreeMap<String, Bitext>) {
    let lexicons: Vec<(String, Lexicon)> =
        bitexts.into_par_iter().map(|(languages, bitext)| (languages, bitext.lexicon())).collect();
    for (languages, lexicon) in lexicons {
        context.set_lexicon(languages, lexicon);
    }
}

/// How much is learned.
#[derive(Clone, Copy)]
struct Depth {
    /// Every how many pairs teach a lexicon.
    stride: usize,
    /// Of how many bytes n-grams are counted, if they are.
    bytes: Option<u64>,
}

impl Depth {
    fn of_first_pass(pairs: &[&Source]) -> Depth {
        let bytes: u64 = pairs.iter().map(|pair| pair.original_bytes()).sum();
        let stride = usize::try_from(bytes.div_ceil(ENOUGH)).unwrap_or(usize::MAX).max(1);
        Depth { stride, bytes: Some(bytes) }
    }

    /// What the pair of this number is to teach; its original `counts` where it is the first with that.
    fn wanted(self, number: usize, counts: bool) -> Wanted {
        let ngrams = self.bytes.map(|bytes| Every::of(number, bytes));
        Wanted { counts, bitext: number.is_multiple_of(self.stride), ngrams }
    }
}

/// What some pairs teach.
#[derive(Default)]
struct Lessons<'s> {
    context: Context,
    /// By languages.
    bitexts: BTreeMap<String, Bitext>,
    /// Pairs of two languages that teach a lexicon.
    bilingual: Vec<&'s Source>,
    /// Pairs that teach nothing.
    unread: usize,
}

impl<'s> Lessons<'s> {
    /// Of all pairs.
    fn of(
        pipeline: &Pipeline,
        pairs: &[&'s Source],
        context: &Context,
        depth: Depth,
        stops: Stops,
    ) -> Lessons<'s> {
        let lesson =
            |source: &Source, wanted| pipeline.lesson(source.job(pipeline).ok()?, context, wanted).ok();
        // What goes wrong here goes wrong again in the second pass, where it becomes a row.
        let first_with_original = first_with_original(pairs);
        let safely = |(k, source): (usize, &&Source)| {
            let taught =
                || if stops() { None } else { lesson(source, depth.wanted(k, first_with_original[k])) };
            catch_unwind(AssertUnwindSafe(taught)).ok().flatten()
        };
        let mut lessons = Lessons::default();
        let mut first = 0;
        for window in windows(pairs).take_while(|_| !stops()) {
            let numbered = window.par_iter().enumerate().map(|(k, source)| (first + k, source));
            let taken: Vec<Option<Lesson>> = numbered.with_max_len(1).map(safely).collect();
            for (source, lesson) in window.iter().zip(taken) {
                match lesson {
                    Some(lesson) => lessons.add(source, lesson),
                    None => lessons.unread += 1,
                }
            }
            first += window.len();
        }
        lessons
    }

    fn add(&mut self, source: &'s Source, lesson: Lesson) {
        self.context = std::mem::take(&mut self.context).merge(lesson.context);
        if let Some((languages, bitext)) = lesson.bitext {
            self.bitexts.entry(languages).or_default().extend(&bitext);
            self.bilingual.push(source);
        }
    }
}
