//! What `run` says at its end: the state of the batch, its faults, where to look first, and the files.

use std::cmp::Reverse;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use pairscore::batch::{Brief, Outcome};
use pairscore::model::{Scores, Severity, Verdict};
use pairscore::pipeline::Format;
use pairscore::report::columns::{
    DICTIONARY, FINDINGS, QUARANTINE, SUMMARY, SYSTEM_PAIRS, SYSTEM_SEGMENTS, SYSTEM_TESTS, SYSTEMS,
};
use pairscore::report::files::is_part;
use pairscore::report::systems::Ranking;
use pairscore::report::{PAGE, RUN, SEGMENTS, WORKBOOK};

use unicode_width::UnicodeWidthStr;

use super::grid::{left, print_grid, right};
use super::layout::{filled, flow, paragraph, shortened};
use super::view::{BOLD, count, one_line, paint, verdict_style};

/// Checks shown by name; the rest is one line.
const CHECKS: usize = 5;

/// Fewest columns that a reason can be read in beside its pair.
const REASON: usize = 24;

/// The end of a run.
pub struct Summary<'r> {
    /// What came of it.
    pub outcome: &'r Outcome,
    /// The scores of all texts as one corpus.
    pub scores: Scores,
    /// Where its files are.
    pub output: &'r Path,
    /// The formats written beside CSV.
    pub formats: &'r [Format],
}

impl Summary<'_> {
    /// Prints it for a terminal of `width` columns.
    pub fn print(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        self.pairs(out, width)?;
        if let Some(ranking) = &self.outcome.ranking {
            systems(ranking, out, width)?;
        }
        self.findings(out)?;
        self.worst(out, width)?;
        writeln!(out, "\n{}", self.files(width))
    }

    fn pairs(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        let outcome = self.outcome;
        let mut first = format!("{} scored", count(outcome.scored, "pair"));
        if outcome.quarantined > 0 {
            first += &format!(", {} could not be scored ({QUARANTINE} says why)", outcome.quarantined);
        }
        if outcome.unpaired > 0 {
            first += &format!(", {} without a partner", count(outcome.unpaired, "file"));
        }
        writeln!(out, "{}", paragraph(&first, width, 2))?;
        let verdicts = [Verdict::Pass, Verdict::Review, Verdict::Fail].map(|verdict| {
            let text = format!("{} {}", outcome.verdicts[verdict as usize], verdict.name());
            if text.starts_with("0 ") { text } else { paint(verdict_style(verdict), &text) }
        });
        writeln!(out, "verdicts   {}", verdicts.join(", "))?;
        let shown: Vec<String> = self
            .scores
            .named()
            .iter()
            .filter_map(|(name, score)| score.map(|v| format!("{name} {v:.1}")))
            .collect();
        if shown.is_empty() { Ok(()) } else { writeln!(out, "all texts  {}", shown.join(", ")) }
    }

    /// The most frequent kinds of findings, by severity.
    fn findings(&self, out: &mut impl Write) -> io::Result<()> {
        let mut checks: Vec<_> =
            self.outcome.findings.iter().map(|(name, counts)| (name.as_str(), *counts)).collect();
        let all = sum(&checks);
        checks.sort_by_key(|(_, counts)| Reverse((counts.iter().sum::<usize>(), counts[2], counts[1])));
        let rest = checks.split_off(checks.len().min(CHECKS));
        let others = count(rest.len(), "more check");
        if !rest.is_empty() {
            checks.push((&others, sum(&rest)));
        }
        if checks.len() > 1 {
            checks.push(("all", all));
        }
        let widest = checks.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max("findings".len());
        if !checks.is_empty() {
            let head = format!("{:widest$}  critical  major  minor", "findings");
            writeln!(out, "\n{}", paint(BOLD, &head))?;
        }
        for (name, counts) in &checks {
            writeln!(out, "{name:widest$}  {}", severities(*counts))?;
        }
        match self.outcome.accepted {
            0 if checks.is_empty() => writeln!(out, "findings   none"),
            0 => Ok(()),
            n => writeln!(
                out,
                "and {} accepted before (pairscore-ignore.toml, --baseline)",
                count(n, "finding")
            ),
        }
    }

    fn worst(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        let is_bad = |pair: &&Brief| pair.error_points > 0.0 || pair.verdict != Verdict::Pass;
        let worst = self.outcome.worst.iter().filter(is_bad);
        let worst: Vec<_> = worst.map(|pair| (shortened(&pair.id, (width / 3).max(20)), pair)).collect();
        let Some(widest) = worst.iter().map(|(name, _)| name.width().max("worst".len())).max() else {
            return Ok(());
        };
        let head = format!("{}  verdict  similarity  points", filled("worst", widest));
        let reasons = if width >= head.width() + REASON + 2 { head.width() + 2 } else { 4 };
        let why = if reasons > 4 { "  why" } else { "" };
        writeln!(out, "\n{}", paint(BOLD, &format!("{head}{why}")))?;
        for (name, pair) in worst {
            let line = format!("{}  {}", filled(&name, widest), figures(pair));
            let reason = paragraph(&pair.note, width, reasons);
            let beside = if reasons > 4 { "  ".into() } else { format!("\n{}", " ".repeat(reasons)) };
            let reason = if reason.is_empty() { reason } else { beside + &reason };
            writeln!(out, "{line}{reason}")?;
        }
        Ok(())
    }

    /// The files, those first that are made to be looked at.
    fn files(&self, width: usize) -> String {
        let has = |format| self.formats.contains(&format);
        let table = |name: &str| {
            let entries = fs::read_dir(self.output).into_iter().flatten().filter_map(Result::ok);
            let parts = entries.filter(|e| e.file_name().to_str().is_some_and(|n| is_part(n, name))).count();
            if parts > 0 { format!("{name} and {}", count(parts, "further part")) } else { name.to_string() }
        };
        let files = [
            has(Format::Html).then(|| format!("{PAGE} (open it in a browser)")),
            has(Format::Xlsx).then(|| WORKBOOK.to_string()),
            Some(format!("{} (a row a pair)", table(SUMMARY))),
            Some("pairs/ (a row a segment)".to_string()),
            Some(format!("{} (a row a fault)", table(FINDINGS))),
            self.outcome.ranking.as_ref().map(|_| format!("{SYSTEMS}, {SYSTEM_TESTS}")),
            self.outcome
                .ranking
                .as_ref()
                .map(|_| format!("{} (a group of columns a system), {SYSTEM_SEGMENTS}", table(SYSTEM_PAIRS))),
            has(Format::Jsonl).then(|| SEGMENTS.to_string()),
            Some(table(QUARANTINE)),
            Some(format!("{DICTIONARY} (what each column means)")),
            Some(RUN.to_string()),
        ];
        let mut files: Vec<String> = files.into_iter().flatten().collect();
        files[0] = format!("Written to {}: {}", one_line(&self.output.display().to_string()), files[0]);
        flow(&files, ", ", width)
    }
}

