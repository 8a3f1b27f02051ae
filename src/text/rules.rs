//! What the sentence splitter knows about a language: sentencex and our own words in `sentences.txt`.

use rustc_hash::FxHashMap;
use sentencex::language_factory;
use sentencex::languages::Language;

use super::by_language::ByLanguage;

/// What a word of `sentences.txt` does; see there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Number,
    Last,
    Start,
    Ordinal,
    Counted,
    Open,
    Particle,
    Unit,
    Word,
}

impl Kind {
    const NAMED: [(&str, Kind); 10] = [
        ("name", Kind::Name),
        ("number", Kind::Number),
        ("last", Kind::Last),
        ("start", Kind::Start),
        ("ordinal", Kind::Ordinal),
        ("counted", Kind::Counted),
        ("open", Kind::Open),
        ("particle", Kind::Particle),
        ("unit", Kind::Unit),
        ("word", Kind::Word),
    ];

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Kinds of each word, as bits, and those of all words together under the empty word.
type Words = FxHashMap<&'static str, u16>;

static WORDS: ByLanguage<Words> = ByLanguage::new(include_str!("sentences.txt"), |lines| {
    let mut kinds = Words::default();
    for line in lines {
        let mut fields = line.split('\t').skip(1);
        let (Some(kind), Some(words)) = (fields.next(), fields.next()) else { continue };
        let bit = Kind::NAMED.iter().find(|(name, _)| *name == kind).map_or(0, |(_, kind)| kind.bit());
        for word in words.split(' ').chain([""]) {
            *kinds.entry(word).or_default() |= bit;
        }
    }
    kinds
});

/// The rules of one language.
pub struct Rules {
    sentencex: Box<dyn Language>,
    own: Option<&'static Words>,
    common: Option<&'static Words>,
}

impl Rules {
    /// Rules for a primary language code; English ones where sentencex knows neither it nor a relative.
    pub fn of(language: &str) -> Rules {
        Rules { sentencex: language_factory(language), own: WORDS.get(language), common: WORDS.get("*") }
    }

    /// Whether `word` is of this kind.
    pub fn has(&self, kind: Kind, word: &str) -> bool {
        let listed = |words: &Words| words.get(word).is_some_and(|bits| bits & kind.bit() != 0);
        !word.is_empty() && [self.own, self.common].into_iter().flatten().any(listed)
    }

    /// Whether this language has words of this kind.
    pub fn uses(&self, kind: Kind) -> bool {
        self.own.and_then(|words| words.get("")).is_some_and(|bits| bits & kind.bit() != 0)
    }

    /// Byte ranges of the runs of stops in `text`: what may end a sentence in this language.
    pub fn stops(&self, text: &str) -> impl Iterator<Item = (usize, usize)> {
        self.sentencex.get_sentence_break_regex().find_iter(text).map(|m| (m.start(), m.end()))
    }

    /// Whether sentencex takes the stop after `head` for part of an abbreviation, initial or marker (`7 p.m.`).
    ///
    /// Its `find_boundary` would say more, but compiles a pattern at every stop in three languages, and knows
    /// capitals of the Latin alphabet only.
    pub fn abbreviates(&self, head: &str, next: &str) -> bool {
        self.sentencex.period_suppresses_boundary(head, self.sentencex.get_last_word(head), next)
    }

    /// Whether text after an ellipsis goes on with the sentence although it begins with a capital (English "I").
    pub fn ellipsis_goes_on(&self, next: &str) -> bool {
        self.sentencex.is_ellipsis_continuation(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_has_a_known_kind_and_words() {
        for line in include_str!("sentences.txt").lines().filter(|l| !l.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert!(Kind::NAMED.iter().any(|(name, _)| *name == fields[1]), "{line}");
            assert!(fields[2].split(' ').all(|word| !word.is_empty()), "{line}");
        }
    }

    #[test]
    fn words_of_every_language_hold_beside_those_of_one() {
        let rules = Rules::of("de");
        assert!(rules.has(Kind::Name, "Dr") && rules.has(Kind::Counted, "Mai"));
        assert!(!rules.has(Kind::Name, "Mai") && !rules.has(Kind::Name, ""));
        assert!(rules.uses(Kind::Ordinal) && !Rules::of("en").uses(Kind::Ordinal));
    }
}
