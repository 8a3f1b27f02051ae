//! Numbers that belong together: fractions, dates, measures of two units, ranges with one unit.

use super::lexicon::Meaning;
use super::reader::{Kind, Number, Reader};
use super::units::whole;

impl Reader<'_> {
    /// 五分之一 is a fifth, 百分之20 is 20 percent.
    pub(super) fn join_fractions(&self, numbers: &mut Vec<Number>) {
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
    pub(super) fn join_dates(&self, numbers: &mut [Number]) {
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
    pub(super) fn join_units(&self, numbers: &mut Vec<Number>) {
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
    pub(super) fn share_units(&self, numbers: &mut [Number]) {
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
