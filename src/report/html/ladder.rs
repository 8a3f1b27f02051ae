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

/// Sentences beyond which nothing is drawn.
const SENTENCES: usize = 10_000;

/// A bead: where its sentences stand, how many they are, and how it looks.
pub struct Bead {
    /// Original and translation, from 0; nothing to go by in a side without sentences.
    first: [Option<usize>; 2],
    length: [usize; 2],
    moved: bool,
    level: usize,
}

impl Bead {
    /// The bead of a segment.
    pub fn of(row: &SegmentRow) -> Bead {
        let (original, translation) = row.alignment.split_once('-').unwrap_or_default();
        Bead {
            first: [row.original_sentence, row.translation_sentence].map(|at| at?.checked_sub(1)),
            length: [original, translation].map(|n| n.parse().unwrap_or(0)),
            moved: !row.moved.is_empty(),
            level: level(row),
        }
    }

    /// Where it stands, if the table says so: those of early versions don't, and edited ones may say anything.
    fn place(&self) -> Option<Place> {
        if self.first.iter().flatten().chain(&self.length).any(|&number| number > SENTENCES) {
            return None;
        }
        let first = [0, 1].map(|side| self.first[side].or((self.length[side] == 0).then_some(0)));
        Some(Place { first: [first[0]?, first[1]?], length: self.length })
    }

    fn class(&self) -> String {
        if self.length.contains(&0) {
            return "gap".into();
        }
        format!("l{}{}", self.level, if self.moved { " moved" } else { "" })
    }
}

/// A bead's place: its first sentences and how many they are, original and translation.
struct Place {
    first: [usize; 2],
    length: [usize; 2],
}

impl Place {
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

/// Whether all beads say where they stand.
pub fn has_places(beads: &[Bead]) -> bool {
    beads.iter().all(|bead| bead.place().is_some())
}

/// The ladder of all beads of a pair, which [`has_places`]; nothing where there are none.
pub fn markup(beads: &[Bead]) -> Markup {
    let places: Vec<Place> = beads.iter().filter_map(Bead::place).collect();
    let sentences = [0, 1].map(|side| places.iter().map(|p| p.end(side)).max().unwrap_or_default());
    let width = sentences[0].max(sentences[1]);
    // Moved beads cross others: drawn last, they stay visible.
    let (mut order, moved): (Vec<usize>, Vec<usize>) = (0..beads.len()).partition(|k| !beads[*k].moved);
    order.extend(moved);
    html! {
        @if width > 0 {
            figure.ladder {
                svg viewBox=(format!("0 0 {width} {HEIGHT}")) width=(width * SENTENCE) height="64"
                    preserveAspectRatio="none" role="img" aria-label=(words(beads, sentences)) {
                    @for k in order { path.(beads[k].class()) d=(places[k].outline()) {} }
                    path.tick d=(ticks(sentences)) {}
                }
                figcaption { (words(beads, sentences)) }
            }
        }
    }
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

fn words(beads: &[Bead], [original, translation]: [usize; 2]) -> String {
    let count = |is_so: fn(&Bead) -> bool| beads.iter().filter(|b| is_so(b)).count();
    let parts = [
        (count(|b| b.length == [1, 1]), "one to one"),
        (count(|b| b.length[1] == 0), "omitted"),
        (count(|b| b.length[0] == 0), "added"),
        (count(|b| b.moved), "moved"),
    ];
    let said = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    let said = said.collect::<Vec<_>>().join(", ");
    format!(
        "Alignment: {} of the original above, {} of the translation below{}{said}",
        counted(original, "sentence"),
        counted(translation, "sentence"),
        if said.is_empty() { "" } else { "; " },
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

    fn bead(first: [Option<usize>; 2], length: [usize; 2]) -> Bead {
        Bead { first, length, moved: false, level: 0 }
    }

    #[test]
    fn without_the_numbers_of_its_sentences_no_ladder_is_drawn() {
        let whole = [bead([Some(0), Some(0)], [1, 1]), bead([None, Some(1)], [0, 1])];
        assert!(has_places(&whole) && markup(&whole).into_string().contains("1 one to one, 1 added"));
        let early = [bead([None, None], [1, 1]), bead([None, None], [0, 1])];
        assert!(!has_places(&early));
    }

    #[test]
    fn of_joined_sentences_alone_nothing_more_is_said() {
        let words = words(&[bead([Some(0), Some(0)], [2, 1])], [2, 1]);
        assert!(words.ends_with("1 sentence of the translation below"), "{words}");
    }
}
