//! Which words of two texts of one language differ: what a reader looks for first. For show only, nothing is scored by it.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text::words::{Token, Words};

/// Words of a side beyond which nothing is compared: the work grows with the product of words and differences.
const WORDS: usize = 2_000;

/// A stretch of both texts: the same words, or words of one side in place of words of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The words are the same on both sides.
    pub same: bool,
    /// Characters of the original; empty where only the translation has words.
    pub original: Range<usize>,
    /// Characters of the translation; empty where only the original has words.
    pub translation: Range<usize>,
}

/// Both texts cut into stretches, in order (Myers 1986, on words and punctuation marks; capitals count). White space before
/// a stretch belongs to none. Empty where a text is too long to compare (2,000 words) or has no word.
pub fn compare(original: &str, translation: &str) -> Vec<Stretch> {
    let mut words = Words::default();
    let [left, right] = [original, translation].map(|text| tokens(&mut words, text));
    if [&left, &right].iter().any(|side| side.is_empty() || side.len() > WORDS) {
        return Vec::new();
    }
    let keys = |side: &[Word]| side.iter().map(|w| w.key).collect::<Vec<_>>();
    let operations = capture_diff_slices(Algorithm::Myers, &keys(&left), &keys(&right));
    let stretches = operations.iter().map(|operation| Stretch {
        same: matches!(operation, DiffOp::Equal { .. }),
        original: characters(&left, operation.old_range()),
        translation: characters(&right, operation.new_range()),
    });
    stretches.collect()
}

/// The characters of each side, from the first word that differs to the last of each stretch. None where more differs than
/// not: a paraphrase would be all colour.
pub fn differences(original: &str, translation: &str) -> [Vec<Range<usize>>; 2] {
    let stretches = compare(original, translation);
    let characters = |same: bool| -> usize {
        stretches.iter().filter(|s| s.same == same).map(|s| s.original.len() + s.translation.len()).sum()
    };
    if characters(true) <= characters(false) {
        return [Vec::new(), Vec::new()];
    }
    let of = |side: fn(&Stretch) -> &Range<usize>| {
        stretches.iter().filter(|s| !s.same).map(|s| side(s).clone()).filter(|r| !r.is_empty()).collect()
    };
    [of(|s| &s.original), of(|s| &s.translation)]
}

struct Word {
    key: (u32, bool),
    characters: Range<usize>,
}

fn tokens(words: &mut Words, text: &str) -> Vec<Word> {
    let mut tokens: Vec<Token> = Vec::new();
    words.tokenise(text, 0, &mut tokens);
    let (mut bytes, mut characters) = (0, 0);
    let mut position = |byte: u32| {
        characters += text[bytes..byte as usize].chars().count();
        bytes = byte as usize;
        characters
    };
    let words = tokens.iter().map(|t| {
        let start = position(t.start);
        Word { key: (t.word, t.capital), characters: start..position(t.end) }
    });
    words.collect()
}

fn characters(words: &[Word], range: Range<usize>) -> Range<usize> {
    match words.get(range.clone()) {
        Some([first, .., last]) => first.characters.start..last.characters.end,
        Some([only]) => only.characters.clone(),
        // Between the words before and after it.
        _ => {
            let at = words
                .get(range.start)
                .map_or_else(|| words.last().map_or(0, |w| w.characters.end), |next| next.characters.start);
            at..at
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(original: &str, translation: &str) -> [Vec<String>; 2] {
        let [left, right] = differences(original, translation);
        let cut = |text: &str, ranges: Vec<Range<usize>>| -> Vec<String> {
            ranges.into_iter().map(|r| text.chars().skip(r.start).take(r.len()).collect()).collect()
        };
        [cut(original, left), cut(translation, right)]
    }

    #[test]
    fn words_that_differ_are_marked_on_both_sides_and_others_are_not() {
        let [left, right] = marked("Die Fähre fährt um 6 ab.", "Die Fähre kommt um 7 an.");
        assert_eq!((left.join("|"), right.join("|")), ("fährt|6 ab".into(), "kommt|7 an".into()));
    }

    #[test]
    fn what_stands_on_one_side_only_has_an_empty_range_on_the_other() {
        let stretches = compare("one two", "one and two");
        assert_eq!(
            stretches.iter().map(|s| (s.same, s.original.clone(), s.translation.clone())).collect::<Vec<_>>(),
            [(true, 0..3, 0..3), (false, 4..4, 4..7), (true, 4..7, 8..11)]
        );
    }

    #[test]
    fn a_capital_and_a_mark_count() {
        assert_eq!(
            marked("A dog barks!", "a dog barks."),
            [["A", "!"], ["a", "."]].map(|side| side.map(String::from).to_vec())
        );
    }

    #[test]
    fn a_paraphrase_is_not_marked() {
        let [left, right] = differences("The ferry sails at six.", "At six the boat leaves.");
        assert!(left.is_empty() && right.is_empty());
    }

    #[test]
    fn texts_without_words_and_endless_ones_are_not_compared() {
        assert_eq!(compare("", "x"), []);
        assert_eq!(compare(&"x ".repeat(WORDS + 1), "x"), []);
    }
}
