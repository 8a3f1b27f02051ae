//! What holds for every table, whatever its texts: asserted by the property tests and by the fuzz targets.

use pairscore::dialect::{CELL_LIMIT, Dialect, reader, shown, unguarded};

/// What a spreadsheet may take for the beginning of a formula.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];

/// What some program or other takes for the end of a line.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Every dialect there is.
pub fn dialects() -> impl Iterator<Item = Dialect> {
    let switch = |bits: u8, bit: u8| bits & bit != 0;
    (0..8).map(move |b| Dialect { bom: switch(b, 1), decimal_comma: switch(b, 2), raw: switch(b, 4) })
}

/// A table of these rows is read back cell by cell, and a cell of a spreadsheet is safe and leads back to its text.
pub fn cells_hold(dialect: Dialect, rows: &[[String; 3]]) {
    let mut writer = dialect.writer(Vec::new()).expect("writes");
    writer.write_record(["one", "two", "three"]).expect("writes");
    let cells: Vec<[String; 3]> = rows.iter().map(|row| row.each_ref().map(|t| dialect.text(t))).collect();
    for row in &cells {
        writer.write_record(row).expect("writes");
    }
    let bytes = writer.into_inner().expect("flushes");

    let mut reader = reader(&bytes[..]).expect("reads");
    assert_eq!(reader.headers().expect("a header"), vec!["one", "two", "three"]);
    let back: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(back, cells.iter().map(|row| csv::StringRecord::from(&row[..])).collect::<Vec<_>>());
    if !dialect.raw {
        let lines = bytes.split(|b| *b == b'\n').count();
        assert_eq!(lines, rows.len() + 2, "one line a row, and the header's");
    }
    for (text, cell) in rows.iter().flatten().zip(cells.iter().flatten()) {
        assert_eq!(dialect.cuts(text), !dialect.raw && text.chars().count() > CELL_LIMIT);
        if dialect.raw { assert_eq!(cell, text) } else { cell_holds(text, cell) }
    }
}

fn cell_holds(text: &str, cell: &str) {
    assert!(!cell.starts_with(FORMULA), "{cell:?}");
    assert!(
        !cell.contains(LINE_ENDS) && !cell.contains(|c: char| c.is_control() && c < '\u{80}' && c != '\t')
    );
    let shown: String = text.chars().take(CELL_LIMIT).map(shown).collect();
    // A guarded carriage return has become a space, of which a guard cannot be told.
    let back = if text.starts_with('\r') { &cell[1..] } else { unguarded(cell) };
    assert_eq!(back, shown, "from {cell:?}");
}
