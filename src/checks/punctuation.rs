//! End marks that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("punctuation.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Punctuation {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Punctuation {
    fn default() -> Self {
        Punctuation { enabled: true }
    }
}

impl Check for Punctuation {}
