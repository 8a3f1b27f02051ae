//! Word lists as data: on each line language, kind and words, with tabs between them; the words parted by spaces. What is
//! said of a language is read when a text of that language first asks.

use std::sync::OnceLock;

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

impl Row {
    /// Of a line.
    pub fn of(line: &'static str) -> Option<Row> {
        let mut fields = line.split('\t');
        let (language, kind, words) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Row { language, kind, words: words.split(' ') })
    }
}

/// The lines of a file of lists; those that begin with `#` are comments.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|l| !l.starts_with('#'))
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

/// A cheap test of what words may begin with: two bytes of each beginning, by five bits of either.
#[derive(Debug, Default)]
pub struct Heads([u32; 32]);

impl Heads {
    /// Words may begin with this.
    pub fn add(&mut self, beginning: &str) {
        match *beginning.as_bytes() {
            [] => self.0 = [u32::MAX; 32],
            [first] => self.0[first as usize % 32] = u32::MAX,
            [first, second, ..] => self.0[first as usize % 32] |= 1 << (second % 32),
        }
    }

    /// Always true where a beginning begins with these bytes, and seldom else; of a word of one byte the second is 0.
    pub fn may_hold(&self, [first, second]: [u8; 2]) -> bool {
        self.0[first as usize % 32] >> (second % 32) & 1 != 0
    }

    /// Always true of a word that begins with one of them, and seldom else.
    pub fn may_begin(&self, word: &str) -> bool {
        let mut bytes = word.bytes();
        self.may_hold([bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default()])
    }
}

/// What a file of lists says of each language.
pub struct ByLanguage<T: 'static> {
    text: &'static str,
    read: fn(&[&'static str]) -> T,
    languages: OnceLock<FxHashMap<&'static str, OfLanguage<T>>>,
}

struct OfLanguage<T> {
    lines: Vec<&'static str>,
    read: OnceLock<T>,
}

impl<T> ByLanguage<T> {
    /// Of a file, in which a tab stands behind the code of the language. `read` makes of a language's lines what is known
    /// of it.
    pub const fn new(text: &'static str, read: fn(&[&'static str]) -> T) -> ByLanguage<T> {
        ByLanguage { text, read, languages: OnceLock::new() }
    }

    /// What is known of a language.
    pub fn get(&self, language: &str) -> Option<&T> {
        let own = self.languages.get_or_init(|| self.parted()).get(language)?;
        Some(own.read.get_or_init(|| (self.read)(&own.lines)))
    }

    fn parted(&self) -> FxHashMap<&'static str, OfLanguage<T>> {
        let mut languages: FxHashMap<&str, OfLanguage<T>> = FxHashMap::default();
        let named = lines(self.text).filter_map(|line| Some((line.split_once('\t')?.0, line)));
        for (language, line) in named {
            let unread = || OfLanguage { lines: Vec::new(), read: OnceLock::new() };
            languages.entry(language).or_insert_with(unread).lines.push(line);
        }
        languages
    }
}

/// Words of one language and kind.
pub type WordSet = FxHashSet<&'static str>;

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
