//! Counting the n-grams that two sequences share, for all orders in one sort.
//!
//! Characters or words become small numbers. Every position of either sequence gives one window of
//! the highest order; sorted, windows that begin with the same n symbols lie side by side for each
//! n at once. The cost is O(n log n) whatever the text: no hash map, no string for an n-gram.

use std::iter::repeat_n;

/// Two sequences over one alphabet, ready to be compared.
#[derive(Debug)]
pub(super) struct SymbolPair {
    pub(super) hypothesis: Vec<u32>,
    pub(super) reference: Vec<u32>,
    /// Symbols run from 1 to this; the numbers on either side of the range mark the ends.
    largest: u32,
}

/// The text a window comes from.
#[derive(Debug, Clone, Copy)]
enum Side {
    Hypothesis = 0,
    Reference = 1,
}

/// The symbol that fills up windows beyond the end of the hypothesis. The reference has another, so
/// that a window cut short never matches one of the other side.
const HYPOTHESIS_END: u32 = 0;

/// The first code point that takes its symbol from a table.
const ASCII: u32 = 128;

/// No table of distinct code points is longer.
const MAX_RANK: u32 = char::MAX as u32;

impl SymbolPair {
    /// Words: equal words become equal symbols.
    pub(super) fn of_words(hypothesis: &[&str], reference: &[&str]) -> Self {
        let words = [hypothesis, reference].concat();
        let mut sorted: Vec<(u64, usize)> = words.iter().map(|word| leading_bytes(word)).zip(0..).collect();
        // Most words differ in their first bytes already, which a number compares at once.
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| words[a.1].cmp(words[b.1])));
        let mut symbols = vec![0; words.len()];
        let mut largest = 0;
        let mut previous = None;
        for (_, position) in sorted {
            if previous.replace(words[position]) != Some(words[position]) {
                largest += 1;
            }
            symbols[position] = largest;
        }
        let reference = symbols.split_off(hypothesis.len());
        Self { hypothesis: symbols, reference, largest }
    }

    /// Characters: ASCII by its code, all others by their rank among those that occur, so that
    /// symbols stay small in every script.
    pub(super) fn of_characters(
        hypothesis: impl Iterator<Item = char>,
        reference: impl Iterator<Item = char>,
    ) -> Self {
        let mut hypothesis: Vec<u32> = hypothesis.map(u32::from).collect();
        let mut reference: Vec<u32> = reference.map(u32::from).collect();
        let mut table: Vec<u32> =
            hypothesis.iter().chain(&reference).copied().filter(|&code| code >= ASCII).collect();
        table.sort_unstable();
        table.dedup();
        for code in hypothesis.iter_mut().chain(&mut reference) {
            *code = symbol_of_character(*code, &table);
        }
        Self { hypothesis, reference, largest: symbol_of_character(u32::MAX, &table) }
    }

    /// For each order from 1 to `order`, the number of n-grams that hypothesis and reference share,
    /// each counted as often as it occurs in both.
    pub(super) fn matches(&self, order: usize) -> Vec<usize> {
        match Packing::new(order, self.largest + 1) {
            Some(packing) => self.packed_matches(packing),
            None => self.wide_matches(order),
        }
    }

    /// Windows that fit a machine word, as nearly all do.
    fn packed_matches(&self, packing: Packing) -> Vec<usize> {
        let mut windows = Vec::with_capacity(self.hypothesis.len() + self.reference.len());
        packing.push_windows(&self.hypothesis, Side::Hypothesis, HYPOTHESIS_END, &mut windows);
        packing.push_windows(&self.reference, Side::Reference, self.largest + 1, &mut windows);
        windows.sort_unstable();

        let mut counter = PrefixCounter::new(packing.order);
        let mut previous = windows.first().copied().unwrap_or_default();
        for window in windows {
            counter.add(packing.shared_prefix(previous, window), Packing::side(window));
            previous = window;
        }
        counter.finish()
    }

    /// Windows over an alphabet too large to pack: the same by comparing slices.
    fn wide_matches(&self, order: usize) -> Vec<usize> {
        let padding = order.saturating_sub(1);
        let mut text = self.hypothesis.clone();
        text.extend(repeat_n(HYPOTHESIS_END, padding));
        let boundary = text.len();
        text.extend(&self.reference);
        text.extend(repeat_n(self.largest + 1, padding));

        let window = |start: usize| &text[start..start + order];
        let mut starts: Vec<usize> =
            (0..self.hypothesis.len()).chain(boundary..boundary + self.reference.len()).collect();
        starts.sort_unstable_by(|&a, &b| window(a).cmp(window(b)));

        let mut counter = PrefixCounter::new(order);
        let mut previous = starts.first().copied().unwrap_or_default();
        for start in starts {
            let shared = window(previous).iter().zip(window(start)).take_while(|(a, b)| a == b).count();
            let side = if start < boundary { Side::Hypothesis } else { Side::Reference };
            counter.add(shared, side);
            previous = start;
        }
        counter.finish()
    }
}

/// The number of n-grams of order `order` in a sequence of `length` symbols.
pub(super) fn ngram_count(length: usize, order: usize) -> usize {
    (length + 1).saturating_sub(order)
}

