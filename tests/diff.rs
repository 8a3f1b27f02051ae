//! `pairscore diff` as its user sees it: two runs over the same pairs, compared.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{Row, exit_code, files, records, run, table, write};
use tempfile::{TempDir, tempdir};

const ORIGINAL: &str = "The ferry left the harbour at noon. Nobody on the pier waved. The 12 sailors sang.\n";
const GOOD: &str = "The ferry left the port at noon. Nobody on the pier waved. The 12 sailors sang.\n";
const BAD: &str =
    "The ferry left the port at noon. Nobody on the pier waved waved. The 15 sailors sang sang.\n";

/// Scores `pairs`, id and translation, into the folder `name` with these further words.
fn scored(root: &Path, name: &str, pairs: &[(&str, &str)], further: &[&str]) {
    let texts = root.join(format!("{name}-texts"));
    for (pair, translation) in pairs {
        write(&texts, &format!("original/{pair}.txt"), ORIGINAL);
        write(&texts, &format!("translation/{pair}.txt"), translation);
    }
    let input = format!("{name}-texts");
    let words = ["--input", &input, "-q", "--allow-partial", "-o", name];
    let languages: &[&str] = if further.contains(&"--languages") { &[] } else { &["--languages", "en:en"] };
    assert_eq!(exit_code(root, &[&["run"], further, languages, &words].concat()), Some(0));
}

/// Two runs, `a` and `b`, that differ in every way that pairs can.
fn two_runs(further: [&[&str]; 2]) -> TempDir {
    let folder = tempdir().expect("a folder");
    let a = [("both", " \n"), ("cured", BAD), ("gone", BAD), ("lost", BAD), ("same", BAD), ("spoilt", GOOD)];
    let b = [("cured", GOOD), ("both", " \n"), ("lost", "\n"), ("new", BAD), ("same", BAD), ("spoilt", BAD)];
    scored(folder.path(), "a", &[&a[..], &[("found", "\n")]].concat(), further[0]);
    scored(folder.path(), "b", &[&b[..], &[("found", BAD)]].concat(), further[1]);
    folder
}

fn diff(folder: &Path, further: &[&str]) -> Option<i32> {
    exit_code(folder, &[&["diff", "a", "b", "-q", "-o", "out"], further].concat())
}

fn out(folder: &TempDir, name: &str) -> Vec<Row> {
    table(&folder.path().join("out").join(name))
}

fn cells(rows: &[Row], columns: [&str; 2]) -> Vec<String> {
    rows.iter().map(|row| columns.map(|c| row[c].as_str()).join(" ")).collect()
}

#[test]
fn every_pair_of_either_run_has_its_change() {
    let folder = two_runs([&[], &[]]);
    assert_eq!(diff(folder.path(), &[]), Some(0));
    let expected = [
        "both failed",
        "cured better",
        "found now-scored",
        "gone gone",
        "lost now-failed",
        "new new",
        "same unchanged",
        "spoilt worse",
    ];
    let pairs = out(&folder, "pairs.csv");
    assert_eq!(cells(&pairs, ["pair", "change"]), expected);
    let spoilt = &pairs[7];
    let number = |name: &str| spoilt[name].parse::<f64>().expect("a number");
    assert!((number("chrf_b") - number("chrf_a") - number("chrf_difference")).abs() < 1e-9);
    assert!(number("chrf_difference") < 0.0 && number("error_points_difference") > 0.0);
    assert_eq!((pairs[3]["chrf_b"].as_str(), pairs[3]["chrf_difference"].as_str()), ("", ""));
}

#[test]
fn findings_are_fixed_and_introduced_in_pairs_that_both_runs_scored() {
    let folder = two_runs([&[], &[]]);
    diff(folder.path(), &[]);
    let findings = out(&folder, "findings.csv");
    let of = |pair: &str| -> Vec<&Row> { findings.iter().filter(|f| f["pair"] == pair).collect() };
    assert!(of("cured").len() >= 2 && of("cured").iter().all(|f| f["change"] == "fixed"));
    assert_eq!(of("cured").len(), of("spoilt").len());
    assert!(of("spoilt").iter().all(|f| f["change"] == "introduced"));
    assert_eq!(findings.len(), of("cured").len() + of("spoilt").len());
    let pairs = out(&folder, "pairs.csv");
    assert_eq!(pairs[1]["fixed"], of("cured").len().to_string());
    assert_eq!((pairs[6]["fixed"].as_str(), pairs[3]["fixed"].as_str()), ("0", ""));
}

