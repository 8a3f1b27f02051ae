//! What is left of one side when everything that the other side also says is taken away.

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::likeness::{CROWD, Crowd};
use super::traits::FUNCTION;
use super::word_sets::{WordSet, WordSets};
use super::{Findings, Pair, Place, Segment};
use crate::model::{Severity, Side};
use crate::text::words::{Kind, Token, WordId, Words};

/// Segments before and after in which a sentence's content may stand when the aligner left the sentence alone.
const NEIGHBOURS: usize = 2;

/// Words that carry content: of four letters and more, names, numbers, Han characters.
pub fn content<'p>(tokens: &'p [Token], words: &'p Words) -> impl Iterator<Item = &'p Token> {
    tokens.iter().filter(|t| is_content(t, words))
}

fn is_content(token: &Token, words: &Words) -> bool {
    match token.kind {
        Kind::Word => words.letters(token.word) >= 4 || (token.capital && words.letters(token.word) >= 2),
        Kind::Han | Kind::Number => true,
        Kind::Symbol => false,
    }
}

/// Half of what a sentence says may stand in the neighbours of a bead that the aligner cut short.
const SAID_NEARBY: f64 = 0.5;

/// The other side says most of a lone sentence in the segments around it.
pub fn is_said_nearby(pair: &Pair, index: usize, side: Side) -> bool {
    said_nearby(pair, index, side) > SAID_NEARBY
}

/// Share of a lone sentence's content that the other side says in the segments around it, beyond what these
/// segments have to say for themselves. Monolingual pairs only; 0 otherwise.
fn said_nearby(pair: &Pair, index: usize, side: Side) -> f64 {
    if !pair.is_monolingual() {
        return 0.0;
    }
    let around = index.saturating_sub(NEIGHBOURS)..(index + NEIGHBOURS + 1).min(pair.segments.len());
    let mut theirs: FxHashSet<WordId> = FxHashSet::default();
    for neighbour in pair.segments[around].iter().filter(|s| s.bead.is_aligned() && !s.bead.moved) {
        let own: FxHashSet<WordId> = neighbour.side(side).tokens.iter().map(|t| t.word).collect();
        let other = neighbour.side(side.other()).tokens.iter().map(|t| t.word);
        theirs.extend(other.filter(|w| !own.contains(w)));
    }
    let own: Vec<WordId> =
        content(pair.segments[index].side(side).tokens, pair.words).map(|t| t.word).collect();
    let found = own.iter().filter(|w| theirs.contains(w)).count();
    found as f64 / own.len().max(1) as f64
}

/// A segment of more words on a side is no sentence; comparing all with all would take too long for what it tells.
const MOST_WORDS: usize = 400;

/// Words of the passages that are looked for.
const LONGEST_PASSAGE: usize = 40;

/// Words next to an empty place that are looked at: more say nothing new.
const CONTEXT: usize = 5;

/// Missing words that count: the longer the passage, the likelier it is that chance has joined its ends.
const TELLING: usize = 3;

/// The end of a segment on both sides, counted as words of context.
const EDGE: usize = 4;

/// Nothing may be left over within so many words of the empty place: it would be the passage in other words.
const NEAR: usize = 6;

/// A name or a number is seldom left out on purpose: it counts as so many words more.
const NAMED: usize = 2;

/// Translators drop and add what opens a sentence ("However", "On the other hand"): it counts as so many words less.
const OPENING: usize = 2;

/// Words of one side without counterpart on the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Bytes of the document's normalised text.
    pub normal: Range<usize>,
    /// Content words without counterpart.
    pub words: usize,
    /// Content words without counterpart, and words of context on the side that has fewer.
    pub evidence: usize,
}

impl Passage {
    /// Major from so many content words on.
    pub fn severity(&self, major_words: usize) -> Severity {
        if self.words >= major_words { Severity::Major } else { Severity::Minor }
    }
}

/// A word of one side of a segment.
struct Word<'p> {
    token: &'p Token,
    content: bool,
    name: bool,
    short: bool,
    /// Has a counterpart on the other side.
    mated: bool,
}

