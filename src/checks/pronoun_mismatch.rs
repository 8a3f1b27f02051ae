//! A pronoun of another gender or person.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("pronoun_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PronounMismatch {
    /// Run this check.
    pub enabled: bool,
}

impl Default for PronounMismatch {
    fn default() -> Self {
        PronounMismatch { enabled: true }
    }
}

impl Check for PronounMismatch {}
