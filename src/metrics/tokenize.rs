//! Words as sacreBLEU 2.6.0 sees them: Python's white space and the tokenizers of BLEU.
//!
//! The tokenizers here only take characters out at the start and put spaces in after that, so every
//! token is a piece of the prepared text, and none is copied.

use std::borrow::Cow;

/// Whether Python's `str.split` and `str.rstrip` take `c` for white space: Unicode's white space
/// and, unlike [`char::is_whitespace`], the separators U+001C to U+001F.
#[must_use]
pub fn is_white_space(c: char) -> bool {
    match c {
        '\t'..='\r' | '\u{1c}'..='\u{1f}' | ' ' => true,
        _ => !c.is_ascii() && c.is_whitespace(),
    }
}

/// The words of `text` between runs of [white space](is_white_space), in order; none is empty.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_white_space).filter(|word| !word.is_empty())
}

/// How BLEU cuts a segment into tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tokenizer {
    /// White space only: for text that is tokenized already.
    None,
    /// The rules of NIST's mteval-v13a, the default of WMT and of sacreBLEU: ASCII punctuation
    /// stands alone, but for `.` and `,` between digits, hyphens and apostrophes.
    #[default]
    V13a,
    /// Every code point but white space is a token: for languages written without spaces.
    Char,
}

impl Tokenizer {
    /// The name in sacreBLEU's signatures and on its command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::V13a => "13a",
            Self::Char => "char",
        }
    }

    /// The text that the tokens are pieces of: trimmed at the end and, for 13a, with joined lines
    /// and decoded entities.
    #[must_use]
    pub fn prepare(self, text: &str) -> Cow<'_, str> {
        let text = text.trim_end_matches(is_white_space);
        match self {
            Self::V13a => decode_13a(text),
            Self::None | Self::Char => Cow::Borrowed(text),
        }
    }

    /// The tokens of a [prepared](Self::prepare) text, in order; none is empty or holds white space.
    #[must_use]
    pub fn tokens(self, prepared: &str) -> Vec<&str> {
        match self {
            Self::None => words(prepared).collect(),
            Self::V13a => Cutter::new(prepared).tokens_13a(),
            Self::Char => characters(prepared).collect(),
        }
    }
}

fn characters(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(start, c)| (start, start + c.len_utf8(), c));
    ends.filter(|&(.., c)| !is_white_space(c)).map(|(start, end, _)| &text[start..end])
}

/// Takes out what mteval-v13a does not count as text. The order of the replacements matters:
/// `&amp;lt;` becomes `<`.
fn decode_13a(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for (pattern, replacement) in [("<skipped>", ""), ("-\n", ""), ("\n", " ")] {
        replace(&mut text, pattern, replacement);
    }
    if text.contains('&') {
        for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            replace(&mut text, entity, character);
        }
    }
    text
}

/// Replaces `pattern` everywhere, without a copy where it does not occur.
fn replace(text: &mut Cow<'_, str>, pattern: &str, replacement: &str) {
    if text.contains(pattern) {
        *text = Cow::Owned(text.replace(pattern, replacement));
    }
}

/// Cuts one text into tokens from left to right.
struct Cutter<'t> {
    text: &'t str,
    /// Where the token under way began.
    start: usize,
    tokens: Vec<&'t str>,
}

impl<'t> Cutter<'t> {
    fn new(text: &'t str) -> Self {
        // English has a token about every five bytes.
        Self { text, start: 0, tokens: Vec::with_capacity(text.len() / 4 + 1) }
    }

    /// Ends the token under way at the byte `at`, if it holds anything.
    fn cut(&mut self, at: usize) {
        if self.start < at {
            self.tokens.push(&self.text[self.start..at]);
        }
        self.start = at;
    }

    /// Makes the one-byte character at `at` a token of its own.
    fn isolate(&mut self, at: usize) {
        self.cut(at);
        self.cut(at + 1);
    }

    /// Ends the token under way at `at` and leaves out the white space up to `end`.
    fn skip(&mut self, at: usize, end: usize) {
        self.cut(at);
        self.start = end;
    }

