//! Characters that a wrong encoding has spoilt.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("encoding.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Encoding {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Encoding {
    fn default() -> Self {
        Encoding { enabled: true }
    }
}

impl Check for Encoding {}
