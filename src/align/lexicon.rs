//! A bilingual lexicon learned from aligned sentences: IBM Model 1 (Brown et al. 1993) in both directions,
//! symmetrised as in Moore (2002). Words are cut to their first letters, a stemmer for every language at no cost.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::terms::{Bag, TermId, TermRows, Terms};
use crate::model::Bead;
use crate::text::Document;
use crate::text::normalise::Normalise;
use crate::text::words::Words;

/// Rounds of expectation and maximisation, from uniform probabilities.
const ROUNDS: usize = 5;

/// Translations less probable than this, in either direction, are dropped.
const LEAST: f32 = 0.05;

/// Taken off for each pair of terms, in beads: what one bead alone says may be the fault of its alignment. Of 0, .2,
/// .5, .8 and 1 the best on the bilingual NTREX-128 sets learned as batches.
const DISCOUNT: f32 = 0.2;

/// Beads of more sentences tell little about words.
const LARGEST_BEAD: usize = 4;

/// Pairs of words that are weighed in all, about 10,000 beads' worth: beyond, beads are taken at even distances. They
/// take about 25 bytes each.
const MOST_CELLS: usize = 6_000_000;

/// A bead with more pairs of words than this is no sentence.
const LONGEST_BEAD: usize = 40_000;

/// Sources that confirm each other.
const CONFIRMED: u16 = 2;

/// Weights are stored as thousandths.
const UNIT: f32 = 1000.0;

/// Which words of the translation's language may stand for a word of the original's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lexicon {
    entries: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// The geometric mean of both directions' probabilities, in thousandths, and the number of sources that have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry(u16, u16);

impl Entry {
    /// Takes over what another one knows better.
    fn absorb(&mut self, other: Entry) {
        *self = Entry(self.0.max(other.0), self.1.max(other.1));
    }
}

impl Lexicon {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the weights can be such as [`Lexicon`] describes: one read from a file may hold anything.
    pub fn is_sound(&self) -> bool {
        self.entries.values().flat_map(BTreeMap::values).all(|entry| f32::from(entry.0) <= UNIT)
    }

    /// Number of words with a translation.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Has a translation of this term.
    pub fn knows(&self, term: &str) -> bool {
        self.entries.contains_key(term)
    }

    /// Adds an entry of a word list; of phrases, each word with each word of the other side. `false` where a side
    /// holds no word.
    pub fn add_entry(&mut self, source: &str, target: &str) -> bool {
        let mut words = Words::default();
        let [source, target] = [source, target]
            .map(|text| Document::from_sentences(&[text.to_string()], &Normalise::default(), &mut words));
        let TermRows { terms, rows } = TermRows::new([&source, &target], &words);
        let [source, target] = &rows.each_ref().map(|side| side.first().cloned().unwrap_or_default());
        for &(s, _) in source {
            for &(t, _) in target {
                let texts = [s, t].map(|id| terms.text(id));
                self.add(texts, 1.0 / target.len() as f32, CONFIRMED);
            }
        }
        !source.is_empty() && !target.is_empty()
    }

    /// Adds a translation, or raises its weight (0 to 1).
    fn add(&mut self, [source, target]: [&str; 2], weight: f32, sources: u16) {
        let weight = (weight.clamp(0.0, 1.0) * UNIT).round() as u16;
        let targets = self.entries.entry(source.to_string()).or_default();
        targets.entry(target.to_string()).or_default().absorb(Entry(weight, sources));
    }

    /// Takes over what another one knows better.
    pub fn absorb(&mut self, other: &Lexicon) {
        for (source, targets) in &other.entries {
            let own = self.entries.entry(source.clone()).or_default();
            for (target, &entry) in targets {
                own.entry(target.clone()).or_default().absorb(entry);
            }
        }
    }

    /// Translations of each term, as terms of the same table.
    pub fn translations(&self, terms: &Terms) -> Vec<Vec<(TermId, f32)>> {
        let of = |text: &String| {
            let targets = self.entries.get(text).into_iter().flatten();
            let known = targets
                .filter_map(|(target, entry)| terms.get(target).map(|id| (id, f32::from(entry.0) / UNIT)));
            known.collect()
        };
        terms.texts().iter().map(of).collect()
    }

