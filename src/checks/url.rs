//! Url: web and mail addresses that the two sides do not share.

use serde::{Deserialize, Serialize};

use super::kept::{self, Item};
use super::{Check, Findings, Pair};
use crate::model::Severity;

#[doc = include_str!("url.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Url {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Url {
    fn default() -> Self {
        Url { enabled: true, severity: None }
    }
}

impl Check for Url {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        kept::report(pair, index, out, ("the address", Severity::Major), addresses);
    }
}

/// Web and mail addresses of a text.
fn addresses(text: &str) -> Vec<Item> {
    let bytes = text.as_bytes();
    let any = memchr::memchr(b'@', bytes).is_some()
        || memchr::memmem::find(bytes, b"://").is_some()
        || memchr::memmem::find(bytes, b"www.").is_some();
    if !any {
        return Vec::new();
    }
    let runs = text.split(|c| !is_of_address(c)).filter(|run| run.len() >= SHORTEST);
    runs.filter_map(|run| {
        let word = trimmed(run);
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let key = web_key(word).or_else(|| is_mail(word).then(|| word.to_lowercase()))?;
        Some(Item { key, source: start..start + word.len() })
    })
    .collect()
}

/// `a@b.cd` and `www.x` have six and five bytes.
const SHORTEST: usize = 5;

/// Characters that may stand in an address; letters beyond Latin end it, as scripts without spaces go on right there.
fn is_of_address(c: char) -> bool {
    let letter = c.is_alphanumeric() && c < '\u{250}';
    letter || matches!(c, '!' | '#'..='/' | ':' | ';' | '=' | '?' | '@' | '[' | ']' | '_' | '~')
}

/// A run of such characters without punctuation that belongs to the sentence.
fn trimmed(run: &str) -> &str {
    let mut word = run.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut open = [('(', ')'), ('[', ']')]
        .map(|(open, close)| word.matches(open).count() as isize - word.matches(close).count() as isize);
    while let Some(last) = word.chars().next_back() {
        let bracket = match last {
            ')' => Some(0),
            ']' => Some(1),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '-' => None,
            _ => return word,
        };
        if let Some(kind) = bracket {
            // One that was opened in the address belongs to it.
            if open[kind] >= 0 {
                return word;
            }
            open[kind] += 1;
        }
        word = &word[..word.len() - 1];
    }
    word
}

/// Host and path of a web address in the form that is compared: without scheme and `www.`, codes of languages
/// blotted out, for a translation may point to its readers' own page.
fn web_key(word: &str) -> Option<String> {
    let rest = match word.split_once("://") {
        Some((scheme, rest)) if scheme.starts_with(|c: char| c.is_ascii_alphabetic()) => rest,
        None if word.starts_with("www.") => word,
        _ => return None,
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = host.to_lowercase();
    let labels: Vec<&str> = host.trim_start_matches("www.").split('.').map(blot).collect();
    let path: Vec<&str> = path.trim_end_matches('/').split('/').map(blot).collect();
    // The last label is the country's and stays.
    let top = host.rsplit('.').next().unwrap_or_default();
    (!host.is_empty()).then(|| {
        let inner = &labels[..labels.len() - 1];
        [inner.concat(), top.to_string(), path.join("/")].join(".")
    })
}

/// `*` for the code of a language, such as `en` or `pt-BR`.
fn blot(part: &str) -> &str {
    let mut pieces = part.split(['-', '_']);
    let code = |piece: Option<&str>| {
        piece.is_some_and(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let is_language =
        code(pieces.next()) && pieces.next().is_none_or(|p| code(Some(p))) && pieces.next().is_none();
    if is_language { "*" } else { part }
}

/// `name@host.tld`.
fn is_mail(word: &str) -> bool {
    let Some((name, host)) = word.split_once('@') else { return false };
    let top = host.rsplit_once('.').map(|(_, top)| top);
    !name.is_empty()
        && !host.contains('@')
        && top.is_some_and(|t| t.len() >= 2 && t.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text).into_iter().map(|a| &text[a.source]).collect()
    }

    #[test]
    fn addresses_end_before_the_sentence_does() {
        assert_eq!(
            found("See (https://a.example/x_(y)), or mail to team@a.example."),
            ["https://a.example/x_(y)", "team@a.example"]
        );
        assert_eq!(found("詳細はhttps://a.example/bをご覧"), ["https://a.example/b"]);
        assert_eq!(found("I met @anna at 3 @ noon, and/or later"), Vec::<&str>::new());
    }

    #[test]
    fn a_page_in_the_reader_s_language_is_the_same_page() {
        let key = |t: &str| addresses(t).remove(0).key;
        assert_eq!(key("https://www.a.example/en/help/"), key("http://a.example/pt-BR/help"));
        assert_eq!(key("https://en.a.example/x"), key("https://de.a.example/x"));
        assert_ne!(key("https://a.example/help"), key("https://a.example/hilfe"));
        assert_ne!(key("https://a.de/help"), key("https://a.fr/help"));
    }
}
