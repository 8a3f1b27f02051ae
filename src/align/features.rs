//! What sentences are compared by: sparse TF-IDF vectors. They are linear, so the vector of a span of sentences is
//! the sum of theirs, and dot products of spans are sums of dot products of sentences.

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::text::Document;
use crate::text::frequencies::{Place, Table};
use crate::text::language::Treatment;
use crate::text::words::{Kind, Token, WordId, Words};

/// Longest run of sentences on one side of a bead.
pub const MAX_SPAN: usize = 4;

/// Order of the character n-grams.
const GRAM: usize = 4;

/// In texts of more sentences than this, features of more than a quarter of them tell nothing and cost most.
const MANY: usize = 2000;

/// One side's sentences as sparse vectors, features in rising order.
pub struct Vectors {
    rows: Vec<Vec<(u32, f32)>>,
    /// `norms[i][a - 1]`: length of the sum of the `a` vectors that end with sentence `i - 1`.
    norms: Vec<[f64; MAX_SPAN]>,
    /// Sentences with a feature among the first `i`.
    featured: Vec<u32>,
}

impl Vectors {
    fn new(rows: Rows) -> Vectors {
        // `near[k]`: dot products of the sentence `k` back with itself and those after it, the newest last.
        let mut near: [[f64; MAX_SPAN]; MAX_SPAN] = Default::default();
        let mut norms = vec![[0.0; MAX_SPAN]; rows.len() + 1];
        let mut newest_row = Spread::new(features(rows.iter()));
        for (newest, row) in rows.iter().enumerate() {
            near.rotate_right(1);
            newest_row.set(row);
            let spans = MAX_SPAN.min(newest + 1);
            let mut squared = 0.0;
            for back in 0..spans {
                near[back][back] = if back > 0 { newest_row.dot(&rows[newest - back]) } else { square(row) };
                squared += near[back][0];
                squared += 2.0 * near[back][1..=back].iter().sum::<f64>();
                norms[newest + 1][back] = squared.max(0.0).sqrt();
            }
            newest_row.clear(row);
        }
        Vectors { featured: featured(&rows), rows, norms }
    }

    /// Number of sentences.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Length of the sum of the `span` vectors before sentence `end`.
    #[inline]
    pub fn norm(&self, end: usize, span: usize) -> f64 {
        self.norms[end][span - 1]
    }

    /// Sentences of the run that have a feature.
    #[inline]
    pub fn featured(&self, range: Range<usize>) -> usize {
        (self.featured[range.end] - self.featured[range.start]) as usize
    }

    /// The vectors of a run of sentences, as a text of their own.
    pub fn slice(&self, range: Range<usize>) -> Vectors {
        let rows = self.rows[range.clone()].to_vec();
        let mut norms = self.norms[range.start..=range.end].to_vec();
        for (end, norms) in norms.iter_mut().enumerate().take(MAX_SPAN) {
            norms[end..].fill(0.0);
        }
        Vectors { featured: featured(&rows), rows, norms }
    }

    /// The vectors of some sentences, as a text of their own.
    pub fn select(&self, sentences: &[usize]) -> Vectors {
        Vectors::new(sentences.iter().map(|&i| self.rows[i].clone()).collect())
    }

    /// What one sentence is made of.
    pub fn row(&self, sentence: usize) -> &[(u32, f32)] {
        &self.rows[sentence]
    }
}

/// Sentences with a feature among the first ones, by their number.
fn featured(rows: &[Vec<(u32, f32)>]) -> Vec<u32> {
    let mut count = 0;
    let counts = rows.iter().map(|row| {
        count += u32::from(!row.is_empty());
        count
    });
    std::iter::once(0).chain(counts).collect()
}

/// A sparse vector with a place for every feature: its dot products with many others cost little.
struct Spread(Vec<f64>);

impl Spread {
    /// Nothing but zeros.
    fn new(features: u32) -> Spread {
        Spread(vec![0.0; features as usize])
    }

    fn set(&mut self, row: &[(u32, f32)]) {
        for &(f, w) in row {
            self.0[f as usize] = f64::from(w);
        }
    }

    /// Back to zeros.
    fn clear(&mut self, row: &[(u32, f32)]) {
        for &(f, _) in row {
            self.0[f as usize] = 0.0;
        }
    }

