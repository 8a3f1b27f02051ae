//! What words of one language may stand for words of another: a lexicon, and what it says of the words of one pair.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize, Serializer};

use super::terms::{TermId, TermRows, Terms};
use crate::text::Document;
use crate::text::normalise::Normalise;
use crate::text::words::Words;

/// Sources that confirm each other.
const CONFIRMED: u16 = 2;

/// Weights are stored as thousandths.
const UNIT: f32 = 1000.0;

/// A translation's weight, the geometric mean of both directions' probabilities, in thousandths, and the number of sources
/// that have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry(u16, u16);

impl Entry {
    /// Of a weight from 0 to 1.
    pub(super) fn new(weight: f32, sources: u16) -> Entry {
        Entry((weight.clamp(0.0, 1.0) * UNIT).round() as u16, sources)
    }

    /// From 0 to 1.
    pub(super) fn weight(self) -> f32 {
        f32::from(self.0) / UNIT
    }

    /// What both know best.
    fn best(self, other: Entry) -> Entry {
        Entry(self.0.max(other.0), self.1.max(other.1))
    }
}

/// That one term stands for another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learned {
    /// Of the original's language.
    pub source: TermId,
    /// Of the translation's.
    pub target: TermId,
    /// How surely.
    pub entry: Entry,
}

/// Which words of the translation's language may stand for a word of the original's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WordList")]
pub struct Lexicon {
    /// The words of both languages, numbered in the order of their texts.
    words: Terms,
    /// Where the entries of each word end; those of a word of the translation's language are none.
    ends: Vec<u32>,
    /// Translations of each word, in the order of their texts.
    entries: Vec<(TermId, Entry)>,
}

impl Lexicon {
    /// Of terms, no two of which are named together twice.
    pub(super) fn new(terms: &Terms, learned: &[Learned]) -> Lexicon {
        let mut used: Vec<TermId> = learned.iter().flat_map(|one| [one.source, one.target]).collect();
        used.sort_unstable();
        used.dedup();
        used.sort_by_key(|&term| terms.text(term));
        let (mut words, mut number) = (Terms::default(), vec![0; terms.count()]);
        for term in used {
            number[term as usize] = words.intern(terms.text(term));
        }
        let numbered = |one: &Learned| (number[one.source as usize], number[one.target as usize], one.entry);
        let mut entries: Vec<(TermId, TermId, Entry)> = learned.iter().map(numbered).collect();
        entries.sort_unstable_by_key(|&(source, target, _)| (source, target));
        let mut ends = vec![0; words.count()];
        for &(source, ..) in &entries {
            ends[source as usize] += 1;
        }
        let mut end = 0;
        for own in &mut ends {
            end += *own;
            *own = end;
        }
        Lexicon {
            words,
            ends,
            entries: entries.into_iter().map(|(_, target, entry)| (target, entry)).collect(),
        }
    }

    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the weights can be such as [`Lexicon`] describes: one read from a file may hold anything.
    pub fn is_sound(&self) -> bool {
        self.entries.iter().all(|(_, entry)| entry.weight() <= 1.0)
    }

    /// Number of words with a translation.
    pub fn len(&self) -> usize {
        self.sources().count()
    }

    /// Has a translation of this term.
    pub fn knows(&self, term: &str) -> bool {
        self.words.get(term).is_some_and(|word| !self.of(word).is_empty())
    }

    /// Takes over what another one knows better.
    pub fn absorb(&mut self, other: &Lexicon) {
        if !other.is_empty() {
            let mut both = WordList::from(&*self);
            both.absorb(other);
            *self = both.into();
        }
    }

    /// What it says of these terms.
    pub(super) fn translations(&self, terms: &Terms) -> Translations {
        let words: Vec<Option<TermId>> = terms.texts().map(|text| self.words.get(text)).collect();
        let mut term_of = vec![None; self.words.count()];
        for (term, word) in (0..).zip(&words) {
            if let Some(word) = *word {
                term_of[word as usize] = Some(term);
            }
        }
        let mut translations = Translations::default();
        for word in words {
            let targets = word.map_or(&[][..], |word| self.of(word)).iter();
            let known = targets.filter_map(|&(target, entry)| Some((term_of[target as usize]?, entry)));
            translations.push(known);
        }
        translations
    }

