//! chrF with each n-gram weighed by its rarity: what two texts share by chance, endings and function words, counts
//! little; names, numbers and terms count much.
//!
//! Popović 2015 (chrF), with weights as Lo 2019 gives words in YiSi-0.

use std::ops::RangeInclusive;

use super::chrf::push_counts;
use super::ngrams::{Seen, Symbols};
use super::tokenize::is_white_space;
use super::{Chrf, Level, Metric, Statistics};
use crate::text::frequencies::{Frequencies, Gram, ORDERS, Weights, extended};

/// chrF2 with weighed n-grams, 0 to 100.
#[derive(Debug, Clone, Copy)]
pub struct WeightedChrf<'f> {
    /// By order.
    weights: [Weights<'f>; ORDERS],
}

impl<'f> WeightedChrf<'f> {
    /// With the weights that these counts give.
    pub fn new(frequencies: &'f Frequencies) -> WeightedChrf<'f> {
        WeightedChrf { weights: std::array::from_fn(|order| frequencies.weights(order)) }
    }

    /// The sums of one segment, as chrF counts: for each order the weights of the hypothesis's n-grams, of the
    /// reference's, and of those that both have. Whole numbers. With them those of chrF, which weighs nothing.
    pub fn statistics(&self, hypothesis: &str, reference: &str) -> [Statistics; 2] {
        let texts = [hypothesis, reference];
        let symbols = Symbols::of_characters(texts.into_iter(), |c| !is_white_space(c));
        let [hypothesis, reference] = [0, 1].map(|text| symbols.ngrams(text..text + 1, ORDERS));
        let seen = reference.show(&hypothesis, Weighing::new(&self.weights, &symbols));
        let mut plain = Statistics::default();
        push_counts([0, 1].map(|text| symbols.texts[text].len()), &seen.all.of_both(), &mut plain.0);
        [Statistics(seen.sums().as_flattened().iter().map(|&sum| sum as f64).collect()), plain]
    }

    /// Whether chrF sees no difference between two texts.
    pub fn are_alike(one: &str, other: &str) -> bool {
        let counted = |&c: &char| !is_white_space(c);
        one == other || one.chars().filter(counted).eq(other.chars().filter(counted))
    }

    /// The score for summed statistics, 0 to 100.
    pub fn score(statistics: &Statistics) -> f64 {
        Chrf::default().score(statistics, Level::Corpus)
    }
}

/// The weights of n-grams, summed while they go by.
struct Weighing<'w> {
    weights: &'w [Weights<'w>; ORDERS],
    symbols: &'w Symbols,
    /// The n-grams that the latest window begins with, and their weights, by order, as far as they are known to stand in
    /// several sentences.
    path: [(Gram, u32); ORDERS],
    /// So many are.
    known: usize,
    /// The next longer one is not, and so none is.
    is_end: bool,
    /// Weights of known n-grams by order: of the hypothesis, of the reference, of both.
    sums: [[u64; 3]; ORDERS],
    /// Numbers of the others.
    others: Counts,
    /// Numbers of all.
    all: Counts,
}

/// Numbers of n-grams by length: of the hypothesis, of the reference, of both, each less those of the next longer ones.
#[derive(Default)]
struct Counts([[i64; 3]; ORDERS + 1]);

impl Counts {
    /// Counts n-grams that are longer than `shorter`, up to `longest`.
    fn add(&mut self, shorter: usize, longest: usize, counts: [u64; 3]) {
        for (k, count) in counts.into_iter().enumerate() {
            self.0[longest][k] += count as i64;
            self.0[shorter][k] -= count as i64;
        }
    }

    /// By order.
    fn by_order(&self) -> [[u64; 3]; ORDERS] {
        let mut sums = [0; 3];
        let mut counts = [[0; 3]; ORDERS];
        for (counts, more) in counts.iter_mut().zip(&self.0[1..]).rev() {
            for ((count, sum), more) in counts.iter_mut().zip(&mut sums).zip(more) {
                *sum += more;
                *count = u64::try_from(*sum).unwrap_or_default();
            }
        }
        counts
    }

    /// Those of both, by order.
    fn of_both(&self) -> [usize; ORDERS] {
        self.by_order().map(|[_, _, of_both]| of_both as usize)
    }
}

