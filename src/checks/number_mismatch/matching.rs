//! Which numbers of two passages answer each other, and which are left.

use super::reader::{Kind, Number};
use super::units::{Unit, converts, may_be_degrees};

/// Numbers up to here are often written as words or left to grammar ("the 1st").
const SMALL: f64 = 12.0;

/// What is left: numbers that differ in the same role, and numbers that one side alone has.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) changed: Vec<(usize, usize)>,
    pub(super) missing: Vec<usize>,
    pub(super) extra: Vec<usize>,
}

impl Left {
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Numbers of both sides, and whether each has found an answer.
pub(super) struct Matching<'n> {
    sides: [&'n [Number]; 2],
    done: [Vec<bool>; 2],
    /// Units that have been converted here, from original to translation.
    conversions: Vec<(Unit, Unit)>,
}

type Rule = fn(&Number, &Number) -> bool;

impl<'n> Matching<'n> {
    /// Matches what is surely equal first, then what may be.
    pub(super) fn new(original: &'n [Number], translation: &'n [Number]) -> Self {
        let sides = [original, translation];
        let mut all = Matching { sides, done: sides.map(|s| vec![false; s.len()]), conversions: Vec::new() };
        let rules: [Rule; 5] = [is_same, may_be_same, is_converted, is_same_hour_or_year, is_rounded_measure];
        for rule in rules {
            if all.is_complete() {
                return all;
            }
            all.apply(rule);
        }
        all.apply_conversions();
        all.match_parts();
        all
    }

    /// No number is left that could be reported.
    fn is_complete(&self) -> bool {
        [0, 1].iter().all(|&side| self.open(side).next().is_none())
    }

    /// Numbers without an answer, soft ones aside.
    pub(super) fn open(&self, side: usize) -> impl Iterator<Item = usize> + '_ {
        let numbers = self.sides[side];
        (0..numbers.len()).filter(move |&k| !self.done[side][k] && numbers[k].kind != Kind::Soft)
    }

    fn apply(&mut self, rule: Rule) {
        let [own, others] = self.sides;
        for (i, one) in own.iter().enumerate() {
            if self.done[0][i] {
                continue;
            }
            let fits = |j: usize| {
                let other = &others[j];
                let is_firm = one.kind != Kind::Soft || other.kind != Kind::Soft;
                !self.done[1][j] && is_firm && rule(one, other)
            };
            if let Some(j) = (0..others.len()).find(|&j| fits(j)) {
                self.conversions.extend(conversion(one, &others[j]));
                (self.done[0][i], self.done[1][j]) = (true, true);
            }
        }
    }

    /// Where inches have become centimetres, a number without a unit may be one of them; and "the 80s" may be degrees.
    fn apply_conversions(&mut self) {
        for i in self.open(0).collect::<Vec<_>>() {
            for j in self.open(1).collect::<Vec<_>>() {
                let (one, other) = (&self.sides[0][i], &self.sides[1][j]);
                let is_bare = one.units.is_empty() || other.units.is_empty();
                let any = |&(from, to): &(Unit, Unit)| converts((one.values[0], from), (other.values[0], to));
                let degrees = |a: &Number, b: &Number| {
                    b.units.is_empty()
                        && a.units.iter().any(|&u| may_be_degrees((a.values[0], u), b.values[0]))
                };
                let fits = self.conversions.iter().any(any) || degrees(one, other) || degrees(other, one);
                if is_bare && fits && !self.done[1][j] {
                    (self.done[0][i], self.done[1][j]) = (true, true);
                    break;
                }
            }
        }
    }

    /// "12.3." is the 12th of March, "2/3" two thirds.
    fn match_parts(&mut self) {
        for side in [0, 1] {
            for k in self.open(side).collect::<Vec<_>>() {
                let parts = &self.sides[side][k].parts;
                let others = self.sides[1 - side];
                let find = |part: &f64| {
                    (0..others.len()).find(|&j| !self.done[1 - side][j] && others[j].values.contains(part))
                };
                let found: Vec<usize> = parts.iter().filter_map(find).collect();
                if parts.len() > 1 && found.len() == parts.len() {
                    self.done[side][k] = true;
                    for j in found {
                        self.done[1 - side][j] = true;
                    }
                }
            }
        }
    }

    /// A number that a neighbour has beyond its own original needs no answer here: the aligner may have cut between.
    pub(super) fn forgive(&mut self, side: usize, around: &[Number]) {
        for k in self.open(side).collect::<Vec<_>>() {
            let number = &self.sides[side][k];
            self.done[side][k] = !is_small(number) && around.iter().any(|n| may_be_same(number, n));
        }
    }

