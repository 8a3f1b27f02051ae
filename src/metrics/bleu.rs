//! BLEU: the geometric mean of n-gram precisions, less a penalty for brevity.
//!
//! Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation"; Post
//! 2018, "A call for clarity in reporting BLEU scores"; equal to sacreBLEU 2.6.0.

use std::borrow::Cow;

use super::ngrams::{Symbols, ngram_count};
use super::number::Number;
use super::tokenize::{Tokenizer, lower_case};
use super::{Field, Level, Metric, Promoted, Statistics, whole, yes_or_no};

/// What stands in for the precision of an order without a match.
///
/// Chen and Cherry 2014, "A systematic comparison of smoothing techniques for sentence-level BLEU",
/// who also name the values that are the defaults of sacreBLEU.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Smoothing {
    /// Nothing: without a match in every order the score is 0.
    None,
    /// This many matches (sacreBLEU's default: 0.1).
    Floor(f64),
    /// This many matches and n-grams more in every order but the first (sacreBLEU's default: 1).
    AddK(f64),
    /// A half of a match for the first such order, a quarter for the second and so on, as NIST's
    /// mteval does.
    #[default]
    Exponential,
}

impl Smoothing {
    /// Name and value as in sacreBLEU's signatures: `exp`, `floor[0.10]`.
    fn signature(self) -> String {
        match self {
            Self::None => "none".to_string(),
            Self::Floor(value) => format!("floor[{value:.2}]"),
            Self::AddK(value) => format!("add-k[{value:.2}]"),
            Self::Exponential => "exp".to_string(),
        }
    }
}

/// BLEU, 0 to 100. The default has the settings of sacreBLEU and of WMT.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bleu {
    /// The longest n-grams counted, in tokens.
    pub max_order: usize,
    /// What stands in for a precision of zero.
    pub smoothing: Smoothing,
    /// How segments are cut into tokens.
    pub tokenizer: Tokenizer,
    /// Whether case makes no difference.
    pub lowercase: bool,
}

impl Default for Bleu {
    fn default() -> Self {
        Self {
            max_order: 4,
            smoothing: Smoothing::default(),
            tokenizer: Tokenizer::default(),
            lowercase: false,
        }
    }
}

/// The logarithm that sacreBLEU takes for that of zero.
const LOG_OF_ZERO: f64 = -9_999_999_999.0;

// Where the counts lie in the statistics; the totals follow the matches.
const HYPOTHESIS_LENGTH: usize = 0;
const REFERENCE_LENGTH: usize = 1;
const FIRST_MATCHES: usize = 2;

impl Bleu {
    fn fold_case<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.lowercase { lower_case(text) } else { Cow::Borrowed(text) }
    }

    fn symbols<'t>(&self, texts: impl Iterator<Item = &'t &'t str>) -> Symbols {
        let folded: Vec<Cow<str>> = texts.map(|text| self.fold_case(text)).collect();
        let prepared: Vec<Cow<str>> = folded.iter().map(|text| self.tokenizer.prepare(text)).collect();
        let tokens: Vec<Vec<&str>> = prepared.iter().map(|text| self.tokenizer.tokens(text)).collect();
        Symbols::of_words(&tokens)
    }

    /// The n-grams of order `index + 1`: how many match, and how many the hypothesis has.
    fn order_counts(&self, statistics: &Statistics, index: usize) -> (f64, f64) {
        let matches = FIRST_MATCHES + index;
        (statistics.get(matches), statistics.get(matches + self.max_order))
    }

    /// The smoothed precisions in percent, up to the last order that the hypothesis has n-grams of; none
    /// where nothing matches at all.
    fn precisions<N: Number>(&self, statistics: &Statistics) -> Vec<N> {
        let orders = (0..self.max_order).map(|index| self.order_counts(statistics, index));
        if orders.clone().all(|(matches, _)| matches == 0.0) {
            return Vec::new();
        }
        let smoothed = orders.enumerate().map(|(index, (matches, total))| match self.smoothing {
            Smoothing::AddK(more) if index > 0 => {
                let more = N::constant(more);
                (N::count(matches) + more, N::count(total) + more)
            }
            _ => (N::count(matches), N::count(total)),
        });
        let hundred = N::constant(100.0);
        let mut divisor = 1.0;
        let precision = |(matches, total): (N, N)| {
            if matches.value() != 0.0 {
                return hundred * matches / total;
            }
            match self.smoothing {
                Smoothing::Exponential => {
                    divisor *= 2.0;
                    hundred / (N::constant(divisor) * total)
                }
                Smoothing::Floor(matches) => N::constant(100.0 * matches) / total,
                Smoothing::None | Smoothing::AddK(_) => N::constant(0.0),
            }
        };
        smoothed.take_while(|(_, total)| total.value() != 0.0).map(precision).collect()
    }

    fn score_in<N: Number>(&self, statistics: &Statistics, level: Level) -> f64 {
        let precisions: Vec<N> = self.precisions(statistics);
        if precisions.is_empty() {
            return 0.0;
        }
        let orders = match level {
            Level::Segment => precisions.len(),
            Level::Corpus => self.max_order,
        };
        let logarithms = precisions.iter().map(|precision| match precision.value() {
            0.0 => LOG_OF_ZERO,
            precision => precision.ln(),
        });
        let padded = logarithms.chain(std::iter::repeat(LOG_OF_ZERO)).take(orders);
        brevity_penalty(statistics) * (padded.sum::<f64>() / whole(orders)).exp()
    }
}

