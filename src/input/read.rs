//! From a file to its text, or to the reason why not.

use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::encoding;
use crate::error::PairError;
use crate::pipeline::Limits;
use crate::plain_file;

/// Reads the text of a plain file: see [`text`].
pub fn read(path: &Path, encoding: &str, limits: Limits) -> Result<String, PairError> {
    read_bytes(path, limits)
        .and_then(|bytes| text(&bytes, encoding, limits))
        .map_err(|error| PairError { path: path.display().to_string(), ..error })
}

/// The text that bytes hold: UTF-8, with or without byte order mark, UTF-16 with one, or the declared encoding. Line
/// ends become LF; nothing else is changed, and what does not decode is refused with its place.
pub fn text(bytes: &[u8], encoding: &str, limits: Limits) -> Result<String, PairError> {
    let text = decoded(bytes, label(encoding))?;
    check_lines(bytes, limits)?;
    Ok(text)
}

/// The same whatever the length of its lines.
pub(super) fn decoded(bytes: &[u8], declared: &'static Encoding) -> Result<String, PairError> {
    let text = encoding::text(bytes, declared).map_err(|no| refused(no.reason, Some(no.at), no.hint))?;
    if text.trim_matches(is_blank).is_empty() {
        return Err(refused("empty", None, "the file holds no text"));
    }
    Ok(with_plain_line_ends(text))
}

/// The encoding of that name; UTF-8 where there is none.
pub(super) fn label(encoding: &str) -> &'static Encoding {
    Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8)
}

/// White space, and byte order marks that stand doubled.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Refuses what has a line longer than the limit.
pub(crate) fn check_lines(bytes: &[u8], limits: Limits) -> Result<(), PairError> {
    let (at, length) = longest_line(bytes);
    if length as u64 <= limits.line_kib.saturating_mul(1024) {
        return Ok(());
    }
    let advice = Limits::advice("line_kib", (length as u64).div_ceil(1024));
    let hint = format!("a line of {length} bytes: break the text into lines{advice}");
    Err(refused("line-too-long", Some(at), hint))
}

/// Refuses what is larger than a file may be.
pub(crate) fn check_size(bytes: u64, limits: Limits) -> Result<(), PairError> {
    if bytes <= limits.file_mib.saturating_mul(1024 * 1024) {
        return Ok(());
    }
    let advice = Limits::advice("file_mib", bytes.div_ceil(1024 * 1024));
    let hint = format!("larger than {} MiB: split it{advice}", limits.file_mib);
    Err(refused("too-large", None, hint))
}

pub(super) fn refused(reason: &'static str, at: Option<usize>, hint: impl Into<String>) -> PairError {
    let byte_offset = at.map(|at| at as u64);
    PairError { path: String::new(), stage: "read", reason, byte_offset, hint: hint.into() }
}

/// The file's bytes. What it is and how large is asked of the opened file: another may take its place on the path.
pub(super) fn read_bytes(path: &Path, limits: Limits) -> Result<Vec<u8>, PairError> {
    let (mut file, before) = plain_file::open_known(path).map_err(|e| unread(&e))?;
    check_size(before.len(), limits)?;
    // One byte more than allowed: the file may grow while it is read.
    let most = limits.file_mib.saturating_mul(1024 * 1024).saturating_add(1);
    // One byte more than there are: a reading that finds no end in them doubles the space.
    let mut bytes = Vec::with_capacity(before.len() as usize + 1);
    file.by_ref().take(most).read_to_end(&mut bytes).map_err(|e| unread(&e))?;
    check_size(bytes.len() as u64, limits)?;
    let after = file.metadata().map_err(|e| unread(&e))?;
    if after.len() != before.len() || after.modified().ok() != before.modified().ok() {
        let hint = "it changed while it was read: run again when nothing writes to it";
        return Err(refused("unreadable", None, hint));
    }
    Ok(bytes)
}

pub(super) fn unread(error: &io::Error) -> PairError {
    match error.kind() {
        io::ErrorKind::NotFound => refused("missing", None, "there is no such file"),
        io::ErrorKind::IsADirectory => {
            let hint = "a folder stands where a file should be: put the file there";
            refused("is-a-directory", None, hint)
        }
        io::ErrorKind::InvalidInput => {
            refused("not-a-file", None, "a pipe, socket or device is not read: put a file there")
        }
        io::ErrorKind::PermissionDenied => {
            refused("unreadable", None, format!("{error}: give yourself the right to read it"))
        }
        _ => refused("unreadable", None, error.to_string()),
    }
}

pub(super) fn with_plain_line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Place and length of the longest line in the file's bytes (in UTF-16 a line end has a zero beside it, which
/// makes no difference to a limit).
fn longest_line(bytes: &[u8]) -> (usize, usize) {
    let mut start = 0;
    let mut longest = (0, 0);
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]) {
        if end - start > longest.1 {
            longest = (start, end - start);
        }
        start = end + 1;
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
        assert_eq!(read_back(b"\xef\xbb\xbf\xef\xbb\xbf\n", "utf-8"), Err(("empty", None)));
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

    #[test]
    fn a_huge_file_is_refused_by_its_size_alone() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        // A hole of a tebibyte: reading it would take minutes.
        file.as_file().set_len(1 << 40).expect("a sparse file");
        let limits = Limits { file_mib: 1 << 18, line_kib: 1, sentences: 1 };
        assert_eq!(read(file.path(), "utf-8", limits).expect_err("is refused").reason, "too-large");
    }
}
