//! Which pair to look at first: one order for the terminal and every report.

use std::cmp::Ordering;

use super::finished::PairRow;
use crate::model::Verdict;

/// What a pair is ranked by.
#[derive(Debug, Clone, Copy)]
pub struct Rank<'p> {
    /// `None` for a pair that could not be scored.
    pub verdict: Option<Verdict>,
    /// MQM points per 100 words.
    pub error_points: f64,
    /// Similarity, where it applies.
    pub similarity: Option<f64>,
    /// Its id, which decides among equals.
    pub id: &'p str,
}

impl<'p> From<&'p PairRow> for Rank<'p> {
    fn from(row: &'p PairRow) -> Rank<'p> {
        let error_points = row.error_points.unwrap_or_default();
        Rank { verdict: row.verdict, error_points, similarity: row.similarity, id: &row.pair }
    }
}

/// The graver verdict first, then more error points, then lower similarity; pairs without scores last.
pub fn worse_first(a: Rank, b: Rank) -> Ordering {
    let similarity = |x: &Rank| x.similarity.unwrap_or(100.0);
    b.verdict
        .cmp(&a.verdict)
        .then(b.error_points.total_cmp(&a.error_points))
        .then(similarity(&a).total_cmp(&similarity(&b)))
        .then(a.id.cmp(b.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_decides_first_then_points_then_similarity_then_the_id() {
        let rank = |verdict, error_points, similarity, id| Rank { verdict, error_points, similarity, id };
        let ordered = [
            rank(Some(Verdict::Fail), 1.0, None, "z"),
            rank(Some(Verdict::Review), 9.0, Some(90.0), "y"),
            rank(Some(Verdict::Review), 8.0, Some(30.0), "x"),
            rank(Some(Verdict::Review), 8.0, Some(40.0), "v"),
            rank(Some(Verdict::Review), 8.0, Some(40.0), "w"),
            rank(None, 0.0, None, "a"),
        ];
        let mut sorted = ordered;
        sorted.reverse();
        sorted.sort_by(|a, b| worse_first(*a, *b));
        assert!(sorted.iter().map(|r| r.id).eq(ordered.iter().map(|r| r.id)));
    }
}
