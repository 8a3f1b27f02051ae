//! Resampling in parallel, with the random numbers of sacreBLEU in its order.
//!
//! Draws are made one after another, a block at a time, while the block before is scored: memory grows neither
//! with the number of resamples nor with that of resamples times segments.

use rayon::prelude::*;

use super::Counted;
use crate::metrics::random::Generator;
use crate::metrics::resampling::Table;
use crate::metrics::{Metric, Promoted, Statistics};

/// The seed of the random numbers.
pub type Seed = u128;

/// Numbers drawn at a time.
const BLOCK: usize = 1 << 20;

/// The scores of all systems on the same resamples, drawn with replacement from the rows of `table`: by system,
/// metric and resample.
#[must_use]
pub fn bootstrap(
    table: &Table<f32>,
    metrics: &[Box<dyn Metric>],
    systems: usize,
    seed: Seed,
    resamples: usize,
) -> Vec<Vec<Vec<Promoted>>> {
    let mut generator = Generator::new(seed);
    let rows = table.rows();
    let draw = || -> Vec<u32> { (0..rows).map(|_| generator.below(rows as u32)).collect() };
    let is_whole = table.is_whole();
    let score = |rows: &Vec<u32>| -> Vec<Promoted> {
        let sums = if is_whole { table.whole_sums(rows) } else { None };
        let sums: Vec<f64> = sums.unwrap_or_else(|| table.sums(rows)).into_iter().map(f64::from).collect();
        let scored = by_metric(&sums, metrics).map(|(metric, counts)| metric.bootstrap_score(&counts));
        scored.collect()
    };
    transposed(&in_blocks(resamples, rows, draw, score), systems, metrics.len())
}

/// The scores of the pseudo-systems of each trial, in which the first system and another swap rows at random: by
/// system but the first, metric and trial. `table` has how far the rows of the others are from the first
/// system's, `sums` the counts of all.
#[must_use]
pub fn randomisation(
    table: &Table<f64>,
    sums: &Counted,
    metrics: &[Box<dyn Metric>],
    seed: Seed,
    trials: usize,
) -> Vec<Vec<Vec<[f64; 2]>>> {
    let Some((baseline, others)) = sums.split_first() else { return Vec::new() };
    let mut coins = Coins::new(Generator::new(seed));
    let rows = table.rows();
    let score = |heads: &Vec<u32>| -> Vec<[f64; 2]> {
        let moved = table.sums(heads);
        let moved = by_metric(&moved, metrics);
        let sums = others.iter().flat_map(|system| system.iter().zip(baseline));
        let scored = moved.zip(sums).map(|((metric, moved), (system, baseline))| {
            [combined(system, &moved, 1.0), combined(baseline, &moved, -1.0)]
                .map(|counts| metric.randomisation_score(&counts))
        });
        scored.collect()
    };
    let scores = in_blocks(trials, rows, || coins.heads(rows), score);
    transposed(&scores, others.len(), metrics.len())
}

/// A row of sums cut into the counts of each metric, system by system.
fn by_metric<'a>(
    mut sums: &'a [f64],
    metrics: &'a [Box<dyn Metric>],
) -> impl Iterator<Item = (&'a dyn Metric, Statistics)> {
    let mut cycle = metrics.iter().map(AsRef::as_ref).cycle();
    std::iter::from_fn(move || {
        let metric: &dyn Metric = if sums.is_empty() { None } else { cycle.next() }?;
        let counts = sums.split_off(..metric.width())?;
        Some((metric, Statistics(counts.to_vec())))
    })
}

fn combined(counts: &Statistics, moved: &Statistics, factor: f64) -> Statistics {
    Statistics(counts.0.iter().zip(&moved.0).map(|(count, moved)| count + factor * moved).collect())
}

/// Resample by resample becomes system by system and metric by metric.
fn transposed<T: Copy>(scores: &[Vec<T>], systems: usize, metrics: usize) -> Vec<Vec<Vec<T>>> {
    let column = |index: usize| scores.iter().map(|row| row[index]).collect();
    let system = |system: usize| (0..metrics).map(|metric| column(system * metrics + metric)).collect();
    (0..systems).map(system).collect()
}

/// Draws and scores `count` resamples of `rows` rows.
fn in_blocks<D: Send + Sync, R: Send>(
    count: usize,
    rows: usize,
    mut draw: impl FnMut() -> D + Send,
    score: impl Fn(&D) -> R + Sync,
) -> Vec<R> {
    let a_block = (BLOCK / rows.max(1)).max(1);
    let mut left = count;
    let mut draw_block = move || -> Vec<D> {
        let now = left.min(a_block);
        left -= now;
        (0..now).map(|_| draw()).collect()
    };
    let mut scores = Vec::with_capacity(count);
    let mut drawn = draw_block();
    while !drawn.is_empty() {
        let (next, scored) =
            rayon::join(&mut draw_block, || drawn.par_iter().map(&score).collect::<Vec<R>>());
        scores.extend(scored);
        drawn = next;
    }
    scores
}

/// Coins tossed as numpy's `integers(2, dtype=bool)` does: the bits of a word, the lowest first.
struct Coins {
    generator: Generator,
    word: u32,
    left: u32,
}

impl Coins {
    fn new(generator: Generator) -> Self {
        Self { generator, word: 0, left: 0 }
    }

    /// Which of `count` tosses are heads.
    fn heads(&mut self, count: usize) -> Vec<u32> {
        let mut heads = Vec::with_capacity(count / 2 + 64);
        let mut tossed = 0;
        while tossed < count {
            if self.left == 0 {
                (self.word, self.left) = (self.generator.next_u32(), u32::BITS);
            }
            let now = self.left.min((count - tossed).try_into().unwrap_or(u32::MAX));
            let mut word = if now < u32::BITS { self.word & ((1 << now) - 1) } else { self.word };
            while word != 0 {
                heads.push(tossed as u32 + word.trailing_zeros());
                word &= word - 1;
            }
            self.word = self.word.checked_shr(now).unwrap_or_default();
            self.left -= now;
            tossed += now as usize;
        }
        heads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_fall_as_numpys() {
        // default_rng(12345).integers(2, size=(2, 12), dtype=bool)
        let mut coins = Coins::new(Generator::new(12345));
        assert_eq!(coins.heads(12), [0, 2, 3, 4, 7, 8]);
        assert_eq!(coins.heads(12), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn tosses_go_on_where_they_ended() {
        let tosses = |sizes: &[usize]| {
            let mut coins = Coins::new(Generator::new(7));
            let mut at = 0;
            let all = sizes.iter().flat_map(|&size| {
                at += size;
                coins.heads(size).into_iter().map(move |head| head as usize + at - size).collect::<Vec<_>>()
            });
            all.collect::<Vec<_>>()
        };
        assert_eq!(tosses(&[200]), tosses(&[33, 1, 64, 0, 70, 32]));
    }
}
