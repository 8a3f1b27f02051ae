//! The scores of a pair by which runs and systems are compared.

use super::finished::PairRow;

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

/// Place of the error points in [`SCORES`].
pub const ERROR_POINTS: usize = SCORES.len() - 1;

impl Score {
    /// Which scores are the better ones: `higher` or `lower`.
    pub fn better(&self) -> &'static str {
        if self.lower_is_better { "lower" } else { "higher" }
    }
}

/// The number with so many decimals; what rounds to nothing has no sign.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let units = 10f64.powi(decimals);
    (value * units).round() / units + 0.0
}
