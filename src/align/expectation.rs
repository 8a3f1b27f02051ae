//! IBM Model 1 in one direction: with what probability each term of one side is rendered by each of the other, by
//! expectation and maximisation.
//!
//! Beads are gone through term by term, so that what is looked up lies close together. Of a term's first bead, which for most
//! is the only one, nothing need be looked up at all.

use std::ops::Range;

use super::bitext::Passages;
use super::terms::TermId;

/// Rounds of expectation and maximisation, from uniform probabilities.
const ROUNDS: usize = 5;

/// A pair of terms of which the given one is rendered by the other with this probability.
pub struct Probable {
    /// The one.
    pub given: TermId,
    /// The other.
    pub other: TermId,
    /// From 0 to 1.
    pub probability: f32,
}

/// Number of a pair of terms among those of its given term. There are millions of them, so their size decides how much
/// memory learning takes.
pub trait Number: Copy + Send + Sync {
    /// So many other terms can be told apart.
    const OTHERS: usize;

    /// As it is kept.
    fn new(number: usize) -> Self;

    /// As it is used.
    fn get(self) -> usize;
}

impl Number for u16 {
    const OTHERS: usize = 1 << 16;

    fn new(number: usize) -> u16 {
        number as u16
    }

    fn get(self) -> usize {
        self.into()
    }
}

impl Number for u32 {
    const OTHERS: usize = TermId::MAX as usize;

    fn new(number: usize) -> u32 {
        number as u32
    }

    fn get(self) -> usize {
        self as usize
    }
}

/// The pairs of terms that stand together in beads, seen from one side: everything lies in the order of the given
/// terms, the beads of each, and the other terms of each bead.
pub struct Direction<N> {
    /// The given terms.
    given: Vec<Given>,
    /// Beads in which they stand, and how often.
    stands: Vec<(u32, f32)>,
    /// Number of each pair of terms, counted from the first of its given term. Pairs of its first bead are numbered as
    /// they stand there, and left out here.
    numbers: Vec<N>,
    /// Number of distinct pairs.
    pairs: usize,
    /// Other terms of the beads.
    others: Vec<TermId>,
    /// How often each stands there.
    times: Vec<f32>,
    /// Where the other terms of each bead are.
    beads: Vec<Range<usize>>,
    /// Number of terms of both sides.
    terms: usize,
}

/// A term, and where it is treated.
#[derive(Clone, Default)]
struct Given {
    term: TermId,
    stands: Range<usize>,
    numbers: Range<usize>,
    pairs: Range<usize>,
}

impl<N: Number> Direction<N> {
    /// Of some passages, those of the given terms first, with so many terms in all, no more than [`Number::OTHERS`].
    pub fn new([given, other]: [&Passages; 2], passages: &[usize], terms: usize) -> Direction<N> {
        let (mut others, mut times, mut beads) = (Vec::new(), Vec::new(), Vec::with_capacity(passages.len()));
        for &passage in passages {
            let start = others.len();
            for (term, n) in other.bag(passage) {
                others.push(term);
                times.push(n);
            }
            beads.push(start..others.len());
        }
        let (given, stands) = stands(terms, given, passages);
        let mut direction =
            Direction { given, stands, numbers: Vec::new(), pairs: 0, others, times, beads, terms };
        direction.number_pairs();
        direction
    }

    fn number_pairs(&mut self) {
        // Numbers of the latest given term that stood with a term, counted from 1 through all given terms.
        let mut known: Vec<usize> = vec![0; self.terms];
        let later = |given: &Given| given.stands.start + 1..given.stands.end;
        let cells = |&(bead, _): &(u32, f32)| self.beads[bead as usize].len();
        let cells = self.given.iter().flat_map(|given| &self.stands[later(given)]).map(cells).sum();
        self.numbers.reserve_exact(cells);
        for given in &mut self.given {
            let (before, first_number) = (self.pairs, self.numbers.len());
            let stands = &self.stands[given.stands.clone()];
            let mut others = stands.iter().map(|&(bead, _)| &self.others[self.beads[bead as usize].clone()]);
            let first = others.next().unwrap_or_default();
            self.pairs += first.len();
            if stands.len() > 1 {
                for (number, &other) in (before + 1..).zip(first) {
                    known[other as usize] = number;
                }
            }
            for &other in others.flatten() {
                let number = &mut known[other as usize];
                if *number <= before {
                    self.pairs += 1;
                    *number = self.pairs;
                }
                self.numbers.push(N::new(*number - 1 - before));
            }
            given.pairs = before..self.pairs;
            given.numbers = first_number..self.numbers.len();
        }
    }