    /// Translations of each term that more than one source has, as terms of the same table: what one source alone
    /// says, that source explains, wrong as it may be.
    pub fn confirmed<'l>(&'l self, terms: &'l Terms) -> impl Iterator<Item = (TermId, Confirmed)> + 'l {
        (0..).zip(terms.texts()).flat_map(move |(term, text)| {
            let targets = self.entries.get(text).into_iter().flatten();
            targets.filter(|(_, entry)| entry.1 >= CONFIRMED).filter_map(
                move |(target, &Entry(weight, sources))| {
                    let weight = f32::from(weight) / UNIT;
                    terms.get(target).map(|target| (term, Confirmed { target, weight, sources }))
                },
            )
        })
    }
}

/// A translation that several sources have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confirmed {
    /// The term of the translation's language.
    pub target: TermId,
    /// Geometric mean of both directions' probabilities.
    pub weight: f32,
    /// Pairs of documents that have it; beads, in a lexicon of one pair.
    pub sources: u16,
}

/// Aligned passages as bags of terms: what a lexicon is learned from.
#[derive(Debug, Clone, Default)]
pub struct Bitext {
    terms: Terms,
    beads: Vec<[Bag; 2]>,
    /// Who says so, for each bead, in rising order: within a pair each bead speaks for itself, of several pairs each pair.
    sources: Vec<u32>,
}

impl Bitext {
    /// The small beads of an alignment.
    pub fn new(rows: &TermRows, beads: &[Bead]) -> Bitext {
        let small =
            beads.iter().filter(|b| b.is_aligned() && b.original.len() + b.translation.len() <= LARGEST_BEAD);
        let beads: Vec<[Bag; 2]> = small
            .map(|b| [rows.sum(0, b.original.clone()), rows.sum(1, b.translation.clone())])
            .filter(|[o, t]| o.len() * t.len() <= LONGEST_BEAD)
            .collect();
        Bitext { sources: (0..beads.len() as u32).collect(), beads, terms: rows.terms.clone() }
    }

    /// Adds the beads of another pair. The order of terms and beads is that of the calls.
    pub fn extend(&mut self, other: &Bitext) {
        let ids: Vec<TermId> = other.terms.texts().iter().map(|t| self.terms.intern(t)).collect();
        let source = self.sources.last().map_or(0, |last| last + 1);
        self.sources.resize(self.sources.len() + other.beads.len(), source);
        self.beads.extend(other.beads.iter().map(|bead| {
            bead.each_ref().map(|bag| {
                let mut bag: Bag = bag.iter().map(|&(t, n)| (ids[t as usize], n)).collect();
                bag.sort_unstable();
                bag
            })
        }));
    }

    /// The lexicon that explains these beads best.
    pub fn lexicon(&self) -> Lexicon {
        let cells = Cells::of(self);
        let there = cells.probabilities(self.terms.texts().len(), 0);
        let back = cells.probabilities(self.terms.texts().len(), 1);
        let mut lexicon = Lexicon::default();
        for (k, &(source, target)) in cells.pairs.iter().enumerate() {
            if there[k] >= LEAST && back[k] >= LEAST {
                let texts = [source, target].map(|t| self.terms.text(t));
                lexicon.add(texts, (there[k] * back[k]).sqrt(), cells.sources[k].0);
            }
        }
        lexicon
    }
}

/// The pairs of terms that stand together in a bead, numbered.
struct Cells<'b> {
    beads: Vec<&'b [Bag; 2]>,
    /// Number of each pair of terms, bead after bead: by the original's terms, then the translation's.
    numbers: Vec<u32>,
    /// The distinct pairs.
    pairs: Vec<(TermId, TermId)>,
    /// Beads that hold the pair.
    support: Vec<u32>,
    /// Sources that hold the pair, and the last of them.
    sources: Vec<(u16, u32)>,
}

