//! Several systems that translated the same originals: one report, a ranking, and where they differ.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write;
use std::path::Path;

use common::{Row, exit_code, files, records, run, run_json, table, write};
use tempfile::{TempDir, tempdir};

const NOUNS: [&str; 6] = ["harbour", "miller", "clock", "bridge", "choir", "orchard"];

/// Sentence `k` of document `d`.
fn sentence(d: usize, k: usize) -> String {
    let noun = NOUNS[(d + k) % NOUNS.len()];
    format!("On day {} the {noun} of street {k} was closed to visitors.", d + 1)
}

fn document(d: usize, change: impl Fn(usize, String) -> String) -> String {
    (0..4).fold(String::new(), |mut text, k| {
        writeln!(text, "{}\n", change(k, sentence(d, k))).expect("a String takes all");
        text
    })
}

/// Twelve documents with three systems: one copies, one gets a word of each wrong, one repeats and drops.
fn batch() -> TempDir {
    let folder = tempdir().expect("a folder");
    for d in 0..12 {
        let name = format!("d{d:02}.txt");
        write(folder.path(), &format!("o/{name}"), document(d, |_, s| s));
        write(folder.path(), &format!("good/{name}"), document(d, |_, s| s));
        write(folder.path(), &format!("fair/{name}"), document(d, |_, s| s.replace("visitors", "guests")));
        let poor = |k: usize, s: String| {
            if k == 2 { "It was was was closed.".to_string() } else { s.replace("closed to", "shut for") }
        };
        write(folder.path(), &format!("poor/{name}"), document(d, poor));
    }
    folder
}

const RUN: [&str; 11] = [
    "run",
    "--original",
    "o",
    "--translation",
    "fair one=fair",
    "--translation",
    "poor=poor",
    "--translation",
    "good=good",
    "--output",
    "out",
];

