//! Word lists by language and kind.

use rustc_hash::{FxHashMap, FxHashSet};

/// Words of one language and kind.
pub type List = FxHashSet<&'static str>;

/// A file of lists: on each line language, kind and words, parted by tabs.
pub struct Lists(FxHashMap<&'static str, FxHashMap<&'static str, List>>);

impl Lists {
    pub fn read(text: &'static str) -> Lists {
        let mut lists: FxHashMap<&str, FxHashMap<&str, List>> = FxHashMap::default();
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split('\t');
            if let (Some(language), Some(kind), Some(words)) = (parts.next(), parts.next(), parts.next()) {
                lists.entry(language).or_default().entry(kind).or_default().extend(words.split(' '));
            }
        }
        Lists(lists)
    }

    /// The list of a language, where it has one.
    pub fn get(&self, language: &str, kind: &str) -> Option<&List> {
        self.0.get(language)?.get(kind)
    }

    pub fn hold(&self, language: &str, kind: &str, word: &str) -> bool {
        self.get(language, kind).is_some_and(|list| list.contains(word))
    }
}
