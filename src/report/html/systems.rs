//! The systems of a batch, best first.

use maud::{Markup, html};

use super::parts::scrolling;
use super::text::{count, counted, number, shown};
use crate::report::columns::{SYSTEM_PAIRS, SYSTEM_SEGMENTS, SYSTEM_TESTS};
use crate::report::systems::{Ranking, Standing};

/// Columns after the name: those that are set as numbers.
const COLUMNS: [&str; 8] = ["Rank", "Mean", "Critical", "Major", "Minor", "Fail", "Review", "Pass"];

/// The ranking; nothing of a run over one system.
pub fn section(ranking: Option<&Ranking>) -> Markup {
    html! {
        @if let Some(ranking) = ranking {
            section aria-labelledby="systems" {
                h2 #systems { "Systems, best first" }
                (scrolling("Systems", &html! {
                    table {
                        thead { tr {
                            th scope="col" { "System" }
                            @for name in COLUMNS { th.num scope="col" { (name) } }
                        } }
                        tbody { @for standing in &ranking.standings { (row(ranking, standing)) } }
                    }
                }))
                p.dim {
                    "By mean " (ranking.by.name.replace('_', " ")) " over the " (counted(ranking.pairs, "pair"))
                    " that all have scored. A rank is a range where systems differ by no more than chance (p < .05, paired bootstrap). "
                    a href=(SYSTEM_TESTS) { "Tests" } ", "
                    a href=(SYSTEM_PAIRS) { "pairs side by side" } ", "
                    a href=(SYSTEM_SEGMENTS) { "segments that differ most" } "."
                }
            }
        }
    }
}

fn row(ranking: &Ranking, standing: &Standing) -> Markup {
    let counts = standing.findings.iter().chain(standing.verdicts.iter().rev());
    html! {
        tr {
            th scope="row" { (shown(&standing.system)) }
            td.num { (standing.rank()) }
            td.num { (number(ranking.decides(standing))) }
            @for &n in counts { td.num.zero[n == 0] { (count(n)) } }
        }
    }
}
