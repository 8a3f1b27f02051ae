//! Languages that a file names, and which of them are meant.

use std::fmt;

use crate::model::Language;

/// Tags of original and translation; empty where the file names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tags([String; 2]);

impl Tags {
    pub fn new(original: &str, translation: &str) -> Tags {
        Tags([canonical(original), canonical(translation)])
    }

    /// As languages, the declared ones where the file names none.
    pub fn languages(&self, declared: &[Option<Language>; 2]) -> [Option<Language>; 2] {
        [0, 1].map(|side| Language::parse(&self.0[side]).or_else(|| declared[side].clone()))
    }
}

impl fmt::Display for Tags {
    /// `en-pt-BR`: fit for a file's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |tag: &str| if tag.is_empty() { "und" } else { tag }.to_string();
        write!(f, "{}-{}", named(&self.0[0]), named(&self.0[1]))
    }
}

/// Which of several pairs of languages are meant: on a side with a declared language those with its very tag, else
/// those that share its primary subtag or name none.
pub(super) fn meant(tags: &[Tags], declared: &[Option<Language>; 2]) -> Vec<bool> {
    let mut meant = vec![true; tags.len()];
    for (side, language) in declared.iter().enumerate() {
        let Some(language) = language.as_ref().map(ToString::to_string) else { continue };
        let is_exact = |tag: &Tags| tag.0[side].eq_ignore_ascii_case(&language);
        let exact = tags.iter().any(is_exact);
        for (tag, meant) in tags.iter().zip(&mut meant) {
            let shares = tag.0[side].is_empty() || primary(&tag.0[side]) == primary(&language);
            *meant &= if exact { is_exact(tag) } else { shares };
        }
    }
    meant
}

/// Where the wanted language stands among others: its very tag first, else the first that shares its primary subtag.
pub(super) fn choose(wanted: &str, tags: &[&str]) -> Option<usize> {
    let exact = tags.iter().position(|tag| tag.eq_ignore_ascii_case(wanted));
    exact.or_else(|| tags.iter().position(|tag| primary(tag) == primary(wanted)))
}

fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// A tag as BCP 47 writes it (RFC 5646, 2.1.1): `pt_br` is `pt-BR`. What is none keeps its letters and digits.
pub(super) fn canonical(tag: &str) -> String {
    let parts = tag.trim().split(['-', '_', '@', '.']);
    let parts =
        parts.map(|part| part.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>());
    let parts = parts.filter(|part| !part.is_empty()).take(4).enumerate().map(|(k, part)| match part.len() {
        2 if k > 0 => part.to_ascii_uppercase(),
        4 if k > 0 => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
        _ => part.to_ascii_lowercase(),
    });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_in_one_way() {
        assert_eq!(
            ["EN", "pt_br", "zh-hant-TW", "", "../x", "日本-x"].map(canonical),
            ["en", "pt-BR", "zh-Hant-TW", "", "x", "x"]
        );
    }

    #[test]
    fn the_very_tag_is_meant_before_others_of_its_language() {
        let tags = [Tags::new("en-US", "pt-BR"), Tags::new("en-US", "pt-PT"), Tags::new("en-US", "de")];
        let declared = |codes: [&str; 2]| meant(&tags, &codes.map(Language::parse));
        assert_eq!(declared(["en", "pt-BR"]), [true, false, false]);
        assert_eq!(declared(["en", "pt"]), [true, true, false]);
        assert_eq!(declared(["de", ""]), [false, false, false]);
        assert_eq!(declared(["", ""]), [true, true, true]);
        assert_eq!(choose("en", &["fr", "en-GB", "EN"]), Some(2));
        assert_eq!(choose("en-US", &["fr", "en-GB"]), Some(1));
    }
}