impl Metric for Bleu {
    fn name(&self) -> &'static str {
        "bleu"
    }

    fn title(&self) -> String {
        "BLEU".to_string()
    }

    fn settings(&self, level: Level) -> Vec<Field> {
        vec![
            Field::new("case", "c", if self.lowercase { "lc" } else { "mixed" }),
            Field::new("eff", "e", yes_or_no(level == Level::Segment)),
            Field::new("tok", "tok", self.tokenizer.name()),
            Field::new("smooth", "s", self.smoothing.signature()),
        ]
    }

    fn width(&self) -> usize {
        FIRST_MATCHES + 2 * self.max_order
    }

    /// Tokens of the hypothesis and of the reference that is nearest to it in length (of two the
    /// shorter), then the n-grams they share, order by order, then the n-grams of the hypothesis. An
    /// n-gram of several references counts as often as the one that has it most often.
    fn statistics(&self, hypotheses: &[&str], references: &[&str]) -> Vec<Statistics> {
        let symbols = self.symbols(hypotheses.iter().chain(references));
        let (hypothesis_texts, reference_texts) = symbols.texts.split_at(hypotheses.len());
        let references = symbols.ngrams(hypotheses.len()..symbols.texts.len(), self.max_order);
        let counts = hypothesis_texts.iter().enumerate().map(|(index, hypothesis)| {
            let length = hypothesis.len();
            let lengths = reference_texts.iter().map(Vec::len);
            let nearest = lengths.min_by_key(|&other| (other.abs_diff(length), other));
            let mut counts = vec![length, nearest.unwrap_or_default()];
            counts.extend(references.matches(&symbols.ngrams(index..index + 1, self.max_order)));
            counts.extend((1..=self.max_order).map(|order| ngram_count(length, order)));
            Statistics(counts.into_iter().map(whole).collect())
        });
        counts.collect()
    }

    /// A segment is scored over the orders it is long enough for, a corpus over all. The operations
    /// are sacreBLEU's in its order, so an identical text of one token has 100.00000000000004.
    fn score(&self, statistics: &Statistics, level: Level) -> f64 {
        self.score_in::<f64>(statistics, level)
    }

    fn bootstrap_score(&self, statistics: &Statistics) -> Promoted {
        Promoted::Weak(self.score_in::<Promoted>(statistics, Level::Corpus))
    }

    fn randomisation_score(&self, statistics: &Statistics) -> f64 {
        let smoothing = match self.smoothing {
            Smoothing::AddK(more) => Smoothing::AddK(more.floor()),
            other => other,
        };
        Self { smoothing, ..*self }.score(statistics, Level::Corpus)
    }

    /// The precisions in percent, the brevity penalty, and the lengths in tokens with their ratio.
    fn details(&self, statistics: &Statistics) -> Option<String> {
        let mut precisions: Vec<f64> = self.precisions(statistics);
        precisions.resize(self.max_order, 0.0);
        let precisions: Vec<String> = precisions.iter().map(|precision| format!("{precision:.1}")).collect();
        let [hypothesis, reference] =
            [HYPOTHESIS_LENGTH, REFERENCE_LENGTH].map(|index| statistics.get(index));
        let ratio = if reference > 0.0 { hypothesis / reference } else { 0.0 };
        Some(format!(
            "{} (BP = {:.3} ratio = {ratio:.3} hyp_len = {hypothesis} ref_len = {reference})",
            precisions.join("/"),
            brevity_penalty(statistics),
        ))
    }
}

