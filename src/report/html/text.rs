//! Texts of the input, made safe to look at: escaped, isolated from the page's direction, bounded, with what cannot
//! be seen shown as a box; and spans of them marked.

use std::fmt::Write;
use std::ops::Range;

use maud::{Markup, PreEscaped, html};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::model::Severity;

/// Characters of a text that are shown.
pub const CLIP: usize = 2_000;

/// Marks that may stand on one character, more than any writing puts there: a tower of them would cover the page.
const STACKED: usize = 8;

/// Cuts a text after [`CLIP`] characters, with an ellipsis. Says whether it did.
pub fn clip(text: &mut String) -> bool {
    let Some((at, _)) = text.char_indices().nth(CLIP) else { return false };
    text.truncate(at);
    text.push('…');
    text.shrink_to_fit();
    true
}

/// A text where no markup can be: what cannot be seen is a replacement character.
pub fn plain(text: &str) -> String {
    let mut text =
        text.chars().map(|c| if is_invisible(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    clip(&mut text);
    text
}

/// A text of the input.
pub fn shown(text: &str) -> Markup {
    marked(text, &[], &[])
}

/// A text of the input with faults and differences marked, both by ranges of characters. Of two faults on one place
/// the graver shows, and no difference within a fault.
pub fn marked(text: &str, faults: &[(Range<usize>, Severity)], differences: &[Range<usize>]) -> Markup {
    let mut text = text.to_string();
    clip(&mut text);
    let characters: Vec<char> = text.chars().collect();
    let mut styles = vec![Style::default(); characters.len()];
    for range in differences {
        within(&mut styles, range).for_each(|style| *style = Style::Differs);
    }
    for (range, severity) in faults {
        within(&mut styles, range).for_each(|style| *style = (*style).max(Style::Fault(*severity)));
    }
    let mut out = String::from("<bdi dir=\"auto\">");
    let (mut at, mut marks) = (0, 0);
    for run in styles.chunk_by(|a, b| a == b) {
        run[0].open(&mut out);
        for k in at..at + run.len() {
            marks = if is_mark(characters[k]) { marks + 1 } else { 0 };
            if marks > STACKED {
                push_box(&mut out, characters[k]);
            } else {
                push(&mut out, characters[k], k.checked_sub(1).map(|before| characters[before]), run[0]);
            }
        }
        run[0].close(&mut out);
        at += run.len();
    }
    PreEscaped(out + "</bdi>")
}

fn within<'s>(styles: &'s mut [Style], range: &Range<usize>) -> impl Iterator<Item = &'s mut Style> {
    let length = range.end.saturating_sub(range.start);
    styles.iter_mut().skip(range.start).take(length)
}

/// How characters stand out, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    #[default]
    Plain,
    Differs,
    Fault(Severity),
}

impl Style {
    fn open(self, out: &mut String) {
        match self {
            Style::Plain => {}
            Style::Differs => out.push_str("<span class=\"d\">"),
            Style::Fault(severity) => drop(write!(out, "<mark class=\"{}\">", severity.name())),
        }
    }

    fn close(self, out: &mut String) {
        out.push_str(match self {
            Style::Plain => "",
            Style::Differs => "</span>",
            Style::Fault(_) => "</mark>",
        });
    }
}

fn push(out: &mut String, c: char, before: Option<char>, style: Style) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        '\n' | '\t' => out.push(c),
        // No-break spaces are common in French: worth a box only where something is wrong.
        '\u{a0}' | '\u{202f}' if style == Style::Plain => out.push(c),
        // Joiners belong to the spelling of many scripts, and to emoji.
        '\u{200c}' | '\u{200d}' if before.is_some_and(|b| b >= '\u{590}') => out.push(c),
        _ if is_invisible(c) => push_box(out, c),
        _ => out.push(c),
    }
}

fn push_box(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<span class=\"box\">{}</span>", label(c));
}

/// Whether it stands over or under the character before.
fn is_mark(c: char) -> bool {
    use GeneralCategory as G;
    matches!(c.general_category(), G::NonspacingMark | G::EnclosingMark)
}