impl Word<'_> {
    fn is_missing(&self) -> bool {
        self.content && !self.mated
    }

    /// Could say elsewhere what is missing here. Short words with a capital are acronyms and titles.
    fn is_spare(&self) -> bool {
        self.is_missing() && !self.short
    }
}

/// From what on passages without a counterpart are reported, and how grave they are.
pub struct Limits {
    /// Evidence of a passage that the other side has no place for.
    pub evidence: usize,
    /// Content words of another passage, which the other side has no other words for.
    pub passage_words: usize,
    /// Content words that make a passage without a place major.
    pub major_words: usize,
}

/// Reports what the other side has no place for, which `unplaced` says; else a run of content words that it has no other
/// words for.
pub fn report(place: Place, limits: &Limits, unplaced: &str, out: &mut Findings) {
    let (index, side) = place;
    let Some(compared) = out.compared(index) else { return };
    let residue = compared.residue(side);
    let passages = residue.unplaced(limits.evidence);
    for passage in &passages {
        out.add(passage.severity(limits.major_words), place, passage.normal.clone(), unplaced.to_string());
    }
    if let Some(run) = residue.run(limits.passage_words).filter(|_| passages.is_empty()) {
        let (words, other) = (run.words, side.other().name());
        let message = format!("{words} content words in a row have no counterpart in the {other}");
        out.add(Severity::Minor, place, run.normal, message);
    }
}

/// The words of both sides of a segment in one language, and which of them are alike.
pub struct Compared<'p> {
    /// By side.
    words: [Vec<Word<'p>>; 2],
    /// By word of the original, then of the translation; the ends of the segment are alike too.
    alike: Vec<bool>,
}

impl<'p> Compared<'p> {
    /// Compares all words of one side with all of the other; `None` where there are too many.
    pub fn new(pair: &Pair<'p>, segment: &Segment<'p>) -> Option<Compared<'p>> {
        let sides = [Side::Original, Side::Translation];
        let [mut original, mut translation] = sides.map(|side| words(pair, segment, side));
        if original.len().max(translation.len()) > MOST_WORDS {
            return None;
        }
        let likeness = pair.likeness();
        let width = translation.len() + 2;
        let mut alike = vec![false; (original.len() + 2) * width];
        for (part, others) in translation.chunks_mut(CROWD).enumerate() {
            let crowd = Crowd::of(likeness, others.iter().map(|b| b.token.word));
            for (a, row) in original.iter_mut().zip(alike[width..].chunks_mut(width)) {
                for place in crowd.near(likeness, a.token.word) {
                    let b = &mut others[place];
                    if likeness.are_alike(a.token.word, b.token.word) {
                        (row[1 + part * CROWD + place], a.mated, b.mated) = (true, true, true);
                    }
                }
            }
        }
        alike[0] = true;
        if let Some(last) = alike.last_mut() {
            *last = true;
        }
        Some(Compared { words: [original, translation], alike })
    }

    /// What is left of a side.
    pub fn residue<'c>(&'c self, side: Side) -> Residue<'c, 'p> {
        let [own, other] = [side, side.other()].map(|side| self.words[side as usize].as_slice());
        let width = self.words[Side::Translation as usize].len() + 2;
        let steps = if side == Side::Original { [width, 1] } else { [1, width] };
        Residue { own, other, alike: &self.alike, steps }
    }
}

/// The words of one side of a segment, seen against those of the other.
#[derive(Clone, Copy)]
pub struct Residue<'c, 'p> {
    own: &'c [Word<'p>],
    other: &'c [Word<'p>],
    alike: &'c [bool],
    /// How far apart places of either side lie in `alike`.
    steps: [usize; 2],
}

