//! Term mismatch: a term of the user's glossary that the translation renders otherwise.

use std::cmp::Reverse;
use std::ops::Range;
use std::path::PathBuf;

use rustc_hash::FxHashMap;
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
        let mut taken = vec![false; pair.segments[index].original.tokens.len()];
        let mut rendered: FxHashMap<usize, bool> = FxHashMap::default();
        for (tokens, number, term) in self.occurrences(pair, index) {
            if taken[tokens.clone()].contains(&true) {
                continue;
            }
            taken[tokens.clone()].fill(true);
            let any = || term.translations.iter().any(|form| stands(form, pair, index));
            if !*rendered.entry(number).or_insert_with(any) {
                let wanted: Vec<String> =
                    term.translations.iter().map(|f| format!("\"{}\"", f.text)).collect();
                let message = format!(
                    "the glossary renders \"{}\" as {}; the translation has it not",
                    term.original.text,
                    wanted.join(" or ")
                );
                out.add(Severity::Major, (index, Side::Original), bytes(pair, index, &tokens), message);
            }
        }
    }
}

impl TermMismatch {
    /// Terms of the glossary in the original, longest first, with the tokens where they stand and their numbers.
    fn occurrences(&self, pair: &Pair, index: usize) -> Vec<(Range<usize>, usize, &Term)> {
        let passage = &pair.segments[index].original;
        let mut found = Vec::new();
        for (k, token) in passage.tokens.iter().enumerate() {
            for (number, term) in self.terms.beginning_with(pair.words.text(token.word)) {
                let length = term.original.matches(passage, k, pair.words, false);
                found.extend(length.map(|length| (k..k + length, number, term)));
            }
        }
        found.sort_by_key(|(tokens, ..)| (Reverse(bytes(pair, index, tokens).len()), tokens.start));
        found
    }
}

/// Where tokens of the original stand.
fn bytes(pair: &Pair, index: usize, tokens: &Range<usize>) -> Range<usize> {
    let all = pair.segments[index].original.tokens;
    all[tokens.start].start as usize..all[tokens.end - 1].end as usize
}

/// The form stands in the translation, or in that of a neighbour: the aligner may have cut between.
fn stands(form: &Form, pair: &Pair, index: usize) -> bool {
    let around = index.saturating_sub(1)..(index + 2).min(pair.segments.len());
    pair.segments[around].iter().any(|segment| {
        let passage = &segment.translation;
        (0..passage.tokens.len()).any(|k| form.matches(passage, k, pair.words, true).is_some())
    })
}
