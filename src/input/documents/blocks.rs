//! Text on its way out of a document: blocks parted by an empty line, with the line of the file for each line.

use unicode_width::UnicodeWidthChar;

use crate::error::PairError;
use crate::input::read::refused;
use crate::pipeline::{Limits, Text};

/// What parts the text so far from what comes next. The wider gap wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Gap {
    #[default]
    Nothing,
    Space,
    /// A line end of the file, which is a space to the reader.
    Wrap,
    Line,
    Block,
}

/// The blocks of a document.
#[derive(Default)]
pub(super) struct Blocks {
    text: String,
    /// For each line of the text, the line of the file.
    lines: Vec<u32>,
    gap: Gap,
}

impl Blocks {
    /// Adds text of the block, of whose white space every run is one space. `line` is asked for the line of the file of a
    /// byte of `text`.
    pub(super) fn push(&mut self, text: &str, line: impl Fn(usize) -> u32) {
        let mut at = 0;
        for piece in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = piece.trim_ascii_end();
            if !word.is_empty() {
                self.close_gap(word, || line(at));
                self.text.push_str(word);
            }
            match piece[word.len()..].chars().next() {
                Some('\n' | '\r') => self.gap = self.gap.max(Gap::Wrap),
                Some(_) => self.space(),
                None => {}
            }
            at += piece.len();
        }
    }

    /// Adds a block as it is, line breaks and spaces within it included.
    pub(super) fn paragraph(&mut self, text: &str, line: u32) {
        self.end();
        for text in text.trim().lines() {
            self.close_gap(text, || line);
            self.text.push_str(text);
            self.line_break();
        }
        self.end();
    }

    /// Parts words.
    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// Ends the line, not the block.
    pub(super) fn line_break(&mut self) {
        self.gap = self.gap.max(Gap::Line);
    }

    /// Ends the block, where one has begun.
    pub(super) fn end(&mut self) {
        self.gap = Gap::Block;
    }

    /// The text, where there is any.
    pub(super) fn finish(self, limits: Limits) -> Result<Text, PairError> {
        if self.text.trim().is_empty() {
            return Err(refused("empty", None, "the document holds no text"));
        }
        let longest = self.text.split('\n').map(str::len).max().unwrap_or(0) as u64;
        if longest > limits.line_kib.saturating_mul(1024) {
            let advice = Limits::advice("line_kib", longest.div_ceil(1024));
            let hint = format!("a paragraph of {longest} bytes: break the text into paragraphs{advice}");
            return Err(refused("paragraph-too-long", None, hint));
        }
        Ok(Text::Extracted { text: self.text, lines: self.lines })
    }

    fn close_gap(&mut self, next: &str, line: impl FnOnce() -> u32) {
        let gap = if self.text.is_empty() { Gap::Nothing } else { self.gap };
        match gap {
            Gap::Space => self.text.push(' '),
            Gap::Wrap if !self.text.ends_with(is_unspaced) || !next.starts_with(is_unspaced) => {
                self.text.push(' ');
            }
            Gap::Nothing | Gap::Wrap => {}
            Gap::Line => self.text.push('\n'),
            Gap::Block => self.text.push_str("\n\n"),
        }
        self.gap = Gap::Nothing;
        // Newlines so far and the line that begins: the empty one of a gap stands where the next block does.
        let missing = match gap {
            Gap::Line => 1,
            Gap::Block => 2,
            _ => usize::from(self.lines.is_empty()),
        };
        if missing > 0 {
            let line = line();
            self.lines.extend(std::iter::repeat_n(line, missing));
        }
    }
}

/// A character of a script that writes no spaces: a line end of the file between two of them is none in the text (CSS
/// Text 3, segment break transformation).
fn is_unspaced(c: char) -> bool {
    let is_hangul = matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}');
    c.width() == Some(2) && !is_hangul
}

/// Lines of a text by their bytes.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    /// Finds the line ends of a text, which are LF.
    pub(super) fn of(text: &str) -> Lines {
        Lines(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.0.partition_point(|&end| end < at) as u32 + 1
    }
}
