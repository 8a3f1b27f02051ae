//! Wrong language: a segment in another language than the document.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::foreign::{self, Around, Languages, Writing};
use super::untranslated::is_left_whole;
use super::{Check, Findings, Pair, Segment};
use crate::model::{Language, Severity, Side};
use crate::text::Passage;
use crate::text::language::{Identified, identify};
use crate::text::words::WordId;

#[doc = include_str!("wrong_language.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrongLanguage {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// Segments of fewer letters are too short to tell their language.
    pub letters: usize,
}

impl Default for WrongLanguage {
    fn default() -> Self {
        WrongLanguage { enabled: true, severity: None, letters: 40 }
    }
}

impl Check for WrongLanguage {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if pair.unrelated {
            return;
        }
        let own = pair.language(Side::Translation);
        let writing = pair.main_writing(Side::Translation);
        let long = |index: &usize| {
            let passage = &pair.segments[*index].translation;
            let least =
                if is_in_other_script(pair, passage, writing) { SCRIPT_LETTERS } else { self.letters };
            letters(pair, passage) >= least
        };
        let measured: Vec<usize> = (0..pair.segments.len()).filter(long).collect();
        let wrong = |&index: &usize| Some((index, other_language(pair, index, writing)?));
        let found: Vec<(usize, Language)> = measured.iter().filter_map(wrong).collect();
        let sentences =
            pair.segments.iter().filter(|s| letters(pair, &s.translation) >= SCRIPT_LETTERS).count();
        let everywhere = found.len() > 1 && found.len() * 2 > sentences;
        for (index, language) in found.iter().take(if everywhere { 1 } else { found.len() }) {
            let message = if everywhere {
                format!("the translation is in {language}, not in {own}")
            } else {
                format!("this is in {language}, the translation in {own}")
            };
            let whole = pair.segments[*index].translation.whole();
            out.add(Severity::Major, (*index, Side::Translation), whole, message);
        }
    }
}

/// Fewer letters in another script may be a name.
const SCRIPT_LETTERS: usize = 12;

/// An untranslated segment is the other check's.
const COPIED: f64 = 0.8;

/// Share of a segment's words that function words of one language take in prose. Lists of names have fewer.
const PROSE: f64 = 0.1;

/// Function words of another language that the segment must hold.
const EVIDENCE: usize = 3;

fn letters(pair: &Pair, passage: &Passage) -> usize {
    passage.tokens.iter().filter(|t| t.is_letters()).map(|t| pair.words.letters(t.word)).sum()
}

/// The segment is written in another language than the document, or in another script.
pub fn is_in_other_language(pair: &Pair, index: usize) -> bool {
    other_language(pair, index, pair.main_writing(Side::Translation)).is_some()
}

/// In what other language the segment is written, when the original doesn't have the same there.
fn other_language(pair: &Pair, index: usize, main: Option<Writing>) -> Option<Language> {
    let segment = &pair.segments[index];
    let (own, passage) = (pair.language(Side::Translation), &segment.translation);
    let other_script = is_in_other_script(pair, passage, main);
    if !other_script && !may_be_prose_of_another(passage, pair) {
        return None;
    }
    let copied = segment.original.normal() == passage.normal() || is_left_whole(pair, index, COPIED);
    // A script speaks for itself where the identifier wavers between its languages.
    let sure = |found: &Identified| (found.reliable || other_script) && !copied;
    let found = identify(passage.normal()).filter(sure)?.language;
    if foreign::are_related(found.primary(), own) {
        return None;
    }
    let as_original = || identify(segment.original.normal()).is_some_and(|o| o.language == found);
    let quoted = pair.is_monolingual() && as_original();
    let evident = other_script || is_prose_of(pair, segment, found.primary(), main);
    (evident && !quoted).then_some(found)
}

/// Nine letters in ten are of another script than the document's, or one in five is kana in Chinese.
fn is_in_other_script(pair: &Pair, passage: &Passage, main: Option<Writing>) -> bool {
    let writings = pair.writings(Side::Translation);
    let (mut all, mut of_main, mut kana) = (0, 0, 0);
    for token in passage.tokens.iter().filter(|t| t.is_letters()) {
        let count = pair.words.letters(token.word);
        let writing = writings[token.word as usize];
        all += count;
        of_main += if writing == main { count } else { 0 };
        kana += if writing == Some(Writing::Kana) { count } else { 0 };
    }
    main.is_some() && of_main * 10 <= all || kana * 5 > all
}

/// A cheap test that holds wherever [`is_prose_of`] does for a language that is not related: identifying a language
/// takes ten times as long as all else that is done with a segment.
fn may_be_prose_of_another(passage: &Passage, pair: &Pair) -> bool {
    let Around { own, unrelated } = foreign::around(pair.language(Side::Translation));
    let mut ours = 0;
    // By language: function words that are not the document's, and those of the document's that are this one's too.
    let mut theirs = [[0_usize; 2]; Languages::BITS as usize];
    for token in passage.tokens.iter().filter(|t| t.is_letters()) {
        let languages = foreign::with_function_word(pair.words.text(token.word));
        let is_own = usize::from(languages & own != 0);
        ours += is_own;
        let mut others = languages & unrelated;
        while others != 0 {
            theirs[others.trailing_zeros() as usize][is_own] += 1;
            others &= others - 1;
        }
    }
    theirs.iter().any(|[alien, both]| *alien >= EVIDENCE && (ours - both) * 4 <= *alien)
}

/// Function words of that language stand throughout, beyond what is quoted from the original, and hardly any of the
/// document's own.
fn is_prose_of(pair: &Pair, segment: &Segment, found: &str, main: Option<Writing>) -> bool {
    let Some(found) = foreign::lists(found) else { return false };
    let writings = pair.writings(Side::Translation);
    let own_lists = foreign::lists(pair.language(Side::Translation));
    let there: FxHashSet<WordId> = segment.original.tokens.iter().map(|t| t.word).collect();
    let (mut all, mut theirs, mut ours) = (0u32, 0, 0);
    for token in segment.translation.tokens.iter().filter(|t| t.is_letters()) {
        let word = pair.words.text(token.word);
        let (of_found, of_own) = (found.has(word), own_lists.is_some_and(|o| o.has(word)));
        all += 1;
        ours += usize::from(of_own && !of_found);
        let alien = of_found && !of_own && !there.contains(&token.word);
        theirs += usize::from(alien && writings[token.word as usize] == main);
    }
    theirs >= EVIDENCE && theirs as f64 >= f64::from(all) * PROSE && ours * 4 <= theirs
}
