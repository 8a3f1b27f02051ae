//! What checks look at: the rows of the alignment, and what a pair of documents shows as a whole.

use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::foreign::{self, Writing};
use super::likeness::Likeness;
use super::names::Names;
use super::substitution;
use super::traits::{self, Traits};
use crate::context::Context;
use crate::model::{Bead, Language, Side};
use crate::text::language::Treatment;
use crate::text::runs::doubled_units;
use crate::text::words::{Token, WordId, Words};
use crate::text::{Document, Passage};

/// One row of the alignment with the texts of both sides.
#[derive(Debug)]
pub struct Segment<'p> {
    /// The bead it was made from.
    pub bead: &'p Bead,
    /// The original's side.
    pub original: Passage<'p>,
    /// The translation's side.
    pub translation: Passage<'p>,
}

impl<'p> Segment<'p> {
    /// One of its sides.
    pub fn side(&self, side: Side) -> &Passage<'p> {
        match side {
            Side::Original => &self.original,
            Side::Translation => &self.translation,
        }
    }

    /// Has no word and no number on this side, and some on the other.
    pub fn lacks(&self, side: Side) -> bool {
        self.is_silent(side) && !self.is_silent(side.other())
    }

    /// Has no word and no number on this side.
    pub fn is_silent(&self, side: Side) -> bool {
        !self.side(side).tokens.iter().any(Token::is_content)
    }
}

impl Side {
    /// The side across.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Original => Side::Translation,
            Side::Translation => Side::Original,
        }
    }
}

/// Everything a check may look at.
pub struct Pair<'p> {
    /// Rows of the alignment.
    pub segments: Vec<Segment<'p>>,
    /// Original and translation.
    pub documents: [&'p Document; 2],
    /// The words of both.
    pub words: &'p Words,
    /// One language or two.
    pub treatment: Treatment,
    /// Language of original and translation, where known.
    pub languages: [Option<Language>; 2],
    /// What the batch taught.
    pub context: &'p Context,
    /// The aligner found that the texts do not belong together.
    pub unrelated: bool,
    /// By side and by the numbers of words: whether the document has the word.
    vocabulary: [Vec<bool>; 2],
    /// Units that the original doubles somewhere.
    pub doubled_in_original: FxHashSet<Vec<WordId>>,
    /// Sentences of the translation whose words stand in another of its sentences just the same.
    pub repeated: FxHashSet<usize>,
    /// Primary codes of the languages, by side.
    codes: [String; 2],
    names: OnceLock<Names>,
    likeness: OnceLock<Likeness>,
    /// By side; of two sides in one language that of the original alone.
    traits: [OnceLock<Vec<Traits>>; 2],
    /// By side.
    writings: [OnceLock<Vec<Option<Writing>>>; 2],
    /// By side.
    main_writings: [OnceLock<Option<Writing>>; 2],
    relatives: OnceLock<Vec<bool>>,
}

