//! The best path through the band: Needleman and Wunsch with beads of up to five sentences and affine gaps.

use super::band::Band;
use super::costs::{KINDS, Lengths, Weights, prior};
use super::features::{MAX_SPAN, Vectors};
use super::products::{Products, Sides};
use super::prune::narrowed;

/// A step of the path: sentences of the original and of the translation, one of them possibly 0.
pub type Step = (usize, usize);

/// Everything the search weighs.
pub struct Problem<'p> {
    /// Vectors of original and translation.
    pub sides: &'p Sides,
    /// Their lengths.
    pub lengths: &'p Lengths,
    /// Weights of the parts.
    pub weights: Weights,
    /// Cells to look at.
    pub band: &'p Band,
}

/// The path of the highest worth from the first to the last sentence of both sides.
///
/// A coarse search of the whole band, at a byte a cell, leaves the cells worth looking at; the full one takes a byte for
/// each of those, and dot products of the last rows.
pub fn best_path(problem: &Problem) -> Vec<Step> {
    let mut products = problem.sides.products();
    let band = narrowed(problem, &mut products);
    Search::new(&Problem { band: &band, ..*problem }, products).path()
}

/// How the best path comes to a cell, in one byte: bits 0-3 the bead's kind, 4-5 the state that is best,
/// 6 and 7 whether the gap in the translation and in the original go on.
#[derive(Clone, Copy, Default)]
struct Back(u8);

#[derive(Clone, Copy, PartialEq)]
enum State {
    Bead,
    Omission,
    Addition,
}

impl Back {
    fn kind(self) -> (usize, usize) {
        KINDS[usize::from(self.0 & 15).min(KINDS.len() - 1)]
    }

    fn best(self) -> State {
        match self.0 >> 4 & 3 {
            0 => State::Bead,
            1 => State::Omission,
            _ => State::Addition,
        }
    }

    fn goes_on(self, state: State) -> bool {
        self.0 >> if state == State::Omission { 6 } else { 7 } & 1 == 1
    }
}

/// Worth of the best path to each cell of one row, by its last step.
#[derive(Default)]
struct Row {
    first: usize,
    best: Vec<f64>,
    omission: Vec<f64>,
}

impl Row {
    fn get(values: &[f64], first: usize, j: usize) -> f64 {
        j.checked_sub(first).and_then(|k| values.get(k)).copied().unwrap_or(f64::NEG_INFINITY)
    }
}

/// Dot products of one sentence of the original, or of a span of them, with the sentences of the translation in its
/// part of the band.
#[derive(Default)]
struct Dots {
    first: usize,
    values: Vec<f64>,
}

impl Dots {
    /// Sum over the sentences before `j`, `span` of them.
    #[inline]
    fn sum(&self, j: usize, span: usize) -> f64 {
        let end = (j - self.first).min(self.values.len());
        let start = (j - self.first).saturating_sub(span).min(end);
        self.values[start..end].iter().fold(0.0, |sum, value| sum + value)
    }

    /// Becomes a copy of another one.
    fn set(&mut self, other: &Dots) {
        self.first = other.first;
        self.values.clone_from(&other.values);
    }

    /// Becomes the sum of two others where `long` has columns.
    fn set_sum(&mut self, long: &Dots, other: &Dots) {
        self.set(long);
        let (start, end) = (self.first.max(other.first), other.first + other.values.len());
        let theirs = other.values.iter().skip(start - other.first);
        for (value, other) in self.values.iter_mut().skip(start.min(end) - self.first).zip(theirs) {
            *value += other;
        }
    }
}

/// The full search.
pub struct Search<'p> {
    problem: &'p Problem<'p>,
    products: Products<'p>,
    priors: [f64; KINDS.len()],
    /// Last rows, the newest at the end; one more than the longest span.
    rows: Vec<Row>,
    /// Dot products of the last sentences of the original, the newest at the end.
    dots: Vec<Dots>,
    /// Dot products of the spans that end with the newest sentence, by length.
    spans: [Dots; MAX_SPAN],
    /// The best bead that ends in each cell of the newest row.
    beads: Vec<(f64, u8)>,
    /// One for each cell, row by row, and where the rows begin.
    backs: Vec<Back>,
    starts: Vec<usize>,
}

impl<'p> Search<'p> {
    /// Nothing searched yet.
    pub fn new(problem: &'p Problem<'p>, products: Products<'p>) -> Self {
        Search {
            problem,
            products,
            priors: KINDS.map(|(a, b)| prior(a, b)),
            rows: Vec::with_capacity(MAX_SPAN + 1),
            dots: Vec::with_capacity(MAX_SPAN),
            spans: Default::default(),
            beads: Vec::new(),
            backs: Vec::with_capacity(problem.band.cells()),
            starts: Vec::with_capacity(problem.band.len()),
        }
    }

    /// Searches the band.
    pub fn path(mut self) -> Vec<Step> {
        for i in 0..self.problem.band.len() {
            self.fill_row(i);
        }
        self.trace_back()
    }

