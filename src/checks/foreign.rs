//! Signs that a word is not of the language around it: its script, its letters, and lists of common words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use whatlang::{Script, detect_script};

use super::word_sets::{Heads, Row};
use super::{Pair, Segment};
use crate::model::Side;
use crate::text::Passage;
use crate::text::by_language::{ByLanguage, lines};
use crate::text::words::WordId;

/// What the program knows of a language's words.
#[derive(Default)]
pub struct Lists {
    around: Around,
    letters: &'static str,
    also: FxHashSet<&'static str>,
    never: Vec<&'static str>,
    /// Of those groups.
    heads: Heads,
}

const FILE: &str = include_str!("foreign.txt");

static LISTS: ByLanguage<Lists> = ByLanguage::new(FILE, Lists::read);

/// Languages that share so many words that one word tells nothing.
const RELATED: [&str; 8] = [
    "es pt it gl ca fr ro oc",
    "sv da nb nn no",
    "cs sk pl sl hr sr bs",
    "ru uk be bg mk sr",
    "de nl af lb",
    "fi et",
    "id ms",
    "tr az",
];

/// The languages are one, or so near that single words don't tell them apart.
pub fn are_related(a: &str, b: &str) -> bool {
    let has = |group: &str, language: &str| group.split(' ').any(|l| l == language);
    a == b || RELATED.iter().any(|g| has(g, a) && has(g, b))
}

/// Lists of a language, where there are any.
pub fn lists(language: &str) -> Option<&'static Lists> {
    LISTS.get(language)
}

/// Languages with lists, one bit each, in the order of their codes.
pub type Languages = u32;

/// The languages that have a word among their function words.
pub fn with_function_word(word: &str) -> Languages {
    FUNCTION_WORDS.get(word).copied().unwrap_or(0)
}

/// A language and those of another kind.
#[derive(Clone, Copy, Default)]
pub struct Around {
    /// The language itself; none where it has no lists.
    pub own: Languages,
    /// Those that are not related to it.
    pub unrelated: Languages,
}

/// A language among those with lists.
pub fn around(language: &str) -> Around {
    lists(language).map_or_else(|| Around::of(language), |lists| lists.around)
}

/// Codes of the languages with lists, in order.
static CODES: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| lines(FILE).filter_map(Row::of).map(|row| row.language).collect());

/// Those languages of which something is true.
pub fn those(is_meant: &dyn Fn(&str) -> bool) -> Languages {
    let meant = CODES.iter().enumerate().filter(|(_, language)| is_meant(language));
    meant.fold(0, |languages, (number, _)| languages | 1 << number)
}

/// The first of some languages.
pub fn first(languages: Languages) -> Option<&'static str> {
    CODES.iter().nth(languages.trailing_zeros() as usize).copied()
}

impl Around {
    fn of(language: &str) -> Around {
        Around {
            own: those(&|other| other == language),
            unrelated: those(&|other| !are_related(other, language)),
        }
    }
}

static FUNCTION_WORDS: LazyLock<FxHashMap<&'static str, Languages>> = LazyLock::new(|| {
    // A word takes five bytes or six.
    let mut languages: FxHashMap<&str, Languages> =
        FxHashMap::with_capacity_and_hasher(FILE.len() / 6, FxBuildHasher);
    for Row { language, words, .. } in lines(FILE).filter_map(Row::of).filter(|row| row.kind == "words") {
        let own = those(&|other| other == language);
        words.for_each(|word| *languages.entry(word).or_default() |= own);
    }
    languages
});

impl Lists {
    fn read(rows: &[&'static str]) -> Lists {
        let mut lists = Lists::default();
        let own = rows.iter().find_map(|line| Row::of(line)).map(|row| row.language);
        lists.around = own.map(Around::of).unwrap_or_default();
        for Row { kind, mut words, .. } in rows.iter().filter_map(|line| Row::of(line)) {
            match kind {
                "letters" => lists.letters = words.next().unwrap_or_default(),
                "also" => lists.also.extend(words),
                "never" => words.for_each(|group| {
                    lists.heads.add(group);
                    lists.never.push(group);
                }),
                _ => {}
            }
        }
        lists
    }

    /// The word holds one of the groups of letters that its words don't have.
    fn has_never(&self, word: &str) -> bool {
        let mut last = [0, 0, b'^'];
        let mut may_begin = |byte: u8| {
            last = [last[1], last[2], byte];
            self.heads.may_hold(last)
        };
        word.bytes().chain([b'$', 0]).any(&mut may_begin) && {
            let framed = format!("^{word}$");
            self.never.iter().any(|group| framed.contains(group))
        }
    }

    /// One of its function words.
    pub fn has(&self, word: &str) -> bool {
        with_function_word(word) & self.around.own != 0
    }

    /// A function word of it, or a word that looks like another language's.
    pub fn knows(&self, word: &str) -> bool {
        self.has(word) || self.also.contains(word)
    }

    /// Written with letters or groups of letters that its own words don't have.
    pub fn cannot_spell(&self, word: &str) -> bool {
        self.lacks_letters_of(word) || self.has_never(word) && !self.also.contains(word)
    }

    /// Written with letters that its own words don't have.
    pub fn lacks_letters_of(&self, word: &str) -> bool {
        word.chars().any(|c| has_capital(c) && !c.is_ascii() && !self.letters.contains(c))
    }
}

/// A small letter that is no mere sign, such as those in "2ª", "nº" or "µm".
fn has_capital(c: char) -> bool {
    c.is_lowercase() && c != 'µ' && c.to_uppercase().next() != Some(c)
}

/// Scripts that are written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Writing {
    /// Han characters, with kana in Japanese and with Hangul in Korean.
    EastAsian,
    /// Hiragana and katakana where they are none of the language's.
    Kana,
    /// Any other, alone.
    Other(u8),
}

