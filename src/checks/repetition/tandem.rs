//! Words and phrases that stand twice or more in a row.

use super::line::{Counts, Line, Seam};
use super::{Alarm, Scene};
use crate::checks::MOST;
use crate::model::Severity;
use crate::text::runs::Run;
use crate::text::words::Kind;

impl Scene<'_> {
    /// Runs that nothing licenses; the first [`MOST`].
    pub fn tandem(&self) -> Vec<Alarm> {
        let mut alarms: Vec<Alarm> = Vec::new();
        let line = &self.translation;
        if line.runs.is_empty() {
            return alarms;
        }
        let mut there = Counts::of(self.original());
        for run in line.runs.iter().filter(|run| !self.licence.covers(&line.ids, run)) {
            let normal = line.normal(&(run.start..run.end()));
            let is_told = |a: &Alarm| a.normal.start <= normal.start && normal.end <= a.normal.end;
            if !self.is_suspicious(run, &mut there) || alarms.iter().any(is_told) {
                continue;
            }
            let unit = line.text(&(run.start..run.start + run.period));
            let severity = severity(line, run);
            let message = format!("\"{unit}\" stands {} times in a row, not so in the original", run.copies);
            alarms.push(Alarm { normal, severity, message });
            if alarms.len() == MOST {
                break;
            }
        }
        alarms
    }

    fn is_suspicious(&self, run: &Run, there: &mut Counts) -> bool {
        let line = &self.translation;
        let unit = run.start..run.start + run.period;
        let letters = line.letters(unit.clone(), self.pair.words);
        let seam = line.seam(run);
        if line.is_numbers(unit.clone()) {
            return seam == Seam::Tight && self.is_number_said_again(run, there);
        }
        let han = line.tokens[unit].iter().all(|t| t.kind == Kind::Han);
        match (run.period, run.copies) {
            (1, copies) if han => copies >= 4,
            (2, copies) if han => copies >= 3,
            (1, 2) => seam == Seam::Tight && self.is_doubled_word(run, letters),
            (1, _) => letters >= 2,
            (_, 2) if seam != Seam::Tight => letters >= 8 && self.is_phrase_said_again(run, seam),
            _ => letters >= 4,
        }
    }

    /// Numbers travel: one that the original has, but not so often, was doubled on the way. One that it lacks may
    /// have been written in words, or parted otherwise.
    fn is_number_said_again(&self, run: &Run, there: &mut Counts) -> bool {
        let unit = &self.translation.ids[run.start..run.start + run.period];
        (1..run.copies).contains(&there.count(unit))
    }

    /// Not the beginning or end of a compound ("the set set-up"), and a short word only where the language's own
    /// doubles are known.
    fn is_doubled_word(&self, run: &Run, letters: usize) -> bool {
        let (line, licence) = (&self.translation, &self.licence);
        let is_short = letters < 4;
        let in_compound = line.is_joined(run.start) || line.is_joined(run.end());
        let is_known = !is_short || (letters >= 2 && licence.knows_short_words());
        !in_compound && !licence.is_reduplicating() && is_known
    }

    /// Parted by a comma, the second copy must end there: what goes on ("a pump, a pump house") says more than the
    /// first. Parted by the end of a clause, the first must begin there: else one sentence takes up the last words
    /// of the one before.
    fn is_phrase_said_again(&self, run: &Run, seam: Seam) -> bool {
        let line = &self.translation;
        if seam == Seam::Broken {
            return line.begins_clause(run.start);
        }
        let goes_on = |end: &usize| line.ids.get(*end) == line.ids.get(*end - run.period);
        let end = (run.end()..line.ids.len()).find(|e| !goes_on(e)).unwrap_or(line.ids.len());
        let joined = line.ids.get(end).is_some_and(|&w| self.joins(w));
        line.is_closed(run.end()) || line.is_closed(end) || joined
    }
}

/// Critical: a loop. Minor: one word doubled that is no name.
fn severity(line: &Line, run: &Run) -> Severity {
    let named = run.period == 1
        && line.tokens[run.start..run.end()].iter().all(|t| t.capital && t.kind == Kind::Word);
    if run.copies >= 4 || run.copies * run.period >= 12 {
        Severity::Critical
    } else if run.period >= 2 || run.copies >= 3 || named {
        Severity::Major
    } else {
        Severity::Minor
    }
}
