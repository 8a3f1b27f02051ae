//! Whole sentences and passages that the translation says again.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::checks::pair::{SENTENCE_WORDS, sentence_words};
use crate::checks::{Pair, Segment};
use crate::model::{Severity, Side};
use crate::text::runs::LONGEST_UNIT;
use crate::text::words::{Token, WordId};

/// A sentence of the translation that says word for word what another one says, without an original of its own.
pub struct Copy {
    pub segment: usize,
    pub normal: Range<usize>,
    sentence: usize,
    /// The sentence of which it is a copy.
    model: usize,
    here: usize,
    there: usize,
    /// Sentences of the passage that comes back as a whole.
    passage: usize,
}

/// A passage of so many sentences does not come back by chance.
const LOOP_SENTENCES: usize = 3;

impl Copy {
    pub fn severity(&self) -> Severity {
        let is_loop = self.here >= 3 || self.passage >= LOOP_SENTENCES;
        if is_loop { Severity::Critical } else { Severity::Major }
    }

    pub fn message(&self) -> String {
        let what = match self.passage {
            1 => "the whole sentence stands".to_string(),
            n => format!("the sentence, in a passage of {n} that comes back, stands"),
        };
        format!("{what} {} times in the translation, {} in the original", self.here, self.there)
    }
}

/// All copies, in the order of the segments.
pub fn repeated(pair: &Pair) -> Vec<Copy> {
    if pair.repeated.is_empty() {
        return Vec::new();
    }
    let in_original = sentence_copies(pair, Side::Original);
    let most_there = in_original.values().map(Vec::len).max().unwrap_or(0);
    let mut found = Vec::new();
    for (words, places) in sentence_copies(pair, Side::Translation) {
        let own = || in_original.get(&words).map_or(0, Vec::len);
        let there = if pair.is_monolingual() { own() } else { most_there };
        if places.len() >= 2 && places.len() > there {
            found.extend(copies(pair, &words, &places, there));
        }
    }
    found.sort_by_key(|c| c.sentence);
    measure_passages(&mut found);
    found.sort_by_key(|c| (c.segment, c.normal.start));
    found
}

/// Those of the places that have no original of their own.
fn copies(pair: &Pair, words: &[WordId], places: &[(usize, usize)], there: usize) -> Vec<Copy> {
    let has_original = |&&(segment, _): &&(usize, usize)| !pair.segments[segment].bead.original.is_empty();
    let home = *places.iter().find(has_original).unwrap_or(&places[0]);
    let at_home = Bag::of(pair.segments[home.0].original.tokens);
    let is_copy = |k: &usize| {
        let (segment, sentence) = places[*k];
        let Segment { bead, original, .. } = &pair.segments[segment];
        let merged = *k > 0 && bead.original.len() < bead.translation.len();
        // Side by side in one segment, `tandem` has said it.
        let beside = *k > 0 && places[*k - 1] == (segment, sentence.wrapping_sub(1));
        bead.original.is_empty()
            || (merged && !(beside && words.len() <= LONGEST_UNIT))
            || (segment != home.0 && !bead.moved && !at_home.is_like(original.tokens))
    };
    let copy = |k: usize| {
        let (segment, sentence) = places[k];
        let normal = pair.documents[1].sentences()[sentence].normal.clone();
        let model = if places[k] == home { sentence } else { home.1 };
        Copy { segment, normal, sentence, model, here: places.len(), there, passage: 1 }
    };
    (0..places.len()).filter(is_copy).map(copy).collect()
}

/// The words of an original and how often each stands there.
struct Bag {
    counts: FxHashMap<WordId, usize>,
    words: usize,
}

impl Bag {
    fn of(tokens: &[Token]) -> Bag {
        let mut bag = Bag { counts: FxHashMap::default(), words: 0 };
        for token in tokens.iter().filter(|t| t.is_content()) {
            *bag.counts.entry(token.word).or_default() += 1;
            bag.words += 1;
        }
        bag
    }

    /// Two originals that share less than half of their words do not have one translation.
    fn is_like(&self, other: &[Token]) -> bool {
        let other = Bag::of(other);
        let shared = |(word, n): (&WordId, &usize)| self.counts.get(word).map_or(0, |own| *own.min(n));
        other.counts.iter().map(shared).sum::<usize>() * 4 >= self.words + other.words
    }
}

/// Copies that follow one another as their models do are one passage.
fn measure_passages(found: &mut [Copy]) {
    let goes_on = |a: &Copy, b: &Copy| a.sentence + 1 == b.sentence && a.model + 1 == b.model;
    for passage in found.chunk_by_mut(goes_on) {
        let length = passage.len();
        for copy in passage {
            copy.passage = length;
        }
    }
}

/// Sentences of at least four words by their words, with segment and sentence number.
fn sentence_copies(pair: &Pair, side: Side) -> BTreeMap<Vec<WordId>, Vec<(usize, usize)>> {
    let mut places: BTreeMap<Vec<WordId>, Vec<(usize, usize)>> = BTreeMap::new();
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (index, segment) in pair.segments.iter().enumerate() {
        order.extend(segment.side(side).sentences.clone().map(|sentence| (sentence, index)));
    }
    order.sort_unstable();
    for (sentence, segment) in order {
        let words = sentence_words(pair.documents[side as usize], sentence);
        if words.len() >= SENTENCE_WORDS {
            places.entry(words).or_default().push((segment, sentence));
        }
    }
    places
}
