//! A model that is there: texts in, vectors out.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use candle_core::Device;
use rayon::prelude::*;

use super::config::{Config, Extras, Pooling};
use super::folder::{Folder, wrong};
use super::network::Network;
use super::simd::{LANES, row_times, wide};
use super::tokens::{self, Tokens};
use super::weights::{self, Weights};
use crate::error::SetupError;
use crate::fingerprint::Fingerprint;

/// Tokens that go through the layers at once: enough for matrix products to be worth their while, few enough for the
/// processor's cache (a vector of 1,536 numbers each, 3 MiB in all).
const BATCH: usize = 512;

/// Pieces of a vocabulary from which a model is taken for a multilingual one: those of one language have 30,000 to
/// 50,000, multilingual BERT 105,879 and up, XLM-RoBERTa 250,002.
const MULTILINGUAL: usize = 100_000;

/// A model in memory.
pub struct Encoder {
    tokens: Tokens,
    network: Network,
    pooling: Pooling,
    is_multilingual: bool,
    fingerprint: String,
    /// Segments that it has been asked about, for whoever watches.
    segments: AtomicU64,
}

/// The tokens of a text, each with its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    ids: Vec<u32>,
    /// A vector of length 1 a token, one below the other.
    vectors: Vec<f32>,
    width: usize,
}

impl fmt::Debug for Encoder {
    /// All that the results follow from, so that whoever asks for a fingerprint of settings has it among them.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Encoder({})", self.fingerprint)
    }
}

impl PartialEq for Encoder {
    fn eq(&self, other: &Encoder) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Encoder {
    /// Reads a model from its folder: `config.json`, `tokenizer.json`, `model.safetensors`, and what
    /// sentence-transformers adds. Errors name the file, what is wrong with it, and what to do.
    pub fn load(folder: &Path) -> Result<Encoder, SetupError> {
        let device = device()?;
        let folder = Folder(folder);
        let config = Config::read(&folder)?;
        let extras = Extras::read(&folder)?;
        let longest = extras.longest.unwrap_or(usize::MAX).min(config.positions());
        let tokens = Tokens::read(&folder, config.vocab_size, longest, extras.lower_cased)?;
        let network = Network::read(&mut Weights::open(&folder, device.clone())?, &config, &device)?;
        let (pooling, fingerprint) = (extras.pooling, fingerprint(&folder, &extras.files)?);
        let is_multilingual = config.is_of_many_languages() || tokens.vocabulary >= MULTILINGUAL;
        Ok(Encoder { tokens, network, pooling, is_multilingual, fingerprint, segments: AtomicU64::new(0) })
    }

    /// Of all files that the results follow from.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// How many layers the model has.
    pub fn layers(&self) -> usize {
        self.network.depth()
    }

    /// Whether it knows more than one language: an XLM-RoBERTa, or a vocabulary of 100,000 pieces and more.
    pub fn is_multilingual(&self) -> bool {
        self.is_multilingual
    }

    /// Counts segments that are done.
    pub fn add_segments(&self, segments: usize) {
        self.segments.fetch_add(segments as u64, Ordering::Relaxed);
    }

    /// How many segments are done.
    pub fn segments(&self) -> u64 {
        self.segments.load(Ordering::Relaxed)
    }

    /// Ids of a text's tokens, without those that the model puts around it.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, String> {
        self.tokens.ids(text)
    }

    /// The tokens of each text with their vectors after so many layers (0: as they go in). A text that is longer than
    /// the model's window is seen in several. Texts that are equal are worked on once.
    ///
    /// What comes out depends neither on the number of threads nor, but for the last bits, on the other texts.
    pub fn tokens(&self, texts: &[&str], layers: usize) -> Result<Vec<Embedded>, String> {
        let [before, after] = self.tokens.special();
        let width = self.network.width();
        self.each(texts, layers, |ids, windows| {
            let mut vectors = Vec::with_capacity(ids.len() * width);
            for window in windows {
                vectors.extend_from_slice(&window[before * width..window.len() - after * width]);
            }
            vectors.chunks_exact_mut(width).for_each(normalise);
            Embedded { ids, vectors, width }
        })
    }

