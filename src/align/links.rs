//! Which words of a pair's two sides may stand for each other, and how surely: by a lexicon, or because they are the
//! same or nearly so in Latin letters (numbers, names, cognates).

use super::features::romanise;
use super::lexicon::Confirmed;
use super::terms::{Bag, STEM, TermId, TermRows};

/// What a term that differs in one of its first letters is worth as evidence, beside 1 for the same term. Of 0, .6
/// and .8 the best on NTREX-128 (en-ru .9745 of segments told apart, .9692 with 0).
const COGNATE: f32 = 0.6;

/// Shorter stems are alike by chance.
const SHORTEST_COGNATE: usize = 4;

/// The terms of a pair with those of the other side that are evidence of them.
#[derive(Debug, Clone, Default)]
pub struct Links {
    evidence: [Evidence; 2],
    /// By side and term: the lexicon has a translation that several sources have.
    pub known: [Vec<bool>; 2],
    /// By side and term: sources of the lexicon that have the term, as far as can be told.
    pub sources: [Vec<u16>; 2],
}

/// Two terms that may stand for each other, the original's first, and what they are worth as evidence (0 to 1).
type Link = (TermId, TermId, f32);

/// What the terms of a side have evidence in.
#[derive(Debug, Clone, Default)]
struct Evidence {
    /// Where the terms of the other side begin for each term, and where the last ones end.
    starts: Vec<usize>,
    /// Terms of the other side and what they are worth, the best first.
    others: Vec<(TermId, f32)>,
}

impl Evidence {
    /// Of links between so many terms, seen from a side.
    fn new(links: &[Link], terms: usize, side: usize) -> Evidence {
        let seen = |&(original, translation, worth): &Link| match side {
            0 => (original, translation, worth),
            _ => (translation, original, worth),
        };
        let mut links: Vec<Link> = links.iter().map(seen).collect();
        links.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)).then(a.1.cmp(&b.1)));
        let mut starts = vec![0; terms + 1];
        for link in &links {
            starts[link.0 as usize + 1] += 1;
        }
        (0..terms).for_each(|term| starts[term + 1] += starts[term]);
        Evidence { starts, others: links.into_iter().map(|(_, other, worth)| (other, worth)).collect() }
    }
}

impl Links {
    /// Of the terms of a pair and what a lexicon says of them. A translation of probability p is worth √p: one of three that a word has is still
    /// good evidence. (NTREX-128: better than p, and than the same for all.)
    pub fn new(rows: &TermRows, confirmed: &[(TermId, Confirmed)]) -> Links {
        let terms = rows.terms.count();
        let mut known = [vec![false; terms], vec![false; terms]];
        let mut sources = [vec![0; terms], vec![0; terms]];
        let mut links = alike(rows);
        for &(source, translation) in confirmed {
            for (side, term) in [source, translation.target].into_iter().enumerate() {
                let term = term as usize;
                known[side][term] = true;
                sources[side][term] = translation.sources.max(sources[side][term]);
            }
            links.push((source, translation.target, translation.weight.sqrt()));
        }
        Links { evidence: [0, 1].map(|side| Evidence::new(&links, terms, side)), known, sources }
    }

    /// Terms of the other side that are evidence of a term of this one, and what they are worth (0 to 1), the best
    /// first.
    pub fn of(&self, side: usize, term: TermId) -> &[(TermId, f32)] {
        let Evidence { starts, others } = &self.evidence[side];
        &others[starts[term as usize]..starts[term as usize + 1]]
    }

    /// The best evidence of a term that the other side's terms give.
    pub fn evidence(&self, side: usize, term: TermId, others: &Bag) -> f32 {
        let stands = |other: &TermId| others.binary_search_by_key(other, |&(term, _)| term).is_ok();
        self.of(side, term).iter().find(|(other, _)| stands(other)).map_or(0.0, |&(_, worth)| worth)
    }
}

