//! In how many sentences of a language each character n-gram stands: how much it says that two texts share it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Document;
use super::normalise::Normalise;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The longest n-grams, in characters, as in chrF.
pub const ORDERS: usize = 6;

/// A character n-gram of any order as 64 bits: among a million n-grams two have the same in one batch of 30 million.
pub type Gram = u64;

/// The n-grams of a text, by order and sorted: white space is no part of them, case is.
#[derive(Debug, Clone, Default)]
pub struct Grams([Vec<Gram>; ORDERS]);

impl Grams {
    /// Of a text.
    pub fn of(text: &str) -> Grams {
        let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut grams = Grams::default();
        let mut longest = vec![0; characters.len()];
        for (order, sorted) in (1..).zip(&mut grams.0) {
            longest.truncate((characters.len() + 1).saturating_sub(order));
            for (gram, &last) in longest.iter_mut().zip(characters.iter().skip(order - 1)) {
                *gram = extended(*gram, last);
            }
            sorted.clone_from(&longest);
            sorted.sort_unstable();
        }
        grams
    }

    /// Those of each order from 1, each as often as it stands there.
    pub fn orders(&self) -> &[Vec<Gram>; ORDERS] {
        &self.0
    }
}

/// The n-gram with one more character: each step mixes all bits (multiplier and shift of Steele et al. 2014,
/// `SplitMix64`).
fn extended(gram: Gram, last: char) -> Gram {
    let mixed = (gram ^ u64::from(u32::from(last) + 1)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb)
}

/// N-grams are counted in about so many bytes of text: what a weight is, a few thousand sentences tell.
const ENOUGH: u64 = 512 << 10;

/// Sentences at even distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every {
    first: usize,
    step: usize,
}

impl Every {
    /// Of document `number` of several with so many bytes in all, as if their sentences stood in one row: enough, and
    /// all of a small batch.
    pub fn of(number: usize, bytes: u64) -> Every {
        let step = usize::try_from(bytes.div_ceil(ENOUGH)).unwrap_or(usize::MAX).max(1);
        Every { first: (step - number % step) % step, step }
    }
}

/// In how many sentences n-grams stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Frequencies {
    sentences: u32,
    /// By order.
    grams: [FxHashMap<Gram, u32>; ORDERS],
    /// By order: what their rarity comes to in the mean.
    means: OnceLock<[f64; ORDERS]>,
}

/// What the rarity of every n-gram is raised by: those of function words say little, yet something. On the WMT dev
/// sets of 2021 and 2022, weights of the whole set, tau-b gains over chrF: news -.0009, +.0014, +.0027, bio +.0108,
/// +.0096, +.0084 with 0, .1 and .2.
const FLOOR: f64 = 0.1;

/// Fewer sentences than about this many tell little of what is rare: for so many, weights are half those of chrF.
const FEW: f64 = 50.0;

impl Frequencies {
    /// Number of sentences counted.
    pub fn sentences(&self) -> u32 {
        self.sentences
    }

    /// Counts sentences of a document.
    pub fn add_sentences(&mut self, document: &Document, rules: &Normalise, every: Every) {
        for sentence in (0..document.sentences().len()).skip(every.first).step_by(every.step) {
            self.add(&document.passage(sentence..sentence + 1).with_own_marks(rules));
        }
    }

    /// Counts a sentence; an empty one is none.
    pub fn add(&mut self, sentence: &str) {
        let grams = Grams::of(sentence);
        self.sentences += u32::from(!grams.0[0].is_empty());
        for (counts, sorted) in self.grams.iter_mut().zip(&grams.0) {
            sorted.chunk_by(|a, b| a == b).for_each(|same| *counts.entry(same[0]).or_insert(0) += 1);
        }
        self.means = OnceLock::new();
    }

    /// Adds the counts of other sentences.
    pub fn merge(&mut self, other: &Frequencies) {
        self.sentences = self.sentences.saturating_add(other.sentences);
        for (counts, others) in self.grams.iter_mut().zip(&other.grams) {
            for (&gram, &count) in others {
                let sum = counts.entry(gram).or_insert(0);
                *sum = sum.saturating_add(count);
            }
        }
        self.means = OnceLock::new();
    }

    /// The weights of n-grams of one order, from 0 for single characters.
    pub fn weights(&self, order: usize) -> Weights<'_> {
        let common = FLOOR + self.means()[order];
        let base = FLOOR + common * FEW / f64::from(self.sentences.max(1));
        Weights { counts: &self.grams[order], sentences: self.sentences, base }
    }

    /// The mean rarity of the n-grams of each order, each as often as sentences hold it.
    fn means(&self) -> &[f64; ORDERS] {
        self.means.get_or_init(|| {
            self.grams.each_ref().map(|counts| {
                // Whole numbers, so that the order of a table's entries cannot show.
                let mut by_count: BTreeMap<u32, u64> = BTreeMap::new();
                for &count in counts.values() {
                    *by_count.entry(count).or_insert(0) += 1;
                }
                let held = |(&count, &grams): (&u32, &u64)| f64::from(count) * grams as f64;
                let all: f64 = by_count.iter().map(held).sum();
                let rare: f64 = by_count.iter().map(|c| held(c) * rarity(self.sentences, *c.0)).sum();
                if all > 0.0 { rare / all } else { 1.0 }
            })
        })
    }
}

