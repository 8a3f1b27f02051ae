//! Dot products by an inverted index.

use std::ops::Range;

use super::features::{Vectors, dot};

/// Sentences that an index holds beyond those asked for: a search moves on row by row.
const AHEAD: usize = 4096;

/// Up to so many dot products are kept, 8 bytes each (a text of 250 sentences and its translation).
const KEPT: usize = 1 << 16;

/// The vectors of both sides, to be compared. Of texts of usual size all dot products are at hand.
pub struct Sides {
    /// Those of original and translation.
    pub vectors: [Vectors; 2],
    /// Row by row of the original.
    products: Option<Vec<f64>>,
}

impl Sides {
    /// To be compared by these vectors.
    pub fn new(vectors: [Vectors; 2]) -> Sides {
        let [ours, theirs] = vectors.each_ref();
        let products = (ours.len().saturating_mul(theirs.len()) <= KEPT).then(|| {
            let postings = Postings::new(theirs, 0..theirs.len());
            let mut products = vec![0.0; ours.len() * theirs.len()];
            for (i, row) in products.chunks_exact_mut(theirs.len().max(1)).enumerate() {
                for &(feature, weight) in ours.row(i) {
                    for &(j, theirs) in postings.all(feature) {
                        row[j as usize] += f64::from(weight) * f64::from(theirs);
                    }
                }
            }
            products
        });
        Sides { vectors, products }
    }

    /// Dot products of the original's sentences with runs of the translation's.
    pub fn products(&self) -> Products<'_> {
        let [ours, theirs] = self.vectors.each_ref();
        Products { known: self.products.as_deref(), ..Products::new([ours, theirs]) }
    }

    /// Cosine of two spans of sentences; 0 when either is empty of features.
    pub fn cosine(&self, original: &Range<usize>, translation: &Range<usize>) -> f64 {
        if original.is_empty() || translation.is_empty() {
            return 0.0;
        }
        let [ours, theirs] = &self.vectors;
        let lengths =
            ours.norm(original.end, original.len()) * theirs.norm(translation.end, translation.len());
        let product = |i: usize, j: usize| match &self.products {
            Some(products) => products[i * theirs.len() + j],
            None => dot(ours.row(i), theirs.row(j)),
        };
        let with = |i: usize| translation.clone().map(|j| product(i, j)).sum::<f64>();
        let product = original.clone().map(with).sum::<f64>();
        if lengths > 0.0 { product / lengths } else { 0.0 }
    }
}

/// Dot products of one side's sentences with runs of the other's, by an index: much cheaper than one by one.
pub struct Products<'v> {
    vectors: [&'v Vectors; 2],
    postings: Postings,
    /// All of them, row by row, where they are known.
    known: Option<&'v [f64]>,
}

impl<'v> Products<'v> {
    /// Of sentences of the first with runs of the second.
    pub fn new(vectors: [&'v Vectors; 2]) -> Self {
        Products { vectors, postings: Postings::new(vectors[1], 0..0), known: None }
    }

    /// [`Sides::cosine`] of a run of the first side's sentences with every single one of the second's.
    pub fn cosines(&mut self, own: Range<usize>) -> Vec<f64> {
        let [ours, theirs] = self.vectors;
        let (mut sums, mut scratch) = (vec![0.0; theirs.len()], Vec::new());
        for i in own.clone() {
            self.fill(i, 0..theirs.len(), &mut scratch);
            sums.iter_mut().zip(&scratch).for_each(|(sum, product)| *sum += product);
        }
        let norm = ours.norm(own.end, own.len());
        for (j, sum) in sums.iter_mut().enumerate() {
            let norms = norm * theirs.norm(j + 1, 1);
            *sum = if norms > 0.0 { *sum / norms } else { 0.0 };
        }
        sums
    }

    /// Fills `out` with the dot products of sentence `i` of the first with `sentences` of the second.
    pub fn fill(&mut self, i: usize, sentences: Range<usize>, out: &mut Vec<f64>) {
        out.clear();
        if let Some(known) = self.known {
            let row = i * self.vectors[1].len();
            out.extend_from_slice(&known[row + sentences.start..row + sentences.end]);
            return;
        }
        let held = &self.postings.sentences;
        if sentences.start < held.start || sentences.end > held.end {
            let end = sentences.end.max(sentences.start + AHEAD).min(self.vectors[1].len());
            self.postings = Postings::new(self.vectors[1], sentences.start..end);
        }
        out.resize(sentences.len(), 0.0);
        for &(feature, weight) in self.vectors[0].row(i) {
            for &(j, theirs) in self.postings.from(feature, sentences.start) {
                let Some(sum) = out.get_mut(j as usize - sentences.start) else { break };
                *sum += f64::from(weight) * f64::from(theirs);
            }
        }
    }
}

/// An inverted index over some of one side's vectors.
struct Postings {
    sentences: Range<usize>,
    lists: Vec<List>,
    entries: Vec<(u32, f32)>,
}

/// The entries of one feature; they end where the next one's begin.
#[derive(Clone, Copy, Default)]
struct List {
    start: u32,
    /// Where the last search in it ended, from its start on: the next one is for a place near by.
    at: u32,
}

impl Postings {
    /// Of these sentences.
    fn new(vectors: &Vectors, sentences: Range<usize>) -> Postings {
        let rows = || sentences.clone().map(|i| vectors.row(i));
        let features = rows().filter_map(|row| row.last()).map(|&(f, _)| f as usize + 1).max();
        let mut lists = vec![List::default(); features.unwrap_or(0) + 1];
        rows().flatten().for_each(|&(feature, _)| lists[feature as usize].start += 1);
        let mut end = 0;
        for list in &mut lists {
            end += list.start;
            list.start = end;
        }
        // Filled from the back, so that each start ends up where its list begins.
        let mut entries = vec![(0, 0.0); end as usize];
        for (row, sentence) in rows().zip(sentences.clone()).rev() {
            for &(feature, weight) in row {
                let list = &mut lists[feature as usize];
                list.start -= 1;
                entries[list.start as usize] = (sentence as u32, weight);
            }
        }
        Postings { sentences, lists, entries }
    }

    /// The entries of a feature.
    fn all(&self, feature: u32) -> &[(u32, f32)] {
        match self.lists.get(feature as usize..feature as usize + 2) {
            Some(&[own, next]) => &self.entries[own.start as usize..next.start as usize],
            _ => &[],
        }
    }

    /// The entries of a feature from the first that is not before `sentence`.
    fn from(&mut self, feature: u32, sentence: usize) -> &[(u32, f32)] {
        let Some(&mut [ref mut list, next]) = self.lists.get_mut(feature as usize..feature as usize + 2)
        else {
            return &[];
        };
        let entries = &self.entries[..next.start as usize];
        let (start, mut at) = (list.start as usize, list.at.max(list.start) as usize);
        while at > start && entries[at - 1].0 as usize >= sentence {
            at -= 1;
        }
        while entries.get(at).is_some_and(|&(j, _)| (j as usize) < sentence) {
            at += 1;
        }
        list.at = at as u32;
        &entries[at..]
    }
}
