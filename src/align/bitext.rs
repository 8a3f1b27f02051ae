//! Aligned passages, and the lexicon that explains them best: IBM Model 1 (Brown et al. 1993) in both directions,
//! symmetrised as in Moore (2002). Words are cut to their first letters, a stemmer for every language at no cost.

use super::expectation::{Direction, Number, Probable};
use super::lexicon::{Entry, Learned, Lexicon, Translations};
use super::terms::{Bag, TermId, TermRows, Terms};
use crate::model::Bead;

/// Translations less probable than this, in either direction, are dropped.
pub(super) const LEAST: f32 = 0.05;

/// Taken off for each pair of terms, in beads: what one bead alone says may be the fault of its alignment. Of 0, .2,
/// .5, .8 and 1 the best on the bilingual NTREX-128 sets learned as batches.
const DISCOUNT: f32 = 0.2;

/// Beads of more sentences tell little about words.
const LARGEST_BEAD: usize = 4;

/// Pairs of words that are weighed in all, about 10,000 beads' worth: beyond, beads are taken at even distances. They
/// take up to 10 bytes each.
const MOST_CELLS: usize = 6_000_000;

/// A bead with more pairs of words than this is no sentence.
const LONGEST_BEAD: usize = 40_000;

/// Aligned passages as bags of terms: what a lexicon is learned from.
#[derive(Debug, Clone, Default)]
pub struct Bitext {
    terms: Terms,
    sides: [Passages; 2],
    /// Who says so, for each bead, in rising order: within a pair each bead speaks for itself, of several pairs each pair.
    sources: Vec<u32>,
}

/// How the two directions of a lexicon are learned: each takes as long as the other, and nothing from it.
pub trait Join {
    /// Does both.
    fn join<A: Send, B: Send>(&self, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B);
}

/// One after the other.
pub struct InTurn;

impl Join for InTurn {
    fn join<A: Send, B: Send>(&self, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
        (a(), b())
    }
}

/// Passages of a side.
#[derive(Debug, Clone, Default)]
pub(super) struct Passages {
    /// Terms of each in rising order, each as often as it stands there.
    terms: Vec<TermId>,
    /// Where those of each end.
    ends: Vec<u32>,
}

impl Passages {
    fn push(&mut self, terms: impl Iterator<Item = TermId>) {
        let start = self.terms.len();
        self.terms.extend(terms);
        self.terms[start..].sort_unstable();
        self.ends.push(self.terms.len() as u32);
    }

    /// Terms of one in rising order, each as often as it stands there.
    fn get(&self, passage: usize) -> &[TermId] {
        let start = passage.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.terms[start as usize..self.ends[passage] as usize]
    }

    /// Distinct terms of one in rising order, with their counts.
    pub(super) fn bag(&self, passage: usize) -> impl Iterator<Item = (TermId, f32)> {
        self.get(passage).chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f32))
    }
}

impl Bitext {
    /// The small beads of an alignment.
    pub fn new(rows: &TermRows, beads: &[Bead]) -> Bitext {
        let mut bitext = Bitext { terms: rows.terms.clone(), ..Bitext::default() };
        let is_small =
            |bead: &&Bead| bead.is_aligned() && bead.original.len() + bead.translation.len() <= LARGEST_BEAD;
        for bead in beads.iter().filter(is_small) {
            let bags = [rows.sum(0, bead.original.clone()), rows.sum(1, bead.translation.clone())];
            if bags[0].len() * bags[1].len() <= LONGEST_BEAD {
                let repeated = |bag: Bag| bag.into_iter().flat_map(|(t, n)| (0..n).map(move |_| t));
                bitext.sides.iter_mut().zip(bags).for_each(|(side, bag)| side.push(repeated(bag)));
                bitext.sources.push(bitext.sources.len() as u32);
            }
        }
        bitext
    }

    /// Adds the beads of another pair. The order of terms and beads is that of the calls.
    pub fn extend(&mut self, other: &Bitext) {
        let ids: Vec<TermId> = other.terms.texts().map(|t| self.terms.intern(t)).collect();
        let source = self.sources.last().map_or(0, |last| last + 1);
        self.sources.resize(self.sources.len() + other.sources.len(), source);
        for (side, others) in self.sides.iter_mut().zip(&other.sides) {
            let passages = (0..other.sources.len()).map(|k| others.get(k));
            passages.for_each(|terms| side.push(terms.iter().map(|&t| ids[t as usize])));
        }
    }