#[test]
fn scores_are_means_over_the_pairs_scored_in_both() {
    let folder = two_runs([&[], &[]]);
    diff(folder.path(), &[]);
    let scores = out(&folder, "scores.csv");
    let names = ["similarity", "chrf", "bleu", "ter", "coverage", "error_points"];
    assert!(scores.iter().map(|row| row["score"].as_str()).eq(names));
    let summary = table(&folder.path().join("a/summary.csv"));
    let chrf = |pair: &str| {
        let row = summary.iter().find(|row| row["pair"] == pair).expect("the pair");
        row["chrf"].parse::<f64>().expect("a number")
    };
    let mean = (chrf("cured") + chrf("same") + chrf("spoilt")) / 3.0;
    assert_eq!((&scores[1]["pairs"], &scores[1]["mean_a"]), (&"3".into(), &format!("{mean:.4}")));
    // One pair lost what another won.
    assert_eq!((scores[1]["difference"].as_str(), scores[1]["change"].as_str()), ("0.0000", "equal"));
    assert_eq!(scores[1]["p_value"], "1.0000");
}

#[test]
fn one_pair_has_no_interval_and_no_p_value() {
    let folder = tempdir().expect("a folder");
    scored(folder.path(), "a", &[("x", GOOD)], &[]);
    scored(folder.path(), "b", &[("x", BAD)], &[]);
    assert_eq!(diff(folder.path(), &[]), Some(0));
    for row in out(&folder, "scores.csv") {
        assert!(["interval_low", "interval_high", "p_value"].iter().all(|cell| row[*cell].is_empty()));
    }
    let output = run(folder.path(), &["diff", "a", "b", "--color", "always"]);
    let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let table = said(&output.stdout);
    let chrf = table.lines().find(|line| line.starts_with("chrf")).expect("the score");
    assert!(chrf.ends_with("-  -") && !chrf.contains("\x1b[3"), "{chrf:?}");
    assert!(
        said(&output.stderr).contains("1 pair to resample: intervals and p-values of one there are none")
    );
}

#[test]
fn a_run_equals_itself() {
    let folder = two_runs([&[], &[]]);
    assert_eq!(exit_code(folder.path(), &["diff", "a", "a", "-q", "-o", "out"]), Some(0));
    assert!(out(&folder, "findings.csv").is_empty());
    let changes = out(&folder, "pairs.csv");
    assert!(changes.iter().all(|row| ["unchanged", "failed"].contains(&row["change"].as_str())));
    let scores = out(&folder, "scores.csv");
    let expected = ["0.0000 1.0000"; 6];
    assert_eq!(cells(&scores, ["difference", "p_value"]), expected);
}

#[test]
fn runs_of_different_dialects_compare_as_those_of_one() {
    let usual = two_runs([&[], &[]]);
    diff(usual.path(), &["--no-bom"]);
    let mixed = two_runs([&["--csv-locale", "de"], &["--raw", "--no-bom"]]);
    assert_eq!(diff(mixed.path(), &["--no-bom"]), Some(0));
    assert_eq!(files(&mixed.path().join("out")), files(&usual.path().join("out")));
}

