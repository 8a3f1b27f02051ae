//! Whether the pairs of one run score better on average than those of another, or whether that is chance.
//!
//! Paired bootstrap over pairs (Koehn 2004, "Statistical significance tests for machine translation evaluation"): pairs
//! are drawn with replacement, as many as there are, again and again, and each time the mean of their differences is
//! taken. What is compared is the mean of pair scores, each pair weighing the same, long or short; the score of all
//! texts as one corpus is another number.

use crate::metrics::random::Generator;
use crate::metrics::resampling::{middle_95_percent, p_value};

/// How the bootstrap is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    /// How often pairs are drawn.
    pub resamples: u32,
    /// Seed of numpy's generator.
    pub seed: u64,
}

/// Cells have four decimals: in units of the last one all sums are exact, whatever their order.
const UNITS: f64 = 10_000.0;

/// A score of the pairs that have it in both runs.
#[derive(Debug, Clone, Default)]
pub struct Paired {
    sums: [i64; 2],
    differences: Vec<i64>,
}

/// What the pairs say about a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Pairs that have the score in both runs.
    pub pairs: usize,
    /// Mean over these pairs in A and in B.
    pub means: [f64; 2],
    /// Mean in B less mean in A.
    pub difference: f64,
    /// The middle 95 % of the resampled differences.
    pub interval: [f64; 2],
    /// Two-sided: the share of resampled differences that lie as far from the real one as that lies from none. They
    /// scatter round it as differences would round none, were there no more than chance (Noreen 1989).
    pub p_value: f64,
}

impl Paired {
    /// Adds a pair.
    pub fn push(&mut self, scores: [f64; 2]) {
        let [a, b] = scores.map(|score| (score * UNITS).round() as i64);
        self.sums[0] += a;
        self.sums[1] += b;
        self.differences.push(b - a);
    }

    /// Tests the difference; `None` without a pair.
    pub fn test(&self, resampling: Resampling) -> Option<Test> {
        let pairs = Some(self.differences.len()).filter(|&pairs| pairs > 0)?;
        let mean = |sum: i64| sum as f64 / (UNITS * pairs as f64);
        let real = self.sums[1] - self.sums[0];
        let resampled = self.resampled(resampling);
        let beyond = resampled.iter().filter(|&sum| (sum - real).abs() >= real.abs()).count();
        Some(Test {
            pairs,
            means: self.sums.map(mean),
            difference: mean(real),
            interval: middle_95_percent(&resampled)?.map(mean),
            p_value: p_value(beyond, resampled.len()),
        })
    }

    /// The sums of the differences of each resample, sorted.
    fn resampled(&self, Resampling { resamples, seed }: Resampling) -> Vec<i64> {
        let mut generator = Generator::new(seed.into());
        let pairs = self.differences.len();
        let mut draw = || self.differences[generator.below(pairs as u32) as usize];
        let mut sums: Vec<i64> = (0..resamples).map(|_| (0..pairs).map(|_| draw()).sum()).collect();
        sums.sort_unstable();
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Resampling = Resampling { resamples: 1000, seed: 12345 };

    fn test(pairs: &[[f64; 2]]) -> Test {
        let mut paired = Paired::default();
        for &pair in pairs {
            paired.push(pair);
        }
        paired.test(USUAL).expect("pairs")
    }

    #[test]
    fn equal_runs_differ_by_nothing_with_a_p_value_of_1() {
        let same = test(&[[70.5, 70.5], [20.1234, 20.1234], [0.1, 0.1]]);
        assert_eq!((same.difference, same.interval, same.p_value), (0.0, [0.0, 0.0], 1.0));
        // Worse by as much as better: no difference either.
        let even = test(&[[70.0, 71.0], [20.0, 19.0]]);
        assert_eq!((even.difference, even.p_value), (0.0, 1.0));
    }

    #[test]
    fn what_every_pair_shows_is_no_chance() {
        let sure = test(&[[10.0, 11.5]; 30]);
        assert_eq!((sure.pairs, sure.means, sure.difference), (30, [10.0, 11.5], 1.5));
        assert_eq!((sure.interval, sure.p_value), ([1.5, 1.5], 1.0 / 1001.0));
    }

    #[test]
    fn two_pairs_give_the_shares_that_can_be_counted_by_hand() {
        // Means of +3 and -1: +3 and -1 come in a quarter of the draws each, and lie 2 from the real 1; half give 1.
        let test = test(&[[0.0, 3.0], [0.0, -1.0]]);
        assert_eq!((test.difference, test.interval), (1.0, [-1.0, 3.0]));
        assert!((test.p_value - 0.5).abs() < 0.05, "{}", test.p_value);
    }

    #[test]
    fn no_pair_gives_no_test() {
        assert_eq!(Paired::default().test(USUAL), None);
    }

    // Python: `d = [(i * 7919) % 2000 - 900 for i in range(50)]`, in ten-thousandths;
    // `s = d[numpy.random.default_rng(12345).choice(50, size=(1000, 50))].sum(1)`.
    #[test]
    fn resamples_are_those_of_numpy() {
        let mut paired = Paired::default();
        for i in 0..50 {
            paired.push([0.0, f64::from((i * 7919) % 2000 - 900) / UNITS]);
        }
        let sums = paired.resampled(USUAL);
        let test = paired.test(USUAL).expect("pairs");
        assert_eq!((sums[0], sums[25], sums[974], sums[999]), (-10_755, -4_287, 11_763, 16_274));
        assert_eq!(test.p_value, 351.0 / 1001.0);
    }
}
