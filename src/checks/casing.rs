//! A capital that is missing, or one too many.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("casing.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Casing {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Casing {
    fn default() -> Self {
        Casing { enabled: true }
    }
}

impl Check for Casing {}
