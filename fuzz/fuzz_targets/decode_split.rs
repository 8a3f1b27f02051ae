//! Bytes in some encoding become a text, the text a document.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pairscore::input::text;
use pairscore::model::Language;
use pairscore::pipeline::Limits;
use pairscore::text::Document;
use pairscore::text::normalise::{Normalise, normalise};
use pairscore::text::words::Words;

const ENCODINGS: [&str; 8] =
    ["utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030", "iso-2022-jp", "koi8-r"];

const LANGUAGES: [&str; 8] = ["", "en", "de", "fr", "zh", "ja", "ru", "el"];

// Two letters choose encoding and language, the rest is the file.
fuzz_target!(|bytes: &[u8]| -> Corpus {
    let [encoding, language, file @ ..] = bytes else { return Corpus::Reject };
    let encoding = ENCODINGS[usize::from(*encoding) % 8];
    match text(file, encoding, Limits { line_kib: 2, ..Limits::default() }) {
        Ok(text) => splits(text, Language::parse(LANGUAGES[usize::from(*language) % 8]).as_ref()),
        Err(error) => {
            assert!(!error.reason.is_empty() && !error.hint.is_empty());
            assert!(error.byte_offset.is_none_or(|at| at <= file.len() as u64), "{error:?}");
        }
    }
    Corpus::Keep
});

fn splits(text: String, language: Option<&Language>) {
    assert!(!text.contains('\r') && !text.trim().is_empty());
    let rules = Normalise::default();
    let mut words = Words::default();
    let mut document = Document::from_text(text.clone(), &rules, &mut words);
    document.split(language);
    let normal = document.normal();
    assert_eq!(normalise(normal, &rules).0, normal, "normalising twice is normalising once");

    let mut at = 0;
    for (number, sentence) in document.sentences().iter().enumerate() {
        let range = sentence.normal.clone();
        assert!(
            normal[at..range.start].trim().is_empty(),
            "outside of sentences: {:?}",
            &normal[at..range.start]
        );
        let body = &normal[range.clone()];
        assert!(!body.is_empty() && body.trim() == body, "{body:?}");
        let passage = document.passage(number..number + 1);
        assert!(text.contains(passage.source()) && passage.normal() == body);
        let tokens = document.tokens_of(number).iter().map(|t| t.start as usize..t.end as usize);
        assert!(tokens.into_iter().all(|t| range.start <= t.start && t.end <= range.end && t.start < t.end));
        assert!(1 <= sentence.line && sentence.line <= text.split('\n').count());
        at = range.end;
    }
    assert!(normal[at..].trim().is_empty(), "after the last sentence: {:?}", &normal[at..]);
    let numbers = document.sentences().iter().map(|s| (s.line, s.paragraph));
    assert!(numbers.clone().is_sorted_by_key(|n| n.0) && numbers.is_sorted_by_key(|n| n.1));
}
