//! One text made of two: what only the original has is struck out, what only the translation has is put in. Between two
//! languages the original stands above the translation.

use std::ops::Range;

use anstyle::Style;
use pairscore::model::{SegmentReport, Side};
use pairscore::report::word_diff::{Stretch, compare};

use super::super::layout::{Mark, filled, wrap};
use super::super::view::{BOLD, DELETED, DIM, INSERTED, paint};
use super::Page;

/// Words of one side, their colour, and the signs of `wdiff` where there is no colour.
struct Change {
    style: Style,
    signs: [&'static str; 2],
}

const DELETION: Change = Change { style: DELETED, signs: ["[-", "-]"] };
const INSERTION: Change = Change { style: INSERTED, signs: ["{+", "+}"] };

impl Change {
    fn show(&self, text: &str, page: &Page) -> String {
        let [before, after] = self.signs;
        if page.coloured { paint(self.style, text) } else { format!("{before}{text}{after}") }
    }
}

/// What stands above the texts.
pub fn head(page: &Page) -> String {
    let [original, translation] = [Side::Original, Side::Translation].map(|side| page.language(side));
    if page.is_monolingual() {
        let only = [DELETION.show("only the original", page), INSERTION.show("only the translation", page)];
        return format!(
            "{} {} {}",
            paint(BOLD, &format!("BOTH TEXTS IN ONE ({original})")),
            only[0],
            only[1]
        );
    }
    paint(BOLD, &format!("ORIGINAL ({original}) above TRANSLATION ({translation})"))
}

/// A segment's texts as one, or one above the other where their words cannot be compared.
pub fn lines(page: &Page, segment: &SegmentReport, marks: &[Vec<Mark>; 2]) -> Vec<String> {
    let [original, translation] = [(&segment.original, &marks[0]), (&segment.translation, &marks[1])]
        .map(|(text, marks)| Part { text: text.chars().collect(), marks, done: 0 });
    let stretches = compare(&segment.original, &segment.translation);
    let one_side = [&original, &translation].iter().any(|side| side.text.is_empty());
    if !page.is_monolingual() || stretches.is_empty() && !one_side {
        return above(page, segment, marks);
    }
    let mut merged = Merged { coloured: page.coloured, text: String::new(), length: 0, marks: Vec::new() };
    merged.fill(original, translation, &stretches);
    wrap(&merged.text, &merged.marks, page.width).into_iter().map(|line| line.text).collect()
}

fn above(page: &Page, segment: &SegmentReport, marks: &[Vec<Mark>; 2]) -> Vec<String> {
    let names = [Side::Original, Side::Translation].map(|side| page.language(side));
    let gutter = names.iter().map(String::len).max().unwrap_or(0) + 2;
    let texts = [&segment.original, &segment.translation].into_iter().zip(names).zip(marks);
    let lines = texts.flat_map(|((text, name), marks)| {
        wrap(text, marks, page.width - gutter).into_iter().enumerate().map(move |(k, line)| {
            let name = filled(if k == 0 { &name } else { "" }, gutter);
            paint(DIM, &name) + &line.text
        })
    });
    lines.collect()
}

/// A side that goes into the text piece by piece.
struct Part<'s> {
    text: Vec<char>,
    marks: &'s [Mark],
    done: usize,
}

impl Part<'_> {
    /// The white space before `place`.
    fn gap(&mut self, place: usize) -> Range<usize> {
        let gap = self.done..place.max(self.done);
        self.done = gap.end;
        gap
    }
}

/// The text that both make.
struct Merged {
    coloured: bool,
    text: String,
    length: usize,
    marks: Vec<Mark>,
}

impl Merged {
    fn fill(&mut self, mut original: Part, mut translation: Part, stretches: &[Stretch]) {
        for stretch in stretches {
            let gaps = [original.gap(stretch.original.start), translation.gap(stretch.translation.start)];
            if stretch.same {
                self.same(&original, &translation, gaps, stretch);
            } else {
                self.replaced(&original, &translation, gaps, stretch);
            }
            (original.done, translation.done) = (stretch.original.end, stretch.translation.end);
        }
        // Without stretches one of them is empty, and the other one all that there is.
        if stretches.is_empty() {
            self.changed(&original, 0..0, 0..original.text.len(), &DELETION);
            self.changed(&translation, 0..0, 0..translation.text.len(), &INSERTION);
        }
    }

