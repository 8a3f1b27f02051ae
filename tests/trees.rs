//! Folders that break walkers: links, pipes, names of every kind, files that go or change under the reader.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{check_accounts, exit_code, run, table, write};
use pairscore::batch::{Batch, Earlier, Ended, Gates, Known, Progress};
use pairscore::context::Context;
use pairscore::input::discover;
use pairscore::pipeline::{Input, Pipeline};
use tempfile::{TempDir, tempdir};

const TEXT: &str = "The ferry left the harbour at noon.\n\nNobody on the pier waved.\n";

const RUN: [&str; 8] =
    ["run", "--original", "original", "--translation", "translation", "--quiet", "--output", "out"];

/// These files on both sides.
fn tree(names: &[&str]) -> TempDir {
    let folder = tempdir().expect("a folder");
    for name in names {
        write(folder.path(), &format!("original/{name}"), TEXT);
        write(folder.path(), &format!("translation/{name}"), TEXT);
    }
    folder
}

/// Reason of each row of quarantine.csv by the path of its file.
fn aside(root: &Path) -> BTreeMap<String, String> {
    let rows = table(&root.join("out/quarantine.csv"));
    rows.into_iter().map(|row| (row["path"].clone(), row["reason"].clone())).collect()
}

fn scored(root: &Path) -> Vec<String> {
    let rows = table(&root.join("out/summary.csv")).into_iter().filter(|row| row["status"] == "scored");
    rows.map(|row| row["pair"].clone()).collect()
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

#[test]
fn links_pipes_and_sockets_are_set_aside_and_never_followed_or_waited_for() {
    let folder = tree(&["good.txt"]);
    let root = folder.path();
    write(root, "secret.txt", TEXT);
    write(root, "elsewhere/inner.txt", TEXT);
    let original = root.join("original");
    for (to, link) in [
        (".", "loop"),
        ("../original", "out-and-in"),
        ("nowhere", "dangling.txt"),
        ("../secret.txt", "leads-out.txt"),
        ("../elsewhere", "folder.txt"),
        ("self.txt", "self.txt"),
    ] {
        symlink(to, original.join(link)).expect("links");
    }
    pipe(&original.join("pipe.txt"));
    let _socket = UnixListener::bind(original.join("socket.txt")).expect("binds");
    assert_eq!(exit_code(root, &RUN), Some(0));
    check_accounts(root, &["original", "translation"], "out");
    let reasons: Vec<(String, String)> = aside(root).into_iter().collect();
    let expected = [
        ("dangling.txt", "symbolic-link"),
        ("folder.txt", "symbolic-link"),
        ("leads-out.txt", "symbolic-link"),
        ("loop", "symbolic-link"),
        ("out-and-in", "symbolic-link"),
        ("pipe.txt", "not-a-file"),
        ("self.txt", "symbolic-link"),
        ("socket.txt", "not-a-file"),
    ];
    assert_eq!(reasons, expected.map(|(name, reason)| (format!("original/{name}"), reason.to_string())));
    assert_eq!(scored(root), ["good"]);
}

#[test]
fn a_list_may_name_links_and_what_is_no_file_fails_its_pair_only() {
    let folder = tree(&["good.txt"]);
    let root = folder.path();
    symlink("original/good.txt", root.join("link.txt")).expect("links");
    symlink("loop.txt", root.join("loop.txt")).expect("links");
    pipe(&root.join("pipe.txt"));
    let names = [
        ("link", "link.txt"),
        ("loop", "loop.txt"),
        ("pipe", "pipe.txt"),
        ("device", "/dev/null"),
        ("folder", "original"),
        ("below", "link.txt/x"),
    ];
    let rows = names.map(|(pair, path)| format!("{pair},{path},original/good.txt\n"));
    write(root, "list.csv", format!("pair,original,translation\n{}", rows.concat()));
    assert_eq!(exit_code(root, &["run", "--pairs", "list.csv", "-q", "-o", "out"]), Some(4));
    let rows = table(&root.join("out/quarantine.csv"));
    let reasons: Vec<_> = rows.iter().map(|row| (row["pair"].as_str(), row["reason"].as_str())).collect();
    let expected = [
        ("below", "unreadable"),
        ("device", "not-a-file"),
        ("folder", "is-a-directory"),
        ("loop", "unreadable"),
        ("pipe", "not-a-file"),
    ];
    assert_eq!((reasons, scored(root)), (expected.to_vec(), vec!["link".to_string()]));
}

#[test]
fn a_root_that_is_a_link_is_the_folder_it_leads_to() {
    let folder = tree(&["good.txt"]);
    fs::rename(folder.path().join("original"), folder.path().join("real")).expect("renames");
    symlink("real", folder.path().join("original")).expect("links");
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    assert_eq!(scored(folder.path()), ["good"]);
}

#[test]
fn what_may_not_be_read_is_set_aside() {
    let folder = tree(&["good.txt", "closed.txt", "shut/in.txt"]);
    let root = folder.path();
    let rights =
        |path: &str, mode| fs::set_permissions(root.join(path), Permissions::from_mode(mode)).expect("sets");
    rights("translation/closed.txt", 0);
    rights("translation/shut", 0);
    // Whoever may read everything reads it.
    if fs::read(root.join("translation/closed.txt")).is_err() {
        assert_eq!(exit_code(root, &RUN), Some(4));
        let reasons = aside(root);
        assert_eq!(reasons["translation/closed.txt"], "unreadable");
        assert_eq!(
            (reasons["translation/shut"].as_str(), reasons["original/shut/in.txt"].as_str()),
            ("unreadable", "no-partner")
        );
        assert_eq!(scored(root), ["good"]);
    }
    rights("translation/shut", 0o755);
}

#[test]
fn hidden_files_and_folders_are_a_row_each_and_not_entered() {
    let folder = tree(&["good.txt", ".git/objects/a.txt", ".hidden.txt", "...txt", "a..b.txt"]);
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    check_accounts(folder.path(), &["original", "translation"], "out");
    let reasons = aside(folder.path());
    let expected = ["...txt", ".git", ".hidden.txt"].map(|name| format!("original/{name}"));
    assert!(
        reasons.keys().take(3).eq(&expected) && reasons.values().all(|reason| reason == "hidden-file"),
        "{reasons:?}"
    );
    assert_eq!(scored(folder.path()), ["a..b", "good"]);
}

#[test]
fn names_of_every_kind_are_scored_or_set_aside() {
    let long = format!("{}.txt", "n".repeat(251));
    let broken = format!("{}.txt", "\n".repeat(100));
    let folder = tree(&[
        "two\nlines.txt",
        "a,b;c.txt",
        "\"quoted\".txt",
        "'single'.txt",
        "-rf.txt",
        "--output.txt",
        "=1+1.txt",
        "@x.txt",
        "a..b.txt",
        "\u{1b}[2J.txt",
        "\u{202e}txt.exe.txt",
        "a\\b.txt",
        "%2e%2e.txt",
        "<b>.txt",
        "sub.txt/in.txt",
        "CON.txt",
        " .txt",
        "é😀.txt",
        &long,
        &broken,
    ]);
    let root = folder.path();
    for side in ["original", "translation"] {
        fs::write(root.join(side).join(OsStr::from_bytes(b"bad\xff.txt")), TEXT).expect("writes");
    }
    let words = [&RUN[..], &["--allow-partial", "--format", "csv,jsonl,xlsx,html"]].concat();
    let output = run(root, &words);
    assert!(output.status.success(), "{output:?}");
    assert!(!output.stderr.contains(&0x1b), "{output:?}");
    check_accounts(root, &["original", "translation"], "out");
    let reasons = aside(root);
    let mut codes: Vec<&str> = reasons.values().map(String::as_str).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["bad-name", "name-not-utf-8", "name-not-utf-8"], "{reasons:?}");
    assert_eq!(scored(root).len(), 19);
    // Every table stands below the report, one a pair.
    assert_eq!(common::files(&root.join("out/pairs")).len(), 19);
}

