//! `pairscore report`: a finished run in other forms, without its texts and without scoring again.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{exit_code, files, run, write};
use tempfile::{TempDir, tempdir};

const RUN: [&str; 6] = ["run", "--original", "original", "--translation", "translation", "--quiet"];

/// Pairs with what tables must take care of: formulas, semicolons, quotes, line breaks, numbers below zero.
fn batch() -> TempDir {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "original/sums.txt",
        "=1+1 is two; \"so they say\".\nThe ferry\nleft at noon.\n\n- 5 men waved.\n",
    );
    write(
        root,
        "translation/sums.txt",
        "=1+1 is two; \"so they say\".\nThe ferry\nleft at at noon.\n\n+ 6 men waved.\n",
    );
    write(root, "original/a/empty.txt", "\n");
    write(root, "translation/a/empty.txt", "@once.\n");
    write(root, "original/0007.txt", "The bridge was closed for repairs on Monday.\n");
    write(root, "translation/0007.txt", "The bridge was closed for repairs on Monday.\n");
    folder
}

/// Runs into `out`, then reports from there. What stands in `out` at last, run.json's own place aside.
fn reported(options: &[&str], report: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = batch();
    assert_eq!(exit_code(folder.path(), &[&RUN, &["--output", "out"][..], options].concat()), Some(4));
    // Nothing is read again but the report.
    fs::remove_dir_all(folder.path().join("original")).expect("removes");
    if !report.is_empty() {
        assert_eq!(exit_code(folder.path(), &[&["report", "out"], report].concat()), Some(0), "{report:?}");
    }
    files(&folder.path().join("out"))
}

#[test]
fn tables_written_anew_are_those_that_the_run_would_have_written() {
    let (english, german) = (reported(&[], &[]), reported(&["--csv-locale", "de", "--no-bom"], &[]));
    assert_ne!(english, german);
    assert_eq!(reported(&[], &["--format", "csv", "--csv-locale", "de", "--no-bom"]), german);
    assert_eq!(reported(&["--csv-locale", "de", "--no-bom"], &["--format", "csv"]), english);
    assert_eq!(reported(&["--csv-locale", "en-GB"], &["--format", "csv"]), english);
}

#[test]
fn a_german_table_has_semicolons_and_decimal_commas_and_guarded_texts() {
    let tables = reported(&["--csv-locale", "de_DE"], &[]);
    let text = |name: &str| String::from_utf8(tables[Path::new(name)].clone()).expect("UTF-8");
    let summary = text("summary.csv");
    assert!(summary.starts_with("\u{feff}\"pair\";\"status\";"), "{summary}");
    assert!(summary.contains(";\"100,0000\";") && !summary.contains("100.0000"), "{summary}");
    assert!(text("pairs/sums.csv").contains(";\"'=1+1 is two; \"\"so they say\"\".\";"));
}

#[test]
fn raw_tables_hold_the_texts_as_they_are() {
    let tables = reported(&["--raw", "--no-bom"], &[]);
    let mut reader = csv::Reader::from_reader(&tables[Path::new("pairs/sums.csv")][..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    let texts: Vec<&str> = rows.iter().map(|r| &r[12]).collect();
    assert!(texts.contains(&"The ferry\nleft at at noon.") && texts[0].starts_with('='), "{texts:?}");
}

#[test]
fn a_run_and_a_report_render_the_same() {
    for format in ["xlsx", "html"] {
        let both = format!("csv,{format}");
        let (mut at_once, mut later) =
            (reported(&["--format", &both], &[]), reported(&[], &["--format", format]));
        // The list of formats is what a run was asked for.
        for tables in [&mut at_once, &mut later] {
            assert!(tables.remove(Path::new("run.json")).is_some());
        }
        assert!(at_once.keys().eq(later.keys()), "{:?}", later.keys());
        assert!(at_once == later, "{format}");
    }
}

#[test]
fn a_run_of_another_version_is_read_for_what_is_known_of_it() {
    let folder = batch();
    assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--output", "out"]].concat()), Some(4));
    let path = folder.path().join("out/run.json");
    let text = fs::read_to_string(&path).expect("reads");
    let newer = text
        .replace("\"report\": {", "\"report\": {\n\"colours\": 7,")
        .replace("\"fail\": {", "\"fail\": {\"x\": 1,");
    assert_ne!(newer, text);
    fs::write(&path, newer).expect("writes");
    assert_eq!(exit_code(folder.path(), &["report", "out", "--quiet"]), Some(0));
    assert!(
        folder.path().join("out/report.html").is_file() && folder.path().join("out/report.xlsx").is_file()
    );
}

#[test]
fn tables_that_no_run_writes_are_refused_by_name_and_left_alone() {
    let edits = [
        (
            "pairs/sums.csv",
            "\"sums\",\"s000001\",\"1-1\",\"100.0000\"",
            "\"sums\",\"s000001\",\"1-1\",\"nan\"",
        ),
        ("summary.csv", "\"scored\",\"pass\",\"100.0000\"", "\"scored\",\"pass\",\"1.234.5\""),
        ("summary.csv", "\"0007\",\"scored\"", "\"../0007\",\"scored\""),
        ("findings.csv", "\"translation\",\"", "\"translation\",\"x"),
        ("run.json", "\"report\": {", "\"report\": [], \"x\": {"),
    ];
    for (file, from, to) in edits {
        let folder = batch();
        assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--output", "out"]].concat()), Some(4));
        let path = folder.path().join("out").join(file);
        let text = fs::read_to_string(&path).expect("reads");
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text, "{file}");
        fs::write(&path, edited).expect("writes");
        let before = files(folder.path());
        for format in [&["csv", "--csv-locale", "de"][..], &["xlsx"], &["html"]] {
            let output = run(folder.path(), &[&["report", "out", "--format"], format].concat());
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.code() == Some(2) && error.contains(file), "{file} {format:?}: {error}");
        }
        assert!(files(folder.path()) == before, "{file}");
    }
}

