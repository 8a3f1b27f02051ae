//! How the pairs' scores are spread, and which checks found how much.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::collect::Gathered;
use super::parts::scrolling;
use super::text::count;
use crate::pipeline::{Threshold, Thresholds};

/// Measures of a histogram, in the units of its drawing.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 226.0;
const TOP: f64 = 58.0;
const FLOOR: f64 = 192.0;
const BINS: usize = 10;

/// Width of a step of error points where no threshold says what matters.
const STEP: f64 = 5.0;

/// Histograms of the pairs' scores.
pub fn histograms(gathered: &Gathered, thresholds: &Thresholds) -> Markup {
    let limits = |of: fn(&Threshold) -> Option<f64>| {
        let both = [("fail", of(&thresholds.fail)), ("review", of(&thresholds.review))];
        let mut set: Vec<_> = both.into_iter().filter_map(|(name, limit)| Some((name, limit?))).collect();
        set.sort_by(|a, b| a.1.total_cmp(&b.1));
        set
    };
    let points = limits(|t| t.error_points_above);
    let similarity = Histogram {
        values: &gathered.similarity,
        step: 10.0,
        open: false,
        limits: limits(|t| t.similarity_below),
    };
    let errors = Histogram {
        values: &gathered.error_points,
        step: points.last().map(|(_, highest)| highest / 5.0).filter(|step| *step > 0.0).unwrap_or(STEP),
        open: true,
        limits: points,
    };
    html! {
        section aria-labelledby="scores" {
            h2 #scores { "How the pairs score" }
            div.charts {
                (similarity.markup("Similarity", "higher is better"))
                (errors.markup("Error points per 100 words", "lower is better"))
            }
        }
    }
}

struct Histogram<'v> {
    values: &'v [f64],
    step: f64,
    /// Values beyond the last bin have one of their own.
    open: bool,
    /// Thresholds, the lowest first.
    limits: Vec<(&'static str, f64)>,
}

impl Histogram<'_> {
    fn bins(&self) -> Vec<usize> {
        let mut bins = vec![0; BINS + usize::from(self.open)];
        let last = bins.len() - 1;
        for value in self.values {
            bins[((value / self.step).max(0.0) as usize).min(last)] += 1;
        }
        bins
    }

    fn markup(&self, name: &str, direction: &str) -> Markup {
        let bins = self.bins();
        let width = WIDTH / bins.len() as f64;
        let highest = bins.iter().copied().max().unwrap_or(1).max(1) as f64;
        html! {
            @if !self.values.is_empty() {
                figure.histogram {
                    figcaption { b { (name) } " " span.dim { (direction) ", pairs by score" } }
                    svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img"
                        aria-label=(self.words(name, &bins)) {
                        @for (k, n) in bins.iter().enumerate().filter(|(_, n)| **n > 0) {
                            (bar(k as f64 * width, width, *n as f64 / highest, *n))
                        }
                        path.axis d=(format!("M0 {FLOOR}H{WIDTH}")) {}
                        @for k in (0..=BINS).step_by(2) { (self.tick(k, width)) }
                        @for (row, (verdict, limit)) in self.limits.iter().enumerate() {
                            (self.limit(row, verdict, *limit, width))
                        }
                    }
                }
            }
        }
    }

    fn tick(&self, k: usize, width: f64) -> Markup {
        let anchor = match k {
            0 => "start",
            BINS if !self.open => "end",
            _ => "middle",
        };
        let more = if self.open && k == BINS { "+" } else { "" };
        html! {
            text.tick x=(fixed(k as f64 * width)) y=(fixed(FLOOR + 18.0)) text-anchor=(anchor) {
                (k as f64 * self.step) (more)
            }
        }
    }

    /// A threshold, its label to the right: each lower than the one before, whose label it would cut else.
    fn limit(&self, row: usize, verdict: &str, limit: f64, width: f64) -> Markup {
        let x = (limit / self.step * width).min(WIDTH - 1.0);
        let y = 12.0 + 17.0 * row as f64;
        let word = if self.open { "above" } else { "below" };
        let (anchor, shift) = if x > WIDTH - 150.0 { ("end", -5.0) } else { ("start", 5.0) };
        html! {
            path.limit.(verdict) d=(format!("M{} {}V{FLOOR}", fixed(x), y - 10.0)) {}
            text.limit.(verdict) x=(fixed(x + shift)) y=(y) text-anchor=(anchor) {
                (verdict) " " (word) " " (limit)
            }
        }
    }

    fn words(&self, name: &str, bins: &[usize]) -> String {
        let parts = bins.iter().enumerate().filter(|(_, n)| **n > 0).map(|(k, n)| {
            let (from, to) = (k as f64 * self.step, (k + 1) as f64 * self.step);
            if self.open && k == BINS {
                format!("{from} and more: {n}")
            } else {
                format!("{from} to {to}: {n}")
            }
        });
        format!("{name}, number of pairs: {}", parts.collect::<Vec<_>>().join("; "))
    }
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

/// Findings by check and severity, most points first.
pub fn findings(gathered: &Gathered) -> Markup {
    let mut checks: Vec<(&String, &[usize; 3])> = gathered.findings.iter().collect();
    checks.sort_by_key(|(_, counts)| Reverse((counts[2], counts[1], counts[0])));
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
                        tbody { @for (check, counts) in checks { (row(check, *counts, most)) } }
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
    let parts = [("critical", 2), ("major", 1), ("minor", 0)].map(|(name, k): (&str, usize)| {
        from += width(counts[k]);
        (name, from - width(counts[k]), width(counts[k]))
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
            @for k in [2, 1, 0] { td.num.zero[counts[k] == 0] { (count(counts[k])) } }
            td.num { b { (count(all)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_last_bin_have_one_of_their_own_or_the_last() {
        let bins = |open, values| Histogram { values, step: 10.0, open, limits: Vec::new() }.bins();
        assert_eq!(bins(false, &[0.0, 9.99, 10.0, 100.0]), [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(bins(true, &[99.0, 100.0, 1e9])[9..], [1, 2]);
    }
}
