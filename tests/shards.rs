//! Shards of a batch, merged: byte for byte the report of a run over the whole, or an error that says why not.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::{exit_code, files, run, run_json, table, write};
use serde_json::json;
use tempfile::{TempDir, tempdir};

const PLACES: [&str; 6] = ["harbour", "mill", "station", "orchard", "library", "bakery"];
const ORTE: [&str; 6] = ["Hafen", "Mühle", "Bahnhof", "Obstgarten", "Bücherei", "Bäckerei"];

const INPUT: [&str; 4] = ["--original", "original", "--translation", "translation"];

/// Pairs in one and in two languages, three that fail, names in each other's way, files without a partner.
fn batch(pairs: usize) -> TempDir {
    let folder = tempdir().expect("a folder");
    for k in 0..pairs {
        let (original, translation) = if k % 3 == 0 { bilingual(k) } else { monolingual(k) };
        pair(folder.path(), &format!("{}/{k:03}", k % 4), &original, &translation);
    }
    for (name, content) in
        [("latin", &b"The caf\xe9 by the mill.\n"[..]), ("empty", b" \n"), ("zeros", b"\0\0")]
    {
        write(folder.path(), &format!("original/{name}.txt"), "The mill by the river.\n");
        write(folder.path(), &format!("translation/{name}.txt"), content);
    }
    for name in ["way", "way.csv/b", "way.csv/c"] {
        pair(folder.path(), name, "The way home.\n", "The way home home.\n");
    }
    for alone in
        ["original/alone.txt", "original/2/alone.txt", "translation/other.txt", "translation/.hidden.txt"]
    {
        write(folder.path(), alone, "Nobody came.\n");
    }
    folder
}

fn pair(folder: &Path, id: &str, original: &str, translation: &str) {
    write(folder, &format!("original/{id}.txt"), original);
    write(folder, &format!("translation/{id}.txt"), translation);
}

fn monolingual(k: usize) -> (String, String) {
    let line = |n: usize, verb: &str| {
        format!("On day {n} the {} {verb} at {} o'clock. ", PLACES[(k + n) % 6], (k * n) % 12 + 1)
    };
    let translation =
        (1..9).map(|n| if n == k % 8 { line(n + 1, "opened opened") } else { line(n, "was open") });
    ((1..9).map(|n| line(n, "opened")).collect(), translation.collect())
}

fn bilingual(k: usize) -> (String, String) {
    let place = |n: usize| (k + n * n) % 6;
    let original = (1..9)
        .map(|n| format!("The {} closes at {n}. We saw the {} twice. ", PLACES[place(n)], PLACES[n % 6]));
    let translation =
        (1..9).map(|n| format!("{} schließt um {n}. Wir sahen {} zweimal. ", ORTE[place(n)], ORTE[n % 6]));
    (original.collect(), translation.collect())
}

/// Runs over the batch, or a shard of it, into `output`.
fn score(folder: &Path, output: &str, further: &[&str]) -> Option<i32> {
    exit_code(folder, &[&["run"], &INPUT[..], &["--quiet", "--output", output], further].concat())
}

/// Runs all shards into `s1`, `s2` …
fn score_shards(folder: &Path, of: usize, further: &[&str]) {
    for number in 1..=of {
        let shard = format!("{number}/{of}");
        let code = score(folder, &format!("s{number}"), &[further, &["--shard", &shard]].concat());
        assert!(matches!(code, Some(0 | 4)), "{shard}: {code:?}");
    }
}

/// Merges `s1`, `s2` … into `merged`, the last one first.
fn merge(folder: &Path, of: usize, further: &[&str]) -> Option<i32> {
    let shards: Vec<String> = (1..=of).rev().map(|number| format!("s{number}")).collect();
    let shards: Vec<&str> = shards.iter().map(String::as_str).collect();
    exit_code(folder, &[&["merge"], &shards[..], &["--output", "merged", "--quiet"], further].concat())
}

/// What `merge` says when it refuses.
fn refused(folder: &Path, shards: &[&str]) -> String {
    let output = run(folder, &[&["merge"], shards, &["--output", "merged"]].concat());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!folder.join("merged/run.json").exists());
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn assert_same(folder: &Path, what: &str) {
    let [whole, merged] = ["whole", "merged"].map(|name| files(&folder.join(name)));
    let names: BTreeSet<&PathBuf> = whole.keys().chain(merged.keys()).collect();
    let others: Vec<_> = names.into_iter().filter(|name| whole.get(*name) != merged.get(*name)).collect();
    assert!(whole.len() > 6 && others.is_empty(), "{what}: {others:?}");
}

