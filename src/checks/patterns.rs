//! Patterns of words by language and kind, and where they stand in a text.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Pair;
use super::traits::Traits;
use super::word_sets::{Heads, Row, Start};
use crate::model::Side;
use crate::text::by_language::ByLanguage;
use crate::text::words::{Kind, Token, Words};

/// Words of many languages, from lines of language, kind and entries, with tabs between.
///
/// An entry is a word or, with `_` between its words, a phrase; in a word `*` at either end stands for any letters,
/// `#` for a number. Words of the kind `none` only keep shorter entries from fitting.
pub struct Patterns {
    lists: ByLanguage<List>,
    /// Set of words with which an entry may begin.
    first: Traits,
}

#[derive(Default)]
struct List {
    /// Entries by the first letters that they ask for; those that ask for one alone stand under that.
    by_start: FxHashMap<Start, Vec<Entry>>,
    /// Entries that may begin with any letter.
    open: Vec<Entry>,
    /// Of the words with which the others begin.
    heads: Heads,
}

struct Entry {
    kind: &'static str,
    text: &'static str,
    words: Vec<Form>,
    /// Letters that stand in it, `*` aside; whether it is without `*`; of two that are equal in this the later one counts,
    /// and one that may begin with any letter before all others.
    rank: (usize, bool, bool, usize),
}

/// An entry of a list where it stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark<'p> {
    /// Kind of the entry.
    pub kind: &'static str,
    /// Bytes of the normalised text.
    pub normal: Range<usize>,
    /// The text there.
    pub text: &'p str,
    /// Tokens, or in scripts without spaces bytes, from the start of the segment.
    pub place: usize,
}

const NONE: &str = "none";

/// Written without spaces: entries are looked for anywhere.
const UNSPACED: [&str; 2] = ["zh", "ja"];

impl Patterns {
    /// Of a file; in its lines `first` is the trait of words with which an entry may begin.
    pub const fn new(text: &'static str, first: Traits) -> Patterns {
        Patterns { lists: ByLanguage::new(text, List::read), first }
    }

    /// Whether an entry of the language's list may begin with a word.
    pub fn starts(&self, language: &str) -> impl Fn(&str) -> bool {
        let list = self.lists.get(language);
        move |word| list.is_some_and(|list| list.may_begin_with(word))
    }

    /// Entries in one side of a segment, the longest at each place; nothing where the language has no list.
    pub fn marks<'p>(&self, pair: &Pair<'p>, index: usize, side: Side) -> Option<Vec<Mark<'p>>> {
        let passage = pair.segments[index].side(side);
        let language = pair.language(side);
        let list = self.lists.get(language)?;
        let found = if UNSPACED.contains(&language) {
            list.in_characters(passage.normal(), passage.whole().start)
        } else {
            let traits = pair.traits(side);
            list.in_tokens(passage.tokens, pair.words, |t| traits[t.word as usize] & self.first != 0)
        };
        let text = |r: &Range<usize>| &pair.documents[side as usize].normal()[r.clone()];
        let named = found.into_iter().filter(|(kind, ..)| *kind != NONE);
        Some(named.map(|(kind, place, normal)| Mark { kind, text: text(&normal), normal, place }).collect())
    }
}

type Found = (&'static str, usize, Range<usize>);

impl List {
    fn read(lines: &[&'static str]) -> List {
        let mut list = List::default();
        let rows = lines.iter().filter_map(|line| Row::of(line));
        let entries = rows.flat_map(|Row { kind, words, .. }| words.map(move |text| (kind, text)));
        for (number, (kind, text)) in entries.enumerate() {
            let words: Vec<Form> = text.split('_').map(Form::of).collect();
            let head = words[0].head();
            let letters = text.bytes().filter(|&b| b != b'*').count();
            let rank = (letters, letters == text.len(), head.is_none(), number);
            let entry = Entry { kind, text, words, rank };
            match head {
                Some(head) => {
                    list.heads.add(head);
                    list.by_start.entry(Start::of(head)).or_default().push(entry);
                }
                None => list.open.push(entry),
            }
        }
        list
    }

    /// Entries of which one may begin with the word.
    fn candidates(&self, word: &str) -> impl Iterator<Item = &Entry> {
        let start = Start::of(word);
        let alone = Some(start.alone()).filter(|alone| *alone != start);
        let own = |start: Start| self.by_start.get(&start).map_or(&[][..], Vec::as_slice);
        own(start).iter().chain(alone.map_or(&[][..], own)).chain(&self.open)
    }

    fn may_begin_with(&self, word: &str) -> bool {
        let may_fit = |entry: &Entry| entry.words[0].may_fit(word);
        self.open.iter().any(may_fit) || self.heads.may_begin(word) && self.candidates(word).any(may_fit)
    }

    fn in_tokens(&self, tokens: &[Token], words: &Words, may_begin: impl Fn(&Token) -> bool) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(next) = tokens[at..].iter().position(&may_begin) {
            at += next;
            let token = &tokens[at];
            let fitting = self.candidates(words.text(token.word)).filter(|e| e.fits(&tokens[at..], words));
            let Some(entry) = fitting.max_by_key(|e| (e.words.len(), e.rank)) else {
                at += 1;
                continue;
            };
            let last = &tokens[at + entry.words.len() - 1];
            found.push((entry.kind, at, token.start as usize..last.end as usize));
            at += entry.words.len();
        }
        found
    }

    fn in_characters(&self, text: &str, base: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let candidates = self.candidates(&text[at..]).filter(|e| !e.is_open());
            let fitting = candidates.filter(|e| text[at..].starts_with(e.text));
            let Some(entry) = fitting.max_by_key(|e| (e.text.len(), e.rank)) else {
                at += first.len_utf8();
                continue;
            };
            found.push((entry.kind, at, base + at..base + at + entry.text.len()));
            at += entry.text.len();
        }
        found
    }
}

