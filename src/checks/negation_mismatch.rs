//! A negation lost or added.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("negation_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NegationMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NegationMismatch {
    fn default() -> Self {
        NegationMismatch { enabled: true, severity: None }
    }
}

impl Check for NegationMismatch {}
