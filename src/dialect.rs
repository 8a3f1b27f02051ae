//! The CSV dialect of the reports: written so that spreadsheets read it right, and read back.

use std::io::{self, BufRead, BufReader, Read, Write};

use csv::{QuoteStyle, Reader, ReaderBuilder, Terminator, Writer, WriterBuilder};

/// Characters after which a text cell is cut; Excel takes 32,767.
pub const CELL_LIMIT: usize = 32_000;

/// First characters of a text that a spreadsheet takes for a formula (OWASP ASVS 1.2.10, and the full-width forms). A line
/// feed becomes a space, which none takes for one.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];

/// How tables are written: every cell quoted, lines ended by CRLF, and what is chosen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Byte order mark at the head, which Excel needs to read UTF-8.
    pub bom: bool,
    /// `0,5` and semicolons between cells, in place of `0.5` and commas.
    pub decimal_comma: bool,
    /// Texts as they are: with line breaks and control characters, unguarded and uncut.
    pub raw: bool,
}

impl Dialect {
    /// For programs: nothing is added to a text or taken from it.
    pub const RAW: Dialect = Dialect { bom: false, decimal_comma: false, raw: true };

    /// A writer, the byte order mark written.
    pub fn writer<W: Write>(self, mut to: W) -> io::Result<Writer<W>> {
        if self.bom {
            to.write_all("\u{feff}".as_bytes())?;
        }
        let mut builder = WriterBuilder::new();
        builder.quote_style(QuoteStyle::Always).terminator(Terminator::CRLF);
        Ok(builder.delimiter(if self.decimal_comma { b';' } else { b',' }).from_writer(to))
    }

    /// A text cell: on one line, without control characters, no formula, not too long. Characters keep their places:
    /// each line break and control character becomes one other character, and only a guard `'` may come before.
    pub fn text(self, value: &str) -> String {
        if self.raw {
            return value.to_string();
        }
        let mut rest = if self.cuts(value) { first_characters(value, CELL_LIMIT) } else { value };
        let mut cell = String::with_capacity(rest.len() + 1);
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| shown(c) != c) {
            cell.push_str(&rest[..at]);
            cell.push(shown(c));
            rest = &rest[at + c.len_utf8()..];
        }
        cell.push_str(rest);
        // A text that looks guarded is guarded too, so that the guard can be told from the text.
        if value.starts_with(FORMULA) || unguarded(&cell).len() < cell.len() {
            cell.insert(0, '\'');
        }
        cell
    }

    /// Whether [`Dialect::text`] leaves an end of it out.
    pub fn cuts(self, value: &str) -> bool {
        !self.raw && value.len() > CELL_LIMIT && value.chars().nth(CELL_LIMIT).is_some()
    }

    /// A number cell: four decimals; empty where the number does not apply.
    pub fn number(self, value: Option<f64>) -> String {
        let cell = value.filter(|v| v.is_finite()).map(four_decimals).unwrap_or_default();
        if self.decimal_comma { cell.replace('.', ",") } else { cell }
    }
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

/// As `{:.4}` writes it, which takes ten times as long.
fn four_decimals(value: f64) -> String {
    let scaled = value.abs() * 1e4;
    // The product is off by less than a millionth: that matters only where it is about halfway between two whole numbers.
    if scaled > 1e9 || (scaled.fract() - 0.5).abs() < 1e-6 {
        return format!("{value:.4}");
    }
    let number = scaled.round() as u64;
    let sign = if value.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}.{:04}", number / 10_000, number % 10_000)
}

/// A character as a cell shows it: one line, and nothing that XML 1.0 forbids.
pub fn shown(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\u{1f}' if c != '\t' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(' '),
        '\u{7f}' => '\u{2421}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    }
}

/// A text cell without the `'` that keeps spreadsheets from reading a formula. (A guarded carriage return has become a space;
/// its guard stays, for `' ` begins many a text of its own. Texts that have been read hold none.)
pub fn unguarded(cell: &str) -> &str {
    let guarded = ['=', '+', '-', '@', '\t', '\u{2400}', '＝', '＋', '－', '＠'];
    let guards = cell.len() - cell.trim_start_matches('\'').len();
    if guards > 0 && cell[guards..].starts_with(guarded) { &cell[1..] } else { cell }
}

/// A reader of a table in any dialect of ours; the header tells commas from semicolons.
pub fn reader<R: Read>(from: R) -> io::Result<Reader<BufReader<R>>> {
    let mut from = BufReader::new(from);
    if from.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        from.consume('\u{feff}'.len_utf8());
    }
    let header = from.fill_buf()?.split(|b| *b == b'\n').next().unwrap_or_default();
    let first = header.iter().find(|b| [b',', b';', b'\t'].contains(b));
    Ok(ReaderBuilder::new().delimiter(first.copied().unwrap_or(b',')).from_reader(from))
}

/// A number cell of any dialect of ours, with a point.
pub fn with_point(cell: &str) -> String {
    cell.replace(',', ".")
}

/// Languages that write a decimal comma (CLDR 47, `decimal` of the default numbering system).
const COMMA: [&str; 53] = [
    "af", "ast", "az", "be", "bg", "br", "bs", "ca", "cs", "da", "de", "dsb", "el", "eo", "es", "et", "eu",
    "fi", "fo", "fr", "fur", "fy", "gl", "hr", "hsb", "hu", "hy", "id", "is", "it", "ka", "kk", "ky", "lb",
    "lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr",
    "uk", "vi",
];

