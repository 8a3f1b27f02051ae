//! Distinct strings, numbered: equal strings have one number.

use std::hash::BuildHasher;
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Distinct strings, numbered in order of first appearance: at most 4 GiB of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbered {
    /// All of them, one after the other.
    texts: String,
    /// Where each one stands there.
    places: Vec<Range<u32>>,
    /// The number of a string by its hash or, where another string has that, by the next free one.
    numbers: FxHashMap<u64, u32>,
}

impl Numbered {
    /// Number of the string, given to it where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        match self.find(text) {
            Ok(number) => number,
            Err(free) => {
                let number = self.places.len() as u32;
                let start = self.texts.len() as u32;
                self.texts.push_str(text);
                self.places.push(start..self.texts.len() as u32);
                self.numbers.insert(free, number);
                number
            }
        }
    }

    /// Its number, if it has one.
    pub fn get(&self, text: &str) -> Option<u32> {
        self.find(text).ok()
    }

    /// The string of a number.
    #[inline]
    pub fn text(&self, number: u32) -> &str {
        let Range { start, end } = self.places[number as usize];
        &self.texts[start as usize..end as usize]
    }

    /// All of them, by number.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        (0..self.places.len() as u32).map(|number| self.text(number))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Its number, or the key under which it would stand.
    fn find(&self, text: &str) -> Result<u32, u64> {
        let mut key = FxBuildHasher.hash_one(text);
        loop {
            match self.numbers.get(&key) {
                None => return Err(key),
                Some(&number) if self.text(number) == text => return Ok(number),
                Some(_) => key = key.wrapping_add(1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_have_one_number() {
        let mut numbered = Numbered::default();
        let numbers = ["a", "", "bc", "a", "b"].map(|text| numbered.number(text));
        assert_eq!(numbers, [0, 1, 2, 0, 3]);
        assert_eq!(numbered.texts().collect::<Vec<_>>(), ["a", "", "bc", "b"]);
        assert_eq!((numbered.get("bc"), numbered.get("c"), numbered.len()), (Some(2), None, 4));
    }
}
