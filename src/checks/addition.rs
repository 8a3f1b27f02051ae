//! Addition: what the translation says and the original does not.

use serde::{Deserialize, Serialize};

use super::residue::{self, Limits, content, is_said_nearby};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::words::{Kind, Token};

#[doc = include_str!("addition.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Addition {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// An added segment is major from this many content words on, minor below.
    pub major_words: usize,
    /// A passage of this many content words without counterpart inside an aligned segment is reported as minor.
    pub passage_words: usize,
    /// A passage whose neighbours stand side by side in the original is reported from so much evidence on.
    pub evidence: usize,
}

impl Default for Addition {
    fn default() -> Self {
        Addition { enabled: true, severity: None, major_words: 4, passage_words: 10, evidence: 5 }
    }
}

impl Check for Addition {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if pair.unrelated || segment.translation.tokens.is_empty() {
            return;
        }
        if segment.lacks(Side::Original) {
            self.whole(pair, index, out);
        } else {
            Addition::credit_lines(pair, index, out);
            if pair.is_monolingual() {
                self.passages(index, out);
            }
        }
    }
}

const CREDIT_LINE: &str = "a line of names, such as a photo credit, that the original does not have";

impl Addition {
    fn whole(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let passage = &pair.segments[index].translation;
        if is_said_nearby(pair, index, Side::Translation) || is_copy(pair, index) {
            return;
        }
        let words = content(passage.tokens, pair.words).count();
        let (severity, message) = if is_credit_line(pair, passage) {
            (Severity::Minor, CREDIT_LINE)
        } else if words >= self.major_words {
            (Severity::Major, "the original has no counterpart of this")
        } else {
            (Severity::Minor, "the original has no counterpart of this")
        };
        let whole = passage.whole();
        out.add(severity, (index, Side::Translation), whole, message.to_string());
    }

    /// Credit lines that the aligner has put to a neighbour.
    fn credit_lines(pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        let slash = |tokens: &[Token]| tokens.iter().any(|t| pair.words.text(t.word) == "/");
        if segment.translation.sentences.len() < 2 || slash(segment.original.tokens) {
            return;
        }
        let document = pair.documents[Side::Translation as usize];
        let alone = segment.translation.sentences.clone().map(|s| document.passage(s..s + 1));
        for line in alone.filter(|p| slash(p.tokens) && is_credit_line(pair, p)) {
            out.add(Severity::Minor, (index, Side::Translation), line.whole(), CREDIT_LINE.to_string());
        }
    }

    fn passages(&self, index: usize, out: &mut Findings) {
        let limits = Limits {
            evidence: self.evidence,
            passage_words: self.passage_words,
            major_words: self.major_words,
        };
        let message = "added: the words around it stand side by side in the original";
        residue::report((index, Side::Translation), &limits, message, out);
    }
}

/// The words of the segment stand elsewhere in the translation just the same: `repetition` speaks of that.
fn is_copy(pair: &Pair, index: usize) -> bool {
    pair.segments[index].translation.sentences.clone().all(|s| pair.repeated.contains(&s))
}

/// `Name Name / AGENCY`, or at least two capitalised words none of which the original knows, in a line of few
/// words without a verb's room.
fn is_credit_line(pair: &Pair, passage: &Passage) -> bool {
    let letters: Vec<&Token> = passage.tokens.iter().filter(|t| t.kind == Kind::Word).collect();
    let names = letters.iter().filter(|t| t.capital);
    let unknown = names.clone().all(|t| !pair.holds(Side::Original, t.word));
    let short = (2..=8).contains(&letters.len());
    let slash = passage.tokens.iter().any(|t| pair.words.text(t.word) == "/");
    let mostly_names = names.clone().count() * 2 >= letters.len();
    let open = !passage.normal().ends_with(['.', '!', '?', '"']);
    short && mostly_names && open && names.count() >= 2 && (slash || unknown)
}
