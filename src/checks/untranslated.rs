//! Words of the original left standing in the translation.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("untranslated.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Untranslated {
    /// Run this check.
    pub enabled: bool,
}

impl Default for Untranslated {
    fn default() -> Self {
        Untranslated { enabled: true }
    }
}

impl Check for Untranslated {}