    /// Words that both have. They are the translation's, with the marks of both sides.
    fn same(&mut self, original: &Part, translation: &Part, gaps: [Range<usize>; 2], stretch: &Stretch) {
        let [before, own] = gaps;
        if own.is_empty() {
            self.add(original, before);
        } else {
            self.add(translation, own);
        }
        let [theirs, ours] =
            [&original.text[stretch.original.clone()], &translation.text[stretch.translation.clone()]];
        if theirs == ours {
            self.mark(original, &stretch.original);
        }
        self.add(translation, stretch.translation.clone());
    }

    /// Words of the original, and those of the translation in their place.
    fn replaced(&mut self, original: &Part, translation: &Part, gaps: [Range<usize>; 2], stretch: &Stretch) {
        let [before, own] = gaps;
        let last = original.text[stretch.original.clone()].last();
        let first = translation.text[stretch.translation.clone()].first();
        let run_together =
            own.is_empty() && [last, first].iter().all(|c| c.is_some_and(|c| c.is_alphanumeric()));
        self.changed(original, before, stretch.original.clone(), &DELETION);
        self.sign(if run_together { " " } else { "" });
        self.changed(translation, own, stretch.translation.clone(), &INSERTION);
    }

    /// Words of one side with the white space before them.
    fn changed(&mut self, part: &Part, gap: Range<usize>, words: Range<usize>, change: &Change) {
        if words.is_empty() {
            return;
        }
        self.add(part, gap);
        let [before, after] = if self.coloured { [""; 2] } else { change.signs };
        self.sign(before);
        let start = self.length;
        self.add(part, words);
        self.marks.push((start..self.length, change.style));
        self.sign(after);
    }

    fn add(&mut self, part: &Part, range: Range<usize>) {
        self.mark(part, &range);
        self.length += range.len();
        self.text.extend(&part.text[range]);
    }

    /// The marks of a side within `range`, which comes next.
    fn mark(&mut self, part: &Part, range: &Range<usize>) {
        for (marked, style) in part.marks {
            let [start, end] = [marked.start, marked.end].map(|at| at.clamp(range.start, range.end));
            if start < end {
                let to = |at: usize| self.length + at - range.start;
                self.marks.push((to(start)..to(end), *style));
            }
        }
    }

    fn sign(&mut self, sign: &str) {
        self.text.push_str(sign);
        self.length += sign.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(texts: [&str; 2], marks: &[Vec<Mark>; 2], coloured: bool) -> Merged {
        let [original, translation] =
            [0, 1].map(|side| Part { text: texts[side].chars().collect(), marks: &marks[side], done: 0 });
        let mut merged = Merged { coloured, text: String::new(), length: 0, marks: Vec::new() };
        merged.fill(original, translation, &compare(texts[0], texts[1]));
        assert_eq!(merged.length, merged.text.chars().count());
        merged
    }

    fn plain(original: &str, translation: &str) -> String {
        merged([original, translation], &[Vec::new(), Vec::new()], false).text
    }

    #[test]
    fn words_of_one_side_are_marked_as_wdiff_marks_them() {
        assert_eq!(plain("We sail at six.", "We sail at six."), "We sail at six.");
        assert_eq!(plain("We sail at six.", "We swim at six."), "We [-sail-] {+swim+} at six.");
        assert_eq!(plain("Ann, we sail.", "we sail now."), "[-Ann,-] we sail {+now+}.");
        assert_eq!(plain("Fog.", "Thick fog."), "[-Fog-] {+Thick fog+}.");
        assert_eq!(plain("Fog.", ""), "[-Fog.-]");
    }

    #[test]
    fn findings_of_both_sides_keep_their_places() {
        // "sail" in the original, which is struck out, and "six" in both.
        let marks = [vec![(3..7, DIM), (11..14, DIM)], vec![(11..14, BOLD)]];
        let merged = merged(["We sail at six.", "We swim at six."], &marks, true);
        assert_eq!(merged.text, "We sail swim at six.");
        let of = |style| -> Vec<[usize; 2]> {
            merged
                .marks
                .iter()
                .filter(|mark| mark.1 == style)
                .map(|(range, _)| [range.start, range.end])
                .collect()
        };
        assert_eq!(of(DIM), [[3, 7], [16, 19]]);
        assert_eq!(of(BOLD), [[16, 19]]);
        assert_eq!([of(DELETED), of(INSERTED)], [[[3, 7]], [[8, 12]]]);
    }
}
