//! TER: the edits that turn a hypothesis into its reference, where a block of words may also move.
//!
//! Snover et al. 2006, "A study of translation edit rate with targeted human annotation"; equal to
//! sacreBLEU 2.6.0. The search for shifts is greedy and has the limits and the
//! preferences of that program, which follows Tercom.

use std::cmp::Reverse;
use std::iter::once;
use std::ops::Range;

use super::bit_rows::{BitRows, Bits};
use super::edit_distance::{Alignment, Costs, EditMatrix, is_within_beam};
use super::ngrams::Symbols;
use super::number::Number;
use super::tercom::Tercom;
use super::tokenize::words;
use super::{Field, Level, Metric, Promoted, Statistics, whole, yes_or_no};

/// The longest block of words that may move.
const MAX_SHIFT_SIZE: usize = 10;

/// How far apart a block and the words it equals may begin.
const MAX_SHIFT_DISTANCE: usize = 50;

/// How many shifts are tried in a segment before the search is given up.
const MAX_SHIFTS_TRIED: usize = 1000;

/// The translation edit rate: edits for 100 words of the reference, 0 and up; lower is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ter {
    /// Whether case makes a difference.
    pub case_sensitive: bool,
    /// Whether punctuation is split off words and entities are decoded.
    pub normalized: bool,
    /// Whether punctuation is left out.
    pub no_punct: bool,
    /// Whether the two options above also treat Chinese and Japanese characters.
    pub asian_support: bool,
}

impl Ter {
    fn score_in<N: Number>(statistics: &Statistics) -> N {
        let (edits, reference_length) = (statistics.get(0), statistics.get(1));
        let score = if reference_length > 0.0 {
            N::count(edits) / N::count(reference_length)
        } else {
            N::constant(if edits > 0.0 { 1.0 } else { 0.0 })
        };
        N::constant(100.0) * score
    }
}

impl Metric for Ter {
    fn name(&self) -> &'static str {
        "ter"
    }

    fn title(&self) -> String {
        "TER".to_string()
    }

    fn settings(&self, _level: Level) -> Vec<Field> {
        vec![
            Field::new("case", "c", if self.case_sensitive { "mixed" } else { "lc" }),
            Field::new("tok", "t", "tercom"),
            Field::new("norm", "nr", yes_or_no(self.normalized)),
            Field::new("punct", "pn", yes_or_no(!self.no_punct)),
            Field::new("asian", "as", yes_or_no(self.asian_support)),
        ]
    }

    fn width(&self) -> usize {
        2
    }

    /// Edits to the reference that takes fewest, then the mean length of the references in words.
    fn statistics(&self, hypotheses: &[&str], references: &[&str]) -> Vec<Statistics> {
        let Self { case_sensitive, normalized, no_punct, asian_support } = *self;
        let tercom = Tercom { normalized, no_punct, asian_support, case_sensitive };
        let once = hypotheses.iter().map(|text| tercom.prepare(text));
        let twice = references.iter().map(|text| tercom.prepare_reference(text));
        let texts: Vec<_> = once.chain(twice).collect();
        let words: Vec<Vec<&str>> = texts.iter().map(|text| words(text).collect()).collect();
        let mut hypotheses_words = Symbols::of_words(&words).texts;
        let references = hypotheses_words.split_off(hypotheses.len());
        let length: usize = references.iter().map(Vec::len).sum();
        let mean_length = whole(length) / whole(references.len());
        let statistics = hypotheses_words.iter().map(|hypothesis| {
            let edits = references.iter().map(|reference| edits(hypothesis.clone(), reference)).min();
            Statistics(vec![whole(edits.unwrap_or_default()), mean_length])
        });
        statistics.collect()
    }

    /// Without a word in the references any word of the hypotheses makes 100.
    fn score(&self, statistics: &Statistics, _level: Level) -> f64 {
        Self::score_in(statistics)
    }

    fn bootstrap_score(&self, statistics: &Statistics) -> Promoted {
        Self::score_in(statistics)
    }
}

/// The number of shifts, insertions, deletions and substitutions that turn one text into the other.
fn edits(hypothesis: Vec<u32>, reference: &[u32]) -> usize {
    if reference.is_empty() {
        return hypothesis.len();
    }
    let mut search = ShiftSearch::new(hypothesis, reference);
    let mut shifts = 0;
    while let Some(shift) = search.best_shift() {
        search.apply(shift);
        shifts += 1;
    }
    shifts + search.distance as usize
}

/// A block of words of the hypothesis that equals one of the reference.
#[derive(Debug, Clone, Copy)]
struct Match {
    hypothesis_start: usize,
    reference_start: usize,
    length: usize,
}

impl Match {
    fn hypothesis(self) -> Range<usize> {
        self.hypothesis_start..self.hypothesis_start + self.length
    }

    fn reference(self) -> Range<usize> {
        self.reference_start..self.reference_start + self.length
    }

