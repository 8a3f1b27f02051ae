//! Distinct strings, numbered: equal strings have one number.

use std::hash::BuildHasher;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

/// Distinct strings, numbered in order of first appearance: at most 4 GiB of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbered {
    /// All of them, one after the other.
    texts: String,
    /// Where each one stands there.
    places: Vec<Range<u32>>,
    /// A power of two of them, or none: where a string's hash leads, or at the next free one (open addressing, linear
    /// probing).
    slots: Vec<Slot>,
}

/// Where a string is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slot {
    hash: u32,
    /// Its number and 1; 0 where the slot is free.
    after: u32,
}

/// The fewest slots of a table that holds anything.
const FEWEST: usize = 64;

impl Numbered {
    /// Number of the string, given to it where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        if self.places.len() + self.places.len() / 2 >= self.slots.len() {
            self.make_room();
        }
        let hash = hash(text);
        match self.find(hash, text) {
            Ok(number) => number,
            Err(free) => {
                let number = self.places.len() as u32;
                let start = self.texts.len() as u32;
                self.texts.push_str(text);
                self.places.push(start..self.texts.len() as u32);
                self.slots[free] = Slot { hash, after: number + 1 };
                number
            }
        }
    }

    /// Its number, if it has one.
    pub fn get(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.find(hash(text), text).ok() }
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
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Its number, or the free slot where it would be found.
    #[inline]
    fn find(&self, hash: u32, text: &str) -> Result<u32, usize> {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        loop {
            match self.slots[at] {
                Slot { after: 0, .. } => return Err(at),
                slot if slot.hash == hash && self.text(slot.after - 1) == text => return Ok(slot.after - 1),
                _ => at = (at + 1) & last,
            }
        }
    }

    /// Doubles the slots: at least a third of them stay free.
    fn make_room(&mut self) {
        let last = (2 * self.slots.len()).max(FEWEST) - 1;
        let before = std::mem::replace(&mut self.slots, vec![Slot::default(); last + 1]);
        for slot in before.into_iter().filter(|slot| slot.after > 0) {
            let mut at = slot.hash as usize & last;
            while self.slots[at].after > 0 {
                at = (at + 1) & last;
            }
            self.slots[at] = slot;
        }
    }
}

/// The bits of the hash that are best mixed are the lowest.
fn hash(text: &str) -> u32 {
    FxBuildHasher.hash_one(text) as u32
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
        assert_eq!((numbered.get("bc"), numbered.get("c"), numbered.count()), (Some(2), None, 4));
        let many: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        assert!((4..).zip(&many).all(|(number, text)| numbered.number(text) == number));
        assert!((4..).zip(&many).all(|(number, text)| numbered.get(text) == Some(number)));
        assert!(Numbered::default().get("a").is_none());
    }
}
