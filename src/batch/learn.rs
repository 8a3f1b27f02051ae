//! The first pass over a batch: what its pairs have in common, and how their languages translate each other.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::{WINDOW, job};
use crate::align::lexicon::{Bitext, Lexicon};
use crate::context::Context;
use crate::input::Source;
use crate::pipeline::{Lesson, Pipeline};

/// How often the pairs are aligned anew with what was learned so far.
const ROUNDS: usize = 1;

/// A lexicon is learned from about so many bytes of originals: of a larger batch, from pairs at even distances.
const ENOUGH: u64 = 16 << 20;

/// Learns from all pairs, starting from what `known` says. What cannot be read teaches nothing: it becomes a row in
/// the second pass. One pair teaches nothing about a batch.
pub fn learn(pipeline: &Pipeline, pairs: &[Source], known: Context) -> Context {
    if pairs.len() < 2 {
        return known;
    }
    let all: Vec<&Source> = pairs.iter().collect();
    let first = Lessons::of(pipeline, &all, &known);
    let mut context = known.merge(first.context);
    let mut bitexts = first.bitexts;
    let bilingual = evenly(&first.bilingual);
    for _ in 0..ROUNDS {
        learn_lexicons(&mut context, &bitexts);
        bitexts = Lessons::of(pipeline, &bilingual, &context).bitexts;
    }
    learn_lexicons(&mut context, &bitexts);
    context
}

fn learn_lexicons(context: &mut Context, bitexts: &BTreeMap<String, Bitext>) {
    let lexicons: Vec<(String, Lexicon)> =
        bitexts.par_iter().map(|(languages, bitext)| (languages.clone(), bitext.lexicon())).collect();
    for (languages, lexicon) in lexicons {
        context.set_lexicon(languages, lexicon);
    }
}

/// All pairs, or of a large batch some at even distances.
fn evenly<'s>(pairs: &[&'s Source]) -> Vec<&'s Source> {
    let size = |p: &&Source| fs::metadata(&p.original).map_or(0, |m| m.len());
    let bytes: u64 = pairs.iter().map(size).sum();
    let stride = usize::try_from(bytes.div_ceil(ENOUGH)).unwrap_or(usize::MAX).max(1);
    pairs.iter().step_by(stride).copied().collect()
}

/// What some pairs teach.
#[derive(Default)]
struct Lessons<'s> {
    context: Context,
    /// By languages.
    bitexts: BTreeMap<String, Bitext>,
    /// Pairs of two languages.
    bilingual: Vec<&'s Source>,
}

impl<'s> Lessons<'s> {
    fn of(pipeline: &Pipeline, pairs: &[&'s Source], context: &Context) -> Lessons<'s> {
        let lesson = |source: &Source| pipeline.lesson(job(pipeline, source).ok()?, context).ok();
        // What goes wrong here goes wrong again in the second pass, where it becomes a row.
        let safely = |source: &&Source| catch_unwind(AssertUnwindSafe(|| lesson(source))).ok().flatten();
        let mut lessons = Lessons::default();
        for window in pairs.chunks(WINDOW) {
            let taken: Vec<Option<Lesson>> = window.par_iter().with_max_len(1).map(safely).collect();
            for (source, lesson) in window.iter().zip(taken) {
                if let Some(lesson) = lesson {
                    lessons.add(source, lesson);
                }
            }
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
