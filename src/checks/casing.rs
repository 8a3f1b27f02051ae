//! A capital that is missing, or one too many.

use std::cell::LazyCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::marks::{End, is_closing};
use super::pair::marked;
use super::traits::GRAMMAR;
use super::word_sets::{WordSet, WordSets};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::words::{Kind, Token, WordId};

#[doc = include_str!("casing.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Casing {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Casing {
    fn default() -> Self {
        Casing { enabled: true, severity: None }
    }
}

impl Check for Casing {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        let unabbreviated = words_without_stop(pair);
        // Every German noun has a capital.
        let one_language = pair.is_monolingual() && !["de", "lb"].contains(&pair.language(Side::Translation));
        let usage = one_language.then(|| Usage::new(pair));
        for index in 0..pair.segments.len() {
            let Some(segment) = pair.both(index) else { continue };
            let mut report = |token: &Token, message: String| {
                let place = token.start as usize..token.end as usize;
                out.add(Severity::Minor, (index, Side::Translation), place, message);
            };
            if let Some((token, message)) = small_start(pair, index) {
                report(token, message.to_string());
            }
            let licensed = small_after_stop(pair, &segment.original, &unabbreviated).len();
            for token in small_after_stop(pair, &segment.translation, &unabbreviated).iter().skip(licensed) {
                report(token, "a sentence begins with a small letter".to_string());
            }
            for (token, message) in usage.iter().flat_map(|u| u.odd_capitals(index)) {
                report(token, message);
            }
        }
    }
}

/// The first word of the translation's segment, when it is small and the original's has a capital, and what is
/// wrong with it.
fn small_start<'p>(pair: &Pair<'p>, index: usize) -> Option<(&'p Token, &'static str)> {
    let segment = &pair.segments[index];
    let first = |passage: &Passage<'p>| passage.tokens.iter().position(Token::is_content);
    let original = &segment.original.tokens[first(&segment.original)?];
    let passage = &segment.translation;
    let k = first(passage)?;
    let token = &passage.tokens[k];
    let message = if original.capital && original.kind == Kind::Word {
        "the segment begins with a small letter, the original with a capital"
    } else if are_sentences_without_case(pair, index, original) {
        "the sentence begins with a small letter"
    } else {
        return None;
    };
    let fault = is_small(passage, token) && !is_address(passage, k) && !goes_on(pair, passage);
    fault.then_some((token, message))
}

/// Where the original's script has no case, its full stop and the translation's must tell that a sentence begins.
fn are_sentences_without_case(pair: &Pair, index: usize, first: &Token) -> bool {
    let segment = &pair.segments[index];
    let cased = |c: char| c.is_lowercase() || c.is_uppercase();
    let ends = |side: Side| End::of(segment.side(side).source(), pair.language(side)) >= End::Stop;
    first.is_letters()
        && !segment.original.between(first, first).contains(cased)
        && ends(Side::Original)
        && ends(Side::Translation)
}

/// All letters are small; neither `iPhone` nor a letter without case.
fn is_small(passage: &Passage, token: &Token) -> bool {
    if token.kind != Kind::Word || token.capital {
        return false;
    }
    let text = passage.between(token, token);
    if text.is_ascii() {
        return text.bytes().all(|b| !b.is_ascii_uppercase());
    }
    text.starts_with(char::is_lowercase) && !text.contains(char::is_uppercase)
}

/// Part of an address, a handle, a file's name, an elided word (`'s ochtends`) or a name such as `al-Amin`.
fn is_address(passage: &Passage, k: usize) -> bool {
    let tokens = passage.tokens;
    let touching = |a: usize, b: usize| tokens[a].end == tokens[b].start;
    let sign = |at: usize| passage.between(&tokens[at], &tokens[at]);
    let handle =
        k > 0 && touching(k - 1, k) && matches!(sign(k - 1), "@" | "#" | "'" | "/" | "." | "_" | "<");
    let joined = k + 2 < tokens.len() && touching(k, k + 1) && touching(k + 1, k + 2);
    let address = joined && matches!(sign(k + 1), "." | "@" | "/" | ":" | "_");
    handle || address || (joined && sign(k + 1) == "-" && tokens[k + 2].capital)
}

/// The sentence began in the segment before, or an ellipsis leads in.
fn goes_on(pair: &Pair, passage: &Passage) -> bool {
    let language = pair.language(Side::Translation);
    let head = passage.normal();
    let before = passage.sentences.start.checked_sub(1).map(|s| pair.documents[1].passage(s..s + 1).normal());
    let open = |text: &str| End::of(text, language) == End::Pause || text.ends_with(is_closing);
    let bare = |text: &str| End::of(text, language) == End::Bare && text.ends_with(char::is_lowercase);
    head.starts_with('…') || head.starts_with("...") || before.is_some_and(|text| open(text) || bare(text))
}

