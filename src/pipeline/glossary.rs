//! The user's glossary, from its file.

use std::path::Path;

use csv::ByteRecord;

use super::file;
use super::table::{Table, cell};
use crate::checks::Glossary;
use crate::error::{Faults, SetupError};

/// Reads a glossary: CSV with a header line, parted by commas, semicolons or tabs.
pub fn read(path: &Path) -> Result<Glossary, SetupError> {
    let bytes = file::bytes(path, file::LIST)?;
    let mut faults = Faults::of(path.display().to_string());
    let mut table = Table::new(&bytes);
    let (line, header) = table.next().unwrap_or((1, ByteRecord::new()));
    let column = |name: &str| {
        let mut names = header.iter().map(|h| String::from_utf8_lossy(h.trim_ascii()));
        names.position(|h| h.eq_ignore_ascii_case(name))
    };
    let case = column("case");
    let (Some(original), Some(translation)) = (column("original"), column("translation")) else {
        faults.add(line, "the first line names the columns: original, translation and, where wanted, case");
        return Err(faults.into());
    };
    let mut glossary = Glossary::default();
    table.each(&mut faults, |record| {
        let case = case.map_or(Ok(false), |place| is_exact(cell(record, place, "case")?))?;
        let (original, translation) =
            (cell(record, original, "original")?, cell(record, translation, "translation")?);
        let is_term = glossary.add(original.trim(), translation.trim(), case);
        if is_term { Ok(()) } else { Err("a term without a letter or digit".to_string()) }
    });
    faults.settle()?;
    Ok(glossary)
}

/// Whether capitals count.
fn is_exact(case: &str) -> Result<bool, String> {
    match case.trim().to_lowercase().as_str() {
        "" | "any" | "no" | "false" => Ok(false),
        "exact" | "yes" | "true" => Ok(true),
        _ => Err("case is \"exact\" or \"any\"".to_string()),
    }
}
