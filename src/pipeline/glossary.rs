//! The user's glossary, from its file.

use std::path::Path;

use crate::checks::Glossary;
use crate::error::SetupError;

/// Reads a glossary: CSV with a header line, parted by commas, semicolons or tabs.
pub fn read(path: &Path) -> Result<Glossary, SetupError> {
    let text = std::fs::read_to_string(path).map_err(|e| SetupError::io(path, e))?;
    let text = text.trim_start_matches('\u{feff}');
    let wrong =
        |line: u64, what: &str| SetupError::Configuration(format!("{}:{line}: {what}", path.display()));
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|&d| head.as_bytes().contains(&d)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| wrong(1, &e.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
    let (Some(original), Some(translation)) = (column("original"), column("translation")) else {
        return Err(wrong(
            1,
            "the first line names the columns: original, translation and, where wanted, case",
        ));
    };
    let mut glossary = Glossary::default();
    for row in reader.records() {
        let row = row.map_err(|e| wrong(e.position().map_or(1, csv::Position::line), &e.to_string()))?;
        let line = row.position().map_or(1, csv::Position::line);
        let cell = |k: Option<usize>| k.and_then(|k| row.get(k)).unwrap_or_default().trim();
        let case = match cell(column("case")).to_lowercase().as_str() {
            "" | "any" | "no" | "false" => false,
            "exact" | "yes" | "true" => true,
            _ => return Err(wrong(line, "case is \"exact\" or \"any\"")),
        };
        if !glossary.add(cell(Some(original)), cell(Some(translation)), case) {
            return Err(wrong(line, "a term without a letter or digit"));
        }
    }
    Ok(glossary)
}
