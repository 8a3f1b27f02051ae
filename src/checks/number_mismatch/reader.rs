//! The numbers of a passage: digits, words, months, each with its unit.

use super::lexicon::{Lexicon, Meaning};
use super::notation::notation;
use super::spoken::Pile;
use super::units::{Unit, is_square, squared, units, whole};
use crate::checks::traits::{NUMBER, Traits};
use crate::text::Passage;
use crate::text::words::{Kind as TokenKind, Token, Words};

/// How a number is written, and so how much it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Digits,
    Words,
    /// A month's name.
    Month,
    /// Digits in a name: "COVID-19", "A4".
    Code,
    /// May be a number; answers one, and is never missed itself.
    Soft,
}

/// A number with every value that it may have, the likeliest first.
#[derive(Debug, Clone)]
pub(super) struct Number {
    pub(super) kind: Kind,
    pub(super) values: Vec<f64>,
    /// Runs of digits, where there are several; the fraction that an ordinal in words may be.
    pub(super) parts: Vec<f64>,
    pub(super) units: Vec<Unit>,
    /// What "million" and the like multiply it by.
    pub(super) scale: f64,
    /// First and last token, and the last one of its unit.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) end: usize,
}

/// Reads every number of the passage.
pub(super) fn read(passage: &Passage, words: &Words, traits: &[Traits], language: &str) -> Vec<Number> {
    let reader = Reader { passage, words, traits, tokens: passage.tokens, lexicon: Lexicon::of(language) };
    let (mut numbers, mut k) = (Vec::new(), 0);
    while let Some(next) = reader.tokens[k..].iter().position(|token| reader.may_begin_with(token)) {
        k += next;
        let before = numbers.len();
        reader.number_at(k, &mut numbers);
        k = numbers[before..].iter().map(|n| n.end + 1).max().unwrap_or(k + 1);
    }
    reader.join_fractions(&mut numbers);
    reader.join_dates(&mut numbers);
    reader.join_units(&mut numbers);
    reader.share_units(&mut numbers);
    numbers
}

/// A passage that is read.
pub(super) struct Reader<'p> {
    passage: &'p Passage<'p>,
    words: &'p Words,
    pub(super) traits: &'p [Traits],
    pub(super) tokens: &'p [Token],
    pub(super) lexicon: Option<&'static Lexicon>,
}

