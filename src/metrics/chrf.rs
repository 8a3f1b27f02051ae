//! chrF and chrF++: an F score over character n-grams, and word n-grams if wanted.
//!
//! Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation"; Popović 2017,
//! "chrF++: words helping character n-grams"; equal to sacreBLEU 2.6.0.

use std::borrow::Cow;

use super::ngrams::{Symbols, ngram_count};
use super::number::Number;
use super::tokenize::{is_white_space, lower_case, words};
use super::{Field, Level, Metric, Promoted, Statistics, whole, yes_or_no};

/// The character n-gram F score, 0 to 100. The default is chrF2 of sacreBLEU; with a word order of
/// 2 it is chrF2++.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chrf {
    /// The longest character n-grams counted, in code points.
    pub char_order: usize,
    /// The longest word n-grams counted; 0 for none.
    pub word_order: usize,
    /// How many times as much recall weighs as precision.
    pub beta: u32,
    /// Whether white space is part of character n-grams.
    pub whitespace: bool,
    /// Whether case makes no difference.
    pub lowercase: bool,
    /// Whether an order without a count weighs as one with next to none, as in chrF++.py, NLTK and
    /// Moses, rather than not at all.
    pub eps_smoothing: bool,
}

impl Default for Chrf {
    fn default() -> Self {
        Self {
            char_order: 6,
            word_order: 0,
            beta: 2,
            whitespace: false,
            lowercase: false,
            eps_smoothing: false,
        }
    }
}

/// The precision, recall or score of an order without a count, with epsilon smoothing.
const EPSILON: f64 = 1e-16;

impl Chrf {
    fn fold_case<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.lowercase { lower_case(text) } else { Cow::Borrowed(text) }
    }

    /// For each kind of n-gram that counts, characters and then words, the symbols of the texts and the
    /// highest order.
    fn symbols(&self, texts: &[Cow<str>]) -> Vec<(Symbols, usize)> {
        let characters = Symbols::of_characters(texts.iter().map(AsRef::as_ref), |c| {
            self.whitespace || !is_white_space(c)
        });
        let mut kinds = vec![(characters, self.char_order)];
        if self.word_order > 0 {
            let words: Vec<Vec<&str>> = texts.iter().map(|text| chrf_words(text)).collect();
            kinds.push((Symbols::of_words(&words), self.word_order));
        }
        kinds
    }

    fn score_in<N: Number>(&self, statistics: &Statistics) -> N {
        if self.eps_smoothing { self.smoothed(statistics) } else { self.effective(statistics) }
    }

    /// The F score of mean precision and mean recall over the orders that both sides have n-grams of.
    fn effective<N: Number>(&self, statistics: &Statistics) -> N {
        let (mut precision, mut recall, mut orders) = (N::constant(0.0), N::constant(0.0), 0.0);
        for [hypothesis, reference, matches] in self.order_counts(statistics) {
            if hypothesis > 0.0 && reference > 0.0 {
                precision = precision + N::count(matches) / N::count(hypothesis);
                recall = recall + N::count(matches) / N::count(reference);
                orders += 1.0;
            }
        }
        if (precision + recall).value() == 0.0 {
            return N::constant(0.0);
        }
        let orders = N::constant(orders);
        N::constant(100.0) * self.f_score(precision / orders, recall / orders)
    }

    /// The mean of the F scores of all orders.
    fn smoothed<N: Number>(&self, statistics: &Statistics) -> N {
        let ratio = |matches: f64, all: f64| {
            if all > 0.0 { N::count(matches) / N::count(all) } else { N::constant(EPSILON) }
        };
        let mut sum = N::constant(0.0);
        for [hypothesis, reference, matches] in self.order_counts(statistics) {
            let (precision, recall) = (ratio(matches, hypothesis), ratio(matches, reference));
            let nothing = (self.factor::<N>() * precision + recall).value() == 0.0;
            sum = sum + if nothing { N::constant(EPSILON) } else { self.f_score(precision, recall) };
        }
        N::constant(100.0) * sum / N::constant(whole(self.char_order + self.word_order))
    }

    /// F beta of precision and recall, which must not both be 0.
    fn f_score<N: Number>(&self, precision: N, recall: N) -> N {
        let factor = self.factor::<f64>();
        N::constant(1.0 + factor) * precision * recall / (N::constant(factor) * precision + recall)
    }

    fn factor<N: Number>(&self) -> N {
        N::constant(f64::from(self.beta).powi(2))
    }

    /// For each order the n-grams of hypothesis and reference, and those they share.
    fn order_counts(&self, statistics: &Statistics) -> impl Iterator<Item = [f64; 3]> {
        let orders = 0..self.char_order + self.word_order;
        orders.map(|index| [0, 1, 2].map(|entry| statistics.get(3 * index + entry)))
    }

    /// The counts of the reference that gives the best score, the first of equal ones.
    fn best(&self, counts: impl Iterator<Item = Statistics>) -> Statistics {
        let scored = counts.map(|counts| (self.score_in::<f64>(&counts), counts));
        let best = scored.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.map(|(_, counts)| counts).unwrap_or_default()
    }
}

