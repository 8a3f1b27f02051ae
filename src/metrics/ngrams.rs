//! Counting the n-grams that texts share, for all orders in one sort.
//!
//! Characters or words become small numbers. Every position of a text gives one window of the
//! highest order; sorted, windows that begin with the same n symbols lie side by side for each n at
//! once. Two sorted lists are compared by merging them, so those of the references serve every
//! hypothesis. The cost is O(n log n) whatever the text: no hash map, no string for an n-gram.

use std::collections::BTreeMap;
use std::ops::Range;

/// Texts over one alphabet, ready to be compared.
#[derive(Debug)]
pub(super) struct Symbols {
    /// Each text as symbols, numbers from 1.
    pub(super) texts: Vec<Vec<u32>>,
    largest: u32,
    /// Of characters beyond ASCII the code points, each raised by one, in the order of their symbols.
    others: Vec<u32>,
}

/// The symbol of the last ASCII character: those beyond take theirs from a table.
const ASCII: u32 = 128;

/// No table of distinct code points is longer.
const MAX_RANK: u32 = char::MAX as u32;

impl Symbols {
    /// Words: equal words become equal symbols, numbered as they come up.
    pub(super) fn of_words(texts: &[Vec<&str>]) -> Self {
        let words = texts.iter().map(Vec::len).sum();
        let mut table = WordTable::new(words);
        let texts = texts.iter().map(|text| text.iter().map(|word| table.symbol(word)).collect()).collect();
        Self { texts, largest: table.largest(), others: Vec::new() }
    }

    /// Characters: ASCII by its code, all others by their rank among those that occur, so that
    /// symbols stay small in every script.
    ///
    /// `counts`: which characters do.
    pub(super) fn of_characters<'t>(
        texts: impl Iterator<Item = &'t str>,
        counts: impl Fn(char) -> bool,
    ) -> Self {
        let symbols = texts.map(|text| {
            let mut symbols = Vec::with_capacity(text.len());
            symbols.extend(text.chars().filter(|&c| counts(c)).map(|c| u32::from(c) + 1));
            symbols
        });
        let mut texts: Vec<Vec<u32>> = symbols.collect();
        let mut table: Vec<u32> = Vec::new();
        for text in &texts {
            table.extend(text.iter().filter(|&&symbol| symbol > ASCII));
        }
        if table.is_empty() {
            return Self { texts, largest: ASCII, others: table };
        }
        table.sort_unstable();
        table.dedup();
        for symbol in texts.iter_mut().flatten().filter(|symbol| **symbol > ASCII) {
            let rank = table.partition_point(|&other| other < *symbol);
            *symbol = ASCII + 1 + u32::try_from(rank).unwrap_or(MAX_RANK);
        }
        let largest = ASCII + u32::try_from(table.len()).unwrap_or(MAX_RANK);
        Self { texts, largest, others: table }
    }

    /// The code point of the character that a symbol stands for.
    pub(super) fn code_point(&self, symbol: u32) -> u32 {
        match symbol.checked_sub(ASCII + 1) {
            Some(rank) => self.others[rank as usize] - 1,
            None => symbol - 1,
        }
    }

    /// The n-grams of the texts with those indices up to `order`, kept apart by text.
    pub(super) fn ngrams(&self, texts: Range<usize>, order: usize) -> Ngrams<'_> {
        // Windows are comparable only if they lie alike, so what all texts need decides.
        let packing = Packing::new(order, self.largest, self.texts.len());
        let (count, texts) = (texts.len(), &self.texts[texts]);
        let windows = packing.map_or_else(|| wide_windows(texts, order), |packing| packing.windows(texts));
        Ngrams { windows, texts: count, order }
    }
}

/// The n-grams of one or more texts up to an order: all windows, sorted.
#[derive(Debug)]
pub(super) struct Ngrams<'s> {
    windows: Windows<'s>,
    texts: usize,
    order: usize,
}

