//! Placeholder: what a program fills in, such as `{name}` and `%s`, that the two sides do not share.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::kept::{self, Item};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

#[doc = include_str!("placeholder.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Placeholder {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Placeholder {
    fn default() -> Self {
        Placeholder { enabled: true, severity: None }
    }
}

impl Check for Placeholder {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        kept::report(pair, index, out, ("the placeholder", Severity::Major), placeholders);
        let Some(segment) = pair.both(index) else { return };
        let [original, translation] = [&segment.original, &segment.translation];
        if let Some(item) = changed_order(original.source(), translation.source()) {
            let message = "the placeholders stand in another order than in the original, so each is filled with \
                           another's value; number them (%1$s)";
            out.add_in_source(Severity::Major, (index, Side::Translation), item, message.to_string());
        }
    }
}

/// Longest placeholder, in bytes: a brace that closes later closes nothing.
const LONGEST: usize = 200;

/// Placeholders of a text: `{name}` with what may stand before the brace, `%(name)s`, `%1$s`, `%NAME%`. Of a message
/// with cases, `{n, plural, …}`, only the head counts, and inside its cases every placeholder once.
fn placeholders(text: &str) -> Vec<Item> {
    let bytes = text.as_bytes();
    let mut found: Vec<Item> = Vec::new();
    let (mut at, mut depth) = (0, 0);
    // Inside the cases of messages every placeholder counts once.
    let mut told: FxHashSet<String> = FxHashSet::default();
    while let Some(next) = memchr::memchr3(b'{', b'%', b'}', &bytes[at..]) {
        let start = at + next;
        let item = match bytes[start] {
            b'}' => {
                depth = usize::saturating_sub(depth, 1);
                at = start + 1;
                continue;
            }
            // Inside a message a brace before another opens a case.
            b'{' if depth > 0 && bytes.get(start + 1) == Some(&b'{') => None,
            b'{' => braced(text, start),
            _ => printf(text, start).or_else(|| named_by_percent(text, start)),
        };
        let Some((item, is_message)) = item else {
            depth += usize::from(depth > 0 && bytes[start] == b'{');
            at = start + 1;
            continue;
        };
        depth += usize::from(is_message);
        at = item.source.end;
        if depth == 0 || is_message || told.insert(item.key.clone()) {
            found.push(item);
        }
    }
    found
}

/// `{name}`, `{{ name }}`, `${name}`, and the head of `{name, plural, …}`, for which the second value is true.
fn braced(text: &str, start: usize) -> Option<(Item, bool)> {
    let inner_start = start + text[start..].bytes().take(3).take_while(|&b| b == b'{').count();
    let rest = &text[inner_start..text.floor_char_boundary(inner_start + LONGEST)];
    let close = rest.find(['}', '{'])?;
    let inner = rest[..close].trim();
    let is_name =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-:$[]#@|".contains(&b));
    let before = text[..start].chars().next_back().filter(|c| matches!(c, '$' | '#' | '%' | '@'));
    let from = start - before.map_or(0, char::len_utf8);
    if let Some((name, kind)) = inner.split_once(',') {
        let kind = kind.split(',').next().unwrap_or_default().trim();
        let is_message = matches!(kind, "plural" | "select" | "selectordinal");
        let key = format!("{{{}, {kind}}}", name.trim());
        return (is_name(name.trim()) && is_name(kind)).then(|| {
            let end = if is_message { inner_start + close } else { inner_start + close + 1 };
            (Item { key, source: start..end }, is_message)
        });
    }
    let closing = text[inner_start + close..].bytes().take_while(|&b| b == b'}').count();
    let end = inner_start + close + closing.min(inner_start - start);
    let (open, shut) = (&text[from..inner_start], &text[inner_start + close..end]);
    (closing > 0 && is_name(inner))
        .then(|| (Item { key: format!("{open}{inner}{shut}"), source: from..end }, false))
}

