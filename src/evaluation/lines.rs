//! Line-aligned text, read as sacreBLEU reads it, block by block.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8};
use flate2::read::MultiGzDecoder;

use crate::error::SetupError;
use crate::metrics::tokenize::is_white_space;

/// Where lines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file; one whose name ends in `.gz` is decompressed.
    File(PathBuf),
    /// Standard input, where CR and CRLF end a line as LF does.
    StandardInput,
}

impl Source {
    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardInput => "standard input".to_string(),
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::StandardInput => Box::new(io::stdin()),
            Self::File(path) if path.as_os_str().as_encoded_bytes().ends_with(b".gz") => {
                Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, File::open(path)?)))
            }
            Self::File(path) => Box::new(File::open(path)?),
        })
    }
}

const BUFFER: usize = 1 << 16;

/// The byte order mark of UTF-8 and of UTF-16 once decoded.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The lines of one source.
pub(super) struct Lines {
    name: String,
    input: Box<dyn BufRead + Send>,
    /// The line read last, as far as it has not been given out: more than one line only where CR ends lines.
    rest: Option<String>,
    /// Whether a lone CR ends a line too.
    universal: bool,
    /// Lines ended by LF, and bytes, that have been read.
    number: u64,
    offset: u64,
}

impl Lines {
    pub(super) fn open(source: &Source, encoding: &str) -> Result<Self, SetupError> {
        let name = source.name();
        let failed = |error| SetupError::io(&name, error);
        let input = BufReader::with_capacity(BUFFER, source.open().map_err(failed)?);
        let mut input: Box<dyn BufRead + Send> = match decoder(encoding)? {
            Decoder::Utf8 => Box::new(input),
            Decoder::Utf8WithMark => Box::new(without_mark(input).map_err(failed)?),
            Decoder::Latin1 => Box::new(Cursor::new(latin1(input).map_err(failed)?)),
            Decoder::Other(encoding) => Box::new(Cursor::new(decoded(&name, input, encoding)?)),
        };
        // A folder opens without an error and fails at the first byte.
        input.fill_buf().map_err(failed)?;
        let universal = *source == Source::StandardInput;
        Ok(Self { name, input, rest: None, universal, number: 0, offset: 0 })
    }

    /// The next line without its end and without white space before that; `None` behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<String>, SetupError> {
        let Some(mut line) = (match self.rest.take() {
            Some(rest) => Some(rest),
            None => self.read()?,
        }) else {
            return Ok(None);
        };
        if self.universal
            && let Some(at) = line.find('\r')
        {
            self.rest = Some(line.split_off(at + 1));
            line.pop();
        }
        line.truncate(line.trim_end_matches(is_white_space).len());
        Ok(Some(line))
    }

    /// The text up to the next LF. Where CR ends lines, one at the end ends this line only once.
    fn read(&mut self) -> Result<Option<String>, SetupError> {
        let mut bytes = Vec::new();
        let read = self.input.read_until(b'\n', &mut bytes).map_err(|e| SetupError::io(&self.name, e))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if self.universal && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        let line = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            SetupError::Configuration(format!(
                "{}: line {}, byte {} (byte {} of the file): 0x{byte:02x} is not UTF-8: convert the file, or name \
                 its encoding with --encoding",
                self.name,
                self.number,
                at + 1,
                self.offset + at as u64,
            ))
        })?;
        self.offset += read as u64;
        Ok(Some(line))
    }
}

/// How bytes become text.
enum Decoder {
    Utf8,
    /// UTF-8 without the mark that may stand at its beginning.
    Utf8WithMark,
    /// ISO 8859-1, every byte the character of its number: on the web the label means Windows-1252.
    Latin1,
    Other(&'static Encoding),
}

/// The decoder for an encoding by one of its names in Python or on the web.
fn decoder(label: &str) -> Result<Decoder, SetupError> {
    let name = label.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8-sig" => return Ok(Decoder::Utf8WithMark),
        "latin-1" | "latin1" | "l1" | "iso-8859-1" | "iso8859-1" => return Ok(Decoder::Latin1),
        _ => {}
    }
    let of_windows = name.strip_prefix("cp").map(|page| format!("windows-{page}"));
    let known = |name: &str| Encoding::for_label(name.as_bytes());
    match known(&name).or_else(|| of_windows.as_deref().and_then(known)) {
        Some(encoding) if encoding == UTF_8 => Ok(Decoder::Utf8),
        Some(encoding) => Ok(Decoder::Other(encoding)),
        None => Err(SetupError::Configuration(format!("--encoding: no encoding \"{label}\""))),
    }
}

fn without_mark(mut input: BufReader<Box<dyn Read + Send>>) -> io::Result<impl BufRead + Send> {
    let mut first = [0; 3];
    let mut length = 0;
    while length < first.len() {
        match input.read(&mut first[length..])? {
            0 => break,
            read => length += read,
        }
    }
    let start = if first == [0xef, 0xbb, 0xbf] { Vec::new() } else { first[..length].to_vec() };
    Ok(Cursor::new(start).chain(input))
}

fn latin1(mut input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok(bytes.into_iter().map(char::from).collect::<String>().into_bytes())
}

/// The whole of a text in another encoding.
fn decoded(name: &str, mut input: impl Read, encoding: &'static Encoding) -> Result<Vec<u8>, SetupError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|e| SetupError::io(name, e))?;
    let (text, _, wrong) = encoding.decode(&bytes);
    if wrong {
        return Err(SetupError::Configuration(format!("{name}: the text is not {}", encoding.name())));
    }
    Ok(text.into_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], universal: bool) -> Vec<String> {
        let input = Box::new(Cursor::new(text.to_vec()));
        let mut lines = Lines { name: "t".into(), input, rest: None, universal, number: 0, offset: 0 };
        std::iter::from_fn(|| lines.next().ok().flatten()).collect()
    }

    #[test]
    fn only_lf_ends_a_line_of_a_file() {
        assert_eq!(lines(b"a \t\r\nb\rc\n\nd", false), ["a", "b\rc", "", "d"]);
    }

    #[test]
    fn cr_ends_a_line_of_standard_input_too() {
        assert_eq!(lines(b"a \t\r\nb\rc\n\nd\r\r\ne\r", true), ["a", "b", "c", "", "d", "", "e"]);
    }

    #[test]
    fn information_separators_at_the_end_are_white_space() {
        assert_eq!(lines("a\u{1c}\u{3000}\nb\u{200b}\n".as_bytes(), false), ["a", "b\u{200b}"]);
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let input = Box::new(Cursor::new(b"ab\nc\xffd\n".to_vec()));
        let mut lines = Lines { name: "t".into(), input, rest: None, universal: false, number: 0, offset: 0 };
        assert_eq!(lines.next().ok().flatten().as_deref(), Some("ab"));
        let message = lines.next().err().map(|e| e.to_string()).unwrap_or_default();
        assert!(
            message.starts_with("t: line 2, byte 2 (byte 4 of the file): 0xff is not UTF-8"),
            "{message}"
        );
    }
}
