//! `pairscore diff`: two runs over the same pairs, what got better and worse.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;
use clap::Args;
use pairscore::comparison::{
    Change, CheckChange, Comparison, PairChange, Place, Resampling, Score, ScoreChange, Setting, compare,
    settings_that_differ,
};
use pairscore::error::SetupError;
use pairscore::model::Verdict;
use pairscore::pipeline::Report;
use pairscore::report::finished::Finished;
use pairscore::report::scores::rounded;
use serde_json::Value;

use super::grid::{Cell, left, print_grid, right};
use super::layout::{shortened, terminal_width};
use super::metrics::FEW_TO_RESAMPLE;
use super::options::DialectOptions;
use super::view::{BOLD, DIM, count, one_line, paint, verdict_style};
use super::{Exit, Stop, complain};

/// Options of `diff`.
#[derive(Args)]
#[command(after_help = RULES)]
pub struct Diff {
    /// Folder of the first run (its --output)
    run_a: PathBuf,
    /// Folder of the second run
    run_b: PathBuf,
    /// Folder for the comparison as CSV: pairs, findings, scores, and the columns' meaning
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    dialect: DialectOptions,
    /// How often pairs are drawn for intervals and p-values
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    resamples: u32,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 12345)]
    seed: u64,
    /// Write into a folder that holds other files too; never over a file of another origin or into a run
    #[arg(long)]
    force: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

const RULES: &str = "\
Pairs are matched by id. A pair scored in both runs is better or worse by its verdict; where that is the same, by error \
points; where these are, by similarity. Changes of less than 0.1 points are none: 0.1 error points are the mildest fault \
(minor punctuation) once in 100 words, and a tenth of a point of similarity is nothing that a reader sees. A finding is \
fixed (in A alone) or introduced (in B alone) by pair, check, side and excerpt, as --baseline has it; findings of pairs \
that one run could not score, or has not, are left out.

Scores are means of the pairs' scores, each pair weighing the same, long or short: not the score of all texts as one \
corpus, which run.json has. Interval and p-value: paired bootstrap over pairs (Koehn 2004), two-sided, with numpy's \
generator. Below 20 pairs they mean little.

Exit codes: 0 compared, whatever came out; 2 wrong usage, a folder that is no finished run, or a bad output place; 3 the \
runs have no pair in common.";

