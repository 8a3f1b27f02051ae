//! Markdown: `CommonMark` with GitHub's extensions. Code set apart, front matter, addresses of links and HTML tags are
//! left aside; code within a sentence stays in it, or there would be a hole.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::blocks::{Blocks, Lines};
use super::html;
use crate::error::PairError;
use crate::input::read::{decoded, label};
use crate::pipeline::{Limits, Text};

/// The text of a document.
pub(super) fn read(bytes: &[u8], encoding: &str, limits: Limits) -> Result<Text, PairError> {
    let text = decoded(bytes, label(encoding))?;
    let lines = Lines::of(&text);
    let mut blocks = Blocks::default();
    // Where text does not count: in code and front matter, and in blocks of HTML, which are read as such.
    let mut aside = false;
    let mut page = Page::default();
    for (event, place) in Parser::new_ext(&text, options()).into_offset_iter() {
        let line = |at: usize| lines.line(place.start + at);
        match event {
            Event::Start(Tag::HtmlBlock) => page = Page::default(),
            Event::Html(piece) => page.push(&piece, line(0)),
            Event::End(TagEnd::HtmlBlock) => {
                blocks.end();
                html::add(&page.text, |at| page.line(at), &mut blocks);
                blocks.end();
            }
            Event::Start(tag) => {
                aside |= matches!(tag, Tag::CodeBlock(_) | Tag::MetadataBlock(_));
                part(is_inline(tag.to_end()), &mut blocks);
            }
            Event::End(tag) => {
                aside &= !matches!(tag, TagEnd::CodeBlock | TagEnd::MetadataBlock(_));
                part(is_inline(tag), &mut blocks);
            }
            Event::Text(words) | Event::Code(words) if !aside => blocks.push(&words, line),
            Event::SoftBreak => blocks.push("\n", line),
            Event::HardBreak => blocks.line_break(),
            Event::InlineHtml(tag) if is_break(&tag) => blocks.line_break(),
            Event::Rule => blocks.end(),
            _ => {}
        }
    }
    blocks.finish(limits)
}

/// A block of HTML without the marks of quotations and lists around it.
#[derive(Default)]
struct Page {
    text: String,
    /// Where each piece begins in it, and in which line of the file.
    pieces: Vec<(usize, u32)>,
}

impl Page {
    fn push(&mut self, piece: &str, line: u32) {
        self.pieces.push((self.text.len(), line));
        self.text += piece;
    }

    /// Line of the file in which a byte stands.
    fn line(&self, at: usize) -> u32 {
        let before = self.pieces.partition_point(|(start, _)| *start <= at);
        let (start, line) = before.checked_sub(1).map_or((0, 1), |k| self.pieces[k]);
        let ends = memchr::memchr_iter(b'\n', &self.text.as_bytes()[start..at]).count();
        line + ends as u32
    }
}

/// What GitHub reads, and the front matter that its pages have.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

fn part(is_inline: bool, blocks: &mut Blocks) {
    if !is_inline {
        blocks.end();
    }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn is_break(tag: &str) -> bool {
    let name = tag.trim_matches(['<', '>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}