    /// A vector of length 1 for each text, as sentence-transformers makes it; of a text in several windows the mean of
    /// theirs, by their tokens.
    pub fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        let width = self.network.width();
        self.each(texts, self.layers(), |_, windows| {
            let mut sum = vec![0.0; width];
            for window in windows {
                let tokens = window.len() / width;
                let (rows, share) = match self.pooling {
                    Pooling::Mean => (tokens, 1.0),
                    Pooling::First => (1, tokens as f32),
                };
                for row in window.chunks_exact(width).take(rows) {
                    sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * share);
                }
            }
            normalise(&mut sum);
            sum
        })
    }

    /// What `of` makes of each text's ids and windows, after so many layers.
    fn each<T: Clone + Send + Sync>(
        &self,
        texts: &[&str],
        layers: usize,
        of: impl Fn(Vec<u32>, &[Vec<f32>]) -> T + Sync,
    ) -> Result<Vec<T>, String> {
        let (mut numbers, mut distinct) = (BTreeMap::new(), Vec::new());
        let mut places = Vec::with_capacity(texts.len());
        for &text in texts {
            places.push(*numbers.entry(text).or_insert(distinct.len()));
            if places.last() == Some(&distinct.len()) {
                distinct.push(text);
            }
        }
        let ids = distinct.par_iter().map(|text| self.ids(text)).collect::<Result<Vec<_>, _>>()?;
        let windows: Vec<Vec<Vec<u32>>> = ids.par_iter().map(|ids| self.tokens.windows(ids)).collect();
        let counts = windows.iter().map(Vec::len);
        let starts: Vec<usize> =
            counts.scan(0, |start, n| Some(std::mem::replace(start, *start + n))).collect();
        let all: Vec<&[u32]> = windows.iter().flatten().map(Vec::as_slice).collect();
        let seen = self.windows(&all, layers)?;
        let texts = ids.into_par_iter().zip(&windows).zip(&starts);
        let made: Vec<T> =
            texts.map(|((ids, windows), &start)| of(ids, &seen[start..start + windows.len()])).collect();
        Ok(places.into_iter().map(|place| made[place].clone()).collect())
    }

    /// The vectors of each window's tokens, batch by batch. Which windows are one batch follows from their lengths alone.
    fn windows(&self, windows: &[&[u32]], layers: usize) -> Result<Vec<Vec<f32>>, String> {
        let width = self.network.width();
        let batches: Vec<&[&[u32]]> = batches(windows);
        let done = batches.into_par_iter().map(|batch| {
            let all = self.network.forward(batch, layers).map_err(|e| e.to_string())?;
            let mut rest = &all[..];
            let own = batch.iter().map(|window| {
                let (own, others) = rest.split_at(window.len() * width);
                rest = others;
                own.to_vec()
            });
            Ok(own.collect::<Vec<_>>())
        });
        Ok(done.collect::<Result<Vec<_>, String>>()?.into_iter().flatten().collect())
    }
}

/// The GPU where the program was built for one and there is one, else the processor.
fn device() -> Result<Device, SetupError> {
    Device::cuda_if_available(0)
        .map_err(|e| SetupError::Configuration(format!("the GPU cannot be used: {e}")))
}

/// Windows that follow one another, up to [`BATCH`] tokens; a longer one by itself.
fn batches<'b, 'w>(windows: &'b [&'w [u32]]) -> Vec<&'b [&'w [u32]]> {
    let (mut batches, mut start, mut tokens) = (Vec::new(), 0, 0);
    for (k, window) in windows.iter().enumerate() {
        if k > start && tokens + window.len() > BATCH {
            batches.push(&windows[start..k]);
            (start, tokens) = (k, 0);
        }
        tokens += window.len();
    }
    if start < windows.len() {
        batches.push(&windows[start..]);
    }
    batches
}

fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in vector {
            *value /= length;
        }
    }
}

fn fingerprint(folder: &Folder, extras: &[PathBuf]) -> Result<String, SetupError> {
    let mut print = Fingerprint::default();
    let there = extras.iter().map(PathBuf::as_path).filter(|name| folder.file(name).exists());
    for name in ["config.json", tokens::FILE, weights::FILE].map(Path::new).into_iter().chain(there) {
        let file = folder.open(name)?;
        print = print.with(name.as_os_str().as_encoded_bytes());
        print = print.with_all_of(file).map_err(|e| wrong(&folder.file(name), &e.to_string()))?;
    }
    Ok(print.hex())
}

impl Embedded {
    /// Ids of the tokens, without those that the model puts around a text.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The vector of a token, of length 1.
    pub fn vector(&self, token: usize) -> &[f32] {
        &self.vectors[token * self.width..(token + 1) * self.width]
    }

    /// For each token of either text the cosine with the nearest of the other, from -1 to 1; none where the other has none.
    pub fn nearest(&self, other: &Embedded) -> [Vec<f32>; 2] {
        let (rows, columns) = (self.ids.len(), other.ids.len());
        let mut nearest = [vec![-1.0; rows], vec![-1.0; columns]];
        if rows == 0 || columns == 0 {
            return [Vec::new(), Vec::new()];
        }
        let padded = columns.next_multiple_of(LANES);
        let mut turned = vec![0.0; self.width * padded];
        for (column, vector) in other.vectors.chunks_exact(self.width).enumerate() {
            for (k, value) in vector.iter().enumerate() {
                turned[k * padded + column] = *value;
            }
        }
        let mut cosines = vec![0.0; padded];
        for (row, vector) in self.vectors.chunks_exact(self.width).enumerate() {
            wide(
                #[inline(always)]
                || row_times(vector, &turned, &mut cosines),
            );
            for (column, &cosine) in cosines[..columns].iter().enumerate() {
                nearest[0][row] = cosine.max(nearest[0][row]);
                nearest[1][column] = cosine.max(nearest[1][column]);
            }
        }
        nearest
    }
}