    /// Translations of a word.
    fn of(&self, word: TermId) -> &[(TermId, Entry)] {
        &self.entries[own(&self.ends, word)]
    }

    /// The words that have translations, with these.
    fn sources(&self) -> impl Iterator<Item = (&str, &[(TermId, Entry)])> {
        let all = (0..).zip(self.words.texts()).map(|(word, text)| (text, self.of(word)));
        all.filter(|(_, targets)| !targets.is_empty())
    }

    /// Translations with their texts, in order.
    fn with_texts<'l>(
        &'l self,
        targets: &'l [(TermId, Entry)],
    ) -> impl Iterator<Item = (&'l str, Entry)> + Clone {
        targets.iter().map(|&(target, entry)| (self.words.text(target), entry))
    }
}

/// Where the entries of one term are, by the ends of all, or of none.
fn own(ends: &[u32], term: TermId) -> Range<usize> {
    let end = |term: usize| ends.get(term).map_or(0, |&end| end as usize);
    (term as usize).checked_sub(1).map_or(0, end)..end(term as usize)
}

impl Serialize for Lexicon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The translations of one word as a map.
        struct Targets<I>(I);

        impl<'l, I: Iterator<Item = (&'l str, Entry)> + Clone> Serialize for Targets<I> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.clone())
            }
        }

        serializer
            .collect_map(self.sources().map(|(source, targets)| (source, Targets(self.with_texts(targets)))))
    }
}

/// A lexicon in the making.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct WordList(BTreeMap<String, BTreeMap<String, Entry>>);

impl WordList {
    /// Adds an entry of a word list; of phrases, each word with each word of the other side. `false` where a side
    /// holds no word.
    pub fn add_entry(&mut self, source: &str, target: &str) -> bool {
        let mut words = Words::default();
        let [source, target] = [source, target]
            .map(|text| Document::from_sentences(&[text.to_string()], &Normalise::default(), &mut words));
        let TermRows { terms, rows } = TermRows::new([&source, &target], &words);
        let [source, target] = &rows.each_ref().map(|side| side.first().cloned().unwrap_or_default());
        for &(s, _) in source {
            for &(t, _) in target {
                let entry = Entry::new(1.0 / target.len() as f32, CONFIRMED);
                self.add([s, t].map(|id| terms.text(id)), entry);
            }
        }
        !source.is_empty() && !target.is_empty()
    }

    fn add(&mut self, [source, target]: [&str; 2], entry: Entry) {
        let targets = self.0.entry(source.to_string()).or_default();
        let known = targets.entry(target.to_string()).or_default();
        *known = known.best(entry);
    }

    /// Takes over what a lexicon knows better.
    fn absorb(&mut self, other: &Lexicon) {
        for (source, targets) in other.sources() {
            other.with_texts(targets).for_each(|(target, entry)| self.add([source, target], entry));
        }
    }
}

impl From<&Lexicon> for WordList {
    fn from(lexicon: &Lexicon) -> WordList {
        let mut list = WordList::default();
        list.absorb(lexicon);
        list
    }
}

impl From<WordList> for Lexicon {
    fn from(list: WordList) -> Lexicon {
        let (mut terms, mut learned) = (Terms::default(), Vec::new());
        for (source, targets) in list.0 {
            let source = terms.intern(&source);
            learned.extend(targets.into_iter().map(|(target, entry)| Learned {
                source,
                target: terms.intern(&target),
                entry,
            }));
        }
        Lexicon::new(&terms, &learned)
    }
}

/// What the terms of a pair may stand for, as terms of the same pair.
#[derive(Debug, Clone, Default)]
pub struct Translations {
    /// Where those of each term end.
    ends: Vec<u32>,
    /// In the order of their texts.
    entries: Vec<(TermId, Entry)>,
}

impl Translations {
    /// Of all terms, from what is known of some, term by term.
    pub(super) fn new(terms: &Terms, learned: &[Learned]) -> Translations {
        let mut translations = Translations::default();
        let mut rest = learned;
        for term in 0..terms.count() as TermId {
            let own;
            (own, rest) = rest.split_at(rest.partition_point(|one| one.source <= term));
            let start = translations.entries.len();
            translations.push(own.iter().map(|one| (one.target, one.entry)));
            translations.entries[start..].sort_by_key(|&(target, _)| terms.text(target));
        }
        translations
    }