/// Links between terms that are spelt alike.
fn alike(rows: &TermRows) -> Vec<Link> {
    let spellings: Vec<Spelling> = rows.terms.texts().map(Spelling::of).collect();
    let stand = rows.rows.each_ref().map(|rows| stands(rows, spellings.len()));
    let keys = |side: usize| {
        let spelt = (0..).zip(&spellings).zip(&stand[side]).filter(|&(_, &stands)| stands);
        spelt.flat_map(|((term, spelling), _)| spelling.keys().map(move |key| (key, term)))
    };
    let room = spellings.len() * (1 + STEM);
    let (mut originals, mut translations) = (Keys::with_room(room), Keys::with_room(room));
    keys(0).for_each(|(key, _)| originals.put(key));
    let mut translations_found: Vec<(u128, TermId)> =
        keys(1).filter(|&(key, _)| originals.may_hold(key)).collect();
    for &(key, _) in &translations_found {
        translations.put(key);
    }
    let mut originals_found: Vec<(u128, TermId)> =
        keys(0).filter(|&(key, _)| translations.may_hold(key)).collect();
    originals_found.sort_unstable();
    translations_found.sort_unstable();
    let mut pairs = Vec::new();
    let mut rest = translations_found.as_slice();
    for originals in originals_found.chunk_by(|a, b| a.0 == b.0) {
        let key = originals[0].0;
        rest = &rest[rest.partition_point(|other| other.0 < key)..];
        let translations = rest.iter().take_while(|other| other.0 == key);
        for &(_, other) in translations {
            pairs.extend(originals.iter().map(|&(_, term)| (term, other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let is_same = |term: TermId, other: TermId| spellings[term as usize] == spellings[other as usize];
    let worth = |(term, other)| (term, other, if is_same(term, other) { 1.0 } else { COGNATE });
    pairs.into_iter().map(worth).collect()
}

/// Keys of spellings, a bit for several of them: most keys of a side are not among the other's, and need not be compared.
struct Keys {
    bits: Vec<u64>,
    /// By how much a mixed key is shifted to be the number of a bit.
    shift: u32,
}

impl Keys {
    /// Bits for each key.
    const SPARSE: usize = 8;

    fn with_room(keys: usize) -> Keys {
        let bits = (keys * Keys::SPARSE).next_power_of_two().max(64);
        Keys { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    fn put(&mut self, key: u128) {
        let bit = self.bit(key);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    fn may_hold(&self, key: u128) -> bool {
        let bit = self.bit(key);
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Mixed by the multiplier of `SplitMix64` (Steele et al. 2014).
    fn bit(&self, key: u128) -> usize {
        let folded = key as u64 ^ (key >> 64) as u64;
        (folded.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> self.shift) as usize
    }
}

/// By term: whether it stands on a side.
fn stands(rows: &[Bag], terms: usize) -> Vec<bool> {
    let mut stands = vec![false; terms];
    rows.iter().flatten().for_each(|&(term, _)| stands[term as usize] = true);
    stands
}

/// A term in Latin letters and digits, as far as they are known, cut as terms are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spelling {
    /// Its characters, each as its code and 1, the last one lowest.
    packed: u128,
    length: usize,
    /// All of them are Latin letters.
    is_latin: bool,
}

/// Bits of a character: those of a stem fit in 128.
const BITS: usize = 21;

impl Spelling {
    fn of(term: &str) -> Spelling {
        let romanised = romanise(term);
        let mut spelling = Spelling { packed: 0, length: 0, is_latin: true };
        for c in romanised.chars().take(STEM).map(with_ascii_digits) {
            spelling.packed = spelling.packed << BITS | u128::from(u32::from(c) + 1);
            spelling.length += 1;
            spelling.is_latin &= c.is_ascii_alphabetic();
        }
        spelling
    }

    /// The spelling itself, and, of Latin stems, with one letter left out: stems that differ in one letter share a
    /// key.
    fn keys(self) -> impl Iterator<Item = u128> {
        let left_out = if self.is_latin && self.length >= SHORTEST_COGNATE { self.length } else { 0 };
        let without = move |place: usize| {
            let behind = self.packed & ((1 << (BITS * place)) - 1);
            self.packed >> (BITS * (place + 1)) << (BITS * place) | behind
        };
        std::iter::once(self.packed).chain((0..left_out).map(without))
    }
}

fn with_ascii_digits(c: char) -> char {
    match c {
        '\u{660}'..='\u{669}' => char::from(b'0' + (u32::from(c) - 0x660) as u8),
        '\u{6f0}'..='\u{6f9}' => char::from(b'0' + (u32::from(c) - 0x6f0) as u8),
        _ => c,
    }
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
        let links = Links::new(&rows, &[]);
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
