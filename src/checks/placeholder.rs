//! Placeholders that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("placeholder.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Placeholder {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Placeholder {
    fn default() -> Self {
        Placeholder { enabled: true }
    }
}

impl Check for Placeholder {}
