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
const SLACK: f64 = 20.0;

/// Below this many cells in all, looking at every one costs no more than choosing.
const FEW: usize = 300;

/// Cells whose worth is kept at a time, 4 bytes each. Bigger bands are searched forward twice: once for the rows where
/// blocks begin, once block by block.
const BLOCK: usize = 1 << 18;

/// Kinds of bead of the coarse search.
const COARSE: [(usize, usize); 3] = [(1, 1), (1, 2), (2, 1)];

/// Most sentences of one side of these.
const SPAN: usize = 2;

/// The part of the problem's band that the full search has to look at.
pub fn narrowed<'p>(problem: &Problem<'p>, products: &mut Products<'p>) -> Band {
    let band = problem.band;
    if band.cells() <= FEW || problem.vectors.iter().any(|v| v.len() == 0) {
        return band.clone();
    }
    let mut coarse = Coarse::new(problem, products);
    let blocks = blocks(band);
    let mut starts = vec![Rows::default()];
    for block in &blocks[..blocks.len() - 1] {
        coarse.forward(block.clone(), &starts[starts.len() - 1]);
        starts.push(coarse.forward.tail());
    }
    for (block, start) in blocks.into_iter().zip(starts).rev() {
        coarse.forward(block.clone(), &start);
        coarse.backward(block);
    }
    Band::around(&coarse.kept, problem.vectors[1].len())
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

struct Coarse<'c, 'p> {
    problem: &'c Problem<'p>,
    spans: [Spans; SPAN],
    cosines: Cosines,
    /// Worth of the best paths from the beginning to the cells of this block and of the [`SPAN`] rows before it.
    forward: Rows,
    /// Worth of the best paths from the cells of the last rows to the end, the nearest first.
    below: [Line; SPAN],
    /// First and last cell of each row that is worth a closer look.
    kept: Vec<Option<(usize, usize)>>,
    /// Worth of the best path of all, once the end has been reached.
    best: Option<f64>,
}

impl<'c, 'p> Coarse<'c, 'p> {
    fn new(problem: &'c Problem<'p>, products: &mut Products<'p>) -> Self {
        Coarse {
            problem,
            spans: [1, 2].map(|b| Spans::new(problem, b)),
            cosines: Cosines::new(problem, products),
            forward: Rows::default(),
            below: <[Line; SPAN]>::default(),
            kept: vec![None; problem.band.len()],
            best: None,
        }
    }

    /// Searches a block, from the rows before it.
    fn forward(&mut self, block: Range<usize>, before: &Rows) {
        self.forward.clone_from(before);
        let (mut line, mut worth) = (Line::default(), Line::default());
        for i in block {
            let above = i.checked_sub(1).and_then(|above| self.forward.get(above));
            self.begin(i, above, &mut line);
            for &(a, b) in COARSE.iter().filter(|&&(a, _)| a <= i) {
                if let Some(from) = self.forward.get(i - a) {
                    self.weigh((i, a), b, &mut worth);
                    line.relax(0, from, b, worth.view());
                }
            }
            keep_greatest(line.values.iter_mut());
            self.forward.push(i, line.view());
        }
    }

    /// Searches a block from its end, and chooses the cells where both ways together come near the best path.
    fn backward(&mut self, block: Range<usize>) {
        let most = self.forward.get(block.end - 1).map_or(0.0, View::most);
        let enough = *self.best.get_or_insert(most) - SLACK;
        let (mut line, mut worth) = (Line::default(), Line::default());
        for i in block.rev() {
            let rows_below = self.problem.band.len() - 1 - i;
            self.begin(i, (rows_below > 0).then(|| self.below[0].view()), &mut line);
            for &(a, b) in COARSE.iter().filter(|&&(a, _)| a <= rows_below) {
                self.weigh((i + a, a), b, &mut worth);
                line.relax(b, self.below[a - 1].view(), 0, worth.view());
            }
            keep_greatest(line.values.iter_mut().rev());
            self.kept[i] = self.forward.get(i).and_then(|row| row.reaching(line.view(), enough));
            self.below.rotate_right(1);
            std::mem::swap(&mut self.below[0], &mut line);
        }
    }

    /// A row of which only that is known that gaps from the row beside it lead to it. All paths may begin anywhere
    /// in the outermost row: gaps cost nothing.
    fn begin(&self, i: usize, beside: Option<View>, line: &mut Line) {
        let (first, last) = self.problem.band.columns(i);
        let worth = if beside.is_some() { f32::NEG_INFINITY } else { 0.0 };
        line.reset(first, beside.map_or(0.0, View::most), last - first + 1, worth);
        if let Some(beside) = beside {
            line.relax_gap(beside);
        }
    }

