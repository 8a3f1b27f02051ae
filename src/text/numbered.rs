//! Distinct strings, numbered: equal strings have one number.

use std::hash::BuildHasher;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Distinct strings, numbered in order of first appearance.
#[derive(Debug, Clone, Default)]
pub struct Numbered {
    texts: Vec<Arc<str>>,
    /// The number of a string by its hash or, where another string has that, by the next free one.
    numbers: FxHashMap<u64, u32>,
}

impl Numbered {
    /// Number of the string, given to it where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        match self.find(text) {
            Ok(number) => number,
            Err(free) => {
                let number = self.texts.len() as u32;
                self.texts.push(text.into());
                self.numbers.insert(free, number);
                number
            }
        }
    }

    /// Its number, if it has one.
    pub fn get(&self, text: &str) -> Option<u32> {
        self.find(text).ok()
    }

    /// All of them, by number.
    #[inline]
    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// Its number, or the key under which it would stand.
    fn find(&self, text: &str) -> Result<u32, u64> {
        let mut key = FxBuildHasher.hash_one(text);
        loop {
            match self.numbers.get(&key) {
                None => return Err(key),
                Some(&number) if *self.texts[number as usize] == *text => return Ok(number),
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
        assert_eq!(numbered.texts().concat(), "abcb");
        assert_eq!((numbered.get("bc"), numbered.get("c"), numbered.texts().len()), (Some(2), None, 4));
    }
}
