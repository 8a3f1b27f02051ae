//! What resampled scores say: confidence intervals and p-values, as sacreBLEU computes them.
//!
//! Koehn 2004, "Statistical significance tests for machine translation evaluation" (bootstrap); Riezler
//! and Maxwell 2005, "On some pitfalls in automatic evaluation and significance testing for MT", and Clark
//! et al. 2011, "Better hypothesis testing for statistical machine translation" (approximate randomisation).

use std::ops::AddAssign;

use super::number::Promoted;

/// How many columns make a group: they are summed side by side.
const LANES: usize = 8;

/// How many groups of columns are summed in one walk over the rows.
const MOST_GROUPS: usize = 4;

/// The counts of each unit of resampling, a segment or a document, column by column.
#[derive(Debug)]
pub struct Table<T> {
    columns: usize,
    groups_a_row: usize,
    groups: Vec<[T; LANES]>,
}

impl<T: Copy + Default + AddAssign> Table<T> {
    /// An empty table of that many columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self { columns, groups_a_row: columns.div_ceil(LANES), groups: Vec::new() }
    }

    /// Appends a row; what it lacks in columns is filled up with zeros.
    pub fn push(&mut self, row: impl IntoIterator<Item = T>) {
        let start = self.groups.len();
        self.groups.resize(start + self.groups_a_row, [T::default(); LANES]);
        for (cell, value) in self.groups[start..].as_flattened_mut().iter_mut().zip(row) {
            *cell = value;
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.groups.len().checked_div(self.groups_a_row).unwrap_or_default()
    }

    /// The sum of each column over `rows`, added up one by one in their order.
    #[must_use]
    pub fn sums(&self, rows: &[u32]) -> Vec<T> {
        let mut sums = Vec::new();
        self.sums_into(&mut sums, rows);
        sums
    }

    /// The same, in place of what is in `sums`.
    pub fn sums_into(&self, sums: &mut Vec<T>, rows: &[impl Copy + Into<u64>]) {
        self.by_groups(sums, |sums, group, count| match count {
            1 => sums.extend_from_slice(self.group_sums::<1>(group, rows).as_flattened()),
            2 => sums.extend_from_slice(self.group_sums::<2>(group, rows).as_flattened()),
            3 => sums.extend_from_slice(self.group_sums::<3>(group, rows).as_flattened()),
            _ => sums.extend_from_slice(self.group_sums::<MOST_GROUPS>(group, rows).as_flattened()),
        });
    }

    /// The sums of all columns, a few groups at a time: as many as a processor's registers hold.
    fn by_groups(&self, sums: &mut Vec<T>, append: impl Fn(&mut Vec<T>, usize, usize)) {
        sums.clear();
        sums.reserve(self.groups_a_row * LANES);
        for group in (0..self.groups_a_row).step_by(MOST_GROUPS) {
            append(sums, group, MOST_GROUPS.min(self.groups_a_row - group));
        }
        sums.truncate(self.columns);
    }

    fn group_sums<const N: usize>(&self, group: usize, rows: &[impl Copy + Into<u64>]) -> [[T; LANES]; N] {
        let mut sums = [[T::default(); LANES]; N];
        for &row in rows {
            let start = row.into() as usize * self.groups_a_row + group;
            let Some(groups) = self.groups.get(start..start + N) else { continue };
            for (sum, group) in sums.iter_mut().zip(groups) {
                for (sum, &value) in sum.iter_mut().zip(group) {
                    *sum += value;
                }
            }
        }
        sums
    }
}

/// Single precision holds all whole numbers up to this one.
const LARGEST_EXACT: f32 = 16_777_216.0;

