//! How rare tokens are among the originals of a batch: the inverse document frequencies of BERTScore.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Sentences below which their counts say too little: every token then weighs the same. With few, what stands in all of
/// them by chance would weigh nothing (with a single one, everything).
const ENOUGH: u64 = 50;

/// In how many sentences of originals each token of a model stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenCounts {
    /// Fingerprint of the model whose tokens they are; empty where nothing has been counted.
    model: String,
    sentences: u64,
    tokens: BTreeMap<u32, u64>,
}

impl TokenCounts {
    /// None so far of this model.
    pub fn of(model: &str) -> TokenCounts {
        TokenCounts { model: model.to_string(), ..TokenCounts::default() }
    }

    /// Counts a sentence.
    pub fn add(&mut self, tokens: &[u32]) {
        self.sentences += 1;
        for token in tokens.iter().collect::<BTreeSet<_>>() {
            *self.tokens.entry(*token).or_default() += 1;
        }
    }

    /// Adds the counts of another part of the batch, by the same model.
    pub fn merge(&mut self, other: &TokenCounts) {
        if self.model.is_empty() {
            self.model.clone_from(&other.model);
        }
        self.sentences = self.sentences.saturating_add(other.sentences);
        for (token, count) in &other.tokens {
            let sum = self.tokens.entry(*token).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    /// Fingerprint of the model, where something has been counted.
    pub fn model(&self) -> Option<&str> {
        Some(self.model.as_str()).filter(|model| !model.is_empty())
    }

    /// Weight of a token: ln((N + 1) / (n + 1)), of N sentences n that hold it (Zhang et al. 2020, with the smoothing of
    /// their program); 1 for all where there are fewer than 50.
    pub fn weight(&self, token: u32) -> f64 {
        if self.sentences < ENOUGH {
            return 1.0;
        }
        let held = self.tokens.get(&token).copied().unwrap_or(0).min(self.sentences);
        ((self.sentences as f64 + 1.0) / (held as f64 + 1.0)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarer_weighs_more_and_the_unseen_most() {
        let mut counts = TokenCounts::of("m");
        (0..60).for_each(|k| counts.add(if k % 10 == 0 { &[1, 2, 2] } else { &[1] }));
        assert_eq!(counts.weight(1), 0.0);
        assert!((counts.weight(2) - (61f64 / 7.0).ln()).abs() < 1e-12);
        assert!((counts.weight(3) - 61f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn few_sentences_say_nothing() {
        let mut counts = TokenCounts::of("m");
        counts.add(&[1]);
        assert_eq!([counts.weight(1), counts.weight(2)], [1.0, 1.0]);
    }

    #[test]
    fn the_order_of_merging_does_not_show() {
        let counted = |tokens: &[u32]| {
            let mut counts = TokenCounts::of("m");
            counts.add(tokens);
            counts
        };
        let merged = |parts: [&[u32]; 3]| {
            parts.iter().fold(TokenCounts::default(), |mut sum, part| {
                sum.merge(&counted(part));
                sum
            })
        };
        assert_eq!(merged([&[1, 2], &[2], &[3]]), merged([&[3], &[1, 2], &[2]]));
    }
}
