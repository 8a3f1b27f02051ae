//! Files that a user writes for the program: settings and lists, read whole.

use std::io::Read;
use std::path::Path;

use crate::error::SetupError;
use crate::plain_file;

/// Bytes of the largest pipeline or file of rules: far more than a person writes.
pub const SETTINGS: u64 = 4 << 20;

/// Bytes of the largest list: a manifest, a glossary, a word list, a baseline, a context.
pub const LIST: u64 = 1 << 30;

/// The bytes of a file, without its byte order mark. Folders, pipes and devices are refused.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, SetupError> {
    let at = |e| SetupError::io(path, e);
    let wrong = |what: String| SetupError::Configuration(format!("{}{what}", path.display()));
    let file = plain_file::open(path).map_err(at)?;
    let length = file.metadata().map_err(at)?.len();
    let mut bytes = Vec::new();
    if length <= most {
        file.take(most + 1).read_to_end(&mut bytes).map_err(at)?;
    }
    if length.max(bytes.len() as u64) > most {
        return Err(wrong(format!(": larger than {} MiB: split it", most >> 20)));
    }
    if matches!(bytes[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..]) {
        let what =
            ":1: UTF-16, which Excel calls \"Unicode text\": save it as UTF-8 (in Excel \"CSV UTF-8\")";
        return Err(wrong(what.to_string()));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    Ok(bytes)
}

/// The text of a file, without its byte order mark.
pub fn text(path: &Path, most: u64) -> Result<String, SetupError> {
    String::from_utf8(bytes(path, most)?).map_err(|e| {
        let line = line_of(e.as_bytes(), e.utf8_error().valid_up_to());
        SetupError::Configuration(format!("{}:{line}: not UTF-8: save the file as UTF-8", path.display()))
    })
}

/// The line, counted from 1, in which a byte stands.
pub fn line_of(text: &[u8], byte: usize) -> u64 {
    1 + memchr::memchr_iter(line_end(text), &text[..byte.min(text.len())]).count() as u64
}

/// What ends the lines of a text: a lone CR only where there is no LF.
pub fn line_end(text: &[u8]) -> u8 {
    if memchr::memchr(b'\n', text).is_none() { b'\r' } else { b'\n' }
}
