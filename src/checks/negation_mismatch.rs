//! Negation mismatch: one side negates what the other affirms.

use std::cell::LazyCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::patterns::{Mark, Patterns};
use super::{Check, Findings, Pair, traits};
use crate::model::{Severity, Side};
use crate::text::words::Token;

#[doc = include_str!("negation_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NegationMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NegationMismatch {
    fn default() -> Self {
        NegationMismatch { enabled: true, severity: None }
    }
}

impl Check for NegationMismatch {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.lacks(Side::Original) || segment.lacks(Side::Translation) {
            return;
        }
        let read = |side| Negations::read(pair, index, side);
        let (Some(original), Some(translation)) = (read(Side::Original), read(Side::Translation)) else {
            return;
        };
        for (here, there) in [(&original, &translation), (&translation, &original)] {
            let alone = if pair.is_monolingual() { here.beyond(there) } else { here.without_any_in(there) };
            for (severity, mark) in alone {
                out.add(severity, (index, here.side), mark.normal.clone(), message(here.side, mark.text));
            }
        }
    }
}

pub static NEGATIONS: Patterns = Patterns::new(include_str!("negation.txt"), traits::NEGATION);

fn message(side: Side, word: &str) -> String {
    match side {
        Side::Original => {
            format!("\"{word}\" in the original has no counterpart: the translation does not negate this")
        }
        Side::Translation => {
            format!("\"{word}\" in the translation has no counterpart: the original does not negate this")
        }
    }
}

/// What one side of a segment denies.
struct Negations<'p> {
    pair: &'p Pair<'p>,
    index: usize,
    side: Side,
    /// Words that negate, once a clause.
    strong: Vec<Mark<'p>>,
    /// Words that may stand for a negation, or for the want of one.
    weak: Vec<Mark<'p>>,
}

type Alone<'m> = Vec<(Severity, &'m Mark<'m>)>;

impl<'p> Negations<'p> {
    /// Nothing for a language without a list.
    fn read(pair: &'p Pair<'p>, index: usize, side: Side) -> Option<Negations<'p>> {
        let marks = NEGATIONS.marks(pair, index, side)?;
        let (mut strong, weak): (Vec<_>, Vec<_>) = marks.into_iter().partition(|m| m.kind == "not");
        if CONCORD.contains(&pair.language(side)) {
            merge_by_clause(&mut strong, pair.documents[side as usize].normal());
        }
        Some(Negations { pair, index, side, strong, weak })
    }

    /// Between languages: the first negation, when the other side has nothing negative at all.
    ///
    /// Translators add a negation more often than they drop one ("is scarce", "there is not enough"), but not into
    /// English: none of 500 good translations of DEMETR has one added.
    fn without_any_in(&self, there: &Negations) -> Alone<'_> {
        let sure = self.side == Side::Original || self.pair.language(self.side) == "en";
        let severity = if sure { Severity::Major } else { Severity::Minor };
        let free = self.side == Side::Translation && NEGATE_FREELY.contains(&self.pair.language(self.side));
        let silent = !free && there.strong.is_empty() && there.weak.is_empty();
        let taken_back = |mark: &&Mark| {
            let next = self.weak.partition_point(|w| w.place <= mark.place);
            self.weak.get(next).is_some_and(|w| w.place - mark.place <= BEHIND)
        };
        self.strong.iter().find(|m| silent && !taken_back(m)).map(|m| (severity, m)).into_iter().collect()
    }

    /// In one language: the negations that the other side lacks in number.
    fn beyond(&self, there: &Negations) -> Alone<'_> {
        let alone = self.unanswered(there);
        let licensed = alone.len() <= self.instead(there);
        let stems = LazyCell::new(|| there.stems());
        let severity = |mark| self.severity(mark, there, licensed, &stems);
        alone.into_iter().filter_map(|mark| Some((severity(mark)?, mark))).collect()
    }

    /// What is left when each negation of the other side has taken the nearest one here, of two equally near the
    /// first. Both stand in the order of their places.
    fn unanswered(&self, there: &Negations) -> Vec<&Mark<'p>> {
        let (mut before, mut behind) = (Vec::new(), self.strong.iter().peekable());
        for mark in &there.strong {
            while let Some(passed) = behind.next_if(|own| own.place <= mark.place) {
                before.push(passed);
            }
            let far = |own: &&Mark| own.place.abs_diff(mark.place);
            let nearest = match (before.last().map(far), behind.peek().map(far)) {
                (Some(left), Some(right)) if right < left => behind.next(),
                (None, _) => behind.next(),
                _ => before.pop(),
            };
            if nearest.is_none() {
                break;
            }
        }
        before.extend(behind);
        before
    }

    /// Weak words that only the other side has: each may say what a negation says here.
    fn instead(&self, there: &Negations) -> usize {
        let counts = |side: &Negations| {
            let mut counts: FxHashMap<String, usize> = FxHashMap::default();
            for mark in &side.weak {
                *counts.entry(mark.text.to_lowercase()).or_default() += 1;
            }
            counts
        };
        let own = counts(self);
        let more = |(word, n): (String, usize)| n.saturating_sub(own.get(&word).copied().unwrap_or(0));
        counts(there).into_iter().map(more).sum()
    }

    /// In English the count is enough. Elsewhere two good texts part too often (NTREX-128: 5 % of the segments of two
    /// Spanish translations), and the words around must be the same.
    fn severity(
        &self,
        mark: &Mark,
        there: &Negations,
        licensed: bool,
        stems: &FxHashSet<&str>,
    ) -> Option<Severity> {
        if self.pair.language(self.side) == "en" {
            return Some(if licensed { Severity::Minor } else { Severity::Major });
        }
        let [before, behind] = self.around(mark).map(|word| word.is_some_and(|w| stems.contains(stem(w))));
        match (licensed, before, behind) {
            (false, true, true) => Some(Severity::Major),
            (false, false, true) if there.strong.is_empty() && there.weak.is_empty() => Some(Severity::Minor),
            _ => None,
        }
    }

    /// The nearest word of some length before a mark, and the one behind it.
    fn around(&self, mark: &Mark) -> [Option<&'p str>; 2] {
        let tokens = self.pair.segments[self.index].side(self.side).tokens;
        let (before, rest) =
            tokens.split_at(tokens.partition_point(|t| (t.start as usize) < mark.normal.start));
        let behind = &rest[rest.partition_point(|t| (t.start as usize) < mark.normal.end)..];
        let long = |t: &&Token| t.is_letters() && self.pair.words.letters(t.word) >= LETTERS;
        let near = [before.iter().rev().take(NEAR).find(long), behind.iter().take(NEAR).find(long)];
        near.map(|token| token.map(|t| self.pair.words.text(t.word)))
    }

    /// The words of this side, endings aside.
    fn stems(&self) -> FxHashSet<&'p str> {
        let tokens = self.pair.segments[self.index].side(self.side).tokens;
        tokens.iter().map(|t| stem(self.pair.words.text(t.word))).collect()
    }
}

