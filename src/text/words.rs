//! Words: what tokens there are, where they stand, and which are the same.

use std::iter::once;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::numbered::Numbered;

/// Number of a distinct lower-cased word of a pair; equal on both sides for equal words.
pub type WordId = u32;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters with their marks; in scripts without spaces a run of one script.
    Word,
    /// One Han character.
    Han,
    /// A run of digits.
    Number,
    /// Any other single character.
    Symbol,
}

/// A token of a document's normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte in the normalised text.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
    /// Which word it is, case aside.
    pub word: WordId,
    /// What it is made of.
    pub kind: Kind,
    /// Begins with an upper-case letter.
    pub capital: bool,
}

impl Token {
    /// A word, a Han character or a number: all but punctuation and symbols.
    pub fn is_content(&self) -> bool {
        self.kind != Kind::Symbol
    }

    /// Letters: a word or a Han character.
    pub fn is_letters(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Han)
    }
}

/// The distinct words of a pair, lower-cased, numbered in order of first appearance.
#[derive(Debug, Default)]
pub struct Words {
    lower: Numbered,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// The folded form where it differs from the word.
    folded: Option<Box<str>>,
    letters: u32,
}

impl Entry {
    fn of(word: &str) -> Entry {
        if word.is_ascii() {
            let letters = word.bytes().filter(u8::is_ascii_alphabetic).count() as u32;
            return Entry { folded: None, letters };
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count() as u32;
        let folded = Some(fold(word)).filter(|folded| folded != word).map(String::into_boxed_str);
        Entry { folded, letters }
    }
}

impl Words {
    fn intern(&mut self, lower: &str) -> WordId {
        let id = self.lower.number(lower);
        if id as usize == self.entries.len() {
            self.entries.push(Entry::of(lower));
        }
        id
    }

    /// The word in lower case.
    pub fn text(&self, id: WordId) -> &str {
        self.lower.text(id)
    }

    /// The number of a word in lower case, where the pair has it.
    pub fn find(&self, lower: &str) -> Option<WordId> {
        self.lower.get(lower)
    }

    /// The word as [`fold`] makes it.
    pub fn folded(&self, id: WordId) -> &str {
        self.entries[id as usize].folded.as_deref().unwrap_or_else(|| self.text(id))
    }

    /// Number of letters of the word.
    pub fn letters(&self, id: WordId) -> usize {
        self.entries[id as usize].letters as usize
    }

    /// Number of distinct words.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// No word yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Cuts `text` into tokens, appended to `tokens` with offsets counted from `base`.
    pub fn tokenise(&mut self, text: &str, base: usize, tokens: &mut Vec<Token>) {
        let mut lower = String::new();
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let start = at;
            at += first.len_utf8();
            let Some(class) = Class::of(first) else { continue };
            at = class.end(text, at);
            lower_case(&text[start..at], &mut lower);
            tokens.push(Token {
                start: (base + start) as u32,
                end: (base + at) as u32,
                word: self.intern(&lower),
                kind: class.kind(),
                capital: first.is_uppercase(),
            });
        }
    }
}

/// Makes `lower` the lower-case form of `word`, character by character.
fn lower_case(word: &str, lower: &mut String) {
    lower.clear();
    if word.is_ascii() {
        lower.push_str(word);
        lower.make_ascii_lowercase();
    } else {
        lower.extend(word.chars().flat_map(char::to_lowercase));
    }
}

/// Character classes; a token is a run of one class, except where a class stands alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Han,
    Hiragana,
    Katakana,
    Unspaced,
    Digit,
    Symbol,
}

