//! A negation lost or added.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("negation_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NegationMismatch {
    /// Run this check.
    pub enabled: bool,
}

impl Default for NegationMismatch {
    fn default() -> Self {
        NegationMismatch { enabled: true }
    }
}

impl Check for NegationMismatch {}
