//! The edit distance of many trials against one reference of up to 64 words, a whole row of the matrix at a time.
//!
//! Myers 1999, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", in the
//! form of Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances".

use std::ops::Range;

/// Words of a reference that a row has bits for.
const BITS: usize = 64;

/// The rows of a hypothesis's edit matrix, in both directions.
#[derive(Debug)]
pub(super) struct BitRows {
    /// Words of the hypothesis and of the reference.
    lengths: [usize; 2],
    /// By word: where it stands in the reference.
    places: Vec<u64>,
    /// What it costs to come from the start to the cells of each row.
    forward: Vec<Row>,
    /// What it costs to go on from there to the end; of these a bit stands for the same word.
    backward: Vec<Row>,
}

/// The costs of a row's cells: by how much each differs from the one before.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// More by one.
    rising: u64,
    /// Less by one.
    falling: u64,
}

impl Row {
    /// Of no word of the hypothesis.
    const FIRST: Row = Row { rising: u64::MAX, falling: 0 };

    /// The next row, behind a word that stands at these places of the reference.
    fn next(self, places: u64) -> Row {
        let Row { rising, falling } = self;
        let kept = ((places & rising).wrapping_add(rising) ^ rising) | places;
        let dearer = (falling | !(kept | rising)) << 1 | 1;
        let cheaper = (rising & kept) << 1;
        let unchanged = places | falling;
        Row { rising: cheaper | !(unchanged | dearer), falling: dearer & unchanged }
    }

    /// The same from the other end.
    fn reversed(self, length: usize) -> Row {
        let reversed = |bits: u64| bits.reverse_bits() >> (BITS - length);
        Row { rising: reversed(self.rising), falling: reversed(self.falling) }
    }
}

impl BitRows {
    /// The rows of `hypothesis` against `reference`, where that has few enough words, at least one.
    pub(super) fn new(hypothesis: &[u32], reference: &[u32]) -> Option<BitRows> {
        if !(1..=BITS).contains(&reference.len()) {
            return None;
        }
        let largest = hypothesis.iter().chain(reference).max().map_or(0, |&largest| largest as usize);
        let mut places = vec![0_u64; largest + 1];
        reference.iter().enumerate().for_each(|(place, &word)| places[word as usize] |= 1 << place);
        let length = reference.len();
        let rows = |row: &mut Row, places: u64| {
            *row = row.next(places);
            Some(*row)
        };
        let words = hypothesis.iter().map(|&word| places[word as usize]);
        let from_end = words.clone().rev().map(|places| places.reverse_bits() >> (BITS - length));
        let forward = std::iter::once(Row::FIRST).chain(words.scan(Row::FIRST, rows)).collect();
        let backward = std::iter::once(Row::FIRST).chain(from_end.scan(Row::FIRST, rows));
        let mut backward: Vec<Row> = backward.map(|row| row.reversed(length)).collect();
        backward.reverse();
        Some(BitRows { lengths: [hypothesis.len(), length], places, forward, backward })
    }

    /// Levenshtein's distance if the words of the hypothesis within `changed` were `words`, other words of the
    /// hypothesis.
    pub(super) fn distance_with(&self, changed: &Range<usize>, words: impl Iterator<Item = u32>) -> u32 {
        let come = words.fold(self.forward[changed.start], |row, word| row.next(self.places[word as usize]));
        let go = self.backward[changed.end];
        let [hypothesis, reference] = self.lengths;
        // Before the first word of the reference: all of the hypothesis's so far are deleted.
        let mut cost = hypothesis + go.rising.count_ones() as usize - go.falling.count_ones() as usize;
        let mut least = cost;
        for place in 0..reference {
            let bit = |bits: u64| (bits >> place & 1) as usize;
            cost = cost + bit(come.rising) + bit(go.falling) - bit(come.falling) - bit(go.rising);
            least = least.min(cost);
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
        for length in [1, 2, 17, 24] {
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
    fn references_of_up_to_64_words_have_rows() {
        let words: Vec<u32> = (1..=65).collect();
        assert!(BitRows::new(&words, &words).is_none() && BitRows::new(&words, &[]).is_none());
        let rows = BitRows::new(&words, &words[..64]).expect("few words");
        assert_eq!(rows.distance_with(&(0..65), words.iter().copied()), 1);
        assert_eq!(rows.distance_with(&(0..2), [2, 1].into_iter()), 3);
    }
}