impl Class {
    fn of(c: char) -> Option<Class> {
        match c {
            'a'..='z' | 'A'..='Z' => Some(Class::Letter),
            '0'..='9' => Some(Class::Digit),
            // Latin and Cyrillic letters that most texts have: what follows says the same, at greater length.
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{400}'..='\u{481}' => {
                Some(Class::Letter)
            }
            c if c.is_whitespace() || c.is_control() => None,
            c if is_han(c) => Some(Class::Han),
            '\u{3041}'..='\u{309f}' => Some(Class::Hiragana),
            '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => {
                Some(Class::Katakana)
            }
            // Stops of these scripts are no part of words.
            '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
                if c.is_alphanumeric() || is_combining_mark(c) =>
            {
                Some(Class::Unspaced)
            }
            c if c.is_alphabetic() || is_combining_mark(c) => Some(Class::Letter),
            c if c.is_numeric() => Some(Class::Digit),
            _ => Some(Class::Symbol),
        }
    }

    /// Where a token of this class ends that reaches to `end` at least.
    fn end(self, text: &str, mut end: usize) -> usize {
        let goes_on = |c: &char| self.goes_on_with(*c);
        loop {
            end += match text.as_bytes().get(end) {
                Some(b) if b.is_ascii_alphabetic() && self == Class::Letter => 1,
                Some(b) if b.is_ascii_digit() && self == Class::Digit => 1,
                Some(b) if !b.is_ascii() => match text[end..].chars().next().filter(goes_on) {
                    Some(c) => c.len_utf8(),
                    None => return end,
                },
                _ => return end,
            };
        }
    }

    /// Whether a character beyond ASCII belongs to a token of this class.
    fn goes_on_with(self, c: char) -> bool {
        match self {
            Class::Han | Class::Symbol => is_combining_mark(c),
            Class::Letter => Class::of(c) == Some(Class::Letter) || is_joiner(c),
            Class::Unspaced => Class::of(c) == Some(Class::Unspaced) || is_joiner(c),
            _ => Class::of(c) == Some(self) || is_combining_mark(c),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Class::Han => Kind::Han,
            Class::Digit => Kind::Number,
            Class::Symbol => Kind::Symbol,
            _ => Kind::Word,
        }
    }
}

/// Zero-width joiners are part of words in Indic and Arabic script.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A Han character (CJK unified ideographs with extensions, and the iteration mark).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Written without spaces between words, other than Han: kana, Thai, Lao, Burmese, Khmer.
pub fn is_unspaced(c: char) -> bool {
    matches!(Class::of(c), Some(Class::Hiragana | Class::Katakana | Class::Unspaced))
}

/// The form in which words of different spelling conventions are compared: compatibility forms resolved, marks
/// dropped, lower case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else if let Some(known) = FOLDED.get(c as usize) {
            folded.push_str(known);
        } else {
            folded.extend(folded_char(c));
        }
    }
    folded
}

/// Folded forms of the characters up to U+052F, the Latin, Greek and Cyrillic letters that most texts have.
static FOLDED: LazyLock<Vec<Box<str>>> =
    LazyLock::new(|| ('\0'..='\u{52f}').map(|c| folded_char(c).collect::<String>().into()).collect());

/// The folded form of a character. Characters are folded one by one: what others could change is the order of marks.
fn folded_char(c: char) -> impl Iterator<Item = char> {
    once(c).nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::canonical_combining_class;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise(text, 0, &mut tokens);
        tokens.iter().map(|t| &text[t.start as usize..t.end as usize]).collect()
    }

    #[test]
    fn words_numbers_and_symbols_part() {
        assert_eq!(cut("Don't pay 1,250 €!"), ["Don", "'", "t", "pay", "1", ",", "250", "€", "!"]);
    }

    #[test]
    fn han_stands_alone_and_kana_runs_together() {
        assert_eq!(cut("東京のタワー2つ"), ["東", "京", "の", "タワー", "2", "つ"]);
    }

    #[test]
    fn stops_of_scripts_without_spaces_are_no_part_of_words() {
        assert_eq!(cut("က၊တ။"), ["က", "၊", "တ", "။"]);
        assert_eq!(cut("ក។ខ"), ["ក", "។", "ខ"]);
        assert_eq!(cut("กำ฿๕"), ["กำ", "฿", "๕"]);
    }

    #[test]
    fn the_same_word_has_one_number_whatever_its_case() {
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise("Über über", 0, &mut tokens);
        assert_eq!(tokens[0].word, tokens[1].word);
        assert_eq!((words.text(0), words.letters(0), tokens[0].capital), ("über", 4, true));
    }

    #[test]
    fn only_marks_change_their_order() {
        let parts = ('\0'..=char::MAX).flat_map(|c| once(c).nfkd());
        assert!(parts.into_iter().all(|c| canonical_combining_class(c) == 0 || is_combining_mark(c)));
    }

    #[test]
    fn folding_twice_is_folding_once() {
        let folded = ('\0'..=char::MAX).map(|c| fold(&c.to_string()));
        assert!(folded.into_iter().all(|once| fold(&once) == once));
    }

    #[test]
    fn folding_drops_marks() {
        assert_eq!(fold("Łódź Zürich ﬁne"), "łodz zurich fine");
    }
}
