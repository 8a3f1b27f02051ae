//! How cells look: widths, number formats, colours. A colour never stands without its word.

use rust_xlsxwriter::{
    ChartFont, ChartLine, Color, ConditionalFormatDataBar, ConditionalFormatType, Format, FormatAlign,
    FormatBorder, FormatUnderline,
};

use unicode_width::UnicodeWidthStr;

use crate::report::columns::{Column, SUMMARY};

/// Bars of scores in charts.
pub const SCORE: Color = Color::RGB(0x0072_A0C1);
/// Bars of scores in cells, which leave the number readable.
const BAR: Color = Color::RGB(0x00BD_D7EE);
/// Bars of what is the worse the longer it is.
const FAULT: Color = Color::RGB(0x00F8_CBAD);
/// Severities in charts, gravest first: apart in brightness too.
pub const SEVERITIES: [(&str, Color); 3] = [
    ("critical", Color::RGB(0x009C_0006)),
    ("major", Color::RGB(0x00E0_7B39)),
    ("minor", Color::RGB(0x00F6_D98B)),
];

/// Words that are coloured: their background and their own colour.
const WORDS: [(&str, u32, u32); 7] = [
    ("pass", 0x00C6_EFCE, 0x0000_6100),
    ("review", 0x00FF_EB9C, 0x007F_6000),
    ("fail", 0x00FF_C7CE, 0x009C_0006),
    ("failed", 0x00D9_D9D9, 0x0040_4040),
    ("minor", 0x00FF_F2CC, 0x007F_6000),
    ("major", 0x00F8_CBAD, 0x0084_3C0C),
    ("critical", 0x009C_0006, 0x00FF_FFFF),
];

/// Columns whose cells are coloured by their word.
const COLOURED: [&str; 3] = ["status", "verdict", "severity"];

/// A number.
pub fn number(format: &str) -> Format {
    Format::new().set_align(FormatAlign::Top).set_num_format(format)
}

/// A text, a little apart from the number before it.
pub fn text() -> Format {
    Format::new().set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_indent(1)
}

/// Names of columns.
pub fn header() -> Format {
    let format = Format::new().set_bold().set_background_color(Color::RGB(0x00DC_E6F1));
    format.set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_indent(1)
}

/// What leads to another place.
pub fn link() -> Format {
    text().set_font_color(Color::RGB(0x0005_63C1)).set_underline(FormatUnderline::Single)
}

/// A text that is written from right to left.
pub fn right_to_left() -> Format {
    text().set_text_wrap().set_align(FormatAlign::Right).set_reading_direction(2)
}

/// What is of less weight.
pub fn quiet() -> Format {
    Format::new().set_font_color(Color::RGB(0x0059_5959))
}

/// The title of a chart.
pub fn chart_title() -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(12).set_bold();
    font
}

/// The lines behind a chart.
pub fn grid() -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(0x00D9_D9D9)).set_width(0.75);
    line
}

/// A word in its colours; `None` for one that has none.
pub fn word(word: &str) -> Option<Format> {
    let (_, background, letters) = WORDS.iter().find(|(coloured, ..)| *coloured == word)?;
    Some(text().set_background_color(*background).set_font_color(*letters))
}

/// Whether the column's words are coloured.
pub fn is_coloured(column: &Column) -> bool {
    COLOURED.contains(&column.name)
}

/// Whether the column holds texts of the pair's languages or sentences about them: several lines a cell.
pub fn is_wrapped(column: &Column) -> bool {
    column.kind == "text" && width(column) > 26.0 && !column.name.ends_with("path")
}

/// Width of a column in characters. The button of the filter stands beside the name.
pub fn width(column: &Column) -> f64 {
    match column.name {
        "original" | "translation" | "message" | "hint" | "meaning" => 60.0,
        "original_path" | "translation_path" | "path" | "note" => 48.0,
        "excerpt" => 36.0,
        "pair" | "range" => 28.0,
        "check" | "category" | "unit" | "column" | "reason" | "file" => 22.0,
        name => (name.len() as f64 + 5.0).max(10.0),
    }
}

/// How a column's cells look where nothing else is said.
pub fn cells(column: &Column) -> Format {
    match (column.kind, column.name) {
        ("number", "length_ratio" | "coverage" | "confidence") => number("0.00"),
        ("number", _) => number("0.0"),
        ("integer", _) => number("0"),
        _ if is_wrapped(column) => text().set_text_wrap(),
        _ => text(),
    }
}

/// Lines that a text takes in a column, as far as its letters' widths tell; a cell shows at most 20 of them.
pub fn lines(column: &Column, text: &str) -> usize {
    let line = width(column) * 1.05;
    let lines = (text.width() as f64 / line).ceil() as usize;
    if is_wrapped(column) { lines.clamp(1, 20) } else { 1 }
}

/// Bars behind the numbers of a column, where they help to compare pairs.
pub fn bar(column: &Column) -> Option<ConditionalFormatDataBar> {
    if column.file != SUMMARY {
        return None;
    }
    let (color, full) = match column.name {
        "similarity" | "chrf" | "bleu" => (BAR, Some(100)),
        "ter" | "error_points" => (FAULT, None),
        _ => return None,
    };
    let bar = ConditionalFormatDataBar::new().set_fill_color(color).set_border_off(true);
    let bar = bar.set_solid_fill(true).set_minimum(ConditionalFormatType::Number, 0);
    Some(full.map_or(bar.clone(), |full| bar.set_maximum(ConditionalFormatType::Number, full)))
}

/// Whether a text begins in a script that is written from right to left (Unicode's Hebrew to Arabic Extended-A, their
/// presentation forms, and the blocks of such scripts beyond the basic plane).
pub fn is_right_to_left(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
            || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}
