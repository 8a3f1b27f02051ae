//! A context learned from parts: that which `learn` learns from the whole, however it was divided.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{exit_code, filter, run, write};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

const PLACES: [&str; 6] = ["harbour", "mill", "station", "orchard", "library", "bakery"];
const ORTE: [&str; 6] = ["Hafen", "Mühle", "Bahnhof", "Obstgarten", "Bücherei", "Bäckerei"];

const INPUT: [&str; 4] = ["--original", "original", "--translation", "translation"];

/// A pair of two languages, or of one.
fn texts(k: usize, is_bilingual: bool) -> [String; 2] {
    let text = |places: [&str; 6], end: &str| -> String {
        let line = |n: usize| {
            let (first, second) = (places[(k + n * n) % 6], places[n % 6]);
            format!("Nora Nora {k} {n}: {first} {second}. {end} {n}. ")
        };
        (1..9).map(line).collect()
    };
    let original = text(PLACES, "This is the end of line");
    let translation = if is_bilingual { text(ORTE, "Das ist das Ende der Zeile") } else { original.clone() };
    [original, translation]
}

fn batch(pairs: usize, is_bilingual: impl Fn(usize) -> bool) -> TempDir {
    let folder = tempdir().expect("a folder");
    for k in 0..pairs {
        let [original, translation] = texts(k, is_bilingual(k));
        write(folder.path(), &format!("original/{k:03}.txt"), original);
        write(folder.path(), &format!("translation/{k:03}.txt"), translation);
    }
    folder
}

fn learn(folder: &Path, output: &str, further: &[&str]) -> Option<i32> {
    exit_code(folder, &[&["learn"], further, &["--quiet", "--output", output]].concat())
}

/// The context that parts give, the last one first.
fn merged(folder: &Path, parts: &[String]) -> String {
    let words: Vec<&str> = ["--merge"].into_iter().chain(parts.iter().rev().map(String::as_str)).collect();
    assert!(matches!(learn(folder, "merged.json", &words), Some(0 | 4)));
    fs::read_to_string(folder.join("merged.json")).expect("reads")
}

#[test]
fn shards_teach_what_the_batch_teaches() {
    for (batch, what) in [(batch(20, |_| false), "one language"), (batch(20, |k| k % 3 > 0), "two languages")]
    {
        let root = batch.path();
        write(root, "translation/003.txt", b"caf\xe9\n");
        assert_eq!(learn(root, "whole.json", &INPUT), Some(4));
        let whole = fs::read_to_string(root.join("whole.json")).expect("reads");
        assert_eq!(whole.contains("\"en:de\":{\""), what == "two languages", "{what}");
        for of in [1, 2, 7, 30] {
            let parts: Vec<String> = (1..=of).map(|number| format!("part{number}.json")).collect();
            for (number, part) in (1..).zip(&parts) {
                let shard = format!("{number}/{of}");
                let code = learn(root, part, &[&INPUT[..], &["--shard", &shard]].concat());
                assert!(matches!(code, Some(0 | 4)), "{code:?}");
            }
            assert!(merged(root, &parts) == whole, "{what}, {of} parts");
        }
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let folder = batch(6, |_| false);
    let root = folder.path();
    for (shard, part) in [("1/2", "a"), ("2/2", "b"), ("2/3", "c")] {
        assert_eq!(learn(root, part, &[&INPUT[..], &["--shard", shard]].concat()), Some(0));
    }
    write(root, "other.toml", "[normalise]\nquotes = false\n");
    fs::remove_file(root.join("original/005.txt")).expect("removes");
    assert_eq!(learn(root, "d", &[&INPUT[..], &["--shard", "2/2"]].concat()), Some(0));
    let refused = |words: &[&str]| {
        let output = run(root, &[&["learn"], words, &["--output", "context.json"]].concat());
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused(&["--merge", "a"]).contains("the part 2/2 is missing"));
    assert!(refused(&["--merge", "a", "b", "a"]).contains("twice"));
    assert!(refused(&["--merge", "a", "c"]).contains("not of one batch"));
    assert!(refused(&["--merge", "a", "d"]).contains("not of one batch"));
    assert!(refused(&["other.toml", "--merge", "a", "b"]).contains("another pipeline"));
    assert!(refused(&["--merge", "original/000.txt"]).contains("no part"));
    assert!(!root.join("context.json").exists());
}

/// Lines of a stream, some of them bad.
fn lines() -> Vec<String> {
    let line = |k: usize| {
        let [original, translation] = texts(k, k.is_multiple_of(2));
        json!({"pair": format!("p{k}"), "original": original, "translation": translation}).to_string()
    };
    let bad = ["no JSON", "{\"pair\":\"x\"}", ""].map(String::from);
    (0..60).map(line).chain(bad).collect()
}

fn stream(lines: &[String], every: &str) -> Vec<u8> {
    let output =
        filter(&["learn", "--stream", "--every", every, "--output", "-"], lines.join("\n").as_bytes());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1, "a part is a line");
    output.stdout
}

#[test]
fn a_stream_teaches_the_same_however_its_lines_are_divided() {
    let folder = tempdir().expect("a folder");
    let mut lines = lines();
    for every in ["1", "3"] {
        write(folder.path(), "all", stream(&lines, every));
        let whole = merged(folder.path(), &["all".to_string()]);
        assert!(whole.contains("\"en:de\":{\""), "no lexicon");
        lines.reverse();
        for size in [1, 7, 40] {
            let parts: Vec<Vec<u8>> = lines.chunks(size).map(|lines| stream(lines, every)).collect();
            // Parts may be files of their own, or stand in one.
            let (first, others) = parts.split_first().expect("a part");
            write(folder.path(), "first", first);
            write(folder.path(), "others", others.concat());
            assert!(merged(folder.path(), &["first".into(), "others".into()]) == whole, "{every}, {size}");
        }
    }
}

#[test]
fn a_sample_of_a_stream_teaches_what_a_batch_of_it_teaches() {
    let folder = batch(40, |k| k.is_multiple_of(2));
    let root = folder.path();
    assert_eq!(learn(root, "whole.json", &INPUT), Some(0));
    let line = |k: usize| {
        let [original, translation] = texts(k, k.is_multiple_of(2));
        json!({"pair": format!("{k:03}"), "original": original, "translation": translation}).to_string()
    };
    write(root, "all", stream(&(0..40).map(line).collect::<Vec<_>>(), "1"));
    assert!(
        merged(root, &["all".to_string()]) == fs::read_to_string(root.join("whole.json")).expect("reads")
    );
}

#[test]
fn one_in_so_many_is_taken_by_the_id_alone() {
    let ids: Vec<String> =
        (0..2000).map(|k| json!({"pair": k, "original": "A.", "translation": "B."}).to_string()).collect();
    let part: Value = serde_json::from_slice(&stream(&ids, "10")).expect("JSON");
    let taken = part["read"].as_u64().expect("a count");
    assert!((150..250).contains(&taken), "{taken} of 2000");
    // Lines without ids are told apart by what they say.
    let lines: Vec<String> =
        (0..2000).map(|k| json!({"original": format!("A {k}."), "translation": "B."}).to_string()).collect();
    let part: Value = serde_json::from_slice(&stream(&lines, "10")).expect("JSON");
    let looked_at = part["read"].as_u64().expect("a count") + part["unread"].as_u64().expect("a count");
    assert!((150..250).contains(&looked_at), "{looked_at} of 2000");
}
