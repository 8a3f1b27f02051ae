//! Tandem repeats: a unit of words that stands twice or more in a row.

use rustc_hash::FxHashSet;

use super::words::{Token, WordId};

/// Longest unit looked for, in words.
pub const LONGEST_UNIT: usize = 40;

/// A maximal run of copies of one unit (Kolpakov and Kucherov 1999), the unit being the smallest possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Index of the first word.
    pub start: usize,
    /// Words in the unit.
    pub period: usize,
    /// Whole copies, at least 2.
    pub copies: usize,
}

impl Run {
    /// Index after the last word of the last whole copy.
    pub fn end(&self) -> usize {
        self.start + self.period * self.copies
    }
}

/// The places of words, those of equal words together and in order.
pub fn places(words: &[WordId]) -> Vec<(WordId, u32)> {
    let mut places: Vec<(WordId, u32)> = words.iter().copied().zip(0..).collect();
    places.sort_unstable_by_key(|&(word, place)| u64::from(word) << 32 | u64::from(place));
    places
}

/// All runs with units of up to [`LONGEST_UNIT`] words, by unit length, then by place.
pub fn tandem_runs(words: &[WordId], places: &[(WordId, u32)]) -> Vec<Run> {
    let mut equals = places.windows(2).filter(|two| two[0].0 == two[1].0).peekable();
    if equals.peek().is_none() {
        return Vec::new();
    }
    let mut before = vec![NONE; words.len()];
    equals.for_each(|two| before[two[1].1 as usize] = two[0].1);
    runs_by_equals(words, &before)
}

/// No place.
const NONE: u32 = u32::MAX;

/// The same from the place of each word's last equal before it. Each word is compared with its equals up to so far before
/// it: few, but in a text of one word, where they are 40.
fn runs_by_equals(words: &[WordId], before: &[u32]) -> Vec<Run> {
    let mut runs = Vec::new();
    // By unit length: the place behind the last word that stands again after such a length, and how many do in a row.
    let mut ends = [(0, 0); LONGEST_UNIT + 1];
    let mut close = |period: usize, (end, matched): (usize, usize)| {
        if matched >= period && is_primitive(&words[end - matched..end - matched + period]) {
            runs.push(Run { start: end - matched, period, copies: matched / period + 1 });
        }
    };
    for here in 0..words.len() {
        let mut place = before[here] as usize;
        while place < here && here - place <= LONGEST_UNIT {
            let period = here - place;
            let (end, matched) = ends[period];
            if end == place {
                ends[period] = (place + 1, matched + 1);
            } else {
                close(period, ends[period]);
                ends[period] = (place + 1, 1);
            }
            place = before[place] as usize;
        }
    }
    (1..).zip(&ends[1..]).for_each(|(period, &end)| close(period, end));
    runs.sort_unstable_by_key(|run| (run.period, run.start));
    runs
}

/// The unit is no repetition itself.
fn is_primitive(unit: &[WordId]) -> bool {
    let n = unit.len();
    (1..n).filter(|p| n.is_multiple_of(*p)).all(|p| (p..n).any(|i| unit[i] != unit[i - p]))
}

/// The unit of a run as a key that does not depend on where the run begins.
pub fn unit_key(words: &[WordId], run: &Run) -> Vec<WordId> {
    let mut unit = words[run.start..run.start + run.period].to_vec();
    unit.sort_unstable();
    unit
}

/// Every unit that stands at least twice in a row in these tokens, punctuation aside.
pub fn doubled_units(tokens: &[Token]) -> FxHashSet<Vec<WordId>> {
    let words: Vec<WordId> = tokens.iter().filter(|t| t.is_content()).map(|t| t.word).collect();
    let mut last = vec![NONE; words.iter().max().map_or(0, |&most| most as usize + 1)];
    let places = words.iter().zip(0..);
    let before: Vec<u32> =
        places.map(|(&word, place)| std::mem::replace(&mut last[word as usize], place)).collect();
    runs_by_equals(&words, &before).iter().map(|run| unit_key(&words, run)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(words: &[WordId]) -> Vec<Run> {
        tandem_runs(words, &places(words))
    }

    #[test]
    fn the_smallest_unit_is_named_and_copies_are_counted() {
        assert_eq!(runs(&[7, 1, 1, 1, 9]), [Run { start: 1, period: 1, copies: 3 }]);
        assert_eq!(runs(&[1, 2, 1, 2, 1]), [Run { start: 0, period: 2, copies: 2 }]);
        assert_eq!(runs(&[1, 2, 1, 2, 1, 2, 1, 2]).len(), 1);
    }

    #[test]
    fn a_text_without_repeats_has_no_run() {
        assert_eq!(runs(&[1, 2, 3, 1, 4, 2]), []);
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn a_hundred_thousand_equal_words_are_one_run() {
        assert_eq!(runs(&vec![5; 100_000]), [Run { start: 0, period: 1, copies: 100_000 }]);
    }
}
