//! The edit distance of TER: Levenshtein's over words, searched in a beam along the diagonal.
//!
//! The beam and the preference among equal edits are those of sacreBLEU 2.6.0 (which follows Tercom,
//! Snover et al. 2006): they decide which of several cheapest alignments the search for shifts sees.

use std::mem::swap;
use std::ops::Range;

use super::whole;

/// How many cells on either side of the diagonal are looked at.
const BEAM_WIDTH: f64 = 25.0;

/// More than any real cost, with room to add to it.
const UNREACHABLE: u32 = u32::MAX / 4;

/// Equal to no word.
const NO_WORD: u32 = 0;

/// What it costs to turn a hypothesis into a reference: row i stands for the first i words of the hypothesis, column j for the
/// first j of the reference.
pub(super) trait Costs {
    /// What it costs to come to a cell from the start.
    fn cost(&self, row: usize, column: usize) -> u32;

    /// Makes ready for [`distance_with`](Self::distance_with).
    fn prepare_trials(&mut self, _hypothesis: &[u32]) {}

    /// The distance if the words of the hypothesis within `changed`, at least one, were `words`, other words of it.
    fn distance_with(&mut self, changed: &Range<usize>, words: impl Iterator<Item = u32>) -> u32;

    /// The cheapest alignment of the two texts that these are the costs of.
    fn alignment(&self, hypothesis: &[u32], reference: &[u32]) -> Alignment {
        let (mut row, mut column) = (hypothesis.len(), reference.len());
        let mut alignment = Alignment::new(row, column);
        while row > 0 || column > 0 {
            let edit = self.last_edit(hypothesis, reference, row, column);
            if edit != Edit::Delete {
                column -= 1;
                alignment.insertion_points[column] = row;
                alignment.reference_errors[column + 1] = u32::from(edit != Edit::Keep);
            }
            if edit != Edit::Insert {
                row -= 1;
                alignment.hypothesis_errors[row + 1] = u32::from(edit != Edit::Keep);
            }
        }
        accumulate(&mut alignment.hypothesis_errors);
        accumulate(&mut alignment.reference_errors);
        alignment
    }

    /// Among equal edits to keep or substitute comes first, then to delete, then to insert.
    fn last_edit(&self, hypothesis: &[u32], reference: &[u32], row: usize, column: usize) -> Edit {
        if row == 0 {
            return Edit::Insert;
        }
        let cost = self.cost(row, column);
        if column > 0 {
            let kept = hypothesis[row - 1] == reference[column - 1];
            if self.cost(row - 1, column - 1) + u32::from(!kept) == cost {
                return if kept { Edit::Keep } else { Edit::Substitute };
            }
        }
        let deleted = self.cost(row - 1, column) + 1 == cost;
        if deleted { Edit::Delete } else { Edit::Insert }
    }
}

/// Whether the beam leaves Levenshtein's distance between so many words as it is, and that of every other hypothesis of
/// this length that is nearer too.
///
/// A way that comes x columns beside the main diagonal of a matrix whose ends are d columns apart has at least
/// |x| + |d - x| edits that are no substitutions; the middle of the beam lies between 0 and d.
pub(super) fn is_within_beam(distance: u32, [hypothesis, reference]: [usize; 2]) -> bool {
    // One column less for where a window begins and one for a rounded diagonal.
    f64::from(distance) + whole(hypothesis.abs_diff(reference)) < 2.0 * (BEAM_WIDTH - 1.0)
}

/// The edit matrix of one hypothesis against one reference, in both directions.
///
/// `forward` has what it costs to come to a cell from the start, `backward` what it costs to go on
/// from there to the end. With both, the distance of a hypothesis that differs in a few words takes
/// the rows of those words only.
#[derive(Debug)]
pub(super) struct EditMatrix {
    beam: Beam,
    forward: Vec<u32>,
    backward: Vec<u32>,
    /// From the second one to before this one the rows of `backward` are those of an earlier hypothesis.
    stale: usize,
    /// Two rows of a hypothesis on trial.
    trial: [Vec<u32>; 2],
}

