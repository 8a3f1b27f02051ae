//! Words and phrases that come back far more often than anything in the original.

use std::cell::LazyCell;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::line::{Line, Phrases};
use super::{Alarm, Scene};
use crate::model::Severity;
use crate::text::words::{Kind, Token, WordId};

impl Scene<'_> {
    /// The longest phrase that comes back.
    pub fn frequent_phrases(&self) -> Vec<Alarm> {
        let own = Phrases::of(self.calm());
        if own.are_none() {
            return Vec::new();
        }
        // Han characters are no words: pairs of them, and single words against them, cannot be compared.
        // Six of them are about three words.
        let shortest = match (self.original().is_han(), self.calm().is_han()) {
            (_, true) => 6,
            (true, false) => 3,
            _ => 2,
        };
        let mut orders = [8, 6, 4, 3, 2].into_iter().filter(|&n| n >= shortest);
        let there = LazyCell::new(|| Phrases::of(self.original()));
        orders.find_map(|order| self.frequent_phrase(order, &own, &there)).into_iter().collect()
    }

    fn frequent_phrase<'s, F: FnOnce() -> Phrases<'s>>(
        &'s self,
        order: usize,
        phrases: &Phrases,
        there: &LazyCell<Phrases<'s>, F>,
    ) -> Option<Alarm> {
        let (words, own) = (self.pair.words, self.calm());
        let free = |unit: &[WordId]| unit.iter().all(|&w| self.licence.is_doubled(words.text(w)));
        let (count, at) = phrases.top(order, words, free)?;
        let unit = &own.ids[at..at + order];
        let theirs = there.top(order, words, |_| false).map_or(0, |(count, _)| count);
        let same = if self.pair.is_monolingual() { self.original().count(unit) } else { 0 };
        let excess = count.saturating_sub(theirs.max(same).max(1));
        let mass = f64::from(count) * order as f64 / own.ids.len() as f64;
        let fires = match order {
            2 => count >= 3 && (excess >= 3 || excess >= 2 && mass >= 0.25),
            3 | 4 => excess >= 2,
            6 => excess >= 1 && mass >= 0.66,
            _ => excess >= 1 && mass >= 0.5,
        };
        let listed = fires && order <= 4 && self.is_enumeration(unit);
        (fires && !listed).then(|| frequency_alarm(own, at..at + order, count, mass))
    }

    /// A word that comes back. Scripts without spaces have none to count, nor to be counted against.
    pub fn frequent_words(&self) -> Vec<Alarm> {
        let (words, own) = (self.pair.words, self.calm());
        let Some((count, at)) = self.top_word(own, LEAST_TIMES) else { return Vec::new() };
        if own.is_unspaced(words) || self.original().is_unspaced(words) {
            return Vec::new();
        }
        let theirs = self.top_word(self.original(), 2).map_or(1, |(count, _)| count);
        let excess = count.saturating_sub(theirs);
        let mass = f64::from(count) / own.ids.len() as f64;
        let fires = (excess >= 3 && mass >= WORD_MASS[0]) || (excess >= 2 && mass >= WORD_MASS[1]);
        if fires && !self.is_enumeration(&own.ids[at..=at]) {
            return vec![frequency_alarm(own, at..at + 1, count, mass)];
        }
        Vec::new()
    }

    /// The commonest word of four letters or more, if it comes so many times: its count and first place.
    fn top_word(&self, line: &Line, least: usize) -> Option<(u32, usize)> {
        let weighty = line.frequent(least).filter(|&(_, at)| self.is_weighty(line.tokens[at]));
        weighty.max_by_key(|&(count, at)| (count, std::cmp::Reverse(at)))
    }

    fn is_weighty(&self, token: &Token) -> bool {
        let words = self.pair.words;
        token.is_letters()
            && words.letters(token.word) >= 4
            && !self.licence.is_doubled(words.text(token.word))
    }

    /// Members of a list, each with words of its own, of which the original says once what all share ("3 new cases
    /// in A, 5 in B"): between any two stands a mark, a conjunction or a number, and never the same. A loop goes
    /// round in the same words, or without a mark.
    fn is_enumeration(&self, unit: &[WordId]) -> bool {
        let line = self.calm();
        let places: Vec<usize> =
            (0..=line.ids.len() - unit.len()).filter(|&k| line.ids[k..].starts_with(unit)).collect();
        let mut seen = FxHashSet::default();
        places.windows(2).all(|pair| {
            let between = pair[0] + unit.len()..pair[1];
            !between.is_empty() && self.parts(between.clone()) && seen.insert(&line.ids[between])
        })
    }

    /// Words of their own stand in this part, and a mark, a conjunction or a number.
    fn parts(&self, words: Range<usize>) -> bool {
        let line = self.calm();
        let joins = |k: usize| self.joins(line.ids[k]);
        let marked = (words.start..=words.end).any(|k| line.gap(k).contains(LIST_MARKS));
        let number = line.tokens[words.clone()].iter().any(|t| t.kind == Kind::Number);
        (marked || number || words.clone().any(joins)) && !words.into_iter().all(joins)
    }
}

/// A word that comes twice too often comes at least so many times.
const LEAST_TIMES: usize = 3;

/// Shares of the segment's words from which a word counts: one that comes three times too often, and twice. Measured on
/// human translations of NTREX-128: long sentences name their subject four times and are none the worse.
const WORD_MASS: [f64; 2] = [0.15, 0.2];

const LIST_MARKS: [char; 13] = [',', ';', ':', '(', ')', '/', '-', '،', '؛', '、', '，', '；', '。'];

/// From the first to the last occurrence of the unit.
fn frequency_alarm(line: &Line, unit: Range<usize>, count: u32, mass: f64) -> Alarm {
    let ids = &line.ids[unit.clone()];
    let last = line.ids.windows(ids.len()).rposition(|w| w == ids).unwrap_or(unit.start);
    let severity = if mass > 0.4 { Severity::Critical } else { Severity::Major };
    let message =
        format!("\"{}\" comes {count} times, far more often than anything in the original", line.text(&unit));
    Alarm { normal: line.normal(&(unit.start..last + ids.len())), severity, message }
}
