//! Numbers in words, in Han characters and in Roman numerals.

use super::lexicon::{Lexicon, Meaning, Teens};
use super::notation::roman;
use super::reader::{Kind, Number, Reader};
use crate::checks::traits::NUMBER;
use crate::text::words::Kind as TokenKind;

impl Reader<'_> {
    /// A number in words, a month, or a Roman numeral that begins with token `k`.
    pub(super) fn words_at(&self, k: usize) -> Option<Number> {
        let mut number = Number {
            kind: Kind::Soft,
            values: Vec::new(),
            parts: Vec::new(),
            units: Vec::new(),
            scale: 1.0,
            first: k,
            last: k,
            end: k,
        };
        let token = &self.tokens[k];
        if let Some(value) = token.capital.then(|| roman(self.text(k, k))).flatten() {
            number.values.push(value);
            return Some(number);
        }
        let lexicon = self.lexicon.filter(|_| self.traits[token.word as usize] & NUMBER != 0)?;
        if let Some((value, last)) = self.han_digits(k) {
            return Some(Number { kind: Kind::Words, values: vec![value], last, end: last, ..number });
        }
        let parts = lexicon.parts(self.word(k));
        if parts.is_empty() {
            return None;
        }
        let parts = parts.strip_prefix(&[Meaning::Glue]).unwrap_or(&parts);
        if let [Meaning::Month(month, is_certain)] = parts {
            let is_beside = (k > 0
                && (self.is_digits(k - 1) || self.word(k - 1) == "." && k > 1 && self.is_digits(k - 2)))
                || self.is_digits(k + 1);
            let kind = if is_beside || *is_certain { Kind::Month } else { Kind::Soft };
            return Some(Number { kind, values: vec![*month], ..number });
        }
        let mut pile = Pile { teens: lexicon.teens(), ..Pile::default() };
        let taken = pile.take_all(parts);
        if !taken {
            return None;
        }
        number.kind = match parts {
            [Meaning::Soft(_) | Meaning::Scale(_) | Meaning::Half] => Kind::Soft,
            _ if token.kind == TokenKind::Han => Kind::Soft,
            _ => Kind::Words,
        };
        let may_go_on = !matches!(parts, [Meaning::Soft(v)] if *v > 2.0) && !matches!(parts, [Meaning::Half]);
        while let Some(last) = self.goes_on(lexicon, &mut pile, number.last).filter(|_| may_go_on) {
            number.last = last;
            number.kind = Kind::Words;
        }
        number.end = number.last;
        number.values.push(pile.total());
        if let [Meaning::Plain(v)] = parts
            && number.last == k
            && *v >= 3.0
            && *v <= 10.0
        {
            // A third is also the third.
            number.parts = vec![1.0 / v];
        }
        self.add_units(&mut number, false);
        let is_counted = number.end > number.last || COUNTERS.contains(&self.word(number.last + 1));
        if token.kind == TokenKind::Han && is_counted && matches!(parts, [Meaning::Plain(_)]) {
            number.kind = Kind::Words;
        }
        Some(number)
    }

    /// Takes the next word of a number in words, over a hyphen or up to two words like "and".
    fn goes_on(&self, lexicon: &Lexicon, pile: &mut Pile, last: usize) -> Option<usize> {
        let mut k = last + 1;
        if self.word(k) == "-" {
            k += 1;
        }
        let mut glued = false;
        while k <= last + 2 && lexicon.meaning(self.word(k)) == Some(Meaning::Glue) {
            (k, glued) = (k + 1, true);
        }
        if !self.tokens.get(k)?.is_letters() {
            return None;
        }
        let parts = lexicon.parts(self.word(k));
        let (parts, glued) = match parts.strip_prefix(&[Meaning::Glue]) {
            Some(rest) => (rest, true),
            None => (&parts[..], glued),
        };
        let is_number = match parts {
            [Meaning::Half] => glued || !lexicon.has_glue(),
            [part] => !glued || !matches!(part, Meaning::Scale(_)),
            _ => !parts.is_empty(),
        };
        (is_number && pile.take_glued(parts, glued)).then_some(k)
    }

    /// At least three Han digits in a row are a figure: 一九九八.
    fn han_digits(&self, k: usize) -> Option<(f64, usize)> {
        let digit = |k: usize| han_digit(self.word(k));
        let digits: Vec<usize> = (k..self.tokens.len()).map_while(digit).take(18).collect();
        let value = digits.iter().fold(0.0, |all, &d| all * 10.0 + d as f64);
        (digits.len() >= 3).then(|| (value, k + digits.len() - 1))
    }
}

