//! Results as JSON objects: one a pair, lossless. The form of `stream` and of segments.jsonl.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::columns::{SUMMARY, header};
use super::rows;
use crate::dialect::Dialect;
use crate::error::PairError;
use crate::model::{Finding, PairReport, Scores, SegmentReport};

/// A scored pair. `id` is echoed as it came.
pub fn scored(id: &Value, report: &PairReport, paths: [&str; 3]) -> String {
    written(&Scored {
        pair: id,
        status: "scored",
        summary: summary(id, report, paths),
        segments: objects(None, report).collect(),
    })
}

/// A pair that could not be scored.
pub fn failed(id: &Value, error: &PairError) -> String {
    let error = json!({"stage": error.stage, "reason": error.reason, "hint": error.hint, "byte_offset": error.byte_offset});
    json!({"pair": id, "status": "failed", "error": error}).to_string()
}

/// Lines of segments.jsonl: one object a segment, with its pair's id.
pub fn segments(pair: &str, report: &PairReport) -> String {
    let mut lines = String::new();
    for object in objects(Some(pair), report) {
        lines += &written(&object);
        lines.push('\n');
    }
    lines
}

/// Of texts, numbers and lists under names there is none that JSON cannot say.
fn written(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

/// The segments of a pair, each with its findings, and with its pair's id where it stands by itself.
fn objects<'r>(pair: Option<&'r str>, report: &'r PairReport) -> impl Iterator<Item = Row<'r>> {
    let mut findings = &report.findings[..];
    report.segments.iter().enumerate().map(move |(index, segment)| {
        let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
        findings = rest;
        Row::new(pair, index, segment, own)
    })
}

/// The columns of summary.csv, numbers as numbers, `null` for what does not apply.
fn summary(id: &Value, report: &PairReport, paths: [&str; 3]) -> Map<String, Value> {
    let name = id.as_str().map_or_else(|| id.to_string(), str::to_string);
    let cells = rows::summary(&name, report, paths, Dialect::RAW);
    let kinds = super::columns::COLUMNS.iter().filter(|c| c.file == SUMMARY).map(|c| c.kind);
    let typed = header(SUMMARY).into_iter().zip(cells).zip(kinds).map(|((column, cell), kind)| {
        let value = match kind {
            _ if cell.is_empty() => Value::Null,
            "number" => cell.parse::<f64>().map_or(Value::Null, Value::from),
            "integer" => cell.parse::<u64>().map_or(Value::Null, Value::from),
            _ => Value::from(cell),
        };
        (column.to_string(), value)
    });
    let mut summary: Map<String, Value> = typed.collect();
    summary.insert("pair".into(), id.clone());
    summary
}

#[derive(Serialize)]
struct Scored<'r> {
    pair: &'r Value,
    status: &'static str,
    summary: Map<String, Value>,
    segments: Vec<Row<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<&'r str>,
    /// Counted from 1.
    segment: usize,
    alignment: String,
    confidence: f64,
    moved: bool,
    /// Sentences, counted from 0.
    original: Vec<usize>,
    translation: Vec<usize>,
    original_text: &'r str,
    translation_text: &'r str,
    original_line: Option<usize>,
    translation_line: Option<usize>,
    reference_text: Option<&'r str>,
    reference_line: Option<usize>,
    unit: Option<&'r str>,
    unit_state: Option<&'r str>,
    unit_note: Option<&'r str>,
    error_points: f64,
    /// Full precision: whoever compares with another program's scores needs all digits.
    scores: &'r Scores,
    findings: Vec<Found<'r>>,
}

impl<'r> Row<'r> {
    fn new(pair: Option<&'r str>, index: usize, segment: &'r SegmentReport, findings: &'r [Finding]) -> Self {
        let text = |text: &'r str| (!text.is_empty()).then_some(text);
        Row {
            pair,
            segment: index + 1,
            alignment: segment.bead.kind(),
            confidence: rounded(segment.bead.confidence),
            moved: segment.bead.moved,
            original: segment.bead.original.clone().collect(),
            translation: segment.bead.translation.clone().collect(),
            original_text: &segment.original,
            translation_text: &segment.translation,
            original_line: segment.original_line,
            translation_line: segment.translation_line,
            reference_text: text(&segment.reference),
            reference_line: segment.reference_line,
            unit: text(&segment.unit.id),
            unit_state: text(&segment.unit.state),
            unit_note: text(&segment.unit.note),
            error_points: rounded(segment.error_points),
            scores: &segment.scores,
            findings: findings.iter().map(Found::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct Found<'r> {
    check: &'static str,
    category: &'static str,
    severity: &'static str,
    side: &'static str,
    start: usize,
    end: usize,
    excerpt: &'r str,
    message: &'r str,
}

impl<'r> Found<'r> {
    fn new(finding: &'r Finding) -> Self {
        Found {
            check: finding.check,
            category: finding.category,
            severity: finding.severity.name(),
            side: finding.side.name(),
            start: finding.chars.start,
            end: finding.chars.end,
            excerpt: &finding.excerpt,
            message: &finding.message,
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
