//! The table of pairs, worst first.

use maud::{Markup, PreEscaped, html};

use super::collect::{Entry, Gathered};
use super::parts::{fitting, scrolling, verdict};
use super::text::{address, count, number, shown};
use super::{strip, view};
use crate::report::columns::SUMMARY;
use crate::report::finished::Finished;
use crate::report::order::VERDICTS;
use crate::report::rows::SCORED;

/// Bytes of its rows.
const ROOM: usize = 4_500_000;

/// How a column is sorted at the first click: texts from A to Z, numbers from where the worst is.
#[derive(Clone, Copy, PartialEq)]
enum First {
    Alphabet,
    Lowest,
    Highest,
}

/// Name of a column, whether it is set as numbers are, and how it is sorted.
const COLUMNS: [(&str, bool, First); 10] = [
    ("Pair", false, First::Alphabet),
    ("Verdict", false, First::Highest),
    ("Segments", true, First::Highest),
    ("Similarity", true, First::Lowest),
    ("Points", true, First::Highest),
    ("Critical", true, First::Highest),
    ("Major", true, First::Highest),
    ("Minor", true, First::Highest),
    ("Languages", false, First::Alphabet),
    ("Why", false, First::Alphabet),
];

/// The table; the first `views` pairs are linked to their views.
pub fn section(gathered: &Gathered, views: usize) -> Markup {
    let (rows, fitted) = fitting(&gathered.entries, ROOM, |place, entry| row(place, entry, place < views));
    html! {
        section aria-labelledby="pairs" {
            h2 #pairs { "Pairs, worst first" }
            (controls(gathered))
            (legends(gathered))
            (scrolling("Pairs", &html! {
                table.pairs #table {
                    thead { tr {
                        @for (name, is_number, first) in COLUMNS {
                            th.num[is_number] scope="col"
                                data-numbers=[(first != First::Alphabet).then_some("")]
                                data-highest=[(first == First::Highest).then_some("")] { (name) }
                        }
                        th scope="col" data-fixed { "Table" }
                    } }
                    tbody { (rows) }
                }
            }))
            @if fitted < gathered.pairs {
                p.dim {
                    "The worst " (count(fitted)) " of " (count(gathered.pairs)) " pairs; all stand in "
                    a href=(SUMMARY) { (SUMMARY) } "."
                }
            }
        }
    }
}

/// Filters, which only a script can serve: shown by it.
fn controls(gathered: &Gathered) -> Markup {
    html! {
        form.controls #controls hidden {
            label { span { "Search" } input #search type="search" autocomplete="off" spellcheck="false"; }
            label { span { "Verdict" } select #verdict {
                option value="" { "all" }
                @for v in VERDICTS { option { (v.name()) } }
                option value="failed" { "not scored" }
            } }
            label { span { "Check" } select #check {
                option value="" { "all" }
                @for check in gathered.findings.checks() { option { (check) } }
            } }
            button #all type="reset" { "Show all" }
            output #shown for="search verdict check" {}
        }
    }
}

fn legends(gathered: &Gathered) -> Markup {
    let rows = || gathered.entries.iter().filter(|entry| entry.strip.is_some());
    html! {
        p.legend {
            @if rows().any(|entry| entry.row.similarity.is_some()) { (strip::legend(true)) }
            @if rows().any(|entry| entry.row.similarity.is_none()) { (strip::legend(false)) }
            (strip::marks())
        }
    }
}

fn row(place: usize, entry: &Entry, has_view: bool) -> Markup {
    let row = &entry.row;
    let checks = entry.checks.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let integer =
        |n: Option<usize>| html! { td.num.zero[n == Some(0)] { (n.map_or_else(|| "–".into(), count)) } };
    html! {
        tr data-verdict=(row.verdict.map_or("failed", |v| v.name())) data-checks=(checks) {
            th scope="row" {
                @if has_view && entry.view.is_some() {
                    a href=(format!("#{}", view::id(place))) { (shown(&row.pair)) }
                } @else { (shown(&row.pair)) }
            }
            td data-rank=[row.verdict.map(|v| v as usize)] {
                @match row.verdict { Some(v) => (verdict(v)), None => span.verdict.dim { "not scored" } }
            }
            td.num data-rank=[row.segments] { (segments(entry)) }
            td.num { (number(row.similarity)) }
            td.num { (number(row.error_points)) }
            (integer(row.critical)) (integer(row.major)) (integer(row.minor))
            td { (languages(&row.original_language, &row.translation_language)) }
            td.why { (shown(&row.note)) }
            td { @if row.status == SCORED { (csv(&row.pair)) } }
        }
    }
}

/// How many segments, and how they score.
fn segments(entry: &Entry) -> Markup {
    let number = entry.row.segments.map_or_else(|| "–".into(), count);
    let strip = entry.strip.as_ref().filter(|_| entry.row.status == SCORED);
    html! {
        @if let Some(strip) = strip { span.with-strip { (strip.markup()) span { (number) } } } @else { (number) }
    }
}

fn languages(original: &str, translation: &str) -> Markup {
    match (original, translation) {
        ("", "") => PreEscaped(String::new()),
        _ if original == translation => shown(original),
        _ => html! { (shown(original)) span.dim { " → " } (shown(translation)) },
    }
}

/// A link to a pair's table.
pub fn csv(pair: &str) -> Markup {
    let path = Finished::pair_table(pair);
    html! { a href=(address(&path.to_string_lossy())) { "CSV" } }
}
