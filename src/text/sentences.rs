//! Sentence splitting: blocks by line, stops and abbreviations by sentencex, exceptions of our own.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::items::item_starts;
use super::lines::{self, is_bullet, is_caseless, is_closer};
use super::rules::{Kind, Rules};
use super::spans::{Spans, is_quotation_mark};

/// Bytes before a stop that are looked at: an abbreviation and the words before it. Keeps the cost linear where a
/// text has no white space.
const LOOK_BACK: usize = 96;

/// Bytes after a stop that are looked at, for the same reason.
const LOOK_AHEAD: usize = 64;

/// Letters of a word that is hardly an abbreviation any more: `österr.` has six.
const LONG_WORD: usize = 7;

/// Byte ranges of the sentences of `text`, paragraph by paragraph, without the white space around them. `language`
/// is a primary code.
pub fn split(text: &str, language: &str) -> Vec<Vec<Range<usize>>> {
    let rules = Rules::of(language);
    let mut in_quotation = false;
    let mut paragraphs = Vec::new();
    for range in lines::blocks(text, &rules) {
        let block = Block::new(&text[range.clone()], &rules, in_quotation);
        in_quotation = block.spans.left_open;
        paragraphs.push(sentences(text, range, &block.cuts()));
    }
    paragraphs
}

/// The pieces of a block between its cuts. What holds no letter or digit stays with the piece before it.
fn sentences(text: &str, block: Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut start = block.start;
    for end in cuts.iter().map(|cut| block.start + cut).chain([block.end]) {
        let piece = &text[start..end];
        let body = piece.trim();
        let from = start + (piece.len() - piece.trim_start().len());
        match sentences.last_mut() {
            _ if body.is_empty() => {}
            Some(last) if !body.contains(char::is_alphanumeric) => last.end = from + body.len(),
            _ => sentences.push(from..from + body.len()),
        }
        start = end;
    }
    sentences
}

/// A block of text that is being cut.
struct Block<'t> {
    text: &'t str,
    rules: &'t Rules,
    spans: Spans,
}

/// A run of stops and where it stands.
struct Stop<'t> {
    /// The stops: `.`, `?!`, `...`, `。`.
    marks: &'t str,
    /// The text before it, from the last cut on but no more than is looked at.
    head: &'t str,
    /// Whether that is all of the sentence.
    whole: bool,
    /// Byte after the stops and the marks that close with them.
    end: usize,
    /// Whether no mark closes with it.
    bare: bool,
    /// Whether a quotation closes with it.
    quoted: bool,
}

impl<'t> Stop<'t> {
    /// The last word before it, up to white space, a bracket or a quotation mark.
    fn word(&self) -> &'t str {
        self.head.rsplit(is_word_edge).next().unwrap_or_default()
    }

    /// What stands before that word.
    fn lead(&self) -> &'t str {
        self.head[..self.head.len() - self.word().len()].trim_end()
    }
}

impl<'t> Block<'t> {
    fn new(text: &'t str, rules: &'t Rules, in_quotation: bool) -> Self {
        Block { text, rules, spans: Spans::of(text, in_quotation) }
    }

    /// Bytes at which one sentence ends and the next begins, in order.
    fn cuts(&self) -> Vec<usize> {
        let mut cuts = item_starts(self.text);
        let items = cuts.clone();
        let mut items = items.into_iter().peekable();
        let mut from = 0;
        for (start, end) in self.rules.stops(self.text) {
            while let Some(item) = items.next_if(|&item| item <= start) {
                from = item;
            }
            let stop = self.stop(from, start, before_omission(self.text, start, end));
            if stop.end < self.text.len() && self.ends(&stop) {
                from = stop.end;
                cuts.push(from);
            }
        }
        cuts.sort_unstable();
        cuts
    }

