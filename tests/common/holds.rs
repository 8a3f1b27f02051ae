//! What holds for every pair, whatever its texts: asserted by the property tests and by the fuzz targets.

use std::ops::Range;

use pairscore::model::{Bead, PairReport, Side};

/// Every sentence stands in exactly one bead, rows stand in the order of the original, and those of the translation
/// in its order but for moved passages.
pub fn beads_hold<'b>(beads: impl Iterator<Item = &'b Bead> + Clone, sentences: [usize; 2]) {
    assert!(beads.clone().all(|b| !b.original.is_empty() || !b.translation.is_empty()), "an empty bead");
    let sides: [fn(&Bead) -> &Range<usize>; 2] = [|b| &b.original, |b| &b.translation];
    for (of, count) in sides.into_iter().zip(sentences) {
        let mut seen = vec![0; count];
        beads.clone().flat_map(|b| of(b).clone()).for_each(|sentence| seen[sentence] += 1);
        assert!(seen.iter().all(|&n| n == 1), "sentences in beads: {seen:?}");
    }
    let mut last = [0, 0];
    for bead in beads.clone().filter(|b| b.is_aligned() && !b.moved) {
        assert!(bead.original.start >= last[0] && bead.translation.start >= last[1], "{bead:?}");
        last = [bead.original.end, bead.translation.end];
    }
    assert!(beads.clone().map(|b| &b.original).filter(|r| !r.is_empty()).is_sorted_by_key(|r| r.start));
    for bead in beads {
        assert!((0.0..=1.0).contains(&bead.confidence), "{bead:?}");
    }
}

/// Beads, spans and scores of a report agree with its texts and with each other.
pub fn report_holds(report: &PairReport) {
    let sentences = [report.original_sentences, report.translation_sentences];
    beads_hold(report.segments.iter().map(|s| &s.bead), sentences);
    spans_hold(report);
    scores_hold(report);
}

/// Spans lead to their excerpts, in order; a span that marks nothing tells nobody anything.
fn spans_hold(report: &PairReport) {
    for finding in &report.findings {
        let segment = &report.segments[finding.segment];
        let text = match finding.side {
            Side::Original => &segment.original,
            Side::Translation => &segment.translation,
        };
        let (start, end) = (finding.chars.start, finding.chars.end);
        assert!(start <= end && end <= text.chars().count(), "{finding:?} in {text:?}");
        let marked: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(marked, finding.excerpt, "{finding:?} in {text:?}");
        assert!(!finding.excerpt.is_empty() && !finding.message.is_empty(), "{finding:?}");
    }
    assert!(report.findings.is_sorted_by_key(|f| f.segment));
}

fn scores_hold(report: &PairReport) {
    for s in report.segments.iter().map(|s| &s.scores).chain([&report.scores]) {
        let hundreds = [s.similarity, s.chrf, s.bleu].into_iter().flatten();
        assert!(hundreds.into_iter().all(|v| (0.0..=100.0 + 1e-9).contains(&v)), "{s:?}");
        let others = [s.ter, s.length_ratio, s.repetition].into_iter().flatten();
        assert!(others.into_iter().all(|v| v >= 0.0 && v.is_finite()), "{s:?}");
    }
    assert!((0.0..=1.0).contains(&report.coverage), "{}", report.coverage);
    let points = report.segments.iter().map(|s| s.error_points).chain([report.error_points]);
    assert!(points.into_iter().all(|p| p.is_finite() && p >= 0.0), "{}", report.error_points);
    assert!(report.worst_segment.is_none_or(|worst| worst < report.segments.len()));
}