    /// Sets what is left side by side: months with months, like units, digits, words; in the order of the text.
    pub(super) fn left(&self) -> Left {
        let mut left = Left { missing: self.unanswered(0), extra: self.unanswered(1), changed: Vec::new() };
        let likeness: [Rule; 4] = [is_of_like_unit, is_of_like_kind, is_both_figures, is_figure_and_word];
        for rule in likeness {
            let mut missing = std::mem::take(&mut left.missing);
            missing.retain(|&i| {
                let fits = |&j: &usize| rule(&self.sides[0][i], &self.sides[1][j]);
                let Some(at) = left.extra.iter().position(fits) else { return true };
                left.changed.push((i, left.extra.remove(at)));
                false
            });
            left.missing = missing;
        }
        left.missing.retain(|&k| self.is_missed(0, k));
        left.extra.retain(|&k| self.is_missed(1, k));
        left
    }

    /// Without those that only say again in other units what stands beside them: "6 m (20 ft)".
    fn unanswered(&self, side: usize) -> Vec<usize> {
        let numbers = self.sides[side];
        let says_again = |k: usize| {
            (0..numbers.len()).any(|j| j != k && self.done[side][j] && is_converted(&numbers[k], &numbers[j]))
        };
        let is_century = |k: usize| {
            let year = numbers[k].values[0] * 100.0 - 100.0;
            self.sides[1 - side].iter().any(|n| year >= 1000.0 && (year..year + 100.0).contains(&n.values[0]))
        };
        self.open(side).filter(|&k| !says_again(k) && !is_century(k)).collect()
    }

    /// On one side alone only larger numbers in digits are missed, and those that the other side nowhere has.
    fn is_missed(&self, side: usize, k: usize) -> bool {
        let number = &self.sides[side][k];
        let is_there = || self.sides[1 - side].iter().any(|other| may_be_same(number, other));
        let is_beside_month = || {
            self.sides[side].iter().any(|m| {
                m.kind == Kind::Month
                    && (m.first.abs_diff(number.end) <= 2 || number.first.abs_diff(m.end) <= 1)
            })
        };
        let is_figure_of_speech =
            number.values[0] == 100.0 && number.units.iter().any(|u| u.name == "percent");
        let counts = !is_small(number) || is_beside_month();
        number.kind == Kind::Digits && counts && !is_figure_of_speech && !is_there()
    }
}

fn is_small(number: &Number) -> bool {
    number.values.iter().all(|&v| v <= SMALL)
}

/// Equal up to what scaling may leave.
fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

fn share_unit(a: &Number, b: &Number) -> bool {
    a.units.iter().any(|u| b.units.iter().any(|v| u.quantity == v.quantity && u.name == v.name))
}

/// A month is a month, or a small figure without a unit.
fn are_kinds_alike(a: &Number, b: &Number) -> bool {
    let is_month = |n: &Number| n.kind == Kind::Month;
    let may_be_month = |n: &Number| n.units.is_empty() || n.kind == Kind::Soft;
    is_month(a) == is_month(b) || (may_be_month(a) && may_be_month(b))
}

fn is_same(a: &Number, b: &Number) -> bool {
    let alike = (a.units.is_empty() && b.units.is_empty()) || share_unit(a, b);
    equal(a.values[0], b.values[0]) && alike && (a.kind == Kind::Month) == (b.kind == Kind::Month)
}

fn may_be_same(a: &Number, b: &Number) -> bool {
    let is_value = a.values.iter().any(|&v| b.values.iter().any(|&w| equal(v, w)));
    let is_fraction = |n: &Number, m: &Number| {
        n.parts.len() == 1 && m.values.iter().any(|&v| (v - n.parts[0]).abs() < 0.005)
    };
    (is_value || is_fraction(a, b) || is_fraction(b, a)) && are_kinds_alike(a, b) && are_units_alike(a, b)
}

/// One has none, or they share one, or are nearly one (yards and metres), or times of the day.
fn are_units_alike(a: &Number, b: &Number) -> bool {
    let near = |u: &Unit, v: &Unit| match (u.quantity, v.quantity) {
        ("clock", "clock") => u.name == "hour" || v.name == "hour",
        ("clock", "time") | ("time", "clock") => true,
        ("degrees", "degrees") => u.name == "degrees" || v.name == "degrees",
        _ => converts((a.values[0], *u), (b.values[0], *v)),
    };
    a.units.is_empty()
        || b.units.is_empty()
        || share_unit(a, b)
        || a.units.iter().any(|u| b.units.iter().any(|v| near(u, v)))
}

