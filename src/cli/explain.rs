//! `pairscore explain`: the manual page of a check, metric, column or pipeline.

use std::io::Write;

use clap::Args;
use pairscore::checks::Checks;
use pairscore::error::SetupError;
use pairscore::pipeline::{BUILT_IN, nearest};
use pairscore::report::columns::all;

use super::{Exit, Stop};

/// Pages of the metrics.
pub const METRICS: [(&str, &str); 7] = [
    ("similarity", include_str!("../metrics/similarity.md")),
    ("semantic", include_str!("../metrics/semantic.md")),
    ("chrf", include_str!("../metrics/chrf.md")),
    ("bleu", include_str!("../metrics/bleu.md")),
    ("ter", include_str!("../metrics/ter.md")),
    ("length_ratio", include_str!("../metrics/length_ratio.md")),
    ("repetition", include_str!("../metrics/repetition.md")),
];

/// Options of `explain`.
#[derive(Args)]
pub struct Explain {
    /// Name of a check, metric, column or pipeline (pairscore list)
    name: String,
}

impl Explain {
    /// Prints the page.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", self.page()?.trim_end())?;
        Ok(Exit::Success)
    }

    fn page(&self) -> Result<String, SetupError> {
        let checks = Checks::default();
        let pages = checks.all().into_iter().map(|c| (c.name, c.page)).chain(METRICS).chain(BUILT_IN);
        let pages: Vec<(&str, &str)> = pages.collect();
        // "repetition" is a check and a score.
        let own: Vec<&str> =
            pages.iter().filter(|(name, _)| *name == self.name).map(|(_, page)| *page).collect();
        if !own.is_empty() {
            return Ok(own.join("\n"));
        }
        let columns: Vec<String> = all()
            .filter(|c| c.name == self.name)
            .map(|c| {
                format!(
                    "{} {}: {} ({})",
                    c.file,
                    c.name,
                    c.meaning,
                    [c.kind, c.unit, c.range].map(str::to_string).join("; ").trim_end_matches("; ")
                )
            })
            .collect();
        if !columns.is_empty() {
            return Ok(columns.join("\n"));
        }
        let names: Vec<&str> = pages.iter().map(|(name, _)| *name).chain(all().map(|c| c.name)).collect();
        let guess = nearest(&self.name, &names);
        Err(SetupError::Configuration(format!("nothing is called \"{}\"{guess} (pairscore list)", self.name)))
    }
}

/// The sentence that follows a page's title.
pub fn summary_line(page: &str) -> String {
    page.lines().skip(1).find(|l| !l.trim().is_empty()).unwrap_or_default().to_string()
}
