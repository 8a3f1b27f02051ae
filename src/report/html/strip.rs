//! The heat strip: a cell a segment, coloured by its score, with marks where a side is empty.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use super::text::counted;
use crate::report::finished::SegmentRow;

/// Cells of a strip; more segments share cells, and the worst gives the colour.
const CELLS: usize = 200;
/// Cells up to which there is room for a gap between them.
const APART: usize = 60;
/// Width of a cell in pixels, as far as the strip's own width allows.
const CELL_WIDTH: usize = 7;
/// Width of the longest strips.
const WIDTH: usize = 150;

/// Similarity below which a segment is coloured one step darker.
const SIMILARITY: [f64; 4] = [80.0, 60.0, 40.0, 20.0];
/// Error points above which it is.
const ERROR_POINTS: [f64; 4] = [0.0, 10.0, 25.0, 50.0];

/// What colours a segment: 0 for good to 4 for bad.
pub fn level(row: &SegmentRow) -> usize {
    match row.similarity {
        Some(similarity) => SIMILARITY.iter().filter(|limit| similarity < **limit).count(),
        None => ERROR_POINTS.iter().filter(|limit| row.error_points > **limit).count(),
    }
}

/// A segment on the strip.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cell {
    level: Option<usize>,
    omitted: bool,
    added: bool,
    similarity: Option<f64>,
    error_points: f64,
}

impl Cell {
    /// The cell of a segment.
    pub fn of(row: &SegmentRow) -> Cell {
        let (omitted, added) = (row.alignment.ends_with("-0"), row.alignment.starts_with("0-"));
        Cell {
            level: (!omitted && !added).then(|| level(row)),
            omitted,
            added,
            similarity: row.similarity,
            error_points: row.error_points,
        }
    }

    /// What of both is worse.
    fn join(&mut self, other: Cell) {
        self.level = self.level.max(other.level);
        self.omitted |= other.omitted;
        self.added |= other.added;
    }
}

/// A pair's segments as a strip.
#[derive(Debug, Clone)]
pub struct Strip {
    segments: usize,
    cells: Vec<Cell>,
    counts: [usize; 2],
    lowest: Option<f64>,
    most: f64,
}

impl Strip {
    /// Room for that many segments.
    pub fn new(segments: usize) -> Strip {
        let cells = vec![Cell::default(); segments.min(CELLS)];
        Strip { segments, cells, counts: [0; 2], lowest: None, most: 0.0 }
    }

    /// Adds the segment at `index`.
    pub fn add(&mut self, index: usize, cell: Cell) {
        let place = if self.segments > CELLS { index * CELLS / self.segments } else { index };
        if let Some(at) = self.cells.get_mut(place) {
            at.join(cell);
        }
        self.counts[0] += usize::from(cell.omitted);
        self.counts[1] += usize::from(cell.added);
        if let Some(similarity) = cell.similarity.filter(|_| cell.level.is_some()) {
            self.lowest = Some(self.lowest.map_or(similarity, |lowest| lowest.min(similarity)));
        }
        self.most = self.most.max(cell.error_points);
    }

    /// Its numbers in words.
    fn words(&self) -> String {
        let mut words = counted(self.segments, "segment");
        if let Some(lowest) = self.lowest {
            let _ = write!(words, ", lowest similarity {lowest:.1}");
        }
        let _ = write!(words, ", most error points {:.1}", self.most);
        for (count, what) in self.counts.iter().zip(["omitted", "added"]) {
            if *count > 0 {
                let _ = write!(words, ", {count} {what}");
            }
        }
        words
    }

    /// The strip.
    pub fn markup(&self) -> Markup {
        let n = self.cells.len();
        let words = self.words();
        html! {
            svg.strip viewBox=(format!("0 0 {} 10", n.max(1))) preserveAspectRatio="none"
                width=((n * CELL_WIDTH).clamp(CELL_WIDTH, WIDTH)) height="16" role="img" aria-label=(words) {
                title { (words) }
                @for level in 0..5 {
                    (self.path(&format!("l{level}"), (0, 10), |cell| cell.level == Some(level)))
                }
                (self.path("gap", (0, 4), |cell| cell.omitted))
                (self.path("gap", (6, 4), |cell| cell.added))
            }
        }
    }

    /// The cells that are so, as one path; neighbours as one piece where cells stand close.
    fn path(&self, class: &str, (top, height): (usize, usize), is_so: impl Fn(&Cell) -> bool) -> Markup {
        let mut d = String::new();
        let mut at = 0;
        let apart = self.cells.len() <= APART;
        for run in self.cells.chunk_by(|a, b| !apart && is_so(a) == is_so(b)) {
            if is_so(&run[0]) {
                let width = if apart { ".85".to_string() } else { run.len().to_string() };
                let _ = write!(d, "M{at} {top}h{width}v{height}h-{width}z");
            }
            at += run.len();
        }
        if d.is_empty() {
            PreEscaped(String::new())
        } else {
            html! { path.(class) d=(d) {} }
        }
    }
}

/// What the colours and marks mean.
pub fn legend(with_similarity: bool) -> Markup {
    let levels: [&str; 5] = if with_similarity {
        ["80 and more", "60 to 80", "40 to 60", "20 to 40", "below 20"]
    } else {
        ["0", "up to 10", "up to 25", "up to 50", "above 50"]
    };
    html! {
        span.key {
            (if with_similarity { "Similarity " } else { "Error points " })
            @for (level, words) in levels.iter().enumerate() {
                (swatch(&format!("l{level}"), "M0 0h10v10h-10z", words))
            }
        }
    }
}

/// What the marks of empty sides mean.
pub fn marks() -> Markup {
    html! {
        span.key {
            (swatch("gap", "M0 0h10v4h-10z", "omitted from the translation"))
            (swatch("gap", "M0 6h10v4h-10z", "added by the translation"))
        }
    }
}

fn swatch(class: &str, d: &str, words: &str) -> Markup {
    html! { span { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { path.(class) d=(d) {} } (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(level: usize) -> Cell {
        Cell { level: Some(level), similarity: Some(90.0 - 20.0 * level as f64), ..Cell::default() }
    }

    #[test]
    fn a_long_pair_is_binned_by_its_worst_segment_and_omissions_stay_visible() {
        let mut strip = Strip::new(1_000);
        (0..1_000).for_each(|k| strip.add(k, scored(if k == 7 { 4 } else { 0 })));
        strip.add(999, Cell { omitted: true, ..Cell::default() });
        assert_eq!((strip.cells.len(), strip.cells[1].level, strip.cells[2].level), (200, Some(4), Some(0)));
        let markup = strip.markup().into_string();
        assert!(markup.contains("class=\"gap\" d=\"M199 0h1v4h-1z\""), "{markup}");
        assert!(markup.contains("lowest similarity 10.0") && markup.contains("1 omitted"));
    }

    #[test]
    fn few_cells_stand_apart_and_an_empty_strip_is_drawn() {
        let mut strip = Strip::new(2);
        (0..2).for_each(|k| strip.add(k, scored(1)));
        assert!(strip.markup().into_string().contains("M0 0h.85v10h-.85zM1 0h.85"));
        assert!(Strip::new(0).markup().into_string().contains("0 segments"));
    }
}