    /// A block is worth moving if words at either place are edited now and it isn't already where
    /// it would go.
    fn may_move(self, alignment: &Alignment) -> bool {
        let point = alignment.insertion_points[self.reference_start];
        alignment.hypothesis_has_error(self.hypothesis())
            && alignment.reference_has_error(self.reference())
            && !(self.hypothesis_start + 1..=self.hypothesis_start + self.length).contains(&point)
    }

    /// The shifts to all places where the block may belong: before its first word, behind each of its words.
    fn shifts(self, alignment: &Alignment) -> impl Iterator<Item = Shift> {
        let points = &alignment.insertion_points;
        let before = self.reference_start.checked_sub(1).map_or(0, |previous| points[previous]);
        let targets = once(before).chain(points[self.reference()].iter().copied());
        let mut latest = None;
        let new_targets = targets.filter(move |&target| latest.replace(target) != Some(target));
        new_targets.map(move |target| Shift { start: self.hypothesis_start, length: self.length, target })
    }
}

/// A block of words on its way to before the word `target`.
#[derive(Debug, Clone, Copy)]
struct Shift {
    start: usize,
    length: usize,
    target: usize,
}

impl Shift {
    /// The words that change their place, in a text of `words` words, and how far to rotate them to the left.
    ///
    /// A target within the block counts from where the block would end there.
    fn rotation(self, words: usize) -> (Range<usize>, usize) {
        let Self { start, length, target } = self;
        if target < start {
            (target..start + length, start - target)
        } else if target > start + length {
            (start..target, length)
        } else {
            (start..words.min(target + length), length)
        }
    }

    /// What makes a shift the better one: its gain, then a long block, an early block, an early target.
    fn rank(self, gain: u32) -> (u32, usize, Reverse<usize>, Reverse<usize>) {
        (gain, self.length, Reverse(self.start), Reverse(self.target))
    }
}

/// The greedy search for shifts that bring a hypothesis nearer to its reference.
struct ShiftSearch<'r> {
    hypothesis: Vec<u32>,
    reference: &'r [u32],
    /// The words of the reference with their places, sorted.
    places: Vec<(u32, usize)>,
    /// Where rows of bits would not do.
    matrix: Option<EditMatrix>,
    /// The distance when a shift was looked for last.
    distance: u32,
    /// The distance of the nearest order of the words.
    least: u32,
    /// The number of shifts tried so far.
    tried: usize,
}

impl<'r> ShiftSearch<'r> {
    fn new(hypothesis: Vec<u32>, reference: &'r [u32]) -> Self {
        let mut places: Vec<(u32, usize)> = reference.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let least = least_edits(&hypothesis, reference);
        Self { hypothesis, reference, places, matrix: None, distance: 0, least, tried: 0 }
    }

    /// The shift that saves most edits. `None` if none saves any, or if too many were tried: then
    /// sacreBLEU throws even the best one so far away.
    fn best_shift(&mut self) -> Option<Shift> {
        if let Some(mut rows) = self.rows::<u64>() {
            return self.best(&mut rows);
        }
        if let Some(mut rows) = self.rows::<u128>() {
            return self.best(&mut rows);
        }
        let new = || EditMatrix::new(&self.hypothesis, self.reference);
        let mut matrix = self.matrix.take().unwrap_or_else(new);
        let best = self.best(&mut matrix);
        self.matrix = Some(matrix);
        best
    }

    /// Costs as bits, where there are enough for the words and the beam makes no difference.
    fn rows<B: Bits>(&self) -> Option<BitRows<B>> {
        let lengths = [self.hypothesis.len(), self.reference.len()];
        BitRows::new(&self.hypothesis, self.reference)
            .filter(|rows| is_within_beam(rows.cost(lengths[0], lengths[1]), lengths))
    }

    fn best(&mut self, costs: &mut impl Costs) -> Option<Shift> {
        let Self { hypothesis, reference, places, distance, tried, .. } = self;
        *distance = costs.cost(hypothesis.len(), reference.len());
        if *distance <= self.least {
            return None;
        }
        let alignment = costs.alignment(hypothesis, reference);
        costs.prepare_trials(hypothesis);
        let mut best = None;
        let blocks = matches(hypothesis, reference, places, &alignment);
        for block in blocks.filter(|block| block.may_move(&alignment)) {
            for shift in block.shifts(&alignment) {
                let (changed, step) = shift.rotation(hypothesis.len());
                let (left, right) = hypothesis[changed.clone()].split_at(step);
                let shifted = costs.distance_with(&changed, right.iter().chain(left).copied());
                let candidate = (shift.rank(distance.saturating_sub(shifted)), shift);
                best = best.filter(|best: &(_, _)| best.0 >= candidate.0).or(Some(candidate));
                *tried += 1;
            }
            if *tried >= MAX_SHIFTS_TRIED {
                return None;
            }
        }
        best.filter(|(rank, _)| rank.0 > 0).map(|(_, shift)| shift)
    }

