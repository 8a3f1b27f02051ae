//! Whether the pairs of one run, or of one system, score better on average than those of another, or whether that is chance.
//!
//! Paired bootstrap over pairs (Koehn 2004, "Statistical significance tests for machine translation evaluation"): pairs
//! are drawn with replacement, as many as there are, again and again, and each time the mean of their differences is
//! taken. What is compared is the mean of pair scores, each pair weighing the same, long or short; the score of all
//! texts as one corpus is another number. Scores that the same pairs have are summed over the same draws; those that other
//! pairs have are drawn anew from the same seed, as if they stood alone.

use std::array::from_fn;
use std::collections::{BTreeMap, BTreeSet};

use super::random::Generator;
use super::resampling::{middle_95_percent, p_value};

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

/// The scores of the pairs.
#[derive(Debug, Clone)]
pub struct Paired<const N: usize> {
    scores: [Column; N],
    /// Whether A and B have each score: the ways that pairs came in.
    ways: BTreeSet<[[bool; 2]; N]>,
}

/// A score of the pairs that have it in both runs.
#[derive(Debug, Clone, Default)]
struct Column {
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
    /// The middle 95 % of the resampled differences; of one pair there is nothing to resample.
    pub interval: Option<[f64; 2]>,
    /// Two-sided: the share of resampled differences that lie as far from the real one as that lies from none. They
    /// scatter round it as differences would round none, were there no more than chance (Noreen 1989).
    pub p_value: Option<f64>,
}

impl<const N: usize> Default for Paired<N> {
    fn default() -> Self {
        Paired { scores: from_fn(|_| Column::default()), ways: BTreeSet::new() }
    }
}

impl<const N: usize> Paired<N> {
    /// Adds a pair: its scores in A and in B.
    pub fn push(&mut self, scores: [[Option<f64>; 2]; N]) {
        self.ways.insert(scores.map(|score| score.map(|s| s.is_some())));
        for (column, score) in self.scores.iter_mut().zip(scores) {
            if let [Some(a), Some(b)] = score {
                column.push([a, b]);
            }
        }
    }

    /// Tests the difference of each score; `None` where no pair has it in both runs.
    pub fn tests(&self, resampling: Resampling) -> [Option<Test>; N] {
        let mut tests = [None; N];
        for group in self.groups() {
            let columns: Vec<&Column> = group.iter().map(|&score| &self.scores[score]).collect();
            let resampled = resampled(&columns, resampling);
            for ((score, column), sums) in group.into_iter().zip(columns).zip(resampled) {
                tests[score] = column.test(&sums);
            }
        }
        tests
    }

    /// The scores that A has and those that B has, where no pair has them in both.
    pub fn one_sided(&self) -> [[bool; N]; 2] {
        let has = |run: usize, score: usize| self.ways.iter().any(|way| way[score][run]);
        [0, 1].map(|run| from_fn(|score| self.scores[score].differences.is_empty() && has(run, score)))
    }

    /// The scores by the pairs that have them.
    fn groups(&self) -> impl Iterator<Item = Vec<usize>> {
        let mut groups = BTreeMap::<Vec<bool>, Vec<usize>>::new();
        for score in 0..N {
            let pairs = self.ways.iter().map(|way| way[score] == [true, true]).collect();
            groups.entry(pairs).or_default().push(score);
        }
        groups.into_values()
    }
}

impl Column {
    fn push(&mut self, scores: [f64; 2]) {
        let [a, b] = scores.map(|score| (score * UNITS).round() as i64);
        self.sums[0] += a;
        self.sums[1] += b;
        self.differences.push(b - a);
    }

    /// What the sums of its resampled differences say, sorted.
    fn test(&self, resampled: &[i64]) -> Option<Test> {
        let pairs = Some(self.differences.len()).filter(|&pairs| pairs > 0)?;
        let mean = |sum: i64| sum as f64 / (UNITS * pairs as f64);
        let real = self.sums[1] - self.sums[0];
        let interval = middle_95_percent(resampled);
        let beyond = resampled.iter().filter(|&sum| (sum - real).abs() >= real.abs()).count();
        Some(Test {
            pairs,
            means: self.sums.map(mean),
            difference: mean(real),
            interval: interval.map(|ends| ends.map(mean)),
            p_value: interval.map(|_| p_value(beyond, resampled.len())),
        })
    }
}