impl<'p> Residue<'_, 'p> {
    /// Place 0 is the start of the segment, the words count from 1, and the place behind the last is its end.
    fn alike(&self, own: usize, other: usize) -> bool {
        self.alike[own * self.steps[0] + other * self.steps[1]]
    }

    /// The longest run of content words without counterpart, if it has at least `least` different ones and the
    /// other side at most half as many of its own: else it may say the same in other words.
    pub fn run(&self, least: usize) -> Option<Passage> {
        if self.missing() < least {
            return None;
        }
        let content: Vec<&Word> = self.own.iter().filter(|w| w.content).collect();
        let run = content.split(|w| w.mated).rev().max_by_key(|run| run.len())?;
        let distinct: FxHashSet<WordId> = run.iter().map(|w| w.token.word).collect();
        let (first, last) = (run.first()?.token, run.last()?.token);
        let normal = first.start as usize..last.end as usize;
        let alone = distinct.len() >= least && self.spare(1..self.other.len() + 1) * 2 <= distinct.len();
        alone.then_some(Passage { normal, words: run.len(), evidence: 0 })
    }

    /// Content words without counterpart.
    fn missing(&self) -> usize {
        self.own.iter().filter(|w| w.is_missing()).count()
    }

    /// Content words of the other side without counterpart, among these places.
    fn spare(&self, places: Range<usize>) -> usize {
        places.filter(|&k| k > 0 && k <= self.other.len() && self.other[k - 1].is_spare()).count()
    }

    /// The passages without a place on the other side, with the best evidence first; none overlaps another.
    pub fn unplaced(&self, evidence: usize) -> Vec<Passage> {
        let mut found: Vec<Passage> = Vec::new();
        let all_spare = self.spare(1..self.other.len() + 1);
        let missing = self.missing();
        if missing == 0 || missing.min(TELLING) < all_spare {
            return found;
        }
        let lefts = self.before_missing();
        for place in 0..=self.other.len() {
            if self.spare(place.saturating_sub(NEAR - 1)..place + NEAR + 1) > 0 {
                continue;
            }
            for &left in lefts.iter().filter(|&&left| self.alike(left, place)) {
                found.extend(
                    self.behind(left, place)
                        .filter(|u| u.words.min(TELLING) >= all_spare && u.evidence >= evidence),
                );
            }
        }
        found.sort_by_key(|u| (Reverse(u.evidence), u.normal.len(), u.normal.start));
        let mut kept: Vec<Passage> = Vec::new();
        for passage in found {
            let apart =
                |k: &Passage| k.normal.end <= passage.normal.start || passage.normal.end <= k.normal.start;
            if kept.iter().all(apart) {
                kept.push(passage);
            }
        }
        kept.sort_by_key(|u| u.normal.start);
        kept
    }

    /// Places behind which a word is missing, before any that has a counterpart.
    fn before_missing(&self) -> Vec<usize> {
        let mut is_missing = false;
        let mut places: Vec<usize> = Vec::new();
        for place in (0..self.own.len()).rev() {
            let next = &self.own[place];
            is_missing = if next.content { !next.mated } else { is_missing };
            places.extend(is_missing.then_some(place));
        }
        places.reverse();
        places
    }

    /// Passages from behind `left` up to a word that is like the one behind `place`.
    fn behind(&self, left: usize, place: usize) -> impl Iterator<Item = Passage> {
        let passage = self.own[left..].iter().take(LONGEST_PASSAGE);
        let length = passage.take_while(|w| !(w.content && w.mated)).count();
        (left + 1..=left + length).filter_map(move |last| {
            let words = self.own[left..last].iter().filter(|w| w.is_missing()).count();
            (words > 0 && self.alike(last + 1, place + 1)).then(|| self.passage(left, last, place, words))
        })
    }

    fn passage(&self, left: usize, last: usize, place: usize, words: usize) -> Passage {
        let passage = &self.own[left..last];
        let (back, forth) = (self.before(left, place), self.after(last + 1, place + 1));
        let named = passage.iter().any(|w| w.is_missing() && w.name);
        let evidence = words.min(TELLING) + back.min(forth).min(CONTEXT) + if named { NAMED } else { 0 };
        Passage {
            normal: passage[0].token.start as usize..passage[passage.len() - 1].token.end as usize,
            words,
            evidence: if left == 0 { evidence.saturating_sub(OPENING) } else { evidence },
        }
    }

    /// Those of the words that are asked for which stand in the same place, as `context` words before and behind together
    /// show. Each stands more often on its own side than on the other.
    pub fn exchanged(&self, context: usize, is_asked: impl Fn(WordId) -> bool) -> Vec<[&'p Token; 2]> {
        let [own, others] = surplus([self.own, self.other], is_asked);
        let mut found = Vec::new();
        for i in own {
            let same_place = |&&k: &&usize| self.before(i, k) + self.after(i + 2, k + 2) >= context;
            found.extend(others.iter().filter(same_place).map(|&k| [self.own[i].token, self.other[k].token]));
        }
        found
    }

    /// Words of context from these places backwards.
    fn before(&self, own: usize, other: usize) -> usize {
        self.context((0..=own).rev().zip((0..=other).rev()))
    }

    /// Words of context from these places onwards.
    fn after(&self, own: usize, other: usize) -> usize {
        self.context((own..self.own.len() + 2).zip(other..self.other.len() + 2))
    }

    /// Number of places in a row that are alike, the ends of the segment counting more.
    fn context(&self, places: impl Iterator<Item = (usize, usize)>) -> usize {
        let edge = |own: usize| own == 0 || own == self.own.len() + 1;
        let alike = places.take_while(|&(own, other)| self.alike(own, other));
        alike.take(CONTEXT).map(|(own, _)| if edge(own) { EDGE } else { 1 }).sum()
    }
}