fn conversion(a: &Number, b: &Number) -> Option<(Unit, Unit)> {
    let pairs = a.units.iter().flat_map(|u| b.units.iter().map(move |v| (*u, *v)));
    pairs.into_iter().find(|(u, v)| converts((a.values[0], *u), (b.values[0], *v)))
}

fn is_converted(a: &Number, b: &Number) -> bool {
    conversion(a, b).is_some()
}

/// 3 in the afternoon is 15:00; the 30s may be the 1930s, and '53 is 1953.
fn is_same_hour_or_year(a: &Number, b: &Number) -> bool {
    let clock = |n: &Number| n.units.iter().any(|u| u.quantity == "clock");
    let morning = |n: &Number| n.units.iter().any(|u| u.name == "morning");
    let hour = |a: f64, b: f64| a < 13.0 && equal(a + 12.0, b);
    let year = |a: f64, b: f64| a < 100.0 && (1100.0..2100.0).contains(&b) && b % 100.0 == a;
    let (v, w) = (a.values[0], b.values[0]);
    let is_word = a.kind == Kind::Words || b.kind == Kind::Words;
    let century = |a: f64, b: f64| (11.0..22.0).contains(&a) && equal(b, (a - 1.0) * 100.0);
    let is_year = |a: f64, b: f64| (year(a, b) && (a % 10.0 == 0.0 || !is_word)) || century(a, b);
    let is_hour = (clock(a) || clock(b))
        && !morning(a)
        && !morning(b)
        && are_units_alike(a, b)
        && (hour(v, w) || hour(w, v));
    let midnight = |m: &Number, n: &Number| {
        let hour = m.values[0];
        morning(m) && (12.0..13.0).contains(&hour) && equal(hour - 12.0, n.values[0])
    };
    is_hour || midnight(a, b) || midnight(b, a) || is_year(v, w) || is_year(w, v)
}

/// "140 km/h" for 137: measures are rounded freely, up to one part in twenty.
fn is_rounded_measure(a: &Number, b: &Number) -> bool {
    are_measures(a, b) && is_round_for(a, b, 0.05)
}

pub(super) fn are_measures(a: &Number, b: &Number) -> bool {
    [a, b].iter().all(|n| n.units.iter().any(|u| u.size > 0.0 && u.quantity != "time"))
}

/// In one unit, one has fewer significant digits than the other and is off by at most this share.
pub(super) fn is_round_for(a: &Number, b: &Number, most: f64) -> bool {
    let digits =
        |v: f64| format!("{v:e}").bytes().take_while(|&c| c != b'e').filter(u8::is_ascii_digit).count();
    let (v, w) = (a.values[0], b.values[0]);
    let is_near = (v - w).abs() <= most * v.abs().max(w.abs());
    let is_one_unit = share_unit(a, b) || (a.units.is_empty() && b.units.is_empty());
    is_one_unit && v != w && is_near && digits(v) != digits(w)
}

fn is_of_like_unit(a: &Number, b: &Number) -> bool {
    a.kind != Kind::Code && b.kind != Kind::Code && share_unit(a, b)
}

fn is_of_like_kind(a: &Number, b: &Number) -> bool {
    a.kind == b.kind && a.units.is_empty() == b.units.is_empty()
}

fn is_both_figures(a: &Number, b: &Number) -> bool {
    a.kind == Kind::Digits && b.kind == Kind::Digits
}