    fn dot(&self, row: &[(u32, f32)]) -> f64 {
        row.iter().fold(0.0, |sum, &(f, w)| sum + f64::from(w) * self.0[f as usize])
    }
}

/// The dot product of two sparse vectors.
pub fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x.0 == y.0 {
            sum += f64::from(x.1) * f64::from(y.1);
        }
        // Both steps without a branch: which side is behind cannot be foreseen.
        i += usize::from(x.0 <= y.0);
        j += usize::from(y.0 <= x.0);
    }
    sum
}

fn square(row: &[(u32, f32)]) -> f64 {
    row.iter().map(|&(_, w)| f64::from(w) * f64::from(w)).sum()
}

/// Sparse vectors of sentences.
pub type Rows = Vec<Vec<(u32, f32)>>;

/// Features of both sides that are weighed alike.
pub type Block = [Rows; 2];

/// Blocks of features side by side, each scaled by its weight.
pub fn joined(blocks: &[(&Block, f32)]) -> [Vectors; 2] {
    let mut rows = [0, 1].map(|side| {
        let sides = blocks.iter().map(|(block, _)| &block[side]);
        let sentences = sides.clone().map(Vec::len).max().unwrap_or(0);
        let length = |i: usize| sides.clone().filter_map(|rows| rows.get(i)).map(Vec::len).sum();
        (0..sentences).map(|i| Vec::with_capacity(length(i))).collect::<Rows>()
    });
    let mut offset = 0;
    for &(block, weight) in blocks {
        for (rows, block) in rows.iter_mut().zip(block) {
            for (row, more) in rows.iter_mut().zip(block) {
                row.extend(more.iter().map(|&(f, w)| (f + offset, w * weight)));
            }
        }
        offset += features(block.iter().flatten());
    }
    rows.map(Vectors::new)
}

/// Blocks of features side by side, of equal weight.
pub fn joined_equally(blocks: &[Block]) -> [Vectors; 2] {
    joined(&blocks.iter().map(|block| (block, 1.0)).collect::<Vec<_>>())
}

/// One more than the greatest feature of rows in which features rise.
fn features<'r>(rows: impl Iterator<Item = &'r Vec<(u32, f32)>>) -> u32 {
    rows.filter_map(|row| row.last()).map(|&(f, _)| f + 1).max().unwrap_or(0)
}

/// TF-IDF vectors of both sides. Monolingual: character 4-grams and words. Bilingual: of the same features those
/// that stand on both sides (numbers, names, cognates), after romanisation.
pub fn shared(documents: [&Document; 2], words: &Words, treatment: Treatment) -> [Block; 2] {
    let forms = Forms::new(words, treatment);
    [grams(documents, &forms), numbered_words(documents, &forms)].map(|counted| match treatment {
        Treatment::Monolingual => counted.weighted(),
        Treatment::Bilingual => counted.on_both_sides().weighted(),
    })
}

/// The folded form of every distinct word, and one number for all words that fold alike.
struct Forms<'w> {
    text: Vec<Cow<'w, str>>,
    number: Vec<u32>,
    treatment: Treatment,
}

impl Forms<'_> {
    /// Whether features that stand on this side alone count: between two languages those of the translation, which is read
    /// last, need not be numbered.
    fn count_alone(&self, side: usize) -> bool {
        self.treatment == Treatment::Monolingual || side == 0
    }
}

impl<'w> Forms<'w> {
    fn new(words: &'w Words, treatment: Treatment) -> Forms<'w> {
        let folded = (0..words.len() as WordId).map(|id| words.folded(id));
        let text: Vec<Cow<str>> = match treatment {
            Treatment::Bilingual => folded.map(romanise).collect(),
            Treatment::Monolingual => folded.map(Cow::Borrowed).collect(),
        };
        let mut seen: FxHashMap<&str, u32> = FxHashMap::with_capacity_and_hasher(text.len(), FxBuildHasher);
        let number = text.iter().map(|text| {
            let next = seen.len() as u32;
            *seen.entry(text).or_insert(next)
        });
        let number = number.collect();
        Forms { text, number, treatment }
    }
}

/// Numbers of distinct 4-grams, in order of first appearance.
struct GramNumbers(Table<Known>);

/// A gram that has a number.
#[derive(Clone, Copy, Default)]
struct Known {
    key: u64,
    /// The number after its own.
    after: u32,
}

impl Place for Known {
    fn gram(&self) -> u64 {
        self.key
    }

