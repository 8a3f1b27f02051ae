//! chrF with each n-gram weighed by its rarity: what two texts share by chance, endings and function words, counts
//! little; names, numbers and terms count much.
//!
//! Popović 2015 (chrF), with weights as Lo 2019 gives words in YiSi-0.

use super::chrf::push_counts;
use super::ngrams::{Lengths, Seen, Symbols};
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
        let (weighed, matches) = seen.sums();
        let mut plain = Statistics::default();
        push_counts([0, 1].map(|text| symbols.texts[text].len()), &matches, &mut plain.0);
        [Statistics(weighed.as_flattened().iter().map(|&sum| sum as f64).collect()), plain]
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
    /// How many of them both have.
    matches: [usize; ORDERS],
    /// Numbers of the others by length: of the hypothesis, of the reference, of both, each less those of the next longer
    /// ones.
    others: [[i64; 3]; ORDERS + 1],
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
            matches: [0; ORDERS],
            others: [[0; 3]; ORDERS + 1],
        }
    }

    /// Looks up the n-grams of the window up to this length.
    fn look_up(&mut self, length: usize, symbol: impl Fn(usize) -> u32) {
        let mut gram = self.known.checked_sub(1).map_or(0, |shorter| self.path[shorter].0);
        while self.known < length && !self.is_end {
            gram = extended(gram, self.symbols.code_point(symbol(self.known)));
            match self.weights[self.known].known(gram) {
                Some(weight) => {
                    self.path[self.known] = (gram, weight);
                    self.known += 1;
                }
                None => self.is_end = true,
            }
        }
    }

    /// All weights by order: of the hypothesis, of the reference, of both; and how many n-grams both have.
    fn sums(&self) -> ([[u64; 3]; ORDERS], [usize; ORDERS]) {
        let (mut sums, mut matches, mut others) = (self.sums, self.matches, [0; 3]);
        for order in (0..ORDERS).rev() {
            for (k, more) in self.others[order + 1].into_iter().enumerate() {
                others[k] += more;
                sums[order][k] += others[k].unsigned_abs() * u64::from(self.weights[order].rare());
            }
            matches[order] += others[2].unsigned_abs() as usize;
        }
        (sums, matches)
    }
}

impl Seen<[u32; 2]> for Weighing<'_> {
    fn take(&mut self, lengths: Lengths, tally: &[u32; 2], symbol: impl Fn(usize) -> u32) {
        let Lengths { above, longest } = lengths;
        self.look_up(longest, symbol);
        let counts = [tally[0], tally[1], tally[0].min(tally[1])];
        let known = self.known.clamp(above, longest);
        for order in above..known {
            let weight = u64::from(self.path[order].1);
            for (sum, count) in self.sums[order].iter_mut().zip(counts) {
                *sum += weight * u64::from(count);
            }
            self.matches[order] += counts[2] as usize;
        }
        for (k, count) in counts.into_iter().enumerate() {
            self.others[longest][k] += i64::from(count);
            self.others[known][k] -= i64::from(count);
        }
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
