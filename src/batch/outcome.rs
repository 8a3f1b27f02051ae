//! What came of a batch, in short, and the gates it had to pass.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::{Judged, Scored};
use super::shard::Entry;
use crate::model::{PairReport, Scores, SegmentStatistics, Severity, Verdict};
use crate::report::order::{self, Rank};
use crate::report::systems::Ranking;

/// Pairs named in the summary on the terminal.
const WORST: usize = 5;

/// What came of a batch.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Pairs and files without a partner: scored + quarantined + unpaired.
    pub found: usize,
    /// Pairs with scores.
    pub scored: usize,
    /// Pairs that could not be scored.
    pub quarantined: usize,
    /// Files without a partner.
    pub unpaired: usize,
    /// Pairs that pass, need review, fail.
    pub verdicts: [usize; 3],
    /// Findings by check: minor, major, critical.
    pub findings: BTreeMap<String, [usize; 3]>,
    /// Findings left out because the user has accepted them.
    pub accepted: usize,
    /// The statistics of all segments of all pairs, as in [`PairReport::statistics`].
    pub statistics: SegmentStatistics,
    /// The worst pairs, worst first.
    pub worst: Vec<Brief>,
    /// The systems, best first, where the batch has several.
    pub ranking: Option<Ranking>,
    /// How many times a gate was missed.
    pub missed: usize,
    /// The first of what the gates were missed by, one line a pair.
    pub misses: Vec<String>,
    /// How often a gate's metric did not apply to a pair.
    pub ungated: usize,
}

/// Missed gates that are named.
const NAMED: usize = 10;

impl Outcome {
    /// Findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.values().map(|counts| counts[severity as usize]).sum()
    }

    /// Counts a pair or a file without a partner.
    pub(super) fn add(&mut self, entry: Entry) {
        self.found += 1;
        match entry {
            Entry::Unpaired(..) => self.unpaired += 1,
            Entry::Pair(record) => match record.result {
                Judged::Failed(_) => self.quarantined += 1,
                Judged::Scored(scored) => self.add_scored(*scored),
            },
        }
    }

    fn add_scored(&mut self, pair: Scored) {
        self.scored += 1;
        self.verdicts[pair.brief.verdict as usize] += 1;
        for (check, counts) in pair.counts {
            let sums = self.findings.entry(check).or_default();
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        self.accepted += pair.accepted;
        self.statistics.iter_mut().zip(&pair.statistics).for_each(|(sum, counts)| *sum += counts);
        self.missed += pair.missed.len();
        let room = NAMED.saturating_sub(self.misses.len());
        self.misses.extend(pair.missed.into_iter().take(room));
        self.ungated += pair.ungated;
        self.worst.push(pair.brief);
        if self.worst.len() > 2 * WORST {
            self.keep_worst();
        }
    }

    /// Leaves of the pairs seen so far the worst, worst first.
    pub(super) fn keep_worst(&mut self) {
        self.worst.sort_by(Brief::worse_first);
        self.worst.truncate(WORST);
    }
}

/// A pair in short.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its scores.
    pub scores: Scores,
    /// MQM points per 100 words.
    pub error_points: f64,
    /// Why the verdict.
    pub note: String,
}

impl Brief {
    pub(super) fn of(id: &str, report: &PairReport) -> Brief {
        Brief {
            id: id.to_string(),
            verdict: report.verdict,
            scores: report.scores,
            error_points: report.error_points,
            note: report.note.clone(),
        }
    }

    fn rank(&self) -> Rank<'_> {
        let verdict = Some(self.verdict);
        Rank { verdict, error_points: self.error_points, similarity: self.scores.similarity, id: &self.id }
    }

    fn worse_first(a: &Brief, b: &Brief) -> Ordering {
        order::worse_first(a.rank(), b.rank())
    }
}

/// Conditions that a run must meet for exit code 0.
#[derive(Debug, Clone, Default)]
pub struct Gates {
    /// Metric and value that every pair must reach (`ter`: must not pass).
    pub fail_under: Vec<(String, f64)>,
    /// Severity that no finding may have, or worse.
    pub fail_on: Option<Severity>,
}

impl Gates {
    /// What a pair misses, and how many gates do not apply to it.
    pub(super) fn missed(&self, id: &str, report: &PairReport) -> (Vec<String>, usize) {
        let (mut missed, mut ungated) = (Vec::new(), 0);
        for (metric, limit) in &self.fail_under {
            let s = &report.scores;
            let value = match metric.as_str() {
                "similarity" => s.similarity,
                "chrf" => s.chrf,
                "bleu" => s.bleu,
                "ter" => s.ter,
                "semantic" => s.semantic,
                _ => Some(report.coverage),
            };
            ungated += usize::from(value.is_none());
            let misses = |v: f64| if metric == "ter" { v > *limit } else { v < *limit };
            missed.extend(
                value.filter(|&v| misses(v)).map(|v| format!("{id}: {metric} {v:.4}, the gate is {limit}")),
            );
        }
        let grave = report.findings.iter().filter(|f| self.fail_on.is_some_and(|s| f.severity >= s)).count();
        if grave > 0 {
            let severity = self.fail_on.map_or("", Severity::name);
            missed.push(format!("{id}: {grave} findings of severity {severity} or worse"));
        }
        (missed, ungated)
    }
}
