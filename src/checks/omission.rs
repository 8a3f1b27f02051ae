//! Omission: what the original says and the translation does not.

use serde::{Deserialize, Serialize};

use super::residue::{content, longest_residue, said_nearby};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("omission.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Omission {
    /// Run this check.
    pub enabled: bool,
    /// A segment left out is major from this many content words on, minor below.
    pub major_words: usize,
    /// A passage of this many content words without counterpart inside an aligned segment is reported as minor.
    pub passage_words: usize,
}

impl Default for Omission {
    fn default() -> Self {
        Omission { enabled: true, major_words: 4, passage_words: 5 }
    }
}

impl Check for Omission {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.original.tokens.is_empty() {
        } else if segment.lacks(Side::Translation) {
            self.whole(pair, index, out);
        } else if pair.is_monolingual() {
            self.passage(pair, index, out);
        }
    }
}

/// Half of what a sentence says may stand in the neighbours of a bead that the aligner cut short.
const SAID_NEARBY: f64 = 0.5;

impl Omission {
    fn whole(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let passage = &pair.segments[index].original;
        if said_nearby(pair, index, Side::Original) > SAID_NEARBY {
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

    /// A run of content words that the translation does not say, and that it has no other words for.
    fn passage(&self, pair: &Pair, index: usize, out: &mut Findings) -> Option<()> {
        let segment = &pair.segments[index];
        let (run, other_words) = longest_residue(pair, segment, Side::Original);
        let (first, last) = (run.first()?, run.last()?);
        if run.len() < self.passage_words || other_words * 2 > run.len() {
            return None;
        }
        let range = first.start as usize..last.end as usize;
        let message = format!("{} content words in a row have no counterpart in the translation", run.len());
        out.add(Severity::Minor, (index, Side::Original), range, message);
        Some(())
    }
}
