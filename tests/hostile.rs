//! Texts that break readers: each is scored or set aside for its true reason, and no report is broken by it.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use calamine::{Reader, Xlsx};
use common::{check_accounts, exit_code, filter, run, table, write};
use tempfile::{TempDir, tempdir};

const GOOD: &str = "The ferry left the harbour at noon.\n\nNobody on the pier waved.\n";

/// What must become of a text: its score, or a reason and the first bad byte.
type Fate = Option<(&'static str, Option<usize>)>;

const SCORED: Fate = None;

#[allow(clippy::unnecessary_wraps, reason = "stands in a table of fates")]
fn no(reason: &'static str, at: usize) -> Fate {
    Some((reason, Some(at)))
}

const EMPTY: Fate = Some(("empty", None));

fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// Texts by the name of their file.
fn texts() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let with = |middle: &str| format!("The ferry left {middle} at noon.\n\nNobody waved.\n").into_bytes();
    let spoilt = |bad: &[u8]| [b"The ferry ", bad, b" left.\n"].concat();
    vec![
        ("mark", [b"\xef\xbb\xbf", GOOD.as_bytes()].concat(), SCORED),
        ("mark-twice", ["\u{feff}\u{feff}", GOOD].concat().into_bytes(), SCORED),
        ("mark-inside", with("the\u{feff}harbour"), SCORED),
        ("mark-only", b"\xef\xbb\xbf".to_vec(), EMPTY),
        ("nothing", Vec::new(), EMPTY),
        ("white", b" \t\r\n\x0b\x0c\xe2\x80\xa8\xc2\xa0 \n".to_vec(), EMPTY),
        ("utf-16le", utf_16(&["\u{feff}", GOOD].concat(), u16::to_le_bytes), SCORED),
        ("utf-16be", utf_16(&["\u{feff}", GOOD].concat(), u16::to_be_bytes), SCORED),
        ("utf-16le-bare", utf_16(GOOD, u16::to_le_bytes), no("utf-16", 0)),
        ("utf-16be-bare", utf_16(GOOD, u16::to_be_bytes), no("utf-16", 0)),
        ("utf-16-cut", b"\xff\xfea\0b\0c".to_vec(), no("undecodable", 6)),
        ("utf-16-alone", b"\xff\xfea\0\x3d\xd8b\0".to_vec(), no("undecodable", 4)),
        ("utf-32", b"\xff\xfe\0\0a\0\0\0".to_vec(), no("utf-32", 0)),
        ("utf-32-bare", GOOD.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(), no("utf-32", 0)),
        ("latin", spoilt(b"caf\xe9"), no("undecodable", 13)),
        ("surrogate", spoilt(b"\xed\xa0\x80"), no("undecodable", 10)),
        ("overlong", spoilt(b"\xc0\xaf"), no("undecodable", 10)),
        ("six-bytes", spoilt(b"\xfc\x84\x80\x80\x80\x80"), no("undecodable", 10)),
        ("cut", b"The ferry \xf0\x9f\x98".to_vec(), no("undecodable", 10)),
        ("iso-2022-jp", b"\x1b$B$3$s$K$A$O\x1b(B\n".to_vec(), no("undecodable", 0)),
        ("nul", spoilt(b"\0"), no("binary", 10)),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), no("binary", 0)),
        ("archive", b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml".to_vec(), no("binary", 0)),
        ("program", b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec(), no("binary", 0)),
        ("database", b"SQLite format 3\0\x10\0".to_vec(), no("binary", 0)),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), no("binary", 0)),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), no("binary", 0)),
        ("one-line", "word ".repeat(60_000).into_bytes(), no("line-too-long", 0)),
        ("many-lines", "word\n\n".repeat(3_000).into_bytes(), Some(("too-many-sentences", None))),
        ("control", with("\u{1}\u{7}\u{1b}[31m\u{7f}\u{80}\u{9b}"), SCORED),
        ("no-characters", with("\u{fffe}\u{ffff}\u{fdd0}\u{fdef}\u{1fffe}\u{10ffff}"), SCORED),
        ("private", with("\u{e000}\u{f8ff}\u{100000}\u{378}\u{e0001}"), SCORED),
        ("turned", with("\u{202e}left\u{202d}\u{2066}\u{2067}\u{200f}\u{61c}"), SCORED),
        ("marks", with(&format!("a{}", "\u{301}".repeat(10_000))), SCORED),
        ("joiners", with(&"👨\u{200d}".repeat(2_000)), SCORED),
        (
            "ends",
            b"The ferry left.\rNobody waved.\x0cA page.\xe2\x80\xa8A line.\xc2\x85Next.\x0bEnd.".to_vec(),
            SCORED,
        ),
        ("same", GOOD.into(), SCORED),
    ]
}

