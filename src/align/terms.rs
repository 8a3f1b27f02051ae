//! Words as a lexicon sees them, sentences as bags of them, and those bags as vectors that two languages share.

use std::ops::Range;

use super::features::{Block, Rows, inverse_frequency};
use super::lexicon::{Lexicon, Translations};
use crate::text::Document;
use crate::text::numbered::Numbered;
use crate::text::words::{Kind, Token, WordId, Words, is_unspaced};

/// Characters that are left of a word.
pub(super) const STEM: usize = 5;

/// Number of a distinct term of a bitext.
pub type TermId = u32;

/// Terms of a sentence or of several, with their counts, in rising order.
pub type Bag = Vec<(TermId, u32)>;

/// Distinct terms, numbered in order of first appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms(Numbered);

impl Terms {
    /// Number of the term, given to it where it is new.
    pub fn intern(&mut self, text: &str) -> TermId {
        self.0.number(text)
    }

    /// All terms, by number.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.texts()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// The term itself.
    pub fn text(&self, id: TermId) -> &str {
        self.0.text(id)
    }

    /// Its number.
    pub fn get(&self, text: &str) -> Option<TermId> {
        self.0.get(text)
    }
}

/// The sentences of a pair as bags of terms.
#[derive(Debug, Clone, Default)]
pub struct TermRows {
    /// All terms of both sides.
    pub terms: Terms,
    /// Terms of each sentence, by side.
    pub rows: [Vec<Bag>; 2],
}

impl TermRows {
    /// Of both documents of a pair.
    pub fn new(documents: [&Document; 2], words: &Words) -> TermRows {
        let mut reader = Reader::new(words);
        let rows = documents.map(|d| {
            let sentences = 0..d.sentences().len();
            sentences.map(|s| reader.bag(d.tokens_of(s))).collect()
        });
        TermRows { terms: reader.terms, rows }
    }

    /// Share of the original's terms, each as often as it stands there, for which the lexicon has a translation.
    pub fn coverage(&self, lexicon: &Lexicon) -> f64 {
        let known: Vec<bool> = self.terms.texts().map(|t| lexicon.knows(t)).collect();
        let (mut covered, mut all) = (0, 0);
        for &(term, n) in self.rows[0].iter().flatten() {
            all += n;
            covered += if known[term as usize] { n } else { 0 };
        }
        f64::from(covered) / f64::from(all.max(1))
    }

    /// Terms of a run of sentences of a side.
    pub fn sum(&self, side: usize, sentences: Range<usize>) -> Bag {
        if sentences.len() == 1 {
            return self.rows[side][sentences.start].clone();
        }
        let mut all: Bag = self.rows[side][sentences].iter().flatten().copied().collect();
        all.sort_unstable();
        all.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|r| r.1).sum())).collect()
    }
}

/// Makes bags of sentences.
struct Reader<'w> {
    words: &'w Words,
    terms: Terms,
    /// What each word is to the lexicon, once it is known.
    of_word: Vec<Option<Form>>,
    /// Characters without a space between them, up to the last token.
    unspaced: Vec<char>,
    /// Terms of the sentence.
    ids: Vec<TermId>,
}

/// What a word is to a lexicon.
#[derive(Clone, Copy)]
enum Form {
    /// A stem.
    Stem(TermId),
    /// Part of a run of characters.
    Unspaced,
}

