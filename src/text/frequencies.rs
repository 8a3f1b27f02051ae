//! In how many sentences of a language each character n-gram stands: how much it says that two texts share it.

mod table;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Document;
use super::normalise::Normalise;
use serde::{Deserialize, Serialize, Serializer};
pub use table::Table;

/// The longest n-grams, in characters, as in chrF.
pub const ORDERS: usize = 6;

/// A character n-gram of any order as 64 bits: among a million n-grams two have the same in one batch of 30 million.
pub type Gram = u64;

/// The n-grams of a text, order by order: white space is no part of them, case is.
#[derive(Debug)]
pub struct Grams {
    characters: Vec<char>,
    /// Those of the latest order.
    latest: Vec<Gram>,
    /// Characters of the next ones.
    order: usize,
}

impl Grams {
    /// Of a text.
    pub fn of(text: &str) -> Grams {
        let mut characters = Vec::with_capacity(text.len());
        characters.extend(text.chars().filter(|c| !c.is_whitespace()));
        Grams { latest: vec![0; characters.len()], characters, order: 1 }
    }

    /// Those of the next order, first of single characters, each as often as it stands there.
    pub fn next_order(&mut self) -> &[Gram] {
        self.latest.truncate((self.characters.len() + 1).saturating_sub(self.order));
        for (gram, &last) in self.latest.iter_mut().zip(self.characters.iter().skip(self.order - 1)) {
            *gram = extended(*gram, last);
        }
        self.order += 1;
        &self.latest
    }
}

/// The n-gram with one more character: each step mixes all bits (multiplier and shift of Steele et al. 2014,
/// `SplitMix64`).
fn extended(gram: Gram, last: char) -> Gram {
    mixed(gram ^ u64::from(u32::from(last) + 1))
}

fn mixed(number: u64) -> u64 {
    let number = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (number ^ number >> 29).wrapping_mul(0x94d0_49bb_1331_11eb)
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
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "Saved")]
pub struct Frequencies {
    sentences: u32,
    /// By order.
    grams: [Table<Seen>; ORDERS],
    /// By order.
    scales: OnceLock<[Scale; ORDERS]>,
}

/// How often an n-gram has been seen.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    sentences: u32,
    /// The number of the latest of them, from 1; 0 where that is not known.
    latest: u32,
}

/// What the n-grams of one order weigh.
#[derive(Debug, Clone)]
struct Scale {
    /// What their rarity is raised by.
    base: f64,
    /// By the number of sentences that hold one, from 0.
    weights: Vec<u32>,
}

/// Weights up to this number of sentences stand in a table.
const TABULATED: u32 = 1 << 14;

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
        let mut grams = Grams::of(sentence);
        let number = self.sentences.saturating_add(1);
        for counts in &mut self.grams {
            for &gram in grams.next_order() {
                let seen = counts.entry(gram);
                seen.sentences += u32::from(seen.latest != number);
                seen.latest = number;
            }
        }
        if !grams.characters.is_empty() {
            self.sentences = number;
        }
        self.scales = OnceLock::new();
    }

    /// Adds the counts of other sentences.
    pub fn merge(&mut self, other: &Frequencies) {
        self.sentences = self.sentences.saturating_add(other.sentences);
        for (counts, others) in self.grams.iter_mut().zip(&other.grams) {
            counts.make_room(counts.taken() + others.taken());
            for (gram, other) in others.iter() {
                let seen = counts.entry(gram);
                seen.sentences = seen.sentences.saturating_add(other.sentences);
            }
        }
        self.scales = OnceLock::new();
    }

    /// The weights of n-grams of one order, from 0 for single characters.
    pub fn weights(&self, order: usize) -> Weights<'_> {
        let scales = self.scales.get_or_init(|| self.grams.each_ref().map(|counts| self.scale(counts)));
        Weights { counts: &self.grams[order], sentences: self.sentences, scale: &scales[order] }
    }

    fn scale(&self, counts: &Table<Seen>) -> Scale {
        let mut counts: Vec<u32> = counts.iter().map(|(_, seen)| seen.sentences).collect();
        counts.sort_unstable();
        let common = FLOOR + self.mean_rarity(&counts);
        let base = FLOOR + common * FEW / f64::from(self.sentences.max(1));
        let tabulated = 0..=counts.last().copied().unwrap_or(0).min(TABULATED);
        Scale { base, weights: tabulated.map(|count| weight(self.sentences, count, base)).collect() }
    }

    /// The mean rarity of n-grams in so many sentences, each as often as sentences hold it.
    fn mean_rarity(&self, sorted: &[u32]) -> f64 {
        let by_count = sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64));
        let held = by_count.map(|(count, grams)| (count, f64::from(count) * grams));
        let all: f64 = held.clone().map(|(_, held)| held).sum();
        let rare: f64 = held.map(|(count, held)| held * rarity(self.sentences, count)).sum();
        if all > 0.0 { rare / all } else { 1.0 }
    }

    /// A number that other counts hardly have, the same however these came about: a sum over all n-grams.
    pub fn fingerprint(&self) -> u128 {
        let of_order = |(order, counts): (u64, &Table<Seen>)| {
            let print = |(gram, seen): (Gram, &Seen)| {
                let low = mixed(gram ^ mixed(order << 32 | u64::from(seen.sentences)));
                u128::from(mixed(low ^ gram.rotate_left(32))) << 64 | u128::from(low)
            };
            counts.iter().map(print).fold(0, u128::wrapping_add)
        };
        (1..).zip(&self.grams).map(of_order).fold(u128::from(self.sentences), u128::wrapping_add)
    }
}