/// The words with which a number may begin in a language.
pub struct Starts(Option<&'static Lexicon>);

impl Starts {
    pub fn of(language: &str) -> Starts {
        Starts(Lexicon::of(language))
    }

    pub fn hold(&self, word: &str) -> bool {
        self.0.is_some_and(|lexicon| han_digit(word).is_some() || !lexicon.parts(word).is_empty())
    }
}

/// Digits of a figure in Han characters, of three bytes each.
const HAN_DIGITS: &str = "〇一二三四五六七八九";

/// The value of a word that is a Han digit.
fn han_digit(word: &str) -> Option<usize> {
    if word.len() == 3 { HAN_DIGITS.find(word).map(|at| at / 3) } else { None }
}

/// Measure words: a Han numeral before one is a number, and no part of a name.
const COUNTERS: &[&str] = &[
    "个", "個", "名", "人", "次", "位", "岁", "歳", "家", "种", "種", "条", "张", "台", "つ", "回", "件",
    "所",
];

/// Summands that a number has at most: "one hundred thousand one hundred thousand …" is no number. The longest that is
/// one has nine (a billion and so on, down to the ones).
const MOST_PARTS: usize = 20;

/// What the words of a number have said so far: numbers to be added up, the last ones not yet multiplied.
#[derive(Default)]
pub(super) struct Pile {
    pub(super) values: Vec<f64>,
    teens: Teens,
}

impl Pile {
    pub(super) fn of(values: Vec<f64>) -> Self {
        Pile { values, teens: Teens::Own }
    }

    pub(super) fn total(&self) -> f64 {
        self.values.iter().sum()
    }

    pub(super) fn add(&mut self, value: f64) -> bool {
        let fits = self.values.len() < MOST_PARTS;
        if fits {
            self.values.push(value);
        }
        fits
    }

    pub(super) fn take_all(&mut self, parts: &[Meaning]) -> bool {
        self.take_glued(parts, false)
    }

    fn take_glued(&mut self, parts: &[Meaning], mut glued: bool) -> bool {
        let before = self.values.clone();
        for &part in parts {
            if part == Meaning::Glue {
                glued = true;
            } else if self.take(part, glued) {
                glued = false;
            } else {
                self.values = before;
                return false;
            }
        }
        !parts.is_empty()
    }

    pub(super) fn take(&mut self, meaning: Meaning, glued: bool) -> bool {
        match meaning {
            Meaning::Plain(value) => self.plain(value, glued),
            Meaning::Soft(value) => (self.values.is_empty() || value <= 2.0) && self.plain(value, glued),
            Meaning::Scale(factor) => self.multiply(factor),
            Meaning::Half => {
                match self.values.last_mut() {
                    Some(top) => *top += 0.5,
                    None => self.values.push(0.5),
                }
                true
            }
            Meaning::Glue | Meaning::Month(..) => false,
        }
    }

    /// Tens before ones, hundreds before both; ones before tens with "and" between them; French 60 + 12, 4 × 20.
    fn plain(&mut self, value: f64, glued: bool) -> bool {
        let teens = self.teens;
        let Some(top) = self.values.last_mut() else { return self.add(value) };
        let (is_one, is_ten) = (value < 10.0, (20.0..100.0).contains(&value) && value % 10.0 == 0.0);
        if value == 20.0 && *top == 4.0 && !glued {
            *top = 80.0;
            return true;
        }
        let fits = value > 0.0
            && match *top {
                top if top < 10.0 && value == 10.0 => teens == Teens::OnesFirst,
                top if top < 10.0 => is_ten && glued,
                10.0 => is_one && !glued && (value >= 6.0 || teens == Teens::TenFirst),
                top if top < 100.0 => {
                    top % 10.0 == 0.0 && (is_one || ((top == 60.0 || top == 80.0) && value < 20.0))
                }
                top if top < 1000.0 => value < 100.0 && top % 100.0 == 0.0,
                top => value < 1000.0 && top % 1000.0 == 0.0,
            };
        fits && self.add(value)
    }

    /// Multiplies all that is smaller than the factor; "mil" alone is 1000.
    fn multiply(&mut self, factor: f64) -> bool {
        if self.values.len() == MOST_PARTS {
            return false;
        }
        let keep = self.values.iter().rposition(|&v| v >= factor).map_or(0, |k| k + 1);
        let sum: f64 = self.values.drain(keep..).sum();
        self.values.push(if sum > 0.0 { sum * factor } else { factor });
        true
    }
}
