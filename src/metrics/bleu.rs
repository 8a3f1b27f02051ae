//! BLEU: the geometric mean of n-gram precisions, less a penalty for brevity.
//!
//! Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation"; Post
//! 2018, "A call for clarity in reporting BLEU scores"; equal to sacreBLEU 2.6.0 with one reference.

use std::borrow::Cow;

use super::ngrams::{SymbolPair, ngram_count};
use super::tokenize::Tokenizer;
use super::{Level, Metric, Statistics, whole};

/// What stands in for the precision of an order without a match.
///
/// Chen and Cherry 2014, "A systematic comparison of smoothing techniques for sentence-level BLEU".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Smoothing {
    /// A half of a match for the first such order, a quarter for the second and so on, as NIST's
    /// mteval does.
    #[default]
    Exponential,
}

impl Smoothing {
    /// The name in sacreBLEU's signatures and on its command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exponential => "exp",
        }
    }
}

/// BLEU, 0 to 100. The default has the settings of sacreBLEU and of WMT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    fn fold_case(self, text: &str) -> Cow<'_, str> {
        if self.lowercase { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
    }

    fn symbols(self, hypothesis: &str, reference: &str) -> SymbolPair {
        let (hypothesis, reference) = (self.fold_case(hypothesis), self.fold_case(reference));
        let hypothesis = self.tokenizer.prepare(&hypothesis);
        let reference = self.tokenizer.prepare(&reference);
        SymbolPair::of_words(&self.tokenizer.tokens(&hypothesis), &self.tokenizer.tokens(&reference))
    }

    /// The n-grams of order `index + 1`: how many match, and how many the hypothesis has.
    fn order_counts(self, statistics: &Statistics, index: usize) -> (f64, f64) {
        let matches = FIRST_MATCHES + index;
        (statistics.get(matches), statistics.get(matches + self.max_order))
    }

    /// The smoothed precisions in percent, up to the last order that the hypothesis has n-grams of.
    fn precisions(self, statistics: &Statistics) -> Vec<f64> {
        let orders = (0..self.max_order).map(|index| self.order_counts(statistics, index));
        let Smoothing::Exponential = self.smoothing;
        let mut divisor = 1.0;
        let precision = |(matches, total): (f64, f64)| {
            if matches > 0.0 {
                return 100.0 * matches / total;
            }
            divisor *= 2.0;
            100.0 / (divisor * total)
        };
        orders.take_while(|&(_, total)| total > 0.0).map(precision).collect()
    }
}

impl Metric for Bleu {
    fn name(&self) -> &'static str {
        "bleu"
    }

    fn signature(&self) -> String {
        format!(
            "nrefs:1|case:{}|eff:no|tok:{}|smooth:{}",
            if self.lowercase { "lc" } else { "mixed" },
            self.tokenizer.name(),
            self.smoothing.name(),
        )
    }

    /// Tokens of the hypothesis and of the reference, then the n-grams they share, order by order,
    /// then the n-grams of the hypothesis.
    fn statistics(&self, hypothesis: &str, reference: &str) -> Statistics {
        let pair = self.symbols(hypothesis, reference);
        let length = pair.hypothesis.len();
        let mut counts = vec![length, pair.reference.len()];
        counts.extend(pair.matches(self.max_order));
        counts.extend((1..=self.max_order).map(|order| ngram_count(length, order)));
        Statistics(counts.into_iter().map(whole).collect())
    }

    /// A segment is scored over the orders it is long enough for, a corpus over all. The operations
    /// are sacreBLEU's in its order, so an identical text of one token has 100.00000000000004.
    fn score(&self, statistics: &Statistics, level: Level) -> f64 {
        if (0..self.max_order).all(|index| self.order_counts(statistics, index).0 == 0.0) {
            return 0.0;
        }
        let precisions = self.precisions(statistics);
        let orders = match level {
            Level::Segment => precisions.len(),
            Level::Corpus => self.max_order,
        };
        let logarithms = precisions.iter().map(|precision| precision.ln());
        let padded = logarithms.chain(std::iter::repeat(LOG_OF_ZERO)).take(orders);
        brevity_penalty(statistics) * (padded.sum::<f64>() / whole(orders)).exp()
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
        bleu.score(&bleu.statistics(hypothesis, reference), level)
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
        let mut sum = bleu.statistics("The cat is on the mat.", "The cat sat on the mat.");
        sum += &bleu.statistics("He said \"no\" twice in 1999.", "He said: \"no\" (twice) in 1999.");
        sum += &bleu.statistics("A third line there.", "A third line here.");
        assert!((bleu.score(&sum, Level::Corpus) - 30.517_287_386_581_86).abs() < 1e-9);
    }

    #[test]
    fn the_signature_is_sacrebleus_without_the_version() {
        assert_eq!(Bleu::default().signature(), "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp");
    }
}
