//! Styles, and words that several commands print.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects, Style};
use pairscore::model::{Severity, Verdict};

/// Headings.
pub const BOLD: Style = Style::new().bold();
/// What is of less weight.
pub const DIM: Style = Style::new().dimmed();
/// Words that the other side has not, where both stand side by side.
pub const DIFFERENT: Style = AnsiColor::Cyan.on_default();
/// Words that only the original has.
pub const DELETED: Style = AnsiColor::Red.on_default().effects(Effects::STRIKETHROUGH);
/// Words that only the translation has.
pub const INSERTED: Style = AnsiColor::Green.on_default();

/// Colour of a severity.
pub fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::White.on(AnsiColor::Red).bold(),
        Severity::Major => AnsiColor::Red.on_default().underline(),
        Severity::Minor => AnsiColor::Yellow.on_default().underline(),
    }
}

/// Colour of a verdict.
pub fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => AnsiColor::Green.on_default(),
        Verdict::Review => AnsiColor::Yellow.on_default(),
        Verdict::Fail => AnsiColor::Red.on_default().bold(),
    }
}

/// Both styles at once; where they contradict each other, the first.
pub fn over(first: Style, second: Style) -> Style {
    Style::new()
        .fg_color(first.get_fg_color().or(second.get_fg_color()))
        .bg_color(first.get_bg_color().or(second.get_bg_color()))
        .effects(first.get_effects() | second.get_effects())
}

/// The text in that style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Whether what goes to standard output keeps its colours.
pub fn has_colour() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// `1 pair`, `2 pairs`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The text with its control characters and those that turn its direction made visible: no text or file name may steer
/// the terminal. Line feeds and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// The same on one line.
pub fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

/// Adds a character as [`visible`] shows it.
pub fn push_visible(shown: &mut String, c: char) {
    match c {
        _ if !steers(c) => shown.push(c),
        '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
        '\x7f' => shown.push('\u{2421}'),
        // Writing to a string cannot fail.
        _ => drop(write!(shown, "<U+{:04X}>", u32::from(c))),
    }
}

fn steers(c: char) -> bool {
    let separates = matches!(c, '\u{2028}' | '\u{2029}');
    let marks = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
    let turns = marks || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    separates || turns || c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_made_visible_and_nothing_else() {
        let shown = visible("a\x1b[31mb\x07\u{9b}c\u{202e}d\x7f\re\u{200f}\u{61c}");
        assert_eq!(shown, "a␛[31mb␇<U+009B>c<U+202E>d␡␍e<U+200F><U+061C>");
        let harmless = "Zeile\n\tzwei, 三, e\u{301}, 👩\u{200d}👧";
        assert_eq!(visible(harmless), harmless);
        assert_eq!(one_line("a\nb\tc"), "a b c");
    }

    #[test]
    fn of_two_styles_the_first_gives_the_colour_and_both_their_effects() {
        let both = over(severity_style(Severity::Minor), DELETED);
        assert_eq!(both.get_fg_color(), Some(AnsiColor::Yellow.into()));
        assert_eq!(both.get_effects(), Effects::UNDERLINE | Effects::STRIKETHROUGH);
    }
}
