//! BERTScore (Zhang et al. 2020): each token is set against the token of the other side whose vector is nearest.
//!
//! Precision is the mean of the translation's tokens, recall that of the original's, each weighted by how rare the token is
//! among the originals; F is their harmonic mean. 0 to 100, higher is better; not rescaled by a baseline.

use crate::encoder::{Embedded, TokenCounts};
use crate::model::{Scores, Statistics};

/// Weights are summed in millionths, so that sums are exact in any order.
const UNIT: f64 = 1e6;

/// Sums of a segment: over the translation's tokens weight times cosine, and weight; then over the original's.
pub fn statistics(original: &Embedded, translation: &Embedded, rarity: &TokenCounts) -> Statistics {
    let [of_translation, of_original] = translation.nearest(original);
    let mut counts = Vec::with_capacity(4);
    for (ids, nearest) in [(translation.ids(), of_translation), (original.ids(), of_original)] {
        let weights: Vec<f64> = ids.iter().map(|&id| rarity.weight(id)).collect();
        // Where the other side says nothing there are no nearest.
        let matched = weights.iter().zip(nearest).map(|(w, cosine)| w * f64::from(cosine));
        // An empty sum is -0.0, which no cell should show.
        counts.extend([matched.sum::<f64>(), weights.iter().sum()].map(|sum| (sum * UNIT).round() + 0.0));
    }
    Statistics(counts)
}

/// The scores for a segment's statistics or for summed ones, put among the others. A share of nothing is 0; where neither
/// side says anything that weighs there is no score.
pub fn put(statistics: &Statistics, scores: &mut Scores) {
    let [matched, weight, matched_original, weight_original] = [0, 1, 2, 3].map(|k| statistics.get(k));
    if weight + weight_original <= 0.0 {
        return;
    }
    let share = |part: f64, of: f64| if of > 0.0 { (100.0 * part / of).clamp(0.0, 100.0) } else { 0.0 };
    let (precision, recall) = (share(matched, weight), share(matched_original, weight_original));
    let sum = precision + recall;
    scores.semantic = Some(if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 });
    scores.semantic_precision = Some(precision);
    scores.semantic_recall = Some(recall);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(counts: [f64; 4]) -> [Option<f64>; 3] {
        let mut scores = Scores::default();
        put(&Statistics(counts.to_vec()), &mut scores);
        [scores.semantic, scores.semantic_precision, scores.semantic_recall]
    }

    #[test]
    fn f_is_the_harmonic_mean_of_precision_and_recall() {
        assert_eq!(scores([3.0, 4.0, 1.0, 2.0]), [Some(60.0), Some(75.0), Some(50.0)]);
    }

    #[test]
    fn what_is_left_out_has_no_recall_and_nothing_at_all_no_score() {
        assert_eq!(scores([0.0, 0.0, 0.0, 2.0]), [Some(0.0); 3]);
        assert_eq!(scores([0.0; 4]), [None; 3]);
    }
}
