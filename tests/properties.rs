//! What holds for every text, tried with many odd ones.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "common/answers.rs"]
mod answers;
#[path = "common/cells.rs"]
mod cells;
#[path = "common/holds.rs"]
mod holds;
#[path = "common/splits.rs"]
mod splits;

use answers::answer_holds;
use cells::{cells_hold, dialects};
use holds::report_holds;
use pairscore::batch::answer::answer;
use pairscore::context::Context;
use pairscore::input;
use pairscore::model::{Language, PairReport, Severity, Verdict};
use pairscore::pipeline::accepted::Accepted;
use pairscore::pipeline::{Given, Job, Limits, Pipeline, Text};
use pairscore::text::normalise::{Normalise, normalise};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use unicode_normalization::char::is_combining_mark;

/// Pieces that texts are made of: words of many scripts, marks, numbers, spaces, ends of lines.
const PIECES: [&str; 64] = [
    "the",
    "ferry",
    "Marlow",
    "harbour",
    "had",
    "ha",
    "ha ha ha",
    "New",
    "York",
    "winter",
    "very",
    "Saturday",
    "and",
    "Straße",
    "Fähre",
    "die",
    "œuvre",
    "vous",
    "naïve",
    "Cafe\u{301}",
    "e\u{301}\u{327}",
    "\u{301}",
    "İstanbul",
    "ǅ",
    "ﬁn",
    "хлеб",
    "и",
    "Ёлка",
    "ελλάς",
    "谢谢",
    "港口渡船",
    "的",
    "東京タワー",
    "ハハハ",
    "한국어",
    "가\u{11a8}",
    "שלום",
    "עולם",
    "مرحبا",
    "كِتاب",
    "नमस्ते",
    "ไทย",
    "1,234.5",
    "1.234",
    "10",
    "٣٤",
    "½",
    "2024-01-02",
    "$",
    "%",
    "…",
    "—",
    "«",
    "»",
    "„",
    "“",
    "\"",
    "'",
    "’",
    "(",
    ")",
    "/",
    "😀👩\u{200d}👩\u{200d}👧",
    "🇩🇪",
];

const JOINTS: [&str; 20] = [
    " ", " ", " ", " ", " ", ". ", "。", "! ", "? ", ", ", "\n", "\n\n", "\t", "\u{a0}", "\u{3000}",
    "\u{200b}", "\u{200f}", "\u{2028}", "\u{ad}", "",
];

/// Running text of pieces and joints, or any characters at all.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec((select(&PIECES[..]), select(&JOINTS[..])), 0..40);
    let composed = pieces.prop_map(|p| p.into_iter().flat_map(|(word, joint)| [word, joint]).collect());
    let any_chars = prop::collection::vec(any::<char>(), 0..60).prop_map(|c| c.into_iter().collect());
    prop_oneof![4 => composed, 1 => "\\PC{0,80}", 1 => any_chars]
}

/// A text and one like it, so that beads of all kinds come up.
fn any_pair() -> impl Strategy<Value = [String; 2]> {
    let kin = (any_text(), any_text(), any_text());
    let related = kin.prop_map(|(a, b, c)| [format!("{a} {b} {c}"), format!("{a} {c} {b} {b}")]);
    prop_oneof![(any_text(), any_text()).prop_map(|(a, b)| [a, b]), related]
}

fn any_codes() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![
        None,
        Some("en:en"),
        Some("de:en"),
        Some("en:zh"),
        Some("zh:ja"),
        Some("ar:fr"),
        Some("th:th"),
    ])
}

fn judge(original: Text, translation: Text, codes: Option<&str>, aligned: bool) -> PairReport {
    let mut pipeline = Pipeline::default();
    pipeline.input.languages = codes.map(String::from);
    let languages = pipeline.languages().expect("two codes");
    let alignment = if aligned { Given::OneToOne } else { Given::Nothing };
    let job = Job { original, translation, languages, alignment, ..Job::default() };
    pipeline.judge(job, &Context::default()).expect("small texts are judged")
}

fn judge_running([original, translation]: &[String; 2], codes: Option<&str>) -> PairReport {
    judge(Text::Running(original.clone()), Text::Running(translation.clone()), codes, false)
}

