//! Number mismatch: a number that the two sides do not share.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::words::{Kind, Token, Words};

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

impl Check for NumberMismatch {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.lacks(Side::Original) || segment.lacks(Side::Translation) {
            return;
        }
        let missing = unmatched(pair, index, Side::Original);
        let extra = unmatched(pair, index, Side::Translation);
        for (k, number) in extra.iter().enumerate() {
            let (severity, message) = match missing.get(k) {
                Some(there) => (
                    Severity::Major,
                    format!("the original has {}, the translation {}", there.text, number.text),
                ),
                None if number.is_small() => continue,
                None => (Severity::Minor, format!("{} does not stand in the original", number.text)),
            };
            out.add(severity, (index, Side::Translation), number.normal.clone(), message);
        }
        for number in missing.iter().skip(extra.len()).filter(|n| !n.is_small()) {
            let message = format!("{} does not stand in the translation", number.text);
            out.add(Severity::Minor, (index, Side::Original), number.normal.clone(), message);
        }
    }
}

/// Numbers up to here are often written as words or left to grammar ("the 1st", "on 3 March" as a month's number).
const SMALL: f64 = 12.0;

/// A number as it stands in a text, with every value that its notation may mean.
#[derive(Debug, Clone, PartialEq)]
struct Number {
    normal: Range<usize>,
    text: String,
    values: Vec<f64>,
    /// What a word like "million" after it multiplies it by.
    scale: Option<f64>,
    /// Its runs of digits: day, month and year of a date.
    parts: Vec<f64>,
}

impl Number {
    fn is_small(&self) -> bool {
        self.scale.is_none() && self.values.iter().all(|&v| v <= SMALL)
    }

    /// With a scale word on both sides, or none, the scaled values count; where one side alone has such a word it
    /// may stand for part of the other's digits, or be one that we don't know in the other language.
    fn may_equal(&self, other: &Number) -> bool {
        let any =
            |f: f64, g: f64| self.values.iter().any(|v| other.values.iter().any(|w| same(v * f, w * g)));
        match (self.scale, other.scale) {
            (Some(f), Some(g)) => any(f, g),
            (f, g) => any(1.0, 1.0) || any(f.unwrap_or(1.0), g.unwrap_or(1.0)),
        }
    }

    /// Day, month and year in figures: nothing else has three parts and no value of its own.
    fn is_date(&self) -> bool {
        self.parts.len() == 3 && self.values.len() == 1
    }

    /// A date whose parts stand among these numbers, but for what may be a month's name.
    fn is_in_parts_among(&self, others: &[Number]) -> bool {
        let found =
            |part: f64| others.iter().any(|o| o.values.iter().chain(&o.parts).any(|v| same(*v, part)));
        let named = self.parts.iter().filter(|&&p| !found(p)).count();
        self.is_date() && named <= 1 && self.parts.iter().all(|&p| found(p) || p <= SMALL)
    }

    /// One of the parts of a date among these.
    fn is_part_of_date(&self, others: &[Number]) -> bool {
        let dates = others.iter().filter(|o| o.is_date());
        dates.flat_map(|o| &o.parts).any(|p| self.values.iter().any(|v| same(*v, *p)))
    }
}

/// Equal up to what scaling by a power of ten may leave; dates as one figure reach 10^10 and must stay apart.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// A segment of more numbers is a table on one line: all against all would take too long.
const MOST_NUMBERS: usize = 1000;

/// Numbers in digits on one side that the other side has neither in digits nor in words, in this segment or next
/// to it (a sentence may be aligned one off).
fn unmatched(pair: &Pair, index: usize, side: Side) -> Vec<Number> {
    let own = numbers(pair.segments[index].side(side), pair.words, pair.language(side));
    if own.is_empty() || own.len() > MOST_NUMBERS {
        return Vec::new();
    }
    let other_side = side.other();
    let language = pair.language(other_side);
    let there = pair.segments[index].side(other_side);
    let mut others = numbers(there, pair.words, language);
    let mut left = Vec::new();
    for number in own {
        match others.iter().position(|o| number.may_equal(o)) {
            Some(k) => drop(others.swap_remove(k)),
            None => left.push(number),
        }
    }
    let around = index.saturating_sub(1)..(index + 2).min(pair.segments.len());
    let nearby: Vec<Number> = around
        .filter(|&k| k != index)
        .flat_map(|k| numbers(pair.segments[k].side(other_side), pair.words, language))
        .collect();
    let all_there = numbers(there, pair.words, language);
    left.retain(|n| {
        !n.is_part_of_date(&all_there)
            && !n.is_in_parts_among(&all_there)
            && !is_in_words(n, there, pair.words, language)
            && !nearby.iter().any(|o| n.may_equal(o))
    });
    left
}

