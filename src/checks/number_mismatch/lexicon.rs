//! Words for numbers and months, by language.

use rustc_hash::FxHashMap;

use crate::checks::word_sets::{Heads, Start};
use crate::text::by_language::ByLanguage;

/// What a word can do in a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// A number.
    Plain(f64),
    /// May be a number: an article, "double", "century".
    Soft(f64),
    /// Multiplies what stands before it.
    Scale(f64),
    /// "and a half".
    Half,
    /// "and".
    Glue,
    /// A month; `true` where the word is nothing else.
    Month(f64, bool),
}

/// How a language says eleven to nineteen.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) enum Teens {
    /// In words of their own; "dix-sept" and the like aside.
    #[default]
    Own,
    /// Arabic: "four ten".
    OnesFirst,
    /// Chinese, Turkish: "ten four".
    TenFirst,
}

/// The words of one language, by their first two letters; a word of one letter alone has `None`.
#[derive(Default)]
pub(super) struct Lexicon {
    words: FxHashMap<Start, Vec<(&'static str, Meaning)>>,
    heads: Heads,
    has_compounds: bool,
    has_glue: bool,
    language: &'static str,
}

static LEXICONS: ByLanguage<Lexicon> = ByLanguage::new(include_str!("words.txt"), Lexicon::read);

impl Lexicon {
    /// The words of a language; none where it is not known.
    pub(super) fn of(language: &str) -> Option<&'static Lexicon> {
        LEXICONS.get(language)
    }

    fn read(lines: &[&'static str]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (language, entries) in lines.iter().filter_map(|line| line.split_once('\t')) {
            lexicon.language = language;
            for (word, meaning) in entries.split(' ').filter_map(|e| e.split_once('=')) {
                lexicon.add(word, meaning);
            }
        }
        // The longest fitting entry comes first; a whole word before a stem.
        for words in lexicon.words.values_mut() {
            words.sort_by_key(|(word, _)| {
                std::cmp::Reverse(word.trim_end_matches('*').len() * 2 + usize::from(!word.ends_with('*')))
            });
        }
        lexicon
    }

    fn add(&mut self, word: &'static str, meaning: &str) {
        let value = |text: &str| text.parse::<f64>().ok();
        let read = match meaning.chars().next() {
            Some('|') => {
                self.has_compounds = true;
                None
            }
            Some('&') => {
                self.has_glue = true;
                Some(Meaning::Glue)
            }
            Some('+') => Some(Meaning::Half),
            Some('~') => value(&meaning[1..]).map(Meaning::Soft),
            Some('x') => value(&meaning[1..]).map(Meaning::Scale),
            Some('@') => {
                let month = meaning[1..].trim_start_matches('~');
                value(month).map(|m| Meaning::Month(m, month.len() + 1 == meaning.len()))
            }
            _ => value(meaning).map(Meaning::Plain),
        };
        if let Some(read) = read {
            self.heads.add(word.trim_end_matches('*'));
            self.words.entry(Start::of(word)).or_default().push((word, read));
        }
    }

    /// Needs a word like "and" before "a half".
    pub(super) fn has_glue(&self) -> bool {
        self.has_glue
    }

    /// How ones stand to ten.
    pub(super) fn teens(&self) -> Teens {
        match self.language {
            "ar" => Teens::OnesFirst,
            "zh" | "ja" | "tr" => Teens::TenFirst,
            _ => Teens::Own,
        }
    }

    /// What a word in lower case means here.
    pub(super) fn meaning(&self, word: &str) -> Option<Meaning> {
        let fits = |entry: &str| match entry.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == entry,
        };
        let known = self.words.get(&Start::of(word))?.iter().find(|(entry, _)| fits(entry));
        known.map(|&(_, meaning)| meaning)
    }

    /// The parts of a number written as one word ("fünfundzwanzig", "ventitré"), or the one part that a word is.
    /// In Arabic "and", "the", "with" and "to" are written together with the word.
    pub(super) fn parts(&self, word: &str) -> Vec<Meaning> {
        if self.language != "ar" && !self.heads.may_begin(word) {
            return Vec::new();
        }
        if let Some(meaning) = self.meaning(word) {
            return vec![meaning];
        }
        if self.language == "ar" {
            return self.arabic(word);
        }
        if self.has_compounds { self.compound(word) } else { Vec::new() }
    }

    fn arabic(&self, word: &str) -> Vec<Meaning> {
        let (mut rest, mut parts) = (word, Vec::new());
        if let Some(after) = rest.strip_prefix('و') {
            (rest, parts) = (after, vec![Meaning::Glue]);
        }
        rest = rest.strip_prefix('ب').unwrap_or(rest);
        rest = rest.strip_prefix("ال").or(rest.strip_prefix("لل")).unwrap_or(rest);
        match self.meaning(rest) {
            Some(meaning) => parts.push(meaning),
            None => parts.clear(),
        }
        parts
    }

    /// At least two parts, the longest first; a rest of up to four letters is the ending of an ordinal.
    fn compound(&self, word: &str) -> Vec<Meaning> {
        let (mut rest, mut parts) = (word, Vec::new());
        while let Some((piece, meaning)) = self.longest_start(rest) {
            rest = &rest[piece.len()..];
            parts.push(match meaning {
                Meaning::Soft(v) if v <= 2.0 => Meaning::Plain(v),
                other => other,
            });
        }
        if parts.is_empty() {
            return parts;
        }
        let counts = COUNTING.iter().any(|ending| rest.starts_with(ending));
        let numbers = usize::from(counts) + parts.iter().filter(|p| !matches!(p, Meaning::Glue)).count();
        let is_number = numbers >= 2 && (counts || rest.chars().count() <= LONGEST_ENDING);
        if is_number { parts } else { Vec::new() }
    }

    fn longest_start(&self, text: &str) -> Option<(&'static str, Meaning)> {
        let start = Start::of(text);
        let words = [start, start.alone()].into_iter().filter_map(|key| self.words.get(&key)).flatten();
        words
            .map(|&(word, meaning)| (word.trim_end_matches('*'), meaning))
            .find(|(word, meaning)| text.starts_with(word) && !matches!(meaning, Meaning::Month(..)))
    }
}

/// German "-sten", Finnish "-nnen".
const LONGEST_ENDING: usize = 4;

/// What goes with a number in one word: "fünfjährig", "driemaal", "femårig".
const COUNTING: [&str; 16] = [
    "jähr", "tägig", "stündig", "wöchig", "monatig", "fach", "mal", "köpfig", "stellig", "teilig", "jarig",
    "voudig", "maal", "daags", "årig", "faldig",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_counts() {
        let russian = Lexicon::of("ru").unwrap();
        assert_eq!(russian.meaning("пятнадцати"), Some(Meaning::Plain(15.0)));
        assert_eq!(russian.meaning("пятница"), None);
        assert_eq!(Lexicon::of("en").unwrap().meaning("may"), Some(Meaning::Month(5.0, false)));
    }

    #[test]
    fn compounds_come_apart() {
        let parts = Lexicon::of("de").unwrap().parts("fünfundzwanzig");
        assert_eq!(parts, [Meaning::Plain(5.0), Meaning::Glue, Meaning::Plain(20.0)]);
        assert_eq!(
            Lexicon::of("it").unwrap().parts("duecento"),
            [Meaning::Plain(2.0), Meaning::Scale(100.0)]
        );
        assert!(Lexicon::of("de").unwrap().parts("dreist").is_empty());
    }
}