    /// Worth of the beads of one kind that end in row `i`, by the column where they end.
    fn weigh(&self, (i, a): (usize, usize), b: usize, out: &mut Line) {
        let (first, last) = self.problem.band.columns(i);
        let start = first.max(b);
        out.reset(start, 0.0, (last + 1).saturating_sub(start), 0.0);
        self.add_products(i, 0, out);
        if b == 2 {
            self.add_products(i, 1, out);
        }
        if a == 2 {
            self.add_products(i - 1, 0, out);
        }
        if !out.values.is_empty() {
            self.price((i, a), b, out);
        }
    }

    /// Adds the dot product of the sentences before row `i` and before column `j - back` to each column `j`; columns
    /// of which that is not known go.
    fn add_products(&self, i: usize, back: usize, out: &mut Line) {
        let (first, cosines) = self.cosines.row(i);
        let cosines = &cosines[(out.first - back - first).min(cosines.len())..];
        out.values.truncate(cosines.len());
        let unit = self.problem.vectors[0].norm(i, 1) as f32 / f32::from(u8::MAX);
        let norms = &self.spans[0].norm[out.first - back..];
        for ((value, &cosine), norm) in out.values.iter_mut().zip(cosines).zip(norms) {
            *value += f32::from(cosine) * (unit * norm);
        }
    }

    /// From the dot products of a kind of bead to its worth.
    fn price(&self, (i, a): (usize, usize), b: usize, out: &mut Line) {
        let Problem { vectors: [ours, _], lengths, weights, .. } = self.problem;
        let layout = if a > 1 { lengths.paragraph_cost((i, a), (1, 1)) } else { 0.0 };
        let usual = (prior(a, b) - layout - (a + b) as f64 * weights.gap_extend) as f32;
        let inverse = inverse(ours.norm(i, a)) as f32;
        let content = (ours.featured(i - a..i) as f64 / 2.0 * weights.content) as f32;
        let expected = lengths.expected(i - a, i) as f32;
        let (neutral, length) = (weights.neutral as f32, weights.length as f32);
        let columns = out.first..out.first + out.values.len();
        let spans = &self.spans[b - 1];
        let contents = spans.inverse[columns.clone()].iter().zip(&spans.content[columns.clone()]);
        let forms = spans.characters[columns.clone()].iter().zip(&spans.layout[columns]);
        for (value, ((their_inverse, their_content), (characters, layout))) in
            out.values.iter_mut().zip(contents.zip(forms))
        {
            let cosine = *value * (inverse * their_inverse);
            let cost = length * rough_cost(expected, *characters) + layout;
            *value = usual + (content + their_content) * (cosine - neutral) - cost;
        }
    }
}

/// Cosines of the sentence before each row with those before each of its columns, one column more on both sides than
/// the row has. In 255 steps: the whole band at a byte a cell.
struct Cosines {
    /// First column and where the cosines begin, of each row.
    heads: Vec<(usize, usize)>,
    values: Vec<u8>,
}

impl Cosines {
    fn new<'p>(problem: &Problem<'p>, products: &mut Products<'p>) -> Cosines {
        let Problem { vectors: [ours, theirs], band, .. } = problem;
        let inverses: Vec<f64> = (0..theirs.len()).map(|j| inverse(theirs.norm(j + 1, 1))).collect();
        let mut values = Vec::with_capacity(band.cells() + 2 * band.len());
        let mut heads = vec![(0, 0)];
        let mut row = Vec::new();
        for i in 1..band.len() {
            let (first, last) = band.columns(i);
            let sentences = first.saturating_sub(2)..(last + 1).min(theirs.len());
            products.fill(i - 1, sentences.clone(), &mut row);
            heads.push((sentences.start + 1, values.len()));
            let scale = inverse(ours.norm(i, 1)) * f64::from(u8::MAX);
            values.extend(row.iter().zip(&inverses[sentences]).map(|(p, inverse)| (p * scale * inverse) as u8));
        }
        Cosines { heads, values }
    }

    fn row(&self, i: usize) -> (usize, &[u8]) {
        let (first, start) = self.heads[i];
        let end = self.heads.get(i + 1).map_or(self.values.len(), |next| next.1);
        (first, &self.values[start..end])
    }
}

/// What spans of one or two sentences of the translation bring into the worth of a bead, by the column they end at.
struct Spans {
    /// Length of the vector, and 1 / length; 0 where that is 0.
    norm: Vec<f32>,
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
            norm: each(&|j| theirs.norm(j, b)),
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

/// A value for each column of a part of a row, counted from `base`: paths through long documents are worth more
/// than single precision can tell apart.
#[derive(Clone, Copy)]
struct View<'v> {
    first: usize,
    base: f64,
    values: &'v [f32],
}

