//! From text to a document: normalised, split into sentences and tokens, every piece traceable to the author's text.

pub mod by_language;
pub mod frequencies;
mod items;
pub mod language;
mod lines;
pub mod normalise;
pub mod numbered;
mod rules;
pub mod runs;
pub mod sentences;
mod spans;
pub mod words;

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Language;
use normalise::{Normalise, Normaliser, OffsetMap};
use words::{Token, Words};

/// A sentence of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the normalised text.
    pub normal: Range<usize>,
    /// Numbers of its tokens in the document.
    pub tokens: Range<usize>,
    /// Line of the file where it begins, from 1.
    pub line: usize,
    /// Number of its paragraph; the same for all sentences that were given one by one.
    pub paragraph: usize,
}

/// One side of a pair: the text as given, its normalised form, and the sentences and tokens of that.
#[derive(Debug)]
pub struct Document {
    source: String,
    normal: String,
    map: OffsetMap,
    sentences: Vec<Sentence>,
    tokens: Vec<Token>,
    /// Where the text was taken out of a file: for each of its lines, or of its sentences as given, the file's line.
    lines: Vec<u32>,
}

impl Document {
    /// Normalises and tokenises running text; sentences come with [`Document::split`].
    pub fn from_text(source: String, rules: &Normalise, words: &mut Words) -> Document {
        let (normal, map) = normalise::normalise(&source, rules);
        let mut tokens = Vec::new();
        words.tokenise(&normal, 0, &mut tokens);
        Document { source, normal, map, sentences: Vec::new(), tokens, lines: Vec::new() }
    }

    /// Takes sentences as given, one an item, empty ones included.
    pub fn from_sentences(given: &[String], rules: &Normalise, words: &mut Words) -> Document {
        let source = given.join("\n");
        let mut writer = Normaliser::new(rules);
        let (mut tokens, mut sentences, mut line, mut at) = (Vec::new(), Vec::new(), 1, 0);
        for sentence in given {
            let (start, first) = (writer.text.len(), tokens.len());
            writer.append(sentence, at);
            words.tokenise(&writer.text[start..], start, &mut tokens);
            let normal = trimmed(&writer.text, start..writer.text.len());
            sentences.push(Sentence { normal, tokens: first..tokens.len(), line, paragraph: 0 });
            writer.append("\n", at + sentence.len());
            line += sentence.matches('\n').count() + 1;
            at += sentence.len() + 1;
        }
        Document { source, normal: writer.text, map: writer.map, sentences, tokens, lines: Vec::new() }
    }

    /// The same with the lines of a file: one for each sentence as given, or for each line of running text.
    #[must_use]
    pub fn with_lines(mut self, lines: Vec<u32>) -> Document {
        for (sentence, &line) in self.sentences.iter_mut().zip(&lines) {
            sentence.line = line as usize;
        }
        Document { lines, ..self }
    }

    /// Splits the text into sentences by the rules of `language`; English rules where there is none.
    pub fn split(&mut self, language: Option<&Language>) {
        let paragraphs = sentences::split(&self.normal, language.map_or("en", Language::primary));
        let ranges = paragraphs.into_iter().enumerate().flat_map(|(k, p)| p.into_iter().map(move |r| (k, r)));
        let (mut line, mut counted, mut token) = (1, 0, 0);
        self.sentences.clear();
        for (paragraph, normal) in ranges {
            let start = self.map.start(normal.start);
            line += self.source[counted..start].bytes().filter(|&b| b == b'\n').count();
            counted = start;
            let first = token + self.tokens[token..].partition_point(|t| (t.start as usize) < normal.start);
            token = first + self.tokens[first..].partition_point(|t| (t.start as usize) < normal.end);
            let of_file = self.lines.get(line - 1).map_or(line, |&line| line as usize);
            self.sentences.push(Sentence { normal, tokens: first..token, line: of_file, paragraph });
        }
    }

    /// The normalised text.
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// All tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Tokens of one sentence.
    pub fn tokens_of(&self, sentence: usize) -> &[Token] {
        &self.tokens[self.sentences[sentence].tokens.clone()]
    }

    /// A run of sentences as one passage; empty for an empty run.
    pub fn passage(&self, sentences: Range<usize>) -> Passage<'_> {
        let (normal, tokens) = match self.sentences.get(sentences.clone()) {
            Some([first, .., last]) => {
                (first.normal.start..last.normal.end, first.tokens.start..last.tokens.end)
            }
            Some([only]) => (only.normal.clone(), only.tokens.clone()),
            _ => (0..0, 0..0),
        };
        Passage { document: self, sentences, normal, tokens: &self.tokens[tokens] }
    }

    /// Bytes of the source from which the normalised range came.
    fn source_range(&self, normal: &Range<usize>) -> Range<usize> {
        let start = self.map.start(normal.start);
        start..self.map.end(normal.end).max(start)
    }
}

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// The characters of `text` whose first byte is one of these, and where they stand: of running text few need a look.
/// `is_first` must say no of bytes from 128 to 191, which begin none.
pub fn led_by(text: &str, is_first: impl Fn(u8) -> bool + Copy) -> impl Iterator<Item = (usize, char)> {
    let chunks = (0..).step_by(CHUNK).zip(text.as_bytes().chunks(CHUNK));
    // Without a branch, so that it is done for all bytes of a chunk at once.
    let holds_one = move |chunk: &[u8]| chunk.iter().fold(false, |found, &byte| found | is_first(byte));
    chunks.filter(move |(_, chunk)| holds_one(chunk)).flat_map(move |(start, chunk)| {
        let places = (start..).zip(chunk).filter(move |&(_, &byte)| is_first(byte));
        places.filter_map(|(at, _)| text[at..].chars().next().map(|c| (at, c)))
    })
}

