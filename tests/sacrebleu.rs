//! Scores and whole commands equal those of sacreBLEU 2.6.0: segments stored by
//! `tests/data/sacrebleu/segments/make.py`, commands by
//! `python3 tests/data/sacrebleu/commands/make.py 1 2130 tests/data/sacrebleu/commands/cases.jsonl`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use pairscore::metrics::bleu::Bleu;
use pairscore::metrics::chrf::Chrf;
use pairscore::metrics::ter::Ter;
use pairscore::metrics::tokenize::Tokenizer;
use pairscore::metrics::{Level, Metric, Statistics, signature};
use rayon::prelude::*;
use serde_json::Value;

const HYPOTHESES: &str = include_str!("data/sacrebleu/segments/hypothesis.txt");
const REFERENCES: &str = include_str!("data/sacrebleu/segments/reference.txt");
const EXPECTED: &str = include_str!("data/sacrebleu/segments/expected.json");

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
        ("ter-case-sensitive", Box::new(Ter { case_sensitive: true, ..Ter::default() })),
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
    hypotheses.iter().zip(&references).map(|(h, r)| metric.pair_statistics(h, r)).collect()
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
        assert_eq!(signature(&*metric, 1, Level::Corpus), expected[name]["signature"], "{name}");
    }
}

const COMMANDS: &str = include_str!("data/sacrebleu/commands/cases.jsonl");

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

/// The names of the files of one kind, which are written to `directory`.
fn files<'c>(case: &'c Value, kind: &str, directory: &Path) -> Vec<&'c str> {
    let files = case[kind].as_object().unwrap();
    for (name, text) in files {
        std::fs::write(directory.join(name), text.as_str().unwrap()).unwrap();
    }
    files.keys().map(String::as_str).collect()
}

/// What the program prints for a case; `Err` with what it says when it fails.
fn answer(case: &Value) -> Result<String, String> {
    let directory = tempfile::tempdir().unwrap();
    let references = files(case, "references", directory.path());
    let systems = files(case, "systems", directory.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    command.current_dir(directory.path()).arg("metrics").args(["--jobs", "1"]);
    command.args(references.iter().flat_map(|name| ["-r", name]));
    command.args(strings(&case["options"])).arg("--").args(systems);
    command.env("NO_COLOR", "1").env_remove("SACREBLEU_SEED").env_remove("SACREBLEU_FORMAT");
    for (name, value) in case["environment"].as_object().unwrap() {
        command.env(name, value.as_str().unwrap());
    }
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn commands_print_the_bytes_that_sacrebleu_prints() {
    let cases: Vec<Value> = COMMANDS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cases.len() >= 2000);
    let wrong = |(number, case): (usize, &Value)| {
        let expected = case["stdout"].as_str().unwrap();
        let got = answer(case);
        (got.as_deref() != Ok(expected))
            .then(|| format!("case {number} {}\n{expected}\n{got:?}", case["options"]))
    };
    let wrong: Vec<String> = cases.par_iter().enumerate().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} differ, first:\n{}", wrong.len(), cases.len(), wrong[0]);
}
