//! Files with both sides of their segments: translation memories, localisation files, catalogues, tables.
//!
//! A file is read once to find its pairs, a piece at a time, and what a pair needs to be read again is a place in it. So a
//! file may be far larger than the memory.

mod coding;
mod columns;
mod divide;
mod fault;
mod inline;
mod json_lines;
mod languages;
mod lines;
mod plural;
mod po;
mod stream;
mod tables;
mod tmx;
mod unit;
mod xliff;
mod xml;

use std::path::{Path, PathBuf};

use coding::Coding;
use columns::Names;
use divide::{Divided, Piece};
use fault::Fault;
use json_lines::JsonLines;
use languages::Tags;
use lines::Lines;
use po::Po;
use stream::Stream;
use tables::Tables;
use tmx::Tmx;
use unit::{Blocks, Entry};
use xliff::Xliff;
use xml::Xml;

use super::format::Format;
use super::read::with_plain_line_ends;
use super::{Candidate, Found, Source, Texts, Unpaired};
use crate::error::PairError;
use crate::model::{Language, Unit};
use crate::pipeline::{Given, Input, Job, Limits, Pipeline, Text};

/// Bytes of the longest unit with all its markup, and of the longest line. Editors keep a document in the head of an
/// XLIFF file as one text; no unit of text comes near.
const UNIT: u64 = 32 << 20;

/// Some units of a file that make a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The file.
    pub path: PathBuf,
    holds: Holds,
}

/// What a part comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holds {
    /// Units.
    Units {
        coding: Coding,
        tags: Tags,
        piece: Piece,
        /// Ids say which document a unit comes from.
        with_file: bool,
    },
    /// What cannot be read, and why.
    Damage(PairError),
}

impl Part {
    /// Bytes of its texts.
    pub fn bytes(&self) -> u64 {
        match &self.holds {
            Holds::Units { piece, .. } => piece.bytes,
            Holds::Damage(_) => 0,
        }
    }

    /// Why it cannot be read, where it cannot.
    pub fn damage(&self) -> Option<&PairError> {
        match &self.holds {
            Holds::Units { .. } => None,
            Holds::Damage(error) => Some(error),
        }
    }

    /// Number of its units.
    pub fn units(&self) -> usize {
        match &self.holds {
            Holds::Units { piece, .. } => piece.units,
            Holds::Damage(_) => 0,
        }
    }
}

/// The pairs that a file holds, whose ids begin with a name. What cannot be read becomes a pair of its own, which fails with the reason: those before the
/// damage are scored.
pub(super) fn discover(
    file: &Candidate,
    name: &str,
    input: &Input,
    declared: &[Option<Language>; 2],
) -> Found {
    let mut found = Found::default();
    let coding = match Coding::of(&file.path, Format::of(&file.path), &input.encoding) {
        Ok(coding) => coding,
        Err(fault) => {
            found.pairs.push(damaged(file, name.to_string(), fault));
            return found;
        }
    };
    let mut divided = Divided::default();
    let end = divide(&file.path, coding, (input, declared), &mut divided);
    let others = divided.keep_meant(declared);
    let is_empty = divided.pieces.is_empty();
    if is_empty && end.is_ok() {
        found.unpaired.push(nothing(file, name, &others));
    } else if !others.is_empty() {
        let (path, others) = (file.path.display(), others.join(", "));
        found.notices.push(format!("{path} also holds {others}: --languages leaves that out"));
    }
    found.pairs = pairs((file, name), coding, divided, declared);
    match end {
        Err(fault) if is_empty => found.pairs.push(damaged(file, name.to_string(), fault)),
        Err(fault) => {
            let hint = fault.hint + "; what stands before is scored, the rest is not read";
            found.pairs.push(damaged(file, format!("{name}/damaged"), Fault { hint, ..fault }));
        }
        Ok(()) => {}
    }
    found
}

/// Reads a file from beginning to end.
fn divide(path: &Path, coding: Coding, asked: Asked, divided: &mut Divided) -> Result<(), Fault> {
    let stream = Stream::open(path, coding, 0..u64::MAX, 1, "")?;
    let mut blocks = blocks(Format::of(path), stream, asked, None)?;
    while let Some(block) = blocks.next()? {
        divided.add(&block, blocks.as_ref())?;
        if divided.has_too_many() {
            let hint = "more pairs of languages than any file has: are the tags of its units something else?";
            return Err(Fault {
                reason: "too-many-languages",
                at: None,
                line: Some(block.line),
                hint: hint.into(),
            });
        }
    }
    Ok(())
}

/// `memory`, of several languages `memory.en-fr`, of a large file `memory/0001`.
fn pairs(
    (file, name): (&Candidate, &str),
    coding: Coding,
    divided: Divided,
    declared: &[Option<Language>; 2],
) -> Vec<Source> {
    let (several, with_file) = (divided.pieces.len() > 1, divided.has_several);
    let mut pairs = Vec::new();
    for (tags, pieces) in divided.pieces {
        let name = if several { format!("{name}.{tags}") } else { name.to_string() };
        let (count, languages) = (pieces.len(), tags.languages(declared));
        for (k, piece) in pieces.into_iter().enumerate() {
            let id = if count > 1 { format!("{name}/{:04}", k + 1) } else { name.clone() };
            let holds = Holds::Units { coding, tags: tags.clone(), piece, with_file };
            let texts = Texts::Bitext(Part { path: file.path.clone(), holds });
            pairs.push(Source { id, texts, languages: languages.clone() });
        }
    }
    pairs
}

