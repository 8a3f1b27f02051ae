//! A segment in another language than the document.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("wrong_language.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrongLanguage {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for WrongLanguage {
    fn default() -> Self {
        WrongLanguage { enabled: true, severity: None }
    }
}

impl Check for WrongLanguage {}
