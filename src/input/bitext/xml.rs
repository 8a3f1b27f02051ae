//! XML of any size, as trusting as a file from anywhere deserves: no declarations of a document type, no entities but the five of
//! XML, bounded depth and length.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::UNIT;
use super::fault::Fault;
use super::stream::Stream;

/// Elements inside each other: TMX and XLIFF have a dozen, and files in which elements of a page stand inside each other some more.
const DEPTH: usize = 100;

/// Bytes of a tag with its attributes; those of real files have a few hundred.
const TAG: usize = 64 * 1024;

/// An opening tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    /// Without prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, by its name without prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The same, empty where it is not there.
    pub fn value(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_string()
    }
}

/// What stands in an XML file, one after the other.
#[derive(Debug)]
pub(super) enum Node {
    /// An element begins.
    Open(Tag),
    /// The last one that began ends.
    Close,
    /// Text, references resolved.
    Text(String),
    /// The end of what is read.
    End,
}

/// The nodes of a stream.
pub(super) struct Xml {
    reader: Reader<Stream>,
    buffer: Vec<u8>,
    /// The tags of the elements that are open, as they stand there.
    open: Vec<String>,
    /// What is read is the file to its end.
    is_whole: bool,
    /// Name that the first element has.
    root: &'static str,
    /// Bytes of text that were made of the unit so far.
    made: u64,
}

impl Xml {
    /// Of a file to its end, or of a part of it that begins with the tags around it.
    pub fn new(stream: Stream, root: &'static str, is_whole: bool) -> Xml {
        let mut reader = Reader::from_reader(stream);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), open: Vec::new(), is_whole, root, made: 0 }
    }

    /// Place of the next node, in the decoded text.
    pub fn place(&mut self) -> u64 {
        self.reader.get_mut().place()
    }

    /// Line of the next node, from 1.
    pub fn line(&mut self) -> u32 {
        self.reader.get_mut().line()
    }

    /// The tags of the elements that are open, on one line.
    pub fn ancestors(&self) -> String {
        self.open.concat()
    }

    /// Begins a unit: it and all in it have so much room.
    pub fn begin(&mut self) {
        self.made = 0;
        self.reader.get_mut().allow(UNIT);
    }

    /// Counts so many copies of a text that a unit is made of: little of a file may stand for much, by reference or by being said
    /// of each of many.
    pub fn make(&mut self, bytes: usize, copies: usize) -> Result<(), Fault> {
        self.made = self.made.saturating_add(bytes.saturating_mul(copies) as u64);
        if self.made <= UNIT {
            return Ok(());
        }
        Err(self.fault("too-long", "a unit that comes to more text than any that is read"))
    }

    /// The next node, which the element that is open must have.
    pub fn inside(&mut self) -> Result<Node, Fault> {
        match self.next()? {
            Node::End => {
                Err(self.fault("not-well-formed", "the file ends within an element: it may be cut off"))
            }
            node => Ok(node),
        }
    }

    /// The next element in the one that is open; none at its end.
    pub fn child(&mut self) -> Result<Option<Tag>, Fault> {
        loop {
            match self.inside()? {
                Node::Open(tag) => return Ok(Some(tag)),
                Node::Text(_) => {}
                Node::Close | Node::End => return Ok(None),
            }
        }
    }

    /// Passes by the rest of the element that is open.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.inside()?;
        }
        Ok(())
    }

    /// The text of the element that is open, tags aside.
    pub fn text(&mut self) -> Result<String, Fault> {
        let (depth, mut text) = (self.open.len(), String::new());
        while self.open.len() >= depth {
            if let Node::Text(more) = self.inside()? {
                text += &more;
            }
        }
        Ok(text)
    }

    /// The next node.
    pub fn next(&mut self) -> Result<Node, Fault> {
        loop {
            let (place, line) = (self.place(), self.line());
            self.buffer.clear();
            let node = match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(tag)) => opened(&tag, &mut self.open).map(Some),
                Ok(Event::End(_)) => {
                    self.open.pop();
                    Ok(Some(Node::Close))
                }
                Ok(Event::Text(text)) => Ok(Some(Node::Text(text.xml10_content().into_owned()))),
                Ok(Event::CData(text)) => Ok(Some(Node::Text(text.xml10_content().into_owned()))),
                Ok(Event::GeneralRef(reference)) => resolved(&reference).map(Some),
                Ok(Event::DocType(declaration)) => harmless(&declaration).map(|()| None),
                Ok(Event::Eof) => Ok(Some(Node::End)),
                Ok(_) => Ok(None),
                Err(Error::Io(error)) => return Err(Fault::from(&*error)),
                Err(error) => Err(("not-well-formed", error.to_string())),
            };
            let at = |(reason, hint): Refusal| Fault {
                line: Some(line),
                ..self.reader.get_mut().fault(reason, place, hint)
            };
            let Some(node) = node.map_err(at)? else { continue };
            self.check(&node)?;
            return Ok(node);
        }
    }

    /// What the file as a whole must be.
    fn check(&mut self, node: &Node) -> Result<(), Fault> {
        let root = self.root;
        match node {
            Node::Open(tag) if self.open.len() == 1 && tag.name != root => {
                let hint =
                    format!("the first element is <{}>, not <{root}>: the file is something else", tag.name);
                Err(self.fault("not-well-formed", hint))
            }
            Node::End if self.is_whole && !self.open.is_empty() => {
                let hint =
                    format!("the file ends, and {} elements are open: it may be cut off", self.open.len());
                Err(self.fault("not-well-formed", hint))
            }
            _ => Ok(()),
        }
    }

    fn fault(&mut self, reason: &'static str, hint: impl Into<String>) -> Fault {
        let stream = self.reader.get_mut();
        stream.fault(reason, stream.place(), hint)
    }
}

