//! A segment in another language than the document.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("wrong_language.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrongLanguage {
    /// Run this check.
    pub enabled: bool,
}

impl Default for WrongLanguage {
    fn default() -> Self {
        WrongLanguage { enabled: true }
    }
}

impl Check for WrongLanguage {}