impl PartialEq for Frequencies {
    fn eq(&self, other: &Frequencies) -> bool {
        (self.sentences, &self.grams) == (other.sentences, &other.grams)
    }
}

impl Eq for Frequencies {}

/// How much the n-grams of one order count.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'f> {
    counts: &'f FxHashMap<Gram, u32>,
    sentences: u32,
    base: f64,
}

impl Weights<'_> {
    /// Of one n-gram, in whole thousandths, so that sums are exact in any order.
    pub fn of(&self, gram: Gram) -> f64 {
        let count = self.counts.get(&gram).copied().unwrap_or(0);
        ((rarity(self.sentences, count) + self.base) * 1000.0).round()
    }
}

/// Inverse document frequency, smoothed: ln((N + 1) / (n + 0.5)) of what `count` of so many sentences hold.
fn rarity(sentences: u32, count: u32) -> f64 {
    ((f64::from(sentences) + 1.0) / (f64::from(count) + 0.5)).ln()
}

/// As a file holds it: by order, n-grams by the number of sentences, each as 16 hexadecimal digits: no text shows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    sentences: u32,
    grams: [BTreeMap<u32, String>; ORDERS],
}

impl From<Frequencies> for Saved {
    fn from(frequencies: Frequencies) -> Saved {
        let grams = frequencies.grams.map(|counts| {
            let mut sorted: Vec<(Gram, u32)> = counts.into_iter().collect();
            sorted.sort_unstable();
            let mut grams: BTreeMap<u32, String> = BTreeMap::new();
            for (gram, count) in sorted {
                grams.entry(count).or_default().push_str(&format!("{gram:016x}"));
            }
            grams
        });
        Saved { sentences: frequencies.sentences, grams }
    }
}

impl TryFrom<Saved> for Frequencies {
    type Error = &'static str;

    fn try_from(saved: Saved) -> Result<Frequencies, &'static str> {
        let mut read = Frequencies { sentences: saved.sentences, ..Frequencies::default() };
        for (counts, grams) in read.grams.iter_mut().zip(saved.grams) {
            for (count, digits) in grams {
                if count > saved.sentences {
                    return Err("an n-gram stands in more sentences than there are");
                }
                for gram in digits.as_bytes().chunks(16) {
                    let digits = str::from_utf8(gram).ok().filter(|digits| digits.len() == 16);
                    let gram = digits.and_then(|digits| Gram::from_str_radix(digits, 16).ok());
                    counts.insert(gram.ok_or("an n-gram is no 16 hexadecimal digits")?, count);
                }
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(sentences: &[&str]) -> Frequencies {
        let mut counts = Frequencies::default();
        for sentence in sentences {
            counts.add(sentence);
        }
        counts
    }

    fn count(counts: &Frequencies, text: &str) -> u32 {
        let gram = text.chars().fold(0, extended);
        counts.grams[text.chars().count() - 1].get(&gram).copied().unwrap_or(0)
    }

    fn weight(counts: &Frequencies, text: &str) -> f64 {
        counts.weights(text.chars().count() - 1).of(text.chars().fold(0, extended))
    }

    #[test]
    fn a_sentence_counts_once_however_often_it_holds_an_n_gram() {
        let counts = counted(&["ab ab", "b a", ""]);
        assert_eq!(counts.sentences(), 2);
        assert_eq!(["a", "ab", "ba", "abab", "c"].map(|g| count(&counts, g)), [2, 1, 2, 1, 0]);
    }

    #[test]
    fn what_is_rare_weighs_more_and_of_few_sentences_all_nearly_the_same() {
        let ratio = |counts: &Frequencies| weight(counts, "q") / weight(counts, "e");
        let sentences: Vec<String> = (0..500).map(|n| format!("der Satz Nummer {n}")).collect();
        let many = counted(&sentences.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(ratio(&many) > 10.0, "{}", ratio(&many));
        assert!(ratio(&counted(&["der eine Satz"])) < 1.1);
        assert_eq!(weight(&Frequencies::default(), "q"), weight(&Frequencies::default(), "e"));
    }

    #[test]
    fn a_text_has_one_n_gram_fewer_of_each_longer_order() {
        let lengths = |text: &str| Grams::of(text).orders().each_ref().map(Vec::len);
        assert_eq!(lengths("a bc d\u{3000}e"), [5, 4, 3, 2, 1, 0]);
        assert_eq!(lengths(" \n"), [0; ORDERS]);
    }

    #[test]
    fn parts_add_up_to_the_whole_and_are_read_as_written() {
        let mut parts = counted(&["Erde", "Wasser"]);
        parts.merge(&counted(&["Feuer"]));
        let whole = counted(&["Feuer", "Erde", "Wasser"]);
        assert_eq!(parts, whole);
        let saved = serde_json::to_string(&whole).expect("writes");
        assert_eq!(serde_json::from_str::<Frequencies>(&saved).expect("reads"), whole);
        assert_eq!(saved, serde_json::to_string(&parts).expect("writes"));
    }

    #[test]
    fn what_no_text_can_give_is_refused() {
        for grams in ["\"2\":\"0123456789abcdef\"", "\"1\":\"0123\"", "\"1\":\"0123456789abcdeg\""] {
            let saved = format!("{{\"sentences\":1,\"grams\":[{{{grams}}},{{}},{{}},{{}},{{}},{{}}]}}");
            assert!(serde_json::from_str::<Frequencies>(&saved).is_err(), "{grams}");
        }
    }
}