/// The first eight bytes of `word` as a number.
fn leading_bytes(word: &str) -> u64 {
    word.bytes().take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// The symbol of a code point, given the sorted table of those beyond ASCII.
fn symbol_of_character(code: u32, table: &[u32]) -> u32 {
    if code < ASCII {
        return code + 1;
    }
    let rank = table.partition_point(|&other| other < code);
    ASCII + 1 + u32::try_from(rank).unwrap_or(MAX_RANK)
}

/// How a window lies in 64 bits: the first symbol highest, the side in the lowest bit.
#[derive(Debug, Clone, Copy)]
struct Packing {
    order: usize,
    bits_a_symbol: usize,
}

impl Packing {
    /// `None` where windows of `order` symbols up to `largest` don't fit.
    fn new(order: usize, largest: u32) -> Option<Self> {
        let bits_a_symbol = largest.checked_ilog2().map_or(0, |highest| highest as usize + 1);
        (order * bits_a_symbol < 64).then_some(Self { order, bits_a_symbol })
    }

    /// Appends the windows that begin at each of `symbols`, filled up with `end`.
    fn push_windows(self, symbols: &[u32], side: Side, end: u32, windows: &mut Vec<u64>) {
        let mask = (1 << (self.order * self.bits_a_symbol)) - 1;
        let padding = self.order.saturating_sub(1);
        let mut window: u64 = 0;
        for (position, symbol) in symbols.iter().copied().chain(repeat_n(end, padding)).enumerate() {
            window = (window << self.bits_a_symbol | u64::from(symbol)) & mask;
            if position >= padding {
                windows.push(window << 1 | side as u64);
            }
        }
    }

    fn side(window: u64) -> Side {
        if window & 1 == 0 { Side::Hypothesis } else { Side::Reference }
    }

    /// How many symbols two windows share at their start, whatever their sides.
    fn shared_prefix(self, a: u64, b: u64) -> usize {
        match ((a ^ b) >> 1).checked_ilog2() {
            Some(highest) => self.order - 1 - highest as usize / self.bits_a_symbol,
            None => self.order,
        }
    }
}

/// Counts shared n-grams while windows go by in sorted order.
struct PrefixCounter {
    /// For each order, how often either side has the n-gram that the latest window begins with,
    /// as far as the windows of the longer n-grams within it have been closed.
    open: Vec<[usize; 2]>,
    matches: Vec<usize>,
}

impl PrefixCounter {
    fn new(order: usize) -> Self {
        Self { open: vec![[0; 2]; order], matches: vec![0; order] }
    }

    /// Takes the next window, which shares its first `shared` symbols with the one before.
    fn add(&mut self, shared: usize, side: Side) {
        self.close(shared);
        if let Some(longest) = self.open.last_mut() {
            longest[side as usize] += 1;
        }
    }

    /// No further window begins with an n-gram longer than `shared`: settles those. What is counted
    /// for an n-gram is then counted for the one it extends.
    fn close(&mut self, shared: usize) {
        for index in (shared..self.open.len()).rev() {
            let [hypothesis, reference] = std::mem::take(&mut self.open[index]);
            self.matches[index] += hypothesis.min(reference);
            if let Some(shorter) = index.checked_sub(1) {
                self.open[shorter][0] += hypothesis;
                self.open[shorter][1] += reference;
            }
        }
    }

    fn finish(mut self) -> Vec<usize> {
        self.close(0);
        self.matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(hypothesis: &str, reference: &str) -> SymbolPair {
        SymbolPair::of_characters(hypothesis.chars(), reference.chars())
    }

    #[test]
    fn n_grams_are_counted_as_often_as_both_sides_have_them() {
        assert_eq!(characters("aaaa", "aab").matches(4), [2, 1, 0, 0]);
        assert_eq!(characters("abcab", "abxab").matches(3), [4, 2, 0]);
    }

    #[test]
    fn a_text_shares_all_its_n_grams_with_itself() {
        assert_eq!(characters("naïve — 你好", "naïve — 你好").matches(6), [10, 9, 8, 7, 6, 5]);
    }

    #[test]
    fn a_window_cut_short_matches_nothing_beyond_its_end() {
        assert_eq!(characters("ab", "ab").matches(4), [2, 1, 0, 0]);
        assert_eq!(characters("", "ab").matches(2), [0, 0]);
        assert_eq!(characters("", "").matches(2), [0, 0]);
    }

    #[test]
    fn packed_and_wide_windows_count_alike() {
        let pair = characters("the cat sat on the mat ∑", "the cat ∑ on the other mat");
        for order in 0..=7 {
            assert_eq!(pair.matches(order), pair.wide_matches(order));
        }
    }

    #[test]
    fn an_alphabet_too_large_to_pack_is_counted_too() {
        let many: String = ('\u{4e00}'..'\u{5500}').collect();
        assert_eq!(characters(&many, &many).matches(6)[5], 0x700 - 5);
    }

    #[test]
    fn equal_words_are_equal_symbols() {
        let pair = SymbolPair::of_words(&["b", "a", "b"], &["a", "c"]);
        assert_eq!(pair.hypothesis, [2, 1, 2]);
        assert_eq!(pair.reference, [1, 3]);
    }

    #[test]
    fn a_sequence_shorter_than_the_order_has_no_n_gram() {
        assert_eq!([0, 1, 2, 3].map(|length| ngram_count(length, 2)), [0, 0, 1, 2]);
    }
}
