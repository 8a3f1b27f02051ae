//! Texts made to cost more than their length: each is judged to its end, and the report says what is true of it.
//!
//! Sizes are such that work that grows with the square of a text would not come back.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use pairscore::context::Context;
use pairscore::model::{Finding, PairReport, Severity, Side, Verdict};
use pairscore::pipeline::{Given, Job, Pipeline, Text};
use pairscore::text::normalise::{Normalise, normalise};

/// The usual pipeline with these checks alone, and no metrics.
fn only(checks: &[&str]) -> Pipeline {
    let all = Pipeline::default().checks;
    let mut text = "[metrics]\nchrf = false\nbleu = false\nter = false\n".to_string();
    for check in all.all().iter().filter(|c| !checks.contains(&c.name)) {
        text += &format!("[checks.{}]\nenabled = false\n", check.name);
    }
    Pipeline::parse(&text, "corners.toml", "corners").expect("a pipeline")
}

fn job(original: Text, translation: Text, codes: &str, aligned: bool) -> Job {
    let mut pipeline = Pipeline::default();
    pipeline.input.languages = Some(codes.to_string());
    let languages = pipeline.languages().expect("two codes");
    let alignment = if aligned { Given::OneToOne } else { Given::Nothing };
    Job { original, translation, languages, alignment, ..Job::default() }
}

fn judge(pipeline: &Pipeline, original: &str, translation: &str, codes: &str) -> PairReport {
    let [original, translation] = [original, translation].map(|t| Text::Running(t.to_string()));
    pipeline.judge(job(original, translation, codes, false), &Context::default()).expect("is judged")
}

/// Both texts as one segment, in which checks that compare all with all would be lost.
fn judge_segment(checks: &[&str], original: &str, translation: &str, codes: &str) -> Vec<Finding> {
    let [original, translation] = [original, translation].map(|t| Text::Sentences(vec![t.to_string()]));
    let report = only(checks).judge(job(original, translation, codes, true), &Context::default());
    report.expect("is judged").findings
}

/// A word for each number: letters alone, and no two alike.
fn word(number: usize) -> String {
    let syllables = ["ba", "ko", "mi", "ru", "te", "la", "ni", "so", "du", "fe"];
    number.to_string().bytes().map(|digit| syllables[usize::from(digit - b'0')]).collect::<String>() + "rt"
}

fn words(numbers: std::ops::Range<usize>, text: impl Fn(&str) -> String) -> String {
    numbers.map(|n| text(&word(n))).collect()
}

/// Of two words the row that repeats most: each part is the one before it and the one before that.
fn fibonacci(length: usize) -> String {
    let (mut last, mut text) = ("boat ".to_string(), "boat ship ".to_string());
    while text.len() < length {
        (last, text) = (text.clone(), text + &last);
    }
    text
}

#[test]
fn a_hundred_thousand_equal_words_are_one_run() {
    let found = judge_segment(&["repetition"], "The ferry sails.", &"harbour ".repeat(100_000), "en:en");
    assert_eq!((found.len(), found[0].severity), (1, Severity::Critical));
    assert!(found[0].message.contains("100000 times in a row"), "{}", found[0].message);
}

#[test]
fn the_most_repetitive_words_have_few_findings() {
    let (text, other) = (fibonacci(60_000), "Everything was quiet in the harbour that night.");
    let found = judge_segment(&["repetition"], other, &text, "en:en");
    assert!((1..=100).contains(&found.len()) && found[0].side == Side::Translation);
    assert_eq!(judge_segment(&["repetition"], &text, &text, "en:en"), []);
}

#[test]
fn one_letter_words_against_themselves_are_perfect() {
    let text: String = "abcdefghij".chars().cycle().take(10_000).flat_map(|c| [c, ' ']).collect();
    let report = judge(&Pipeline::default(), &text, &text, "en:en");
    assert_eq!((report.verdict, report.scores.ter), (Verdict::Pass, Some(0.0)));
    assert!(report.scores.bleu.is_some_and(|bleu| (bleu - 100.0).abs() < 1e-9));
}