    fn stop(&self, from: usize, start: usize, end: usize) -> Stop<'t> {
        let from = from.min(start);
        let near = self.text.floor_char_boundary(start.saturating_sub(LOOK_BACK)).max(from);
        let head = &self.text[near..start];
        let marks = &self.text[start..end];
        let (closed_end, quoted) = self.close(end);
        Stop { marks, head, whole: near == from, end: closed_end, bare: closed_end == end, quoted }
    }

    /// Takes closing marks, and references like `[12]`, into the sentence; says whether a quotation ends with it.
    fn close(&self, mut end: usize) -> (usize, bool) {
        let mut quoted = false;
        loop {
            let rest = &self.text[end..];
            let body = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
            let at = end + (rest.len() - body.len());
            let length = body.chars().next().map_or(0, char::len_utf8);
            let (mark, after) = body.split_at(length);
            if let Some(to) = self.spans.closing(at) {
                (end, quoted) = (to, true);
            } else if reference(body) > 0 {
                end = at + reference(body);
            } else if at == end && matches!(mark, "'" | "’") && !after.starts_with(char::is_alphanumeric) {
                (end, quoted) = (at + length, true);
            } else if at == end && mark.starts_with(|c| is_closer(c) && !is_either(c)) {
                quoted |= !matches!(mark, ")" | "]" | "）" | "］");
                end += length;
            } else {
                return (end, quoted);
            }
        }
    }

    /// Whether a sentence ends with this stop.
    fn ends(&self, stop: &Stop) -> bool {
        let omission = is_ellipsis(stop.marks) && stop.head.ends_with(['[', '(']);
        if omission || self.spans.keep_whole(stop.end) || self.spans.barely_begun(stop.end) {
            return false;
        }
        let rest = &self.text[stop.end..];
        let next = rest.trim_start();
        if next.len() == rest.len() {
            self.ends_without_space(stop, ahead(next))
        } else {
            self.ends_with_space(stop, ahead(next))
        }
    }

    /// No space follows: scripts that write none, and spaces that were lost. A combining mark belongs to the stop.
    fn ends_without_space(&self, stop: &Stop, next: &str) -> bool {
        let Some(c) = next.chars().next().filter(|&c| !is_combining_mark(c)) else { return false };
        if stop.marks.starts_with(is_wide) {
            let particle = next.char_indices().take(4).map(|(at, c)| at + c.len_utf8());
            let goes_on =
                stop.quoted && particle.into_iter().any(|to| self.rules.has(Kind::Particle, &next[..to]));
            return !goes_on && (c.is_alphanumeric() || is_opener(c) || is_bullet(c));
        }
        if is_ellipsis(stop.marks) {
            return false;
        }
        let Some(last) = stop.head.chars().next_back() else { return false };
        let foreign = is_caseless(c) || is_opener(c) && is_caseless(last);
        if !(foreign || c.is_uppercase() && (last.is_lowercase() || last.is_ascii_digit())) {
            return false;
        }
        let token = stop.head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let word = token.trim_start_matches(is_opener);
        if foreign {
            let lost = is_caseless(last) && word.chars().count() >= 4;
            return (lost || !stop.marks.starts_with('.')) && !in_name(next);
        }
        let is_number = || word.len() >= 4 && word.bytes().all(|b| b.is_ascii_digit() || b == b',');
        let is_word = || word.chars().nth(1).is_some() && word.chars().all(char::is_alphabetic);
        (is_number() || is_word()) && !in_name(next) && !self.abbreviates(stop, next)
    }

    fn ends_with_space(&self, stop: &Stop, next: &str) -> bool {
        let opened = next.trim_start_matches(|c| is_opener(c) || matches!(c, '¿' | '¡' | ' '));
        let quotes = opened.len() < next.len() && !next.starts_with(['(', '[']);
        let Some(c) = next.chars().next() else { return false };
        let Some(first) = opened.chars().next() else { return true };
        match c {
            '-' | '–' | '—' => return self.ends_before_dash(stop, next),
            '.' | '…' => {
                let led = next.trim_start_matches(['.', '…', ' ']);
                return led.starts_with(char::is_alphabetic)
                    && (stop.marks == "." || !led.starts_with(char::is_lowercase));
            }
            ',' | ';' | ':' | ')' | ']' | '!' | '?' | '，' | '、' => return false,
            _ => {}
        }
        if first.is_lowercase() && !quotes {
            return stop.bare && stop.marks == "." && self.is_long_word(stop, next);
        }
        if is_ellipsis(stop.marks) {
            return quotes || !(first.is_ascii_digit() || self.rules.ellipsis_goes_on(&format!(" {next}")));
        }
        stop.quoted || stop.marks != "." || self.ends_after_period(stop, opened)
    }

    /// In dialogue a dash begins what the next one says, but also takes up a quotation after the author's words.
    fn ends_before_dash(&self, stop: &Stop, next: &str) -> bool {
        let said = next.trim_start_matches(['-', '–', '—', ' ']);
        let touches = !next.trim_start_matches(['-', '–', '—']).starts_with(' ');
        let goes_on = said.starts_with(char::is_lowercase) || self.spans.in_quotation(stop.end);
        let range = touches && said.starts_with(|c: char| c.is_ascii_digit());
        !(goes_on || range || stop.marks == "." && self.abbreviates(stop, said))
    }

    /// A single period before white space and a capital or a digit: unless it belongs to a number or a short form.
    fn ends_after_period(&self, stop: &Stop, next: &str) -> bool {
        let word = stop.word();
        if stop.whole && is_list_number(word) && !stop.lead().contains(char::is_alphanumeric) {
            return false;
        }
        let number = word.rsplit('-').next().unwrap_or_default();
        if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            return number.len() > 2 || !self.is_ordinal(stop, next);
        }
        let dotted = word.contains('.') && next.starts_with(|c: char| c.is_ascii_digit());
        !dotted && !self.abbreviates(stop, next)
    }

    /// Whether the word before the period is too long for an abbreviation, so that the sentence ends although the
    /// next word begins in lower case.
    fn is_long_word(&self, stop: &Stop, next: &str) -> bool {
        let word = stop.word();
        word.chars().all(char::is_lowercase)
            && word.chars().count() >= LONG_WORD
            && !self.abbreviates(stop, next)
    }

    /// Whether one or two digits and a period are an ordinal number, in a language that writes them so.
    fn is_ordinal(&self, stop: &Stop, next: &str) -> bool {
        let before = stop.lead().rsplit(is_word_edge).next().unwrap_or_default();
        self.rules.uses(Kind::Ordinal)
            && (next.starts_with(|c: char| c.is_ascii_digit())
                || self.rules.has(Kind::Ordinal, before)
                || self.rules.has(Kind::Counted, first_word(next)))
    }

    /// Whether the word before the period is an abbreviation or initial that does not end the sentence.
    fn abbreviates(&self, stop: &Stop, next: &str) -> bool {
        let word = stop.word();
        let follower = first_word(next);
        let measured =
            self.rules.has(Kind::Unit, word) && stop.lead().ends_with(|c: char| c.is_ascii_digit());
        if self.rules.has(Kind::Name, word) && !measured {
            return true;
        }
        if self.rules.has(Kind::Number, word) {
            return follower.starts_with(|c: char| c.is_ascii_digit()) || is_roman(follower);
        }
        if measured || self.rules.has(Kind::Last, word) {
            return !next.starts_with(|c: char| c.is_uppercase() || is_caseless(c));
        }
        if self.rules.has(Kind::Start, follower) || is_acronym(word) {
            return false;
        }
        if self.rules.has(Kind::Word, word) && !next.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        is_initial(word) || self.rules.abbreviates(stop.head, next)
    }
}

