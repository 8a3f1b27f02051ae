//! A text is read as a pipeline, as an ignore file, as a baseline and as a context; whatever is taken is used.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pairscore::context::Context;
use pairscore::model::Language;
use pairscore::pipeline::accepted::Accepted;
use pairscore::pipeline::{Job, Pipeline, Text};

#[path = "../../tests/common/holds.rs"]
mod holds;

fuzz_target!(|text: &str| {
    let mut pipeline = Pipeline::default();
    match Pipeline::parse(text, "fuzz.toml", "fuzz") {
        Ok(parsed) => pipeline = parsed,
        Err(error) => assert!(error.to_string().starts_with("fuzz.toml:"), "{error}"),
    }
    let mut accepted = Accepted::default();
    if let Err(error) = accepted.add_rules(text, "ignore.toml") {
        assert!(error.to_string().starts_with("ignore.toml:"), "{error}");
    }
    if let Err(error) = accepted.add_baseline(text.as_bytes(), "findings.csv") {
        assert!(error.to_string().starts_with("findings.csv:"), "{error}");
    }
    let context = Context::from_json(text).unwrap_or_default();
    assert_eq!(Context::from_json(&context.to_json()).as_ref(), Ok(&context));
    pipeline.accepted = accepted;
    assert!(!pipeline.signature().contains('\n'));
    judges(&pipeline, &context);
});

/// No setting makes judging a pair fail but the limit of sentences.
fn judges(pipeline: &Pipeline, context: &Context) {
    let running = |text: &str| Text::Running(text.to_string());
    let job = Job {
        pair: "a/b".to_string(),
        original: running("Die Fähre legte um 12:30 Uhr ab. Niemand winkte. <b>Ende</b> %s"),
        translation: running("The ferry ferry left at 13:30. Nobody waved. <b>End %d https://a.example"),
        languages: ["de", "en"].map(Language::parse),
        aligned: false,
        machine_translation: None,
    };
    match pipeline.judge(job, context) {
        Ok(report) => holds::report_holds(&report),
        Err(error) => assert_eq!(error.reason, "too-many-sentences"),
    }
}