#[test]
fn sentences_that_are_all_the_same_are_aligned_one_by_one() {
    let text = "The cat sat on the mat. ".repeat(600);
    let report = judge(&only(&["repetition", "omission"]), &text, &text, "en:en");
    assert_eq!((report.segments.len(), report.findings.len()), (600, 0));
    assert!(report.segments.iter().all(|s| s.bead.kind() == "1-1"));
}

#[test]
fn sentences_far_apart_in_a_much_longer_text_are_found() {
    let said = |n: usize| format!("The ferry {} left the harbour of {}", word(n), word(n + 100));
    let filler = |n: usize| format!("no {}", word(n % 977));
    let original = (0..60).map(said).collect();
    let translation =
        (0..60 * 1_400).map(|n| if n % 1_400 == 700 { said(n / 1_400) } else { filler(n) }).collect();
    let job = job(Text::Sentences(original), Text::Sentences(translation), "en:en", false);
    let segments = Pipeline::default().align(job, &Context::default()).expect("is aligned").segments;
    let aligned: Vec<_> = segments.iter().filter(|s| s.bead.is_aligned()).collect();
    assert_eq!(aligned.len(), 60);
    assert!(aligned.iter().all(|s| s.translation.contains(&s.original)));
}

#[test]
fn a_million_lines_of_one_word_are_too_many_sentences() {
    let text = Text::Running("word\n".repeat(1_000_000));
    let job = job(Text::Running("One word.".to_string()), text, "en:en", false);
    let refused = Pipeline::default().judge(job, &Context::default()).expect_err("too many");
    assert_eq!((refused.stage, refused.reason), ("split", "too-many-sentences"));
    assert!(refused.hint.starts_with("1000000 sentences"), "{}", refused.hint);
}

#[test]
fn ten_megabytes_of_marks_on_one_letter_stay_one_word() {
    let text = format!("a{}", "\u{301}".repeat(5_000_000));
    let (normal, map) = normalise(&text, &Normalise::default());
    assert_eq!(normal.chars().next(), Some('á'));
    assert_eq!((map.start(0), map.end(normal.len())), (0, text.len()));
    let part = &text[..200_001];
    let report = judge(&Pipeline::default(), part, part, "en:en");
    assert_eq!((report.segments.len(), report.scores.chrf), (1, Some(100.0)));
}

#[test]
fn beside_an_empty_side_everything_is_left_out() {
    let text = words(0..2_000, |w| format!("The ferry {w} sails today. "));
    let report = judge(&only(&["omission"]), &text, "", "en:en");
    assert_eq!((report.coverage, report.findings.len()), (0.0, 2_000));
    assert!(report.findings.iter().all(|f| f.check == "omission"));
}

#[test]
fn negations_beyond_the_other_side_s_are_counted() {
    let found = judge_segment(
        &["negation-mismatch"],
        &"not here ".repeat(60_000),
        &"not not ".repeat(29_999),
        "en:en",
    );
    assert_eq!((found.len(), found[0].side), (2, Side::Original));
    let german = judge_segment(
        &["negation-mismatch"],
        &"nicht Fähre kein Hafen ".repeat(30_000),
        &"wohl Schiff ein Ufer ".repeat(30_000),
        "de:de",
    );
    assert_eq!(german, []);
}

#[test]
fn the_same_words_on_both_sides_of_many_conjunctions_are_licensed_by_the_original() {
    let text = words(0..20_000, |w| format!("{w} two and {w} two and "));
    let found = judge_segment(&["repetition"], &text, &text, "en:en");
    assert_eq!(found, []);
}

#[test]
fn numbers_said_again_are_found_beside_all_the_others() {
    let numbers = |text: fn(usize) -> String| (1_000..60_000).map(text).collect::<String>();
    let (once, twice) = (numbers(|n| format!("{n} ")), numbers(|n| format!("{n} {n} ")));
    let found = judge_segment(&["repetition"], &once, &twice, "en:en");
    assert_eq!(found.len(), 100);
    assert!(found[0].message.contains("\"1000\" stands 2 times in a row"), "{}", found[0].message);
}

#[test]
fn loops_inside_licensed_runs_are_licensed() {
    let text = words(0..30_000, |w| format!("{w}hahahaha {w}hahahaha "));
    assert_eq!(judge_segment(&["repetition"], &text, &text, "en:en"), []);
}

