//! What a batch teaches: integer counts gathered in a first pass over the originals, frozen before the second.
//!
//! Counts add up in any order, so neither the number of threads nor the order of work can show in the results.

use std::collections::BTreeMap;

use crate::text::Document;
use crate::text::runs::doubled_units;
use crate::text::words::Words;

/// A doubled unit must stand in this many originals to be ordinary usage (facts of this kind come from a few
/// words: names like "Baden Baden", idioms; one document may hold an error of its own).
const ORDINARY: u32 = 2;

/// What the originals of a batch have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Doubled units, as sorted lower-cased words, and the number of originals that hold them.
    doubled: BTreeMap<String, u32>,
}

impl Context {
    /// Counts one original.
    pub fn learn(original: &Document, words: &Words) -> Context {
        let mut doubled = BTreeMap::new();
        for unit in doubled_units(original.tokens()) {
            doubled.insert(key(unit.iter().map(|&w| words.text(w))), 1);
        }
        Context { doubled }
    }

    /// Adds the counts of another part of the batch.
    #[must_use]
    pub fn merge(mut self, other: Context) -> Context {
        for (unit, count) in other.doubled {
            *self.doubled.entry(unit).or_insert(0) += count;
        }
        self
    }

    /// The unit is doubled in so many originals that doubling it is no fault.
    pub fn is_ordinarily_doubled<'w>(&self, unit: impl Iterator<Item = &'w str>) -> bool {
        self.doubled.get(&key(unit)).is_some_and(|&n| n >= ORDINARY)
    }
}

fn key<'w>(unit: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = unit.collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::Normalise;

    fn learnt(text: &str) -> Context {
        let mut words = Words::default();
        let document = Document::from_text(text.to_string(), &Normalise::default(), &mut words);
        Context::learn(&document, &words)
    }

    #[test]
    fn one_document_is_not_enough_and_two_are() {
        let one = learnt("The Taro Taro played.");
        assert!(!one.is_ordinarily_doubled(["taro"].into_iter()));
        let two = one.merge(learnt("A Taro Taro record."));
        assert!(two.is_ordinarily_doubled(["taro"].into_iter()));
    }

    #[test]
    fn the_order_of_merging_does_not_show() {
        let parts = ["A A b.", "C c d d.", "A a."].map(learnt);
        let [a, b, c] = parts.clone();
        let [x, y, z] = parts;
        assert_eq!(a.merge(b).merge(c), z.merge(y).merge(x));
    }
}
