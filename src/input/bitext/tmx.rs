//! Translation memories: TMX 1.4b (LISA, 2005), and 1.1 to 1.3, which differ in nothing that is read.

use quick_xml::escape::escape;

use super::fault::Fault;
use super::inline::{Content, Data};
use super::languages::{Tags, canonical, choose};
use super::unit::{Block, Blocks, Entry};
use super::xml::{Node, Tag, Xml};
use crate::model::Unit;

/// The translation units of a memory.
pub(super) struct Tmx {
    xml: Xml,
    /// The original's language, as asked for.
    wanted: String,
    /// The same, as the file says; of one that leaves it open, that of its first text.
    source: String,
    /// Units so far.
    number: u64,
}

impl Tmx {
    /// `number` units come before what is read.
    pub fn new(xml: Xml, wanted: String, number: u64) -> Tmx {
        Tmx { xml, wanted, source: String::new(), number }
    }

    fn unit(&mut self, tag: &Tag) -> Result<Vec<Entry>, Fault> {
        self.number += 1;
        let (mut notes, mut variants) = (Vec::new(), Vec::new());
        while let Some(inner) = self.xml.child()? {
            match inner.name.as_str() {
                "tuv" => variants.extend(self.variant(&inner, &mut notes)?),
                "note" => notes.push(self.xml.text()?),
                _ => self.xml.skip()?,
            }
        }
        let id = tag.get("tuid").map_or_else(|| self.number.to_string(), str::to_string);
        let unit = Unit { id, state: String::new(), note: notes.join("\n") };
        let shared = variants.iter().map(|(_, content)| content.text.len()).max().unwrap_or(0);
        self.xml.make(shared + unit.id.len() + unit.note.len(), variants.len())?;
        Ok(self.entries(&source_of(tag), variants, &unit))
    }

    fn variant(&mut self, tag: &Tag, notes: &mut Vec<String>) -> Result<Option<(String, Content)>, Fault> {
        let mut content = None;
        while let Some(inner) = self.xml.child()? {
            match inner.name.as_str() {
                "seg" => content = Some(Content::read(&mut self.xml, &Data::new())?),
                "note" => notes.push(self.xml.text()?),
                _ => self.xml.skip()?,
            }
        }
        Ok(content.map(|content| (canonical(tag.get("lang").unwrap_or_default()), content)))
    }

    /// The original with each of the others.
    fn entries(&mut self, own_source: &str, mut variants: Vec<(String, Content)>, unit: &Unit) -> Vec<Entry> {
        if self.source.is_empty() {
            self.source = variants.first().map(|(tag, _)| tag.clone()).unwrap_or_default();
        }
        let wanted = [&self.wanted, own_source, &self.source].into_iter().find(|tag| !tag.is_empty());
        let tags: Vec<&str> = variants.iter().map(|(tag, _)| tag.as_str()).collect();
        let Some(place) = wanted.and_then(|wanted| choose(wanted, &tags)) else { return Vec::new() };
        let (source, original) = variants.remove(place);
        let entry = |(target, translation): (String, Content)| Entry {
            languages: Tags::new(&source, &target),
            original: original.clone().into(),
            translation: translation.into(),
            reference: None,
            unit: unit.clone(),
        };
        variants.into_iter().map(entry).collect()
    }
}

impl Blocks for Tmx {
    fn next(&mut self) -> Result<Option<Block>, Fault> {
        loop {
            self.xml.begin();
            let (start, line) = (self.xml.place(), self.xml.line());
            match self.xml.next()? {
                Node::Open(tag) if tag.name == "header" => self.source = source_of(&tag),
                Node::Open(tag) if tag.name == "tu" => {
                    let number = self.number;
                    let entries = self.unit(&tag)?;
                    let place = start..self.xml.place();
                    return Ok(Some(Block { place, line, number, file: String::new(), entries }));
                }
                Node::End => return Ok(None),
                _ => {}
            }
        }
    }

    fn prefix(&self) -> String {
        format!("<tmx><header srclang=\"{}\"/><body>", escape(self.source.as_str()))
    }
}

/// `*all*` stands for whatever language.
fn source_of(tag: &Tag) -> String {
    tag.get("srclang").filter(|tag| *tag != "*all*").map(canonical).unwrap_or_default()
}
