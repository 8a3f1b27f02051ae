//! Where the search looks: everything for documents of usual size, a band round anchors for long ones.

use rustc_hash::FxHashMap;

use crate::text::Document;
use crate::text::words::WordId;

/// Up to this many cells the whole rectangle is searched (a book chapter against a book chapter).
const FULL: usize = 4_000_000;

/// Sentences by which the band reaches beyond its anchors. 60 gives the same beads on texts of 10,000 and 100,000
/// sentences, with and without a tenth of the translation taken out.
const MARGIN: usize = 32;

/// Half width round the straight line where anchors are too far apart to search all between them.
const HALF_WIDTH: usize = 600;

/// An anchor needs another one at most this far along, and at most [`DRIFT`] off its diagonal.
const COMPANY: usize = 60;
const DRIFT: usize = 12;

/// Cells by which a band reaches beyond those that were chosen.
const AROUND: usize = 2;

/// For each row `i` of the search (0 to the number of sentences of the original) the columns that are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    rows: Vec<(usize, usize)>,
}

impl Band {
    /// Every cell.
    pub fn full(originals: usize, translations: usize) -> Band {
        Band { rows: vec![(0, translations); originals + 1] }
    }

    /// The whole rectangle, or a band round anchors when that is too much.
    pub fn of(original: &Document, translation: &Document) -> Band {
        let (n, m) = (original.sentences().len(), translation.sentences().len());
        if n.saturating_mul(m) <= FULL {
            Band::full(n, m)
        } else {
            Band::round(&anchors(original, translation), n, m)
        }
    }

    /// First and last column of row `i`.
    pub fn columns(&self, i: usize) -> (usize, usize) {
        self.rows[i]
    }

    /// Number of rows: sentences of the original and one.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Cells in all.
    pub fn cells(&self) -> usize {
        self.rows.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// These cells and those near them: a path that keeps to its rows' parts must not break off where a bead jumps
    /// over a row.
    pub fn around(cells: &[Option<(usize, usize)>], m: usize) -> Band {
        let n = cells.len() - 1;
        let mut rows = vec![(m, 0); n + 1];
        for (i, &(first, last)) in cells.iter().enumerate().filter_map(|(i, c)| c.as_ref().map(|c| (i, c))) {
            for row in &mut rows[i.saturating_sub(AROUND)..=(i + AROUND).min(n)] {
                *row = (row.0.min(first.saturating_sub(AROUND)), row.1.max((last + AROUND).min(m)));
            }
        }
        Band::closed(rows, m)
    }

    fn round(anchors: &[(usize, usize)], n: usize, m: usize) -> Band {
        let mut rows = vec![(m, 0); n + 1];
        let mut widen = |i: usize, low: usize, high: usize| {
            let row: &mut (usize, usize) = &mut rows[i.min(n)];
            *row = (row.0.min(low), row.1.max(high.min(m)));
        };
        let mut from = (0, 0);
        for &to in anchors.iter().chain(std::iter::once(&(n, m))) {
            let (rise, run) = (to.1 - from.1, to.0 - from.0);
            let narrow = rise.saturating_mul(run) > FULL / 4;
            // Where the line is steep, the rows' parts must still meet.
            let half_width = HALF_WIDTH.max(rise / run.max(1));
            for i in from.0.saturating_sub(MARGIN)..=(to.0 + MARGIN).min(n) {
                let (low, high) = if narrow {
                    let along = i.clamp(from.0, to.0) - from.0;
                    let middle = from.1 + rise * along / run.max(1);
                    (middle.saturating_sub(half_width), middle + half_width)
                } else {
                    (from.1.saturating_sub(MARGIN), to.1 + MARGIN)
                };
                widen(i, low, high);
            }
            from = to;
        }
        Band::closed(rows, m)
    }

    /// With both corners, and so that a path finds its way through.
    fn closed(mut rows: Vec<(usize, usize)>, m: usize) -> Band {
        let n = rows.len() - 1;
        rows[0].0 = 0;
        rows[n].1 = m;
        // A path only moves down and right: columns never step back.
        for i in 1..=n {
            rows[i].1 = rows[i].1.max(rows[i - 1].1);
        }
        for i in (0..n).rev() {
            rows[i].0 = rows[i].0.min(rows[i + 1].0);
        }
        Band { rows }
    }
}

/// Sentences that share a word found in just one sentence of each side, as the longest chain that rises on both
/// sides, without those that stand alone.
fn anchors(original: &Document, translation: &Document) -> Vec<(usize, usize)> {
    let theirs = unique_words(translation);
    let mut pairs: Vec<(usize, usize)> = unique_words(original)
        .into_iter()
        .filter_map(|(word, i)| theirs.get(&word).map(|&j| (i, j)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let chain = rising_chain(&pairs);
    let near = |a: &(usize, usize), b: &(usize, usize)| {
        let (along, across) = (b.0.abs_diff(a.0), b.1.abs_diff(a.1));
        a != b && along <= COMPANY && along.abs_diff(across) <= DRIFT
    };
    let trusted = |k: usize| {
        let around = &chain[k.saturating_sub(2)..(k + 3).min(chain.len())];
        around.iter().filter(|other| near(&chain[k], other)).count() >= 2
    };
    (0..chain.len()).filter(|&k| trusted(k)).map(|k| chain[k]).collect()
}

fn unique_words(document: &Document) -> FxHashMap<WordId, usize> {
    let mut seen: FxHashMap<WordId, Option<usize>> = FxHashMap::default();
    for i in 0..document.sentences().len() {
        for token in document.tokens_of(i).iter().filter(|t| t.is_content()) {
            let place = seen.entry(token.word).or_insert(Some(i));
            if *place != Some(i) {
                *place = None;
            }
        }
    }
    seen.into_iter().filter_map(|(word, place)| place.map(|i| (word, i))).collect()
}

/// Longest strictly rising chain by patience sorting, O(k log k); `pairs` are sorted.
fn rising_chain(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    // Of several pairs in one row only one may be taken: rows are entered with falling columns.
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by_key(|&k| (pairs[k].0, std::cmp::Reverse(pairs[k].1)));
    for &k in &order {
        let length = tails.partition_point(|&t| pairs[t].1 < pairs[k].1);
        before[k] = length.checked_sub(1).map(|l| tails[l]);
        if length == tails.len() { tails.push(k) } else { tails[length] = k }
    }
    let mut chain = Vec::new();
    let mut at = tails.last().copied();
    while let Some(k) = at {
        chain.push(pairs[k]);
        at = before[k];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rising_chain_is_found() {
        let pairs = [(0, 0), (1, 9), (2, 2), (2, 3), (3, 4), (4, 1)];
        assert_eq!(rising_chain(&pairs).len(), 3);
        assert_eq!(rising_chain(&pairs).first(), Some(&(0, 0)));
    }

    #[test]
    fn a_band_holds_both_corners_and_never_steps_back() {
        let band = Band::round(&[(3000, 2900), (5000, 5200)], 9000, 9500);
        assert_eq!((band.columns(0).0, band.columns(9000).1), (0, 9500));
        let columns: Vec<_> = (0..band.len()).map(|i| band.columns(i)).collect();
        assert!(columns.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 <= w[1].1 && w[1].0 <= w[0].1));
        assert!(columns.iter().map(|c| c.1 - c.0 + 1).sum::<usize>() < 9000 * 9500 / 2);
    }
}
