//! A batch as its user sees it: bad pairs become rows, tables have the promised form, other people's files stay.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{exit_code, files, pairscore, records, run, run_json, table, write};
use tempfile::{TempDir, tempdir};

const SUMMARY: &str = "pair, status, verdict, similarity, chrf, bleu, ter, length_ratio, coverage, error_points, \
    critical, major, minor, repetitions, original_language, translation_language, original_sentences, \
    translation_sentences, segments, omitted, added, worst_segment, original_path, translation_path, note, \
    similarity_low, similarity_high, semantic, semantic_precision, semantic_recall, reference_path";
const SEGMENTS: &str = "pair, segment, alignment, similarity, chrf, bleu, ter, length_ratio, error_points, severity, \
    findings, original, translation, original_line, translation_line, truncated, confidence, moved, original_sentence, \
    translation_sentence, semantic, semantic_precision, semantic_recall, reference, reference_line, unit, unit_state, \
    unit_note";
const FINDINGS: &str = "pair, segment, check, category, severity, side, start, end, excerpt, message";
const QUARANTINE: &str = "pair, path, stage, reason, byte_offset, hint";
const DICTIONARY: &str = "file, column, type, unit, range, meaning";

const ORIGINAL: &str = "The ferry left the harbour at noon. Nobody on the pier waved.\n";
const TRANSLATION: &str = "The ferry left the port at noon. Nobody on the pier waved waved.\n";

/// Runs over `original/` and `translation/` into `out`.
const RUN: [&str; 8] =
    ["run", "--original", "original", "--translation", "translation", "--quiet", "--output", "out"];

/// A folder with these pairs in `original/` and `translation/`, all alike.
fn tree(pairs: &[&str]) -> TempDir {
    let folder = tempdir().expect("a folder");
    for pair in pairs {
        write(folder.path(), &format!("original/{pair}.txt"), ORIGINAL);
        write(folder.path(), &format!("translation/{pair}.txt"), TRANSLATION);
    }
    folder
}

/// One good pair, five that cannot be scored, four files without a partner.
fn bad_tree() -> TempDir {
    let folder = tree(&["good", "news/empty", "latin", "binary", "folder", "long", "both.en"]);
    let root = folder.path();
    write(root, "limits.toml", "[limits]\nline_kib = 1\n");
    write(root, "translation/news/empty.txt", " \n\t\n");
    write(root, "translation/latin.txt", b"The caf\xe9 was closed.\n");
    write(root, "original/binary.txt", b"PK\x03\x04\x00\x00");
    fs::remove_file(root.join("translation/folder.txt")).expect("removes");
    fs::create_dir(root.join("translation/folder.txt")).expect("makes a folder");
    write(root, "original/long.txt", "word ".repeat(300));
    write(root, "original/alone.txt", ORIGINAL);
    fs::remove_file(root.join("translation/both.en.txt")).expect("removes");
    write(root, "original/both.fr.txt", ORIGINAL);
    write(root, "translation/both.de.txt", TRANSLATION);
    folder
}

fn run_bad_tree(folder: &Path, further: &[&str]) -> Option<i32> {
    let words = [&["run", "limits.toml"], &RUN[1..], further].concat();
    exit_code(folder, &words)
}

fn header(path: &Path) -> String {
    records(path)[0].join(", ")
}

#[test]
fn a_bad_pair_never_stops_the_batch() {
    let folder = bad_tree();
    assert_eq!(run_bad_tree(folder.path(), &[]), Some(4));
    let out = folder.path().join("out");
    let summary = table(&out.join("summary.csv"));
    let status: Vec<_> = summary.iter().map(|r| (r["pair"].as_str(), r["status"].as_str())).collect();
    let failed = ["binary", "folder", "latin", "long", "news/empty"].map(|pair| (pair, "failed"));
    let expected: Vec<_> = failed[..2].iter().chain(&[("good", "scored")]).chain(&failed[2..]).collect();
    assert!(status.iter().eq(expected), "{status:?}");
    assert!(
        summary
            .iter()
            .filter(|r| r["status"] == "failed")
            .all(|r| r["verdict"].is_empty() && !r["note"].is_empty())
    );
    assert!(out.join("pairs/good.csv").is_file() && !out.join("pairs/latin.csv").exists());
}

