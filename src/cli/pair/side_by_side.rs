//! Two columns: the original left, the translation right.

use pairscore::model::{SegmentReport, Side};
use pairscore::report::word_diff::differences;

use super::super::layout::{Line, Mark, filled, wrap};
use super::super::view::{BOLD, DIFFERENT, DIM, paint};
use super::Page;

/// What stands above the columns.
pub fn head(page: &Page) -> String {
    let original = format!("ORIGINAL ({})", page.language(Side::Original));
    let translation = format!("TRANSLATION ({})", page.language(Side::Translation));
    paint(BOLD, &format!("{}   {translation}", filled(&original, half(page))))
}

/// A segment's texts. Words that differ are coloured where no finding is.
pub fn lines(page: &Page, segment: &SegmentReport, marks: [Vec<Mark>; 2]) -> Vec<String> {
    let [mut left, mut right] = marks;
    if page.coloured && page.is_monolingual() {
        let [original, translation] = differences(&segment.original, &segment.translation);
        left.extend(original.into_iter().map(|range| (range, DIFFERENT)));
        right.extend(translation.into_iter().map(|range| (range, DIFFERENT)));
    }
    let half = half(page);
    let [left, right] = [(&segment.original, left), (&segment.translation, right)]
        .map(|(text, marks)| wrap(text, &marks, half));
    let bar = paint(DIM, "|");
    let line = |k: usize| {
        let left = left.get(k).map_or_else(|| " ".repeat(half), |line: &Line| line.filled(half));
        let right = right.get(k).map_or("", |line| &line.text);
        format!("{left} {bar} {right}").trim_end().to_string()
    };
    (0..left.len().max(right.len())).map(line).collect()
}

fn half(page: &Page) -> usize {
    (page.width - 3) / 2
}