/// Headings of a pipeline's TOML, keys with values that are odd or wrong, and what is no TOML.
const SETTINGS: [&str; 34] = [
    "[input]",
    "[limits]",
    "[normalise]",
    "[metrics]",
    "[verdict.fail]",
    "[verdict.review]",
    "[report]",
    "[checks.repetition]",
    "[checks.length-outlier]",
    "[checks.untranslated]",
    "[checks.addition]",
    "[checks.term-mismatch]",
    "[[ignore]]",
    "file_mib = 0",
    "line_kib = -1",
    "sentences = 0",
    "sentences = 1e3",
    "nfc = false",
    "spaces = false",
    "chrf = false",
    "similarity_below = nan",
    "similarity_below = 100",
    "error_points_above = inf",
    "critical = 0",
    "encoding = \"utf-7\"",
    "languages = \"de:\"",
    "deviations = 1.0",
    "whole_share = 0",
    "major_words = 18446744073709551615",
    "enabled = \"ja\"",
    "severity = \"critical\"",
    "reduplicating = [\"zz\"]",
    "check = \"repetitoin\"",
    "= é \u{0}",
];

/// Pieces of requests to `stream`, right and wrong.
const REQUEST: [&str; 30] = [
    "{",
    "}",
    ",",
    ":",
    "[",
    "]",
    "\"pair\": ",
    "\"p\u{e4}r\": ",
    "\"original\": ",
    "\"translation\": ",
    "\"original_language\": ",
    "\"aligned\": ",
    "\"a\"",
    "\"\"",
    "17",
    "-0",
    "1e999",
    "340282366920938463463374607431768211456",
    "0.1",
    "true",
    "false",
    "null",
    "[\"One.\", \"Two.\"]",
    "[\"Eins. Zwei.\", \"\"]",
    "[1]",
    "\"The ferry ferry left.\"",
    "\"\\ud83d\\ude00 \\u2028\"",
    "\"\\udead\"",
    "\"de\"",
    "\r",
];

/// A request of this shape whose values may be wrong, or pieces in any order, and bytes that are no UTF-8.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let values = prop::collection::vec(select(&REQUEST[12..]), 6);
    let shaped = values.prop_map(|values| {
        let names = &REQUEST[6..12];
        let fields: Vec<String> =
            names.iter().zip(values).map(|(name, value)| format!("{name}{value}")).collect();
        format!("{{{}}}", fields.join(", ")).into_bytes()
    });
    let pieces = prop::collection::vec(select(&REQUEST[..]), 0..20).prop_map(|p| p.concat().into_bytes());
    let spoiled =
        (shaped.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut line, at, byte)| {
            let at = at.index(line.len());
            line[at] = byte;
            line
        });
    prop_oneof![shaped, pieces, spoiled]
}

/// The same texts in every run; `PROPTEST_CASES=10000` tries more of them.
fn every_run_alike() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(20), failure_persistence: None, ..ProptestConfig::default() }
}

/// A letter; marks that Unicode calls alphabetic are none by themselves.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_combining_mark(c)
}