    fn of(key: u64) -> Known {
        Known { key, after: 0 }
    }
}

impl GramNumbers {
    /// Appends the number of a gram; of a new one only where it counts `alone`.
    #[inline]
    fn push(&mut self, gram: &[char], alone: bool, numbers: &mut Vec<u32>) {
        // Odd, so that different keys stay different; the multiplier of `SplitMix64` (Steele et al. 2014).
        let key = gram_key(gram).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        if alone {
            let next = self.0.taken() as u32 + 1;
            let known = self.0.entry(key);
            known.after = if known.after == 0 { next } else { known.after };
            numbers.push(known.after - 1);
        } else if let Some(known) = self.0.get(key) {
            numbers.push(known.after - 1);
        }
    }
}

/// Character 4-grams of the words, a space between them. Those within a word and the spaces round it are looked up once
/// for each distinct word.
fn grams(documents: [&Document; 2], forms: &Forms) -> Counted {
    let distinct: usize = forms.text.iter().map(|text| text.len()).sum();
    let mut numbers = GramNumbers(Table::default());
    numbers.0.make_room(distinct);
    let mut within: Vec<u32> = Vec::with_capacity(distinct);
    let mut of_word: Vec<Option<Range<usize>>> = vec![None; forms.text.len()];
    let (mut text, mut places) = (Vec::new(), Vec::new());
    let mut counted = Counted::new(documents);
    for (side, document) in documents.into_iter().enumerate() {
        let alone = forms.count_alone(side);
        for tokens in sentences(document) {
            text.clear();
            places.clear();
            text.push(' ');
            for token in tokens.iter().filter(|t| t.is_content()) {
                let start = text.len() - 1;
                text.extend(forms.text[token.word as usize].chars());
                places.push((token.word as usize, start..text.len()));
                text.push(' ');
            }
            for (word, Range { start, end }) in places.drain(..) {
                let own = of_word[word].get_or_insert_with(|| {
                    let first = within.len();
                    for gram in text[start..=end].windows(GRAM) {
                        numbers.push(gram, alone, &mut within);
                    }
                    first..within.len()
                });
                counted.features.extend_from_slice(&within[own.clone()]);
                let across = &text[end.saturating_sub(2).max(start)..(end + GRAM - 1).min(text.len())];
                for gram in across.windows(GRAM) {
                    numbers.push(gram, alone, &mut counted.features);
                }
            }
            counted.ends.push(counted.features.len());
        }
    }
    Counted { distinct: numbers.0.taken(), ..counted }
}

/// All words, and the pairs of Han characters.
fn numbered_words(documents: [&Document; 2], forms: &Forms) -> Counted {
    let mut of_word: Vec<Option<u32>> = vec![None; forms.text.len()];
    let mut of_pair: FxHashMap<[u32; 2], u32> = FxHashMap::default();
    let mut distinct = 0;
    let mut new = || {
        distinct += 1;
        distinct - 1
    };
    let mut counted = Counted::new(documents);
    for (side, document) in documents.into_iter().enumerate() {
        let alone = forms.count_alone(side);
        for tokens in sentences(document) {
            let number = |token: &Token| forms.number[token.word as usize];
            for token in tokens {
                let known = &mut of_word[number(token) as usize];
                if alone {
                    known.get_or_insert_with(&mut new);
                }
                counted.features.extend(*known);
            }
            for pair in tokens.windows(2).filter(|pair| pair.iter().all(|t| t.kind == Kind::Han)) {
                let pair = [number(&pair[0]), number(&pair[1])];
                if alone {
                    of_pair.entry(pair).or_insert_with(&mut new);
                }
                counted.features.extend(of_pair.get(&pair));
            }
            counted.ends.push(counted.features.len());
        }
    }
    Counted { distinct: distinct as usize, ..counted }
}

/// Tokens of each sentence.
fn sentences(document: &Document) -> impl Iterator<Item = &[Token]> {
    (0..document.sentences().len()).map(|s| document.tokens_of(s))
}

/// Features of every sentence, each as often as it stands there, numbered in order of first appearance.
struct Counted {
    features: Vec<u32>,
    /// Where the features of each sentence end; those of the original's sentences come first.
    ends: Vec<usize>,
    /// Sentences of the original.
    originals: usize,
    /// Number of distinct features.
    distinct: usize,
}

impl Counted {
    fn new(documents: [&Document; 2]) -> Counted {
        Counted {
            features: Vec::new(),
            ends: Vec::new(),
            originals: documents[0].sentences().len(),
            distinct: 0,
        }
    }

