//! The CSV dialect that spreadsheets read right: UTF-8 with byte order mark, commas, CRLF, every cell quoted.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

/// Characters after which a text cell is cut; Excel takes 32,767.
pub const CELL_LIMIT: usize = 32_000;

/// A CSV writer in our dialect, the byte order mark written.
pub fn writer<W: Write>(mut to: W, bom: bool) -> io::Result<Writer<W>> {
    if bom {
        to.write_all("\u{feff}".as_bytes())?;
    }
    Ok(WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(to))
}

/// A text cell: on one line, without control characters, no formula, not too long. The second value tells
/// whether it was cut. Characters keep their places: each line break and control character becomes one other
/// character, and only a guard `'` may come before.
pub fn text(value: &str) -> (String, bool) {
    let mut cell = String::with_capacity(value.len() + 1);
    if value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']) {
        cell.push('\'');
    }
    let mut chars = value.chars();
    cell.extend(chars.by_ref().take(CELL_LIMIT).map(shown));
    (cell, chars.next().is_some())
}

fn shown(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\u{1f}' if c != '\t' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(' '),
        '\u{7f}' => '\u{2421}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    }
}

/// A number cell: four decimals and a point; empty where the number does not apply.
pub fn number(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map(|v| format!("{v:.4}")).unwrap_or_default()
}

/// A text cell where only its text is wanted.
pub fn cell(value: &str) -> String {
    text(value).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_be_taken_for_a_formula() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert!(cell(dangerous).starts_with('\''), "{dangerous:?}");
        }
        assert_eq!(cell("a=1"), "a=1");
    }

    #[test]
    fn a_cell_is_one_line_and_characters_keep_their_places() {
        assert_eq!(cell("a\nb\u{2028}c\u{7}d"), "a b c␇d");
    }

    #[test]
    fn long_cells_are_cut_and_say_so() {
        let (kept, cut) = text(&"é".repeat(CELL_LIMIT + 1));
        assert_eq!((kept.chars().count(), cut), (CELL_LIMIT, true));
        assert!(!text("short").1);
    }

    #[test]
    fn numbers_have_four_decimals_and_nothing_is_empty() {
        assert_eq!(number(Some(1.0 / 3.0)), "0.3333");
        assert_eq!(number(None), "");
    }

    #[test]
    fn every_cell_is_quoted_and_lines_end_in_crlf() {
        let mut out = writer(Vec::new(), true).expect("writes");
        out.write_record(["a", "1"]).expect("writes");
        assert_eq!(out.into_inner().expect("flushes"), "\u{feff}\"a\",\"1\"\r\n".as_bytes());
    }
}
