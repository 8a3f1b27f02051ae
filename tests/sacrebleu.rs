//! Scores equal those of sacreBLEU 2.6.0, stored by `tests/data/sacrebleu/make.py`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use pairscore::metrics::bleu::Bleu;
use pairscore::metrics::chrf::Chrf;
use pairscore::metrics::ter::Ter;
use pairscore::metrics::tokenize::Tokenizer;
use pairscore::metrics::{Level, Metric, Statistics};
use serde_json::Value;

const HYPOTHESES: &str = include_str!("data/sacrebleu/hypothesis.txt");
const REFERENCES: &str = include_str!("data/sacrebleu/reference.txt");
const EXPECTED: &str = include_str!("data/sacrebleu/expected.json");

/// The metrics by the names of `make.py`.
fn settings() -> Vec<(&'static str, Box<dyn Metric>)> {
    let (bleu, chrf) = (Bleu::default(), Chrf::default());
    vec![
        ("bleu", Box::new(bleu)),
        ("bleu-lowercase", Box::new(Bleu { lowercase: true, ..bleu })),
        ("bleu-none", Box::new(Bleu { tokenizer: Tokenizer::None, ..bleu })),
        ("bleu-char", Box::new(Bleu { tokenizer: Tokenizer::Char, ..bleu })),
        ("bleu-2", Box::new(Bleu { max_order: 2, ..bleu })),
        ("chrf", Box::new(chrf)),
        ("chrf++", Box::new(Chrf { word_order: 2, ..chrf })),
        ("chrf-lowercase", Box::new(Chrf { lowercase: true, word_order: 1, ..chrf })),
        ("chrf-whitespace", Box::new(Chrf { whitespace: true, ..chrf })),
        ("chrf-beta-3", Box::new(Chrf { char_order: 4, beta: 3, ..chrf })),
        ("ter", Box::new(Ter::default())),
        ("ter-case-sensitive", Box::new(Ter { case_sensitive: true })),
    ]
}

/// One segment a line; `\n` written out stands for a newline within it.
fn segments(text: &str) -> Vec<String> {
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    lines.map(|line| line.replace("\\n", "\n")).collect()
}

fn segment_statistics(metric: &dyn Metric) -> Vec<Statistics> {
    let (hypotheses, references) = (segments(HYPOTHESES), segments(REFERENCES));
    assert_eq!(hypotheses.len(), references.len());
    hypotheses.iter().zip(&references).map(|(h, r)| metric.statistics(h, r)).collect()
}

fn expected() -> Value {
    serde_json::from_str(EXPECTED).unwrap()
}

fn assert_close(score: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((score - expected).abs() < 1e-9, "{what}: {score} instead of {expected}");
}

#[test]
fn every_stored_setting_is_tested() {
    let expected = expected();
    let mut stored: Vec<&str> = expected.as_object().unwrap().keys().map(String::as_str).collect();
    stored.sort_unstable();
    let mut tested: Vec<&str> = settings().iter().map(|(name, _)| *name).collect();
    tested.sort_unstable();
    assert_eq!(tested, stored);
}

#[test]
fn segment_scores_equal_sacrebleus() {
    let expected = expected();
    for (name, metric) in settings() {
        let stored = expected[name]["segments"].as_array().unwrap();
        let statistics = segment_statistics(&*metric);
        assert_eq!(statistics.len(), stored.len());
        for (line, (statistics, stored)) in (1..).zip(statistics.iter().zip(stored)) {
            let score = metric.score(statistics, Level::Segment);
            assert_close(score, stored, &format!("{name}, line {line}"));
        }
    }
}

#[test]
fn corpus_scores_equal_sacrebleus() {
    let expected = expected();
    for (name, metric) in settings() {
        let mut sum = Statistics::default();
        for statistics in segment_statistics(&*metric) {
            sum += &statistics;
        }
        assert_close(metric.score(&sum, Level::Corpus), &expected[name]["corpus"], name);
    }
}

#[test]
fn signatures_equal_sacrebleus_without_the_version() {
    let expected = expected();
    for (name, metric) in settings() {
        assert_eq!(metric.signature(), expected[name]["signature"], "{name}");
    }
}
