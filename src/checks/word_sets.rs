//! Word lists as data: on each line language, kind and words, with tabs between them; the words parted by spaces.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::by_language::ByLanguage;

/// A line of a file of word lists.
pub struct Row {
    /// Primary code of the language, `*` for all.
    pub language: &'static str,
    /// What the words are listed for.
    pub kind: &'static str,
    /// The words, as the file has them.
    pub words: std::str::Split<'static, char>,
}

impl Row {
    /// Of a line.
    pub fn of(line: &'static str) -> Option<Row> {
        let mut fields = line.split('\t');
        let (language, kind, words) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Row { language, kind, words: words.split(' ') })
    }
}

/// The first two letters of a word, by which entries of lists are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Start(u64);

impl Start {
    /// Of a word.
    pub fn of(word: &str) -> Start {
        let mut letters = word.chars().map(u64::from);
        Start(letters.next().unwrap_or_default() << 32 | letters.next().unwrap_or_default())
    }

    /// Of a word that is the first letter alone.
    pub fn alone(self) -> Start {
        Start(self.0 >> 32 << 32)
    }
}

/// A cheap test of what words may begin with: the first three bytes of each beginning, by five bits of each.
pub struct Heads(Box<[[u32; 32]; 32]>);

impl Default for Heads {
    fn default() -> Heads {
        Heads(Box::new([[0; 32]; 32]))
    }
}

impl Heads {
    /// Words may begin with this.
    pub fn add(&mut self, beginning: &str) {
        // What a beginning of fewer bytes leaves open may be anything.
        let meant = |at: usize| {
            let byte = beginning.as_bytes().get(at).map(|byte| *byte as usize % 32);
            byte.map_or(0..32, |byte| byte..byte + 1)
        };
        let third = meant(2).fold(0, |bits, byte| bits | 1 << byte);
        for second in self.0[meant(0)].iter_mut().flat_map(|second| &mut second[meant(1)]) {
            *second |= third;
        }
    }

    /// Always true of bytes with which a beginning begins, and seldom of others.
    pub fn may_hold(&self, [first, second, third]: [u8; 3]) -> bool {
        self.0[first as usize % 32][second as usize % 32] >> (third % 32) & 1 != 0
    }

    /// Always true of a word that begins with one of them, and seldom of others.
    pub fn may_begin(&self, word: &str) -> bool {
        let byte = |at: usize| word.as_bytes().get(at).copied().unwrap_or_default();
        self.may_hold([byte(0), byte(1), byte(2)])
    }
}

/// Words of one language and kind.
#[derive(Default)]
pub struct WordSet {
    words: FxHashSet<&'static str>,
    heads: Heads,
}

impl WordSet {
    fn extend(&mut self, words: impl Iterator<Item = &'static str>) {
        for word in words {
            self.heads.add(word);
            self.words.insert(word);
        }
    }

    /// The word stands in it.
    pub fn contains(&self, word: &str) -> bool {
        self.heads.may_begin(word) && self.words.contains(word)
    }
}

/// Sets of words by language and kind.
pub struct WordSets(ByLanguage<FxHashMap<&'static str, WordSet>>);

impl WordSets {
    /// Of a file of word lists.
    pub const fn new(text: &'static str) -> WordSets {
        WordSets(ByLanguage::new(text, |lines| {
            let mut sets: FxHashMap<&str, WordSet> = FxHashMap::default();
            for row in lines.iter().filter_map(|line| Row::of(line)) {
                sets.entry(row.kind).or_default().extend(row.words);
            }
            sets
        }))
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
