//! Which words of a pair's two sides may stand for each other, and how surely: by a lexicon, or because they are the
//! same or nearly so in Latin letters (numbers, names, cognates).

use rustc_hash::FxHashMap;

use super::features::romanise;
use super::lexicon::Lexicon;
use super::terms::{Bag, STEM, TermId, TermRows};

/// What a term that differs in one of its first letters is worth as evidence, beside 1 for the same term. Of 0, .6
/// and .8 the best on NTREX-128 (en-ru .9745 of segments told apart, .9692 with 0).
const COGNATE: f32 = 0.6;

/// Shorter stems are alike by chance.
const SHORTEST_COGNATE: usize = 4;

/// The terms of a pair with those of the other side that are evidence of them.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// By side and term: terms of the other side and what they are worth (0 to 1), the best first.
    pub of: [Vec<Vec<(TermId, f32)>>; 2],
    /// By side and term: the lexicon has a translation that several sources have.
    pub known: [Vec<bool>; 2],
    /// By side and term: sources of the lexicon that have the term, as far as can be told.
    pub sources: [Vec<u16>; 2],
}

impl Links {
    /// Of the terms of a pair. A translation of probability p is worth √p: one of three that a word has is still
    /// good evidence. (NTREX-128: better than p, and than the same for all.)
    pub fn new(rows: &TermRows, lexicon: &Lexicon) -> Links {
        let terms = rows.terms.texts().len();
        let mut links = Links {
            of: [vec![Vec::new(); terms], vec![Vec::new(); terms]],
            known: [vec![false; terms], vec![false; terms]],
            sources: [vec![0; terms], vec![0; terms]],
        };
        for (source, translation) in lexicon.confirmed(&rows.terms) {
            for (side, term) in [source, translation.target].into_iter().enumerate() {
                let term = term as usize;
                links.known[side][term] = true;
                links.sources[side][term] = links.sources[side][term].max(translation.sources);
            }
            links.add(source, translation.target, translation.weight.sqrt());
        }
        links.add_alike(rows);
        links
            .of
            .iter_mut()
            .flatten()
            .for_each(|of| of.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))));
        links
    }

    /// The best evidence of a term that the other side's terms give.
    pub fn evidence(&self, side: usize, term: TermId, others: &Bag) -> f32 {
        let stands = |other: &TermId| others.binary_search_by_key(other, |&(term, _)| term).is_ok();
        self.of[side][term as usize].iter().find(|(other, _)| stands(other)).map_or(0.0, |&(_, worth)| worth)
    }

    fn add(&mut self, original: TermId, translation: TermId, worth: f32) {
        self.of[0][original as usize].push((translation, worth));
        self.of[1][translation as usize].push((original, worth));
    }

    /// Links terms that are spelt alike.
    fn add_alike(&mut self, rows: &TermRows) {
        let spellings: Vec<String> = rows.terms.texts().iter().map(|text| spelling(text)).collect();
        let vocabulary = [0, 1].map(|side| vocabulary(&rows.rows[side]));
        let mut by_key: FxHashMap<String, Vec<TermId>> = FxHashMap::default();
        for &term in &vocabulary[1] {
            for key in keys(&spellings[term as usize]) {
                by_key.entry(key).or_default().push(term);
            }
        }
        for &term in &vocabulary[0] {
            let own = &spellings[term as usize];
            let mut alike: Vec<TermId> =
                keys(own).iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
            alike.sort_unstable();
            alike.dedup();
            for other in alike {
                self.add(term, other, if spellings[other as usize] == *own { 1.0 } else { COGNATE });
            }
        }
    }
}

/// The distinct terms of a side.
fn vocabulary(rows: &[Bag]) -> Vec<TermId> {
    let mut terms: Vec<TermId> = rows.iter().flatten().map(|&(term, _)| term).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// A term in Latin letters and digits, as far as they are known, cut as terms are.
fn spelling(term: &str) -> String {
    let digits = |c: char| match c {
        '\u{660}'..='\u{669}' => char::from(b'0' + (u32::from(c) - 0x660) as u8),
        '\u{6f0}'..='\u{6f9}' => char::from(b'0' + (u32::from(c) - 0x6f0) as u8),
        _ => c,
    };
    romanise(term).chars().map(digits).take(STEM).collect()
}

/// The spelling itself, and, of Latin stems, with one letter left out: stems that differ in one letter share a key.
fn keys(spelling: &str) -> Vec<String> {
    let mut keys = vec![spelling.to_string()];
    if spelling.len() >= SHORTEST_COGNATE && spelling.bytes().all(|b| b.is_ascii_alphabetic()) {
        keys.extend((0..spelling.len()).map(|k| [&spelling[..k], &spelling[k + 1..]].concat()));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;
    use crate::text::normalise::Normalise;
    use crate::text::words::Words;

    /// What the two words are worth as evidence of each other, nothing being known.
    fn worth(original: &str, translation: &str) -> [f32; 2] {
        let mut words = Words::default();
        let documents = [original, translation]
            .map(|text| Document::from_sentences(&[text.to_string()], &Normalise::default(), &mut words));
        let rows = TermRows::new(documents.each_ref(), &words);
        let links = Links::new(&rows, &Lexicon::default());
        [0, 1].map(|side| {
            let (term, _) = rows.rows[side][0][0];
            links.evidence(side, term, &rows.rows[1 - side][0])
        })
    }

    #[test]
    fn numbers_and_names_are_evidence_in_any_script() {
        assert_eq!(worth("1984", "1984"), [1.0, 1.0]);
        assert_eq!(worth("1984", "١٩٨٤"), [1.0, 1.0]);
        assert_eq!(worth("Petrov", "Петров"), [1.0, 1.0]);
    }

    #[test]
    fn words_that_begin_nearly_alike_are_some_evidence_and_short_ones_none() {
        assert_eq!(worth("president", "prezident"), [COGNATE, COGNATE]);
        assert_eq!(worth("not", "nut"), [0.0, 0.0]);
        assert_eq!(worth("bridge", "Brücke"), [0.0, 0.0]);
    }
}
