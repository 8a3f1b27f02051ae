//! Which cells the best path can run through at all. A coarse search with only the usual kinds of bead runs over the
//! band from both ends; where the best path through a cell, forward and backward taken together, falls far short of
//! the best path of all, the full search need not look.
//!
//! Worth is counted from that of leaving all sentences alone: a gap then costs nothing to go on with, and a row of
//! the search is a running maximum. Gaps cost nothing to open either, which only keeps more cells.

use std::ops::Range;

use super::band::Band;
use super::costs::{prior, rough_cost};
use super::features::Products;
use super::search::Problem;

/// Cells whose best path falls short by more than this are left out.
const SLACK: f64 = 12.0;

/// Below this many cells in all, looking at every one costs no more than choosing.
const FEW: usize = 300;

/// Cells whose coarse worth is kept at a time, 16 bytes each. Bigger bands are searched forward twice: once for the
/// rows where blocks begin, once block by block.
const BLOCK: usize = 1 << 17;

/// Kinds of bead of the coarse search.
const COARSE: [(usize, usize); 3] = [(1, 1), (1, 2), (2, 1)];

/// Worth of the coarse kinds of bead that end in one row.
type Worths = [Row; COARSE.len()];

/// The part of the problem's band that the full search has to look at.
pub fn narrowed(problem: &Problem) -> Band {
    let band = problem.band;
    if band.cells() <= FEW || problem.vectors.iter().any(|v| v.len() == 0) {
        return band.clone();
    }
    let mut coarse = Coarse::new(problem);
    let blocks = blocks(band);
    let mut starts = vec![Vec::new()];
    for block in &blocks[..blocks.len() - 1] {
        let mut rows = starts[starts.len() - 1].clone();
        for i in block.clone() {
            let worths = coarse.worths(i);
            let row = coarse.forward(i, &rows, &worths);
            rows.push(row);
            rows.drain(..rows.len().saturating_sub(2));
        }
        starts.push(rows);
    }
    let mut way_back = WayBack { kept: vec![None; band.len()], below: Vec::new(), best: None };
    for (block, start) in blocks.into_iter().zip(starts).rev() {
        way_back.through(&mut coarse, block, start);
    }
    Band::around(&way_back.kept, problem.vectors[1].len())
}

/// Rows in runs of about [`BLOCK`] cells; at least one run.
fn blocks(band: &Band) -> Vec<Range<usize>> {
    let (mut blocks, mut start, mut cells) = (Vec::new(), 0, 0);
    for i in 0..band.len() {
        let (first, last) = band.columns(i);
        cells += last - first + 1;
        if cells >= BLOCK || i + 1 == band.len() {
            blocks.push(start..i + 1);
            (start, cells) = (i + 1, 0);
        }
    }
    blocks
}

/// From the end to the beginning, block by block.
struct WayBack {
    /// First and last cell of each row that is worth a closer look.
    kept: Vec<Option<(usize, usize)>>,
    /// Worth from the last two rows on to the end, the newest at the end, with the beads that end there.
    below: Vec<(Row, Worths)>,
    /// Worth of the best path of all.
    best: Option<f64>,
}

impl WayBack {
    /// Searches a block forward, keeping all of it, then backward, choosing cells.
    fn through(&mut self, coarse: &mut Coarse, block: Range<usize>, start: Vec<Row>) {
        let mut forward = start;
        let mut worths = Vec::with_capacity(block.len());
        for i in block.clone() {
            let ending_here = coarse.worths(i);
            let row = coarse.forward(i, &forward[forward.len().saturating_sub(2)..], &ending_here);
            forward.push(row);
            worths.push(ending_here);
        }
        let best = *self.best.get_or_insert_with(|| forward.last().map_or(0.0, Row::most));
        for ((i, worths), forward) in block.zip(worths).rev().zip(forward.into_iter().rev()) {
            let backward = coarse.backward(i, &self.below);
            self.kept[i] = forward.reaching(&backward, best - SLACK);
            self.below.push((backward, worths));
            self.below.drain(..self.below.len().saturating_sub(2));
        }
    }
}

/// A value for each column of a part of a row, counted from `base`: paths through long documents are worth more
/// than single precision can tell apart.
#[derive(Clone)]
struct Row {
    first: usize,
    base: f64,
    values: Vec<f32>,
}

impl Row {
    fn end(&self) -> usize {
        self.first + self.values.len()
    }

    /// The greatest value of a row that only rises or only falls.
    fn most(&self) -> f64 {
        let ends = self.values.first().zip(self.values.last());
        ends.map_or(0.0, |(&first, &last)| self.base + f64::from(greater(first, last)))
    }

