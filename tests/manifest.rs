//! Manifests and lists that lie: every bad line is named before any work, and nothing that could hang is opened.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::{pairscore, run, run_json, table, write};
use tempfile::{TempDir, tempdir};

const HEADER: &str = "pair,original,translation,original_language,translation_language\n";

/// A folder with two texts of one pair.
fn folder() -> TempDir {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "o.txt", "The harbour was closed. Nobody knew why.\n");
    write(folder.path(), "t.txt", "The harbour was shut. No one knew why.\n");
    folder
}

/// What is said on standard error, a line each, without the program's name.
fn said(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().map(|line| line.trim_start_matches("pairscore: ").to_string()).collect()
}

/// Refused with exit code 2: what is said, with nothing written.
fn refused(folder: &Path, words: &[&str]) -> Vec<String> {
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {:?}", said(&output));
    assert!(output.stdout.is_empty() && !folder.join("reports").exists(), "{words:?}");
    said(&output)
}

/// What is said of a manifest.
fn faults(name: &str, manifest: impl AsRef<[u8]>) -> Vec<String> {
    let folder = folder();
    write(folder.path(), name, manifest);
    refused(folder.path(), &["run", "--pairs", name])
}

#[test]
fn every_bad_line_is_named_with_its_fault() {
    let long = "x".repeat(251);
    let rows = [
        "good,o.txt,t.txt,en,en",
        "short,o.txt",
        "long,o.txt,t.txt,en,en,more",
        "good,o.txt,t.txt,en,en",
        "/etc/x,o.txt,t.txt,en,en",
        "../x,o.txt,t.txt,en,en",
        "a\\b,o.txt,t.txt,en,en",
        "C:x,o.txt,t.txt,en,en",
        &format!("{long},o.txt,t.txt,en,en"),
        "bell\u{7},o.txt,t.txt,en,en",
        ",o.txt,t.txt,en,en",
        "empty,,t.txt,en,en",
        "same,o.txt,./o.txt,en,en",
        "language,o.txt,t.txt,jp,en",
        "words,o.txt,t.txt,English,en",
        "Good,o.txt,t.txt,en,en",
        "e\u{301},o.txt,t.txt,,",
        "\u{e9},o.txt,t.txt,,",
    ];
    let expected = [
        (3, "2 cells, the header has 5"),
        (4, "6 cells, the header has 5"),
        (5, "pair \"good\" stands already in line 2"),
        (6, "it is an absolute path"),
        (7, "a part of it is empty, \".\" or \"..\""),
        (8, "it holds a backslash"),
        (9, "it is an absolute path"),
        (10, "it is longer than 1000 bytes, or than 250"),
        (11, "it holds a control character"),
        (12, "it is empty"),
        (13, "the path of \"original\" is empty"),
        (14, "original and translation are one file"),
        (15, "\"jp\" is no language code; did you mean \"ja\"?"),
        (16, "\"English\" is no language code"),
    ];
    let said = faults("list.csv", HEADER.to_string() + &rows.join("\n"));
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for (said, (line, what)) in said.iter().zip(expected) {
        assert!(said.starts_with(&format!("list.csv:{line}: ")) && said.contains(what), "{said}: {what}");
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_line() {
    let said = faults("list.csv", b"pair,original,translation\na,o.txt,t.txt\nb,\xff,t.txt\nc,o\0,t.txt\n");
    assert_eq!(
        said,
        [
            "list.csv:3: the cell of \"original\" is not UTF-8",
            "list.csv:4: the cell of \"original\" holds a NUL byte"
        ]
    );
    let said = faults("list.jsonl", b"\n{\"pair\":\"\xff\"}\n");
    assert_eq!(said, ["list.jsonl:2: byte 9 is not UTF-8"]);
}

#[test]
fn twenty_lines_are_said_and_the_others_counted() {
    let said = faults("list.csv", HEADER.to_string() + &"../x,o.txt,t.txt,,\n".repeat(30));
    assert_eq!((said.len(), said[20].as_str()), (21, "list.csv: and 10 more"));
}

#[test]
fn every_line_of_json_is_named_with_its_fault() {
    let lines = [
        "{\"pair\":\"a\",\"original\":\"o.txt\",\"translation\":\"t.txt\"}",
        "[\"b\",\"o.txt\",\"t.txt\"]",
        "{\"pair\":1,\"original\":\"o.txt\",\"translation\":\"t.txt\"}",
        "{\"pair\":NaN}",
        "{\"pair\":\"c\",\"orginal\":\"o.txt\"}",
        "{\"pair\":\"d\"}",
        "{\"pair\":\"e\",\"pair\":\"e\"}",
        &"[".repeat(100_000),
        &("{\"pair\":".to_string() + &"{\"a\":".repeat(100_000)),
        "null",
    ];
    let said = faults("list.jsonl", lines.join("\r\n"));
    let starts: Vec<String> = (2..=10).map(|line| format!("list.jsonl:{line}: ")).collect();
    assert_eq!(said.len(), starts.len(), "{said:?}");
    assert!(said.iter().zip(&starts).all(|(said, start)| said.starts_with(start)), "{said:?}");
    assert!(said[3].contains("unknown key \"orginal\"; did you mean \"original\"?"), "{}", said[3]);
    assert!(said.iter().all(|line| !line.contains("at line 1")), "{said:?}");
}

#[test]
fn lines_are_counted_past_line_breaks_in_cells_and_lone_carriage_returns() {
    let quoted = faults("list.csv", "pair,original,translation\na,\"o\n\n.txt\",t.txt\n\n/b,o.txt,t.txt\n");
    assert!(quoted.len() == 1 && quoted[0].starts_with("list.csv:6: "), "{quoted:?}");
    let old = faults("list.tsv", "pair\toriginal\ttranslation\ra\to.txt\tt.txt\r/b\to.txt\tt.txt\r");
    assert!(old.len() == 1 && old[0].starts_with("list.tsv:3: "), "{old:?}");
    let open = faults("list.csv", "pair,original,translation\na,\"o.txt,t.txt\nb,o.txt,t.txt\n");
    assert_eq!(open, ["list.csv:2: 2 cells, the header has 3: is a quotation mark not closed?"]);
}

#[test]
fn a_header_that_is_none_is_refused() {
    assert!(faults("list.csv", "")[0].starts_with("list.csv:1: the first line names the columns"));
    assert!(faults("list.csv", "a,o.txt,t.txt\n")[0].starts_with("list.csv:1: "));
    let wrong = faults("list.csv", "pair,pair,original,translaton\na,b,c,d\n");
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    let unicode: Vec<u8> = "\u{feff}pair\toriginal".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(faults("list.csv", &unicode)[0].starts_with("list.csv:1: UTF-16"));
    assert!(faults("list.csv", &unicode[2..])[0].starts_with("list.csv:1: UTF-16"));
    assert_eq!(faults("list.txt", ""), ["list.txt: a manifest is a .csv, .tsv or .jsonl file"]);
}

#[test]
fn a_header_alone_lists_no_pairs() {
    let folder = folder();
    for (name, text) in [("list.csv", HEADER), ("list.jsonl", "\n\n")] {
        write(folder.path(), name, text);
        let output = run(folder.path(), &["run", "--pairs", name]);
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(said(&output), [format!("no pairs found: {name} lists none")]);
    }
}

#[test]
fn folders_and_pipes_are_no_files_and_never_waited_for() {
    let folder = folder();
    for name in ["list.csv", "my.toml", "words.tsv"] {
        std::fs::create_dir_all(folder.path().join("folder").join(name)).expect("a folder");
        let made = Command::new("mkfifo").arg(folder.path().join(name)).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
    }
    for (prefix, what) in [("", "a pipe, socket or device, not a file"), ("folder/", "a folder, not a file")]
    {
        let [list, pipeline, words] = ["list.csv", "my.toml", "words.tsv"].map(|n| format!("{prefix}{n}"));
        let commands: [(&str, &[&str]); 5] = [
            (&list, &["run", "--pairs", &list]),
            (&pipeline, &["run", &pipeline, "--input", "."]),
            (&words, &["pair", "o.txt", "t.txt", "--dictionary", &words]),
            (&words, &["pair", "o.txt", "t.txt", "--context", &words]),
            (&words, &["run", "--input", ".", "--baseline", &words]),
        ];
        for (name, command) in commands {
            assert_eq!(refused(folder.path(), command), [format!("{name}: {what}")], "{command:?}");
        }
    }
}

#[test]
fn files_that_are_missing_are_rows_and_no_stop() {
    let folder = folder();
    let absolute = folder.path().join("t.txt");
    let rows = format!("a,o.txt,gone.txt\nb,../{}/o.txt,{}\n", name(folder.path()), absolute.display());
    write(folder.path(), "list.csv", "pair,original,translation\n".to_string() + &rows);
    let output = run(folder.path(), &["run", "--pairs", "list.csv", "--output", "out"]);
    assert_eq!(output.status.code(), Some(4), "{:?}", said(&output));
    let quarantine = table(&folder.path().join("out/quarantine.csv"));
    assert_eq!(quarantine.len(), 1);
    assert_eq!((quarantine[0]["stage"].as_str(), quarantine[0]["reason"].as_str()), ("read", "missing"));
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn faults_of_lists_are_all_named() {
    let folder = folder();
    write(folder.path(), "words.tsv", "# mine\nHafen\tharbour\nno tab\n---\t---\n");
    let words = refused(folder.path(), &["pair", "o.txt", "t.txt", "--dictionary", "words.tsv"]);
    assert_eq!(
        words,
        [
            "words.tsv:3: no entry: a word, a TAB, its translation",
            "words.tsv:4: a side without a letter or digit"
        ]
    );
    write(
        folder.path(),
        "terms.csv",
        "original,translation,case\n---,x,\n\"Hafen\n\",harbour,\nx,y,perhaps\n",
    );
    write(folder.path(), "my.toml", "[checks.term-mismatch]\nglossary = \"terms.csv\"\n");
    let terms = refused(folder.path(), &["run", "my.toml", "--input", "."]);
    assert_eq!(
        terms,
        ["terms.csv:2: a term without a letter or digit", "terms.csv:5: case is \"exact\" or \"any\""]
    );
    write(folder.path(), "earlier.csv", "pair,check,side,excerpt\na,b\na,casing,original,x\nc\n");
    let baseline = refused(folder.path(), &["run", "--input", ".", "--baseline", "earlier.csv"]);
    assert_eq!(
        baseline,
        ["earlier.csv:2: 2 cells, the header has 4", "earlier.csv:4: 1 cell, the header has 4"]
    );
    let rules = "[[ignore]]\ncheck = \"repetitoin\"\n\n[[ignore]]\n\n[[ignore]]\npair = \"\"\n";
    write(folder.path(), "pairscore-ignore.toml", rules);
    let rules = refused(folder.path(), &["run", "--input", "."]);
    assert_eq!(rules.len(), 3);
    for (said, start) in rules.iter().zip([
        "pairscore-ignore.toml:1: no check \"repetitoin\"; did you mean \"repetition\"?",
        "pairscore-ignore.toml:4: a rule names a check, a pair or a pattern",
        "pairscore-ignore.toml:6: pair is empty and fits nothing",
    ]) {
        assert!(said.starts_with(start), "{said}");
    }
    std::fs::write(folder.path().join("pairscore-ignore.toml"), b"# \n# \xff\n").expect("writes");
    assert!(
        refused(folder.path(), &["run", "--input", "."])[0].starts_with("pairscore-ignore.toml:2: not UTF-8")
    );
}

#[test]
fn a_limit_is_said_on_the_command_line_and_the_hint_says_how() {
    let folder = folder();
    write(folder.path(), "t.txt", "The harbour was shut. ".repeat(100));
    write(folder.path(), "list.csv", "pair,original,translation\na,o.txt,t.txt\n");
    write(folder.path(), "my.toml", "[limits]\nline_kib = 1\nsentences = 7\n");
    let run_with = |limits: &[&str]| {
        let words = ["run", "my.toml", "--pairs", "list.csv", "--output", "out", "--quiet"];
        let words = [&words[..], limits].concat();
        run(folder.path(), &words).status.code()
    };
    let hint = || table(&folder.path().join("out/quarantine.csv"))[0]["hint"].clone();
    assert_eq!(run_with(&[]), Some(4));
    assert!(hint().ends_with("or raise it with --limit line_kib=3 or [limits] line_kib"), "{}", hint());
    assert_eq!(run_with(&["--limit", "line_kib=3"]), Some(4));
    assert!(hint().ends_with("or raise it with --limit sentences=100 or [limits] sentences"), "{}", hint());
    assert_eq!(run_with(&["--limit", "line_kib=3", "--limit", "sentences=100"]), Some(0));
    let limits = &run_json(&folder.path().join("out"))["pipeline"]["limits"];
    assert_eq!(limits.to_string(), "{\"file_mib\":64,\"line_kib\":3,\"sentences\":100}");
}

#[test]
fn every_command_that_reads_texts_takes_a_limit() {
    let folder = folder();
    for command in ["run", "pairs", "learn", "pair", "align", "stream"] {
        let output = pairscore(folder.path(), &[command, "--limit", "file_mb=1"]).output().expect("starts");
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output)[0].contains("did you mean \"file_mib\"?"), "{command}: {:?}", said(&output));
    }
    write(folder.path(), "long.txt", "x".repeat(2000));
    let said = refused(folder.path(), &["align", "o.txt", "long.txt", "--limit", "line_kib=1"]);
    assert!(said[0].ends_with("--limit line_kib=2 or [limits] line_kib"), "{said:?}");
}

#[test]
fn numbers_on_the_command_line_are_kept_in_their_range() {
    let folder = folder();
    for words in [
        ["--jobs", "0"],
        ["--jobs", "-1"],
        ["--jobs", "1000000000"],
        ["--fail-under", "chrf=nan"],
        ["--fail-under", "chrf=inf"],
        ["--fail-under", "chrf=-1"],
        ["--fail-under", "coverage=90"],
        ["--languages", "jp:en"],
        ["--languages", "deutsch:english"],
        ["--limit", "file_mib=18446744073709551615"],
        ["--limit", "sentences=0"],
    ] {
        refused(folder.path(), &[&["run", "--input", "."][..], &words[..]].concat());
    }
}
