//! End marks that the two sides do not share.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::marks::{End, is_closing, is_quote, sources, with_neighbours};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::led_by;

#[doc = include_str!("punctuation.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Punctuation {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Punctuation {
    fn default() -> Self {
        Punctuation { enabled: true, severity: None }
    }
}

impl Check for Punctuation {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let Some(segment) = pair.both(index) else { return };
        let [original, translation] = sources(segment);
        let mut report = |place: Range<usize>, message: String| {
            out.add_in_source(Severity::Minor, (index, Side::Translation), place, message);
        };
        if let Some(message) = other_sentence(pair, original, translation) {
            report(tail(translation), message.to_string());
        }
        let mut licences: Vec<&str> = doubled(original).take(MOST).map(|place| &original[place]).collect();
        let unlicensed = |place: &Range<usize>| {
            let licence = licences.iter().position(|l| *l == &translation[place.clone()]);
            licence.map(|k| licences.swap_remove(k)).is_none()
        };
        for place in doubled(translation).filter(unlicensed).take(MOST) {
            let message = format!("\"{}\": one mark too many", &translation[place.clone()]);
            report(with_neighbours(translation, place), message);
        }
        let inverted = |side: Side, text| if pair.language(side) == "es" { unopened(text) } else { None };
        if let (Some(place), None) =
            (inverted(Side::Translation, translation), inverted(Side::Original, original))
        {
            report(with_neighbours(translation, place), "a question without its \"¿\"".to_string());
        }
    }

    fn document(&self, pair: &Pair, out: &mut Findings) {
        let lost: Vec<usize> = (0..pair.segments.len()).filter(|&k| loses_its_mark(pair, k)).collect();
        let habit = lost.len() >= HABIT && lost.len() * HABIT_SHARE > pair.segments.len();
        for &index in lost.iter().take(if habit { 1 } else { lost.len() }) {
            let message = if habit {
                format!("{} segments have lost the mark at their end, this one first", lost.len())
            } else {
                "the original ends in a mark, the translation in none".to_string()
            };
            let place = tail(sources(&pair.segments[index])[1]);
            out.add_in_source(Severity::Minor, (index, Side::Translation), place, message);
        }
    }
}

/// No more doubled marks than these are reported in one segment.
const MOST: usize = 5;

/// So many segments without an end mark, and more than one in so many, are the way of the whole text and said once.
const HABIT: usize = 2;
const HABIT_SHARE: usize = 10;

/// Thai and Lao have no full stop.
const WITHOUT_STOPS: [&str; 2] = ["th", "lo"];

/// May ask without the sign: these languages mark questions by a word. In Japanese that word comes last.
fn asks_in_words(text: &str, language: &str) -> bool {
    match language {
        "ja" => text.trim_end_matches(|c: char| !c.is_alphabetic()).ends_with(['か', 'の', 'ね', 'な']),
        _ => ["th", "lo", "km", "my"].contains(&language),
    }
}

/// These may let a closing quote end the sentence.
const QUOTE_ENDS: [&str; 4] = ["zh", "ja", "ko", "ar"];

/// A text of more segments than these may open with a headline and a line below it, with or without a stop.
const HEADED: usize = 5;
const HEADLINES: usize = 2;

/// The original ends in a full stop, exclamation or question mark, the translation in no mark at all.
fn loses_its_mark(pair: &Pair, index: usize) -> bool {
    let Some(segment) = pair.both(index) else { return false };
    let [original, translation] = sources(segment);
    let [there, here] = [pair.language(Side::Original), pair.language(Side::Translation)];
    let quoted = QUOTE_ENDS.contains(&here) && translation.ends_with(is_closing);
    let headline = index < HEADLINES && pair.segments.len() > HEADED;
    End::of(translation, here) == End::Bare
        && End::of(original, there) >= End::Stop
        && !WITHOUT_STOPS.contains(&here)
        && !quoted
        && !headline
        && !ends_in_abbreviation(original)
        && other_sentence(pair, original, translation).is_none()
}

/// The stop at the end may belong to the last word: `U.S.`, `Inc.`
fn ends_in_abbreviation(text: &str) -> bool {
    const KNOWN: [&str; 12] =
        ["inc", "ltd", "corp", "co", "jr", "sr", "bros", "etc", "usw", "dgl", "ca", "no"];
    let Some(body) = text.strip_suffix('.') else { return false };
    let word = body.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let inner = word.strip_suffix('.').is_none() && word.contains('.');
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    inner || initial || KNOWN.contains(&word.to_lowercase().as_str())
}