impl Reader<'_> {
    pub(super) fn word(&self, k: usize) -> &str {
        self.tokens.get(k).map_or("", |t| self.words.text(t.word))
    }

    pub(super) fn text(&self, first: usize, last: usize) -> &str {
        self.passage.between(&self.tokens[first], &self.tokens[last])
    }

    pub(super) fn touches(&self, k: usize) -> bool {
        k > 0 && k < self.tokens.len() && self.tokens[k - 1].end == self.tokens[k].start
    }

    pub(super) fn is_digits(&self, k: usize) -> bool {
        self.tokens.get(k).is_some_and(|t| t.kind == TokenKind::Number)
    }

    fn may_begin_with(&self, token: &Token) -> bool {
        match token.kind {
            TokenKind::Number => true,
            TokenKind::Symbol => false,
            // A Roman numeral has a capital.
            TokenKind::Word | TokenKind::Han => {
                token.capital || self.traits[token.word as usize] & NUMBER != 0
            }
        }
    }

    fn number_at(&self, k: usize, numbers: &mut Vec<Number>) {
        match self.tokens[k].kind {
            TokenKind::Number => self.digits_at(k, numbers),
            TokenKind::Symbol => {}
            TokenKind::Word | TokenKind::Han => numbers.extend(self.words_at(k)),
        }
    }

    fn digits_at(&self, k: usize, numbers: &mut Vec<Number>) {
        let last = self.end_of_digits(k);
        let read = notation(self.text(k, last));
        let number = |values| Number {
            kind: if self.is_part_of_a_name(k) { Kind::Code } else { Kind::Digits },
            values,
            parts: Vec::new(),
            units: Vec::new(),
            scale: 1.0,
            first: k,
            last,
            end: last,
        };
        if read.values.is_empty() {
            numbers.extend(read.parts.into_iter().map(|part| number(vec![part])));
            return;
        }
        let parts = if read.parts.len() > 1 { read.parts } else { Vec::new() };
        let mut found = Number { parts, ..number(read.values) };
        if self.word(last + 1) == "月" && found.values[0] <= 12.0 {
            (found.kind, found.end) = (Kind::Month, last + 1);
        } else if found.kind == Kind::Digits {
            self.scale_digits(&mut found);
            self.add_units(&mut found, read.is_clock);
        }
        numbers.push(found);
    }

    /// `A4`, `COVID-19`: digits that a letter precedes without a space belong to a name, unless it is a currency's
    /// code or a script without spaces or case.
    fn is_part_of_a_name(&self, k: usize) -> bool {
        let cased = |b: usize| {
            let text = self.text(b, b);
            self.tokens[b].kind == TokenKind::Word
                && text.ends_with(|c: char| c.is_lowercase() || c.is_uppercase())
        };
        if !self.touches(k) {
            return false;
        }
        let is_money = units(self.word(k - 1)).iter().any(|u| u.quantity == "money");
        let behind_hyphen = self.word(k - 1) == "-" && k > 1 && self.touches(k - 1) && cased(k - 2);
        (cased(k - 1) && !is_money) || (behind_hyphen && self.tokens[k - 2].capital)
    }

    /// Last token of the digits that begin with token `k`: joined by one mark, or by a space before three.
    fn end_of_digits(&self, k: usize) -> usize {
        let length = |k: usize| (self.tokens[k].end - self.tokens[k].start) as usize;
        let mut end = k;
        loop {
            let is_spaced = self.is_digits(end + 1)
                && self.passage.gap(&self.tokens[end], &self.tokens[end + 1]) == " "
                && ((length(end + 1) == 3 && length(k) <= 3)
                    || matches!(self.word(end + 1), "½" | "¼" | "¾"));
            let is_marked = matches!(self.word(end + 1), "." | "," | ":" | "'" | "/" | "٫" | "٬")
                && self.touches(end + 1)
                && self.is_digits(end + 2)
                && self.touches(end + 2);
            end += match (is_spaced, is_marked) {
                (true, _) => 1,
                (_, true) => 2,
                _ => return end,
            };
        }
    }

    /// "2.25 billion", "37 mil millones", "6億4900万".
    fn scale_digits(&self, number: &mut Number) {
        let Some(lexicon) = self.lexicon else { return };
        let mut pile = Pile::of(vec![number.values[0]]);
        let mut k = number.last + 1;
        while k < self.tokens.len() {
            let meaning = self.tokens[k].is_letters().then(|| lexicon.meaning(self.word(k))).flatten();
            let is_vague = matches!(self.word(k), "多" | "余" | "餘" | "数");
            let taken = match meaning {
                None if is_vague && matches!(lexicon.meaning(self.word(k + 1)), Some(Meaning::Scale(_))) => {
                    k += 1;
                    continue;
                }
                Some(scale @ Meaning::Scale(_)) => !self.is_prefix(k) && pile.take(scale, false),
                Some(Meaning::Glue) if self.is_half(lexicon, k) => {
                    k += 1;
                    pile.take(Meaning::Half, true)
                }
                _ => {
                    self.is_digits(k)
                        && self.tokens[k - 1].kind == TokenKind::Han
                        && pile.values.last() >= Some(&1e4)
                        && {
                            let end = self.end_of_digits(k);
                            let values = notation(self.text(k, end)).values;
                            k = end;
                            values.first().is_some_and(|&v| v < 1e4 && pile.add(v))
                        }
                }
            };
            if !taken {
                break;
            }
            // "4 m" may be metres: that unit is read behind the plain number, which may still be four million.
            let is_letter = self.word(k).chars().count() == 1 && self.tokens[k].kind == TokenKind::Word;
            if is_letter && !units(self.word(k)).is_empty() {
                number.values.push(pile.total());
                number.end = number.last;
                return;
            }
            number.last = k;
            if is_letter && number.values[0] > 0.0 {
                let plain = std::mem::replace(&mut number.values, vec![pile.total()]);
                number.scale = pile.total() / plain[0];
                number.values.extend(plain);
                number.end = k;
                return;
            }
            k += 1;
        }
        number.end = number.last;
        if number.values[0] > 0.0 {
            number.scale = pile.total() / number.values[0];
            let whole = pile.total();
            number.values[0] = whole;
            number.values.iter_mut().skip(1).for_each(|v| *v *= number.scale);
        }
    }

    /// The thousand of a kilowatt, a kilogram, a kilometre.
    pub(super) fn is_prefix(&self, k: usize) -> bool {
        self.word(k) == "千" && matches!(self.word(k + 1), "瓦" | "克" | "米" | "卡" | "赫" | "伏")
    }

    pub(super) fn is_half(&self, lexicon: &Lexicon, glue: usize) -> bool {
        let is_glue = |k| lexicon.meaning(self.word(k)) == Some(Meaning::Glue);
        let half = glue + 1 + usize::from(is_glue(glue + 1));
        half == glue + 1 && lexicon.meaning(self.word(half)) == Some(Meaning::Half)
    }

    pub(super) fn add_units(&self, number: &mut Number, is_clock: bool) {
        let before = number.first.checked_sub(1).map(|b| units(self.word(b))).unwrap_or_default();
        number.units = before.into_iter().filter(|u| u.quantity == "money").collect();
        if number.units.is_empty() {
            self.units_behind(number);
        }
        if is_clock && number.units.is_empty() {
            number.units = units("o'clock");
        }
        self.read_clock(number);
    }

    pub(super) fn units_behind(&self, number: &mut Number) {
        let mut k = number.last + 1;
        k += usize::from(self.word(k) == "-" && self.touches(k));
        if matches!(self.word(k), "a" | "p") && self.word(k + 1) == "." && self.word(k + 2) == "m" {
            number.units = units(if self.word(k) == "a" { "am" } else { "pm" });
            number.end = k + 2;
            return;
        }
        let is_before = is_square(self.word(k)) && !self.is_digits(k);
        k += usize::from(is_before);
        let (mut found, last) = self.unit_at(k);
        if found.is_empty() {
            return;
        }
        (number.end, k) = (last, last);
        if is_before || (is_square(self.word(k + 1)) && (self.touches(k + 1) || !self.is_digits(k + 1))) {
            found = found.into_iter().filter_map(squared).collect();
        }
        let scale_of_degrees =
            if found.iter().any(|u| u.quantity == "degrees") { units(self.word(k + 1)) } else { Vec::new() };
        if scale_of_degrees.iter().any(|u| u.quantity == "degrees") {
            (found, number.end) = (scale_of_degrees, k + 1);
        }
        if number.values[0] >= 1000.0 {
            // A year may stand before the word for years.
            found.retain(|u| u.quantity != "time");
        }
        number.units = found;
    }

    /// The unit that begins with token `k`, in up to three Han characters or two words, and its last token.
    pub(super) fn unit_at(&self, k: usize) -> (Vec<Unit>, usize) {
        let Some(token) = self.tokens.get(k) else { return (Vec::new(), k) };
        let longest = match token.kind {
            TokenKind::Han => 3,
            TokenKind::Word => 2,
            _ => 1,
        };
        for last in (k + 1..(k + longest).min(self.tokens.len())).rev() {
            let mark = if token.kind == TokenKind::Han { "" } else { "_" };
            let words: Vec<&str> = (k..=last).map(|t| self.word(t)).collect();
            let found = whole(&words.join(mark));
            if !found.is_empty() {
                return (found, last);
            }
        }
        (units(self.word(k)), k)
    }

    /// "7h55", "19時30分", "5時半" are hours with minutes; the afternoon counts from twelve. "6-foot-6" is one length.
    fn read_clock(&self, number: &mut Number) {
        let is = |number: &Number, name: &str| number.units.iter().any(|u| u.name == name);
        let next = number.end + 1;
        let minutes = self
            .is_digits(next)
            .then(|| notation(self.text(next, next)).values)
            .and_then(|v| v.first().copied());
        if number.units.iter().any(|u| u.quantity == "clock" && u.name == "hour") && number.values[0] <= 24.0
        {
            let close = number.end > number.last && number.values[0].fract() == 0.0;
            match minutes {
                Some(m) if close && m < 60.0 && self.text(next, next).len() == 2 => {
                    number.values[0] += m / 100.0;
                    number.end = next + usize::from(matches!(self.word(next + 1), "分" | "min" | "мин"));
                }
                _ if close && self.word(next) == "半" => {
                    number.values[0] += 0.3;
                    number.end = next;
                }
                _ => {}
            }
        }
        if is(number, "afternoon") && number.values[0] < 12.0 {
            let plain = number.values[0];
            number.values.insert(0, plain + 12.0);
        }
        if is(number, "foot") && self.word(next) == "-" && self.is_digits(next + 1) {
            let inches = notation(self.text(next + 1, next + 1)).values.first().copied().unwrap_or(12.0);
            if inches < 12.0 {
                number.values.insert(0, number.values[0] + inches / 12.0);
                number.end = next + 1;
            }
        }
    }

    /// "to", "or", "y los", a dash.
    pub(super) fn is_between_numbers(&self, k: usize) -> bool {
        match self.tokens[k].kind {
            TokenKind::Word => self.word(k).chars().count() <= 4,
            TokenKind::Symbol => matches!(self.word(k), "-" | "~" | "〜" | "～" | "/" | "至" | "到"),
            TokenKind::Han => matches!(self.word(k), "至" | "到"),
            TokenKind::Number => false,
        }
    }
}