/// The sums of the differences of each resample, sorted, for columns of the same pairs; none below two pairs.
fn resampled(columns: &[&Column], Resampling { resamples, seed }: Resampling) -> Vec<Vec<i64>> {
    let mut resampled = vec![Vec::new(); columns.len()];
    let pairs = columns.first().map_or(0, |column| column.differences.len());
    if pairs < 2 {
        return resampled;
    }
    let mut generator = Generator::new(seed.into());
    let mut times_drawn = vec![0; pairs];
    for _ in 0..resamples {
        times_drawn.fill(0);
        for _ in 0..pairs {
            times_drawn[generator.below(pairs as u32) as usize] += 1;
        }
        // Counted first, so that the columns are read from end to end and not here and there.
        for (sums, column) in resampled.iter_mut().zip(columns) {
            let times = times_drawn.iter().zip(&column.differences);
            sums.push(times.map(|(times, difference)| times * difference).sum());
        }
    }
    for sums in &mut resampled {
        sums.sort_unstable();
    }
    resampled
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Resampling = Resampling { resamples: 1000, seed: 12345 };

    fn test(pairs: &[[f64; 2]]) -> Test {
        let mut paired = Paired::<1>::default();
        for pair in pairs {
            paired.push([pair.map(Some)]);
        }
        paired.tests(USUAL)[0].expect("pairs")
    }

    #[test]
    fn equal_runs_differ_by_nothing_with_a_p_value_of_1() {
        let same = test(&[[70.5, 70.5], [20.1234, 20.1234], [0.1, 0.1]]);
        assert_eq!((same.difference, same.interval, same.p_value), (0.0, Some([0.0, 0.0]), Some(1.0)));
        // Worse by as much as better: no difference either.
        let even = test(&[[70.0, 71.0], [20.0, 19.0]]);
        assert_eq!((even.difference, even.p_value), (0.0, Some(1.0)));
    }

    #[test]
    fn what_every_pair_shows_is_no_chance() {
        let sure = test(&[[10.0, 11.5]; 30]);
        assert_eq!((sure.pairs, sure.means, sure.difference), (30, [10.0, 11.5], 1.5));
        assert_eq!((sure.interval, sure.p_value), (Some([1.5, 1.5]), Some(1.0 / 1001.0)));
    }

    #[test]
    fn two_pairs_give_the_shares_that_can_be_counted_by_hand() {
        // Means of +3 and -1: +3 and -1 come in a quarter of the draws each, and lie 2 from the real 1; half give 1.
        let test = test(&[[0.0, 3.0], [0.0, -1.0]]);
        assert_eq!((test.difference, test.interval), (1.0, Some([-1.0, 3.0])));
        let p = test.p_value.expect("a p-value");
        assert!((p - 0.5).abs() < 0.05, "{p}");
    }

    #[test]
    fn one_pair_has_means_but_nothing_to_resample_and_no_pair_has_nothing() {
        let one = test(&[[1.0, 3.0]]);
        assert_eq!((one.difference, one.interval, one.p_value), (2.0, None, None));
        assert_eq!(Paired::<2>::default().tests(USUAL), [None; 2]);
    }

    #[test]
    fn a_score_is_tested_as_if_it_stood_alone() {
        let of = |k: i32| [f64::from(k * 7 % 30), f64::from(k * 11 % 37)];
        let all: Vec<[f64; 2]> = (0..40).map(of).collect();
        let some: Vec<[f64; 2]> = (0..40).filter(|k| k % 3 > 0).map(of).collect();
        let mut paired = Paired::<3>::default();
        for k in 0..40 {
            let [a, b] = of(k);
            paired.push([[Some(a), Some(b)], [Some(a), Some(b).filter(|_| k % 3 > 0)], [Some(b), Some(a)]]);
        }
        let [first, second, third] = paired.tests(USUAL).map(|test| test.expect("pairs"));
        assert_eq!((first, second), (test(&all), test(&some)));
        assert_eq!((third.difference, third.p_value), (-first.difference, first.p_value));
    }

    #[test]
    fn a_score_that_no_pair_has_in_both_is_that_of_one_run() {
        let mut paired = Paired::<3>::default();
        paired.push([[Some(1.0), None], [Some(1.0), Some(2.0)], [None, None]]);
        paired.push([[None, None], [Some(1.0), None], [None, Some(1.0)]]);
        assert_eq!(paired.one_sided(), [[true, false, false], [false, false, true]]);
    }

    // Python: `d = [(i * 7919) % 2000 - 900 for i in range(50)]`, in ten-thousandths;
    // `s = d[numpy.random.default_rng(12345).choice(50, size=(1000, 50))].sum(1)`.
    #[test]
    fn resamples_are_those_of_numpy() {
        let mut column = Column::default();
        for i in 0..50 {
            column.push([0.0, f64::from((i * 7919) % 2000 - 900) / UNITS]);
        }
        let sums = resampled(&[&column], USUAL).remove(0);
        assert_eq!((sums[0], sums[25], sums[974], sums[999]), (-10_755, -4_287, 11_763, 16_274));
        assert_eq!(column.test(&sums).expect("pairs").p_value, Some(351.0 / 1001.0));
    }
}
