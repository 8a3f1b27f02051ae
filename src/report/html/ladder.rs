//! The bead ladder: sentences of the original above, of the translation below, and what joins them.

use std::fmt::Write;

use maud::{Markup, html};

use super::strip::level;
use super::text::counted;
use crate::report::finished::SegmentRow;

/// Height of the drawing, of its ticks, and of a gap's triangle.
const HEIGHT: usize = 40;
const TICK: usize = 5;
const GAP: usize = 14;
/// Width of a sentence in pixels, as far as the page's width allows.
const SENTENCE: usize = 18;

/// A bead's place: its first sentences and how many they are, original and translation.
struct Place {
    first: [usize; 2],
    length: [usize; 2],
}

impl Place {
    fn of(row: &SegmentRow) -> Place {
        let sentence = |at: Option<usize>| at.unwrap_or(1).saturating_sub(1);
        let (original, translation) = row.alignment.split_once('-').unwrap_or_default();
        let length = [original, translation].map(|n| n.parse().unwrap_or(0));
        Place { first: [row.original_sentence, row.translation_sentence].map(sentence), length }
    }

    fn end(&self, side: usize) -> usize {
        self.first[side] + self.length[side]
    }

    /// From the original's sentences to the translation's; a triangle where there are none.
    fn outline(&self) -> String {
        let ([o, t], [k, m]) = (self.first, self.length);
        let middle = |first: usize, length: usize| format!("{:.1}", first as f64 + length as f64 / 2.0);
        match (k, m) {
            (k, 0) => format!("M{o} {TICK}h{k}L{} {GAP}z", middle(o, k)),
            (0, m) => format!("M{t} {}h{m}L{} {}z", HEIGHT - TICK, middle(t, m), HEIGHT - GAP),
            (k, m) => format!("M{o} {TICK}h{k}L{} {}h-{m}z", t + m, HEIGHT - TICK),
        }
    }
}

/// The ladder of all beads of a pair; nothing where there are none.
pub fn markup(beads: &[SegmentRow]) -> Markup {
    let places: Vec<Place> = beads.iter().map(Place::of).collect();
    let sentences = [0, 1].map(|side| places.iter().map(|p| p.end(side)).max().unwrap_or_default());
    let width = sentences[0].max(sentences[1]);
    // Moved beads cross others: drawn last, they stay visible.
    let (mut order, moved): (Vec<usize>, Vec<usize>) =
        (0..beads.len()).partition(|k| beads[*k].moved.is_empty());
    order.extend(moved);
    html! {
        @if width > 0 {
            figure.ladder {
                svg viewBox=(format!("0 0 {width} {HEIGHT}")) width=(width * SENTENCE) height="64"
                    preserveAspectRatio="none" role="img" aria-label=(words(beads, sentences)) {
                    @for k in order { path.(class(&beads[k])) d=(places[k].outline()) {} }
                    path.tick d=(ticks(sentences)) {}
                }
                figcaption { (words(beads, sentences)) }
            }
        }
    }
}

fn class(row: &SegmentRow) -> String {
    if row.alignment.ends_with("-0") || row.alignment.starts_with("0-") {
        return "gap".into();
    }
    let moved = if row.moved.is_empty() { "" } else { " moved" };
    format!("l{}{moved}", level(row))
}

/// A tick at each sentence, above and below.
fn ticks(sentences: [usize; 2]) -> String {
    let mut d = String::new();
    for (side, top) in [(0, 0), (1, HEIGHT - TICK)] {
        for k in 0..=sentences[side] {
            let _ = write!(d, "M{k} {top}v{TICK}");
        }
    }
    d
}

fn words(beads: &[SegmentRow], [original, translation]: [usize; 2]) -> String {
    let count = |is_so: fn(&SegmentRow) -> bool| beads.iter().filter(|b| is_so(b)).count();
    let parts = [
        (count(|b| b.alignment == "1-1"), "one to one"),
        (count(|b| b.alignment.ends_with("-0")), "omitted"),
        (count(|b| b.alignment.starts_with("0-")), "added"),
        (count(|b| !b.moved.is_empty()), "moved"),
    ];
    let said = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    format!(
        "Alignment: {} of the original above, {original_to} of the translation below; {}",
        counted(original, "sentence"),
        said.collect::<Vec<_>>().join(", "),
        original_to = counted(translation, "sentence"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(first: [usize; 2], length: [usize; 2]) -> String {
        Place { first, length }.outline()
    }

    #[test]
    fn beads_join_their_sentences_and_gaps_are_triangles() {
        assert_eq!(place([2, 3], [1, 2]), "M2 5h1L5 35h-2z");
        assert_eq!(place([2, 0], [1, 0]), "M2 5h1L2.5 14z");
        assert_eq!(place([0, 4], [0, 2]), "M4 35h2L5.0 26z");
    }
}
