//! What sentences are compared by: sparse TF-IDF vectors. They are linear, so the vector of a span of sentences is
//! the sum of theirs, and dot products of spans are sums of dot products of sentences.

use rustc_hash::FxHashMap;

use crate::text::Document;
use crate::text::language::Treatment;
use crate::text::words::{Kind, WordId, Words, fold};

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
    fn new(rows: Vec<Vec<(u32, f32)>>) -> Vectors {
        // `near[k]`: dot products of the sentence `k` back with itself and those after it, the newest last.
        let mut near: [[f64; MAX_SPAN]; MAX_SPAN] = Default::default();
        let mut norms = vec![[0.0; MAX_SPAN]; rows.len() + 1];
        for (newest, row) in rows.iter().enumerate() {
            near.rotate_right(1);
            let spans = MAX_SPAN.min(newest + 1);
            let mut squared = 0.0;
            for back in 0..spans {
                near[back][back] = if back > 0 { dot(&rows[newest - back], row) } else { square(row) };
                squared += near[back][0];
                squared += 2.0 * near[back][1..=back].iter().sum::<f64>();
                norms[newest + 1][back] = squared.max(0.0).sqrt();
            }
        }
        let mut featured = vec![0];
        let mut count = 0;
        featured.extend(rows.iter().map(|row| {
            count += u32::from(!row.is_empty());
            count
        }));
        Vectors { rows, norms, featured }
    }

    /// Number of sentences.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Length of the sum of the `span` vectors before sentence `end`.
    pub fn norm(&self, end: usize, span: usize) -> f64 {
        self.norms[end][span - 1]
    }

    /// Sentences of the run that have a feature.
    pub fn featured(&self, range: std::ops::Range<usize>) -> usize {
        (self.featured[range.end] - self.featured[range.start]) as usize
    }

    /// Cosine of two spans of sentences; 0 when either is empty of features.
    pub fn cosine(
        &self,
        own: std::ops::Range<usize>,
        other: &Vectors,
        theirs: std::ops::Range<usize>,
    ) -> f64 {
        if own.is_empty() || theirs.is_empty() {
            return 0.0;
        }
        let lengths = self.norm(own.end, own.len()) * other.norm(theirs.end, theirs.len());
        let with = |x: &Vec<_>| other.rows[theirs.clone()].iter().map(|y| dot(x, y)).sum::<f64>();
        let product = self.rows[own].iter().map(with).sum::<f64>();
        if lengths > 0.0 { product / lengths } else { 0.0 }
    }

    /// The vectors of a run of sentences, as a text of their own.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Vectors {
        Vectors::new(self.rows[range].to_vec())
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

fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f64 {
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

/// Weight of a block of features beside others of weight 1.
pub type Weighted = ([Rows; 2], f32);

/// Blocks of features side by side, each scaled by its weight.
pub fn joined(blocks: Vec<Weighted>) -> [Vectors; 2] {
    let mut rows: [Rows; 2] = Default::default();
    let mut offset = 0;
    for (block, weight) in blocks {
        let features = block.iter().flatten().flatten().map(|&(f, _)| f + 1).max().unwrap_or(0);
        for (rows, block) in rows.iter_mut().zip(block) {
            rows.resize_with(block.len().max(rows.len()), Vec::new);
            for (row, more) in rows.iter_mut().zip(block) {
                row.reserve_exact(more.len());
                row.extend(more.into_iter().map(|(f, w)| (f + offset, w * weight)));
            }
        }
        offset += features;
    }
    rows.map(Vectors::new)
}

/// TF-IDF vectors of both sides. Monolingual: character 4-grams and words. Bilingual: of the same features those
/// that stand on both sides (numbers, names, cognates), after romanisation.
pub fn shared(documents: [&Document; 2], words: &Words, treatment: Treatment, weight: f32) -> Vec<Weighted> {
    let forms = Forms::new(words, treatment);
    [Block::Grams, Block::Words].map(|b| (weighted(documents, &forms, b, treatment), weight)).into()
}

/// The folded form of every distinct word, and one number for all words that fold alike.
struct Forms {
    text: Vec<String>,
    number: Vec<u64>,
}

impl Forms {
    fn new(words: &Words, treatment: Treatment) -> Forms {
        let romanised = treatment == Treatment::Bilingual;
        let text: Vec<String> = (0..words.len() as WordId)
            .map(|id| if romanised { romanise(&fold(words.text(id))) } else { fold(words.text(id)) })
            .collect();
        let mut seen: FxHashMap<&str, u64> = FxHashMap::default();
        let number = text.iter().map(|t| {
            let next = seen.len() as u64;
            *seen.entry(t).or_insert(next)
        });
        let number = number.collect();
        Forms { text, number }
    }
}

#[derive(Clone, Copy)]
enum Block {
    Grams,
    Words,
}

/// Sparse vectors of sentences.
pub type Rows = Vec<Vec<(u32, f32)>>;

/// One block of features for both sides, scaled so that a sentence's mean squared length is 1.
fn weighted(documents: [&Document; 2], forms: &Forms, block: Block, treatment: Treatment) -> [Rows; 2] {
    let mut ids: FxHashMap<u64, u32> = FxHashMap::default();
    let mut counts = documents.map(|d| {
        let rows = 0..d.sentences().len();
        rows.map(|s| counted(d, s, forms, block, &mut ids)).collect::<Rows>()
    });
    let frequencies = [0, 1].map(|side| {
        let mut df = vec![0u32; ids.len()];
        counts[side].iter().flatten().for_each(|&(f, _)| df[f as usize] += 1);
        df
    });
    let sentences = counts.iter().map(Vec::len).sum::<usize>();
    let idf: Vec<f32> = (0..ids.len())
        .map(|f| {
            let df = [frequencies[0][f], frequencies[1][f]];
            let unshared = treatment == Treatment::Bilingual && (df[0] == 0 || df[1] == 0);
            let everywhere = sentences > MANY && (df[0] + df[1]) as usize * 4 > sentences;
            if unshared || everywhere { 0.0 } else { inverse_frequency(sentences, df[0] + df[1]) }
        })
        .collect();
    let mut squares = 0.0;
    for row in counts.iter_mut().flatten() {
        row.retain_mut(|(f, w)| {
            *w *= idf[*f as usize];
            *w > 0.0
        });
        squares += square(row);
    }
    let scale = if squares > 0.0 { (sentences as f64 / squares).sqrt() as f32 } else { 0.0 };
    counts.iter_mut().flatten().flatten().for_each(|(_, w)| *w *= scale);
    counts
}

/// `ln((N + 1) / (df + ½))`, never below 0.
pub fn inverse_frequency(sentences: usize, df: u32) -> f32 {
    (((sentences + 1) as f64) / (f64::from(df) + 0.5)).ln().max(0.0) as f32
}

/// Term counts of one sentence, features in rising order.
fn counted(
    document: &Document,
    sentence: usize,
    forms: &Forms,
    block: Block,
    ids: &mut FxHashMap<u64, u32>,
) -> Vec<(u32, f32)> {
    let mut features = Vec::new();
    let mut add = |key: u64| {
        let next = ids.len() as u32;
        features.push(*ids.entry(key).or_insert(next));
    };
    let tokens = document.tokens_of(sentence);
    match block {
        Block::Grams => {
            let mut joined = vec![' '];
            for token in tokens.iter().filter(|t| t.is_content()) {
                joined.extend(forms.text[token.word as usize].chars());
                joined.push(' ');
            }
            for gram in joined.windows(GRAM) {
                add(gram_key(gram));
            }
        }
        Block::Words => {
            for token in tokens {
                add(forms.number[token.word as usize]);
            }
            let han = |t: &crate::text::words::Token| t.kind == Kind::Han;
            for pair in tokens.windows(2).filter(|w| han(&w[0]) && han(&w[1])) {
                add(1 << 63
                    | forms.number[pair[0].word as usize] << 31
                    | forms.number[pair[1].word as usize]);
            }
        }
    }
    features.sort_unstable();
    let mut counts: Vec<(u32, f32)> = Vec::with_capacity(features.len());
    for feature in features {
        match counts.last_mut() {
            Some((last, count)) if *last == feature => *count += 1.0,
            _ => counts.push((feature, 1.0)),
        }
    }
    counts
}

/// Four characters of 21 bits do not fit in 64: the first is mixed in. Two different grams with one key would need
/// to differ in just the mixed bits, which real text does not do.
fn gram_key(gram: &[char]) -> u64 {
    gram.iter().fold(0u64, |key, &c| key.rotate_left(21) ^ u64::from(u32::from(c)))
}

/// Cyrillic and Greek letters as the Latin ones that names are usually written with (close to ISO 9 and ELOT 743,
/// simplified: the 4-grams forgive what differs).
pub(super) fn romanise(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_string();
    }
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        match latin(c) {
            Some(text) => out.push_str(text),
            None => out.push(c),
        }
    }
    out
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
    use super::*;
    use crate::text::normalise::Normalise;

    fn both(original: &[&str], translation: &[&str], treatment: Treatment) -> [Vectors; 2] {
        let mut words = Words::default();
        let own = |s: &[&str]| s.iter().map(|t| (*t).to_string()).collect::<Vec<_>>();
        let rules = Normalise::default();
        let a = Document::from_sentences(&own(original), &rules, &mut words);
        let b = Document::from_sentences(&own(translation), &rules, &mut words);
        joined(shared([&a, &b], &words, treatment, 1.0))
    }

    #[test]
    fn a_name_in_two_scripts_is_evidence() {
        let [a, b] = both(
            &["Мы видели Владимира Петрова", "Было холодно"],
            &["We saw Vladimir Petrov", "It was cold"],
            Treatment::Bilingual,
        );
        assert!(a.cosine(0..1, &b, 0..1) > 0.8);
        assert!(a.cosine(1..2, &b, 0..1) < 0.5);
    }

    #[test]
    fn span_sums_equal_the_sums_of_sentences() {
        let [a, b] = both(
            &["The bridge is closed.", "Nobody knows why.", "It rains."],
            &["The bridge is closed and nobody knows why."],
            Treatment::Monolingual,
        );
        let direct = a.cosine(0..2, &b, 0..1);
        let mut row = Vec::new();
        let mut products = crate::align::products::Products::new([&a, &b]);
        let mut product = 0.0;
        for i in 0..2 {
            products.fill(i, 0..1, &mut row);
            product += row[0];
        }
        assert!((direct - product / (a.norm(2, 2) * b.norm(1, 1))).abs() < 1e-9);
        assert!(direct > a.cosine(0..1, &b, 0..1));
    }
}