impl Table<f32> {
    /// Whether all values are whole and none is negative.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.groups.as_flattened().iter().all(|&value| value >= 0.0 && value.fract() == 0.0)
    }

    /// The same as [`sums`](Self::sums), faster, for a [whole](Self::is_whole) table: each row is taken once, times
    /// the number of its draws. `None` where a sum is so large that single precision loses counts: then what is
    /// lost depends on the order of the additions.
    #[must_use]
    pub fn whole_sums(&self, rows: &[u32]) -> Option<Vec<f32>> {
        let mut weights = vec![0.0_f32; self.rows()];
        for &row in rows {
            weights[row as usize] += 1.0;
        }
        let weights = &weights;
        let mut sums = Vec::new();
        self.by_groups(&mut sums, |sums, group, count| match count {
            1 => sums.extend_from_slice(self.weighed_sums::<1>(group, weights).as_flattened()),
            2 => sums.extend_from_slice(self.weighed_sums::<2>(group, weights).as_flattened()),
            3 => sums.extend_from_slice(self.weighed_sums::<3>(group, weights).as_flattened()),
            _ => sums.extend_from_slice(self.weighed_sums::<MOST_GROUPS>(group, weights).as_flattened()),
        });
        sums.iter().all(|&sum| sum < LARGEST_EXACT).then_some(sums)
    }

    fn weighed_sums<const N: usize>(&self, group: usize, weights: &[f32]) -> [[f32; LANES]; N] {
        let mut sums = [[0.0; LANES]; N];
        for (groups, weight) in self.groups.chunks_exact(self.groups_a_row).zip(weights) {
            for (sum, group) in sums.iter_mut().zip(&groups[group..group + N]) {
                for (sum, value) in sum.iter_mut().zip(group) {
                    *sum += weight * value;
                }
            }
        }
        sums
    }
}

/// The middle 95 % of resampled scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean of the resampled scores, in points.
    pub mean: f64,
    /// Half the width of the interval, in points.
    pub half_width: f64,
}

/// Scores of resamples as numpy holds them: in single precision if all of them are.
#[derive(Debug, Clone)]
enum Scores {
    Single(Vec<f32>),
    Double(Vec<f64>),
}

impl Scores {
    fn new(scores: &[Promoted]) -> Self {
        let single = |score: &Promoted| match score {
            Promoted::Single(score) => Some(*score),
            Promoted::Weak(_) => None,
        };
        let singles: Option<Vec<f32>> = scores.iter().map(single).collect();
        singles.map_or_else(|| Self::Double(scores.iter().map(|score| score.value()).collect()), Self::Single)
    }

    /// numpy's mean.
    fn mean(&self) -> f64 {
        match self {
            Self::Single(scores) => f64::from(pairwise_sum(scores) / scores.len() as f32),
            Self::Double(scores) => pairwise_sum(scores) / scores.len() as f64,
        }
    }

    fn distances(&self, other: &Self) -> Self {
        if let (Self::Single(a), Self::Single(b)) = (self, other) {
            return Self::Single(a.iter().zip(b).map(|(a, b)| (a - b).abs()).collect());
        }
        let pairs = self.values().into_iter().zip(other.values());
        Self::Double(pairs.map(|(a, b)| (a - b).abs()).collect())
    }

    fn values(&self) -> Vec<f64> {
        match self {
            Self::Single(scores) => scores.iter().copied().map(f64::from).collect(),
            Self::Double(scores) => scores.clone(),
        }
    }

    /// How many are larger than their mean by more than `difference`.
    fn beyond(&self, difference: f64) -> usize {
        match self {
            Self::Single(scores) => {
                let mean = self.mean() as f32;
                scores.iter().filter(|&score| score - mean > difference as f32).count()
            }
            Self::Double(scores) => {
                let mean = self.mean();
                scores.iter().filter(|&score| score - mean > difference).count()
            }
        }
    }

    fn sort(&mut self) {
        match self {
            Self::Single(scores) => scores.sort_unstable_by(f32::total_cmp),
            Self::Double(scores) => scores.sort_unstable_by(f64::total_cmp),
        }
    }

    /// Of sorted scores.
    fn half_width(&self) -> f64 {
        match self {
            Self::Single(scores) => f64::from(0.5 * width_of_95_percent(scores)),
            Self::Double(scores) => 0.5 * width_of_95_percent(scores),
        }
    }
}

