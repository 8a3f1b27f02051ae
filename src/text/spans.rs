//! Quotations and brackets of a block, in which a stop need not end a sentence.

use std::ops::Range;

use super::led_by;
use super::lines::ends_in_stop;

/// A bracketed remark shorter than this stays in one piece, in bytes.
const SHORT_REMARK: usize = 200;

/// A quotation shorter than this stays in one piece, in bytes, unless a stop closes it: it is part of a sentence.
/// Longer ones hold sentences that a translation is aligned with one by one. The golden rules keep one of 66 bytes
/// whole; cutting those that a stop closes raises the line ends of NTREX-128 that both sides find by .002 to .003.
const SHORT_QUOTATION: usize = 72;

/// A beginning of a quotation shorter than this stays with the rest, in bytes: "Yes." and its like, which translations
/// join as they please. Costs one line end of NTREX-128.
const FIRST_WORDS: usize = 8;

/// Brackets left open that are kept in mind; one that was never closed must not cost time for ever.
const DEPTH: usize = 4;

/// Where a block has quotations and brackets.
#[derive(Default)]
pub struct Spans {
    /// Places of the marks that close a quotation, whether one was seen to open or not: it may have in a paragraph
    /// before.
    closing: Vec<Range<usize>>,
    /// Every quotation, in order and apart, without its marks.
    quotations: Vec<Range<usize>>,
    /// What stays in one piece, in order and apart.
    whole: Vec<Range<usize>>,
    /// Whether the text ends inside a quotation.
    pub left_open: bool,
}

impl Spans {
    /// Finds the pairs of marks in `text`; `open` says whether it begins inside a quotation.
    pub fn of(text: &str, open: bool) -> Spans {
        let mut spans = Spans::default();
        spans.add_brackets(text);
        spans.add_quotations(text, &quotation_marks(text, open));
        spans.merge();
        spans
    }

    fn add_brackets(&mut self, text: &str) {
        let mut open: Vec<(char, usize)> = Vec::new();
        let brackets = led_by(text, |b| matches!(b, b'(' | b')' | b'[' | b']' | 0xe3 | 0xef));
        for (at, c) in brackets {
            if let Some(closing) = closing_of(c) {
                if open.len() == DEPTH {
                    open.remove(0);
                }
                open.push((closing, at + c.len_utf8()));
            } else if let Some(place) = open.iter().rposition(|&(closing, _)| closing == c) {
                let start = open[place].1;
                open.truncate(place);
                let short = if is_remark(c) { SHORT_REMARK } else { SHORT_QUOTATION };
                if at - start < short {
                    self.whole.push(start..at);
                }
            }
        }
    }

    fn add_quotations(&mut self, text: &str, marks: &[Mark]) {
        let mut open = None;
        for mark in marks {
            if mark.role == Role::Opens {
                open = Some(mark.end);
                continue;
            }
            self.closing.push(mark.start..mark.end);
            if let Some(start) = open.take() {
                self.close_quotation(text, start..mark.start);
            }
        }
        self.left_open = open.is_some();
    }

    fn close_quotation(&mut self, text: &str, range: Range<usize>) {
        if range.len() < SHORT_QUOTATION && !ends_in_stop(&text[range.clone()]) {
            self.whole.push(range.clone());
        }
        self.quotations.push(range);
    }

    /// Makes one of those that touch, so that a place can be looked up.
    fn merge(&mut self) {
        self.whole.sort_unstable_by_key(|span| span.start);
        self.whole.dedup_by(|next, last| {
            let touches = next.start <= last.end;
            if touches {
                last.end = last.end.max(next.end);
            }
            touches
        });
    }

    /// Whether a cut at `place` would part what stays in one piece.
    pub fn keep_whole(&self, place: usize) -> bool {
        holds(&self.whole, place)
    }

    /// Whether a cut at `place` would part the first word or two of a quotation from the rest of it.
    pub fn barely_begun(&self, place: usize) -> bool {
        let next = self.quotations.partition_point(|span| span.start < place);
        let last = next.checked_sub(1).and_then(|i| self.quotations.get(i));
        last.is_some_and(|span| place - span.start < FIRST_WORDS && place <= span.end)
    }

    /// Whether a cut at `place` is inside a quotation.
    pub fn in_quotation(&self, place: usize) -> bool {
        holds(&self.quotations, place)
    }

    /// The end of the mark at `place` that closes a quotation.
    pub fn closing(&self, place: usize) -> Option<usize> {
        let found = self.closing.binary_search_by_key(&place, |mark| mark.start).ok()?;
        self.closing.get(found).map(|mark| mark.end)
    }
}

fn holds(spans: &[Range<usize>], place: usize) -> bool {
    let next = spans.partition_point(|span| span.start < place);
    next.checked_sub(1).and_then(|i| spans.get(i)).is_some_and(|span| place <= span.end)
}

