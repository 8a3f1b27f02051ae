//! The scores of segments and pairs, and the statistics that they are made of.

use super::judge::Case;
use super::meaning::Meaning;
use super::{Measures, Pipeline, interval};
use crate::align::Evidence;
use crate::align::terms::TermRows;
use crate::checks::Pair;
use crate::context::language_pair;
use crate::metrics::{Coverage, Level, Metric, Statistics, WeightedChrf, repetition, semantic};
use crate::model::{Bead, Counted, Scores, SegmentStatistics};
use crate::text::frequencies::{Every, Frequencies, Sample};
use crate::text::normalise::Normalise;

/// What measures the segments of a pair.
pub(super) struct Gauge<'p> {
    metrics: Measures,
    rules: &'p Normalise,
    case: Case<'p>,
    /// Of a pair of one language.
    similarity: Option<WeightedChrf<'p>>,
    /// Of a pair of two languages.
    coverage: Option<Coverage<'p>>,
    meaning: Meaning,
}

/// How rare n-grams are in the original itself, for a pair of one language about which nothing else is known.
pub(super) fn own_frequencies(pair: &Pair, rules: &Normalise) -> Option<Frequencies> {
    let known = || pair.context.frequencies(pair.languages[0].as_ref());
    (pair.is_monolingual() && known().is_none()).then(|| {
        let original = pair.documents[0];
        let mut sample = Sample::default();
        sample.add_sentences(original, rules, Every::of(0, original.normal().len() as u64));
        sample.frequencies()
    })
}

/// What is known of the words of a pair of two languages, where that is enough to tell.
fn coverage<'p>(pair: &Pair, terms: &'p TermRows) -> Option<Coverage<'p>> {
    let lexicon = pair.context.lexicon(&pair.languages);
    let evidence = Evidence { lexicon, dictionary: pair.context.dictionary(), ..Evidence::default() };
    let beads: Vec<Bead> = pair.segments.iter().map(|segment| segment.bead.clone()).collect();
    Coverage::new(terms, evidence, &beads)
}

