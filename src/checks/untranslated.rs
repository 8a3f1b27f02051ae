//! Untranslated: words of the original left standing in the translation.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::foreign::{self, Languages, Lists, Writing};
use super::wrong_language::is_in_other_language;
use super::{Check, Findings, Pair, Segment};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::words::{Kind, Token, WordId, fold};

#[doc = include_str!("untranslated.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Untranslated {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// A segment with this share of its words copied from the original is untranslated as a whole, and critical.
    pub whole_share: f64,
}

impl Default for Untranslated {
    fn default() -> Self {
        Untranslated { enabled: true, severity: None, whole_share: 0.8 }
    }
}

impl Check for Untranslated {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if pair.unrelated {
            return;
        }
        let scene = Scene::new(pair);
        for (index, segment) in pair.segments.iter().enumerate().filter(|(_, s)| s.bead.is_aligned()) {
            let place = (index, Side::Translation);
            if is_left_whole(pair, index, self.whole_share) {
                let message = "the original stands here untranslated".to_string();
                out.add(Severity::Critical, place, segment.translation.whole(), message);
                continue;
            }
            let leftovers = scene.leftovers(index);
            if leftovers.len() >= MANY && is_in_other_language(pair, index) {
                continue;
            }
            for (normal, message) in leftovers {
                out.add(Severity::Major, place, normal, message);
            }
        }
    }
}

/// So many foreign words or runs of them may be a segment in a foreign language.
const MANY: usize = 2;

/// Fewer different words may well be equal in two languages ("No, no, no!").
const WHOLE_WORDS: usize = 4;

/// Between two languages: nearly all of the translation stands in the original word for word, it is no list of names,
/// and the original does not quote a third language here.
pub fn is_left_whole(pair: &Pair, index: usize, share: f64) -> bool {
    let segment = &pair.segments[index];
    let words = || segment.translation.tokens.iter().filter(|t| t.is_letters());
    let small = words().filter(|t| !t.capital).count();
    let lists = foreign::lists(pair.language(Side::Original));
    let of_original = |t: &Token| lists.is_none_or(|l| l.has(pair.words.text(t.word)));
    !pair.is_monolingual()
        && foreign::may_share(pair, segment, share)
        && words().map(|t| t.word).collect::<FxHashSet<WordId>>().len() >= WHOLE_WORDS
        && small * 2 >= words().count()
        && words().any(of_original)
        && foreign::copied_share(segment) >= share
}

/// What the translation is held against.
struct Scene<'p> {
    pair: &'p Pair<'p>,
    /// How the translation is written.
    writing: Option<Writing>,
    own: Option<&'static Lists>,
    /// Languages whose words may have been left standing.
    others: Languages,
}

