//! Units of measure: what words and signs stand for them, and what converts into what.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::checks::word_sets::Start;

/// A unit with its size in the first unit of its quantity; 0 where none converts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    pub(super) quantity: &'static str,
    pub(super) name: &'static str,
    pub(super) size: f64,
}

/// Units by the first letters of the words for them; no stem of a single letter stands for one.
static UNITS: LazyLock<FxHashMap<Start, Vec<(&'static str, Unit)>>> = LazyLock::new(|| {
    let mut units: FxHashMap<Start, Vec<(&str, Unit)>> = FxHashMap::default();
    for line in include_str!("units.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(quantity), Some(name), Some(size), Some(forms)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let unit = Unit { quantity, name, size: size.parse().unwrap_or(0.0) };
        for form in forms.split(' ') {
            units.entry(Start::of(form)).or_default().push((form, unit));
        }
    }
    units
});

/// Every unit that a word or sign in lower case may stand for: a pound is weight or money. A whole word goes before
/// stems.
pub(super) fn units(word: &str) -> Vec<Unit> {
    let whole = whole(word);
    if !whole.is_empty() {
        return whole;
    }
    let stem = |form: &str| form.strip_suffix('*').is_some_and(|stem| word.starts_with(stem));
    beginning(word).filter(|(form, _)| stem(form)).map(|&(_, unit)| unit).collect()
}

/// Units for which exactly this stands.
pub(super) fn whole(word: &str) -> Vec<Unit> {
    beginning(word).filter(|(form, _)| *form == word).map(|&(_, unit)| unit).collect()
}

fn beginning(word: &str) -> impl Iterator<Item = &'static (&'static str, Unit)> {
    UNITS.get(&Start::of(word)).into_iter().flatten()
}

/// Words by which a length becomes an area, before or behind it.
pub(super) fn is_square(word: &str) -> bool {
    ["square", "sq", "carré", "cuadrad", "quadrad", "quadrat", "кв", "2", "²", "平方", "مربع"]
        .iter()
        .any(|stem| word.starts_with(stem))
}

/// The area whose sides are of this length.
pub(super) fn squared(unit: Unit) -> Option<Unit> {
    (unit.quantity == "length").then_some(Unit { quantity: "area", size: unit.size * unit.size, ..unit })
}

/// Off by so much is rounding: "about 40 miles" for 65 km, "2 feet" for 60 cm.
const ROUNDING: f64 = 0.1;
/// Or by so much of the unit in which the figure stands: an inch for 2 or 3 centimetres.
const STEP: f64 = 0.6;

fn near(exact: f64, written: f64) -> bool {
    (exact - written).abs() <= (ROUNDING * exact.abs()).max(STEP.min(written.abs() / 2.0))
}

/// The two are one quantity in two units. Degrees may be temperatures or differences of temperatures.
pub(super) fn converts((a, from): (f64, Unit), (b, to): (f64, Unit)) -> bool {
    if from.quantity != to.quantity || from.name == to.name && from.name != "degrees" {
        return false;
    }
    if from.quantity == "degrees" {
        return degrees(a, b, from.name, to.name);
    }
    let factor = from.size / to.size;
    let is_same_figure = a == b && (factor - 1.0).abs() > ROUNDING;
    from.size > 0.0 && to.size > 0.0 && !is_same_figure && (near(a * factor, b) || near(b / factor, a))
}

/// A figure without a unit may be degrees too: "in the 80s" for 27 °C.
pub(super) fn may_be_degrees((a, unit): (f64, Unit), b: f64) -> bool {
    let celsius = |f: f64, c: f64| f >= 32.0 && ((f - 32.0) / 1.8 - c).abs() <= 1.5;
    unit.quantity == "degrees" && (celsius(a, b) || celsius(b, a))
}

fn degrees(a: f64, b: f64, from: &str, to: &str) -> bool {
    let celsius = |f: f64, c: f64| ((f - 32.0) / 1.8 - c).abs() <= 1.5 || (f / 1.8 - c).abs() <= 1.0;
    (from != "celsius" && to != "fahrenheit" && celsius(a, b))
        || (from != "fahrenheit" && to != "celsius" && celsius(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(a: f64, from: &str, b: f64, to: &str) -> bool {
        units(from).iter().any(|&f| units(to).iter().any(|&t| converts((a, f), (b, t))))
    }

    #[test]
    fn rounded_conversions_are_one_quantity() {
        assert!(
            is(5.0, "miles", 8.0, "km") && is(550.0, "pound", 250.0, "kilo") && is(80.0, "°f", 27.0, "°c")
        );
        assert!(
            is(30.0, "yards", 27.0, "meter") && is(1.0, "inch", 2.5, "cm") && is(20.0, "pies", 6.0, "metros")
        );
    }

    #[test]
    fn no_stem_is_a_single_letter() {
        let mut forms = UNITS.values().flatten().map(|(form, _)| form);
        assert!(forms.all(|form| form.chars().count() != 2 || !form.ends_with('*')));
    }

    #[test]
    fn the_same_figure_in_another_unit_is_another_quantity() {
        assert!(
            !is(5.0, "miles", 5.0, "km") && !is(5.0, "miles", 12.0, "km") && !is(5.0, "miles", 8.0, "kg")
        );
    }
}
