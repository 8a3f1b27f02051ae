//! "X and X": the same words on both sides of a conjunction.

use std::cell::LazyCell;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::line::Line;
use super::{Alarm, Scene};
use crate::checks::traits::JOINS;
use crate::checks::word_sets::{WordSet, WordSets};
use crate::model::{Severity, Side};
use crate::text::runs::LONGEST_UNIT;
use crate::text::words::WordId;

static LISTS: WordSets = WordSets::new(include_str!("coordination.txt"));

/// Words of the language that join equals.
pub fn joining(language: &str) -> Option<&'static WordSet> {
    LISTS.get(language, "join")
}

/// A letter or two fewer, and the word is a number, a letter or a particle.
const LETTERS: usize = 3;

impl Scene<'_> {
    /// A conjunction of the translation's language.
    pub fn joins(&self, word: WordId) -> bool {
        self.pair.traits(Side::Translation)[word as usize] & JOINS != 0
    }

    /// The original says something on both sides of a conjunction; of a language without a list, of any word.
    fn coordinates_in_original(&self) -> bool {
        let (pair, side) = (self.pair, Side::Original);
        let joins = |word: WordId| {
            pair.traits(side)[word as usize] & JOINS != 0 || joining(pair.language(side)).is_none()
        };
        self.original().ids.windows(3).any(|w| w[0] == w[2] && pair.words.letters(w[0]) > 1 && joins(w[1]))
    }

    /// The same words on both sides of a conjunction, with nothing behind them that could tell the two apart, where
    /// the original has nothing of the kind.
    pub fn coordinated(&self) -> Vec<Alarm> {
        let own = &self.translation;
        let there = LazyCell::new(|| self.said_there());
        let mut alarms = Vec::new();
        for (at, behind) in self.seams(own) {
            let Some(length) = twins(own, at, behind).max() else { continue };
            let licensed =
                || self.pair.is_monolingual() && there.contains(&own.ids[at - length..behind + length]);
            if self.is_idle(at - length..at, behind..behind + length) && !licensed() {
                let unit = own.text(&(at - length..at));
                let message = format!("\"{unit}\" stands on both sides of \"{}\"", own.text(&(at..behind)));
                let severity = if length > 1 { Severity::Major } else { Severity::Minor };
                let normal = own.normal(&(at - length..behind + length));
                alarms.push(Alarm { normal, severity, message });
            }
        }
        if !alarms.is_empty() && self.coordinates_in_original() {
            alarms.clear();
        }
        alarms
    }

    /// Where one or two conjunctions stand with words on both sides: the first of them, and the word behind.
    fn seams(&self, line: &Line) -> impl Iterator<Item = (usize, usize)> {
        let traits = self.pair.traits(Side::Translation);
        let joins = |k: usize| traits[line.ids[k] as usize] & JOINS != 0;
        let firsts = (1..line.ids.len()).filter(move |&k| joins(k));
        let seams = firsts.flat_map(|at| [(at, at + 1), (at, at + 2)]);
        seams.filter(move |&(at, behind)| behind < line.ids.len() && (at + 1..behind).all(joins))
    }

    /// All that the original says on both sides of conjunctions of the translation's language, with these.
    fn said_there(&self) -> FxHashSet<&[WordId]> {
        let there = self.original();
        let said = |(at, behind)| twins(there, at, behind).map(move |n| &there.ids[at - n..behind + n]);
        self.seams(there).flat_map(said).collect()
    }

    /// The second adds nothing to the first, and they are no idiom.
    fn is_idle(&self, first: Range<usize>, second: Range<usize>) -> bool {
        let (own, words) = (&self.translation, self.pair.words);
        let language = self.pair.language(Side::Translation);
        let idiom = |w: &str| LISTS.hold(language, "idiom", w) || self.licence.is_doubled(w);
        let unbroken = (first.start + 1..second.end).all(|k| !own.begins_clause(k));
        own.letters(first.clone(), words) >= LETTERS
            && !own.is_numbers(first.clone())
            && unbroken
            && own.is_closed(second.end)
            && !own.is_joined(first.start)
            && !own.ids[first].iter().all(|&w| idiom(words.text(w)))
    }
}

/// Numbers of words before `end` that stand again from `start` on.
fn twins(line: &Line, end: usize, start: usize) -> impl Iterator<Item = usize> {
    let longest = LONGEST_UNIT.min(end).min(line.ids.len() - start);
    (1..=longest).filter(move |n| line.ids[end - n..end] == line.ids[start..start + n])
}
