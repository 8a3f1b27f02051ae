//! When two findings of a pair are the same one: runs are compared, and a baseline applied, by this alone.

use rustc_hash::FxHashMap;

/// Characters of an excerpt that are compared: a report's cell may be cut.
const COMPARED: usize = 1000;

/// Check, side and excerpt of a finding: what tells it from others of its pair when the text around it changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String, String, String);

impl Key {
    /// The key of a finding, from itself or from a report's cells.
    pub fn new(check: &str, side: &str, excerpt: &str) -> Key {
        Key(check.to_string(), side.to_string(), compared(excerpt))
    }
}

/// An excerpt as a report's cell and the finding itself both have it: without a guard, white space and controls, which
/// cells write otherwise.
fn compared(excerpt: &str) -> String {
    let excerpt = excerpt.strip_prefix('\'').unwrap_or(excerpt);
    let kept = excerpt.chars().take(COMPARED).filter(|c| !c.is_whitespace() && !c.is_control());
    kept.filter(|c| !('\u{2400}'..='\u{2421}').contains(c)).collect()
}

/// Findings of one pair, each as often as it stands there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known(FxHashMap<Key, usize>);

impl Known {
    /// Adds one.
    pub fn add(&mut self, key: Key) {
        *self.0.entry(key).or_insert(0) += 1;
    }

    /// Takes one like `key` out; whether there was one left.
    pub fn take(&mut self, key: &Key) -> bool {
        let left = self.0.get_mut(key).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

impl FromIterator<Key> for Known {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Known {
        let mut known = Known::default();
        for key in keys {
            known.add(key);
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_the_same_in_a_cell_and_in_itself() {
        let key = |excerpt| Key::new("repetition", "translation", excerpt);
        assert_eq!(key("'=x y␇"), key("=x\ny\u{7}"));
        assert_ne!(key("x"), Key::new("repetition", "original", "x"));
    }

    #[test]
    fn as_many_are_taken_as_were_added() {
        let key = Key::new("casing", "translation", "he");
        let mut known: Known = [key.clone(), key.clone()].into_iter().collect();
        assert_eq!([0; 3].map(|_| known.take(&key)), [true, true, false]);
    }
}