/// The factor that a hypothesis shorter than its reference is marked down by, 0 to 1.
fn brevity_penalty(statistics: &Statistics) -> f64 {
    let hypothesis = statistics.get(HYPOTHESIS_LENGTH);
    let reference = statistics.get(REFERENCE_LENGTH);
    if hypothesis >= reference {
        1.0
    } else if hypothesis > 0.0 {
        (1.0 - reference / hypothesis).exp()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(hypothesis: &str, reference: &str, level: Level) -> f64 {
        let bleu = Bleu::default();
        bleu.score(&bleu.pair_statistics(hypothesis, reference), level)
    }

    #[test]
    fn a_short_segment_is_scored_over_the_orders_it_has() {
        assert!((score("Yes.", "Yes.", Level::Segment) - 100.0).abs() < 1e-9);
        assert!(score("Yes.", "Yes.", Level::Corpus).abs() < f64::EPSILON);
    }

    #[test]
    fn a_score_is_not_rounded_to_100() {
        assert!((score("a", "a", Level::Segment) - 100.000_000_000_000_04).abs() < f64::EPSILON);
    }

    #[test]
    fn no_match_scores_0_in_spite_of_smoothing() {
        assert!(score("a b c d e", "v w x y z", Level::Segment).abs() < f64::EPSILON);
    }

    #[test]
    fn a_short_hypothesis_is_marked_down() {
        let reference = "a b c d e f g h";
        let expected = 100.0 * (1.0_f64 - 8.0 / 4.0).exp();
        assert!((score("a b c d", reference, Level::Corpus) - expected).abs() < 1e-9);
    }

    #[test]
    fn a_corpus_is_scored_by_the_sums_of_its_counts() {
        let bleu = Bleu::default();
        let mut sum = bleu.pair_statistics("The cat is on the mat.", "The cat sat on the mat.");
        sum += &bleu.pair_statistics("He said \"no\" twice in 1999.", "He said: \"no\" (twice) in 1999.");
        sum += &bleu.pair_statistics("A third line there.", "A third line here.");
        assert!((bleu.score(&sum, Level::Corpus) - 30.517_287_386_581_86).abs() < 1e-9);
    }

    #[test]
    fn the_signature_is_sacrebleus_without_the_version() {
        let of = |bleu: Bleu, level| super::super::signature(&bleu, 1, level);
        assert_eq!(of(Bleu::default(), Level::Corpus), "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp");
        let floor = Bleu { smoothing: Smoothing::Floor(0.1), ..Bleu::default() };
        assert_eq!(of(floor, Level::Segment), "nrefs:1|case:mixed|eff:yes|tok:13a|smooth:floor[0.10]");
    }

    #[test]
    fn the_nearest_reference_counts_and_of_two_the_shorter() {
        let lengths = |hypothesis, references: &[&str]| {
            Bleu::default().statistics(&[hypothesis], references)[0].get(REFERENCE_LENGTH)
        };
        assert_eq!(lengths("a b c", &["a", "a b c d", "a b c d e"]), 4.0);
        assert_eq!(lengths("a b c", &["a b c d", "a b"]), 2.0);
    }

    #[test]
    fn several_hypotheses_have_the_counts_of_each() {
        let bleu = Bleu::default();
        let (hypotheses, references) = (["a b c", "b c d e", ""], ["a b d", "c d e"]);
        let together = bleu.statistics(&hypotheses, &references);
        let each = hypotheses.iter().flat_map(|hypothesis| bleu.statistics(&[hypothesis], &references));
        assert_eq!(together, each.collect::<Vec<_>>());
    }

    #[test]
    fn smoothing_stands_in_for_orders_without_a_match() {
        let with = |smoothing| {
            let bleu = Bleu { smoothing, ..Bleu::default() };
            bleu.score(&bleu.pair_statistics("a b c d x", "a b c y d"), Level::Corpus)
        };
        let geometric_mean = |precisions: [f64; 4]| precisions.iter().product::<f64>().powf(0.25);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(with(Smoothing::None) < 1e-9);
        assert!(close(with(Smoothing::Floor(0.2)), geometric_mean([80.0, 50.0, 100.0 / 3.0, 10.0])));
        assert!(close(with(Smoothing::AddK(1.0)), geometric_mean([80.0, 60.0, 50.0, 100.0 / 3.0])));
        assert!(close(with(Smoothing::Exponential), geometric_mean([80.0, 50.0, 100.0 / 3.0, 25.0])));
    }
}
