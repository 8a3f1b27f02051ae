//! Moved passage: the translation says it, but at another place.

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("moved_passage.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MovedPassage {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for MovedPassage {
    fn default() -> Self {
        MovedPassage { enabled: true, severity: None }
    }
}

impl Check for MovedPassage {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if segment.bead.moved {
            let line = |side: Side| segment.side(side).line().unwrap_or_default();
            let (there, here) = (line(Side::Original), line(Side::Translation));
            let message = format!(
                "stands in line {here} of the translation, out of the order of the original (line {there})"
            );
            let whole = segment.translation.whole();
            out.add(Severity::Minor, (index, Side::Translation), whole, message);
        }
    }
}
