//! The rows of the tables.

use super::csv::{cell, number, text};
use crate::error::PairError;
use crate::model::{Finding, Language, PairReport, Scores, Severity, Side, segment_id};

/// A row of a table, ready to be written.
pub type Row = Vec<String>;

fn language(code: Option<&Language>) -> String {
    code.map(ToString::to_string).unwrap_or_default()
}

fn scores(s: &Scores) -> [String; 5] {
    [s.similarity, s.chrf, s.bleu, s.ter, s.length_ratio].map(number)
}

/// The row of summary.csv for a scored pair.
pub fn summary(pair: &str, report: &PairReport, paths: [&str; 2]) -> Row {
    let count = |n: usize| n.to_string();
    let mut row = vec![cell(pair), "scored".into(), report.verdict.name().into()];
    row.extend(scores(&report.scores));
    row.extend([number(Some(report.coverage)), number(Some(report.error_points))]);
    row.extend([Severity::Critical, Severity::Major, Severity::Minor].map(|s| count(report.count(s))));
    row.push(count(report.findings.iter().filter(|f| f.check == "repetition").count()));
    row.push(language(report.original_language.as_ref()));
    row.push(language(report.translation_language.as_ref()));
    row.extend([report.original_sentences, report.translation_sentences].map(count));
    row.extend([report.segments.len(), report.omitted(), report.added()].map(count));
    row.push(report.worst_segment.map(segment_id).unwrap_or_default());
    row.extend(paths.map(cell));
    row.push(cell(&report.note));
    row
}

/// The row of summary.csv for a pair that could not be scored.
pub fn failed(pair: &str, error: &PairError, paths: [&str; 2]) -> Row {
    let mut row = vec![String::new(); super::columns::header(super::columns::SUMMARY).len()];
    let last = row.len() - 1;
    row[0] = cell(pair);
    row[1] = "failed".into();
    row[last - 2] = cell(paths[0]);
    row[last - 1] = cell(paths[1]);
    row[last] = cell(&format!("{}: {}", error.reason, error.hint));
    row
}

/// The rows of `pairs/<pair>.csv`.
pub fn segments<'r>(pair: &'r str, report: &'r PairReport) -> impl Iterator<Item = Row> + 'r {
    let mut findings = &report.findings[..];
    report.segments.iter().enumerate().map(move |(index, segment)| {
        let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
        findings = rest;
        let (original, original_cut) = text(&segment.original);
        let (translation, translation_cut) = text(&segment.translation);
        let mut row = vec![cell(pair), segment_id(index), segment.bead.kind()];
        row.extend(scores(&segment.scores));
        row.push(number(Some(segment.error_points)));
        row.push(own.iter().map(|f| f.severity).max().map(|s| s.name().to_string()).unwrap_or_default());
        row.push(own.len().to_string());
        row.extend([original, translation]);
        row.extend(
            [segment.original_line, segment.translation_line]
                .map(|l| l.map(|n| n.to_string()).unwrap_or_default()),
        );
        row.push(truncated(original_cut, translation_cut).into());
        row
    })
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
pub fn finding(pair: &str, f: &Finding) -> Row {
    let place = [f.chars.start, f.chars.end].map(|n| n.to_string());
    let mut row =
        vec![cell(pair), segment_id(f.segment), f.check.into(), f.category.into(), f.severity.name().into()];
    row.push(f.side.name().into());
    row.extend(place);
    row.extend([cell(&f.excerpt), cell(&f.message)]);
    row
}

/// A row of quarantine.csv.
pub fn quarantine(pair: &str, error: &PairError) -> Row {
    let offset = error.byte_offset.map(|o| o.to_string()).unwrap_or_default();
    vec![cell(pair), cell(&error.path), error.stage.into(), error.reason.into(), offset, cell(&error.hint)]
}

#[cfg(test)]
mod tests {
    use super::super::columns::{COLUMNS, QUARANTINE, SUMMARY, header};
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
        let row = failed("p", &error, ["a", "b"]);
        assert_eq!(row.len(), header(SUMMARY).len());
        assert_eq!(row[header(SUMMARY).iter().position(|c| *c == "original_path").expect("a column")], "a");
        assert_eq!(quarantine("p", &error).len(), header(QUARANTINE).len());
    }

    #[test]
    fn no_column_stands_twice_in_a_table() {
        for (k, a) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[k + 1..].iter().all(|b| (a.file, a.name) != (b.file, b.name)), "{a:?}");
        }
    }
}
