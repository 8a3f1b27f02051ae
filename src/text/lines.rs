//! Blocks of a text: the stretches of lines at whose ends a sentence always ends.

use std::iter;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::led_by;
use super::rules::{Kind, Rules};

/// A narrower line may be a heading, a list item or verse, and says nothing about wrapping. In columns: a letter of
/// Chinese takes two.
const FULL_LINE: usize = 45;

/// Nobody wraps text wider than this; such lines are paragraphs.
const WIDEST: usize = 130;

/// A text of this many narrow lines is verse or a list, whose lines begin in lower case by habit.
const FEW_LINES: usize = 6;

/// A line of a text: its range, and what of it is not white space.
struct Line<'t> {
    range: Range<usize>,
    body: &'t str,
    width: usize,
    ended: bool,
}

/// Byte ranges of the blocks of `text`. A blank line ends a block; so does a line end, unless the line was broken
/// by its width.
pub fn blocks(text: &str, rules: &Rules) -> Vec<Range<usize>> {
    let lines: Vec<Line> = lines(text).collect();
    let wrap = wrap_width(&lines);
    let few = lines.iter().filter(|line| !line.body.is_empty()).nth(FEW_LINES).is_none();
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (k, line) in lines.iter().enumerate() {
        let rest = &lines[k + 1..];
        if line.body.is_empty() {
            open = false;
            continue;
        }
        match blocks.last_mut() {
            Some(block) if open => block.end = line.range.end,
            _ => blocks.push(line.range.clone()),
        }
        open = rest.first().is_some_and(|next| {
            let follows = !next.body.is_empty() && !is_item(next.body);
            let broken = |width| fills(line, next, width);
            let spills = || goes_on(line, next, rules) && (line.width >= FULL_LINE || few && run_ends(rest));
            follows && (wrap.is_some_and(broken) || spills())
        });
    }
    blocks
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let is_break =
        |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut at = 0;
    iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let first = led_by(rest, |b| matches!(b, b'\n'..=b'\r' | 0xc2 | 0xe2)).find(|&(_, c)| is_break(c));
        let length = match first {
            Some((end, '\r')) if rest[end + 1..].starts_with('\n') => end + 2,
            Some((end, c)) => end + c.len_utf8(),
            None => rest.len(),
        };
        let body = rest[..length].trim();
        at += length;
        Some(Line { range: at - length..at, body, width: width(body), ended: ends_in_stop(body) })
    })
}

/// Columns of a line. Plain ASCII and the Latin letters from U+00C0 to U+02FF take one each, whatever stands beside
/// them; these begin with bytes 195 to 203.
fn width(body: &str) -> usize {
    let goes_on = |b: u8| matches!(b, 0x80..=0xbf);
    let is_plain = |b: u8| matches!(b, b' '..=b'~' | 0xc3..=0xcb) || goes_on(b);
    // Without a branch, so that it is done for many bytes at once.
    if body.bytes().fold(true, |plain, b| plain & is_plain(b)) {
        return body.bytes().filter(|&b| !goes_on(b)).count();
    }
    body.width()
}

/// Whether the last of `lines` before a blank one ends in a stop.
fn run_ends(lines: &[Line]) -> bool {
    lines.iter().take_while(|line| !line.body.is_empty()).last().is_some_and(|line| line.ended)
}

/// Width to which the text is hard-wrapped, if it is. In wrapped text, lines of much the same width end inside
/// sentences: most without a stop, and a good part of the next ones begin in lower case (every third in Spanish and
/// German, four of five in English). Scripts without case must show stops within the lines instead: headlines, one
/// a line, have none.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let mut widths: Vec<usize> = lines.iter().map(|line| line.width).filter(|&w| w >= FULL_LINE).collect();
    widths.sort_unstable();
    let width = widths.get(widths.len() * 9 / 10).copied().filter(|&w| w <= WIDEST)?;
    let (mut all, mut unended, mut lower, mut caseless, mut inner) = (0, 0, 0, 0, 0);
    for (line, next) in lines.iter().zip(&lines[1..]) {
        if !fills(line, next, width) || next.body.is_empty() {
            continue;
        }
        all += 1;
        let Some(first) = next.body.chars().next().filter(|_| !line.ended && !is_item(next.body)) else {
            continue;
        };
        unended += 1;
        lower += usize::from(first.is_lowercase());
        caseless += usize::from(is_caseless(first));
        inner += usize::from(has_inner_stop(line.body));
    }
    let inside = lower * 4 > unended || (caseless * 2 > unended && inner * 4 > unended);
    (all >= 3 && unended * 2 > all && inside).then_some(width)
}

/// Whether the first word of the next line would not have fit on this one. A fifth of the width is left for
/// fonts of uneven letters.
fn fills(line: &Line, next: &Line, width: usize) -> bool {
    let word = next.body.split_whitespace().next().unwrap_or_default();
    let needed = if word.starts_with(is_caseless) { 2 } else { word.width().min(width / 3) };
    line.width * 4 >= FULL_LINE * 3 && (line.width + 1 + needed) * 5 >= width * 4
}

