//! chrF with each n-gram weighed by its rarity: what two texts share by chance, endings and function words, counts
//! little; names, numbers and terms count much.
//!
//! Popović 2015 (chrF), with weights as Lo 2019 gives words in YiSi-0.

use super::{Chrf, Level, Metric, Statistics};
use crate::text::frequencies::{Frequencies, Gram, Grams, ORDERS, Table, Weights};

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
        let [mut hypothesis, mut reference] = [hypothesis, reference].map(Grams::of);
        let mut sums = Vec::with_capacity(3 * ORDERS);
        let mut table = Table::default();
        for weights in self.weights {
            sums.extend(weighed(hypothesis.next_order(), reference.next_order(), weights, &mut table));
        }
        Statistics(sums)
    }

    /// The score for summed statistics, 0 to 100.
    pub fn score(statistics: &Statistics) -> f64 {
        Chrf::default().score(statistics, Level::Corpus)
    }
}

/// An n-gram of a reference.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted {
    /// How often the hypothesis may still have it.
    left: u32,
    /// In thousandths; 0 where that is not known yet.
    weight: u32,
}

/// The weights of two lists of n-grams and of what they share. `table` is for use here.
fn weighed(hypothesis: &[Gram], reference: &[Gram], weights: Weights, table: &mut Table<Wanted>) -> [f64; 3] {
    table.clear();
    table.make_room(reference.len());
    let mut sums = [0; 3];
    for &gram in reference {
        let wanted = table.entry(gram);
        if wanted.weight == 0 {
            wanted.weight = weights.of(gram);
        }
        wanted.left += 1;
        sums[1] += u64::from(wanted.weight);
    }
    for &gram in hypothesis {
        let Some(wanted) = table.get_mut(gram) else {
            sums[0] += u64::from(weights.of(gram));
            continue;
        };
        sums[0] += u64::from(wanted.weight);
        sums[2] += u64::from(if wanted.left > 0 { wanted.weight } else { 0 });
        wanted.left = wanted.left.saturating_sub(1);
    }
    sums.map(|sum| sum as f64)
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
