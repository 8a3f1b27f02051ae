//! The columns of an evaluation, systems and references, read side by side.

use super::lines::{Lines, Source};
use super::{Segment, Task};
use crate::error::SetupError;
use crate::metrics::tokenize::is_white_space;

/// All sources of a task, line by line.
pub(super) struct Columns<'t> {
    task: &'t Task,
    hypotheses: Vec<Lines>,
    references: Vec<Lines>,
    documents: Option<Lines>,
    /// How many systems the source of hypotheses holds; unknown before the first line of standard input.
    systems: Option<usize>,
    read: usize,
    /// The line of each source that ended the reading, if one has a line and another has not.
    last: Vec<Option<String>>,
}

impl<'t> Columns<'t> {
    pub(super) fn open(task: &'t Task) -> Result<Self, SetupError> {
        let open = |source: &Source| Lines::open(source, &task.encoding);
        let open_all = |sources: &[Source]| sources.iter().map(open).collect::<Result<Vec<_>, _>>();
        let piped = task.hypotheses.contains(&Source::StandardInput);
        if !piped {
            (task.check_systems)(task.hypotheses.len())?;
        }
        Ok(Self {
            task,
            hypotheses: open_all(&task.hypotheses)?,
            references: open_all(&task.references)?,
            documents: task.documents.as_ref().map(open).transpose()?,
            systems: (!piped).then_some(task.hypotheses.len()),
            read: 0,
            last: Vec::new(),
        })
    }

    /// The names of the systems.
    pub(super) fn systems(&self) -> Vec<String> {
        let piped = self.task.hypotheses.contains(&Source::StandardInput);
        if piped {
            (1..=self.systems.unwrap_or_default()).map(|number| format!("System {number}")).collect()
        } else {
            self.task.hypotheses.iter().map(Source::name).collect()
        }
    }

    /// The number of references a segment.
    pub(super) fn references(&self) -> usize {
        if self.task.reference_fields > 1 { self.task.reference_fields } else { self.references.len() }
    }

    /// Up to `count` further segments, none once a source has ended.
    pub(super) fn read(&mut self, count: usize) -> Result<Vec<Segment>, SetupError> {
        let mut segments = Vec::new();
        while segments.len() < count && self.last.is_empty() {
            let all = self.hypotheses.iter_mut().chain(&mut self.references).chain(&mut self.documents);
            let lines: Vec<Option<String>> = all.map(Lines::next).collect::<Result<_, _>>()?;
            if lines.iter().any(Option::is_none) {
                self.last = lines;
                break;
            }
            self.read += 1;
            segments.push(self.segment(lines.into_iter().flatten().collect())?);
        }
        Ok(segments)
    }

    fn segment(&mut self, mut hypotheses: Vec<String>) -> Result<Segment, SetupError> {
        let mut references = hypotheses.split_off(self.hypotheses.len());
        let document = self.documents.is_some().then(|| references.pop()).flatten();
        if document.as_ref().is_some_and(String::is_empty) {
            return Err(SetupError::Configuration(format!(
                "--by-document: line {} names no document",
                self.read
            )));
        }
        if self.task.reference_fields > 1 {
            references = self.split_references(&references[0])?;
        }
        if self.task.hypotheses.contains(&Source::StandardInput) {
            hypotheses = self.split_systems(&hypotheses[0])?;
        }
        Ok(Segment { hypotheses, references, document, is_first: self.read == 1 })
    }

    fn split_references(&self, line: &str) -> Result<Vec<String>, SetupError> {
        let fields: Vec<String> = line.splitn(self.task.reference_fields, '\t').map(str::to_string).collect();
        if fields.len() == self.task.reference_fields {
            return Ok(fields);
        }
        Err(SetupError::Configuration(format!(
            "{}: line {}: {} references with TABs between them expected (--num-refs), {} found",
            self.task.references[0].name(),
            self.read,
            self.task.reference_fields,
            fields.len(),
        )))
    }

    /// The systems of a line of standard input. As sacreBLEU has it, white space before a TAB stays on the
    /// first line, which only `--chrf-whitespace` sees.
    fn split_systems(&mut self, line: &str) -> Result<Vec<String>, SetupError> {
        let fields = line.split('\t');
        if self.systems.is_none() {
            let systems = fields.clone().count();
            (self.task.check_systems)(systems)?;
            self.systems = Some(systems);
        }
        let systems = self.systems.unwrap_or_default();
        let end = |field: &str| field.trim_end_matches(is_white_space).len();
        let first = self.read == 1;
        let fields: Vec<String> =
            fields.map(|field| field[..if first { field.len() } else { end(field) }].to_string()).collect();
        if fields.len() == systems {
            return Ok(fields);
        }
        Err(SetupError::Configuration(format!(
            "standard input: line {}: {} systems with TABs between them, {systems} on the first line",
            self.read,
            fields.len(),
        )))
    }

    /// Checks that all sources ended together after `read` lines.
    pub(super) fn finish(&mut self, read: usize) -> Result<(), SetupError> {
        let mut lengths = Vec::new();
        let mut surplus = None;
        let last = std::mem::take(&mut self.last);
        let names = self.task.hypotheses.iter().chain(&self.task.references).chain(&self.task.documents);
        let all = self.hypotheses.iter_mut().chain(&mut self.references).chain(&mut self.documents);
        for ((name, source), last) in names.zip(all).zip(last) {
            let mut length = read;
            if let Some(line) = last {
                surplus.get_or_insert((name.name(), line));
                length += 1;
                while source.next()?.is_some() {
                    length += 1;
                }
            }
            lengths.push((name.name(), length));
        }
        if let Some((name, _)) = lengths.iter().find(|(_, length)| *length == 0) {
            let references: Vec<String> = self.task.references.iter().map(Source::name).collect();
            return Err(SetupError::Configuration(format!(
                "{name} has no line: there is nothing to score (references: {})",
                references.join(", ")
            )));
        }
        let Some(surplus) = surplus else { return Ok(()) };
        Err(SetupError::Configuration(self.mismatch(&lengths, read, surplus)))
    }

    fn mismatch(&self, lengths: &[(String, usize)], read: usize, (name, line): (String, String)) -> String {
        let lines = |n: usize| if n == 1 { "1 line".to_string() } else { format!("{n} lines") };
        let shown: Vec<String> =
            lengths.iter().map(|(name, length)| format!("{name} has {}", lines(*length))).collect();
        let excerpt: String = line.chars().take(60).map(printable).collect();
        let dots = if line.chars().nth(60).is_some() { "…" } else { "" };
        let mut message = format!(
            "different numbers of lines: {}; line {} of {name} has no counterpart: \"{excerpt}{dots}\"",
            shown.join(", "),
            read + 1,
        );
        if self.look_transposed(lengths) {
            message.push_str(
                "; they look transposed: give one file a system and one file a reference, with one line a segment",
            );
        }
        message
    }

    /// As many lines on one side as there are files on the other.
    fn look_transposed(&self, lengths: &[(String, usize)]) -> bool {
        let (systems, rest) = lengths.split_at(self.hypotheses.len());
        let references = &rest[..self.references.len()];
        let files_for_lines = |files: &[(String, usize)], lines: &[(String, usize)]| {
            files.len() > 1 && lines.iter().all(|(_, length)| *length == files.len())
        };
        files_for_lines(references, systems) || files_for_lines(systems, references)
    }
}

/// Characters that could steer a terminal are shown as a replacement character.
fn printable(c: char) -> char {
    let steers = c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if steers { char::REPLACEMENT_CHARACTER } else { c }
}