impl<'p> Pair<'p> {
    /// Prepares what several checks need.
    #[must_use]
    pub fn new(
        documents: [&'p Document; 2],
        words: &'p Words,
        treatment: Treatment,
        languages: [Option<Language>; 2],
        context: &'p Context,
        alignment: &'p crate::align::Alignment,
    ) -> Pair<'p> {
        let segment = |bead: &'p Bead| Segment {
            bead,
            original: documents[0].passage(bead.original.clone()),
            translation: documents[1].passage(bead.translation.clone()),
        };
        let segments: Vec<Segment> = alignment.beads.iter().map(segment).collect();
        let vocabulary = documents.map(|document| marked(words, document.tokens().iter().map(|t| t.word)));
        let doubled_in_original = doubled_units(documents[0].tokens());
        let unrelated = alignment.unrelated;
        Pair {
            segments,
            documents,
            words,
            treatment,
            context,
            unrelated,
            vocabulary,
            doubled_in_original,
            repeated: repeated_sentences(documents[1]),
            codes: languages.each_ref().map(|language| code(language.as_ref()).to_string()),
            languages,
            names: OnceLock::new(),
            likeness: OnceLock::new(),
            traits: Default::default(),
            writings: Default::default(),
            main_writings: Default::default(),
            relatives: OnceLock::new(),
        }
    }

    /// The segment, where both sides say something and the texts belong together.
    pub fn both(&self, index: usize) -> Option<&Segment<'p>> {
        let segment = &self.segments[index];
        let complete = !segment.is_silent(Side::Original) && !segment.is_silent(Side::Translation);
        (complete && !self.unrelated).then_some(segment)
    }

    /// The segments before and behind.
    pub fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> {
        let behind = Some(index + 1).filter(|&k| k < self.segments.len());
        index.checked_sub(1).into_iter().chain(behind)
    }

    /// Both sides are in one language.
    pub fn is_monolingual(&self) -> bool {
        self.treatment == Treatment::Monolingual
    }

    /// Primary language code of a side, `nb` for all Norwegian; empty where unknown.
    pub fn language(&self, side: Side) -> &str {
        &self.codes[side as usize]
    }

    /// The names of both sides, collected when first asked for.
    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(self))
    }

    /// Which words are alike, found out when first asked for.
    pub(super) fn likeness(&self) -> &Likeness {
        self.likeness.get_or_init(|| Likeness::of(self.words))
    }

    /// By the numbers of words: what the words of that side are in its language, and those of the other side where the
    /// language is the same.
    pub(super) fn traits(&self, side: Side) -> &[Traits] {
        let language = self.language(side);
        let is_one = self.language(side.other()) == language;
        let holder = if is_one { Side::Original } else { side };
        let is_asked = |word| is_one || self.holds(side, word);
        self.traits[holder as usize].get_or_init(|| traits::of_words(self.words, language, is_asked))
    }

    /// By the numbers of words: how they are written, seen from a text in that side's language.
    pub(super) fn writings(&self, side: Side) -> &[Option<Writing>] {
        let writing = |word| foreign::writing(self.words.text(word), self.language(side));
        self.writings[side as usize].get_or_init(|| (0..self.words.len() as WordId).map(writing).collect())
    }

    /// How nearly all of a document is written; `None` where it is mixed.
    pub(super) fn main_writing(&self, side: Side) -> Option<Writing> {
        *self.main_writings[side as usize].get_or_init(|| foreign::main_writing(self, side))
    }

    /// By the numbers of words: whether another word of the pair is its opposite or may be taken for it.
    pub(super) fn relatives(&self) -> &[bool] {
        self.relatives.get_or_init(|| substitution::relatives(self.words, self.language(Side::Translation)))
    }

    /// The word stands somewhere in the document of that side.
    pub fn holds(&self, side: Side, word: WordId) -> bool {
        self.vocabulary[side as usize][word as usize]
    }
}

/// Primary code of a language, one for all Norwegian.
fn code(language: Option<&Language>) -> &str {
    match language.map_or("", Language::primary) {
        "no" | "nn" => "nb",
        code => code,
    }
}

/// By the numbers of a pair's words: whether they are among these.
pub fn marked(words: &Words, these: impl Iterator<Item = WordId>) -> Vec<bool> {
    let mut marked = vec![false; words.len()];
    these.for_each(|word| marked[word as usize] = true);
    marked
}

/// Words of a sentence, punctuation aside.
pub fn sentence_words(document: &Document, sentence: usize) -> Vec<WordId> {
    document.tokens_of(sentence).iter().filter(|t| t.is_content()).map(|t| t.word).collect()
}

/// A sentence of fewer words may well come twice.
pub const SENTENCE_WORDS: usize = 4;

/// Sentences of at least four words that come more than once.
fn repeated_sentences(document: &Document) -> FxHashSet<usize> {
    let mut first: FxHashMap<Vec<WordId>, usize> = FxHashMap::default();
    let mut repeated = FxHashSet::default();
    for sentence in 0..document.sentences().len() {
        let words = sentence_words(document, sentence);
        if words.len() >= SENTENCE_WORDS {
            match first.entry(words) {
                Entry::Occupied(earlier) => repeated.extend([*earlier.get(), sentence]),
                Entry::Vacant(place) => drop(place.insert(sentence)),
            }
        }
    }
    repeated
}