impl Writing {
    /// Latin letters.
    pub const LATIN: Writing = Writing::Other(Script::Latin as u8);
}

/// How a word is written, seen from a text in `language`; `None` where it has no letters of a known script.
pub fn writing(word: &str, language: &str) -> Option<Writing> {
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(Writing::LATIN);
    }
    Some(match detect_script(word)? {
        Script::Hiragana | Script::Katakana if language == "zh" => Writing::Kana,
        Script::Mandarin | Script::Hiragana | Script::Katakana | Script::Hangul => Writing::EastAsian,
        other => Writing::Other(other as u8),
    })
}

/// Tokens from which a document's writing is told.
const SAMPLE: usize = 1000;

/// How nearly all of a document is written, by letters; `None` where it is mixed.
pub fn main_writing(pair: &Pair, side: Side) -> Option<Writing> {
    let (mut letters, mut all): (Vec<(Writing, usize)>, usize) = (Vec::new(), 0);
    let writings = pair.writings(side);
    for token in pair.documents[side as usize].tokens().iter().filter(|t| t.is_letters()).take(SAMPLE) {
        let count = pair.words.letters(token.word);
        all += count;
        let Some(writing) = writings[token.word as usize] else { continue };
        match letters.iter_mut().find(|(known, _)| *known == writing) {
            Some((_, known)) => *known += count,
            None => letters.push((writing, count)),
        }
    }
    let (writing, most) = letters.into_iter().max_by_key(|&(writing, count)| (count, writing))?;
    (most * 3 >= all * 2).then_some(writing)
}

/// Share of its words that a translation has in runs of three and more that stand in the original just so.
pub fn copied_share(segment: &Segment) -> f64 {
    let runs: FxHashSet<Vec<WordId>> = words_of(&segment.original).windows(RUN).map(<[_]>::to_vec).collect();
    let own = words_of(&segment.translation);
    let mut copied = vec![false; own.len()];
    for at in (0..(own.len() + 1).saturating_sub(RUN)).filter(|&at| runs.contains(&own[at..at + RUN])) {
        copied[at..at + RUN].fill(true);
    }
    copied.iter().filter(|&&c| c).count() as f64 / own.len().max(1) as f64
}

/// A cheap test that holds wherever [`copied_share`] is as great: so many words stand somewhere in the original.
pub fn may_share(pair: &Pair, segment: &Segment, share: f64) -> bool {
    let words = || segment.translation.tokens.iter().filter(|t| t.is_content());
    let held = words().filter(|t| pair.holds(Side::Original, t.word)).count();
    held as f64 / words().count().max(1) as f64 >= share
}

/// So many words in a row that stand on both sides are copied.
pub const RUN: usize = 3;

fn words_of(passage: &Passage) -> Vec<WordId> {
    passage.tokens.iter().filter(|t| t.is_content()).map(|t| t.word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_letter_groups_tell_a_foreign_word() {
        let english = lists("en").expect("has lists");
        assert!(english.cannot_spell("größe") && english.cannot_spell("szczotka"));
        assert!(!english.cannot_spell("naïve") && !english.cannot_spell("subject"));
    }

    #[test]
    fn every_language_with_lists_has_a_bit() {
        assert!(CODES.len() <= Languages::BITS as usize);
        assert_eq!(first(around("de").own), Some("de"));
        assert_eq!(with_function_word("und") & around("de").own, around("de").own);
        assert_eq!((around("xx").own, first(0)), (0, None));
    }

    #[test]
    fn kana_is_foreign_in_chinese_only() {
        assert_eq!(writing("テスト", "zh"), Some(Writing::Kana));
        assert_eq!(writing("テスト", "ja"), Some(Writing::EastAsian));
        assert_eq!(writing("test", "ja"), Some(Writing::LATIN));
    }

    #[test]
    fn near_languages_are_related_and_far_ones_not() {
        assert!(are_related("es", "pt") && are_related("sv", "nb") && !are_related("en", "de"));
    }
}
