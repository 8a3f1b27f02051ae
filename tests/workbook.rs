//! report.xlsx as a spreadsheet reads it: every cell as the tables hold it, numbers as numbers, texts as texts.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};
use common::{exit_code, files, records, run_json, table, write};
use tempfile::{TempDir, tempdir};

type Book = Xlsx<Cursor<Vec<u8>>>;

const SHEETS: [&str; 6] = ["Summary", "Segments", "Findings", "Quarantine", "Columns", "Charts"];

const ORIGINAL: &str =
    "The miller counted seven sacks.\n\nHis dog slept by the door.\n\nRain fell until the evening.\n";

/// Sentences that a spreadsheet could take for something else.
const FORMULAS: &str = "=1+1 is what the ledger says.\n\n+1 more sack came at noon.\n\n-1 was written beside it.\n\n\
    @SUM(A1) stood on the bill.\n\n'tis a _x0041_ note.\n";

/// Runs over pairs of all kinds, writing report.xlsx too: `0007` has formulas, `bad/worse` lacks a sentence and
/// repeats another, `1-2` is flawless, `empty` cannot be scored, `hebrew` differs in language.
fn finished(further: &[&str]) -> TempDir {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    let worse = "The miller counted seven sacks sacks sacks.\n\nRain fell until the evening.\n";
    let hebrew = "הטוחן ספר שבעה שקים.\n\nהכלב שלו ישן ליד הדלת.\n\nגשם ירד עד הערב.\n";
    for (pair, original, translation) in [
        ("0007", FORMULAS, FORMULAS),
        ("1-2", ORIGINAL, ORIGINAL),
        ("bad/worse", ORIGINAL, worse),
        ("empty", ORIGINAL, " \n"),
        ("hebrew", ORIGINAL, hebrew),
    ] {
        write(root, &format!("original/{pair}.txt"), original);
        write(root, &format!("translation/{pair}.txt"), translation);
    }
    write(root, "original/alone.txt", ORIGINAL);
    run(root, further);
    folder
}

fn run(root: &Path, further: &[&str]) {
    let words =
        ["run", "--original", "original", "--translation", "translation", "--quiet", "--output", "out"];
    let words = [&words[..], &["--allow-partial", "--format", "csv,xlsx"], further].concat();
    assert_eq!(exit_code(root, &words), Some(0));
}

fn open(root: &Path) -> Book {
    Xlsx::new(Cursor::new(fs::read(root.join("out/report.xlsx")).expect("reads"))).expect("a workbook")
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).expect("a sheet")
}