impl<'v> View<'v> {
    fn end(self) -> usize {
        self.first + self.values.len()
    }

    /// The values of those of these columns that there are.
    fn part(self, start: usize, end: usize) -> &'v [f32] {
        let end = end.min(self.end());
        if start < end { &self.values[start - self.first..end - self.first] } else { &[] }
    }

    /// The greatest value of a row that only rises or only falls.
    fn most(self) -> f64 {
        let ends = self.values.first().zip(self.values.last());
        ends.map_or(0.0, |(&first, &last)| self.base + f64::from(greater(first, last)))
    }

    /// First and last column where both rows together come up to `enough`; they cover the same columns.
    fn reaching(self, other: View, enough: f64) -> Option<(usize, usize)> {
        let enough = (enough - self.base - other.base) as f32;
        let mut sums = self.values.iter().zip(other.values).map(|(a, b)| a + b);
        let first = sums.clone().position(|sum| sum >= enough)?;
        let last = sums.rposition(|sum| sum >= enough)?;
        Some((self.first + first, self.first + last))
    }
}

/// A [`View`] to write to.
#[derive(Default)]
struct Line {
    first: usize,
    base: f64,
    values: Vec<f32>,
}

impl Line {
    fn view(&self) -> View<'_> {
        View { first: self.first, base: self.base, values: &self.values }
    }

    fn reset(&mut self, first: usize, base: f64, columns: usize, value: f32) {
        (self.first, self.base) = (first, base);
        self.values.clear();
        self.values.resize(columns, value);
    }

    /// `self[j - back]` becomes `from[j - back_from] + worth[j]` where that is more.
    fn relax(&mut self, back: usize, from: View, back_from: usize, worth: View) {
        let start = (self.first + back).max(from.first + back_from).max(worth.first);
        let end = (self.view().end() + back).min(from.end() + back_from).min(worth.end());
        if start >= end {
            return;
        }
        let shift = (from.base - self.base) as f32;
        let to = &mut self.values[start - back - self.first..end - back - self.first];
        let from = from.part(start - back_from, end - back_from);
        for ((to, from), worth) in to.iter_mut().zip(from).zip(worth.part(start, end)) {
            *to = greater(*to, from + (worth + shift));
        }
    }

    /// The same for a sentence of the original that is left alone.
    fn relax_gap(&mut self, from: View) {
        let start = self.first.max(from.first);
        let shift = (from.base - self.base) as f32;
        let to = self.values[start - self.first..].iter_mut();
        for (to, from) in to.zip(from.part(start, from.end())) {
            *to = greater(*to, from + shift);
        }
    }
}

/// Rows one below the other, numbered; the values of all in one piece.
#[derive(Default)]
struct Rows {
    /// Number of the first row.
    from: usize,
    /// First column, base and where the values begin, of each row.
    heads: Vec<(usize, f64, usize)>,
    values: Vec<f32>,
}

impl Rows {
    /// Begins row `i`, the next one, whose values are to follow.
    fn begin(&mut self, i: usize, first: usize, base: f64) {
        if self.heads.is_empty() {
            self.from = i;
        }
        self.heads.push((first, base, self.values.len()));
    }

    fn push(&mut self, i: usize, row: View) {
        self.begin(i, row.first, row.base);
        self.values.extend_from_slice(row.values);
    }

    fn get(&self, i: usize) -> Option<View<'_>> {
        let k = i.checked_sub(self.from)?;
        let &(first, base, start) = self.heads.get(k)?;
        let end = self.heads.get(k + 1).map_or(self.values.len(), |next| next.2);
        Some(View { first, base, values: &self.values[start..end] })
    }

    /// Becomes a copy of other rows.
    fn clone_from(&mut self, other: &Rows) {
        self.from = other.from;
        self.heads.clone_from(&other.heads);
        self.values.clone_from(&other.values);
    }

    /// The last [`SPAN`] rows.
    fn tail(&self) -> Rows {
        let mut tail = Rows::default();
        let end = self.from + self.heads.len();
        for i in end.saturating_sub(SPAN).max(self.from)..end {
            if let Some(row) = self.get(i) {
                tail.push(i, row);
            }
        }
        tail
    }
}

/// Each value becomes the greatest up to it: from cell to cell of a row a gap leads on.
fn keep_greatest<'v>(values: impl Iterator<Item = &'v mut f32>) {
    let mut most = f32::NEG_INFINITY;
    for value in values {
        most = greater(*value, most);
        *value = most;
    }
}

/// `f32::max` without its care for what is no number, which keeps loops from running over many columns at once.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
