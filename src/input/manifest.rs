//! A manifest: the pairs listed one a line, as CSV, TSV or JSONL.

use std::path::{Component, Path, PathBuf};

use csv::ByteRecord;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{Found, Source};
use crate::dialect::shown;
use crate::error::{Faults, SetupError};
use crate::model::Language;
use crate::pipeline::table::{Table, cell, same_length};
use crate::pipeline::{explain, file, nearest};

const COLUMNS: [&str; 6] =
    ["pair", "original", "translation", "original_language", "translation_language", "reference"];

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    pair: String,
    original: String,
    translation: String,
    #[serde(default)]
    original_language: Option<String>,
    #[serde(default)]
    translation_language: Option<String>,
    #[serde(default)]
    reference: Option<String>,
}

/// A row with its line, or what is wrong with it.
type Line = (u64, Result<Row, String>);

/// Reads a manifest; every line with which something is wrong is named, before any work.
pub(super) fn discover(path: &Path, declared: &[Option<Language>; 2]) -> Result<Found, SetupError> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let wrong = |what| SetupError::Configuration(format!("{}: {what}", path.display()));
    if !["csv", "tsv", "tab", "jsonl", "ndjson"].contains(&extension.as_str()) {
        return Err(wrong("a manifest is a .csv, .tsv or .jsonl file"));
    }
    let bytes = file::bytes(path, file::LIST)?;
    let mut faults = Faults::of(path.display().to_string());
    let rows: Box<dyn Iterator<Item = Line>> = match extension.as_str() {
        "csv" => Box::new(table(Table::new(&bytes), &mut faults)),
        "tsv" | "tab" => Box::new(table(Table::parted_by(b'\t', &bytes), &mut faults)),
        _ => Box::new(json_lines(&bytes)),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut list = List { folder, declared, lines: FxHashMap::default(), pairs: Vec::new() };
    for (line, row) in rows {
        if let Err(what) = row.and_then(|row| list.add(line, row)) {
            faults.add(line, &what);
        }
    }
    faults.settle()?;
    if list.pairs.is_empty() {
        return Err(SetupError::NoPairs(format!("{} lists none", path.display())));
    }
    Ok(Found { pairs: list.pairs, ..Found::default() })
}

/// The rows below the header; none where that has faults.
fn table<'b>(mut table: Table<'b>, faults: &mut Faults) -> impl Iterator<Item = Line> + use<'b> {
    let (line, header) = table.next().unwrap_or((1, ByteRecord::new()));
    let header: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let wrong = header_faults(&header);
    for what in &wrong {
        faults.add(line, what);
    }
    let places = COLUMNS.map(|column| header.iter().position(|name| name == column));
    let row = move |(line, record): (u64, ByteRecord)| {
        (line, same_length(&record, header.len()).and_then(|()| row(&record, places)))
    };
    table.take_while(move |_| wrong.is_empty()).map(row)
}

fn header_faults(header: &[String]) -> Vec<String> {
    let known = COLUMNS.join(", ");
    if !header.iter().any(|name| COLUMNS.contains(&name.as_str())) && header.len() != COLUMNS[..3].len() {
        return vec![format!("the first line names the columns: {known} (the last three where wanted)")];
    }
    let unknown = header.iter().filter(|name| !COLUMNS.contains(&name.as_str()));
    let unknown = unknown
        .map(|name| format!("unknown column \"{name}\"{} (columns: {known})", nearest(name, &COLUMNS)));
    let times = |column: &str| header.iter().filter(|name| *name == column).count();
    let missing = COLUMNS[..3].iter().filter(|column| times(column) == 0);
    let missing = missing.map(|column| format!("the column \"{column}\" is missing"));
    let twice = COLUMNS.iter().filter(|column| times(column) > 1);
    unknown
        .chain(missing)
        .chain(twice.map(|column| format!("the column \"{column}\" is there twice")))
        .collect()
}

fn row(record: &ByteRecord, places: [Option<usize>; 6]) -> Result<Row, String> {
    let text = |k: usize| {
        places[k].map_or(Ok(None), |place| cell(record, place, COLUMNS[k]).map(|c| Some(c.to_string())))
    };
    Ok(Row {
        pair: text(0)?.unwrap_or_default(),
        original: text(1)?.unwrap_or_default(),
        translation: text(2)?.unwrap_or_default(),
        original_language: text(3)?,
        translation_language: text(4)?,
        reference: text(5)?,
    })
}

fn json_lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    let end = file::line_end(bytes);
    let lines = bytes.split(move |&b| b == end).zip(1u64..);
    lines.filter(|(line, _)| !line.trim_ascii().is_empty()).map(|(line, number)| (number, object(line)))
}

fn object(line: &[u8]) -> Result<Row, String> {
    let text = std::str::from_utf8(line).map_err(|e| format!("byte {} is not UTF-8", e.valid_up_to()))?;
    // A list would be taken for an object without names.
    if !text.trim_start().starts_with('{') {
        return Err(
            "a line is one JSON object: {\"pair\": …, \"original\": …, \"translation\": …}".to_string()
        );
    }
    serde_json::from_str(text).map_err(|e| {
        // Its own line is always the first.
        let message = e.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        format!("column {}: {}", e.column(), explain(message))
    })
}