/// The beginning of `next`, as much as is looked at.
fn ahead(next: &str) -> &str {
    &next[..next.floor_char_boundary(LOOK_AHEAD)]
}

fn first_word(next: &str) -> &str {
    let word =
        next.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '\'' | '’' | '"' | '”'));
    word.into_iter().next().unwrap_or_default()
}

fn is_word_edge(c: char) -> bool {
    c.is_whitespace()
        || is_quotation_mark(c)
        || matches!(c, '(' | '[' | '\'' | '’' | '/' | '—' | '–')
        || is_bullet(c)
}

fn is_opener(c: char) -> bool {
    is_quotation_mark(c)
        || matches!(c, '(' | '[' | '\'' | '‘' | '‚' | '（' | '［' | '「' | '『' | '【' | '《' | '〈')
}

/// A mark that may open as well as close.
fn is_either(c: char) -> bool {
    is_quotation_mark(c) || matches!(c, '\'' | '’')
}

/// A stop of a script that writes no space after it, or of one where none is needed to tell.
fn is_wide(c: char) -> bool {
    !c.is_ascii() && c != '…'
}

fn is_ellipsis(marks: &str) -> bool {
    marks.starts_with('…') || marks.len() > 1 && marks.starts_with('.')
}

/// The end of a run of stops, or of the first of them where it ends a sentence and spaced dots follow that stand for
/// what was left out before the next: `is over. . . . The`.
fn before_omission(text: &str, start: usize, end: usize) -> usize {
    let period_first = text[start..end].starts_with(". .") && text[..start].ends_with(char::is_alphanumeric);
    let dots = text[start..end].bytes().filter(|&b| b == b'.').count();
    if period_first && dots > 3 && text[end..].trim_start().starts_with(char::is_uppercase) {
        start + 1
    } else {
        end
    }
}

