//! A trusted translation beside the pair: scores compare with it, checks with the original, in one report.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{check_accounts, exit_code, files, filter, run, run_json, table, write};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

const GERMAN: &str = "Die Fähre verließ den Hafen um 14 Uhr. Niemand winkte ihr nach.\n\n\
    Frau Kessler zählte 37 Körbe mit Äpfeln. Danach schloss sie das Lager ab.\n";
const REFERENCE: &str = "The ferry left the harbour at 2 p.m. (14:00). Nobody waved after it.\n\n\
    Ms Kessler counted 37 baskets of apples. Then she locked the storehouse.\n";
const GOOD: &str = "The ferry left the harbour at 14:00. Nobody waved after it.\n\n\
    Ms Kessler counted 37 baskets of apples. Then she locked the storehouse.\n";
const BAD: &str = "The ferry left the harbour at 14:00. Nobody waved after it.\n\n\
    Ms Kessler counted 73 baskets of apples.\n";

fn batch(translation: &str) -> TempDir {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "de/news/ferry.de.txt", GERMAN);
    write(folder.path(), "mt/news/ferry.en.txt", translation);
    write(folder.path(), "ref/news/ferry.en.txt", REFERENCE);
    folder
}

const FOLDERS: [&str; 7] = ["run", "--original", "de", "--translation", "mt", "--reference", "ref"];

fn run_with(folder: &Path, words: &[&str]) -> Vec<common::Row> {
    let all = [&FOLDERS, words, &["--languages", "de:en", "--output", "out", "-q"]].concat();
    assert_eq!(exit_code(folder, &all), Some(0), "{all:?}");
    table(&folder.join("out/summary.csv"))
}

/// The answer of `stream` to one line.
fn answer(line: &Value) -> Value {
    serde_json::from_slice(&filter(&["stream"], line.to_string().as_bytes()).stdout).expect("JSON")
}

#[test]
fn scores_compare_with_the_reference_and_checks_with_the_original() {
    let folder = batch(BAD);
    let summary = run_with(folder.path(), &[]);
    let row = &summary[0];
    assert_eq!(
        (row["pair"].as_str(), row["reference_path"].as_str()),
        ("news/ferry", "ref/news/ferry.en.txt")
    );
    for score in ["similarity", "chrf", "bleu", "ter"] {
        assert!(!row[score].is_empty(), "{score}");
    }
    let segments = table(&folder.path().join("out/pairs/news/ferry.csv"));
    let last = segments.last().expect("a segment");
    assert_eq!((last["original_line"].as_str(), last["reference_line"].as_str()), ("3", "3"));
    assert!(
        last["reference"].ends_with("Then she locked the storehouse.") && segments[1]["chrf"] == "100.0000"
    );
    let findings = table(&folder.path().join("out/findings.csv"));
    let number = findings.iter().find(|f| f["check"] == "number-mismatch").expect("a wrong number");
    assert!(number["message"].contains("37") && number["message"].contains("73"), "{number:?}");
}

#[test]
fn what_is_left_out_counts_against_the_reference() {
    let line = json!({"pair": "p", "original": ["Niemand winkte.", "Danach schloss sie das große alte Lager am Hafen ab."],
        "translation": ["Nobody waved.", ""], "reference": ["Nobody waved.", "Then she locked the big old storehouse."],
        "original_language": "de", "translation_language": "en"});
    let answer = answer(&line);
    let left_out = &answer["segments"][1];
    assert_eq!(
        (left_out["scores"]["chrf"].as_f64(), left_out["findings"][0]["check"].as_str()),
        (Some(0.0), Some("omission"))
    );
    assert!(answer["summary"]["chrf"].as_f64().expect("a score") < 60.0, "{answer}");
}