/// Numbers in digits, each with the values it may mean: `1.250` is 1250 or 1.25, `3 million` is 3 or 3,000,000.
fn numbers(passage: &Passage, words: &Words, language: &str) -> Vec<Number> {
    let tokens = passage.tokens;
    let mut found = Vec::new();
    let mut k = 0;
    while k < tokens.len() {
        if tokens[k].kind != Kind::Number || is_part_of_a_name(passage, k) {
            k += 1;
            continue;
        }
        let end = end_of_number(passage, words, k);
        let digits = passage.between(&tokens[k], &tokens[end]);
        let (values, parts) = (values(digits), parts(digits));
        let scale = tokens.get(end + 1).and_then(|t| scale(words.text(t.word), language));
        let last = &tokens[end + usize::from(scale.is_some())];
        let normal = tokens[k].start as usize..last.end as usize;
        let text = passage.between(&tokens[k], last).to_string();
        if !values.is_empty() {
            found.push(Number { normal, text, values, scale, parts });
        }
        k = end + 1;
    }
    found
}

/// `A4`, `U2`, `COVID-19`: digits that a letter precedes without a space belong to a name, unless it is a currency's
/// code or a script without spaces.
fn is_part_of_a_name(passage: &Passage, k: usize) -> bool {
    let Some(before) = k.checked_sub(1).map(|b| &passage.tokens[b]) else { return false };
    let touches = before.end == passage.tokens[k].start;
    let hyphen = passage.between(before, before) == "-";
    let latin = |t: &Token| {
        t.kind == Kind::Word
            && passage.between(t, t).ends_with(|c: char| c.is_lowercase() || c.is_uppercase())
    };
    let letter = |t: &Token| latin(t) && !CURRENCIES.contains(&passage.between(t, t));
    let behind_hyphen = || {
        let name = k.checked_sub(2).map(|n| &passage.tokens[n]);
        name.is_some_and(|t| latin(t) && t.capital && t.end == before.start)
    };
    touches && (letter(before) || (hyphen && behind_hyphen()))
}

/// Last token of the number that begins with token `k`: digits joined by one mark, or by a space before three.
fn end_of_number(passage: &Passage, words: &Words, k: usize) -> usize {
    let tokens = passage.tokens;
    let digits = |t: &Token| (t.end - t.start) as usize;
    let mut end = k;
    loop {
        let spaced = tokens.get(end + 1).filter(|t| {
            t.kind == Kind::Number
                && passage.gap(&tokens[end], t) == " "
                && digits(t) == 3
                && digits(&tokens[k]) <= 3
        });
        let marked = tokens.get(end + 1..end + 3).filter(|pair| {
            let mark = matches!(words.text(pair[0].word), "." | "," | ":" | "'");
            mark && pair[1].kind == Kind::Number
                && pair[0].start == tokens[end].end
                && pair[1].start == pair[0].end
        });
        end += match (spaced, marked) {
            (Some(_), _) => 1,
            (_, Some(_)) => 2,
            _ => return end,
        };
    }
}

/// Every value that a notation may mean. Marks before three digits may group; the last one may be decimal; any may
/// part hours from minutes or days from months, so the parts as one figure in base 10,000 are a value too.
fn values(text: &str) -> Vec<f64> {
    let plain = in_plain_digits(text);
    let groups: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).collect();
    let marks: Vec<char> = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let number = |s: String| s.parse::<f64>().ok();
    let mut values = Vec::new();
    let grouping = groups.iter().skip(1).all(|g| g.len() == 3) && marks.iter().all(|&m| m != ':');
    if grouping {
        values.extend(number(groups.concat()));
    }
    if let ([.., last], [.., mark]) = (&groups[..], &marks[..]) {
        let whole_groups = groups[1..groups.len() - 1].iter().all(|g| g.len() == 3);
        let other_mark = marks[..marks.len() - 1].iter().all(|m| m != mark);
        if matches!(mark, '.' | ',') && whole_groups && other_mark {
            values.extend(number(format!("{}.{last}", groups[..groups.len() - 1].concat())));
        }
        let parts = parts(text);
        values.push(parts.iter().fold(0.0, |all, part| all * 10_000.0 + part));
        if let ([hour, 0.0], ':') = (&parts[..], *mark) {
            // 15:00 is also 15 o'clock and 3 p.m.
            values.extend([*hour, hour % 12.0]);
        } else if let ([hour, minutes], ':') = (&parts[..], *mark) {
            values.push(hour % 12.0 * 10_000.0 + minutes);
        }
    }
    values
}

