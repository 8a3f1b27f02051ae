//! Which system is better: means over the pairs that all have scored, and what chance alone would do.

use std::cmp::Ordering;

use super::{Match, Systems};
use crate::error::SetupError;
use crate::metrics::paired::{Paired, Resampling, Test};
use crate::model::Verdict;
use crate::report::finished::PairRow;
use crate::report::rows::SCORED;
use crate::report::scores::{ERROR_POINTS, SCORES, Score};

/// As in `pairscore diff` and sacreBLEU.
pub(super) const RESAMPLING: Resampling = Resampling { resamples: 1000, seed: 12345 };

/// A difference is no chance from this probability down: convention, as in WMT's rankings. Not corrected for the number of
/// comparisons.
const SIGNIFICANT: f64 = 0.05;

/// The systems of a batch, best first.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// What decides: similarity, or error points where no pair has a similarity in all systems.
    pub by: Score,
    /// Pairs that every system has scored: only these are compared.
    pub pairs: usize,
    /// Best first.
    pub standings: Vec<Standing>,
    /// Each two systems, by their places in `standings`, the better one first.
    pub(super) tests: Vec<(usize, usize, [Option<Test>; SCORES.len()])>,
}

/// Where a system stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub system: String,
    /// From so many significantly better systems and one, to all but those significantly worse: its rank is somewhere there.
    pub ranks: [usize; 2],
    /// Pairs with scores.
    pub scored: usize,
    /// Pairs that could not be scored.
    pub failed: usize,
    /// Of the pairs that all have scored: pass, review, fail.
    pub verdicts: [usize; 3],
    /// Findings in these: critical, major, minor.
    pub findings: [usize; 3],
    /// Means over these of [`SCORES`]; `None` where not every one of them has the score.
    pub means: [Option<f64>; SCORES.len()],
}

impl Standing {
    /// Its rank, or the range in which it lies: `1`, `2-3`.
    pub fn rank(&self) -> String {
        let [from, to] = self.ranks;
        if from == to { from.to_string() } else { format!("{from}-{to}") }
    }
}

/// What is counted of a system.
#[derive(Clone, Default)]
struct Count {
    scored: usize,
    failed: usize,
    verdicts: [usize; 3],
    findings: [usize; 3],
    /// Of the scores of pairs: how many there are, and their sum in the units of a cell's last decimal.
    sums: [(usize, i64); SCORES.len()],
}

/// In units of a cell's last decimal sums are exact in any order.
const UNITS: f64 = 10_000.0;

impl Count {
    /// Counts a pair whether or not the others have it.
    fn add_own(&mut self, row: &PairRow) {
        *(if row.status == SCORED { &mut self.scored } else { &mut self.failed }) += 1;
    }

    /// Counts a pair that all have scored.
    fn add(&mut self, row: &PairRow) {
        self.verdicts[row.verdict.unwrap_or(Verdict::Pass) as usize] += 1;
        for (sum, count) in self.findings.iter_mut().zip([row.critical, row.major, row.minor]) {
            *sum += count.unwrap_or(0);
        }
        for ((count, sum), score) in self.sums.iter_mut().zip(&SCORES) {
            if let Some(value) = (score.of)(row) {
                *count += 1;
                *sum += (value * UNITS).round() as i64;
            }
        }
    }

    fn standing(self, system: &str, pairs: usize) -> Standing {
        let mean = |(count, sum): (usize, i64)| {
            (count == pairs && pairs > 0).then(|| sum as f64 / (UNITS * pairs as f64))
        };
        Standing {
            system: system.to_string(),
            ranks: [1, 1],
            scored: self.scored,
            failed: self.failed,
            verdicts: self.verdicts,
            findings: self.findings,
            means: self.sums.map(mean),
        }
    }
}