/// By their numbers: words that somewhere stand without a full stop behind them, not abbreviations.
fn words_without_stop(pair: &Pair) -> Vec<bool> {
    let unstopped = pair.documents.into_iter().flat_map(|document| {
        let is_stop = |t: &Token| document.normal()[t.start as usize..t.end as usize] == *".";
        let neighbours = document.tokens().windows(2);
        neighbours.filter(move |two| two[0].kind == Kind::Word && !is_stop(&two[1])).map(|two| two[0].word)
    });
    marked(pair.words, unstopped)
}

/// Fewest letters of a word that ends a sentence, to keep clear of abbreviations.
const LETTERS: usize = 4;

/// Words that begin small behind a full stop that ends a sentence.
fn small_after_stop<'p>(pair: &Pair, passage: &Passage<'p>, whole: &[bool]) -> Vec<&'p Token> {
    let ends = |t: &[Token]| {
        t[1].kind == Kind::Symbol
            && t[0].end == t[1].start
            && passage.between(&t[1], &t[1]) == "."
            && is_small(passage, &t[0])
            && whole[t[0].word as usize]
            && pair.words.letters(t[0].word) >= LETTERS
            && !passage.gap(&t[1], &t[2]).is_empty()
            && is_small(passage, &t[2])
    };
    passage.tokens.windows(3).filter(|t| ends(t)).map(|t| &t[2]).collect()
}

static WORDS: WordSets = WordSets::new(include_str!("casing_words.txt"));

/// Words of the language that never take a capital inside a sentence.
pub fn grammar(language: &str) -> Option<&'static WordSet> {
    WORDS.get(language, "grammar")
}

/// How words are written inside sentences, in two texts of one language.
struct Usage<'a, 'p> {
    pair: &'a Pair<'p>,
    /// By word: it has a capital in the original where grammar asks for none.
    names: Vec<bool>,
    /// The same words of the translation, with how often.
    capitals: FxHashMap<WordId, usize>,
    /// By word: the translation also writes it small.
    small: Vec<bool>,
}

impl<'a, 'p> Usage<'a, 'p> {
    fn new(pair: &'a Pair<'p>) -> Self {
        let mut capitals = FxHashMap::default();
        for word in pair.segments.iter().flat_map(|s| capitals_inside(&s.translation)) {
            *capitals.entry(word).or_default() += 1;
        }
        let names = pair.segments.iter().flat_map(|s| capitals_inside(&s.original));
        let small = pair.segments.iter().flat_map(|s| small_words(&s.translation));
        Usage { pair, names: marked(pair.words, names), capitals, small: marked(pair.words, small) }
    }

    fn is_grammar(&self, word: WordId) -> bool {
        self.pair.traits(Side::Translation)[word as usize] & GRAMMAR != 0
    }

    /// The one capital of an English word that the translation writes small elsewhere, behind a word of grammar
    /// that is no article: `the Minister` is a matter of style. Romance languages use such capitals freely: of 13
    /// found in es, fr, pt human translations none was a fault.
    fn is_slip(&self, passage: &Passage, k: usize) -> bool {
        let (before, word) = (passage.tokens[k - 1].word, passage.tokens[k].word);
        self.pair.language(Side::Translation) == "en"
            && self.capitals.get(&word) == Some(&1)
            && self.small[word as usize]
            && self.is_grammar(before)
            && !["a", "an", "the"].contains(&self.pair.words.text(before))
    }