/// `range` without white space at its ends; empty ranges stay where they begin.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text[range.clone()].trim();
    let start = range.start + (range.len() - text[range.clone()].trim_start().len());
    if body.is_empty() { range.start..range.start } else { start..start + body.len() }
}

/// One side of a segment.
#[derive(Debug, Clone)]
pub struct Passage<'d> {
    document: &'d Document,
    /// Numbers of its sentences.
    pub sentences: Range<usize>,
    normal: Range<usize>,
    /// Its tokens; offsets count from the document's start.
    pub tokens: &'d [Token],
}

impl<'d> Passage<'d> {
    /// No sentence.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The text as its author wrote it.
    pub fn source(&self) -> &'d str {
        if self.is_empty() { "" } else { &self.document.source[self.document.source_range(&self.normal)] }
    }

    /// The normalised text.
    pub fn normal(&self) -> &'d str {
        &self.document.normal[self.normal.clone()]
    }

    /// The text normalised, but with the quotation marks and dashes that its author wrote: a reader sees those.
    pub fn with_own_marks(&self, rules: &Normalise) -> Cow<'d, str> {
        let (source, normal) = (self.source(), self.normal());
        if source == normal {
            return Cow::Borrowed(normal);
        }
        let rules = Normalise { quotes: false, dashes: false, ..rules.clone() };
        Cow::Owned(normalise::normalise(source, &rules).0)
    }

    /// Line of the file where it begins, from 1.
    pub fn line(&self) -> Option<usize> {
        self.document.sentences.get(self.sentences.clone())?.first().map(|s| s.line)
    }

    /// The normalised text between two tokens of this passage, ends included.
    pub fn between(&self, first: &Token, last: &Token) -> &'d str {
        &self.document.normal[first.start as usize..last.end as usize]
    }

    /// What stands between the end of one token and the start of the next.
    pub fn gap(&self, left: &Token, right: &Token) -> &'d str {
        &self.document.normal[left.end as usize..right.start as usize]
    }

    /// Everything in it.
    pub fn whole(&self) -> Range<usize> {
        self.normal.clone()
    }

    /// Characters of [`Passage::source`] that a byte range of the document's normalised text came from, and
    /// that text itself.
    pub fn locate(&self, normal: Range<usize>) -> (Range<usize>, &'d str) {
        let own = self.document.source_range(&self.normal);
        let part = self.document.source_range(&normal);
        let (start, end) = (part.start.clamp(own.start, own.end), part.end.clamp(own.start, own.end));
        let source = &self.document.source;
        let before = source[own.start..start].chars().count();
        let excerpt = &source[start..end];
        (before..before + excerpt.chars().count(), excerpt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_by_their_first_bytes() {
        let text = "„Ja“, sagte sie. ".repeat(5);
        let found: Vec<_> = led_by(&text, |b| matches!(b, b',' | 0xe2)).collect();
        let wanted: Vec<_> = text.char_indices().filter(|(_, c)| matches!(c, '„' | '“' | ',')).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_span_leads_to_the_author_s_characters() {
        let mut words = Words::default();
        let text = "Erstens.\n\n„Cafe\u{301} – zu“, sagte sie.".to_string();
        let mut document = Document::from_text(text, &Normalise::default(), &mut words);
        document.split(Language::parse("de").as_ref());
        let passage = document.passage(1..2);
        let at = document.normal().find("zu").expect("stands there");
        assert_eq!(passage.locate(at..at + 2), (9..11, "zu"));
        assert_eq!((passage.source(), passage.line()), ("„Cafe\u{301} – zu“, sagte sie.", Some(3)));
    }

    #[test]
    fn given_sentences_stay_as_given_and_empty_ones_count() {
        let mut words = Words::default();
        let given = ["One. Two.", "", " Three "].map(String::from);
        let document = Document::from_sentences(&given, &Normalise::default(), &mut words);
        let texts: Vec<_> = (0..3).map(|i| document.passage(i..i + 1).source()).collect();
        assert_eq!(texts, ["One. Two.", "", "Three"]);
        assert_eq!(document.passage(0..3).source(), "One. Two.\n\n Three");
    }
}
