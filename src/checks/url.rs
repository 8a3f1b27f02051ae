//! Addresses that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("url.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Url {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Url {
    fn default() -> Self {
        Url { enabled: true }
    }
}

impl Check for Url {}
