//! How `run` and `merge` end: what came of the batch is said, and gives the exit code.

use std::path::Path;

use pairscore::batch::Outcome;
use pairscore::model::Scores;
use pairscore::pipeline::Format;

use super::layout::terminal_width;
use super::summary::Summary;
use super::view::count;
use super::{Exit, Stop, complain};

/// A report that is complete.
pub struct Ending<'e> {
    /// What came of the batch.
    pub outcome: &'e Outcome,
    /// The scores of all texts as one corpus.
    pub scores: Scores,
    /// Where the report is.
    pub output: &'e Path,
    /// The formats written beside CSV.
    pub formats: &'e [Format],
    /// Errors only.
    pub quiet: bool,
    /// Pairs that could not be scored are no failure.
    pub allow_partial: bool,
}

impl Ending<'_> {
    /// Says it.
    pub fn say(&self) -> Result<Exit, Stop> {
        self.missed();
        let printed = if self.quiet {
            if self.outcome.quarantined > 0 {
                let failed = count(self.outcome.quarantined, "pair");
                complain(&format!("{failed} could not be scored: quarantine.csv says why"));
            }
            Ok(())
        } else {
            let Ending { outcome, scores, output, formats, .. } = *self;
            let summary = Summary { outcome, scores, output, formats };
            summary.print(&mut anstream::stdout().lock(), terminal_width())
        };
        match printed {
            // Whoever reads the summary may stop early; the exit code stands.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(self.exit()),
        }
    }

    fn missed(&self) {
        let outcome = self.outcome;
        if outcome.ungated > 0 && !self.quiet {
            let pairs = outcome.ungated;
            complain(&format!(
                "--fail-under did not apply {pairs} times: no such score between languages, or switched off"
            ));
        }
        for line in &outcome.misses {
            complain(&format!("gate missed: {line}"));
        }
        if outcome.missed > outcome.misses.len() {
            complain(&format!("gate missed: {} more", outcome.missed - outcome.misses.len()));
        }
    }

    fn exit(&self) -> Exit {
        if self.outcome.missed > 0 {
            Exit::GateMissed
        } else if self.outcome.quarantined > 0 && !self.allow_partial {
            Exit::Partial
        } else {
            Exit::Success
        }
    }
}
