//! An optional model that says how near words and sentences are in meaning: BERT, RoBERTa or XLM-RoBERTa from a folder
//! in Hugging Face's layout. Nothing is downloaded.
//!
//! The feature `encoder` brings it in. Without the feature there is an [`Encoder`] that never is, so whoever uses it
//! need not ask, and the compiler takes out what nobody can reach.

#[cfg(not(feature = "encoder"))]
mod absent;
#[cfg(feature = "encoder")]
mod config;
#[cfg(feature = "encoder")]
mod folder;
#[cfg(feature = "encoder")]
mod fused;
#[cfg(feature = "encoder")]
mod model;
#[cfg(feature = "encoder")]
mod network;
mod rarity;
#[cfg(feature = "encoder")]
mod simd;
#[cfg(feature = "encoder")]
mod tokens;
#[cfg(feature = "encoder")]
mod weights;

#[cfg(not(feature = "encoder"))]
pub use absent::{Embedded, Encoder};
#[cfg(feature = "encoder")]
pub use model::{Embedded, Encoder};
pub use rarity::TokenCounts;