#[derive(Debug)]
enum Windows<'s> {
    /// Windows that fit a machine word, as nearly all do.
    Packed(Packing, Vec<u64>),
    /// Windows over an alphabet too large to pack, each with the index of its text.
    Wide(Vec<(&'s [u32], usize)>),
}

impl Ngrams<'_> {
    /// For each order from 1, the number of n-grams that `hypothesis`, one text over the same
    /// alphabet, shares with the texts of these: each counted as often as it occurs in both, where
    /// several texts have it by the one that has it most often.
    pub(super) fn matches(&self, hypothesis: &Ngrams) -> Vec<usize> {
        // A tally of known size is worth having apart: nearly always there is one reference.
        let gains = Gains(vec![0; self.order + 1]);
        if self.texts == 1 {
            self.merge(hypothesis, [0_u32; 2], gains).matches()
        } else {
            self.merge(hypothesis, vec![0; 1 + self.texts], gains).matches()
        }
    }

    /// Shows `seen` all n-grams of `hypothesis` and of these, which are of one text.
    pub(super) fn show<S: Seen<[u32; 2]>>(&self, hypothesis: &Ngrams, seen: S) -> S {
        self.merge(hypothesis, [0; 2], seen)
    }

    fn merge<T: Tally, S: Seen<T>>(&self, hypothesis: &Ngrams, tally: T, seen: S) -> S {
        let counter = PrefixCounter::new(self.order, tally, seen);
        match (&hypothesis.windows, &self.windows) {
            (Windows::Packed(packing, hypothesis), Windows::Packed(_, references)) => {
                counter.merge(hypothesis, references, packing)
            }
            (Windows::Wide(hypothesis), Windows::Wide(references)) => {
                counter.merge(hypothesis, references, &Slices)
            }
            _ => unreachable!("texts over one alphabet have windows of one layout"),
        }
    }
}

/// Lengths of n-grams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    /// One less than the least.
    pub(super) above: usize,
    pub(super) longest: usize,
}

/// Takes note of n-grams and of how often each side has them.
pub(super) trait Seen<T> {
    /// The n-grams of all lengths given that a window begins with, all seen equally often, and never again. `symbol` says
    /// what stands at a place in that window.
    fn take(&mut self, lengths: Lengths, tally: &T, symbol: impl Fn(usize) -> u32);

    /// The next window has only so many symbols in common with the one before.
    fn part(&mut self, _shared: usize) {}
}

/// How many n-grams are shared. By length: the matches of n-grams of this length less those of the next longer ones.
struct Gains(Vec<i64>);

impl<T: Tally> Seen<T> for Gains {
    fn take(&mut self, Lengths { above, longest }: Lengths, tally: &T, _: impl Fn(usize) -> u32) {
        let tally = tally.as_ref();
        let matches = tally[0].min(tally[1..].iter().copied().max().unwrap_or_default());
        self.0[longest] += i64::from(matches);
        self.0[above] -= i64::from(matches);
    }
}

impl Gains {
    /// The matches of each order from 1.
    fn matches(&self) -> Vec<usize> {
        let mut matches = 0;
        let mut by_order: Vec<usize> = self.0[1..]
            .iter()
            .rev()
            .map(|gain| {
                matches += gain;
                usize::try_from(matches).unwrap_or_default()
            })
            .collect();
        by_order.reverse();
        by_order
    }
}

/// The number of n-grams of order `order` in a sequence of `length` symbols.
pub(super) fn ngram_count(length: usize, order: usize) -> usize {
    (length + 1).saturating_sub(order)
}

