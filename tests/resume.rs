//! Runs that are cut off: whatever the moment, no file is torn, and going on gives what an uninterrupted run gives.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use common::{exit_code, files, pairscore, run, run_json, table, write};
use tempfile::{TempDir, tempdir};

const PLACES: [&str; 6] = ["harbour", "mill", "station", "orchard", "library", "bakery"];
const ORTE: [&str; 6] = ["Hafen", "Mühle", "Bahnhof", "Obstgarten", "Bücherei", "Bäckerei"];

const WORDS: [&str; 9] = [
    "run",
    "--original",
    "original",
    "--translation",
    "translation",
    "--format",
    "jsonl,html,xlsx",
    "--quiet",
    "--allow-partial",
];

/// A batch of pairs in one and in two languages, some of them bad, one file without a partner.
fn batch(pairs: usize) -> TempDir {
    let folder = tempdir().expect("a folder");
    for k in 0..pairs {
        let (original, translation) = if k % 3 == 0 { bilingual(k) } else { monolingual(k) };
        write(folder.path(), &format!("original/{}/{k:03}.txt", k % 4), original);
        write(folder.path(), &format!("translation/{}/{k:03}.txt", k % 4), translation);
    }
    write(folder.path(), "translation/1/001.txt", b"The caf\xe9 by the mill.\n");
    write(folder.path(), "original/alone.txt", "Nobody came.\n");
    folder
}

fn monolingual(k: usize) -> (String, String) {
    let line = |n: usize, verb: &str| {
        format!("On day {n} the {} {verb} at {} o'clock. ", PLACES[(k + n) % 6], (k * n) % 12 + 1)
    };
    let original: String = (1..12).map(|n| line(n, "opened")).collect();
    let translation =
        (1..12).map(|n| if n == k % 11 { line(n + 1, "opened opened") } else { line(n, "was open") });
    (original, translation.collect())
}

fn bilingual(k: usize) -> (String, String) {
    let place = |n: usize| (k + n * n) % 6;
    let lines = 1..12;
    let original = lines
        .clone()
        .map(|n| format!("The {} closes at {n}. We saw the {} twice. ", PLACES[place(n)], PLACES[n % 6]));
    let translation =
        lines.map(|n| format!("{} schließt um {n}. Wir sahen {} zweimal. ", ORTE[place(n)], ORTE[n % 6]));
    (original.collect(), translation.collect())
}

fn words<'w>(further: &[&'w str]) -> Vec<&'w str> {
    [&WORDS[..], further].concat()
}

/// The same without `--quiet`.
fn loudly<'w>(further: &[&'w str]) -> Vec<&'w str> {
    words(further).into_iter().filter(|word| *word != "--quiet").collect()
}

/// All files of a report.
fn report(folder: &Path, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    files(&folder.join(name))
}

/// Asserts that `out` holds the files that it should.
fn assert_like(folder: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>) {
    let found = report(folder, "out");
    let names = found.keys().chain(expected.keys());
    let others: BTreeSet<&PathBuf> = names.filter(|name| found.get(*name) != expected.get(*name)).collect();
    assert_eq!(others, BTreeSet::new(), "differ, are missing, or should not be there");
}

fn whole(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    assert_eq!(exit_code(folder, &words(&["--output", "whole"])), Some(0));
    report(folder, "whole")
}