/// The pairs so far.
struct List<'m> {
    folder: &'m Path,
    declared: &'m [Option<Language>; 2],
    /// In which line each id stands.
    lines: FxHashMap<String, u64>,
    pairs: Vec<Source>,
}

impl List<'_> {
    fn add(&mut self, line: u64, row: Row) -> Result<(), String> {
        if let Some(fault) = id_fault(&row.pair) {
            let id: String = row.pair.chars().take(100).collect();
            return Err(format!("\"{id}\" cannot be a pair's id, which names a file of the report: {fault}"));
        }
        if let Some(first) = self.lines.get(&row.pair) {
            return Err(format!("pair \"{}\" stands already in line {first}", row.pair));
        }
        self.lines.insert(row.pair.clone(), line);
        let place = |column: &str, path: &str| {
            let fault = path_fault(path).map(|what| format!("the path of \"{column}\" {what}"));
            fault.map_or_else(|| Ok(locate(self.folder, path)), Err)
        };
        let (original, translation) =
            (place("original", &row.original)?, place("translation", &row.translation)?);
        let reference = row.reference.filter(|path| !path.is_empty());
        let reference = reference.map(|path| place("reference", &path)).transpose()?;
        let steps = |path: &Path| path.components().filter(|c| *c != Component::CurDir).collect::<PathBuf>();
        if steps(&original) == steps(&translation) {
            return Err("original and translation are one file".to_string());
        }
        let language = |given: Option<String>, declared: &Option<Language>| {
            given
                .filter(|tag| !tag.is_empty())
                .map_or(Ok(declared.clone()), |tag| Language::read(&tag).map(Some))
        };
        let languages = [
            language(row.original_language, &self.declared[0])?,
            language(row.translation_language, &self.declared[1])?,
        ];
        let source = Source::files(row.pair, original, translation, languages);
        self.pairs.push(source.with_reference(reference));
        Ok(())
    }
}

/// Relative to the manifest's folder; where nothing stands there, relative to the current one.
fn locate(folder: &Path, path: &str) -> PathBuf {
    let beside = folder.join(path);
    if beside.exists() || !Path::new(path).exists() { beside } else { PathBuf::from(path) }
}

fn path_fault(path: &str) -> Option<&'static str> {
    match path {
        "" => Some("is empty"),
        _ if path.contains('\0') => Some("holds a NUL"),
        _ => None,
    }
}

/// An id names a file of the report, so it must stay inside it, and stand in a cell as it is.
fn id_fault(id: &str) -> Option<&'static str> {
    let drive = matches!(id.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let unseen = |c: char| c.is_control() || shown(c) != c;
    match id {
        "" => Some("it is empty"),
        _ if id.chars().any(unseen) => Some("it holds a control character"),
        _ if drive || id.starts_with('/') => Some("it is an absolute path"),
        _ if id.contains('\\') => Some("it holds a backslash; a slash makes folders"),
        _ if id.split('/').any(|part| matches!(part, "" | "." | "..")) => {
            Some("a part of it is empty, \".\" or \"..\"")
        }
        _ if id.len() > 1000 || id.split('/').any(|part| part.len() > 250) => {
            Some("it is longer than 1000 bytes, or than 250 between two slashes")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_the_report() {
        for id in ["../x", "/x", "a//b", "a/..", "a/", "", "a\nb", "a\\b", "C:x", "c:/x", "a\u{2028}b", "a\0"]
        {
            assert!(id_fault(id).is_some(), "{id:?}");
        }
        assert!(id_fault(&"x".repeat(251)).is_some() && id_fault(&"x/".repeat(500)).is_some());
        for id in ["news/2024/story 1", "..x", "été", "part:b/c", &"x".repeat(250)] {
            assert_eq!(id_fault(id), None, "{id:?}");
        }
    }

    #[test]
    fn a_header_is_wrong_in_all_the_ways_that_it_is_wrong() {
        let faults = |names: &str| header_faults(&names.split(',').map(String::from).collect::<Vec<_>>());
        assert_eq!(faults("pair,original,translation"), [""; 0]);
        let three = faults("pair,pair,orginal,translation");
        assert!(three[0].starts_with("unknown column \"orginal\"; did you mean \"original\"?"), "{three:?}");
        assert_eq!(three[1..], ["the column \"original\" is missing", "the column \"pair\" is there twice"]);
        assert!(faults("")[0].starts_with("the first line names the columns"));
        assert!(faults("Pair,Original,Translation")[0].contains("did you mean \"pair\"?"));
    }

    #[test]
    fn a_list_is_no_object_and_a_number_no_name() {
        let refused = |line: &str| object(line.as_bytes()).err().expect("is refused");
        assert!(refused("[\"a\",\"x\",\"y\"]").starts_with("a line is one JSON object"));
        assert!(refused("{\"pair\":NaN}").starts_with("column 9: expected value"));
        let unknown = refused("{\"pair\":\"a\",\"orginal\":\"x\"}");
        assert!(unknown.contains("unknown key \"orginal\"; did you mean \"original\"?"), "{unknown}");
        assert!(object(b"{\"pair\":\"\xff\"}").err().expect("is refused").starts_with("byte 9 is not"));
    }
}
