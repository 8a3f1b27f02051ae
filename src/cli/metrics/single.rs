//! The output for one system.

use anstyle::AnsiColor;
use pairscore::metrics::resampling::Interval;
use pairscore::metrics::{Level, Metric, Statistics};

use super::Page;
use super::arguments::Metrics;
use super::python::{ascii_string, repr, rounded};
use super::table::coloured;

/// What is printed of one metric.
pub struct Line {
    title: String,
    score: f64,
    /// Resampled scores that are all 0 are not reported.
    interval: Option<Interval>,
    details: Option<String>,
}

impl Line {
    pub fn new(metric: &dyn Metric, counts: &Statistics, level: Level, interval: Option<Interval>) -> Self {
        Self {
            title: metric.title(),
            score: metric.score(counts, level),
            interval: interval.filter(|interval| interval.mean > 0.0),
            details: metric.details(counts),
        }
    }

    /// One line of text; the score alone if that is asked for.
    pub fn text(&self, options: &Metrics, signature: &str) -> String {
        let width = options.width;
        let mut score = format!("{:.width$}", self.score);
        if let Some(interval) = self.interval {
            score.push_str(&format!(" ({})", confidence(interval, width)));
        }
        if options.score_only {
            return score;
        }
        let details = self.details.as_ref().map(|details| format!(" {details}")).unwrap_or_default();
        format!("{}|{signature} = {score}{details}", self.title)
    }

    fn json(&self, width: usize, signature: &super::Signature) -> String {
        let number = |number: f64| repr(rounded(number, width));
        let mut entries = vec![
            ("name", ascii_string(&self.title)),
            ("score", number(self.score)),
            ("signature", ascii_string(&signature.text(false))),
        ];
        if let Some(interval) = self.interval {
            entries.push(("confidence_mean", number(interval.mean)));
            entries.push(("confidence_var", number(interval.half_width)));
            entries.push(("confidence", format!("\"{}\"", confidence(interval, width))));
        }
        if let Some(details) = &self.details {
            entries.push(("verbose_score", ascii_string(details)));
        }
        entries.extend(signature.0.iter().map(|field| (field.key, ascii_string(&field.value))));
        let entries: Vec<String> =
            entries.iter().map(|(key, value)| format!(" \"{key}\": {value}")).collect();
        format!("{{\n{}\n}}", entries.join(",\n"))
    }
}

fn confidence(interval: Interval, width: usize) -> String {
    format!("μ = {:.width$} ± {:.width$}", interval.mean, interval.half_width)
}

/// One object, or a list of several.
pub fn json(page: &Page) -> String {
    let results: Vec<String> = lines(page)
        .map(|(line, signature)| {
            if page.options.score_only {
                line.text(page.options, "")
            } else {
                line.json(page.options.width, &signature)
            }
        })
        .collect();
    match &results[..] {
        [one] => format!("{one}\n"),
        several => format!("[\n{}\n]\n", several.join(",\n")),
    }
}

/// A line a metric, with the equals signs below each other.
pub fn text(page: &Page) -> String {
    let results: Vec<String> = lines(page)
        .map(|(line, signature)| line.text(page.options, &signature.text(page.options.short)))
        .collect();
    if let [one] = &results[..] {
        return format!("{}\n", with_colour(one, page.options.colours()));
    }
    let width = |text: &str| text.chars().count();
    let ends: Vec<usize> =
        results.iter().filter_map(|line| line.find('=').map(|at| width(&line[..at]) - 1)).collect();
    let widest = ends.iter().copied().max().unwrap_or_default();
    let plain = results.iter().filter(|line| !line.contains('=')).map(|line| format!("{line}\n"));
    // sacreBLEU too pairs the places found with the lines from the first, also where some lines have no place.
    let aligned = ends.iter().zip(&results).map(|(end, line)| {
        let line_end = width(line).min(*end);
        let padding = " ".repeat(widest - line_end);
        format!("{padding}{}\n", with_colour(line, page.options.colours()))
    });
    plain.chain(aligned).collect()
}

fn lines<'p>(page: &'p Page) -> impl Iterator<Item = (Line, super::Signature)> + 'p {
    let of_system = page.metrics.iter().zip(&page.evaluation.sums[0]).zip(&page.scores[0]);
    of_system.map(|((metric, counts), score)| {
        (Line::new(&**metric, counts, Level::Corpus, score.interval), page.signature(&**metric))
    })
}

/// The confidence interval in colour.
fn with_colour(line: &str, colours: bool) -> String {
    match (line.find("(μ"), line.find("± ")) {
        (Some(start), Some(sign)) if colours => {
            let end = line[sign..].find(')').map_or(line.len(), |length| sign + length + 1);
            format!("{}{}{}", &line[..start], coloured(&line[start..end], AnsiColor::Cyan), &line[end..])
        }
        _ => line.to_string(),
    }
}