proptest! {
    #![proptest_config(every_run_alike())]

    #[test]
    fn any_pair_is_judged_and_its_report_is_consistent(pair in any_pair(), codes in any_codes()) {
        let report = judge_running(&pair, codes);
        report_holds(&report);
        prop_assert_eq!(judge_running(&pair, codes), report, "judged twice");
    }

    #[test]
    fn lists_are_judged_and_their_report_is_consistent(
        lists in prop::collection::vec(any_pair(), 0..8),
        cut in 0_usize..3,
        codes in any_codes(),
        aligned: bool,
    ) {
        let side = |k: usize, cut: usize| -> Vec<String> {
            lists.iter().skip(cut).map(|pair| pair[k].clone()).collect()
        };
        let cut = if aligned { 0 } else { cut };
        let report = judge(Text::Sentences(side(0, 0)), Text::Sentences(side(1, cut)), codes, aligned);
        report_holds(&report);
        let sentences = [report.original_sentences, report.translation_sentences];
        prop_assert_eq!(sentences, [lists.len(), lists.len().saturating_sub(cut)]);
        for (k, segment) in report.segments.iter().enumerate().filter(|_| aligned) {
            prop_assert_eq!([&segment.bead.original, &segment.bead.translation], [&(k..k + 1), &(k..k + 1)]);
        }
    }

    #[test]
    fn a_text_against_itself_is_perfect(
        words in any_text().prop_filter("has a letter", |t| t.chars().any(is_letter)),
        codes in select(vec![None, Some("en:en"), Some("zh:zh"), Some("fr:fr")]),
    ) {
        let report = judge_running(&[words.clone(), words], codes);
        prop_assert_eq!(report.scores.similarity, Some(100.0));
        prop_assert_eq!(report.scores.ter, Some(0.0));
        let grave: Vec<_> = report.findings.iter().filter(|f| f.severity > Severity::Minor).collect();
        prop_assert!(grave.is_empty(), "{:?}", grave);
        prop_assert_ne!(report.verdict, Verdict::Fail, "{}", report.note);
        prop_assert_eq!(report.omitted() + report.added(), 0);
    }

    #[test]
    fn normalising_twice_is_normalising_once(text in any_text()) {
        let rules = Normalise::default();
        let once = normalise(&text, &rules).0;
        let twice = normalise(&once, &rules).0;
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn tables_of_every_dialect_are_read_back_and_no_cell_is_a_formula(
        starts in prop::array::uniform3(select(vec!["", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n=", "'=", "''", "'\0"])),
        texts in prop::array::uniform3(any_text()),
        times in select(vec![1, 1, 1, 500]),
    ) {
        let mut row = starts.map(String::from);
        row.iter_mut().zip(&texts).for_each(|(start, text)| start.push_str(text));
        let long = texts.map(|text| text.repeat(times));
        dialects().for_each(|dialect| cells_hold(dialect, &[row.clone(), long.clone()]));
    }

    #[test]
    fn what_any_encoding_yields_is_split_without_loss(
        text in any_text(),
        encoding in select(vec!["utf-8", "utf-16le", "utf-16be"]),
        mark: bool,
        ends in select(vec!["\n", "\r\n", "\r"]),
        language in select(vec!["en", "de", "fr", "zh", "ja", "th", "el"]),
    ) {
        let text = format!("{}{}", if mark { "\u{feff}" } else { "" }, text.replace('\n', ends));
        let bytes: Vec<u8> = match encoding {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => text.clone().into_bytes(),
        };
        let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        match input::text(&bytes, encoding, Limits::default()) {
            Ok(read) => {
                prop_assert_eq!(read.trim_start_matches('\u{feff}'), plain);
                splits::split_holds(&read, Language::parse(language).as_ref());
            }
            Err(error) => prop_assert!(
                error.reason == "empty" && text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty()
                    || ["binary", "utf-16", "utf-32"].contains(&error.reason) && bytes.contains(&0),
                "{:?}", error
            ),
        }
    }

    #[test]
    fn any_settings_are_refused_with_file_and_line_or_judge_by(lines in prop::collection::vec(select(&SETTINGS[..]), 0..8)) {
        let text = lines.join("\n");
        match Pipeline::parse(&text, "my.toml", "my") {
            Err(error) => prop_assert!(error.to_string().starts_with("my.toml:"), "{}", error),
            Ok(pipeline) => {
                let side = |text: &str| Text::Running(text.to_string());
                let job = Job {
                            original: side("The ferry left. Nobody waved."),
                    translation: side("The ferry ferry left. The the lamp."),
                    languages: [None, None],
                    ..Job::default()
                };
                match pipeline.judge(job, &Context::default()) {
                    Ok(report) => report_holds(&report),
                    Err(error) => prop_assert_eq!(error.reason, "too-many-sentences"),
                }
            }
        }
        let rules = Accepted::default().add_rules(&text, "ignore.toml");
        prop_assert!(rules.map_err(|e| e.to_string()).err().is_none_or(|e| e.starts_with("ignore.toml:")));
    }

    #[test]
    fn any_line_has_one_answer(line in any_line()) {
        let limits = Limits { sentences: 1, ..Limits::default() };
        for pipeline in [Pipeline::default(), Pipeline { limits, ..Pipeline::default() }] {
            answer_holds(&answer(&pipeline, &Context::default(), &line), &line);
        }
    }
}
