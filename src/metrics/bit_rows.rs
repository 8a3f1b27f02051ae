//! The edit distance of many trials against one reference of up to 64 or 128 words, a whole row of the matrix at a time.
//!
//! Myers 1999, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", in the
//! form of Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances".

use super::edit_distance::Costs;
use std::ops::{BitAnd, BitOr, BitOrAssign, BitXor, Not, Range, Shl, Shr};

/// The rows of a hypothesis's edit matrix, in both directions.
#[derive(Debug)]
pub(super) struct BitRows<B> {
    /// Words of the hypothesis and of the reference.
    lengths: [usize; 2],
    /// By word: where it stands in the reference.
    places: Vec<B>,
    /// What it costs to come from the start to the cells of each row.
    forward: Vec<Row<B>>,
    /// What it costs to go on from there to the end; of these a bit stands for the same word.
    backward: Vec<Row<B>>,
}

/// Bits of a number, one for each word of a reference.
pub(super) trait Bits:
    Copy
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitOrAssign
    + BitXor<Output = Self>
    + Not<Output = Self>
    + Shl<usize, Output = Self>
    + Shr<usize, Output = Self>
{
    /// Words that there is room for.
    const ROOM: usize;
    const NONE: Self;
    const FIRST: Self;
    fn plus(self, other: Self) -> Self;
    fn count(self) -> usize;
    fn reversed(self) -> Self;
    /// The first one, 0 or 1.
    fn first(self) -> usize;
}

macro_rules! bits {
    ($($number:ty)*) => {$(
        impl Bits for $number {
            const ROOM: usize = <$number>::BITS as usize;
            const NONE: $number = 0;
            const FIRST: $number = 1;

            fn plus(self, other: $number) -> $number {
                self.wrapping_add(other)
            }

            fn count(self) -> usize {
                self.count_ones() as usize
            }

            fn reversed(self) -> $number {
                self.reverse_bits()
            }

            fn first(self) -> usize {
                (self & 1) as usize
            }
        }
    )*};
}

bits!(u64 u128);

/// The costs of a row's cells: by how much each differs from the one before.
#[derive(Debug, Clone, Copy)]
struct Row<B> {
    /// More by one.
    rising: B,
    /// Less by one.
    falling: B,
}

impl<B: Bits> Row<B> {
    /// Of no word of the hypothesis.
    fn first() -> Row<B> {
        Row { rising: !B::NONE, falling: B::NONE }
    }

    /// The next row, behind a word that stands at these places of the reference.
    fn next(self, places: B) -> Row<B> {
        let Row { rising, falling } = self;
        let kept = ((places & rising).plus(rising) ^ rising) | places;
        let dearer = (falling | !(kept | rising)) << 1 | B::FIRST;
        let cheaper = (rising & kept) << 1;
        let unchanged = places | falling;
        Row { rising: cheaper | !(unchanged | dearer), falling: dearer & unchanged }
    }

    /// The same from the other end.
    fn reversed(self, length: usize) -> Row<B> {
        Row { rising: from_end(self.rising, length), falling: from_end(self.falling, length) }
    }
}

/// The bits of so many words in reverse order.
fn from_end<B: Bits>(bits: B, length: usize) -> B {
    bits.reversed() >> (B::ROOM - length)
}

/// All rows for words that stand at these places of the reference.
fn rows<B: Bits>(words: impl ExactSizeIterator<Item = B>) -> Vec<Row<B>> {
    let mut rows = Vec::with_capacity(words.len() + 1);
    let mut row = Row::first();
    rows.push(row);
    for places in words {
        row = row.next(places);
        rows.push(row);
    }
    rows
}

impl<B: Bits> BitRows<B> {
    /// The rows of `hypothesis` against `reference`, where that has few enough words, at least one.
    pub(super) fn new(hypothesis: &[u32], reference: &[u32]) -> Option<BitRows<B>> {
        if !(1..=B::ROOM).contains(&reference.len()) {
            return None;
        }
        let largest = hypothesis.iter().chain(reference).max().map_or(0, |&largest| largest as usize);
        let mut places = vec![B::NONE; largest + 1];
        reference.iter().enumerate().for_each(|(place, &word)| places[word as usize] |= B::FIRST << place);
        let length = reference.len();
        let words = hypothesis.iter().map(|&word| places[word as usize]);
        let forward = rows(words.clone());
        let mut backward = rows(words.rev().map(|places| from_end(places, length)));
        for row in &mut backward {
            *row = row.reversed(length);
        }
        backward.reverse();
        Some(BitRows { lengths: [hypothesis.len(), length], places, forward, backward })
    }
}

