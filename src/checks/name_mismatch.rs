//! Name mismatch: a name that the translation spells otherwise than the original.

use serde::{Deserialize, Serialize};

use super::names::{are_spellings_of_one, names, sure_names};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("name_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NameMismatch {
    fn default() -> Self {
        NameMismatch { enabled: true, severity: None }
    }
}

impl Check for NameMismatch {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if !pair.is_monolingual() || pair.unrelated {
            return;
        }
        let sure = sure_names(pair, Side::Original);
        for index in 0..pair.segments.len() {
            let originals = names(pair, index, Side::Original);
            for name in names(pair, index, Side::Translation) {
                let word = name.token.word;
                if pair.holds(Side::Original, word) {
                    continue;
                }
                let spelling = pair.words.text(word);
                let original = originals.iter().map(|o| o.token).find(|o| {
                    sure.contains(&o.word) && are_spellings_of_one(pair.words.text(o.word), spelling)
                });
                if let Some(original) = original {
                    let written = pair.segments[index].original.between(original, original);
                    let range = name.token.start as usize..name.token.end as usize;
                    let own = pair.segments[index].translation.between(name.token, name.token);
                    let message = format!("\"{written}\" in the original is spelt \"{own}\" here");
                    out.add(Severity::Minor, (index, Side::Translation), range, message);
                }
            }
        }
    }
}
