//! The rows of the tables.

use std::ops::Range;

use super::columns::{SUMMARY, header, position};
use crate::dialect::Dialect;
use crate::error::PairError;
use crate::model::{Finding, Language, PairReport, Scores, Severity, Side, Unit, segment_id};

/// `status` of a pair that could be scored.
pub const SCORED: &str = "scored";

/// A row of a table, ready to be written.
pub type Row = Vec<String>;

fn language(code: Option<&Language>) -> String {
    code.map(ToString::to_string).unwrap_or_default()
}

fn scores(s: &Scores, dialect: Dialect) -> [String; 5] {
    [s.similarity, s.chrf, s.bleu, s.ter, s.length_ratio].map(|score| dialect.number(score))
}

fn semantic(s: &Scores, dialect: Dialect) -> [String; 3] {
    [s.semantic, s.semantic_precision, s.semantic_recall].map(|score| dialect.number(score))
}

/// The row of summary.csv for a scored pair.
pub fn summary(pair: &str, report: &PairReport, paths: [&str; 3], dialect: Dialect) -> Row {
    let count = |n: usize| n.to_string();
    let mut row = vec![dialect.text(pair), SCORED.into(), report.verdict.name().into()];
    row.extend(scores(&report.scores, dialect));
    row.extend([report.coverage, report.error_points].map(|value| dialect.number(Some(value))));
    row.extend([Severity::Critical, Severity::Major, Severity::Minor].map(|s| count(report.count(s))));
    row.push(count(report.findings.iter().filter(|f| f.check == "repetition").count()));
    row.push(language(report.original_language.as_ref()));
    row.push(language(report.translation_language.as_ref()));
    row.extend([report.original_sentences, report.translation_sentences].map(count));
    row.extend([report.segments.len(), report.omitted(), report.added()].map(count));
    row.push(report.worst_segment.map(segment_id).unwrap_or_default());
    row.extend(paths[..2].iter().map(|path| dialect.text(path)));
    row.push(dialect.text(&report.note));
    row.extend([0, 1].map(|end| dialect.number(report.interval.map(|ends| ends[end]))));
    row.extend(semantic(&report.scores, dialect));
    row.push(dialect.text(paths[2]));
    row
}

/// The row of summary.csv for a pair that could not be scored.
pub fn failed(pair: &str, error: &PairError, paths: [&str; 3], dialect: Dialect) -> Row {
    let cells = [
        ("pair", pair),
        ("status", "failed"),
        ("original_path", paths[0]),
        ("translation_path", paths[1]),
        ("reference_path", paths[2]),
        ("note", &format!("{}: {}", error.reason, error.hint)),
    ];
    let mut row = vec![String::new(); header(SUMMARY).len()];
    for (name, text) in cells {
        row[position(SUMMARY, name)] = dialect.text(text);
    }
    row
}

/// The rows of `pairs/<pair>.csv`.
pub fn segments<'r>(
    pair: &'r str,
    report: &'r PairReport,
    dialect: Dialect,
) -> impl Iterator<Item = Row> + 'r {
    let mut findings = &report.findings[..];
    report.segments.iter().enumerate().map(move |(index, segment)| {
        let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
        findings = rest;
        let mut row = vec![dialect.text(pair), segment_id(index), segment.bead.kind()];
        row.extend(scores(&segment.scores, dialect));
        row.push(dialect.number(Some(segment.error_points)));
        row.push(own.iter().map(|f| f.severity).max().map(|s| s.name().to_string()).unwrap_or_default());
        row.push(own.len().to_string());
        row.extend([&segment.original, &segment.translation].map(|text| dialect.text(text)));
        row.extend([segment.original_line, segment.translation_line].map(integer));
        row.push(truncated(dialect.cuts(&segment.original), dialect.cuts(&segment.translation)).into());
        row.push(dialect.number(Some(segment.bead.confidence)));
        row.push(if segment.bead.moved { "moved" } else { "" }.into());
        let first = |side: &Range<usize>| integer((!side.is_empty()).then_some(side.start + 1));
        row.extend([first(&segment.bead.original), first(&segment.bead.translation)]);
        row.extend(semantic(&segment.scores, dialect));
        row.push(dialect.text(&segment.reference));
        row.push(integer(segment.reference_line));
        let Unit { id, state, note } = &segment.unit;
        row.extend([id, state, note].map(|text| dialect.text(text)));
        row
    })
}

fn integer(number: Option<usize>) -> String {
    number.map(|n| n.to_string()).unwrap_or_default()
}

fn truncated(original: bool, translation: bool) -> &'static str {
    match (original, translation) {
        (true, true) => "both",
        (true, false) => Side::Original.name(),
        (false, true) => Side::Translation.name(),
        (false, false) => "",
    }
}

/// A row of findings.csv.
pub fn finding(pair: &str, f: &Finding, dialect: Dialect) -> Row {
    let place = [f.chars.start, f.chars.end].map(|n| n.to_string());
    let mut row = vec![dialect.text(pair), segment_id(f.segment), f.check.into(), f.category.into()];
    row.extend([f.severity.name(), f.side.name()].map(String::from));
    row.extend(place);
    row.extend([&f.excerpt, &f.message].map(|text| dialect.text(text)));
    row
}

/// A row of quarantine.csv.
pub fn quarantine(pair: &str, error: &PairError, dialect: Dialect) -> Row {
    let offset = error.byte_offset.map(|o| o.to_string()).unwrap_or_default();
    let text = |value: &str| dialect.text(value);
    vec![text(pair), text(&error.path), error.stage.into(), error.reason.into(), offset, text(&error.hint)]
}

#[cfg(test)]
mod tests {
    use super::super::columns::{QUARANTINE, all};
    use super::*;

    #[test]
    fn a_failed_row_has_a_cell_for_every_column() {
        let error = PairError {
            path: "x".into(),
            stage: "read",
            reason: "empty",
            byte_offset: None,
            hint: "h".into(),
        };
        let row = failed("p", &error, ["a", "b", ""], Dialect::RAW);
        assert_eq!(row.len(), header(SUMMARY).len());
        assert_eq!(row[header(SUMMARY).iter().position(|c| *c == "original_path").expect("a column")], "a");
        assert_eq!(quarantine("p", &error, Dialect::RAW).len(), header(QUARANTINE).len());
    }

    #[test]
    fn no_column_stands_twice_in_a_table() {
        let columns: Vec<_> = all().collect();
        for (k, a) in columns.iter().enumerate() {
            assert!(columns[k + 1..].iter().all(|b| (a.file, a.name) != (b.file, b.name)), "{a:?}");
        }
    }
}
