//! Sentence alignment: which sentences of the translation say what which sentences of the original say.
//!
//! Monolingual pairs are compared by content (TF-IDF of character 4-grams and words), bilingual ones by length and
//! by what both languages share (numbers, names, cognates). Method and weights: `costs`, `features`, `search`.

mod band;
mod costs;
mod features;
mod moved;
mod products;
mod prune;
mod rows;
mod search;

use std::ops::Range;

use crate::model::Bead;
use crate::text::Document;
use crate::text::language::Treatment;
use crate::text::words::Words;
use band::Band;
use costs::{BILINGUAL, Lengths, MONOLINGUAL, Weights};
use features::Vectors;
use search::{Problem, Step, best_path};

/// Beads below this cosine say so little that their sentences may belong elsewhere.
const WEAK: f64 = 0.2;

/// Length-weighted mean cosine of a path below which two documents of one language are no translation of each
/// other. On NTREX-128 (369 pairs, 8 sentences and more) right pairs lie at .23 and above, wrong ones at .13 and below.
const UNRELATED: f64 = 0.16;

/// Without shared words the length must speak more clearly for taking a sentence off (chosen on Text+Berg, ParIce
/// and the bilingual NTREX-128 sets: 0 costs the first two a point, 1 finds fewer additions in the third).
const BILINGUAL_MARGIN: f64 = 0.3;

/// Below this many sentences on either side a low cosine says nothing about the documents.
const ENOUGH_TO_JUDGE: usize = 4;

/// The alignment of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Every sentence of either side in exactly one bead, in the order of the original.
    pub beads: Vec<Bead>,
    /// The two texts do not belong together; no sentence is aligned then.
    pub unrelated: bool,
}

impl Alignment {
    /// The alignment of lists that are already aligned: sentence by sentence.
    pub fn given(sentences: usize) -> Alignment {
        let bead =
            |i: usize| Bead { original: i..i + 1, translation: i..i + 1, confidence: 1.0, moved: false };
        Alignment { beads: (0..sentences).map(bead).collect(), unrelated: false }
    }
}

/// Aligns the sentences of two documents.
pub fn align(documents: [&Document; 2], words: &Words, treatment: Treatment) -> Alignment {
    let vectors = features::vectors(documents, words, treatment);
    let characters = documents.map(|d| {
        let sentences = 0..d.sentences().len();
        sentences.map(|s| d.passage(s..s + 1).normal().chars().count()).collect()
    });
    let paragraphs = documents.map(|d| d.sentences().iter().map(|s| s.paragraph).collect());
    let band = Band::of(documents[0], documents[1]);
    let aligner = Aligner { vectors, lengths: Lengths::new(characters, paragraphs), treatment };
    match treatment {
        Treatment::Monolingual => aligner.monolingual(&band),
        Treatment::Bilingual => aligner.bilingual(&band),
    }
}

struct Aligner {
    vectors: [Vectors; 2],
    lengths: Lengths,
    treatment: Treatment,
}

impl Aligner {
    fn monolingual(&self, band: &Band) -> Alignment {
        let mut beads = self.beads(&self.path(band), (0, 0));
        self.trim_edges(&mut beads);
        if self.is_unrelated(&beads) {
            return Alignment { beads: self.nothing_aligned(), unrelated: true };
        }
        Alignment { beads: moved::recover(self, beads), unrelated: false }
    }

    /// Two rounds: the second with the length ratio of the beads that the first is sure of, because a truncated
    /// or inserted passage spoils the ratio of the sums.
    fn bilingual(mut self, band: &Band) -> Alignment {
        let first = self.beads(&self.path(band), (0, 0));
        if let Some(ratio) = self.sure_ratio(&first) {
            self.lengths = self.lengths.with_ratio(ratio);
        }
        let mut beads = self.beads(&self.path(band), (0, 0));
        self.trim_edges(&mut beads);
        Alignment { beads, unrelated: false }
    }

    fn weights(&self) -> Weights {
        match self.treatment {
            Treatment::Monolingual => MONOLINGUAL,
            Treatment::Bilingual => BILINGUAL,
        }
    }

    fn path(&self, band: &Band) -> Vec<Step> {
        best_path(&Problem {
            vectors: [&self.vectors[0], &self.vectors[1]],
            lengths: &self.lengths,
            weights: self.weights(),
            band,
        })
    }

    /// The path through a part of both texts alone.
    fn path_inside(&self, original: Range<usize>, translation: Range<usize>) -> Vec<Step> {
        let vectors = [self.vectors[0].slice(original.clone()), self.vectors[1].slice(translation.clone())];
        best_path(&Problem {
            vectors: [&vectors[0], &vectors[1]],
            lengths: &self.lengths.slice(original.clone(), translation.clone()),
            weights: self.weights(),
            band: &Band::full(original.len(), translation.len()),
        })
    }

    fn beads(&self, steps: &[Step], start: (usize, usize)) -> Vec<Bead> {
        let (mut i, mut j) = start;
        let mut beads = Vec::with_capacity(steps.len());
        for &(a, b) in steps {
            beads.push(self.bead(i..i + a, j..j + b));
            (i, j) = (i + a, j + b);
        }
        beads
    }

    fn bead(&self, original: Range<usize>, translation: Range<usize>) -> Bead {
        let confidence = self.confidence(&original, &translation);
        Bead { original, translation, confidence, moved: false }
    }