#[test]
fn every_bad_pair_and_every_lone_file_is_in_quarantine_with_its_reason() {
    let folder = bad_tree();
    run_bad_tree(folder.path(), &[]);
    let rows = table(&folder.path().join("out/quarantine.csv"));
    let mut found: Vec<String> = rows
        .iter()
        .map(|r| ["pair", "path", "stage", "reason", "byte_offset"].map(|c| r[c].as_str()).join("|"))
        .collect();
    found.sort();
    let expected = [
        "alone|original/alone.txt|pairing|no-partner|",
        "binary|original/binary.txt|read|binary|0",
        "both|original/both.en.txt|pairing|ambiguous|",
        "both|original/both.fr.txt|pairing|ambiguous|",
        "both|translation/both.de.txt|pairing|ambiguous|",
        "folder|translation/folder.txt|read|is-a-directory|",
        "latin|translation/latin.txt|read|undecodable|7",
        "long|original/long.txt|read|line-too-long|0",
        "news/empty|translation/news/empty.txt|read|empty|",
    ];
    assert_eq!(found, expected);
    assert!(rows.iter().all(|r| !r["hint"].is_empty()));
}

#[test]
fn counts_add_up() {
    let folder = bad_tree();
    run_bad_tree(folder.path(), &[]);
    let counts = &run_json(&folder.path().join("out"))["counts"];
    let count = |name: &str| counts[name].as_u64().expect("a count");
    assert_eq!(["found", "scored", "quarantined", "unpaired"].map(count), [10, 1, 5, 4]);
}

#[test]
fn names_that_differ_in_control_characters_alone_are_never_mixed_up() {
    let folder = tree(&["plain"]);
    for side in ["original", "translation"] {
        for name in ["a\tb", "a\u{2409}b", "c\nd"] {
            write(folder.path(), &format!("{side}/{name}.txt"), ORIGINAL);
        }
    }
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    let out = folder.path().join("out");
    let scored: Vec<String> =
        table(&out.join("summary.csv")).into_iter().map(|r| r["pair"].clone()).collect();
    assert_eq!(scored, ["c\u{240a}d", "plain"]);
    assert!(out.join("pairs/c\u{240a}d.csv").is_file());
    let aside = table(&out.join("quarantine.csv"));
    assert!(aside.len() == 4 && aside.iter().all(|row| row["reason"] == "ambiguous"), "{aside:?}");
}

#[test]
fn what_desktops_leave_in_a_report_does_not_stop_the_next_run() {
    let folder = tree(&["good"]);
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    for name in [".~lock.report.xlsx#", "~$report.xlsx", ".DS_Store", "pairs/Thumbs.db"] {
        write(folder.path(), &format!("out/{name}"), "x");
    }
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    assert!(folder.path().join("out/.DS_Store").is_file());
    write(folder.path(), "out/notes.txt", "mine");
    assert_eq!(exit_code(folder.path(), &RUN), Some(2));
}

#[test]
fn a_list_with_semicolons_is_read() {
    let folder = tree(&["good"]);
    write(
        folder.path(),
        "list.csv",
        "\u{feff}pair;original;translation\r\na;original/good.txt;translation/good.txt\r\n",
    );
    assert_eq!(exit_code(folder.path(), &["run", "--pairs", "list.csv", "-q", "-o", "out"]), Some(0));
}

#[test]
fn allow_partial_makes_failed_pairs_exit_with_0() {
    let folder = bad_tree();
    assert_eq!(run_bad_tree(folder.path(), &["--allow-partial"]), Some(0));
}

