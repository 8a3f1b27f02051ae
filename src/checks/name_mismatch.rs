//! Name mismatch: a name that the translation spells otherwise than the original.

use serde::{Deserialize, Serialize};

use super::names::{are_spellings_of_one, names, sure_names};
use super::{Check, Pair};
use crate::model::{Finding, Severity, Side};

#[doc = include_str!("name_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameMismatch {
    /// Run this check.
    pub enabled: bool,
}

impl Default for NameMismatch {
    fn default() -> Self {
        NameMismatch { enabled: true }
    }
}

impl Check for NameMismatch {
    fn name(&self) -> &'static str {
        "name-mismatch"
    }

    fn category(&self) -> &'static str {
        "accuracy/mistranslation"
    }

    fn page(&self) -> &'static str {
        include_str!("name_mismatch.md")
    }

    fn enabled(&self) -> bool {
        self.enabled
    }

    fn document(&self, pair: &Pair, out: &mut Vec<Finding>) {
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
                    out.push(pair.finding(self, Severity::Minor, (index, Side::Translation), range, message));
                }
            }
        }
    }
}
