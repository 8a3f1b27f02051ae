//! Word lists as data: on each line language, kind and words, with tabs between them; the words parted by spaces.

use rustc_hash::{FxHashMap, FxHashSet};

/// A line of a file of word lists.
pub struct Row {
    /// Primary code of the language, `*` for all.
    pub language: &'static str,
    /// What the words are listed for.
    pub kind: &'static str,
    /// The words, as the file has them.
    pub words: std::str::Split<'static, char>,
}

/// The lines of a file of word lists; those that begin with `#` are comments.
pub fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    text.lines().filter(|l| !l.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('\t');
        let (language, kind, words) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Row { language, kind, words: words.split(' ') })
    })
}

/// Words of one language and kind.
pub type WordSet = FxHashSet<&'static str>;

/// Sets of words by language and kind.
pub struct WordSets(FxHashMap<&'static str, FxHashMap<&'static str, WordSet>>);

impl WordSets {
    /// Reads a file of word lists.
    pub fn read(text: &'static str) -> WordSets {
        let mut sets: FxHashMap<&str, FxHashMap<&str, WordSet>> = FxHashMap::default();
        for row in rows(text) {
            sets.entry(row.language).or_default().entry(row.kind).or_default().extend(row.words);
        }
        WordSets(sets)
    }

    /// The set of a language, where it has one.
    pub fn get(&self, language: &str, kind: &str) -> Option<&WordSet> {
        self.0.get(language)?.get(kind)
    }

    /// The word stands in that set.
    pub fn hold(&self, language: &str, kind: &str, word: &str) -> bool {
        self.get(language, kind).is_some_and(|set| set.contains(word))
    }
}