impl Diff {
    /// Reads both runs in step, writes the tables, and says what lies between them.
    pub fn run(self) -> Result<Exit, Stop> {
        let runs = [Finished::open(&self.run_a)?, Finished::open(&self.run_b)?];
        if self.dialect.given() && self.output.is_none() {
            let what = "--csv-locale, --no-bom and --raw are about CSV: give --output";
            return Err(SetupError::Configuration(what.into()).into());
        }
        let place = self.place()?;
        let resampling = Resampling { resamples: self.resamples, seed: self.seed };
        let comparison = compare(runs.each_ref(), resampling, place)?;
        self.warn(&differences(runs.each_ref()));
        self.warn(&not_in_both(&comparison.one_sided));
        if let Some(rows @ ..FEW_TO_RESAMPLE) = comparison.scores.iter().map(|s| s.test.pairs).min() {
            let what = if rows < 2 { "of one there are none" } else { "of so few mean little" };
            let pairs = count(rows, "pair");
            self.warn(&[format!("warning: {pairs} to resample: intervals and p-values {what}")]);
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

    fn place(&self) -> Result<Option<Place>, SetupError> {
        let mut report = Report::default();
        self.dialect.apply(&mut report)?;
        let dialect = report.dialect()?;
        let place = |folder: &PathBuf| Place { folder: folder.clone(), dialect, force: self.force };
        Ok(self.output.as_ref().map(place))
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
        print_checks(&mut out, comparison)?;
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

/// The scores that stand in no row, for one of the runs lacks them.
fn not_in_both(one_sided: &[Vec<Score>; 2]) -> Vec<String> {
    let sides = ["A", "B"].into_iter().zip(one_sided).filter(|(_, scores)| !scores.is_empty());
    let line = |(run, scores): (&str, &Vec<Score>)| {
        let names: Vec<&str> = scores.iter().map(|score| score.name).collect();
        format!("only {run} has {}: not compared", names.join(", "))
    };
    sides.map(line).collect()
}

fn setting(setting: &Setting) -> String {
    let name = &setting.name;
    let short = |value: &Value| match value {
        Value::Object(_) => "…".to_string(),
        Value::Null => "unset".to_string(),
        _ => value.to_string(),
    };
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
    let whose = of_those_in_both(comparison).map(|whose| format!(" ({whose})")).unwrap_or_default();
    writeln!(out, "verdicts   {} -> {}{whose}", verdicts[0], verdicts[1])
}

/// Whose verdicts and findings are counted, where either run has pairs beside these.
fn of_those_in_both(comparison: &Comparison) -> Option<String> {
    let is_in_both = |change: &Change| matches!(change, Change::Worse | Change::Better | Change::Unchanged);
    let in_both = comparison.changes.iter().filter(|(change, _)| is_in_both(change)).map(|(_, n)| n).sum();
    let all: usize = comparison.changes.values().sum();
    (in_both < all).then(|| format!("of the {} scored in both", count(in_both, "pair")))
}

/// From this p-value on, a difference has no colour: chance would do as much once in twenty times.
const CHANCE: f64 = 0.05;

fn print_scores(out: &mut impl Write, scores: &[ScoreChange]) -> io::Result<()> {
    let head = ["mean", "pairs", "A", "B", "difference", "", "95 % interval", "p"];
    let head = head.map(|title| if ["mean", ""].contains(&title) { left(title) } else { right(title) });
    let lines = scores.iter().map(|change| {
        let test = &change.test;
        let decimals = if change.score.name == "coverage" { 4 } else { 2 };
        let name = change.name(decimals);
        let interval = test.interval.map(|ends| ends.map(|end| signed(end, decimals)).join(" to "));
        let is_sure = test.pairs >= FEW_TO_RESAMPLE && test.p_value.is_some_and(|p| p < CHANCE);
        let style = match name {
            _ if !is_sure => DIM,
            "better" => verdict_style(Verdict::Pass),
            _ => verdict_style(Verdict::Fail),
        };
        vec![
            left(change.score.name),
            right(&test.pairs.to_string()),
            right(&with_decimals(test.means[0], decimals)),
            right(&with_decimals(test.means[1], decimals)),
            right(&signed(test.difference, decimals)),
            left(name).painted(style),
            right(interval.as_deref().unwrap_or("-")),
            right(&test.p_value.map_or("-".to_string(), probability)),
        ]
    });
    print_table(out, Vec::from(head), lines)
}

fn with_decimals(value: f64, decimals: i32) -> String {
    format!("{:.*}", decimals as usize, rounded(value, decimals))
}

/// With its sign, unless it rounds to nothing.
fn signed(value: f64, decimals: i32) -> String {
    let sign = if rounded(value, decimals) > 0.0 { "+" } else { "" };
    sign.to_string() + &with_decimals(value, decimals)
}

fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_string() } else { format!("{p:.3}") }
}

/// Most columns of a pair's id.
const ID: usize = 40;

fn print_pairs(out: &mut impl Write, title: &str, pairs: &[PairChange]) -> io::Result<()> {
    let side = usize::from(title == "worse");
    let head = [title, "verdict", "points", "similarity", ["note of A", "note of B"][side]].map(left);
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

fn print_checks(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    let checks = &comparison.checks;
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
    print_table(out, head, lines.into_iter())?;
    match of_those_in_both(comparison).filter(|_| !checks.is_empty()) {
        Some(whose) => writeln!(out, "{}", paint(DIM, &whose)),
        None => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!([-0.004, 0.0, 0.004].map(|v| signed(v, 2)), ["0.00"; 3]);
        assert_eq!([-0.006, 0.006].map(|v| signed(v, 2)), ["-0.01", "+0.01"]);
    }
}