impl PartialEq for Frequencies {
    fn eq(&self, other: &Frequencies) -> bool {
        let is_in = |others: &Table<Seen>, (gram, seen): (Gram, &Seen)| {
            others.get(gram).is_some_and(|other| other.sentences == seen.sentences)
        };
        self.sentences == other.sentences
            && self.grams.iter().zip(&other.grams).all(|(counts, others)| {
                counts.taken() == others.taken() && counts.iter().all(|seen| is_in(others, seen))
            })
    }
}

impl Eq for Frequencies {}

/// How much the n-grams of one order count.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'f> {
    counts: &'f Table<Seen>,
    sentences: u32,
    scale: &'f Scale,
}

impl Weights<'_> {
    /// Of one n-gram, in whole thousandths, so that sums are exact in any order.
    pub fn of(&self, gram: Gram) -> u32 {
        let count = self.counts.get(gram).map_or(0, |seen| seen.sentences);
        let tabulated = self.scale.weights.get(count as usize).copied();
        tabulated.unwrap_or_else(|| weight(self.sentences, count, self.scale.base))
    }
}

/// Of an n-gram that `count` of so many sentences hold.
fn weight(sentences: u32, count: u32, base: f64) -> u32 {
    ((rarity(sentences, count) + base) * 1000.0).round() as u32
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

impl Serialize for Frequencies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let grams = self.grams.each_ref().map(|counts| {
            let mut sorted: Vec<(u32, Gram)> =
                counts.iter().map(|(gram, seen)| (seen.sentences, gram)).collect();
            sorted.sort_unstable();
            let alike = sorted.chunk_by(|a, b| a.0 == b.0);
            alike.map(|alike| (alike[0].0, digits(alike.iter().map(|&(_, gram)| gram)))).collect()
        });
        Saved { sentences: self.sentences, grams }.serialize(serializer)
    }
}

/// N-grams one after the other.
fn digits(grams: impl ExactSizeIterator<Item = Gram>) -> String {
    let mut digits = String::with_capacity(16 * grams.len());
    for gram in grams {
        digits
            .extend((0..16).rev().map(|k| char::from(b"0123456789abcdef"[(gram >> (4 * k)) as usize & 15])));
    }
    digits
}

impl TryFrom<Saved> for Frequencies {
    type Error = &'static str;

    fn try_from(saved: Saved) -> Result<Frequencies, &'static str> {
        let mut read = Frequencies { sentences: saved.sentences, ..Frequencies::default() };
        for (counts, grams) in read.grams.iter_mut().zip(saved.grams) {
            counts.make_room(grams.values().map(|digits| digits.len() / 16).sum());
            for (count, digits) in grams {
                if count > saved.sentences {
                    return Err("an n-gram stands in more sentences than there are");
                }
                for gram in digits.as_bytes().chunks(16) {
                    let digits = str::from_utf8(gram).ok().filter(|digits| digits.len() == 16);
                    let gram = digits.and_then(|digits| Gram::from_str_radix(digits, 16).ok());
                    let gram = gram.ok_or("an n-gram is no 16 hexadecimal digits")?;
                    counts.entry(gram).sentences = count;
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
        counts.grams[text.chars().count() - 1].get(gram).map_or(0, |seen| seen.sentences)
    }

    fn weight(counts: &Frequencies, text: &str) -> f64 {
        f64::from(counts.weights(text.chars().count() - 1).of(text.chars().fold(0, extended)))
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
        let lengths = |text: &str| {
            let mut grams = Grams::of(text);
            [(); ORDERS].map(|()| grams.next_order().len())
        };
        assert_eq!(lengths("a bc d\u{3000}e"), [5, 4, 3, 2, 1, 0]);
        assert_eq!(lengths(" \n"), [0; ORDERS]);
    }

    #[test]
    fn parts_add_up_to_the_whole_and_are_read_as_written() {
        let mut parts = counted(&["Erde", "Wasser"]);
        parts.merge(&counted(&["Feuer"]));
        let whole = counted(&["Feuer", "Erde", "Wasser"]);
        assert_eq!(parts, whole);
        assert_eq!(parts.fingerprint(), whole.fingerprint());
        let saved = serde_json::to_string(&whole).expect("writes");
        assert_eq!(serde_json::from_str::<Frequencies>(&saved).expect("reads"), whole);
        assert_eq!(saved, serde_json::to_string(&parts).expect("writes"));
    }

    #[test]
    fn other_counts_have_another_fingerprint() {
        let print = |sentences: &[&str]| counted(sentences).fingerprint();
        let prints = [
            print(&[]),
            print(&["a"]),
            print(&["b"]),
            print(&["a", "a"]),
            print(&["ab"]),
            print(&["a", "b"]),
        ];
        assert!((1..prints.len()).all(|k| !prints[..k].contains(&prints[k])));
    }

    #[test]
    fn what_no_text_can_give_is_refused() {
        for grams in ["\"2\":\"0123456789abcdef\"", "\"1\":\"0123\"", "\"1\":\"0123456789abcdeg\""] {
            let saved = format!("{{\"sentences\":1,\"grams\":[{{{grams}}},{{}},{{}},{{}},{{}},{{}}]}}");
            assert!(serde_json::from_str::<Frequencies>(&saved).is_err(), "{grams}");
        }
    }
}
