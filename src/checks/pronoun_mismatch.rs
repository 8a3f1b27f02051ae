//! Pronoun mismatch: a person's gender changes.

use serde::{Deserialize, Serialize};

use super::patterns::{Mark, Patterns};
use super::{Check, Findings, Pair, traits};
use crate::model::{Severity, Side};

#[doc = include_str!("pronoun_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PronounMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for PronounMismatch {
    fn default() -> Self {
        PronounMismatch { enabled: true, severity: None }
    }
}

impl Check for PronounMismatch {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.lacks(Side::Original) || segment.lacks(Side::Translation) {
            return;
        }
        let read = |side| GENDERED.marks(pair, index, side);
        let (Some(original), Some(translation)) = (read(Side::Original), read(Side::Translation)) else {
            return;
        };
        let english = pair.is_monolingual() && pair.language(Side::Original) == "en";
        for (gained, lost) in [("he", "she"), ("she", "he")] {
            let counts = Counts {
                lost: count(&original, lost),
                lost_left: count(&translation, lost),
                gained_before: count(&original, gained),
                gained: count(&translation, gained),
                neutral: count(&original, NEUTRAL).saturating_sub(count(&translation, NEUTRAL)),
            };
            let Some(severity) = counts.severity(pair.is_monolingual(), english, gained) else { continue };
            let Some(there) = translation.iter().rfind(|m| m.kind == gained) else { continue };
            let here = original.iter().find(|m| m.kind == lost || m.kind == NEUTRAL);
            out.add(severity, (index, Side::Translation), there.normal.clone(), message(here, there));
        }
    }
}

pub static GENDERED: Patterns = Patterns::new(include_str!("pronouns.txt"), traits::GENDER);

/// Kind of words such as "spokesperson".
const NEUTRAL: &str = "person";

fn count(marks: &[Mark], kind: &str) -> usize {
    marks.iter().filter(|m| m.kind == kind).count()
}

fn message(here: Option<&Mark>, there: &Mark) -> String {
    let word = there.text;
    match here {
        Some(here) => format!("the original has \"{}\", the translation \"{word}\"", here.text),
        None => format!("\"{word}\" in the translation: the original names no gender here"),
    }
}

/// How often a segment has words of the gender that may be lost, and of the one that may be gained.
struct Counts {
    lost: usize,
    lost_left: usize,
    gained_before: usize,
    gained: usize,
    neutral: usize,
}

impl Counts {
    /// Between languages only an exchange without remainder counts, which may still be a noun's translation ("he",
    /// "die Frau").
    fn severity(&self, one_language: bool, english: bool, gained: &str) -> Option<Severity> {
        let more = self.gained > self.gained_before;
        let new = more && self.gained_before == 0;
        let exchanged = new && self.lost > 0 && self.lost_left == 0;
        let shifted = more && self.lost > self.lost_left || english && new && self.lost > 0;
        let specified = more && self.neutral > 0 || english && new && self.lost == 0 && gained == "she";
        match (one_language, exchanged) {
            (true, true) => Some(Severity::Major),
            (true, false) if shifted || specified => Some(Severity::Minor),
            (false, true) => Some(Severity::Minor),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(lost: [usize; 2], gained: [usize; 2]) -> Option<Severity> {
        let counts = Counts {
            lost: lost[0],
            lost_left: lost[1],
            gained_before: gained[0],
            gained: gained[1],
            neutral: 0,
        };
        counts.severity(true, true, "she")
    }

    #[test]
    fn one_gender_for_the_other_is_major() {
        assert_eq!(severity([2, 0], [0, 1]), Some(Severity::Major));
    }

    #[test]
    fn a_part_exchanged_is_minor() {
        assert_eq!(severity([2, 1], [0, 1]), Some(Severity::Minor));
        assert_eq!(severity([2, 1], [1, 2]), Some(Severity::Minor));
    }

    #[test]
    fn words_of_one_gender_may_come_and_go() {
        assert_eq!(severity([2, 1], [0, 0]), None);
        assert_eq!(severity([1, 1], [1, 2]), None);
    }
}
