//! Localisation files: XLIFF 1.0 to 1.2 (OASIS, 2008) and 2.0 to 2.2 (OASIS, ISO 21720).

use std::collections::BTreeMap;

use super::fault::Fault;
use super::inline::{Content, Data};
use super::languages::Tags;
use super::unit::{Block, Blocks, Entry};
use super::xml::{Node, Tag, Xml};
use crate::model::Unit;

/// The units of a localisation file.
pub(super) struct Xliff {
    xml: Xml,
    languages: Tags,
    /// The document that the units come from.
    file: String,
    /// Of the elements that are open, whether what stands in them is to be translated.
    translate: Vec<bool>,
}

impl Xliff {
    pub fn new(xml: Xml) -> Xliff {
        Xliff { xml, languages: Tags::default(), file: String::new(), translate: Vec::new() }
    }

    /// An element around units begins.
    fn enter(&mut self, tag: &Tag) -> Result<(), Fault> {
        // Neither the document itself nor its skeleton holds segments.
        if matches!(tag.name.as_str(), "header" | "skeleton" | "notes" | "bin-unit" | "glossary") {
            return self.xml.skip();
        }
        let get = |one: &str, two: &str| tag.get(one).or_else(|| tag.get(two));
        if let Some(source) = get("source-language", "srcLang") {
            self.languages = Tags::new(source, get("target-language", "trgLang").unwrap_or_default());
        }
        if tag.name == "file" {
            self.file = get("original", "id").unwrap_or_default().to_string();
        }
        let translate = self.is_translated(tag);
        self.translate.push(translate);
        Ok(())
    }

    /// What is not to be translated is no segment, as in the editors.
    fn is_translated(&self, tag: &Tag) -> bool {
        tag.get("translate").map_or(self.translate.last().copied().unwrap_or(true), |value| value != "no")
    }

    fn block(&mut self, tag: &Tag) -> Result<Vec<Entry>, Fault> {
        let is_translated = self.is_translated(tag);
        let unit = if tag.name == "unit" { two(&mut self.xml)? } else { one(&mut self.xml, tag)? };
        let notes: usize = unit.notes.iter().map(String::len).sum();
        self.xml.make(notes + tag.value("id").len(), unit.segments.len())?;
        Ok(if is_translated { unit.entries(tag, &self.languages) } else { Vec::new() })
    }
}

impl Blocks for Xliff {
    fn next(&mut self) -> Result<Option<Block>, Fault> {
        loop {
            self.xml.begin();
            let (start, line) = (self.xml.place(), self.xml.line());
            match self.xml.next()? {
                Node::Open(tag) if matches!(tag.name.as_str(), "trans-unit" | "unit") => {
                    let entries = self.block(&tag)?;
                    let place = start..self.xml.place();
                    return Ok(Some(Block { place, line, number: 0, file: self.file.clone(), entries }));
                }
                Node::Open(tag) => self.enter(&tag)?,
                Node::Close => drop(self.translate.pop()),
                Node::Text(_) => {}
                Node::End => return Ok(None),
            }
        }
    }

    fn prefix(&self) -> String {
        self.xml.ancestors()
    }
}

/// A segment of a unit.
#[derive(Default)]
struct Segment {
    id: String,
    state: String,
    /// Of its own, which the standard has no place for and translate-toolkit writes.
    notes: Vec<String>,
    original: Content,
    translation: Content,
}

/// A unit in either version.
#[derive(Default)]
struct Parsed {
    segments: Vec<Segment>,
    notes: Vec<String>,
}

impl Parsed {
    fn entries(self, tag: &Tag, languages: &Tags) -> Vec<Entry> {
        let Parsed { segments, notes } = self;
        let (id, is_one) = (tag.value("id"), segments.len() == 1);
        let entry = |(number, segment): (usize, Segment)| {
            let own = if segment.id.is_empty() { (number + 1).to_string() } else { segment.id };
            let id = if is_one { id.clone() } else { format!("{id}/{own}") };
            let notes: Vec<&str> = notes.iter().chain(&segment.notes).map(String::as_str).collect();
            Entry {
                languages: languages.clone(),
                original: segment.original.into(),
                translation: segment.translation.into(),
                reference: None,
                unit: Unit { id, state: segment.state, note: notes.join("\n") },
            }
        };
        segments.into_iter().enumerate().map(entry).collect()
    }
}

