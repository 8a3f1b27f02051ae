//! One side of a segment as the detectors see it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::Passage;
use crate::text::runs::{Run, tandem_runs};
use crate::text::words::{Kind, Token, WordId, Words, is_unspaced};

/// The words of a passage without its punctuation, which stays within reach.
pub struct Line<'p> {
    pub passage: &'p Passage<'p>,
    pub tokens: Vec<&'p Token>,
    pub ids: Vec<WordId>,
    pub runs: Vec<Run>,
}

/// What parts the copies of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seam {
    /// White space, and brackets or quotes that every copy has: "guests) guests)".
    Tight,
    /// Punctuation within a sentence, or other punctuation within the copies.
    Loose,
    /// The end of a sentence or clause.
    Broken,
}

impl<'p> Line<'p> {
    pub fn new(passage: &'p Passage<'p>) -> Line<'p> {
        let tokens: Vec<&Token> = passage.tokens.iter().filter(|t| t.is_content()).collect();
        let ids: Vec<WordId> = tokens.iter().map(|t| t.word).collect();
        let runs = tandem_runs(&ids);
        Line { passage, tokens, ids, runs }
    }

    /// The same line with only the first copy of each of these runs.
    pub fn with_first_copies(&self, runs: &[&Run]) -> Line<'p> {
        let mut copies = vec![false; self.tokens.len()];
        for run in runs {
            copies[run.start + run.period..run.end()].fill(true);
        }
        let kept = (0..self.tokens.len()).filter(|&k| !copies[k]);
        let tokens: Vec<&Token> = kept.map(|k| self.tokens[k]).collect();
        let ids = tokens.iter().map(|t| t.word).collect();
        Line { passage: self.passage, tokens, ids, runs: Vec::new() }
    }

    /// What stands before the word of this number: between it and the word before, or the end that is nearer.
    pub fn gap(&self, word: usize) -> &'p str {
        let (text, base) = (self.passage.normal(), self.passage.whole().start);
        let start = if word == 0 { 0 } else { self.tokens[word - 1].end as usize - base };
        let end = self.tokens.get(word).map_or(text.len(), |t| t.start as usize - base);
        &text[start..end.max(start)]
    }

    /// What parts the copies of the run.
    pub fn seam(&self, run: &Run) -> Seam {
        let seams = || (1..run.copies).map(|k| self.gap(run.start + k * run.period));
        let [before, after] = [run.start, run.end()].map(|word| signs(self.gap(word)));
        let equal_within = (run.start + 1..run.end() - run.period)
            .filter(|k| !(k - run.start).is_multiple_of(run.period))
            .all(|k| self.gap(k).trim() == self.gap(k + run.period).trim());
        if equal_within && seams().all(|gap| is_tight(gap, &before, &after)) {
            Seam::Tight
        } else if seams().any(|gap| gap.contains(CLAUSE_ENDS)) {
            Seam::Broken
        } else {
            Seam::Loose
        }
    }

    /// A clause begins with this word.
    pub fn begins_clause(&self, word: usize) -> bool {
        word == 0 || self.gap(word).contains(CLAUSE_ENDS) || self.gap(word).contains('"')
    }

    /// Punctuation, or the end, stands before the word of this number.
    pub fn is_closed(&self, word: usize) -> bool {
        let gap = self.gap(word).trim();
        word == self.tokens.len() || !(gap.is_empty() || gap.starts_with(['-', '\'', '/', '(']))
    }

    /// The word of this number is part of a compound or contraction with the word before.
    pub fn is_joined(&self, word: usize) -> bool {
        self.gap(word).starts_with(['-', '\'']) && word < self.tokens.len()
    }

    pub fn normal(&self, words: &Range<usize>) -> Range<usize> {
        self.tokens[words.start].start as usize..self.tokens[words.end - 1].end as usize
    }

    pub fn text(&self, words: &Range<usize>) -> &'p str {
        self.passage.between(self.tokens[words.start], self.tokens[words.end - 1])
    }

    /// Letters of a range; a Han character says as much as two.
    pub fn letters(&self, words: Range<usize>, all: &Words) -> usize {
        let weight = |t: &&&Token| if t.kind == Kind::Han { 2 } else { all.letters(t.word) };
        self.tokens[words].iter().map(|t| weight(&t)).sum()
    }

    pub fn is_numbers(&self, words: Range<usize>) -> bool {
        self.tokens[words].iter().all(|t| t.kind == Kind::Number)
    }

    /// The most frequent n-gram of the order with at least seven letters that is not ruled out: its count and first
    /// place.
    pub fn top_ngram(
        &self,
        order: usize,
        all: &Words,
        ruled_out: impl Fn(&[WordId]) -> bool,
    ) -> Option<(u32, usize)> {
        let mut counts: FxHashMap<&[WordId], (u32, usize)> = FxHashMap::default();
        for (at, gram) in self.ids.windows(order).enumerate() {
            counts.entry(gram).or_insert((0, at)).0 += 1;
        }
        let repeated = counts.into_values().filter(|&(count, _)| count > 1);
        let worthy = repeated.filter(|&(_, at)| {
            self.letters(at..at + order, all) >= 7 && !ruled_out(&self.ids[at..at + order])
        });
        worthy.max_by_key(|&(count, at)| (count, std::cmp::Reverse(at)))
    }

    /// A word comes so many times.
    pub fn has_word(&self, times: usize) -> bool {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids.chunk_by(|a, b| a == b).any(|same| same.len() >= times)
    }

    /// Two words in a row come back: else no longer phrase does.
    pub fn has_phrase_twice(&self) -> bool {
        let mut pairs: Vec<u64> =
            self.ids.windows(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])).collect();
        pairs.sort_unstable();
        pairs.windows(2).any(|pairs| pairs[0] == pairs[1])
    }

    /// Mostly Han characters.
    pub fn is_han(&self) -> bool {
        self.share(|t| t.kind == Kind::Han)
    }

    /// Mostly in a script without spaces, so that tokens are no words.
    pub fn is_unspaced(&self, all: &Words) -> bool {
        self.share(|t| t.kind == Kind::Han || all.text(t.word).starts_with(is_unspaced))
    }

    fn share(&self, holds: impl Fn(&Token) -> bool) -> bool {
        self.tokens.iter().filter(|t| holds(t)).count() * 2 > self.tokens.len()
    }

    pub fn count(&self, unit: &[WordId]) -> u32 {
        self.ids.windows(unit.len()).filter(|w| *w == unit).count() as u32
    }
}