/// The interval of one system's resampled scores, as sacreBLEU's `--confidence` reports it: the mean is the
/// exact one, rounded once.
#[must_use]
pub fn interval(scores: &[Promoted]) -> Interval {
    let mut scores = Scores::new(scores);
    scores.sort();
    let mean = match scores {
        Scores::Single(_) => f64::from(exact_mean(&scores.values()) as f32),
        Scores::Double(_) => exact_mean(&scores.values()),
    };
    Interval { mean, half_width: scores.half_width() }
}

/// The interval of one of several systems, as sacreBLEU's paired tests report it: the mean is numpy's of the
/// sorted scores.
#[must_use]
pub fn paired_interval(scores: &[Promoted]) -> Interval {
    let mut scores = Scores::new(scores);
    scores.sort();
    Interval { mean: scores.mean(), half_width: scores.half_width() }
}

/// The p-value of a paired bootstrap test: how probable it is that a difference as large as `difference`, in
/// points, between the systems' real scores is chance. Both systems are scored on the same resamples.
#[must_use]
pub fn bootstrap_p_value(baseline: &[Promoted], system: &[Promoted], difference: f64) -> f64 {
    let distances = Scores::new(baseline).distances(&Scores::new(system));
    p_value(distances.beyond(difference), baseline.len())
}

/// The p-value of a paired approximate randomisation test, given the scores of the two pseudo-systems of each
/// trial, which swap segments at random.
#[must_use]
pub fn randomisation_p_value(trials: &[[f64; 2]], difference: f64) -> f64 {
    let beyond = trials.iter().filter(|[a, b]| (a - b).abs() > difference).count();
    p_value(beyond, trials.len())
}

/// A p-value by counting trials. One is added to both counts, so that no finite number of trials claims certainty.
#[must_use]
pub fn p_value(beyond: usize, trials: usize) -> f64 {
    (beyond + 1) as f64 / (trials + 1) as f64
}

fn width_of_95_percent<T: Copy + std::ops::Sub<Output = T> + Default>(sorted: &[T]) -> T {
    middle_95_percent(sorted).map_or(T::default(), |[lower, upper]| upper - lower)
}

/// The ends of the middle 95 % of sorted numbers; `None` where there are none.
pub fn middle_95_percent<T: Copy>(sorted: &[T]) -> Option<[T; 2]> {
    let cut = sorted.len() / 40;
    Some([*sorted.get(cut)?, *sorted.iter().nth_back(cut)?])
}

/// The same of numbers in any order, which is changed.
pub fn middle_95_percent_unsorted(numbers: &mut [f64]) -> Option<[f64; 2]> {
    let cut = numbers.len() / 40;
    let last = numbers.len().checked_sub(1 + cut)?;
    let upper = *numbers.select_nth_unstable_by(last, f64::total_cmp).1;
    let lower = *numbers[..=last].select_nth_unstable_by(cut, f64::total_cmp).1;
    Some([lower, upper])
}