/// Whether the text goes on like `example.com/Page` or `a.b`: no sentence begins in a name with more marks in it.
fn in_name(next: &str) -> bool {
    let word = next.split(char::is_whitespace).next().unwrap_or_default();
    let inner = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    inner.contains(['@', '/', '_', '(', '=']) || inner.contains('.') && inner.is_ascii()
}

/// Length of the reference like `[12]` at the beginning of `body`, 0 if it is none.
fn reference(body: &str) -> usize {
    let digits = body.bytes().skip(1).take(4).take_while(u8::is_ascii_digit).count();
    if digits > 0 && body.as_bytes().get(digits + 1) == Some(&b']') { digits + 2 } else { 0 }
}

/// `12`, `1.2.3`, `a`, `iv`: what numbers an item when it stands first.
fn is_list_number(word: &str) -> bool {
    let digits =
        word.bytes().all(|b| b.is_ascii_digit() || b == b'.') && (word.len() <= 3 || word.contains('.'));
    !word.is_empty() && (digits || word.len() == 1 || word.len() <= 4 && is_roman(&word.to_ascii_uppercase()))
}

fn is_roman(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ')']);
    !word.is_empty() && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C'))
}

/// One capital, or one letter of a script without capitals, of an alphabet of which sentencex does not know the
/// initials; or several: `С`, `Л.Н`, `د`.
fn is_initial(word: &str) -> bool {
    !word.is_ascii()
        && word.split('.').all(|part| {
            let mut chars = part.chars();
            chars.next().is_some_and(|c| c.is_uppercase() || is_caseless(c)) && chars.next().is_none()
        })
}

