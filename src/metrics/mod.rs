//! Metrics that compare a hypothesis with a reference, equal to sacreBLEU 2.6.0 on the same text.
//!
//! A metric works in two steps. [`Metric::statistics`] counts what it needs in one segment;
//! [`Metric::score`] turns counts into a score. Counts add up, so the score of a document or of a
//! batch comes from summed [`Statistics`], never from a mean of segment scores.

mod bilingual;
mod bit_rows;
pub mod bleu;
pub mod chrf;
mod edit_distance;
mod ngrams;
mod number;
pub mod paired;
pub mod random;
pub mod repetition;
pub mod resampling;
pub mod semantic;
pub mod ter;
mod tercom;
pub mod tokenize;
mod weighted;

pub use crate::model::Statistics;
pub use bilingual::Coverage;
pub use bleu::Bleu;
pub use chrf::Chrf;
pub use number::Promoted;
pub use ter::Ter;
pub use weighted::WeightedChrf;

/// How much text a score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// One segment, as sacreBLEU's `-sl` prints: BLEU leaves out orders that the segment is too short for.
    Segment,
    /// Several segments, a document or more.
    Corpus,
}

/// One setting in a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key in sacreBLEU's long signatures: `case`.
    pub key: &'static str,
    /// The key in its short ones: `c`.
    pub short_key: &'static str,
    /// The value: `mixed`.
    pub value: String,
}

impl Field {
    /// A setting with its long and its short key.
    pub fn new(key: &'static str, short_key: &'static str, value: impl Into<String>) -> Self {
        Self { key, short_key, value: value.into() }
    }
}

/// A score of a hypothesis against one or more references.
pub trait Metric: Sync + Send {
    /// The name in columns, settings and on the command line: `chrf`, `bleu` or `ter`.
    fn name(&self) -> &'static str;

    /// The name that sacreBLEU prints: `chrF2++`, `BLEU` or `TER`.
    fn title(&self) -> String;

    /// The settings of this metric that make a score reproducible, in the order of sacreBLEU's signature.
    fn settings(&self, level: Level) -> Vec<Field>;

    /// The number of entries in [`Statistics`].
    fn width(&self) -> usize;

    /// The counts of one segment for each hypothesis, all against the same references, of which there is
    /// at least one. Any text may be empty; no text is an error.
    fn statistics(&self, hypotheses: &[&str], references: &[&str]) -> Vec<Statistics>;

    /// The score for `statistics` of this same metric, in points: 0 to 100 (BLEU, chrF; higher is
    /// better) or 0 and up (TER; lower is better). Empty statistics score 0.
    fn score(&self, statistics: &Statistics, level: Level) -> f64;

    /// The corpus score in the arithmetic of sacreBLEU's bootstrap, which sums counts in single precision.
    fn bootstrap_score(&self, statistics: &Statistics) -> Promoted;

    /// The corpus score in the arithmetic of sacreBLEU's approximate randomisation, which keeps counts as
    /// integers: what is not whole is cut off.
    fn randomisation_score(&self, statistics: &Statistics) -> f64 {
        self.score(statistics, Level::Corpus)
    }

    /// What sacreBLEU prints behind the score, if anything.
    fn details(&self, _statistics: &Statistics) -> Option<String> {
        None
    }

    /// The counts of one hypothesis against one reference.
    fn pair_statistics(&self, hypothesis: &str, reference: &str) -> Statistics {
        self.statistics(&[hypothesis], &[reference]).pop().unwrap_or_default()
    }
}

/// sacreBLEU's long signature of a metric, less its version: `nrefs:1|case:mixed|…`.
#[must_use]
pub fn signature(metric: &dyn Metric, references: usize, level: Level) -> String {
    let mut signature = format!("nrefs:{references}");
    for Field { key, value, .. } in metric.settings(level) {
        signature.push_str(&format!("|{key}:{value}"));
    }
    signature
}

/// `yes` or `no`, as signatures have it.
fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// A count as an entry of [`Statistics`].
#[expect(clippy::cast_precision_loss, reason = "counts of a text in memory stay far below 2^53")]
fn whole(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Vec<Box<dyn Metric>> {
        vec![Box::new(Bleu::default()), Box::new(Chrf::default()), Box::new(Ter::default())]
    }

    #[test]
    fn no_segment_scores_nothing() {
        for metric in metrics() {
            for level in [Level::Segment, Level::Corpus] {
                assert!(
                    metric.score(&Statistics::default(), level).abs() < f64::EPSILON,
                    "{}",
                    metric.name()
                );
            }
        }
    }

    #[test]
    fn empty_texts_are_no_error() {
        for metric in metrics() {
            for (hypothesis, reference) in [("", ""), ("a b", ""), ("", "a b"), (" \t", "\u{3000}")] {
                let statistics = metric.pair_statistics(hypothesis, reference);
                assert!(metric.score(&statistics, Level::Segment).is_finite());
            }
        }
    }

    #[test]
    fn a_hundred_thousand_equal_words_are_counted_at_once() {
        let text = "word ".repeat(100_000);
        let shorter = "word ".repeat(99_000);
        for metric in metrics().into_iter().filter(|metric| metric.name() != "ter") {
            let statistics = metric.pair_statistics(&text, &shorter);
            assert!(metric.score(&statistics, Level::Corpus) > 98.0);
        }
    }
}
