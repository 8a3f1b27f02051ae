//! The sample batch against the list of what is planted in it, and against the committed report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Planted {
    pair: String,
    check: String,
    severity: String,
    side: String,
    excerpt: String,
}

#[derive(Deserialize)]
struct Found {
    pair: String,
    check: String,
    severity: String,
    side: String,
    excerpt: String,
    message: String,
}

fn rank(severity: &str) -> usize {
    ["minor", "major", "critical"].iter().position(|s| *s == severity).expect("a severity")
}

fn table<T: for<'de> Deserialize<'de>>(path: &Path) -> Vec<T> {
    let bytes = fs::read(path).expect("the table is there");
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.expect("a row")).collect()
}

fn run_sample(output: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_pairscore"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "pipelines/sample.toml", "--quiet", "--output"])
        .arg(output)
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(0));
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|e| e.expect("an entry"));
    let files = entries.filter(|e| e.file_type().is_file());
    files
        .map(|e| {
            (e.path().strip_prefix(root).expect("inside").to_path_buf(), fs::read(e.path()).expect("reads"))
        })
        .collect()
}

/// The planted text, or the part of it that the finding names.
fn names(found: &Found, planted: &Planted) -> bool {
    let same_place = found.excerpt.contains(&planted.excerpt) || planted.excerpt.contains(&found.excerpt);
    same_place && found.side == planted.side && found.pair == planted.pair && found.check == planted.check
}

#[test]
fn every_planted_fault_is_found_and_good_texts_have_no_grave_finding() {
    let output = tempfile::tempdir().expect("a folder");
    run_sample(output.path());
    let planted: Vec<Planted> =
        table(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample/planted.csv")));
    let found: Vec<Found> = table(&output.path().join("findings.csv"));
    assert!(planted.len() > 60 && found.len() > 60);
    let mut wrong = Vec::new();
    for fault in &planted {
        if fault.check == "none" {
            let grave = found.iter().filter(|f| f.pair == fault.pair && f.severity != "minor");
            wrong.extend(
                grave.map(|f| {
                    format!("false alarm in {}: {} {:?}: {}", f.pair, f.check, f.excerpt, f.message)
                }),
            );
        } else if !found.iter().any(|f| names(f, fault) && rank(&f.severity) >= rank(&fault.severity)) {
            wrong.push(format!("not found in {}: {} {:?}", fault.pair, fault.check, fault.excerpt));
        }
    }
    for f in found.iter().filter(|f| f.severity != "minor") {
        if !planted.iter().any(|p| p.pair == f.pair && p.check == f.check) {
            wrong.push(format!("not planted in {}: {} {:?}: {}", f.pair, f.check, f.excerpt, f.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_committed_report_is_what_the_program_writes() {
    let output = tempfile::tempdir().expect("a folder");
    run_sample(output.path());
    let (written, committed) =
        (files(output.path()), files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/sample"))));
    assert!(written.keys().eq(committed.keys()), "other files than in reports/sample");
    for (path, bytes) in &written {
        assert!(
            bytes == &committed[path],
            "{} differs: renew it with cargo run --release -- run pipelines/sample.toml",
            path.display()
        );
    }
}