/// Whether a sentence runs over the line end, by the words on both sides of it.
fn goes_on(line: &Line, next: &Line, rules: &Rules) -> bool {
    let Some(first) = next.body.chars().next() else { return false };
    let word = line.body.rsplit(char::is_whitespace).next().unwrap_or_default();
    let left_open = || {
        let last = line.body.chars().next_back().unwrap_or_default();
        rules.has(Kind::Open, word)
            || is_caseless(last) && rules.has(Kind::Open, last.encode_utf8(&mut [0; 4]))
    };
    !line.ended && (first.is_lowercase() || (first.is_alphanumeric() && left_open()))
}

/// A letter of a script without capitals.
pub fn is_caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

fn has_inner_stop(body: &str) -> bool {
    body.char_indices().any(|(at, c)| is_stop(c) && at + c.len_utf8() < body.len())
}

/// Whether a line or quotation ends like a sentence, or announces the next one.
pub fn ends_in_stop(body: &str) -> bool {
    body.trim_end()
        .trim_end_matches(is_closer)
        .ends_with(|c| is_stop(c) || matches!(c, ':' | ';' | '：' | '；'))
}

/// Stops of the scripts whose lines one meets wrapped.
fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '。'
            | '！'
            | '？'
            | '．'
            | '｡'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '။'
            | '។'
    )
}

/// A mark that closes a quotation or a bracket, or may.
pub fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '“'
            | '’'
            | '»'
            | '«'
            | ')'
            | ']'
            | '}'
            | '）'
            | '］'
            | '」'
            | '』'
            | '】'
            | '》'
            | '〉'
    )
}

/// Marks that begin an item of a list wherever they stand.
pub fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '⁃' | '‣' | '▪' | '●' | '◦' | '∙')
}

/// Whether a line begins with a bullet, a dash or a number of a list.
fn is_item(body: &str) -> bool {
    let first = body.split_whitespace().next().unwrap_or_default();
    let number = first.trim_start_matches('(').trim_end_matches(['.', ')']);
    let short = number.len() < first.len()
        && (1..=3).contains(&number.len())
        && (number.bytes().all(|b| b.is_ascii_digit()) || number.len() == 1 && number.is_ascii());
    short || matches!(first, "-" | "–" | "—" | "*" | "+" | "·" | "o") || body.starts_with(is_bullet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
        blocks(text, &Rules::of(language)).into_iter().map(|r| text[r].trim()).collect()
    }

    #[test]
    fn latin_text_is_as_wide_as_it_is_long() {
        let latin: Vec<char> = (' '..='~').chain('\u{c0}'..='\u{2ff}').collect();
        for &a in &latin {
            let beside: String = latin.iter().flat_map(|&b| [a, b]).collect();
            assert_eq!(width(&beside), beside.width(), "{a}");
        }
        assert_eq!([width("¿Qué?"), width("東京 e\u{301}")], [5, 6]);
    }

    #[test]
    fn every_line_is_a_block_unless_the_text_is_wrapped() {
        assert_eq!(of("Photo: Ada Lane\nThe text goes on", "en").len(), 2);
        assert_eq!(of("LEEDS, 3 May 2024 -\r\nThe mill has closed.", "en").len(), 2);
        assert_eq!(of("3. Mai 2024\nDie Brücke ist zu.", "de").len(), 2);
    }

    #[test]
    fn hard_wrapped_lines_are_one_block_up_to_a_short_one() {
        let text = "Bridge closed\n\
                    The council met on Tuesday evening in the old town hall to\n\
                    decide whether the bridge over the narrow part of the river\n\
                    should be closed to lorries. It did not reach a decision on\n\
                    the matter.\n\
                    Photo: Ada Lane\n\
                    It will meet again in the spring, when the ice has gone and\n\
                    the engineers have had their say.\n";
        let blocks = of(text, "en");
        assert_eq!(blocks.len(), 4);
        assert!(blocks[1].ends_with("the matter.") && blocks[2] == "Photo: Ada Lane");
    }

    #[test]
    fn wrapped_chinese_is_known_by_its_even_lines() {
        let line = "市议会周二晚上在老市政厅开会。讨论是否应该禁止卡车通过河上\n";
        assert_eq!(of(&line.repeat(5), "zh").len(), 1);
        assert_eq!(
            of(&"市议会周二晚上在老市政厅开会讨论是否应该禁止卡车通过河上\n".repeat(5), "zh").len(),
            5
        );
    }

    #[test]
    fn a_short_snippet_goes_on_in_lower_case_or_after_an_open_word() {
        assert_eq!(of("The ferry was late \nbecause of the fog.", "en").len(), 1);
        assert_eq!(of("El barco salió del puerto de\nCádiz por la tarde.", "es").len(), 1);
        assert_eq!(of("船は夕方に\n港を出た。", "ja").len(), 1);
    }

    #[test]
    fn a_heading_stays_apart_and_so_do_lists_and_verse() {
        assert_eq!(of("The night ferry\nIt was late.", "en").len(), 2);
        assert_eq!(of("flour\nbutter\nsugar", "en").len(), 3);
        assert_eq!(of("Shopping\n- flour\n- butter and eggs.", "en").len(), 3);
        let verse = "the ferry leaves\nthe harbour wall\nand gulls go with it\nround the bend\n";
        assert_eq!(of(&format!("{verse}{verse}home."), "en").len(), 9);
    }
}
