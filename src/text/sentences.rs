//! Sentence splitting: blocks by line, sentences by sentencex, then exceptions of our own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use sentencex::language_factory;

/// A block longer than this is handed to the splitter in pieces, so that its cost stays linear.
const PIECE: usize = 32 * 1024;

/// Lines shorter than this are headings, list items or verse: their end is an end.
const FULL_LINE: usize = 45;

/// Byte ranges of the sentences of `text`, paragraph by paragraph, without the white space around them. `language`
/// is a primary code.
pub fn split(text: &str, language: &str) -> Vec<Vec<Range<usize>>> {
    let splitter = language_factory(language);
    let mut paragraphs = Vec::new();
    for block in blocks(text) {
        let mut sentences = Vec::new();
        for piece in pieces(text, block) {
            let mut at = piece.start;
            for sentence in splitter.segment(&text[piece]) {
                push_trimmed(text, at..at + sentence.len(), &mut sentences);
                at += sentence.len();
            }
        }
        join_exceptions(text, language, &mut sentences);
        paragraphs.push(sentences);
    }
    paragraphs
}

fn push_trimmed(text: &str, range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let sentence = &text[range.clone()];
    let body = sentence.trim();
    if !body.is_empty() {
        let start = range.start + (sentence.len() - sentence.trim_start().len());
        out.push(start..start + body.len());
    }
}

/// Blocks whose ends always end a sentence: blank lines, and every line end of a text that is not hard-wrapped.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let lines = lines(text);
    let wrap = wrap_width(text, &lines);
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for line in lines {
        let body = text[line.clone()].trim();
        if body.is_empty() {
            open = false;
            continue;
        }
        match blocks.last_mut() {
            Some(block) if open => block.end = line.end,
            _ => blocks.push(line),
        }
        open = wrap.is_some_and(|width| body.chars().count() * 10 >= width * 7);
    }
    blocks
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let is_break =
        |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut at = 0;
    text.split_inclusive(is_break)
        .map(|line| {
            at += line.len();
            at - line.len()..at
        })
        .collect()
}

/// Width in characters to which the text is hard-wrapped, if it is: lines of much the same length whose ends fall
/// inside sentences (the next line goes on in lower case, or the line has no stop).
fn wrap_width(text: &str, lines: &[Range<usize>]) -> Option<usize> {
    let bodies: Vec<&str> = lines.iter().map(|l| text[l.clone()].trim()).collect();
    let widest =
        bodies.iter().map(|b| b.chars().count()).max().filter(|&w| (FULL_LINE..=120).contains(&w))?;
    let joints = bodies.windows(2).filter(|w| w[0].chars().count() >= FULL_LINE && !w[1].is_empty());
    let (mut all, mut inside) = (0, 0);
    for joint in joints {
        all += 1;
        inside +=
            usize::from(joint[1].starts_with(char::is_lowercase) && !joint[0].ends_with(['.', '!', '?']));
    }
    (all >= 3 && inside * 2 >= all).then_some(widest)
}

/// Cuts a block that is too long for the splitter at white space.
fn pieces(text: &str, block: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut rest = block;
    while rest.len() > PIECE {
        let limit = text.floor_char_boundary(rest.start + PIECE);
        let window = &text[rest.start..limit];
        let cut = window.rfind(". ").or_else(|| window.rfind(' ')).map_or(limit, |at| rest.start + at + 1);
        pieces.push(rest.start..cut);
        rest.start = cut;
    }
    pieces.push(rest);
    pieces
}

/// Joins what the splitter cuts wrongly: after abbreviations of our own list, after list numbers, and before a
/// piece that holds no letter or digit.
fn join_exceptions(text: &str, language: &str, sentences: &mut Vec<Range<usize>>) {
    let mut kept = 0;
    for next in 1..sentences.len() {
        let (left, right) = (&text[sentences[kept].clone()], &text[sentences[next].clone()]);
        let joins = is_list_number(left)
            || !right.contains(char::is_alphanumeric)
            || (ends_in_abbreviation(left, language) && !right.starts_with(is_opening_quote));
        if joins {
            sentences[kept].end = sentences[next].end;
        } else {
            kept += 1;
            sentences[kept] = sentences[next].clone();
        }
    }
    sentences.truncate((kept + 1).min(sentences.len()));
}

fn is_opening_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '„' | '«' | '「')
}

/// `1.`, `12)`, `a.`, `(3)`, `IV.`: a number that belongs to the sentence after it.
fn is_list_number(sentence: &str) -> bool {
    let core = sentence.trim_start_matches('(').trim_end_matches(['.', ')']);
    let short = !core.is_empty() && core.len() < sentence.len() && core.len() <= 3;
    short && (core.bytes().all(|b| b.is_ascii_digit()) || core.len() == 1 && core.is_ascii())
}

fn ends_in_abbreviation(sentence: &str, language: &str) -> bool {
    let Some(body) = sentence.strip_suffix('.') else { return false };
    let word = body.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let listed = |key: &str| ABBREVIATIONS.get(key).is_some_and(|words| words.contains(&word));
    !word.is_empty() && word.len() < body.len() && (listed(language) || listed("*"))
}

static ABBREVIATIONS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in include_str!("abbreviations.txt").lines().filter(|l| !l.starts_with('#')) {
        if let Some((language, words)) = line.split_once('\t') {
            lists.entry(language).or_default().extend(words.split(' '));
        }
    }
    lists
});

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
        split(text, language).into_iter().flatten().map(|r| &text[r]).collect()
    }

    #[test]
    fn a_paragraph_break_ends_a_sentence_without_a_stop() {
        assert_eq!(
            sentences("A headline\n\nThe text. It goes on.", "en"),
            ["A headline", "The text.", "It goes on."]
        );
    }

    #[test]
    fn every_line_is_a_paragraph_unless_the_text_is_wrapped() {
        assert_eq!(sentences("Photo: Ada Lane\nThe text goes on", "en").len(), 2);
    }

    #[test]
    fn hard_wrapped_lines_are_joined() {
        let text = "The council met on Tuesday evening in the old town hall to\n\
                    decide whether the bridge over the narrow part of the river\n\
                    should be closed to lorries. It did not reach a decision on\n\
                    the matter and will meet again after the holidays in March.\n";
        assert_eq!(sentences(text, "en").len(), 2);
    }

    #[test]
    fn our_own_abbreviations_do_not_end_a_sentence() {
        assert_eq!(sentences("They met Supt. Lowe at the gate. He left.", "en").len(), 2);
        assert_eq!(sentences("Der Umsatz lag bei 3 Mio. Euro. Das ist viel.", "de").len(), 2);
    }

    #[test]
    fn a_list_number_stays_with_its_item() {
        assert_eq!(
            sentences("1. Open the lid.\n2. Fill in water.", "en"),
            ["1. Open the lid.", "2. Fill in water."]
        );
    }

    #[test]
    fn a_very_long_line_is_split_in_pieces_and_nothing_is_lost() {
        let text = "One more short sentence here. ".repeat(5000);
        assert_eq!(sentences(&text, "en").len(), 5000);
    }
}