    /// The pairs whose given term is rendered by the other one with this probability or more.
    pub fn probable(&self, least: f32) -> Vec<Probable> {
        let probabilities = self.probabilities();
        let mut probable = Vec::new();
        for given in &self.given {
            let t = &probabilities[given.pairs.clone()];
            let mut look_at = |(&probability, &other): (&f32, &TermId)| {
                if probability >= least {
                    probable.push(Probable { given: given.term, other, probability });
                }
            };
            let mut stands = self.stands[given.stands.clone()].iter();
            let others = |&(bead, _): &(u32, f32)| &self.others[self.beads[bead as usize].clone()];
            let first = stands.next().map(others).unwrap_or_default();
            t.iter().zip(first).for_each(&mut look_at);
            // What comes for the first time has the next number.
            let mut next = first.len();
            let numbers = &self.numbers[given.numbers.clone()];
            for (&number, other) in numbers.iter().zip(stands.flat_map(others)) {
                if number.get() == next {
                    look_at((&t[next], other));
                    next += 1;
                }
            }
        }
        probable
    }

    /// Beads that hold both terms of some pairs, the given one first, in rising order, and the number of different sources
    /// of these beads.
    pub fn held(&self, pairs: impl Iterator<Item = (TermId, TermId)>, sources: &[u32]) -> Vec<(u32, u16)> {
        let pairs: Vec<(TermId, TermId)> = pairs.collect();
        let mut held = vec![(0, 0); pairs.len()];
        // Where the pair with each other term is counted, from 1.
        let mut place = vec![0; self.terms];
        let mut latest = vec![u32::MAX; pairs.len()];
        let (mut start, mut given) = (0, self.given.iter());
        for own in pairs.chunk_by(|a, b| a.0 == b.0) {
            for (k, &(_, other)) in (start + 1..).zip(own) {
                place[other as usize] = k;
            }
            start += own.len();
            let stands = given.find(|given| given.term == own[0].0).map(|given| given.stands.clone());
            for &(bead, _) in &self.stands[stands.unwrap_or_default()] {
                let source = sources[bead as usize];
                for &other in &self.others[self.beads[bead as usize].clone()] {
                    let Some(k) = usize::checked_sub(place[other as usize], 1) else { continue };
                    let (beads, sources): &mut (u32, u16) = &mut held[k];
                    *beads += 1;
                    *sources = sources.saturating_add(u16::from(latest[k] != source));
                    latest[k] = source;
                }
            }
            for &(_, other) in own {
                place[other as usize] = 0;
            }
        }
        held
    }

    /// Probability of each pair's other term, given the given one.
    fn probabilities(&self) -> Vec<f32> {
        let mut t = vec![1.0; self.pairs];
        let mut null = vec![1.0; self.terms];
        let (mut sums, mut cells) = (self.uniform_sums(), Vec::new());
        for round in 0..ROUNDS {
            if round > 0 {
                self.sum(&t, &null, &mut sums);
            }
            self.share_out(&mut null, &mut sums);
            self.count(&mut t, &mut sums, &mut cells);
        }
        t
    }

    /// What [`Direction::sum`] makes of probabilities that are all 1: whole numbers, the same for all of a bead.
    fn uniform_sums(&self) -> Vec<f32> {
        let mut sums = vec![1.0; self.beads.len()];
        self.stands.iter().for_each(|&(bead, times)| sums[bead as usize] += times);
        let in_bead = |(bead, sum): (&Range<usize>, f32)| std::iter::repeat_n(sum, bead.len());
        self.beads.iter().zip(sums).flat_map(in_bead).collect()
    }