impl<'b> Cells<'b> {
    fn of(bitext: &'b Bitext) -> Cells<'b> {
        let size = |bead: &&[Bag; 2]| bead[0].len() * bead[1].len();
        let all: usize = bitext.beads.iter().map(|b| size(&b)).sum();
        let stride = all.div_ceil(MOST_CELLS).max(1);
        let beads: Vec<&[Bag; 2]> = bitext.beads.iter().step_by(stride).collect();
        let mut numbers = Vec::with_capacity(beads.iter().map(size).sum());
        let (mut pairs, mut support, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        let mut known: FxHashMap<u64, u32> = FxHashMap::default();
        for ([original, translation], &from) in beads.iter().zip(bitext.sources.iter().step_by(stride)) {
            for &(source, _) in original {
                for &(target, _) in translation {
                    let key = u64::from(source) << 32 | u64::from(target);
                    let number = *known.entry(key).or_insert_with(|| {
                        pairs.push((source, target));
                        support.push(0);
                        sources.push((1_u16, from));
                        pairs.len() as u32 - 1
                    });
                    let (said, last) = &mut sources[number as usize];
                    if *last != from {
                        (*said, *last) = (said.saturating_add(1), from);
                    }
                    support[number as usize] += 1;
                    numbers.push(number);
                }
            }
        }
        Cells { beads, numbers, pairs, support, sources }
    }

    /// Probability of each pair's term of the other side, given its term of side `given`.
    fn probabilities(&self, terms: usize, given: usize) -> Vec<f32> {
        let mut t = vec![1.0; self.pairs.len()];
        let mut null = vec![1.0; terms];
        for _ in 0..ROUNDS {
            let (mut counts, mut null_counts) = (vec![0.0; t.len()], vec![0.0; terms]);
            self.expect(given, &t, &null, &mut counts, &mut null_counts);
            self.maximise(given, &mut counts, &mut null_counts);
            (t, null) = (counts, null_counts);
        }
        for (t, &beads) in t.iter_mut().zip(&self.support) {
            *t *= 1.0 - DISCOUNT / beads as f32;
        }
        t
    }

    /// Adds to the counts what the probabilities say of each bead: each term of the other side is shared out among the
    /// terms of side `given`, and no term at all, in proportion.
    fn expect(&self, given: usize, t: &[f32], null: &[f32], counts: &mut [f32], null_counts: &mut [f32]) {
        let mut rest = &self.numbers[..];
        let mut shares: Vec<f32> = Vec::new();
        for &bead in &self.beads {
            let width = bead[1].len();
            let (numbers, others) = rest.split_at(bead[0].len() * width);
            rest = others;
            // Pair, times its given term stands in the bead, place of its other term.
            let cells = || {
                let cell = move |(at, &number): (usize, &u32)| {
                    let places = [at / width, at % width];
                    (number as usize, bead[given][places[given]].1 as f32, places[1 - given])
                };
                numbers.iter().enumerate().map(cell)
            };
            shares.clear();
            shares.extend(bead[1 - given].iter().map(|&(term, _)| null[term as usize]));
            for (pair, times, place) in cells() {
                shares[place] += t[pair] * times;
            }
            for (share, &(term, n)) in shares.iter_mut().zip(&bead[1 - given]) {
                *share = n as f32 / share.max(f32::MIN_POSITIVE);
                null_counts[term as usize] += null[term as usize] * *share;
            }
            for (pair, times, place) in cells() {
                counts[pair] += t[pair] * times * shares[place];
            }
        }
    }

    /// Counts become probabilities: those of one given term sum to 1.
    fn maximise(&self, given: usize, counts: &mut [f32], null_counts: &mut [f32]) {
        let mut sums = vec![0.0; null_counts.len()];
        let of = |pair: &(TermId, TermId)| if given == 0 { pair.0 } else { pair.1 } as usize;
        for (pair, count) in self.pairs.iter().zip(&*counts) {
            sums[of(pair)] += count;
        }
        for (pair, count) in self.pairs.iter().zip(counts) {
            *count /= sums[of(pair)].max(f32::MIN_POSITIVE);
        }
        let all = null_counts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        for count in null_counts {
            *count /= all;
        }
    }
}
