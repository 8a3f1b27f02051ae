//! Which words of a pair are alike: equal, or of one stem.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::words::{WordId, Words};

/// The words of a pair, ready to be compared with each other.
pub struct Likeness {
    shapes: Vec<Shape>,
    /// Folded forms, one behind the other.
    folded: String,
    /// Pairs of neighbouring letters, those of each word together and sorted.
    pairs: Vec<u64>,
}

/// What the likeness of a word is judged by.
struct Shape {
    /// A word of the same folded form, the same one for all of them: they differ in case and accents only.
    form: WordId,
    /// Where its folded form stands.
    folded: Range<u32>,
    /// Where its pairs of letters stand; none of numbers and of words of up to three letters.
    pairs: Range<u32>,
    /// For each of its pairs, one of 128 bits.
    marks: [u64; 2],
    /// How many more pairs than marks there are.
    unmarked: u32,
}

impl Likeness {
    /// Of all words of a pair.
    pub fn of(words: &Words) -> Likeness {
        let shapes = Vec::with_capacity(words.len());
        let mut likeness = Likeness { shapes, folded: String::new(), pairs: Vec::new() };
        let mut forms: FxHashMap<&str, WordId> = FxHashMap::default();
        for word in 0..words.len() as WordId {
            let folded = words.folded(word);
            let form = if folded == words.text(word) {
                word
            } else {
                words.find(folded).unwrap_or_else(|| *forms.entry(folded).or_insert(word))
            };
            likeness.add(form, folded, words.letters(word) >= 4);
        }
        likeness
    }

    fn add(&mut self, form: WordId, folded: &str, is_long: bool) {
        let (start, head) = (self.pairs.len(), self.folded.len() as u32);
        self.folded.push_str(folded);
        let pair = |a: u64, b: u64| a << 32 | b;
        if is_long && folded.is_ascii() {
            self.pairs.extend(folded.as_bytes().windows(2).map(|two| pair(two[0].into(), two[1].into())));
        } else if is_long {
            let next = folded.chars().skip(1);
            self.pairs.extend(folded.chars().zip(next).map(|(a, b)| pair(a.into(), b.into())));
        }
        let own = &mut self.pairs[start..];
        own.sort_unstable();
        let mut marks = [0; 2];
        for pair in own.iter() {
            let mark = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57;
            marks[mark as usize / 64] |= 1 << (mark % 64);
        }
        let unmarked = own.len() as u32 - marks.map(u64::count_ones).iter().sum::<u32>();
        let (folded, pairs) = (head..self.folded.len() as u32, start as u32..self.pairs.len() as u32);
        self.shapes.push(Shape { form, folded, pairs, marks, unmarked });
    }

    /// Equal, or of one stem: at least half of their letters are the same at the head, or half of their pairs of
    /// letters anywhere (Sørensen-Dice).
    pub fn are_alike(&self, a: WordId, b: WordId) -> bool {
        let [own, other] = [a, b].map(|word| &self.shapes[word as usize]);
        own.form == other.form || own.may_share_stem(other) && self.share_stem(own, other)
    }

    fn share_stem(&self, own: &Shape, other: &Shape) -> bool {
        let [a, b] =
            [own, other].map(|shape| &self.pairs[shape.pairs.start as usize..shape.pairs.end as usize]);
        4 * shared(a, b) >= a.len() + b.len() || {
            let [own, other] = [own, other]
                .map(|shape| self.folded[shape.folded.start as usize..shape.folded.end as usize].chars());
            let head = own.zip(other).take_while(|(a, b)| a == b).count();
            head >= HEAD && head * 2 > a.len().max(b.len())
        }
    }
}

/// Letters that two words of one stem must have in common at the head.
const HEAD: usize = 4;

impl Shape {
    /// A cheap test that holds wherever words share a stem: pairs in common have a mark in common, and a word has no more
    /// pairs than marks but for those that share one.
    fn may_share_stem(&self, other: &Shape) -> bool {
        let common = self.marks[0] & other.marks[0] != 0 || self.marks[1] & other.marks[1] != 0;
        let most = || {
            let marks: u32 = (0..2).map(|k| (self.marks[k] & other.marks[k]).count_ones()).sum();
            (marks + self.unmarked.min(other.unmarked)) as usize
        };
        let are_enough = |most: usize| most + 1 >= HEAD || 4 * most >= self.pairs.len() + other.pairs.len();
        common && are_enough(most())
    }
}