    /// One pass that cuts where the four substitutions of 13a would have put a space.
    fn tokens_13a(mut self) -> Vec<&'t str> {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(plain) = bytes[at..].iter().position(|&byte| !IS_PLAIN_IN_13A[usize::from(byte)]) {
            at += plain;
            at += match bytes[at] {
                b'.' | b',' => self.stops(at),
                b'-' => self.hyphen(at),
                byte if stands_alone(byte) => {
                    self.isolate(at);
                    1
                }
                _ => self.other(at),
            };
        }
        self.cut(bytes.len());
        self.tokens
    }

    /// A run of full stops and commas, `at` its first. Returns its length.
    ///
    /// In mteval each is split off by a substitution that takes two characters at a time, so what
    /// happens at the ends of the run depends on its length: `5..5` gives `5 . . 5`, but `5...5`
    /// gives `5 . . .5`. The neighbours count as no digits at either end of the text.
    fn stops(&mut self, at: usize) -> usize {
        let length = self.run_of_stops(at);
        let end = at + length;
        let after_digit = at > 0 && self.is_digit(at - 1);
        let before_digit = self.is_digit(end);
        if length == 1 && after_digit && before_digit {
            return 1;
        }
        for stop in at..end {
            self.cut(stop);
        }
        let paired_off = length.is_multiple_of(2) == after_digit;
        if paired_off || !before_digit {
            self.cut(end);
        }
        length
    }

    fn run_of_stops(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        bytes[at..].iter().take_while(|byte| matches!(byte, b'.' | b',')).count()
    }

    /// A hyphen stands alone after a digit. Returns its length.
    fn hyphen(&mut self, at: usize) -> usize {
        if at > 0 && self.is_digit(at - 1) {
            self.isolate(at);
        }
        1
    }

    /// Any other character: white space ends a token, all else is part of one. Returns its length.
    fn other(&mut self, at: usize) -> usize {
        let c = self.text[at..].chars().next().unwrap_or(' ');
        let length = c.len_utf8();
        if is_white_space(c) {
            self.skip(at, at + length);
        }
        length
    }

    fn is_digit(&self, at: usize) -> bool {
        self.text.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
    }
}

/// The ASCII characters that 13a always splits off: all punctuation but `'`, `,`, `-` and `.`.
const fn stands_alone(byte: u8) -> bool {
    byte.is_ascii_punctuation() && !matches!(byte, b'\'' | b',' | b'-' | b'.')
}

/// The bytes that are always part of a token, as most are: these can be passed over without a look
/// at their neighbours. Non-ASCII white space begins with C2, E1, E2 or E3.
const IS_PLAIN_IN_13A: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte: u8 = 0;
    while byte < u8::MAX {
        plain[byte as usize] = byte.is_ascii_alphanumeric()
            || byte == b'\''
            || byte >= 0x80 && !matches!(byte, 0xc2 | 0xe1 | 0xe2 | 0xe3);
        byte += 1;
    }
    plain
};

#[cfg(test)]
mod tests {
    use super::*;

    fn v13a(text: &str) -> String {
        let prepared = Tokenizer::V13a.prepare(text);
        Tokenizer::V13a.tokens(&prepared).join(" ")
    }

    #[test]
    fn information_separators_are_white_space_as_in_python() {
        assert_eq!(words("a\u{1c}b\u{1f}c\u{85}d\u{3000}e").collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn zero_width_characters_are_no_white_space() {
        assert_eq!(words("a\u{200b}b\u{feff}c\u{180e}d").count(), 1);
    }

    #[test]
    fn punctuation_stands_alone() {
        assert_eq!(v13a("He said: \"no\" (twice)!"), "He said : \" no \" ( twice ) !");
    }

    #[test]
    fn apostrophes_hyphens_and_typographic_signs_stay_in_words() {
        assert_eq!(v13a("It’s well-known – don't “worry”"), "It’s well-known – don't “worry”");
    }

    #[test]
    fn a_stop_or_comma_between_digits_stays() {
        assert_eq!(v13a("1,000.5 in 1999."), "1,000.5 in 1999 .");
    }

    #[test]
    fn a_hyphen_after_a_digit_stands_alone() {
        assert_eq!(v13a("10-year co-op 5-."), "10 - year co-op 5 - .");
    }

    #[test]
    fn runs_of_stops_split_as_pairs_of_characters_do() {
        assert_eq!(v13a("5.5 5..5 5...5 5....5"), "5.5 5 . . 5 5 . . .5 5 . . . . 5");
        assert_eq!(v13a("a.5 a..5 a...5"), "a . 5 a . .5 a . . . 5");
        assert_eq!(v13a("...5"), ". . . 5");
        assert_eq!(v13a("5..."), "5 . . .");
    }

    #[test]
    fn entities_are_decoded_in_order() {
        assert_eq!(v13a("&quot;a&quot; &amp;lt; b"), "\" a \" < b");
    }

    #[test]
    fn a_hyphen_at_the_end_of_a_line_joins_the_word() {
        assert_eq!(v13a("trans-\nlation of\nlines<skipped>"), "translation of lines");
    }

    #[test]
    fn no_white_space_begins_with_a_byte_that_is_passed_over() {
        let mut buffer = [0; 4];
        for c in ('\0'..=char::MAX).filter(|&c| is_white_space(c)) {
            let first = c.encode_utf8(&mut buffer).as_bytes()[0];
            assert!(!IS_PLAIN_IN_13A[usize::from(first)], "{c:?}");
        }
    }

    #[test]
    fn digits_of_other_scripts_are_no_digits() {
        assert_eq!(v13a("٣.٤"), "٣ . ٤");
    }

    #[test]
    fn characters_are_tokens_without_white_space() {
        assert_eq!(Tokenizer::Char.tokens("你 好\u{3000}é"), ["你", "好", "é"]);
    }
}
