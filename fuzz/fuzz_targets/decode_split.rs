//! Bytes in some encoding become a text, the text a document.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pairscore::input::text;
use pairscore::model::Language;
use pairscore::pipeline::Limits;

#[path = "../../tests/common/splits.rs"]
mod splits;

const ENCODINGS: [&str; 8] =
    ["utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030", "iso-2022-jp", "koi8-r"];

const LANGUAGES: [&str; 8] = ["", "en", "de", "fr", "zh", "ja", "ru", "el"];

// Two letters choose encoding and language, the rest is the file.
fuzz_target!(|bytes: &[u8]| -> Corpus {
    let [encoding, language, file @ ..] = bytes else { return Corpus::Reject };
    let encoding = ENCODINGS[usize::from(*encoding) % 8];
    match text(file, encoding, Limits { line_kib: 2, ..Limits::default() }) {
        Ok(text) => {
            splits::split_holds(&text, Language::parse(LANGUAGES[usize::from(*language) % 8]).as_ref())
        }
        Err(error) => {
            assert!(!error.reason.is_empty() && !error.hint.is_empty());
            assert!(error.byte_offset.is_none_or(|at| at <= file.len() as u64), "{error:?}");
        }
    }
    Corpus::Keep
});
