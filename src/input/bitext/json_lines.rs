//! An object a line, each with a segment.

use serde_json::{Map, Value};

use super::columns::Names;
use super::fault::Fault;
use super::lines::Lines;
use super::unit::{Block, Blocks};

/// The objects of a file.
pub(super) struct JsonLines {
    lines: Lines,
    names: Names,
}

impl JsonLines {
    pub fn new(lines: Lines, names: Names) -> JsonLines {
        JsonLines { lines, names }
    }
}

impl Blocks for JsonLines {
    fn next(&mut self) -> Result<Option<Block>, Fault> {
        let line = loop {
            match self.lines.next()? {
                Some(line) if line.text.trim().is_empty() => {}
                Some(line) => break line,
                None => return Ok(None),
            }
        };
        let read = || {
            let object: Map<String, Value> = serde_json::from_str(&line.text).map_err(|error| {
                format!(
                    "column {}: not an object of JSON: {{\"original\": …, \"translation\": …}}",
                    error.column()
                )
            })?;
            let keys: Vec<String> = object.keys().cloned().collect();
            let places = self.names.places(&keys, "key")?;
            let values: Vec<String> = object.into_iter().map(|(_, value)| text(value)).collect();
            Ok(places.entry(line.number, |key| values[key].clone()))
        };
        let entry = read().map_err(|what: String| self.lines.fault(&line, what))?;
        Ok(Some(Block {
            place: line.place,
            line: line.number,
            number: 0,
            file: String::new(),
            entries: vec![entry],
        }))
    }

    fn prefix(&self) -> String {
        String::new()
    }
}

/// A value as text: numbers serve as ids, and nothing as the empty text.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