fn damaged(file: &Candidate, id: String, fault: Fault) -> Source {
    let part = Part { path: file.path.clone(), holds: Holds::Damage(fault.in_file(&file.path)) };
    Source { id, texts: Texts::Bitext(part), languages: [None, None] }
}

fn nothing(file: &Candidate, name: &str, others: &[String]) -> Unpaired {
    let id = name.to_string();
    if others.is_empty() {
        return Unpaired::new(id, &file.path, "no-units", "it holds no segment with text".to_string());
    }
    let hint = format!("it holds {}, not the languages of --languages", others.join(", "));
    Unpaired::new(id, &file.path, "other-language", hint)
}

/// What the pipeline says of columns, and the languages that it declares.
type Asked<'a> = (&'a Input, &'a [Option<Language>; 2]);

/// The blocks of a file, or of a piece of one.
fn blocks(
    format: Format,
    stream: Stream,
    asked: Asked,
    piece: Option<&Piece>,
) -> Result<Box<dyn Blocks>, Fault> {
    let (input, declared) = asked;
    let names = || Names::new(&input.columns, declared);
    let wanted = declared[0].as_ref().map(ToString::to_string).unwrap_or_default();
    let (before, number) = piece.map_or(("", 0), |piece| (piece.prefix.as_str(), piece.number));
    let is_whole = piece.is_none();
    Ok(match format {
        Format::Tmx => Box::new(Tmx::new(Xml::new(stream, "tmx", is_whole), wanted, number)),
        Format::Xliff => Box::new(Xliff::new(Xml::new(stream, "xliff", is_whole))),
        Format::Po => Box::new(Po::new(Lines::new(stream), before.to_string())),
        Format::JsonLines => Box::new(JsonLines::new(Lines::new(stream), names())),
        _ => Box::new(Tables::new(Lines::new(stream), format == Format::Tsv, &names(), before)?),
    })
}

/// Reads a part: one segment a unit.
pub(super) fn job(part: &Part, pipeline: &Pipeline) -> Result<Job, PairError> {
    match &part.holds {
        Holds::Damage(error) => Err(error.clone()),
        Holds::Units { coding, tags, piece, with_file } => {
            let entries = entries(part, *coding, (tags, piece, *with_file), pipeline);
            entries.map(assembled).map_err(|fault| fault.in_file(&part.path))
        }
    }
}

fn entries(
    part: &Part,
    coding: Coding,
    (tags, piece, with_file): (&Tags, &Piece, bool),
    pipeline: &Pipeline,
) -> Result<Vec<Entry>, Fault> {
    let format = Format::of(&part.path);
    let is_xml = matches!(format, Format::Tmx | Format::Xliff);
    let before = if is_xml { piece.prefix.as_str() } else { "" };
    let stream = Stream::open(&part.path, coding, piece.place.clone(), piece.line, before)?;
    let declared = pipeline.languages().unwrap_or_default();
    let mut blocks = blocks(format, stream, (&pipeline.input, &declared), Some(piece))?;
    let mut entries = Vec::with_capacity(piece.units);
    while let Some(block) = blocks.next()? {
        let of_pair = block.entries.into_iter().filter(|entry| entry.languages == *tags && entry.has_text());
        for entry in of_pair {
            let entry = entry.finished(if with_file { &block.file } else { "" });
            check_length(&entry, pipeline.limits)?;
            entries.push(entry);
        }
    }
    if entries.len() != piece.units {
        let hint = "it changed since its pairs were found: run again when nothing writes to it".to_string();
        return Err(Fault { reason: "unreadable", at: None, line: None, hint });
    }
    Ok(entries)
}

/// A text of a unit is held to the limit of a line.
fn check_length(entry: &Entry, limits: Limits) -> Result<(), Fault> {
    let sides = [Some(&entry.original), Some(&entry.translation), entry.reference.as_ref()];
    let most = limits.line_kib.saturating_mul(1024);
    let Some(long) = sides.into_iter().flatten().find(|side| side.text.len() as u64 > most) else {
        return Ok(());
    };
    let length = long.text.len() as u64;
    let hint =
        format!("a unit of {length} bytes: divide it{}", Limits::advice("line_kib", length.div_ceil(1024)));
    Err(Fault { reason: "unit-too-long", at: None, line: Some(long.line), hint })
}

fn assembled(entries: Vec<Entry>) -> Job {
    let has_reference = entries.iter().any(|entry| entry.reference.is_some());
    let (mut texts, mut lines): ([Vec<String>; 3], [Vec<u32>; 3]) = Default::default();
    let mut units: Vec<Unit> = Vec::with_capacity(entries.len());
    for Entry { original, translation, reference, unit, .. } in entries {
        for (k, side) in [original, translation, reference.unwrap_or_default()].into_iter().enumerate() {
            texts[k].push(with_plain_line_ends(side.text));
            lines[k].push(side.line);
        }
        units.push(unit);
    }
    let [original, translation, reference] = [0, 1, 2].map(|k| Text::Placed {
        sentences: std::mem::take(&mut texts[k]),
        lines: std::mem::take(&mut lines[k]),
    });
    let reference = has_reference.then_some(reference);
    Job { original, translation, reference, alignment: Given::OneToOne, units, ..Job::default() }
}