/// A unit of version 1 as it stands in the file.
#[derive(Default)]
struct Unit1 {
    source: Content,
    /// The source once more, divided into segments.
    divided: Option<Content>,
    target: Content,
    states: Vec<String>,
    notes: Vec<String>,
    /// How far each segment has come.
    confirmed: BTreeMap<String, String>,
}

/// A unit of version 1.
fn one(xml: &mut Xml, tag: &Tag) -> Result<Parsed, Fault> {
    let mut unit = Unit1::default();
    while let Some(inner) = xml.child()? {
        match inner.name.as_str() {
            "source" => unit.source = Content::read(xml, &Data::new())?,
            "seg-source" => unit.divided = Some(Content::read(xml, &Data::new())?),
            "target" => {
                unit.states.extend(attributes(&inner, ["state", "state-qualifier"]));
                unit.target = Content::read(xml, &Data::new())?;
            }
            "note" => unit.notes.push(xml.text()?),
            "seg-defs" => unit.confirmed = confirmations(xml)?,
            _ => xml.skip()?,
        }
    }
    let approved = tag.get("approved").map(|value| if value == "yes" { "approved" } else { "not-approved" });
    unit.states.extend(approved.map(String::from));
    Ok(unit.parsed())
}

impl Unit1 {
    /// Divided by the marks in `seg-source` or in its source; as a whole where there are none, or where the target is one
    /// text for all of them.
    fn parsed(self) -> Parsed {
        let Unit1 { source, divided, target, states, notes, confirmed } = self;
        let state = states.join(", ");
        let marked = divided.map_or_else(|| source.segments.clone(), |divided| divided.segments);
        if marked.is_empty() || (target.segments.is_empty() && !target.text.trim().is_empty()) {
            let segment = Segment { state, original: source, translation: target, ..Segment::default() };
            return Parsed { segments: vec![segment], notes };
        }
        let mut answers: BTreeMap<String, Content> = target.segments.into_iter().collect();
        let segment = |(id, original): (String, Content)| Segment {
            state: confirmed.get(&id).unwrap_or(&state).clone(),
            translation: answers.remove(&id).unwrap_or_default(),
            id,
            original,
            notes: Vec::new(),
        };
        Parsed { segments: marked.into_iter().map(segment).collect(), notes }
    }
}

/// The values of those that are there.
fn attributes(tag: &Tag, names: [&str; 2]) -> Vec<String> {
    names.iter().filter_map(|name| tag.get(name).map(String::from)).collect()
}

/// How far each segment has come, as SDL Trados Studio notes it beside the unit's text.
fn confirmations(xml: &mut Xml) -> Result<BTreeMap<String, String>, Fault> {
    let mut confirmed = BTreeMap::new();
    while let Some(tag) = xml.child()? {
        if let (Some(id), Some(state)) = (tag.get("id"), tag.get("conf")) {
            confirmed.insert(id.to_string(), state.to_string());
        }
        xml.skip()?;
    }
    Ok(confirmed)
}

/// A unit of version 2: segments, and between them what is not to be translated.
fn two(xml: &mut Xml) -> Result<Parsed, Fault> {
    let (mut parsed, mut data) = (Parsed::default(), Data::new());
    while let Some(inner) = xml.child()? {
        match inner.name.as_str() {
            "segment" => parsed.segments.push(segment(xml, &inner, &data)?),
            "originalData" => data = each(xml, "data")?.into_iter().collect(),
            "notes" => parsed.notes.extend(notes(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(parsed)
}

fn segment(xml: &mut Xml, tag: &Tag, data: &Data) -> Result<Segment, Fault> {
    let state = attributes(tag, ["state", "subState"]).join(", ");
    let mut segment = Segment { id: tag.value("id"), state, ..Segment::default() };
    while let Some(inner) = xml.child()? {
        match inner.name.as_str() {
            "source" => segment.original = Content::read(xml, data)?,
            "target" => segment.translation = Content::read(xml, data)?,
            "notes" => segment.notes = notes(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(segment)
}

fn notes(xml: &mut Xml) -> Result<Vec<String>, Fault> {
    Ok(each(xml, "note")?.into_iter().map(|(_, note)| note).collect())
}

/// Id and text of the elements of that name in the one that is open.
fn each(xml: &mut Xml, name: &str) -> Result<Vec<(String, String)>, Fault> {
    let mut found = Vec::new();
    while let Some(tag) = xml.child()? {
        if tag.name == name {
            found.push((tag.value("id"), xml.text()?));
        } else {
            xml.skip()?;
        }
    }
    Ok(found)
}