/// Whether nothing would be seen of it, or it would move what stands beside it.
fn is_invisible(c: char) -> bool {
    use GeneralCategory as G;
    let blank =
        matches!(c, '\u{a0}' | '\u{202f}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    let is_no_character = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    blank
        || is_no_character
        || matches!(c.general_category(), G::Control | G::Format | G::LineSeparator | G::ParagraphSeparator)
}

/// The abbreviation of Unicode's charts, else the code point.
fn label(c: char) -> String {
    let known = match c {
        '\u{a0}' => "NBSP",
        '\u{ad}' => "SHY",
        '\u{61c}' => "ALM",
        '\u{200b}' => "ZWSP",
        '\u{200c}' => "ZWNJ",
        '\u{200d}' => "ZWJ",
        '\u{200e}' => "LRM",
        '\u{200f}' => "RLM",
        '\u{202a}' => "LRE",
        '\u{202b}' => "RLE",
        '\u{202c}' => "PDF",
        '\u{202d}' => "LRO",
        '\u{202e}' => "RLO",
        '\u{202f}' => "NNBSP",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{feff}' => "BOM",
        _ => return format!("U+{:04X}", u32::from(c)),
    };
    known.to_string()
}

/// The address of a file beside the page: every byte but letters, digits, `-._~` and `/` percent-encoded.
pub fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A number with one decimal, as tables show it; a dash where there is none.
pub fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |v| format!("{v:.1}"))
}

/// A count with its thousands apart.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|g| str::from_utf8(g).ok()).collect();
    groups.join(",")
}

/// `1 pair`, `2,000 pairs`.
pub fn counted(n: usize, what: &str) -> String {
    format!("{} {what}{}", count(n), if n == 1 { "" } else { "s" })
}

/// The word of a severity.
pub fn severity(severity: Severity) -> Markup {
    html! { span.sev.(severity.name()) { (severity.name()) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_stays_text() {
        assert_eq!(
            shown("<b a=\"1\">&").into_string(),
            "<bdi dir=\"auto\">&lt;b a=&quot;1&quot;&gt;&amp;</bdi>"
        );
    }

    #[test]
    fn the_graver_fault_wins_and_hides_differences() {
        let faults = [(0..3, Severity::Critical), (2..4, Severity::Minor)];
        assert_eq!(
            marked("abcde", &faults, &[1..2, 4..9]).into_string(),
            "<bdi dir=\"auto\"><mark class=\"critical\">abc</mark><mark class=\"minor\">d</mark>\
             <span class=\"d\">e</span></bdi>"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_a_box_but_joiners_and_spaces_in_their_place_are_not() {
        let boxes = |text: &str| shown(text).into_string().matches("class=\"box\"").count();
        assert_eq!(boxes("a\u{202e}b\u{200b}\u{ad}\0\u{7f}\u{e0041}\u{2028}"), 7);
        assert_eq!(boxes("x\u{200d}y\u{200c}"), 2);
        assert_eq!(boxes("👩\u{200d}🔧 می\u{200c}خواهم 12\u{a0}km"), 0);
        assert!(marked("a\u{a0}b", &[(0..2, Severity::Minor)], &[]).into_string().contains("NBSP"));
        assert!(shown("\u{1}").into_string().contains("U+0001"));
        for no_character in ['\u{fffe}', '\u{ffff}', '\u{fdd0}', '\u{fdef}', '\u{1fffe}', '\u{10ffff}'] {
            assert!(shown(&format!("a{no_character}")).into_string().contains(&label(no_character)));
        }
    }

    #[test]
    fn a_tower_of_marks_stays_low() {
        let tower = format!("a{}b\u{301}", "\u{301}".repeat(500));
        let shown = shown(&tower).into_string();
        assert_eq!((shown.matches('\u{301}').count(), shown.matches(">U+0301<").count()), (9, 492));
    }

    #[test]
    fn a_long_text_is_cut() {
        let mut text = "é".repeat(CLIP + 1);
        assert!(clip(&mut text) && text.ends_with('…') && text.chars().count() == CLIP + 1);
        assert!(!clip(&mut "é".repeat(CLIP)));
    }

    #[test]
    fn an_address_is_one_whatever_the_name() {
        assert_eq!(address("pairs/a b/ü#?%\n\".csv"), "pairs/a%20b/%C3%BC%23%3F%25%0A%22.csv");
        assert_eq!(address("javascript:x"), "javascript%3Ax");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!(
            ["7", "999", "1,000", "1,234,567"],
            [7, 999, 1_000, 1_234_567].map(count).each_ref().map(String::as_str)
        );
    }
}
