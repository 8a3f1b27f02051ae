//! A bilingual lexicon learned from aligned sentences: IBM Model 1 (Brown et al. 1993) in both directions,
//! symmetrised as in Moore (2002). Words are cut to their first letters, a stemmer for every language at no cost.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize, Serializer};

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
/// take up to 28 bytes each.
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
    #[serde(serialize_with = "in_order")]
    entries: FxHashMap<String, BTreeMap<String, Entry>>,
}

fn in_order<S: Serializer>(
    entries: &FxHashMap<String, BTreeMap<String, Entry>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    entries.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
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
        let of = |text: &Arc<str>| {
            let targets = self.entries.get(&**text).into_iter().flatten();
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
            let targets = self.entries.get(&**text).into_iter().flatten();
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
        let back = Direction::new(self, 1).probable();
        let back: FxHashMap<(TermId, TermId), f32> =
            back.into_iter().map(|pair| ((pair.other, pair.given), pair.probability)).collect();
        let mut lexicon = Lexicon::default();
        for Probable { given, other, probability, sources } in Direction::new(self, 0).probable() {
            if let Some(back) = back.get(&(given, other)) {
                let texts = [given, other].map(|term| self.terms.text(term));
                lexicon.add(texts, (probability * back).sqrt(), sources);
            }
        }
        lexicon
    }

    /// One in so many beads is weighed.
    fn stride(&self) -> usize {
        let cells: usize = self.beads.iter().map(|bead| bead[0].len() * bead[1].len()).sum();
        cells.div_ceil(MOST_CELLS).max(1)
    }
}

/// A pair of terms of which the given one is rendered by the other with this probability, [`LEAST`] or more.
struct Probable {
    given: TermId,
    other: TermId,
    probability: f32,
    sources: u16,
}

/// The pairs of terms that stand together in beads, seen from one side: everything lies in the order of the given
/// terms, the beads of each, and the other terms of each bead.
struct Direction {
    /// The given terms.
    given: Vec<Given>,
    /// Beads in which they stand, and how often.
    stands: Vec<(u32, f32)>,
    /// Number of each pair of terms, counted from the first of its given term.
    numbers: Vec<u32>,
    /// The distinct pairs.
    pairs: Vec<Pair>,
    /// Other terms of the beads, and how often each stands there.
    others: Vec<(TermId, f32)>,
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
    pairs: Range<usize>,
}

/// The other term of a pair.
struct Pair {
    other: TermId,
    /// Beads that hold the pair.
    beads: u32,
    /// Sources that hold the pair, and the last of them.
    sources: (u16, u32),
}

impl Direction {
    fn new(bitext: &Bitext, given: usize) -> Direction {
        let (stride, terms) = (bitext.stride(), bitext.terms.texts().len());
        let bags = || bitext.beads.iter().step_by(stride).map(|bead| [&bead[given], &bead[1 - given]]);
        let sources: Vec<u32> = bitext.sources.iter().step_by(stride).copied().collect();
        let (mut others, mut beads) = (Vec::new(), Vec::new());
        for [_, other] in bags() {
            let start = others.len();
            others.extend(other.iter().map(|&(term, n)| (term, n as f32)));
            beads.push(start..others.len());
        }
        let (given, stands) = stands(terms, bags().map(|[given, _]| given));
        let mut direction =
            Direction { given, stands, numbers: Vec::new(), pairs: Vec::new(), others, beads, terms };
        direction.number_pairs(&sources);
        direction
    }

    fn number_pairs(&mut self, sources: &[u32]) {
        let mut known: Vec<Option<u32>> = vec![None; self.terms];
        let cells = self.stands.iter().map(|&(bead, _)| self.beads[bead as usize].len()).sum();
        self.numbers.reserve_exact(cells);
        for given in &mut self.given {
            let first = self.pairs.len();
            for &(bead, _) in &self.stands[given.stands.clone()] {
                let source = sources[bead as usize];
                for &(other, _) in &self.others[self.beads[bead as usize].clone()] {
                    let number = *known[other as usize].get_or_insert_with(|| {
                        self.pairs.push(Pair { other, beads: 0, sources: (1, source) });
                        (self.pairs.len() - 1 - first) as u32
                    });
                    let pair = &mut self.pairs[first + number as usize];
                    pair.beads += 1;
                    if pair.sources.1 != source {
                        pair.sources = (pair.sources.0.saturating_add(1), source);
                    }
                    self.numbers.push(number);
                }
            }
            given.pairs = first..self.pairs.len();
            self.pairs[first..].iter().for_each(|pair| known[pair.other as usize] = None);
        }
    }

