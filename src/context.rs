//! What a batch teaches: counts gathered in a first pass, frozen before the second, and saved for later runs.
//!
//! What is counted adds up in any order, and lexicons are learned from pairs in the order of their ids, so neither the
//! number of threads nor the order of work can show in the results.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::align::lexicon::Lexicon;
use crate::encoder::TokenCounts;
use crate::fingerprint::Fingerprint;
use crate::model::Language;
use crate::text::Document;
use crate::text::frequencies::{Every, Frequencies, Sample};
use crate::text::normalise::Normalise;
use crate::text::runs::doubled_units;
use crate::text::words::Words;

/// A doubled unit must stand in this many originals to be ordinary usage (facts of this kind come from a few
/// words: names like "Baden Baden", idioms; one document may hold an error of its own).
const ORDINARY: u32 = 2;

/// Version of the saved form: another one is refused.
const VERSION: u32 = 3;

/// What is said of a context that somebody has changed.
const UNSOUND: &str = "a lexicon holds a weight over 1000: learn it again with `pairscore learn`";

/// What the pairs of a batch have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// Doubled units, as sorted lower-cased words, and the number of originals that hold them.
    doubled: BTreeMap<String, u32>,
    /// In how many sentences of originals character n-grams stand, by the language of pairs of one language.
    frequencies: BTreeMap<String, Frequencies>,
    /// What words of one language stand for words of another, by `de:fr`.
    lexicons: BTreeMap<String, Lexicon>,
    /// The user's own word list, whatever the languages.
    dictionary: Lexicon,
    /// In how many sentences of originals a model's tokens stand; written only where a model was given.
    #[serde(skip_serializing_if = "is_empty")]
    tokens: TokenCounts,
}

fn is_empty(counts: &TokenCounts) -> bool {
    counts.model().is_none()
}

/// What some pairs teach, to be put together with what others do: the order in which that happens does not matter.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gathered {
    /// What adds up.
    counts: Context,
    /// Sentences of originals whose n-grams are to be counted, by the language of pairs of one language.
    samples: BTreeMap<String, Sample>,
}

impl Gathered {
    /// Counts one original.
    pub fn learn(original: &Document, words: &Words) -> Gathered {
        let mut doubled = BTreeMap::new();
        for unit in doubled_units(original.tokens()) {
            doubled.insert(key(unit.iter().map(|&w| words.text(w))), 1);
        }
        Gathered { counts: Context { doubled, ..Context::default() }, samples: BTreeMap::new() }
    }

    /// Takes every so many sentences of an original to count n-grams in, for pairs of one language.
    pub fn take_sentences(
        &mut self,
        language: Option<&Language>,
        original: &Document,
        rules: &Normalise,
        every: Every,
    ) {
        self.samples.entry(language_name(language)).or_default().add_sentences(original, rules, every);
    }

    /// Takes over what was counted of a model's tokens.
    pub fn set_token_counts(&mut self, tokens: TokenCounts) {
        self.counts.tokens = tokens;
    }

    /// Adds what other pairs teach.
    pub fn add(&mut self, other: Gathered) {
        self.counts.add(other.counts);
        for (language, sample) in &other.samples {
            self.samples.entry(language.clone()).or_default().append(sample);
        }
    }

    /// Counts the n-grams when all is gathered.
    pub fn counted(self) -> Context {
        let frequencies = self.samples.iter().map(|(name, sample)| (name.clone(), sample.frequencies()));
        Context { frequencies: frequencies.collect(), ..self.counts }
    }
}

/// A context as a file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved<C> {
    /// Says what the file is, and which version.
    pairscore_context: u32,
    context: C,
}

/// Name of a lexicon: primary codes of original and translation, `?` where unknown.
pub fn language_pair(languages: &[Option<Language>; 2]) -> String {
    languages.each_ref().map(|language| language_name(language.as_ref())).join(":")
}

/// The primary code, `?` where unknown.
fn language_name(language: Option<&Language>) -> String {
    language.map_or("?", Language::primary).to_string()
}

impl Context {
    /// How rare n-grams are in originals of this language.
    pub fn frequencies(&self, language: Option<&Language>) -> Option<&Frequencies> {
        self.frequencies.get(&language_name(language)).filter(|counts| counts.sentences() > 0)
    }

    /// Languages of which n-grams have been counted, with the numbers of sentences.
    pub fn sentences_counted(&self) -> impl Iterator<Item = (&str, u32)> {
        self.frequencies.iter().map(|(language, counts)| (language.as_str(), counts.sentences()))
    }

    /// Takes over a lexicon for a pair of languages, in place of an earlier one.
    pub fn set_lexicon(&mut self, languages: String, lexicon: Lexicon) {
        self.lexicons.insert(languages, lexicon);
    }

    /// What is known about translating between these languages.
    pub fn lexicon(&self, languages: &[Option<Language>; 2]) -> Option<&Lexicon> {
        self.lexicons.get(&language_pair(languages))
    }