    fn apply(&mut self, shift: Shift) {
        let (changed, step) = shift.rotation(self.hypothesis.len());
        self.hypothesis[changed.clone()].rotate_left(step);
        if let Some(matrix) = &mut self.matrix {
            matrix.update(&self.hypothesis, changed);
        }
    }
}

/// All blocks of equal words near enough to each other, but for those without an edited word in the
/// hypothesis: by start in the hypothesis, start in the reference, length.
fn matches<'w>(
    hypothesis: &'w [u32],
    reference: &'w [u32],
    places: &'w [(u32, usize)],
    alignment: &'w Alignment,
) -> impl Iterator<Item = Match> + 'w {
    let starts = (0..hypothesis.len())
        .filter(|&start| alignment.hypothesis_has_error(start..start + MAX_SHIFT_SIZE))
        .flat_map(|start| {
            equal_words_near(start, hypothesis[start], places).map(move |other| (start, other))
        });
    starts.flat_map(|(hypothesis_start, reference_start)| {
        let longest = common_prefix(&hypothesis[hypothesis_start..], &reference[reference_start..]);
        (1..=longest).map(move |length| Match { hypothesis_start, reference_start, length })
    })
}

/// Where `word` is in the reference, as near to `place` as a block may come from.
fn equal_words_near(place: usize, word: u32, places: &[(u32, usize)]) -> impl Iterator<Item = usize> {
    let first = (word, place.saturating_sub(MAX_SHIFT_DISTANCE));
    let last = (word, place + MAX_SHIFT_DISTANCE);
    let start = places.partition_point(|&other| other < first);
    places[start..].iter().take_while(move |&&other| other <= last).map(|&(_, place)| place)
}

/// The edits that no order of the hypothesis's words saves.
fn least_edits(hypothesis: &[u32], reference: &[u32]) -> u32 {
    let symbols = hypothesis.iter().chain(reference).max().map_or(0, |&largest| largest as usize + 1);
    let mut left = vec![0_u32; symbols];
    for &word in reference {
        left[word as usize] += 1;
    }
    let is_shared = |&&word: &&u32| {
        let left = &mut left[word as usize];
        let is_left = *left > 0;
        *left = left.saturating_sub(1);
        is_left
    };
    let shared = hypothesis.iter().filter(is_shared).count();
    (hypothesis.len().max(reference.len()) - shared) as u32
}

/// How many words two texts share at their start, as far as a block may reach.
fn common_prefix(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take(MAX_SHIFT_SIZE).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(hypothesis: &str, reference: &str) -> Vec<f64> {
        Ter::default().pair_statistics(hypothesis, reference).0
    }

    #[test]
    fn a_moved_block_is_one_edit() {
        assert_eq!(counts("d e f a b c", "a b c d e f"), [1.0, 6.0]);
    }

    #[test]
    fn case_makes_no_difference_unless_told_otherwise() {
        assert_eq!(counts("The CAT", "the cat"), [0.0, 2.0]);
        let strict = Ter { case_sensitive: true, ..Ter::default() };
        assert_eq!(strict.pair_statistics("The CAT", "the cat").0, [2.0, 2.0]);
    }

    #[test]
    fn without_a_reference_every_word_is_an_edit() {
        let ter = Ter::default();
        assert_eq!(counts("a b c", " "), [3.0, 0.0]);
        assert!((ter.score(&ter.pair_statistics("a", ""), Level::Segment) - 100.0).abs() < f64::EPSILON);
        assert!(ter.score(&ter.pair_statistics("", ""), Level::Segment).abs() < f64::EPSILON);
    }

    #[test]
    fn a_long_hypothesis_scores_above_100() {
        let ter = Ter::default();
        assert!(
            (ter.score(&ter.pair_statistics("a b c d", "x"), Level::Segment) - 400.0).abs() < f64::EPSILON
        );
    }

    #[test]
    fn a_block_moves_left_right_or_within_itself() {
        let moved = |start, length, target| {
            let mut words = [0, 1, 2, 3, 4, 5];
            let (changed, step) = Shift { start, length, target }.rotation(words.len());
            words[changed].rotate_left(step);
            words
        };
        assert_eq!(moved(3, 2, 1), [0, 3, 4, 1, 2, 5]);
        assert_eq!(moved(1, 2, 5), [0, 3, 4, 1, 2, 5]);
        assert_eq!(moved(1, 2, 2), [0, 3, 1, 2, 4, 5]);
        assert_eq!(moved(3, 3, 5), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn the_signature_is_sacrebleus_without_the_version() {
        let signature = super::super::signature(&Ter::default(), 1, Level::Corpus);
        assert_eq!(signature, "nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no");
    }

    #[test]
    fn of_several_references_the_fewest_edits_and_the_mean_length() {
        let statistics = Ter::default().statistics(&["a b c", "x"], &["a b", "a b c d e"]);
        assert_eq!(statistics, [Statistics(vec![1.0, 3.5]), Statistics(vec![2.0, 3.5])]);
    }
}