/// A question on one side alone. Wherever on the other side its mark stands, it counts: word order differs.
/// Where the other side stops at a comma, the sentence goes on, and a question quoted within a sentence may well
/// be reported: neither tells.
fn other_sentence(pair: &Pair, original: &str, translation: &str) -> Option<&'static str> {
    let languages = [Side::Original, Side::Translation].map(|side| pair.language(side));
    let texts = [original, translation];
    let ends = [0, 1].map(|k| End::of(texts[k], languages[k]));
    let any = |k: usize| texts[k].chars().any(|c| End::of_mark(c, languages[k]) == Some(End::Question));
    let only = |k: usize| {
        let other = 1 - k;
        let silent = quotes_at_the_end(texts[k]) || asks_in_words(texts[other], languages[other]);
        ends[k] == End::Question && ends[other] != End::Pause && !any(other) && !silent
    };
    if only(0) {
        Some("the original asks, the translation has no question mark")
    } else if only(1) {
        Some("the translation asks, the original has no question mark")
    } else {
        None
    }
}

/// A quotation that begins within the text ends it.
fn quotes_at_the_end(text: &str) -> bool {
    let quote = |c: char| is_quote(c) || matches!(c, '\'' | '‘' | '’' | '「' | '」');
    text.trim_end_matches('.').ends_with(quote) && !text.starts_with(quote)
}

/// The last word with its mark.
fn tail(text: &str) -> Range<usize> {
    with_neighbours(text, text.len()..text.len())
}

/// Two marks of which one is too many: `,,` `..` `,.` `(,` `,)` and their like, white space between or not.
fn doubled(text: &str) -> impl Iterator<Item = Range<usize>> {
    // First bytes of the marks that may be the second.
    let seconds = led_by(text, |b| matches!(b, b',' | b'.' | b')' | b';' | 0xd8 | 0xe3 | 0xef));
    seconds.filter_map(move |(at, c)| {
        let (previous, first) = text[..at].trim_end().char_indices().next_back()?;
        let (head, rest) = (&text[..previous], &text[at + c.len_utf8()..]);
        let tight = at == previous + first.len_utf8();
        let clash = match (first, c) {
            // Not of an ellipsis, a path or a range.
            ('.', '.') => {
                tight
                    && !head.ends_with('.')
                    && !rest.starts_with(|c: char| c == '.' || c == '/' || c.is_alphanumeric())
            }
            // Two commas may be a low quotation mark: „ as ,,
            (',', ',') => head.ends_with(char::is_alphanumeric) && !rest.starts_with(char::is_alphanumeric),
            (',', '.' | ')') => !rest.starts_with(|c: char| c == '.' || c.is_alphanumeric()),
            ('(', ',') | (';', ';') | ('，', '，') | ('。', '。') | ('、', '、') | ('،', '،') => {
                tight
            }
            _ => false,
        };
        clash.then_some(previous..at + c.len_utf8())
    })
}

/// A question mark in a Spanish text that nowhere opens a question.
fn unopened(text: &str) -> Option<Range<usize>> {
    let at = text.find('?').filter(|_| !text.contains(['¿', '¡']))?;
    (!text[at + 1..].starts_with(char::is_alphanumeric)).then_some(at..at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clashes(text: &str) -> Vec<&str> {
        doubled(text).map(|r| &text[r]).collect()
    }

    #[test]
    fn a_mark_too_many_is_found() {
        assert_eq!(clashes("one,, two, . three.."), [",,", ", .", ".."]);
        assert_eq!(clashes("(the red one,) came."), [",)"]);
        assert_eq!(clashes("终于，，来了。。"), ["，，", "。。"]);
    }

    #[test]
    fn ellipses_paths_ranges_and_low_quotes_are_none() {
        for text in [
            "Well... no",
            "see ../home",
            "1..5",
            "er sagte ,,nein''",
            "e.g., this",
            "costs ,.5",
            "wait . . .",
        ] {
            assert_eq!(clashes(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_stop_may_belong_to_the_last_word() {
        assert!(ends_in_abbreviation("made in the U.S."));
        assert!(ends_in_abbreviation("Tolle Inc."));
        assert!(!ends_in_abbreviation("He went home."));
    }

    #[test]
    fn a_spanish_question_is_opened() {
        assert_eq!(unopened("Quién viene?"), Some(12..13));
        assert_eq!(unopened("¿Quién viene?"), None);
        assert_eq!(unopened("lea a.example/?q=1"), None);
    }
}
