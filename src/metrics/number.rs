//! The arithmetic a score is computed in: exact counts in double precision, or as numpy does it.

use std::ops::{Add, Div, Mul};

/// A number that scores are computed with.
pub(super) trait Number: Copy + Add<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// A sum of counts.
    fn count(sum: f64) -> Self;

    /// A number of the formula.
    fn constant(number: f64) -> Self;

    /// The value in double precision.
    fn value(self) -> f64;
}

impl Number for f64 {
    fn count(sum: f64) -> Self {
        sum
    }

    fn constant(number: f64) -> Self {
        number
    }

    fn value(self) -> f64 {
        self
    }
}

/// A number as numpy 2 and later compute it from counts in single precision (NEP 50): a number of
/// the program's own takes on the precision of the one it meets.
///
/// sacreBLEU resamples counts in single precision, so its intervals and p-values have this arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Promoted {
    /// A number that has met no count.
    Weak(f64),
    /// A number made of counts.
    Single(f32),
}

impl Promoted {
    fn combine(self, other: Self, double: fn(f64, f64) -> f64, single: fn(f32, f32) -> f32) -> Self {
        match (self, other) {
            (Self::Weak(a), Self::Weak(b)) => Self::Weak(double(a, b)),
            (Self::Weak(a), Self::Single(b)) => Self::Single(single(a as f32, b)),
            (Self::Single(a), Self::Weak(b)) => Self::Single(single(a, b as f32)),
            (Self::Single(a), Self::Single(b)) => Self::Single(single(a, b)),
        }
    }

    /// The value in double precision, which holds either exactly.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Weak(number) => number,
            Self::Single(number) => f64::from(number),
        }
    }
}

impl Add for Promoted {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.combine(other, f64::add, f32::add)
    }
}

impl Mul for Promoted {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.combine(other, f64::mul, f32::mul)
    }
}

impl Div for Promoted {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.combine(other, f64::div, f32::div)
    }
}

impl Number for Promoted {
    fn count(sum: f64) -> Self {
        Self::Single(sum as f32)
    }

    fn constant(number: f64) -> Self {
        Self::Weak(number)
    }

    fn value(self) -> f64 {
        self.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_number_takes_on_the_precision_it_meets() {
        let third = Promoted::constant(1.0) / Promoted::count(3.0);
        assert_eq!(third, Promoted::Single(1.0 / 3.0));
        assert_eq!((Promoted::constant(1e-16) + third).value(), f64::from(1.0_f32 / 3.0));
    }

    #[test]
    fn numbers_that_meet_no_count_stay_double() {
        let eps = Promoted::constant(1e-16) * Promoted::constant(5.0);
        assert_eq!(eps, Promoted::Weak(5e-16));
    }
}
