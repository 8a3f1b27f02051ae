//! What holds for every text, tried with many odd ones.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use pairscore::context::Context;
use pairscore::dialect::{CELL_LIMIT, Dialect, unguarded};
use pairscore::model::{PairReport, Severity, Side, Verdict};
use pairscore::pipeline::{Job, Pipeline, Text};
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

/// What spreadsheets get.
const SHEET: Dialect = Dialect { bom: false, decimal_comma: false, raw: false };

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
    let job =
        Job { pair: String::new(), original, translation, languages, aligned, machine_translation: None };
    pipeline.judge(job, &Context::default()).expect("small texts are judged")
}

fn judge_running([original, translation]: &[String; 2], codes: Option<&str>) -> PairReport {
    judge(Text::Running(original.clone()), Text::Running(translation.clone()), codes, false)
}

fn assert_scores_are_in_range(report: &PairReport) {
    for s in report.segments.iter().map(|s| &s.scores).chain([&report.scores]) {
        let hundreds = [s.similarity, s.chrf, s.bleu].into_iter().flatten();
        assert!(hundreds.into_iter().all(|v| (0.0..=100.0 + 1e-9).contains(&v)), "{s:?}");
        assert!(
            [s.ter, s.length_ratio, s.repetition].into_iter().flatten().all(|v| v >= 0.0 && v.is_finite()),
            "{s:?}"
        );
    }
    assert!((0.0..=1.0).contains(&report.coverage));
    assert!(report.error_points.is_finite() && report.error_points >= 0.0);
}

fn assert_every_sentence_is_in_one_bead(report: &PairReport) {
    let counts = [report.original_sentences, report.translation_sentences];
    for (side, count) in counts.into_iter().enumerate() {
        let mut seen = vec![0; count];
        for segment in &report.segments {
            let range = [&segment.bead.original, &segment.bead.translation][side].clone();
            range.for_each(|sentence| seen[sentence] += 1);
        }
        assert!(seen.iter().all(|&n| n == 1), "side {side}: {seen:?}");
    }
    assert!(report.segments.iter().all(|s| !s.bead.original.is_empty() || !s.bead.translation.is_empty()));
}

fn assert_order_is_kept(report: &PairReport) {
    let beads = report.segments.iter().map(|s| &s.bead).filter(|b| b.is_aligned() && !b.moved);
    let mut last = [0, 0];
    for bead in beads {
        assert!(bead.original.start >= last[0] && bead.translation.start >= last[1], "{bead:?}");
        last = [bead.original.end, bead.translation.end];
    }
    // Rows stand in the order of the original.
    let starts: Vec<usize> = report
        .segments
        .iter()
        .filter(|s| !s.bead.original.is_empty())
        .map(|s| s.bead.original.start)
        .collect();
    assert!(starts.is_sorted(), "{starts:?}");
}

fn assert_spans_lead_to_their_excerpts(report: &PairReport) {
    for finding in &report.findings {
        let segment = &report.segments[finding.segment];
        let text = match finding.side {
            Side::Original => &segment.original,
            Side::Translation => &segment.translation,
        };
        let (start, end) = (finding.chars.start, finding.chars.end);
        assert!(start <= end && end <= text.chars().count(), "{finding:?} in {text:?}");
        let marked: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(marked, finding.excerpt, "{finding:?} in {text:?}");
    }
    assert!(report.findings.is_sorted_by_key(|f| f.segment));
}

/// A span, and so a finding, that marks nothing tells nobody anything.
fn assert_findings_say_something(report: &PairReport) {
    for finding in &report.findings {
        assert!(!finding.excerpt.is_empty() && !finding.message.is_empty(), "{finding:?}");
    }
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
        assert_every_sentence_is_in_one_bead(&report);
        assert_order_is_kept(&report);
        assert_spans_lead_to_their_excerpts(&report);
        assert_findings_say_something(&report);
        assert_scores_are_in_range(&report);
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
        assert_every_sentence_is_in_one_bead(&report);
        assert_order_is_kept(&report);
        assert_spans_lead_to_their_excerpts(&report);
        assert_scores_are_in_range(&report);
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
    fn no_cell_is_a_formula_or_breaks_a_line(
        start in select(vec!["", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n=", "'="]), rest in any_text(),
    ) {
        let value = format!("{start}{rest}");
        let (cell, cut) = (SHEET.text(&value), SHEET.cuts(&value));
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{:?}", cell);
        prop_assert!(!cell.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']), "{:?}", cell);
        let guard = cell.chars().count() - value.chars().count().min(CELL_LIMIT);
        prop_assert!(guard == 0 || guard == 1 && cell.starts_with('\''));
        if !value.starts_with('\r') && guard == 1 {
            prop_assert_eq!(unguarded(&cell).len(), cell.len() - 1);
        }
        prop_assert_eq!(cut, value.chars().count() > CELL_LIMIT);
    }

    #[test]
    fn every_cell_comes_back_from_a_csv_reader(values in prop::collection::vec(any_text(), 1..6)) {
        let cells: Vec<String> = values.iter().map(|v| SHEET.text(v)).collect();
        let mut writer = SHEET.writer(Vec::new()).expect("writes");
        writer.write_record(&cells).expect("writes");
        let bytes = writer.into_inner().expect("flushes");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        let back: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
        prop_assert_eq!(back, vec![csv::StringRecord::from(cells)]);
    }
}