/// Marks that open or close by their place; `„` is the only one with one meaning.
pub fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// A quotation mark and what it does.
struct Mark {
    start: usize,
    end: usize,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    Unknown,
}

/// The quotation marks of `text`.
///
/// One mark may open in one language and close in another, and normalised text has but one; so what stands around it
/// decides, and failing that the marks before and after it.
fn quotation_marks(text: &str, open: bool) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let full = text.trim_end().len();
    let candidates = led_by(text, |b| matches!(b, b'"' | b'\'' | b',' | 0xc2 | 0xe2));
    let mut seen = 0;
    for (start, c) in candidates {
        if start < seen {
            continue;
        }
        let (lead, rest) = text.split_at(start);
        let rest = &rest[c.len_utf8()..];
        let double = matches!(c, '\'' | ',') && rest.starts_with(c);
        let rest = if double { &rest[1..] } else { rest };
        seen = text.len() - rest.len();
        if is_quotation_mark(c) || double {
            let before = lead.chars().next_back().unwrap_or(' ');
            let after = rest.chars().next().unwrap_or(' ');
            let role = match lead.trim_end().chars().next_back() {
                None | Some('\0' | ':' | '：') => Role::Opens,
                _ if c == ',' => Role::Opens,
                Some(',') if before.is_whitespace() => Role::Opens,
                _ if seen == full => Role::Closes,
                _ => role_between(before, after),
            };
            marks.push(Mark { start, end: seen, role });
        }
    }
    settle(&mut marks, open);
    marks
}

/// Gives every mark a role by taking turns: after the mark before it or, at the beginning, before the one after it.
fn settle(marks: &mut [Mark], open: bool) {
    let certain = marks.iter().position(|mark| mark.role != Role::Unknown).unwrap_or(marks.len());
    let first = if open { Role::Closes } else { Role::Opens };
    let mut role = marks.get(certain).map_or(first, |mark| mark.role);
    if certain % 2 == 1 && certain < marks.len() {
        role = role.other();
    }
    for mark in marks {
        if mark.role == Role::Unknown {
            mark.role = role;
        }
        role = mark.role.other();
    }
}

impl Role {
    fn other(self) -> Role {
        match self {
            Role::Opens => Role::Closes,
            Role::Closes => Role::Opens,
            Role::Unknown => Role::Unknown,
        }
    }
}

fn role_between(before: char, after: char) -> Role {
    let opening = matches!(before, '(' | '[' | '（' | '-' | '–' | '—');
    let closing = matches!(after, ')' | ']' | ',' | ';' | ':' | '!' | '?')
        || matches!(after, '）' | '，' | '。' | '、' | '；' | '：' | '！' | '？' | '،' | '؛' | '؟');
    let ends = after.is_whitespace() || after == '.' || is_quotation_mark(after);
    match (opening || before.is_whitespace(), closing || ends) {
        (true, false) => Role::Opens,
        (false, true) => Role::Closes,
        (true, true) if opening != closing => {
            if opening {
                Role::Opens
            } else {
                Role::Closes
            }
        }
        _ => Role::Unknown,
    }
}

fn closing_of(c: char) -> Option<char> {
    let closing = match c {
        '(' => ')',
        '[' => ']',
        '（' => '）',
        '［' => '］',
        '【' => '】',
        '「' => '」',
        '『' => '』',
        '《' => '》',
        '〈' => '〉',
        _ => return None,
    };
    Some(closing)
}

fn is_remark(c: char) -> bool {
    matches!(c, ')' | ']' | '）' | '］' | '】' | '》' | '〉')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_opens_or_closes_by_the_space_around_it() {
        let spans = Spans::of("She said \"No. Not now\" and left \" for good \".", false);
        assert_eq!(spans.quotations, [10..21, 33..43]);
        assert!(spans.keep_whole(13) && !spans.keep_whole(24) && spans.closing(21) == Some(22));
    }

    #[test]
    fn a_quotation_that_never_closes_hides_nothing() {
        let spans = Spans::of("\"I saw it. \"We saw it. (All of it. So be it.", false);
        assert!(spans.quotations.is_empty() && spans.whole.is_empty());
    }

    #[test]
    fn marks_with_space_on_both_sides_take_turns_from_what_is_certain() {
        let spans = Spans::of("Nous partons. \" Elle sourit. \" Restez \", dit-il.", false);
        assert_eq!(spans.quotations.first(), Some(&(30..38)));
        assert!(spans.closing(14) == Some(15) && spans.closing(29).is_none());
    }

    #[test]
    fn brackets_nest_and_long_quotations_may_be_cut() {
        let long = format!("(a [b. C] d) 「{}」", "長い。".repeat(40));
        let spans = Spans::of(&long, false);
        assert_eq!(spans.whole.first(), Some(&(1..11)));
    }
}
