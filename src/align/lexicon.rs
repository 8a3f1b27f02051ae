//! A bilingual lexicon learned from aligned sentences: IBM Model 1 (Brown et al. 1993) in both directions,
//! symmetrised as in Moore (2002). Words are cut to their first letters, a stemmer for every language at no cost.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::model::Bead;
use crate::text::Document;
use crate::text::normalise::Normalise;
use crate::text::words::{Kind, Words, fold, is_unspaced};

/// Characters that are left of a word.
const STEM: usize = 5;

/// Rounds of expectation and maximisation, from uniform probabilities.
const ROUNDS: usize = 5;

/// Translations less probable than this, in either direction, are dropped.
const LEAST: f32 = 0.05;

/// Taken off for each pair of terms, in beads: what one bead alone says may be the fault of its alignment. Of 0, .2,
/// .5, .8 and 1 the best on the bilingual NTREX-128 sets learned as batches.
const DISCOUNT: f32 = 0.2;

/// Beads of more sentences tell little about words.
const LARGEST_BEAD: usize = 4;

/// Pairs of words that are weighed in all: beyond, beads are taken at even distances. 12 bytes each.
const MOST_CELLS: usize = 16_000_000;

/// A bead with more pairs of words than this is no sentence.
const LONGEST_BEAD: usize = 40_000;

/// Weights are stored as thousandths.
const UNIT: f32 = 1000.0;

/// Number of a distinct term of a bitext.
pub type TermId = u32;

/// Terms of a sentence or of several, with their counts, in rising order.
pub type Bag = Vec<(TermId, u32)>;

/// Which words of the translation's language may stand for a word of the original's, with the geometric mean of
/// both directions' probabilities, in thousandths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lexicon {
    entries: BTreeMap<String, BTreeMap<String, u16>>,
}

impl Lexicon {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of words with a translation.
    pub fn len(&self) -> usize {
        self.entries.len()
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
                let texts = [s, t].map(|id| terms.texts[id as usize].as_str());
                self.add(texts[0], texts[1], 1.0 / target.len() as f32);
            }
        }
        !source.is_empty() && !target.is_empty()
    }

    /// Adds a translation, or raises its weight (0 to 1).
    fn add(&mut self, source: &str, target: &str, weight: f32) {
        let weight = (weight.clamp(0.0, 1.0) * UNIT).round() as u16;
        let known =
            self.entries.entry(source.to_string()).or_default().entry(target.to_string()).or_insert(0);
        *known = weight.max(*known);
    }

    /// Takes over what another one knows better.
    pub fn absorb(&mut self, other: &Lexicon) {
        for (source, targets) in &other.entries {
            let own = self.entries.entry(source.clone()).or_default();
            for (target, &weight) in targets {
                let known = own.entry(target.clone()).or_insert(0);
                *known = weight.max(*known);
            }
        }
    }

    /// Translations of each term, as terms of the same table.
    pub fn translations(&self, terms: &Terms) -> Vec<Vec<(TermId, f32)>> {
        let of = |text: &String| {
            let targets = self.entries.get(text).into_iter().flatten();
            let known = targets.filter_map(|(target, &weight)| {
                terms.ids.get(target).map(|&id| (id, f32::from(weight) / UNIT))
            });
            known.collect()
        };
        terms.texts.iter().map(of).collect()
    }
}

/// Distinct terms, numbered in order of first appearance.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    texts: Vec<String>,
    ids: FxHashMap<String, TermId>,
}

impl Terms {
    fn intern(&mut self, text: &str) -> TermId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = self.texts.len() as TermId;
        self.texts.push(text.to_string());
        self.ids.insert(text.to_string(), id);
        id
    }

    /// Number of distinct terms.
    pub fn len(&self) -> usize {
        self.texts.len()
    }
}

/// The sentences of a pair as bags of terms.
#[derive(Debug, Clone, Default)]
pub struct TermRows {
    /// All terms of both sides.
    pub terms: Terms,
    /// Terms of each sentence, by side.
    pub rows: [Vec<Bag>; 2],
}

impl TermRows {
    /// Of both documents of a pair.
    pub fn new(documents: [&Document; 2], words: &Words) -> TermRows {
        let mut terms = Terms::default();
        let folded: Vec<String> = (0..words.len() as u32).map(|id| fold(words.text(id))).collect();
        let rows = documents.map(|d| {
            let sentences = 0..d.sentences().len();
            sentences.map(|s| bag(d, s, &folded, &mut terms)).collect()
        });
        TermRows { terms, rows }
    }

    fn sum(&self, side: usize, sentences: std::ops::Range<usize>) -> Bag {
        if sentences.len() == 1 {
            return self.rows[side][sentences.start].clone();
        }
        let mut all: Bag = self.rows[side][sentences].iter().flatten().copied().collect();
        all.sort_unstable();
        all.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|r| r.1).sum())).collect()
    }
}