    /// Those that stand on both sides, numbered anew in the same order.
    fn on_both_sides(mut self) -> Counted {
        let in_originals = self.originals.checked_sub(1).map_or(0, |last| self.ends[last]);
        let (originals, translations) = self.features.split_at(in_originals);
        let mut is_shared = vec![false; self.distinct];
        let mut translated = vec![false; self.distinct];
        for &feature in translations {
            translated[feature as usize] = true;
        }
        for &feature in originals {
            is_shared[feature as usize] = translated[feature as usize];
        }
        let mut distinct = 0;
        let numbers = is_shared.iter().map(|&is_shared| {
            distinct += u32::from(is_shared);
            distinct - u32::from(is_shared)
        });
        let numbers: Vec<u32> = numbers.collect();
        let (mut from, mut to) = (0, 0);
        for end in &mut self.ends {
            for place in from..*end {
                let feature = self.features[place] as usize;
                self.features[to] = numbers[feature];
                to += usize::from(is_shared[feature]);
            }
            (from, *end) = (*end, to);
        }
        self.features.truncate(to);
        Counted { distinct: distinct as usize, ..self }
    }

    /// The block of both sides, scaled so that a sentence's mean squared length is 1.
    fn weighted(&self) -> Block {
        let sentences = self.ends.len();
        let idf: Vec<f32> = (0..=sentences as u32).map(|df| inverse_frequency(sentences, df)).collect();
        let most = if sentences > MANY { sentences / 4 } else { sentences };
        let mut rows: Rows = self.sentences().map(|own| Vec::with_capacity(own.len())).collect();
        let (starts, places) = self.by_feature();
        for (feature, bounds) in (0..).zip(starts.windows(2)) {
            let places = &places[bounds[0]..bounds[1]];
            if let &[only] = places {
                rows[only as usize].push((feature, idf[1]));
                continue;
            }
            let df = places.chunk_by(|a, b| a == b).count();
            if df <= most && idf[df] > 0.0 {
                for same in places.chunk_by(|a, b| a == b) {
                    rows[same[0] as usize].push((feature, same.len() as f32 * idf[df]));
                }
            }
        }
        let squares: f64 = rows.iter().fold(0.0, |sum, row| sum + square(row));
        let scale = if squares > 0.0 { (sentences as f64 / squares).sqrt() as f32 } else { 0.0 };
        rows.iter_mut().flatten().for_each(|(_, w)| *w *= scale);
        let translations = rows.split_off(self.originals);
        [rows, translations]
    }

    /// Features of each sentence.
    fn sentences(&self) -> impl DoubleEndedIterator<Item = &[u32]> + ExactSizeIterator {
        let start = |sentence: usize| sentence.checked_sub(1).map_or(0, |before| self.ends[before]);
        (0..self.ends.len()).map(move |sentence| &self.features[start(sentence)..self.ends[sentence]])
    }