impl Metric for Chrf {
    fn name(&self) -> &'static str {
        "chrf"
    }

    fn title(&self) -> String {
        format!("chrF{}{}", self.beta, "+".repeat(self.word_order))
    }

    fn settings(&self, _level: Level) -> Vec<Field> {
        vec![
            Field::new("case", "c", if self.lowercase { "lc" } else { "mixed" }),
            Field::new("eff", "e", yes_or_no(!self.eps_smoothing)),
            Field::new("nc", "nc", self.char_order.to_string()),
            Field::new("nw", "nw", self.word_order.to_string()),
            Field::new("space", "s", yes_or_no(self.whitespace)),
        ]
    }

    fn width(&self) -> usize {
        3 * (self.char_order + self.word_order)
    }

    /// For each order, characters first: n-grams of the hypothesis, of the reference, shared. Of several
    /// references the one with the best score counts.
    fn statistics(&self, hypotheses: &[&str], references: &[&str]) -> Vec<Statistics> {
        let texts = hypotheses.iter().chain(references);
        let texts: Vec<Cow<str>> = texts.map(|text| self.fold_case(text)).collect();
        let mut counts =
            vec![Statistics(Vec::with_capacity(self.width())); hypotheses.len() * references.len()];
        for (symbols, order) in self.symbols(&texts) {
            let ngrams = |index: usize| symbols.ngrams(index..index + 1, order);
            let of_references: Vec<_> = (hypotheses.len()..texts.len()).map(ngrams).collect();
            for (hypothesis, counts) in counts.chunks_mut(references.len()).enumerate() {
                let of_hypothesis = ngrams(hypothesis);
                for (index, (reference, counts)) in of_references.iter().zip(counts).enumerate() {
                    let lengths =
                        [hypothesis, hypotheses.len() + index].map(|text| symbols.texts[text].len());
                    push_counts(lengths, &reference.matches(&of_hypothesis), &mut counts.0);
                }
            }
        }
        let mut counts = counts.into_iter();
        hypotheses.iter().map(|_| self.best(counts.by_ref().take(references.len()))).collect()
    }

    fn score(&self, statistics: &Statistics, _level: Level) -> f64 {
        self.score_in(statistics)
    }

    fn bootstrap_score(&self, statistics: &Statistics) -> Promoted {
        self.score_in(statistics)
    }
}

/// Appends three counts for each order. sacreBLEU counts no n-gram of the hypothesis in an order
/// that the reference has none of.
pub(super) fn push_counts([hypothesis, reference]: [usize; 2], matches: &[usize], counts: &mut Vec<f64>) {
    for (order, &matches) in (1..).zip(matches) {
        let reference = ngram_count(reference, order);
        let hypothesis = if reference > 0 { ngram_count(hypothesis, order) } else { 0 };
        counts.extend([hypothesis, reference, matches].map(whole));
    }
}

