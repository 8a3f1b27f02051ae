//! chrF with each n-gram weighed by its rarity: what two texts share by chance, endings and function words, counts
//! little; names, numbers and terms count much.
//!
//! Popović 2015 (chrF), with weights as Lo 2019 gives words in YiSi-0.

use super::{Chrf, Level, Metric, Statistics};
use crate::text::frequencies::{Frequencies, Gram, Grams, ORDERS, Weights};

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
    /// reference's, and of those that both have. Whole numbers.
    pub fn statistics(&self, hypothesis: &str, reference: &str) -> Statistics {
        let [hypothesis, reference] = [hypothesis, reference].map(Grams::of);
        let mut sums = Vec::with_capacity(3 * ORDERS);
        for ((hypothesis, reference), weights) in
            hypothesis.orders().iter().zip(reference.orders()).zip(self.weights)
        {
            sums.extend(weighed(hypothesis, reference, weights));
        }
        Statistics(sums)
    }

    /// The score for summed statistics, 0 to 100.
    pub fn score(statistics: &Statistics) -> f64 {
        Chrf::default().score(statistics, Level::Corpus)
    }
}

/// The weights of two sorted lists of n-grams and of what they share.
fn weighed<'g>(mut hypothesis: &'g [Gram], mut reference: &'g [Gram], weights: Weights) -> [f64; 3] {
    let mut sums = [0.0; 3];
    while let Some(&gram) = hypothesis.first().into_iter().chain(reference.first()).min() {
        let counts = [&mut hypothesis, &mut reference].map(|rest| {
            let count = rest.iter().take_while(|&&g| g == gram).count();
            *rest = &rest[count..];
            count as f64
        });
        let weight = weights.of(gram);
        for (sum, count) in sums.iter_mut().zip([counts[0], counts[1], counts[0].min(counts[1])]) {
            *sum += count * weight;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(counts: &Frequencies, hypothesis: &str, reference: &str) -> f64 {
        WeightedChrf::score(&WeightedChrf::new(counts).statistics(hypothesis, reference))
    }

    #[test]
    fn without_counts_it_is_chrf() {
        for (hypothesis, reference) in
            [("Sie sah den Hafen.", "Sie sieht den Hafen."), ("a", "abc"), ("", "x"), ("", "")]
        {
            let chrf = Chrf::default();
            let plain = chrf.score(&chrf.pair_statistics(hypothesis, reference), Level::Segment);
            let weighted = score(&Frequencies::default(), hypothesis, reference);
            assert!((plain - weighted).abs() < 1e-9, "{hypothesis}: {plain} {weighted}");
        }
    }

    #[test]
    fn a_rare_word_lost_costs_more_than_a_common_one() {
        let mut counts = Frequencies::default();
        for word in ["Boot", "Haus", "Tor", "Dach", "Beil", "Wald", "Krug", "Glas"].repeat(30) {
            counts.add(&format!("dann kam das {word} dran"));
        }
        counts.add("dann kam das Xylofon dran");
        let reference = "dann kam das Xylofon dran";
        assert!(
            score(&counts, "kam das Xylofon dran", reference)
                > score(&counts, "dann kam das dran", reference)
        );
    }

    #[test]
    fn n_grams_count_as_often_as_both_sides_have_them() {
        let counts = Frequencies::default();
        let sums = WeightedChrf::new(&counts).statistics("aaab", "aab").0;
        let weight = sums[0] / 4.0;
        assert_eq!(sums[..3].iter().map(|s| s / weight).collect::<Vec<_>>(), [4.0, 3.0, 3.0]);
        assert!(sums.iter().all(|sum| sum.fract() == 0.0));
    }
}
