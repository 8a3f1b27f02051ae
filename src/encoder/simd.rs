//! The arithmetic between the matrix products, written so that the compiler makes vector instructions of it: `wide` runs
//! a piece of code with those that the processor has.

#![allow(clippy::inline_always, reason = "what is not inlined into `wide` has no wide instructions")]
#![allow(clippy::excessive_precision, reason = "constants as their sources print them")]

/// Numbers worked on at a time: two registers of AVX-512, four of AVX2.
pub const LANES: usize = 32;

/// Runs `work` with the widest instructions there are. Whatever `work` calls must be inlined into it.
#[inline]
pub fn wide<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

/// `out = row · matrix`, the matrix having `out.len()` columns, a multiple of [`LANES`].
#[inline(always)]
pub fn row_times(row: &[f32], matrix: &[f32], out: &mut [f32]) {
    let columns = out.len();
    for (k, out) in out.chunks_exact_mut(LANES).enumerate() {
        let mut sums = [0.0; LANES];
        for (&factor, line) in row.iter().zip(matrix.chunks_exact(columns)) {
            for (sum, value) in sums.iter_mut().zip(&line[k * LANES..(k + 1) * LANES]) {
                *sum = factor.mul_add(*value, *sum);
            }
        }
        out.copy_from_slice(&sums);
    }
}

/// Sum of what `of` makes of the values, in an order that depends on their number alone.
#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    for (sum, value) in sums.iter_mut().zip(chunks.remainder()) {
        *sum = of(*value);
    }
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += of(*value);
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for k in 0..width {
            sums[k] += sums[k + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Makes the values e to their power, in shares of 1.
#[inline(always)]
pub fn softmax(values: &mut [f32]) {
    let mut most = [f32::NEG_INFINITY; LANES];
    for chunk in values.chunks(LANES) {
        for (most, value) in most.iter_mut().zip(chunk) {
            *most = if *value > *most { *value } else { *most };
        }
    }
    let most = most.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
    for value in values.iter_mut() {
        *value = exp(*value - most);
    }
    let share = 1.0 / sum(values, |v| v);
    for value in values {
        *value *= share;
    }
}

/// A linear map's constant added, the layer's input added, then made mean 0 and variance 1, scaled and shifted.
#[inline(always)]
pub fn add_and_norm(row: &mut [f32], input: &[f32], [bias, scale, shift]: [&[f32]; 3], epsilon: f32) {
    for ((value, input), bias) in row.iter_mut().zip(input).zip(bias) {
        *value += input + bias;
    }
    let share = 1.0 / row.len() as f32;
    let mean = sum(row, |v| v) * share;
    let variance = sum(row, |v| (v - mean) * (v - mean)) * share;
    let factor = 1.0 / (variance + epsilon).sqrt();
    for ((value, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
        *value = ((*value - mean) * factor).mul_add(*scale, *shift);
    }
}

/// A linear map's constant added, then x times the normal distribution's share below x.
#[inline(always)]
pub fn add_and_gelu(row: &mut [f32], bias: &[f32]) {
    for (value, bias) in row.iter_mut().zip(bias) {
        let x = *value + bias;
        *value = 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// The error function to 3e-7: Abramowitz and Stegun (1964), 7.1.26, in single precision.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / 0.327_591_1_f32.mul_add(size, 1.0);
    let sum = 1.061_405_4_f32.mul_add(t, -1.453_152_1);
    let sum = sum.mul_add(t, 1.421_413_8);
    let sum = sum.mul_add(t, -0.284_496_74);
    let sum = sum.mul_add(t, 0.254_829_6);
    (1.0 - sum * t * exp(-size * size)).copysign(x)
}

/// e to the power of x to a relative 2e-7, for x up to 88; below -87 as at -87. 2 to the whole part by setting the exponent,
/// to the rest by its series (|rest · ln 2| is .35 at most).
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Added, it leaves the nearest whole number in the last bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    // ln 2 in two parts, the first of few bits.
    let rest = whole.mul_add(-0.693_359_375, x);
    let rest = whole.mul_add(2.121_944_4e-4, rest);
    let series = rest.mul_add(1.0 / 5040.0, 1.0 / 720.0);
    let series = series.mul_add(rest, 1.0 / 120.0);
    let series = series.mul_add(rest, 1.0 / 24.0);
    let series = series.mul_add(rest, 1.0 / 6.0);
    let series = series.mul_add(rest, 0.5);
    let series = series.mul_add(rest, 1.0);
    let series = series.mul_add(rest, 1.0);
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    f32::from_bits(series.to_bits().wrapping_add(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error function by its series, in double precision.
    fn exact_erf(x: f64) -> f64 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / std::f64::consts::PI.sqrt()
    }

    #[test]
    fn gelu_is_right_to_a_millionth() {
        for k in -4000..=4000 {
            let x = k as f32 / 1000.0;
            let mut row = [x];
            add_and_gelu(&mut row, &[0.0]);
            let exact = 0.5 * f64::from(x) * (1.0 + exact_erf(f64::from(x) / 2f64.sqrt()));
            assert!((f64::from(row[0]) - exact).abs() < 1e-6, "{x}: {} for {exact}", row[0]);
        }
    }

    #[test]
    fn powers_are_right_to_three_ten_millionths() {
        for k in -8700..=8800 {
            let x = k as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7, "{x}: {} for {exact}", exp(x));
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn shares_add_up_to_1_whatever_their_number() {
        for length in [1, 2, 31, 32, 33, 100] {
            let mut values: Vec<f32> = (0..length).map(|k| ((k * 37) % 11) as f32 - 50.0).collect();
            softmax(&mut values);
            assert!((values.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{length}");
        }
    }
}
