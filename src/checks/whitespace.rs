//! White space where none belongs.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("whitespace.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whitespace {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Whitespace {
    fn default() -> Self {
        Whitespace { enabled: true }
    }
}

impl Check for Whitespace {}