    /// Monolingual: the cosine of both sides. Bilingual: half for the length, half for what both share (.5 of it
    /// is as sure as it gets). 1 for a sentence that is left alone: the path chose so. Not calibrated.
    fn confidence(&self, original: &Range<usize>, translation: &Range<usize>) -> f64 {
        if original.is_empty() || translation.is_empty() {
            return 1.0;
        }
        let cosine = self.cosine(original, translation).clamp(0.0, 1.0);
        match self.treatment {
            Treatment::Monolingual => cosine,
            Treatment::Bilingual => {
                (-self.length_cost(original, translation) / 2.0).exp() / 2.0 + (cosine * 2.0).min(1.0) / 2.0
            }
        }
    }

    fn cosine(&self, original: &Range<usize>, translation: &Range<usize>) -> f64 {
        self.vectors[0].cosine(original.clone(), &self.vectors[1], translation.clone())
    }

    /// Translated characters for one original character over the surer half of the 1-1 beads.
    fn sure_ratio(&self, beads: &[Bead]) -> Option<f64> {
        let mut sure: Vec<&Bead> = beads.iter().filter(|b| b.kind() == "1-1").collect();
        sure.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        sure.truncate(sure.len().div_ceil(2));
        let sum = |side: usize, of: fn(&Bead) -> &Range<usize>| -> f64 {
            sure.iter().map(|b| self.lengths.of(side, of(b).start, of(b).end)).sum()
        };
        let (s, t) = (sum(0, |b| &b.original), sum(1, |b| &b.translation));
        (sure.len() >= ENOUGH_TO_JUDGE && s > 0.0).then(|| t / s)
    }

    fn length_cost(&self, original: &Range<usize>, translation: &Range<usize>) -> f64 {
        self.lengths.cost((original.end, original.len()), (translation.end, translation.len()))
    }

    /// Takes off the first or last sentence of a merged side that the other side does not say, where both content
    /// and length are better without it: over-merging is the commonest fault of aligners that merge.
    fn trim_edges(&self, beads: &mut Vec<Bead>) {
        let mut out = Vec::with_capacity(beads.len());
        for bead in beads.drain(..) {
            let (mut original, mut translation) = (bead.original, bead.translation);
            let (mut before, mut after) = (Vec::new(), Vec::new());
            while let Some((side, edge)) = self.loose_edge(&original, &translation) {
                let range = if side == 0 { &mut original } else { &mut translation };
                let cut = if edge == 0 { range.start..range.start + 1 } else { range.end - 1..range.end };
                *range = if edge == 0 { cut.end..range.end } else { range.start..cut.start };
                let null = |at: &Range<usize>| {
                    if side == 0 { (cut.clone(), at.end..at.end) } else { (at.end..at.end, cut.clone()) }
                };
                let (o, t) = null(if side == 0 { &translation } else { &original });
                if edge == 0 { before.push(self.bead(o, t)) } else { after.push(self.bead(o, t)) }
            }
            out.extend(before);
            out.push(self.bead(original, translation));
            out.extend(after.into_iter().rev());
        }
        *beads = out;
    }

    fn loose_edge(&self, original: &Range<usize>, translation: &Range<usize>) -> Option<(usize, usize)> {
        if original.is_empty() || translation.is_empty() {
            return None;
        }
        let with = self.cosine(original, translation);
        let margin = if self.treatment == Treatment::Bilingual { BILINGUAL_MARGIN } else { 0.0 };
        for (side, range) in [original, translation].into_iter().enumerate().filter(|(_, r)| r.len() > 1) {
            let edges = [
                (range.start..range.start + 1, range.start + 1..range.end),
                (range.end - 1..range.end, range.start..range.end - 1),
            ];
            for (edge, (alone, rest)) in edges.iter().enumerate() {
                let cosine = |r: &Range<usize>| {
                    if side == 0 { self.cosine(r, translation) } else { self.cosine(original, r) }
                };
                let (o, t) = if side == 0 { (rest, translation) } else { (original, rest) };
                let fits_better = self.length_cost(o, t) + margin < self.length_cost(original, translation);
                if fits_better && cosine(alone) < self.weights().neutral && cosine(rest) >= with {
                    return Some((side, edge));
                }
            }
        }
        None
    }

    fn is_unrelated(&self, beads: &[Bead]) -> bool {
        let sentences = [0, 1].map(|side| self.vectors[side].len());
        if sentences.iter().any(|&n| n < ENOUGH_TO_JUDGE) {
            return false;
        }
        self.mean_cosine(beads) < UNRELATED
    }

    /// Mean cosine of the aligned beads, weighted by the original's length.
    fn mean_cosine(&self, beads: &[Bead]) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for bead in beads.iter().filter(|b| b.is_aligned()) {
            let length = self.lengths.of(0, bead.original.start, bead.original.end);
            sum += length * bead.confidence;
            all += length;
        }
        if all > 0.0 { sum / all } else { 0.0 }
    }

    fn nothing_aligned(&self) -> Vec<Bead> {
        let (n, m) = (self.vectors[0].len(), self.vectors[1].len());
        let omitted = (0..n).map(|i| self.bead(i..i + 1, 0..0));
        omitted.chain((0..m).map(|j| self.bead(n..n, j..j + 1))).collect()
    }
}
