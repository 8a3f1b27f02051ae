//! A bracket or quotation mark that opens and never closes, or the other way round.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("brackets_quotes.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BracketsQuotes {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for BracketsQuotes {
    fn default() -> Self {
        BracketsQuotes { enabled: true, severity: None }
    }
}

impl Check for BracketsQuotes {}
