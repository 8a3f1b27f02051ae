//! XML of documents, step by step: no document type, no entities but XML's own, elements nested to a bound.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::blocks::Lines;
use crate::error::PairError;
use crate::input::read::refused;

/// Elements within elements: documents stay below 100 even with tables in tables, and libxml2 draws the line here too.
const DEEPEST: usize = 256;

/// Namespaces by the short names that the readers give them.
pub(super) type Namespaces = [(&'static str, &'static str)];

/// A step through a document. Elements have the short name of their namespace, empty where it is none of ours.
#[derive(Clone, Copy)]
pub(super) enum Step<'s> {
    /// An element begins.
    Start((&'static str, &'s str), &'s BytesStart<'s>),
    /// An element ends.
    End((&'static str, &'s str)),
    /// Text between tags.
    Text(&'s str),
}

/// Walks through the XML of `part`, which is named in errors.
pub(super) fn walk(
    part: &str,
    xml: &str,
    namespaces: &Namespaces,
    mut take: impl FnMut(Step<'_>),
) -> Result<(), PairError> {
    let mut reader = NsReader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        let at = reader.buffer_position() as usize;
        let bad = |reason, what: &str| {
            refused(reason, None, format!("{part}, line {}: {what}", Lines::of(xml).line(at)))
        };
        let (found, event) =
            reader.read_resolved_event().map_err(|e| bad("not-well-formed", &format!("{e}: {MEND}")))?;
        let space = match found {
            ResolveResult::Bound(Namespace(uri)) => short(namespaces, uri),
            _ => "",
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(bad(
                        "too-deep",
                        "more than 256 elements within each other, which no document has",
                    ));
                }
                take(Step::Start((space, start.local_name().as_ref()), &start));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                take(Step::End((space, end.local_name().as_ref())));
            }
            Event::Text(text) => take(Step::Text(&text.xml10_content())),
            Event::CData(text) => take(Step::Text(&text.xml10_content())),
            Event::GeneralRef(reference) => match resolved(&reference) {
                Some(text) => take(Step::Text(&text)),
                None => {
                    return Err(bad("not-well-formed", &format!("an entity that XML does not have: {MEND}")));
                }
            },
            Event::DocType(_) => {
                return Err(bad(
                    "doctype",
                    "a document type, which no document of this kind has and nothing reads here",
                ));
            }
            Event::Eof if depth > 0 => {
                return Err(bad("not-well-formed", &format!("it ends within an element: {MEND}")));
            }
            Event::Eof => return Ok(()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

const MEND: &str = "open the file with the program that wrote it and save it again";

fn short(namespaces: &Namespaces, uri: &str) -> &'static str {
    namespaces.iter().find(|(known, _)| *known == uri).map_or("", |(_, short)| *short)
}

fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok()?.map(String::from);
    }
    resolve_xml_entity(reference).map(String::from)
}

/// An attribute by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}
