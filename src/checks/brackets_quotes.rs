//! A bracket or quotation mark that opens and never closes, or the other way round.

use serde::{Deserialize, Serialize};

use super::marks::{is_quote, sources, with_neighbours};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::led_by;

#[doc = include_str!("brackets_quotes.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BracketsQuotes {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for BracketsQuotes {
    fn default() -> Self {
        BracketsQuotes { enabled: true, severity: None }
    }
}

impl Check for BracketsQuotes {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        let mut loose: Vec<Loose> =
            (0..pair.segments.len()).flat_map(|index| loose_marks(pair, index)).collect();
        loose.sort_by_key(|l| (pair.segments[l.segment].translation.sentences.start, l.at));
        let alone = (0..loose.len()).filter(|&k| !has_partner(&loose, k));
        for mark in alone.map(|k| &loose[k]).filter(|l| !l.licensed) {
            let text = pair.segments[mark.segment].translation.source();
            let place = with_neighbours(text, mark.at..mark.at + mark.sign.len_utf8());
            let message = match mark.kind {
                QUOTE => "a quotation mark without its partner; those of the original pair up".to_string(),
                _ => format!("\"{}\" without its partner; the brackets of the original pair up", mark.sign),
            };
            out.add_in_source(Severity::Minor, (mark.segment, Side::Translation), place, message);
        }
    }
}

/// Opening and closing form of each kind; a full-width bracket may close a plain one.
const PAIRS: [[&str; 2]; 6] =
    [["(（", ")）"], ["[［", "]］"], ["「", "」"], ["『", "』"], ["【", "】"], ["《", "》"]];

/// Quotation marks open and close as the language will, so only their number tells.
const QUOTE: usize = PAIRS.len();

/// A mark without its partner in a segment of the translation.
struct Loose {
    segment: usize,
    at: usize,
    sign: char,
    kind: usize,
    /// The original leaves one open, too.
    licensed: bool,
}

/// Segments ahead or behind in which the partner may stand: what is quoted or enclosed may be several sentences,
/// and a paragraph of a long quotation opens anew.
const REACH: usize = 5;

/// Another loose mark of its kind is near: together they enclose several segments.
fn has_partner(loose: &[Loose], k: usize) -> bool {
    let near = |other: &&Loose| {
        other.kind == loose[k].kind
            && other.segment != loose[k].segment
            && other.segment.abs_diff(loose[k].segment) <= REACH
    };
    let around = k.saturating_sub(2 * REACH)..(k + 2 * REACH).min(loose.len());
    loose[around].iter().any(|other| near(&other))
}

/// More loose brackets than these in one segment are no prose: the others go without saying.
const MOST: usize = 5;

fn loose_marks(pair: &Pair, index: usize) -> Vec<Loose> {
    let Some(segment) = pair.both(index) else { return Vec::new() };
    let translation = loose_of(sources(segment)[1]);
    if translation.is_empty() {
        return Vec::new();
    }
    let original = loose_of(sources(segment)[0]);
    let [asked, given] = sources(segment).map(|text| text.chars().filter(|&c| is_quote(c)).count());
    let quoted_there = original.iter().any(|o| o.2 == QUOTE);
    translation
        .into_iter()
        .map(|(at, sign, kind)| {
            let licensed = match kind {
                QUOTE => asked < 2 || quoted_there || asked.abs_diff(given) != 1,
                2.. => quoted_there || original.iter().any(|o| o.2 == kind),
                _ => original.iter().any(|o| o.2 == kind),
            };
            Loose { segment: index, at, sign, kind, licensed }
        })
        .collect()
}

/// First bytes of all brackets and quotation marks.
fn begins_mark(byte: u8) -> bool {
    matches!(byte, b'"' | b'(' | b')' | b'[' | b']' | 0xc2 | 0xe2 | 0xe3 | 0xef)
}

/// Marks of a text without their partner: byte, sign, kind.
fn loose_of(text: &str) -> Vec<(usize, char, usize)> {
    let mut open: [Vec<(usize, char, usize)>; PAIRS.len()] = Default::default();
    let mut loose = Vec::new();
    let (mut quotes, mut last_quote, mut inches) = (0, None, 0);
    for (at, c) in led_by(text, begins_mark) {
        if is_quote(c) {
            (quotes, last_quote) = (quotes + 1, Some((at, c, QUOTE)));
            inches += usize::from(c == '"' && text[..at].ends_with(|c: char| c.is_ascii_digit()));
        } else if let Some(kind) = PAIRS.iter().position(|p| p[0].contains(c)) {
            if !is_smiley(&text[..at]) {
                open[kind].push((at, c, kind));
            }
        } else if let Some(kind) = PAIRS.iter().position(|p| p[1].contains(c)) {
            let closes = open[kind].pop().is_some();
            if !closes && !is_smiley(&text[..at]) && !is_item(&text[..at]) {
                loose.push((at, c, kind));
            }
        }
    }
    loose.extend(open.into_iter().flatten());
    loose.truncate(MOST);
    loose.extend(last_quote.filter(|_| quotes % 2 == 1 && inches == 0));
    loose
}

/// `:-)`, `;)`, `=(`
fn is_smiley(before: &str) -> bool {
    before.strip_suffix('-').unwrap_or(before).ends_with([':', ';', '='])
}

/// `a)`, `12)`, `iv)`: a short label at the start of the text or behind white space.
fn is_item(before: &str) -> bool {
    let label: Vec<char> = before.chars().rev().take(4).take_while(|c| !c.is_whitespace()).collect();
    (1..=3).contains(&label.len()) && label.iter().all(|&c| c.is_alphanumeric() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> Vec<char> {
        loose_of(text).iter().map(|l| l.1).collect()
    }

    #[test]
    fn a_mark_without_its_partner_is_found() {
        assert_eq!(signs("the mill (built of stone is old"), ['(']);
        assert_eq!(signs("the mill built of stone) is old"), [')']);
        assert_eq!(signs("er sagte „nein und ging"), ['„']);
        assert_eq!(signs("「はい、と彼は言った"), ['「']);
    }

    #[test]
    fn every_language_may_quote_in_its_way() {
        for text in
            ["„so“", "„tak”", "”ja”", "»so«", "« oui »", "“yes”", "\"it's 'fine'\"", "『本』（新）", "(a）"]
        {
            assert_eq!(signs(text), [], "{text}");
        }
    }

    #[test]
    fn smileys_items_and_inches_are_none() {
        for text in ["nice :-)", "a) first, 12) second", "a 6\" pipe", "sad :("] {
            assert_eq!(signs(text), [], "{text}");
        }
    }
}
