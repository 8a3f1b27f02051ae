//! The output for several systems: a table with a row a system.

use super::super::view::one_line;
use anstyle::{AnsiColor, Style};

use super::arguments::Test;
use super::python::{ascii_string, repr};
use super::{Page, Score};

/// A list with an object a system. The numbers of paired tests are not rounded.
pub fn json(page: &Page) -> String {
    let objects = names(page).into_iter().zip(&page.scores).map(|(name, scores)| {
        let mut entries = vec![format!("        \"system\": {}", ascii_string(&name))];
        for (metric, score) in page.metrics.iter().zip(scores) {
            let value = match page.test {
                None => ascii_string(&format!("{:.*}", page.options.width, score.points)),
                Some(_) => object(score),
            };
            entries.push(format!("        {}: {value}", ascii_string(&metric.title())));
        }
        format!("    {{\n{}\n    }}", entries.join(",\n"))
    });
    format!("[\n{}\n]\n", objects.collect::<Vec<_>>().join(",\n"))
}

fn object(score: &Score) -> String {
    let null = || "null".to_string();
    let entries = [
        ("score", repr(score.points)),
        ("p_value", score.p_value.map_or_else(null, repr)),
        ("mean", score.interval.map_or_else(null, |interval| repr(interval.mean))),
        ("ci", score.interval.map_or_else(null, |interval| repr(interval.half_width))),
    ];
    let entries: Vec<String> =
        entries.iter().map(|(key, value)| format!("            \"{key}\": {value}")).collect();
    format!("{{\n{}\n        }}", entries.join(",\n"))
}

/// The first system is the baseline of paired tests.
fn names(page: &Page) -> Vec<String> {
    let mut names: Vec<String> = page.evaluation.systems.iter().map(|name| one_line(name)).collect();
    if page.test.is_some() {
        if page.options.reads_standard_input() {
            names[0] = "Baseline".to_string();
            for (number, name) in names.iter_mut().enumerate().skip(1) {
                *name = format!("System {number}");
            }
        } else {
            names[0] = format!("Baseline: {}", names[0]);
        }
    }
    names
}

/// The program that prints sacreBLEU's tables takes names that are all numbers for numbers.
fn numbers_aligned(names: Vec<String>, width: usize) -> Vec<String> {
    let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
    let whole = names.iter().all(|name| name.parse::<i128>().is_ok());
    match numbers {
        Some(numbers) if !whole => numbers.iter().map(|number| format!("{number:.width$}")).collect(),
        _ => names,
    }
}

/// A table, what the test was, and the signatures.
pub fn text(page: &Page, latex: bool) -> String {
    let colours = page.options.colours();
    let paint = |text: &str, colour| if colours { coloured(text, colour) } else { text.to_string() };
    let mut names = numbers_aligned(names(page), page.options.width);
    let baseline = names.first().filter(|name| name.starts_with("Baseline:")).cloned();
    let is_baseline_painted = baseline.is_some();
    let with_intervals = page.scores.iter().flatten().any(|score| score.interval.is_some());
    let mut headers = vec![paint("System", AnsiColor::Cyan)];
    headers.extend(page.metrics.iter().map(|metric| {
        let unit = if with_intervals { " (μ ± 95% CI)" } else { "" };
        paint(&format!("{}{unit}", metric.title()), AnsiColor::Cyan)
    }));
    if is_baseline_painted {
        names[0] = paint(&names[0], AnsiColor::Yellow);
    }
    let rows = names.into_iter().zip(&page.scores).enumerate().map(|(index, (name, scores))| {
        let mut row = vec![name];
        row.extend(scores.iter().map(|score| {
            let cell = cell(score, page.options.width, if latex { ' ' } else { '\n' }, &paint);
            if index == 0 && is_baseline_painted { paint(&cell, AnsiColor::Yellow) } else { cell }
        }));
        row
    });
    let rows: Vec<Vec<String>> = std::iter::once(headers).chain(rows).collect();
    let mut text = if latex { latex_table(&rows) } else { grid(&rows) };
    text.push('\n');
    if let Some(test) = page.test {
        text.push_str(&explanation(test, baseline.as_deref().unwrap_or_default(), &paint));
    }
    text.push_str("-----------------\nMetric signatures\n-----------------\n");
    for metric in page.metrics {
        let signature = page.signature(&**metric).text(page.options.short);
        text.push_str(&format!(" - {:<10} {signature}\n", metric.title()));
    }
    text
}

fn cell(score: &Score, width: usize, line_break: char, paint: &impl Fn(&str, AnsiColor) -> String) -> String {
    let mut cell = format!("{:.width$}", score.points);
    if let Some(interval) = score.interval {
        cell.push_str(&format!(" ({:.width$} ± {:.width$})", interval.mean, interval.half_width));
    }
    if let Some(p_value) = score.p_value {
        let shown = format!("(p = {p_value:.4})");
        let shown = if p_value > 0.05 { paint(&shown, AnsiColor::Red) } else { format!("{shown}*") };
        cell.push_str(&format!("{line_break}{shown}"));
    }
    cell
}

