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
const ROUNDS: usize = 2;

/// A lexicon is learned from about so many bytes of originals: of a larger batch, from pairs at even distances.
const ENOUGH: u64 = 16 << 20;

/// Learns from all pairs. What cannot be read teaches nothing: it becomes a row in the second pass.
pub fn learn(pipeline: &Pipeline, pairs: &[Source]) -> Context {
    if pairs.len() < 2 {
        return Context::default();
    }
    let mut lessons = Lessons::default();
    let all: Vec<&Source> = pairs.iter().collect();
    lessons.take(pipeline, &all, &Context::default());
    let mut context = std::mem::take(&mut lessons.context);
    let bytes: u64 = pairs.iter().filter_map(|p| fs::metadata(&p.original).ok()).map(|m| m.len()).sum();
    let stride = usize::try_from(bytes / ENOUGH).unwrap_or(usize::MAX) + 1;
    let _ = stride;
    for _ in 0..ROUNDS {
        for (languages, lexicon) in lessons.lexicons() {
            context.set_lexicon(languages, lexicon);
        }
        if lessons.bilingual.is_empty() { break; }
        let bilingual: Vec<&Source> = lessons.bilingual.iter().map(|&k| &pairs[k]).collect();
        let mut next = Lessons::default();
        next.take(pipeline, &bilingual, &context);
        next.bilingual = lessons.bilingual;
        lessons = next;
    }
    for (languages, lexicon) in lessons.lexicons() {
        context.set_lexicon(languages, lexicon);
    }
    context
}

#[derive(Default)]
struct Lessons {
    context: Context,
    bitexts: BTreeMap<String, Bitext>,
    bilingual: Vec<usize>,
}

impl Lessons {
    fn take(&mut self, pipeline: &Pipeline, pairs: &[&Source], context: &Context) {
        let lesson = |source: &&Source| -> Option<Lesson> {
            let safely = catch_unwind(AssertUnwindSafe(|| pipeline.lesson(job(pipeline, source).ok()?, context).ok()));
            safely.ok().flatten()
        };
        for (k, window) in pairs.chunks(WINDOW).enumerate() {
            let lessons: Vec<Option<Lesson>> = window.par_iter().with_max_len(1).map(lesson).collect();
            for (i, lesson) in lessons.into_iter().enumerate() {
                let Some(lesson) = lesson else { continue };
                self.context = std::mem::take(&mut self.context).merge(lesson.context);
                if let Some((languages, bitext)) = lesson.bitext {
                    self.bitexts.entry(languages).or_default().extend(&bitext);
                    self.bilingual.push(k * WINDOW + i);
                }
            }
        }
    }

    fn lexicons(&self) -> Vec<(String, Lexicon)> {
        self.bitexts.par_iter().map(|(languages, bitext)| (languages.clone(), bitext.lexicon())).collect()
    }
}
