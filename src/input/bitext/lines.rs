//! Lines of a file of any size.

use std::io::BufRead;
use std::ops::Range;

use super::UNIT;
use super::fault::Fault;
use super::stream::Stream;

/// A line without its end.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub text: String,
    /// With its end, in the decoded text.
    pub place: Range<u64>,
    /// From 1.
    pub number: u32,
}

/// The lines of a stream, one of which may be looked at beforehand.
pub(super) struct Lines {
    stream: Stream,
    next: Option<Line>,
}

impl Lines {
    pub fn new(stream: Stream) -> Lines {
        Lines { stream, next: None }
    }

    /// The next line, left where it is.
    pub fn peek(&mut self) -> Result<Option<&Line>, Fault> {
        if self.next.is_none() {
            self.next = self.read()?;
        }
        Ok(self.next.as_ref())
    }

    /// The next line.
    pub fn next(&mut self) -> Result<Option<Line>, Fault> {
        self.next.take().map_or_else(|| self.read(), |line| Ok(Some(line)))
    }

    /// What is wrong with a line.
    pub fn fault(&self, line: &Line, hint: impl Into<String>) -> Fault {
        let fault = self.stream.fault("not-well-formed", line.place.start, hint);
        Fault { line: Some(line.number), ..fault }
    }

    fn read(&mut self) -> Result<Option<Line>, Fault> {
        let (start, number) = (self.stream.place(), self.stream.line());
        let mut bytes = Vec::new();
        self.stream.allow(UNIT);
        if self.stream.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        // What a stream gives is decoded, and a line ends at no part of a character.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Some(Line { text, place: start..self.stream.place(), number }))
    }
}