impl Ranking {
    /// Of the systems of a run. Reads summary.csv only.
    pub fn of(systems: &Systems) -> Result<Ranking, SetupError> {
        let all = systems.names().len();
        let mut counts = vec![Count::default(); all];
        let mut paired: Vec<(usize, usize, Paired<{ SCORES.len() }>)> =
            (0..all).flat_map(|a| (a + 1..all).map(move |b| (a, b, Paired::default()))).collect();
        let mut pairs = 0;
        for met in systems.matches()? {
            let met: Match = met?;
            for (count, row) in counts.iter_mut().zip(&met.rows) {
                if let Some(row) = row {
                    count.add_own(row);
                }
            }
            let Some(rows) = met.scored() else { continue };
            pairs += 1;
            counts.iter_mut().zip(&rows).for_each(|(count, row)| count.add(row));
            for (a, b, paired) in &mut paired {
                paired.push(SCORES.map(|score| [rows[*a], rows[*b]].map(score.of)));
            }
        }
        let named = counts.into_iter().zip(systems.names());
        let standings: Vec<Standing> = named.map(|(count, name)| count.standing(name, pairs)).collect();
        let tests = paired.into_iter().map(|(a, b, paired)| (a, b, paired.tests(RESAMPLING)));
        Ok(Ranking::sorted(pairs, &standings, tests.collect()))
    }

    /// Best first, with the ranks that the tests leave open.
    fn sorted(
        pairs: usize,
        standings: &[Standing],
        tests: Vec<(usize, usize, [Option<Test>; SCORES.len()])>,
    ) -> Ranking {
        let has_similarity = standings.iter().all(|s| s.means[0].is_some());
        let by = if has_similarity { 0 } else { ERROR_POINTS };
        let mut order: Vec<usize> = (0..standings.len()).collect();
        order.sort_by(|&a, &b| best_first(by, &standings[a], &standings[b]));
        let place = |system: usize| order.iter().position(|&s| s == system).unwrap_or_default();
        let mut ordered: Vec<_> = tests
            .into_iter()
            .map(|(a, b, tests)| match (place(a), place(b)) {
                (first, second) if first < second => (first, second, tests),
                (first, second) => (second, first, tests.map(|test| test.map(turned))),
            })
            .collect();
        ordered.sort_by_key(|(a, b, _)| (*a, *b));
        let mut sorted: Vec<Standing> = order.iter().map(|&system| standings[system].clone()).collect();
        let all = sorted.len();
        for (place, standing) in sorted.iter_mut().enumerate() {
            let is_real = |test: &Option<Test>| test.and_then(|t| t.p_value).is_some_and(|p| p < SIGNIFICANT);
            let better = ordered.iter().filter(|(_, b, tests)| *b == place && is_real(&tests[by])).count();
            let worse = ordered.iter().filter(|(a, _, tests)| *a == place && is_real(&tests[by])).count();
            standing.ranks = [1 + better, all - worse];
        }
        Ranking { by: SCORES[by], pairs, standings: sorted, tests: ordered }
    }

    /// Whether the first system is better than all others by more than chance.
    pub fn has_winner(&self) -> bool {
        self.standings.first().is_some_and(|first| first.ranks == [1, 1]) && self.standings.len() > 1
    }

    /// The mean by which systems are ranked.
    pub fn decides(&self, standing: &Standing) -> Option<f64> {
        let by = SCORES.iter().position(|score| score.name == self.by.name)?;
        standing.means[by]
    }
}

fn best_first(by: usize, a: &Standing, b: &Standing) -> Ordering {
    let values = [a, b].map(|s| s.means[by].unwrap_or_default());
    let order = values[0].total_cmp(&values[1]);
    let order = if SCORES[by].lower_is_better { order } else { order.reverse() };
    order.then_with(|| a.system.cmp(&b.system))
}

/// The same with A and B exchanged.
fn turned(test: Test) -> Test {
    Test {
        means: [test.means[1], test.means[0]],
        difference: -test.difference + 0.0,
        interval: test.interval.map(|[low, high]| [-high + 0.0, -low + 0.0]),
        ..test
    }
}
