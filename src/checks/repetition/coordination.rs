//! "X and X": the same words on both sides of a conjunction.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::line::Line;
use super::{Alarm, Scene};
use crate::model::{Severity, Side};
use crate::text::runs::LONGEST_UNIT;

/// Words of a language that join equals, and words that are set beside themselves on purpose.
#[derive(Default)]
pub struct Joining {
    join: FxHashSet<&'static str>,
    idiom: FxHashSet<&'static str>,
}

static JOINING: LazyLock<FxHashMap<&str, Joining>> = LazyLock::new(|| {
    let mut lists: FxHashMap<&str, Joining> = FxHashMap::default();
    for line in include_str!("coordination.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(language), Some(what), Some(words)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let list = lists.entry(language).or_default();
        if what == "join" { list.join.extend(words.split(' ')) } else { list.idiom.extend(words.split(' ')) }
    }
    lists
});

/// A letter or two fewer, and the word is a number, a letter or a particle.
const LETTERS: usize = 3;

impl Scene<'_> {
    fn joining(&self, side: Side) -> Option<&'static Joining> {
        JOINING.get(self.pair.language(side))
    }

    /// A conjunction of the translation's language.
    pub fn joins(&self, word: &str) -> bool {
        self.joining(Side::Translation).is_some_and(|j| j.join.contains(word))
    }

    /// The original says something on both sides of a conjunction; of a language without a list, of any word.
    fn coordinates_in_original(&self) -> bool {
        let (joining, words) = (self.joining(Side::Original), self.pair.words);
        let joins = |w: &str| joining.is_none_or(|j| j.join.contains(w));
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
                if length > 0 && self.is_idle(at - length..at, behind..behind + length) {
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
        let idiom = |w: &str| {
            self.joining(Side::Translation).is_some_and(|j| j.idiom.contains(w)) || self.licence.is_doubled(w)
        };
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