/// Places of such words that stand more often on one side than on the other, for both sides.
fn surplus(sides: [&[Word]; 2], is_asked: impl Fn(WordId) -> bool) -> [Vec<usize>; 2] {
    // Each word as often as it stands on the one side more than on the other.
    let mut counts: Vec<(WordId, i32)> = Vec::new();
    for (side, one) in sides.into_iter().zip([1, -1]) {
        let asked = side.iter().map(|word| word.token.word).filter(|&word| is_asked(word));
        counts.extend(asked.map(|word| (word, one)));
    }
    counts.sort_unstable();
    let sum = |same: &[(WordId, i32)]| (same[0].0, same.iter().map(|(_, one)| one).sum::<i32>());
    let more: Vec<(WordId, i32)> =
        counts.chunk_by(|a, b| a.0 == b.0).map(sum).filter(|(_, n)| *n != 0).collect();
    [0, 1].map(|k| {
        let is_more = |word: &Word| {
            let found = more.binary_search_by_key(&word.token.word, |(word, _)| *word);
            found.is_ok_and(|at| (more[at].1 > 0) == (k == 0))
        };
        (0..sides[k].len()).filter(|&place| is_more(&sides[k][place])).collect()
    })
}

fn words<'p>(pair: &Pair<'p>, segment: &Segment<'p>, side: Side) -> Vec<Word<'p>> {
    let tokens = segment.side(side).tokens;
    let traits = pair.traits(side);
    let is_function_word = |t: &Token| traits[t.word as usize] & FUNCTION != 0;
    let names_have_capitals = pair.language(side) != CAPITAL_NOUNS;
    let places = tokens.iter().enumerate().filter(|(_, t)| t.is_content());
    let word = |(k, token): (usize, &'p Token)| Word {
        token,
        content: is_content(token, pair.words) && !is_function_word(token),
        name: token.kind == Kind::Number
            || (token.capital && names_have_capitals && k > 0 && tokens[k - 1].is_content()),
        short: token.kind == Kind::Word && pair.words.letters(token.word) < 4,
        mated: false,
    };
    let mut words = Vec::with_capacity(tokens.len());
    words.extend(places.map(word));
    words
}

/// The language in which a capital makes no name.
const CAPITAL_NOUNS: &str = "de";

/// Words of the language that carry grammar rather than content.
pub fn function_words(language: &str) -> Option<&'static WordSet> {
    FUNCTION_WORDS.get(language, "function")
}

static FUNCTION_WORDS: WordSets = WordSets::new(include_str!("function_words.txt"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_function_words_is_of_words_that_could_be_content() {
        let holds = |word: &str| FUNCTION_WORDS.hold("en", "function", word);
        assert!(holds("because") && !holds("parade"));
    }
}