/// The last edit on the cheapest way to a cell, seen as one that turns the hypothesis into the
/// reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Keep,
    Substitute,
    Delete,
    Insert,
}

impl EditMatrix {
    /// The matrix of `hypothesis` against `reference`; words are numbers from 1.
    pub(super) fn new(hypothesis: &[u32], reference: &[u32]) -> Self {
        let rows = hypothesis.len();
        let beam = Beam::new(rows, reference);
        let [mut forward, mut backward] = [vec![UNREACHABLE; beam.len()], vec![UNREACHABLE; beam.len()]];
        fill_with_insertions(forward[beam.cells(0)].iter_mut());
        fill_with_insertions(backward[beam.cells(rows)].iter_mut().rev());
        let trial = [const { Vec::new() }; 2];
        let mut matrix = Self { beam, forward, backward, stale: 0, trial };
        matrix.update(hypothesis, 0..rows);
        matrix
    }

    /// Turns this into the matrix of `hypothesis`, which is as long as the one before and differs
    /// from it within `changed` only.
    pub(super) fn update(&mut self, hypothesis: &[u32], changed: Range<usize>) {
        let beam = &self.beam;
        for row in changed.start + 1..=hypothesis.len() {
            let (above, rest) = self.forward.split_at_mut(beam.offsets[row]);
            let above = &above[beam.cells(row - 1)];
            beam.fill(row, hypothesis[row - 1], above, &mut rest[..beam.windows[row].len()]);
        }
        self.stale = self.stale.max(changed.end);
    }
}

impl Costs for EditMatrix {
    fn cost(&self, row: usize, column: usize) -> u32 {
        self.beam.cost(row, column, &self.forward[self.beam.cells(row)])
    }

    fn prepare_trials(&mut self, hypothesis: &[u32]) {
        let beam = &self.beam;
        // Trials end behind the first row, so none needs that row's way to the end.
        for row in (1..std::mem::take(&mut self.stale)).rev() {
            let (here, below) = self.backward.split_at_mut(beam.offsets[row + 1]);
            let below = &below[..beam.windows[row + 1].len()];
            beam.fill_backward(row, hypothesis[row], below, &mut here[beam.cells(row)]);
        }
    }

    fn distance_with(&mut self, changed: &Range<usize>, words: impl Iterator<Item = u32>) -> u32 {
        let [above, here] = &mut self.trial;
        above.clear();
        above.extend_from_slice(&self.forward[self.beam.cells(changed.start)]);
        for (row, word) in (changed.start + 1..).zip(words) {
            here.resize(self.beam.windows[row].len(), UNREACHABLE);
            self.beam.fill(row, word, above, here);
            swap(above, here);
        }
        let rest = &self.backward[self.beam.cells(changed.end)];
        above.iter().zip(rest).map(|(come, go)| come + go).min().unwrap_or_default()
    }
}

/// The cells of a matrix that are looked at, row by row; all others are unreachable.
#[derive(Debug)]
struct Beam {
    /// The word of the reference that leads to each column, and to one more beyond the last. No word
    /// leads to the first and the last of these.
    reference: Vec<u32>,
    /// The columns of each row. Neither end is ever left of that of the row before, but for the
    /// first row, which is whole.
    windows: Vec<Range<usize>>,
    /// Where each row begins among all cells.
    offsets: Vec<usize>,
}

impl Beam {
    /// The last row runs to the end of the reference. Where that is so much longer than the
    /// hypothesis that the windows of two rows would not meet, the beam is widened.
    fn new(rows: usize, reference: &[u32]) -> Self {
        let columns = reference.len() + 1;
        let ratio = if rows == 0 { 1.0 } else { whole(reference.len()) / whole(rows) };
        let widened = if ratio / 2.0 > BEAM_WIDTH { (ratio / 2.0 + BEAM_WIDTH).ceil() } else { BEAM_WIDTH };
        let width = truncate(widened);
        let reference = [&[NO_WORD], reference, &[NO_WORD]].concat();
        let windows = Vec::with_capacity(rows + 1);
        let mut beam = Self { reference, windows, offsets: vec![0] };
        beam.push(0..columns);
        for row in 1..=rows {
            let diagonal = truncate(whole(row) * ratio);
            let end = if row == rows { columns } else { columns.min(diagonal + width) };
            beam.push(diagonal.saturating_sub(width)..end);
        }
        beam
    }

