//! Cells in columns as wide as the widest of them; the last column takes what the terminal leaves.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::layout::cut;
use super::view::{one_line, paint};

/// A cell on the terminal.
pub struct Cell {
    text: String,
    style: Style,
    right: bool,
}

/// A cell that begins where its column begins.
pub fn left(text: &str) -> Cell {
    Cell { text: one_line(text), style: Style::new(), right: false }
}

/// A cell that ends where its column ends.
pub fn right(text: &str) -> Cell {
    Cell { right: true, ..left(text) }
}

impl Cell {
    /// The cell in that style.
    pub fn painted(self, style: Style) -> Cell {
        Cell { style, ..self }
    }

    fn filled(&self, width: usize) -> String {
        let fill = " ".repeat(width.saturating_sub(self.text.width()));
        let text = if self.text.is_empty() { String::new() } else { paint(self.style, &self.text) };
        if self.right { fill + &text } else { text + &fill }
    }
}

/// Prints rows of cells, two spaces apart.
pub fn print_grid(out: &mut impl Write, rows: &[Vec<Cell>], width: usize) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |k: usize| rows.iter().filter_map(|row| Some(row.get(k)?.text.width())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let before: usize = widths.iter().rev().skip(1).map(|w| w + 2).sum();
    for row in rows {
        let mut line = String::new();
        for (k, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if k + 1 < columns || cell.right {
                line.push_str(&cell.filled(*width));
                line.push_str("  ");
            }
        }
        if let Some(last) = row.last().filter(|last| !last.right) {
            let room = width.saturating_sub(before).max(LEAST);
            line.push_str(&paint(last.style, &cut(&last.text, room)));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// What the last column has at least, be the terminal ever so narrow.
const LEAST: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_the_last_one_is_cut() {
        let rows = [
            vec![left("a"), right("10"), left("a note that is far too long")],
            vec![left("日本"), right("9"), left("short")],
        ];
        let mut out = Vec::new();
        print_grid(&mut out, &rows, 22).expect("prints");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), "a     10  a note that…\n日本   9  short\n");
    }
}
