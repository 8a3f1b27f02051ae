//! White space where none belongs, or none where some does.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::marks::{sources, with_neighbours};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::led_by;

#[doc = include_str!("whitespace.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whitespace {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Whitespace {
    fn default() -> Self {
        Whitespace { enabled: true, severity: None }
    }
}

impl Check for Whitespace {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let Some(segment) = pair.both(index) else { return };
        let [original, translation] = sources(segment);
        let mut found = faults(translation, pair.language(Side::Translation));
        if found.is_empty() {
            return;
        }
        let mut licences = [0; Kind::Missing as usize + 1];
        for fault in faults(original, pair.language(Side::Original)) {
            licences[fault.kind as usize] += 1;
        }
        found.retain(|fault| {
            let left = &mut licences[fault.kind as usize];
            let licensed = *left > 0;
            *left -= usize::from(licensed);
            !licensed
        });
        let wide = found.iter().filter(|f| f.is_wide(translation)).count();
        found.retain(|f| wide > 1 || !f.is_wide(translation));
        let place = (index, Side::Translation);
        if let ([first, .., last], true) = (&found[..], found.len() > MOST) {
            let message = format!("white space is wrong in {} places, as in tokenised text", found.len());
            out.add_in_source(Severity::Minor, place, first.place.start..last.place.end, message);
            return;
        }
        for fault in found {
            let message = fault.message(translation);
            out.add_in_source(Severity::Minor, place, with_neighbours(translation, fault.place), message);
        }
    }
}

/// With more places than these a segment is reported as a whole.
const MOST: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `word .`
    BeforeMark,
    /// `( word`
    AfterOpening,
    /// `word  word`
    Doubled,
    /// `full -scale`
    Hyphen,
    /// `do n't`
    Contraction,
    /// `word,word`
    Missing,
}

/// White space with the sign beside it.
#[derive(Debug)]
struct Fault {
    kind: Kind,
    place: Range<usize>,
}

impl Fault {
    /// Beside a mark of full width. One alone is hardly seen, and 1 in 100 segments of human Chinese has one.
    fn is_wide(&self, text: &str) -> bool {
        self.kind != Kind::Missing
            && text[self.place.clone()].trim().starts_with(|c| ('\u{3000}'..).contains(&c))
    }

    fn message(&self, text: &str) -> String {
        let sign = text[self.place.clone()].trim();
        match self.kind {
            Kind::BeforeMark => format!("white space before \"{sign}\""),
            Kind::AfterOpening => format!("white space after \"{sign}\""),
            Kind::Doubled => "more than one space between two words".to_string(),
            Kind::Hyphen => "white space beside a hyphen".to_string(),
            Kind::Contraction => "white space inside a contraction".to_string(),
            Kind::Missing => format!("no white space beside \"{sign}\""),
        }
    }
}

/// Every place in `text`, in order.
fn faults(text: &str, language: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.as_bytes()[from..].iter().position(|&b| begins_space(b)) {
        let start = from + at;
        let end = text.len() - text[start..].trim_start().len();
        let gap = Gap { text, start, end, language };
        if end > start && !gap.is_plain() {
            found.extend(gap.fault());
        }
        from = end.max(start + 1);
    }
    found.extend(missing(text));
    found.sort_by_key(|f| f.place.start);
    found
}

/// First bytes of all characters that are white space, and of some others.
fn begins_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0xc2 | 0xe1..=0xe3)
}

/// A run of white space.
struct Gap<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    language: &'t str,
}

impl<'t> Gap<'t> {
    /// One sign between two plain letters or digits, which may only be wrong inside `do n't`.
    fn is_plain(&self) -> bool {
        let bytes = self.text.as_bytes();
        let beside = [self.start.checked_sub(1), Some(self.end)].map(|at| bytes.get(at?).copied());
        let is_single = self.end == self.start + 1;
        is_single
            && beside.iter().all(|b| b.is_some_and(|b| b.is_ascii_alphanumeric()))
            && beside[1] != Some(b'n')
    }

    fn fault(&self) -> Option<Fault> {
        let space = &self.text[self.start..self.end];
        let before = self.left().chars().next_back()?;
        let after = self.right().chars().next()?;
        // Lines, columns, and the space of a Chinese or Japanese page are layout.
        if space.contains(['\n', '\r', '\t', '\u{3000}']) {
            return None;
        }
        let fault = |kind, place| Some(Fault { kind, place });
        if self.is_after_opening(before) {
            fault(Kind::AfterOpening, self.start - before.len_utf8()..self.end)
        } else if self.is_before_mark(before, after) {
            fault(Kind::BeforeMark, self.start..self.end + after.len_utf8())
        } else if self.is_in_contraction(before, after) {
            fault(Kind::Contraction, self.start..self.end)
        } else if self.is_at_hyphen(before, after) {
            fault(Kind::Hyphen, self.start..self.end)
        } else if space.chars().count() > 1
            && (before.is_alphanumeric() || before == ',')
            && after.is_alphanumeric()
        {
            fault(Kind::Doubled, self.start..self.end)
        } else {
            None
        }
    }