/// What becomes of a table; `None`: it goes.
type Edit<'e> = &'e dyn Fn(&str) -> Option<String>;

#[test]
fn tables_that_disagree_are_refused_by_every_format_and_left_alone() {
    let last_row = |text: &str| text.trim_end().rsplit_once("\r\n").map(|(_, row)| format!("{row}\r\n"));
    let without_last =
        |text: &str| text.trim_end().rsplit_once("\r\n").map(|(rest, _)| format!("{rest}\r\n"));
    let edits: [(&str, &str, Edit); 7] = [
        ("pairs/sums.csv", "No such file", &|_| None),
        ("pairs/sums.csv", "but summary.csv says", &without_last),
        ("pairs/sums.csv", "but summary.csv says", &|text| Some(text.to_string() + &last_row(text)?)),
        ("pairs/sums.csv", "pair cannot be \"0007\"", &|text| Some(text.replacen("\"sums\"", "\"0007\"", 1))),
        ("findings.csv", "not the next of summary.csv", &|text| {
            Some(text.replace("\"sums\"", "\"nowhere\""))
        }),
        ("summary.csv", "but run.json says", &|text| Some(text.to_string() + &last_row(text)?)),
        ("summary.csv", "but run.json says", &|text| Some(text.replace("\"failed\"", "\"scored\""))),
    ];
    for (file, says, edit) in edits {
        let folder = batch();
        assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--output", "out"]].concat()), Some(4));
        let path = folder.path().join("out").join(file);
        let text = fs::read_to_string(&path).expect("reads");
        match edit(&text) {
            Some(edited) => fs::write(&path, edited).expect("writes"),
            None => fs::remove_file(&path).expect("removes"),
        }
        let before = files(folder.path());
        for format in [&["csv", "--csv-locale", "de"][..], &["xlsx"], &["html"]] {
            let output = run(folder.path(), &[&["report", "out", "--format"], format].concat());
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{file} {format:?}: {error}");
            assert!(error.contains(file) && error.contains(says), "{file} {format:?}: {error}");
        }
        assert!(files(folder.path()) == before, "{file}");
    }
}

#[test]
fn what_cannot_be_had_is_said_and_touches_nothing() {
    let folder = batch();
    let words = |more: &[&'static str]| [&["report", "out", "--format"], more].concat();
    assert_eq!(exit_code(folder.path(), &words(&["html"])), Some(2), "no run yet");
    assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--output", "out"]].concat()), Some(4));
    let before = files(folder.path());
    for (more, says) in [
        (&["jsonl"][..], "jsonl is lossless"),
        (&["html", "--csv-locale", "de"], "add csv to --format"),
        (&["csv", "--raw"], "run again"),
        (&["csv", "--csv-locale", "klingon"], "no locale"),
        (&["pdf"], "no format \"pdf\""),
    ] {
        let output = run(folder.path(), &words(more));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && error.contains(says), "{more:?}: {error}");
    }
    write(folder.path(), "out/findings.csv", "something,else\n1,2\n");
    let output = run(folder.path(), &words(&["csv", "--csv-locale", "de"]));
    assert!(String::from_utf8_lossy(&output.stderr).contains("findings.csv"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));
    fs::write(folder.path().join("out/findings.csv"), &before[Path::new("out/findings.csv")])
        .expect("writes");
    assert_eq!(files(folder.path()), before);
}