/// Reason and hint.
type Refusal = (&'static str, String);

fn opened(tag: &BytesStart, open: &mut Vec<String>) -> Result<Node, Refusal> {
    if tag.len() > TAG {
        return Err(("too-long", format!("a tag of {} bytes: more than any that is read", tag.len())));
    }
    if open.len() == DEPTH {
        return Err(("too-deep", format!("more than {DEPTH} elements inside each other")));
    }
    let mut attributes = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| ("not-well-formed", error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| ("not-well-formed", error.to_string()))?.into_owned();
        attributes.push((attribute.key.local_name().as_ref().to_string(), value));
    }
    open.push(format!("<{}>", tag.replace(['\n', '\r'], " ")));
    Ok(Node::Open(Tag { name: tag.local_name().as_ref().to_string(), attributes }))
}

/// The character that a reference stands for. Entities that a file declares itself are how a small one becomes a huge one.
fn resolved(reference: &BytesRef) -> Result<Node, Refusal> {
    let character = reference.resolve_char_ref().map_err(|error| ("not-well-formed", error.to_string()))?;
    let text = match (character, &**reference) {
        (Some(c), _) => c.to_string(),
        (None, "lt") => "<".to_string(),
        (None, "gt") => ">".to_string(),
        (None, "amp") => "&".to_string(),
        (None, "apos") => "'".to_string(),
        (None, "quot") => "\"".to_string(),
        (None, name) => {
            let name: String = name.chars().take(40).collect();
            return Err((
                "not-well-formed",
                format!("&{name}; is no entity of XML: write the character itself"),
            ));
        }
    };
    Ok(Node::Text(text))
}

/// Names of document types are common and left alone: nothing is fetched. One that declares something is refused.
fn harmless(declaration: &str) -> Result<(), Refusal> {
    if declaration.contains('[') {
        let hint = "a document type with declarations of its own, which is not read: remove <!DOCTYPE …>";
        return Err(("doctype", hint.to_string()));
    }
    Ok(())
}
