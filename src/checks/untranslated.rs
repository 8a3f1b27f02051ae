//! Words of the original left standing in the translation.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("untranslated.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Untranslated {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Untranslated {
    fn default() -> Self {
        Untranslated { enabled: true, severity: None }
    }
}

impl Check for Untranslated {}