/// `NATO`: the lists of sentencex hold many, but they are written without a stop of their own.
fn is_acronym(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|b| b.is_ascii_uppercase()) && !is_roman(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
        split(text, language).into_iter().flatten().map(|r| &text[r]).collect()
    }

    fn count(text: &str, language: &str) -> usize {
        of(text, language).len()
    }

    #[test]
    fn a_paragraph_break_ends_a_sentence_without_a_stop() {
        assert_eq!(
            of("A headline\n\nThe text. It goes on.", "en"),
            ["A headline", "The text.", "It goes on."]
        );
    }

    #[test]
    fn no_sentence_begins_with_a_mark_of_the_stop_before() {
        assert_eq!(of("本当？\u{903}はい。", "ja"), ["本当？\u{903}はい。"]);
        assert_eq!(of("本当？\u{fe0f}「はい」。ええ。", "ja"), ["本当？\u{fe0f}「はい」。", "ええ。"]);
        assert_eq!(of("東京タワー.\u{365} Yes.", "en"), ["東京タワー.\u{365} Yes."]);
    }

    #[test]
    fn our_own_abbreviations_do_not_end_a_sentence() {
        assert_eq!(count("They met Supt. Lowe at the gate. He left.", "en"), 2);
        assert_eq!(count("Der Umsatz lag bei 3 Mio. Euro. Das ist viel.", "de"), 2);
        assert_eq!(count("Он жил на ул. Садовой. Потом уехал.", "ru"), 2);
        assert_eq!(count("قال د. سامي ذلك. ثم خرج.", "ar"), 2);
    }

    #[test]
    fn an_abbreviation_before_a_sentence_starter_ends_the_sentence() {
        assert_eq!(count("Vi har bodd i U.S.A. Det var dyrt.", "nb"), 2);
        assert_eq!(count("She likes tea, coffee, etc. Robert does not.", "en"), 2);
        assert_eq!(count("It closed in Nov. Visitors complained.", "en"), 2);
        assert_eq!(count("It closed on Nov. 3 for good.", "en"), 1);
    }

    #[test]
    fn initials_do_not_end_a_sentence() {
        assert_eq!(count("The poet R. S. Thomas wrote it. I read it.", "en"), 2);
        assert_eq!(count("Роман А. П. Чехова вышел. Его читали.", "ru"), 2);
    }

    #[test]
    fn numbers_with_a_period_are_ordinals_where_the_language_has_them() {
        assert_eq!(count("Sie kam am 4. Juli. Er kam im 3. Akt und blieb bis 1990. Dann ging er.", "de"), 3);
        assert_eq!(count("She was 7. He was 12. They met in 1990. 20 years passed.", "en"), 4);
    }

    #[test]
    fn a_sentence_may_begin_with_a_number() {
        assert_eq!(count("Kaikki lähtivät. 40-vuotias mies jäi.", "fi"), 2);
        assert_eq!(count("It costs 3.50 euros. Take p. 12 of it.", "en"), 2);
    }

    #[test]
    fn closing_marks_and_references_stay_with_their_sentence() {
        assert_eq!(of("He said \"go.\" They went.[4] (It rained.) \"Oh!\"", "en").len(), 4);
        assert_eq!(of("Il dit : « Partons. » Elle rit.", "fr"), ["Il dit : « Partons. »", "Elle rit."]);
        assert_eq!(of("「行く。」と彼は言った。雨だ。", "ja"), ["「行く。」と彼は言った。", "雨だ。"]);
        assert_eq!(of("他说：“好的。”她走了。", "zh"), ["他说：“好的。”", "她走了。"]);
    }

    #[test]
    fn a_quotation_that_began_in_another_paragraph_closes_where_it_does() {
        assert_eq!(count("\"We were there all night.\n\nIt was cold.\" The mayor agreed.", "en"), 3);
    }

    #[test]
    fn long_quotations_are_cut_and_short_ones_inside_a_sentence_are_not() {
        let long = "\"We have never seen so much water in the lower town. It came over the wall at night,\" he said.";
        assert_eq!(count(long, "en"), 2);
        assert_eq!(count("\"It came fast. Nobody slept,\" he said.", "en"), 1);
        assert_eq!(count("He teaches (He was a cook before.) at the school.", "en"), 1);
    }

    #[test]
    fn an_ellipsis_ends_a_sentence_before_a_capital_only() {
        assert_eq!(count("He waited... and waited. Then... Nothing came.", "en"), 3);
        assert_eq!(of("Zij bleef. ...maar niet lang.", "nl"), ["Zij bleef.", "...maar niet lang."]);
    }

    #[test]
    fn a_lost_space_is_seen_but_names_are_left_alone() {
        assert_eq!(count("It is over.Now we rest.", "en"), 2);
        assert_eq!(count("See www.Example.org/Page.Html or mail Jo.Lane@Example.org today.", "en"), 1);
        assert_eq!(count("Version 1.Beta of A.B.C", "en"), 1);
    }

    #[test]
    fn stops_of_every_script_end_sentences() {
        assert_eq!(count("वह आया। वह बैठा। क्या वह गया?", "hi"), 3);
        assert_eq!(count("هل جاء؟ نعم. ثم ذهب.", "ar"), 3);
        assert_eq!(count("他来了。她走了！为什么？", "zh"), 3);
        assert_eq!(count("Μπήκε. Κάθισε; Ναι.", "el"), 3);
    }

    #[test]
    fn nothing_is_lost_of_a_very_long_line() {
        let text = "One more short sentence here. ".repeat(5000);
        assert_eq!(count(&text, "en"), 5000);
        assert_eq!(count(&"a.".repeat(50_000), "it"), 1);
    }

    #[test]
    fn any_text_is_covered_in_order() {
        let marks: Vec<char> = ".?!…。:,'\"“„«)(]「-•1aAЯあا \n\r".chars().collect();
        let mut state = 1_u64;
        for length in 0..4000 {
            let mut text = String::new();
            for _ in 0..length % 40 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push(marks[(state >> 33) as usize % marks.len()]);
            }
            let joined: String = of(&text, "de").concat();
            let solid = |s: &str| s.split_whitespace().collect::<String>();
            assert_eq!(solid(&joined), solid(&text));
        }
    }
}
