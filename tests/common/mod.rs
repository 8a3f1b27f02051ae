//! What several test files share: the program, trees of files, tables.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A row of a table by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// The program, to be run in `folder` with these words.
pub fn pairscore(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    command.current_dir(folder).args(words);
    command
}

/// Runs the program to its end.
pub fn run(folder: &Path, words: &[&str]) -> Output {
    pairscore(folder, words).output().expect("the program starts")
}

/// Runs the program to its end and gives its exit code.
pub fn exit_code(folder: &Path, words: &[&str]) -> Option<i32> {
    run(folder, words).status.code()
}

/// Runs the program with `input` on its standard input.
pub fn filter(words: &[&str], input: &[u8]) -> Output {
    let mut command = pairscore(Path::new("."), words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    drop(writer.join());
    output
}

/// Writes a file and the folders above it.
pub fn write(root: &Path, relative: &str, content: impl AsRef<[u8]>) {
    let path = root.join(relative);
    fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
    fs::write(path, content).expect("writes");
}

/// Every file below a folder, by its relative path.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|e| e.expect("an entry"));
    let relative = |path: &Path| path.strip_prefix(root).expect("inside").to_path_buf();
    let files = entries.filter(|e| e.file_type().is_file());
    files.map(|e| (relative(e.path()), fs::read(e.path()).expect("reads"))).collect()
}

/// Header and rows of a CSV file, its byte order mark aside.
pub fn records(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).expect("the table is there");
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|r| r.expect("a row").iter().map(String::from).collect()).collect()
}

/// The rows of a CSV file.
pub fn table(path: &Path) -> Vec<Row> {
    let mut records = records(path).into_iter();
    let header = records.next().expect("a header");
    records.map(|row| header.iter().cloned().zip(row).collect()).collect()
}

/// A run's run.json.
pub fn run_json(output: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(output.join("run.json")).expect("run.json is there")).expect("JSON")
}

/// Checks the promises of every run: found = scored + quarantined + unpaired, each quarantine row says all it should, and
/// every file below `inputs` is in a row. Paths stand in tables as they were walked, relative to `folder`.
pub fn check_accounts(folder: &Path, inputs: &[&str], output: &str) {
    let out = folder.join(output);
    let counts = &run_json(&out)["counts"];
    let count = |name: &str| counts[name].as_u64().expect("a count") as usize;
    assert_eq!(count("found"), count("scored") + count("quarantined") + count("unpaired"));
    let (summary, quarantine) = (table(&out.join("summary.csv")), table(&out.join("quarantine.csv")));
    assert_eq!(summary.len(), count("scored") + count("quarantined"));
    assert_eq!(quarantine.len(), count("quarantined") + count("unpaired"));
    for row in &quarantine {
        assert!(["stage", "reason", "path", "hint"].iter().all(|c| !row[*c].is_empty()), "{row:?}");
        let has_place = ["undecodable", "binary", "utf-16", "utf-32", "line-too-long"];
        assert_eq!(has_place.contains(&row["reason"].as_str()), !row["byte_offset"].is_empty(), "{row:?}");
    }
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let sides = summary.iter().flat_map(|row| [&row["original_path"], &row["translation_path"]]);
    let aside = quarantine.iter().filter(|row| row["stage"] == "pairing").map(|row| &row["path"]);
    sides.chain(aside).for_each(|path| *rows.entry(path.clone()).or_default() += 1);
    for entry in inputs.iter().flat_map(|input| walkdir::WalkDir::new(folder.join(input)).min_depth(1)) {
        let Ok(entry) = entry else { continue };
        let path = entry.path().strip_prefix(folder).expect("inside");
        let said =
            |path: &Path| rows.get(&pairscore::dialect::Dialect::text(TABLE, &path.display().to_string()));
        let hidden =
            path.ancestors().find(|p| p.file_name().is_some_and(|n| n.as_encoded_bytes()[0] == b'.'));
        if !entry.file_type().is_dir() {
            assert_eq!(said(hidden.unwrap_or(path)), Some(&1), "{}", path.display());
        }
    }
}

/// The dialect in which texts stand in tables by default.
const TABLE: pairscore::dialect::Dialect =
    pairscore::dialect::Dialect { bom: true, decimal_comma: false, raw: false };
