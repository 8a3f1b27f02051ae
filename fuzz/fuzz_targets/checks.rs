//! Two texts are judged, with all checks on.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use pairscore::context::Context;
use pairscore::pipeline::{Input, Job, Pipeline, Text};

#[path = "../../tests/common/holds.rs"]
mod holds;

static STRICT: LazyLock<Pipeline> = LazyLock::new(|| Pipeline::load("strict").expect("is built in"));

/// Between the languages, the original and the translation.
const EDGE: &str = "\n====\n";

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let input = String::from_utf8_lossy(bytes);
    let mut parts = input.splitn(3, EDGE);
    let (Some(languages), Some(original), Some(translation)) = (parts.next(), parts.next(), parts.next())
    else {
        return Corpus::Reject;
    };
    let declared = Input { languages: Some(languages.to_string()), ..Input::default() };
    let languages = Pipeline { input: declared, ..Pipeline::default() }.languages().unwrap_or_default();
    let running = |text: &str| Text::Running(text.to_string());
    let job = Job {
        original: running(original),
        translation: running(translation),
        languages,
        ..Job::default()
    };
    let report = STRICT.judge(job, &Context::default()).expect("small texts are judged");
    holds::report_holds(&report);
    Corpus::Keep
});
