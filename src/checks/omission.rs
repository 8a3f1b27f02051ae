//! Omission: what the original says and the translation does not.

use serde::{Deserialize, Serialize};

use super::residue::{self, Limits, content, is_said_nearby};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("omission.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Omission {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// A segment left out is major from this many content words on, minor below.
    pub major_words: usize,
    /// A passage of this many content words without counterpart inside an aligned segment is reported as minor.
    pub passage_words: usize,
    /// A passage whose neighbours stand side by side in the translation is reported from so much evidence on.
    pub evidence: usize,
}

impl Default for Omission {
    fn default() -> Self {
        Omission { enabled: true, severity: None, major_words: 4, passage_words: 10, evidence: 5 }
    }
}

impl Check for Omission {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.original.tokens.is_empty() {
            return;
        }
        if segment.lacks(Side::Translation) {
            self.whole(pair, index, out);
        } else if pair.is_monolingual() {
            self.passages(index, out);
        }
    }
}

impl Omission {
    fn whole(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let passage = &pair.segments[index].original;
        if is_said_nearby(pair, index, Side::Original) {
            return;
        }
        let words = content(passage.tokens, pair.words).count();
        let severity = if words >= self.major_words { Severity::Major } else { Severity::Minor };
        let first = index > 0 && !pair.segments[index - 1].lacks(Side::Translation);
        let message = if first && pair.segments[index..].iter().all(|s| s.lacks(Side::Translation)) {
            let left = pair.segments.len() - index;
            let segments =
                if left == 1 { "the last segment has".to_string() } else { format!("{left} segments have") };
            format!("the translation ends here; {segments} no counterpart")
        } else {
            "the translation has no counterpart of this".to_string()
        };
        out.add(severity, (index, Side::Original), passage.whole(), message);
    }

    fn passages(&self, index: usize, out: &mut Findings) {
        let limits = Limits {
            evidence: self.evidence,
            passage_words: self.passage_words,
            major_words: self.major_words,
        };
        let message = "left out: the words around it stand side by side in the translation";
        residue::report((index, Side::Original), &limits, message, out);
    }
}