#[test]
fn merged_shards_are_the_unsharded_run_whatever_their_number() {
    let folder = batch(24);
    for further in [&["--format", "jsonl,html,xlsx"][..], &["--csv-locale", "de", "--no-bom"], &["--raw"]] {
        assert_eq!(score(folder.path(), "whole", further), Some(4));
        for of in [1, 2, 3, 7] {
            score_shards(folder.path(), of, further);
            assert_eq!(merge(folder.path(), of, &[]), Some(4));
            assert_same(folder.path(), &format!("{further:?}, {of} shards"));
        }
    }
}

#[test]
fn with_a_context_shards_are_the_unsharded_run_too() {
    let folder = batch(12);
    let learn = [&["learn"], &INPUT[..], &["--quiet", "--output", "context.json"]].concat();
    assert_eq!(exit_code(folder.path(), &learn), Some(4));
    let further = ["--context", "context.json", "--fail-on", "critical"];
    assert_eq!(score(folder.path(), "whole", &further), Some(4));
    score_shards(folder.path(), 3, &further);
    assert_eq!(merge(folder.path(), 3, &["--allow-partial"]), Some(0));
    assert_same(folder.path(), "with a context");
}

#[test]
fn shards_of_several_systems_and_of_files_with_both_sides_merge_too() {
    let folder = batch(12);
    let root = folder.path();
    for k in 0..9 {
        let (original, translation) = if k % 2 == 0 { bilingual(k) } else { monolingual(k) };
        let line = |n: usize| format!("{original} {n}\t{translation} {n}\n");
        let table = (0..5).map(line).collect::<String>();
        write(root, &format!("tables/{k}.tsv"), format!("original\ttranslation\n{table}"));
    }
    write(root, "tables.toml", "[input]\nextensions = [\"tsv\"]\n");
    let systems =
        ["--original", "original", "--translation", "one=translation", "--translation", "two=original"];
    for input in [&systems[..], &["tables.toml", "--input", "tables"]] {
        let run = |output: &str, further: &[&str]| {
            let words =
                [&["run"], input, &["--format", "jsonl", "--quiet", "--output", output], further].concat();
            assert!(matches!(exit_code(root, &words), Some(0 | 4)), "{words:?}");
        };
        run("whole", &[]);
        (1..=3).for_each(|number| run(&format!("s{number}"), &["--shard", &format!("{number}/3")]));
        assert!(matches!(merge(root, 3, &[]), Some(0 | 4)));
        assert_same(root, &format!("{input:?}"));
    }
}

#[test]
fn every_shard_is_a_report_and_accounts_for_its_part() {
    let folder = batch(12);
    score_shards(folder.path(), 40, &[]);
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let mut empty = 0;
    for number in 1..=40 {
        let output = folder.path().join(format!("s{number}"));
        let run = run_json(&output);
        assert_eq!(run["shard"], json!(format!("{number}/40")));
        let count = |name: &str| run["counts"][name].as_u64().expect("a count");
        assert_eq!(count("found"), count("scored") + count("quarantined") + count("unpaired"));
        assert_eq!(table(&output.join("summary.csv")).len() as u64, count("scored") + count("quarantined"));
        empty += usize::from(count("found") == 0);
        for name in ["found", "scored", "quarantined", "unpaired"] {
            *sums.entry(name).or_default() += count(name);
        }
    }
    assert_eq!(sums.into_values().collect::<Vec<_>>(), [22, 5, 13, 4]);
    assert!(empty > 0, "a shard without pairs is a report too");
}

#[test]
fn a_batch_without_pairs_has_no_shards() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "original/alone.txt", "Nobody came.\n");
    write(folder.path(), "translation/other.txt", "Nobody came.\n");
    assert_eq!(score(folder.path(), "s1", &["--shard", "1/2"]), Some(3));
}

#[test]
fn the_dry_run_lists_the_pairs_of_a_shard() {
    let folder = batch(12);
    let listed = |further: &[&str]| {
        let output = run(folder.path(), &[&["pairs"], &INPUT[..], further].concat());
        assert_eq!(output.status.code(), Some(0));
        let lines = String::from_utf8(output.stdout).expect("UTF-8");
        let lines = lines.lines().filter(|line| line.contains(" -> ") || line.starts_with("unpaired"));
        lines.map(String::from).collect::<BTreeSet<_>>()
    };
    let shards: Vec<BTreeSet<String>> = ["1/3", "2/3", "3/3"].map(|shard| listed(&["--shard", shard])).into();
    assert_eq!(shards.iter().map(BTreeSet::len).sum::<usize>(), listed(&[]).len());
    assert_eq!(shards.into_iter().flatten().collect::<BTreeSet<_>>(), listed(&[]));
}

