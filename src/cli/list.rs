//! `pairscore list`: what there is.

use std::io::Write;

use clap::{Args, ValueEnum};
use pairscore::checks::Checks;
use pairscore::pipeline::BUILT_IN;
use pairscore::report::columns;

use super::explain::{METRICS, summary_line};
use super::view::{BOLD, paint};
use super::{Exit, Stop};

/// Options of `list`.
#[derive(Args)]
pub struct List {
    /// What to list [default: all]
    what: Option<What>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum What {
    Checks,
    Metrics,
    Columns,
    Pipelines,
}

impl List {
    /// Prints the lists.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut out = anstream::stdout().lock();
        let wanted = |what| self.what.is_none_or(|w| w == what);
        if wanted(What::Checks) {
            let checks = Checks::default();
            let lines = checks.all().into_iter().map(|c| {
                let line = summary_line(c.page);
                (c.name.to_string(), format!("{line} ({}; precision {})", c.category, c.precision()))
            });
            print_list(&mut out, "checks", lines)?;
        }
        if wanted(What::Metrics) {
            print_list(
                &mut out,
                "metrics",
                METRICS.iter().map(|(name, page)| ((*name).to_string(), summary_line(page))),
            )?;
        }
        if wanted(What::Pipelines) {
            let first =
                |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_string();
            print_list(
                &mut out,
                "pipelines",
                BUILT_IN.iter().map(|(name, text)| ((*name).to_string(), first(text))),
            )?;
        }
        if wanted(What::Columns) {
            let lines = columns::all().map(|c| (format!("{} {}", c.file, c.name), c.meaning.to_string()));
            print_list(&mut out, "columns", lines)?;
        }
        Ok(Exit::Success)
    }
}

fn print_list(
    out: &mut impl Write,
    title: &str,
    lines: impl Iterator<Item = (String, String)>,
) -> std::io::Result<()> {
    let lines: Vec<_> = lines.collect();
    let widest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    writeln!(out, "{}", paint(BOLD, title))?;
    lines.iter().try_for_each(|(name, text)| writeln!(out, "  {name:widest$}  {text}"))
}
