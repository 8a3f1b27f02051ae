//! `pairscore diff`: two runs over the same pairs, what got better and worse.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;
use clap::Args;
use pairscore::comparison::{
    Change, CheckChange, Comparison, Output, PairChange, Resampling, ScoreChange, Setting, compare,
    settings_that_differ,
};
use pairscore::error::SetupError;
use pairscore::model::Verdict;
use pairscore::pipeline::Report;
use pairscore::report::finished::Finished;
use serde_json::Value;

use super::layout::{shortened, terminal_width};
use super::metrics::FEW_TO_RESAMPLE;
use super::options::DialectOptions;
use super::view::{BOLD, DIM, count, one_line, paint, verdict_style};
use super::{Exit, Stop, complain};
use grid::{Cell, left, print_grid, right};

mod grid;

/// Options of `diff`.
#[derive(Args)]
#[command(after_help = RULES)]
pub struct Diff {
    /// What an earlier `pairscore run`, or that of one engine, wrote (its --output)
    run_a: PathBuf,
    /// What the later run, or that of another engine, wrote
    run_b: PathBuf,
    /// Folder for the comparison as CSV: pairs, findings, scores, and the columns' meaning
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    dialect: DialectOptions,
    /// How often pairs are drawn for intervals and p-values
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    resamples: u32,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 12345)]
    seed: u64,
    /// Write into a folder that holds other things than a diff; never into that of a run
    #[arg(long)]
    force: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

const RULES: &str = "\
Pairs are matched by id. A pair scored in both runs is better or worse by its verdict; where that is the same, by
error points; where these are, by similarity. Changes of less than 0.1 points are none: they do not show in the one
decimal that people read. A finding is fixed (in A alone) or introduced (in B alone) by pair, check, side and excerpt,
as --baseline has it; findings of pairs that one run could not score, or has not, are left out.

Scores are means of the pairs' scores, each pair weighing the same, long or short: not the score of all texts as one
corpus, which run.json has. Interval and p-value: paired bootstrap over pairs (Koehn 2004), two-sided, with numpy's
generator. Below 20 pairs they mean little.

Exit codes: 0 compared, whatever came out; 2 a folder is no finished run; 3 the runs have no pair in common.";

impl Diff {
    /// Reads both runs in step, writes the tables, and says what lies between them.
    pub fn run(self) -> Result<Exit, Stop> {
        let runs = [Finished::open(&self.run_a)?, Finished::open(&self.run_b)?];
        if self.dialect.given() && self.output.is_none() {
            let what = "--csv-locale, --no-bom and --raw are about CSV: give --output";
            return Err(SetupError::Configuration(what.into()).into());
        }
        let output = self.open()?;
        self.warn(&differences(runs.each_ref()));
        let resampling = Resampling { resamples: self.resamples, seed: self.seed };
        let comparison = compare(runs.each_ref(), resampling, output)?;
        if let Some(rows @ ..FEW_TO_RESAMPLE) = comparison.scores.iter().map(|s| s.test.pairs).min() {
            let pairs = count(rows, "pair");
            self.warn(&[format!(
                "warning: {pairs} to resample: intervals and p-values of so few mean little"
            )]);
        }
        if !self.quiet {
            self.print(&comparison)?;
        }
        Ok(Exit::Success)
    }

    fn warn(&self, warnings: &[String]) {
        if !self.quiet {
            for warning in warnings {
                complain(warning);
            }
        }
    }

    fn open(&self) -> Result<Option<Output>, SetupError> {
        let mut report = Report::default();
        self.dialect.apply(&mut report)?;
        let dialect = report.dialect()?;
        self.output.as_deref().map(|folder| Output::open(folder, dialect, self.force)).transpose()
    }

    fn print(&self, comparison: &Comparison) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        for (name, folder) in [("A", &self.run_a), ("B", &self.run_b)] {
            writeln!(out, "{name}  {}", one_line(&folder.display().to_string()))?;
        }
        writeln!(out)?;
        print_counts(&mut out, comparison)?;
        print_scores(&mut out, &comparison.scores)?;
        if !comparison.scores.is_empty() {
            let how = format!("{} resamples, seed {}", self.resamples, self.seed);
            let note = format!("means over pairs, each weighing the same; paired bootstrap, {how}");
            writeln!(out, "{}", paint(DIM, &note))?;
        }
        print_pairs(&mut out, "worse", &comparison.worse)?;
        print_pairs(&mut out, "better", &comparison.better)?;
        print_checks(&mut out, &comparison.checks)?;
        if let Some(folder) = &self.output {
            let what = "pairs.csv (a row a pair), findings.csv (what was fixed and introduced),";
            writeln!(out, "\nWritten to {}: {what}", one_line(&folder.display().to_string()))?;
            writeln!(out, "scores.csv (a row a score), columns.csv (what each column means)")?;
        }
        Ok(())
    }
}

/// What else than the texts may be behind the differences, a line each.
fn differences(runs: [&Finished; 2]) -> Vec<String> {
    let [a, b] = runs.map(Finished::manifest);
    let mut lines = Vec::new();
    if a.version != b.version {
        lines.push(format!("the runs were made by different versions: {} and {}", a.version, b.version));
    }
    let settings: Vec<String> =
        settings_that_differ([&a.pipeline, &b.pipeline]).iter().map(setting).collect();
    if !settings.is_empty() {
        lines.push(format!("the runs were made with different settings: {}", settings.join(", ")));
    }
    if a.accepted != b.accepted {
        let counts = format!("{} in A, {} in B", a.accepted, b.accepted);
        let what = "(pairscore-ignore.toml, --baseline): those count as not found";
        lines.push(format!("the runs left out accepted findings, {counts} {what}"));
    }
    lines
}

