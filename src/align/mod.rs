//! Sentence alignment: which sentences of the translation say what which sentences of the original say.
//!
//! Monolingual pairs are compared by content (TF-IDF of character 4-grams and words), bilingual ones by length, by
//! what both languages share (numbers, names, cognates) and by a lexicon, learned from the batch or from the pair
//! itself. A first path shows how long translations are and how much a cosine says in this pair; the second goes by
//! that. Method and weights: `costs`, `features`, `lexicon`, `calibrate`, `search`.

mod band;
pub mod bitext;
mod calibrate;
mod costs;
mod expectation;
mod features;
pub mod lexicon;
pub mod links;
mod moved;
mod products;
mod prune;
mod rows;
mod search;
pub mod terms;

use std::mem;
use std::ops::Range;
use std::sync::OnceLock;

use crate::model::Bead;
use crate::text::Document;
use crate::text::language::Treatment;
use crate::text::words::Words;
use band::Band;
use bitext::Bitext;
use calibrate::{DOUBT, Observation, calibrated};
use costs::{LEXICAL, Lengths, MONOLINGUAL, SHARED, Weights};
use features::{Block, Vectors, joined, joined_equally, shared};
use lexicon::{Lexicon, Translations};
use products::Sides;
use search::{Problem, Step, best_path};
use terms::{TermRows, Terms, lexical};

/// Length-weighted mean cosine of a path below which two documents of one language are no translation of each
/// other. On NTREX-128 (369 pairs, 8 sentences and more) right pairs lie at .23 and above, wrong ones at .13 and below.
const UNRELATED: f64 = 0.16;

/// Without shared words the length must speak more clearly for taking a sentence off (chosen on Text+Berg, ParIce
/// and the bilingual NTREX-128 sets: 0 costs the first two a point, 1 finds fewer additions in the third).
const BILINGUAL_MARGIN: f64 = 0.3;

/// A sentence is taken off a bead when its own cosine is below this share of the neutral one. On the monolingual
/// dev sets 0 (never) costs null F1 .03, 1 costs Text+Berg .01 of lax F1.
const LOOSE: f64 = 0.2;

/// Below this many sentences on either side, or beads, what they say in the mean says nothing.
const ENOUGH_TO_JUDGE: usize = 4;

/// Other places that each sure bead is told from.
const OTHERS: usize = 4;

/// How often a pair is aligned anew with the lexicon that it taught itself.
const ROUNDS: usize = 2;

/// A lexicon that knows less than this share of the original's words is thin: the pair then learns from itself as
/// well. Those learned from 5 to 29 documents of the dev sets know more.
const THIN: f64 = 0.3;

/// Weight of features that both languages share, beside a lexicon's. Of .2, .3, .4, .6 and 1 the best on ParIce and
/// the bilingual NTREX-128 sets.
const SHARED_BESIDE_LEXICON: f32 = 0.3;

/// Weight of a machine translation's words, beside a lexicon's. (Text+Berg with statistical machine translation of
/// 2010, which helps nobody there: strict F1 .848, .854 and .861 with .3, .6 and 1; .868 without.)
const MACHINE: f32 = 1.0;

/// Weight of sentence vectors beside the words of either block, which weigh 1 (a lexicon's, too).
const MEANING: f32 = 1.0;

/// What is known about a pair beside its texts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'e> {
    /// A lexicon learned from other pairs as well.
    pub lexicon: Option<&'e Lexicon>,
    /// A word list of the user's.
    pub dictionary: Option<&'e Lexicon>,
    /// The original in the translation's language, sentence by sentence, its words numbered with those of the pair.
    pub machine_translation: Option<&'e Document>,
    /// A vector of length 1 for each sentence of either side, such that sentences that mean the same have like ones.
    pub meaning: Option<&'e [Vec<Vec<f32>>; 2]>,
    /// Where no lexicon is given, or a thin one, learn from this pair.
    pub learn: bool,
}

impl<'e> Evidence<'e> {
    /// The sentence vectors as a block of features.
    fn meaning(&self) -> Option<Block> {
        let row = |vector: &Vec<f32>| (0..).zip(vector.iter().copied()).collect();
        Some(self.meaning?.each_ref().map(|side| side.iter().map(row).collect()))
    }

    /// What the lexicon and the user's words say of the terms of a pair.
    pub fn translations(&self, terms: &Terms) -> Translations {
        let mut known = self.word_lists().map(|list| list.translations(terms));
        let mut all = known.next().unwrap_or_default();
        known.for_each(|more| all.absorb(&more, terms));
        all
    }

