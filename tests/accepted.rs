//! What users say about findings: rules for those that are no faults, a baseline, a glossary, a severity of their own.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{Row, exit_code, run, run_json, table, write};
use tempfile::{TempDir, tempdir};

const ORIGINAL: &str = "The ferry left the harbour at noon. Nobody on the pier waved.\n";
const TRANSLATION: &str = "The ferry left the harbour at noon. Nobody on the pier waved waved.\n";

/// Runs over `original/` and `translation/` into `out`.
const RUN: [&str; 8] =
    ["run", "--original", "original", "--translation", "translation", "--quiet", "--output", "out"];

fn two_pairs() -> TempDir {
    let folder = tempdir().expect("a folder");
    for pair in ["a/one", "b/two"] {
        write(folder.path(), &format!("original/{pair}.txt"), ORIGINAL);
        write(folder.path(), &format!("translation/{pair}.txt"), TRANSLATION);
    }
    folder
}

fn findings(folder: &Path, further: &[&str]) -> Vec<Row> {
    assert_eq!(exit_code(folder, &[&RUN, further].concat()), Some(0));
    table(&folder.join("out/findings.csv"))
}

/// Pair and check of each.
fn named(rows: &[Row]) -> Vec<[&str; 2]> {
    rows.iter().map(|r| [r["pair"].as_str(), r["check"].as_str()]).collect()
}

#[test]
fn a_rule_of_the_ignore_file_takes_findings_out_of_report_points_and_verdict() {
    let folder = two_pairs();
    let both = [["a/one", "repetition"], ["b/two", "repetition"]];
    assert_eq!(named(&findings(folder.path(), &[])), both);
    let rule =
        "[[ignore]]\ncheck = \"repetition\"\npair = \"a/*\"\npattern = \"waved*\"\nreason = \"a poem\"\n";
    write(folder.path(), "pairscore-ignore.toml", rule);
    assert_eq!(named(&findings(folder.path(), &[])), both[1..]);
    let summary = table(&folder.path().join("out/summary.csv"));
    assert_eq!([&summary[0]["error_points"], &summary[0]["minor"]], ["0.0000", "0"]);
    assert_eq!(run_json(&folder.path().join("out"))["accepted"], 1);
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let folder = two_pairs();
    findings(folder.path(), &[]);
    fs::copy(folder.path().join("out/findings.csv"), folder.path().join("before.csv")).expect("copies");
    assert_eq!(findings(folder.path(), &["--baseline", "before.csv"]), []);
    let worse = TRANSLATION.replace("harbour", "harbour harbour");
    write(folder.path(), "translation/b/two.txt", worse);
    let new = findings(folder.path(), &["--baseline", "before.csv"]);
    assert_eq!(named(&new), [["b/two", "repetition"]]);
    assert_eq!(new[0]["excerpt"], "harbour harbour");
    assert_eq!(run_json(&folder.path().join("out"))["accepted"], 2);
}

#[test]
fn files_that_are_no_baseline_and_no_rules_are_refused_before_work() {
    let folder = two_pairs();
    let refused = |further: &[&str]| {
        let output = run(folder.path(), &[&RUN, further].concat());
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused(&["--baseline", "none.csv"]).contains("none.csv"));
    write(folder.path(), "other.csv", "x,y\n1,2\n");
    assert!(refused(&["--baseline", "other.csv"]).contains("other.csv:1: no column \"pair\""));
    write(folder.path(), "pairscore-ignore.toml", "[[ignore]]\ncheck = \"repetitoin\"\n");
    assert!(
        refused(&[])
            .contains("pairscore-ignore.toml:1: no check \"repetitoin\"; did you mean \"repetition\"?")
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_check_s_severity_is_the_user_s_to_say() {
    let folder = two_pairs();
    write(folder.path(), "strict.toml", "[checks.repetition]\nseverity = \"critical\"\n");
    let words = [&["run", "strict.toml"], &RUN[1..]].concat();
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let rows = table(&folder.path().join("out/findings.csv"));
    assert!(rows.len() == 2 && rows.iter().all(|r| r["severity"] == "critical"));
}

#[test]
fn terms_of_the_glossary_are_held_against_the_translation() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "original/a.txt", "Der Mietvertrag endet. Der Nimbus bleibt. Zwei Verträge.\n");
    write(folder.path(), "translation/a.txt", "The treaty ends. The nimbus stays. Two agreements.\n");
    let glossary = "original;translation;case\nMietvertrag;lease;\nMietvertrag;rental agreement;\nNimbus;;exact\n\
                    Verträge;agreement;any\n";
    write(folder.path(), "terms.csv", glossary);
    write(folder.path(), "own.toml", "[checks.term-mismatch]\nglossary = \"terms.csv\"\n");
    let words = [&["run", "own.toml"], &RUN[1..], &["--languages", "de:en"]].concat();
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let rows = table(&folder.path().join("out/findings.csv"));
    let terms: Vec<&Row> = rows.iter().filter(|r| r["check"] == "term-mismatch").collect();
    assert_eq!(terms.iter().map(|r| r["excerpt"].as_str()).collect::<Vec<_>>(), ["Mietvertrag", "Nimbus"]);
    assert!(terms[0]["message"].contains("\"lease\" or \"rental agreement\""), "{}", terms[0]["message"]);
    write(folder.path(), "terms.csv", "original,translation\nVertrag,contract\n–,dash\n");
    let output = run(folder.path(), &words);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("terms.csv:3: a term without a letter or digit")
    );
}
