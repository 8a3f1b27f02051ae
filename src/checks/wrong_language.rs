//! Wrong language: a segment in another language than the document.

use serde::{Deserialize, Serialize};

use super::foreign::{self, Writing};
use super::untranslated::is_left_whole;
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::language::identify;
use crate::text::Passage;

#[doc = include_str!("wrong_language.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrongLanguage {
    /// Run this check.
    pub enabled: bool,
    /// Segments of fewer letters are too short to tell their language.
    pub letters: usize,
}

impl Default for WrongLanguage {
    fn default() -> Self {
        WrongLanguage { enabled: true, letters: 40 }
    }
}

impl Check for WrongLanguage {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if pair.unrelated {
            return;
        }
        let own = pair.language(Side::Translation);
        let writing = foreign::main_writing(pair, Side::Translation);
        let long = |index: &usize| letters(pair, &pair.segments[*index].translation) >= self.letters;
        let measured: Vec<usize> = (0..pair.segments.len()).filter(long).collect();
        let wrong = |&index: &usize| Some((index, other_language(pair, index, own, writing)?));
        let found: Vec<(usize, String)> = measured.iter().filter_map(wrong).collect();
        let everywhere = found.len() > 1 && found.len() * 2 > measured.len();
        for (index, what) in found.iter().take(if everywhere { 1 } else { found.len() }) {
            let message = if everywhere {
                format!("the translation is {what}, not in {own}")
            } else {
                format!("this is {what}, the translation in {own}")
            };
            let whole = pair.segments[*index].translation.whole();
            out.add(Severity::Major, (*index, Side::Translation), whole, message);
        }
    }
}

/// An untranslated segment is the other check's.
const COPIED: f64 = 0.8;

/// Share of a prose segment's words that function words take: a quarter and more in every language with lists; names
/// and lists have fewer.
const PROSE: f64 = 0.15;

/// Function words of another language that the segment must hold.
const EVIDENCE: usize = 4;

fn letters(pair: &Pair, passage: &Passage) -> usize {
    passage.tokens.iter().filter(|t| t.is_letters()).map(|t| pair.words.letters(t.word)).sum()
}

/// In what another language or script the segment is written, when the original doesn't have the same there.
fn other_language(pair: &Pair, index: usize, own: &str, main: Option<Writing>) -> Option<String> {
    let segment = &pair.segments[index];
    let passage = &segment.translation;
    let same = segment.original.normal() == passage.normal();
    if same || is_left_whole(pair, index, COPIED) {
        return None;
    }
    let identified = identify(passage.normal()).filter(|found| found.reliable)?.language;
    let found = identified.primary();
    if found == own || foreign::are_related(found, own) {
        return None;
    }
    let other_script = main.is_some_and(|main| is_in_other_script(pair, passage, own, main));
    let quoted = identify(segment.original.normal()).is_some_and(|o| pair.is_monolingual() && o.language == identified);
    let evident = other_script || is_prose_of(pair, passage, found, own, main);
    (evident && !quoted).then(|| format!("in {found}"))
}

/// Nine letters in ten are of another script than the document's.
fn is_in_other_script(pair: &Pair, passage: &Passage, own: &str, main: Writing) -> bool {
    let all = letters(pair, passage);
    let of_main = passage.tokens.iter().filter(|t| t.is_letters()).filter(|t| {
        foreign::writing(pair.words.text(t.word), own).is_none_or(|w| w == main)
    });
    of_main.map(|t| pair.words.letters(t.word)).sum::<usize>() * 10 <= all
}

/// Function words of that language stand throughout, and hardly any of the document's own.
fn is_prose_of(pair: &Pair, passage: &Passage, found: &str, own: &str, main: Option<Writing>) -> bool {
    let Some(found) = foreign::lists(found) else { return false };
    let own_lists = foreign::lists(own);
    let words = || passage.tokens.iter().filter(|t| t.is_letters()).map(|t| pair.words.text(t.word));
    let in_main = |word: &&str| main.is_none() || foreign::writing(word, own) == main;
    let theirs = words().filter(in_main).filter(|w| found.has(w) && own_lists.is_none_or(|o| !o.has(w))).count();
    let ours = words().filter(|w| !found.has(w) && own_lists.is_some_and(|o| o.has(w))).count();
    theirs >= EVIDENCE && theirs as f64 >= words().count() as f64 * PROSE && ours * 4 <= theirs
}