/// The sum in the order that numpy adds the numbers of an array.
fn pairwise_sum<T: Copy + Default + std::ops::Add<Output = T>>(numbers: &[T]) -> T {
    if let [first, rest @ ..] = numbers
        && rest.len() < 7
    {
        return rest.iter().fold(T::default() + *first, |sum, &number| sum + number);
    }
    if numbers.len() > 128 {
        let half = numbers.len() / 2;
        let (left, right) = numbers.split_at(half - half % 8);
        return pairwise_sum(left) + pairwise_sum(right);
    }
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut sums = eights.first().copied().unwrap_or_default();
    for eight in eights.iter().skip(1) {
        for (sum, &number) in sums.iter_mut().zip(eight) {
            *sum = *sum + number;
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    rest.iter().fold(sum, |sum, &number| sum + number)
}

/// The mean as if computed without rounding and rounded at the end, as Python's `statistics.mean` does
/// (Shewchuk 1997, "Adaptive precision floating-point arithmetic").
fn exact_mean(numbers: &[f64]) -> f64 {
    let mut parts: Vec<f64> = Vec::new();
    for &number in numbers {
        let mut carry = number;
        let mut kept = 0;
        for index in 0..parts.len() {
            let part = parts[index];
            let sum = carry + part;
            let rest = sum - carry;
            let error = (carry - (sum - rest)) + (part - rest);
            if error != 0.0 {
                parts[kept] = error;
                kept += 1;
            }
            carry = sum;
        }
        parts.truncate(kept);
        parts.push(carry);
    }
    let count = numbers.len() as f64;
    let Some((&largest, smaller)) = parts.split_last() else { return 0.0 };
    let quotient = largest / count;
    let remainder = (-quotient).mul_add(count, largest) + smaller.iter().sum::<f64>();
    quotient + remainder / count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thirds(count: usize) -> Vec<f64> {
        (0..count).map(|index| 1.0 / (index + 3) as f64).collect()
    }

    // Python: `numbers = [1/(i+3) for i in range(300)]`.

    #[test]
    fn the_mean_of_numpy_is_pairwise() {
        let numbers = thirds(300);
        let double = pairwise_sum(&numbers) / 300.0;
        let single = pairwise_sum(&numbers.iter().map(|&n| n as f32).collect::<Vec<f32>>()) / 300.0;
        assert_eq!(double, 0.015_964_324_659_046_21);
        assert_eq!(single, 0.015_964_326_f32);
    }

    #[test]
    fn the_mean_of_python_is_exact() {
        assert_eq!(exact_mean(&thirds(300)), 0.015_964_324_659_046_205);
        assert_eq!(exact_mean(&[1e16, 1.0, -1e16, 2.0]), 0.75);
        assert_eq!(exact_mean(&[]), 0.0);
    }

    #[test]
    fn sums_are_those_of_the_rows_asked_for() {
        for columns in [0, 1, 4, 10, 30, 70] {
            let mut table = Table::new(columns);
            for row in 0..5 {
                table.push((0..columns).map(|column| (100 * column + row) as f32));
            }
            let expected: Vec<f32> = (0..columns).map(|column| (300 * column + 7) as f32).collect();
            assert_eq!(table.sums(&[4, 0, 3]), expected);
        }
    }

    #[test]
    fn single_sums_lose_what_numpy_loses() {
        let mut table = Table::new(1);
        table.push([16_777_216.0_f32]);
        table.push([1.0]);
        assert_eq!(table.sums(&[0, 1, 1, 1]), [16_777_216.0]);
        assert_eq!(table.whole_sums(&[0, 1, 1, 1]), None);
    }

    #[test]
    fn both_ways_to_sum_agree() {
        let mut table = Table::new(6);
        for row in 0_u8..9 {
            table.push((0..6).map(|column| f32::from(row * column + 3)));
        }
        let rows = [8, 0, 3, 3, 3, 7, 0];
        assert!(table.is_whole());
        assert_eq!(table.whole_sums(&rows), Some(table.sums(&rows)));
        table.push([0.5]);
        assert!(!table.is_whole());
    }

    #[test]
    fn an_interval_leaves_out_a_fortieth_on_either_side() {
        let scores: Vec<Promoted> = (0..80).rev().map(|score| Promoted::Single(score as f32)).collect();
        assert_eq!(interval(&scores), Interval { mean: 39.5, half_width: 37.5 });
        assert_eq!(paired_interval(&scores), interval(&scores));
        for count in [0, 1, 2, 39, 40, 41, 80, 1000] {
            let mut numbers: Vec<f64> = (0..count).map(|n| f64::from(n * 7919 % 1009)).collect();
            let unsorted = middle_95_percent_unsorted(&mut numbers);
            numbers.sort_unstable_by(f64::total_cmp);
            assert_eq!(unsorted, middle_95_percent(&numbers));
        }
    }

    #[test]
    fn equal_systems_have_a_p_value_of_1_over_the_trials() {
        let scores = [Promoted::Weak(1.0), Promoted::Weak(2.0), Promoted::Weak(3.0)];
        assert_eq!(bootstrap_p_value(&scores, &scores, 0.0), 0.25);
        assert_eq!(randomisation_p_value(&[[1.0, 1.0], [2.0, 2.5]], 0.5), 1.0 / 3.0);
    }
}
