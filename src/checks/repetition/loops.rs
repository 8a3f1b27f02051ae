//! Characters that go round in circles inside a word.

use std::cell::LazyCell;

use super::{Alarm, Scene};
use crate::model::Severity;

/// Longest unit of a character loop, and fewest copies that count; a row of one sign needs six.
const LOOP_UNIT: usize = 20;
const LOOP_COPIES: usize = 3;
const SIGNS: usize = 6;

/// More copies than in the original by so many: loops, and rows of one sign.
const LOOP_MARGIN: usize = 2;
const SIGN_MARGIN: usize = 5;

/// A row of so many signs that is longer than the whole original is no line to be filled in.
const ENDLESS: usize = 100;

impl Scene<'_> {
    /// Two to twenty characters at least three times in a row inside a word, or a long row of one sign.
    pub fn character_loops(&self) -> Vec<Alarm> {
        let (own, theirs) = (self.translation.passage, self.segment.original.normal());
        let base = own.whole().start;
        let there = LazyCell::new(|| {
            let loops = words_with_places(theirs).filter_map(|(_, w)| longest_loop(w, LOOP_COPIES));
            loops.map(|l| l.copies).max().unwrap_or(0)
        });
        let mut alarms = Vec::new();
        for (start, word) in words_with_places(own.normal()) {
            let Some(found) = longest_loop(word, SIGNS) else { continue };
            let at = base + start + found.start;
            let normal = at..at + found.unit.len() * found.copies;
            if self.licence.is_free(&found.unit.to_lowercase()) || self.is_licensed(&normal) {
                continue;
            }
            let margin = if found.letters { LOOP_MARGIN } else { SIGN_MARGIN };
            if found.copies < *there + margin {
                continue;
            }
            let severity = match found.copies {
                5.. if found.letters => Severity::Critical,
                ENDLESS.. if normal.len() > theirs.len() => Severity::Major,
                _ if found.letters => Severity::Major,
                _ => Severity::Minor,
            };
            let message = format!("\"{}\" comes {} times without a break", found.unit, found.copies);
            alarms.push(Alarm { normal, severity, message });
        }
        alarms
    }
}

/// Words parted by white space, with the byte at which they begin.
fn words_with_places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

struct Loop<'t> {
    start: usize,
    unit: &'t str,
    copies: usize,
    letters: bool,
}

impl<'t> Loop<'t> {
    /// A unit of two characters and more with a letter among them, or a row of one sign that is no digit.
    fn new(word: &'t str, place: [usize; 2], copies: usize, signs: usize) -> Option<Loop<'t>> {
        let unit = &word[place[0]..place[1]];
        let is_one_sign = unit.chars().all(|c| unit.starts_with(c));
        let letters = !is_one_sign && unit.contains(char::is_alphabetic);
        let row = unit.chars().count() == 1 && !unit.contains(char::is_numeric) && copies >= signs;
        let counts = row || letters && copies >= LOOP_COPIES;
        counts.then_some(Loop { start: place[0], unit, copies, letters })
    }
}

/// A character comes as often as a loop has copies. Characters that are told apart by other than their seven lowest bits
/// pass for one.
fn may_loop(word: &str) -> bool {
    let (mut once, mut twice) = (0_u64, 0_u64);
    word.chars().any(|c| {
        let one = 1 << (u32::from(c) & 63);
        let thrice = twice & one != 0;
        (twice, once) = (twice | once & one, once | one);
        thrice
    })
}

/// The loop with the most copies in a word without spaces; the smallest unit wins. `signs`: fewest in a row of one.
fn longest_loop(word: &str, signs: usize) -> Option<Loop<'_>> {
    if word.len() < signs.min(2 * LOOP_COPIES) || !may_loop(word) {
        return None;
    }
    let mut chars: Vec<(usize, char)> = Vec::with_capacity(word.len());
    chars.extend(word.char_indices());
    let place = |k: usize| chars.get(k).map_or(word.len(), |c| c.0);
    let mut best: Option<Loop> = None;
    for period in 1..=LOOP_UNIT.min(chars.len() / LOOP_COPIES) {
        let mut matched = 0;
        for k in 0..=chars.len() - period {
            if k + period < chars.len() && chars[k].1 == chars[k + period].1 {
                matched += 1;
                continue;
            }
            let (start, copies) = (k - matched, matched / period + 1);
            matched = 0;
            if copies >= LOOP_COPIES && best.as_ref().is_none_or(|b| copies > b.copies) {
                best = Loop::new(word, [place(start), place(start + period)], copies, signs).or(best);
            }
        }
    }
    best
}
