//! How the text of a file is encoded, by what the file itself says.

use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::fault::Fault;
use crate::input::format::Format;
use crate::plain_file;

/// Bytes at the beginning in which a declaration is looked for: the header of a catalogue may hold a long licence.
const SAMPLE: u64 = 64 * 1024;

/// An encoding, and the length of the byte order mark before the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub encoding: &'static Encoding,
    pub mark: u64,
}

impl Coding {
    /// By the mark, else as the file declares, else as the pipeline does (tables declare none).
    pub fn of(path: &Path, format: Format, declared: &str) -> Result<Coding, Fault> {
        let mut sample = Vec::new();
        plain_file::open(path)?.take(SAMPLE).read_to_end(&mut sample)?;
        if sample.trim_ascii().is_empty() {
            return Err(Fault {
                reason: "empty",
                at: None,
                line: None,
                hint: "the file holds no text".into(),
            });
        }
        if let Some((encoding, mark)) = Encoding::for_bom(&sample) {
            return Ok(Coding { encoding, mark: mark as u64 });
        }
        let encoding = match format {
            Format::Tmx | Format::Xliff => of_xml(&sample),
            Format::Po => {
                label(&sample, b"charset=").filter(|name| !name.is_empty() && *name != "CHARSET").map(known)
            }
            _ => Some(Encoding::for_label(declared.as_bytes()).ok_or_else(String::new)),
        };
        let encoding = encoding.unwrap_or(Ok(UTF_8)).map_err(|name| {
            let hint =
                format!("the encoding \"{name}\", which the file declares, is not known: save it as UTF-8");
            Fault { reason: "undecodable", at: Some(0), line: Some(1), hint }
        })?;
        Ok(Coding { encoding, mark: 0 })
    }
}

/// XML 1.0, appendix F: wide characters show in the first one, else the declaration counts.
fn of_xml(sample: &[u8]) -> Option<Result<&'static Encoding, String>> {
    match sample {
        [b'<', 0, ..] => return Some(Ok(UTF_16LE)),
        [0, b'<', ..] => return Some(Ok(UTF_16BE)),
        _ => {}
    }
    let declaration = sample.strip_prefix(b"<?xml")?;
    let end = memchr::memchr(b'>', declaration)?;
    // What declares itself wide in narrow characters is not.
    label(&declaration[..end], b"encoding").map(known).map(|known| {
        known.map(|encoding| if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
    })
}

/// The name that follows a mark, quoted or not.
fn label<'s>(sample: &'s [u8], mark: &[u8]) -> Option<&'s str> {
    let after = &sample[memchr::memmem::find(sample, mark)? + mark.len()..];
    let start = after.iter().position(|b| !b" =\t\"'".contains(b))?;
    let after = &after[start..];
    let length = after.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).count();
    std::str::from_utf8(&after[..length]).ok()
}

fn known(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| name.to_string())
}
