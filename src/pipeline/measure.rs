//! The scores of segments and pairs, and the statistics that they are made of.

use super::{Measures, Pipeline};
use crate::checks::Pair;
use crate::metrics::{Chrf, Level, Metric, Statistics, repetition};
use crate::model::{Counted, Scores, SegmentStatistics};

/// What measures the segments of a pair.
pub(super) struct Gauge<'p> {
    metrics: Measures,
    pair: &'p Pair<'p>,
}

impl<'p> Gauge<'p> {
    /// Ready to measure.
    pub(super) fn new(pipeline: &Pipeline, pair: &'p Pair<'p>) -> Gauge<'p> {
        Gauge { metrics: pipeline.metrics(), pair }
    }

    /// Scores of one segment, with the statistics that the pair's scores are made of.
    pub(super) fn segment(&self, index: usize) -> Measured {
        let segment = &self.pair.segments[index];
        let (reference, hypothesis) =
            (one_line(segment.original.source()), one_line(segment.translation.source()));
        let mut measured = Measured::default();
        if self.pair.is_monolingual() {
            self.compare(&reference, &hypothesis, &mut measured);
            let normal = [segment.original.normal(), segment.translation.normal()];
            let (statistics, similarity) = similarity(normal);
            measured.scores.similarity = Some(similarity);
            measured.statistics[Counted::Monolingual as usize] = statistics;
        }
        measured.characters = [&reference, &hypothesis].map(|t| t.chars().count());
        measured.scores.length_ratio = ratio(measured.characters);
        let repeats = || repetition::score(segment.original.normal(), segment.translation.normal());
        measured.scores.repetition = (!segment.translation.tokens.is_empty()).then(repeats);
        measured
    }

    /// chrF, BLEU and TER, those that are wanted.
    fn compare(&self, reference: &str, hypothesis: &str, measured: &mut Measured) {
        let Scores { chrf, bleu, ter, .. } = &mut measured.scores;
        for (k, ((metric, on), score)) in self.metrics.iter().zip([chrf, bleu, ter]).enumerate() {
            if *on {
                let statistics = metric.pair_statistics(hypothesis, reference);
                *score = Some(metric.score(&statistics, Level::Segment));
                measured.statistics[k] = statistics;
            }
        }
    }
}

/// What is measured of a segment.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) scores: Scores,
    statistics: SegmentStatistics,
    characters: [usize; 2],
}

/// What is measured of a pair: sums over its segments.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) statistics: SegmentStatistics,
    characters: [usize; 2],
}

impl Sums {
    pub(super) fn add(&mut self, measured: &Measured) {
        for (sum, statistics) in self.statistics.iter_mut().zip(&measured.statistics) {
            *sum += statistics;
        }
        for (sum, characters) in self.characters.iter_mut().zip(measured.characters) {
            *sum += characters;
        }
    }

    /// The pair's scores.
    pub(super) fn scores(&self, pipeline: &Pipeline) -> Scores {
        Scores { length_ratio: ratio(self.characters), ..pipeline.corpus_scores(&self.statistics) }
    }
}

impl Pipeline {
    /// The scores for summed statistics of a pair's segments or of many pairs': as sacreBLEU's corpus score.
    /// `None` where nothing was counted. The length ratio and the repetition score are not among them.
    #[must_use]
    pub fn corpus_scores(&self, statistics: &SegmentStatistics) -> Scores {
        let metrics = self.metrics();
        let score = |counted: Counted, metric: &dyn Metric| {
            let counts = &statistics[counted as usize];
            (!counts.0.is_empty()).then(|| metric.score(counts, Level::Corpus))
        };
        let [(chrf, _), (bleu, _), (ter, _)] = &metrics;
        Scores {
            similarity: score(Counted::Monolingual, &Chrf::default()),
            chrf: score(Counted::Chrf, &**chrf),
            bleu: score(Counted::Bleu, &**bleu),
            ter: score(Counted::Ter, &**ter),
            ..Scores::default()
        }
    }
}

/// Texts up to this many characters are compared by edit distance as well: chrF's orders 5 and 6 leave little of
/// a heading in which one letter differs.
const SHORT: usize = 24;

/// chrF of the normalised texts (so that kinds of quotes and dashes don't count), 0 to 100; of short texts the
/// mean of that and of the normalised Damerau-Levenshtein similarity.
fn similarity([original, translation]: [&str; 2]) -> (Statistics, f64) {
    let metric = Chrf::default();
    let statistics = metric.pair_statistics(translation, original);
    let chrf = metric.score(&statistics, Level::Segment);
    let is_short = |text: &str| !text.is_empty() && text.chars().nth(SHORT).is_none();
    if is_short(original) && is_short(translation) {
        let edit = strsim::normalized_damerau_levenshtein(original, translation) * 100.0;
        return (statistics, f64::midpoint(chrf, edit));
    }
    (statistics, chrf)
}

/// Line breaks as single spaces, as in the cells of the report: scores and cells agree.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn ratio([original, translation]: [usize; 2]) -> Option<f64> {
    (original > 0).then(|| translation as f64 / original as f64)
}