impl Entry {
    fn is_open(&self) -> bool {
        self.rank.2
    }

    fn fits(&self, tokens: &[Token], words: &Words) -> bool {
        tokens.len() >= self.words.len()
            && self.words.iter().zip(tokens).all(|(form, token)| match form {
                Form::Number => token.kind == Kind::Number,
                form => form.fits(words.text(token.word)),
            })
    }
}

/// What a word of an entry stands for. `*` stands for at least one letter at the head of a word, and for any at its end.
enum Form {
    /// `#`
    Number,
    /// `*`
    Any,
    /// `*inner*`
    Inner(&'static str),
    /// `*end`
    End(&'static str),
    /// `start*`
    Start(&'static str),
    /// `word`
    Whole(&'static str),
}

impl Form {
    fn of(pattern: &'static str) -> Form {
        match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            _ if pattern == "#" => Form::Number,
            (Some(""), _) => Form::Any,
            (Some(inner), Some(_)) => Form::Inner(inner.trim_end_matches('*')),
            (Some(end), None) => Form::End(end),
            (None, Some(start)) => Form::Start(start),
            (None, None) => Form::Whole(pattern),
        }
    }

    /// The first letters of every word that fits.
    fn head(&self) -> Option<&'static str> {
        match *self {
            Form::Whole(text) | Form::Start(text) => Some(text),
            _ => None,
        }
    }

    /// Fits some token of this word.
    fn may_fit(&self, word: &str) -> bool {
        matches!(self, Form::Number) && word.starts_with(char::is_numeric) || self.fits(word)
    }

    fn fits(&self, word: &str) -> bool {
        match *self {
            Form::Number => false,
            Form::Any => true,
            Form::Inner(inner) => {
                let rest = word.char_indices().nth(1).map_or("", |(second, _)| &word[second..]);
                rest.contains(inner)
            }
            Form::End(end) => word.len() > end.len() && word.ends_with(end),
            Form::Start(start) => word.starts_with(start),
            Form::Whole(whole) => word == whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(language: &str, text: &'static str) -> Vec<(&'static str, &'static str)> {
        let list = match language {
            "zh" => List::read(&["zh\tnot\t不", "zh\tnone\t不过"]),
            _ => List::read(&["en\tnot\tnot *n_'_t no", "en\tweak\tun* not*", "en\tnone\tno_._# under*"]),
        };
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise(text, 0, &mut tokens);
        let marks = if language == "zh" {
            list.in_characters(text, 0)
        } else {
            list.in_tokens(&tokens, &words, |_| true)
        };
        marks.into_iter().map(|(kind, _, range)| (kind, &text[range])).collect()
    }

    #[test]
    fn the_longest_entry_counts() {
        let marks = found("en", "They DIDN'T undo no. 5 under it");
        assert_eq!(found("en", "not"), [("not", "not")]);
        assert_eq!(marks, [("not", "DIDN'T"), ("weak", "undo"), ("none", "no. 5"), ("none", "under")]);
    }

    #[test]
    fn chinese_is_searched_by_characters() {
        assert_eq!(found("zh", "不过他不来"), [("none", "不过"), ("not", "不")]);
    }

    #[test]
    fn a_star_stands_for_letters() {
        let fits = |pattern, word| Form::of(pattern).fits(word);
        assert!(fits("*miyor*", "gelmiyorum") && fits("un*", "un") && fits("*", "a"));
        assert!(!fits("*less", "less") && !fits("*medi*", "medikal") && !fits("*ñ*", "ñ"));
    }
}
