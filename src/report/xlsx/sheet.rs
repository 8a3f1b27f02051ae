//! A table of the data dictionary as a sheet, or as several where its rows do not fit in one.

use csv::StringRecord;
use rust_xlsxwriter::{IgnoreError, Url, Workbook, Worksheet, XlsxError};

use super::style;
use crate::dialect::shown;
use crate::report::columns::{COLUMNS, Column};
use crate::report::files::ROWS_A_FILE;

/// UTF-16 units that Excel takes in a cell.
const CELL_UNITS: usize = 32_767;

/// Links that Excel takes in a sheet.
const LINKS: usize = 65_530;

/// Rows of a sheet that are made high enough for their texts. Excel finds the height by itself, LibreOffice does not;
/// each height that is set stays in memory until the workbook is saved.
const HEIGHTS: usize = 10_000;

/// Height of a line.
const LINE_POINTS: f64 = 15.0;

/// A table that goes on in further sheets, `Segments 2` after `Segments`, each with its header.
pub struct Table<'b> {
    book: &'b mut Workbook,
    name: &'static str,
    kind: &'static str,
    columns: Vec<&'static Column>,
    /// Which columns have a cell with something in it, on the sheet in hand.
    filled: Vec<bool>,
    sheet: Worksheet,
    number: usize,
    rows: usize,
    links: usize,
    rows_a_sheet: usize,
}

impl<'b> Table<'b> {
    /// Begins the sheet `name` with the columns of `kind`.
    pub fn create(book: &'b mut Workbook, name: &'static str, kind: &'static str) -> Result<Self, XlsxError> {
        Self::with_rows_a_sheet(book, name, kind, ROWS_A_FILE)
    }

    fn with_rows_a_sheet(
        book: &'b mut Workbook,
        name: &'static str,
        kind: &'static str,
        rows_a_sheet: usize,
    ) -> Result<Self, XlsxError> {
        let columns: Vec<&Column> = COLUMNS.iter().filter(|c| c.file == kind).collect();
        let filled = vec![false; columns.len()];
        let sheet = begin(book, &sheet_name(name, 1), &columns)?;
        Ok(Table { book, name, kind, columns, filled, sheet, number: 1, rows: 0, links: 0, rows_a_sheet })
    }

    /// Its name in the data dictionary.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Adds a row. Each link leads from a column to a place (see [`place`]), as long as Excel takes links.
    pub fn row(&mut self, cells: &StringRecord, links: &[(usize, Option<String>)]) -> Result<(), XlsxError> {
        if self.rows == self.rows_a_sheet {
            self.next_sheet()?;
        }
        self.rows += 1;
        let mut lines = 1;
        for (at, cell) in cells.iter().enumerate().take(self.columns.len()).filter(|(_, c)| !c.is_empty()) {
            let link = links.iter().find(|(column, _)| *column == at).and_then(|(_, place)| place.as_deref());
            self.filled[at] = true;
            self.cell(at, cell, link.filter(|_| self.links < LINKS))?;
            lines = lines.max(style::lines(self.columns[at], cell));
        }
        if lines > 1 && self.rows <= HEIGHTS {
            self.sheet.set_row_height(self.rows as u32, LINE_POINTS * lines as f64)?;
        }
        Ok(())
    }

    fn cell(&mut self, at: usize, cell: &str, link: Option<&str>) -> Result<(), XlsxError> {
        let (row, column, at) = (self.rows as u32, self.columns[at], at as u16);
        if let Some(place) = link {
            self.links += 1;
            let link = Url::new(place).set_text(fitting(cell));
            self.sheet.write_url_with_format(row, at, link, &style::link())?;
        } else if column.kind != "text"
            && let Ok(number) = cell.parse::<f64>()
        {
            self.sheet.write_number(row, at, number)?;
        } else if let Some(format) = style::word(cell).filter(|_| style::is_coloured(column)) {
            self.sheet.write_string_with_format(row, at, cell, &format)?;
        } else if style::is_wrapped(column) && style::is_right_to_left(cell) {
            self.sheet.write_string_with_format(row, at, fitting(cell), &style::right_to_left())?;
        } else {
            self.sheet.write_string(row, at, fitting(cell))?;
        }
        Ok(())
    }

    fn next_sheet(&mut self) -> Result<(), XlsxError> {
        self.number += 1;
        let next = begin(self.book, &sheet_name(self.name, self.number), &self.columns)?;
        self.end_sheet(next)?;
        (self.rows, self.links) = (0, 0);
        self.filled.fill(false);
        Ok(())
    }

