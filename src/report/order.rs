//! Which pair and which segment to look at first: one order for the terminal and every report.

use std::cmp::Ordering;

use super::finished::PairRow;
use crate::model::Verdict;

/// The verdicts in that order.
pub const VERDICTS: [Verdict; 3] = [Verdict::Fail, Verdict::Review, Verdict::Pass];

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
    let scores = |x: &Rank| (x.error_points, x.similarity);
    b.verdict.cmp(&a.verdict).then_with(|| worse_segment(scores(&a), scores(&b))).then_with(|| a.id.cmp(b.id))
}

/// More error points first, then lower similarity, of segments as `(error points, similarity)`. `worst_segment` of
/// summary.csv is by the same rule, which the scoring, below the reports, has for itself.
pub fn worse_segment(a: (f64, Option<f64>), b: (f64, Option<f64>)) -> Ordering {
    let similarity = |x: Option<f64>| as_written(x.unwrap_or(100.0));
    as_written(b.0).total_cmp(&as_written(a.0)).then_with(|| similarity(a.1).total_cmp(&similarity(b.1)))
}

/// In ten thousandths: what the tables hold, so that they give the order that the exact scores gave.
fn as_written(score: f64) -> f64 {
    (score * 10_000.0).round_ties_even()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_the_tables_write_alike_are_equal() {
        let close = [(7.692_308, Some(50.000_04)), (7.692_3, Some(50.0))];
        assert_eq!(worse_segment(close[0], close[1]), Ordering::Equal);
        assert_eq!(worse_segment((7.692_4, None), close[0]), Ordering::Less);
        assert_eq!(worse_segment((7.692_3, Some(49.9)), close[0]), Ordering::Less);
        assert_eq!(as_written(0.781_25), as_written(0.781_2));
    }

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
