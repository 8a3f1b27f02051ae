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
    for (event, place) in Parser::new_ext(&text, options()).into_offset_iter() {
        let line = |at: usize| lines.line(place.start + at);
        match event {
            Event::Start(Tag::HtmlBlock) => {
                blocks.end();
                html::add(&text[place.clone()], line, &mut blocks);
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
