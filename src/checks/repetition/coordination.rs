//! "X and X": the same words on both sides of a conjunction.

use std::ops::Range;
use std::sync::LazyLock;

use super::line::Line;
use super::{Alarm, Scene};
use crate::checks::word_sets::WordSets;
use crate::model::{Severity, Side};
use crate::text::runs::LONGEST_UNIT;

static LISTS: LazyLock<WordSets> = LazyLock::new(|| WordSets::read(include_str!("coordination.txt")));

/// A letter or two fewer, and the word is a number, a letter or a particle.
const LETTERS: usize = 3;

impl Scene<'_> {
    /// A conjunction of the translation's language.
    pub fn joins(&self, word: &str) -> bool {
        LISTS.hold(self.pair.language(Side::Translation), "join", word)
    }

    /// The original says something on both sides of a conjunction; of a language without a list, of any word.
    fn coordinates_in_original(&self) -> bool {
        let (joining, words) = (LISTS.get(self.pair.language(Side::Original), "join"), self.pair.words);
        let joins = |w: &str| joining.is_none_or(|list| list.contains(w));
        self.original
            .ids
            .windows(3)
            .any(|w| w[0] == w[2] && words.letters(w[0]) > 1 && joins(words.text(w[1])))
    }

    /// The same words on both sides of a conjunction, with nothing behind them that could tell the two apart, where
    /// the original has nothing of the kind.
    pub fn coordinated(&self) -> Vec<Alarm> {
        let (own, words) = (&self.translation, self.pair.words);
        let joins = |k: usize| self.joins(words.text(own.ids[k]));
        let mut alarms = Vec::new();
        for at in (1..own.ids.len()).filter(|&k| joins(k)) {
            for behind in [at + 1, at + 2] {
                let joined = behind < own.ids.len() && (at..behind).all(joins);
                let length = if joined { twin(own, at, behind) } else { 0 };
                let original = || self.original.count(&own.ids[at - length..behind + length]) > 0;
                if length > 0
                    && !(self.pair.is_monolingual() && original())
                    && self.is_idle(at - length..at, behind..behind + length)
                {
                    let unit = own.text(&(at - length..at));
                    let message =
                        format!("\"{unit}\" stands on both sides of \"{}\"", own.text(&(at..behind)));
                    let severity = if length > 1 { Severity::Major } else { Severity::Minor };
                    alarms.push(Alarm {
                        normal: own.normal(&(at - length..behind + length)),
                        severity,
                        message,
                    });
                }
            }
        }
        if self.coordinates_in_original() { Vec::new() } else { alarms }
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

/// How many words before `end` stand again from `start` on.
fn twin(line: &Line, end: usize, start: usize) -> usize {
    let longest = LONGEST_UNIT.min(end).min(line.ids.len() - start);
    let equal = |n: &usize| line.ids[end - n..end] == line.ids[start..start + n];
    (1..=longest).rev().find(equal).unwrap_or(0)
}
