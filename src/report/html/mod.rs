//! `report.html`: what a person needs to judge a batch, on one page that asks nothing of a network, works without
//! its script and stays small whatever the batch. The same run gives the same bytes.

mod charts;
mod collect;
mod help;
mod ladder;
mod lists;
mod overview;
mod parts;
mod segment;
mod strip;
mod systems;
mod table;
mod text;
mod view;

use std::io::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::PAGE;
use super::finished::Finished;
use super::systems::{Ranking, Systems};
use crate::error::SetupError;
use collect::Gathered;
use text::plain;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// SHA-256 of the style and of the script in Base64, for the content security policy: nothing else may style the
/// page or run in it. `tests/page.rs` holds them.
const HASHES: [&str; 2] =
    ["y3cPfBbvJFbzrNhrR0h/TsfyYM2fNBpXcrry4zpjzYQ=", "RqH59gBCjOQ0mYpG2je8/tCu8rnveewetMwGhGjdjRM="];

/// Renders the page from the tables of a finished run.
pub fn write(run: &Finished, to: &mut impl Write) -> Result<(), SetupError> {
    let ranking = Systems::of(run).map(|systems| Ranking::of(&systems)).transpose()?;
    let page = page(run, &Gathered::from_run(run)?, ranking.as_ref());
    to.write_all(page.into_string().as_bytes()).map_err(|e| SetupError::io(run.folder().join(PAGE), e))
}

fn page(run: &Finished, gathered: &Gathered, ranking: Option<&Ranking>) -> Markup {
    let (views, in_full) = view::section(&gathered.entries);
    let worst = lists::worst(gathered, in_full);
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(run))
            body {
                (overview::header(run, gathered))
                (contents(ranking.is_some(), !worst.0.is_empty(), in_full > 0))
                main {
                    (overview::tiles(run, gathered))
                    (systems::section(ranking))
                    (charts::histograms(gathered, run.thresholds()))
                    (charts::findings(gathered))
                    (table::section(gathered, in_full))
                    (worst)
                    (views)
                    (lists::repetitions(gathered, in_full))
                    (lists::quarantine(gathered))
                    (help::dictionary())
                    (help::reading())
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn head(run: &Finished) -> Markup {
    let [style, script] = HASHES;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; \
         base-uri 'none'; form-action 'none'"
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { "pairscore: " (plain(run.pipeline_name())) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// Links to the parts; `systems`, `worst` and `views` where there are any.
fn contents(has_systems: bool, has_worst: bool, has_views: bool) -> Markup {
    let parts = [
        ("systems", "Systems", has_systems),
        ("pairs", "Pairs", true),
        ("findings", "Findings", true),
        ("worst", "Worst segments", has_worst),
        ("views", "In full", has_views),
        ("quarantine", "Not scored", true),
        ("reading", "How to read this", true),
    ];
    html! {
        nav aria-label="On this page" {
            @for (id, name, _) in parts.iter().filter(|(_, _, stands)| *stands) {
                a href=(format!("#{id}")) { (name) }
            }
        }
    }
}
