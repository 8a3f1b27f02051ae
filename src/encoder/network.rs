//! The forward pass of BERT (Devlin et al. 2019) and of RoBERTa, whose layers are the same.
//!
//! Sentences are not padded to one length: the tokens of a batch stand one below the other, so linear maps work on what is
//! there and nothing else, and only attention knows where a sentence ends. So a sentence's numbers don't depend on what
//! stands beside it.

use candle_core::{D, Device, Result, Tensor};

use super::config::Config;
use super::fused::{AddGelu, AddNorm, Attention};
use super::weights::Weights;
use crate::error::SetupError;

/// A row of numbers, once for each way to use it.
struct Row {
    numbers: Vec<f32>,
    tensor: Tensor,
}

impl Row {
    fn new(tensor: Tensor) -> Result<Row> {
        Ok(Row { numbers: tensor.to_vec1()?, tensor })
    }
}

/// A linear map: `x · weight + bias`.
struct Linear {
    weight: Tensor,
    bias: Row,
}

/// A layer's norm.
struct Norm {
    scale: Row,
    shift: Row,
    epsilon: f64,
}

struct Layer {
    /// Queries, keys and values in one map.
    attention: Linear,
    after_attention: Linear,
    attention_norm: Norm,
    wider: Linear,
    narrower: Linear,
    norm: Norm,
}

/// A model's layers.
pub struct Network {
    words: Tensor,
    /// Of each position, with that of the first token type.
    positions: Tensor,
    first_position: usize,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    nothing: Row,
    device: Device,
    /// On the processor: with the operations of `fused`.
    fused: bool,
}

/// An error of candle's where a model is set up.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn setup(error: candle_core::Error) -> SetupError {
    SetupError::Configuration(format!("the model cannot be set up: {error}"))
}

/// Reads the parts of a model.
struct Reader<'w> {
    weights: &'w mut Weights,
    epsilon: f64,
}

impl Reader<'_> {
    fn row(&mut self, name: &str, size: usize) -> std::result::Result<Row, SetupError> {
        Row::new(self.weights.get(name, &[size])?).map_err(setup)
    }

    fn norm(&mut self, name: &str, size: usize) -> std::result::Result<Norm, SetupError> {
        let scale = self.row(&format!("{name}.weight"), size)?;
        let shift = self.row(&format!("{name}.bias"), size)?;
        Ok(Norm { scale, shift, epsilon: self.epsilon })
    }

    /// Maps of the same input, side by side.
    fn linear(&mut self, names: &[&str], from: usize, to: usize) -> std::result::Result<Linear, SetupError> {
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for name in names {
            weights.push(self.weights.get(&format!("{name}.weight"), &[to, from])?);
            biases.push(self.weights.get(&format!("{name}.bias"), &[to])?);
        }
        let joined = || {
            let weight = Tensor::cat(&weights, 0)?.t()?.contiguous()?;
            Ok(Linear { weight, bias: Row::new(Tensor::cat(&biases, 0)?)? })
        };
        joined().map_err(setup)
    }

    fn layer(&mut self, number: usize, config: &Config) -> std::result::Result<Layer, SetupError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let at = |part: &str| format!("encoder.layer.{number}.{part}");
        let [query, key, value] = ["query", "key", "value"].map(|n| at(&format!("attention.self.{n}")));
        Ok(Layer {
            attention: self.linear(&[&query, &key, &value], hidden, hidden)?,
            after_attention: self.linear(&[&at("attention.output.dense")], hidden, hidden)?,
            attention_norm: self.norm(&at("attention.output.LayerNorm"), hidden)?,
            wider: self.linear(&[&at("intermediate.dense")], hidden, inner)?,
            narrower: self.linear(&[&at("output.dense")], inner, hidden)?,
            norm: self.norm(&at("output.LayerNorm"), hidden)?,
        })
    }
}

impl Network {
    /// Reads the layers' weights.
    pub fn read(
        weights: &mut Weights,
        config: &Config,
        device: &Device,
    ) -> std::result::Result<Network, SetupError> {
        let hidden = config.hidden_size;
        let mut reader = Reader { weights, epsilon: config.layer_norm_eps };
        let mut table =
            |name: &str, rows| reader.weights.get(&format!("embeddings.{name}.weight"), &[rows, hidden]);
        let words = table("word_embeddings", config.vocab_size)?;
        let positions = table("position_embeddings", config.max_position_embeddings)?;
        let types = table("token_type_embeddings", config.type_vocab_size)?;
        let typed = || positions.broadcast_add(&types.narrow(0, 0, 1)?);
        let nothing = || Row::new(Tensor::zeros(hidden, candle_core::DType::F32, device)?);
        Ok(Network {
            words,
            positions: typed().map_err(setup)?,
            first_position: config.first_position(),
            norm: reader.norm("embeddings.LayerNorm", hidden)?,
            layers: (0..config.num_hidden_layers)
                .map(|k| reader.layer(k, config))
                .collect::<std::result::Result<_, _>>()?,
            heads: config.num_attention_heads,
            nothing: nothing().map_err(setup)?,
            device: device.clone(),
            fused: device.is_cpu(),
        })
    }