/// The systems, best first.
fn systems(ranking: &Ranking, out: &mut impl Write, width: usize) -> io::Result<()> {
    let by = ranking.by.name.replace('_', " ");
    let titles = ["systems", "rank", &by, "critical", "major", "minor", "fail", "review", "pass"];
    let mut grid = vec![titles.map(|title| right(title).painted(BOLD)).into_iter().collect::<Vec<_>>()];
    grid[0][0] = left("systems").painted(BOLD);
    for standing in &ranking.standings {
        let mean = ranking.decides(standing).map_or("-".into(), |mean| format!("{mean:.1}"));
        let counts = standing.findings.iter().chain(standing.verdicts.iter().rev());
        let mut row = vec![left(&standing.system), right(&standing.rank()), right(&mean)];
        row.extend(counts.map(|count| right(&count.to_string())));
        grid.push(row);
    }
    writeln!(out)?;
    print_grid(out, &grid, width)?;
    let pairs = count(ranking.pairs, "pair");
    let chance = if ranking.has_winner() {
        format!("{} is better than each of the others by more than chance", ranking.standings[0].system)
    } else {
        "the best is not better than each of the others by more than chance".to_string()
    };
    let note = format!("of the {pairs} that all have scored; {chance} (p < .05, paired bootstrap)");
    writeln!(out, "{}", paragraph(&note, width, 2))
}

fn sum(checks: &[(&str, [usize; 3])]) -> [usize; 3] {
    [0, 1, 2].map(|severity| checks.iter().map(|(_, counts)| counts[severity]).sum())
}

/// Numbers of findings under their headings, worst first; none is nothing to see.
fn severities(counts: [usize; 3]) -> String {
    let cell = |severity: Severity, width: usize| match counts[severity as usize] {
        0 => " ".repeat(width),
        n => format!("{n:>width$}"),
    };
    let cells = [cell(Severity::Critical, 8), cell(Severity::Major, 5), cell(Severity::Minor, 5)];
    cells.join("  ").trim_end().to_string()
}

fn figures(pair: &Brief) -> String {
    let verdict = paint(verdict_style(pair.verdict), pair.verdict.name());
    let fill = " ".repeat("verdict".len() - pair.verdict.name().len());
    let similarity = pair.scores.similarity.map_or("-".into(), |score| format!("{score:.1}"));
    format!("{verdict}{fill}  {similarity:>10}  {:>6.1}", pair.error_points)
}
