//! Length outlier: a translation far longer or shorter than the pair lets expect.

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair, Segment};
use crate::model::{Severity, Side};
use crate::text::words::Token;

#[doc = include_str!("length_outlier.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LengthOutlier {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// Report a segment so many standard deviations from what its pair lets expect.
    pub deviations: f64,
}

impl Default for LengthOutlier {
    fn default() -> Self {
        LengthOutlier { enabled: true, severity: None, deviations: 3.0 }
    }
}

impl Check for LengthOutlier {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if pair.unrelated {
            return;
        }
        let lengths: Vec<(usize, Lengths)> =
            pair.segments.iter().enumerate().filter_map(|(k, s)| Some((k, Lengths::of(s)?))).collect();
        let Some(usual) = Usual::of(&lengths, pair.is_monolingual()) else { return };
        for (index, lengths) in &lengths {
            let share = lengths.log_ratio() - usual.log_ratio;
            if usual.deviations(lengths) < self.deviations || share.abs() < FACTOR.ln() {
                continue;
            }
            let (way, times) =
                if share > 0.0 { ("longer", share.exp()) } else { ("shorter", (-share).exp()) };
            let message = format!("the translation is {times:.1} times {way} than this pair lets expect");
            let whole = pair.segments[*index].translation.whole();
            out.add(Severity::Minor, (*index, Side::Translation), whole, message);
        }
    }
}

/// Both sides of a shorter segment vary too much in length to tell anything: in characters, the longer side.
const ENOUGH_TO_MEASURE: usize = 40;

/// Nothing is said of what is not at least so many times too long or too short.
const FACTOR: f64 = 1.5;

/// From so many segments on a pair has a ratio and a spread of its own.
const ENOUGH_SEGMENTS: usize = 8;

/// Standard deviation of the log ratio of lengths, times the root of the length. Human translations on NTREX-128, nine
/// language pairs, have 1.5 to 2.6 with tails beyond the normal distribution's.
const SPREAD: f64 = 2.6;

/// Beyond this length spread no longer falls: long sentences are shortened and split like others.
const LONGEST: f64 = 200.0;

/// Characters of both sides.
struct Lengths {
    original: f64,
    translation: f64,
}

impl Lengths {
    fn of(segment: &Segment) -> Option<Lengths> {
        let [original, translation] =
            [Side::Original, Side::Translation].map(|s| segment.side(s).normal().chars().count());
        let has_words = |side: Side| segment.side(side).tokens.iter().any(Token::is_content);
        let both = has_words(Side::Original) && has_words(Side::Translation);
        let enough = segment.bead.is_aligned() && both && original.max(translation) >= ENOUGH_TO_MEASURE;
        enough.then_some(Lengths { original: original as f64, translation: translation as f64 })
    }

    fn log_ratio(&self) -> f64 {
        (self.translation / self.original).ln()
    }
}

/// What is usual in a pair: median and median deviation, so that outliers don't hide one another.
struct Usual {
    log_ratio: f64,
    spread: f64,
}

impl Usual {
    /// `None` in two languages with too few segments; in one language a translation is as long as its original.
    fn of(lengths: &[(usize, Lengths)], monolingual: bool) -> Option<Usual> {
        if lengths.len() < ENOUGH_SEGMENTS {
            return monolingual.then_some(Usual { log_ratio: 0.0, spread: SPREAD });
        }
        let log_ratio = median(lengths.iter().map(|(_, l)| l.log_ratio()).collect());
        let usual = Usual { log_ratio, spread: 1.0 };
        // 1.4826 times the median deviation is the standard deviation of a normal distribution.
        let spread = 1.4826 * median(lengths.iter().map(|(_, l)| usual.deviations(l)).collect());
        Some(Usual { log_ratio, spread: spread.max(SPREAD) })
    }

    fn deviations(&self, lengths: &Lengths) -> f64 {
        // Of two scripts the wordier one tells how much is said.
        let expected = (lengths.original * self.log_ratio.exp().max(1.0)).min(LONGEST);
        (lengths.log_ratio() - self.log_ratio).abs() * expected.sqrt() / self.spread
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(pairs: &[(u32, u32)]) -> Vec<(usize, Lengths)> {
        let of = |&(o, t): &(u32, u32)| Lengths { original: f64::from(o), translation: f64::from(t) };
        pairs.iter().map(of).enumerate().collect()
    }

    #[test]
    fn one_outlier_does_not_move_what_is_usual() {
        let mut all = lengths(&[(100, 120); 9]);
        all.extend(lengths(&[(150, 40)]));
        let usual = Usual::of(&all, false).expect("enough segments");
        assert!((usual.log_ratio - 1.2f64.ln()).abs() < 1e-9);
        assert!(usual.deviations(&all[9].1) > 3.0);
        assert!(usual.deviations(&all[0].1) < 0.1);
    }

    #[test]
    fn few_segments_in_two_languages_tell_nothing() {
        assert!(Usual::of(&lengths(&[(100, 20); 7]), false).is_none());
        assert!(Usual::of(&lengths(&[(100, 20); 7]), true).is_some());
    }
}
