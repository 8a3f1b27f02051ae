//! Tables with a segment in a row: CSV (RFC 4180), and TSV, in which quotation marks are text.

use super::UNIT;
use super::columns::{Names, Places};
use super::fault::Fault;
use super::lines::{Line, Lines};
use super::unit::{Block, Blocks};

/// The rows of a table.
pub(super) struct Tables {
    lines: Lines,
    delimiter: u8,
    places: Places,
    width: usize,
    /// The header on one line.
    header: String,
}

impl Tables {
    /// The header is the first row; of a part, that comes from before.
    pub fn new(mut lines: Lines, is_tsv: bool, names: &Names, header: &str) -> Result<Tables, Fault> {
        let first = if header.is_empty() { first_row(&mut lines)? } else { None };
        let text = first.as_ref().map_or(header, |line| &line.text);
        let delimiter = if is_tsv { b'\t' } else { delimiter(text) };
        let cells = cells_of(text, delimiter);
        let places = match (names.places(&cells, "column"), &first) {
            (Ok(places), _) => places,
            (Err(_), None) => Places::default(),
            (Err(what), Some(line)) => return Err(Fault { reason: "no-columns", ..lines.fault(line, what) }),
        };
        Ok(Tables { places, delimiter, width: cells.len(), header: text.to_string(), lines })
    }

    /// The cells of the row that begins with a line, and where it ends.
    fn row(&mut self, first: &Line) -> Result<(Vec<String>, u64), Fault> {
        if self.delimiter == b'\t' {
            return Ok((cells_of(&first.text, b'\t'), first.place.end));
        }
        let (mut row, mut line) = (Row::default(), first.clone());
        loop {
            row.take(&line.text, self.delimiter);
            if line.place.end - first.place.start > UNIT {
                return Err(self
                    .lines
                    .fault(first, "a row longer than any that is read: is a quotation mark not closed?"));
            }
            if row.state != State::Quoted {
                return Ok((row.cells, line.place.end));
            }
            row.cell.push('\n');
            let next = self.lines.next()?;
            line =
                next.ok_or_else(|| self.lines.fault(first, "a quotation mark is not closed in this row"))?;
        }
    }
}

impl Blocks for Tables {
    fn next(&mut self) -> Result<Option<Block>, Fault> {
        let Some(line) = first_row(&mut self.lines)? else { return Ok(None) };
        let (cells, end) = self.row(&line)?;
        if cells.len() != self.width {
            let (cells, width) = (cells.len(), self.width);
            let hint =
                format!("{cells} cells, the header has {width}: is a quotation mark or a delimiter missing?");
            return Err(self.lines.fault(&line, hint));
        }
        let entry = self.places.entry(line.number, |column| cells[column].clone());
        let place = line.place.start..end;
        Ok(Some(Block { place, line: line.number, number: 0, file: String::new(), entries: vec![entry] }))
    }

    fn prefix(&self) -> String {
        self.header.clone()
    }
}

/// The next line that is not blank.
fn first_row(lines: &mut Lines) -> Result<Option<Line>, Fault> {
    loop {
        match lines.next()? {
            Some(line) if line.text.trim().is_empty() => {}
            line => return Ok(line),
        }
    }
}

/// What parts the cells of a header: whichever sign comes first.
fn delimiter(header: &str) -> u8 {
    header.bytes().find(|b| [b',', b';', b'\t'].contains(b)).unwrap_or(b',')
}

fn cells_of(line: &str, delimiter: u8) -> Vec<String> {
    if delimiter == b'\t' {
        return line.split('\t').map(unquoted).collect();
    }
    let mut row = Row::default();
    row.take(line, delimiter);
    row.cells
}

/// A cell of a TSV file: text as it stands, but for one that a spreadsheet has put in quotation marks for those inside it.
fn unquoted(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_doubled = |inner: &&str| inner.contains("\"\"") && !inner.replace("\"\"", "").contains('"');
    let inner = inner.filter(is_doubled);
    inner.map_or_else(|| cell.to_string(), |inner| inner.replace("\"\"", "\""))
}

/// Where a row of a CSV file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Plain,
    Quoted,
    /// After a quotation mark in a quoted cell: its end, or the first of two.
    Closing,
}

/// The cells of a row so far.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    cell: String,
    state: State,
}

impl Row {
    /// Goes on with a line; where that leaves no cell open, the row is complete.
    fn take(&mut self, line: &str, delimiter: u8) {
        for c in line.chars() {
            self.state = match (self.state, c) {
                (State::Plain | State::Closing, c) if c == char::from(delimiter) => {
                    self.cells.push(std::mem::take(&mut self.cell));
                    State::Plain
                }
                (State::Plain, '"') if self.cell.is_empty() => State::Quoted,
                (State::Quoted, '"') => State::Closing,
                (State::Closing, '"') => {
                    self.cell.push('"');
                    State::Quoted
                }
                (state, c) => {
                    self.cell.push(c);
                    if state == State::Quoted { State::Quoted } else { State::Plain }
                }
            };
        }
        if self.state != State::Quoted {
            self.cells.push(std::mem::take(&mut self.cell));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_in_quotation_marks_holds_whatever_it_likes() {
        assert_eq!(cells_of("a,\"b,\"\"c\"\"\",,5\" x", b','), ["a", "b,\"c\"", "", "5\" x"]);
        let mut row = Row::default();
        row.take("\"one", b',');
        assert_eq!(row.state, State::Quoted);
        row.cell.push('\n');
        row.take("two\",3", b',');
        assert_eq!(row.cells, ["one\ntwo", "3"]);
    }

    #[test]
    fn quotation_marks_in_tsv_are_text_unless_a_spreadsheet_has_set_them() {
        assert_eq!(cells_of("\"Hello\", he said\t\"Open", b'\t'), ["\"Hello\", he said", "\"Open"]);
        assert_eq!(cells_of("\"Come in.\"\tx", b'\t'), ["\"Come in.\"", "x"]);
        assert_eq!(cells_of("\"He said \"\"Hello\"\"\"\t\"", b'\t'), ["He said \"Hello\"", "\""]);
    }
}
