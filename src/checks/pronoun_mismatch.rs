//! A pronoun of another gender or person.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("pronoun_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PronounMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for PronounMismatch {
    fn default() -> Self {
        PronounMismatch { enabled: true, severity: None }
    }
}

impl Check for PronounMismatch {}