    /// Those of the next term.
    fn push(&mut self, entries: impl Iterator<Item = (TermId, Entry)>) {
        self.entries.extend(entries);
        self.ends.push(self.entries.len() as u32);
    }

    /// Those of a term.
    pub(super) fn of(&self, term: TermId) -> &[(TermId, Entry)] {
        &self.entries[own(&self.ends, term)]
    }

    /// All of them.
    pub(super) fn all(&self) -> &[(TermId, Entry)] {
        &self.entries
    }

    /// Takes over what others of the same terms know better.
    pub(crate) fn absorb(&mut self, other: &Translations, terms: &Terms) {
        let mut both = Translations::default();
        for term in 0..terms.count() as TermId {
            both.push(Merged { lists: [self.of(term), other.of(term)], terms });
        }
        *self = both;
    }

    /// Translations that more than one source has: what one source alone says, that source explains, wrong as it may
    /// be.
    pub fn confirmed(&self) -> impl Iterator<Item = (TermId, Confirmed)> {
        (0..self.ends.len() as TermId).flat_map(|term| {
            self.of(term).iter().filter(|(_, entry)| entry.1 >= CONFIRMED).map(move |&(target, entry)| {
                (term, Confirmed { target, weight: entry.weight(), sources: entry.1 })
            })
        })
    }
}

/// The entries of two lists, each in the order of texts, in that order.
struct Merged<'m> {
    lists: [&'m [(TermId, Entry)]; 2],
    terms: &'m Terms,
}

impl Iterator for Merged<'_> {
    type Item = (TermId, Entry);

    fn next(&mut self) -> Option<(TermId, Entry)> {
        let [one, other] = self.lists.map(<[_]>::first);
        let text = |entry: &(TermId, Entry)| self.terms.text(entry.0);
        let order = match (one, other) {
            (Some(one), Some(other)) => text(one).cmp(text(other)),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let next = match order {
            Ordering::Less => *one?,
            Ordering::Greater => *other?,
            Ordering::Equal => (one?.0, one?.1.best(other?.1)),
        };
        for (list, behind) in self.lists.iter_mut().zip([Ordering::Greater, Ordering::Less]) {
            *list = if order == behind { list } else { &list[1..] };
        }
        Some(next)
    }
}

/// A translation that several sources have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confirmed {
    /// The term of the translation's language.
    pub target: TermId,
    /// Geometric mean of both directions' probabilities.
    pub weight: f32,
    /// Pairs of documents that have it; beads, in a lexicon of one pair.
    pub sources: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read from what is saved.
    fn lexicon(json: &str) -> Lexicon {
        serde_json::from_str(json).unwrap()
    }

    const SAVED: &str = r#"{"harbo":{"hafen":[800,3],"port":[90,1]},"port":{"hafen":[300,2]}}"#;

    #[test]
    fn what_is_saved_is_read_back() {
        let read = lexicon(SAVED);
        assert_eq!(serde_json::to_string(&read).unwrap(), SAVED);
        assert_eq!((read.len(), read.knows("port"), read.knows("hafen")), (2, true, false));
    }

    #[test]
    fn of_two_lexicons_the_better_knowledge_counts_whether_they_are_merged_before_or_after_they_are_asked() {
        let (one, other) =
            (lexicon(SAVED), lexicon(r#"{"harbo":{"hafen":[500,9],"a":[60,1]},"sea":{"meer":[1,1]}}"#));
        let mut both = one.clone();
        both.absorb(&other);
        assert_eq!(
            serde_json::to_string(&both).unwrap(),
            r#"{"harbo":{"a":[60,1],"hafen":[800,9],"port":[90,1]},"port":{"hafen":[300,2]},"sea":{"meer":[1,1]}}"#
        );
        let mut terms = Terms::default();
        for text in ["meer", "port", "hafen", "harbo", "a", "new"] {
            terms.intern(text);
        }
        let mut asked = one.translations(&terms);
        asked.absorb(&other.translations(&terms), &terms);
        let merged = both.translations(&terms);
        for term in 0..terms.count() as TermId {
            assert_eq!(asked.of(term), merged.of(term));
        }
        assert_eq!(merged.of(3).iter().map(|&(target, _)| target).collect::<Vec<_>>(), [4, 2, 1]);
    }
}
