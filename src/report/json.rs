//! Results as JSON objects: one a pair, lossless. The form of `stream` and of segments.jsonl.

use serde_json::{Map, Value, json};

use super::columns::{SUMMARY, header};
use super::rows;
use crate::dialect::Dialect;
use crate::error::PairError;
use crate::model::{Finding, PairReport, Scores, SegmentReport};

/// A scored pair. `id` is echoed as it came.
pub fn scored(id: &Value, report: &PairReport, paths: [&str; 3]) -> Value {
    let mut findings = &report.findings[..];
    let segments = report.segments.iter().enumerate().map(|(index, s)| {
        let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
        findings = rest;
        segment(index, s, own)
    });
    json!({"pair": id, "status": "scored", "summary": summary(id, report, paths), "segments": segments.collect::<Vec<_>>()})
}

/// A pair that could not be scored.
pub fn failed(id: &Value, error: &PairError) -> Value {
    json!({"pair": id, "status": "failed",
        "error": {"stage": error.stage, "reason": error.reason, "hint": error.hint, "byte_offset": error.byte_offset}})
}

/// Lines of segments.jsonl: one object a segment, with its pair's id.
pub fn segments(pair: &str, report: &PairReport) -> String {
    let mut lines = String::new();
    let objects = scored(&Value::from(pair), report, [""; 3]);
    for object in objects["segments"].as_array().into_iter().flatten() {
        let mut line = Map::from_iter([("pair".to_string(), Value::from(pair))]);
        line.extend(object.as_object().cloned().unwrap_or_default());
        lines += &Value::from(line).to_string();
        lines.push('\n');
    }
    lines
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

fn segment(index: usize, segment: &SegmentReport, findings: &[Finding]) -> Value {
    let sentences = |r: &std::ops::Range<usize>| r.clone().collect::<Vec<_>>();
    json!({
        "segment": index + 1,
        "alignment": segment.bead.kind(),
        "confidence": rounded(segment.bead.confidence),
        "moved": segment.bead.moved,
        "original": sentences(&segment.bead.original),
        "translation": sentences(&segment.bead.translation),
        "original_text": segment.original,
        "translation_text": segment.translation,
        "original_line": segment.original_line,
        "translation_line": segment.translation_line,
        "reference_text": text(&segment.reference),
        "reference_line": segment.reference_line,
        "unit": text(&segment.unit.id),
        "unit_state": text(&segment.unit.state),
        "unit_note": text(&segment.unit.note),
        "error_points": rounded(segment.error_points),
        "scores": scores(&segment.scores),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// `null` for none.
fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// Full precision: whoever compares with another program's scores needs all digits.
fn scores(s: &Scores) -> Value {
    json!({
        "similarity": s.similarity, "chrf": s.chrf, "bleu": s.bleu, "ter": s.ter, "length_ratio": s.length_ratio,
        "repetition": s.repetition, "semantic": s.semantic, "semantic_precision": s.semantic_precision,
        "semantic_recall": s.semantic_recall,
    })
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn finding(f: &Finding) -> Value {
    json!({
        "check": f.check, "category": f.category, "severity": f.severity.name(), "side": f.side.name(),
        "start": f.chars.start, "end": f.chars.end, "excerpt": f.excerpt, "message": f.message,
    })
}
