//! Encoding: characters that a wrong encoding, or a program that looked away, has spoilt.

use std::ops::Range;

use encoding_rs::{Encoding as Charset, WINDOWS_1251, WINDOWS_1252};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::led_by;

#[doc = include_str!("encoding.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Encoding {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Encoding {
    fn default() -> Self {
        Encoding { enabled: true, severity: None }
    }
}

impl Check for Encoding {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        let [original, translation] = [segment.original.source(), segment.translation.source()];
        let mut report = |find: fn(&str) -> Vec<Place>| {
            let mut places = find(translation);
            if !places.is_empty() {
                let there: FxHashSet<&str> = find(original).into_iter().map(|p| &original[p.0]).collect();
                places.retain(|p| !there.contains(&translation[p.0.clone()]));
            }
            merge(&mut places);
            for (range, message) in places {
                out.add_in_source(Severity::Major, (index, Side::Translation), range, message);
            }
        };
        report(lost_letters);
        report(strange_characters);
        if !translation.is_ascii() {
            report(mojibake);
            report(look_alikes);
        }
    }
}

/// Bytes of the translation, and what is wrong there.
type Place = (Range<usize>, String);

/// More places of a kind in one segment become one.
const PLACES: usize = 3;

fn merge(places: &mut Vec<Place>) {
    if let [(first, message), .., (last, _)] = &places[..]
        && places.len() > PLACES
    {
        let message = format!("{message}, and so on in {} places", places.len());
        *places = vec![(first.start..last.end, message)];
    }
}

/// Runs of letters, marks and question marks.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().flat_map(move |word| {
        let base = word.as_ptr() as usize - text.as_ptr() as usize;
        // Addresses have question marks of their own.
        let skip = word.contains(['/', '=', '@']);
        let pieces =
            word.split(|c: char| !c.is_alphabetic() && c != '?').filter(move |p| !skip && p.len() > 2);
        pieces.map(move |piece| {
            let start = base + (piece.as_ptr() as usize - word.as_ptr() as usize);
            start..start + piece.len()
        })
    })
}

/// A row of so many question marks is no question.
const MARKS: usize = 6;

/// Words in which question marks stand for letters: `caf?s`, `Gr??e`, and `????? ???` for whole words.
fn lost_letters(text: &str) -> Vec<Place> {
    if memchr::memchr(b'?', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let only_marks = |w: &Range<usize>| text[w.clone()].bytes().all(|b| b == b'?');
    let mut marks = words(text).filter(only_marks);
    let whole_words = marks.next().is_some_and(|first| first.len() >= MARKS || marks.next().is_some());
    let lost =
        words(text).filter(|w| if only_marks(w) { whole_words } else { lost_letter(&text[w.clone()]) });
    lost.map(|w| (w, "question marks in the place of letters, or a missing space".to_string())).collect()
}

/// Lower-case letters on both sides of the mark, or one letter before it.
fn lost_letter(word: &str) -> bool {
    let inner = word.trim_matches('?');
    memchr::memchr(b'?', inner.as_bytes()).is_some_and(|at| {
        let rest = inner[at..].trim_start_matches('?');
        let before = &inner[..at];
        rest.starts_with(char::is_lowercase)
            && (before.ends_with(char::is_lowercase) || before.chars().count() == 1)
    })
}

/// Replacement characters, controls, noncharacters, private use, overrides of the direction of writing.
fn strange_characters(text: &str) -> Vec<Place> {
    // The first bytes of all of them.
    let may_be_strange = |b: u8| b < 0x20 || matches!(b, 0x7f | 0xc2 | 0xe2 | 0xee..);
    let found = led_by(text, may_be_strange).filter(|(_, c)| !kind_of(*c).is_empty());
    let place = |(at, c): (usize, char)| {
        (at..at + c.len_utf8(), format!("{} U+{:04X} has no place in a text", kind_of(c), u32::from(c)))
    };
    found.map(place).collect()
}

/// What is wrong with a character; empty for a good one.
fn kind_of(c: char) -> &'static str {
    match c {
        '\u{fffd}' => "the replacement character",
        '\t' | '\n' | '\r' | '\u{85}' => "",
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "the control character",
        '\u{202a}'..='\u{202e}' => "the override of direction",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}' => "the private-use character",
        '\u{fdd0}'..='\u{fdef}' => "the noncharacter",
        c if u32::from(c) & 0xfffe == 0xfffe => "the noncharacter",
        _ => "",
    }
}