    fn push(&mut self, window: Range<usize>) {
        self.offsets.push(self.len() + window.len());
        self.windows.push(window);
    }

    /// The number of cells.
    fn len(&self) -> usize {
        self.offsets.last().copied().unwrap_or_default()
    }

    fn cells(&self, row: usize) -> Range<usize> {
        self.offsets[row]..self.offsets[row + 1]
    }

    /// The cost at `column` in the costs of `row`.
    fn cost(&self, row: usize, column: usize, costs: &[u32]) -> u32 {
        let first = self.windows[row].start;
        costs.get(column.wrapping_sub(first)).copied().unwrap_or(UNREACHABLE)
    }

    /// Fills `cells` with the costs of `row`, which `word` of the hypothesis leads to from the row `above`.
    fn fill(&self, row: usize, word: u32, above: &[u32], cells: &mut [u32]) {
        let Range { start, end } = self.windows[row];
        let mut step = Step::new(word, self.cost(row - 1, start.wrapping_sub(1), above));
        let known = above.get(start - self.windows[row - 1].start..).unwrap_or_default();
        let (inside, beyond) = cells.split_at_mut(known.len().min(end - start));
        let (words_inside, words_beyond) = self.reference[start..end].split_at(inside.len());
        for ((cell, &other), &up) in inside.iter_mut().zip(words_inside).zip(known) {
            *cell = step.cost(other, up);
        }
        for (cell, &other) in beyond.iter_mut().zip(words_beyond) {
            *cell = step.cost(other, UNREACHABLE);
        }
    }

    /// Fills `cells` with the costs of `row`, which `word` of the hypothesis leads away from to the row `below`.
    fn fill_backward(&self, row: usize, word: u32, below: &[u32], cells: &mut [u32]) {
        let Range { start, end } = self.windows[row];
        let mut step = Step::new(word, self.cost(row + 1, end, below));
        let unknown = self.windows[row + 1].start - start;
        let (beyond, inside) = cells.split_at_mut(unknown.min(end - start));
        let (words_beyond, words_inside) = self.reference[start + 1..=end].split_at(beyond.len());
        for ((cell, &other), &down) in inside.iter_mut().zip(words_inside).zip(below).rev() {
            *cell = step.cost(other, down);
        }
        for (cell, &other) in beyond.iter_mut().zip(words_beyond).rev() {
            *cell = step.cost(other, UNREACHABLE);
        }
    }
}

/// The integer part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "that is what it is for")]
fn truncate(number: f64) -> usize {
    number as usize
}

fn fill_with_insertions<'m>(cells: impl Iterator<Item = &'m mut u32>) {
    for (cost, cell) in (0..).zip(cells) {
        *cell = cost;
    }
}

/// The way along one row, cell by cell.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The word of the hypothesis between the row and its neighbour.
    word: u32,
    /// The cost of the cell that a kept or substituted word leads from.
    diagonal: u32,
    /// The cost of the cell just done.
    latest: u32,
}

impl Step {
    fn new(word: u32, diagonal: u32) -> Self {
        Self { word, diagonal, latest: UNREACHABLE }
    }

    /// The cost of the next cell, given the word of the reference on the way to it and the cost of
    /// the cell in the neighbouring row.
    fn cost(&mut self, other: u32, neighbour: u32) -> u32 {
        let substitution = self.diagonal + u32::from(other != self.word);
        self.diagonal = neighbour;
        self.latest = substitution.min(neighbour + 1).min(self.latest + 1);
        self.latest
    }
}