    fn word_lists(&self) -> impl Iterator<Item = &'e Lexicon> {
        self.lexicon.into_iter().chain(self.dictionary)
    }
}

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
pub fn align(
    documents: [&Document; 2],
    words: &Words,
    treatment: Treatment,
    evidence: Evidence,
) -> Alignment {
    match treatment {
        Treatment::Monolingual => monolingual(documents, words, evidence),
        Treatment::Bilingual => {
            Start::new(documents, words, evidence.machine_translation, None).align(evidence)
        }
    }
}

fn monolingual(documents: [&Document; 2], words: &Words, evidence: Evidence) -> Alignment {
    let blocks = shared(documents, words, Treatment::Monolingual);
    let with_meaning = evidence.meaning().map(|meaning| {
        let [grams, words] = &blocks;
        Sides::new(joined(&[(grams, 1.0), (words, 1.0), (&meaning, MEANING)]))
    });
    let aligner = Aligner {
        sides: Sides::new(joined_equally(&blocks)),
        lengths: lengths(documents),
        treatment: Treatment::Monolingual,
        weights: MONOLINGUAL,
    };
    aligner.monolingual(&Band::of(documents[0], documents[1]), with_meaning)
}

fn lengths(documents: [&Document; 2]) -> Lengths {
    let characters = documents.map(|d| {
        let sentences = 0..d.sentences().len();
        sentences.map(|s| d.passage(s..s + 1).normal().chars().count()).collect()
    });
    let paragraphs = documents.map(|d| d.sentences().iter().map(|s| s.paragraph).collect());
    Lengths::new(characters, paragraphs)
}

/// A pair of two languages, aligned by what both share: what the alignment by any lexicon begins with.
pub struct Start {
    terms: TermRows,
    band: Band,
    /// Features that both languages share, and those that a machine translation shares with the translation.
    shared: [Block; 2],
    machine: Option<[Block; 2]>,
    lengths: Lengths,
    beads: Vec<Bead>,
    /// Those beads with their loose edges taken off: the alignment where nothing else is known.
    trimmed: OnceLock<Vec<Bead>>,
}

/// How a pair of two languages is aligned by what both share: what can be kept of a [`Start`] for every pair of a batch.
#[derive(Debug, Clone)]
pub struct FirstPath {
    /// Characters of the translation for one of the original.
    ratio: f64,
    /// Sentences of the original and of the translation, four bits each.
    steps: Box<[u8]>,
}

impl FirstPath {
    fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps.iter().map(|step| (usize::from(step >> 4), usize::from(step & 15)))
    }

    /// Leads through so many sentences.
    fn fits(&self, [originals, translations]: [usize; 2]) -> bool {
        let end = self.steps().fold((0, 0), |at, step| (at.0 + step.0, at.1 + step.1));
        end == (originals, translations)
    }
}

impl Start {
    /// Of two documents, and the machine translation of the first. `known`: their [`Start::path`].
    pub fn new(
        documents: [&Document; 2],
        words: &Words,
        machine: Option<&Document>,
        known: Option<&FirstPath>,
    ) -> Start {
        let mut start = Start {
            terms: TermRows::new(documents, words),
            band: Band::of(documents[0], documents[1]),
            shared: shared(documents, words, Treatment::Bilingual),
            machine: machine.map(|m| shared([m, documents[1]], words, Treatment::Monolingual)),
            lengths: lengths(documents),
            beads: Vec::new(),
            trimmed: OnceLock::new(),
        };
        let sentences = documents.map(|document| document.sentences().len());
        if let Some(known) = known.filter(|known| known.fits(sentences)) {
            start.lengths.set_ratio(known.ratio);
            start.beads = beads(known.steps(), (0, 0), |original, translation| Bead {
                original,
                translation,
                confidence: 0.0,
                moved: false,
            });
            return start;
        }
        let mut aligner = start.by_shared();
        let first = aligner.path_beads(&start.band);
        aligner.learn_ratio(&first);
        start.beads = aligner.path_beads(&start.band);
        start.trimmed = aligner.trimmed(start.beads.clone()).into();
        start.lengths = aligner.lengths;
        start
    }

    /// What a later start of the same pair need not search for.
    pub fn path(&self) -> FirstPath {
        let step = |bead: &Bead| (bead.original.len() << 4 | bead.translation.len()) as u8;
        FirstPath { ratio: self.lengths.ratio(), steps: self.beads.iter().map(step).collect() }
    }

    /// The terms of the pair.
    pub fn into_terms(self) -> TermRows {
        self.terms
    }