    fn left(&self) -> &'t str {
        &self.text[..self.start]
    }

    fn right(&self) -> &'t str {
        &self.text[self.end..]
    }

    /// `( word`, but not `( )`.
    fn is_after_opening(&self, before: char) -> bool {
        let opens = match before {
            '(' | '[' | '¿' | '¡' => true,
            '（' | '「' | '『' | '《' | '【' => {
                !self.right().starts_with(|c: char| c.is_ascii_alphanumeric())
            }
            '“' => OPENS_HIGH.contains(&self.language),
            '«' => OPENS_ANGLED.contains(&self.language),
            _ => false,
        };
        opens && !self.right().starts_with([')', ']', '）'])
    }

    /// `word .`, but not ` ...`, ` .5`, ` :-)`.
    fn is_before_mark(&self, before: char, after: char) -> bool {
        let rest = &self.right()[after.len_utf8()..];
        let joined = rest.starts_with(|c: char| c.is_alphanumeric());
        let smiley = rest.starts_with(['-', ')', '(', '/', '=']) && matches!(after, ':' | ';');
        let french = self.language == "fr";
        match after {
            '.' => !joined && !before.is_ascii_punctuation() && !rest.trim_start().starts_with('.'),
            ',' => !matches!(before, ',' | '.'),
            ';' | ':' => !french && !joined && !smiley,
            '!' | '?' => !french && !joined && !rest.starts_with('='),
            '%' => UNSPACED_PERCENT.contains(&self.language) && before.is_ascii_digit(),
            ')' | ']' => !before.is_ascii_punctuation() || before == '.',
            '”' => OPENS_HIGH.contains(&self.language),
            '»' => OPENS_ANGLED.contains(&self.language),
            '،' | '؛' | '؟' => true,
            // Chinese and Japanese often part themselves from Latin letters by a space.
            '。' | '，' | '、' | '；' | '：' | '！' | '？' | '）' | '」' | '』' | '》' | '】' => {
                !before.is_ascii_alphanumeric()
            }
            _ => false,
        }
    }

    /// `she 's`, `do n't`.
    fn is_in_contraction(&self, before: char, after: char) -> bool {
        if self.language != "en" || !before.is_alphabetic() {
            return false;
        }
        let word = match after {
            '\'' | '’' => self.right()[after.len_utf8()..].split(|c: char| !c.is_alphanumeric()).next(),
            'n' => return ["n't", "n’t"].iter().any(|n| self.right().starts_with(n)),
            _ => None,
        };
        word.is_some_and(|w| ["s", "t", "re", "ve", "ll", "d", "m"].contains(&w))
    }

    /// `full -scale`, `full- scale`; not `pre- and post-war`, `Tage und -wochen`, ` -an aside- `, a list or a range.
    fn is_at_hyphen(&self, before: char, after: char) -> bool {
        let hyphen = |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}');
        // Scripts without case have dashes there, no hyphens.
        let letter = |c: char| c.is_lowercase() || c.is_uppercase();
        if hyphen(after) && letter(before) {
            let rest = &self.right()[after.len_utf8()..];
            let word = self.left().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            let aside = rest
                .split_whitespace()
                .take(ASIDE)
                .any(|w| w.trim_end_matches([',', '.', ';', ':']).ends_with(hyphen));
            let compounds = LOOSE_COMPOUNDS.contains(&self.language);
            rest.starts_with(letter) && !aside && !compounds && !is_conjunction(word)
        } else if hyphen(before) && letter(after) {
            let head = &self.left()[..self.start - before.len_utf8()];
            let word = self.right().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            let aside = head.split_whitespace().rev().take(ASIDE).any(|w| w.starts_with(hyphen));
            head.ends_with(letter) && !aside && !is_conjunction(word)
        } else {
            false
        }
    }
}

/// “ opens and ” closes in these; elsewhere “ closes, or ” does both.
const OPENS_HIGH: [&str; 9] = ["en", "es", "pt", "fr", "it", "ca", "gl", "vi", "id"];

/// « opens and » closes in these, without the space that French has.
const OPENS_ANGLED: [&str; 9] = ["es", "it", "pt", "ru", "uk", "be", "el", "ca", "gl"];

/// No space before the percent sign; elsewhere there is one, or both are in use.
const UNSPACED_PERCENT: [&str; 4] = ["en", "zh", "ja", "ko"];

/// A name of several words takes the rest of its compound behind a space and a hyphen.
const LOOSE_COMPOUNDS: [&str; 2] = ["fi", "et"];

/// Words within which the other hyphen of an aside is looked for.
const ASIDE: usize = 30;