fn texts(row: &[Data]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

/// The tables that the sheets are made of, in the order of the sheets' rows.
fn tables(out: &Path) -> [(&'static str, &'static str, Vec<Vec<String>>); 5] {
    let read = |file: &str| records(&out.join(file));
    let summary = read("summary.csv");
    let scored = summary.iter().skip(1).filter(|row| row[1] == "scored");
    let mut segments: Vec<Vec<String>> = Vec::new();
    for pair in scored {
        let rows = read(&format!("pairs/{}.csv", pair[0]));
        segments.extend(rows.into_iter().skip(usize::from(!segments.is_empty())));
    }
    [
        ("Summary", "summary.csv", summary),
        ("Segments", "pairs/<pair>.csv", segments),
        ("Findings", "findings.csv", read("findings.csv")),
        ("Quarantine", "quarantine.csv", read("quarantine.csv")),
        ("Columns", "columns.csv", read("columns.csv")),
    ]
}

#[test]
fn every_cell_is_that_of_the_tables_numbers_as_numbers_and_texts_unguarded() {
    let folder = finished(&[]);
    let out = folder.path().join("out");
    let kinds = table(&out.join("columns.csv"));
    let mut book = open(folder.path());
    assert_eq!(book.sheet_names(), SHEETS);
    for (name, file, mut rows) in tables(&out) {
        let found = sheet(&mut book, name);
        if name == "Summary" {
            let order: Vec<String> = found.rows().skip(1).map(|row| row[0].to_string()).collect();
            rows[1..].sort_by_key(|row| order.iter().position(|pair| *pair == row[0]));
        }
        assert_eq!(found.height(), rows.len(), "{name}");
        assert_eq!(texts(&found[0]), rows[0], "{name}");
        let types: Vec<&str> =
            kinds.iter().filter(|c| c["file"] == file).map(|c| c["type"].as_str()).collect();
        for (cells, expected) in found.rows().zip(&rows).skip(1) {
            for ((cell, expected), kind) in cells.iter().zip(expected).zip(&types) {
                same(cell, expected, kind);
            }
        }
    }
}

fn same(cell: &Data, expected: &str, kind: &str) {
    match cell {
        Data::Empty => assert_eq!(expected, ""),
        Data::Float(number) => {
            assert_eq!((kind != "text", *number), (true, expected.parse().expect("a number")));
        }
        Data::Int(number) => assert_eq!((kind, number.to_string().as_str()), ("integer", expected)),
        Data::String(text) => {
            let guarded = expected.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
            assert_eq!((kind, text.as_str()), ("text", guarded.unwrap_or(expected)));
        }
        other => unreachable!("{other:?} for {expected}"),
    }
}

#[test]
fn no_cell_is_a_formula() {
    let folder = finished(&[]);
    let mut book = open(folder.path());
    let segments = sheet(&mut book, "Segments");
    let originals: Vec<String> = segments.rows().skip(1).map(|row| row[11].to_string()).collect();
    for formula in ["=1+1 is what", "+1 more", "-1 was", "@SUM(A1) stood", "'tis a _x0041_ note."] {
        assert!(originals.iter().any(|text| text.starts_with(formula)), "{formula}: {originals:?}");
    }
    for name in SHEETS {
        assert!(book.worksheet_formula(name).expect("a sheet").is_empty(), "{name}");
    }
}

#[test]
fn the_summary_begins_with_the_worst_pair_and_ends_with_what_could_not_be_scored() {
    let folder = finished(&[]);
    let summary = sheet(&mut open(folder.path()), "Summary");
    let pairs: Vec<String> = summary.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert_eq!((pairs[0].as_str(), pairs[4].as_str()), ("bad/worse", "empty"), "{pairs:?}");
}

#[test]
fn links_lead_to_the_rows_of_their_segments() {
    let folder = finished(&[]);
    let mut book = open(folder.path());
    let segments = sheet(&mut book, "Segments");
    let mut links = |name: &str| -> Vec<(String, String, String)> {
        let rows = sheet(&mut book, name);
        let links = book.hyperlinks_by_sheet_name(name).expect("links");
        let leads = links.iter().map(|link| {
            let (row, column) = link.range.start;
            let target =
                link.location.as_deref().and_then(|l| l.strip_prefix("'Segments'!A")).expect("a place");
            let target = target.parse::<usize>().expect("a row") - 1;
            let cell = |row: usize, column: usize| rows[(row, column)].to_string();
            assert_eq!(segments[(target, 0)].to_string(), cell(row as usize, 0), "{name}");
            (cell(row as usize, 0), cell(row as usize, column as usize), segments[(target, 1)].to_string())
        });
        leads.collect()
    };
    let summary = links("Summary");
    assert_eq!(summary.len(), 8, "two links a scored pair: {summary:?}");
    for (pair, text, target) in summary {
        assert_eq!(target, if text == pair { "s000001" } else { text.as_str() });
    }
    let findings = links("Findings");
    assert!(!findings.is_empty() && findings.iter().all(|(_, text, target)| text == target));
    assert_eq!(findings.len(), table(&folder.path().join("out/findings.csv")).len());
}

#[test]
fn the_charts_stand_with_counts_scores_and_signature() {
    let folder = finished(&[]);
    let charts = sheet(&mut open(folder.path()), "Charts");
    let figure = |name: &str| {
        let row = charts.rows().find(|row| row[0] == *name).expect("a row");
        row[1].to_string()
    };
    assert_eq!(["found", "scored", "quarantined", "unpaired"].map(figure), ["6", "4", "1", "1"]);
    let json = run_json(&folder.path().join("out"));
    assert_eq!(charts[(1, 0)].to_string(), json["signature"].as_str().expect("a signature"));
    let chrf = json["scores"]["chrf"].as_f64().expect("a score");
    assert!((figure("chrF").parse::<f64>().expect("a number") - chrf).abs() < 1e-4);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let folder = finished(&[]);
    let root = folder.path();
    let first = fs::read(root.join("out/report.xlsx")).expect("reads");
    assert_eq!(exit_code(root, &["report", "out", "--format", "xlsx", "--quiet"]), Some(0));
    assert!(fs::read(root.join("out/report.xlsx")).expect("reads") == first);
    run(root, &["--csv-locale", "de", "--no-bom"]);
    assert!(fs::read(root.join("out/report.xlsx")).expect("reads") == first);
    let names: Vec<_> = files(&root.join("out")).into_keys().filter(|p| p.iter().count() == 1).collect();
    assert_eq!(names.len(), 6, "no temporary file is left: {names:?}");
}

#[test]
fn a_raw_run_gives_the_same_workbook_its_texts_on_one_line() {
    let folder = finished(&[]);
    let root = folder.path();
    let text = "The miller\ncounted seven\u{7} sacks.\n\nHis dog\tslept\u{b}by the door.\n";
    write(root, "original/wrapped.txt", text);
    write(root, "translation/wrapped.txt", text.replace("seven", "=7"));
    run(root, &[]);
    let first = fs::read(root.join("out/report.xlsx")).expect("reads");
    run(root, &["--raw"]);
    assert!(
        fs::read_to_string(root.join("out/pairs/wrapped.csv")).expect("reads").contains("miller\ncounted")
    );
    assert!(fs::read(root.join("out/report.xlsx")).expect("reads") == first);
    let segments = sheet(&mut open(root), "Segments");
    assert!(segments.rows().any(|row| row[11].to_string().starts_with("The miller counted seven␇ sacks")));
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_said_to_be() {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    let long = format!("{}.\n", "sack 😀 ".repeat(9_000).trim_end());
    write(root, "original/long.txt", &long);
    write(root, "translation/long.txt", &long);
    run(root, &[]);
    let segments = sheet(&mut open(root), "Segments");
    let text = segments[(1, 11)].to_string();
    assert!(text.encode_utf16().count() <= 32_767 && text.ends_with('…'), "{}", text.len());
    assert_eq!(segments[(1, 15)].to_string(), "both");
}

#[test]
fn a_run_in_which_nothing_could_be_scored_has_a_workbook_too() {
    let folder = tempdir().expect("a folder");
    let root = folder.path();
    write(root, "original/empty.txt", ORIGINAL);
    write(root, "translation/empty.txt", "\n");
    run(root, &[]);
    let mut book = open(root);
    assert_eq!((sheet(&mut book, "Summary").height(), sheet(&mut book, "Segments").height()), (2, 1));
}

#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_room_for_it_that_is_said_and_nothing_else() {
    let folder = finished(&[]);
    fs::remove_file(folder.path().join("out/report.xlsx")).expect("removes");
    let before = files(folder.path());
    for blocks in ["1", "4", "8"] {
        let program = env!("CARGO_BIN_EXE_pairscore");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{program}' report out --format xlsx");
        let mut shell = std::process::Command::new("sh");
        let output = shell.current_dir(folder.path()).args(["-c", &script]).output().expect("starts");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.starts_with("pairscore: out/report.xlsx: ") && error.lines().count() == 1, "{error}");
        assert!(files(folder.path()) == before, "something is left");
    }
}
