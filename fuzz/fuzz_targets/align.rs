//! Two lists of sentences are aligned.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use pairscore::context::Context;
use pairscore::pipeline::{Job, Pipeline, Text};

#[path = "../../tests/common/holds.rs"]
#[allow(dead_code, reason = "no report here")]
mod holds;

const WORDS: [&str; 32] = [
    "the",
    "ferry",
    "left",
    "harbour",
    "at",
    "noon",
    "nobody",
    "waved",
    "lamp",
    "was",
    "lit",
    "again",
    "and",
    "Marlow",
    "die",
    "Fähre",
    "legte",
    "mittags",
    "ab",
    "niemand",
    "winkte",
    "1,234.5",
    "1.234,5",
    "港口",
    "渡船",
    "паром",
    "ушёл",
    "ha",
    "\u{301}",
    "\u{200d}",
    "...",
    "-",
];

const LANGUAGES: [Option<&str>; 5] = [None, Some("en:en"), Some("de:en"), Some("en:zh"), Some("ru:en")];

#[derive(Debug, Arbitrary)]
struct Lists {
    languages: u8,
    original: Vec<Sentence>,
    translation: Vec<Counterpart>,
}

#[derive(Debug, Arbitrary)]
enum Sentence {
    Words(Vec<u8>),
    Text(String),
}

#[derive(Debug, Arbitrary)]
enum Counterpart {
    Copy(u8),
    Two(u8),
    Own(Sentence),
}

impl Sentence {
    fn text(&self) -> String {
        match self {
            Sentence::Words(words) => {
                words.iter().map(|&w| WORDS[usize::from(w) % 32]).collect::<Vec<_>>().join(" ")
            }
            Sentence::Text(text) => text.clone(),
        }
    }
}

impl Counterpart {
    fn text(&self, originals: &[String]) -> String {
        let original =
            |k: u8| originals.get(usize::from(k) % originals.len().max(1)).cloned().unwrap_or_default();
        match self {
            Counterpart::Copy(k) => original(*k),
            Counterpart::Two(k) => format!("{} {}", original(*k), original(k.wrapping_add(1))),
            Counterpart::Own(sentence) => sentence.text(),
        }
    }
}

fuzz_target!(|lists: Lists| {
    let mut pipeline = Pipeline::default();
    pipeline.input.languages = LANGUAGES[usize::from(lists.languages) % 5].map(String::from);
    let original: Vec<String> = lists.original.iter().map(Sentence::text).collect();
    let translation: Vec<String> = lists.translation.iter().map(|t| t.text(&original)).collect();
    let sentences = [original.len(), translation.len()];
    let job = Job {
        original: Text::Sentences(original),
        translation: Text::Sentences(translation),
        languages: pipeline.languages().expect("two codes"),
        ..Job::default()
    };
    let aligned = pipeline.align(job, &Context::default()).expect("small lists are aligned");
    holds::beads_hold(aligned.segments.iter().map(|s| &s.bead), sentences);
});
