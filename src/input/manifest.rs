//! A manifest: the pairs listed one a line, as CSV, TSV or JSONL.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Found, Source};
use crate::error::SetupError;
use crate::model::Language;
use crate::pipeline::nearest;

const COLUMNS: [&str; 5] = ["pair", "original", "translation", "original_language", "translation_language"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    pair: String,
    original: String,
    translation: String,
    #[serde(default)]
    original_language: Option<String>,
    #[serde(default)]
    translation_language: Option<String>,
}

/// Reads a manifest; whatever is wrong with it is named with its line, before any work.
pub(super) fn discover(path: &Path, declared: &[Option<Language>; 2]) -> Result<Found, SetupError> {
    let bytes = std::fs::read(path).map_err(|e| SetupError::io(path, e))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let rows = match extension.as_str() {
        "csv" => table(bytes, delimiter(bytes)),
        "tsv" | "tab" => table(bytes, b'\t'),
        "jsonl" | "ndjson" => json_lines(bytes),
        _ => Err((1, "a manifest is a .csv, .tsv or .jsonl file".to_string())),
    };
    let wrong = |(line, message): (u64, String)| {
        SetupError::Configuration(format!("{}:{line}: {message}", path.display()))
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (line, row) in rows.map_err(wrong)? {
        let source = source(row, folder, declared).map_err(|message| wrong((line, message)))?;
        if let Some(first) = seen.insert(source.id.clone(), line) {
            return Err(wrong((line, format!("pair \"{}\" stands already in line {first}", source.id))));
        }
        pairs.push(source);
    }
    Ok(Found { pairs, ..Found::default() })
}

type Rows = Result<Vec<(u64, Row)>, (u64, String)>;

/// Spreadsheets write semicolons where a decimal comma is the habit.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    header.iter().copied().find(|b| [b',', b';', b'\t'].contains(b)).unwrap_or(b',')
}

fn table(bytes: &[u8], delimiter: u8) -> Rows {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let line = |position: Option<&csv::Position>| position.map_or(1, |p| line_after_blank(bytes, p));
    let wrong = |e: &csv::Error| (line(e.position()), reason(e));
    let header = reader.headers().map_err(|e| wrong(&e))?.clone();
    for column in &header {
        if !COLUMNS.contains(&column) {
            let guess = nearest(column, &COLUMNS);
            return Err((1, format!("unknown column \"{column}\"{guess} (columns: {})", COLUMNS.join(", "))));
        }
    }
    for needed in &COLUMNS[..3] {
        if !header.iter().any(|c| c == *needed) {
            return Err((1, format!("the column \"{needed}\" is missing")));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| wrong(&e))?;
        let at = line(record.position());
        let row = record.deserialize(Some(&header)).map_err(|e| (at, reason(&e)))?;
        rows.push((at, row));
    }
    Ok(rows)
}

/// The reader's position is where it began to look; blank lines that it skipped count too.
fn line_after_blank(bytes: &[u8], position: &csv::Position) -> u64 {
    let rest = bytes.get(position.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| b.is_ascii_whitespace());
    position.line() + blank.filter(|&&b| b == b'\n').count() as u64
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the line is not UTF-8".to_string(),
        _ => error.to_string(),
    }
}

fn json_lines(bytes: &[u8]) -> Rows {
    let lines = bytes.split(|&b| b == b'\n').zip(1u64..);
    let filled = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
    filled
        .map(|(line, number)| {
            serde_json::from_slice(line).map(|row| (number, row)).map_err(|e| (number, e.to_string()))
        })
        .collect()
}

fn source(row: Row, folder: &Path, declared: &[Option<Language>; 2]) -> Result<Source, String> {
    check_id(&row.pair)?;
    for (column, value) in [("original", &row.original), ("translation", &row.translation)] {
        if value.is_empty() {
            return Err(format!("the cell of \"{column}\" is empty"));
        }
    }
    let language = |given: Option<String>, declared: &Option<Language>| match given.filter(|g| !g.is_empty())
    {
        Some(tag) => Language::parse(&tag).map(Some).ok_or(format!("\"{tag}\" is no language code")),
        None => Ok(declared.clone()),
    };
    Ok(Source {
        id: row.pair,
        original: locate(folder, &row.original),
        translation: locate(folder, &row.translation),
        languages: [
            language(row.original_language, &declared[0])?,
            language(row.translation_language, &declared[1])?,
        ],
    })
}

/// Relative to the manifest's folder; where nothing stands there, relative to the current one.
fn locate(folder: &Path, path: &str) -> PathBuf {
    let beside = folder.join(path);
    if beside.exists() || !Path::new(path).exists() { beside } else { PathBuf::from(path) }
}

/// An id names a file of the report, so it must stay inside it.
fn check_id(id: &str) -> Result<(), String> {
    let bad_part = |part: &str| part.is_empty() || part == "." || part == ".." || part.len() > 250;
    if id.split('/').any(bad_part) || id.contains(['\\', '\0']) || id.chars().any(char::is_control) {
        return Err(format!(
            "\"{}\" cannot be a pair's id: it names a file of the report",
            id.escape_debug()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_the_report() {
        for id in ["../x", "/x", "a//b", "a/..", "", "a\nb", "a\\b"] {
            assert!(check_id(id).is_err(), "{id:?}");
        }
        assert!(check_id("news/2024/story 1").is_ok());
    }

    #[test]
    fn a_wrong_column_is_named_with_the_nearest_one() {
        let error = table(b"pair,orginal,translation\n", b',').err().expect("is refused");
        assert!(error.1.contains("did you mean \"original\"?"), "{}", error.1);
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let error =
            json_lines(b"{\"pair\":\"a\",\"original\":\"x\",\"translation\":\"y\"}\n\n{\"pair\":1}\n").err();
        assert_eq!(error.expect("is refused").0, 3);
    }
}
