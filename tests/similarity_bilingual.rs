//! Similarity of pairs in two languages, through the whole chain.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use pairscore::align::lexicon::WordList;
use pairscore::context::Context;
use pairscore::model::{Language, PairReport};
use pairscore::pipeline::{Given, Job, Pipeline, Text};

const ORIGINAL: [&str; 4] = [
    "The ferry leaves the harbour at noon.",
    "The captain saw a storm.",
    "The harbour was closed in winter.",
    "The old captain sold the bridge.",
];
const TRANSLATION: [&str; 4] = [
    "Die Fähre verlässt den Hafen am Mittag.",
    "Der Kapitän sah einen Sturm.",
    "Der Hafen war im Winter gesperrt.",
    "Der alte Kapitän verkaufte die Brücke.",
];

fn known() -> Context {
    let mut words = WordList::default();
    let entries = "the:die the:der the:den ferry:fähre leaves:verlässt harbour:hafen captain:kapitän saw:sah \
        storm:sturm closed:gesperrt winter:winter old:alte sold:verkaufte bridge:brücke was:war noon:mittag";
    for (source, target) in entries.split_whitespace().filter_map(|entry| entry.split_once(':')) {
        assert!(words.add_entry(source, target));
    }
    Context::default().with_dictionary(words.into())
}

fn judged(original: &[&str], translation: &[&str], context: &Context) -> PairReport {
    let text = |lines: &[&str]| Text::Sentences(lines.iter().map(|line| (*line).to_string()).collect());
    let job = Job {
        pair: "pair".to_string(),
        original: text(original),
        translation: text(translation),
        languages: ["en", "de"].map(Language::parse),
        alignment: Given::OneToOne,
        ..Job::default()
    };
    Pipeline::default().judge(job, context).expect("is judged")
}

fn similarities(report: &PairReport) -> Vec<f64> {
    report.segments.iter().map(|s| s.scores.similarity.expect("a similarity")).collect()
}

#[test]
fn two_segments_that_have_changed_places_are_seen() {
    let right = similarities(&judged(&ORIGINAL, &TRANSLATION, &known()));
    let mut swapped = TRANSLATION;
    swapped.swap(1, 2);
    let wrong = similarities(&judged(&ORIGINAL, &swapped, &known()));
    assert!(right.iter().all(|&s| s > 60.0), "{right:?}");
    assert!(wrong[1] < 20.0 && wrong[2] < 20.0, "{wrong:?}");
}

#[test]
fn a_segment_that_is_left_out_scores_nothing() {
    let mut translation = TRANSLATION;
    translation[3] = "";
    assert!(similarities(&judged(&ORIGINAL, &translation, &known()))[3] < f64::EPSILON);
}

#[test]
fn where_nothing_is_known_the_similarity_is_empty_and_the_note_says_why() {
    let report = judged(&ORIGINAL[..1], &TRANSLATION[..1], &Context::default());
    assert_eq!(report.scores.similarity, None);
    assert!(report.note.contains("no similarity: too little known about en:de"), "{}", report.note);
}