/// Limits that are reached without long texts.
const LIMITS: &str = "[limits]\nfile_mib = 1\nline_kib = 256\nsentences = 2000\n";

/// Every text as a translation of [`GOOD`].
fn batch() -> TempDir {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    write(root, "limits.toml", LIMITS);
    for (name, text, _) in texts() {
        write(root, &format!("original/{name}.txt"), GOOD);
        write(root, &format!("translation/{name}.txt"), text);
    }
    write(root, "original/large.txt", GOOD);
    fs::File::create(root.join("translation/large.txt"))
        .expect("creates")
        .set_len(500 << 20)
        .expect("a sparse file");
    folder
}

fn score(root: &Path) {
    let words = ["run", "limits.toml", "--original", "original", "--translation", "translation", "-q"];
    let further = ["--output", "out", "--format", "csv,jsonl,xlsx,html", "--allow-partial"];
    let output = run(root, &[&words[..], &further].concat());
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !errors.contains("panicked"), "{errors}");
}

#[test]
fn every_text_is_scored_or_set_aside_for_its_true_reason() {
    let folder = batch();
    score(folder.path());
    check_accounts(folder.path(), &["original", "translation"], "out");
    let aside = table(&folder.path().join("out/quarantine.csv"));
    let expected = texts().into_iter().map(|(name, _, fate)| (name, fate));
    for (name, fate) in expected.chain([("large", Some(("too-large", None)))]) {
        let row = aside.iter().find(|row| row["pair"] == name);
        let found = row.map(|row| (row["reason"].as_str(), row["byte_offset"].parse().ok()));
        assert_eq!(found, fate, "{name}");
    }
    let hint = |name: &str| aside.iter().find(|row| row["pair"] == name).map(|row| row["hint"].clone());
    assert!(hint("utf-16le-bare").is_some_and(|hint| hint.contains("declare utf-16le")));
    assert!(hint("cut").is_some_and(|hint| hint.contains("cut off")));
}

#[test]
fn no_text_breaks_a_report() {
    let folder = batch();
    score(folder.path());
    let out = folder.path().join("out");
    let cells =
        common::files(&out).into_iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "csv"));
    for (path, bytes) in cells {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let rows = text.strip_prefix('\u{feff}').expect("a mark").replace("\r\n", "");
        let broken = rows.chars().find(|c| c.is_control() && !('\u{80}'..='\u{9f}').contains(c));
        assert_eq!(broken, None, "{}", path.display());
    }
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    let steers = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(
        page.chars().find(|c| steers(*c)
            || u32::from(*c) & 0xfffe == 0xfffe
            || ('\u{fdd0}'..='\u{fdef}').contains(c)),
        None
    );
    assert!(
        ["U+FDD0", "U+FDEF", "U+1FFFE", "RLO", "LRI", "ALM"]
            .iter()
            .all(|label| page.contains(&format!(">{label}<")))
    );
    let mut book: Xlsx<_> = calamine::open_workbook(out.join("report.xlsx")).expect("a workbook");
    let segments = book.worksheet_range("Segments").expect("a sheet");
    let cells: String = segments.rows().flatten().map(ToString::to_string).collect();
    // XML has no place for these, and a reader would refuse the whole workbook.
    assert!(!cells.contains(['\0', '\u{1}', '\u{1b}', '\u{fffe}', '\u{ffff}']) && cells.contains("␁␇␛[31m␡"));
}

#[test]
fn no_text_breaks_a_command_or_steers_the_terminal() {
    let folder = batch();
    for (name, _, fate) in texts() {
        let file = format!("translation/{name}.txt");
        for words in [&["pair", "original/same.txt", &file][..], &["align", "original/same.txt", &file]] {
            let output = run(folder.path(), words);
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).expect("UTF-8");
            let refused = fate.is_some() && !["one-line", "many-lines"].contains(&name);
            assert_eq!(output.status.code(), Some(if refused { 2 } else { 0 }), "{words:?}: {said}");
            assert!(!said.contains("panicked"), "{words:?}: {said}");
            if words[0] == "pair" {
                let steering = |c: &char| {
                    c.is_control() && *c != '\n'
                        || matches!(c, '\u{200f}' | '\u{202d}' | '\u{202e}' | '\u{61c}' | '\u{2066}')
                };
                assert_eq!(said.chars().find(steering), None, "{name}");
            }
        }
        let output = run(folder.path(), &["metrics", "-r", "original/same.txt", &file]);
        assert!(
            !String::from_utf8_lossy(&output.stderr).contains("panicked") && output.status.code().is_some(),
            "{name}"
        );
    }
}