    /// The lexicon that explains these beads best.
    pub fn lexicon(&self, join: &impl Join) -> Lexicon {
        Lexicon::new(&self.terms, &self.learned(join))
    }

    /// What it says of the terms of the only pair that is there.
    pub fn translations(&self) -> Translations {
        Translations::new(&self.terms, &self.learned(&InTurn))
    }

    /// Terms that stand for each other, the original's in rising order.
    fn learned(&self, join: &impl Join) -> Vec<Learned> {
        let is_narrow = self.terms.count() <= u16::OTHERS;
        if is_narrow { self.learned_by::<u16>(join) } else { self.learned_by::<u32>(join) }
    }

    /// With pairs numbered so.
    fn learned_by<N: Number>(&self, join: &impl Join) -> Vec<Learned> {
        let weighed: Vec<usize> = (0..self.sources.len()).step_by(self.stride()).collect();
        let direction = |given: usize| {
            let sides = [given, 1 - given].map(|side| &self.sides[side]);
            Direction::<N>::new(sides, &weighed, self.terms.count())
        };
        let back = || {
            let mut probable = direction(1).probable(LEAST);
            probable.sort_unstable_by_key(|pair| (pair.other, pair.given));
            probable
        };
        let there = || {
            let there = direction(0);
            let mut probable = there.probable(LEAST);
            for own in probable.chunk_by_mut(|a, b| a.given == b.given) {
                own.sort_unstable_by_key(|pair| pair.other);
            }
            (there, probable)
        };
        let (back, (there, probable)) = join.join(back, there);
        let both = both_ways(&probable, &back);
        let sources: Vec<u32> = weighed.iter().map(|&bead| self.sources[bead]).collect();
        let held = there.held(both.iter().map(|pair| (pair.source, pair.target)), &sources);
        let learned = both.iter().zip(held).filter_map(|(pair, (beads, sources))| {
            let known = 1.0 - DISCOUNT / beads as f32;
            let [there, back] = pair.probabilities.map(|probability| probability * known);
            let is_probable = there >= LEAST && back >= LEAST;
            let entry = Entry::new((there * back).sqrt(), sources);
            is_probable.then_some(Learned { source: pair.source, target: pair.target, entry })
        });
        learned.collect()
    }

    /// One in so many beads is weighed.
    fn stride(&self) -> usize {
        let distinct = |side: &Passages, bead| side.bag(bead).count();
        let cells = |bead| self.sides.each_ref().map(|side| distinct(side, bead)).iter().product::<usize>();
        (0..self.sources.len()).map(cells).sum::<usize>().div_ceil(MOST_CELLS).max(1)
    }
}

/// Terms of which each is rendered by the other with some probability.
struct BothWays {
    source: TermId,
    target: TermId,
    probabilities: [f32; 2],
}

/// Pairs that are probable in both directions; both are in the order of sources and targets.
fn both_ways(there: &[Probable], back: &[Probable]) -> Vec<BothWays> {
    let mut back = back.iter().peekable();
    let mut both = Vec::new();
    for pair in there {
        let (source, target) = (pair.given, pair.other);
        while back.next_if(|back| (back.other, back.given) < (source, target)).is_some() {}
        if let Some(back) = back.next_if(|back| (back.other, back.given) == (source, target)) {
            both.push(BothWays { source, target, probabilities: [pair.probability, back.probability] });
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_terms_are_numbered_narrowly_and_widely_alike() {
        let mut bitext = Bitext::default();
        let words = |n: usize| (0..7).map(move |k| (n * 37 + k * k * 11) % 59);
        for n in 0..200 {
            for (side, mark) in bitext.sides.iter_mut().zip(["o", "t"]) {
                let terms = words(n).map(|word| bitext.terms.intern(&format!("{mark}{word}")));
                side.push(terms.collect::<Vec<_>>().into_iter());
            }
            bitext.sources.push(n as u32 / 3);
        }
        let narrow = Lexicon::new(&bitext.terms, &bitext.learned_by::<u16>(&InTurn));
        let wide = Lexicon::new(&bitext.terms, &bitext.learned_by::<u32>(&InTurn));
        assert_ne!(narrow, Lexicon::default());
        assert_eq!(narrow, wide);
        assert_eq!(narrow, bitext.lexicon(&InTurn));
    }
}
