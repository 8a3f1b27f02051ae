//! What makes a repetition no fault: the original says it so, the batch does, or the language.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Repetition;
use super::line::Line;
use crate::checks::Pair;
use crate::checks::word_sets::WordSets;
use crate::model::Side;
use crate::text::runs::{Run, unit_key};
use crate::text::words::WordId;

static DOUBLED: WordSets = WordSets::new(include_str!("doubled_words.txt"));

/// Nobody laughs longer than so many syllables: beyond them a sound is a loop as well.
const SOUNDS: usize = 20;

/// What may be said again in a segment.
pub struct Licence<'p> {
    settings: &'p Repetition,
    pair: &'p Pair<'p>,
    language: &'p str,
    /// Most copies of each unit that the original's segment says in a row.
    copies_in_original: FxHashMap<Vec<WordId>, usize>,
    /// Most copies of any of them that the translation does not say in a row just so.
    reworded: usize,
    /// Most copies of any unit.
    most: usize,
}

impl<'p> Licence<'p> {
    /// Of a segment whose translation says nothing in a row.
    pub fn new(settings: &'p Repetition, pair: &'p Pair<'p>) -> Licence<'p> {
        let language = pair.language(Side::Translation);
        let copies_in_original = FxHashMap::default();
        Licence { settings, pair, language, copies_in_original, reworded: 0, most: 0 }
    }

    /// With what the original says in a row.
    pub fn with_runs(self, original: &Line, translation: &Line) -> Licence<'p> {
        let own: FxHashSet<_> = translation.runs.iter().map(|r| unit_key(&translation.ids, r)).collect();
        let mut copies_in_original: FxHashMap<Vec<WordId>, usize> = FxHashMap::default();
        let (mut most, mut reworded) = (0, 0);
        for run in &original.runs {
            let key = unit_key(&original.ids, run);
            if !original.is_numbers(run.start..run.end()) {
                most = run.copies.max(most);
                if !own.contains(&key) {
                    reworded = run.copies.max(reworded);
                }
            }
            let copies = copies_in_original.entry(key).or_insert(0);
            *copies = run.copies.max(*copies);
        }
        Licence { copies_in_original, reworded, most, ..self }
    }

    /// The original says it as often, the batch's originals double it, or the language's list allows it.
    pub fn covers(&self, ids: &[WordId], run: &Run) -> bool {
        let key = unit_key(ids, run);
        let there = if self.pair.is_monolingual() {
            self.copies_in_original.get(&key).copied().unwrap_or(0).max(self.reworded)
        } else {
            self.most
        };
        let words = || key.iter().map(|&w| self.pair.words.text(w));
        there >= run.copies
            || (run.copies <= SOUNDS && words().all(|w| self.is_free(w)))
            || words().all(|w| self.is_allowed(w))
            || (run.copies == 2 && run.period == 1 && words().all(|w| self.is_doubled(w)))
            || (run.copies == 2 && self.pair.doubled_in_original.contains(&key))
            || (run.copies == 2 && self.pair.context.is_ordinarily_doubled(words()))
    }

    /// A sound, or a word of the settings' list.
    pub fn is_free(&self, word: &str) -> bool {
        self.is_allowed(word) || self.is_listed("ever", word)
    }

    fn is_allowed(&self, word: &str) -> bool {
        let own = self.settings.allow.get(self.language);
        own.is_some_and(|list| list.iter().any(|w| w.to_lowercase() == word))
    }

    /// May be said at least twice in a row.
    pub fn is_doubled(&self, word: &str) -> bool {
        self.is_free(word) || self.is_listed("twice", word)
    }

    fn is_listed(&self, kind: &str, word: &str) -> bool {
        DOUBLED.hold(self.language, kind, word) || DOUBLED.hold("*", kind, word)
    }

    /// The short words that this language doubles are known.
    pub fn knows_short_words(&self) -> bool {
        DOUBLED.get(self.language, "twice").is_some()
    }

    /// The language's grammar doubles words.
    pub fn is_reduplicating(&self) -> bool {
        self.settings.reduplicating.iter().any(|l| l == self.language)
    }
}
