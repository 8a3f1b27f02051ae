//! The top of the page: the verdict of the batch in words, what was run, and its figures as tiles.

use maud::{Markup, html};
use serde_json::Value;

use super::collect::Gathered;
use super::parts::verdict;
use super::text::{count, counted, number, plain, shown};
use crate::model::{Scores, Severity};
use crate::report::finished::Finished;
use crate::report::order::VERDICTS;

/// The verdict of the batch, and what was run.
pub fn header(run: &Finished, gathered: &Gathered) -> Markup {
    let manifest = run.manifest();
    html! {
        header {
            p.eyebrow { "pairscore " (plain(&manifest.version)) " · pipeline " (shown(run.pipeline_name())) }
            h1 { (headline(gathered)) }
            (proportions(gathered))
            p.lead { (rest(run)) }
            dl.facts {
                @for (name, value) in inputs(&manifest.pipeline["input"]) {
                    div { dt { (name) } dd { (shown(value)) } }
                }
                @let scores = all_texts(&manifest.scores);
                @if !scores.is_empty() { div { dt { "All texts" } dd { (scores) } } }
                div { dt { "Signature" } dd.signature { (shown(&manifest.signature)) } }
            }
        }
    }
}

fn headline(gathered: &Gathered) -> String {
    let [pass, review, fail] = gathered.verdicts;
    let scored = pass + review + fail;
    if scored == 0 {
        return "No pair could be scored".into();
    }
    let of = |n: usize, one: &str, many: &str| {
        format!("{} of {} {}", count(n), counted(scored, "pair"), if n == 1 { one } else { many })
    };
    match (fail, review) {
        (0, 0) => of(pass, "passes", "pass"),
        (0, _) => of(review, "needs review, none fails", "need review, none fails"),
        (_, 0) => of(fail, "fails", "fail"),
        _ => {
            let needs = if review == 1 { "needs" } else { "need" };
            format!("{}, {} {needs} review", of(fail, "fails", "fail"), count(review))
        }
    }
}

/// Verdicts as a bar with its numbers, worst first.
fn proportions(gathered: &Gathered) -> Markup {
    let total: usize = gathered.verdicts.iter().sum();
    let mut from = 0.0;
    let bars = VERDICTS.map(|v| {
        let width = 100.0 * gathered.verdicts[v as usize] as f64 / total.max(1) as f64;
        from += width;
        (v, from - width, width)
    });
    html! {
        @if total > 0 {
            svg.share viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
                @for (v, from, width) in bars {
                    rect.(v.name()) x=(format!("{from:.3}")) width=(format!("{width:.3}")) height="1" {}
                }
            }
            ul.verdicts {
                @for v in VERDICTS { li { (verdict(v)) " " b { (count(gathered.verdicts[v as usize])) } } }
            }
        }
    }
}

fn rest(run: &Finished) -> Markup {
    let counts = run.manifest().counts;
    let accepted = run.manifest().accepted;
    html! {
        @match counts.quarantined {
            0 => "Every pair could be scored.",
            n => { a href="#quarantine" { (counted(n, "pair")) " could not be scored" } "." },
        }
        @if counts.unpaired > 0 {
            " " a href="#quarantine" { (counted(counts.unpaired, "file")) } " had no partner."
        }
        @if accepted > 0 { " " (counted(accepted, "finding")) " accepted before are left out." }
    }
}

/// Where the texts came from, as the pipeline says.
fn inputs(input: &Value) -> Vec<(&'static str, &str)> {
    let names = [
        ("original", "Originals"),
        ("translation", "Translations"),
        ("directory", "Folder"),
        ("pairs", "Manifest"),
        ("languages", "Languages"),
    ];
    names.into_iter().filter_map(|(key, name)| input[key].as_str().map(|value| (name, value))).collect()
}

/// The scores of all texts as one corpus, as the end of a run says them.
fn all_texts(scores: &Scores) -> String {
    let named = scores.named();
    let shown = named.iter().filter_map(|(name, score)| score.map(|v| format!("{name} {v:.1}")));
    shown.collect::<Vec<_>>().join(", ")
}

/// The figures of the batch.
pub fn tiles(run: &Finished, gathered: &Gathered) -> Markup {
    let counts = run.manifest().counts;
    let found = |severity| count(gathered.findings.of_severity(severity));
    let aside = match (counts.quarantined, counts.unpaired) {
        (0, 0) => "none left out".to_string(),
        (failed, alone) => format!("{} not scored, {} unpaired", count(failed), count(alone)),
    };
    let gaps = format!("{} omitted, {} added", count(gathered.gaps[0]), count(gathered.gaps[1]));
    html! {
        section aria-labelledby="figures" {
            h2.vh #figures { "Figures of the batch" }
            div.tiles {
                (tile("Pairs scored", &count(counts.scored), &aside))
                (tile("Segments", &count(gathered.segments), &gaps))
                (distribution("Similarity of pairs, median", &gathered.similarity, (0.1, "p10")))
                (distribution("Error points of pairs, median", &gathered.error_points, (0.9, "p90")))
                (tile("Critical findings", &found(Severity::Critical),
                    &format!("{} major, {} minor", found(Severity::Major), found(Severity::Minor))))
            }
        }
    }
}

fn tile(name: &str, value: &str, beside: &str) -> Markup {
    html! { div.tile { p.name { (name) } p.value { (value) } p.beside { (beside) } } }
}

/// A tile of the median, with the mean and the quantile towards the bad end.
fn distribution(name: &str, sorted: &[f64], (tail, tail_name): (f64, &str)) -> Markup {
    let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
    html! {
        @if !sorted.is_empty() {
            (tile(name, &number(Some(quantile(sorted, 0.5))),
                &format!("mean {mean:.1}, {tail_name} {:.1}", quantile(sorted, tail))))
        }
    }
}

/// The quantile of ascending values, interpolated between neighbours (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let value = |k: usize| sorted.get(k).or(sorted.last()).copied().unwrap_or_default();
    let low = value(at as usize);
    low + (value(at as usize + 1) - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!([0.0, 0.5, 1.0].map(|share| quantile(&[1.0, 2.0, 4.0, 8.0], share)), [1.0, 3.0, 8.0]);
        assert_eq!((quantile(&[5.0], 0.1), quantile(&[], 0.5)), (5.0, 0.0));
    }

    #[test]
    fn the_headline_says_how_many_and_agrees_in_number() {
        let of = |verdicts| headline(&Gathered { verdicts, ..Gathered::default() });
        assert_eq!(of([0, 0, 0]), "No pair could be scored");
        assert_eq!(of([12, 0, 0]), "12 of 12 pairs pass");
        assert_eq!(of([1, 1, 0]), "1 of 2 pairs needs review, none fails");
        assert_eq!(of([1_000, 20, 1]), "1 of 1,021 pairs fails, 20 need review");
        assert_eq!(of([0, 0, 1]), "1 of 1 pair fails");
    }
}
