//! End marks that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("punctuation.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Punctuation {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Punctuation {
    fn default() -> Self {
        Punctuation { enabled: true, severity: None }
    }
}

impl Check for Punctuation {}