#[test]
fn tables_have_the_dialect_that_is_asked_for() {
    let folder = two_runs([&[], &[]]);
    assert_eq!(diff(folder.path(), &["--csv-locale", "de"]), Some(0));
    let scores = fs::read_to_string(folder.path().join("out/scores.csv")).expect("reads");
    assert!(scores.starts_with("\u{feff}\"score\";\"better\";"), "{scores}");
    assert!(scores.contains("\"0,0000\""), "{scores}");
    let refused = run(folder.path(), &["diff", "a", "b", "--no-bom"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn every_column_is_explained_and_none_of_them_in_a_runs_dictionary() {
    let folder = two_runs([&[], &[]]);
    diff(folder.path(), &[]);
    let explained = out(&folder, "columns.csv");
    let own: Vec<String> = cells(&explained, ["file", "column"]);
    let mut columns = Vec::new();
    for file in ["pairs.csv", "findings.csv", "scores.csv", "columns.csv"] {
        let header = records(&folder.path().join("out").join(file)).remove(0);
        columns.extend(header.iter().map(|column| format!("{file} {column}")));
    }
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    assert_eq!(sorted(own), sorted(columns));
    let listed = String::from_utf8(run(folder.path(), &["list", "columns"]).stdout).expect("UTF-8");
    assert!(listed.contains("diff: scores.csv p_value"), "{listed}");
    let of_run = table(&folder.path().join("a/columns.csv"));
    assert!(of_run.iter().all(|row| row["file"] != "scores.csv"));
}

#[test]
fn what_else_differs_between_the_runs_is_pointed_out() {
    let folder = two_runs([&[], &["strict"]]);
    let said = |words: &[&str]| String::from_utf8(run(folder.path(), words).stderr).expect("UTF-8");
    let stderr = said(&["diff", "a", "b"]);
    assert!(stderr.contains("made with different settings: "), "{stderr}");
    assert!(stderr.contains("verdict.") && !stderr.contains("name "), "{stderr}");
    assert_eq!(said(&["diff", "a", "b", "--quiet"]), "");
    assert!(!said(&["diff", "a", "a"]).contains("settings"));
    let manifest = folder.path().join("a/run.json");
    let older =
        fs::read_to_string(&manifest).expect("reads").replacen("\"version\": \"", "\"version\": \"0.0.", 1);
    fs::write(manifest, older).expect("writes");
    assert!(said(&["diff", "a", "b"]).contains("different versions: 0.0."));
}

#[test]
fn scores_that_only_one_run_has_are_named_and_so_is_the_language_behind_it() {
    let folder = two_runs([&[], &["--languages", "de:en"]]);
    let output = run(folder.path(), &["diff", "a", "b"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("input.languages \"en:en\" -> \"de:en\""), "{said}");
    assert!(said.contains("only A has chrf, bleu, ter: not compared"), "{said}");
    assert!(!said.contains("input.original") && !said.contains("input.directory"), "{said}");
}

#[test]
fn findings_accepted_by_one_run_alone_are_pointed_out() {
    let folder = tempdir().expect("a folder");
    scored(folder.path(), "a", &[("x", BAD)], &[]);
    scored(folder.path(), "b", &[("x", BAD)], &["--baseline", "a/findings.csv"]);
    let said = String::from_utf8(run(folder.path(), &["diff", "a", "b"]).stderr).expect("UTF-8");
    assert!(said.contains("accepted findings, 0 in A, "), "{said}");
}

#[test]
fn a_folder_that_is_no_finished_run_ends_with_2_and_no_common_pair_with_3() {
    let folder = tempdir().expect("a folder");
    scored(folder.path(), "a", &[("x", GOOD)], &[]);
    scored(folder.path(), "b", &[("y", GOOD)], &[]);
    assert_eq!(diff(folder.path(), &[]), Some(3));
    assert!(!folder.path().join("out").exists());
    assert_eq!(exit_code(folder.path(), &["diff", "a", "a-texts"]), Some(2));
    assert_eq!(exit_code(folder.path(), &["diff", "a", "a", "--resamples", "0"]), Some(2));
    assert_eq!(exit_code(folder.path(), &["diff", "a", "a", "--resamples", "1000001"]), Some(2));
}

#[test]
fn tables_out_of_order_are_refused() {
    let folder = tempdir().expect("a folder");
    scored(folder.path(), "a", &[("x", BAD), ("y", BAD)], &[]);
    scored(folder.path(), "b", &[("x", BAD), ("y", BAD)], &[]);
    let path = folder.path().join("b/summary.csv");
    let text = fs::read_to_string(&path).expect("reads");
    let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    lines.swap(1, 2);
    fs::write(path, lines.concat()).expect("writes");
    let output = run(folder.path(), &["diff", "a", "b"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("not in the order of pair ids"), "{said}");
}

#[test]
fn a_run_is_never_written_over_and_other_files_only_beside() {
    let folder = two_runs([&[], &[]]);
    let before = files(&folder.path().join("b"));
    let into = |place: &str, force: &[&str]| {
        exit_code(folder.path(), &[&["diff", "a", "b", "-q", "-o", place], force].concat())
    };
    assert_eq!([into("b", &[]), into("b", &["--force"])], [Some(2), Some(2)]);
    assert_eq!(files(&folder.path().join("b")), before);
    for name in ["pairs.csv", "findings.csv", "scores.csv", "columns.csv", "pairs.part2.csv"] {
        let file = format!("{name}-mine/{name}");
        write(folder.path(), &file, "pair,score\nmy own,1\n");
        let mine = folder.path().join(&file);
        let place = mine.parent().and_then(Path::to_str).expect("UTF-8");
        assert_eq!([into(place, &[]), into(place, &["--force"])], [Some(2), Some(2)], "{name}");
        assert_eq!(fs::read_to_string(&mine).expect("reads"), "pair,score\nmy own,1\n");
        assert_eq!(fs::read_dir(place).expect("lists").count(), 1);
    }
    write(folder.path(), "notes/todo.txt", "my own");
    assert_eq!([into("notes", &[]), into("notes", &["--force"])], [Some(2), Some(0)]);
    assert!(folder.path().join("notes/todo.txt").is_file());
}

#[test]
fn an_earlier_diff_is_replaced_with_all_its_parts() {
    let folder = two_runs([&[], &[]]);
    assert_eq!(diff(folder.path(), &[]), Some(0));
    let first = files(&folder.path().join("out"));
    assert_eq!(diff(folder.path(), &["--csv-locale", "de"]), Some(0));
    let out = folder.path().join("out");
    fs::copy(out.join("pairs.csv"), out.join("pairs.part2.csv")).expect("copies");
    write(folder.path(), "out/.pairscore-x", "of one that was interrupted");
    assert_eq!(diff(folder.path(), &[]), Some(0));
    assert_eq!(files(&folder.path().join("out")), first);
}

#[test]
fn the_seed_decides_the_intervals() {
    let folder = two_runs([&[], &[]]);
    let scores = |seed: &str| {
        assert_eq!(diff(folder.path(), &["--seed", seed, "--resamples", "37"]), Some(0));
        fs::read(folder.path().join("out/scores.csv")).expect("reads")
    };
    assert_eq!(scores("7"), scores("7"));
    assert_ne!(scores("7"), scores("8"));
}
