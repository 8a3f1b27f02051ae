//! One side of a segment as the detectors see it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::Passage;
use crate::text::runs::{Run, places, tandem_runs};
use crate::text::words::{Kind, Token, WordId, Words, is_unspaced};

/// The words of a passage without its punctuation, which stays within reach.
pub struct Line<'p> {
    pub passage: &'p Passage<'p>,
    pub tokens: Vec<&'p Token>,
    pub ids: Vec<WordId>,
    /// Where each word stands, equal words together and in order.
    places: Vec<(WordId, u32)>,
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
        let mut tokens: Vec<&Token> = Vec::with_capacity(passage.tokens.len());
        tokens.extend(passage.tokens.iter().filter(|t| t.is_content()));
        let ids: Vec<WordId> = tokens.iter().map(|t| t.word).collect();
        let places = places(&ids);
        let runs = tandem_runs(&ids, &places);
        Line { passage, tokens, ids, places, runs }
    }

    /// The same line with only the first copy of each of these runs.
    pub fn with_first_copies(&self, runs: &[&Run]) -> Line<'p> {
        let mut copies = vec![false; self.tokens.len()];
        for run in runs {
            copies[run.start + run.period..run.end()].fill(true);
        }
        let kept = (0..self.tokens.len()).filter(|&k| !copies[k]);
        let tokens: Vec<&Token> = kept.map(|k| self.tokens[k]).collect();
        let ids: Vec<WordId> = tokens.iter().map(|t| t.word).collect();
        let places = places(&ids);
        Line { passage: self.passage, tokens, ids, places, runs: Vec::new() }
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

    /// The words that come so many times at least: how often each does, and where first.
    pub fn frequent(&self, least: usize) -> impl Iterator<Item = (u32, usize)> {
        let same = self.places.chunk_by(|a, b| a.0 == b.0).filter(move |same| same.len() >= least);
        same.map(|same| (same.len() as u32, same[0].1 as usize))
    }

    /// Places of words that come again, together with the word behind.
    fn places_of_repeats(&self) -> Vec<usize> {
        let mut comes_again = vec![false; self.ids.len()];
        let same = self.places.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
        same.flatten().for_each(|&(_, place)| comes_again[place as usize] = true);
        (1..self.ids.len()).filter(|&k| comes_again[k - 1] && comes_again[k]).map(|k| k - 1).collect()
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

/// The phrases of a line that come back.
pub struct Phrases<'l> {
    line: &'l Line<'l>,
    /// Places in the order of the words from there on, each with the number of words that it has in common with the next.
    sorted: Vec<(usize, usize)>,
}

impl<'l> Phrases<'l> {
    /// Longest phrase that is looked at, in words.
    pub const LONGEST: usize = 8;

    pub fn of(line: &'l Line<'l>) -> Self {
        let from = |place: usize| &line.ids[place..(place + Self::LONGEST).min(line.ids.len())];
        let mut places = line.places_of_repeats();
        places.sort_unstable_by_key(|&place| (from(place), place));
        let shared = |a, b| from(a).iter().zip(from(b)).take_while(|(a, b)| a == b).count();
        let next = (1..).map(|k| places.get(k));
        let sorted = places.iter().zip(next).map(|(&a, b)| (a, b.map_or(0, |&b| shared(a, b)))).collect();
        Phrases { line, sorted }
    }

    /// Not even two words in a row come back.
    pub fn are_none(&self) -> bool {
        self.sorted.iter().all(|&(_, shared)| shared < 2)
    }

    /// The most frequent phrase of so many words with at least seven letters that is not ruled out, if it comes back: its
    /// count and first place.
    pub fn top(
        &self,
        order: usize,
        all: &Words,
        ruled_out: impl Fn(&[WordId]) -> bool,
    ) -> Option<(u32, usize)> {
        let same = self.sorted.chunk_by(|(_, shared), _| *shared >= order).filter(|same| same.len() > 1);
        let counted = same.map(|same| (same.len() as u32, same.iter().map(|s| s.0).min().unwrap_or(0)));
        let worthy = counted.filter(|&(_, at)| {
            self.line.letters(at..at + order, all) >= 7 && !ruled_out(&self.line.ids[at..at + order])
        });
        worthy.max_by_key(|&(count, at)| (count, std::cmp::Reverse(at)))
    }
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
