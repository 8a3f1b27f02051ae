//! How much a pair's cosines say: a logistic regression that tells its own sure beads from passages at other places.
//! The log odds of a cosine are what the search adds up with the costs of length and of kinds, all in nats.

use super::costs::Weights;

/// A cosine, how probable it is that it belongs to a bead, and how much the observation counts.
pub type Observation = (f64, f64, f64);

/// Share of the sure beads that are wrong, and of other places that say the same after all: without it, sets that are
/// told apart without fault would make content outweigh everything. .05 costs Text+Berg .02, .2 costs .03.
pub const DOUBT: f64 = 0.1;

/// Observations that the curve to begin with is worth, at each of the cosines [`KNOTS`]. Of 1, 4, 10 and 20 the best
/// on the monolingual and bilingual dev sets together.
const PRIOR: f64 = 4.0;

/// Where the curve to begin with is held.
const KNOTS: [f64; 7] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/// Steps of Newton's method, and the longest step for slope and intercept: enough to arrive from anywhere.
const STEPS: usize = 25;
const LONGEST: (f64, f64) = (4.0, 1.0);

/// Weight and neutral point of the cosine that fit the observations, starting from those of `weights`.
pub fn calibrated(weights: Weights, mut observations: Vec<Observation>) -> Weights {
    let (mut slope, mut intercept) = (weights.content, -weights.content * weights.neutral);
    observations.extend(KNOTS.map(|c| (c, logistic(slope * c + intercept), PRIOR)));
    for _ in 0..STEPS {
        let Some((up, right)) = newton(&observations, slope, intercept) else { break };
        let before = (slope, intercept);
        slope += up.clamp(-LONGEST.0, LONGEST.0);
        intercept += right.clamp(-LONGEST.1, LONGEST.1);
        if (slope, intercept) == before {
            break;
        }
    }
    // A slope near nothing means that cosines say nothing here: better none than a wrong curve.
    if slope < 1.0 {
        return weights;
    }
    Weights { content: slope, neutral: (-intercept / slope).clamp(0.0, 0.6), ..weights }
}

/// Step of slope and intercept towards the highest likelihood.
fn newton(observations: &[Observation], slope: f64, intercept: f64) -> Option<(f64, f64)> {
    let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 3]);
    for &(cosine, target, count) in observations {
        let p = logistic(slope * cosine + intercept);
        let (error, variance) = (count * (target - p), count * p * (1.0 - p));
        gradient[0] += error;
        gradient[1] += error * cosine;
        hessian[0] += variance;
        hessian[1] += variance * cosine;
        hessian[2] += variance * cosine * cosine;
    }
    let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
    (determinant > 1e-12).then(|| {
        let up = (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant;
        let right = (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant;
        (up, right)
    })
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::super::costs::LEXICAL;
    use super::*;

    #[test]
    fn without_observations_the_curve_stays() {
        let same = calibrated(LEXICAL, Vec::new());
        assert!(
            (same.content - LEXICAL.content).abs() < 1e-6 && (same.neutral - LEXICAL.neutral).abs() < 1e-6
        );
    }

    #[test]
    fn the_neutral_point_moves_between_beads_and_others() {
        let beads = (0..50).map(|k| (0.7 + f64::from(k % 5) / 50.0, 1.0 - DOUBT, 1.0));
        let others = (0..50).map(|k| (0.3 + f64::from(k % 5) / 50.0, DOUBT, 1.0));
        let fitted = calibrated(LEXICAL, beads.chain(others).collect());
        assert!((0.4..0.6).contains(&fitted.neutral), "{fitted:?}");
    }

    #[test]
    fn what_is_told_apart_without_fault_stays_finite() {
        let beads = (0..500).map(|_| (0.9, 1.0 - DOUBT, 1.0));
        let others = (0..500).map(|_| (0.0, DOUBT, 1.0));
        let fitted = calibrated(LEXICAL, beads.chain(others).collect());
        assert!(fitted.content.is_finite() && fitted.content < 20.0, "{fitted:?}");
    }
}