fn is_figure_and_word(a: &Number, b: &Number) -> bool {
    let plain = |n: &Number| matches!(n.kind, Kind::Digits | Kind::Words);
    plain(a) && plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::number_mismatch::reader::read;
    use crate::checks::traits;
    use crate::model::Language;
    use crate::text::Document;
    use crate::text::normalise::Normalise;
    use crate::text::words::Words;

    /// Values of what is left: changed pairs, then missing, then extra ones.
    fn left(languages: [&str; 2], texts: [&str; 2]) -> (Vec<(f64, f64)>, Vec<f64>, Vec<f64>) {
        let mut words = Words::default();
        let mut document = |k: usize| {
            let mut document = Document::from_text(texts[k].to_string(), &Normalise::default(), &mut words);
            document.split(Language::parse(languages[k]).as_ref());
            document
        };
        let documents = [document(0), document(1)];
        let read = |k: usize| {
            let document = &documents[k];
            let traits = traits::of_words(&words, languages[k], |_| true);
            read(&document.passage(0..document.sentences().len()), &words, &traits, languages[k])
        };
        let (a, b) = (read(0), read(1));
        let left = Matching::new(&a, &b).left();
        let value = |n: &Number| n.values[0];
        (
            left.changed.iter().map(|&(i, j)| (value(&a[i]), value(&b[j]))).collect(),
            left.missing.iter().map(|&i| value(&a[i])).collect(),
            left.extra.iter().map(|&j| value(&b[j])).collect(),
        )
    }

    fn agree(languages: [&str; 2], texts: [&str; 2]) {
        assert_eq!(left(languages, texts), (vec![], vec![], vec![]), "{texts:?}");
    }

    fn differ(languages: [&str; 2], texts: [&str; 2], pair: (f64, f64)) {
        assert_eq!(left(languages, texts).0, [pair], "{texts:?}");
    }

    #[test]
    fn words_and_digits_are_one_number() {
        agree(["en", "de"], ["She baked 25 loaves.", "Sie backte fünfundzwanzig Brote."]);
        agree(["en", "fr"], ["She baked 97 loaves.", "Elle a cuit quatre-vingt-dix-sept pains."]);
        agree(["en", "es"], ["The 16 boats cost 2 billion.", "Los dieciséis barcos cuestan 2 mil millones."]);
        agree(["en", "zh"], ["The 35 boats cost 370,000.", "三十五艘船花了37万。"]);
        agree(["en", "ru"], ["All 147 apples were red.", "Все сто сорок семь яблок были красными."]);
        agree(["en", "ar"], ["The 14 boats sailed.", "أبحرت أربعة عشر قاربا."]);
        agree(["en", "it"], ["We counted 23 geese.", "Abbiamo contato ventitré oche."]);
        differ(["en", "en"], ["Three geese flew off.", "Seven geese flew off."], (3.0, 7.0));
        differ(["en", "de"], ["48 million geese", "48 Milliarden Gänse"], (48e6, 48e9));
    }

    #[test]
    fn dates_agree_in_any_notation_and_a_changed_month_shows() {
        agree(["en", "en"], ["We met on 3 March 2024.", "We met on March 3rd, 2024."]);
        agree(["en", "de"], ["We met on 3 March 2024.", "Wir trafen uns am 03.03.2024."]);
        agree(["en", "ja"], ["We met on 3 March 2024.", "2024年3月3日に会った。"]);
        differ(["en", "en"], ["We met on 3 March.", "We met on 3 April."], (3.0, 4.0));
        differ(["en", "de"], ["It rained in June.", "Es regnete im Juli."], (6.0, 7.0));
    }

    #[test]
    fn times_agree_in_any_notation() {
        agree(["en", "fr"], ["Come at 3 p.m.!", "Viens à 15 h !"]);
        agree(["en", "de"], ["Come at 7.55am!", "Komm um 07:55 Uhr!"]);
        differ(["en", "de"], ["Come at 3 a.m.!", "Komm um 15 Uhr!"], (3.0, 15.0));
        differ(["en", "en"], ["Come at 14:05!", "Come at 14:10!"], (14.05, 14.1));
    }

    #[test]
    fn units_are_converted_and_kept_apart() {
        agree(["en", "de"], ["The lake is 5 miles away.", "Der See ist 8 km entfernt."]);
        agree(["en", "en"], ["It rained 2 to 4 inches.", "It rained 5 to 10 cm."]);
        agree(["en", "es"], ["A path of six metres (20 feet).", "Un camino de seis metros."]);
        differ(["en", "en"], ["The lake is 5 miles away.", "The lake is 5 km away."], (5.0, 5.0));
        differ(["en", "en"], ["It costs 20 % more.", "It costs 20 euros more."], (20.0, 20.0));
    }

    #[test]
    fn centuries_and_decades_are_years() {
        agree(["es", "es"], ["En los años 80 del siglo XX.", "En la década de 1980."]);
        agree(["en", "fi"], ["A house of the 19th century.", "Talo 1800-luvulta."]);
    }

    #[test]
    fn articles_and_ordinals_of_small_numbers_are_not_missed() {
        agree(["en", "en"], ["One could see the first boat.", "The boat was to be seen."]);
        agree(["en", "en"], ["The 2 of them came.", "Both came."]);
        assert_eq!(left(["en", "en"], ["All 40 came.", "All came."]).1, [40.0]);
        assert_eq!(left(["en", "en"], ["We sold 2 million jars.", "We sold 2 jars."]).0, [(2e6, 2.0)]);
    }
}