impl<'w> Weighing<'w> {
    fn new(weights: &'w [Weights<'w>; ORDERS], symbols: &'w Symbols) -> Weighing<'w> {
        Weighing {
            weights,
            symbols,
            path: [(0, 0); ORDERS],
            known: 0,
            is_end: false,
            sums: [[0; 3]; ORDERS],
            others: Counts::default(),
            all: Counts::default(),
        }
    }

    /// Looks up the n-grams of the window up to this length.
    fn look_up(&mut self, length: usize, symbol: impl Fn(usize) -> u32) {
        while self.known < length && !self.is_end {
            let before = self.known.checked_sub(1).map_or(0, |shorter| self.path[shorter].0);
            let gram = extended(before, self.symbols.character(symbol(self.known)));
            match self.weights[self.known].known(gram) {
                Some(weight) => {
                    self.path[self.known] = (gram, weight);
                    self.known += 1;
                }
                None => self.is_end = true,
            }
        }
    }

    /// All weights by order: of the hypothesis, of the reference, of both.
    fn sums(&self) -> [[u64; 3]; ORDERS] {
        let mut sums = self.sums;
        for ((sums, others), weights) in sums.iter_mut().zip(self.others.by_order()).zip(self.weights) {
            for (sum, others) in sums.iter_mut().zip(others) {
                *sum += others * u64::from(weights.rare());
            }
        }
        sums
    }
}

impl Seen<[u32; 2]> for Weighing<'_> {
    fn take(&mut self, lengths: RangeInclusive<usize>, tally: &[u32; 2], symbol: impl Fn(usize) -> u32) {
        let (shorter, longest) = (lengths.start() - 1, *lengths.end());
        self.look_up(longest, symbol);
        let [hypothesis, reference] = tally.map(u64::from);
        let counts = [hypothesis, reference, hypothesis.min(reference)];
        let known = self.known.clamp(shorter, longest);
        for (sums, (_, weight)) in self.sums[shorter..known].iter_mut().zip(&self.path[shorter..known]) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += u64::from(*weight) * count;
            }
        }
        self.others.add(known, longest, counts);
        self.all.add(shorter, longest, counts);
    }

    fn part(&mut self, shared: usize) {
        self.is_end &= self.known < shared;
        self.known = self.known.min(shared);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::frequencies::Sample;

    fn score(counts: &Frequencies, hypothesis: &str, reference: &str) -> f64 {
        WeightedChrf::score(&WeightedChrf::new(counts).statistics(hypothesis, reference)[0])
    }

    #[test]
    fn without_counts_it_is_chrf() {
        for (hypothesis, reference) in
            [("Sie sah den Hafen.", "Sie sieht den Hafen."), ("a", "abc"), ("", "x"), ("", "")]
        {
            let chrf = Chrf::default();
            let statistics = chrf.pair_statistics(hypothesis, reference);
            let plain = chrf.score(&statistics, Level::Segment);
            let weighted = score(&Frequencies::default(), hypothesis, reference);
            assert!((plain - weighted).abs() < 1e-9, "{hypothesis}: {plain} {weighted}");
            let counts = Frequencies::default();
            assert_eq!(WeightedChrf::new(&counts).statistics(hypothesis, reference)[1], statistics);
        }
    }

    #[test]
    fn a_rare_word_lost_costs_more_than_a_common_one() {
        let mut counts = Sample::default();
        for word in ["Boot", "Haus", "Tor", "Dach", "Beil", "Wald", "Krug", "Glas"].repeat(30) {
            counts.add(&format!("dann kam das {word} dran"));
        }
        counts.add("manches Xylofon hallt");
        counts.add("dann kam das Xylofon dran");
        let counts = counts.frequencies();
        let reference = "dann kam das Xylofon dran";
        assert!(
            score(&counts, "kam das Xylofon dran", reference)
                > score(&counts, "dann kam das dran", reference)
        );
    }

    #[test]
    fn n_grams_count_as_often_as_both_sides_have_them() {
        let counts = Frequencies::default();
        let sums = WeightedChrf::new(&counts).statistics("aaab", "aab")[0].0.clone();
        let weight = sums[0] / 4.0;
        assert_eq!(sums[..3].iter().map(|s| s / weight).collect::<Vec<_>>(), [4.0, 3.0, 3.0]);
        assert!(sums.iter().all(|sum| sum.fract() == 0.0));
    }
}
