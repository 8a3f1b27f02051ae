//! Rows of the coarse search: single precision, and loops that run over many columns at once.

/// A value for each column of a part of a row, counted from `base`: paths through long documents are worth more
/// than single precision can tell apart.
#[derive(Clone, Copy)]
pub struct View<'v> {
    /// Its first column.
    pub first: usize,
    /// What the values are counted from.
    pub base: f64,
    /// One for each column.
    pub values: &'v [f32],
}

impl<'v> View<'v> {
    /// The column after its last.
    pub fn end(self) -> usize {
        self.first + self.values.len()
    }

    /// The values of those of these columns that there are.
    pub fn part(self, start: usize, end: usize) -> &'v [f32] {
        let end = end.min(self.end());
        if start < end { &self.values[start - self.first..end - self.first] } else { &[] }
    }

    /// The greatest value of a row that only rises or only falls.
    pub fn most(self) -> f64 {
        let ends = self.values.first().zip(self.values.last());
        ends.map_or(0.0, |(&first, &last)| self.base + f64::from(greater(first, last)))
    }

    /// First and last column where both rows together come up to `enough`; they cover the same columns.
    pub fn reaching(self, other: View, enough: f64) -> Option<(usize, usize)> {
        let enough = (enough - self.base - other.base) as f32;
        let mut sums = self.values.iter().zip(other.values).map(|(a, b)| a + b);
        let first = sums.clone().position(|sum| sum >= enough)?;
        let last = sums.rposition(|sum| sum >= enough)?;
        Some((self.first + first, self.first + last))
    }
}

/// A [`View`] to write to.
#[derive(Default)]
pub struct Line {
    /// Its first column.
    pub first: usize,
    /// What the values are counted from.
    pub base: f64,
    /// One for each column.
    pub values: Vec<f32>,
}

impl Line {
    /// To read from.
    pub fn view(&self) -> View<'_> {
        View { first: self.first, base: self.base, values: &self.values }
    }

    /// Begins anew, with the same value everywhere.
    pub fn reset(&mut self, first: usize, base: f64, columns: usize, value: f32) {
        (self.first, self.base) = (first, base);
        self.values.clear();
        self.values.resize(columns, value);
    }

    /// `self[j - back]` becomes `from[j - back_from] + worth[j]` where that is more.
    pub fn relax(&mut self, back: usize, from: View, back_from: usize, worth: View) {
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

    /// Each value becomes that of `from` where that is more: a sentence of the original is left alone.
    pub fn relax_gap(&mut self, from: View) {
        let start = self.first.max(from.first);
        let shift = (from.base - self.base) as f32;
        let to = self.values[start - self.first..].iter_mut();
        for (to, from) in to.zip(from.part(start, from.end())) {
            *to = greater(*to, from + shift);
        }
    }

    /// Adds `other[j - back]`; columns that `other` does not reach to go.
    pub fn add(&mut self, other: View, back: usize) {
        let others = other.part(self.first - back, other.end());
        self.values.truncate(others.len());
        for (value, other) in self.values.iter_mut().zip(others) {
            *value += other;
        }
    }
}

/// Rows one below the other, numbered; the values of all in one piece.
#[derive(Default)]
pub struct Rows {
    /// Number of the first row.
    from: usize,
    /// First column, base and where the values begin, of each row.
    heads: Vec<(usize, f64, usize)>,
    values: Vec<f32>,
}

impl Rows {
    /// Appends row `i`, the next one.
    pub fn push(&mut self, i: usize, row: View) {
        if self.heads.is_empty() {
            self.from = i;
        }
        self.heads.push((row.first, row.base, self.values.len()));
        self.values.extend_from_slice(row.values);
    }

    /// Row `i`, if it is one of these.
    pub fn get(&self, i: usize) -> Option<View<'_>> {
        let k = i.checked_sub(self.from)?;
        let &(first, base, start) = self.heads.get(k)?;
        let end = self.heads.get(k + 1).map_or(self.values.len(), |next| next.2);
        Some(View { first, base, values: &self.values[start..end] })
    }

    /// Becomes a copy of other rows.
    pub fn clone_from(&mut self, other: &Rows) {
        self.from = other.from;
        self.heads.clone_from(&other.heads);
        self.values.clone_from(&other.values);
    }

    /// The last rows, `count` of them.
    pub fn tail(&self, count: usize) -> Rows {
        let mut tail = Rows::default();
        let end = self.from + self.heads.len();
        for i in end.saturating_sub(count).max(self.from)..end {
            if let Some(row) = self.get(i) {
                tail.push(i, row);
            }
        }
        tail
    }
}

/// Each value becomes the greatest up to it: from cell to cell of a row a gap leads on.
pub fn keep_greatest<'v>(values: impl Iterator<Item = &'v mut f32>) {
    let mut most = f32::NEG_INFINITY;
    for value in values {
        most = greater(*value, most);
        *value = most;
    }
}

/// `f32::max` without its care for what is no number, which keeps loops from taking many columns at once.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