/// `%s`, `%-5.2f`, `%1$s`, `%(name)s`, `%@`; not a percent sign before a word ("20 % der").
fn printf(text: &str, start: usize) -> Option<(Item, bool)> {
    let bytes = text.as_bytes();
    let skip = |at: usize, these: &[u8]| at + bytes[at..].iter().take_while(|b| these.contains(b)).count();
    let digits = b"0123456789";
    if start.checked_sub(1).is_some_and(|k| bytes[k].is_ascii_digit() || bytes[k] == b'%') {
        return None;
    }
    let mut at = start + 1;
    if bytes.get(at) == Some(&b'(') {
        at += text[at..text.floor_char_boundary(at + LONGEST)].find(')')? + 1;
    }
    let numbered = skip(at, digits);
    if numbered > at && bytes.get(numbered) == Some(&b'$') {
        at = numbered + 1;
    }
    at = skip(skip(at, b"-+#0"), b"0123456789*");
    if bytes.get(at) == Some(&b'.') {
        at = skip(at + 1, b"0123456789*");
    }
    at = skip(at, b"hlqjzt");
    let conversion = bytes.get(at).is_some_and(|b| b"diouxXeEfFgGaAcsp@".contains(b));
    let ends = || text[at + 1..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    (conversion && ends() && !is_in_address(text, start)).then(|| (Item::at(text, start..at + 1), false))
}

/// `%NAME%` with three letters or more.
fn named_by_percent(text: &str, start: usize) -> Option<(Item, bool)> {
    let rest = &text[start + 1..];
    let length =
        rest.bytes().take_while(|&b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_').count();
    let closed =
        rest.as_bytes().get(length) == Some(&b'%') && rest.starts_with(|c: char| c.is_ascii_uppercase());
    (closed && length >= 3).then(|| (Item::at(text, start..start + length + 2), false))
}

/// Percent signs in an address are no placeholders.
fn is_in_address(text: &str, at: usize) -> bool {
    let near = &text[text.floor_char_boundary(at.saturating_sub(LONGEST))..at];
    near.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains("://"))
}

/// Placeholders without numbers or names are filled by their order: the first of a kind that stands elsewhere.
fn changed_order(original: &str, translation: &str) -> Option<Range<usize>> {
    memchr::memchr(b'%', translation.as_bytes())?;
    let [there, here] = [original, translation].map(|text| {
        let mut items = placeholders(text);
        items.retain(|i| i.key.starts_with('%') && !i.key.contains(['$', '(', '{']) && !i.key.ends_with('%'));
        items
    });
    let sorted = |items: &[Item]| {
        let mut keys: Vec<String> = items.iter().map(|i| i.key.clone()).collect();
        keys.sort();
        keys
    };
    let first = there.iter().zip(&here).find(|(a, b)| a.key != b.key);
    first.filter(|_| sorted(&there) == sorted(&here)).map(|(_, item)| item.source.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        placeholders(text).into_iter().map(|i| i.key).collect()
    }

    #[test]
    fn placeholders_of_many_frameworks_are_known() {
        assert_eq!(
            keys("{name} {0} {{ user }} ${x} %s %-5.2f %1$s %(count)d %USER% %{n} %@"),
            [
                "{name}",
                "{0}",
                "{{user}}",
                "${x}",
                "%s",
                "%-5.2f",
                "%1$s",
                "%(count)d",
                "%USER%",
                "%{n}",
                "%@"
            ]
        );
    }

    #[test]
    fn percentages_sets_and_addresses_are_none() {
        for text in
            ["20 % der Orte", "100%s", "20%", "{ a, b and c }", "https://a.example/%2d", "50 %,", "%%d"]
        {
            assert_eq!(keys(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_message_with_cases_counts_by_its_head_and_by_what_its_cases_hold() {
        let english = "{n, plural, one {{n} file in {place}} other {{n} files in {place}}}";
        let polish =
            "{n, plural, one {{n} plik w {place}} few {{n} pliki w {place}} other {{n} pliku w {place}}}";
        assert_eq!(keys(english), ["{n, plural}", "{n}", "{place}"]);
        assert_eq!(keys(english), keys(polish));
    }

    #[test]
    fn unnumbered_placeholders_keep_their_order() {
        assert!(changed_order("%s has %d", "%d von %s").is_some());
        assert!(changed_order("%s has %s", "%s von %s").is_none());
        assert!(changed_order("%1$s has %2$d", "%2$d von %1$s").is_none());
    }
}