/// Characters of UTF-8 that were read as Windows-1252 or Windows-1251, with what was meant.
fn mojibake(text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.as_bytes()[at..].iter().position(|b| !b.is_ascii()).map(|k| at + k) {
        let rest = &text.as_bytes()[start..];
        at = start + rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
        let run = &text[start..at];
        // One character alone is none of two and more that were one.
        if run.chars().nth(1).is_none() {
            continue;
        }
        let before = text[..start].chars().next_back();
        let beside = before.into_iter().chain(text[at..].chars().next()).any(|c| c.is_ascii_alphabetic());
        let decoded = decoded_run(run, before).or_else(|| cyrillic_run(run, beside));
        found.extend(decoded.map(|(range, meant)| {
            let message = format!("bytes of UTF-8 were read in another encoding; meant is \"{meant}\"");
            (start + range.start..start + range.end, message)
        }));
    }
    found
}

/// The byte that a character is in the encoding; C1 controls stand for the five bytes that Windows-1252 lacks.
fn byte_of(c: char, charset: &'static Charset) -> Option<u8> {
    if ('\u{80}'..='\u{9f}').contains(&c) {
        return Some(u32::from(c) as u8);
    }
    let mut buffer = [0; 4];
    let (bytes, _, lossy) = charset.encode(c.encode_utf8(&mut buffer));
    (!lossy && bytes.len() == 1).then(|| bytes[0])
}

/// The first stretch of a run that Windows-1252 turns into UTF-8. A letter before quotation marks, dashes and no-break
/// spaces alone ("café »", "MANHÃ”") is left alone, but for a capital after a small letter.
fn decoded_run(run: &str, before: Option<char>) -> Option<(Range<usize>, String)> {
    // All characters that stand for a first byte of UTF-8 have this one themselves.
    memchr::memchr(0xc3, run.as_bytes())?;
    let chars: Vec<(usize, char)> = run.char_indices().collect();
    let bytes: Vec<Option<u8>> = chars.iter().map(|&(_, c)| byte_of(c, WINDOWS_1252)).collect();
    let place = |k: usize| chars.get(k).map_or(run.len(), |c| c.0);
    let mut k = 0;
    while k < chars.len() {
        let length = utf8_at(&bytes[k..]);
        let quoted = length > 0 && chars[k + 1..k + length].iter().all(|&(_, c)| is_typographic(c));
        let capital = if k == 0 { before } else { Some(chars[k - 1].1) };
        let natural = length > 2 || capital.is_none_or(|c| !c.is_lowercase());
        if length == 0 || (quoted && natural) {
            k += 1;
            continue;
        }
        let start = k;
        while utf8_at(&bytes[k..]) > 0 {
            k += utf8_at(&bytes[k..]);
        }
        let meant: Vec<u8> = bytes[start..k].iter().flatten().copied().collect();
        return String::from_utf8(meant).ok().map(|meant| (place(start)..place(k), meant));
    }
    None
}

/// What Windows-1251 turns into UTF-8 at the start of a run: two characters or more, or one beside a Latin letter; one
/// alone ("Рё") may be a word. Three bytes only as quotation marks and dashes are: Ukrainian has "лії".
fn cyrillic_run(run: &str, beside_latin: bool) -> Option<(Range<usize>, String)> {
    // The letters of a Russian word stand for first bytes alone.
    if run.chars().nth(1).is_none_or(|second| ('А'..='я').contains(&second)) {
        return None;
    }
    let bytes: Vec<Option<u8>> = run.chars().map(|c| byte_of(c, WINDOWS_1251)).collect();
    let mut k = 0;
    loop {
        k += match utf8_at(&bytes[k..]) {
            2 => 2,
            3 if bytes[k..].starts_with(&[Some(0xe2), Some(0x80)]) => 3,
            _ => break,
        };
    }
    let meant: Vec<u8> = bytes[..k].iter().flatten().copied().collect();
    let end = run.char_indices().nth(k).map_or(run.len(), |c| c.0);
    let enough = if beside_latin { 1 } else { 2 };
    String::from_utf8(meant).ok().filter(|meant| meant.chars().count() >= enough).map(|meant| (0..end, meant))
}

/// Length of the UTF-8 sequence of two to four bytes that begins here; 0 for none.
fn utf8_at(bytes: &[Option<u8>]) -> usize {
    let length = match bytes.first() {
        Some(Some(0xc2..=0xdf)) => 2,
        Some(Some(0xe1..=0xef)) => 3,
        Some(Some(0xf0..=0xf4)) => 4,
        _ => return 0,
    };
    let rest = bytes.get(1..length).unwrap_or_default();
    let continues = rest.len() == length - 1 && rest.iter().all(|b| matches!(b, Some(0x80..=0xbf)));
    if continues { length } else { 0 }
}

/// Quotation marks, dashes and dots that texts have anyway.
fn is_typographic(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2026}' | '\u{2039}' | '\u{203a}' | '«' | '»' | '\u{a0}' | '´' | '°' | '·')
}

