//! A user's glossary: terms of the original's language and how the translation is to say them.

use std::collections::BTreeMap;

use crate::text::Passage;
use crate::text::words::{Kind, Token, Words};

/// Terms of the original with their translations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glossary {
    terms: Vec<Term>,
    /// Numbers of terms by the first letters of their first word.
    by_beginning: BTreeMap<String, Vec<usize>>,
}

/// A term and every translation that is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// As it stands in the original.
    pub original: Form,
    /// What may stand in the translation.
    pub translations: Vec<Form>,
}

/// A term in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// As the glossary writes it.
    pub text: String,
    /// Its words, in lower case unless case counts.
    words: Vec<String>,
    case: bool,
}

/// Letters by which terms are looked up; an inflected form keeps them.
const BEGINNING: usize = 3;

impl Glossary {
    /// No term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Takes an entry; `case` asks for capitals as written. Several entries of one term allow several translations.
    /// An empty translation stands for the term itself. False where a side holds no letter or digit.
    pub fn add(&mut self, original: &str, translation: &str, case: bool) -> bool {
        let translation = if translation.trim().is_empty() { original } else { translation };
        let (original, translation) = (Form::new(original, case), Form::new(translation, case));
        if original.words.is_empty() || translation.words.is_empty() {
            return false;
        }
        let place = self.by_beginning.entry(beginning(&original.words[0])).or_default();
        let is_it = |t: &Term| t.original.words == original.words && t.original.case == original.case;
        if let Some(&known) = place.iter().find(|&&k| is_it(&self.terms[k])) {
            self.terms[known].translations.push(translation);
            return true;
        }
        place.push(self.terms.len());
        self.terms.push(Term { original, translations: vec![translation] });
        true
    }

    /// Terms that may begin with a word, given in lower case, and their numbers.
    pub fn beginning_with(&self, word: &str) -> impl Iterator<Item = (usize, &Term)> {
        let numbers = self.by_beginning.get(&beginning(word));
        numbers.into_iter().flatten().map(|&k| (k, &self.terms[k]))
    }
}

fn beginning(word: &str) -> String {
    word.to_lowercase().chars().take(BEGINNING).collect()
}

impl Form {
    fn new(text: &str, case: bool) -> Form {
        let (mut all, mut tokens) = (Words::default(), Vec::new());
        all.tokenise(text, 0, &mut tokens);
        let written = |t: &Token| {
            if case {
                text[t.start as usize..t.end as usize].to_string()
            } else {
                all.text(t.word).to_string()
            }
        };
        Form {
            text: text.trim().to_string(),
            words: tokens.iter().filter(|t| t.is_content()).map(written).collect(),
            case,
        }
    }

    /// Number of tokens that say the term from token `k` on; `None` where they don't. Marks between its words don't
    /// count, endings may differ, and with `compounds` the last word may go on.
    pub fn matches(&self, passage: &Passage, k: usize, all: &Words, compounds: bool) -> Option<usize> {
        let mut at = k;
        for (number, word) in self.words.iter().enumerate() {
            if number > 0 {
                at += passage.tokens[at..].iter().take(2).take_while(|t| t.kind == Kind::Symbol).count();
            }
            let token = passage.tokens.get(at)?;
            let written = if self.case { passage.between(token, token) } else { all.text(token.word) };
            let goes_on = compounds && number + 1 == self.words.len();
            if !is_form_of(written, word, goes_on) {
                return None;
            }
            at += 1;
        }
        Some(at - k)
    }
}

/// The word itself, an inflected form of it, or, with `compounds`, a longer word that begins or ends with it. A form keeps
/// at least four letters and all but the last (of eight letters or more: but the last two), and goes on for three letters
/// at most, two where it changes some.
fn is_form_of(written: &str, word: &str, compounds: bool) -> bool {
    if written == word {
        return true;
    }
    let letters = word.chars().count();
    if letters < 4 || !word.chars().all(char::is_alphabetic) {
        return false;
    }
    let shared = written.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    let (ending, changed) = (written.chars().count() - shared, letters - shared);
    let stem = shared >= 4 && changed <= if letters < 8 { 1 } else { 2 };
    (stem && ending <= if changed > 0 { 2 } else { 3 })
        || (compounds && (written.starts_with(word) || written.ends_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_forms_are_the_term_and_other_words_are_not() {
        for (written, word) in
            [("contracts", "contract"), ("vertrages", "vertrag"), ("umowy", "umowa"), ("договора", "договор")]
        {
            assert!(is_form_of(written, word, false), "{written} {word}");
        }
        for (written, word) in
            [("arts", "art"), ("vertragspartner", "vertrag"), ("port", "part"), ("kellmar", "kelle")]
        {
            assert!(!is_form_of(written, word, false), "{written} {word}");
        }
        assert!(is_form_of("vertragspartner", "vertrag", true) && is_form_of("mietvertrag", "vertrag", true));
    }

    #[test]
    fn several_entries_of_a_term_allow_several_translations() {
        let mut glossary = Glossary::default();
        assert!(glossary.add("Vertrag", "contract", false) && glossary.add("vertrag", "agreement", false));
        assert!(glossary.add("Nimbus", "", true) && !glossary.add("–", "x", false));
        assert_eq!((glossary.terms.len(), glossary.terms[0].translations.len()), (2, 2));
        assert_eq!(glossary.terms[1].translations[0].text, "Nimbus");
    }
}
