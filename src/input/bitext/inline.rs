//! Text with markup inside: what the markup stands for is kept in the text, as far as it can be told, for the checks.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::xml::{Node, Tag, Xml};

/// The content of an element.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub text: String,
    /// Line where it begins, from 1.
    pub line: u32,
    /// Segments that are marked in it, each with its id.
    pub segments: Vec<(String, Content)>,
}

/// Native code by its id, which tags refer to (XLIFF 2, `originalData`).
pub(super) type Data = BTreeMap<String, String>;

impl Content {
    /// Reads the element that is open to its end.
    pub fn read(xml: &mut Xml, data: &Data) -> Result<Content, Fault> {
        let mut content = Content { line: xml.line(), ..Content::default() };
        loop {
            match xml.inside()? {
                Node::Text(text) => content.text += &text,
                Node::Open(tag) => {
                    let inner = Content::read(xml, data)?;
                    xml.make(inner.text.len() + code_length(&tag, data), 1)?;
                    content.add(&tag, inner, data);
                }
                Node::Close | Node::End => return Ok(content),
            }
        }
    }

    fn add(&mut self, tag: &Tag, inner: Content, data: &Data) {
        self.text += &in_text(tag, &inner.text, data);
        if tag.name == "mrk" && tag.get("mtype") == Some("seg") {
            let segment = Content { text: inner.text, line: inner.line, segments: Vec::new() };
            self.segments.push((tag.value("mid"), segment));
        }
        self.segments.extend(inner.segments);
    }
}

/// Bytes of the native code that a tag refers to.
fn code_length(tag: &Tag, data: &Data) -> usize {
    let references = ["dataRef", "dataRefStart", "dataRefEnd"].iter().filter_map(|name| tag.get(name));
    references.filter_map(|id| data.get(id)).map(String::len).sum()
}

/// An element as text. Names and meanings: TMX 1.4b, XLIFF 1.2 and XLIFF 2.1, chapters on inline elements.
fn in_text(tag: &Tag, inner: &str, data: &Data) -> String {
    let native = |attribute: &str| tag.get(attribute).and_then(|id| data.get(id)).map(String::as_str);
    match tag.name.as_str() {
        // Code around text.
        "g" | "pc" => match (native("dataRefStart"), native("dataRefEnd")) {
            (None, None) => format!("<{}>{inner}</{}>", named(tag), tag.name),
            (start, end) => [start.unwrap_or_default(), inner, end.unwrap_or_default()].concat(),
        },
        // Code that may stand in the element, or where it refers to.
        "bpt" | "ept" | "ph" | "it" | "ut" if !inner.trim().is_empty() => inner.to_string(),
        "x" | "bx" | "ex" | "bpt" | "ept" | "ph" | "it" | "ut" | "sc" | "ec" | "cp" => {
            native("dataRef").map_or_else(|| format!("<{}/>", named(tag)), String::from)
        }
        // Remarks about the text around them.
        "sm" | "em" => String::new(),
        _ => inner.to_string(),
    }
}

/// The tag's name with what tells it from others.
fn named(tag: &Tag) -> String {
    let attribute =
        ["id", "startRef", "x", "i", "hex"].into_iter().find_map(|name| Some((name, tag.get(name)?)));
    attribute.map_or(tag.name.clone(), |(name, value)| format!("{} {name}=\"{value}\"", tag.name))
}
