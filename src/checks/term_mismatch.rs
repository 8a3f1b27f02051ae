//! Term mismatch: a term of the user's glossary that the translation renders otherwise.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::glossary::{Form, Glossary, Term};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("term_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TermMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// The glossary: CSV with the columns original, translation and, where wanted, case.
    pub glossary: Option<PathBuf>,
    /// What the file holds; read when the pipeline is loaded.
    #[serde(skip)]
    pub terms: Glossary,
}

impl Default for TermMismatch {
    fn default() -> Self {
        TermMismatch { enabled: true, severity: None, glossary: None, terms: Glossary::default() }
    }
}

impl Check for TermMismatch {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        if pair.both(index).is_none() || self.terms.is_empty() {
            return;
        }
        let mut taken: Vec<Range<usize>> = Vec::new();
        for (range, term) in self.occurrences(pair, index) {
            let overlaps = taken.iter().any(|t| t.start < range.end && range.start < t.end);
            if overlaps {
                continue;
            }
            taken.push(range.clone());
            if !term.translations.iter().any(|form| stands(form, pair, index)) {
                let wanted: Vec<String> =
                    term.translations.iter().map(|f| format!("\"{}\"", f.text)).collect();
                let message = format!(
                    "the glossary renders \"{}\" as {}; the translation has it not",
                    term.original.text,
                    wanted.join(" or ")
                );
                out.add(Severity::Major, (index, Side::Original), range, message);
            }
        }
    }
}

impl TermMismatch {
    /// Terms of the glossary in the original, longest first, with the bytes where they stand.
    fn occurrences(&self, pair: &Pair, index: usize) -> Vec<(Range<usize>, &Term)> {
        let passage = &pair.segments[index].original;
        let mut found = Vec::new();
        for (k, token) in passage.tokens.iter().enumerate() {
            for term in self.terms.beginning_with(pair.words.text(token.word)) {
                if let Some(length) = term.original.matches(passage, k, pair.words, false) {
                    let last = &passage.tokens[k + length - 1];
                    found.push((token.start as usize..last.end as usize, term));
                }
            }
        }
        found.sort_by_key(|(range, _)| (std::cmp::Reverse(range.len()), range.start));
        found
    }
}

/// The form stands in the translation, or in that of a neighbour: the aligner may have cut between.
fn stands(form: &Form, pair: &Pair, index: usize) -> bool {
    let around = index.saturating_sub(1)..(index + 2).min(pair.segments.len());
    pair.segments[around].iter().any(|segment| {
        let passage = &segment.translation;
        (0..passage.tokens.len()).any(|k| form.matches(passage, k, pair.words, true).is_some())
    })
}
