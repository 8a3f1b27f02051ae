//! Text in columns: measured as a terminal shows it, wrapped between words, never inside what a reader takes for one
//! character.

use std::ops::Range;

use anstyle::Style;
use textwrap::WordSeparator;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::view::{one_line, over, paint, push_visible};

/// A part of a text, in characters, and how to show it.
pub type Mark = (Range<usize>, Style);

/// Columns where neither COLUMNS nor a terminal says how many there are.
const WIDTH: usize = 100;

/// Columns there are: those that the environment variable COLUMNS names, as for other programs, else the terminal's.
pub fn terminal_width() -> usize {
    let named = std::env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    named.filter(|&columns| columns > 0).or_else(terminal).unwrap_or(WIDTH).clamp(30, 240)
}

/// A line with its styles, and the columns it takes.
pub struct Line {
    /// What to print.
    pub text: String,
    width: usize,
}

impl Line {
    /// The line with spaces up to `width`.
    pub fn filled(&self, width: usize) -> String {
        format!("{}{}", self.text, " ".repeat(width.saturating_sub(self.width)))
    }
}

/// The text filled with spaces up to `width`.
pub fn filled(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The text on lines of `width` columns, what steers a terminal made visible. Marked characters are styled; where marks
/// overlap, the earlier comes first.
pub fn wrap(text: &str, marks: &[Mark], width: usize) -> Vec<Line> {
    let (shown, styles) = styled(text, marks);
    let chars: Vec<(usize, char, Style)> =
        shown.char_indices().zip(styles).map(|((at, c), style)| (at, c, style)).collect();
    let painted = |line: &Range<usize>| {
        let [start, end] = [line.start, line.end].map(|at| chars.partition_point(|c| c.0 < at));
        let runs = chars[start..end].chunk_by(|a, b| a.2 == b.2);
        runs.map(|run| paint(run[0].2, &run.iter().map(|c| c.1).collect::<String>())).collect()
    };
    let lines = lines(&shown, width).into_iter();
    lines.map(|line| Line { text: painted(&line), width: shown[line].width() }).collect()
}

/// A text without marks on lines of `width` columns, all but the first indented.
pub fn paragraph(text: &str, width: usize, indent: usize) -> String {
    let lines: Vec<String> =
        wrap(text, &[], width.saturating_sub(indent)).into_iter().map(|l| l.text).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Items with `between` between them, on lines of `width` columns that end only after an item; all but the first indented.
pub fn flow(items: &[String], between: &str, width: usize) -> String {
    const INDENT: &str = "  ";
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            // A column is left for the comma.
            Some(line) if line.width() + between.width() + item.width() < width => {
                *line += &format!("{between}{item}");
            }
            Some(line) => {
                line.push_str(between.trim_end());
                lines.push(format!("{INDENT}{item}"));
            }
            None => lines.push(item.clone()),
        }
    }
    lines.join("\n")
}

/// The text on one line of at most `width` columns: what is too much is left out of its middle.
pub fn shortened(text: &str, width: usize) -> String {
    let text = one_line(text);
    if text.width() <= width {
        return text;
    }
    let parts = clusters(&text);
    let room = width.saturating_sub(1);
    let head = head(&text, &parts, room / 2);
    let rest = room - head.width();
    let tail = parts.iter().rev().take_while(|part| text[part.start..].width() <= rest).last();
    format!("{head}…{}", &text[tail.map_or(text.len(), |p| p.start)..])
}

/// The text where it takes at most `width` columns, else as much of its beginning.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    format!("{}…", head(text, &clusters(text), width.saturating_sub(1)))
}

/// As many of the first parts as `room` columns hold.
fn head<'t>(text: &'t str, parts: &[Range<usize>], room: usize) -> &'t str {
    let last = parts.iter().take_while(|part| text[..part.end].width() <= room).last();
    &text[..last.map_or(0, |part| part.end)]
}

/// The text as it is shown, and the style of each of its characters.
fn styled(text: &str, marks: &[Mark]) -> (String, Vec<Style>) {
    let (mut shown, mut styles) = (String::with_capacity(text.len()), Vec::new());
    let mut style = Style::new();
    for (k, c) in text.chars().enumerate() {
        // What combines with a character stands in its style.
        if k == 0 || c.width() != Some(0) {
            let own = marks.iter().filter(|(range, _)| range.contains(&k)).map(|mark| mark.1);
            style = own.reduce(over).unwrap_or_default();
        }
        let from = shown.len();
        push_visible(&mut shown, if matches!(c, '\n' | '\t') { ' ' } else { c });
        styles.extend(shown[from..].chars().map(|_| style));
    }
    (shown, styles)
}