fn compared(folder: &Path, more: &[&str]) -> String {
    let output = run(folder, &[&RUN, more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn cells<'r>(rows: &'r [Row], column: &str) -> Vec<&'r str> {
    rows.iter().map(|row| row[column].as_str()).collect()
}

#[test]
fn the_better_system_ranks_higher_and_chance_is_told_from_it() {
    let folder = batch();
    let said = compared(folder.path(), &[]);
    let ranking = table(&folder.path().join("out/systems.csv"));
    assert_eq!(cells(&ranking, "system"), ["good", "fair one", "poor"]);
    assert_eq!(
        (cells(&ranking, "rank_from"), cells(&ranking, "rank_to")),
        (vec!["1", "2", "3"], vec!["1", "2", "3"])
    );
    assert_eq!((ranking[0]["similarity"].as_str(), ranking[0]["compared"].as_str()), ("100.0000", "12"));
    assert!(said.contains("good is better than each of the others by more than chance"), "{said}");
    let tests = table(&folder.path().join("out/systems_tests.csv"));
    let similarity: Vec<&Row> = tests.iter().filter(|t| t["score"] == "similarity").collect();
    let pairs: Vec<_> = similarity.iter().map(|t| (t["system_a"].as_str(), t["system_b"].as_str())).collect();
    assert_eq!(pairs, [("good", "fair one"), ("good", "poor"), ("fair one", "poor")]);
    assert!(similarity.iter().all(|t| t["difference"].starts_with('-') && t["p_value"].as_str() < "0.05"));
    // In the summary each system has its own rows.
    assert_eq!(table(&folder.path().join("out/summary.csv")).len(), 36);
    assert!(folder.path().join("out/pairs/fair one/d00.csv").is_file());
}

#[test]
fn every_pair_has_a_group_of_columns_a_system() {
    let folder = batch();
    std::fs::remove_file(folder.path().join("poor/d03.txt")).expect("removes");
    compared(folder.path(), &["-q"]);
    let header = &records(&folder.path().join("out/systems_pairs.csv"))[0];
    let groups: Vec<&str> = header[4..].iter().filter_map(|name| name.strip_suffix("_verdict")).collect();
    assert_eq!(
        (header[..4].join(" ").as_str(), groups),
        ("pair best worst spread", vec!["good", "fair one", "poor"])
    );
    let rows = table(&folder.path().join("out/systems_pairs.csv"));
    assert_eq!(rows.len(), 12);
    assert_eq!((rows[0]["best"].as_str(), rows[0]["worst"].as_str()), ("good", "poor"));
    assert_eq!((rows[3]["poor_verdict"].as_str(), rows[3]["worst"].as_str()), ("", "fair one"));
    // Only what all have is compared, and nothing is lost.
    let ranking = table(&folder.path().join("out/systems.csv"));
    assert_eq!(
        (cells(&ranking, "compared"), cells(&ranking, "scored")),
        (vec!["11"; 3], vec!["12", "12", "11"])
    );
    let quarantine = table(&folder.path().join("out/quarantine.csv"));
    assert_eq!(
        (quarantine[0]["pair"].as_str(), quarantine[0]["reason"].as_str()),
        ("poor/d03", "no-partner")
    );
}

#[test]
fn the_segments_that_differ_most_come_first_with_all_translations() {
    let folder = batch();
    compared(folder.path(), &["-q"]);
    let rows = table(&folder.path().join("out/systems_segments.csv"));
    assert_eq!(
        (rows[0]["original_sentence"].as_str(), rows[0]["poor_translation"].as_str()),
        ("3", "It was was was closed.")
    );
    assert_eq!(rows[0]["good_translation"], rows[0]["original"]);
    let spreads: Vec<f64> = rows.iter().map(|row| row["spread"].parse().expect("a number")).collect();
    assert!(spreads.is_sorted_by(|a, b| a >= b) && rows.len() == 48);
    let dictionary = table(&folder.path().join("out/columns.csv"));
    assert!(
        dictionary
            .iter()
            .any(|r| r["file"] == "systems_segments.csv" && r["column"] == "<system>_translation")
    );
}

#[test]
fn an_original_teaches_once_however_many_systems_there_are() {
    let folder = batch();
    compared(folder.path(), &["-q"]);
    let alone = ["run", "--original", "o", "--translation", "good", "--output", "alone", "-q"];
    assert_eq!(exit_code(folder.path(), &alone), Some(0));
    let signature = |output: &str| run_json(&folder.path().join(output))["signature"].clone();
    assert_eq!(signature("out"), signature("alone"));
}

#[test]
fn the_page_ranks_the_systems() {
    let folder = batch();
    compared(folder.path(), &["-q", "--format", "csv,html"]);
    let page = std::fs::read_to_string(folder.path().join("out/report.html")).expect("reads");
    let section = &page[page.find("Systems, best first").expect("a section")..];
    let place = |name: &str| section.find(&format!(">{name}<")).expect("a row");
    assert!(place("good") < place("fair one") && place("fair one") < place("poor"));
    assert!(section.contains("href=\"systems_segments.csv\"") && page.contains("href=\"#systems\""));
}

#[test]
fn equal_systems_share_their_ranks() {
    let folder = batch();
    let words =
        ["run", "--original", "o", "--translation", "a=fair", "--translation", "b=fair", "--output", "out"];
    let output = run(folder.path(), &words);
    let ranking = table(&folder.path().join("out/systems.csv"));
    assert_eq!((cells(&ranking, "rank_from"), cells(&ranking, "rank_to")), (vec!["1", "1"], vec!["2", "2"]));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("the best is not better than each of the others"), "{said}");
    assert!(table(&folder.path().join("out/systems_segments.csv")).is_empty());
}

#[test]
fn names_that_cannot_be_are_refused() {
    let folder = batch();
    let refused = |translations: &[&str]| {
        let mut words = vec!["run", "--original", "o"];
        words.extend(translations.iter().flat_map(|t| ["--translation", t]));
        let output = run(folder.path(), &words);
        assert_eq!(output.status.code(), Some(2), "{translations:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&["good", "fair"]).contains("each needs its name: NAME=DIR"));
    assert!(refused(&["a=good", "a=fair"]).contains("a system a is there already"));
    assert!(refused(&["../a=good", "b=fair"]).contains("cannot name a system"));
    assert!(refused(&["a=good", "b=nowhere"]).contains("nowhere"));
}

#[test]
fn later_runs_and_reports_keep_the_comparison_in_step() {
    let folder = batch();
    compared(folder.path(), &["-q"]);
    let first = files(&folder.path().join("out"));
    compared(folder.path(), &["-q", "--jobs", "1"]);
    assert_eq!(first, files(&folder.path().join("out")));
    let words = ["report", "out", "--format", "csv", "--csv-locale", "de", "-q"];
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let german = std::fs::read_to_string(folder.path().join("out/systems.csv")).expect("reads");
    assert!(german.contains("\"100,0000\""), "{german}");
    // A run over one system leaves no ranking of an earlier one behind.
    let alone = ["run", "--original", "o", "--translation", "good", "--output", "out", "-q"];
    assert_eq!(exit_code(folder.path(), &alone), Some(0));
    assert!(
        !folder.path().join("out/systems.csv").exists()
            && !folder.path().join("out/systems_pairs.csv").exists()
    );
}
