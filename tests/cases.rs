//! Whole pairs as data: each folder of `tests/cases` holds two texts and exactly what must be found in them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use pairscore::context::Context;
use pairscore::model::PairReport;
use pairscore::pipeline::{Job, Pipeline, Text};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What the case shows, as a statement.
    title: String,
    /// Declared languages; found out where not given.
    languages: Option<String>,
    verdict: String,
    #[serde(default)]
    finding: Vec<Finding>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Finding {
    check: String,
    severity: String,
    side: String,
    excerpt: String,
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(root).expect("the cases are there");
    let mut cases: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    cases.sort();
    cases
}

fn read(case: &Path, file: &str) -> String {
    fs::read_to_string(case.join(file)).unwrap_or_else(|e| panic!("{}/{file}: {e}", case.display()))
}

fn judge(case: &Path, expected: &Expected) -> PairReport {
    let mut pipeline = Pipeline::default();
    pipeline.input.languages.clone_from(&expected.languages);
    let [original, translation] =
        ["original.txt", "translation.txt"].map(|file| Text::Running(read(case, file)));
    let languages = pipeline.languages().expect("two codes");
    let job = Job { pair: String::new(), original, translation, languages, ..Job::default() };
    pipeline.judge(job, &Context::default()).expect("is judged")
}

/// What is not as expected, one line each.
fn differences(case: &Path) -> Vec<String> {
    let expected: Expected = toml::from_str(&read(case, "expected.toml")).expect("expected.toml is right");
    let report = judge(case, &expected);
    let found: Vec<Finding> = report
        .findings
        .iter()
        .map(|f| Finding {
            check: f.check.into(),
            severity: f.severity.name().into(),
            side: f.side.name().into(),
            excerpt: f.excerpt.clone(),
        })
        .collect();
    let missing = expected.finding.iter().filter(|f| !found.contains(f)).map(|f| format!("not found: {f:?}"));
    let further =
        found.iter().filter(|f| !expected.finding.contains(f)).map(|f| format!("not expected: {f:?}"));
    let mut wrong: Vec<String> = missing.chain(further).collect();
    if found.len() != expected.finding.len() {
        wrong.push(format!("{} findings, {} expected", found.len(), expected.finding.len()));
    }
    if report.verdict.name() != expected.verdict {
        wrong.push(format!("verdict {} ({})", report.verdict.name(), report.note));
    }
    let name = case.file_name().unwrap_or_default().display();
    wrong.into_iter().map(|line| format!("{name} ({}): {line}", expected.title)).collect()
}

#[test]
fn every_case_has_exactly_its_findings_and_its_verdict() {
    let cases = cases();
    assert!(cases.len() >= 12);
    let wrong: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
