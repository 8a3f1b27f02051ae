//! Two finished runs over the same pairs: what got better and worse, pair by pair, and what chance alone would do.
//!
//! Pairs are matched by id and both runs read in step, so that of a pair only its scores stay in memory. Scores, verdicts
//! and findings are compared for pairs that both runs could score.

mod change;
mod output;
mod settings;
mod walk;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Sum;

use crate::error::SetupError;
use crate::metrics::paired::Paired;
pub use crate::metrics::paired::{Resampling, Test};
use crate::report::finished::{FindingRow, Finished, PairRow};
use crate::report::scores::rounded;
pub use crate::report::scores::{SCORES, Score};
pub use change::{Change, PairChange, difference};
use output::Output;
pub use output::Place;
pub use settings::{Setting, settings_that_differ};
use walk::Steps;

/// Pairs named as the worst and the best changes.
const SHOWN: usize = 5;

/// A score's mean in both runs.
#[derive(Debug, Clone, Copy)]
pub struct ScoreChange {
    /// The score.
    pub score: Score,
    /// What the pairs say about it.
    pub test: Test,
}

impl ScoreChange {
    /// What the difference means where it is shown with so many decimals: `better`, `worse` or `equal`.
    pub fn name(&self, decimals: i32) -> &'static str {
        let difference = rounded(self.test.difference, decimals);
        match (difference == 0.0, (difference < 0.0) == self.score.lower_is_better) {
            (true, _) => "equal",
            (_, true) => "better",
            (_, false) => "worse",
        }
    }
}

/// The findings of one check: those of A are kept and fixed, those of B kept and introduced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckChange {
    /// In both runs.
    pub kept: usize,
    /// In A alone.
    pub fixed: usize,
    /// In B alone.
    pub introduced: usize,
}

impl Sum for CheckChange {
    fn sum<I: Iterator<Item = CheckChange>>(all: I) -> CheckChange {
        all.fold(CheckChange::default(), |sum, c| CheckChange {
            kept: sum.kept + c.kept,
            fixed: sum.fixed + c.fixed,
            introduced: sum.introduced + c.introduced,
        })
    }
}

/// What lies between two runs.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Pairs by what became of them.
    pub changes: BTreeMap<Change, usize>,
    /// Pairs that pass, need review, fail: in A and in B.
    pub verdicts: [[usize; 3]; 2],
    /// The pairs that lost most, worst first.
    pub worse: Vec<PairChange>,
    /// The pairs that gained most, best first.
    pub better: Vec<PairChange>,
    /// Findings by check.
    pub checks: BTreeMap<String, CheckChange>,
    /// The scores that both runs have.
    pub scores: Vec<ScoreChange>,
    /// The scores that only A has, and those that only B has, of pairs that both scored.
    pub one_sided: [Vec<Score>; 2],
}

/// Compares two runs, A and B, and writes the tables where `place` is given. Errors: the runs have no pair in common,
/// their tables are not as runs write them, or the place is taken.
pub fn compare(
    runs: [&Finished; 2],
    resampling: Resampling,
    place: Option<Place>,
) -> Result<Comparison, SetupError> {
    require_a_common_pair(runs)?;
    let mut output = place.map(Output::open).transpose()?;
    let mut tally = Tally::default();
    for entries in Steps::of(runs)? {
        let met = PairChange::of(entries?);
        if let Some(output) = &mut output {
            output.pair(&met)?;
        }
        tally.add(met);
    }
    let comparison = tally.comparison(resampling);
    if let Some(output) = output {
        output.finish(&comparison.scores, resampling)?;
    }
    Ok(comparison)
}

/// Reads as far as the first pair that both have, so that without one no folder is made.
fn require_a_common_pair(runs: [&Finished; 2]) -> Result<(), SetupError> {
    for entries in Steps::of(runs)? {
        if entries?.iter().all(Option::is_some) {
            return Ok(());
        }
    }
    let [a, b] = runs.map(|run| run.folder().display());
    Err(SetupError::NoPairs(format!("{a} and {b} have no pair in common")))
}

