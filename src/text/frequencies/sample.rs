//! Sentences whose n-grams are counted together, order by order: once an n-gram has been seen a single time, so have all
//! longer ones that begin with it, and none of them is looked at again (the monotonicity of Agrawal and Srikant 1994, "Fast
//! algorithms for mining association rules").

use serde::{Deserialize, Serialize};

use super::table::{Place, Table, shortened};
use super::{Every, Frequencies, Gram, Known, ORDERS, extended};
use crate::text::Document;
use crate::text::normalise::Normalise;

/// Sentences of one language, without their white space, which is no part of n-grams.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sample {
    /// Each with [`END`] behind it.
    text: String,
}

/// Ends a sentence.
const END: char = '\n';

/// Where an n-gram stands that may stand elsewhere, too.
#[derive(Clone, Copy)]
struct Spot {
    gram: Gram,
    /// Its first character.
    start: u32,
    /// Number of its sentence, from 1.
    sentence: u32,
}

/// How often an n-gram has been seen.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    gram: Gram,
    sentences: u32,
    /// The latest of them.
    latest: u32,
}

impl Place for Seen {
    fn kept(gram: Gram) -> Gram {
        shortened(gram)
    }

    fn gram(&self) -> Gram {
        self.gram
    }

    fn of(gram: Gram) -> Seen {
        Seen { gram, ..Seen::default() }
    }
}

impl Sample {
    /// Adds sentences of a document.
    pub fn add_sentences(&mut self, document: &Document, rules: &Normalise, every: Every) {
        for sentence in (0..document.sentences().len()).skip(every.first).step_by(every.step) {
            self.add(&document.passage(sentence..sentence + 1).with_own_marks(rules));
        }
    }

    /// Adds a sentence; an empty one is none.
    pub fn add(&mut self, sentence: &str) {
        let before = self.text.len();
        self.text.extend(sentence.split_whitespace());
        if self.text.len() > before {
            self.text.push(END);
        }
    }

    /// Adds those of another sample.
    pub fn append(&mut self, other: &Sample) {
        self.text.push_str(&other.text);
    }

    /// Counts in how many sentences their n-grams stand: the order of sentences does not matter.
    pub fn frequencies(&self) -> Frequencies {
        let characters: Vec<char> = self.text.chars().collect();
        let mut spots = spots(&characters);
        let sentences = spots.last().map_or(0, |spot| spot.sentence);
        let mut counted = Frequencies { sentences, ..Frequencies::default() };
        for order in 0..ORDERS {
            let mut met = Met::new(spots.len());
            spots.retain_mut(|spot| {
                let last = characters.get(spot.start as usize + order).filter(|&&c| c != END);
                if let Some(&last) = last {
                    spot.gram = extended(spot.gram, last.into());
                    met.take(spot.gram);
                }
                last.is_some()
            });
            let mut seen: Table<Seen> = Table::default();
            // About so many n-grams of longer orders come back.
            seen.make_room(spots.len() / 8);
            spots.retain(|spot| {
                let is_lonely = met.is_lonely(spot.gram);
                if is_lonely {
                    let rest = &characters[spot.start as usize + order..];
                    let longer = counted.orders[order..].iter_mut().zip(rest).take_while(|(_, c)| **c != END);
                    longer.for_each(|(known, _)| known.once += 1);
                } else {
                    let seen = seen.entry(spot.gram);
                    seen.sentences += u32::from(seen.latest != spot.sentence);
                    seen.latest = spot.sentence;
                }
                !is_lonely
            });
            counted.orders[order].take(&seen);
        }
        counted
    }
}

impl Known {
    /// Takes over what has been seen.
    fn take(&mut self, seen: &Table<Seen>) {
        let often = || seen.iter().filter(|seen| seen.sentences > 1);
        let held = often().count();
        self.once += (seen.taken() - held) as u64;
        self.grams.make_room(held);
        often().for_each(|seen| self.grams.entry(seen.gram).set(seen.sentences));
    }
}

/// Every character of every sentence.
fn spots(characters: &[char]) -> Vec<Spot> {
    let mut spots = Vec::with_capacity(characters.len());
    for (sentence, text) in (1..).zip(characters.split_inclusive(|&c| c == END)) {
        let first = spots.len() as u32 + sentence - 1;
        let starts = first..first + text.iter().filter(|&&c| c != END).count() as u32;
        spots.extend(starts.map(|start| Spot { gram: 0, start, sentence }));
    }
    spots
}

/// How many n-grams meet at one of so many bytes: most of those that stand in one place only are alone there.
struct Met {
    bytes: Vec<u8>,
    shift: u32,
}

impl Met {
    /// Room for so many n-grams.
    fn new(grams: usize) -> Met {
        let bits = (2 * grams).max(2).next_power_of_two().trailing_zeros();
        Met { bytes: vec![0; 1 << bits], shift: u64::BITS - bits }
    }

    fn take(&mut self, gram: Gram) {
        let met = &mut self.bytes[(gram >> self.shift) as usize];
        *met = met.saturating_add(1);
    }

    /// It has been met in one place only.
    fn is_lonely(&self, gram: Gram) -> bool {
        self.bytes[(gram >> self.shift) as usize] == 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// What n-grams of an order stand in how many sentences, counted one by one.
    fn plainly(sentences: &[&str], order: usize) -> BTreeMap<Gram, u32> {
        let mut counts = BTreeMap::new();
        for sentence in sentences {
            let characters: Vec<char> = sentence.chars().filter(|c| !c.is_whitespace()).collect();
            let grams: BTreeSet<Gram> = characters
                .windows(order)
                .map(|gram| gram.iter().fold(0, |gram, &c| extended(gram, c.into())))
                .collect();
            for gram in grams {
                *counts.entry(gram).or_insert(0) += 1;
            }
        }
        counts
    }

    #[test]
    fn n_grams_of_several_sentences_are_known_and_the_others_counted() {
        let sentences = [
            "the mill by the river",
            "banana banana banana",
            "the miller and the river",
            "",
            "x",
            "über den Fluß, über die Brücke",
            "nach der Brücke",
            "河のそばの水車",
            "河の水",
        ];
        let mut sample = Sample::default();
        for sentence in sentences {
            sample.add(sentence);
        }
        let counted = sample.frequencies();
        assert_eq!(counted.sentences(), 8);
        for order in 1..=ORDERS {
            let all = plainly(&sentences, order);
            let often: BTreeMap<Gram, u32> = all.iter().filter(|e| *e.1 > 1).map(|(g, n)| (*g, *n)).collect();
            let known = &counted.orders[order - 1];
            assert!(often.iter().all(|(&gram, &n)| known.grams.get(gram).is_some_and(|p| p.number() == n)));
            assert_eq!(known.grams.taken(), often.len());
            assert_eq!(known.once as usize, all.len() - often.len(), "{order}");
        }
    }

    #[test]
    fn a_sample_that_does_not_end_is_read_to_its_end() {
        let sample = |json: &str| serde_json::from_str::<Sample>(json).expect("a sample").frequencies();
        assert_eq!(sample("\"ab\\nab\""), sample("\"ab\\nab\\n\""));
        assert_eq!(sample("\"\""), Frequencies::default());
    }
}
