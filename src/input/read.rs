//! From a file to its text, or to the reason why not.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::PairError;
use crate::pipeline::Limits;

/// Reads a file's text: see [`text`].
pub fn read(path: &Path, encoding: &str, limits: Limits) -> Result<String, PairError> {
    read_bytes(path, limits)
        .and_then(|bytes| text(&bytes, encoding, limits))
        .map_err(|error| PairError { path: path.display().to_string(), ..error })
}

/// The text that bytes hold: UTF-8, with or without byte order mark, UTF-16 with one, or the declared encoding. Line
/// ends become LF; nothing else is changed, and what does not decode is refused with its place.
pub fn text(bytes: &[u8], encoding: &str, limits: Limits) -> Result<String, PairError> {
    let declared = Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8);
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((declared, 0));
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(refused("utf-32", Some(0), "UTF-32 is not read: save the file as UTF-8".into()));
    }
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if let Some(at) = bytes.iter().position(|&b| b == 0).filter(|_| !wide) {
        let hint = "a NUL byte: a binary file, or UTF-16 without a byte order mark (declare it with [input] encoding)";
        return Err(refused("binary", Some(at), hint.into()));
    }
    let text = decode(&bytes[mark..], encoding).map_err(|at| {
        let byte = bytes.get(mark + at).map_or("end of file".to_string(), |b| format!("byte 0x{b:02x}"));
        let name = encoding.name();
        let hint = format!(
            "{byte} is not {name}: save the file as UTF-8 or declare its encoding with [input] encoding"
        );
        refused("undecodable", Some(mark + at), hint)
    })?;
    if text.trim().is_empty() {
        return Err(refused("empty", None, "the file holds no text".into()));
    }
    check_lines(bytes, limits)?;
    Ok(with_plain_line_ends(text))
}

/// Refuses what has a line longer than the limit.
pub(crate) fn check_lines(bytes: &[u8], limits: Limits) -> Result<(), PairError> {
    let (at, length) = longest_line(bytes);
    if length as u64 <= limits.line_kib.saturating_mul(1024) {
        return Ok(());
    }
    let hint = format!("a line of {length} bytes: break the text into lines, or raise [limits] line_kib");
    Err(refused("line-too-long", Some(at), hint))
}

/// Refuses what is larger than a file may be.
pub(crate) fn check_size(bytes: u64, limits: Limits) -> Result<(), PairError> {
    if bytes <= limits.file_mib.saturating_mul(1024 * 1024) {
        return Ok(());
    }
    let hint = format!("larger than {} MiB: split it, or raise [limits] file_mib", limits.file_mib);
    Err(refused("too-large", None, hint))
}

fn refused(reason: &'static str, at: Option<usize>, hint: String) -> PairError {
    let byte_offset = at.map(|at| at as u64);
    PairError { path: String::new(), stage: "read", reason, byte_offset, hint }
}

fn read_bytes(path: &Path, limits: Limits) -> Result<Vec<u8>, PairError> {
    let unreadable = |e: std::io::Error| refused("unreadable", None, e.to_string());
    let metadata = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => refused("missing", None, "there is no such file".into()),
        _ => unreadable(e),
    })?;
    if metadata.is_dir() {
        return Err(refused("is-a-directory", None, "a folder stands where a file should be".into()));
    }
    if !metadata.is_file() {
        return Err(refused("not-a-file", None, "a pipe, socket or device is not read".into()));
    }
    check_size(metadata.len(), limits)?;
    let limit = limits.file_mib.saturating_mul(1024 * 1024);
    let mut bytes = Vec::new();
    // One byte more than allowed: the file may grow between the look and the reading.
    File::open(path)
        .and_then(|f| f.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    check_size(bytes.len() as u64, limits)?;
    Ok(bytes)
}

/// The text, or the offset of the first byte that does not decode.
pub(crate) fn decode(bytes: &[u8], encoding: &'static Encoding) -> Result<String, usize> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(str::to_string).map_err(|e| e.valid_up_to());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3);
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, after), read) => {
            Err(read - usize::from(length) - usize::from(after))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

fn with_plain_line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Place and length of the longest line in the file's bytes (in UTF-16 a line end has a zero beside it, which
/// makes no difference to a limit).
fn longest_line(bytes: &[u8]) -> (usize, usize) {
    let mut at = 0;
    let mut longest = (0, 0);
    for line in bytes.split(|b| matches!(b, b'\n' | b'\r')) {
        if line.len() > longest.1 {
            longest = (at, line.len());
        }
        at += line.len() + 1;
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(bytes: &[u8], encoding: &str) -> Result<String, (&'static str, Option<u64>)> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("writes");
        read(file.path(), encoding, Limits { file_mib: 1, line_kib: 1, sentences: 1 })
            .map_err(|e| (e.reason, e.byte_offset))
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_line_ends_are_plain() {
        assert_eq!(read_back(b"\xef\xbb\xbfa\r\nb\rc\n", "utf-8"), Ok("a\nb\nc\n".to_string()));
        assert_eq!(read_back(b"\xff\xfeh\0i\0", "utf-8"), Ok("hi".to_string()));
    }

    #[test]
    fn what_does_not_decode_is_refused_with_its_place() {
        assert_eq!(read_back(b"caf\xc3 au lait", "utf-8"), Err(("undecodable", Some(3))));
        assert_eq!(read_back(b"\xff\xfeh\0i", "utf-8"), Err(("undecodable", Some(4))));
        assert_eq!(read_back(b"ab\0c", "utf-8"), Err(("binary", Some(2))));
        assert_eq!(read_back(b" \n\t", "utf-8"), Err(("empty", None)));
    }

    #[test]
    fn a_declared_encoding_is_used() {
        assert_eq!(read_back(b"\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"), Ok("Привет".to_string()));
    }

    #[test]
    fn limits_hold() {
        assert_eq!(read_back(&[b'x'; 2000], "utf-8"), Err(("line-too-long", Some(0))));
        let second = [b"\xef\xbb\xbfhi\r\n".as_slice(), &[b'x'; 2000]].concat();
        assert_eq!(read_back(&second, "utf-8"), Err(("line-too-long", Some(7))));
        assert_eq!(read_back(&vec![b'\n'; (1 << 20) + 1], "utf-8"), Err(("too-large", None)));
    }
}