/// Starts a run into `out`.
fn start(folder: &Path, further: &[&str]) -> Child {
    let mut command = pairscore(folder, &words(&[&["--output", "out"], further].concat()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// Waits until so many pairs are in the journal.
fn wait_for(folder: &Path, pairs: usize) {
    let lines = || fs::read(folder.join("out/.pairscore-journal")).unwrap_or_default();
    for _ in 0..6000 {
        if memchr::memchr_iter(b'\n', &lines()).count() > pairs {
            return;
        }
        sleep(Duration::from_millis(5));
    }
    unreachable!("the run writes its journal");
}

fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
    assert!(done.expect("kill starts").success());
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Cuts a run off when some pairs are done.
fn cut_off(folder: &Path, pairs: usize, further: &[&str]) {
    let mut child = start(folder, further);
    wait_for(folder, pairs);
    child.kill().expect("kills");
    child.wait().expect("ends");
    assert!(!folder.join("out/run.json").exists(), "the run was too quick for this test");
}

/// Pseudorandom numbers of Knuth's MMIX generator.
fn random(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

#[test]
fn killed_at_20_random_moments_nothing_is_torn_and_the_end_is_the_same() {
    let folder = batch(24);
    let expected = whole(folder.path());
    let (mut state, mut kills, mut longest) = (7, 0, 400);
    while kills < 20 {
        let mut child = start(folder.path(), &["--resume"]);
        sleep(Duration::from_millis(random(&mut state, longest)));
        if child.try_wait().expect("asks").is_some() {
            assert_like(folder.path(), &expected);
            fs::remove_dir_all(folder.path().join("out")).expect("removes");
            longest = longest * 3 / 4 + 5;
            continue;
        }
        child.kill().expect("kills");
        child.wait().expect("ends");
        // Before the folder is made there is nothing to be torn.
        if !folder.path().join("out").exists() {
            continue;
        }
        kills += 1;
        for (path, bytes) in report(folder.path(), "out") {
            let is_ours = !path.to_string_lossy().contains(".pairscore-");
            assert!(!is_ours || expected.get(&path) == Some(&bytes), "{} is torn", path.display());
        }
    }
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn ctrl_c_finishes_what_is_in_hand_and_prints_the_command_that_goes_on() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let folder = batch(60);
        let expected = whole(folder.path());
        let child = start(folder.path(), &[]);
        wait_for(folder.path(), 2);
        signal(&child, name);
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let said = said(&output);
        assert!(said.contains("of 60 pairs done; to go on: "), "{said}");
        assert!(
            said.contains("pairscore run --resume --original") && said.trim_end().ends_with("--output out"),
            "{said}"
        );
        let temporary = |p: &PathBuf| p.to_string_lossy().contains(".pairscore-");
        let left: Vec<PathBuf> = files(&folder.path().join("out")).into_keys().filter(temporary).collect();
        assert_eq!(left, [".pairscore-journal", ".pairscore-learned"].map(PathBuf::from));
        assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
        assert_like(folder.path(), &expected);
    }
}

#[test]
fn a_second_ctrl_c_stops_at_once() {
    let folder = batch(2);
    // A pair that takes longer than the test waits.
    let long: String = (0..4000).map(|k| monolingual(k).0).collect();
    write(folder.path(), "original/2/002.txt", &long);
    write(folder.path(), "translation/2/002.txt", long.replace("opened", "was open"));
    let child = start(folder.path(), &[]);
    for _ in 0..1000 {
        if folder.path().join("out/.pairscore-learned").exists() {
            break;
        }
        sleep(Duration::from_millis(20));
    }
    signal(&child, "INT");
    sleep(Duration::from_millis(100));
    signal(&child, "INT");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(!said(&output).contains("to go on"), "{}", said(&output));
}

#[test]
fn what_has_changed_since_is_scored_anew_and_what_is_gone_goes() {
    let folder = batch(30);
    cut_off(folder.path(), 12, &[]);
    write(folder.path(), "translation/2/002.txt", "Quite another text. It has two sentences.\n");
    write(folder.path(), "translation/1/005.txt", b"\xff\xfe\xfd");
    fs::remove_file(folder.path().join("original/0/004.txt")).expect("removes");
    let expected = whole(folder.path());
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn a_damaged_table_and_a_torn_journal_are_made_good() {
    let folder = batch(30);
    let expected = whole(folder.path());
    cut_off(folder.path(), 12, &[]);
    let out = folder.path().join("out");
    let is_table = |path: &PathBuf| path.extension().is_some_and(|e| e == "csv");
    let tables: Vec<PathBuf> = files(&out.join("pairs")).into_keys().filter(is_table).collect();
    fs::write(out.join("pairs").join(&tables[0]), "torn").expect("writes");
    fs::remove_file(out.join("pairs").join(&tables[1])).expect("removes");
    let journal = out.join(".pairscore-journal");
    let mut lines: Vec<Vec<u8>> =
        fs::read(&journal).expect("reads").split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
    lines[3].truncate(40);
    let last = lines.last_mut().expect("a line");
    last.truncate(last.len() / 2);
    fs::write(&journal, lines.concat()).expect("writes");
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn a_record_that_has_changed_is_none() {
    let folder = batch(30);
    let expected = whole(folder.path());
    cut_off(folder.path(), 12, &[]);
    let journal = folder.path().join("out/.pairscore-journal");
    let text = fs::read_to_string(&journal).expect("reads");
    assert!(text.contains("Mill") || text.contains("mill"));
    // Still an object with all its fields, and one without them.
    let changed = text.replacen("mill", "hill", 3).replacen("\"accepted\":", "\"excepted\":", 1);
    fs::write(&journal, changed).expect("writes");
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn what_stands_in_the_place_of_the_journal_is_not_written_to_or_waited_for() {
    let folder = batch(2);
    write(folder.path(), "mine.txt", "mine");
    for (name, further) in [("link", &[][..]), ("pipe", &["--resume"])] {
        let out = folder.path().join(name);
        fs::create_dir(&out).expect("makes a folder");
        let journal = out.join(".pairscore-journal");
        if name == "link" {
            std::os::unix::fs::symlink("../mine.txt", &journal).expect("links");
        } else {
            assert!(Command::new("mkfifo").arg(&journal).status().expect("mkfifo").success());
        }
        assert_eq!(exit_code(folder.path(), &words(&[&["--output", name], further].concat())), Some(2));
    }
    assert_eq!(fs::read(folder.path().join("mine.txt")).expect("reads"), b"mine");
}

#[test]
fn a_background_job_does_not_hear_the_ctrl_c_of_the_foreground() {
    let folder = batch(30);
    let expected = whole(folder.path());
    let script = format!(
        "trap '' INT; '{}' {} --output out & kid=$!; \
         while ! [ -s out/.pairscore-journal ]; do sleep .01; done; kill -INT $kid; wait $kid",
        env!("CARGO_BIN_EXE_pairscore"),
        WORDS.join(" ")
    );
    let status = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).status();
    assert_eq!(status.expect("sh starts").code(), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn a_run_with_other_settings_is_not_gone_on_with() {
    let folder = batch(30);
    cut_off(folder.path(), 4, &[]);
    let output = run(folder.path(), &words(&["--output", "out", "--resume", "--no-bom"]));
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(said.contains("leave out --resume to start anew") && !said.contains("to go on"), "{said}");
    write(folder.path(), "pairscore-ignore.toml", "[[ignore]]\ncheck = \"casing\"\n");
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(2));
    fs::remove_file(folder.path().join("pairscore-ignore.toml")).expect("removes");
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
}

#[test]
fn without_resume_a_run_that_was_cut_off_starts_anew() {
    let folder = batch(30);
    let expected = whole(folder.path());
    cut_off(folder.path(), 4, &[]);
    let output = run(folder.path(), &loudly(&["--output", "out"]));
    assert!(said(&output).contains("a run has not ended in out: starting anew"), "{}", said(&output));
    assert_like(folder.path(), &expected);
}

#[test]
fn resume_where_nothing_was_cut_off_is_a_run() {
    let folder = batch(3);
    let expected = whole(folder.path());
    for _ in 0..2 {
        let output = run(folder.path(), &loudly(&["--output", "out", "--resume"]));
        assert!(said(&output).contains("no run was cut off in out"), "{}", said(&output));
        assert_like(folder.path(), &expected);
    }
}

#[test]
fn a_full_disk_is_said_and_what_is_done_is_kept() {
    let folder = batch(30);
    let expected = whole(folder.path());
    // Files may grow to 16 blocks of 512 bytes, then writing fails as on a full disk.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 16; exec '{}' {} --output out",
        env!("CARGO_BIN_EXE_pairscore"),
        WORDS.join(" ")
    );
    let output =
        Command::new("sh").args(["-c", &limited]).current_dir(folder.path()).output().expect("sh starts");
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("out/") && said.contains("what is done is kept; to go on: "), "{said}");
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    assert_like(folder.path(), &expected);
}

#[test]
fn an_output_inside_the_input_is_refused_before_anything_is_written() {
    let folder = batch(2);
    let before = files(folder.path());
    std::os::unix::fs::symlink("original", folder.path().join("link")).expect("links");
    for output in ["original", "translation/new/report", "link/report", "translation/../original/out"] {
        let output = run(folder.path(), &words(&["--output", output]));
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("lies inside the input"), "{}", said(&output));
    }
    assert_eq!(exit_code(folder.path(), &["run", "--input", ".", "--quiet"]), Some(2));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn two_runs_into_one_folder_do_not_meet() {
    let folder = batch(3);
    fs::create_dir(folder.path().join("out")).expect("makes a folder");
    let journal = folder.path().join("out/.pairscore-journal");
    let mut held = File::create(&journal).expect("creates");
    held.lock().expect("locks");
    held.write_all(b"of the other run").expect("writes");
    let output = run(folder.path(), &words(&["--output", "out"]));
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(said.contains("another run writes there") && !said.contains("to go on"), "{said}");
    assert_eq!(fs::read(&journal).expect("reads"), b"of the other run");
    drop(held);
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out"])), Some(0));
}

#[test]
fn an_output_that_takes_no_file_is_refused_before_the_work() {
    let folder = batch(2);
    write(folder.path(), "file", "not a folder");
    let output = run(folder.path(), &words(&["--output", "file/out"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("file/out"), "{}", said(&output));
    // Nothing can be made in this folder, not even by root.
    assert_eq!(exit_code(folder.path(), &words(&["--output", "/proc/pairscore"])), Some(2));
}

#[test]
fn counts_are_those_of_the_whole_batch_after_a_cut() {
    let folder = batch(30);
    cut_off(folder.path(), 12, &[]);
    assert_eq!(exit_code(folder.path(), &words(&["--output", "out", "--resume"])), Some(0));
    let out = folder.path().join("out");
    let counts = &run_json(&out)["counts"];
    let count = |name: &str| counts[name].as_u64().expect("a count");
    assert_eq!(["found", "scored", "quarantined", "unpaired"].map(count), [31, 29, 1, 1]);
    assert_eq!((table(&out.join("summary.csv")).len(), table(&out.join("quarantine.csv")).len()), (30, 2));
    assert!(!out.join(".pairscore-journal").exists());
}
