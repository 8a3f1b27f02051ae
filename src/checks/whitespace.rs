//! White space where none belongs.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("whitespace.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whitespace {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Whitespace {
    fn default() -> Self {
        Whitespace { enabled: true, severity: None }
    }
}

impl Check for Whitespace {}
