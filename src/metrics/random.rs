//! The random numbers of sacreBLEU: numpy's default generator, so that the same seed draws the same resamples.
//!
//! PCG64 XSL-RR (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
//! Algorithms for Random Number Generation"), seeded by numpy's `SeedSequence` (after O'Neill's
//! `seed_seq` for C++), with bounded numbers by Lemire 2019, "Fast Random Integer Generation in an Interval".

use std::array::from_fn;

/// numpy's `default_rng(seed)`.
#[derive(Debug, Clone)]
pub struct Generator {
    state: u128,
    increment: u128,
    /// The upper half of the latest 64 bits, where only the lower half has been used.
    spare: Option<u32>,
}

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

impl Generator {
    /// A generator that draws the same numbers for the same seed, in every run and on every machine.
    #[must_use]
    pub fn new(seed: u128) -> Self {
        let words = SeedSequence::new(seed).words();
        let number = |low: usize| u64::from(words[low + 1]) << 32 | u64::from(words[low]);
        let pair = |high: usize| u128::from(number(high)) << 64 | u128::from(number(high + 2));
        let mut generator = Self { state: 0, increment: pair(4) << 1 | 1, spare: None };
        generator.step();
        generator.state = generator.state.wrapping_add(pair(0));
        generator.step();
        generator
    }

    fn step(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    fn next_u64(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }

    /// The next 32 bits: the lower half of 64, then the upper half.
    pub fn next_u32(&mut self) -> u32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let number = self.next_u64();
        self.spare = Some((number >> 32) as u32);
        number as u32
    }

    /// A number below `bound`, as numpy's `choice(bound)` draws it. A bound of 0 or 1 gives 0 and draws nothing.
    pub fn below(&mut self, bound: u32) -> u32 {
        if bound <= 1 {
            return 0;
        }
        let mut product = u64::from(self.next_u32()) * u64::from(bound);
        if (product as u32) < bound {
            // Products whose lower half is below this would make some numbers likelier than others.
            let threshold = bound.wrapping_neg() % bound;
            while (product as u32) < threshold {
                product = u64::from(self.next_u32()) * u64::from(bound);
            }
        }
        (product >> 32) as u32
    }
}

/// numpy's way from a seed of any size to well-mixed words.
struct SeedSequence {
    pool: [u32; 4],
}

impl SeedSequence {
    fn new(seed: u128) -> Self {
        let words: [u32; 4] = from_fn(|index| (seed >> (32 * index)) as u32);
        let mut constant = 0x43b0_d7e5_u32;
        let mut hash = |word: u32| {
            let word = word ^ constant;
            constant = constant.wrapping_mul(0x931e_8875);
            let word = word.wrapping_mul(constant);
            word ^ word >> 16
        };
        let mut pool = words.map(&mut hash);
        for source in 0..pool.len() {
            for target in (0..pool.len()).filter(|&target| target != source) {
                pool[target] = mix(pool[target], hash(pool[source]));
            }
        }
        Self { pool }
    }

    fn words(&self) -> [u32; 8] {
        let mut constant = 0x8b51_f9dd_u32;
        from_fn(|index| {
            let word = self.pool[index % self.pool.len()] ^ constant;
            constant = constant.wrapping_mul(0x58f3_8ded);
            let word = word.wrapping_mul(constant);
            word ^ word >> 16
        })
    }
}

fn mix(a: u32, b: u32) -> u32 {
    let mixed = a.wrapping_mul(0xca01_f9dd).wrapping_sub(b.wrapping_mul(0x4973_f715));
    mixed ^ mixed >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    // The numbers are numpy 2.4.6's for `default_rng(12345)`.

    #[test]
    fn a_seed_gives_numpys_words() {
        let words = SeedSequence::new(12345).words();
        assert_eq!(words[..4], [0xa03d_837c, 0xb5ae_6482, 0xfa1f_7a2f, 0xbbe2_996f]);
        assert_eq!(words[4..], [0x3715_8f94, 0x64e3_9a9f, 0xa013_fd73, 0x3ebb_0f96]);
    }

    #[test]
    fn numbers_are_numpys() {
        let mut generator = Generator::new(12345);
        assert_eq!(generator.increment, 0xc9c7_353e_6e2b_1f28_7d76_1f2d_4027_fae7);
        let numbers: [u64; 4] = from_fn(|_| generator.next_u64());
        let expected =
            [0x3a32_b18d_b2ff_c19d, 0x5117_1315_c9e4_c4de, 0xcc20_2482_3444_efd9, 0xad1f_06ae_a486_e910];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn bounded_numbers_are_those_of_choice() {
        let draw = |bound| {
            let mut generator = Generator::new(12345);
            let numbers: [u32; 4] = from_fn(|_| generator.below(bound));
            numbers
        };
        assert_eq!(draw(2000), [1398, 454, 1577, 633]);
        assert_eq!(draw(7), [4, 1, 5, 2]);
        assert_eq!(draw(200_000), [139_843, 45467, 157_729, 63351]);
        assert_eq!(draw(1), [0; 4]);
    }

    #[test]
    fn a_seed_of_more_than_32_bits_counts_in_full() {
        let first = |seed| Generator::new(seed).next_u64();
        assert_ne!(first(12345), first(12345 + (1 << 40)));
        assert_ne!(first(12345), first(12345 + (1 << 100)));
    }
}