impl<'p> Scene<'p> {
    fn new(pair: &'p Pair<'p>) -> Scene<'p> {
        let [original, own] = [Side::Original, Side::Translation].map(|s| pair.language(s));
        let unrelated = foreign::around(own).unrelated;
        Scene {
            pair,
            writing: pair.main_writing(Side::Translation),
            own: foreign::lists(own),
            others: if pair.is_monolingual() { unrelated } else { unrelated & foreign::around(original).own },
        }
    }

    /// Runs of foreign words; a run between two capitals is part of a name ("Frankfurt am Main").
    fn leftovers(&self, index: usize) -> Vec<(Range<usize>, String)> {
        let segment = &self.pair.segments[index];
        let line = Line::new(self.pair, segment);
        let mut nouns = FxHashMap::default();
        let signs: Vec<Option<Sign>> =
            (0..line.tokens.len()).map(|at| self.sign(&line, at, &mut nouns)).collect();
        let mut found = Vec::new();
        let mut at = 0;
        for run in signs.chunk_by(|a, b| a.is_some() && b.is_some()) {
            let (start, end) = (at, at + run.len());
            at = end;
            let Some(sign) = &run[0] else { continue };
            let passes = match sign {
                Sign::LatinWord => run.len() == 1,
                Sign::Script => false,
                _ => self.is_of_name(&line, start..end),
            };
            if passes {
                continue;
            }
            let (first, last) = (&line.tokens[start], &line.tokens[end - 1]);
            let text = segment.translation.between(first, last);
            found.push((first.start as usize..last.end as usize, self.message(text, sign)));
        }
        found
    }

    /// Within a name: between two capitals, or, in two languages, in a row of words from the original that begins or
    /// ends with one ("Stratford upon the Avon").
    fn is_of_name(&self, line: &Line, run: Range<usize>) -> bool {
        if self.pair.is_monolingual() {
            return line.is_capital(run.start.wrapping_sub(1)) && line.is_capital(run.end);
        }
        let near = |at: usize| {
            let token = &line.tokens[at];
            token.is_letters() && line.stands_in_original(token.word) || line.is_apostrophe(at)
        };
        let leads_to_capital = |places: &mut dyn Iterator<Item = usize>| {
            places.take(NAME_WORDS).take_while(|&at| near(at)).any(|at| line.is_capital(at))
        };
        let before = leads_to_capital(&mut (0..run.start).rev());
        let behind = leads_to_capital(&mut (run.end..line.tokens.len()));
        // Of a German original every noun has one.
        let nouns = matches!(self.pair.language(Side::Original), "de" | "lb");
        if nouns { before && behind } else { before || behind }
    }

    fn message(&self, text: &str, sign: &Sign) -> String {
        let why = match sign {
            Sign::Script | Sign::LatinWord => "is in another script than the translation".to_string(),
            Sign::Word(language) => format!("is a word of another language ({language})"),
            Sign::Spelling => "is not spelt like a word of the translation's language".to_string(),
        };
        let there = if self.pair.is_monolingual() {
            "does not stand in the original"
        } else {
            "stands in the original"
        };
        format!("\"{text}\" {why} and {there}")
    }

    /// A word with a capital that stands alone, has foreign letters, and is like no word of the original, as a name
    /// would be in any spelling. `nouns`: what has been asked for already.
    fn is_foreign_noun(&self, line: &Line, at: usize, nouns: &mut FxHashMap<WordId, bool>) -> bool {
        let words = self.pair.words;
        let id = line.tokens[at].word;
        let word = words.text(id);
        let alone = !line.is_capital(at + 1) && !line.is_capital(at.wrapping_sub(1));
        if !alone || self.own.is_none_or(|own| !own.lacks_letters_of(word)) {
            return false;
        }
        let full = nouns.len() >= MOST_NOUNS;
        *nouns.entry(id).or_insert_with(|| {
            let folded = fold(word);
            let like = |&w: &WordId| strsim::sorensen_dice(&folded, &fold(words.text(w))) >= SAME_NAME;
            !full && !line.original().iter().any(like)
        })
    }

    /// Why the token is a foreign word, if it is one.
    fn sign(&self, line: &Line, at: usize, nouns: &mut FxHashMap<WordId, bool>) -> Option<Sign> {
        let token = &line.tokens[at];
        let monolingual = self.pair.is_monolingual();
        let known = if monolingual {
            self.pair.holds(Side::Original, token.word)
        } else {
            !line.stands_in_original(token.word)
        };
        if !token.is_letters() || known || line.set_off[at] || line.is_address(at) {
            return None;
        }
        let word = self.pair.words.text(token.word);
        let main = self.writing?;
        let latin = Writing::LATIN;
        let writing = self.pair.writings(Side::Translation)[token.word as usize]?;
        if writing != main && writing != latin {
            return (token.kind == Kind::Han || word.chars().count() >= 2).then_some(Sign::Script);
        }
        if token.capital {
            return (monolingual && self.is_foreign_noun(line, at, nouns)).then_some(Sign::Spelling);
        }
        if line.has_inner_capital(at) {
            return None;
        }
        if writing != main {
            return (word.chars().count() >= LATIN_WORD).then_some(Sign::LatinWord);
        }
        let own = self.own?;
        let languages = foreign::with_function_word(word) & self.others;
        let is_word = languages != 0 && word.chars().count() >= SHORTEST && !own.knows(word);
        let language = is_word.then(|| foreign::first(languages)).flatten();
        language.map(Sign::Word).or_else(|| own.cannot_spell(word).then_some(Sign::Spelling))
    }
}

