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
    let pipeline = Pipeline::parse(text, "fuzz.toml", "fuzz");
    let mut accepted = Accepted::default();
    let rules = accepted.add_rules(text, "ignore.toml");
    let baseline = accepted.add_baseline(text.as_bytes(), "findings.csv");
    let context = Context::from_json(text);
    if pipeline.is_ok() || rules.is_ok() || baseline.is_ok() || context.is_ok() {
        let pipeline = Pipeline { accepted, ..pipeline.as_ref().cloned().unwrap_or_default() };
        judges(&pipeline, context.as_ref().unwrap_or(&Context::default()));
    }
    if let Ok(context) = context {
        assert_eq!(Context::from_json(&context.to_json()), Ok(context));
    }
    for (refused, file) in
        [(pipeline.err(), "fuzz.toml:"), (rules.err(), "ignore.toml:"), (baseline.err(), "findings.csv:")]
    {
        assert!(refused.is_none_or(|error| error.to_string().starts_with(file)), "{file}");
    }
});

/// No setting makes judging a pair fail but the limit of sentences.
fn judges(pipeline: &Pipeline, context: &Context) {
    let running = |text: &str| Text::Running(text.to_string());
    let job = Job {
        pair: "a/b".to_string(),
        original: running("Die Fähre legte um 12:30 Uhr ab. Niemand winkte. <b>Ende</b> %s"),
        translation: running("The ferry ferry left at 13:30. Nobody waved. <b>End %d https://a.example"),
        languages: ["de", "en"].map(Language::parse),
        ..Job::default()
    };
    match pipeline.judge(job, context) {
        Ok(report) => holds::report_holds(&report),
        Err(error) => assert_eq!(error.reason, "too-many-sentences"),
    }
}
