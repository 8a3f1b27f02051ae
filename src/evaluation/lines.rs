//! Line-aligned text, read as sacreBLEU reads it, block by block.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use crate::error::SetupError;
use crate::input::decode;
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

    /// Whether it can be read twice.
    pub(super) fn is_regular_file(&self) -> bool {
        match self {
            Self::File(path) => path.is_file(),
            Self::StandardInput => false,
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
    /// Lines given out.
    number: usize,
    /// Bytes read, of the file as it is.
    offset: usize,
}

impl Lines {
    pub(super) fn open(source: &Source, encoding: &str) -> Result<Self, SetupError> {
        let name = source.name();
        let failed = |error| SetupError::io(&name, error);
        let mut input = BufReader::with_capacity(BUFFER, source.open().map_err(failed)?);
        // A folder opens without an error and fails at the first byte.
        input.fill_buf().map_err(failed)?;
        let mut offset = 0;
        let input: Box<dyn BufRead + Send> = match decoder(encoding)? {
            Decoder::Utf8 => Box::new(input),
            Decoder::Utf8WithMark => {
                let first = first_bytes(&mut input).map_err(failed)?;
                let marked = first == UTF_8_MARK;
                offset = if marked { first.len() } else { 0 };
                Box::new(Cursor::new(if marked { Vec::new() } else { first }).chain(input))
            }
            whole => {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes).map_err(failed)?;
                let text = whole.decode(&bytes).map_err(|at| undecodable(&name, encoding, &bytes, at))?;
                Box::new(Cursor::new(text.into_bytes()))
            }
        };
        let universal = *source == Source::StandardInput;
        Ok(Self { name, input, rest: None, universal, number: 0, offset })
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
        self.number += 1;
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
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if self.universal && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        let line = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..at];
            let ends_line = |&byte: &u8| self.universal && byte == b'\r';
            let line_start = before.iter().rposition(ends_line).map_or(0, |end| end + 1);
            let place = Place {
                line: self.number + 1 + before.iter().filter(|byte| ends_line(byte)).count(),
                byte: at - line_start + 1,
                offset: self.offset + at,
            };
            place.refuse(&self.name, error.as_bytes().get(at), "UTF-8")
        })?;
        self.offset += read;
        Ok(Some(line))
    }
}

/// Where a byte stands: line and byte from 1, offset from 0.
struct Place {
    line: usize,
    byte: usize,
    offset: usize,
}

impl Place {
    fn refuse(&self, name: &str, byte: Option<&u8>, encoding: &str) -> SetupError {
        let Self { line, byte: at, offset } = self;
        let byte = byte.map_or("the end".to_string(), |byte| format!("0x{byte:02x}"));
        SetupError::Configuration(format!(
            "{name}: line {line}, byte {at} of it (offset {offset}): {byte} is not {encoding}: convert the text, or \
             name its encoding with --encoding"
        ))
    }
}

/// The error for a text in another encoding than UTF-8. Lines are counted in its bytes.
fn undecodable(name: &str, encoding: &str, bytes: &[u8], at: usize) -> SetupError {
    let before = &bytes[..at.min(bytes.len())];
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let line = before.split(|&byte| byte == b'\n').count();
    let place = Place { line, byte: before.len() - line_start + 1, offset: at };
    place.refuse(name, bytes.get(at), encoding)
}

const UTF_8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    input.take(UTF_8_MARK.len() as u64).read_to_end(&mut first)?;
    Ok(first)
}

/// How bytes become text.
enum Decoder {
    Utf8,
    /// UTF-8 without the mark that may stand at its beginning.
    Utf8WithMark,
    Ascii,
    /// ISO 8859-1, every byte the character of its number: on the web the label means Windows-1252.
    Latin1,
    /// UTF-16 in the byte order that its mark tells.
    Utf16,
    Other(&'static Encoding),
}

/// The decoder for an encoding by one of its names in Python or on the web.
fn decoder(label: &str) -> Result<Decoder, SetupError> {
    let name = label.to_ascii_lowercase().replace(['_', ' '], "-");
    let known = |name: &str| Encoding::for_label(name.as_bytes());
    let of_python = || {
        let page = name.strip_prefix("cp")?;
        known(&format!("windows-{page}"))
    };
    Ok(match name.as_str() {
        "utf-8" | "utf8" | "u8" => Decoder::Utf8,
        "utf-8-sig" => Decoder::Utf8WithMark,
        "ascii" | "us-ascii" => Decoder::Ascii,
        "latin-1" | "latin1" | "l1" | "iso-8859-1" | "iso8859-1" => Decoder::Latin1,
        "utf-16" | "utf16" => Decoder::Utf16,
        "utf-16-le" => Decoder::Other(UTF_16LE),
        "utf-16-be" => Decoder::Other(UTF_16BE),
        _ => Decoder::Other(known(&name).or_else(of_python).ok_or_else(|| {
            SetupError::Configuration(format!("--encoding: the encoding \"{label}\" is not known"))
        })?),
    })
}

impl Decoder {
    /// The text, or the offset of the first byte that has no meaning in this encoding.
    fn decode(&self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Self::Ascii if bytes.is_ascii() => Ok(bytes.iter().copied().map(char::from).collect()),
            Self::Ascii => Err(bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default()),
            Self::Latin1 => Ok(bytes.iter().copied().map(char::from).collect()),
            Self::Utf16 => match Encoding::for_bom(bytes) {
                Some((encoding, mark)) if encoding != UTF_8 => {
                    decode(&bytes[mark..], encoding).map_err(|at| mark + at)
                }
                _ => Err(0),
            },
            Self::Other(encoding) => {
                let text = decode(bytes, encoding)?;
                // The web gives bytes without a meaning in a code page the control character of their number.
                let control = text.chars().position(|c| ('\u{80}'..='\u{9f}').contains(&c));
                control
                    .filter(|_| encoding.is_single_byte() && encoding.name().starts_with("windows"))
                    .map_or(Ok(text), Err)
            }
            Self::Utf8 | Self::Utf8WithMark => decode(bytes, UTF_8),
        }
    }
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
    fn encodings_are_those_of_python() {
        let decoded = |label: &str, bytes: &[u8]| decoder(label).ok().map(|decoder| decoder.decode(bytes));
        assert_eq!(decoded("latin-1", b"\x85\xe9"), Some(Ok("\u{85}é".to_string())));
        assert_eq!(decoded("cp1252", b"\x85\xe9"), Some(Ok("…é".to_string())));
        assert_eq!(decoded("cp1252", b"a\x81"), Some(Err(1)));
        assert_eq!(decoded("ascii", b"ab\xe9"), Some(Err(2)));
        assert_eq!(decoded("utf_16", b"\xfe\xff\0a"), Some(Ok("a".to_string())));
        assert_eq!(decoded("utf-16", b"a\0"), Some(Err(0)));
        assert_eq!(decoded("cp1251", b"\xff\xfe"), Some(Ok("яю".to_string())));
        assert!(decoded("klingon", b"").is_none());
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let input = Box::new(Cursor::new(b"ab\nc\xffd\n".to_vec()));
        let mut lines = Lines { name: "t".into(), input, rest: None, universal: false, number: 0, offset: 0 };
        assert_eq!(lines.next().ok().flatten().as_deref(), Some("ab"));
        let message = lines.next().err().map(|e| e.to_string()).unwrap_or_default();
        assert!(message.starts_with("t: line 2, byte 2 of it (offset 4): 0xff is not UTF-8"), "{message}");
    }
}
