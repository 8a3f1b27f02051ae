//! Pages of the web: the text that a reader sees, by the HTML standard's tokenizer and, in short, its rules for which
//! element ends where.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, Span, State, Tokenizer, naive_next_state};

use super::blocks::{Blocks, Lines};
use super::elements::Elements;
use crate::error::PairError;
use crate::input::read::{decoded, label, refused};
use crate::pipeline::{Limits, Text};

/// What no reader sees, what is no text (formulas, drawings, code set apart), and reading aids beside the letters.
const LEFT_ASIDE: [&str; 19] = [
    "script",
    "style",
    "template",
    "noscript",
    "noembed",
    "noframes",
    "iframe",
    "svg",
    "math",
    "pre",
    "xmp",
    "listing",
    "plaintext",
    "textarea",
    "datalist",
    "audio",
    "video",
    "rt",
    "rp",
];

/// Bytes in which a page says its encoding (HTML standard, prescan).
const HEAD: usize = 1024;

/// The text of a page.
pub(super) fn read(bytes: &[u8], encoding: &str, limits: Limits) -> Result<Text, PairError> {
    let text = decoded(bytes, declared(bytes).unwrap_or_else(|| label(encoding)))?;
    let lines = Lines::of(&text);
    let mut blocks = Blocks::default();
    if let Some((what, at)) = add(&text, |at| lines.line(at), &mut blocks) {
        let hint = format!("the file ends within {what} (line {}): it may be cut off", lines.line(at));
        return Err(refused("cut-off", None, hint));
    }
    blocks.finish(limits)
}

/// The encoding that a page declares in its head. What is declared as UTF-16 there can be read, so it is not.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let of_xml = head.strip_prefix("<?xml").and_then(|rest| named(rest.split("?>").next()?, "encoding"));
    let mut tags = head.match_indices("<meta").filter_map(|(at, _)| head[at..].split('>').next());
    let encoding = of_xml.or_else(|| tags.find_map(|tag| named(tag, "charset")))?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// The encoding that follows `charset =`, quoted or not.
fn named(tag: &str, key: &str) -> Option<&'static Encoding> {
    let rest = tag.split(key).nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let value = rest.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '/'));
    Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
}

/// Adds the text of a page or of a piece of one. `line` is asked for the line of a byte. Says what was still open at the
/// end and where it began, if the standard then leaves text out.
pub(super) fn add(
    text: &str,
    line: impl Fn(usize) -> u32,
    blocks: &mut Blocks,
) -> Option<(&'static str, usize)> {
    let is_xml = text.trim_start().starts_with("<?xml");
    let mut page =
        Page { blocks, line, is_xml, tag: Tag::default(), elements: Elements::default(), open: None };
    let callback = |event: CallbackEvent<'_>, span: Span<usize>| page.take(&event, span.start);
    let mut tokenizer = Tokenizer::new_with_emitter(text, CallbackEmitter::new(callback));
    while let Some(Ok(state)) = tokenizer.next() {
        tokenizer.set_state(state);
    }
    page.open
}

/// A start tag, as far as it has been read.
#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    attribute: Vec<u8>,
    is_hidden: bool,
    is_translated: Option<bool>,
    alternative: String,
}

/// A page that is being read.
struct Page<'b, L> {
    blocks: &'b mut Blocks,
    line: L,
    /// By the rules of XML an element may end where it begins.
    is_xml: bool,
    tag: Tag,
    elements: Elements,
    /// What has begun and takes all that follows, and where.
    open: Option<(&'static str, usize)>,
}

impl<L: Fn(usize) -> u32> Page<'_, L> {
    /// Takes what the tokenizer found at a byte, and says how it must go on.
    fn take(&mut self, event: &CallbackEvent<'_>, at: usize) -> Option<State> {
        match *event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: name.to_vec(), ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute = name.to_vec();
                self.tag.is_hidden |= name == b"hidden";
            }
            CallbackEvent::AttributeValue { value } => self.tag.take(&String::from_utf8_lossy(value)),
            CallbackEvent::CloseStartTag { self_closing } => {
                return self.start(self_closing && self.is_xml, at);
            }
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value), at),
            CallbackEvent::Error(error) => self.open = self.open.or_else(|| Some((unfinished(error)?, at))),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => {}
        }
        None
    }

    fn start(&mut self, is_empty: bool, at: usize) -> Option<State> {
        let tag = std::mem::take(&mut self.tag);
        let is_block = self.elements.start(&tag.name);
        self.part(is_block);
        match &tag.name[..] {
            _ if self.elements.is_aside() => {}
            b"br" => self.blocks.line_break(),
            b"img" => {
                self.blocks.space();
                self.blocks.push(&tag.alternative, |_| (self.line)(at));
                self.blocks.space();
            }
            _ => {}
        }
        if is_empty {
            return None;
        }
        let is_untranslated = is_block && tag.is_translated == Some(false);
        let is_aside = tag.is_hidden || LEFT_ASIDE.iter().any(|name| name.as_bytes() == tag.name);
        self.elements.open(&tag.name, is_aside || is_untranslated);
        let state = naive_next_state(&tag.name)?;
        // The rest of the file is this element's unless its end tag comes.
        self.open = Some(("an element", at)).filter(|_| state != State::PlainText);
        Some(state)
    }

    fn end(&mut self, name: &[u8]) {
        self.open = None;
        let is_block = self.elements.end(name);
        self.part(is_block);
    }

    fn text(&mut self, text: &str, at: usize) {
        if !self.elements.is_aside() {
            self.blocks.push(text, |offset| (self.line)(at + offset));
        }
    }

    fn part(&mut self, is_block: bool) {
        if is_block && !self.elements.is_aside() {
            self.blocks.end();
        }
    }
}

impl Tag {
    fn take(&mut self, value: &str) {
        match &self.attribute[..] {
            b"alt" => self.alternative = value.to_string(),
            b"translate" => self.is_translated = Some(!value.eq_ignore_ascii_case("no")),
            b"style" => {
                let style: String = value.split_ascii_whitespace().collect();
                self.is_hidden |= style.to_ascii_lowercase().contains("display:none");
            }
            _ => {}
        }
    }
}

/// What the end of a file leaves open, with all that it holds.
fn unfinished(error: Error) -> Option<&'static str> {
    match error {
        Error::EofInComment => Some("a comment"),
        Error::EofInTag => Some("a tag"),
        Error::EofInDoctype => Some("a document type"),
        _ => None,
    }
}