    /// The pairs whose given term is rendered by the other one with some probability.
    fn probable(&self) -> Vec<Probable> {
        let probabilities = self.probabilities();
        let mut probable = Vec::new();
        for given in &self.given {
            for (pair, probability) in
                self.pairs[given.pairs.clone()].iter().zip(&probabilities[given.pairs.clone()])
            {
                let probability = probability * (1.0 - DISCOUNT / pair.beads as f32);
                if probability >= LEAST {
                    let (given, other) = (given.term, pair.other);
                    probable.push(Probable { given, other, probability, sources: pair.sources.0 });
                }
            }
        }
        probable
    }

    /// Probability of each pair's other term, given the given one.
    fn probabilities(&self) -> Vec<f32> {
        let mut t = vec![1.0; self.pairs.len()];
        let mut null = vec![1.0; self.terms];
        let (mut shares, mut cells) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            self.share(&t, &mut null, &mut shares);
            self.count(&mut t, &shares, &mut cells);
        }
        t
    }

    /// Each other term of a bead is shared out among the given terms, and no term at all, in proportion to the
    /// probabilities: what one gets for each unit of its own. Probabilities of no term become the new ones.
    fn share(&self, t: &[f32], null: &mut Vec<f32>, shares: &mut Vec<f32>) {
        shares.clear();
        shares.extend(self.others.iter().map(|&(term, _)| null[term as usize]));
        let mut numbers = self.numbers.iter();
        for given in &self.given {
            let t = &t[given.pairs.clone()];
            for &(bead, times) in &self.stands[given.stands.clone()] {
                for (share, &number) in shares[self.beads[bead as usize].clone()].iter_mut().zip(&mut numbers)
                {
                    *share += t[number as usize] * times;
                }
            }
        }
        let mut null_counts = vec![0.0; null.len()];
        for (share, &(term, n)) in shares.iter_mut().zip(&self.others) {
            *share = n / share.max(f32::MIN_POSITIVE);
            null_counts[term as usize] += null[term as usize] * *share;
        }
        let all = null_counts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        for count in &mut null_counts {
            *count /= all;
        }
        *null = null_counts;
    }

    /// What the shares come to becomes the new probabilities: those of one given term sum to 1. `cells` is room for
    /// the old and the new ones of a term.
    fn count(&self, t: &mut [f32], shares: &[f32], cells: &mut Vec<(f32, f32)>) {
        let mut numbers = self.numbers.iter();
        for given in &self.given {
            let t = &mut t[given.pairs.clone()];
            cells.clear();
            cells.extend(t.iter().map(|&t| (t, 0.0)));
            for &(bead, times) in &self.stands[given.stands.clone()] {
                for (share, &number) in shares[self.beads[bead as usize].clone()].iter().zip(&mut numbers) {
                    let (t, count) = &mut cells[number as usize];
                    *count += *t * times * share;
                }
            }
            let sum = cells.iter().fold(0.0, |sum, (_, count)| sum + count).max(f32::MIN_POSITIVE);
            t.iter_mut().zip(cells.iter()).for_each(|(t, (_, count))| *t = count / sum);
        }
    }
}

/// The terms of some bags, and for each the bags in which it stands, and how often.
fn stands<'b>(terms: usize, bags: impl Iterator<Item = &'b Bag> + Clone) -> (Vec<Given>, Vec<(u32, f32)>) {
    let mut given = vec![Given::default(); terms];
    bags.clone().flatten().for_each(|&(term, _)| given[term as usize].stands.end += 1);
    let mut end = 0;
    for (given, term) in given.iter_mut().zip(0..) {
        let start = end;
        end += given.stands.end;
        (given.term, given.stands) = (term, start..start);
    }
    let mut stands = vec![(0, 0.0); end];
    for (bead, bag) in (0..).zip(bags) {
        for &(term, n) in bag {
            let place = &mut given[term as usize].stands.end;
            stands[*place] = (bead, n as f32);
            *place += 1;
        }
    }
    given.retain(|given| !given.stands.is_empty());
    (given, stands)
}