/// Turns marks into the number of marks up to each place.
fn accumulate(marks: &mut [u32]) {
    let mut sum = 0;
    for mark in marks {
        sum += *mark;
        *mark = sum;
    }
}

/// Which words of hypothesis and reference are edited, and where words of the reference belong.
#[derive(Debug)]
pub(super) struct Alignment {
    /// For each word of the reference, how many words of the hypothesis lie before the place behind
    /// its partner, or, where it has none, behind the word before it.
    pub(super) insertion_points: Vec<usize>,
    /// The number of edited words before each place.
    hypothesis_errors: Vec<u32>,
    reference_errors: Vec<u32>,
}

impl Alignment {
    fn new(hypothesis: usize, reference: usize) -> Self {
        Self {
            insertion_points: vec![0; reference],
            hypothesis_errors: vec![0; hypothesis + 1],
            reference_errors: vec![0; reference + 1],
        }
    }

    /// Whether some word of the hypothesis in `words` is edited; they may run beyond its end.
    pub(super) fn hypothesis_has_error(&self, words: Range<usize>) -> bool {
        has_error(&self.hypothesis_errors, words)
    }

    /// Whether some word of the reference in `words` is edited; they may run beyond its end.
    pub(super) fn reference_has_error(&self, words: Range<usize>) -> bool {
        has_error(&self.reference_errors, words)
    }
}

fn has_error(errors: &[u32], words: Range<usize>) -> bool {
    errors[words.start] < errors[words.end.min(errors.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(hypothesis: &[u32], reference: &[u32]) -> u32 {
        EditMatrix::new(hypothesis, reference).cost(hypothesis.len(), reference.len())
    }

    #[test]
    fn the_distance_is_levenshteins() {
        assert_eq!(distance(&[1, 2, 3], &[1, 2, 3]), 0);
        assert_eq!(distance(&[1, 2, 3], &[1, 3]), 1);
        assert_eq!(distance(&[1, 2, 3, 4], &[4, 1, 9, 3]), 3);
        assert_eq!(distance(&[], &[1, 2]), 2);
    }

    #[test]
    fn much_shorter_hypotheses_are_still_reached() {
        let reference: Vec<u32> = (1..=500).collect();
        assert_eq!(distance(&[400], &reference), 499);
        assert_eq!(distance(&[200, 380], &reference), 498);
    }

    #[test]
    fn a_trial_has_the_distance_of_the_whole_matrix() {
        let reference: Vec<u32> = (0..120).map(|word| 1 + word % 17).collect();
        let before: Vec<u32> = (0..110).map(|word| 1 + word % 13).collect();
        let mut matrix = EditMatrix::new(&before, &reference);
        for (changed, step) in [(0..30, 7), (40..41, 1), (70..110, 11), (50..50, 0)] {
            let mut after = before.clone();
            after[changed.clone()].rotate_left(step);
            matrix.prepare_trials(&before);
            let trial = matrix.distance_with(&changed, after[changed.clone()].iter().copied());
            assert_eq!(trial, distance(&after, &reference));
            let [mut updated, mut new] = [&before, &after].map(|words| EditMatrix::new(words, &reference));
            updated.prepare_trials(&before);
            updated.update(&after, changed);
            updated.prepare_trials(&after);
            new.prepare_trials(&after);
            assert_eq!(updated.forward, new.forward);
            assert_eq!(updated.backward, new.backward);
        }
    }

    #[test]
    fn an_alignment_knows_edited_words_and_where_words_belong() {
        let (hypothesis, reference) = ([1, 5, 2, 3], [1, 2, 3, 4]);
        let alignment = EditMatrix::new(&hypothesis, &reference).alignment(&hypothesis, &reference);
        assert_eq!(alignment.insertion_points, [1, 3, 4, 4]);
        assert!(alignment.hypothesis_has_error(1..2) && !alignment.hypothesis_has_error(2..9));
        assert!(alignment.reference_has_error(3..4) && !alignment.reference_has_error(0..3));
    }
}
