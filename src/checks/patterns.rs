//! Patterns of words by language and kind, and where they stand in a text.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Pair;
use super::word_sets::{Row, rows};
use crate::model::Side;
use crate::text::words::{Kind, Token, Words};

/// Words of many languages, from lines of language, kind and entries, with tabs between.
///
/// An entry is a word or, with `_` between its words, a phrase; in a word `*` at either end stands for any letters,
/// `#` for a number. Words of the kind `none` only keep shorter entries from fitting.
pub struct Patterns(BTreeMap<&'static str, List>);

#[derive(Default)]
struct List {
    /// Entries that begin with a letter, by that letter.
    by_letter: FxHashMap<char, Vec<Entry>>,
    /// Entries that may begin with any.
    open: Vec<Entry>,
}

struct Entry {
    kind: &'static str,
    text: &'static str,
    words: Vec<Form>,
    /// Letters that stand in it, `*` aside, and whether it is without `*`.
    rank: (usize, bool),
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
    /// Reads lines; those that begin with `#` are comments.
    pub fn new(lines: &'static str) -> Patterns {
        let mut lists: BTreeMap<&str, List> = BTreeMap::new();
        for Row { language, kind, words } in rows(lines) {
            let list = lists.entry(language).or_default();
            for text in words {
                let rank = (text.replace('*', "").len(), !text.contains('*'));
                let entry = Entry { kind, text, words: text.split('_').map(Form::of).collect(), rank };
                match text.chars().next() {
                    None | Some('*' | '#') => list.open.push(entry),
                    Some(first) => list.by_letter.entry(first).or_default().push(entry),
                }
            }
        }
        Patterns(lists)
    }

    /// Entries in one side of a segment, the longest at each place; nothing where the language has no list.
    pub fn marks<'p>(&self, pair: &Pair<'p>, index: usize, side: Side) -> Option<Vec<Mark<'p>>> {
        let passage = pair.segments[index].side(side);
        let language = pair.language(side);
        let list = self.0.get(language)?;
        let found = if UNSPACED.contains(&language) {
            list.in_characters(passage.normal(), passage.whole().start)
        } else {
            list.in_tokens(passage.tokens, pair.words)
        };
        let text = |r: &Range<usize>| &pair.documents[side as usize].normal()[r.clone()];
        let named = found.into_iter().filter(|(kind, ..)| *kind != NONE);
        Some(named.map(|(kind, place, normal)| Mark { kind, text: text(&normal), normal, place }).collect())
    }
}

type Found = (&'static str, usize, Range<usize>);

impl List {
    fn in_tokens(&self, tokens: &[Token], words: &Words) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let first = words.text(token.word).chars().next().unwrap_or_default();
            let candidates = self.by_letter.get(&first).into_iter().flatten().chain(&self.open);
            let fitting = candidates.filter(|e| e.fits(&tokens[at..], words));
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
            let candidates = self.by_letter.get(&first).into_iter().flatten();
            let fitting = candidates.filter(|e| text[at..].starts_with(e.text));
            let Some(entry) = fitting.max_by_key(|e| e.text.len()) else {
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
        let lists = Patterns::new(
            "en\tnot\tnot *n_'_t no\nen\tweak\tun* not*\nen\tnone\tno_._# under*\nzh\tnot\t不\nzh\tnone\t不过",
        );
        let list = &lists.0[language];
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise(text, 0, &mut tokens);
        let marks =
            if language == "zh" { list.in_characters(text, 0) } else { list.in_tokens(&tokens, &words) };
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