impl<'p> Gauge<'p> {
    /// Ready to measure.
    pub(super) fn new(
        pipeline: &'p Pipeline,
        case: Case<'p>,
        own: Option<&'p Frequencies>,
        meaning: Meaning,
    ) -> Gauge<'p> {
        let compared = case.compared;
        let known = || compared.context.frequencies(compared.languages[0].as_ref());
        let frequencies = if compared.is_monolingual() { own.or_else(known) } else { None };
        Gauge {
            metrics: pipeline.metrics(),
            rules: &pipeline.normalise,
            case,
            similarity: frequencies.map(WeightedChrf::new),
            coverage: if compared.is_monolingual() { None } else { coverage(compared, case.terms) },
            meaning,
        }
    }

    /// Scores of one segment, with the statistics that the pair's scores are made of.
    pub(super) fn segment(&self, index: usize) -> Measured {
        let (segment, compared) = (&self.case.pair.segments[index], &self.case.compared.segments[index]);
        let (reference, hypothesis) =
            (one_line(compared.original.source()), one_line(compared.translation.source()));
        let mut measured = Measured::default();
        let is_compared = !self.case.lacks_reference(index);
        let mut chrf = None;
        if let Some(metric) = self.similarity.as_ref().filter(|_| is_compared) {
            let texts = [&compared.original, &compared.translation].map(|t| t.with_own_marks(self.rules));
            let texts @ [original, translation] = texts.each_ref().map(AsRef::as_ref);
            let [statistics, plain] = metric.statistics(translation, original);
            measured.scores.similarity = Some(similarity(&statistics, texts));
            measured.statistics[Counted::Monolingual as usize] = statistics;
            let are_alike = WeightedChrf::are_alike;
            chrf = (are_alike(original, &reference) && are_alike(translation, &hypothesis)).then_some(plain);
        }
        if self.case.compared.is_monolingual() && is_compared {
            self.compare(&reference, &hypothesis, chrf, &mut measured);
        }
        if let Some(coverage) = &self.coverage {
            let statistics = coverage.statistics(segment.bead);
            measured.scores.similarity = (!statistics.0.is_empty()).then(|| Coverage::score(&statistics));
            measured.statistics[Counted::Bilingual as usize] = statistics;
        }
        if let Some(counts) = self.meaning.get(index).filter(|_| is_compared) {
            semantic::put(counts, &mut measured.scores);
            measured.statistics[Counted::Semantic as usize] = counts.clone();
        }
        measured.characters = [&segment.original, &segment.translation].map(|t| t.source().chars().count());
        measured.scores.length_ratio = ratio(measured.characters);
        let repeats = || repetition::score(segment.original.normal(), segment.translation.normal());
        measured.scores.repetition = (!segment.translation.tokens.is_empty()).then(repeats);
        measured
    }

    /// chrF, BLEU and TER, those that are wanted, where chrF's counts may be known.
    fn compare(&self, reference: &str, hypothesis: &str, known: Option<Statistics>, measured: &mut Measured) {
        let Scores { chrf, bleu, ter, .. } = &mut measured.scores;
        let known = [known, None, None];
        for (k, (((metric, on), score), known)) in
            self.metrics.iter().zip([chrf, bleu, ter]).zip(known).enumerate()
        {
            if *on {
                let statistics = known.unwrap_or_else(|| metric.pair_statistics(hypothesis, reference));
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
    /// Of its similarity.
    pub(super) interval: Option<[f64; 2]>,
    /// Segments that its similarity is made of.
    similar: usize,
}

impl Sums {
    /// Over all segments of a pair.
    pub(super) fn of(segments: &[Measured]) -> Sums {
        let mut sums = Sums::default();
        for measured in segments {
            for (sum, statistics) in sums.statistics.iter_mut().zip(&measured.statistics) {
                *sum += statistics;
            }
            for (sum, characters) in sums.characters.iter_mut().zip(measured.characters) {
                *sum += characters;
            }
        }
        let counted = segments.iter().map(|m| of_similarity(&m.statistics).0);
        let counted: Vec<&Statistics> = counted.filter(|counts| !counts.0.is_empty()).collect();
        let score = of_similarity(&sums.statistics).1;
        Sums { interval: interval::of(&counted, score), similar: counted.len(), ..sums }
    }

    /// The pair's scores.
    pub(super) fn scores(&self, pipeline: &Pipeline) -> Scores {
        Scores { length_ratio: ratio(self.characters), ..pipeline.corpus_scores(&self.statistics) }
    }

    /// What a reader of the similarity should know.
    pub(super) fn note(&self, pair: &Pair) -> Option<String> {
        match self.similar {
            0 if !pair.is_monolingual() => {
                Some(format!("no similarity: too little known about {}", language_pair(&pair.languages)))
            }
            1 => Some("similarity from 1 segment only".to_string()),
            few @ 2..interval::ENOUGH => Some(format!("similarity from {few} segments only")),
            _ => None,
        }
    }
}

/// What the similarity is made of, and how it is scored. Where texts of one language and of two are summed, the
/// similarity is that of one language: the two scales are not the same.
fn of_similarity(statistics: &SegmentStatistics) -> (&Statistics, fn(&Statistics) -> f64) {
    let [one, two] = [Counted::Monolingual, Counted::Bilingual].map(|counted| &statistics[counted as usize]);
    if one.0.is_empty() { (two, Coverage::score) } else { (one, WeightedChrf::score) }
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
        let (similarity, similarity_score) = of_similarity(statistics);
        let mut scores = Scores {
            similarity: (!similarity.0.is_empty()).then(|| similarity_score(similarity)),
            chrf: score(Counted::Chrf, &**chrf),
            bleu: score(Counted::Bleu, &**bleu),
            ter: score(Counted::Ter, &**ter),
            ..Scores::default()
        };
        semantic::put(&statistics[Counted::Semantic as usize], &mut scores);
        scores
    }
}

/// Texts up to this many characters are compared by edit distance as well: chrF's orders 5 and 6 leave little of
/// a heading in which one letter differs.
const SHORT: usize = 24;

/// Weighted chrF, 0 to 100; of short texts the mean of that and of the normalised Damerau-Levenshtein similarity.
fn similarity(statistics: &Statistics, [original, translation]: [&str; 2]) -> f64 {
    let chrf = WeightedChrf::score(statistics);
    let is_short = |text: &str| !text.is_empty() && text.chars().nth(SHORT).is_none();
    if is_short(original) && is_short(translation) {
        let edit = strsim::normalized_damerau_levenshtein(original, translation) * 100.0;
        return f64::midpoint(chrf, edit);
    }
    chrf
}

/// Line breaks as single spaces, as in the cells of the report: scores and cells agree.
pub(super) fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn ratio([original, translation]: [usize; 2]) -> Option<f64> {
    (original > 0).then(|| translation as f64 / original as f64)
}