/// Numbers for words, from 1, as they come up.
///
/// A few hundred words go into an open table, where even words made to collide cost little. More are kept in a
/// tree, whose cost no text can raise.
enum WordTable<'t> {
    Open {
        /// The number of the word at its place or behind it; 0 where there is none.
        slots: Vec<u32>,
        words: Vec<(u64, &'t str)>,
    },
    Tree(BTreeMap<&'t str, u32>),
}

/// The largest number of words in an open table.
const FEW_WORDS: usize = 512;

impl<'t> WordTable<'t> {
    fn new(words: usize) -> Self {
        if words > FEW_WORDS {
            return Self::Tree(BTreeMap::new());
        }
        // At least half of the slots stay free.
        Self::Open { slots: vec![0; (2 * words).next_power_of_two()], words: Vec::with_capacity(words) }
    }

    fn symbol(&mut self, word: &'t str) -> u32 {
        let (slots, words) = match self {
            Self::Open { slots, words } => (slots, words),
            Self::Tree(tree) => {
                let next = tree.len() as u32 + 1;
                return *tree.entry(word).or_insert(next);
            }
        };
        let start = leading_bytes(word);
        // The upper bits of a product by 2^64 over the golden ratio depend on all bits of the number.
        let hash = (start ^ (word.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
        let mut slot = hash as usize & (slots.len() - 1);
        loop {
            let number = slots[slot];
            let Some(index) = number.checked_sub(1) else {
                words.push((start, word));
                slots[slot] = words.len() as u32;
                return slots[slot];
            };
            if words[index as usize] == (start, word) {
                return number;
            }
            slot = (slot + 1) & (slots.len() - 1);
        }
    }

    fn largest(&self) -> u32 {
        match self {
            Self::Open { words, .. } => words.len() as u32,
            Self::Tree(tree) => tree.len() as u32,
        }
    }
}

/// The first eight bytes of `word` as a number.
fn leading_bytes(word: &str) -> u64 {
    match word.as_bytes().first_chunk::<8>() {
        Some(&first) => u64::from_be_bytes(first),
        None => word.bytes().fold(0, |number, byte| number << 8 | u64::from(byte)),
    }
}

fn wide_windows(texts: &[Vec<u32>], order: usize) -> Windows<'_> {
    let mut windows = Vec::with_capacity(texts.iter().map(Vec::len).sum());
    for (index, text) in texts.iter().enumerate() {
        windows.extend((0..text.len()).map(|start| (&text[start..text.len().min(start + order)], index)));
    }
    windows.sort_unstable();
    Windows::Wide(windows)
}

/// How windows lie in memory.
trait Layout<W> {
    /// The number of symbols in a window: fewer than the order near the end of its text.
    fn length(&self, window: W) -> usize;

    /// The number of symbols two windows share at their start. Beyond the end of the shorter one it may be
    /// too large.
    fn shared_prefix(&self, a: W, b: W) -> usize;

    /// The index of the text the window is from.
    fn text(&self, window: W) -> usize;

    /// The symbol at a place in a window, which is that long.
    fn symbol(&self, window: W, place: usize) -> u32;
}

/// Windows in 64 bits: the first symbol highest, then zeros beyond the end of the text, the index of
/// the text in the lowest bits.
#[derive(Debug, Clone, Copy)]
struct Packing {
    order: usize,
    bits_a_symbol: usize,
    bits_a_text: usize,
    /// By number of bits: how many symbols they are, whole ones.
    symbols: [u8; u64::BITS as usize],
}

impl Packing {
    /// `None` where windows of `order` symbols up to `largest` don't fit beside the index of a text.
    fn new(order: usize, largest: u32, texts: usize) -> Option<Self> {
        let bits = |largest: usize| largest.checked_ilog2().map_or(0, |highest| highest as usize + 1);
        let (bits_a_symbol, bits_a_text) = (bits(largest as usize), bits(texts.saturating_sub(1)));
        let symbols = std::array::from_fn(|bits| (bits / bits_a_symbol.max(1)) as u8);
        (order * bits_a_symbol + bits_a_text < 64).then_some(Self {
            order,
            bits_a_symbol,
            bits_a_text,
            symbols,
        })
    }

    fn windows(self, texts: &[Vec<u32>]) -> Windows<'_> {
        let mut windows = Vec::with_capacity(texts.iter().map(Vec::len).sum());
        for (index, text) in texts.iter().enumerate() {
            self.push_windows(text, index, &mut windows);
        }
        windows.sort_unstable();
        Windows::Packed(self, windows)
    }

    /// Appends the windows that begin at each of `symbols`.
    fn push_windows(self, symbols: &[u32], text: usize, windows: &mut Vec<u64>) {
        let mask = (1 << (self.order * self.bits_a_symbol)) - 1;
        let padding = self.order.saturating_sub(1);
        let mut window: u64 = 0;
        for (position, symbol) in symbols.iter().copied().chain(std::iter::repeat_n(0, padding)).enumerate() {
            window = (window << self.bits_a_symbol | u64::from(symbol)) & mask;
            if position >= padding {
                windows.push(window << self.bits_a_text | text as u64);
            }
        }
    }
}

impl Layout<u64> for Packing {
    fn length(&self, window: u64) -> usize {
        let symbols = window >> self.bits_a_text;
        if symbols == 0 {
            0
        } else {
            self.order - usize::from(self.symbols[symbols.trailing_zeros() as usize])
        }
    }

    fn shared_prefix(&self, a: u64, b: u64) -> usize {
        match ((a ^ b) >> self.bits_a_text).checked_ilog2() {
            Some(highest) => self.order - 1 - usize::from(self.symbols[highest as usize]),
            None => self.order,
        }
    }

    fn text(&self, window: u64) -> usize {
        (window & ((1 << self.bits_a_text) - 1)) as usize
    }

    fn symbol(&self, window: u64, place: usize) -> u32 {
        let behind = (self.order - 1 - place) * self.bits_a_symbol + self.bits_a_text;
        (window >> behind & ((1 << self.bits_a_symbol) - 1)) as u32
    }
}

/// Windows as slices of their text.
struct Slices;

impl Layout<(&[u32], usize)> for Slices {
    fn length(&self, window: (&[u32], usize)) -> usize {
        window.0.len()
    }

    fn shared_prefix(&self, a: (&[u32], usize), b: (&[u32], usize)) -> usize {
        a.0.iter().zip(b.0).take_while(|(a, b)| a == b).count()
    }

    fn text(&self, window: (&[u32], usize)) -> usize {
        window.1
    }

    fn symbol(&self, window: (&[u32], usize), place: usize) -> u32 {
        window.0[place]
    }
}

/// How often the hypothesis, at index 0, and each reference have an n-gram.
pub(super) trait Tally: Clone + AsRef<[u32]> + AsMut<[u32]> {}

impl Tally for [u32; 2] {}

impl Tally for Vec<u32> {}

/// An n-gram that some of the latest windows begin with, and how often it has been seen.
#[derive(Clone)]
struct Prefix<T> {
    length: usize,
    tally: T,
}

impl<T: Tally> Prefix<T> {
    fn absorb(&mut self, other: &Self) {
        for (sum, count) in self.tally.as_mut().iter_mut().zip(other.tally.as_ref()) {
            *sum += count;
        }
    }
}

/// Counts shared n-grams while windows go by in sorted order.
///
/// The windows are the leaves of a tree of prefixes, in which only those prefixes matter where windows part. On
/// the way from one such prefix to the next shorter one all n-grams are seen equally often, so their matches are
/// noted at the two ends only. (The same walk as over the LCP intervals of a suffix array, Abouelhoda et al. 2004.)
struct PrefixCounter<T, S> {
    /// No count, and one for each side.
    zero: T,
    /// The prefixes of the latest window where other windows part, the shortest first.
    open: Vec<Prefix<T>>,
    seen: S,
}

impl<T: Tally, S: Seen<T>> PrefixCounter<T, S> {
    fn new(order: usize, zero: T, seen: S) -> Self {
        Self { open: Vec::with_capacity(order + 1), zero, seen }
    }

    fn merge<W: Copy + Ord>(
        mut self,
        mut hypothesis: &[W],
        mut references: &[W],
        layout: &impl Layout<W>,
    ) -> S {
        let mut previous = None;
        loop {
            let (window, side) = match (hypothesis.split_first(), references.split_first()) {
                (Some((&first, rest)), other) if other.is_none_or(|(&other, _)| first <= other) => {
                    hypothesis = rest;
                    (first, 0)
                }
                (_, Some((&first, rest))) => {
                    references = rest;
                    (first, 1 + layout.text(first))
                }
                _ => break,
            };
            let length = layout.length(window);
            if let Some(previous) = previous.replace(window) {
                let shared = layout.shared_prefix(previous, window).min(length);
                self.close(shared, |place| layout.symbol(previous, place));
            }
            self.add(length, side);
        }
        if let Some(last) = previous {
            self.close(0, |place| layout.symbol(last, place));
        }
        self.seen
    }

    /// Takes the next window; what it does not share with the one before is closed.
    fn add(&mut self, length: usize, side: usize) {
        match self.open.last_mut() {
            Some(prefix) if prefix.length == length => prefix.tally.as_mut()[side] += 1,
            _ => {
                let mut tally = self.zero.clone();
                tally.as_mut()[side] = 1;
                self.open.push(Prefix { length, tally });
            }
        }
    }

    /// No further window begins with a prefix of the last one that is longer than `shared`: settles those. What is counted
    /// for one is then counted for the next shorter one.
    fn close(&mut self, shared: usize, symbol: impl Fn(usize) -> u32) {
        while let Some(prefix) = self.open.pop_if(|prefix| prefix.length > shared) {
            let parent = self.open.last_mut().filter(|parent| parent.length >= shared);
            let next = parent.as_ref().map_or(shared, |parent| parent.length);
            let lengths = Lengths { above: next, longest: prefix.length };
            self.seen.take(lengths, &prefix.tally, &symbol);
            match parent {
                Some(parent) => parent.absorb(&prefix),
                None => self.open.push(Prefix { length: shared, ..prefix }),
            }
        }
        self.seen.part(shared);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(texts: &[&str]) -> Symbols {
        Symbols::of_characters(texts.iter().copied(), |_| true)
    }

    /// Matches of the first text with all others.
    fn matches(symbols: &Symbols, order: usize) -> Vec<usize> {
        let references = symbols.ngrams(1..symbols.texts.len(), order);
        references.matches(&symbols.ngrams(0..1, order))
    }

    #[test]
    fn n_grams_are_counted_as_often_as_both_sides_have_them() {
        assert_eq!(matches(&symbols(&["aaaa", "aab"]), 4), [2, 1, 0, 0]);
        assert_eq!(matches(&symbols(&["abcab", "abxab"]), 3), [4, 2, 0]);
    }

    #[test]
    fn of_several_references_the_one_with_most_counts() {
        assert_eq!(matches(&symbols(&["aaabb", "aab", "abb", "ba"]), 3), [4, 3, 2]);
    }

    #[test]
    fn a_text_shares_all_its_n_grams_with_itself() {
        assert_eq!(matches(&symbols(&["naïve — 你好", "naïve — 你好"]), 6), [10, 9, 8, 7, 6, 5]);
    }

    #[test]
    fn a_window_cut_short_matches_nothing_beyond_its_end() {
        assert_eq!(matches(&symbols(&["ab", "ab"]), 4), [2, 1, 0, 0]);
        assert_eq!(matches(&symbols(&["", "ab"]), 2), [0, 0]);
        assert_eq!(matches(&symbols(&["", ""]), 2), [0, 0]);
    }

    #[test]
    fn packed_and_wide_windows_count_alike() {
        let texts = ["the cat sat on the mat ∑", "the cat ∑ on the other mat", "a mat, a mat: that ∑ ∑"];
        let narrow = symbols(&texts);
        let wide = Symbols { texts: narrow.texts.clone(), largest: u32::MAX, others: narrow.others.clone() };
        for order in 0..=7 {
            assert!(order < 2 || matches!(wide.ngrams(0..1, order).windows, Windows::Wide(_)));
            assert_eq!(matches(&narrow, order), matches(&wide, order));
        }
    }

    #[test]
    fn an_alphabet_too_large_to_pack_is_counted_too() {
        let many: String = ('\u{4e00}'..'\u{5500}').collect();
        assert_eq!(matches(&symbols(&[&many, &many]), 6)[5], 0x700 - 5);
    }

    #[test]
    fn equal_words_are_equal_symbols() {
        let symbols = Symbols::of_words(&[vec!["b", "a", "b"], vec!["a", "c"], vec![]]);
        assert_eq!(symbols.texts, [vec![1, 2, 1], vec![2, 3], vec![]]);
        assert_eq!(symbols.largest, 3);
    }

    #[test]
    fn few_words_and_many_are_numbered_alike() {
        let words: Vec<String> = (0..FEW_WORDS).map(|n| format!("reallylongword{}", n * n % 97)).collect();
        let few: Vec<&str> = words.iter().map(String::as_str).collect();
        let many = [few.as_slice(), &few].concat();
        let symbols = Symbols::of_words(std::slice::from_ref(&few));
        assert_eq!(Symbols::of_words(&[many]).texts[0][..FEW_WORDS], symbols.texts[0]);
        assert_eq!(symbols.texts[0][3], symbols.texts[0][97 + 3]);
    }

    #[test]
    fn a_sequence_shorter_than_the_order_has_no_n_gram() {
        assert_eq!([0, 1, 2, 3].map(|length| ngram_count(length, 2)), [0, 0, 1, 2]);
    }
}