fn explanation(test: &Test, baseline: &str, paint: &impl Fn(&str, AnsiColor) -> String) -> String {
    let bootstrap = !test.is_randomisation();
    let (kind, trials) = if bootstrap {
        ("bootstrap resampling", "resampling trials")
    } else {
        ("approximate randomization", "trials")
    };
    let title = format!("Paired {kind} test with {} {trials}", test.samples);
    let rule = "-".repeat(title.chars().count());
    let [line, name] = ["baseline", baseline]
        .map(|text| if text.is_empty() { String::new() } else { paint(text, AnsiColor::Yellow) });
    let null = paint("Null hypothesis", AnsiColor::Green);
    let null_lower = null.to_lowercase();
    let provided = if bootstrap {
        "   Actual system score / bootstrap estimated true mean / 95% CI are provided for each metric."
    } else {
        "   Actual system score is provided for each metric."
    };
    let red = paint("highlighted in red", AnsiColor::Red);
    [
        &rule,
        &title,
        &rule,
        &format!(" - Each system is pairwise compared to {name}."),
        provided,
        "",
        &format!(" - {null}: the system and the {line} translations are essentially"),
        &format!("   generated by the same underlying process. For a given system and the {line},"),
        "   the p-value is roughly the probability of the absolute score difference (delta)",
        &format!(
            "   or higher occurring due to chance, under the assumption that the {null_lower} is correct."
        ),
        "",
        &format!(" - Assuming a significance threshold of 0.05, the {null_lower} can be rejected"),
        "   for p-values < 0.05 (marked with \"*\"). This means that the delta is unlikely to be attributed",
        &format!("   to chance, hence the system is significantly \"different\" than the {line}."),
        &format!("   Otherwise, the p-values are {red}."),
        "",
        &format!(
            " - NOTE: Significance does not tell whether a system is \"better\" than the {line} but rather"
        ),
        "   emphasizes the \"difference\" of the systems in terms of the replicability of the delta.",
        "",
        "",
    ]
    .join("\n")
}

pub fn coloured(text: &str, colour: AnsiColor) -> String {
    let style = Style::new().fg_color(Some(colour.into()));
    format!("{style}{text}{style:#}")
}

/// The number of characters to be seen.
fn visible_width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

/// Cells of several lines, padded: the first column to the right, the others centred.
struct Layout {
    widths: Vec<usize>,
}

impl Layout {
    /// The first row is the header, which stands a little wider than its text.
    fn new(rows: &[Vec<String>]) -> Self {
        let width =
            |cell: &String| cell.split('\n').map(|line| visible_width(line.trim())).max().unwrap_or_default();
        let columns = 0..rows[0].len();
        let widest = |column: usize| {
            let cells = rows[1..].iter().map(|row| width(&row[column])).max().unwrap_or_default();
            cells.max(width(&rows[0][column]) + 2)
        };
        Self { widths: columns.map(widest).collect() }
    }

    /// A row as lines of padded cells.
    fn lines(&self, row: &[String]) -> Vec<Vec<String>> {
        let cells: Vec<Vec<&str>> =
            row.iter().map(|cell| cell.split('\n').map(str::trim).collect()).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        let line = |number: usize| {
            let cells = cells.iter().zip(&self.widths).enumerate();
            let padded = cells.map(|(column, (cell, width))| {
                let text = cell.get(number).copied().unwrap_or_default();
                let space = width - visible_width(text);
                let left = if column == 0 { space } else { space / 2 };
                format!(" {}{text}{} ", " ".repeat(left), " ".repeat(space - left))
            });
            padded.collect()
        };
        (0..height).map(line).collect()
    }
}

/// A grid of box characters, as the `fancy_grid` of the program tabulate.
fn grid(rows: &[Vec<String>]) -> String {
    let layout = Layout::new(rows);
    let rule = |[start, line, cross, end]: [&str; 4]| {
        let lines: Vec<String> = layout.widths.iter().map(|width| line.repeat(width + 2)).collect();
        format!("{start}{}{end}\n", lines.join(cross))
    };
    let mut grid = rule(["╒", "═", "╤", "╕"]);
    for (number, row) in rows.iter().enumerate() {
        match number {
            0 => {}
            1 => grid.push_str(&rule(["╞", "═", "╪", "╡"])),
            _ => grid.push_str(&rule(["├", "─", "┼", "┤"])),
        }
        for line in layout.lines(row) {
            grid.push_str(&format!("│{}│\n", line.join("│")));
        }
    }
    grid + &rule(["╘", "═", "╧", "╛"])
}

/// A table for LaTeX with the package booktabs, as tabulate's `latex_booktabs`.
fn latex_table(rows: &[Vec<String>]) -> String {
    let layout = Layout::new(rows);
    let mut table = format!("\\begin{{tabular}}{{r{}}}\n\\toprule\n", "c".repeat(rows[0].len() - 1));
    for (number, row) in rows.iter().enumerate() {
        for line in layout.lines(row) {
            let cells: Vec<String> = line.iter().map(|cell| cell.chars().map(latex).collect()).collect();
            table.push_str(&format!("{}\\\\\n", cells.join("&")));
        }
        if number == 0 {
            table.push_str("\\midrule\n");
        }
    }
    table + "\\bottomrule\n\\end{tabular}\n"
}

fn latex(c: char) -> String {
    match c {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{c}"),
        '^' => "\\^{}".to_string(),
        '~' => "\\textasciitilde{}".to_string(),
        '\\' => "\\textbackslash{}".to_string(),
        '<' | '>' => format!("\\ensuremath{{{c}}}"),
        _ => c.to_string(),
    }
}