#[test]
fn no_name_and_no_message_steers_the_terminal() {
    let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200f}";
    let folder = tree(&[&format!("{evil}.txt"), &format!("{evil}/deep.txt")]);
    let root = folder.path();
    write(root, &format!("original/alone{evil}.txt"), TEXT);
    write(root, "id.csv", format!("pair,original,translation\n../{evil},a,b\n"));
    write(root, "column.csv", format!("pair,original,{evil}\n"));
    write(
        root,
        "language.jsonl",
        format!(
            "{{\"pair\":\"a\",\"original\":\"a\",\"translation\":\"b\",\"original_language\":\"{}\"}}",
            evil.replace(['\u{1b}', '\u{7}'], "\\u001b")
        ),
    );
    write(
        root,
        "pipeline.toml",
        format!("[input]\n\"{}\" = 1\n", evil.replace(['\u{1b}', '\u{7}'], "\\u001b")),
    );
    let missing = format!("missing{evil}");
    let trees = ["--original", "original", "--translation", "translation"];
    for words in [
        &[&["pairs"][..], &trees].concat()[..],
        &[&["run", "-o", "out"][..], &trees].concat(),
        &["run", "-o", &missing, "--pairs", "id.csv"],
        &["run", "--pairs", "id.csv"],
        &["run", "--pairs", "column.csv"],
        &["run", "--pairs", "language.jsonl"],
        &["run", "pipeline.toml"],
        &["run", &missing],
        &["report", &missing],
        &["pair", &missing, &missing],
        &["align", &missing, &missing],
        &["metrics", "-r", &missing, &missing],
        &["explain", &missing],
        &["diff", &missing, "out"],
        &[&missing],
    ] {
        let output = run(root, words);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        let steers = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202e}' | '\u{200f}');
        assert_eq!(said.chars().find(steers), None, "{words:?}: {said:?}");
        assert!(!said.is_empty() && !said.contains("panicked"), "{words:?}: {said:?}");
    }
}