/// Words beside which a hyphen may stand for the part that both have in common.
fn is_conjunction(word: &str) -> bool {
    const WORDS: [&str; 62] = [
        "and", "or", "to", "nor", "but", "und", "oder", "bis", "sowie", "bzw", "wie", "als", "et", "ou", "y",
        "e", "o", "u", "en", "of", "tot", "och", "eller", "till", "og", "til", "ja", "tai", "sekä", "eli",
        "i", "oraz", "lub", "albo", "czy", "do", "a", "nebo", "či", "až", "alebo", "и", "или", "да", "та",
        "і", "й", "або", "чи", "si", "sau", "és", "vagy", "ve", "veya", "ir", "ar", "un", "vai", "dan",
        "atau", "resp",
    ];
    let word = word.to_lowercase();
    word.is_empty() || WORDS.contains(&word.as_str())
}

/// Marks that touch the word behind them: `word,word`, `word.Word`, and brackets around several words.
fn missing(text: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (at, c) in led_by(text, |b| matches!(b, b',' | b';' | b'.' | b'!' | b'?' | b'(' | b')')) {
        let place = at..at + c.len_utf8();
        let [head, rest] = [&text[..at], &text[place.end..]];
        let small = |c: char| c.is_lowercase();
        let left = head.chars().rev().take_while(|&c| small(c)).count();
        let right = rest.chars().take_while(|c| c.is_lowercase() || c.is_uppercase()).count();
        let capital = rest.starts_with(char::is_uppercase);
        let touches = match c {
            ',' | ';' => left >= 2 && right >= 2,
            '.' | '!' | '?' => left >= 2 && right >= 2 && capital && rest.chars().nth(1).is_some_and(small),
            '(' => {
                left >= 3 && is_remark(rest[..rest.floor_char_boundary(REMARK)].split_once(')').map(|r| r.0))
            }
            _ => {
                let from = head.ceil_char_boundary(head.len().saturating_sub(REMARK));
                right >= 3 && !capital && is_remark(head[from..].rsplit_once('(').map(|r| r.1))
            }
        };
        if touches && !is_address(text, &place) {
            found.push(Fault { kind: Kind::Missing, place });
        }
    }
    found
}

/// Bytes of a remark in brackets that are looked at.
const REMARK: usize = 200;

/// What the bracket encloses is several words, not an ending or a function's argument.
fn is_remark(body: Option<&str>) -> bool {
    body.is_some_and(|b| b.split_whitespace().nth(2).is_some())
}

/// Addresses, file names and the like: signs that prose has not, or several stops.
fn is_address(text: &str, place: &Range<usize>) -> bool {
    let near = with_neighbours(text, place.clone());
    let sign = |c| matches!(c, '/' | '@' | '\\' | '_' | '=' | '<' | '>' | '{' | '}' | '&' | '#' | '.');
    let behind = text[place.end..near.end].trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/');
    text[near.start..place.start].contains(sign) || behind.contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
        faults(text, language).into_iter().map(|f| &text[with_neighbours(text, f.place)]).collect()
    }

    #[test]
    fn white_space_beside_marks_is_found() {
        assert_eq!(places("The old mill ( now a barn ) burned .", "en"), ["( now", "barn )", "burned ."]);
        assert_eq!(places("a large -scale test", "en"), ["large -scale"]);
        assert_eq!(places("a large- scale test", "en"), ["large- scale"]);
        assert_eq!(places("they do n't know, she 's late", "en"), ["do n't", "she 's"]);
        assert_eq!(places("two  words", "en"), ["two  words"]);
        assert_eq!(places("她走了 。", "zh"), ["她走了 。"]);
    }

    #[test]
    fn missing_white_space_is_found() {
        assert_eq!(places("He left.Then it rained,and then(as they say)everything was wet.", "en").len(), 4);
    }

    #[test]
    fn languages_keep_their_spaces() {
        for (language, text) in [
            ("fr", "Vraiment ? Oui : « jamais » !"),
            ("sv", "omkring 20 % av dem sa ”nej” igen"),
            ("de", "Arbeitstage und -wochen, Vor- und Nachteile, „so“ hieß es"),
            ("fi", "New York -lehti"),
            ("nl", "in- en uitgaand"),
            ("es", "el hombre -dijo ella- no vino"),
            ("ja", "本当？　はい。"),
        ] {
            assert_eq!(places(text, language), [""; 0], "{text}");
        }
    }

    #[test]
    fn ellipses_smileys_numbers_and_addresses_are_none() {
        for text in [
            "and then ... nothing",
            "wait . . . what",
            "nice :-) thanks ;)",
            "it fell to -5 degrees, a .5 share",
            "see https://a.example/b.Html?x,y or Node.js, a.m.",
            "the child(ren), f(x, y)",
            "1,250 and 3.5",
            "[ ] open task",
            "the years 1990 - 2000, a man - tall",
        ] {
            assert_eq!(places(text, "en"), [""; 0], "{text}");
        }
    }
}
