//! Number mismatch: a number that the two sides do not share.

mod joins;
mod lexicon;
mod matching;
mod notation;
mod reader;
mod spoken;
mod units;

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::words::Kind as TokenKind;
use matching::{Left, Matching, are_measures, is_round_for};
use reader::{Kind, Number, read};
pub use spoken::Starts;

#[doc = include_str!("number_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NumberMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NumberMismatch {
    fn default() -> Self {
        NumberMismatch { enabled: true, severity: None }
    }
}

/// A segment of more numbers is a table on one line: all against all would take too long.
const MOST_NUMBERS: usize = 1000;

/// A segment of more tokens is no sentence.
const MOST_TOKENS: usize = 20_000;

impl Check for NumberMismatch {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        if pair.both(index).is_none() {
            return;
        }
        let Some([original, translation]) = numbers(pair, index) else { return };
        let mut matching = Matching::new(&original, &translation);
        if matching.left().is_empty() {
            return;
        }
        for near in pair.neighbours(index) {
            let [original, translation] = spare(pair, near);
            matching.forgive(0, &translation);
            matching.forgive(1, &original);
        }
        Report { pair, index, numbers: [&original, &translation] }.write(&matching.left(), out);
    }
}

/// The numbers of original and translation; nothing of a table on one line, which is not worth the time.
fn numbers(pair: &Pair, index: usize) -> Option<[Vec<Number>; 2]> {
    let passages = [Side::Original, Side::Translation].map(|side| pair.segments[index].side(side));
    let is_table = |passage: &&Passage| {
        let digits = passage.tokens.iter().filter(|t| t.kind == TokenKind::Number).count();
        digits > MOST_NUMBERS || passage.tokens.len() > MOST_TOKENS
    };
    if passages.iter().any(is_table) {
        return None;
    }
    let read = |side: Side| {
        read(pair.segments[index].side(side), pair.words, pair.traits(side), pair.language(side))
    };
    let numbers = [Side::Original, Side::Translation].map(read);
    numbers.iter().all(|n| n.len() <= MOST_NUMBERS).then_some(numbers)
}

/// Numbers of a segment that its own other side does not answer.
fn spare(pair: &Pair, index: usize) -> [Vec<Number>; 2] {
    let Some(sides) = numbers(pair, index) else { return Default::default() };
    let matching = Matching::new(&sides[0], &sides[1]);
    [0, 1].map(|side| matching.open(side).map(|k| sides[side][k].clone()).collect())
}

/// What is said about a segment.
struct Report<'r> {
    pair: &'r Pair<'r>,
    index: usize,
    numbers: [&'r [Number]; 2],
}

impl<'r> Report<'r> {
    fn write(&self, left: &Left, out: &mut Findings) {
        let [original, translation] = self.numbers;
        for &(i, j) in &left.changed {
            let (a, b) = (&original[i], &translation[j]);
            let (there, here) = (self.text(Side::Original, a), self.text(Side::Translation, b));
            let message = match (a.units.first(), b.units.first()) {
                // The unit stands elsewhere: "5 to 10 cm".
                (Some(u), Some(v)) if there == here => {
                    format!("the original has {there} ({}), the translation {here} ({})", u.name, v.name)
                }
                _ => format!("the original has {there}, the translation {here}"),
            };
            self.add(Side::Translation, b, severity(a, b), message, out);
        }
        for number in firsts(left.extra.iter().map(|&j| &translation[j])) {
            let message = format!("{} does not stand in the original", self.text(Side::Translation, number));
            self.add(Side::Translation, number, Severity::Minor, message, out);
        }
        let missing = left.missing.iter().map(|&i| &original[i]).filter(|n| !self.is_dateline(n));
        for number in firsts(missing) {
            let message = format!("{} does not stand in the translation", self.text(Side::Original, number));
            self.add(Side::Original, number, Severity::Minor, message, out);
        }
    }

    /// A date in figures at the head of the document: nothing that a translator renders.
    fn is_dateline(&self, number: &Number) -> bool {
        self.index == 0 && number.first <= 1 && number.last >= number.first + 4
    }

    fn passage(&self, side: Side) -> &Passage<'r> {
        self.pair.segments[self.index].side(side)
    }

    /// The number with its unit, a sign of money before it included.
    fn text(&self, side: Side, number: &Number) -> &'r str {
        let passage = self.passage(side);
        let is_behind_money = number.end == number.last && number.units.iter().any(|u| u.quantity == "money");
        let first = number.first - usize::from(is_behind_money && number.first > 0);
        passage.between(&passage.tokens[first], &passage.tokens[number.end])
    }

    fn add(&self, side: Side, number: &Number, severity: Severity, message: String, out: &mut Findings) {
        let tokens = self.passage(side).tokens;
        let normal = tokens[number.first].start as usize..tokens[number.last].end as usize;
        out.add(severity, (self.index, side), normal, message);
    }
}

/// Without the further parts of a date.
fn firsts<'n>(numbers: impl Iterator<Item = &'n Number>) -> Vec<&'n Number> {
    let mut firsts: Vec<&Number> = numbers.collect();
    firsts.dedup_by_key(|n| (n.first, n.last));
    firsts
}

/// Words for numbers are less sure than digits, and a rounded figure is less than another one.
fn severity(a: &Number, b: &Number) -> Severity {
    let is_word = a.kind == Kind::Words || b.kind == Kind::Words;
    if is_word || is_rounded(a, b) { Severity::Minor } else { Severity::Major }
}

/// One is the other with fewer digits, at most 3 % off, or 10 % in measures; years and times of the day are not rounded.
fn is_rounded(a: &Number, b: &Number) -> bool {
    let is_year = |n: &Number| (1100.0..2100.0).contains(&n.values[0]) && n.values[0].fract() == 0.0;
    let is_clock = |n: &Number| n.units.iter().any(|u| u.quantity == "clock");
    let is_roundable = |n: &Number| !is_year(n) && !is_clock(n);
    let most = if are_measures(a, b) { 0.1 } else { 0.03 };
    is_round_for(a, b, most) && (is_roundable(a) || is_roundable(b))
}
