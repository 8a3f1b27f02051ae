//! The best path through the band: Needleman and Wunsch with beads of up to five sentences and affine gaps.

use super::band::Band;
use super::costs::{KINDS, Lengths, Weights, prior};
use super::features::{MAX_SPAN, Postings, Vectors};

/// A step of the path: sentences of the original and of the translation, one of them possibly 0.
pub type Step = (usize, usize);

/// Everything the search weighs.
pub struct Problem<'p> {
    /// Vectors of original and translation.
    pub vectors: [&'p Vectors; 2],
    /// Their lengths.
    pub lengths: &'p Lengths,
    /// Weights of the parts.
    pub weights: Weights,
    /// Cells to look at.
    pub band: &'p Band,
}

/// The path of the highest worth from the first to the last sentence of both sides.
///
/// Time and memory are those of the band: one byte a cell, and dot products only of the last rows.
pub fn best_path(problem: &Problem) -> Vec<Step> {
    let mut search = Search::new(problem);
    for i in 0..problem.band.len() {
        search.fill_row(i);
    }
    search.trace_back()
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
    fn sum(&self, j: usize, span: usize) -> f64 {
        let end = (j - self.first).min(self.values.len());
        let start = (j - self.first).saturating_sub(span).min(end);
        self.values[start..end].iter().sum()
    }

    /// The same with another sentence of the original added; both cover what `self` covers.
    fn with(&self, other: &Dots) -> Dots {
        let mut values = self.values.clone();
        let shift = other.first as isize - self.first as isize;
        for (k, value) in values.iter_mut().enumerate() {
            let there = usize::try_from(k as isize - shift).ok();
            *value += there.and_then(|at| other.values.get(at)).copied().unwrap_or(0.0);
        }
        Dots { first: self.first, values }
    }
}

struct Search<'p> {
    problem: &'p Problem<'p>,
    postings: Postings,
    priors: [f64; KINDS.len()],
    /// Last rows, the newest at the end; one more than the longest span.
    rows: Vec<Row>,
    /// Dot products of the last sentences of the original, the newest at the end.
    dots: Vec<Dots>,
    /// Dot products of the spans that end with the newest sentence, by length.
    spans: Vec<Dots>,
    backs: Vec<Vec<Back>>,
}

impl<'p> Search<'p> {
    fn new(problem: &'p Problem<'p>) -> Self {
        Search {
            problem,
            postings: problem.vectors[1].postings(),
            priors: KINDS.map(|(a, b)| prior(a, b)),
            rows: Vec::new(),
            dots: Vec::new(),
            spans: Vec::new(),
            backs: Vec::with_capacity(problem.band.len()),
        }
    }

    fn fill_row(&mut self, i: usize) {
        if i > 0 {
            self.push_dots(i - 1);
        }
        let (first, last) = self.problem.band.columns(i);
        let width = last - first + 1;
        let mut row = Row { first, best: Vec::with_capacity(width), omission: Vec::with_capacity(width) };
        let mut backs = Vec::with_capacity(width);
        let mut addition = f64::NEG_INFINITY;
        for j in first..=last {
            let (bead, kind) = self.best_bead(i, j);
            let (omission, omission_goes_on) = self.omission(i, j);
            let left = Row::get(&row.best, first, j.wrapping_sub(1));
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
            let gaps = u8::from(omission_goes_on) << 6 | u8::from(addition_goes_on) << 7;
            backs.push(Back(kind | state << 4 | gaps));
        }
        self.rows.push(row);
        if self.rows.len() > MAX_SPAN + 1 {
            self.rows.remove(0);
        }
        self.backs.push(backs);
    }

    /// Dot products of sentence `p` wherever a bead that ends at most [`MAX_SPAN`] rows on may need them.
    fn push_dots(&mut self, p: usize) {
        let band = self.problem.band;
        let first = band.columns(p + 1).0.saturating_sub(MAX_SPAN);
        let end = band.columns((p + MAX_SPAN).min(band.len() - 1)).1;
        let mut dots = if self.dots.len() >= MAX_SPAN { self.dots.remove(0) } else { Dots::default() };
        dots.first = first;
        dots.values.resize(end - first, 0.0);
        self.problem.vectors[0].dots(p, &self.postings, first, &mut dots.values);
        self.dots.push(dots);
        self.spans.clear();
        for dots in self.dots.iter().rev() {
            let span = self
                .spans
                .last()
                .map_or_else(|| Dots { first, values: dots.values.clone() }, |s| s.with(dots));
            self.spans.push(span);
        }
    }

    fn row_above(&self, up: usize) -> Option<&Row> {
        self.rows.len().checked_sub(up).map(|k| &self.rows[k])
    }

    fn omission(&self, i: usize, j: usize) -> (f64, bool) {
        match self.row_above(1).filter(|_| i > 0) {
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

    fn best_bead(&self, i: usize, j: usize) -> (f64, u8) {
        let mut found = (f64::NEG_INFINITY, 0);
        for (kind, &(a, b)) in KINDS.iter().enumerate() {
            if a > i || b > j {
                continue;
            }
            let Some(row) = self.row_above(a) else { continue };
            let before = Row::get(&row.best, row.first, j - b);
            // Content is worth most at a cosine of 1; the rest only costs.
            let at_most = before + self.priors[kind] + self.ceiling(a + b);
            if at_most > found.0 {
                let worth = before + self.priors[kind] + self.bead((i, a), (j, b));
                if worth > found.0 {
                    found = (worth, kind as u8);
                }
            }
        }
        found
    }

    fn ceiling(&self, sentences: usize) -> f64 {
        sentences as f64 / 2.0 * self.problem.weights.content * (1.0 - self.problem.weights.neutral)
    }

    fn bead(&self, (i, a): (usize, usize), (j, b): (usize, usize)) -> f64 {
        let Problem { vectors, lengths, weights, .. } = self.problem;
        let product = self.spans[a - 1].sum(j, b);
        let norms = vectors[0].norm(i, a) * vectors[1].norm(j, b);
        let cosine = if norms > 0.0 { product / norms } else { 0.0 };
        // A sentence without a feature (bilingual: nothing shared) must not be paid for joining one that has some.
        let sentences = (vectors[0].featured(i - a..i) + vectors[1].featured(j - b..j)) as f64 / 2.0;
        let layout = if a + b > 2 { lengths.paragraph_cost((i, a), (j, b)) } else { 0.0 };
        let length = weights.length * lengths.cost((i, a), (j, b));
        sentences * weights.content * (cosine - weights.neutral) - length - layout
    }

    fn trace_back(&self) -> Vec<Step> {
        let (mut i, mut j) = (self.problem.vectors[0].len(), self.problem.vectors[1].len());
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
        self.backs[i][j - self.problem.band.columns(i).0]
    }
}