#[test]
fn gates_are_those_of_the_whole() {
    let folder = batch(8);
    let gate = ["--fail-under", "similarity=99.9", "--allow-partial"];
    assert_eq!(score(folder.path(), "whole", &gate), Some(1));
    for number in ["1/2", "2/2"] {
        score(folder.path(), &format!("s{}", &number[..1]), &[&gate[..], &["--shard", number]].concat());
    }
    let said = |words: &[&str]| run(folder.path(), words);
    let merged = said(&["merge", "s1", "s2", "--output", "merged", "--allow-partial"]);
    let whole = [&["run"], &INPUT[..], &["--output", "whole"], &gate].concat();
    let whole = said(&whole);
    assert_eq!(merged.status.code(), Some(1));
    let gates = |stderr: &[u8]| {
        let lines = String::from_utf8_lossy(stderr).into_owned();
        lines.lines().filter(|line| line.contains("gate")).map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(gates(&merged.stderr), gates(&whole.stderr));
    let summary = |stdout: &[u8]| String::from_utf8_lossy(stdout).replace("merged", "whole");
    assert_eq!(summary(&merged.stdout), summary(&whole.stdout));
}

#[test]
fn a_shard_that_was_cut_off_and_went_on_merges() {
    let folder = batch(12);
    assert_eq!(score(folder.path(), "whole", &[]), Some(4));
    score_shards(folder.path(), 2, &[]);
    // The journal of a run that was cut off before its first pair: its first line says which run it is.
    let records = fs::read_to_string(folder.path().join("s2/shard.records")).expect("reads");
    assert!(records.lines().count() > 3);
    fs::remove_file(folder.path().join("s2/run.json")).expect("removes");
    assert!(refused(folder.path(), &["s1", "s2"]).contains("run.json is missing"));
    fs::write(folder.path().join("s2/.pairscore-journal"), "torn").expect("writes");
    assert!(refused(folder.path(), &["s1", "s2"]).contains("--resume"));
    assert_eq!(score(folder.path(), "s2", &["--shard", "2/2", "--resume"]), Some(4));
    assert_eq!(merge(folder.path(), 2, &[]), Some(4));
    assert_same(folder.path(), "went on");
}

#[test]
fn a_format_can_be_had_that_the_shards_have_not() {
    let folder = batch(6);
    assert_eq!(score(folder.path(), "whole", &["--format", "html"]), Some(4));
    score_shards(folder.path(), 2, &[]);
    assert_eq!(merge(folder.path(), 2, &["--format", "html"]), Some(4));
    assert_same(folder.path(), "html");
    assert_eq!(merge(folder.path(), 2, &["--format", "jsonl"]), Some(2));
}

#[test]
fn what_are_no_shards_of_one_run_is_refused_with_the_reason() {
    let folder = batch(6);
    let root = folder.path();
    score_shards(root, 3, &[]);
    score(root, "whole", &[]);
    fs::create_dir(root.join("foreign")).expect("makes a folder");
    score(root, "other", &["--shard", "3/3", "--languages", "en:en"]);
    score(root, "of2", &["--shard", "2/2"]);
    assert!(refused(root, &["s1", "s3"]).contains("shards are missing: 2/3"));
    assert!(refused(root, &["s1", "s2", "s2", "s3"]).contains("both shard 2/3"));
    assert!(refused(root, &["s1", "s2", "other"]).contains("other settings"));
    assert!(refused(root, &["s1", "of2"]).contains("shard 2/2"));
    assert!(refused(root, &["whole"]).contains("whole batch"));
    assert!(refused(root, &["s1", "s2", "foreign"]).contains("run.json is missing"));
    let inside = run(root, &["merge", "s1", "s2", "s3", "--output", "s1/merged"]);
    assert!(String::from_utf8_lossy(&inside.stderr).contains("lies inside"));
    assert_eq!(run(root, &["merge", "s1", "s2", "s3", "--output", "original/merged"]).status.code(), Some(2));
    pair(root, "new", "A new text.\n", "A new text.\n");
    score(root, "s3", &["--shard", "3/3"]);
    assert!(refused(root, &["s1", "s2", "s3"]).contains("two batches"));
    score_shards(root, 2, &[]);
    pair(root, "new", "A new new text.\n", "A text.\n");
    score(root, "s3", &["--shard", "3/3"]);
    score_shards(root, 3, &[]);
    pair(root, "new", "A new new text once more.\n", "A text.\n");
    score(root, "s3", &["--shard", "3/3"]);
    assert!(refused(root, &["s1", "s2", "s3"]).contains("changed"), "what was learned is another");
}

#[test]
fn what_has_been_changed_since_is_refused() {
    let folder = batch(6);
    let root = folder.path();
    score_shards(root, 2, &[]);
    let records = fs::read(root.join("s1/shard.records")).expect("reads");
    let torn = &records[..records.len() - 5];
    for (damaged, said) in [(torn, "not as a shard's run wrote it"), (&records[..0], "empty")] {
        write(root, "s1/shard.records", damaged);
        assert!(refused(root, &["s1", "s2"]).contains(said), "{said}");
    }
    let lines: Vec<&[u8]> = records.split_inclusive(|b| *b == b'\n').collect();
    write(root, "s1/shard.records", lines[..lines.len() - 1].concat());
    assert!(refused(root, &["s1", "s2"]).contains("of 16 pairs and files"));
    write(root, "s1/shard.records", &records);
    let table = files(&root.join("s2/pairs")).into_keys().next().expect("a table");
    // What has been merged may be the same file.
    fs::remove_dir_all(root.join("merged")).expect("removes");
    write(&root.join("s2/pairs"), &table.display().to_string(), "changed");
    assert!(refused(root, &["s1", "s2"]).contains("not the table"));
}

#[test]
fn shards_without_an_output_have_folders_of_their_own() {
    let folder = batch(6);
    for shard in ["1/2", "2/2"] {
        let words = [&["run"], &INPUT[..], &["--quiet", "--allow-partial", "--shard", shard]].concat();
        assert_eq!(exit_code(folder.path(), &words), Some(0));
    }
    let folders = ["reports/default-1-of-2", "reports/default-2-of-2"];
    assert!(folders.iter().all(|name| folder.path().join(name).join("run.json").is_file()));
}

/// Runs a job file in `folder`.
#[cfg(unix)]
fn job(folder: &Path, name: &str, words: &[&str], variables: &[(&str, &str)]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/jobs").join(name);
    let mut command = std::process::Command::new("sh");
    command.current_dir(folder).arg(script).args(words).envs(variables.iter().copied());
    let output = command.env("PAIRSCORE", env!("CARGO_BIN_EXE_pairscore")).output().expect("sh starts");
    assert!(matches!(output.status.code(), Some(0 | 4)), "{name} {words:?}: {output:?}");
}

#[cfg(unix)]
#[test]
fn job_files_score_a_batch_in_shards() {
    let folder = batch(12);
    let root = folder.path();
    assert_eq!(score(root, "whole", &[]), Some(4));
    job(root, "parallel.sh", &[&["3", "merged"], &INPUT[..]].concat(), &[("JOBS", "2")]);
    assert_same(root, "parallel.sh");
    // Started again, it does nothing a second time.
    let written = |shard: &str| {
        let file =
            fs::metadata(root.join("merged.shards").join(shard).join("summary.csv")).expect("is there");
        file.modified().expect("has a time")
    };
    let before = ["1", "2", "3"].map(written);
    fs::remove_dir_all(root.join("merged.shards/2")).expect("removes");
    job(root, "parallel.sh", &[&["3", "merged"], &INPUT[..]].concat(), &[("JOBS", "2")]);
    let is_new: Vec<bool> = ["1", "2", "3"].map(written).iter().zip(&before).map(|(a, b)| a != b).collect();
    assert_eq!(is_new, [false, true, false]);
    assert_same(root, "parallel.sh started again");
    fs::remove_dir_all(root.join("merged")).expect("removes");
    fs::remove_dir_all(root.join("merged.shards")).expect("removes");
    job(root, "slurm.sh", &[&["learn", "2", "merged"], &INPUT[..]].concat(), &[]);
    for task in ["1", "2"] {
        let words = [&["score", "2", "merged"], &INPUT[..]].concat();
        job(root, "slurm.sh", &words, &[("SLURM_ARRAY_TASK_ID", task), ("SLURM_CPUS_PER_TASK", "2")]);
    }
    job(root, "slurm.sh", &[&["merge", "2", "merged"], &INPUT[..]].concat(), &[]);
    assert_same(root, "slurm.sh");
}
