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

/// All runs with units of up to [`LONGEST_UNIT`] words, by unit length, then by place. The loop over all periods
/// is linear in the text and, at sentence length, faster than the asymptotically better ways.
pub fn tandem_runs(words: &[WordId]) -> Vec<Run> {
    let mut runs = Vec::new();
    for period in 1..=LONGEST_UNIT.min(words.len() / 2) {
        let (mut matched, mut i, mut looked_at) = (0, 0, 0);
        while i <= words.len() - period {
            if matched == 0 && i >= looked_at {
                i += unlike(&words[i..], period);
                looked_at = i + BLOCK;
            }
            if i + period < words.len() && words[i] == words[i + period] {
                (matched, i) = (matched + 1, i + 1);
                continue;
            }
            if matched >= period {
                let start = i - matched;
                if is_primitive(&words[start..start + period]) {
                    runs.push(Run { start, period, copies: matched / period + 1 });
                }
            }
            (matched, i) = (0, i + 1);
        }
    }
    runs
}

/// Words from the first on that are looked at together.
const BLOCK: usize = 32;

/// How many words from the first on, whole blocks of them, are certainly not followed by their like after a period.
fn unlike(words: &[WordId], period: usize) -> usize {
    let are_unlike = |(own, next): &(&[WordId], &[WordId])| {
        // Counted, not looked for: without a way out it is done several words at a time.
        own.iter().zip(*next).map(|(a, b)| u32::from(a == b)).sum::<u32>() == 0
    };
    words
        .chunks_exact(BLOCK)
        .zip(words[period.min(words.len())..].chunks_exact(BLOCK))
        .take_while(are_unlike)
        .count()
        * BLOCK
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
    tandem_runs(&words).iter().map(|run| unit_key(&words, run)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_unit_is_named_and_copies_are_counted() {
        assert_eq!(tandem_runs(&[7, 1, 1, 1, 9]), [Run { start: 1, period: 1, copies: 3 }]);
        assert_eq!(tandem_runs(&[1, 2, 1, 2, 1]), [Run { start: 0, period: 2, copies: 2 }]);
        assert_eq!(tandem_runs(&[1, 2, 1, 2, 1, 2, 1, 2]).len(), 1);
    }

    #[test]
    fn a_text_without_repeats_has_no_run() {
        assert_eq!(tandem_runs(&[1, 2, 3, 1, 4, 2]), []);
        assert_eq!(tandem_runs(&[]), []);
    }

    #[test]
    fn a_hundred_thousand_equal_words_are_one_run() {
        let runs = tandem_runs(&vec![5; 100_000]);
        assert_eq!(runs, [Run { start: 0, period: 1, copies: 100_000 }]);
    }
}
