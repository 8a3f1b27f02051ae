//! Which language a text is in, and whether two texts share one.

use rustc_hash::FxHashSet;
use whatlang::Lang;

use super::Document;
use crate::model::{Language, Side};

/// Bytes of a text that identification looks at: more does not change its answer on prose, and costs time.
const SAMPLE: usize = 2000;

/// Share of the smaller vocabulary that two texts of one language have in common. Measured on NTREX-128: human
/// translations of one document into two varieties of a language share .5 to .7 of it, texts of two related
/// languages (es, pt) below .3, others below .15.
const SAME_LANGUAGE_OVERLAP: f64 = 0.4;

/// Identifies the language of `text` by its first 2,000 bytes; `None` when there is too little to tell.
pub fn identify(text: &str) -> Option<Identified> {
    let info = whatlang::detect(&text[..text.floor_char_boundary(SAMPLE)])?;
    let language = Language::parse(iso_639_1(info.lang()))?;
    Some(Identified { language, reliable: info.is_reliable() })
}

/// What identification says.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// The likeliest language.
    pub language: Language,
    /// The likeliest stands clearly before the second.
    pub reliable: bool,
}

/// Settles the languages of a pair: declared ones hold; of the others, a doubtful identification gives way to
/// the other side's language when both texts share their vocabulary.
pub fn settle(
    documents: [&Document; 2],
    declared: &[Option<Language>; 2],
) -> ([Option<Language>; 2], Treatment) {
    let found = [0, 1].map(|i| match &declared[i] {
        Some(language) => Some(Identified { language: language.clone(), reliable: true }),
        None => identify(documents[i].normal()),
    });
    let is_declared = declared.iter().all(Option::is_some);
    let agree = match &found {
        [Some(a), Some(b)] => a.language.primary() == b.language.primary(),
        _ => false,
    };
    let certain = is_declared || found.iter().all(|f| f.as_ref().is_some_and(|f| f.reliable));
    let identical = documents[0].normal() == documents[1].normal();
    let monolingual = agree
        || (identical && !is_declared)
        || (!certain && shared_vocabulary(documents) >= SAME_LANGUAGE_OVERLAP);
    let mut languages = found.clone().map(|f| f.map(|f| f.language));
    if monolingual && !agree {
        let surer = match &found {
            [Some(a), _] if declared[0].is_some() || a.reliable => Side::Original,
            [_, Some(b)] if declared[1].is_some() || b.reliable => Side::Translation,
            [None, Some(_)] => Side::Translation,
            _ => Side::Original,
        };
        let one = languages[surer as usize].clone();
        languages = [one.clone(), one];
    }
    (languages, if monolingual { Treatment::Monolingual } else { Treatment::Bilingual })
}

/// How a pair is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Both sides in one language: compared by content.
    Monolingual,
    /// Two languages: compared by length and what both share.
    Bilingual,
}

/// Distinct words of both sides over those of the side that has fewer.
fn shared_vocabulary(documents: [&Document; 2]) -> f64 {
    let [a, b] = documents.map(|d| {
        let letters = d.tokens().iter().filter(|t| t.is_letters()).map(|t| t.word);
        letters.collect::<FxHashSet<_>>()
    });
    let shared = a.intersection(&b).count();
    shared as f64 / a.len().min(b.len()).max(1) as f64
}

/// Scripts that settle the language's family for splitting even when identification fails are covered by
/// whatlang itself; this maps its codes to the two-letter ones that people write.
fn iso_639_1(lang: Lang) -> &'static str {
    match lang.code() {
        "epo" => "eo",
        "eng" => "en",
        "rus" => "ru",
        "cmn" => "zh",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "ben" => "bn",
        "fra" => "fr",
        "deu" => "de",
        "ukr" => "uk",
        "kat" => "ka",
        "ara" => "ar",
        "hin" => "hi",
        "jpn" => "ja",
        "heb" => "he",
        "yid" => "yi",
        "pol" => "pl",
        "amh" => "am",
        "jav" => "jv",
        "kor" => "ko",
        "nob" => "nb",
        "dan" => "da",
        "swe" => "sv",
        "fin" => "fi",
        "tur" => "tr",
        "nld" => "nl",
        "hun" => "hu",
        "ces" => "cs",
        "ell" => "el",
        "bul" => "bg",
        "bel" => "be",
        "mar" => "mr",
        "kan" => "kn",
        "ron" => "ro",
        "slv" => "sl",
        "hrv" => "hr",
        "srp" => "sr",
        "mkd" => "mk",
        "lit" => "lt",
        "lav" => "lv",
        "est" => "et",
        "tam" => "ta",
        "vie" => "vi",
        "urd" => "ur",
        "tha" => "th",
        "guj" => "gu",
        "uzb" => "uz",
        "pan" => "pa",
        "aze" => "az",
        "ind" => "id",
        "tel" => "te",
        "pes" => "fa",
        "mal" => "ml",
        "ori" => "or",
        "mya" => "my",
        "nep" => "ne",
        "sin" => "si",
        "khm" => "km",
        "tuk" => "tk",
        "aka" => "ak",
        "zul" => "zu",
        "sna" => "sn",
        "afr" => "af",
        "lat" => "la",
        "slk" => "sk",
        "cat" => "ca",
        "tgl" => "tl",
        "hye" => "hy",
        "cym" => "cy",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_identifier_is_a_language_tag_of_two_letters() {
        for &lang in Lang::all() {
            assert_eq!(iso_639_1(lang).len(), 2, "{lang:?}");
        }
    }

    #[test]
    fn prose_is_identified_and_nothing_is_not() {
        let german = "Der Bürgermeister sagte am Dienstag, die Brücke werde erst im Herbst wieder geöffnet.";
        assert_eq!(identify(german).map(|f| f.language.to_string()).as_deref(), Some("de"));
        assert_eq!(identify("12 + 30 = 42"), None);
    }
}