#[test]
fn a_gap_of_many_brackets_parts_the_copies_of_a_run() {
    let translation = format!("a {} (cat)", "(".repeat(400_000)) + &" (cat)".repeat(60_000);
    let found = judge_segment(&["repetition"], "The ferry sails.", &translation, "en:en");
    let is_run =
        |f: &Finding| f.severity == Severity::Critical && f.message.starts_with("\"cat\" stands 60001 times");
    assert!(found.iter().any(is_run));
}

#[test]
fn one_sentence_in_place_of_all_is_a_loop_everywhere() {
    let original = (0..40_000).map(|n| words(4 * n..4 * n + 4, |w| format!("{w} ")));
    let original = Text::Sentences(original.collect());
    let translation = Text::Sentences(vec!["The cat sat on the mat today".to_string(); 40_000]);
    let report = only(&["repetition"]).judge(job(original, translation, "en:en", true), &Context::default());
    let report = report.expect("is judged");
    assert_eq!(report.findings.len(), 39_999);
    assert!(report.findings.iter().all(|f| f.severity == Severity::Critical));
}

#[test]
fn a_long_original_of_the_first_copy_is_read_once() {
    let long = format!("The cat sat {}", words(0..60_000, |w| format!("{w} ")));
    let original = [long].into_iter().chain((0..20_000).map(|n| format!("The dog {} lay there", word(n))));
    let translation = vec!["The cat sat on the mat today".to_string(); 20_001];
    let [original, translation] = [Text::Sentences(original.collect()), Text::Sentences(translation)];
    let report = only(&["repetition"]).judge(job(original, translation, "en:en", true), &Context::default());
    assert_eq!(report.expect("is judged").findings.len(), 20_000);
}

#[test]
fn shouted_words_are_found_among_many() {
    let small = words(0..40_000, |w| format!("the {w} of {w}x "));
    let loud = words(0..40_000, |w| format!("the {} of {w}x ", w.to_uppercase()));
    let found = judge_segment(&["casing"], &small, &loud, "en:en");
    assert!(found.len() == 100 && found.iter().all(|f| f.excerpt.chars().all(char::is_uppercase)));
}

#[test]
fn of_endless_number_words_the_ends_are_compared() {
    let text = "one hundred thousand ".repeat(6_000);
    assert_eq!(judge_segment(&["number-mismatch"], &text, &text, "en:en"), []);
}

#[test]
fn of_very_many_foreign_nouns_the_first_are_reported() {
    let original = words(0..20_000, |w| format!("the {w} of "));
    let foreign = |w: &str| w.replace("rt", "ł").replace('a', "ą").replace('o', "ó").replace(['b', 'k'], "ż");
    let translation = words(0..8_000, |w| format!("the Ść{}ź of ", foreign(w)));
    let found = judge_segment(&["untranslated"], &original, &translation, "en:en");
    assert!((1..=20).contains(&found.len()), "{}", found.len());
}

#[test]
fn words_longer_than_any_name_are_not_compared_letter_by_letter() {
    let text = |n: usize| format!("Today we saw B{} here.", words(n..n + 20_000, str::to_string));
    let found = judge_segment(&["name-mismatch"], &text(0), &text(7), "en:en");
    assert_eq!(found.len(), 1);
}

#[test]
fn a_saved_context_of_many_n_grams_is_loaded() {
    // In the order of a file, which is that of the places in memory: two million of one count.
    let grams: Vec<String> = (1..2_000_000_u64).map(|n| format!("{:011x}", n * 8_000_000)).collect();
    let grams = grams.concat();
    let none = "{},{},{},{},{}";
    let text = format!(
        "{{\"pairscore_context\":3,\"context\":{{\"frequencies\":{{\"en\":{{\"sentences\":9,\"once\":[0,0,0,0,0,0],\"grams\":[{{\"3\":\"{grams}\"}},{none}]}}}}}}}}"
    );
    let context = Context::from_json(&text).expect("a context");
    assert_eq!(context.sentences_counted().collect::<Vec<_>>(), [("en", 9)]);
}
