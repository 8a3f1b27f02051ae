//! Styles, and text in columns with marked spans.

use std::borrow::Cow;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use pairscore::model::{Severity, Verdict};
use unicode_width::UnicodeWidthStr;

/// Headings.
pub const BOLD: Style = Style::new().bold();
/// What is of less weight.
pub const DIM: Style = Style::new().dimmed();

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

/// The text in that style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// `1 pair`, `2 pairs`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A part of a text, in characters, and how to show it.
pub type Mark = (Range<usize>, Style);

/// Wraps `text` to `width` columns; marked characters are styled, and every line is filled up to the width.
pub fn column(text: &str, marks: &[Mark], width: usize) -> Vec<String> {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let options =
        textwrap::Options::new(width).word_separator(textwrap::WordSeparator::UnicodeBreakProperties);
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut from = 0;
    let mut lines = Vec::new();
    for line in textwrap::wrap(&plain, options) {
        let line: Cow<str> = line;
        // Lines are parts of the text in order; white space between them is dropped.
        let start = plain[from..].find(line.as_ref()).map_or(from, |at| from + at);
        let first = plain[..start].chars().count();
        let fill = width.saturating_sub(line.width());
        lines.push(styled(&line, first, marks) + &" ".repeat(fill));
        from = start + line.len();
    }
    lines
}

fn styled(line: &str, first: usize, marks: &[Mark]) -> String {
    let style_at =
        |k: usize| marks.iter().find(|(range, _)| range.contains(&(first + k))).map(|(_, style)| *style);
    let chars: Vec<(usize, char)> = line.chars().enumerate().collect();
    let runs = chars.chunk_by(|a, b| style_at(a.0) == style_at(b.0));
    runs.map(|run| {
        let text: String = run.iter().map(|(_, c)| *c).collect();
        style_at(run[0].0).map_or(text.clone(), |style| paint(style, &text))
    })
    .collect()
}

/// Columns of the terminal; 100 where there is none.
pub fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(100, |(terminal_size::Width(w), _)| usize::from(w)).clamp(40, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_spans_are_styled_across_line_breaks_and_nothing_is_lost() {
        let lines = column("one two three", &[(4..13, BOLD)], 7);
        let plain: Vec<String> = lines.iter().map(|l| anstream::adapter::strip_str(l).to_string()).collect();
        assert_eq!(plain, ["one two", "three  "]);
        assert!(lines[0].ends_with(&paint(BOLD, "two")) && lines[1].starts_with(&paint(BOLD, "three")));
    }
}