#[test]
fn files_without_a_partner_alone_are_no_failure() {
    let folder = tree(&["good"]);
    write(folder.path(), "original/alone.txt", ORIGINAL);
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
}

#[test]
fn a_missing_file_of_a_manifest_fails_its_pair_only() {
    let folder = tree(&["good"]);
    let manifest = "pair,original,translation\ngone,original/good.txt,translation/gone.txt\n\
                    good,original/good.txt,translation/good.txt\n";
    write(folder.path(), "list.csv", manifest);
    assert_eq!(exit_code(folder.path(), &["run", "--pairs", "list.csv", "-q", "-o", "out"]), Some(4));
    let rows = table(&folder.path().join("out/quarantine.csv"));
    let row: Vec<&str> = ["pair", "path", "stage", "reason"].iter().map(|c| rows[0][*c].as_str()).collect();
    assert_eq!((rows.len(), row), (1, vec!["gone", "translation/gone.txt", "read", "missing"]));
    let summary = table(&folder.path().join("out/summary.csv"));
    assert_eq!(summary.iter().map(|r| r["status"].as_str()).collect::<Vec<_>>(), ["failed", "scored"]);
}

#[test]
fn headers_are_exactly_those_of_the_contract() {
    let folder = tree(&["good"]);
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    let out = folder.path().join("out");
    let expected = [
        ("summary.csv", SUMMARY),
        ("pairs/good.csv", SEGMENTS),
        ("findings.csv", FINDINGS),
        ("quarantine.csv", QUARANTINE),
        ("columns.csv", DICTIONARY),
    ];
    for (file, columns) in expected {
        assert_eq!(header(&out.join(file)), columns, "{file}");
    }
}

#[test]
fn the_dictionary_lists_every_column_of_every_table_in_order() {
    let folder = tree(&["good"]);
    run(folder.path(), &RUN);
    let rows = table(&folder.path().join("out/columns.csv"));
    let tables = [
        ("summary.csv", SUMMARY),
        ("pairs/<pair>.csv", SEGMENTS),
        ("findings.csv", FINDINGS),
        ("quarantine.csv", QUARANTINE),
        ("columns.csv", DICTIONARY),
    ];
    let expected = tables.iter().flat_map(|(file, columns)| columns.split(", ").map(move |c| (*file, c)));
    assert!(rows.iter().map(|r| (r["file"].as_str(), r["column"].as_str())).eq(expected));
    assert!(rows.iter().all(|r| !r["meaning"].is_empty()));
}

#[test]
fn tables_have_a_mark_quoted_cells_and_crlf() {
    let folder = bad_tree();
    run_bad_tree(folder.path(), &[]);
    for (path, bytes) in files(&folder.path().join("out")) {
        if path.extension().is_some_and(|e| e == "csv") {
            let mut writer = csv::WriterBuilder::new()
                .quote_style(csv::QuoteStyle::Always)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::from("\u{feff}"));
            for row in records(&folder.path().join("out").join(&path)) {
                assert!(row.iter().all(|cell| !cell.contains(['\n', '\r'])), "{}: {row:?}", path.display());
                writer.write_record(&row).expect("writes");
            }
            assert!(writer.into_inner().expect("flushes") == bytes, "{}", path.display());
        }
    }
}

#[test]
fn no_bom_leaves_the_mark_away_and_nothing_else() {
    let folder = tree(&["good"]);
    run(folder.path(), &RUN);
    let out = folder.path().join("out");
    let with = files(&out);
    run(folder.path(), &[&RUN[..], &["--no-bom"]].concat());
    for (path, bytes) in files(&out).iter().filter(|(p, _)| p.extension().is_some_and(|e| e == "csv")) {
        assert_eq!(with[path].strip_prefix("\u{feff}".as_bytes()), Some(&bytes[..]), "{}", path.display());
    }
}