    /// Ends the table.
    pub fn finish(mut self) -> Result<(), XlsxError> {
        self.end_sheet(Worksheet::new())
    }

    /// What can be said of a sheet when its rows are known: filters, bars, and columns that say nothing.
    fn end_sheet(&mut self, next: Worksheet) -> Result<(), XlsxError> {
        let mut sheet = std::mem::replace(&mut self.sheet, next);
        let (last_row, last_column) = (self.rows as u32, self.columns.len() as u16 - 1);
        if last_row > 0 {
            sheet.autofilter(0, 0, last_row, last_column)?;
            sheet.ignore_error_range(1, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
            for (at, (column, filled)) in (0..).zip(self.columns.iter().zip(&self.filled)) {
                match style::bar(column) {
                    _ if !filled => drop(sheet.set_column_hidden(at)?),
                    Some(bar) => drop(sheet.add_conditional_format(1, at, last_row, at, &bar)?),
                    None => {}
                }
            }
        }
        self.book.push_worksheet(sheet);
        Ok(())
    }
}

fn begin(book: &mut Workbook, name: &str, columns: &[&Column]) -> Result<Worksheet, XlsxError> {
    let mut sheet = book.new_worksheet_with_constant_memory()?;
    sheet.set_name(name)?.set_freeze_panes(1, 1)?.set_landscape();
    sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.set_row_height(0, 22)?;
    for (at, column) in (0..).zip(columns) {
        sheet.set_column_width(at, style::width(column))?.set_column_format(at, &style::cells(column))?;
        sheet.write_string_with_format(0, at, column.name, &style::header())?;
    }
    Ok(sheet)
}

fn sheet_name(name: &str, number: usize) -> String {
    if number == 1 { name.to_string() } else { format!("{name} {number}") }
}

/// Where a row of a table stands, counted from 0 over all its sheets: what a link leads to.
pub fn place(name: &str, row: usize) -> String {
    let sheet = sheet_name(name, row / ROWS_A_FILE + 1);
    format!("internal:'{sheet}'!A{}", row % ROWS_A_FILE + 2)
}

/// A text as a cell takes it: on one line, an ellipsis in place of what is too much.
pub fn fitting(text: &str) -> String {
    let mut units = 0;
    let within = |c: &char| {
        units += c.len_utf16();
        units <= CELL_UNITS
    };
    let mut cell: String = text.chars().map(shown).take_while(within).collect();
    if units > CELL_UNITS {
        cell.pop();
        cell.push('…');
    }
    cell
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::*;
    use crate::report::columns::QUARANTINE;

    #[test]
    fn a_long_table_goes_on_in_further_sheets_each_with_its_header() {
        let mut book = Workbook::new();
        let mut table = Table::with_rows_a_sheet(&mut book, "Rows", QUARANTINE, 2).expect("begins");
        for pair in ["a", "b", "c", "d", "e"] {
            table.row(&StringRecord::from(vec![pair, "p", "read", "empty", "7", "h"]), &[]).expect("writes");
        }
        table.finish().expect("ends");
        let bytes = book.save_to_buffer().expect("saves");
        let mut read = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        assert_eq!(read.sheet_names(), ["Rows", "Rows 2", "Rows 3"]);
        let mut column = |name: &str| -> Vec<String> {
            let range = read.worksheet_range(name).expect("a sheet");
            range.rows().map(|row| row[0].to_string()).collect()
        };
        assert_eq!(column("Rows"), ["pair", "a", "b"]);
        assert_eq!(column("Rows 3"), ["pair", "e"]);
    }

    #[test]
    fn a_place_is_the_row_under_the_header_of_its_sheet() {
        assert_eq!(place("Segments", 0), "internal:'Segments'!A2");
        assert_eq!(place("Segments", ROWS_A_FILE - 1), format!("internal:'Segments'!A{}", ROWS_A_FILE + 1));
        assert_eq!(place("Segments", ROWS_A_FILE), "internal:'Segments 2'!A2");
    }

    #[test]
    fn a_text_is_cut_where_excel_would_refuse_it_and_says_so() {
        let units = |text: &str| text.encode_utf16().count();
        assert_eq!(fitting(&"é".repeat(CELL_UNITS)), "é".repeat(CELL_UNITS));
        for letter in ["é", "😀", "a😀"] {
            let cell = fitting(&letter.repeat(CELL_UNITS + 1));
            assert!(cell.ends_with('…') && (CELL_UNITS - 2..=CELL_UNITS).contains(&units(&cell)), "{letter}");
        }
        assert_eq!(fitting("a\nb\u{0}\u{ffff}"), "a b␀\u{fffd}");
    }
}
