//! Marks: what ends a sentence, what encloses, and how a place in a text is shown.

use std::ops::Range;

use super::Segment;
use crate::model::Side;

/// A double quotation mark of any language. Single ones are left out: they are apostrophes too.
pub fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{ff02}')
}

/// May stand behind the mark that ends a sentence.
pub fn is_closing(c: char) -> bool {
    is_quote(c)
        || matches!(
            c,
            '\'' | '‘' | '’' | '‹' | '›' | ')' | ']' | '}' | '）' | '］' | '」' | '』' | '】' | '》' | '*'
        )
}

/// What a text ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// No mark.
    Bare,
    /// A mark after which the sentence goes on.
    Pause,
    /// A full stop or an ellipsis.
    Stop,
    /// An exclamation mark.
    Exclamation,
    /// A question mark.
    Question,
}

impl End {
    /// What `text` ends in. Closing quotes and brackets are looked through, and of several marks the strongest
    /// counts: `?”.` asks. Before a note in brackets at the end, the mark before the note counts too.
    pub fn of(text: &str, language: &str) -> End {
        let end = End::at_the_very_end(text, language);
        if end != End::Bare {
            return end;
        }
        let text = text.trim_end();
        let opening = match text.chars().next_back() {
            Some(')') => '(',
            Some('）') => '（',
            Some(']') => '[',
            _ => return end,
        };
        text.rfind(opening).map_or(end, |at| End::at_the_very_end(&text[..at], language))
    }

    fn at_the_very_end(text: &str, language: &str) -> End {
        let mut strongest = End::Bare;
        for c in text.chars().rev() {
            match End::of_mark(c, language) {
                Some(end) => strongest = strongest.max(end),
                None if is_closing(c) || c.is_whitespace() => {}
                None => break,
            }
        }
        strongest
    }

    /// What a single mark does.
    pub fn of_mark(c: char, language: &str) -> Option<End> {
        match c {
            ';' if language == "el" => Some(End::Question),
            '?' | '？' | '؟' | '\u{37e}' | '⁇' | '⁈' | '‽' | '፧' | '՞' => Some(End::Question),
            '!' | '！' | '‼' | '⁉' => Some(End::Exclamation),
            '.' | '…' | '。' | '．' | '｡' | '।' | '॥' | '|' | '۔' | '።' | '։' | '។' | '။' | '།' | '‥' => {
                Some(End::Stop)
            }
            ',' | ';' | ':' | '-' | '‐'..='―' | '،' | '؛' | '，' | '；' | '：' | '、' | '/' | '•' | '·' => {
                Some(End::Pause)
            }
            _ => None,
        }
    }
}

/// Characters of its surroundings that a place is shown with, on either side.
const AROUND: usize = 16;

/// A place with what touches it, so that a reader can find it.
pub fn with_neighbours(text: &str, place: Range<usize>) -> Range<usize> {
    let near = |c: &char| !c.is_whitespace();
    let before = text[..place.start].chars().rev().take(AROUND).take_while(near);
    let after = text[place.end..].chars().take(AROUND).take_while(near);
    let length = |c: char| c.len_utf8();
    place.start - before.map(length).sum::<usize>()..place.end + after.map(length).sum::<usize>()
}

/// What the translation has of one side's text as written.
pub fn sources<'p>(segment: &Segment<'p>) -> [&'p str; 2] {
    // Given lists may end in empty sentences.
    [Side::Original, Side::Translation].map(|side| segment.side(side).source().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_quotes_and_notes_are_looked_through() {
        assert_eq!(End::of("Warum nur?“.", "de"), End::Question);
        assert_eq!(End::of("「もう遅い。」", "ja"), End::Stop);
        assert_eq!(End::of("The kiln cooled. (Staff)", "en"), End::Stop);
        assert_eq!(End::of("the kiln (the old one)", "en"), End::Bare);
        assert_eq!(End::of("and then:", "en"), End::Pause);
        assert_eq!(End::of("Γιατί;", "el"), End::Question);
    }

    #[test]
    fn a_place_is_shown_with_the_words_that_touch_it() {
        let text = "an old , red barn";
        assert_eq!(&text[with_neighbours(text, 6..7)], "old ,");
    }
}