#[test]
fn names_and_texts_that_look_like_formulas_are_guarded() {
    let folder = tree(&["=1+1"]);
    write(folder.path(), "translation/=1+1.txt", "=1+1 is said here\n\n@both of them\n\n-- and no more\n");
    run(folder.path(), &RUN);
    let out = folder.path().join("out");
    for path in files(&out).keys().filter(|p| p.extension().is_some_and(|e| e == "csv")) {
        for row in records(&out.join(path)) {
            let open = row.iter().find(|c| c.starts_with(['=', '+', '@', '\t', '\r']) || c.starts_with('-'));
            assert_eq!(open, None, "{}", path.display());
        }
    }
    assert_eq!(table(&out.join("summary.csv"))[0]["pair"], "'=1+1");
}

#[test]
fn the_tables_of_pairs_mirror_the_tree() {
    let folder = tree(&["a", "news/2024/b.en"]);
    run(folder.path(), &RUN);
    let out = folder.path().join("out");
    let written: Vec<String> = files(&out.join("pairs")).keys().map(|p| p.display().to_string()).collect();
    assert_eq!(written, ["a.csv", "news/2024/b.csv"]);
    let pairs: Vec<String> = table(&out.join("summary.csv")).iter().map(|r| r["pair"].clone()).collect();
    assert_eq!(pairs, ["a", "news/2024/b"]);
}

#[test]
fn spans_of_findings_hold_in_the_cells_of_the_segments() {
    let folder = tree(&["good"]);
    write(
        folder.path(),
        "translation/good.txt",
        "The ferry left\nthe port at noon. Nobody on the pier waved waved.\n",
    );
    run(folder.path(), &RUN);
    let out = folder.path().join("out");
    let (segments, findings) = (table(&out.join("pairs/good.csv")), table(&out.join("findings.csv")));
    assert!(!findings.is_empty());
    for finding in findings {
        let segment = segments.iter().find(|s| s["segment"] == finding["segment"]).expect("its segment");
        let place = ["start", "end"].map(|c| finding[c].parse::<usize>().expect("a number"));
        let marked: String =
            segment[&finding["side"]].chars().skip(place[0]).take(place[1] - place[0]).collect();
        assert_eq!(marked, finding["excerpt"]);
    }
}

#[test]
fn a_folder_that_holds_other_things_is_refused_and_stays_as_it_is() {
    let folder = tree(&["good"]);
    let out = folder.path().join("out");
    write(&out, "diary.txt", "mine");
    write(&out, "summary.csv", "old");
    write(&out, "pairs/old.csv", "old");
    let before = files(&out);
    assert_eq!(exit_code(folder.path(), &RUN), Some(2));
    assert_eq!(files(&out), before);
}

#[test]
fn what_is_called_like_a_report_and_is_none_stays_as_it_is() {
    for name in ["report.html", "run.json", "summary.csv", "findings.part2.csv", "pairs/mine.csv"] {
        let folder = tree(&["good"]);
        write(folder.path(), &format!("out/{name}"), "mine");
        let before = files(&folder.path().join("out"));
        assert_eq!(exit_code(folder.path(), &RUN), Some(2), "{name}");
        assert_eq!(files(&folder.path().join("out")), before);
    }
    let folder = tree(&["good"]);
    write(folder.path(), "out/pairs/mine.csv", "mine");
    for _ in 0..2 {
        assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--force"]].concat()), Some(0));
        assert_eq!(fs::read(folder.path().join("out/pairs/mine.csv")).expect("reads"), b"mine");
    }
}

#[test]
fn force_writes_beside_other_things_and_leaves_them() {
    let folder = tree(&["good"]);
    write(folder.path(), "out/diary.txt", "mine");
    assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--force"]].concat()), Some(0));
    assert_eq!(fs::read(folder.path().join("out/diary.txt")).expect("still there"), b"mine");
    assert!(folder.path().join("out/run.json").is_file());
}

