//! Documents that are ZIP archives: the parts that hold text, unpacked within bounds. Names of parts are looked up, never
//! used as paths.

use std::io::{Cursor, Read};

use encoding_rs::Encoding;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::PairError;
use crate::input::read::{check_size, decoded, label, refused};
use crate::pipeline::Limits;

/// Parts of a package. A document has a few dozen, one for each picture among them.
const MOST_PARTS: usize = 65_535;

/// So many times its packed size a part may take. XML of documents packs 5 to 30 to 1 and long even tables up to 100 to
/// 1 (Apache POI's `ZipSecureFile` draws the line there); DEFLATE itself ends at 1032.
const RATIO: u64 = 200;

/// Bytes that a part may take whatever its ratio.
const HARMLESS: u64 = 8 * 1024 * 1024;

/// A ZIP archive in memory.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    limits: Limits,
}

impl<'b> Package<'b> {
    /// Reads what the archive holds.
    pub(super) fn open(bytes: &'b [u8], limits: Limits) -> Result<Package<'b>, PairError> {
        if bytes.is_empty() {
            return Err(refused("empty", None, "the file is empty"));
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            let hint =
                "an Office file with a password, or an old one (doc): save it without, or in today's format";
            return Err(refused("encrypted", None, hint));
        }
        if !bytes.starts_with(b"PK") {
            let hint =
                "the name says docx or odt, which are ZIP archives, and this is none: name it for what it is";
            return Err(refused("not-a-zip", None, hint));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| refusal(&e))?;
        if archive.len() > MOST_PARTS {
            return Err(refused("zip-bomb", None, format!("{} parts, which no document has", archive.len())));
        }
        Ok(Package { archive, limits })
    }

    /// The text of a part, or nothing where there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, PairError> {
        let packed = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(refusal(&error)),
        };
        check_size(packed.size(), self.limits)?;
        let allowed = packed.compressed_size().saturating_mul(RATIO).max(HARMLESS);
        let most = allowed.min(self.limits.file_mib.saturating_mul(1024 * 1024)) + 1;
        let is_bomb = |bytes: u64| bytes > allowed;
        let declared = packed.size();
        let mut bytes = Vec::new();
        if !is_bomb(declared) {
            packed.take(most).read_to_end(&mut bytes).map_err(|e| damaged(&e.to_string()))?;
        }
        if is_bomb(declared.max(bytes.len() as u64)) {
            let hint = format!("{name} unpacks to more than {RATIO} times its size: no document does");
            return Err(refused("zip-bomb", None, hint));
        }
        check_size(bytes.len() as u64, self.limits)?;
        decoded(&bytes, declared_encoding(&bytes)).map(Some).map_err(|error| PairError {
            byte_offset: None,
            hint: format!("{name}: {}", error.hint),
            ..error
        })
    }
}

/// The encoding that the XML declares; UTF-8 where it says nothing.
fn declared_encoding(bytes: &[u8]) -> &'static Encoding {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declaration = head.split("?>").next().unwrap_or_default();
    let value = declaration.split("encoding=").nth(1).unwrap_or_default();
    label(value.split(['"', '\'']).nth(1).unwrap_or_default())
}

fn refusal(error: &ZipError) -> PairError {
    match error {
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => {
            refused("encrypted", None, "it has a password: save it without")
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            let hint = format!("{error}: save it with the program that wrote it");
            refused("zip-method", None, hint)
        }
        _ => damaged(&error.to_string()),
    }
}

fn damaged(what: &str) -> PairError {
    refused("damaged-zip", None, format!("{what}: it may be cut off or damaged; save it again"))
}
