//! What the checks ask of words again and again, found out once for each distinct word of a pair.

use super::negation_mismatch::NEGATIONS;
use super::pronoun_mismatch::GENDERED;
use super::{casing, number_mismatch, repetition, residue};
use crate::text::words::{WordId, Words};

/// What a word is in its language, one bit each.
pub type Traits = u8;

/// Carries grammar, not content ([`residue`]).
pub const FUNCTION: Traits = 1;
/// Joins equals, such as "and" ([`repetition`]).
pub const JOINS: Traits = 1 << 1;
/// A number or a part of one may begin with it ([`number_mismatch`]).
pub const NUMBER: Traits = 1 << 2;
/// A negation may begin with it.
pub const NEGATION: Traits = 1 << 3;
/// Words of a gender may begin with it.
pub const GENDER: Traits = 1 << 4;
/// Never takes a capital inside a sentence ([`casing`]).
pub const GRAMMAR: Traits = 1 << 5;

/// Traits in one language of those of a pair's words that are asked for, by their numbers.
pub fn of_words(words: &Words, language: &str, is_asked: impl Fn(WordId) -> bool) -> Vec<Traits> {
    let lists = [
        (residue::function_words(language), FUNCTION),
        (repetition::joining(language), JOINS),
        (casing::grammar(language), GRAMMAR),
    ];
    let (numbers, negations, genders) =
        (number_mismatch::Starts::of(language), NEGATIONS.starts(language), GENDERED.starts(language));
    let traits = |word: WordId| {
        let text = words.text(word);
        let listed = lists.iter().filter(|(list, _)| list.is_some_and(|list| list.contains(text)));
        let begins = [(numbers.hold(text), NUMBER), (negations(text), NEGATION), (genders(text), GENDER)];
        let begun = begins.into_iter().filter(|(begins, _)| *begins);
        listed.map(|(_, own)| *own).chain(begun.map(|(_, own)| own)).fold(0, |all, own| all | own)
    };
    (0..words.len() as WordId).map(|word| if is_asked(word) { traits(word) } else { 0 }).collect()
}