    /// For each other term of each bead the probabilities of all given terms of the bead, and of no term at all.
    fn sum(&self, t: &[f32], null: &[f32], sums: &mut [f32]) {
        sums.iter_mut().zip(&self.others).for_each(|(sum, &term)| *sum = null[term as usize]);
        for given in &self.given {
            let t = &t[given.pairs.clone()];
            let Some((&(bead, times), later)) = self.stands[given.stands.clone()].split_first() else {
                continue;
            };
            let first = &mut sums[self.beads[bead as usize].clone()];
            first.iter_mut().zip(t).for_each(|(sum, t)| *sum += t * times);
            let mut numbers = &self.numbers[given.numbers.clone()];
            for &(bead, times) in later {
                let sums = &mut sums[self.beads[bead as usize].clone()];
                let own;
                (own, numbers) = numbers.split_at(sums.len());
                for_each(sums, own, |sum, number| *sum += t[number.get()] * times);
            }
        }
    }

    /// Each other term of a bead is shared out among the given terms, and no term at all, in proportion to the
    /// probabilities: sums become what one gets for each unit of its own, probabilities of no term the new ones.
    fn share_out(&self, null: &mut [f32], sums: &mut [f32]) {
        let mut counts = vec![0.0; null.len()];
        for ((sum, &term), n) in sums.iter_mut().zip(&self.others).zip(&self.times) {
            *sum = n / sum.max(f32::MIN_POSITIVE);
            counts[term as usize] += null[term as usize] * *sum;
        }
        let all = counts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        null.iter_mut().zip(counts).for_each(|(null, count)| *null = count / all);
    }

    /// What the shares come to becomes the new probabilities: those of one given term sum to 1. `cells` is room for
    /// the old and the new ones of a term.
    fn count(&self, t: &mut [f32], shares: &mut [f32], cells: &mut Vec<(f32, f32)>) {
        for given in &self.given {
            let t = &mut t[given.pairs.clone()];
            let Some((&(bead, times), later)) = self.stands[given.stands.clone()].split_first() else {
                continue;
            };
            let first = &shares[self.beads[bead as usize].clone()];
            if later.is_empty() {
                t.iter_mut().zip(first).for_each(|(t, share)| *t = *t * times * share);
            } else {
                cells.clear();
                let (stood, new) = t.split_at(first.len());
                cells.extend(stood.iter().zip(first).map(|(&t, share)| (t, t * times * share)));
                cells.extend(new.iter().map(|&t| (t, 0.0)));
                let mut numbers = &self.numbers[given.numbers.clone()];
                for &(bead, times) in later {
                    let shares = &mut shares[self.beads[bead as usize].clone()];
                    let own;
                    (own, numbers) = numbers.split_at(shares.len());
                    for_each(shares, own, |share, number| {
                        let (t, count) = &mut cells[number.get()];
                        *count += *t * times * *share;
                    });
                }
                t.iter_mut().zip(cells.iter()).for_each(|(t, &(_, count))| *t = count);
            }
            let sum = t.iter().fold(0.0, |sum, count| sum + count).max(f32::MIN_POSITIVE);
            for t in t {
                *t /= sum;
            }
        }
    }
}

/// Goes through the values of a bead and the numbers of their pairs, four at a time: most of the time is spent here.
#[inline]
fn for_each<N: Number>(values: &mut [f32], numbers: &[N], mut each: impl FnMut(&mut f32, N)) {
    let (fours, values) = values.as_chunks_mut::<4>();
    let (numbers_of_fours, numbers) = numbers.as_chunks::<4>();
    for ([a, b, c, d], &[i, j, k, l]) in fours.iter_mut().zip(numbers_of_fours) {
        each(a, i);
        each(b, j);
        each(c, k);
        each(d, l);
    }
    values.iter_mut().zip(numbers).for_each(|(value, &number)| each(value, number));
}

/// The terms of some passages, and for each those in which it stands, by their place among them, and how often.
fn stands(terms: usize, side: &Passages, passages: &[usize]) -> (Vec<Given>, Vec<(u32, f32)>) {
    let mut given = vec![Given::default(); terms];
    let bags = || passages.iter().map(|&passage| side.bag(passage));
    bags().flatten().for_each(|(term, _)| given[term as usize].stands.end += 1);
    let mut end = 0;
    for (given, term) in given.iter_mut().zip(0..) {
        let start = end;
        end += given.stands.end;
        (given.term, given.stands) = (term, start..start);
    }
    let mut stands = vec![(0, 0.0); end];
    for (bead, bag) in (0..).zip(bags()) {
        for (term, n) in bag {
            let place = &mut given[term as usize].stands.end;
            stands[*place] = (bead, n);
            *place += 1;
        }
    }
    given.retain(|given| !given.stands.is_empty());
    (given, stands)
}
