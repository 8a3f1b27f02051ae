//! Words as sacreBLEU 2.6.0 sees them: Python's white space and the tokenizers of BLEU.
//!
//! The tokenizers here only take characters out at the start and put spaces in after that, so every
//! token is a piece of the prepared text, and none is copied.

use std::borrow::Cow;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether Python's `str.split` and `str.rstrip` take `c` for white space: Unicode's white space
/// and, unlike [`char::is_whitespace`], the separators U+001C to U+001F.
#[must_use]
pub const fn is_white_space(c: char) -> bool {
    match c {
        '\t'..='\r' | '\u{1c}'..='\u{1f}' | ' ' => true,
        _ => !c.is_ascii() && c.is_whitespace(),
    }
}

/// The words of `text` between runs of [white space](is_white_space), in order; none is empty.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_white_space).filter(|word| !word.is_empty())
}

/// In lower case, without a copy where an ASCII text is that already.
pub(super) fn lower_case(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        Cow::Owned(text.to_lowercase())
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
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
    /// The rules of NIST's mteval-v14: Unicode's symbols stand alone, and its punctuation too but
    /// between digits, at either end of the text as well: `1999.` stays one token there.
    Intl,
    /// Chinese characters and full-width forms stand alone, the rest is cut by the rules of 13a, but
    /// without their entities and with the ends of the text as in [`Intl`](Self::Intl).
    Zh,
    /// Every code point but white space is a token: for languages written without spaces.
    Char,
}

impl Tokenizer {
    /// All tokenizers.
    pub const ALL: [Self; 5] = [Self::None, Self::V13a, Self::Intl, Self::Zh, Self::Char];

    /// The name in sacreBLEU's signatures and on its command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::V13a => "13a",
            Self::Intl => "intl",
            Self::Zh => "zh",
            Self::Char => "char",
        }
    }

    /// The text that the tokens are pieces of: trimmed at the end, for zh at the start too, and for 13a
    /// with joined lines and decoded entities.
    #[must_use]
    pub fn prepare(self, text: &str) -> Cow<'_, str> {
        let text = text.trim_end_matches(is_white_space);
        match self {
            Self::V13a => decode_13a(text),
            Self::Zh => Cow::Borrowed(text.trim_start_matches(is_white_space)),
            Self::None | Self::Intl | Self::Char => Cow::Borrowed(text),
        }
    }

    /// The tokens of a [prepared](Self::prepare) text, in order; none is empty or holds white space.
    #[must_use]
    pub fn tokens(self, prepared: &str) -> Vec<&str> {
        match self {
            Self::None => words(prepared).collect(),
            Self::V13a => V13A.tokens(prepared),
            Self::Intl => INTL.tokens(prepared),
            Self::Zh => ZH.tokens(prepared),
            Self::Char => characters(prepared).collect(),
        }
    }
}

fn characters(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(start, c)| (start, start + c.len_utf8(), c));
    ends.filter(|&(.., c)| !is_white_space(c)).map(|(start, end, _)| &text[start..end])
}

/// Takes out what mteval-v13a does not count as text.
fn decode_13a(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'<', b'\n', b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut text = Cow::Borrowed(text);
    for (pattern, replacement) in [("<skipped>", ""), ("-\n", ""), ("\n", " ")] {
        replace(&mut text, pattern, replacement);
    }
    decode_entities(&mut text);
    text
}

/// Puts characters for the entities of SGML. The order of the replacements matters: `&amp;lt;` becomes `<`.
pub(super) fn decode_entities(text: &mut Cow<'_, str>) {
    if text.contains('&') {
        for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            replace(text, entity, character);
        }
    }
}

/// Replaces `pattern` everywhere, without a copy where it does not occur.
pub(super) fn replace(text: &mut Cow<'_, str>, pattern: &str, replacement: &str) {
    if text.contains(pattern) {
        *text = Cow::Owned(text.replace(pattern, replacement));
    }
}

/// What a character does to the tokens around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of a token, whatever stands next to it.
    Part,
    /// Part of a token that holds stops and pushes off hyphens.
    Digit,
    /// A token of its own, but for a single one between digits.
    Stop,
    /// A token of its own after a digit, else part of one.
    Hyphen,
    /// Part of a token, but the `'s` at the end of a word becomes one of its own.
    Apostrophe,
    /// A token of its own.
    Alone,
    /// Between tokens.
    Space,
}

/// The roles of all characters in a tokenizer.
pub(super) struct Rules {
    /// The role by a character's first byte: of ASCII, and where all that begin so have the same one.
    by_first_byte: [Option<Role>; 256],
    /// The role of a character that is not ASCII.
    beyond_ascii: fn(char) -> Role,
    /// What a stop sees beyond the ends of the text. A program that pads the text has spaces there; in
    /// any other there is nothing that a pattern for "no digit" could match, so the ends act as digits.
    ends: Role,
}

