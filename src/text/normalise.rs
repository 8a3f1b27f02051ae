//! Normalisation that remembers where every character came from.
//!
//! Rules work on characters, in this order: invisible characters are dropped, the rest is composed (NFC), then
//! spaces, quotes and dashes are mapped to their plain forms. The order makes normalising twice equal to once.

use std::iter::once;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::led_by;

/// Which normalisation rules run. Checks and the aligner see the normalised text; reports show the author's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Normalise {
    /// Unicode normalisation form C.
    pub nfc: bool,
    /// No-break, thin, ideographic and other spaces become a plain space.
    pub spaces: bool,
    /// Curly, low and angle quotes become `"`, curly apostrophes `'`.
    pub quotes: bool,
    /// Hyphens, en and em dashes, minus signs become `-`.
    pub dashes: bool,
    /// Zero-width, directional and soft-hyphen characters are dropped (joiners stay: scripts need them).
    pub invisible: bool,
}

impl Default for Normalise {
    fn default() -> Self {
        Normalise { nfc: true, spaces: true, quotes: true, dashes: true, invisible: true }
    }
}

impl Normalise {
    /// No rule at all.
    pub const NONE: Normalise =
        Normalise { nfc: false, spaces: false, quotes: false, dashes: false, invisible: false };

    fn map(&self, c: char) -> char {
        match c {
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
                if self.spaces =>
            {
                ' '
            }
            '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2bc}' | '\u{ff07}' if self.quotes => '\'',
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' | '\u{ff02}' if self.quotes => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' if self.dashes => '-',
            _ => c,
        }
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// First bytes of the characters that [`Normalise::map`] maps and [`is_invisible`] knows.
fn may_change(first: u8) -> bool {
    matches!(first, 0xc2 | 0xca | 0xd8 | 0xe1..=0xe3 | 0xef)
}

/// Whether a text is in normalisation form C. All characters below U+0300 are, whose bytes are below 204.
fn is_composed(text: &str) -> bool {
    text.bytes().fold(0, u8::max) < 0xcc || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Where each byte of a normalised text came from. Holds an entry only where the two texts part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OffsetMap {
    pieces: Vec<Piece>,
    source_len: usize,
}

/// A part of the normalised text, up to the next piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    normal: usize,
    source: usize,
    /// `None`: both texts run in step. Else the part stands for the source up to here as a whole.
    whole_to: Option<usize>,
}

impl OffsetMap {
    /// From here on both texts run in step.
    fn note(&mut self, normal: usize, source: usize) {
        let in_step = match self.pieces.last() {
            Some(last) => last.whole_to.is_none() && source - last.source == normal - last.normal,
            None => normal == source,
        };
        if !in_step {
            self.push(Piece { normal, source, whole_to: None });
        }
    }

    /// What follows at `normal` stands for the source from `source` to `end`.
    fn note_whole(&mut self, normal: usize, source: usize, end: usize) {
        self.push(Piece { normal, source, whole_to: Some(end) });
    }

    fn push(&mut self, piece: Piece) {
        self.pieces.pop_if(|last| last.normal == piece.normal);
        self.pieces.push(piece);
    }

    /// Byte offset in the source at which the text at `normal` begins.
    pub fn start(&self, normal: usize) -> usize {
        let next = self.pieces.partition_point(|p| p.normal <= normal);
        let piece = self.piece(next);
        if piece.whole_to.is_some() { piece.source } else { self.in_step(piece, normal, next) }
    }

    /// Byte offset in the source at which the text before `normal` ends.
    pub fn end(&self, normal: usize) -> usize {
        let next = self.pieces.partition_point(|p| p.normal < normal);
        let piece = self.piece(next);
        piece.whole_to.unwrap_or_else(|| self.in_step(piece, normal, next))
    }

    /// The piece before number `next`.
    fn piece(&self, next: usize) -> Piece {
        next.checked_sub(1).map_or(Piece { normal: 0, source: 0, whole_to: None }, |i| self.pieces[i])
    }

    fn in_step(&self, piece: Piece, normal: usize, next: usize) -> usize {
        let limit = self.pieces.get(next).map_or(self.source_len, |p| p.source);
        (piece.source + (normal - piece.normal)).min(limit)
    }
}

/// Writes normalised text; several pieces may be appended, each mapped to its own place in the source.
pub struct Normaliser<'r> {
    rules: &'r Normalise,
    /// What has been written so far.
    pub text: String,
    /// Where it came from.
    pub map: OffsetMap,
}

impl<'r> Normaliser<'r> {
    /// An empty text under these rules.
    pub fn new(rules: &'r Normalise) -> Self {
        Normaliser { rules, text: String::new(), map: OffsetMap::default() }
    }

    /// Appends the normalised form of `piece`, which stands at byte `base` of the source.
    pub fn append(&mut self, piece: &str, base: usize) {
        self.map.note(self.text.len(), base);
        self.map.source_len = base + piece.len();
        if piece.is_ascii() {
            self.text.push_str(piece);
            return;
        }
        if !self.rules.nfc || is_composed(piece) {
            self.append_composed(piece, base);
        } else {
            self.append_composing(piece, base);
        }
    }