/// Words with letters of another script that look the same.
fn look_alikes(text: &str) -> Vec<Place> {
    // First bytes of Greek and Cyrillic letters, and of Latin ones.
    let is_greek_or_cyrillic = |b: u8| (0xcd..=0xd4).contains(&b);
    let is_latin = |b: u8| b.is_ascii_alphabetic() || (0xc3..=0xc9).contains(&b);
    let is_mixed = |text: &str| text.bytes().any(is_greek_or_cyrillic) && text.bytes().any(is_latin);
    if !is_mixed(text) {
        return Vec::new();
    }
    let found = words(text).filter(|word| is_mixed(&text[word.clone()])).filter_map(|word| {
        let (odd, main) = scripts_of(&text[word.clone()])?;
        Some((word, format!("a {main} word with {odd} letters that look the same")))
    });
    found.collect()
}

/// A word of two scripts in which the letters of the rarer one all look like letters of the other: the rarer script
/// and the other.
fn scripts_of(word: &str) -> Option<(&'static str, &'static str)> {
    const CYRILLIC: &str = "асеорхуіѕјԁһАВСЕНІЈКМОРЅТХУЅ";
    const GREEK: &str = "οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
    const LATIN: &str = "aceopxyisjdhABCEHIJKMOPSTXYZNo";
    let latin = |c: char| c.is_ascii_alphabetic() || ('\u{c0}'..'\u{250}').contains(&c);
    let cyrillic = |c: char| ('\u{400}'..'\u{530}').contains(&c);
    let greek = |c: char| ('\u{370}'..'\u{400}').contains(&c);
    let count = |is: &dyn Fn(char) -> bool| word.chars().filter(|&c| is(c)).count();
    let all_in =
        |is: &dyn Fn(char) -> bool, list: &str| word.chars().filter(|&c| is(c)).all(|c| list.contains(c));
    let (l, c, g) = (count(&latin), count(&cyrillic), count(&greek));
    match (l, c, g) {
        (l, c, 0) if l > c && c > 0 && all_in(&cyrillic, CYRILLIC) => Some(("Cyrillic", "Latin")),
        (l, c, 0) if c > l && l > 0 && all_in(&latin, LATIN) => Some(("Latin", "Cyrillic")),
        (l, 0, g) if l > g && g > 0 && all_in(&greek, GREEK) => Some(("Greek", "Latin")),
        (l, 0, g) if g > l && l > 0 && all_in(&latin, LATIN) => Some(("Latin", "Greek")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str) -> Vec<String> {
        let quoted = |message: String| message.split('"').nth(1).map(str::to_string);
        mojibake(text).into_iter().filter_map(|(_, message)| quoted(message)).collect()
    }

    #[test]
    fn utf_8_read_as_another_encoding_is_known_and_undone() {
        assert_eq!(meant("Das FrÃ¼hstÃ¼ck im CafÃ©"), ["ü", "ü", "é"]);
        assert_eq!(meant("itâ€™s 20 â‚¬"), ["’", "€"]);
        assert_eq!(meant("РџСЂРёРІРµС‚"), ["Привет"]);
        assert_eq!(meant("ðŸ˜€"), ["😀"]);
        assert_eq!(meant("FrГјhstГјck"), ["ü", "ü"]);
    }

    #[test]
    fn good_text_in_many_scripts_is_left_alone() {
        for good in [
            "«MANHÃ» e “IRMÔ, ÉTÉ…, GROẞ",
            "« un café\u{a0}»",
            "Übergröße – „Ä“",
            "Сёстры Рёриха",
            "Ç’est l’été",
            "Ås, Ærø, Øst",
            "ГОСТ Р ИСО",
            "її лінії мрії",
            "日本語の「文」",
            "ĄĘŁ „Ź” İ",
        ] {
            assert_eq!(meant(good), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn a_letter_that_became_a_question_mark_is_seen() {
        for (word, lost) in
            [("caf?s", true), ("Gr??e", true), ("f?r", true), ("What?", false), ("ja?nein", true)]
        {
            assert_eq!(lost_letter(word), lost, "{word}");
        }
        assert_eq!(lost_letters("????? ??? ?????").len(), 3);
        assert_eq!(lost_letters("What??? No!").len(), 0);
        assert_eq!(words("https://a.example/?x really?").count(), 1);
    }

    #[test]
    fn letters_of_another_script_that_look_the_same_are_seen_and_mixed_words_are_not() {
        assert_eq!(scripts_of("Pаris"), Some(("Cyrillic", "Latin")));
        assert_eq!(scripts_of("Мoсква"), Some(("Latin", "Cyrillic")));
        for fine in ["Paris", "Москва", "µm", "SMSка", "Δt", "iPhoneом"] {
            assert_eq!(scripts_of(fine), None, "{fine}");
        }
    }

    #[test]
    fn controls_and_overrides_are_strange() {
        assert_eq!(strange_characters("a\u{8}b\u{fffd}\u{202e}").len(), 3);
        assert_eq!(strange_characters("a\tb – 漢"), []);
    }
}
