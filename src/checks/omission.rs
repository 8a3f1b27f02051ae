//! Omission: what the original says and the translation does not.

use serde::{Deserialize, Serialize};

use super::residue::{Residue, content, said_nearby};
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

    /// What the translation has no place for; else a run of content words that it has no other words for.
    fn passage(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let Some(residue) = Residue::new(pair, &pair.segments[index], Side::Original) else { return };
        let place = (index, Side::Original);
        let unplaced = residue.unplaced(self.evidence);
        for passage in &unplaced {
            let message = "left out: the words around it stand side by side in the translation".to_string();
            out.add(passage.severity(self.major_words), place, passage.normal.clone(), message);
        }
        if let Some(run) = residue.run(self.passage_words).filter(|_| unplaced.is_empty()) {
            let message =
                format!("{} content words in a row have no counterpart in the translation", run.words);
            out.add(Severity::Minor, place, run.normal, message);
        }
    }
}
