//! The scores of segments and pairs, and the statistics that they are made of.

use super::{Measures, Pipeline};
use crate::align::Evidence;
use crate::checks::Pair;
use crate::metrics::{Coverage, Level, Metric, Statistics, WeightedChrf, repetition};
use crate::model::{Bead, Counted, Scores, SegmentStatistics};
use crate::text::frequencies::{Every, Frequencies};

/// What measures the segments of a pair.
pub(super) struct Gauge<'p> {
    metrics: Measures,
    pair: &'p Pair<'p>,
    /// Of a pair of one language.
    similarity: Option<WeightedChrf<'p>>,
    /// Of a pair of two languages.
    coverage: Option<Coverage>,
}

/// How rare n-grams are in the original itself, for a pair of one language about which nothing else is known.
pub(super) fn own_frequencies(pair: &Pair) -> Option<Frequencies> {
    let known = || pair.context.frequencies(pair.languages[0].as_ref());
    (pair.is_monolingual() && known().is_none()).then(|| {
        let original = pair.documents[0];
        let mut own = Frequencies::default();
        own.add_sentences(original, Every::of(0, original.normal().len() as u64));
        own
    })
}

/// What is known of the words of a pair of two languages, where that is enough to tell.
fn coverage(pair: &Pair) -> Option<Coverage> {
    let lexicon = pair.context.lexicon(&pair.languages);
    let evidence = Evidence { lexicon, dictionary: pair.context.dictionary(), ..Evidence::default() };
    let beads: Vec<Bead> = pair.segments.iter().map(|segment| segment.bead.clone()).collect();
    Coverage::new(pair.documents, pair.words, evidence.known_words(), &beads)
}

impl<'p> Gauge<'p> {
    /// Ready to measure.
    pub(super) fn new(pipeline: &Pipeline, pair: &'p Pair<'p>, own: Option<&'p Frequencies>) -> Gauge<'p> {
        let known = || pair.context.frequencies(pair.languages[0].as_ref());
        let frequencies = if pair.is_monolingual() { own.or_else(known) } else { None };
        let coverage = if pair.is_monolingual() { None } else { coverage(pair) };
        Gauge { metrics: pipeline.metrics(), pair, similarity: frequencies.map(WeightedChrf::new), coverage }
    }

    /// Scores of one segment, with the statistics that the pair's scores are made of.
    pub(super) fn segment(&self, index: usize) -> Measured {
        let segment = &self.pair.segments[index];
        let (reference, hypothesis) =
            (one_line(segment.original.source()), one_line(segment.translation.source()));
        let mut measured = Measured::default();
        if self.pair.is_monolingual() {
            self.compare(&reference, &hypothesis, &mut measured);
        }
        if let Some(metric) = &self.similarity {
            let normal = [segment.original.normal(), segment.translation.normal()];
            let (statistics, similarity) = similarity(metric, normal);
            measured.scores.similarity = Some(similarity);
            measured.statistics[Counted::Monolingual as usize] = statistics;
        }
        if let Some(coverage) = &self.coverage {
            let statistics = coverage.statistics(segment.bead);
            measured.scores.similarity = Coverage::score(&statistics);
            measured.statistics[Counted::Bilingual as usize] = statistics;
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
        let counts =
            |counted: Counted| Some(&statistics[counted as usize]).filter(|counts| !counts.0.is_empty());
        let score =
            |counted, metric: &dyn Metric| counts(counted).map(|counts| metric.score(counts, Level::Corpus));
        let [(chrf, _), (bleu, _), (ter, _)] = &metrics;
        Scores {
            // Of a batch of both kinds that of one language: the two scales are not the same.
            similarity: counts(Counted::Monolingual)
                .map(WeightedChrf::score)
                .or_else(|| counts(Counted::Bilingual).and_then(Coverage::score)),
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

/// Weighted chrF of the normalised texts (so that kinds of quotes and dashes don't count), 0 to 100; of short texts
/// the mean of that and of the normalised Damerau-Levenshtein similarity.
fn similarity(metric: &WeightedChrf, [original, translation]: [&str; 2]) -> (Statistics, f64) {
    let statistics = metric.statistics(translation, original);
    let chrf = WeightedChrf::score(&statistics);
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