    /// Numbers a token's vector is made of.
    pub fn width(&self) -> usize {
        self.nothing.numbers.len()
    }

    /// How many layers there are.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// The vectors of all tokens of these sentences after so many layers, one below the other.
    pub fn forward(&self, sentences: &[&[u32]], layers: usize) -> Result<Vec<f32>> {
        let lengths: Vec<usize> = sentences.iter().map(|s| s.len()).collect();
        let tokens = lengths.iter().sum::<usize>();
        let places = lengths.iter().flat_map(|&n| (0..n).map(|p| (p + self.first_position) as u32));
        let ids = Tensor::from_vec(sentences.concat(), tokens, &self.device)?;
        let places = Tensor::from_iter(places, &self.device)?;
        let placed = self.positions.index_select(&places, 0)?;
        let mut x = self.words.index_select(&ids, 0)?;
        x = self.add_norm(x, &self.nothing, &placed, &self.norm)?;
        for layer in &self.layers[..layers] {
            x = self.layer(layer, &x, &lengths)?;
        }
        x.flatten_all()?.to_vec1()
    }

    fn layer(&self, layer: &Layer, x: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let Layer { attention, after_attention, attention_norm, wider, narrower, norm } = layer;
        let seen = self.attention(&x.matmul(&attention.weight)?, &attention.bias, lengths)?;
        let y = seen.matmul(&after_attention.weight)?;
        let y = self.add_norm(y, &after_attention.bias, x, attention_norm)?;
        let inner = self.add_gelu(y.matmul(&wider.weight)?, &wider.bias)?;
        let out = inner.matmul(&narrower.weight)?;
        self.add_norm(out, &narrower.bias, &y, norm)
    }

    fn add_norm(&self, x: Tensor, bias: &Row, input: &Tensor, norm: &Norm) -> Result<Tensor> {
        let Norm { scale, shift, epsilon } = norm;
        if self.fused {
            let (bias, epsilon) = (&*bias.numbers, *epsilon as f32);
            x.inplace_op2(input, &AddNorm { bias, scale: &scale.numbers, shift: &shift.numbers, epsilon })?;
            return Ok(x);
        }
        let x = (x.broadcast_add(&bias.tensor)? + input)?;
        let x = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let deviation = (x.sqr()?.mean_keepdim(D::Minus1)? + *epsilon)?.sqrt()?;
        x.broadcast_div(&deviation)?.broadcast_mul(&scale.tensor)?.broadcast_add(&shift.tensor)
    }

    fn add_gelu(&self, x: Tensor, bias: &Row) -> Result<Tensor> {
        if self.fused {
            x.inplace_op1(&AddGelu(&bias.numbers))?;
            return Ok(x);
        }
        x.broadcast_add(&bias.tensor)?.gelu_erf()
    }

    /// `x`: queries, keys and values of each token, side by side.
    fn attention(&self, x: &Tensor, bias: &Row, lengths: &[usize]) -> Result<Tensor> {
        if self.fused {
            return x.apply_op1_no_bwd(&Attention { lengths, heads: self.heads, bias: &bias.numbers });
        }
        let x = x.broadcast_add(&bias.tensor)?;
        let head = self.width() / self.heads;
        let (mut start, mut seen) = (0, Vec::with_capacity(lengths.len()));
        for &length in lengths {
            let sentence = x.narrow(0, start, length)?.reshape((length, 3, self.heads, head))?;
            let [query, key, value] =
                [0, 1, 2].map(|k| sentence.narrow(1, k, 1)?.squeeze(1)?.transpose(0, 1)?.contiguous());
            let weights = (query?.matmul(&key?.t()?.contiguous()?)? / (head as f64).sqrt())?;
            let most = weights.max_keepdim(D::Minus1)?;
            let powers = weights.broadcast_sub(&most)?.exp()?;
            let shares = powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)?;
            let mixed = shares.matmul(&value?)?;
            seen.push(mixed.transpose(0, 1)?.contiguous()?.reshape((length, self.width()))?);
            start += length;
        }
        Tensor::cat(&seen, 0)
    }
}
