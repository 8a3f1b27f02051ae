//! The numbers of a passage: digits, words, months, each with its unit.

use super::lexicon::{Lexicon, Meaning, Teens};
use super::notation::{notation, roman};
use super::units::{Unit, is_square, squared, units, whole};
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
pub(super) fn read(passage: &Passage, words: &Words, language: &str) -> Vec<Number> {
    let reader = Reader { passage, words, tokens: passage.tokens, lexicon: Lexicon::of(language) };
    let (mut numbers, mut k) = (Vec::new(), 0);
    while k < reader.tokens.len() {
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

struct Reader<'p> {
    passage: &'p Passage<'p>,
    words: &'p Words,
    tokens: &'p [Token],
    lexicon: Option<&'static Lexicon>,
}

impl Reader<'_> {
    fn word(&self, k: usize) -> &str {
        self.tokens.get(k).map_or("", |t| self.words.text(t.word))
    }

    fn text(&self, first: usize, last: usize) -> &str {
        self.passage.between(&self.tokens[first], &self.tokens[last])
    }

    fn touches(&self, k: usize) -> bool {
        k > 0 && k < self.tokens.len() && self.tokens[k - 1].end == self.tokens[k].start
    }

    fn is_digits(&self, k: usize) -> bool {
        self.tokens.get(k).is_some_and(|t| t.kind == TokenKind::Number)
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
            number.last = k;
            // "the 4 m" may be metres.
            if self.word(k).chars().count() == 1 && self.tokens[k].kind == TokenKind::Word {
                let plain = number.values.clone();
                number.scale = pile.total() / number.values[0];
                number.values = vec![pile.total()];
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
    fn is_prefix(&self, k: usize) -> bool {
        self.word(k) == "千" && matches!(self.word(k + 1), "瓦" | "克" | "米" | "卡" | "赫" | "伏")
    }

    fn is_half(&self, lexicon: &Lexicon, glue: usize) -> bool {
        let is_glue = |k| lexicon.meaning(self.word(k)) == Some(Meaning::Glue);
        let half = glue + 1 + usize::from(is_glue(glue + 1));
        half == glue + 1 && lexicon.meaning(self.word(half)) == Some(Meaning::Half)
    }

    /// A number in words, a month, or a Roman numeral that begins with token `k`.
    fn words_at(&self, k: usize) -> Option<Number> {
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
        let lexicon = self.lexicon?;
        if let Some((value, last)) = self.han_digits(k) {
            return Some(Number { kind: Kind::Words, values: vec![value], last, end: last, ..number });
        }
        let parts = lexicon.parts(self.word(k));
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
        let digit = |k: usize| {
            let text = self.word(k);
            "〇一二三四五六七八九".chars().position(|c| text.chars().eq([c]))
        };
        let digits: Vec<usize> = (k..self.tokens.len()).map_while(digit).take(18).collect();
        let value = digits.iter().fold(0.0, |all, &d| all * 10.0 + d as f64);
        (digits.len() >= 3).then(|| (value, k + digits.len() - 1))
    }

    fn add_units(&self, number: &mut Number, is_clock: bool) {
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

    fn units_behind(&self, number: &mut Number) {
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
    fn unit_at(&self, k: usize) -> (Vec<Unit>, usize) {
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
    fn is_between_numbers(&self, k: usize) -> bool {
        match self.tokens[k].kind {
            TokenKind::Word => self.word(k).chars().count() <= 4,
            TokenKind::Symbol => matches!(self.word(k), "-" | "~" | "〜" | "～" | "/" | "至" | "到"),
            TokenKind::Han => matches!(self.word(k), "至" | "到"),
            TokenKind::Number => false,
        }
    }

    /// 五分之一 is a fifth, 百分之20 is 20 percent.
    fn join_fractions(&self, numbers: &mut Vec<Number>) {
        for k in (1..numbers.len()).rev() {
            let (under, over) = (&numbers[k - 1], &numbers[k]);
            let is_joined = over.first == under.last + 3
                && self.word(under.last + 1) == "分"
                && self.word(under.last + 2) == "之";
            if is_joined && under.values[0] > 0.0 {
                let is_percent = under.values[0] == 100.0;
                let share = over.values[0] / if is_percent { 1.0 } else { under.values[0] };
                let mut joined = Number { first: under.first, values: vec![share], ..over.clone() };
                joined.kind = if is_percent && joined.kind == Kind::Soft { Kind::Words } else { joined.kind };
                joined.units = if is_percent { whole("%") } else { joined.units };
                numbers[k - 1] = joined;
                numbers.remove(k);
            }
        }
    }

    /// The parts of "2024-03-12" answer by themselves, and are reported as one.
    fn join_dates(&self, numbers: &mut [Number]) {
        let is_joined = |a: &Number, b: &Number| {
            b.first == a.last + 2 && self.text(a.first, b.last).len() <= 7 && {
                self.word(a.last + 1) == "-" && self.touches(a.last + 1) && self.touches(b.first)
            }
        };
        for k in 2..numbers.len() {
            let [year, month, day] = [k - 2, k - 1, k].map(|n| numbers[n].clone());
            let is_date = year.values[0] >= 1000.0 && month.values[0] <= 12.0 && day.values[0] <= 31.0;
            if is_date && is_joined(&year, &month) && is_joined(&month, &day) {
                for part in &mut numbers[k - 2..=k] {
                    (part.first, part.last, part.end) = (year.first, day.last, day.last);
                }
            }
        }
    }

    /// "1 m 82 cm", "5 feet 6 inches": one quantity in two units.
    fn join_units(&self, numbers: &mut Vec<Number>) {
        for k in (1..numbers.len()).rev() {
            let (one, next) = (&numbers[k - 1], &numbers[k]);
            let smaller =
                one.units.iter().flat_map(|u| next.units.iter().map(move |v| (u, v))).find(|(u, v)| {
                    u.quantity == v.quantity && v.size > 0.0 && v.size < u.size && u.quantity != "area"
                });
            let is_and = |k| self.lexicon.is_some_and(|l| l.meaning(self.word(k)) == Some(Meaning::Glue));
            let is_beside = next.first == one.end + 1 || (next.first == one.end + 2 && is_and(one.end + 1));
            let is_beside = is_beside && one.end > one.last && next.end > next.last;
            let Some((u, v)) = smaller.filter(|_| is_beside) else { continue };
            let minor = next.values[0];
            let (value, unit, end) = (one.values[0] + next.values[0] * v.size / u.size, *u, next.end);
            if next.values[0] * v.size < u.size && one.values[0].fract() == 0.0 {
                let joined = &mut numbers[k - 1];
                // 3 minutes and 35 seconds are 3:35.
                let as_clock = joined.values[0] + minor / 100.0;
                (joined.values, joined.units, joined.end) = (vec![value], vec![unit], end);
                if unit.quantity == "time" {
                    joined.values.push(as_clock);
                }
                joined.last = end;
                numbers.remove(k);
            }
        }
    }

    /// In "2 to 4 inches" and "5 or 6 million" the first number has the unit of the second, and may have its scale.
    fn share_units(&self, numbers: &mut [Number]) {
        for k in (1..numbers.len()).rev() {
            let (before, after) = numbers.split_at_mut(k);
            let (one, next) = (&mut before[k - 1], &after[0]);
            let is_range = next.first > one.end
                && next.first - one.end <= 3
                && (one.end + 1..next.first).all(|t| self.is_between_numbers(t));
            if !is_range || one.kind == Kind::Soft || next.kind == Kind::Soft {
                continue;
            }
            if one.units.is_empty()
                && !next.units.iter().any(|u| u.quantity == "money" && next.end == next.last)
            {
                one.units.clone_from(&next.units);
            }
            if one.scale == 1.0 && next.scale > 1.0 && one.end == one.last {
                one.values.push(one.values[0] * next.scale);
            }
        }
    }
}

/// Measure words: a Han numeral before one is a number, and no part of a name.
const COUNTERS: &[&str] = &[
    "个", "個", "名", "人", "次", "位", "岁", "歳", "家", "种", "種", "条", "张", "台", "つ", "回", "件",
    "所",
];

/// What the words of a number have said so far: numbers to be added up, the last ones not yet multiplied.
#[derive(Default)]
struct Pile {
    values: Vec<f64>,
    teens: Teens,
}

impl Pile {
    fn of(values: Vec<f64>) -> Self {
        Pile { values, teens: Teens::Own }
    }

    fn total(&self) -> f64 {
        self.values.iter().sum()
    }

    fn add(&mut self, value: f64) -> bool {
        self.values.push(value);
        true
    }

    fn take_all(&mut self, parts: &[Meaning]) -> bool {
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

    fn take(&mut self, meaning: Meaning, glued: bool) -> bool {
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
        let keep = self.values.iter().rposition(|&v| v >= factor).map_or(0, |k| k + 1);
        let sum: f64 = self.values.drain(keep..).sum();
        self.values.push(if sum > 0.0 { sum * factor } else { factor });
        true
    }
}
