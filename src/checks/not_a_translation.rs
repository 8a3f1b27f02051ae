//! Not a translation: two texts that do not belong together.

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("not_a_translation.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotATranslation {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NotATranslation {
    fn default() -> Self {
        NotATranslation { enabled: true, severity: None }
    }
}

impl Check for NotATranslation {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        let first = pair.segments.iter().position(|s| !s.translation.tokens.is_empty());
        if let Some(index) = first.filter(|_| pair.unrelated) {
            let whole = pair.segments[index].translation.whole();
            let message = "not a translation of this original: the two texts share too little".to_string();
            out.add(Severity::Critical, (index, Side::Translation), whole, message);
        }
    }
}
