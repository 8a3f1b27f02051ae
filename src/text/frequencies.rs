//! In how many sentences of a language each character n-gram stands: how much it says that two texts share it.
//!
//! Of all n-grams of a text the most stand in one sentence, and they need no place: whatever is not known to stand in two
//! weighs as if it stood in one.

mod sample;
mod table;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use sample::Sample;
use serde::{Deserialize, Serialize, Serializer};
use table::{Counted, DROPPED};
pub use table::{Place, Table};

/// The longest n-grams, in characters, as in chrF.
pub const ORDERS: usize = 6;

/// A character n-gram of any order as 64 bits, of which tables keep 44: among 100,000 n-grams two are one there in one
/// batch of 3,500.
pub type Gram = u64;

/// The n-gram with one more character, by its code point: each step mixes all bits (multiplier and shift of Steele et al.
/// 2014, `SplitMix64`).
pub fn extended(gram: Gram, last: u32) -> Gram {
    mixed(gram ^ u64::from(last))
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
    orders: [Known; ORDERS],
    /// By order.
    scales: OnceLock<[Scale; ORDERS]>,
}

/// What is known of the n-grams of one order.
#[derive(Debug, Clone, Default)]
struct Known {
    /// How many stand in one sentence.
    once: u64,
    /// The others, with the numbers of sentences.
    grams: Table<Counted>,
}

/// What the n-grams of one order weigh.
#[derive(Debug, Clone)]
struct Scale {
    /// What their rarity is raised by.
    base: f64,
    /// Those that are not known.
    rare: u32,
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

    /// Adds the counts of other sentences. An n-gram that stands in one of these and one of those is not known to stand in
    /// two.
    pub fn merge(&mut self, other: &Frequencies) {
        self.sentences = self.sentences.saturating_add(other.sentences);
        for (known, others) in self.orders.iter_mut().zip(&other.orders) {
            known.once = known.once.saturating_add(others.once);
            known.grams.make_room(known.grams.taken() + others.grams.taken());
            for other in others.grams.iter() {
                let sum = known.grams.entry(other.gram());
                sum.set(sum.number() + other.number());
            }
        }
        self.scales = OnceLock::new();
    }

    /// The weights of n-grams of one order, from 0 for single characters.
    pub fn weights(&self, order: usize) -> Weights<'_> {
        let scales = self.scales.get_or_init(|| self.orders.each_ref().map(|known| self.scale(known)));
        Weights { grams: &self.orders[order].grams, sentences: self.sentences, scale: &scales[order] }
    }

    fn scale(&self, known: &Known) -> Scale {
        let mut counts: Vec<u32> = known.grams.iter().map(|known| known.number()).collect();
        counts.sort_unstable();
        let common = FLOOR + self.mean_rarity(known.once, &counts);
        let base = FLOOR + common * FEW / f64::from(self.sentences.max(1));
        let tabulated = 0..=counts.last().copied().unwrap_or(0).min(TABULATED);
        let weights = tabulated.map(|count| weight(self.sentences, count, base)).collect();
        Scale { base, rare: weight(self.sentences, 1, base), weights }
    }

    /// The mean rarity of n-grams, each as often as sentences hold it: so many in one, the others in `sorted` numbers.
    fn mean_rarity(&self, once: u64, sorted: &[u32]) -> f64 {
        let by_count = sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64));
        let by_count = std::iter::once((1, once as f64)).chain(by_count);
        let held = by_count.map(|(count, grams)| (count, f64::from(count) * grams));
        let all: f64 = held.clone().map(|(_, held)| held).sum();
        let rare: f64 = held.map(|(count, held)| held * rarity(self.sentences, count)).sum();
        if all > 0.0 { rare / all } else { 1.0 }
    }

    /// A number that other counts hardly have, the same however these came about: a sum over all n-grams.
    pub fn fingerprint(&self) -> u128 {
        let print = |gram: Gram, number: u64| {
            let low = mixed(gram ^ mixed(number));
            u128::from(mixed(low ^ gram.rotate_left(32))) << 64 | u128::from(low)
        };
        let of_order = |(order, known): (u64, &Known)| {
            let grams = known.grams.iter().map(|k| print(k.gram(), order << 32 | u64::from(k.number())));
            grams.fold(print(order, known.once), u128::wrapping_add)
        };
        let orders = (1..).zip(&self.orders).map(of_order);
        orders.fold(u128::from(self.sentences), u128::wrapping_add)
    }
}

impl PartialEq for Frequencies {
    fn eq(&self, other: &Frequencies) -> bool {
        self.sentences == other.sentences && self.orders == other.orders
    }
}

impl Eq for Frequencies {}

impl PartialEq for Known {
    fn eq(&self, other: &Known) -> bool {
        let is_there = |known: &Counted| other.grams.get(known.gram()) == Some(known);
        self.once == other.once
            && self.grams.taken() == other.grams.taken()
            && self.grams.iter().all(is_there)
    }
}

/// How much the n-grams of one order count.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'f> {
    grams: &'f Table<Counted>,
    sentences: u32,
    scale: &'f Scale,
}