/// Levenshtein's.
impl<B: Bits> Costs for BitRows<B> {
    fn cost(&self, row: usize, column: usize) -> u32 {
        let Row { rising, falling } = self.forward[row];
        let above = B::ROOM - column;
        let count = |bits: B| if column > 0 { (bits << above).count() } else { 0 };
        (row + count(rising) - count(falling)) as u32
    }

    fn distance_with(&mut self, changed: &Range<usize>, words: impl Iterator<Item = u32>) -> u32 {
        let mut come =
            words.fold(self.forward[changed.start], |row, word| row.next(self.places[word as usize]));
        let mut go = self.backward[changed.end];
        let [hypothesis, reference] = self.lengths;
        // Before the first word of the reference: all of the hypothesis's so far are deleted.
        let mut cost = hypothesis + go.rising.count() - go.falling.count();
        let mut least = cost;
        for _ in 0..reference {
            cost = cost + come.rising.first() + go.falling.first() - come.falling.first() - go.rising.first();
            least = least.min(cost);
            for bits in [&mut come.rising, &mut come.falling, &mut go.rising, &mut go.falling] {
                *bits = *bits >> 1;
            }
        }
        least as u32
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit_distance::EditMatrix;
    use super::*;

    fn distance(hypothesis: &[u32], reference: &[u32]) -> u32 {
        EditMatrix::new(hypothesis, reference).cost(hypothesis.len(), reference.len())
    }

    #[test]
    fn every_cell_costs_what_it_does_in_the_whole_matrix_and_alignments_are_the_same() {
        for length in [1, 7, 24] {
            let reference: Vec<u32> = (0..length).map(|word| 1 + word * word % 7).collect();
            for hypothesis in [[].as_slice(), &[3], &[1, 2, 5, 3, 3, 1, 6, 2, 4, 2, 1, 1, 5], &reference] {
                let rows = BitRows::<u64>::new(hypothesis, &reference).expect("few words");
                let matrix = EditMatrix::new(hypothesis, &reference);
                for (row, column) in
                    (0..=hypothesis.len()).flat_map(|r| (0..=length).map(move |c| (r, c as usize)))
                {
                    assert_eq!(rows.cost(row, column), matrix.cost(row, column), "{row} {column}");
                }
                let [a, b] =
                    [rows.alignment(hypothesis, &reference), matrix.alignment(hypothesis, &reference)];
                assert_eq!(a.insertion_points, b.insertion_points);
            }
        }
    }

    #[test]
    fn a_trial_has_the_distance_of_the_whole_matrix() {
        for length in [1, 2, 17, 40] {
            let reference: Vec<u32> = (0..length).map(|word| 1 + word % 7).collect();
            let before: Vec<u32> = (0..20).map(|word| 1 + word * word % 11).collect();
            let mut rows = BitRows::<u64>::new(&before, &reference).expect("few words");
            let mut wide = BitRows::<u128>::new(&before, &reference).expect("few words");
            for (changed, step) in [(0..20, 7), (4..6, 1), (3..17, 11), (5..20, 2)] {
                let mut after = before.clone();
                after[changed.clone()].rotate_left(step);
                let trial = rows.distance_with(&changed, after[changed.clone()].iter().copied());
                assert_eq!(trial, distance(&after, &reference));
                assert_eq!(trial, wide.distance_with(&changed, after[changed.clone()].iter().copied()));
            }
        }
    }

    #[test]
    fn references_have_rows_of_as_many_bits_as_they_have_words() {
        let words: Vec<u32> = (1..=129).collect();
        assert!(BitRows::<u128>::new(&words, &words).is_none());
        assert!(
            BitRows::<u64>::new(&words, &words[..65]).is_none() && BitRows::<u64>::new(&words, &[]).is_none()
        );
        let mut rows = BitRows::<u128>::new(&words, &words[..128]).expect("few words");
        assert_eq!(rows.distance_with(&(0..129), words.iter().copied()), 1);
        assert_eq!(rows.distance_with(&(0..2), [2, 1].into_iter()), 3);
    }
}