/// Languages that write a decimal point (likewise).
const POINT: [&str; 29] = [
    "am", "bn", "cy", "en", "fil", "ga", "gd", "gu", "he", "hi", "ja", "kn", "ko", "ml", "mn", "mr", "ms",
    "mt", "my", "ne", "pa", "si", "sw", "ta", "te", "th", "tl", "ur", "zh",
];

/// Regions whose habit is not that of the language (likewise).
const OTHERWISE: [&str; 16] = [
    "de-CH", "de-LI", "it-CH", "en-ZA", "es-419", "es-CU", "es-DO", "es-GT", "es-HN", "es-MX", "es-NI",
    "es-PA", "es-PE", "es-PR", "es-SV", "es-US",
];

/// Whether spreadsheets of a locale (`de`, `pt-BR`, `en_US`) read a decimal comma; `None` for one that is not known.
pub fn decimal_comma(locale: &str) -> Option<bool> {
    let locale = locale.split('.').next().unwrap_or_default().replace('_', "-");
    let language = locale.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let comma = COMMA.contains(&language.as_str());
    let otherwise = OTHERWISE.iter().any(|o| o.eq_ignore_ascii_case(&locale));
    (comma || POINT.contains(&language.as_str())).then_some(comma != otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Dialect = Dialect { bom: true, decimal_comma: false, raw: false };
    const GERMAN: Dialect = Dialect { decimal_comma: true, ..DEFAULT };

    #[test]
    fn no_text_can_be_taken_for_a_formula_and_the_guard_comes_off_again() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "＠x", "\0x", "'=1", "''=1", "'\0"]
        {
            let cell = DEFAULT.text(dangerous);
            assert!(cell.starts_with('\''), "{dangerous:?}");
            assert_eq!(unguarded(&cell).replace('␀', "\0"), dangerous);
        }
        assert_eq!(["\r=1", "\n=1"].map(|text| DEFAULT.text(text)), ["' =1", " =1"]);
        let long = "'".repeat(CELL_LIMIT) + "=x";
        assert_eq!(unguarded(&DEFAULT.text(&long)).chars().count(), CELL_LIMIT);
        assert_eq!(
            (DEFAULT.text("a=1").as_str(), unguarded("'tis"), unguarded("' a '")),
            ("a=1", "'tis", "' a '")
        );
    }

    #[test]
    fn numbers_have_four_decimals_rounded_as_they_are() {
        let halves = (0..40_000).flat_map(|n| [f64::from(n) / 20_000.0, f64::from(n) * 0.000_05]);
        let others = (-300..300).map(|n| 1.1_f64.powi(n) * 3.0);
        for value in halves.chain(others).chain([0.0, -0.0, 1e300]).flat_map(|v| [v, -v]) {
            assert_eq!(DEFAULT.number(Some(value)), format!("{value:.4}"));
        }
    }

    #[test]
    fn a_cell_is_one_line_and_characters_keep_their_places() {
        assert_eq!(DEFAULT.text("a\nb\u{2028}c\u{7}d"), "a b c␇d");
        assert_eq!(Dialect::RAW.text("=a\nb\u{7}"), "=a\nb\u{7}");
    }

    #[test]
    fn long_cells_are_cut_and_said_to_be() {
        let long = "é".repeat(CELL_LIMIT + 1);
        assert_eq!((DEFAULT.text(&long).chars().count(), DEFAULT.cuts(&long)), (CELL_LIMIT, true));
        assert!(!DEFAULT.cuts(&"é".repeat(CELL_LIMIT)) && !Dialect::RAW.cuts(&long));
    }

    #[test]
    fn numbers_have_four_decimals_and_nothing_is_empty() {
        assert_eq!(DEFAULT.number(Some(1.0 / 3.0)), "0.3333");
        assert_eq!(GERMAN.number(Some(-1234.5)), "-1234,5000");
        assert_eq!(DEFAULT.number(None), "");
    }

    #[test]
    fn every_cell_is_quoted_and_lines_end_in_crlf() {
        let bytes = |dialect: Dialect| {
            let mut out = dialect.writer(Vec::new()).expect("writes");
            out.write_record(["a", "1"]).expect("writes");
            String::from_utf8(out.into_inner().expect("flushes")).expect("UTF-8")
        };
        assert_eq!(bytes(DEFAULT), "\u{feff}\"a\",\"1\"\r\n");
        assert_eq!(bytes(Dialect { bom: false, ..GERMAN }), "\"a\";\"1\"\r\n");
    }

    #[test]
    fn what_any_dialect_writes_is_read_back() {
        let nasty = ["a,b;c\t\"d\"", "", "é\u{202e}😀", "x\r\ny"];
        for dialect in [DEFAULT, GERMAN, Dialect::RAW, Dialect { bom: true, ..Dialect::RAW }] {
            let mut out = dialect.writer(Vec::new()).expect("writes");
            out.write_record(["one", "two", "three", "four"]).expect("writes");
            out.write_record(nasty.map(|text| dialect.text(text))).expect("writes");
            let bytes = out.into_inner().expect("flushes");
            let mut reader = reader(&bytes[..]).expect("reads");
            assert_eq!(reader.headers().expect("a header"), vec!["one", "two", "three", "four"]);
            let row = reader.records().next().expect("a row").expect("reads");
            assert_eq!(row, nasty.map(|text| dialect.text(text)).to_vec());
        }
    }

    #[test]
    fn locales_are_known_by_language_and_region() {
        assert_eq!(
            ["de", "de-CH", "es_MX", "pt-BR", "en-US", "fr_FR.UTF-8"].map(decimal_comma),
            [Some(true), Some(false), Some(false), Some(true), Some(false), Some(true)]
        );
        assert_eq!(decimal_comma("germany"), None);
    }
}