#[test]
fn names_that_differ_in_case_or_accents_alone_never_share_a_table() {
    let folder = tree(&["A.txt", "a.txt", "caf\u{e9}.txt", "cafe\u{301}.txt"]);
    let root = folder.path();
    assert_eq!(exit_code(root, &[&RUN[..], &["--allow-partial"]].concat()), Some(0));
    check_accounts(root, &["original", "translation"], "out");
    let tables = common::files(&root.join("out/pairs"));
    assert_eq!(tables.len(), scored(root).len(), "{tables:?}");
    if cfg!(target_os = "linux") {
        assert_eq!(scored(root), ["A", "a", "cafe\u{301}", "caf\u{e9}"]);
    }
}

#[test]
fn deep_trees_are_walked() {
    let deep = "d/".repeat(1_000);
    let folder = tree(&[&format!("{deep}leaf.txt")]);
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    assert_eq!(scored(folder.path()), [format!("{deep}leaf")]);
    assert!(folder.path().join(format!("out/pairs/{deep}leaf.csv")).is_file());
}

struct Silent;

impl Progress for Silent {
    fn done(&self, _: bool) {}

    fn stops(&self) -> bool {
        false
    }
}

#[test]
fn a_file_that_goes_after_it_was_found_is_missing_and_one_that_a_pipe_replaces_is_not_waited_for() {
    let folder = tree(&["gone.txt", "good.txt", "pipe.txt", "shrunk.txt"]);
    let root = folder.path();
    let side = |name: &str| Some(root.join(name));
    let input = Input { original: side("original"), translation: side("translation"), ..Input::default() };
    let found = discover(&input, &[None, None]).expect("finds");
    fs::remove_file(root.join("translation/gone.txt")).expect("removes");
    fs::remove_file(root.join("translation/pipe.txt")).expect("removes");
    pipe(&root.join("translation/pipe.txt"));
    fs::write(root.join("translation/shrunk.txt"), "").expect("writes");
    let (pipeline, gates, output) = (Pipeline::default(), Gates::default(), root.join("out"));
    let known = Known::Beforehand(Context::default());
    let batch = Batch {
        pipeline: &pipeline,
        found: &found,
        output: &output,
        earlier: Earlier::default(),
        gates: &gates,
        known,
        shard: None,
    };
    let ended = batch.run(&Silent).expect("runs");
    let Ended::Complete(outcome) = ended else { unreachable!("nothing stops it") };
    assert_eq!((outcome.found, outcome.scored, outcome.quarantined), (4, 1, 3));
    assert!(aside(root).values().eq(["missing", "not-a-file", "empty"]), "{:?}", aside(root));
}

#[test]
fn files_that_change_all_the_time_spoil_no_batch() {
    let names: Vec<String> = (0..40).map(|n| format!("p{n:02}.txt")).collect();
    let folder = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let root = folder.path();
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            // Ends by itself where an assertion fails.
            for length in (0..500).cycle().take(200_000).take_while(|_| !stop.load(Ordering::Relaxed)) {
                fs::write(root.join("translation/p07.txt"), TEXT.repeat(length)).expect("writes");
                fs::write(root.join("original/p23.txt"), &"é".repeat(length).as_bytes()[..length])
                    .expect("writes");
            }
        });
        for _ in 0..5 {
            let code = exit_code(root, &RUN);
            assert!(matches!(code, Some(0 | 4)), "{code:?}");
            check_accounts(root, &["original", "translation"], "out");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn no_output_and_no_report_goes_through_a_link_in_the_place_of_pairs() {
    let folder = tree(&["news/good.txt"]);
    let root = folder.path();
    assert_eq!(exit_code(root, &RUN), Some(0));
    fs::rename(root.join("out/pairs"), root.join("elsewhere")).expect("renames");
    symlink("../elsewhere", root.join("out/pairs")).expect("links");
    let before = common::files(root);
    assert_eq!(exit_code(root, &RUN), Some(2));
    for format in [&["html"][..], &["xlsx"], &["csv", "--csv-locale", "de"]] {
        let output = run(root, &[&["report", "out", "--format"], format].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(2) && error.contains("out/pairs: a link"),
            "{format:?}: {error}"
        );
    }
    assert_eq!(common::files(root), before);
}

#[test]
fn ids_of_a_list_cannot_leave_the_report() {
    let folder = tree(&["good.txt"]);
    for id in ["../out", "/tmp/x", "a/../../b", "a\\..\\b", ".", "a//b"] {
        write(
            folder.path(),
            "list.csv",
            format!("pair,original,translation\n{id},original/good.txt,translation/good.txt\n"),
        );
        let output = run(folder.path(), &["run", "--pairs", "list.csv", "-q", "-o", "out"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && error.contains("list.csv:2:"), "{id}: {error}");
        assert!(!folder.path().join("out").exists(), "{id}");
    }
}