/// The words of chrF++: at white space, less one ASCII punctuation mark at the end of a word or
/// else at its start, which is then a word of its own. So `(hi)` gives `(hi` and `)`.
fn chrf_words(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(text.len() / 4 + 1);
    for word in words(text) {
        let (first, second) = word.split_at(punctuation_boundary(word));
        parts.extend([first, second].into_iter().filter(|part| !part.is_empty()));
    }
    parts
}

/// The byte where a punctuation mark splits off from `word`; 0 where none does.
fn punctuation_boundary(word: &str) -> usize {
    if word.ends_with(is_punctuation) {
        word.len() - 1
    } else {
        usize::from(word.starts_with(is_punctuation))
    }
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment_score(metric: Chrf, hypothesis: &str, reference: &str) -> f64 {
        metric.score(&metric.pair_statistics(hypothesis, reference), Level::Segment)
    }

    fn chrf_plus_plus() -> Chrf {
        Chrf { word_order: 2, ..Chrf::default() }
    }

    #[test]
    fn identical_texts_score_100() {
        assert!((segment_score(Chrf::default(), "Ein Satz.", "Ein Satz.") - 100.0).abs() < 1e-9);
        assert!((segment_score(chrf_plus_plus(), "a", "a") - 100.0).abs() < 1e-9);
    }

    #[test]
    fn texts_without_a_common_character_score_0() {
        assert!(segment_score(Chrf::default(), "abc", "xyz").abs() < f64::EPSILON);
    }

    #[test]
    fn white_space_counts_only_if_asked_for() {
        let with_spaces = Chrf { whitespace: true, ..Chrf::default() };
        assert!((segment_score(Chrf::default(), "a bc", "ab c") - 100.0).abs() < 1e-9);
        assert!(segment_score(with_spaces, "a bc", "ab c") < 100.0);
    }

    #[test]
    fn case_counts_unless_told_otherwise() {
        let folded = Chrf { lowercase: true, ..Chrf::default() };
        assert!(segment_score(Chrf::default(), "ÄRGER", "ärger") < 1.0);
        assert!((segment_score(folded, "ÄRGER", "ärger") - 100.0).abs() < 1e-9);
    }

    #[test]
    fn orders_that_the_reference_lacks_count_no_hypothesis_n_gram() {
        let counts = Chrf::default().pair_statistics("abc", "a").0;
        assert_eq!(counts[..6], [3.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn one_punctuation_mark_splits_off_and_the_last_goes_first() {
        assert_eq!(
            chrf_words("(hi) (hi there! . 'tis “so”"),
            ["(hi", ")", "(", "hi", "there", "!", ".", "'", "tis", "“so”"]
        );
    }

    #[test]
    fn the_signature_is_sacrebleus_without_the_version() {
        let signature = super::super::signature(&chrf_plus_plus(), 1, Level::Corpus);
        assert_eq!(signature, "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no");
    }

    #[test]
    fn of_several_references_the_best_counts_and_of_equal_ones_the_first() {
        let chrf = Chrf::default();
        let best = |references: &[&str]| chrf.statistics(&["abc"], references).remove(0);
        assert_eq!(best(&["xyz", "abd", "xbz"]), chrf.pair_statistics("abc", "abd"));
        assert_eq!(best(&["xyz", "uvwxyz"]), chrf.pair_statistics("abc", "xyz"));
    }

    #[test]
    fn epsilon_smoothing_scores_orders_that_a_text_is_too_short_for() {
        let smoothed = Chrf { eps_smoothing: true, ..Chrf::default() };
        assert!((segment_score(smoothed, "abc", "abc") - 50.0).abs() < 1e-9);
        assert!((segment_score(Chrf::default(), "abc", "abc") - 100.0).abs() < 1e-9);
    }
}