impl<'w> Reader<'w> {
    fn new(words: &'w Words) -> Reader<'w> {
        let of_word = vec![None; words.len()];
        Reader { words, terms: Terms::default(), of_word, unspaced: Vec::new(), ids: Vec::new() }
    }

    /// Terms of a sentence.
    fn bag(&mut self, tokens: &[Token]) -> Bag {
        let mut last_end = 0;
        for token in tokens.iter().filter(|t| t.is_content()) {
            if token.start != last_end {
                self.end_run();
            }
            let form = if token.kind == Kind::Han { Form::Unspaced } else { self.form(token.word) };
            match form {
                Form::Stem(id) => self.ids.push(id),
                Form::Unspaced => self.unspaced.extend(self.words.folded(token.word).chars()),
            }
            last_end = token.end;
        }
        self.end_run();
        self.ids.sort_unstable();
        let bag = self.ids.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect();
        self.ids.clear();
        bag
    }

    /// What a word is that is no Han character. One that is written with spaces ends a run of those that are not.
    fn form(&mut self, word: WordId) -> Form {
        let known = self.of_word[word as usize].unwrap_or_else(|| {
            let text = self.words.folded(word);
            if text.chars().next().is_some_and(is_unspaced) {
                return Form::Unspaced;
            }
            self.end_run();
            let stem = text.char_indices().nth(STEM).map_or(text.len(), |(at, _)| at);
            Form::Stem(self.terms.intern(&text[..stem]))
        });
        self.of_word[word as usize] = Some(known);
        if let Form::Stem(_) = known {
            self.end_run();
        }
        known
    }

    /// The characters of the run become terms, and each two of them.
    fn end_run(&mut self) {
        if self.unspaced.is_empty() {
            return;
        }
        let mut text = String::new();
        for width in 1..=2 {
            for characters in self.unspaced.windows(width) {
                text.clear();
                text.extend(characters);
                self.ids.push(self.terms.intern(&text));
            }
        }
        self.unspaced.clear();
    }
}

/// A translated word stands for the original's with a probability below 1, and not every word is known: the
/// original's bags are shorter than the translation's. Of 1, 2, 3 and 5 this factor made the best of the
/// bilingual NTREX-128 sets.
const LENGTHENED: f32 = 3.0;

/// The original's words as what the lexicon says they may be in the translation's language, and those words of the
/// translation that the lexicon knows; weighted by what is rare in the translation. Scaled by the length that the
/// whole bags would have, so that a thin lexicon weighs little.
pub fn lexical(terms: &TermRows, translations: &Translations) -> Block {
    let idf = terms.rows.each_ref().map(|rows| inverse_frequencies(rows, terms.terms.count()));
    let mut known = vec![false; terms.terms.count()];
    translations.all().iter().for_each(|&(t, _)| known[t as usize] = true);
    let translated = |row: &Bag| {
        let mut out: Vec<(u32, f32)> = Vec::new();
        for &(term, n) in row {
            out.extend(translations.of(term).iter().map(|&(t, entry)| (t, n as f32 * entry.weight())));
        }
        out.sort_unstable_by_key(|&(t, _)| t);
        let sum = |run: &[(u32, f32)]| run.iter().map(|&(_, w)| w).sum::<f32>();
        out.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, sum(run) * idf[1][run[0].0 as usize])).collect()
    };
    let own = |row: &Bag| {
        let known = row.iter().filter(|&&(t, _)| known[t as usize]);
        known.map(|&(t, n)| (t, n as f32 * idf[1][t as usize])).collect()
    };
    let mut sides = [terms.rows[0].iter().map(translated).collect(), terms.rows[1].iter().map(own).collect()];
    for (side, lengthened) in [LENGTHENED, 1.0].into_iter().enumerate() {
        let whole = terms.rows[side].iter().flatten();
        let squares: f64 = whole.map(|&(t, n)| f64::from(n as f32 * idf[side][t as usize]).powi(2)).sum();
        let rows: &mut Rows = &mut sides[side];
        let scale = if squares > 0.0 { (rows.len() as f64 / squares).sqrt() as f32 } else { 0.0 };
        for row in rows {
            row.retain_mut(|(_, w)| {
                *w *= scale * lengthened;
                *w > 0.0
            });
        }
    }
    sides
}

fn inverse_frequencies(rows: &[Bag], terms: usize) -> Vec<f32> {
    let mut df = vec![0; terms];
    rows.iter().flatten().for_each(|&(t, _)| df[t as usize] += 1);
    let idf: Vec<f32> = (0..=rows.len() as u32).map(|df| inverse_frequency(rows.len(), df)).collect();
    df.into_iter().map(|df: usize| idf[df]).collect()
}
