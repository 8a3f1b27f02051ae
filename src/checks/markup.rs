//! Tags that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("markup.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Markup {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Markup {
    fn default() -> Self {
        Markup { enabled: true }
    }
}

impl Check for Markup {}