/// Words that a [`Crowd`] has at most.
pub const CROWD: usize = u64::BITS as usize;

/// Up to 64 words, a bit each, among which those like another word are found without a look at each.
pub struct Crowd {
    /// By mark: the words that have it.
    by_mark: [u64; 128],
    /// By the last bits of the form.
    by_form: [u64; CROWD],
    /// Of few pairs of letters, so that half of them may be two.
    short: u64,
    /// Of so few pairs of letters that half of them may be one.
    tiny: u64,
    /// With more pairs than marks.
    unmarked: u64,
}

/// Two words of so many pairs of letters may share a stem by two of them; of longer ones three must be the same.
const SHORT: usize = 5;

/// Fewer pairs of letters than these may be half of both words' when a single one is the same.
const TINY: usize = 3;

impl Crowd {
    /// The first 64 of these words.
    pub fn of(likeness: &Likeness, words: impl Iterator<Item = WordId>) -> Crowd {
        let mut crowd = Crowd { by_mark: [0; 128], by_form: [0; CROWD], short: 0, tiny: 0, unmarked: 0 };
        for (place, word) in words.take(CROWD).enumerate() {
            let shape = &likeness.shapes[word as usize];
            let bit = 1 << place;
            crowd.by_form[shape.form as usize % CROWD] |= bit;
            for (half, marks) in shape.marks.into_iter().enumerate() {
                bits(marks).for_each(|mark| crowd.by_mark[half * 64 + mark] |= bit);
            }
            crowd.short |= if shape.pairs.len() <= SHORT { bit } else { 0 };
            crowd.tiny |= if shape.pairs.len() < TINY { bit } else { 0 };
            crowd.unmarked |= if shape.unmarked > 0 { bit } else { 0 };
        }
        crowd
    }

    /// Places of words that may be like this one: certainly of all that are.
    pub fn near(&self, likeness: &Likeness, word: WordId) -> impl Iterator<Item = usize> {
        let shape = &likeness.shapes[word as usize];
        // Words that have a mark in common with it, two, and three.
        let [mut one, mut two, mut three] = [0; 3];
        for (half, marks) in shape.marks.into_iter().enumerate() {
            for mark in bits(marks) {
                let having = self.by_mark[half * 64 + mark];
                three |= two & having;
                two |= one & having;
                one |= having;
            }
        }
        let by_one = if shape.pairs.len() < TINY { u64::MAX } else { self.tiny };
        let by_two = if shape.pairs.len() <= SHORT { self.short } else { 0 };
        let by_any = if shape.unmarked > 0 { self.unmarked } else { 0 };
        bits(self.by_form[shape.form as usize % CROWD] | three | two & by_two | one & (by_one | by_any))
    }
}

/// Numbers of the bits that are set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            next
        })
    })
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
    fn the_cheap_tests_never_say_no_where_words_are_alike() {
        // All strings of three syllables, of which many share pairs and many marks.
        let syllables = ["ba", "nan", "the", "er", "on", "anan"];
        let text = |k: usize| [k % 6, k / 6 % 6, k / 36].map(|s| syllables[s]).concat();
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.tokenise(&(0..216).map(text).collect::<Vec<_>>().join(" "), 0, &mut tokens);
        let likeness = Likeness::of(&words);
        let all: Vec<WordId> = (0..words.len() as WordId).collect();
        let mut alike = 0;
        for crowd in all.chunks(CROWD) {
            let bits = Crowd::of(&likeness, crowd.iter().copied());
            for &a in &all {
                let near: Vec<usize> = bits.near(&likeness, a).collect();
                for (place, &b) in crowd.iter().enumerate() {
                    let shapes = [a, b].map(|word| &likeness.shapes[word as usize]);
                    let share_stem = likeness.share_stem(shapes[0], shapes[1]);
                    assert!(shapes[0].may_share_stem(shapes[1]) || !share_stem);
                    assert!(near.contains(&place) || !likeness.are_alike(a, b));
                    alike += usize::from(share_stem);
                }
            }
        }
        assert!(alike > 216);
    }
}