#[test]
fn every_text_in_a_stream_is_answered() {
    let lines: Vec<String> = texts()
        .iter()
        .map(|(name, text, _)| {
            let text = String::from_utf8_lossy(text);
            serde_json::json!({"pair": name, "original": GOOD, "translation": text}).to_string()
        })
        .collect();
    let output = filter(&["stream"], lines.join("\n").as_bytes());
    let answers: Vec<serde_json::Value> = output
        .stdout
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|line| serde_json::from_slice(line).expect("an object"))
        .collect();
    let names: Vec<_> = answers.iter().map(|a| a["pair"].as_str().expect("an id")).collect();
    assert_eq!(names, texts().iter().map(|(name, _, _)| *name).collect::<Vec<_>>());
    assert!(answers.iter().all(|a| a["error"]["reason"] != "internal-error"));
}

#[test]
fn a_declared_encoding_is_used_strictly_and_a_mark_comes_first() {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    write(root, "mine.toml", "[input]\nencoding = \"windows-1252\"\n");
    for (name, text) in [
        ("good", &b"The caf\xe9 \x96 closed.\n"[..]),
        ("hole", b"The caf\x81 closed.\n"),
        ("mark", b"\xef\xbb\xbfThe caf\xc3\xa9 closed.\n"),
    ] {
        write(root, &format!("original/{name}.txt"), text);
        write(root, &format!("translation/{name}.txt"), text);
    }
    let words =
        ["run", "mine.toml", "--original", "original", "--translation", "translation", "-q", "-o", "out"];
    assert_eq!(exit_code(root, &words), Some(4));
    let aside = table(&root.join("out/quarantine.csv"));
    assert_eq!((aside.len(), aside[0]["pair"].as_str(), aside[0]["byte_offset"].as_str()), (1, "hole", "7"));
    assert_eq!(table(&root.join("out/pairs/good.csv"))[0]["original"], "The café – closed.");
    assert_eq!(table(&root.join("out/pairs/mark.csv"))[0]["original"], "The café closed.");
}

/// String literals of a source, its tests aside, each with what stands before and after it.
fn literals(source: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let quotes: Vec<usize> = source.match_indices('"').map(|(at, _)| at).collect();
    let pairs: Vec<_> = quotes.windows(2).map(|two| (two[0], two[1])).collect();
    pairs
        .into_iter()
        .map(move |(from, to)| (source[..from].trim_end(), &source[from + 1..to], &source[to + 1..]))
}

#[test]
fn every_reason_that_a_file_can_be_set_aside_for_is_explained_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("reads");
    let (_, section) = readme.split_once("## What can go wrong with a file").expect("the section");
    let section = section.split_once("\n## ").expect("it ends").0;
    let mut reasons = std::collections::BTreeSet::new();
    for room in ["src/input", "src/batch", "src/pipeline", "src/cli"] {
        for (path, bytes) in common::files(&root.join(room)) {
            let source = String::from_utf8_lossy(&bytes).into_owned();
            let is_code = |text: &str| {
                !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            let found = literals(&source).filter(|(before, text, after)| {
                let constructs = before.ends_with("reason:")
                    || before.ends_with("Some((")
                    || before.ends_with("Err((")
                    || before.ends_with("refuse(")
                    || before.ends_with("=> (")
                    || before.lines().last().is_some_and(|l| {
                        l.contains("Unpaired::new(") || l.contains("refused(") && l.contains(',')
                    });
                path.extension().is_some_and(|e| e == "rs")
                    && is_code(text)
                    && constructs
                    && after.starts_with(',')
            });
            reasons.extend(found.map(|(_, text, _)| text.to_string()));
        }
    }
    assert!(reasons.len() > 18, "{reasons:?}");
    let unexplained: Vec<_> =
        reasons.iter().filter(|reason| !section.contains(&format!("`{reason}`"))).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}
