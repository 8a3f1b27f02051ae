//! A term of the glossary that the translation renders otherwise.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("term_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TermMismatch {
    /// Run this check.
    pub enabled: bool,
}

impl Default for TermMismatch {
    fn default() -> Self {
        TermMismatch { enabled: true }
    }
}

impl Check for TermMismatch {}
