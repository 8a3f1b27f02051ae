//! The text of a file of any size: decoded piece by piece, its bytes and lines counted, never more held than allowed.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, UTF_8};

use super::coding::Coding;
use super::fault::Fault;
use crate::plain_file;

/// Bytes that are read and decoded at a time.
const PIECE: usize = 64 * 1024;

/// Text of a file from some place on.
pub(super) struct Stream {
    file: File,
    coding: Coding,
    decoder: Decoder,
    /// As read, not yet decoded.
    raw: Vec<u8>,
    /// Where that stands in the file.
    raw_place: u64,
    /// Decoded; the first `taken` bytes are gone.
    text: Vec<u8>,
    taken: usize,
    /// What comes when the decoded text is used up.
    then: Option<Fault>,
    is_over: bool,
    /// Of the next byte, in the decoded text.
    place: u64,
    line: u32,
    /// Bytes to the end of what is read.
    left: u64,
    /// Bytes that may be taken before more are allowed.
    allowed: u64,
}

impl Stream {
    /// The bytes of the decoded text in that range, the first in that line, after some text that comes before them.
    pub fn open(
        path: &Path,
        coding: Coding,
        range: Range<u64>,
        line: u32,
        before: &str,
    ) -> io::Result<Stream> {
        let mut file = plain_file::open(path)?;
        let is_utf_8 = coding.encoding == UTF_8;
        let raw_place = coding.mark + if is_utf_8 { range.start } else { 0 };
        file.seek(SeekFrom::Start(raw_place))?;
        let mut stream = Stream {
            file,
            coding,
            decoder: coding.encoding.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            raw_place,
            text: Vec::new(),
            taken: 0,
            then: None,
            is_over: false,
            place: if is_utf_8 { range.start } else { 0 },
            line,
            left: range.end,
            allowed: u64::MAX,
        };
        // Of another encoding nothing tells where a character stands but those before it.
        while stream.place < range.start {
            let pieces = stream.fill_buf()?.len();
            if pieces == 0 {
                break;
            }
            stream.consume(pieces.min((range.start - stream.place) as usize));
        }
        stream.text.splice(stream.taken..stream.taken, before.bytes());
        stream.place = range.start.wrapping_sub(before.len() as u64);
        stream.left = (range.end - range.start).saturating_add(before.len() as u64);
        stream.line = line;
        Ok(stream)
    }

    /// So many bytes may be taken from here on.
    pub fn allow(&mut self, bytes: u64) {
        self.allowed = bytes;
    }

    /// Place of the next byte in the decoded text.
    pub fn place(&self) -> u64 {
        self.place
    }

    /// Line of the next byte, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// What is wrong at a place.
    pub fn fault(&self, reason: &'static str, place: u64, hint: impl Into<String>) -> Fault {
        let at = (self.coding.encoding == UTF_8).then_some(self.coding.mark + place);
        Fault { reason, at, line: Some(self.line), hint: hint.into() }
    }

    /// Decodes the next piece of the file.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.taken = 0;
        while self.text.is_empty() && !self.is_over && self.then.is_none() {
            let held = self.raw.len();
            self.raw.resize(PIECE.max(held), 0);
            let read = if held < PIECE { self.file.read(&mut self.raw[held..])? } else { 0 };
            self.raw.truncate(held + read);
            self.decode(read == 0 && held < PIECE);
        }
        Ok(())
    }

    fn decode(&mut self, is_last: bool) {
        let room = self.decoder.max_utf8_buffer_length_without_replacement(self.raw.len());
        self.text.resize(room.unwrap_or(self.raw.len() * 3 + 16), 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.raw, &mut self.text, is_last);
        self.text.truncate(written);
        self.raw_place += read as u64;
        self.raw.drain(..read);
        match result {
            DecoderResult::Malformed(length, after) => {
                let at = self.raw_place - u64::from(length) - u64::from(after);
                self.then = Some(self.undecodable(at));
            }
            DecoderResult::InputEmpty => self.is_over = is_last,
            DecoderResult::OutputFull => {}
        }
        if let Some(zero) = memchr::memchr(0, &self.text) {
            self.text.truncate(zero);
            let lines = memchr::memchr_iter(b'\n', &self.text).count() as u32;
            let hint = "a NUL byte, which no text has: put a file of plain text in its place";
            let fault = self.fault("binary", self.place + zero as u64, hint);
            self.then = Some(Fault { line: fault.line.map(|line| line.saturating_add(lines)), ..fault });
        }
    }

    fn undecodable(&self, at: u64) -> Fault {
        let hint = format!(
            "not {}, which the file says it is: save it as UTF-8, or say its encoding where it begins",
            self.coding.encoding.name()
        );
        Fault { reason: "undecodable", at: Some(at), line: None, hint }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let there = self.fill_buf()?;
        let length = there.len().min(into.len());
        into[..length].copy_from_slice(&there[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        if self.taken == self.text.len() {
            self.refill()?;
        }
        if self.text.is_empty() {
            return self.then.clone().map_or(Ok(&[]), |fault| Err(io::Error::other(fault)));
        }
        if self.allowed == 0 {
            let hint = "longer than any unit is read: is a mark missing that closes it?";
            return Err(io::Error::other(self.fault("too-long", self.place, hint)));
        }
        let most = self.left.min(self.allowed).min((self.text.len() - self.taken) as u64) as usize;
        Ok(&self.text[self.taken..self.taken + most])
    }

    fn consume(&mut self, length: usize) {
        let taken = &self.text[self.taken..self.taken + length];
        self.line = self.line.saturating_add(memchr::memchr_iter(b'\n', taken).count() as u32);
        self.taken += length;
        self.place = self.place.wrapping_add(length as u64);
        self.left -= length as u64;
        self.allowed -= length as u64;
    }
}