const CLAUSE_ENDS: [char; 12] = ['.', ';', ':', '!', '?', '…', '。', '；', '：', '！', '？', '۔'];
const WRAPPERS: [char; 12] = ['(', ')', '[', ']', '{', '}', '"', '\'', '「', '」', '（', '）'];

/// White space alone, or brackets and quotes of which one part closes every copy and the other opens every copy.
fn is_tight(seam: &str, before: &[char], after: &[char]) -> bool {
    let seam = signs(seam);
    let closing = seam.iter().zip(after).take_while(|(a, b)| a == b).count();
    let opening = seam.iter().rev().zip(before.iter().rev()).take_while(|(a, b)| a == b).count();
    closing + opening >= seam.len() && seam.iter().all(|c| WRAPPERS.contains(c))
}

/// What is not white space.
fn signs(gap: &str) -> Vec<char> {
    gap.chars().filter(|c| !c.is_whitespace()).collect()
}

/// How often units stand in a line, counted for all units of one length at once.
pub struct Counts<'l> {
    line: &'l Line<'l>,
    length: usize,
    units: FxHashMap<&'l [WordId], usize>,
}

impl<'l> Counts<'l> {
    /// Nothing counted yet.
    pub fn of(line: &'l Line<'l>) -> Self {
        Counts { line, length: 0, units: FxHashMap::default() }
    }

    /// As [`Line::count`]; best asked for units in the order of their lengths.
    pub fn count(&mut self, unit: &[WordId]) -> usize {
        if self.length != unit.len() {
            self.length = unit.len();
            self.units.clear();
            for window in self.line.ids.windows(self.length) {
                *self.units.entry(window).or_default() += 1;
            }
        }
        self.units.get(unit).copied().unwrap_or(0)
    }
}
