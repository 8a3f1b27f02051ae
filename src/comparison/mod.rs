//! Two finished runs over the same pairs: what got better and worse, pair by pair, and what chance alone would do.
//!
//! Pairs are matched by id and both runs read in step, so that of a pair only its scores stay in memory. Scores, verdicts
//! and findings are compared for pairs that both runs could score.

mod change;
mod output;
mod settings;
mod significance;
mod walk;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Sum;

use crate::error::SetupError;
use crate::report::finished::{FindingRow, Finished, PairRow};
pub use change::{Change, PairChange, TOLERANCE, difference};
pub use output::Output;
pub use settings::{Setting, settings_that_differ};
use significance::Paired;
pub use significance::{Resampling, Test};
use walk::Steps;

/// Pairs named as the worst and the best changes.
const SHOWN: usize = 5;

/// A score of a pair.
#[derive(Debug, Clone, Copy)]
pub struct Score {
    /// Its column of summary.csv.
    pub name: &'static str,
    /// Whether lower is better.
    pub lower_is_better: bool,
    /// Its value in a row of the summary.
    pub of: fn(&PairRow) -> Option<f64>,
}

/// The scores that are compared.
pub const SCORES: [Score; 6] = [
    Score { name: "similarity", lower_is_better: false, of: |row| row.similarity },
    Score { name: "chrf", lower_is_better: false, of: |row| row.chrf },
    Score { name: "bleu", lower_is_better: false, of: |row| row.bleu },
    Score { name: "ter", lower_is_better: true, of: |row| row.ter },
    Score { name: "coverage", lower_is_better: false, of: |row| row.coverage },
    Score { name: "error_points", lower_is_better: true, of: |row| row.error_points },
];

/// A score's mean in both runs.
#[derive(Debug, Clone, Copy)]
pub struct ScoreChange {
    /// The score.
    pub score: Score,
    /// What the pairs say about it.
    pub test: Test,
}

impl ScoreChange {
    /// What the difference means: `better`, `worse` or `equal`.
    pub fn name(&self) -> &'static str {
        let gain = if self.score.lower_is_better { -self.test.difference } else { self.test.difference };
        match gain.total_cmp(&0.0) {
            _ if gain == 0.0 => "equal",
            Ordering::Less => "worse",
            _ => "better",
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
}

/// Compares two runs, A and B, and writes the tables where `output` is given. Errors: the runs have no pair in common,
/// or their tables are not as runs write them.
pub fn compare(
    runs: [&Finished; 2],
    resampling: Resampling,
    mut output: Option<Output>,
) -> Result<Comparison, SetupError> {
    let mut tally = Tally::default();
    for entries in Steps::of(runs)? {
        let met = PairChange::of(entries?);
        if let Some(output) = &mut output {
            output.pair(&met)?;
        }
        tally.add(met);
    }
    let alone = [Change::Gone, Change::New];
    if tally.changes.keys().all(|change| alone.contains(change)) {
        let [a, b] = runs.map(|run| run.folder().display());
        return Err(SetupError::NoPairs(format!("{a} and {b} have no pair in common")));
    }
    let comparison = tally.comparison(resampling);
    if let Some(output) = output {
        output.finish(&comparison.scores, resampling)?;
    }
    Ok(comparison)
}

#[derive(Default)]
struct Tally {
    changes: BTreeMap<Change, usize>,
    verdicts: [[usize; 3]; 2],
    worse: Vec<PairChange>,
    better: Vec<PairChange>,
    checks: BTreeMap<String, CheckChange>,
    paired: [Paired; SCORES.len()],
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
        for (score, paired) in SCORES.iter().zip(&mut self.paired) {
            if let [Some(a), Some(b)] = rows.map(score.of) {
                paired.push([a, b]);
            }
        }
    }

    fn count(&mut self, findings: &[FindingRow], of: fn(&mut CheckChange) -> &mut usize) {
        for finding in findings {
            *of(self.checks.entry(finding.check.clone()).or_default()) += 1;
        }
    }

    fn comparison(mut self, resampling: Resampling) -> Comparison {
        shorten(&mut self.worse, most_lost);
        shorten(&mut self.better, most_gained);
        let tests = SCORES.iter().zip(&self.paired).map(|(score, paired)| (score, paired.test(resampling)));
        let scores = tests.filter_map(|(&score, test)| Some(ScoreChange { score, test: test? }));
        Comparison {
            scores: scores.collect(),
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
