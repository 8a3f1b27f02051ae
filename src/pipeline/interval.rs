//! How far a pair's similarity might lie elsewhere, had the text other segments of the same kind.
//!
//! Bootstrap over segments (Efron 1979; for machine translation Koehn 2004, "Statistical significance tests for machine
//! translation evaluation"): segments are drawn with replacement, as many as there are, and the pair's score is computed
//! from the sums of those.

use std::borrow::Cow;
use std::ops::AddAssign;
use std::sync::OnceLock;

use crate::metrics::Statistics;
use crate::metrics::random::Generator;
use crate::metrics::resampling::{Table, middle_95_percent_unsorted};

/// How often segments are drawn, as sacreBLEU does.
const RESAMPLES: usize = 1000;

/// Its seed.
const SEED: u128 = 12345;

/// Longer texts are drawn in so many runs of segments, not segment by segment: those beside each other are alike, and
/// time stays the same for any length.
const MOST_UNITS: usize = 250;

/// Draws of up to so many units are kept: two megabytes, if there are texts of all these lengths.
const KEPT: usize = 64;

/// From so many segments on the middle 95 % of resamples are more than all of them: four can be drawn in 35 ways,
/// fewer than 40, of which one lies outside at each end.
pub(super) const ENOUGH: usize = 5;

/// The middle 95 % of the scores of resamples, each segment's statistics given; `None` of fewer than two.
pub(super) fn of(segments: &[&Statistics], score: impl Fn(&Statistics) -> f64) -> Option<[f64; 2]> {
    let width = segments.iter().map(|s| s.0.len()).max().filter(|_| segments.len() > 1)?;
    let units: Vec<Statistics> = segments.chunks(segments.len().div_ceil(MOST_UNITS)).map(summed).collect();
    let counts = || units.iter().flat_map(|unit| unit.0.iter().copied());
    let most = f64::from(u32::MAX) / units.len() as f64;
    let mut scores = if counts().all(|count| (0.0..=most).contains(&count) && count.fract() == 0.0) {
        resampled(&table(width, &units, |count| count as u32), score)
    } else {
        resampled(&table(width, &units, |count| count), score)
    };
    middle_95_percent_unsorted(&mut scores)
}

fn summed(segments: &[&Statistics]) -> Statistics {
    let mut sum = Statistics::default();
    for statistics in segments {
        sum += statistics;
    }
    sum
}

fn table<T: Number>(width: usize, units: &[Statistics], number: impl Fn(f64) -> T) -> Table<T> {
    let mut table = Table::new(width);
    for unit in units {
        table.push(unit.0.iter().map(|&count| number(count)));
    }
    table
}

/// What counts are summed as: 32 bits where they hold all sums, since twice as many are added in the same time.
trait Number: Copy + Default + AddAssign + Into<f64> {}

impl Number for u32 {}

impl Number for f64 {}

/// The score of every resample.
fn resampled<T: Number>(units: &Table<T>, score: impl Fn(&Statistics) -> f64) -> Vec<f64> {
    let (mut counts, mut sums) = (Vec::new(), Statistics::default());
    let score = |rows: &[u8]| {
        units.sums_into(&mut counts, rows);
        sums.0.clear();
        sums.0.extend(counts.iter().map(|&count| count.into()));
        score(&sums)
    };
    draws(units.rows()).chunks_exact(units.rows()).map(score).collect()
}

/// Which of so many units every resample has, one resample after the other.
fn draws(units: usize) -> Cow<'static, [u8]> {
    static DRAWN: [OnceLock<Vec<u8>>; KEPT + 1] = [const { OnceLock::new() }; KEPT + 1];
    let draw = || {
        let mut generator = Generator::new(SEED);
        (0..RESAMPLES * units).map(|_| generator.below(units as u32) as u8).collect()
    };
    match DRAWN.get(units) {
        Some(drawn) => Cow::Borrowed(drawn.get_or_init(draw)),
        None => Cow::Owned(draw()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of segments with so many hits in ten.
    fn interval(hits: &[f64]) -> Option<[f64; 2]> {
        let counted: Vec<Statistics> = hits.iter().map(|&h| Statistics(vec![h, 10.0])).collect();
        of(&counted.iter().collect::<Vec<_>>(), |sums| 100.0 * sums.get(0) / sums.get(1))
    }

    #[test]
    fn one_segment_has_no_interval_and_equal_ones_have_no_width() {
        assert_eq!(interval(&[]), None);
        assert_eq!(interval(&[7.0]), None);
        assert_eq!(interval(&[7.0, 7.0, 7.0]), Some([70.0, 70.0]));
    }

    #[test]
    fn it_is_about_as_wide_as_theory_says() {
        // Half hits, half misses: the standard error of the mean of 100 is 5 points.
        let hits: Vec<f64> = (0..100).map(|k| if k % 2 == 0 { 10.0 } else { 0.0 }).collect();
        let [low, high] = interval(&hits).expect("an interval");
        assert!((38.0..42.0).contains(&low) && (58.0..62.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn counts_are_summed_alike_in_32_bits_and_where_they_need_more() {
        let hits = [3.0, 9.0, 4.0, 4.0, 8.0, 1.0, 7.0];
        let many = hits.map(|hit| hit * 4_294_967_296.0);
        let scale = |[low, high]: [f64; 2]| [low / 4_294_967_296.0, high / 4_294_967_296.0];
        assert_eq!(interval(&hits), interval(&many).map(scale));
        let halves = hits.map(|hit| hit / 2.0);
        assert_eq!(interval(&hits), interval(&halves).map(|bounds| bounds.map(|bound| bound * 2.0)));
    }

    #[test]
    fn a_long_text_has_as_narrow_an_interval_as_its_length_allows() {
        let hits: Vec<f64> = (0..100_000).map(|k| f64::from((k * 7919 % 11) as u32)).collect();
        let [low, high] = interval(&hits).expect("an interval");
        assert!(low < 50.0 && high > 50.0 && high - low < 1.0, "{low} {high}");
    }
}
