//! Which words of a pair are alike: equal, or of one stem.

use rustc_hash::FxHashMap;

use crate::text::words::{WordId, Words};

/// The words of a pair, ready to be compared with each other.
pub struct Likeness(Vec<Shape>);

/// What the likeness of a word is judged by.
struct Shape {
    /// Number of the folded form: equal for words that differ in case and accents only.
    form: u32,
    folded: Box<str>,
    /// Pairs of neighbouring letters, sorted; none of numbers and of words of up to three letters.
    pairs: Box<[u64]>,
    /// For each of `pairs`, one of 128 bits.
    marks: u128,
    /// How many more pairs than marks there are.
    unmarked: u32,
}

impl Likeness {
    /// Of all words of a pair.
    pub fn of(words: &Words) -> Likeness {
        let mut forms: FxHashMap<&str, u32> = FxHashMap::default();
        let shape = |word: WordId| {
            let folded = words.folded(word);
            let next = forms.len() as u32;
            Shape::new(*forms.entry(folded).or_insert(next), folded, words.letters(word) >= 4)
        };
        Likeness((0..words.len() as WordId).map(shape).collect())
    }

    /// Equal, or of one stem: at least half of their letters are the same at the head, or half of their pairs of
    /// letters anywhere (Sørensen-Dice).
    pub fn are_alike(&self, a: WordId, b: WordId) -> bool {
        let (a, b) = (&self.0[a as usize], &self.0[b as usize]);
        a.form == b.form || a.may_share_stem(b) && (a.shares_half(b) || a.has_head_of(b))
    }
}

/// Letters that two words of one stem must have in common at the head.
const HEAD: usize = 4;

impl Shape {
    fn new(form: u32, folded: &str, is_long: bool) -> Shape {
        let mut pairs: Vec<u64> = Vec::new();
        if is_long {
            let next = folded.chars().skip(1);
            pairs = folded.chars().zip(next).map(|(a, b)| u64::from(a) << 32 | u64::from(b)).collect();
            pairs.sort_unstable();
        }
        let mark = |pair: &u64| 1_u128 << (pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57);
        let marks = pairs.iter().fold(0, |all, pair| all | mark(pair));
        let unmarked = pairs.len() as u32 - marks.count_ones();
        Shape { form, folded: folded.into(), pairs: pairs.into(), marks, unmarked }
    }

    /// A cheap test that holds wherever one of the two others does: pairs in common have a mark in common, and a word has
    /// no more pairs than marks but for those that share one.
    fn may_share_stem(&self, other: &Shape) -> bool {
        let common = self.marks & other.marks;
        let most = || (common.count_ones() + self.unmarked.min(other.unmarked)) as usize;
        let are_enough = |most: usize| most + 1 >= HEAD || 4 * most >= self.pairs.len() + other.pairs.len();
        common != 0 && are_enough(most())
    }

    fn shares_half(&self, other: &Shape) -> bool {
        4 * shared(&self.pairs, &other.pairs) >= self.pairs.len() + other.pairs.len()
    }

    fn has_head_of(&self, other: &Shape) -> bool {
        let head = self.folded.chars().zip(other.folded.chars()).take_while(|(a, b)| a == b).count();
        let longest = self.pairs.len().max(other.pairs.len()) + 1;
        head >= HEAD && head * 2 >= longest
    }
}

/// Size of the intersection of two sorted multisets.
fn shared(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut k, mut count) = (0, 0, 0);
    while i < a.len() && k < b.len() {
        match a[i].cmp(&b[k]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => k += 1,
            std::cmp::Ordering::Equal => (i, k, count) = (i + 1, k + 1, count + 1),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(a: &str, b: &str) -> bool {
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise(&format!("{a} {b}"), 0, &mut tokens);
        Likeness::of(&words).are_alike(tokens[0].word, tokens[1].word)
    }

    #[test]
    fn words_of_one_stem_are_alike() {
        for (a, b) in
            [("Bakery", "bakeries"), ("démocrate", "democrates"), ("intensive", "intense"), ("12", "12")]
        {
            assert!(are_alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn other_words_and_other_numbers_are_not() {
        for (a, b) in [("bakery", "parade"), ("2024", "2025"), ("cat", "cats")] {
            assert!(!are_alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_cheap_test_never_says_no_where_words_are_alike() {
        // All strings of three syllables, of which many share pairs and many marks.
        let syllables = ["ba", "nan", "the", "er", "on", "anan"];
        let word = |k: usize| [k % 6, k / 6 % 6, k / 36].map(|s| syllables[s]).concat();
        let words: Vec<String> = (0..216).map(word).collect();
        let shapes: Vec<Shape> = (0..).zip(&words).map(|(k, word)| Shape::new(k, word, true)).collect();
        let mut alike = 0;
        for (a, b) in shapes.iter().flat_map(|a| shapes.iter().map(move |b| (a, b))) {
            let are_alike = a.shares_half(b) || a.has_head_of(b);
            assert!(a.may_share_stem(b) || !are_alike, "{} {}", a.folded, b.folded);
            alike += usize::from(are_alike);
        }
        assert!(alike > 216);
    }
}