    fn fill_row(&mut self, i: usize) {
        if i > 0 {
            self.push_dots(i - 1);
        }
        self.find_beads(i);
        let (first, _) = self.problem.band.columns(i);
        let mut row = if self.rows.len() > MAX_SPAN { self.rows.remove(0) } else { Row::default() };
        row.first = first;
        row.best.clear();
        row.omission.clear();
        self.starts.push(self.backs.len());
        let (mut left, mut addition) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (j, &(bead, kind)) in (first..).zip(&self.beads) {
            let (omission, omission_goes_on) = self.omission(j);
            let addition_goes_on;
            (addition, addition_goes_on) = self.gap(left, addition);
            let (state, best) = if i == 0 && j == 0 {
                (0, 0.0)
            } else if bead >= omission && bead >= addition {
                (0, bead)
            } else if omission >= addition {
                (1, omission)
            } else {
                (2, addition)
            };
            row.best.push(best);
            row.omission.push(omission);
            left = best;
            let gaps = u8::from(omission_goes_on) << 6 | u8::from(addition_goes_on) << 7;
            self.backs.push(Back(kind | state << 4 | gaps));
        }
        self.rows.push(row);
    }

    /// Dot products of sentence `p` wherever a bead that ends at most [`MAX_SPAN`] rows on may need them.
    fn push_dots(&mut self, p: usize) {
        let band = self.problem.band;
        let first = band.columns(p + 1).0.saturating_sub(MAX_SPAN);
        let end = band.columns((p + MAX_SPAN).min(band.len() - 1)).1;
        let mut dots = if self.dots.len() >= MAX_SPAN { self.dots.remove(0) } else { Dots::default() };
        dots.first = first;
        self.products.fill(p, first..end, &mut dots.values);
        self.dots.push(dots);
        let newest = self.dots.len() - 1;
        for back in 0..=newest {
            let (shorter, longer) = self.spans.split_at_mut(back);
            match shorter.last() {
                Some(span) => longer[0].set_sum(span, &self.dots[newest - back]),
                None => longer[0].set(&self.dots[newest]),
            }
        }
    }

    /// The best bead that ends in each cell of row `i`: of equals the first kind.
    fn find_beads(&mut self, i: usize) {
        let (first, last) = self.problem.band.columns(i);
        let mut beads = std::mem::take(&mut self.beads);
        beads.clear();
        beads.resize(last - first + 1, (f64::NEG_INFINITY, 0));
        for (kind, &(a, b)) in KINDS.iter().enumerate() {
            let Some(above) = self.rows.len().checked_sub(a).map(|k| &self.rows[k]) else { continue };
            let start = first.max(above.first + b);
            let end = (last + 1).min(above.first + above.best.len() + b);
            if start < end {
                let before = &above.best[start - b - above.first..end - b - above.first];
                self.weigh_kind((kind, i), start, before, &mut beads[start - first..end - first]);
            }
        }
        self.beads = beads;
    }

    /// Improves the best beads of a run of cells by one kind: `before` is the worth of the paths to where it begins.
    /// A bound on its worth saves most of the work: the next part, and all later ones, can only cost.
    fn weigh_kind(&self, (kind, i): (usize, usize), start: usize, before: &[f64], beads: &mut [(f64, u8)]) {
        let Problem { sides, lengths, weights, .. } = self.problem;
        let [ours, theirs] = &sides.vectors;
        let (a, b) = KINDS[kind];
        let (norm, featured) = (ours.norm(i, a), ours.featured(i - a..i));
        let ceiling = self.ceiling(a + b);
        for ((j, before), best) in (start..).zip(before).zip(beads) {
            let path = before + self.priors[kind];
            if path + ceiling <= best.0 {
                continue;
            }
            let norms = norm * theirs.norm(j, b);
            let cosine = if norms > 0.0 { self.spans[a - 1].sum(j, b) / norms } else { 0.0 };
            // A sentence without a feature (bilingual: nothing shared) must not be paid for joining one that has.
            let sentences = (featured + theirs.featured(j - b..j)) as f64 / 2.0;
            let content = sentences * weights.content * (cosine - weights.neutral);
            if path + content <= best.0 {
                continue;
            }
            let length = weights.length * lengths.cost((i, a), (j, b));
            let layout = if a + b > 2 { lengths.paragraph_cost((i, a), (j, b)) } else { 0.0 };
            let worth = path + (content - length - layout);
            if worth > best.0 {
                *best = (worth, kind as u8);
            }
        }
    }

    fn omission(&self, j: usize) -> (f64, bool) {
        match self.rows.last() {
            Some(above) => {
                self.gap(Row::get(&above.best, above.first, j), Row::get(&above.omission, above.first, j))
            }
            None => (f64::NEG_INFINITY, false),
        }
    }

    /// A gap is opened after the best path, or goes on.
    fn gap(&self, best: f64, same: f64) -> (f64, bool) {
        let (opened, extended) =
            (best + self.problem.weights.gap_open, same + self.problem.weights.gap_extend);
        if extended > opened { (extended, true) } else { (opened, false) }
    }

    /// Content is worth most at a cosine of 1; the rest only costs.
    fn ceiling(&self, sentences: usize) -> f64 {
        sentences as f64 / 2.0 * self.problem.weights.content * (1.0 - self.problem.weights.neutral)
    }

    fn trace_back(&self) -> Vec<Step> {
        let (mut i, mut j) = self.problem.sides.vectors.each_ref().map(Vectors::len).into();
        let mut steps = Vec::new();
        let mut state = self.back(i, j).best();
        while i > 0 || j > 0 {
            let back = self.back(i, j);
            let step = match state {
                State::Bead => back.kind(),
                State::Omission => (1, 0),
                State::Addition => (0, 1),
            };
            (i, j) = (i - step.0, j - step.1);
            if state == State::Bead || !back.goes_on(state) {
                state = self.back(i, j).best();
            }
            steps.push(step);
        }
        steps.reverse();
        steps
    }

    fn back(&self, i: usize, j: usize) -> Back {
        self.backs[self.starts[i] + j - self.problem.band.columns(i).0]
    }
}
