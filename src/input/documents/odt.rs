//! Texts of LibreOffice (ISO/IEC 26300, `OpenDocument`): what a reader sees when all changes are accepted. Tables and text
//! boxes are read, foot- and endnotes after the text; headers, footers and comments are not.

use super::package::Package;
use super::paragraphs::{Paragraphs, Place};
use super::xml::{Namespaces, Step, attribute, walk};
use crate::error::PairError;
use crate::input::read::refused;
use crate::pipeline::{Limits, Text};

const NAMESPACES: &Namespaces = &[
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"),
    ("urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "svg"),
];

/// Elements without text of the document: what was deleted, comments, numbers that the program counts, readings,
/// descriptions of pictures, and pictures themselves.
const LEFT_ASIDE: [(&str, &str); 10] = [
    ("text", "tracked-changes"),
    ("text", "note-citation"),
    ("text", "number"),
    ("text", "ruby-text"),
    ("office", "annotation"),
    ("office", "forms"),
    ("office", "binary-data"),
    ("svg", "title"),
    ("svg", "desc"),
    ("office", "automatic-styles"),
];

/// Spaces that one element may stand for. More is no text.
const MOST_SPACES: usize = 1000;

/// The text of a document.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Text, PairError> {
    let mut package = Package::open(bytes, limits)?;
    check_password(&mut package)?;
    let Some(xml) = package.part("content.xml")? else {
        return Err(refused(
            "no-document",
            None,
            "a ZIP archive without content.xml: no text of LibreOffice",
        ));
    };
    let mut reader = Reader::default();
    walk("content.xml", &xml, NAMESPACES, |step| reader.take(step))?;
    reader.paragraphs.finish(limits)
}

/// The parts of a document with a password are no XML, and its list of parts says so. (The list of an old document has a
/// document type, so it is not read as XML.)
fn check_password(package: &mut Package) -> Result<(), PairError> {
    let list = package.part("META-INF/manifest.xml")?;
    let is_encrypted = list.is_some_and(|list| list.contains("encryption-data"));
    let refusal = || refused("encrypted", None, "it has a password: save it without");
    if is_encrypted { Err(refusal()) } else { Ok(()) }
}

#[derive(Default)]
struct Reader {
    paragraphs: Paragraphs,
    /// Depth within what is left aside.
    aside: usize,
    /// The note that is open.
    note: Option<Place>,
}

impl Reader {
    fn take(&mut self, step: Step<'_>) {
        match step {
            Step::Start(..) if self.aside > 0 => self.aside += 1,
            Step::Start(name, _) if LEFT_ASIDE.contains(&name) => self.aside = 1,
            Step::Start(("text", "p" | "h"), _) => self.paragraphs.start(self.note.unwrap_or(Place::Body)),
            Step::Start(("text", "note"), start) => {
                let is_endnote = attribute(start, "note-class").is_some_and(|class| class == "endnote");
                self.note = Some(if is_endnote { Place::Endnotes } else { Place::Footnotes });
            }
            Step::Start(("text", "s"), start) => {
                let count = attribute(start, "c").and_then(|c| c.parse().ok()).unwrap_or(1);
                self.push(&" ".repeat(MOST_SPACES.min(count)));
            }
            Step::Start(("text", "tab"), _) => self.push("\t"),
            Step::Start(("text", "line-break"), _) => self.push("\n"),
            Step::End(_) if self.aside > 0 => self.aside -= 1,
            Step::End(("text", "p" | "h")) => self.paragraphs.end(),
            Step::End(("text", "note")) => self.note = None,
            Step::Text(words) if self.aside == 0 => self.words(words),
            Step::Start(..) | Step::End(_) | Step::Text(_) => {}
        }
    }

    fn push(&mut self, characters: &str) {
        if let Some(text) = self.paragraphs.text() {
            text.push_str(characters);
        }
    }

    /// Runs of white space are one space, and none at the beginning of a paragraph (section 6.1.2).
    fn words(&mut self, words: &str) {
        let Some(text) = self.paragraphs.text() else { return };
        for c in words.chars() {
            let is_space = c.is_ascii_whitespace();
            if !is_space {
                text.push(c);
            } else if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
        }
    }
}