    /// `self[j - back]` becomes `from[j - back_from] + worth[j]` where that is more.
    fn relax(&mut self, back: usize, from: &Row, back_from: usize, worth: &Row) {
        let start = (self.first + back).max(from.first + back_from).max(worth.first);
        let end = (self.end() + back).min(from.end() + back_from).min(worth.end());
        if start >= end {
            return;
        }
        let shift = (from.base - self.base) as f32;
        let to = &mut self.values[start - back - self.first..end - back - self.first];
        let from = &from.values[start - back_from - from.first..end - back_from - from.first];
        let worth = &worth.values[start - worth.first..end - worth.first];
        for ((to, from), worth) in to.iter_mut().zip(from).zip(worth) {
            *to = greater(*to, from + (worth + shift));
        }
    }

    /// The same for a sentence of the original that is left alone.
    fn relax_gap(&mut self, from: &Row) {
        let (start, end) = (self.first.max(from.first), self.end().min(from.end()));
        let shift = (from.base - self.base) as f32;
        let to = &mut self.values[start - self.first..end - self.first];
        for (to, from) in to.iter_mut().zip(&from.values[start - from.first..end - from.first]) {
            *to = greater(*to, from + shift);
        }
    }

    /// The values of these columns.
    fn part(&self, start: usize, end: usize) -> Row {
        let end = end.min(self.end());
        let values = if start < end { &self.values[start - self.first..end - self.first] } else { &[] };
        Row { first: start, base: 0.0, values: values.to_vec() }
    }

    /// Adds `other[j - back]`; columns that `other` does not reach to go.
    fn add(&mut self, other: &Row, back: usize) {
        self.values.truncate((other.end() + back).saturating_sub(self.first));
        let others = &other.values[(self.first - back).saturating_sub(other.first)..];
        for (value, other) in self.values.iter_mut().zip(others) {
            *value += other;
        }
    }

    /// First and last column where both rows together come up to `enough`; they cover the same columns.
    fn reaching(&self, other: &Row, enough: f64) -> Option<(usize, usize)> {
        let enough = (enough - self.base - other.base) as f32;
        let mut sums = self.values.iter().zip(&other.values).map(|(a, b)| a + b);
        let first = sums.clone().position(|sum| sum >= enough)?;
        let last = sums.rposition(|sum| sum >= enough)?;
        Some((self.first + first, self.first + last))
    }
}

/// `f32::max` without its care for what is no number, which keeps loops from running over many columns at once.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

struct Coarse<'p> {
    problem: &'p Problem<'p>,
    products: Products<'p>,
    spans: [Spans; 2],
    /// The row whose dot products were asked for last, and these.
    before: Option<(usize, Row)>,
    scratch: Vec<f64>,
}

impl<'p> Coarse<'p> {
    fn new(problem: &'p Problem<'p>) -> Self {
        let spans = [1, 2].map(|b| Spans::new(problem, b));
        Coarse { problem, products: Products::new(problem.vectors), spans, before: None, scratch: Vec::new() }
    }

    /// Worth of the best paths from the beginning to the cells of row `i`.
    fn forward(&self, i: usize, above: &[Row], worths: &Worths) -> Row {
        let mut row = self.empty_row(i, above.last());
        if let Some(newest) = above.last() {
            row.relax_gap(newest);
        }
        for (&(a, b), worth) in COARSE.iter().zip(worths) {
            if let Some(from) = above.len().checked_sub(a).map(|k| &above[k]) {
                row.relax(0, from, b, worth);
            }
        }
        let mut most = f32::NEG_INFINITY;
        for value in &mut row.values {
            most = greater(*value, most);
            *value = most;
        }
        row
    }

    /// Worth of the best paths from the cells of row `i` to the end.
    fn backward(&self, i: usize, below: &[(Row, Worths)]) -> Row {
        let mut row = self.empty_row(i, below.last().map(|(newest, _)| newest));
        if let Some((newest, _)) = below.last() {
            row.relax_gap(newest);
        }
        for (kind, &(a, b)) in COARSE.iter().enumerate() {
            if let Some((from, worths)) = below.len().checked_sub(a).map(|k| &below[k]) {
                row.relax(b, from, 0, &worths[kind]);
            }
        }
        let mut most = f32::NEG_INFINITY;
        for value in row.values.iter_mut().rev() {
            most = greater(*value, most);
            *value = most;
        }
        row
    }