/// mteval-v13a: all ASCII punctuation but `'` and, in numbers, `.` and `,`.
static V13A: Rules = Rules::western(space_or_part, Role::Space).all(0xc3, 0xe0).all(0xe4, 0xff);

/// sacreBLEU's zh: the rules of 13a between Chinese characters.
static ZH: Rules = Rules::western(role_in_zh, Role::Digit).all(0xc3, 0xe0).all(0xea, 0xee).all(0xf0, 0xff);

/// mteval-v14, by Unicode's categories. What is passed over without asking for one are those parts of the
/// Latin, Cyrillic, Chinese and Korean scripts that hold letters alone.
static INTL: Rules = Rules::new(role_in_intl, Role::Digit)
    .with(b"!\"#%&'()*,-./:;?@[\\]_{}", Role::Stop)
    .all(0xc4, 0xca)
    .all(0xd0, 0xd1)
    .all(0xe5, 0xe9)
    .all(0xeb, 0xed);

impl Rules {
    /// Rules where ASCII is letters, digits, white space and punctuation that stands alone, and where
    /// every other character must be looked at.
    const fn new(beyond_ascii: fn(char) -> Role, ends: Role) -> Self {
        let mut by_first_byte = [Some(Role::Part); 256];
        let mut index = 0;
        while index < by_first_byte.len() {
            let byte = index as u8;
            by_first_byte[index] = match byte {
                b'0'..=b'9' => Some(Role::Digit),
                0xc0.. => None,
                _ if byte.is_ascii_punctuation() => Some(Role::Alone),
                _ if byte.is_ascii() && is_white_space(byte as char) => Some(Role::Space),
                // What is left are letters, control characters and the bytes within a character.
                _ => Some(Role::Part),
            };
            index += 1;
        }
        Self { by_first_byte, beyond_ascii, ends }
    }

    /// The rules that 13a shares with zh and TER.
    pub(super) const fn western(beyond_ascii: fn(char) -> Role, ends: Role) -> Self {
        Self::new(beyond_ascii, ends).with(b".,", Role::Stop).with(b"-", Role::Hyphen).with(b"'", Role::Part)
    }

    /// Gives a role to the characters that begin with one of `bytes`.
    pub(super) const fn with(mut self, bytes: &[u8], role: Role) -> Self {
        let mut index = 0;
        while index < bytes.len() {
            self.by_first_byte[bytes[index] as usize] = Some(role);
            index += 1;
        }
        self
    }

    /// Says that all characters that begin with a byte from `first` to `last` are parts of tokens, so
    /// that they can be passed over.
    pub(super) const fn all(mut self, first: u8, last: u8) -> Self {
        let mut byte = first as usize;
        while byte <= last as usize {
            self.by_first_byte[byte] = Some(Role::Part);
            byte += 1;
        }
        self
    }

    fn role(&self, c: char) -> Role {
        let of_ascii = if c.is_ascii() { self.by_first_byte[c as usize] } else { None };
        of_ascii.unwrap_or_else(|| (self.beyond_ascii)(c))
    }

    /// Whether what begins with this byte is part of a token, as most is: it can be passed over without
    /// a look at its neighbours.
    fn passes_over(&self, byte: u8) -> bool {
        matches!(self.by_first_byte[usize::from(byte)], Some(Role::Part | Role::Digit))
    }

    /// The tokens of a text, in order; none is empty or holds white space.
    pub(super) fn tokens<'t>(&self, text: &'t str) -> Vec<&'t str> {
        // English has a token about every five bytes.
        let tokens = Vec::with_capacity(text.len() / 4 + 1);
        Cutter { rules: self, text, start: 0, tokens }.tokens()
    }
}

/// The role beyond ASCII where ASCII alone is cut.
pub(super) const fn space_or_part(c: char) -> Role {
    if is_white_space(c) { Role::Space } else { Role::Part }
}

fn role_in_zh(c: char) -> Role {
    if is_chinese(c) && !is_white_space(c) { Role::Alone } else { space_or_part(c) }
}

/// The characters that sacreBLEU's zh takes for Chinese. The first range is a slip of its source, but
/// one that its scores depend on: typographic signs, arrows and mathematics are in it.
const fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{2001}'..='\u{2a6d}'
        | '\u{2e80}'..='\u{2fdf}'
        | '\u{2ff0}'..='\u{303f}'
        | '\u{3100}'..='\u{312f}'
        | '\u{31a0}'..='\u{31ef}'
        | '\u{3200}'..='\u{4db5}'
        | '\u{4e00}'..='\u{9fbb}'
        | '\u{f900}'..='\u{fa2d}'
        | '\u{fa30}'..='\u{fa6a}'
        | '\u{fa70}'..='\u{fad9}'
        | '\u{fe10}'..='\u{fe1f}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}')
}

