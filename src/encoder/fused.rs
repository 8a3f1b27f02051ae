//! What happens between the matrix products, each in one walk over the numbers. They are made for the processor; on another
//! device `network` composes candle's own.

#![allow(clippy::inline_always, reason = "what is not inlined into `wide` has no wide instructions")]

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Shape, bail};
use candle_core::{CustomOp1, Error};

use super::simd::{LANES, add_and_gelu, add_and_norm, row_times, softmax, wide};

/// The numbers of a tensor that lie side by side.
fn numbers<'s>(storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [f32]> {
    let (CpuStorage::F32(all), Some((from, to))) = (storage, layout.contiguous_offsets()) else {
        bail!("single precision in rows expected")
    };
    all.get(from..to).ok_or_else(|| Error::Msg("out of bounds".into()))
}

fn numbers_mut<'s>(storage: &'s mut CpuStorage, layout: &Layout) -> Result<&'s mut [f32]> {
    let (CpuStorage::F32(all), Some((from, to))) = (storage, layout.contiguous_offsets()) else {
        bail!("single precision in rows expected")
    };
    all.get_mut(from..to).ok_or_else(|| Error::Msg("out of bounds".into()))
}

/// Adds the constant of a linear map and the input of a layer, then norms.
pub struct AddNorm<'n> {
    pub bias: &'n [f32],
    pub scale: &'n [f32],
    pub shift: &'n [f32],
    pub epsilon: f32,
}

impl InplaceOp2 for AddNorm<'_> {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(&self, out: &mut CpuStorage, to: &Layout, input: &CpuStorage, from: &Layout) -> Result<()> {
        let (out, input) = (numbers_mut(out, to)?, numbers(input, from)?);
        let width = self.scale.len();
        wide(
            #[inline(always)]
            || {
                for (row, input) in out.chunks_exact_mut(width).zip(input.chunks_exact(width)) {
                    add_and_norm(row, input, [self.bias, self.scale, self.shift], self.epsilon);
                }
            },
        );
        Ok(())
    }
}

/// Adds the constant of a linear map, then GELU.
pub struct AddGelu<'n>(pub &'n [f32]);

impl InplaceOp1 for AddGelu<'_> {
    fn name(&self) -> &'static str {
        "add-gelu"
    }

    fn cpu_fwd(&self, out: &mut CpuStorage, to: &Layout) -> Result<()> {
        let out = numbers_mut(out, to)?;
        wide(
            #[inline(always)]
            || {
                for row in out.chunks_exact_mut(self.0.len()) {
                    add_and_gelu(row, self.0);
                }
            },
        );
        Ok(())
    }
}

/// Attention within each sentence. Takes a row a token: queries, keys and values, side by side, each without its constant.
pub struct Attention<'n> {
    /// Tokens of each sentence.
    pub lengths: &'n [usize],
    /// How many parts of a row attend by themselves.
    pub heads: usize,
    /// Constants of queries, keys and values.
    pub bias: &'n [f32],
}

impl CustomOp1 for Attention<'_> {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let rows = numbers(storage, layout)?;
        let width = self.bias.len() / 3;
        let mut out = vec![0.0; rows.len() / 3];
        wide(
            #[inline(always)]
            || {
                let mut start = 0;
                for &length in self.lengths {
                    let end = start + length;
                    let rows = &rows[start * 3 * width..end * 3 * width];
                    self.sentence(rows, &mut out[start * width..end * width]);
                    start = end;
                }
            },
        );
        let tokens = out.len() / width.max(1);
        Ok((CpuStorage::F32(out), Shape::from((tokens, width))))
    }
}

impl Attention<'_> {
    #[inline(always)]
    fn sentence(&self, rows: &[f32], out: &mut [f32]) {
        let width = self.bias.len() / 3;
        let (head, length) = (width / self.heads, out.len() / width);
        let scale = 1.0 / (head as f32).sqrt();
        let (keys_width, values_width) = (length.next_multiple_of(LANES), head.next_multiple_of(LANES));
        // Keys in columns, values in rows; both as wide as lanes ask, with zeros.
        let mut keys = vec![0.0; head * keys_width];
        let mut values = vec![0.0; length * values_width];
        let (mut query, mut weights, mut mixed) =
            (vec![0.0; head], vec![0.0; keys_width], vec![0.0; values_width]);
        for part in 0..self.heads {
            let at = |kind: usize| kind * width + part * head;
            let bias = |kind: usize| &self.bias[at(kind)..at(kind) + head];
            for (token, row) in rows.chunks_exact(3 * width).enumerate() {
                for (k, (key, bias)) in row[at(1)..at(1) + head].iter().zip(bias(1)).enumerate() {
                    keys[k * keys_width + token] = key + bias;
                }
                let value = row[at(2)..at(2) + head].iter().zip(bias(2));
                for (to, (value, bias)) in values[token * values_width..].iter_mut().zip(value) {
                    *to = value + bias;
                }
            }
            for (row, out) in rows.chunks_exact(3 * width).zip(out.chunks_exact_mut(width)) {
                for (to, (query, bias)) in query.iter_mut().zip(row[at(0)..at(0) + head].iter().zip(bias(0)))
                {
                    *to = (query + bias) * scale;
                }
                row_times(&query, &keys, &mut weights);
                softmax(&mut weights[..length]);
                row_times(&weights[..length], &values, &mut mixed);
                out[part * head..(part + 1) * head].copy_from_slice(&mixed[..head]);
            }
        }
    }
}