impl Weights<'_> {
    /// Of an n-gram that several sentences hold, in whole thousandths, so that sums are exact in any order. `None` of any
    /// other: there it is [`Weights::rare`], and no longer n-gram that begins with this one is known.
    pub fn known(&self, gram: Gram) -> Option<u32> {
        let count = self.grams.get(gram)?.number();
        let tabulated = self.scale.weights.get(count as usize).copied();
        Some(tabulated.unwrap_or_else(|| weight(self.sentences, count, self.scale.base)))
    }

    /// Of an n-gram that one sentence holds, or none.
    pub fn rare(&self) -> u32 {
        self.scale.rare
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

/// As a file holds it: by order, how many n-grams stand in one sentence, and the others by the number of sentences, each
/// as 11 hexadecimal digits: no text shows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    sentences: u32,
    once: [u64; ORDERS],
    grams: [BTreeMap<u32, String>; ORDERS],
}

impl Serialize for Frequencies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let grams = self.orders.each_ref().map(|known| {
            let mut sorted: Vec<(u32, Gram)> =
                known.grams.iter().map(|known| (known.number(), known.gram())).collect();
            sorted.sort_unstable();
            let alike = sorted.chunk_by(|a, b| a.0 == b.0);
            alike.map(|alike| (alike[0].0, digits(alike.iter().map(|&(_, gram)| gram)))).collect()
        });
        let once = self.orders.each_ref().map(|known| known.once);
        Saved { sentences: self.sentences, once, grams }.serialize(serializer)
    }
}

/// Digits of an n-gram as tables keep it.
const DIGITS: usize = (Gram::BITS - DROPPED).div_ceil(4) as usize;

/// N-grams one after the other.
fn digits(grams: impl ExactSizeIterator<Item = Gram>) -> String {
    let mut digits = String::with_capacity(DIGITS * grams.len());
    for gram in grams.map(|gram| gram >> DROPPED) {
        digits.extend(
            (0..DIGITS).rev().map(|k| char::from(b"0123456789abcdef"[(gram >> (4 * k)) as usize & 15])),
        );
    }
    digits
}

impl TryFrom<Saved> for Frequencies {
    type Error = &'static str;

    fn try_from(saved: Saved) -> Result<Frequencies, &'static str> {
        let mut read = Frequencies { sentences: saved.sentences, ..Frequencies::default() };
        for ((known, once), grams) in read.orders.iter_mut().zip(saved.once).zip(saved.grams) {
            known.once = once;
            known.grams.make_room(grams.values().map(|digits| digits.len() / DIGITS).sum());
            for (count, digits) in grams {
                if count > saved.sentences {
                    return Err("an n-gram stands in more sentences than there are");
                }
                for gram in digits.as_bytes().chunks(DIGITS) {
                    let digits = str::from_utf8(gram).ok().filter(|digits| digits.len() == DIGITS);
                    let gram = digits.and_then(|digits| Gram::from_str_radix(digits, 16).ok());
                    let gram = gram.ok_or("an n-gram is no 11 hexadecimal digits")?;
                    known.grams.entry(gram << DROPPED).set(count);
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
        let mut sample = Sample::default();
        for sentence in sentences {
            sample.add(sentence);
        }
        sample.frequencies()
    }

    fn known(counts: &Frequencies, text: &str) -> Option<u32> {
        counts.weights(text.chars().count() - 1).known(text.chars().map(u32::from).fold(0, extended))
    }

    fn weight(counts: &Frequencies, text: &str) -> f64 {
        let rare = counts.weights(text.chars().count() - 1).rare();
        f64::from(known(counts, text).unwrap_or(rare))
    }

    #[test]
    fn a_sentence_counts_once_however_often_it_holds_an_n_gram() {
        let counts = counted(&["ab ab", "b a", ""]);
        assert_eq!(counts.sentences(), 2);
        let is_known = |text| known(&counts, text).is_some();
        assert_eq!(["a", "ab", "ba", "abab", "c"].map(is_known), [true, false, true, false, false]);
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
    fn parts_add_up_to_the_whole_and_are_read_as_written() {
        let texts = ["Erde und Feuer", "Feuer und Erde", "Wasser im Wasser", "im Wasser"];
        let [first, second] = texts.as_chunks::<2>().0 else { unreachable!("four texts") };
        let mut parts = counted(first);
        parts.merge(&counted(second));
        let mut whole = counted(second);
        whole.merge(&counted(first));
        assert_eq!(known(&parts, "und"), known(&whole, "und"));
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
            print(&["a", "a"]),
            print(&["b", "b"]),
            print(&["ab"]),
            print(&["a", "b"]),
        ];
        assert!((1..prints.len()).all(|k| !prints[..k].contains(&prints[k])));
    }

    #[test]
    fn what_no_text_can_give_is_refused() {
        for grams in ["\"2\":\"0123456789a\"", "\"1\":\"0123\"", "\"1\":\"0123456789g\""] {
            let saved = format!(
                "{{\"sentences\":1,\"once\":[0,0,0,0,0,0],\"grams\":[{{{grams}}},{{}},{{}},{{}},{{}},{{}}]}}"
            );
            assert!(serde_json::from_str::<Frequencies>(&saved).is_err(), "{grams}");
        }
    }
}