/// Small words and signs between the words of a name.
const NAME_WORDS: usize = 3;

/// More nouns with foreign letters in one segment are a list of names; each is compared with every word of the
/// original's.
const MOST_NOUNS: usize = 20;

/// Names in two spellings share at least so much of their letter pairs (Sørensen-Dice).
const SAME_NAME: f64 = 0.4;

/// What gives a foreign word away.
enum Sign {
    Script,
    /// A Latin word in another script: alone it may be a loan word.
    LatinWord,
    /// A function word of this language.
    Word(&'static str),
    Spelling,
}

/// Shorter words of one script are words in too many languages.
const SHORTEST: usize = 3;

/// Shorter Latin words in other scripts are units and abbreviations.
const LATIN_WORD: usize = 4;

/// A translation's tokens with what stands around them.
struct Line<'p> {
    passage: &'p Passage<'p>,
    tokens: &'p [Token],
    /// Within short quotes or brackets.
    set_off: Vec<bool>,
    /// Distinct words of the original, in order, when first asked for.
    original: OnceCell<Vec<WordId>>,
    segment: &'p Segment<'p>,
}

/// A longer quotation is speech, no title.
const LONGEST_TITLE: usize = 8;

impl<'p> Line<'p> {
    fn new(pair: &Pair, segment: &'p Segment<'p>) -> Line<'p> {
        let (passage, tokens) = (&segment.translation, segment.translation.tokens);
        let set_off = vec![false; tokens.len()];
        let mut line = Line { passage, tokens, set_off, original: OnceCell::new(), segment };
        let mut open: Option<(usize, &str)> = None;
        for (at, token) in tokens.iter().enumerate() {
            let text = pair.words.text(token.word);
            match open {
                Some((start, end)) if text == end => {
                    if at - start <= LONGEST_TITLE + 1 {
                        line.set_off[start..at].fill(true);
                    }
                    open = None;
                }
                None => open = closing(text).map(|end| (at, end)),
                Some(_) => {}
            }
        }
        line
    }

    /// A part of a web address, a handle, a file name or a compound: a sign stands right before it, or between it and
    /// a word.
    fn is_address(&self, at: usize) -> bool {
        let glued = |a: usize, b: usize| {
            self.tokens.get(a).zip(self.tokens.get(b)).is_some_and(|(a, b)| self.passage.gap(a, b).is_empty())
        };
        let sign =
            |k: usize| self.tokens.get(k).is_some_and(|t| "@#/._:\\-".contains(self.passage.between(t, t)));
        at > 0 && sign(at - 1) && glued(at - 1, at)
            || sign(at + 1) && glued(at, at + 1) && glued(at + 1, at + 2) && self.tokens[at + 2].is_content()
    }

    fn original(&self) -> &[WordId] {
        self.original.get_or_init(|| {
            let mut words: Vec<WordId> = self.segment.original.tokens.iter().map(|t| t.word).collect();
            words.sort_unstable();
            words.dedup();
            words
        })
    }

    fn stands_in_original(&self, word: WordId) -> bool {
        self.original().binary_search(&word).is_ok()
    }

    fn is_capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.capital)
    }

    fn is_apostrophe(&self, at: usize) -> bool {
        matches!(self.passage.between(&self.tokens[at], &self.tokens[at]), "'" | "\"")
    }

    /// A brand ("iPhone").
    fn has_inner_capital(&self, at: usize) -> bool {
        self.passage.between(&self.tokens[at], &self.tokens[at]).chars().any(char::is_uppercase)
    }
}

/// What closes this opening sign.
fn closing(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "\"" => "\"",
        "(" => ")",
        "[" => "]",
        "{" => "}",
        "<" => ">",
        "（" => "）",
        "「" => "」",
        "『" => "』",
        "《" => "》",
        _ => return None,
    })
}
