//! From a file to its text, or to the reason why not.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::PairError;
use crate::pipeline::Limits;

/// Reads a text: UTF-8, with or without byte order mark, UTF-16 with one, or the declared encoding. Line ends
/// become LF; nothing else is changed, and what does not decode is refused with its place.
pub fn read(path: &Path, encoding: &str, limits: Limits) -> Result<String, PairError> {
    let refuse = |reason, byte_offset: Option<usize>, hint: String| PairError {
        path: path.display().to_string(),
        stage: "read",
        reason,
        byte_offset: byte_offset.map(|o| o as u64),
        hint,
    };
    let bytes = read_bytes(path, limits).map_err(|(reason, hint)| refuse(reason, None, hint))?;
    let declared = Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8);
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or((declared, 0));
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(refuse("utf-32", Some(0), "UTF-32 is not read: save the file as UTF-8".into()));
    }
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if let Some(at) = bytes.iter().position(|&b| b == 0).filter(|_| !wide) {
        let hint = "a NUL byte: a binary file, or UTF-16 without a byte order mark (declare it with [input] encoding)";
        return Err(refuse("binary", Some(at), hint.into()));
    }
    let text = decode(&bytes[mark..], encoding).map_err(|at| {
        let byte = bytes.get(mark + at).map_or("end of file".to_string(), |b| format!("byte 0x{b:02x}"));
        let name = encoding.name();
        let hint = format!(
            "{byte} is not {name}: save the file as UTF-8 or declare its encoding with [input] encoding"
        );
        refuse("undecodable", Some(mark + at), hint)
    })?;
    if text.trim().is_empty() {
        return Err(refuse("empty", None, "the file holds no text".into()));
    }
    let text = with_plain_line_ends(text);
    let (at, length) = longest_line(&bytes);
    if length as u64 > limits.line_kib.saturating_mul(1024) {
        let advice = Limits::advice("line_kib", (length as u64).div_ceil(1024));
        let hint = format!("a line of {length} bytes: break the text into lines{advice}");
        return Err(refuse("line-too-long", Some(at), hint));
    }
    Ok(text)
}

fn read_bytes(path: &Path, limits: Limits) -> Result<Vec<u8>, (&'static str, String)> {
    let unreadable = |e: std::io::Error| ("unreadable", e.to_string());
    let metadata = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => ("missing", "there is no such file".to_string()),
        _ => unreadable(e),
    })?;
    if metadata.is_dir() {
        return Err(("is-a-directory", "a folder stands where a file should be".into()));
    }
    if !metadata.is_file() {
        return Err(("not-a-file", "a pipe, socket or device is not read".into()));
    }
    let limit = limits.file_mib.saturating_mul(1024 * 1024);
    let mut bytes = Vec::new();
    // One byte more than allowed: the file may grow between the look and the reading.
    File::open(path)
        .and_then(|f| f.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if metadata.len() > limit || bytes.len() as u64 > limit {
        let advice =
            Limits::advice("file_mib", metadata.len().max(limit.saturating_add(1)).div_ceil(1024 * 1024));
        let hint = format!("larger than {} MiB: split it{advice}", limits.file_mib);
        return Err(("too-large", hint));
    }
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
