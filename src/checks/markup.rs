//! Markup: tags, character references and emoji that the two sides do not share.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use unicode_properties::{EmojiStatus, UnicodeEmoji};

use super::kept::{self, Item};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("markup.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Markup {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Markup {
    fn default() -> Self {
        Markup { enabled: true, severity: None }
    }
}

impl Check for Markup {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let Some(segment) = pair.both(index) else { return };
        let [original, translation] = [segment.original.source(), segment.translation.source()];
        let told = kept::report(pair, index, out, ("the tag", Severity::Major), tags);
        kept::report(pair, index, out, ("the emoji", Severity::Minor), emoji);
        if !told
            && is_nested(&tags(original)).is_ok()
            && let Err(tag) = is_nested(&tags(translation))
        {
            let message =
                format!("{} stands out of order: the tags of the original nest", &translation[tag.clone()]);
            out.add_in_source(Severity::Major, (index, Side::Translation), tag, message);
        }
        if memchr::memchr(b'&', original.as_bytes()).is_none() {
            for reference in references(translation) {
                let message = format!(
                    "{} is left standing where the original has plain characters",
                    &translation[reference.clone()]
                );
                out.add_in_source(Severity::Minor, (index, Side::Translation), reference, message);
            }
        }
    }
}

/// Longest tag, in bytes: an angle bracket that closes later closes nothing.
const LONGEST_TAG: usize = 1000;

/// What a tag says to readers is translated and not compared.
const TRANSLATED: [&str; 8] =
    ["alt", "title", "label", "placeholder", "aria-label", "content", "lang", "dir"];

/// Tags of XML and HTML, by name, being opening or closing, and attributes that are not translated.
fn tags(text: &str) -> Vec<Item> {
    let opening = memchr::memchr_iter(b'<', text.as_bytes());
    opening
        .filter_map(|start| {
            let limit = text.floor_char_boundary(start + LONGEST_TAG);
            let end = start + text[start..limit].find('>')?;
            let inner = text[start + 1..end].trim_end_matches('/').trim_end();
            let name = inner.trim_start_matches('/').split(char::is_whitespace).next()?;
            let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
                || (!name.is_empty()
                    && inner.trim_start_matches('/') == name
                    && name.bytes().all(|b| b.is_ascii_digit()));
            let valid = named && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
            valid.then(|| Item { key: tag_key(inner, name), source: start..end + 1 })
        })
        .collect()
}

fn tag_key(inner: &str, name: &str) -> String {
    let attributes = &inner[inner.find(name).unwrap_or(0) + name.len()..];
    let mut kept: Vec<&str> = attributes
        .split_whitespace()
        .filter(|a| a.contains('=') && !TRANSLATED.contains(&a.split('=').next().unwrap_or_default()))
        .collect();
    kept.sort_unstable();
    let slash = if inner.starts_with('/') { "/" } else { "" };
    format!("{slash}{} {}", name.to_lowercase(), kept.join(" "))
}

/// Every closing tag closes the last one open; tags that never close (`<br>`) don't count. Else the first that errs.
fn is_nested(tags: &[Item]) -> Result<(), Range<usize>> {
    let name =
        |item: &Item| item.key.split(' ').next().unwrap_or_default().trim_start_matches('/').to_string();
    let closed: FxHashSet<String> = tags.iter().filter(|t| t.key.starts_with('/')).map(name).collect();
    let mut open: Vec<String> = Vec::new();
    for tag in tags.iter().filter(|t| closed.contains(&name(t))) {
        if !tag.key.starts_with('/') {
            open.push(name(tag));
        } else if open.pop().is_none_or(|last| last != name(tag)) {
            return Err(tag.source.clone());
        }
    }
    Ok(())
}

/// Character references: `&amp;`, `&#39;`, `&#x27;`.
fn references(text: &str) -> Vec<Range<usize>> {
    let ampersands = memchr::memchr_iter(b'&', text.as_bytes());
    ampersands
        .filter_map(|start| {
            let name =
                text[start + 1..].bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'#').count();
            let end = start + 1 + name;
            let closed = text.as_bytes().get(end) == Some(&b';') && (2..=12).contains(&name);
            closed.then_some(start..end + 1)
        })
        .collect()
}

/// Emoji with what modifies them, compared by their first character: a skin tone may change. Signs that text has
/// anyway (`©`, `™`, digits) are none.
fn emoji(text: &str) -> Vec<Item> {
    // Emoji are three bytes with a first of E2 or E3, or four with F0.
    if memchr::memchr3(0xe2, 0xe3, 0xf0, text.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found: Vec<Item> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !is_picture(c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        let mut joined = false;
        while let Some(&(at, next)) = chars.peek() {
            let modifies = matches!(next, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
            if !(modifies || joined && is_picture(next)) {
                break;
            }
            joined = next == '\u{200d}';
            end = at + next.len_utf8();
            chars.next();
        }
        found.push(Item { key: c.to_string(), source: start..end });
    }
    found
}

fn is_picture(c: char) -> bool {
    c >= '\u{2600}'
        && matches!(
            c.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
                | EmojiStatus::EmojiPresentationAndEmojiComponent
                | EmojiStatus::EmojiModifierBase
                | EmojiStatus::EmojiOther
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_by_name_and_by_what_is_not_translated() {
        let keys = |t: &str| tags(t).into_iter().map(|i| i.key).collect::<Vec<_>>();
        assert_eq!(keys("<b>x</b><br/><BR />"), ["b ", "/b ", "br ", "br "]);
        assert_eq!(keys(r#"<img src="a.png" alt="x">"#), keys(r#"<img alt="y" src="a.png"/>"#));
        assert_ne!(keys(r#"<g id="1">"#), keys(r#"<g id="2">"#));
        assert_eq!(keys("<0>x</0>"), ["0 ", "/0 "]);
        assert_eq!(keys("a < b and c > d, <3, << >>, <5 mm>"), Vec::<String>::new());
    }

    #[test]
    fn crossed_tags_do_not_nest() {
        assert!(is_nested(&tags("<b><i>x</i></b><br>")).is_ok());
        assert!(is_nested(&tags("<b><i>x</b></i>")).is_err());
        assert!(is_nested(&tags("</b>x<b>")).is_err());
    }

    #[test]
    fn emoji_are_pictures_with_their_modifiers() {
        let found = |t: &str| emoji(t).into_iter().map(|i| t[i.source].to_string()).collect::<Vec<_>>();
        assert_eq!(found("Yes 👍🏽, family 👨‍👩‍👧!"), ["👍🏽", "👨‍👩‍👧"]);
        assert_eq!(found("© 2024 – 3 € “x” … ™ 漢字"), Vec::<String>::new());
    }

    #[test]
    fn character_references_are_known_by_their_form() {
        assert_eq!(references("AT&T; R&D &amp; &#39;x&#39; a&b").len(), 3);
    }
}
