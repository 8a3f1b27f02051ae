//! The edit distance of many trials against one reference of up to 128 words, a whole row of the matrix at a time.
//!
//! Myers 1999, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", in the
//! form of Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances".

use std::ops::Range;

/// One for each word of a reference.
type Bits = u128;

/// Words that there is room for.
const ROOM: usize = Bits::BITS as usize;

/// The rows of a hypothesis's edit matrix, in both directions.
#[derive(Debug)]
pub(super) struct BitRows {
    /// Words of the hypothesis and of the reference.
    lengths: [usize; 2],
    /// By word: where it stands in the reference.
    places: Vec<Bits>,
    /// What it costs to come from the start to the cells of each row.
    forward: Vec<Row>,
    /// What it costs to go on from there to the end; of these a bit stands for the same word.
    backward: Vec<Row>,
}

/// The costs of a row's cells: by how much each differs from the one before.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// More by one.
    rising: Bits,
    /// Less by one.
    falling: Bits,
}

impl Row {
    /// Of no word of the hypothesis.
    const FIRST: Row = Row { rising: Bits::MAX, falling: 0 };

    /// The next row, behind a word that stands at these places of the reference.
    fn next(self, places: Bits) -> Row {
        let Row { rising, falling } = self;
        let kept = ((places & rising).wrapping_add(rising) ^ rising) | places;
        let dearer = (falling | !(kept | rising)) << 1 | 1;
        let cheaper = (rising & kept) << 1;
        let unchanged = places | falling;
        Row { rising: cheaper | !(unchanged | dearer), falling: dearer & unchanged }
    }

    /// The same from the other end.
    fn reversed(self, length: usize) -> Row {
        Row { rising: from_end(self.rising, length), falling: from_end(self.falling, length) }
    }
}

/// The bits of so many words in reverse order.
fn from_end(bits: Bits, length: usize) -> Bits {
    bits.reverse_bits() >> (ROOM - length)
}

/// All rows for words that stand at these places of the reference.
fn rows(words: impl ExactSizeIterator<Item = Bits>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(words.len() + 1);
    let mut row = Row::FIRST;
    rows.push(row);
    for places in words {
        row = row.next(places);
        rows.push(row);
    }
    rows
}

impl BitRows {
    /// The rows of `hypothesis` against `reference`, where that has few enough words, at least one.
    pub(super) fn new(hypothesis: &[u32], reference: &[u32]) -> Option<BitRows> {
        if !(1..=ROOM).contains(&reference.len()) {
            return None;
        }
        let largest = hypothesis.iter().chain(reference).max().map_or(0, |&largest| largest as usize);
        let mut places = vec![0; largest + 1];
        reference.iter().enumerate().for_each(|(place, &word)| places[word as usize] |= 1 << place);
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

    /// Levenshtein's distance if the words of the hypothesis within `changed` were `words`, other words of the
    /// hypothesis.
    pub(super) fn distance_with(&self, changed: &Range<usize>, words: impl Iterator<Item = u32>) -> u32 {
        let mut come =
            words.fold(self.forward[changed.start], |row, word| row.next(self.places[word as usize]));
        let mut go = self.backward[changed.end];
        let [hypothesis, reference] = self.lengths;
        // Before the first word of the reference: all of the hypothesis's so far are deleted.
        let mut cost = hypothesis + go.rising.count_ones() as usize - go.falling.count_ones() as usize;
        let mut least = cost;
        for _ in 0..reference {
            let bit = |bits: Bits| (bits & 1) as usize;
            cost = cost + bit(come.rising) + bit(go.falling) - bit(come.falling) - bit(go.rising);
            least = least.min(cost);
            for bits in [&mut come.rising, &mut come.falling, &mut go.rising, &mut go.falling] {
                *bits >>= 1;
            }
        }
        least as u32
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit_distance::EditMatrix;
    use super::*;

    #[test]
    fn a_trial_has_the_distance_of_the_whole_matrix() {
        for length in [1, 2, 17, 40] {
            let reference: Vec<u32> = (0..length).map(|word| 1 + word % 7).collect();
            let before: Vec<u32> = (0..20).map(|word| 1 + word * word % 11).collect();
            let rows = BitRows::new(&before, &reference).expect("few words");
            for (changed, step) in [(0..20, 7), (4..6, 1), (3..17, 11), (5..20, 2)] {
                let mut after = before.clone();
                after[changed.clone()].rotate_left(step);
                let trial = rows.distance_with(&changed, after[changed.clone()].iter().copied());
                assert_eq!(trial, EditMatrix::new(&after, &reference).distance());
            }
        }
    }

    #[test]
    fn references_of_up_to_128_words_have_rows() {
        let words: Vec<u32> = (1..=129).collect();
        assert!(BitRows::new(&words, &words).is_none() && BitRows::new(&words, &[]).is_none());
        let rows = BitRows::new(&words, &words[..128]).expect("few words");
        assert_eq!(rows.distance_with(&(0..129), words.iter().copied()), 1);
        assert_eq!(rows.distance_with(&(0..2), [2, 1].into_iter()), 3);
    }
}