#[test]
fn scores_are_those_of_the_reference_alone_with_the_translation() {
    let folder = batch(GOOD);
    let triple = run_with(folder.path(), &[])[0].clone();
    let words =
        ["run", "--original", "ref", "--translation", "mt", "--languages", "en:en", "--output", "two", "-q"];
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let two = &table(&folder.path().join("two/summary.csv"))[0];
    for score in ["similarity", "chrf", "bleu", "ter"] {
        assert_eq!(triple[score], two[score], "{score}");
    }
    assert_ne!(triple["length_ratio"], two["length_ratio"]);
}

#[test]
fn a_pair_without_a_reference_is_compared_with_its_original_and_named() {
    let folder = batch(GOOD);
    write(folder.path(), "de/more.txt", GERMAN);
    write(folder.path(), "mt/more.txt", GOOD);
    write(folder.path(), "ref/nobody.txt", REFERENCE);
    let output = run(folder.path(), &[&FOLDERS[..], &["--output", "out"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("without a reference, so compared with their originals: 1 of 2 pairs; the first: more"),
        "{said}"
    );
    let rows = table(&folder.path().join("out/summary.csv"));
    assert_eq!(
        (rows[0]["pair"].as_str(), rows[0]["chrf"].as_str(), rows[0]["reference_path"].as_str()),
        ("more", "", "")
    );
    let quarantine = table(&folder.path().join("out/quarantine.csv"));
    assert_eq!(
        (quarantine[0]["path"].as_str(), quarantine[0]["reason"].as_str()),
        ("ref/nobody.txt", "no-partner")
    );
    check_accounts(folder.path(), &["de", "mt"], "out");
}

#[test]
fn manifests_folders_and_streams_have_references_too() {
    let folder = batch(GOOD);
    run_with(folder.path(), &[]);
    let score = |output: &str| table(&folder.path().join(output).join("summary.csv"))[0]["chrf"].clone();
    let manifest = "pair,original,translation,reference,original_language,translation_language\n\
        news/ferry,de/news/ferry.de.txt,mt/news/ferry.en.txt,ref/news/ferry.en.txt,de,en\n";
    write(folder.path(), "pairs.csv", manifest);
    assert_eq!(exit_code(folder.path(), &["run", "--pairs", "pairs.csv", "--output", "m", "-q"]), Some(0));
    for (name, text) in [("original", GERMAN), ("translation", GOOD), ("reference", REFERENCE)] {
        write(folder.path(), &format!("in/{name}/ferry.txt"), text);
    }
    assert_eq!(exit_code(folder.path(), &["run", "--input", "in", "--output", "i", "-q"]), Some(0));
    assert_eq!((score("m"), score("i")), (score("out"), score("out")));
    let line = json!({"pair": "p", "original": GERMAN, "translation": GOOD, "reference": REFERENCE});
    let answer: Value = answer(&line);
    assert_eq!(format!("{:.4}", answer["summary"]["chrf"].as_f64().expect("a score")), score("out"));
    assert_eq!(answer["segments"][0]["reference_text"], "The ferry left the harbour at 2 p.m. (14:00).");
}

#[test]
fn lists_of_one_length_have_their_reference_segment_by_segment() {
    let line = json!({"pair": "p", "original": ["Ja.", "Nein."], "translation": ["Yes.", ""],
        "reference": ["Yes, yes.", "No."], "original_language": "de", "translation_language": "en"});
    let answered = answer(&line);
    let references: Vec<&Value> =
        answered["segments"].as_array().expect("a list").iter().map(|s| &s["reference_text"]).collect();
    assert_eq!(references, ["Yes, yes.", "No."]);
    let wrong = json!({"pair": "p", "original": "Ja.", "translation": "Yes.", "reference": 7});
    let answered = answer(&wrong);
    assert!(
        answered["error"]["hint"].as_str().expect("a hint").contains("reference: invalid type"),
        "{answered}"
    );
}

#[test]
fn a_segment_without_its_reference_is_compared_with_nothing_and_counted() {
    let folder = tempdir().expect("a folder");
    write(
        folder.path(),
        "list.tsv",
        "original\ttranslation\treference\nJa.\tYes, of course.\tYes, of course.\nNein.\tNo, never.\t\nDoch.\tYes, it is.\t \n",
    );
    let words = ["run", "--input", "list.tsv", "--languages", "de:en", "--output", "out", "-q"];
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let row = &table(&folder.path().join("out/summary.csv"))[0];
    assert_eq!((row["chrf"].as_str(), row["similarity"].as_str()), ("100.0000", "100.0000"));
    assert!(row["note"].contains("2 of 3 segments without a reference"), "{}", row["note"]);
    let segments = table(&folder.path().join("out/pairs/list.csv"));
    assert_eq!((segments[0]["bleu"].as_str(), segments[1]["bleu"].as_str()), ("100.0000", ""));
}

#[test]
fn a_reference_goes_to_the_original_whose_name_it_has() {
    let folder = tempdir().expect("a folder");
    for name in ["a.md", "a.txt", "b.de.txt", "b.en.txt", "c.de.txt"] {
        write(folder.path(), &format!("o/{name}"), GERMAN);
        write(folder.path(), &format!("t/{name}"), GOOD);
    }
    for name in ["a.txt", "b.en.txt", "c.en.md"] {
        write(folder.path(), &format!("r/{name}"), REFERENCE);
    }
    let words = ["run", "--original", "o", "--translation", "t", "--reference", "r", "--output", "out", "-q"];
    assert_eq!(exit_code(folder.path(), &words), Some(0));
    let summary = table(&folder.path().join("out/summary.csv"));
    let found: Vec<(&str, &str)> =
        summary.iter().map(|row| (row["original_path"].as_str(), row["reference_path"].as_str())).collect();
    let expected = [
        ("o/a.md", ""),
        ("o/a.txt", "r/a.txt"),
        ("o/b.de.txt", ""),
        ("o/b.en.txt", "r/b.en.txt"),
        ("o/c.de.txt", "r/c.en.md"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_reference_that_cannot_be_read_is_named_with_its_path() {
    let folder = batch(GOOD);
    write(folder.path(), "ref/news/ferry.en.txt", b"caf\xe9");
    let all = [&FOLDERS[..], &["--output", "out", "-q"]].concat();
    assert_eq!(exit_code(folder.path(), &all), Some(4));
    let quarantine = table(&folder.path().join("out/quarantine.csv"));
    assert_eq!(quarantine[0]["path"], "ref/news/ferry.en.txt");
}

#[test]
fn another_text_as_reference_is_said() {
    let folder = batch(GOOD);
    let other = "Grain prices fell again on Tuesday. Dealers blamed the weather.\n\nThe choir rehearses in the old \
        mill. Its roof still leaks.\n\nTwo engineers repaired the clock. It had stopped in March.\n";
    write(folder.path(), "ref/news/ferry.en.txt", other);
    let row = run_with(folder.path(), &[])[0].clone();
    assert!(row["note"].contains("little in common with its reference"), "{}", row["note"]);
    assert!(row["chrf"].parse::<f64>().expect("a score") < 30.0, "{}", row["chrf"]);
}

#[test]
fn the_batch_learns_from_references_in_their_language() {
    let folder = batch(GOOD);
    write(folder.path(), "de/b.txt", "Der Müller mahlte das Korn. Es war früh.\n");
    write(folder.path(), "mt/b.txt", "The miller ground the grain. It was early.\n");
    write(folder.path(), "ref/b.txt", "The miller was grinding the grain. It was early.\n");
    run_with(folder.path(), &[]);
    let signature = run_json(&folder.path().join("out"))["signature"].as_str().expect("a text").to_string();
    assert!(signature.contains("|weights:idf|en:6"), "{signature}");
    let again = [&FOLDERS[..], &["--languages", "de:en", "--output", "one", "-q", "--jobs", "1"]].concat();
    assert_eq!(exit_code(folder.path(), &again), Some(0));
    assert_eq!(
        files(&folder.path().join("out")).get(Path::new("summary.csv")),
        files(&folder.path().join("one")).get(Path::new("summary.csv"))
    );
}
