//! Not a translation: texts, or segments of them, that do not belong together.

use serde::{Deserialize, Serialize};

use super::residue::content;
use super::wrong_language::is_in_other_language;
use super::{Check, Findings, Pair, Segment};
use crate::model::{Severity, Side};
use crate::text::words::WordId;

#[doc = include_str!("not_a_translation.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotATranslation {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// One language: segments of fewer content words on a side are too short to tell.
    pub words: usize,
}

impl Default for NotATranslation {
    fn default() -> Self {
        NotATranslation { enabled: true, severity: None, words: 8 }
    }
}

impl Check for NotATranslation {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        let compared = pair.is_monolingual() && !pair.unrelated && segment.bead.is_aligned();
        if compared && self.is_detached(pair, segment) && !is_in_other_language(pair, index) {
            let message =
                "not a translation of this: original and translation share next to nothing".to_string();
            out.add(Severity::Major, (index, Side::Translation), segment.translation.whole(), message);
        }
    }

    fn document(&self, pair: &Pair, out: &mut Findings) {
        let first = pair.segments.iter().position(|s| !s.translation.tokens.is_empty());
        if let Some(index) = first.filter(|_| pair.unrelated) {
            let whole = pair.segments[index].translation.whole();
            let message = "not a translation of this original: the two texts share too little".to_string();
            out.add(Severity::Critical, (index, Side::Translation), whole, message);
        }
    }
}

/// A segment of more content words is no sentence; comparing all with all would take too long for what it tells.
const MOST_WORDS: usize = 400;

/// Share of content words with a counterpart, and of letter trigrams, that even free translations have. Measured on
/// the three pairs of varieties of NTREX-128 and on DEMETR: 2 of 5,991 and none of 500 genuine segments lie below
/// both, 86 % of 500 wrong pairings do.
const SHARED: f64 = 0.2;

impl NotATranslation {
    /// Neither the words nor the letters of one side stand in the other.
    fn is_detached(&self, pair: &Pair, segment: &Segment) -> bool {
        let [original, translation] = [Side::Original, Side::Translation].map(|side| {
            let tokens = segment.side(side).tokens;
            let mut words: Vec<WordId> = Vec::with_capacity(tokens.len());
            words.extend(content(tokens, pair.words).map(|t| t.word));
            words
        });
        let is_sentence = |words: &[WordId]| (self.words..=MOST_WORDS).contains(&words.len());
        if !is_sentence(&original) || !is_sentence(&translation) {
            return false;
        }
        // The cheapest first: equal words are alike, and most segments have many.
        let share_words = |are_alike: &dyn Fn(WordId, WordId) -> bool| {
            shares_words(&original, &translation, are_alike)
                || shares_words(&translation, &original, are_alike)
        };
        let likeness = pair.likeness();
        !share_words(&|a, b| a == b)
            && shared_letters(pair, segment) <= SHARED
            && !share_words(&|a, b| likeness.are_alike(a, b))
    }
}

/// A greater share of these words than [`SHARED`] has one like it among the others.
fn shares_words(words: &[WordId], others: &[WordId], are_alike: &dyn Fn(WordId, WordId) -> bool) -> bool {
    let shared = words.iter().filter(|&&word| others.iter().any(|&other| are_alike(word, other)));
    (1..).zip(shared).any(|(count, _)| f64::from(count) / words.len() as f64 > SHARED)
}

/// Sørensen-Dice of the letter trigrams of both sides, each as often as it stands there.
fn shared_letters(pair: &Pair, segment: &Segment) -> f64 {
    let [original, translation] = [Side::Original, Side::Translation].map(|s| trigrams(pair, segment, s));
    let (mut left, mut right, mut shared) = (original.as_slice(), translation.as_slice(), 0);
    while let ([a, rest_left @ ..], [b, rest_right @ ..]) = (left, right) {
        shared += usize::from(a == b);
        if a <= b {
            left = rest_left;
        }
        if b <= a {
            right = rest_right;
        }
    }
    2.0 * shared as f64 / (original.len() + translation.len()).max(1) as f64
}

/// Letter trigrams, words framed by spaces, in order.
fn trigrams(pair: &Pair, segment: &Segment, side: Side) -> Vec<[char; 3]> {
    let mut letters = vec![' '];
    for token in segment.side(side).tokens.iter().filter(|t| t.is_content()) {
        letters.extend(pair.words.text(token.word).chars());
        letters.push(' ');
    }
    let mut trigrams: Vec<[char; 3]> = letters.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    trigrams.sort_unstable();
    trigrams
}