    /// A row without a path yet; the outermost one holds where all paths begin.
    fn empty_row(&self, i: usize, neighbour: Option<&Row>) -> Row {
        let (first, last) = self.problem.band.columns(i);
        let worth = if neighbour.is_some() { f32::NEG_INFINITY } else { 0.0 };
        Row { first, base: neighbour.map_or(0.0, Row::most), values: vec![worth; last - first + 1] }
    }

    /// Worth of the beads that end in row `i`, by the column where they end.
    fn worths(&mut self, i: usize) -> Worths {
        if i == 0 {
            return COARSE.map(|_| Row { first: 0, base: 0.0, values: Vec::new() });
        }
        let (first, last) = self.problem.band.columns(i);
        let known = self.before.take().filter(|&(row, _)| row + 1 == i).map(|(_, dots)| dots);
        let above = known.or_else(|| (i > 1).then(|| self.dots(i - 1)));
        let own = self.dots(i);
        let worths = COARSE.map(|(a, b)| {
            let mut row = own.part(first.max(b), last + 1);
            if b == 2 {
                row.add(&own, 1);
            }
            match &above {
                Some(above) if a == 2 => row.add(above, 0),
                None if a == 2 => row.values.clear(),
                _ => {}
            }
            if !row.values.is_empty() {
                self.weigh((i, a), b, &mut row);
            }
            row
        });
        self.before = Some((i, own));
        worths
    }

    /// Dot products of the sentence before row `i` with those before each column, one column more on both sides
    /// than the row has.
    fn dots(&mut self, i: usize) -> Row {
        let (first, last) = self.problem.band.columns(i);
        let sentences = first.saturating_sub(2)..(last + 1).min(self.problem.vectors[1].len());
        self.products.fill(i - 1, sentences.clone(), &mut self.scratch);
        let values = self.scratch.iter().map(|&d| d as f32).collect();
        Row { first: sentences.start + 1, base: 0.0, values }
    }

    /// From the dot products of a kind of bead to its worth.
    fn weigh(&self, (i, a): (usize, usize), b: usize, row: &mut Row) {
        let Problem { vectors: [ours, _], lengths, weights, .. } = self.problem;
        let layout = if a > 1 { lengths.paragraph_cost((i, a), (1, 1)) } else { 0.0 };
        let usual = (prior(a, b) - layout - (a + b) as f64 * weights.gap_extend) as f32;
        let inverse = inverse(ours.norm(i, a)) as f32;
        let content = (ours.featured(i - a..i) as f64 / 2.0 * weights.content) as f32;
        let expected = lengths.expected(i - a, i) as f32;
        let (neutral, length) = (weights.neutral as f32, weights.length as f32);
        let columns = row.first..row.end();
        let spans = &self.spans[b - 1];
        let contents = spans.inverse[columns.clone()].iter().zip(&spans.content[columns.clone()]);
        let forms = spans.characters[columns.clone()].iter().zip(&spans.layout[columns]);
        for (value, ((their_inverse, their_content), (characters, layout))) in
            row.values.iter_mut().zip(contents.zip(forms))
        {
            let cosine = *value * (inverse * their_inverse);
            let cost = length * rough_cost(expected, *characters) + layout;
            *value = usual + (content + their_content) * (cosine - neutral) - cost;
        }
    }
}

/// What spans of one or two sentences of the translation bring into the worth of a bead, by the column they end at.
struct Spans {
    /// 1 / length of the vector; 0 where that is 0.
    inverse: Vec<f32>,
    /// Half the number of sentences with a feature, times the weight of content.
    content: Vec<f32>,
    characters: Vec<f32>,
    /// Cost of a paragraph's end inside.
    layout: Vec<f32>,
}

impl Spans {
    fn new(problem: &Problem, b: usize) -> Spans {
        let Problem { vectors: [_, theirs], lengths, weights, .. } = problem;
        let each = |of: &dyn Fn(usize) -> f64| -> Vec<f32> {
            (0..=theirs.len()).map(|j| if j < b { 0.0 } else { of(j) as f32 }).collect()
        };
        Spans {
            inverse: each(&|j| inverse(theirs.norm(j, b))),
            content: each(&|j| theirs.featured(j - b..j) as f64 / 2.0 * weights.content),
            characters: each(&|j| lengths.of(1, j - b, j)),
            layout: each(&|j| if b > 1 { lengths.paragraph_cost((1, 1), (j, b)) } else { 0.0 }),
        }
    }
}

fn inverse(norm: f64) -> f64 {
    if norm > 0.0 { 1.0 / norm } else { 0.0 }
}