    /// Compares by what both languages share.
    fn by_shared(&self) -> Aligner {
        Aligner {
            sides: Sides::new(joined_equally(&self.shared)),
            lengths: self.lengths.clone(),
            treatment: Treatment::Bilingual,
            weights: SHARED,
        }
    }

    /// The alignment by what is known of the words: from elsewhere, or from the beads of the round before.
    pub fn align(&self, evidence: Evidence) -> Alignment {
        let knows_words = evidence.word_lists().any(|list| !list.is_empty());
        let known = evidence.translations(&self.terms.terms);
        let is_known = knows_words || self.machine.is_some() || evidence.meaning.is_some();
        let learns = evidence.learn && evidence.lexicon.is_none_or(|l| self.terms.coverage(l) < THIN);
        let mut by_words = is_known.then(|| self.by_words(&known, &self.beads, evidence));
        for _ in 0..if learns { ROUNDS } else { 0 } {
            let beads = by_words.as_ref().map_or(&self.beads, |(_, beads)| beads);
            let mut taught = Bitext::new(&self.terms, beads).translations();
            taught.absorb(&known, &self.terms.terms);
            by_words = Some(self.by_words(&taught, beads, evidence));
        }
        let beads = match by_words {
            Some((aligner, beads)) => moved::recover(&aligner, aligner.trimmed(beads)),
            None => self.trimmed.get_or_init(|| self.by_shared().trimmed(self.beads.clone())).clone(),
        };
        Alignment { beads, unrelated: false }
    }

    /// The beads of [`Start::align`], to learn from.
    pub fn bitext(&self, evidence: Evidence) -> Bitext {
        Bitext::new(&self.terms, &self.align(evidence).beads)
    }

    /// The beads that translations lead to, calibrated by those before, and what they were compared by.
    fn by_words(&self, known: &Translations, before: &[Bead], evidence: Evidence) -> (Aligner, Vec<Bead>) {
        let lexical = lexical(&self.terms, known);
        let meaning = evidence.meaning();
        let mut blocks: Vec<(&Block, f32)> =
            self.shared.iter().map(|block| (block, SHARED_BESIDE_LEXICON)).collect();
        blocks.push((&lexical, 1.0));
        blocks.extend(meaning.iter().map(|block| (block, MEANING)));
        blocks.extend(self.machine.iter().flatten().map(|block| (block, MACHINE)));
        let mut aligner = Aligner {
            sides: Sides::new(joined(&blocks)),
            lengths: self.lengths.clone(),
            treatment: Treatment::Bilingual,
            weights: LEXICAL,
        };
        aligner.calibrate(before);
        let beads = aligner.path_beads(&self.band);
        (aligner, beads)
    }
}

/// What the steps of a path become, from these sentences on.
fn beads(
    steps: impl Iterator<Item = Step>,
    (mut i, mut j): (usize, usize),
    bead: impl Fn(Range<usize>, Range<usize>) -> Bead,
) -> Vec<Bead> {
    let of_step = |(a, b): Step| {
        let bead = bead(i..i + a, j..j + b);
        (i, j) = (i + a, j + b);
        bead
    };
    steps.map(of_step).collect()
}

struct Aligner {
    sides: Sides,
    lengths: Lengths,
    treatment: Treatment,
    weights: Weights,
}

impl Aligner {
    /// `with_meaning`: words and sentence vectors, where there are any.
    fn monolingual(mut self, band: &Band, with_meaning: Option<Sides>) -> Alignment {
        let first = self.path_beads(band);
        self.learn_ratio(&first);
        let beads = with_meaning.map(|sides| self.by_meaning(&first, band, sides));
        self.calibrate(&first);
        let beads = beads.unwrap_or_else(|| self.trimmed(self.path_beads(band)));
        if self.is_unrelated(&beads) {
            return Alignment { beads: self.nothing_aligned(), unrelated: true };
        }
        Alignment { beads: moved::recover(&self, beads), unrelated: false }
    }

    /// The beads that other vectors lead to. All else stays with the words: of texts that don't belong together sentence
    /// vectors are alike as well, and what is said elsewhere would be found everywhere.
    fn by_meaning(&mut self, first: &[Bead], band: &Band, sides: Sides) -> Vec<Bead> {
        let words = (mem::replace(&mut self.sides, sides), self.weights);
        self.calibrate(first);
        let beads = self.trimmed(self.path_beads(band));
        (self.sides, self.weights) = words;
        beads.into_iter().map(|bead| self.bead(bead.original, bead.translation)).collect()
    }

