//! A segment in full: both texts side by side, faults and differences marked, and each finding in words.

use std::ops::Range;

use maud::{Markup, html};

use super::collect::{FINDINGS_A_SEGMENT, Segment};
use super::text::{counted, marked, number, severity, shown};
use crate::model::{Language, Severity, Side};
use crate::report::finished::{FindingRow, PairRow};
use crate::report::word_diff::{compare, differences};

/// The languages of a pair's sides.
#[derive(Clone, Copy)]
pub struct Languages<'p> {
    original: &'p str,
    translation: &'p str,
}

impl<'p> Languages<'p> {
    /// Those of a pair.
    pub fn of(row: &'p PairRow) -> Languages<'p> {
        Languages { original: &row.original_language, translation: &row.translation_language }
    }

    /// Those of a pair that is not at hand.
    pub const UNKNOWN: Languages<'static> = Languages { original: "", translation: "" };

    /// Whether words of one side can be words of the other.
    fn are_one(self) -> bool {
        let [original, translation] = [self.original, self.translation].map(Language::parse);
        original.zip(translation).is_some_and(|(o, t)| o.primary() == t.primary())
    }
}

/// A segment without its frame: figures, both sides, findings.
pub fn body(segment: &Segment, languages: Languages) -> Markup {
    let row = &segment.row;
    let stretches = if languages.are_one() && !segment.clipped {
        compare(&row.original, &row.translation)
    } else {
        Vec::new()
    };
    // Where nothing is the same, marking everything says nothing.
    let stretches = if stretches.iter().any(|s| s.same) { stretches } else { Vec::new() };
    let [left, right] =
        [differences(&stretches, |s| &s.original), differences(&stretches, |s| &s.translation)];
    html! {
        div.sides {
            (side(Side::Original, &row.original, &segment.findings, &left, languages.original))
            (side(Side::Translation, &row.translation, &segment.findings, &right, languages.translation))
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