fn role_in_intl(c: char) -> Role {
    match c.general_category_group() {
        GeneralCategoryGroup::Punctuation => Role::Stop,
        GeneralCategoryGroup::Symbol => Role::Alone,
        GeneralCategoryGroup::Number => Role::Digit,
        _ => space_or_part(c),
    }
}

/// Cuts one text into tokens from left to right, where the substitutions of the original programs
/// would have put spaces.
struct Cutter<'r, 't> {
    rules: &'r Rules,
    text: &'t str,
    /// Where the token under way began.
    start: usize,
    tokens: Vec<&'t str>,
}

impl<'t> Cutter<'_, 't> {
    /// Ends the token under way at the byte `at`, if it holds anything.
    fn cut(&mut self, at: usize) {
        if self.start < at {
            self.tokens.push(&self.text[self.start..at]);
        }
        self.start = at;
    }

    fn tokens(mut self) -> Vec<&'t str> {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(passed) = bytes[at..].iter().position(|&byte| !self.rules.passes_over(byte)) {
            at += passed;
            at = self.character(at);
        }
        self.cut(bytes.len());
        self.tokens
    }

    /// Does what the character at `at` asks for. Returns where to go on.
    fn character(&mut self, at: usize) -> usize {
        let c = self.text[at..].chars().next().unwrap_or(' ');
        let end = at + c.len_utf8();
        match self.rules.role(c) {
            Role::Part | Role::Digit => {}
            Role::Stop => return self.stops(at),
            Role::Hyphen => self.hyphen(at, end),
            Role::Apostrophe => self.apostrophe(at, end),
            Role::Alone => self.isolate(at, end),
            Role::Space => {
                self.cut(at);
                self.start = end;
            }
        }
        end
    }

    /// Makes the character from `at` to `end` a token of its own.
    fn isolate(&mut self, at: usize, end: usize) {
        self.cut(at);
        self.cut(end);
    }

    /// A run of stops, `at` its first. Returns its end.
    ///
    /// In mteval each is split off by a substitution that takes two characters at a time, so what
    /// happens at the ends of the run depends on its length: `5..5` gives `5 . . 5`, but `5...5`
    /// gives `5 . . .5`.
    fn stops(&mut self, at: usize) -> usize {
        let rules = self.rules;
        let run = self.text[at..].char_indices().take_while(|&(_, c)| rules.role(c) == Role::Stop);
        let (length, end) =
            run.fold((0_usize, at), |(n, _), (offset, c)| (n + 1, at + offset + c.len_utf8()));
        let after_digit = self.before(at).unwrap_or(rules.ends) == Role::Digit;
        let before_digit = self.after(end).unwrap_or(rules.ends) == Role::Digit;
        if length == 1 && after_digit && before_digit {
            return end;
        }
        for (offset, _) in self.text[at..end].char_indices() {
            self.cut(at + offset);
        }
        let paired_off = length.is_multiple_of(2) == after_digit;
        if paired_off || !before_digit {
            self.cut(end);
        }
        end
    }

    fn hyphen(&mut self, at: usize, end: usize) {
        if self.before(at) == Some(Role::Digit) {
            self.isolate(at, end);
        }
    }

    /// A word has ended where Tercom sees a space: before a space of ASCII or of its own making. It
    /// splits off stops later, so `it's.` keeps its ending.
    fn apostrophe(&mut self, at: usize, end: usize) {
        let Some(rest) = self.text[end..].strip_prefix('s') else { return };
        let ends_word =
            |byte| byte == b' ' || self.rules.by_first_byte[usize::from(byte)] == Some(Role::Alone);
        if rest.bytes().next().is_none_or(ends_word) {
            self.cut(at);
        }
    }

    /// The role of the character before `at`.
    fn before(&self, at: usize) -> Option<Role> {
        self.text[..at].chars().next_back().map(|c| self.rules.role(c))
    }

    /// The role of the character at `at`.
    fn after(&self, at: usize) -> Option<Role> {
        self.text[at..].chars().next().map(|c| self.rules.role(c))
    }
}