    /// Sentences in which each feature stands, in order, and where those of each feature begin.
    fn by_feature(&self) -> (Vec<usize>, Vec<u32>) {
        let mut starts = vec![0; self.distinct + 1];
        self.features.iter().for_each(|&f| starts[f as usize] += 1);
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        // Filled from the back, so that each start ends up where its sentences begin.
        let mut places = vec![0; end];
        for (sentence, features) in self.sentences().enumerate().rev() {
            for &feature in features {
                let start = &mut starts[feature as usize];
                *start -= 1;
                places[*start] = sentence as u32;
            }
        }
        (starts, places)
    }
}

/// `ln((N + 1) / (df + ½))`, never below 0.
pub fn inverse_frequency(sentences: usize, df: u32) -> f32 {
    (((sentences + 1) as f64) / (f64::from(df) + 0.5)).ln().max(0.0) as f32
}

/// Four characters of 21 bits do not fit in 64: the first is mixed in. Two different grams with one key would need
/// to differ in just the mixed bits, which real text does not do.
fn gram_key(gram: &[char]) -> u64 {
    gram.iter().fold(0u64, |key, &c| key.rotate_left(21) ^ u64::from(u32::from(c)))
}

/// Cyrillic and Greek letters as the Latin ones that names are usually written with (close to ISO 9 and ELOT 743,
/// simplified: the 4-grams forgive what differs).
pub(super) fn romanise(folded: &str) -> Cow<'_, str> {
    if folded.is_ascii() {
        return Cow::Borrowed(folded);
    }
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        match latin(c) {
            Some(text) => out.push_str(text),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn latin(c: char) -> Option<&'static str> {
    let text = match c {
        'а' | 'α' => "a",
        'б' => "b",
        'в' | 'β' => "v",
        'г' | 'ґ' | 'γ' => "g",
        'д' | 'δ' => "d",
        'е' | 'э' | 'є' | 'ε' | 'η' => "e",
        'ж' => "zh",
        'з' | 'ζ' => "z",
        'и' | 'й' | 'і' | 'ы' | 'ι' | 'υ' => "i",
        'к' | 'κ' => "k",
        'л' | 'λ' => "l",
        'м' | 'μ' => "m",
        'н' | 'ν' => "n",
        'о' | 'ο' | 'ω' => "o",
        'п' | 'π' => "p",
        'р' | 'ρ' => "r",
        'с' | 'σ' | 'ς' => "s",
        'т' | 'τ' => "t",
        'у' => "u",
        'ф' | 'φ' => "f",
        'х' | 'χ' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'θ' => "th",
        'ξ' => "x",
        'ψ' => "ps",
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::products::Sides;
    use super::*;
    use crate::text::normalise::Normalise;

    fn both(original: &[&str], translation: &[&str], treatment: Treatment) -> Sides {
        let mut words = Words::default();
        let own = |s: &[&str]| s.iter().map(|t| (*t).to_string()).collect::<Vec<_>>();
        let rules = Normalise::default();
        let a = Document::from_sentences(&own(original), &rules, &mut words);
        let b = Document::from_sentences(&own(translation), &rules, &mut words);
        Sides::new(joined_equally(&shared([&a, &b], &words, treatment)))
    }

    #[test]
    fn a_name_in_two_scripts_is_evidence() {
        let sides = both(
            &["Мы видели Владимира Петрова", "Было холодно"],
            &["We saw Vladimir Petrov", "It was cold"],
            Treatment::Bilingual,
        );
        assert!(sides.cosine(&(0..1), &(0..1)) > 0.8);
        assert!(sides.cosine(&(1..2), &(0..1)) < 0.5);
    }

    #[test]
    fn span_sums_equal_the_sums_of_sentences() {
        let sides = both(
            &["The bridge is closed.", "Nobody knows why.", "It rains."],
            &["The bridge is closed and nobody knows why."],
            Treatment::Monolingual,
        );
        let direct = sides.cosine(&(0..2), &(0..1));
        let [a, b] = &sides.vectors;
        let product = dot(a.row(0), b.row(0)) + dot(a.row(1), b.row(0));
        assert!((direct - product / (a.norm(2, 2) * b.norm(1, 1))).abs() < 1e-9);
        assert!(direct > sides.cosine(&(0..1), &(0..1)));
    }

    #[test]
    fn a_part_of_a_text_has_the_lengths_of_a_text_of_its_own() {
        let text = ["One and two.", "Two and three.", "Three.", "And two.", "One.", "Two and one."];
        let [whole, _] = both(&text, &text, Treatment::Monolingual).vectors;
        for range in [0..6, 1..6, 2..4, 5..6, 3..3] {
            assert_eq!(whole.slice(range.clone()).norms, Vectors::new(whole.rows[range].to_vec()).norms);
        }
    }
}
