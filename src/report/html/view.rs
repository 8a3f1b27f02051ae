//! A pair in full: how its sentences are joined, and its segments side by side, those without a fault folded.

use maud::{Markup, html};

use super::collect::{Entry, Segment, View};
use super::parts::{fitting, verdict};
use super::segment::{body, figures};
use super::table::csv;
use super::text::{count, counted, number, shown};
use super::{ladder, strip};
use crate::report::finished::PairRow;

/// Bytes of all views.
const ROOM: usize = 3_500_000;
/// Segments without a fault that stand open; more are folded.
const OPEN: usize = 2;

/// The id of a pair's view.
pub fn id(place: usize) -> String {
    format!("p{}", place + 1)
}

/// The worst pairs in full, and how many they are.
pub fn section(entries: &[Entry]) -> (Markup, usize) {
    let with_view = entries.iter().take_while(|entry| entry.view.is_some()).count();
    let (views, fitted) = fitting(&entries[..with_view], ROOM, |place, entry| {
        html! { @if let Some(view) = &entry.view { (pair(place, entry, view)) } }
    });
    let section = html! {
        section aria-labelledby="views" {
            h2 #views { "The worst pairs in full" }
            p.dim {
                "Marked in the text: " mark.critical { "critical" } ", " mark.major { "major" } " and "
                mark.minor { "minor" } " findings; in pairs of one language also "
                span.d { "words that differ" } ". Open a pair to read it."
            }
            (views)
        }
    };
    (
        if fitted == 0 {
            html! {}
        } else {
            section
        },
        fitted,
    )
}

fn pair(place: usize, entry: &Entry, view: &View) -> Markup {
    let row = &entry.row;
    html! {
        details.view #(id(place)) open[place == 0] {
            summary {
                h3 { (shown(&row.pair)) }
                @if let Some(v) = row.verdict { (verdict(v)) }
                @if row.similarity.is_some() { span.dim { "similarity " b { (number(row.similarity)) } } }
                span.dim { "error points " b { (number(row.error_points)) } }
            }
            @if !row.note.is_empty() { p { (shown(&row.note)) } }
            p.paths { (shown(&row.original_path)) br; (shown(&row.translation_path)) }
            @if view.has_ladder() { (ladder::markup(&view.beads)) }
            @else if let Some(strip) = &entry.strip { p.whole { (strip.markup()) } }
            (legend(row.similarity.is_some()))
            (segments(&view.segments, row))
            p.dim { (rest(entry, view.segments.len())) " " a href="#pairs" { "Back to the pairs" } }
        }
    }
}

/// Where the segments are that are not shown.
fn rest(entry: &Entry, shown: usize) -> Markup {
    let all = entry.row.segments.unwrap_or_default();
    html! {
        @if shown < all {
            (count(shown)) " of " (counted(all, "segment")) " are shown, those with findings first. All: "
            (csv(&entry.row.pair)) "."
        } @else {
            "As a table: " (csv(&entry.row.pair)) "."
        }
    }
}

fn legend(with_similarity: bool) -> Markup {
    html! { p.legend { (strip::legend(with_similarity)) } }
}

fn segments(segments: &[Segment], pair: &PairRow) -> Markup {
    let runs = segments.chunk_by(|a, b| is_clean(a) == is_clean(b));
    html! {
        @for run in runs {
            @if is_clean(&run[0]) && run.len() > OPEN {
                details.clean {
                    summary {
                        (counted(run.len(), "segment")) " without findings" span.dim { " " (span(run)) }
                    }
                    @for segment in run { (one(segment, pair)) }
                }
            } @else {
                @for segment in run { (one(segment, pair)) }
            }
        }
    }
}

fn is_clean(segment: &Segment) -> bool {
    let row = &segment.row;
    segment.findings.is_empty() && !row.original.is_empty() && !row.translation.is_empty()
}

fn span(run: &[Segment]) -> String {
    match run {
        [first, .., last] => {
            let [from, to] = [first, last].map(|s| &s.row.segment);
            let number = |id: &str| id.trim_start_matches('s').parse::<usize>().unwrap_or_default();
            if number(from) + run.len() == number(to) + 1 {
                format!("{from} to {to}")
            } else {
                format!("between {from} and {to}")
            }
        }
        [only] => only.row.segment.clone(),
        [] => String::new(),
    }
}

fn one(segment: &Segment, pair: &PairRow) -> Markup {
    html! {
        article.segment.calm[is_clean(segment)] {
            p.figures { (figures(segment)) }
            (body(segment, Some(pair)))
        }
    }
}
