//! Lines that say whether they are as they were written: a fingerprint, and the JSON object that has it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use crate::fingerprint::Fingerprint;

/// Digits of a line's fingerprint.
pub const PRINT: usize = 32;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first byte, from 0.
    pub at: u64,
    /// Its bytes, the line's end aside.
    pub length: usize,
}

/// Writes an object as a line.
pub fn write_line(out: &mut impl Write, json: &[u8]) -> io::Result<()> {
    let print = Fingerprint::default().with(json).hex();
    [print.as_bytes(), json, b"\n"].into_iter().try_for_each(|part| out.write_all(part))
}

/// The lines of a file, whatever has become of it.
pub struct Lines {
    reader: BufReader<File>,
    /// Where the next one begins.
    at: u64,
    line: Vec<u8>,
}

impl Lines {
    /// Those from a byte on at which one begins.
    pub fn of(mut file: File, at: u64) -> io::Result<Lines> {
        file.seek(SeekFrom::Start(at))?;
        Ok(Lines { reader: BufReader::new(file), at, line: Vec::new() })
    }

    /// Reads a line and says where it stands; a last one without an end is torn, and none.
    pub fn next(&mut self) -> io::Result<Option<Place>> {
        self.line.clear();
        let length = self.reader.read_until(b'\n', &mut self.line)?;
        let place = Place { at: self.at, length: length.saturating_sub(1) };
        if self.line.pop() != Some(b'\n') {
            return Ok(None);
        }
        self.at += length as u64;
        Ok(Some(place))
    }

    /// Where the line that was read last ends, and the next begins.
    pub fn end(&self) -> u64 {
        self.at
    }

    /// Whether nothing stood there when the last line was read, not even a torn one.
    pub fn is_at_end(&self) -> bool {
        self.line.is_empty()
    }

    /// The line's object, if it is what was written.
    pub fn json(&self) -> Option<&[u8]> {
        let (print, json) = self.line.split_at_checked(PRINT)?;
        (Fingerprint::default().with(json).hex().as_bytes() == print).then_some(json)
    }
}