#[derive(Default)]
struct Tally {
    changes: BTreeMap<Change, usize>,
    verdicts: [[usize; 3]; 2],
    worse: Vec<PairChange>,
    better: Vec<PairChange>,
    checks: BTreeMap<String, CheckChange>,
    paired: Paired<{ SCORES.len() }>,
}

impl Tally {
    fn add(&mut self, met: PairChange) {
        *self.changes.entry(met.change).or_default() += 1;
        if let Some(rows) = met.scored() {
            self.add_scores(rows);
        }
        self.count(&met.kept, |check| &mut check.kept);
        self.count(&met.fixed, |check| &mut check.fixed);
        self.count(&met.introduced, |check| &mut check.introduced);
        match met.change {
            Change::Worse => keep(&mut self.worse, met, most_lost),
            Change::Better => keep(&mut self.better, met, most_gained),
            _ => {}
        }
    }

    fn add_scores(&mut self, rows: [&PairRow; 2]) {
        for (counts, row) in self.verdicts.iter_mut().zip(rows) {
            if let Some(verdict) = row.verdict {
                counts[verdict as usize] += 1;
            }
        }
        self.paired.push(SCORES.map(|score| rows.map(score.of)));
    }

    fn count(&mut self, findings: &[FindingRow], of: fn(&mut CheckChange) -> &mut usize) {
        for finding in findings {
            *of(self.checks.entry(finding.check.clone()).or_default()) += 1;
        }
    }

    fn comparison(mut self, resampling: Resampling) -> Comparison {
        shorten(&mut self.worse, most_lost);
        shorten(&mut self.better, most_gained);
        let tests = SCORES.into_iter().zip(self.paired.tests(resampling));
        let scores = tests.filter_map(|(score, test)| Some(ScoreChange { score, test: test? }));
        let one_sided = self.paired.one_sided();
        Comparison {
            scores: scores.collect(),
            one_sided: one_sided
                .map(|which| SCORES.into_iter().zip(which).filter(|s| s.1).map(|s| s.0).collect()),
            changes: self.changes,
            verdicts: self.verdicts,
            worse: self.worse,
            better: self.better,
            checks: self.checks,
        }
    }
}

type Order = fn(&PairChange, &PairChange) -> Ordering;

fn keep(list: &mut Vec<PairChange>, met: PairChange, order: Order) {
    list.push(met);
    if list.len() > 2 * SHOWN {
        shorten(list, order);
    }
}

fn shorten(list: &mut Vec<PairChange>, order: Order) {
    list.sort_by(order);
    list.truncate(SHOWN);
}

fn most_gained(a: &PairChange, b: &PairChange) -> Ordering {
    let components = a.decline.iter().zip(&b.decline).map(|(a, b)| a.total_cmp(b));
    components.fold(Ordering::Equal, Ordering::then).then_with(|| a.pair.cmp(&b.pair))
}

fn most_lost(a: &PairChange, b: &PairChange) -> Ordering {
    let components = a.decline.iter().zip(&b.decline).map(|(a, b)| b.total_cmp(a));
    components.fold(Ordering::Equal, Ordering::then).then_with(|| a.pair.cmp(&b.pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_called_what_it_is_shown_as() {
        let name = |score: Score, difference, decimals| {
            let test = Test { pairs: 2, means: [0.0; 2], difference, interval: None, p_value: None };
            ScoreChange { score, test }.name(decimals)
        };
        let [similarity, points] = [SCORES[0], SCORES[5]];
        assert_eq!([2, 4].map(|decimals| name(similarity, -0.0001, decimals)), ["equal", "worse"]);
        assert_eq!([2, 4].map(|decimals| name(points, -0.0001, decimals)), ["equal", "better"]);
        assert_eq!([-0.005, 0.005].map(|d| name(similarity, d, 2)), ["worse", "better"]);
        assert!(rounded(-0.0001, 2).is_sign_positive());
    }
}