fn setting(setting: &Setting) -> String {
    let name = &setting.name;
    let short = |value: &Value| if value.is_object() { "…".to_string() } else { value.to_string() };
    match &setting.values {
        [Some(a), Some(b)] => format!("{name} {} -> {}", short(a), short(b)),
        [Some(_), None] => format!("{name} (only A has it)"),
        _ => format!("{name} (only B has it)"),
    }
}

fn print_counts(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    let number = |change| comparison.changes.get(&change).copied().unwrap_or(0);
    let [worse, better, unchanged] = [Change::Worse, Change::Better, Change::Unchanged].map(number);
    writeln!(out, "pairs      {worse} worse, {better} better, {unchanged} unchanged")?;
    let rest = [
        (Change::NowFailed, "scored in A alone"),
        (Change::NowScored, "scored in B alone"),
        (Change::Failed, "scored in neither"),
        (Change::Gone, "only in A"),
        (Change::New, "only in B"),
    ];
    let rest = rest.map(|(change, what)| (number(change), what));
    let rest: Vec<String> =
        rest.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if !rest.is_empty() {
        writeln!(out, "           {}", rest.join(", "))?;
    }
    let verdicts =
        comparison.verdicts.map(|[pass, review, fail]| format!("{pass} pass, {review} review, {fail} fail"));
    writeln!(out, "verdicts   {} -> {}", verdicts[0], verdicts[1])
}

/// From this p-value on, a difference has no colour: chance would do as much once in twenty times.
const CHANCE: f64 = 0.05;

fn print_scores(out: &mut impl Write, scores: &[ScoreChange]) -> io::Result<()> {
    let head = ["mean", "pairs", "A", "B", "difference", "", "95 % interval", "p"];
    let head = head.map(|title| if ["mean", ""].contains(&title) { left(title) } else { right(title) });
    let lines = scores.iter().map(|change| {
        let test = &change.test;
        let decimals = if change.score.name == "coverage" { 4 } else { 2 };
        let [low, high] = test.interval.map(|end| format!("{end:+.decimals$}"));
        let style = match change.name() {
            _ if test.p_value >= CHANCE => DIM,
            "better" => verdict_style(Verdict::Pass),
            _ => verdict_style(Verdict::Fail),
        };
        vec![
            left(change.score.name),
            right(&test.pairs.to_string()),
            right(&format!("{:.decimals$}", test.means[0])),
            right(&format!("{:.decimals$}", test.means[1])),
            right(&format!("{:+.decimals$}", test.difference)),
            left(change.name()).painted(style),
            right(&format!("{low} to {high}")),
            right(&probability(test.p_value)),
        ]
    });
    print_table(out, Vec::from(head), lines)
}

fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_string() } else { format!("{p:.3}") }
}

/// Most columns of a pair's id.
const ID: usize = 40;

fn print_pairs(out: &mut impl Write, title: &str, pairs: &[PairChange]) -> io::Result<()> {
    let side = usize::from(title == "worse");
    let head = [title, "verdict", "points/100w", "similarity", ["note of A", "note of B"][side]].map(left);
    let lines = pairs.iter().filter_map(|met| {
        let rows = met.scored()?;
        Some(vec![
            left(&shortened(&met.pair, ID)),
            verdicts(rows.map(|row| row.verdict)),
            left(&both(rows.map(|row| row.error_points))),
            left(&both(rows.map(|row| row.similarity))),
            left(&rows[side].note),
        ])
    });
    print_table(out, Vec::from(head), lines)
}

fn verdicts(verdicts: [Option<Verdict>; 2]) -> Cell {
    let name = |verdict: Option<Verdict>| verdict.map_or("-", Verdict::name);
    let [a, b] = verdicts.map(name);
    let text = if a == b { a.to_string() } else { format!("{a} -> {b}") };
    left(&text).painted(verdicts[1].map_or(Style::new(), verdict_style))
}

fn both(values: [Option<f64>; 2]) -> String {
    let [a, b] = values.map(|value| value.map_or("-".to_string(), |v| format!("{v:.1}")));
    if a == b { a } else { format!("{a} -> {b}") }
}

fn print_checks(out: &mut impl Write, checks: &BTreeMap<String, CheckChange>) -> io::Result<()> {
    let line = |name: &str, c: &CheckChange| {
        let counts = [c.kept + c.fixed, c.kept + c.introduced, c.fixed, c.introduced];
        let cells = counts.iter().map(|n| right(&n.to_string()));
        std::iter::once(left(name)).chain(cells).collect::<Vec<Cell>>()
    };
    let changed = checks.iter().filter(|(_, c)| c.fixed + c.introduced > 0);
    let mut lines: Vec<Vec<Cell>> = changed.map(|(name, c)| line(name, c)).collect();
    if !checks.is_empty() {
        lines.push(line("all checks", &checks.values().copied().sum()));
    }
    let mut head = vec![left("findings")];
    head.extend(["A", "B", "fixed", "introduced"].map(right));
    print_table(out, head, lines.into_iter())
}

/// An empty line, the head in bold, the lines; nothing where there are none.
fn print_table(
    out: &mut impl Write,
    head: Vec<Cell>,
    lines: impl Iterator<Item = Vec<Cell>>,
) -> io::Result<()> {
    let head: Vec<Cell> = head.into_iter().map(|cell| cell.painted(BOLD)).collect();
    let rows: Vec<Vec<Cell>> = std::iter::once(head).chain(lines).collect();
    if rows.len() == 1 {
        return Ok(());
    }
    writeln!(out)?;
    print_grid(out, &rows, terminal_width())
}
