//! Documents of Word (ECMA-376, Office Open XML): what a reader sees when all changes are accepted. Tables and text boxes
//! are read, foot- and endnotes after the text; headers, footers, comments and the instructions of fields are not.

use quick_xml::events::BytesStart;

use super::package::Package;
use super::paragraphs::{Paragraphs, Place};
use super::xml::{Namespaces, Step, attribute, walk};
use crate::error::PairError;
use crate::input::read::refused;
use crate::pipeline::{Limits, Text};

const NAMESPACES: &Namespaces = &[
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/math", "m"),
    ("http://purl.oclc.org/ooxml/officeDocument/math", "m"),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"),
    ("http://schemas.openxmlformats.org/package/2006/relationships", "rel"),
];

/// Elements without text of the document: properties, what was deleted or moved away, readings, and what older programs
/// get in place of a text box.
const LEFT_ASIDE: [(&str, &str); 8] = [
    ("w", "pPr"),
    ("w", "rPr"),
    ("w", "sectPr"),
    ("w", "sdtPr"),
    ("w", "del"),
    ("w", "moveFrom"),
    ("w", "rt"),
    ("mc", "Fallback"),
];

/// The text of a document.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Text, PairError> {
    let mut package = Package::open(bytes, limits)?;
    let main =
        related(&mut package, "", "officeDocument")?.unwrap_or_else(|| "word/document.xml".to_string());
    let Some(xml) = package.part(&main)? else {
        let hint = format!("a ZIP archive without {main}: no document of Word");
        return Err(refused("no-document", None, hint));
    };
    let mut paragraphs = Paragraphs::default();
    add(&main, &xml, Place::Body, &mut paragraphs)?;
    for (kind, place) in [("footnotes", Place::Footnotes), ("endnotes", Place::Endnotes)] {
        let Some(name) = related(&mut package, &main, kind)? else { continue };
        if let Some(xml) = package.part(&name)? {
            add(&name, &xml, place, &mut paragraphs)?;
        }
    }
    paragraphs.finish(limits)
}

/// The part that is related to `part` (the package, where that is empty) in this way.
fn related(package: &mut Package, part: &str, kind: &str) -> Result<Option<String>, PairError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let at = |name: &str| if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") };
    let list = at(&format!("_rels/{name}.rels"));
    let Some(xml) = package.part(&list)? else { return Ok(None) };
    let mut found = None;
    walk(&list, &xml, NAMESPACES, |step| {
        let Step::Start(("rel", "Relationship"), start) = step else { return };
        let is_it = attribute(start, "Type").is_some_and(|t| t.rsplit('/').next() == Some(kind));
        if let Some(target) = attribute(start, "Target").filter(|_| is_it && found.is_none()) {
            found = Some(target.strip_prefix('/').map_or_else(|| at(&target), str::to_string));
        }
    })?;
    Ok(found)
}

fn add(part: &str, xml: &str, place: Place, paragraphs: &mut Paragraphs) -> Result<(), PairError> {
    let (mut aside, mut is_text) = (0_usize, false);
    walk(part, xml, NAMESPACES, |step| match step {
        Step::Start(..) if aside > 0 => aside += 1,
        Step::Start(name, start) if is_aside(name, start) => aside = 1,
        Step::Start(("w", "p"), _) => paragraphs.start(place),
        Step::Start(("w" | "m", "t"), _) => is_text = true,
        Step::Start(("w", name), _) => {
            if let (Some(c), Some(text)) = (character(name), paragraphs.text()) {
                text.push(c);
            }
        }
        Step::End(_) if aside > 0 => aside -= 1,
        Step::End(("w", "p")) => paragraphs.end(),
        Step::End(("w" | "m", "t")) => is_text = false,
        Step::Text(words) if is_text && aside == 0 => {
            if let Some(text) = paragraphs.text() {
                text.extend(words.chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }));
            }
        }
        Step::Start(..) | Step::End(_) | Step::Text(_) => {}
    })
}

/// The lines that part notes from the text are notes of a kind of their own.
fn is_aside(name: (&str, &str), start: &BytesStart<'_>) -> bool {
    let is_note = matches!(name, ("w", "footnote" | "endnote"));
    LEFT_ASIDE.contains(&name) || is_note && attribute(start, "type").is_some_and(|kind| kind != "normal")
}

/// Characters that are elements.
fn character(name: &str) -> Option<char> {
    match name {
        "tab" | "ptab" => Some('\t'),
        "br" | "cr" => Some('\n'),
        "noBreakHyphen" => Some('\u{2011}'),
        "softHyphen" => Some('\u{ad}'),
        _ => None,
    }
}
