//! `pairscore metrics` beyond what sacreBLEU does: bad input named, warnings that say what they cost, documents as
//! units of resampling; and the ways in that the stored cases don't take: standard input, TABs, gzip, encodings.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::format_collect, reason = "short texts")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const REFERENCE: &str = "The ferry left at noon.\nNobody had seen the harbour master since (at least) Monday.\n\
                         Five crates of pears were on the quay.\nIt rained.\n";
const SYSTEM: &str = "The ferry left at noon.\nNobody has seen the harbour master since Monday.\n\
                      Five boxes with pears stood at the quay.\nIt was raining.\n";
const OTHER: &str = "A ferry was leaving at noon.\nThe harbour master was not seen by anybody since Monday.\n\
                     There were five crates of pears on the quay.\nRain fell.\n";

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// The folder that most tests start from.
fn ferry() -> TempDir {
    folder(&[("ref", REFERENCE.as_bytes()), ("a", SYSTEM.as_bytes()), ("b", OTHER.as_bytes())])
}

fn run_with(folder: &Path, arguments: &str, input: Option<&[u8]>, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    command.current_dir(folder).arg("metrics").args(arguments.split_whitespace());
    command.env("NO_COLOR", "1").env_remove("SACREBLEU_SEED").env_remove("SACREBLEU_FORMAT");
    command.envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that stops early doesn't read all.
    let _ = stdin.write_all(input.unwrap_or_default());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What is printed, and what is said on standard error.
fn run(folder: &TempDir, arguments: &str) -> (String, String) {
    let output = run_with(folder.path(), arguments, None, &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// What a refusal says; the exit code is 2 and nothing is printed.
fn refusal(folder: &TempDir, arguments: &str) -> String {
    let output = run_with(folder.path(), arguments, None, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

#[test]
fn both_orders_of_arguments_say_the_same() {
    let folder = ferry();
    let (ours, _) = run(&folder, "-r ref a b -m bleu chrf ter");
    assert_eq!(ours, run(&folder, "ref -i a b -m bleu chrf ter").0);
    assert_eq!(ours, run(&folder, "-m bleu chrf ter -r ref -- a b").0);
    assert_eq!(ours, run(&folder, "--metrics=bleu,chrf,ter --reference ref a b").0);
}

#[test]
fn standard_input_holds_systems_between_tabs_and_any_line_end() {
    let folder = ferry();
    let rows = SYSTEM.lines().zip(OTHER.lines()).map(|(a, b)| format!("{a}\t{b}"));
    let piped = rows.collect::<Vec<_>>().join("\r");
    let output = run_with(folder.path(), "-r ref -f text -m chrf", Some(piped.as_bytes()), &[]);
    let (files, _) = run(&folder, "-r ref a b -f text -m chrf");
    let named = files.replace("     a │", "System 1 │").replace("     b │", "System 2 │");
    let without_frame = |text: &str| -> Vec<String> {
        text.lines().filter(|l| l.contains("System ")).map(|l| l.replace(' ', "")).collect()
    };
    let rows: Vec<String> =
        named.lines().filter(|l| l.contains("System")).map(|l| l.replace(' ', "")).collect();
    assert_eq!(without_frame(&text(&output.stdout)), rows);
    assert_eq!(rows.len(), 3);
}

#[test]
fn references_may_stand_in_one_file_between_tabs() {
    let rows = REFERENCE.lines().zip(OTHER.lines()).map(|(a, b)| format!("{a}\t{b}\n"));
    let both: String = rows.collect();
    let folder = folder(&[
        ("a", SYSTEM.as_bytes()),
        ("ref", REFERENCE.as_bytes()),
        ("other", OTHER.as_bytes()),
        ("both", both.as_bytes()),
    ]);
    let (two_files, _) = run(&folder, "-r ref -r other a -m bleu chrf ter");
    assert_eq!(run(&folder, "-r both -nr 2 a -m bleu chrf ter").0, two_files);
    assert!(two_files.contains("nrefs:2"));
    assert!(
        refusal(&folder, "-r both -nr 3 a")
            .contains("both: line 1: 3 references with TABs between them expected")
    );
}

#[test]
fn compressed_files_and_other_encodings_are_read() {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all("Café noir\nÜber Öl\n".as_bytes()).unwrap();
    let wide: Vec<u8> = "\u{feff}Café noir\nÜber Öl\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = folder(&[
        ("plain", "Café noir\nÜber Öl\n".as_bytes()),
        ("zipped.gz", &gz.finish().unwrap()),
        ("latin", b"Caf\xe9 noir\n\xdcber \xd6l\n"),
        ("wide", &wide),
    ]);
    assert_eq!(run(&folder, "-r plain zipped.gz -m chrf -b").0, "100.0\n");
    assert_eq!(run(&folder, "-r latin latin -m chrf -b -e latin-1").0, "100.0\n");
    assert_eq!(run(&folder, "-r wide wide -m chrf -b -e utf-16").0, "100.0\n");
    assert!(refusal(&folder, "-r plain plain -e klingon").contains("the encoding \"klingon\" is not known"));
}

#[test]
fn text_that_does_not_decode_is_named_by_file_line_and_byte() {
    let folder = folder(&[("ref", b"one\ntwo\n"), ("a", b"one\ntw\xc3\n")]);
    let said = refusal(&folder, "-r ref a");
    assert!(said.contains("a: line 2, byte 3 of it (offset 6): 0xc3 is not UTF-8"), "{said}");
}

#[test]
fn numbers_of_lines_that_differ_are_both_named_with_the_first_line_too_many() {
    let folder = folder(&[("ref", b"one\ntwo\nthree\nfour\n"), ("a", b"one\ntwo\n"), ("none", b"")]);
    let said = refusal(&folder, "-r ref a");
    assert!(
        said.contains("a has 2 lines, ref has 4 lines; line 3 of ref has no counterpart: \"three\""),
        "{said}"
    );
    assert!(refusal(&folder, "-r a ref").contains("ref has 4 lines, a has 2 lines; line 3 of ref"));
    assert!(refusal(&folder, "-r none none").contains("none has no line"));
}

#[test]
fn files_that_look_transposed_are_named_so() {
    let folder = folder(&[("r1", b"one\n"), ("r2", b"eins\n"), ("a", b"one\ntwo\n")]);
    assert!(refusal(&folder, "-r r1 -r r2 a").contains("they look transposed"));
}

/// The warning, and the claim in it checked: the score printed for `remedied` is the one that it promises.
fn check_claim(folder: &TempDir, arguments: &str, remedied: &str, says: &str) {
    let (score, said) = run(folder, &format!("{arguments} -m chrf -b"));
    assert!(said.contains(says), "{said}");
    let (would_be, _) = run(folder, &format!("{remedied} -m chrf -b"));
    assert_ne!(score, would_be);
    let claim = format!("chrF2 would be {}, not {}", would_be.trim(), score.trim());
    assert!(said.contains(&claim), "{said} lacks {claim}");
}

#[test]
fn a_byte_order_mark_is_said_to_count() {
    let marked = format!("\u{feff}{SYSTEM}");
    let folder =
        folder(&[("ref", REFERENCE.as_bytes()), ("a", SYSTEM.as_bytes()), ("marked", marked.as_bytes())]);
    check_claim(
        &folder,
        "-r ref marked",
        "-r ref marked -e utf-8-sig",
        "a byte order mark, here or in the reference, counts",
    );
    assert_eq!(run(&folder, "-r ref a").1, "");
}

#[test]
fn empty_lines_are_said_to_cost() {
    let holed = SYSTEM.replace("It was raining.", "");
    let short = |text: &str| text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>();
    let folder = folder(&[
        ("ref", REFERENCE.as_bytes()),
        ("holed", holed.as_bytes()),
        ("ref3", short(REFERENCE).as_bytes()),
        ("a3", short(SYSTEM).as_bytes()),
    ]);
    check_claim(
        &folder,
        "-r ref holed",
        "-r ref3 a3",
        "1 of 4 lines are empty where the reference has text (first: line 4)",
    );
}

#[test]
fn tokenized_text_is_said_to_be_and_force_silences_it() {
    let tokenized = SYSTEM.replace('.', " .").repeat(2);
    let folder = folder(&[("ref", REFERENCE.repeat(2).as_bytes()), ("tokenized", tokenized.as_bytes())]);
    let (_, said) = run(&folder, "-r ref tokenized -m ter");
    assert!(said.contains("8 of 8 lines end in a full stop that stands alone"), "{said}");
    assert!(said.contains("TER would be"), "{said}");
    assert_eq!(run(&folder, "-r ref tokenized -m ter --force").1, "");
    assert_eq!(run(&folder, "-r ref tokenized -m ter -q").1, "");
}

#[test]
fn files_exchanged_by_name_are_said_to_be() {
    let folder = folder(&[("ref.en", REFERENCE.as_bytes()), ("hyp.en", SYSTEM.as_bytes())]);
    check_claim(&folder, "-r hyp.en ref.en", "-r ref.en hyp.en", "by its name a reference");
}

#[test]
fn a_warning_never_changes_what_is_printed() {
    let folder = folder(&[("ref", REFERENCE.as_bytes()), ("a", "\u{feff}The ferry .\n\n\n\rx\n".as_bytes())]);
    let (loud, said) = run(&folder, "-r ref a -m bleu chrf ter");
    let (quiet, nothing) = run(&folder, "-r ref a -m bleu chrf ter -q");
    assert_eq!(loud, quiet);
    assert!(said.lines().count() >= 3 && nothing.is_empty(), "{said}");
}

#[test]
fn documents_are_resampled_as_wholes() {
    let lines = |text: &str| text.repeat(3);
    let documents: String = (0..12).map(|line| format!("doc{}\n", line % 3)).collect();
    let alone: String = (0..12).map(|line| format!("{line}\n")).collect();
    let folder = folder(&[
        ("ref", lines(REFERENCE).as_bytes()),
        ("a", lines(SYSTEM).as_bytes()),
        ("b", lines(OTHER).as_bytes()),
        ("documents", documents.as_bytes()),
        ("alone", alone.as_bytes()),
        ("one", "same\n".repeat(12).as_bytes()),
        ("short", b"doc1\n"),
    ]);
    let (by_line, _) = run(&folder, "-r ref a b --paired-bs -m chrf");
    let (by_document, _) = run(&folder, "-r ref a b --paired-bs -m chrf --by-document documents");
    assert_ne!(by_line, by_document);
    assert_eq!(by_line, run(&folder, "-r ref a b --paired-bs -m chrf --by-document alone").0);
    let (text, _) = run(&folder, "-r ref a -ci -m chrf -f text --by-document documents");
    assert!(text.contains("|bs:1000|seed:12345|docs:3|case:"), "{text}");
    // One document is the whole corpus in every resample.
    let (one, _) = run(&folder, "-r ref a -ci -m chrf -f text --by-document one");
    assert!(one.contains("± 0.0)"), "{one}");
    assert!(refusal(&folder, "-r ref a -ci --by-document short").contains("short has 1 line"));
    assert!(refusal(&folder, "-r ref a --by-document documents").contains("says what is resampled"));
}

#[test]
fn the_environment_variables_of_sacrebleu_are_heeded() {
    let folder = ferry();
    let with = |variables: &[(&str, &str)], arguments: &str| {
        let output = run_with(folder.path(), arguments, None, variables);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert_eq!(with(&[("SACREBLEU_FORMAT", "text")], "-r ref a"), run(&folder, "-r ref a -f text").0);
    let seeded = with(&[("SACREBLEU_SEED", "99")], "-r ref a -ci -f text");
    assert!(seeded.contains("|seed:99|"), "{seeded}");
    assert!(with(&[("SACREBLEU_SEED", "none")], "-r ref a -ci -f text").contains("|seed:none|"));
    let output = run_with(folder.path(), "-r ref a -ci", None, &[("SACREBLEU_SEED", "twelve")]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_needs_a_download_is_refused_by_name_with_the_reason() {
    let folder = ferry();
    assert!(refusal(&folder, "-r ref a -tok flores200").contains("SentencePiece"));
    assert!(refusal(&folder, "-r ref a -tok ja-mecab").contains("MeCab"));
    assert!(refusal(&folder, "-r ref a -l en-ja").contains("MeCab"));
    assert!(refusal(&folder, "-t wmt20 a").contains("--test-set needs a test set that sacreBLEU downloads"));
    assert!(refusal(&folder, "-r ref a -tok moses").contains("none, 13a, intl, zh and char work here"));
}

#[test]
fn the_target_language_chooses_the_tokenizer() {
    let folder = ferry();
    assert_eq!(run(&folder, "-r ref a -l en-zh").0, run(&folder, "-r ref a -tok zh").0);
}

#[test]
fn combinations_without_sense_are_refused() {
    let folder = ferry();
    for (arguments, says) in [
        ("-i a -ci", "no reference"),
        ("-r ref a a", "a is given twice"),
        ("-r ref a b -sl", "--sentence-level is for one system"),
        ("-r ref a -sl -m bleu ter", "--sentence-level is for one metric"),
        ("-r ref a -sl -ci", "--sentence-level is without resampling"),
        ("ref -i a -b b", "b: is it a reference or a hypothesis?"),
        ("-r ref -i a b", "-r and -i"),
        ("-r ref a -l zh", "two codes with a hyphen"),
        ("-r ref a b -ci", "--confidence is for one system"),
        ("-r ref a --paired-bs", "compare systems"),
        ("-r ref a -m comet", "comet"),
        ("-r ref a -sv -1", "0 or more"),
        ("-r ref a --chrf-char-order 0", "both 0"),
        ("-r ref missing", "missing"),
        ("-r ref .", "."),
    ] {
        let said = refusal(&folder, arguments);
        assert!(said.contains(says), "{arguments}: {said}");
    }
}

#[test]
fn the_systems_of_standard_input_are_counted_before_anything_is_printed() {
    let folder = ferry();
    let rows = SYSTEM.lines().zip(OTHER.lines()).map(|(a, b)| format!("{a}\t{b}\n"));
    let two: String = rows.collect();
    for (arguments, input, says) in [
        ("ref -sl", two.as_str(), "--sentence-level is for one system"),
        ("ref -ci", &two, "--confidence is for one system"),
        ("ref --paired-bs", SYSTEM, "compare systems"),
        ("ref --paired-ar", SYSTEM, "compare systems"),
        ("ref", "", "standard input has no line"),
    ] {
        let output = run_with(folder.path(), arguments, Some(input.as_bytes()), &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(output.stdout.is_empty() && text(&output.stderr).contains(says), "{}", text(&output.stderr));
    }
}

#[test]
fn of_options_given_twice_the_last_counts() {
    let folder = ferry();
    assert_eq!(
        run(&folder, "-r ref a -w 2 -w 4 -m bleu -m chrf -f text -f json"),
        run(&folder, "-r ref a -w 4 -m chrf")
    );
}

#[test]
fn a_tokenizer_is_asked_for_only_where_bleu_is() {
    let folder = ferry();
    assert_eq!(run(&folder, "-r ref a -m chrf -l en-ja"), run(&folder, "-r ref a -m chrf"));
}

#[test]
fn sentence_level_prints_nothing_of_files_that_do_not_fit() {
    let reference = REFERENCE.repeat(2000);
    let mut short = SYSTEM.repeat(2000);
    short.truncate(short.len() - "It was raining.\n".len());
    let folder = folder(&[("ref", reference.as_bytes()), ("short", short.as_bytes())]);
    assert!(refusal(&folder, "-r ref short -sl -m ter").contains("short has 7999 lines"));
}

#[test]
fn what_both_sides_have_is_no_suspicion() {
    let pieces = |text: &str| text.replace("rr", "r@@ r").repeat(3);
    let alone = |text: &str| text.replace('.', " .").repeat(3);
    let folder = folder(&[
        ("pieces", pieces(REFERENCE).as_bytes()),
        ("pieces-a", pieces(SYSTEM).as_bytes()),
        ("tokens", alone(REFERENCE).as_bytes()),
        ("tokens-a", alone(SYSTEM).as_bytes()),
        ("ids", b"1\tone cat\n2\ttwo cats\n"),
        ("ids-a", b"1\ta cat\n2\ttwo dogs\n"),
        ("uneven", b"one cat\ta cat\nno cat\tno cats\tcatless\n"),
        ("plain", b"one cat\nno cats\n"),
    ]);
    for arguments in ["-r pieces pieces-a", "-r tokens tokens-a", "-r ids ids-a", "-r uneven plain"] {
        assert_eq!(run(&folder, &format!("{arguments} -m bleu chrf ter")).1, "", "{arguments}");
    }
}

#[test]
fn few_segments_to_resample_are_said_to_mean_little() {
    let folder = ferry();
    let (_, said) = run(&folder, "-r ref a -ci");
    assert!(said.contains("4 segments to resample"), "{said}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder(&[
        ("ref", REFERENCE.repeat(700).as_bytes()),
        ("a", SYSTEM.repeat(700).as_bytes()),
        ("b", OTHER.repeat(700).as_bytes()),
    ]);
    for arguments in ["-r ref a b -m bleu chrf ter --paired-bs -pbsn 50", "-r ref a b --paired-ar -parn 50"] {
        let (one, _) = run(&folder, &format!("{arguments} -j 1"));
        assert_eq!(one, run(&folder, &format!("{arguments} -j 2")).0);
        assert_eq!(one, run(&folder, &format!("{arguments} -j 7")).0);
    }
    let (one, _) = run(&folder, "-r ref a -sl -m chrf -j 1");
    assert_eq!(one.lines().count(), 2800);
    assert_eq!(one, run(&folder, "-r ref a -sl -m chrf -j 3").0);
}