    fn append_composed(&mut self, piece: &str, base: usize) {
        let mut done = 0;
        for (at, c) in led_by(piece, may_change) {
            let (mapped, end) = (self.rules.map(c), at + c.len_utf8());
            let drops = self.rules.invisible && is_invisible(c);
            if !drops && mapped == c {
                continue;
            }
            self.append_plain(&piece[done..at], base + done);
            done = end;
            if drops {
                continue;
            }
            if mapped.len_utf8() == c.len_utf8() {
                self.map.note(self.text.len(), base + at);
            } else {
                self.map.note_whole(self.text.len(), base + at, base + end);
            }
            self.text.push(mapped);
        }
        self.append_plain(&piece[done..], base + done);
        self.map.note(self.text.len(), base + piece.len());
    }

    /// Appends what stays as it is.
    fn append_plain(&mut self, piece: &str, base: usize) {
        if !piece.is_empty() {
            self.map.note(self.text.len(), base);
            self.text.push_str(piece);
        }
    }

    fn append_composing(&mut self, piece: &str, base: usize) {
        let mut chunk = Chunk::default();
        for (at, c) in piece.char_indices() {
            if self.rules.invisible && is_invisible(c) {
                continue;
            }
            if starts_cluster(c) {
                self.flush(&mut chunk);
            }
            chunk.extend(c, base + at);
        }
        self.flush(&mut chunk);
        self.map.note(self.text.len(), base + piece.len());
    }

    fn flush(&mut self, chunk: &mut Chunk) {
        let Some(first) = chunk.chars.chars().next() else { return };
        let single = first.len_utf8() == chunk.chars.len() && self.rules.map(first) == first;
        if single && is_nfc_quick(once(first)) == IsNormalized::Yes {
            self.map.note(self.text.len(), chunk.source);
            self.text.push(first);
        } else {
            self.map.note_whole(self.text.len(), chunk.source, chunk.source_end);
            self.text.extend(chunk.chars.nfc().map(|c| self.rules.map(c)));
        }
        chunk.chars.clear();
    }
}

/// A run of characters that compose with one another, and where it stands in the source.
#[derive(Default)]
struct Chunk {
    chars: String,
    source: usize,
    source_end: usize,
}

impl Chunk {
    fn extend(&mut self, c: char, at: usize) {
        if self.chars.is_empty() {
            self.source = at;
        }
        self.chars.push(c);
        self.source_end = at + c.len_utf8();
    }
}

/// The character never composes with what stands before it.
fn starts_cluster(c: char) -> bool {
    c.is_ascii()
        || (canonical_combining_class(c) == 0
            && !is_combining_mark(c)
            && is_nfc_quick(once(c)) == IsNormalized::Yes)
}

/// Normalises one text: the result and the map back.
pub fn normalise(text: &str, rules: &Normalise) -> (String, OffsetMap) {
    let mut writer = Normaliser::new(rules);
    writer.append(text, 0);
    (writer.text, writer.map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slices<'s>(source: &'s str, needle: &str) -> &'s str {
        let (normal, map) = normalise(source, &Normalise::default());
        let at = normal.find(needle).expect("stands in the normalised text");
        &source[map.start(at)..map.end(at + needle.len())]
    }

    #[test]
    fn spans_lead_back_to_the_text_as_given() {
        let source = "\u{feff}Cafe\u{301} „zu“ – heute\u{a0}\u{200b}bis 9\u{202f}Uhr";
        assert_eq!(slices(source, "Café"), "Cafe\u{301}");
        assert_eq!(slices(source, "\"zu\""), "„zu“");
        assert_eq!(slices(source, "bis 9 Uhr"), "bis 9\u{202f}Uhr");
        assert_eq!(slices("er sagte: ‚Ja.’”\nDann", "\""), "”");
    }

    #[test]
    fn an_invisible_character_between_letter_and_mark_does_not_hide_the_composition_for_ever() {
        let (once, _) = normalise("e\u{200b}\u{301}", &Normalise::default());
        let (twice, _) = normalise(&once, &Normalise::default());
        assert_eq!(once, twice);
    }

    #[test]
    fn each_rule_can_be_switched_off() {
        let source = "“a\u{a0}b” – e\u{301}\u{ad}";
        assert_eq!(normalise(source, &Normalise::NONE).0, source);
        let quotes = Normalise { quotes: true, ..Normalise::NONE };
        assert_eq!(normalise(source, &quotes).0, "\"a\u{a0}b\" – e\u{301}\u{ad}");
    }

    #[test]
    fn whatever_changes_begins_with_a_byte_that_is_looked_at() {
        let changes = |&c: &char| is_invisible(c) || Normalise::default().map(c) != c;
        for c in ('\u{80}'..=char::MAX).filter(changes) {
            assert!(may_change(c.to_string().as_bytes()[0]), "{c:?}");
        }
        assert!(('\0'..'\u{300}').all(|c| is_nfc_quick(once(c)) == IsNormalized::Yes));
    }

    #[test]
    fn plain_text_needs_no_map() {
        let (normal, map) = normalise("plain text", &Normalise::default());
        assert_eq!((normal.as_str(), map.pieces.len(), map.start(6)), ("plain text", 0, 6));
    }
}
