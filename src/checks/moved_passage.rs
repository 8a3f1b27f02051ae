//! Moved passage: the translation says it, but at another place.

use serde::{Deserialize, Serialize};

use super::{Check, Pair};
use crate::model::{Finding, Severity, Side};

#[doc = include_str!("moved_passage.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MovedPassage {
    /// Run this check.
    pub enabled: bool,
}

impl Default for MovedPassage {
    fn default() -> Self {
        MovedPassage { enabled: true }
    }
}

impl Check for MovedPassage {
    fn name(&self) -> &'static str {
        "moved-passage"
    }

    fn category(&self) -> &'static str {
        "fluency/coherence"
    }

    fn page(&self) -> &'static str {
        include_str!("moved_passage.md")
    }

    fn enabled(&self) -> bool {
        self.enabled
    }

    fn segment(&self, pair: &Pair, index: usize, out: &mut Vec<Finding>) {
        let segment = &pair.segments[index];
        if segment.bead.moved {
            let line = |side: Side| segment.side(side).line().unwrap_or_default();
            let (there, here) = (line(Side::Original), line(Side::Translation));
            let message = format!(
                "stands in line {here} of the translation, out of the order of the original (line {there})"
            );
            let whole = segment.translation.whole();
            out.push(pair.finding(self, Severity::Minor, (index, Side::Translation), whole, message));
        }
    }
}