/// The bytes of each line; the spaces between lines belong to none.
fn lines(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    for unit in units(text, width) {
        match lines.last_mut() {
            Some(line) if text[line.start..unit.end].width() <= width => line.end = unit.end,
            _ => lines.push(unit),
        }
    }
    lines
}

/// What must not be parted: words, and where one is longer than a line, its characters.
fn units(text: &str, width: usize) -> Vec<Range<usize>> {
    let (mut units, mut at) = (Vec::new(), 0);
    for word in WordSeparator::UnicodeBreakProperties.find_words(text) {
        if word.word.width() > width {
            units.extend(clusters(word.word).into_iter().map(|c| at + c.start..at + c.end));
        } else if !word.word.is_empty() {
            units.push(at..at + word.word.len());
        }
        at += word.word.len() + word.whitespace.len();
    }
    units
}

/// What a reader takes for one character: a letter with its accents, an emoji of several parts, a flag.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match clusters.last_mut() {
            Some(last) if belongs(c, &text[last.clone()], &text[last.start..end]) => last.end = end,
            _ => clusters.push(at..end),
        }
    }
    clusters
}

/// Whether `c` belongs to the cluster before it: it takes no room there, or makes a flag of it.
fn belongs(c: char, before: &str, with: &str) -> bool {
    let is_half_a_flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    let flag = is_half_a_flag(c) && before.chars().count() == 1 && before.starts_with(is_half_a_flag);
    flag || c.width() == Some(0) || with.width() <= before.width()
}

#[cfg(test)]
mod tests {
    use super::super::view::BOLD;
    use super::*;

    fn plain(text: &str, width: usize) -> Vec<String> {
        wrap(text, &[], width).iter().map(|line| line.filled(width)).collect()
    }

    #[test]
    fn marked_spans_are_styled_across_line_breaks_and_nothing_is_lost() {
        let lines = wrap("one two three", &[(4..13, BOLD)], 7);
        let painted: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(painted, [format!("one {}", paint(BOLD, "two")), paint(BOLD, "three")]);
        assert_eq!(plain("one two three", 7), ["one two", "three  "]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(plain("港の船は正午に出た", 10), ["港の船は正", "午に出た  "]);
    }

    #[test]
    fn a_line_break_parts_no_character_of_several_parts() {
        let accents = "e\u{301}".repeat(12);
        assert_eq!(plain(&accents, 10), ["e\u{301}".repeat(10), format!("{}        ", "e\u{301}".repeat(2))]);
        let family = "👩\u{200d}👧";
        assert_eq!(clusters(&format!("{family}👍🏽🇩🇪🇫🇷❤\u{fe0f}x")).len(), 6);
        assert_eq!(plain(&family.repeat(3), 5), [format!("{} ", family.repeat(2)), format!("{family}   ")]);
    }

    #[test]
    fn marks_count_characters_of_the_text_though_some_are_shown_longer() {
        let lines = wrap("a\u{202e}b\tc", &[(2..3, BOLD)], 30);
        assert_eq!(lines[0].text, format!("a<U+202E>{} c", paint(BOLD, "b")));
        assert_eq!(lines[0].filled(16).len(), 16 + paint(BOLD, "").len());
    }

    #[test]
    fn a_long_name_is_shortened_in_its_middle_by_columns() {
        assert_eq!(shortened("news/2031/harbour", 20), "news/2031/harbour");
        assert_eq!(shortened("news/2031/harbour", 11), "news/…rbour");
        assert_eq!(shortened("港の船は正午に出た", 9), "港の…出た");
        assert_eq!(shortened("a\nb", 9), "a b");
    }

    #[test]
    fn a_text_is_cut_between_characters_of_several_parts() {
        let (family, flag) = ("👩\u{200d}👧", "🇩🇪");
        assert_eq!(cut(&family.repeat(3), 4), format!("{family}…"));
        assert_eq!(cut(&flag.repeat(3), 6), flag.repeat(3));
        assert_eq!(cut(&flag.repeat(3), 5), format!("{}…", flag.repeat(2)));
        assert_eq!(cut(&flag.repeat(3), 4), format!("{flag}…"));
    }

    #[test]
    fn items_stay_whole_and_their_commas_stay_with_them() {
        let items = ["one two", "three", "four"].map(String::from);
        assert_eq!(flow(&items, ", ", 16), "one two, three,\n  four");
        assert_eq!(flow(&items, "  ", 8), "one two\n  three\n  four");
    }

    #[test]
    fn a_text_without_words_has_no_line() {
        assert!(wrap("", &[], 10).is_empty() && wrap(" \n ", &[], 10).is_empty());
    }
}
