//! A capital that is missing, or one too many.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("casing.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Casing {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Casing {
    fn default() -> Self {
        Casing { enabled: true, severity: None }
    }
}

impl Check for Casing {}