/// The runs of digits.
fn parts(text: &str) -> Vec<f64> {
    in_plain_digits(text).split(|c: char| !c.is_ascii_digit()).filter_map(|g| g.parse().ok()).collect()
}

fn in_plain_digits(text: &str) -> String {
    text.chars().map(|c| digit(c).map_or(c, |d| char::from(b'0' + d))).collect()
}

/// The value of a decimal digit of any of the scripts that news text is written in.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 16] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0x1040, 0xff10,
    ];
    let code = u32::from(c);
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

const CURRENCIES: [&str; 9] = ["EUR", "USD", "GBP", "CHF", "JPY", "CNY", "RUB", "Rs", "INR"];

#[derive(Default)]
struct NumberWords {
    values: Vec<(&'static str, f64)>,
    scales: Vec<(&'static str, f64)>,
}

static NUMBER_WORDS: LazyLock<BTreeMap<&'static str, NumberWords>> = LazyLock::new(|| {
    let mut lists: BTreeMap<&str, NumberWords> = BTreeMap::new();
    for line in include_str!("number_words.txt").lines().filter(|l| !l.starts_with('#')) {
        let Some((language, entries)) = line.split_once('\t') else { continue };
        let list = lists.entry(language).or_default();
        for (word, value) in entries.split(' ').filter_map(|e| e.split_once('=')) {
            let (scales, digits) = value.strip_prefix('x').map_or((false, value), |v| (true, v));
            if let Ok(value) = digits.parse() {
                list.values.push((word, value));
                if scales {
                    list.scales.push((word, value));
                }
            }
        }
    }
    lists
});

fn matches_entry(word: &str, entry: &str) -> bool {
    entry.strip_suffix('*').map_or(word == entry, |stem| word.starts_with(stem))
}

fn scale(word: &str, language: &str) -> Option<f64> {
    let list = NUMBER_WORDS.get(language)?;
    list.scales.iter().find(|(entry, _)| matches_entry(word, entry)).map(|&(_, value)| value)
}

/// The other side says the number in words.
fn is_in_words(number: &Number, passage: &Passage, words: &Words, language: &str) -> bool {
    let Some(list) = NUMBER_WORDS.get(language) else { return number.is_small() };
    let fitting: Vec<&str> = list
        .values
        .iter()
        .filter(|(_, v)| number.values.iter().any(|n| same(*n, *v)))
        .map(|&(w, _)| w)
        .collect();
    let letters: Vec<&str> =
        passage.tokens.iter().filter(|t| t.is_letters()).map(|t| words.text(t.word)).collect();
    let value =
        |word: &str| list.values.iter().find(|(entry, _)| matches_entry(word, entry)).map(|&(_, v)| v);
    let compound = |pair: &[&str]| match (value(pair[0]), value(pair[1])) {
        (Some(tens), Some(unit)) if (20.0..100.0).contains(&tens) && unit < 10.0 => {
            number.values.contains(&(tens + unit))
        }
        _ => false,
    };
    letters.iter().any(|word| fitting.iter().any(|entry| matches_entry(word, entry)))
        || letters.windows(2).any(compound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notation_may_mean_several_values() {
        assert_eq!(values("1.250")[..2], [1250.0, 1.25]);
        assert_eq!(values("1 250,5")[0], 1250.5);
        assert_eq!(values("12,5")[0], 12.5);
        assert_eq!(values("1,250,000")[0], 1_250_000.0);
        assert_eq!(values("٢٠٢٤"), [2024.0]);
        assert_eq!(values("14:30"), [140_030.0, 20_030.0]);
        assert_eq!(values("15:00"), [150_000.0, 15.0, 3.0]);
        assert_eq!(values("14.30")[1], 140_030.0);
    }

    #[test]
    fn days_and_years_of_dates_are_told_apart() {
        assert!(!same(values("12.03.2024")[0], values("12.03.2025")[0]));
        assert!(!values("2.4").iter().any(|a| values("2.7").iter().any(|b| same(*a, *b))));
    }

    #[test]
    fn words_for_numbers_are_known_by_language() {
        assert_eq!(scale("millionen", "de"), Some(1e6));
        assert_eq!(scale("million", "xx"), None);
    }
}