/// Whether the role by first byte is right for every character.
#[cfg(test)]
pub(super) fn assert_consistent(rules: &Rules) {
    let mut buffer = [0; 4];
    for c in '\u{80}'..=char::MAX {
        let first = c.encode_utf8(&mut buffer).as_bytes()[0];
        let by_first_byte = rules.by_first_byte[usize::from(first)];
        assert!(by_first_byte.is_none_or(|role| role == rules.role(c)), "{c:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenized(tokenizer: Tokenizer, text: &str) -> String {
        tokenizer.tokens(&tokenizer.prepare(text)).join(" ")
    }

    fn v13a(text: &str) -> String {
        tokenized(Tokenizer::V13a, text)
    }

    fn intl(text: &str) -> String {
        tokenized(Tokenizer::Intl, text)
    }

    fn zh(text: &str) -> String {
        tokenized(Tokenizer::Zh, text)
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
    fn digits_of_other_scripts_are_no_digits() {
        assert_eq!(v13a("٣.٤"), "٣ . ٤");
    }

    #[test]
    fn characters_are_tokens_without_white_space() {
        assert_eq!(Tokenizer::Char.tokens("你 好\u{3000}é"), ["你", "好", "é"]);
    }

    #[test]
    fn a_first_byte_has_the_role_of_all_characters_that_begin_with_it() {
        for rules in [&V13A, &ZH, &INTL] {
            assert_consistent(rules);
        }
    }

    #[test]
    fn intl_knows_the_categories_of_ascii() {
        for c in '\0'..='\x7f' {
            assert_eq!(INTL.role(c), role_in_intl(c), "{c:?}");
        }
    }

    #[test]
    fn intl_splits_off_the_punctuation_of_all_scripts() {
        assert_eq!(intl("“Well-known” – isn’t it؟"), "“ Well - known ” – isn ’ t it ؟");
    }

    #[test]
    fn intl_leaves_one_mark_between_digits_of_any_script() {
        assert_eq!(intl("1,5 or ٣٫٤ at 10-12, ½/Ⅳ x"), "1,5 or ٣٫٤ at 10-12 , ½/Ⅳ x");
    }

    #[test]
    fn intl_always_splits_off_symbols() {
        assert_eq!(intl("5€+3$=©2^1"), "5 € + 3 $ = © 2 ^ 1");
    }

    #[test]
    fn intl_takes_the_ends_of_the_text_for_digits() {
        assert_eq!(intl("In 1999."), "In 1999.");
        assert_eq!(intl("In may."), "In may .");
        assert_eq!(intl(".5 and"), ".5 and");
        assert_eq!(intl(" .5 and"), ". 5 and");
        assert_eq!(intl("!a"), "! a");
    }

    #[test]
    fn intl_splits_runs_of_marks_as_pairs_of_characters_do() {
        assert_eq!(intl("5…”5 5…,”5 a…”5 a…,”5"), "5 … ” 5 5 … , ”5 a … ”5 a … , ” 5");
        assert_eq!(intl("...5"), ". . .5");
        assert_eq!(intl("5..."), "5 . . .");
    }

    #[test]
    fn intl_leaves_entities_and_lines_alone() {
        assert_eq!(intl("a&lt;b-\nc"), "a & lt ; b - c");
    }

    #[test]
    fn zh_splits_off_every_chinese_character_and_mark() {
        assert_eq!(zh("我用Rust写，好。"), "我 用 Rust 写 ， 好 。");
    }

    #[test]
    fn zh_splits_off_typographic_signs_but_no_kana_hangul_or_rare_characters() {
        assert_eq!(zh("a—b → c’d"), "a — b → c ’ d");
        assert_eq!(zh("ひらカナ한글𠀀𠀁"), "ひらカナ한글𠀀𠀁");
        assert_eq!(zh("ｶﾅ５"), "ｶ ﾅ ５");
    }

    #[test]
    fn zh_takes_wide_spaces_for_white_space() {
        assert_eq!(zh("\u{3000}你\u{3000}\u{2003}好 \u{2028}a\u{3000}"), "你 好 a");
    }

    #[test]
    fn zh_cuts_the_rest_as_13a_does() {
        assert_eq!(zh("He said: \"no\" 1,000-fold, don't"), "He said : \" no \" 1,000 - fold , don't");
    }

    #[test]
    fn zh_takes_the_ends_of_the_text_for_digits() {
        assert_eq!(zh("In 1999."), "In 1999.");
        assert_eq!(zh(" .5 你5."), ".5 你 5.");
        assert_eq!(zh("...5"), ". . .5");
        assert_eq!(zh("你.5"), "你 . 5");
        assert_eq!(zh("-5"), "-5");
    }

    #[test]
    fn zh_leaves_entities_and_lines_alone() {
        assert_eq!(zh("a&lt;b-\nc<skipped>"), "a & lt ; b- c < skipped >");
    }
}
