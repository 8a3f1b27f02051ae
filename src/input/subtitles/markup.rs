//! Styles, speakers and times within cues.

/// What a tag is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// Few tags of HTML, and commands in braces; whatever else stands in angle brackets is text.
    SubRip,
    /// Every tag, and six character references.
    Web,
}

/// Tags of `SubRip` that players know.
const STYLES: [&str; 6] = ["b", "i", "u", "s", "font", "c"];

/// Character references of `WebVTT`, in an order in which none makes another.
const REFERENCES: [(&str, &str); 6] = [
    ("&nbsp;", "\u{a0}"),
    ("&lrm;", "\u{200e}"),
    ("&rlm;", "\u{200f}"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

impl Markup {
    /// The text that is shown, every run of white space one space.
    pub(super) fn plain(self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['<', '{']) {
            plain.push_str(&rest[..at]);
            let length = self.tag(&rest[at..]);
            // No tag: the bracket is text.
            let kept = usize::from(length == 0);
            plain.push_str(&rest[at..at + kept]);
            rest = &rest[at + length + kept..];
        }
        plain.push_str(rest);
        if self == Markup::Web {
            for (reference, character) in REFERENCES {
                plain = plain.replace(reference, character);
            }
        }
        plain.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Bytes of the tag at the beginning of `text`; 0 where there is none.
    fn tag(self, text: &str) -> usize {
        let close = if text.starts_with('<') { '>' } else { '}' };
        let Some(end) = text.char_indices().take(LONGEST_TAG).find(|(_, c)| *c == close) else { return 0 };
        let body = &text[1..end.0];
        let name = body.trim_start_matches('/').split([' ', '.', '=']).next().unwrap_or_default();
        let is_tag = match (self, close) {
            (Markup::Web, '>') => true,
            (Markup::SubRip, '>') => STYLES.iter().any(|style| style.eq_ignore_ascii_case(name)),
            _ => body.starts_with('\\'),
        };
        if is_tag { end.0 + 1 } else { 0 }
    }
}

/// Characters that are looked at for the end of a tag, so that many beginnings cost no more than their number.
const LONGEST_TAG: usize = 300;