    /// Translated characters for one original character, from the beads that the path is sure of: a truncated or
    /// inserted passage spoils the ratio of the sums.
    fn learn_ratio(&mut self, beads: &[Bead]) {
        if let Some(ratio) = self.sure_ratio(beads) {
            self.lengths.set_ratio(ratio);
        }
    }

    /// What a cosine says, from the 1-1 beads and their originals set against the translations of other beads.
    fn calibrate(&mut self, beads: &[Bead]) {
        let sure: Vec<&Bead> = beads.iter().filter(|b| b.kind() == "1-1").collect();
        if sure.len() < ENOUGH_TO_JUDGE {
            return;
        }
        let mut observations: Vec<Observation> = Vec::with_capacity(sure.len() * (OTHERS + 1));
        for (k, bead) in sure.iter().enumerate() {
            let cosine = |other: &Bead| self.cosine(&bead.original, &other.translation);
            observations.push((cosine(bead), 1.0 - DOUBT, 1.0));
            for step in 1..=OTHERS {
                let elsewhere = sure[(k + 1 + step * (sure.len() - 1) / (OTHERS + 1)) % sure.len()];
                observations.push((cosine(elsewhere), DOUBT, 1.0 / OTHERS as f64));
            }
        }
        self.weights = calibrated(self.weights, observations);
    }

    fn path_beads(&self, band: &Band) -> Vec<Bead> {
        self.beads(self.path(band), (0, 0))
    }

    fn path(&self, band: &Band) -> Vec<Step> {
        best_path(&Problem { sides: &self.sides, lengths: &self.lengths, weights: self.weights, band })
    }

    /// The path through a part of both texts alone.
    fn path_inside(&self, original: Range<usize>, translation: Range<usize>) -> Vec<Step> {
        let [ours, theirs] = &self.sides.vectors;
        let sides = Sides::new([ours.slice(original.clone()), theirs.slice(translation.clone())]);
        best_path(&Problem {
            sides: &sides,
            lengths: &self.lengths.slice(original.clone(), translation.clone()),
            weights: self.weights,
            band: &Band::full(original.len(), translation.len()),
        })
    }

    fn beads(&self, steps: Vec<Step>, start: (usize, usize)) -> Vec<Bead> {
        beads(steps.into_iter(), start, |original, translation| self.bead(original, translation))
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
        self.sides.cosine(original, translation)
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
    fn trimmed(&self, beads: Vec<Bead>) -> Vec<Bead> {
        let mut out = Vec::with_capacity(beads.len());
        for bead in beads {
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
        out
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
                if fits_better && cosine(alone) < LOOSE * self.weights.neutral && cosine(rest) >= with {
                    return Some((side, edge));
                }
            }
        }
        None
    }

    fn is_unrelated(&self, beads: &[Bead]) -> bool {
        let sentences = [0, 1].map(|side| self.sides.vectors[side].len());
        // Where every sentence is made of what is everywhere, nothing is left to compare.
        let is_bare = |v: &Vectors| v.featured(0..v.len()) * 2 < v.len();
        if sentences.iter().any(|&n| n < ENOUGH_TO_JUDGE) || self.sides.vectors.iter().any(is_bare) {
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
        let [n, m] = self.sides.vectors.each_ref().map(Vectors::len);
        let omitted = (0..n).map(|i| self.bead(i..i + 1, 0..0));
        omitted.chain((0..m).map(|j| self.bead(n..n, j..j + 1))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::Normalise;

    #[test]
    fn a_start_from_a_known_path_leads_to_the_same_alignment() {
        let original =
            ["In 1984 Anna Petrova left Berlin.", "She had 3 horses.", "Nobody knew.", "It rained."];
        let translation =
            ["1984 verliess Anna Petrova Berlin. Sie hatte 3 Pferde.", "Niemand wusste es.", "Es regnete."];
        let mut words = Words::default();
        let mut document = |sentences: &[&str]| {
            let sentences: Vec<String> = sentences.iter().map(|s| (*s).to_string()).collect();
            Document::from_sentences(&sentences, &Normalise::default(), &mut words)
        };
        let documents = [document(&original), document(&translation)];
        let start = |known: Option<&FirstPath>| Start::new(documents.each_ref(), &words, None, known);
        let first = start(None);
        let (known, of_another) = (first.path(), FirstPath { ratio: 1.0, steps: Box::new([0x11]) });
        let evidence = Evidence { learn: true, ..Evidence::default() };
        for evidence in [Evidence::default(), evidence] {
            assert_eq!(start(Some(&known)).align(evidence), first.align(evidence));
        }
        assert_eq!(start(Some(&of_another)).align(evidence), first.align(evidence));
    }
}