#[cfg(unix)]
#[test]
fn tables_are_never_written_through_links() {
    for link in ["out/pairs", "out/pairs/news"] {
        let folder = tree(&["news/a"]);
        fs::create_dir(folder.path().join("elsewhere")).expect("makes a folder");
        let link = folder.path().join(link);
        fs::create_dir_all(link.parent().expect("a folder")).expect("makes a folder");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), link).expect("links");
        for force in [&[][..], &["--force"]] {
            assert_eq!(exit_code(folder.path(), &[&RUN[..], force].concat()), Some(2));
        }
        assert!(files(&folder.path().join("elsewhere")).is_empty());
    }
}

#[test]
fn a_folder_called_pairs_that_no_run_wrote_is_never_deleted() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "pairs/a.en.txt", ORIGINAL);
    write(
        folder.path(),
        "pairs/a.de.txt",
        "Die Fähre verließ den Hafen am Mittag. Niemand am Pier winkte.\n",
    );
    let before = files(folder.path());
    let words = ["run", "--input", "pairs", "--quiet", "--output", "."];
    assert_eq!(exit_code(folder.path(), &words), Some(2));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn force_never_deletes_texts_in_a_folder_called_pairs() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "pairs/a.en.txt", ORIGINAL);
    write(
        folder.path(),
        "pairs/a.de.txt",
        "Die Fähre verließ den Hafen am Mittag. Niemand am Pier winkte.\n",
    );
    let before = files(&folder.path().join("pairs"));
    run(folder.path(), &["run", "--input", "pairs", "--quiet", "--force", "--output", "."]);
    let after = files(&folder.path().join("pairs"));
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "texts are gone");
}

#[test]
fn a_second_run_replaces_the_old_report() {
    let folder = tree(&["a", "news/b"]);
    assert_eq!(exit_code(folder.path(), &[&RUN[..], &["--format", "csv,jsonl"]].concat()), Some(0));
    let out = folder.path().join("out");
    assert!(out.join("segments.jsonl").is_file() && out.join("pairs/news/b.csv").is_file());
    fs::remove_dir_all(folder.path().join("original/news")).expect("removes");
    fs::remove_dir_all(folder.path().join("translation/news")).expect("removes");
    assert_eq!(exit_code(folder.path(), &RUN), Some(0));
    let names: Vec<String> = files(&out).keys().map(|p| p.display().to_string()).collect();
    let expected =
        ["columns.csv", "findings.csv", "pairs/a.csv", "quarantine.csv", "run.json", "summary.csv"];
    assert_eq!(names, expected);
    assert_eq!(table(&out.join("summary.csv")).len(), 1);
}

#[test]
fn an_output_that_is_a_file_is_refused() {
    let folder = tree(&["good"]);
    write(folder.path(), "out", "a file");
    assert_eq!(exit_code(folder.path(), &RUN), Some(2));
    assert_eq!(fs::read(folder.path().join("out")).expect("still there"), b"a file");
}

#[test]
fn pairs_whose_tables_stand_in_each_other_s_way_never_stop_the_batch() {
    let folder = tree(&["a", "a.csv/b", "c"]);
    let code = exit_code(folder.path(), &RUN);
    assert!(matches!(code, Some(0 | 4)), "{code:?}");
    let summary = table(&folder.path().join("out/summary.csv"));
    assert_eq!(summary.iter().map(|r| r["pair"].as_str()).collect::<Vec<_>>(), ["a", "a.csv/b", "c"]);
    assert_eq!(summary[2]["status"], "scored");
}

#[test]
fn results_go_to_stdout_and_diagnostics_to_stderr() {
    let folder = bad_tree();
    let words = [&["run", "limits.toml"], &RUN[1..5], &["--output", "out"]].concat();
    let output = pairscore(folder.path(), &words).output().expect("the program starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("1 pair scored, 5 could not be scored"), "{stdout}");
    assert!(stderr.contains("4 files without a partner"), "{stderr}");
}
