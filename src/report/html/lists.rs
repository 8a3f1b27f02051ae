//! Lists of single places: the worst segments of the batch, its repetitions, and what could not be scored.

use maud::{Markup, html};

use super::collect::{Entry, Gathered, Segment};
use super::parts::{fitting, head, scrolling};
use super::segment::{body, figures};
use super::text::{count, severity, shown};
use super::view;
use crate::report::columns::{FINDINGS, QUARANTINE};
use crate::report::finished::{FindingRow, QuarantineRow};

/// Bytes of each list.
const ROOM: usize = 600_000;

/// The name of a pair, linked to its view where it has one.
fn pair(name: &str, entries: &[Entry], views: usize) -> Markup {
    let place = entries.iter().take(views).position(|entry| entry.row.pair == name);
    match place {
        Some(place) => html! { a href=(format!("#{}", view::id(place))) { (shown(name)) } },
        None => shown(name),
    }
}

/// The worst segments of the batch; the first `views` pairs have views.
pub fn worst(gathered: &Gathered, views: usize) -> Markup {
    let has_fault = |s: &&Segment| s.row.error_points > 0.0 || s.row.similarity.is_some_and(|v| v < 100.0);
    let worst: Vec<&Segment> = gathered.worst.iter().filter(has_fault).collect();
    let (items, fitted) = fitting(&worst, ROOM, |_, segment| {
        let entry = gathered.entries.iter().find(|entry| entry.row.pair == segment.row.pair);
        html! {
            li {
                p.figures { b { (pair(&segment.row.pair, &gathered.entries, views)) } (figures(segment)) }
                (body(segment, entry.map(|entry| &entry.row)))
            }
        }
    });
    html! {
        @if fitted > 0 {
            section aria-labelledby="worst" {
                h2 #worst { "The worst segments" }
                p.dim {
                    "Most error points first, then lowest similarity. "
                    "Short segments weigh heavily here."
                }
                ol.worst { (items) }
            }
        }
    }
}

/// What stands twice, and where.
pub fn repetitions(gathered: &Gathered, views: usize) -> Markup {
    let all = gathered.findings.of_check("repetition");
    let row = |_, f: &FindingRow| {
        html! {
            tr {
                th scope="row" { (pair(&f.pair, &gathered.entries, views)) div.dim { (shown(&f.segment)) } }
                td { (severity(f.severity)) }
                td.text { (shown(&f.excerpt)) }
                td.why { (shown(&f.message)) }
            }
        }
    };
    let (rows, fitted) = fitting(&gathered.repetitions, ROOM, row);
    html! {
        @if fitted > 0 {
            section aria-labelledby="repetitions" {
                h2 #repetitions { "Repetitions" }
                (scrolling("Repetitions", &html! {
                    table {
                        (head(&["Pair and segment", "Severity", "Excerpt", "What is wrong"]))
                        tbody { (rows) }
                    }
                }))
                (pointer(fitted, all, FINDINGS))
            }
        }
    }
}

/// What could not be scored, and what to do.
pub fn quarantine(gathered: &Gathered) -> Markup {
    let row = |_, q: &QuarantineRow| {
        html! {
            tr {
                th scope="row" { (shown(&q.pair)) @if q.path != q.pair { div.dim { (shown(&q.path)) } } }
                td { (shown(&q.stage)) }
                td { (shown(&q.reason)) @if let Some(at) = q.byte_offset { div.dim { "byte " (at) } } }
                td.why { (shown(&q.hint)) }
            }
        }
    };
    let (rows, fitted) = fitting(&gathered.quarantine, ROOM, row);
    html! {
        section aria-labelledby="quarantine" {
            h2 #quarantine { "Not scored" }
            @if gathered.quarantined == 0 {
                p { "Nothing was left out: every pair was scored, and every file had its partner." }
            } @else {
                (scrolling("Not scored", &html! {
                    table {
                        (head(&["Pair and file", "Stage", "Reason", "What to do"]))
                        tbody { (rows) }
                    }
                }))
                (pointer(fitted, gathered.quarantined, QUARANTINE))
            }
        }
    }
}

fn pointer(shown: usize, all: usize, file: &str) -> Markup {
    html! {
        @if shown < all {
            p.dim { (count(shown)) " of " (count(all)) "; all stand in " a href=(file) { (file) } "." }
        }
    }
}
