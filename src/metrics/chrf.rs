//! chrF and chrF++: an F score over character n-grams, and word n-grams if wanted.
//!
//! Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation"; Popović 2017,
//! "chrF++: words helping character n-grams"; equal to sacreBLEU 2.6.0 with one reference.

use std::borrow::Cow;

use super::ngrams::{SymbolPair, ngram_count};
use super::tokenize::{is_white_space, words};
use super::{Level, Metric, Statistics, whole};

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
}

impl Default for Chrf {
    fn default() -> Self {
        Self { char_order: 6, word_order: 0, beta: 2, whitespace: false, lowercase: false }
    }
}

/// What is counted for one order.
struct OrderCounts {
    hypothesis: f64,
    reference: f64,
    matches: f64,
}

impl Chrf {
    fn fold_case(self, text: &str) -> Cow<'_, str> {
        if self.lowercase { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
    }

    fn characters(self, text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(move |&c| self.whitespace || !is_white_space(c))
    }

    /// The mean of precision and of recall over the orders that both sides have n-grams of.
    fn precision_and_recall(self, statistics: &Statistics) -> (f64, f64) {
        let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
        for index in 0..self.char_order + self.word_order {
            let counts = OrderCounts::of(statistics, index);
            if counts.hypothesis > 0.0 && counts.reference > 0.0 {
                precision += counts.matches / counts.hypothesis;
                recall += counts.matches / counts.reference;
                orders += 1.0;
            }
        }
        if orders > 0.0 { (precision / orders, recall / orders) } else { (0.0, 0.0) }
    }
}

impl OrderCounts {
    fn of(statistics: &Statistics, index: usize) -> Self {
        let [hypothesis, reference, matches] = [0, 1, 2].map(|entry| statistics.get(3 * index + entry));
        Self { hypothesis, reference, matches }
    }
}

impl Metric for Chrf {
    fn name(&self) -> &'static str {
        "chrf"
    }

    fn signature(&self) -> String {
        format!(
            "nrefs:1|case:{}|eff:yes|nc:{}|nw:{}|space:{}",
            if self.lowercase { "lc" } else { "mixed" },
            self.char_order,
            self.word_order,
            if self.whitespace { "yes" } else { "no" },
        )
    }

    /// For each order, characters first: n-grams of the hypothesis, of the reference, shared.
    fn statistics(&self, hypothesis: &str, reference: &str) -> Statistics {
        let (hypothesis, reference) = (self.fold_case(hypothesis), self.fold_case(reference));
        let mut counts = Vec::with_capacity(3 * (self.char_order + self.word_order));
        let characters = SymbolPair::of_characters(self.characters(&hypothesis), self.characters(&reference));
        push_counts(&characters, self.char_order, &mut counts);
        if self.word_order > 0 {
            let words = SymbolPair::of_words(&chrf_words(&hypothesis), &chrf_words(&reference));
            push_counts(&words, self.word_order, &mut counts);
        }
        Statistics(counts)
    }

    fn score(&self, statistics: &Statistics, _level: Level) -> f64 {
        let (precision, recall) = self.precision_and_recall(statistics);
        if precision + recall == 0.0 {
            return 0.0;
        }
        let factor = f64::from(self.beta).powi(2);
        100.0 * ((1.0 + factor) * precision * recall / (factor * precision + recall))
    }
}

/// Appends three counts for each order. sacreBLEU counts no n-gram of the hypothesis in an order
/// that the reference has none of.
fn push_counts(pair: &SymbolPair, order: usize, counts: &mut Vec<f64>) {
    for (order, matches) in (1..).zip(pair.matches(order)) {
        let reference = ngram_count(pair.reference.len(), order);
        let hypothesis = if reference > 0 { ngram_count(pair.hypothesis.len(), order) } else { 0 };
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
        metric.score(&metric.statistics(hypothesis, reference), Level::Segment)
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
        let counts = Chrf::default().statistics("abc", "a").0;
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
        assert_eq!(chrf_plus_plus().signature(), "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no");
    }
}