    /// The same with a word list of the user's.
    #[must_use]
    pub fn with_dictionary(self, dictionary: Lexicon) -> Context {
        Context { dictionary, ..self }
    }

    /// The user's word list, where there is one.
    pub fn dictionary(&self) -> Option<&Lexicon> {
        Some(&self.dictionary).filter(|d| !d.is_empty())
    }

    /// How rare a model's tokens are in the originals.
    pub fn token_counts(&self) -> &TokenCounts {
        &self.tokens
    }

    /// All lexicons with their names.
    pub fn lexicons(&self) -> impl Iterator<Item = (&str, &Lexicon)> {
        self.lexicons.iter().map(|(name, lexicon)| (name.as_str(), lexicon))
    }

    /// The saved form: JSON, keys in order, the same for the same context.
    pub fn to_json(&self) -> String {
        let saved = Saved { pairscore_context: VERSION, context: self };
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// What tells it from other contexts: the same for the same context.
    pub fn fingerprint(&self) -> String {
        let Context { doubled, frequencies, lexicons, dictionary, tokens } = self;
        let rest = serde_json::to_string(&(doubled, lexicons, dictionary, tokens)).unwrap_or_default();
        let mut print = Fingerprint::default().with(rest.as_bytes());
        for (language, counts) in frequencies {
            print = print.with(language.as_bytes()).with(&counts.fingerprint().to_le_bytes());
        }
        print.hex()
    }

    /// Reads the saved form; the error says where it fails and what to do.
    pub fn from_json(text: &str) -> Result<Context, String> {
        let other = |e| format!("no context written by `pairscore learn`: {e}");
        let text = text.trim_start_matches('\u{feff}');
        // The version first: another one may hold other things.
        let Saved::<IgnoredAny> { pairscore_context: version, .. } =
            serde_json::from_str(text).map_err(other)?;
        if version == VERSION {
            let context = serde_json::from_str::<Saved<Context>>(text).map_err(other)?.context;
            let is_sound = context.lexicons.values().chain([&context.dictionary]).all(Lexicon::is_sound);
            return if is_sound { Ok(context) } else { Err(UNSOUND.to_string()) };
        }
        Err(format!(
            "a context of version {version}, this program reads {VERSION}: learn it again with `pairscore learn`"
        ))
    }

    /// With the counts of another part of the batch.
    #[must_use]
    pub fn merge(mut self, other: Context) -> Context {
        self.add(other);
        self
    }

    fn add(&mut self, other: Context) {
        for (unit, count) in other.doubled {
            let sum = self.doubled.entry(unit).or_insert(0);
            *sum = sum.saturating_add(count);
        }
        for (language, counts) in other.frequencies {
            match self.frequencies.entry(language) {
                Entry::Vacant(none) => _ = none.insert(counts),
                Entry::Occupied(mut own) => own.get_mut().merge(&counts),
            }
        }
        self.lexicons.extend(other.lexicons);
        self.dictionary.absorb(&other.dictionary);
        self.tokens.merge(&other.tokens);
    }

    /// The unit is doubled in so many originals that doubling it is no fault.
    pub fn is_ordinarily_doubled<'w>(&self, unit: impl Iterator<Item = &'w str>) -> bool {
        self.doubled.get(&key(unit)).is_some_and(|&n| n >= ORDINARY)
    }
}

fn key<'w>(unit: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = unit.collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(text: &str) -> Context {
        let mut words = Words::default();
        let document = Document::from_text(text.to_string(), &Normalise::default(), &mut words);
        Gathered::learn(&document, &words).counted()
    }

    #[test]
    fn one_document_is_not_enough_and_two_are() {
        let one = learnt("The Taro Taro played.");
        assert!(!one.is_ordinarily_doubled(["taro"].into_iter()));
        let two = one.merge(learnt("A Taro Taro record."));
        assert!(two.is_ordinarily_doubled(["taro"].into_iter()));
    }

    #[test]
    fn weights_that_none_can_be_are_refused() {
        let saved = |weight| {
            let lexicons = format!("{{\"de:en\":{{\"hafen\":{{\"harbo\":[{weight},2]}}}}}}");
            Context::from_json(&format!(
                "{{\"pairscore_context\":{VERSION},\"context\":{{\"lexicons\":{lexicons}}}}}"
            ))
        };
        assert!(saved("1000").is_ok());
        for weight in ["1001", "-1", "70000", "0.5", "NaN"] {
            assert!(saved(weight).is_err(), "{weight}");
        }
    }

    #[test]
    fn the_order_of_merging_does_not_show() {
        let parts = ["A A b.", "C c d d.", "A a."].map(learnt);
        let [a, b, c] = parts.clone();
        let [x, y, z] = parts;
        let [one, other] = [a.merge(b).merge(c), z.merge(y).merge(x.clone())];
        assert_eq!(one, other);
        assert_eq!(one.fingerprint(), other.fingerprint());
        assert_ne!(one.fingerprint(), x.fingerprint());
    }
}
