//! How the pairs' scores are spread, and which checks found how much.

use maud::{Markup, html};

use super::collect::Gathered;
use super::parts::scrolling;
use super::text::count;
use crate::model::Verdict;
use crate::pipeline::Thresholds;
use crate::report::spread::{Histogram, Measure, Spread};
use crate::report::tally::SEVERITIES;

/// Measures of a histogram, in the units of its drawing.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 226.0;
const TOP: f64 = 58.0;
const FLOOR: f64 = 192.0;

/// Histograms of the pairs' scores.
pub fn histograms(gathered: &Gathered, thresholds: &Thresholds) -> Markup {
    let mut spread = Spread::new(thresholds);
    for value in &gathered.similarity {
        spread.add(Some(*value), None);
    }
    for value in &gathered.error_points {
        spread.add(None, Some(*value));
    }
    html! {
        section aria-labelledby="scores" {
            h2 #scores { "How the pairs score" }
            div.charts { (histogram(&spread.similarity)) (histogram(&spread.error_points)) }
        }
    }
}

fn histogram(values: &Histogram) -> Markup {
    let classes = values.classes();
    let width = WIDTH / classes.len() as f64;
    let highest = classes.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1) as f64;
    let direction = match values.measure() {
        Measure::Similarity => "higher is better",
        Measure::ErrorPoints => "lower is better",
    };
    html! {
        @if !values.is_empty() {
            figure.histogram {
                figcaption { b { (values.name()) } " " span.dim { (direction) ", pairs by score" } }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img"
                    aria-label=(words(values.name(), &classes)) {
                    @for (k, (_, n)) in classes.iter().enumerate().filter(|(_, (_, n))| *n > 0) {
                        (bar(k as f64 * width, width, *n as f64 / highest, *n))
                    }
                    path.axis d=(format!("M0 {FLOOR}H{WIDTH}")) {}
                    @for (place, edge) in values.ticks() { (tick(place * width, edge)) }
                    @for (row, (verdict, limit, before)) in values.limits().enumerate() {
                        (threshold(row, verdict, &limit_words(values.measure(), limit), before as f64 * width))
                    }
                }
            }
        }
    }
}

fn tick(x: f64, edge: f64) -> Markup {
    let anchor = match x {
        0.0 => "start",
        WIDTH => "end",
        _ => "middle",
    };
    html! { text.tick x=(fixed(x)) y=(fixed(FLOOR + 18.0)) text-anchor=(anchor) { (edge) } }
}

fn limit_words(measure: Measure, limit: f64) -> String {
    match measure {
        Measure::Similarity => format!("below {limit}"),
        Measure::ErrorPoints => format!("above {limit}"),
    }
}

/// A threshold, its label beside it: each lower than the one before, whose label it would cut else.
fn threshold(row: usize, verdict: Verdict, limit: &str, x: f64) -> Markup {
    let x = x.clamp(1.0, WIDTH - 1.0);
    let y = 12.0 + 17.0 * row as f64;
    let (anchor, shift) = if x > WIDTH - 150.0 { ("end", -5.0) } else { ("start", 5.0) };
    let verdict = verdict.name();
    html! {
        path.limit.(verdict) d=(format!("M{} {}V{FLOOR}", fixed(x), y - 10.0)) {}
        text.limit.(verdict) x=(fixed(x + shift)) y=(y) text-anchor=(anchor) { (verdict) " " (limit) }
    }
}

fn words(name: &str, classes: &[(String, usize)]) -> String {
    let parts = classes.iter().filter(|(_, n)| *n > 0).map(|(class, n)| format!("{class}: {n}"));
    format!("{name}, number of pairs: {}", parts.collect::<Vec<_>>().join("; "))
}

/// A bar with its number above it.
fn bar(x: f64, width: f64, share: f64, n: usize) -> Markup {
    let height = (FLOOR - TOP) * share;
    let top = FLOOR - height;
    html! {
        rect.bar x=(fixed(x + 1.5)) y=(fixed(top)) width=(fixed(width - 3.0)) height=(fixed(height)) {}
        text.n x=(fixed(x + width / 2.0)) y=(fixed(top - 5.0)) text-anchor="middle" { (count(n)) }
    }
}

fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

/// Findings by check and severity, most findings first.
pub fn findings(gathered: &Gathered) -> Markup {
    let checks = gathered.findings.most_first();
    let most = checks.iter().map(|(_, counts)| counts.iter().sum::<usize>()).max().unwrap_or(1);
    html! {
        section aria-labelledby="findings" {
            h2 #findings { "What was found" }
            @if checks.is_empty() {
                p { "No check found anything." }
            } @else {
                p.dim { "A check's name shows the pairs in which it found something." }
                (scrolling("Findings by check", &html! {
                    table.checks {
                        thead { tr {
                            th scope="col" { "Check" } th scope="col" { span.vh { "Share" } }
                            @for name in ["Critical", "Major", "Minor", "All"] {
                                th.num scope="col" { (name) }
                            }
                        } }
                        tbody { @for (check, counts) in checks { (row(check, counts, most)) } }
                    }
                }))
            }
        }
    }
}

fn row(check: &str, counts: [usize; 3], most: usize) -> Markup {
    let all = counts.iter().sum::<usize>();
    let width = |n: usize| 100.0 * n as f64 / most as f64;
    let mut from = 0.0;
    let parts = SEVERITIES.into_iter().zip(counts).map(|(severity, n)| {
        from += width(n);
        (severity.name(), from - width(n), width(n))
    });
    html! {
        tr {
            th scope="row" { a href="#pairs" data-check=(check) { (check) } }
            td.grow {
                svg.stack viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
                    @for (name, from, width) in parts {
                        @if width > 0.0 {
                            rect.(name) x=(format!("{from:.3}")) width=(format!("{width:.3}")) height="1" {}
                        }
                    }
                }
            }
            @for n in counts { td.num.zero[n == 0] { (count(n)) } }
            td.num { b { (count(all)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Threshold;

    #[test]
    fn numbers_of_a_histogram_are_round_and_thresholds_stand_between_its_bars() {
        let review = Threshold { error_points_above: Some(7.0), ..Threshold::default() };
        let thresholds = Thresholds { fail: Threshold::default(), review };
        let gathered = Gathered { error_points: vec![0.0, 7.0, 7.1], ..Gathered::default() };
        let page = histograms(&gathered, &thresholds).into_string();
        assert!(page.contains("number of pairs: 0: 1; to 7: 1; to 10: 1"), "{page}");
        // 9 classes, 5 of them up to 7.
        assert!(page.contains("review above 7") && page.contains("M240.0 2V192"), "{page}");
    }

    #[test]
    fn a_threshold_of_0_parts_pairs_without_error_points_from_the_others() {
        let review = Threshold { error_points_above: Some(0.0), ..Threshold::default() };
        let thresholds = Thresholds { fail: Threshold::default(), review };
        let gathered = Gathered { error_points: vec![0.0, 0.1], ..Gathered::default() };
        let page = histograms(&gathered, &thresholds).into_string();
        assert!(page.contains("0: 1; to 1: 1") && page.contains("M53.3 2V192"), "{page}");
    }
}
