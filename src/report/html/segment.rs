//! A segment in full: both texts side by side, faults and differences marked, and each finding in words.

use std::ops::Range;

use maud::{Markup, html};

use super::collect::{FINDINGS_A_SEGMENT, Segment};
use super::text::{counted, marked, number, severity, shown};
use crate::model::{Severity, Side};
use crate::report::finished::{FindingRow, PairRow};
use crate::report::word_diff::differences;

/// A segment without its frame: both sides, findings. `pair`: its row of the summary, where that is known.
pub fn body(segment: &Segment, pair: Option<&PairRow>) -> Markup {
    let row = &segment.row;
    // For the browser.
    let [original, translation] =
        pair.map_or(["", ""], |pair| [&pair.original_language, &pair.translation_language]);
    let [left, right] = if pair.is_some_and(PairRow::is_monolingual) && !segment.clipped {
        differences(&row.original, &row.translation)
    } else {
        [Vec::new(), Vec::new()]
    };
    html! {
        div.sides {
            (side(Side::Original, &row.original, &segment.findings, &left, original))
            (side(Side::Translation, &row.translation, &segment.findings, &right, translation))
        }
        @if !segment.findings.is_empty() {
            ul.faults {
                @for finding in &segment.findings { (fault(finding)) }
                @if row.findings > FINDINGS_A_SEGMENT {
                    li.dim { "and " (counted(row.findings - FINDINGS_A_SEGMENT, "more finding")) }
                }
            }
        }
    }
}

fn side(
    side: Side,
    text: &str,
    findings: &[FindingRow],
    differences: &[Range<usize>],
    language: &str,
) -> Markup {
    let own = findings.iter().filter(|f| f.side == side);
    let faults: Vec<(Range<usize>, Severity)> = own.map(|f| (f.start..f.end, f.severity)).collect();
    let language = Some(language).filter(|l| !l.is_empty());
    html! {
        div.side {
            span.of { (side.name()) }
            @if text.is_empty() {
                p.missing { "not in the " (side.name()) }
            } @else {
                p lang=[language] { (marked(text, &faults, differences)) }
            }
        }
    }
}

fn fault(finding: &FindingRow) -> Markup {
    html! {
        li {
            (severity(finding.severity)) " " b { (shown(&finding.check)) }
            span.dim { " in the " (finding.side.name()) } " " (shown(&finding.message))
        }
    }
}

/// Its id, its beads and its figures.
pub fn figures(segment: &Segment) -> Markup {
    let row = &segment.row;
    let has_both = !row.original.is_empty() && !row.translation.is_empty();
    let lines = match (row.original_line, row.translation_line) {
        (Some(o), Some(t)) => format!("lines {o} and {t}"),
        (Some(o), None) => format!("line {o} of the original"),
        (None, Some(t)) => format!("line {t} of the translation"),
        (None, None) => String::new(),
    };
    html! {
        span.id { (shown(&row.segment)) }
        span { (shown(&row.alignment)) @if !row.moved.is_empty() { ", moved" } }
        @if has_both && row.similarity.is_some() { span { "similarity " b { (number(row.similarity)) } } }
        @if row.error_points > 0.0 { span { "error points " b { (number(Some(row.error_points))) } } }
        @if !lines.is_empty() { span { (lines) } }
    }
}