fn bag(document: &Document, sentence: usize, folded: &[String], terms: &mut Terms) -> Bag {
    let mut ids = Vec::new();
    let mut unspaced: Vec<char> = Vec::new();
    let mut last_end = 0;
    let flush = |unspaced: &mut Vec<char>, ids: &mut Vec<TermId>, terms: &mut Terms| {
        for width in 1..=2 {
            ids.extend(unspaced.windows(width).map(|w| terms.intern(&w.iter().collect::<String>())));
        }
        unspaced.clear();
    };
    for token in document.tokens_of(sentence).iter().filter(|t| t.is_content()) {
        let text = &folded[token.word as usize];
        let joins = token.kind == Kind::Han || text.chars().next().is_some_and(is_unspaced);
        if !joins || token.start != last_end {
            flush(&mut unspaced, &mut ids, terms);
        }
        if joins {
            unspaced.extend(text.chars());
        } else {
            let stem = text.char_indices().nth(STEM).map_or(text.len(), |(at, _)| at);
            ids.push(terms.intern(&text[..stem]));
        }
        last_end = token.end;
    }
    flush(&mut unspaced, &mut ids, terms);
    ids.sort_unstable();
    ids.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}

/// Aligned passages as bags of terms: what a lexicon is learned from.
#[derive(Debug, Clone, Default)]
pub struct Bitext {
    terms: Terms,
    beads: Vec<[Bag; 2]>,
}

impl Bitext {
    /// The small beads of an alignment.
    pub fn new(rows: &TermRows, beads: &[Bead]) -> Bitext {
        let small =
            beads.iter().filter(|b| b.is_aligned() && b.original.len() + b.translation.len() <= LARGEST_BEAD);
        let beads = small
            .map(|b| [rows.sum(0, b.original.clone()), rows.sum(1, b.translation.clone())])
            .filter(|[o, t]| o.len() * t.len() <= LONGEST_BEAD);
        Bitext { beads: beads.collect(), terms: rows.terms.clone() }
    }

    /// Adds the beads of another pair. The order of terms and beads is that of the calls.
    pub fn extend(&mut self, other: &Bitext) {
        let ids: Vec<TermId> = other.terms.texts.iter().map(|t| self.terms.intern(t)).collect();
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
        let there = cells.probabilities(self.terms.len(), 0);
        let back = cells.probabilities(self.terms.len(), 1);
        let mut lexicon = Lexicon::default();
        for (k, &(source, target)) in cells.pairs.iter().enumerate() {
            if there[k] >= LEAST && back[k] >= LEAST {
                let texts = [source, target].map(|t| &self.terms.texts[t as usize]);
                lexicon.add(texts[0], texts[1], (there[k] * back[k]).sqrt());
            }
        }
        lexicon
    }
}

/// One pair of terms of a bead: their places in its bags, and the pair's number.
struct Cell {
    source: u16,
    target: u16,
    pair: u32,
}

/// The pairs of terms that stand together in a bead, numbered.
struct Cells<'b> {
    /// Each bead with the number of its cells.
    beads: Vec<(&'b [Bag; 2], usize)>,
    /// The cells of each bead in turn.
    cells: Vec<Cell>,
    /// The distinct pairs.
    pairs: Vec<(TermId, TermId)>,
    /// Beads that hold the pair.
    support: Vec<u32>,
}

impl<'b> Cells<'b> {
    fn of(bitext: &'b Bitext) -> Cells<'b> {
        let all: usize = bitext.beads.iter().map(|[o, t]| o.len() * t.len()).sum();
        let stride = all.div_ceil(MOST_CELLS).max(1);
        let mut made = Cells { beads: Vec::new(), cells: Vec::new(), pairs: Vec::new(), support: Vec::new() };
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        for bead in bitext.beads.iter().step_by(stride) {
            for (a, &(source, _)) in bead[0].iter().enumerate() {
                for (b, &(target, _)) in bead[1].iter().enumerate() {
                    let key = u64::from(source) << 32 | u64::from(target);
                    let pair = *numbers.entry(key).or_insert_with(|| {
                        made.pairs.push((source, target));
                        made.support.push(0);
                        made.pairs.len() as u32 - 1
                    });
                    made.support[pair as usize] += 1;
                    made.cells.push(Cell { source: a as u16, target: b as u16, pair });
                }
            }
            made.beads.push((bead, bead[0].len() * bead[1].len()));
        }
        made
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

    fn expect(&self, given: usize, t: &[f32], null: &[f32], counts: &mut [f32], null_counts: &mut [f32]) {
        let mut rest = &self.cells[..];
        let mut shares: Vec<f32> = Vec::new();
        for &(bead, length) in &self.beads {
            let (cells, others) = rest.split_at(length);
            rest = others;
            let (bag, other) = (&bead[given], &bead[1 - given]);
            let places = |c: &Cell| {
                if given == 0 {
                    (c.source as usize, c.target as usize)
                } else {
                    (c.target as usize, c.source as usize)
                }
            };
            shares.clear();
            shares.extend(other.iter().map(|&(term, _)| null[term as usize]));
            for cell in cells {
                let (g, k) = places(cell);
                shares[k] += t[cell.pair as usize] * bag[g].1 as f32;
            }
            for (share, &(term, n)) in shares.iter_mut().zip(other) {
                *share = n as f32 / share.max(f32::MIN_POSITIVE);
                null_counts[term as usize] += null[term as usize] * *share;
            }
            for cell in cells {
                let (g, k) = places(cell);
                counts[cell.pair as usize] += t[cell.pair as usize] * bag[g].1 as f32 * shares[k];
            }
        }
    }

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
        null_counts.iter_mut().for_each(|c| *c /= all);
    }
}
