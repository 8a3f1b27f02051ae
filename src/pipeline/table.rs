//! Tables that a user writes: CSV, in whatever way their spreadsheet writes it.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::file::line_end;
use crate::error::Faults;

/// The rows of a table, each with the line in which it begins; the first is the header.
pub struct Table<'b> {
    bytes: &'b [u8],
    reader: Reader<&'b [u8]>,
    line_end: u8,
    /// The last row's line, and the byte with which that begins.
    place: (u64, usize),
}

impl<'b> Table<'b> {
    /// A table whose first line says by what cells are parted: comma, semicolon or tab.
    pub fn new(bytes: &'b [u8]) -> Table<'b> {
        let line_end = line_end(bytes);
        let header =
            bytes.split(|b| *b == line_end).find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let delimiter = header.iter().copied().find(|b| [b',', b';', b'\t'].contains(b));
        Table::parted_by(delimiter.unwrap_or(b','), bytes)
    }

    /// A table whose cells are parted by that.
    pub fn parted_by(delimiter: u8, bytes: &'b [u8]) -> Table<'b> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut builder = ReaderBuilder::new();
        let reader = builder.delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes);
        Table { bytes, reader, line_end: line_end(bytes), place: (1, 0) }
    }

    /// Gives each row to `take`, and notes what that finds wrong.
    pub fn each(self, faults: &mut Faults, mut take: impl FnMut(&ByteRecord) -> Result<(), String>) {
        for (line, record) in self {
            if let Err(what) = take(&record) {
                faults.add(line, &what);
            }
        }
    }
}

impl Iterator for Table<'_> {
    type Item = (u64, ByteRecord);

    fn next(&mut self) -> Option<(u64, ByteRecord)> {
        let mut record = ByteRecord::new();
        // Reading from memory fails nowhere, and rows may have any number of cells.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let (line, last) = self.place;
        // The reader's position is where it began to look, before the blank lines that it skips.
        let looked = record.position().map_or(last, |p| p.byte() as usize);
        let blank = self.bytes[looked..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let between = &self.bytes[last..looked + blank];
        self.place = (line + memchr::memchr_iter(self.line_end, between).count() as u64, looked + blank);
        Some((self.place.0, record))
    }
}

/// A cell as text; the error names its column.
pub fn cell<'r>(record: &'r ByteRecord, column: usize, name: &str) -> Result<&'r str, String> {
    let bytes = record.get(column).unwrap_or_default();
    if bytes.contains(&0) {
        return Err(format!("the cell of \"{name}\" holds a NUL byte"));
    }
    std::str::from_utf8(bytes).map_err(|_| format!("the cell of \"{name}\" is not UTF-8"))
}

/// An error for a row of another length than the header's.
pub fn same_length(record: &ByteRecord, header: usize) -> Result<(), String> {
    if record.len() == header {
        return Ok(());
    }
    let open = record.iter().any(|cell| cell.contains(&b'\n') || cell.contains(&b'\r'));
    let guess = if open { ": is a quotation mark not closed?" } else { "" };
    let cells = if record.len() == 1 { "cell" } else { "cells" };
    Err(format!("{} {cells}, the header has {header}{guess}", record.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        Table::new(text.as_bytes()).map(|(line, _)| line).collect()
    }

    #[test]
    fn blank_lines_and_line_breaks_in_cells_count() {
        assert_eq!(lines("a,b\n\n\n1,2\n\"x\ny\r\nz\",2\n3,4"), [1, 4, 5, 8]);
        assert_eq!(lines("a,b\r\n\r\n1,2\r\n3,4\r\n"), [1, 3, 4]);
        assert_eq!(lines("\n\na,b\n1,2\n"), [3, 4]);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line_where_no_line_feed_does() {
        assert_eq!(lines("a,b\r1,2\r\r3,4\r"), [1, 2, 4]);
    }

    #[test]
    fn rows_with_a_fault_are_noted_with_their_line() {
        let mut faults = Faults::of("a.csv");
        Table::new(b"1\n\n2\n3\n").each(&mut faults, |row| same_length(row, 2));
        let said = faults.settle().expect_err("three").to_string();
        assert!(said.starts_with("a.csv:1: 1 cell, the header has 2\na.csv:3: "), "{said}");
    }

    #[test]
    fn the_header_says_what_parts_cells() {
        for text in ["a,b;c\n", "a;b,c\n", "a\tb,c\n"] {
            assert_eq!(Table::new(text.as_bytes()).next().expect("a header").1.len(), 2, "{text}");
        }
    }
}