    /// Words with a capital, or in capitals throughout, that the original has small.
    fn odd_capitals(&self, index: usize) -> Vec<(&'p Token, String)> {
        let segment = &self.pair.segments[index];
        let passage = &segment.translation;
        let words = || passage.tokens.iter().filter(|t| t.kind == Kind::Word);
        if words().filter(|t| t.capital).count() * 2 > words().count() {
            return Vec::new();
        }
        let original = &segment.original;
        let there = LazyCell::new(|| small_words(original).collect::<FxHashSet<WordId>>());
        // The original may shout it too, beside the small word.
        let shouted = LazyCell::new(|| {
            let shouted = original.tokens.iter().filter(|t| is_shouted(original, t));
            shouted.map(|t| t.word).collect::<FxHashSet<WordId>>()
        });
        let odd = |k: usize| {
            let token = &passage.tokens[k];
            // A heading run into its text, or a lost full stop, has a capital too, but seldom ends in a word of grammar.
            let is_grammar = || {
                self.is_grammar(token.word)
                    && self.pair.holds(Side::Original, token.word)
                    && self.is_grammar(passage.tokens[k - 1].word)
            };
            let is_lone =
                || is_inside(passage, k) && is_before_small(passage, k) && !is_acronym(passage, token);
            let shouts = is_shouted(passage, token)
                && there.contains(&token.word)
                && !is_address(passage, k)
                && !shouted.contains(&token.word);
            shouts || is_lone() && (is_grammar() || self.is_slip(passage, k) && there.contains(&token.word))
        };
        let capital = |&k: &usize| passage.tokens[k].capital && !self.names[passage.tokens[k].word as usize];
        (1..passage.tokens.len())
            .filter(capital)
            .filter(|&k| odd(k))
            .map(|k| {
                let small = self.pair.words.text(passage.tokens[k].word);
                (
                    &passage.tokens[k],
                    format!("a capital inside a sentence; the original writes \"{small}\" small"),
                )
            })
            .collect()
    }
}

/// Two letters or more, all of them capitals.
fn is_acronym(passage: &Passage, token: &Token) -> bool {
    let text = passage.between(token, token);
    text.chars().nth(1).is_some() && text.chars().all(char::is_uppercase)
}

/// Words with a capital where grammar asks for none.
fn capitals_inside(passage: &Passage) -> impl Iterator<Item = WordId> {
    let inside = |&k: &usize| passage.tokens[k].capital && is_inside(passage, k);
    (1..passage.tokens.len()).filter(inside).map(|k| passage.tokens[k].word)
}

fn small_words(passage: &Passage) -> impl Iterator<Item = WordId> {
    passage.tokens.iter().filter(|t| is_small(passage, t)).map(|t| t.word)
}

/// Fewest letters of a word that is shouted: shorter ones are acronyms, `SIDA` beside `sida`.
const SHOUTED: usize = 5;

/// A word in capitals throughout.
fn is_shouted(passage: &Passage, token: &Token) -> bool {
    is_acronym(passage, token) && passage.between(token, token).chars().count() >= SHOUTED
}

/// A word behind a word or a comma of its sentence: nothing there asks for a capital.
fn is_inside(passage: &Passage, k: usize) -> bool {
    let (before, token) = (&passage.tokens[k - 1], &passage.tokens[k]);
    let word = before.kind == Kind::Word || passage.between(before, before) == ",";
    token.kind == Kind::Word && word && passage.gap(before, token) == " "
}

/// A small word follows, so that the capital begins no name of several words.
fn is_before_small(passage: &Passage, k: usize) -> bool {
    let Some(next) = passage.tokens.get(k + 1) else { return false };
    is_small(passage, next) && passage.gap(&passage.tokens[k], next) == " "
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;
    use crate::text::normalise::Normalise;
    use crate::text::words::Words;

    fn with_passage<T>(text: &str, look: impl Fn(&Passage) -> T) -> T {
        let mut words = Words::default();
        let given = [text.to_string()];
        let document = Document::from_sentences(&given, &Normalise::default(), &mut words);
        look(&document.passage(0..1))
    }

    fn inside(text: &str) -> usize {
        with_passage(text, |passage| capitals_inside(passage).count())
    }

    #[test]
    fn only_a_capital_behind_a_word_or_comma_stands_inside() {
        assert_eq!(inside("it was A long day, And so on"), 2);
        assert_eq!(inside("He said: \"No\". Then (Perhaps) they left."), 0);
    }

    #[test]
    fn names_with_a_capital_within_are_not_small() {
        for (text, small) in [("ferries", true), ("iPhone", false), ("Ferry", false), ("船", false)] {
            assert_eq!(with_passage(text, |p| is_small(p, &p.tokens[0])), small, "{text}");
        }
    }

    #[test]
    fn addresses_handles_and_elided_words_may_begin_small() {
        for text in ["info@ferry.example", "ferry.example", "'s avonds", "al-Amin said"] {
            let k = usize::from(text.starts_with('\''));
            assert!(with_passage(text, |p| is_address(p, k)), "{text}");
        }
        assert!(!with_passage("well-known ferries", |p| is_address(p, 0)));
    }

    #[test]
    fn acronyms_are_not_shouted() {
        assert!(with_passage("NEVER", |p| is_shouted(p, &p.tokens[0])));
        assert!(!with_passage("AIDS", |p| is_shouted(p, &p.tokens[0])));
    }
}
