//! What is left of one side when everything that the other side also says is taken away.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{Pair, Segment};
use crate::model::Side;
use crate::text::words::{Kind, Token, WordId, Words};

/// Segments before and after in which a sentence's content may stand when the aligner left the sentence alone.
const NEIGHBOURS: usize = 2;

/// Words that carry content: of four letters and more, names, numbers, Han characters.
pub fn content<'p>(tokens: &'p [Token], words: &'p Words) -> impl Iterator<Item = &'p Token> {
    tokens.iter().filter(|t| match t.kind {
        Kind::Word => words.letters(t.word) >= 4 || (t.capital && words.letters(t.word) >= 2),
        Kind::Han | Kind::Number => true,
        Kind::Symbol => false,
    })
}

/// Share of a lone sentence's content that the other side says in the segments around it, beyond what these
/// segments have to say for themselves. Monolingual pairs only; 0 otherwise.
pub fn said_nearby(pair: &Pair, index: usize, side: Side) -> f64 {
    if !pair.is_monolingual() {
        return 0.0;
    }
    let around = index.saturating_sub(NEIGHBOURS)..(index + NEIGHBOURS + 1).min(pair.segments.len());
    let mut theirs: FxHashSet<WordId> = FxHashSet::default();
    for neighbour in pair.segments[around].iter().filter(|s| s.bead.is_aligned() && !s.bead.moved) {
        let own: FxHashSet<WordId> = neighbour.side(side).tokens.iter().map(|t| t.word).collect();
        let other = neighbour.side(side.other()).tokens.iter().map(|t| t.word);
        theirs.extend(other.filter(|w| !own.contains(w)));
    }
    let own: Vec<WordId> =
        content(pair.segments[index].side(side).tokens, pair.words).map(|t| t.word).collect();
    let found = own.iter().filter(|w| theirs.contains(w)).count();
    found as f64 / own.len().max(1) as f64
}

/// A segment of more content words is no sentence; comparing all with all would take too long for what it tells.
const MOST_WORDS: usize = 400;

/// The longest run of content words on `side` that has no counterpart on the other, as tokens, and the number of
/// content words without counterpart on the other side.
pub fn longest_residue<'p>(pair: &Pair<'p>, segment: &Segment<'p>, side: Side) -> (Vec<&'p Token>, usize) {
    let own = content(segment.side(side).tokens, pair.words);
    let other: Vec<&Token> = content(segment.side(side.other()).tokens, pair.words).collect();
    let mine: Vec<&Token> = own.collect();
    if mine.len().max(other.len()) > MOST_WORDS {
        return (Vec::new(), 0);
    }
    let has_counterpart =
        |token: &Token, among: &[&Token]| among.iter().any(|o| are_alike(token.word, o.word, pair.words));
    let mut longest: Range<usize> = 0..0;
    let mut start = 0;
    for k in 0..=mine.len() {
        if k == mine.len() || has_counterpart(mine[k], &other) {
            if k - start > longest.len() {
                longest = start..k;
            }
            start = k + 1;
        }
    }
    let unmatched_there = other.iter().filter(|t| !has_counterpart(t, &mine)).count();
    (mine[longest].to_vec(), unmatched_there)
}

/// Words of one stem: the same, or alike enough in their letters (Sørensen-Dice of bigrams at least ½).
pub fn are_alike(a: WordId, b: WordId, words: &Words) -> bool {
    a == b
        || (words.letters(a) >= 4
            && words.letters(b) >= 4
            && strsim::sorensen_dice(words.text(a), words.text(b)) >= 0.5)
}