/// Two negations of one clause are one in these languages: "no … nadie", "не … никогда".
const CONCORD: [&str; 8] = ["fr", "es", "it", "pt", "ru", "uk", "pl", "cs"];

/// Human translators into Russian, Japanese and Arabic add a negation in .5 to .9 % of all segments (NTREX-128), three
/// times as often as into German: no sign of a fault there, nor in the next of kin.
const NEGATE_FREELY: [&str; 6] = ["ru", "uk", "pl", "cs", "ja", "ar"];

/// So many tokens apart, two negations without punctuation between belong to one clause.
const CLAUSE: usize = 6;

/// A negative word up to so many tokens behind a negation takes it back: "can't deny".
const BEHIND: usize = 3;

/// How near the words around a negation are, in tokens, and how long at least.
const NEAR: usize = 3;
const LETTERS: usize = 4;

fn merge_by_clause(strong: &mut Vec<Mark>, text: &str) {
    let mut last: Option<(usize, usize)> = None;
    strong.retain(|mark| {
        let again = last.is_some_and(|(place, end)| {
            let between = &text[end..mark.normal.start];
            mark.place - place <= CLAUSE && !between.contains([',', '.', ';', ':', '!', '?'])
        });
        last = Some((mark.place, mark.normal.end));
        !again
    });
}

/// A word without its last letters, up to three, but never fewer than four letters of it.
fn stem(word: &str) -> &str {
    let letters = word.chars().count();
    let kept = letters.saturating_sub(3).max(LETTERS);
    word.char_indices().nth(kept).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(text: &'static str, words: &[(&'static str, usize)]) -> usize {
        let mark = |&(word, place): &(&'static str, usize)| {
            let start = text.find(word).unwrap();
            Mark { kind: "not", normal: start..start + word.len(), text: word, place }
        };
        let mut marks: Vec<Mark> = words.iter().map(mark).collect();
        merge_by_clause(&mut marks, text);
        marks.len()
    }

    #[test]
    fn two_negations_of_a_clause_are_one() {
        assert_eq!(merged("hier no vino nadie", &[("no", 1), ("nadie", 3)]), 1);
        assert_eq!(merged("él no vino, nadie llamó", &[("no", 1), ("nadie", 4)]), 2);
    }

    #[test]
    fn endings_do_not_count() {
        assert_eq!(stem("arrived"), stem("arrive"));
        assert_eq!(stem("été"), "été");
        assert_eq!(stem("répondait"), "répond");
    }

    #[test]
    fn every_language_of_the_list_has_words_that_negate() {
        let data = include_str!("negation.txt");
        for line in data.lines().filter(|l| !l.starts_with('#')) {
            let language = line.split('\t').next().unwrap();
            assert!(data.contains(&format!("\n{language}\tnot\t")), "{language}");
            assert_eq!(line.split('\t').count(), 3, "{line}");
        }
    }
}
