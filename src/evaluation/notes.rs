//! What makes scores wrong without a word: looked for in the input, with what it does to the scores.

use std::path::Path;

use super::lines::{BYTE_ORDER_MARK, Source};
use super::{Counted, Segment, Task, add};
use crate::metrics::{Level, Statistics};

/// One kind of suspicion about a segment, and what the segment would be without its cause.
struct Kind {
    /// What is said of the system or reference: `{count}`, `{lines}` and `{first}` are filled in.
    message: &'static str,
    /// The change whose effect on the scores is said.
    remedy: &'static str,
    altered: fn(&Segment, usize) -> Option<Altered>,
    /// Whether so many lines of all are worth a word.
    matters: fn(usize, usize) -> bool,
}

/// What a segment would be: left out, or with other texts.
enum Altered {
    Without,
    Texts(String, Vec<String>),
}

const KINDS: [Kind; 6] = [
    Kind {
        message: "{count} of {lines} lines are empty where the reference has text (first: line {first})",
        remedy: "without them",
        altered: |segment, system| {
            let empty = segment.hypotheses[system].is_empty();
            (empty && segment.references.iter().any(|r| !r.is_empty())).then_some(Altered::Without)
        },
        matters: |_, _| true,
    },
    Kind {
        message: "{count} of {lines} lines have text where every reference is empty (first: line {first})",
        remedy: "without them",
        altered: |segment, system| {
            let empty = segment.references.iter().all(String::is_empty);
            (empty && !segment.hypotheses[system].is_empty()).then_some(Altered::Without)
        },
        matters: |_, _| true,
    },
    Kind {
        message: "a byte order mark begins the text and counts as a character of it",
        remedy: "without it (--encoding utf-8-sig)",
        altered: |segment, system| {
            let texts = std::iter::once(&segment.hypotheses[system]).chain(&segment.references);
            let marked = texts.clone().any(|text| text.starts_with(BYTE_ORDER_MARK));
            marked.then(|| altered(texts.map(|text| text.trim_start_matches(BYTE_ORDER_MARK).to_string())))
        },
        matters: |_, _| true,
    },
    Kind {
        message: "{count} of {lines} lines end in a full stop that stands alone, as in tokenized text (first: line \
                  {first}); scores can be compared only for text as people read it (--force if it is meant so)",
        remedy: "with the spaces before punctuation taken out",
        altered: |segment, system| {
            let hypothesis = &segment.hypotheses[system];
            hypothesis.ends_with(" .").then(|| Altered::Texts(joined(hypothesis), segment.references.clone()))
        },
        matters: |count, lines| count >= 100 || count >= 5 && 2 * count >= lines,
    },
    Kind {
        message: "{count} of {lines} lines hold words in pieces (\"@@ \" or \"▁\", first: line {first})",
        remedy: "with the words whole",
        altered: |segment, system| {
            let hypothesis = &segment.hypotheses[system];
            whole_words(hypothesis).map(|text| Altered::Texts(text, segment.references.clone()))
        },
        matters: |_, _| true,
    },
    Kind {
        message: "{count} of {lines} lines of the reference hold TABs, each as many (first: line {first})",
        remedy: "with a reference between every two TABs (--num-refs)",
        altered: |segment, system| {
            let tabbed = segment.references.len() == 1 && segment.references[0].contains('\t');
            let fields = || segment.references[0].split('\t').map(str::to_string).collect();
            tabbed.then(|| Altered::Texts(segment.hypotheses[system].clone(), fields()))
        },
        matters: |count, lines| count == lines,
    },
];

/// The place of the kind that `--force` silences.
const TOKENIZED: usize = 3;

fn altered(mut texts: impl Iterator<Item = String>) -> Altered {
    let hypothesis = texts.next().unwrap_or_default();
    Altered::Texts(hypothesis, texts.collect())
}

/// Whether any kind of suspicion falls on a segment.
pub(super) fn is_suspicious(segment: &Segment) -> bool {
    let falls = |system: usize| KINDS.iter().any(|kind| (kind.altered)(segment, system).is_some());
    holds_cr(segment) || (0..segment.hypotheses.len()).any(falls)
}

fn holds_cr(segment: &Segment) -> bool {
    segment.hypotheses.iter().chain(&segment.references).any(|text| text.contains('\r'))
}

/// Without the spaces that tokenization puts before punctuation.
fn joined(text: &str) -> String {
    let marks = [".", ",", ";", ":", "!", "?", "%", ")", "]", "}"];
    marks.iter().fold(text.to_string(), |text, mark| text.replace(&format!(" {mark}"), mark))
}

/// The text with the pieces of its words joined, if it holds any: `un@@ seen`, `▁un seen`.
fn whole_words(text: &str) -> Option<String> {
    if text.contains("@@ ") {
        return Some(text.replace("@@ ", ""));
    }
    text.contains('▁').then(|| text.replace(' ', "").replace('▁', " ").trim_start().to_string())
}

/// What has been seen of one kind in one system.
#[derive(Clone, Default)]
struct Seen {
    count: usize,
    first: usize,
    /// What the sums of the counts would gain without the cause.
    gain: Counted,
}

/// What has been seen in all segments so far.
pub(super) struct Notes {
    /// By system and kind.
    seen: Vec<[Seen; KINDS.len()]>,
    /// Lines that equal their first reference, by system.
    equal: Vec<usize>,
    /// The first line with a CR that ends no line.
    lone_cr: Option<usize>,
    /// The sums with hypothesis and reference exchanged, where the names look so.
    exchanged: Option<Counted>,
    force: bool,
}

impl Notes {
    pub(super) fn new(task: &Task) -> Self {
        let exchanged = match (&task.hypotheses[..], &task.references[..]) {
            ([Source::File(hypothesis)], [Source::File(reference)]) => look_exchanged(hypothesis, reference),
            _ => false,
        };
        Self {
            seen: Vec::new(),
            equal: Vec::new(),
            lone_cr: None,
            exchanged: exchanged.then(Counted::new),
            force: task.force,
        }
    }

    /// Looks at the segment with that index, from 0. `counted`: its counts, if it is suspicious.
    pub(super) fn take(&mut self, task: &Task, index: usize, segment: &Segment, counted: Option<&Counted>) {
        self.seen.resize_with(segment.hypotheses.len(), Default::default);
        self.equal.resize(segment.hypotheses.len(), 0);
        for (equal, hypothesis) in self.equal.iter_mut().zip(&segment.hypotheses) {
            *equal += usize::from(*hypothesis == segment.references[0]);
        }
        if let Some(sums) = &mut self.exchanged {
            add(sums, &task.measure(&[&segment.references[0]], &[&segment.hypotheses[0]]));
        }
        let Some(counted) = counted else { return };
        if self.lone_cr.is_none() && holds_cr(segment) {
            self.lone_cr = Some(index + 1);
        }
        for (system, (seen, counted)) in self.seen.iter_mut().zip(counted).enumerate() {
            for (kind, seen) in KINDS.iter().zip(seen) {
                if let Some(altered) = (kind.altered)(segment, system) {
                    seen.add(task, index, &altered, counted);
                }
            }
        }
    }

    /// All that is worth a word.
    pub(super) fn warnings(
        &self,
        task: &Task,
        systems: &[String],
        lines: usize,
        sums: &Counted,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        for ((system, seen), sums) in systems.iter().zip(&self.seen).zip(sums) {
            for (kind, (about, seen)) in KINDS.iter().zip(seen).enumerate() {
                if seen.count > 0 && (about.matters)(seen.count, lines) && !(self.force && kind == TOKENIZED)
                {
                    warnings.push(seen.warning(system, about, lines, task, sums));
                }
            }
        }
        for (system, &equal) in systems.iter().zip(&self.equal) {
            if equal == lines && lines > 1 {
                warnings
                    .push(format!("{system}: all {lines} lines equal the reference: is it the same file?"));
            }
        }
        if let Some(line) = self.lone_cr {
            warnings.push(format!(
                "line {line} holds a CR that ends no line: read from standard input it would end one, and the \
                 lines after it would be compared with others"
            ));
        }
        if let Some(exchanged) = &self.exchanged {
            warnings.push(format!(
                "{}: by its name a reference, and {} a hypothesis; exchanged {}",
                systems[0],
                task.references[0].name(),
                effect(task, &sums[0], &exchanged[0]),
            ));
        }
        warnings
    }
}

impl Seen {
    fn add(&mut self, task: &Task, index: usize, altered: &Altered, counted: &[Statistics]) {
        if self.count == 0 {
            self.first = index + 1;
        }
        self.count += 1;
        let loss = counted.iter().map(|s| Statistics(s.0.iter().map(|count| -count).collect())).collect();
        add(&mut self.gain, &vec![loss]);
        if let Altered::Texts(hypothesis, references) = altered {
            let references: Vec<&str> = references.iter().map(String::as_str).collect();
            add(&mut self.gain, &task.measure(&[hypothesis], &references));
        }
    }

    fn warning(&self, system: &str, kind: &Kind, lines: usize, task: &Task, sums: &[Statistics]) -> String {
        let message = kind.message.replace("{count}", &self.count.to_string());
        let message = message.replace("{lines}", &lines.to_string());
        let message = message.replace("{first}", &self.first.to_string());
        let mut without = vec![sums.to_vec()];
        add(&mut without, &self.gain);
        format!("{system}: {message}; {} {}", kind.remedy, effect(task, sums, &without[0]))
    }
}

/// `BLEU would be 34.2, not 33.9, and TER 51.0, not 52.3`.
fn effect(task: &Task, sums: &[Statistics], without: &[Statistics]) -> String {
    let scores = task.metrics.iter().zip(sums.iter().zip(without)).map(|(metric, (sums, without))| {
        let [is, would_be] = [sums, without].map(|counts| metric.score(counts, Level::Corpus));
        (metric.title(), format!("{would_be:.1}"), format!("{is:.1}"))
    });
    let parts = scores.enumerate().map(|(index, (title, would_be, is))| {
        let verb = if index == 0 { " would be" } else { "" };
        let not = if would_be == is { " as it is".to_string() } else { format!(", not {is}") };
        format!("{title}{verb} {would_be}{not}")
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Whether the hypothesis has a reference's name and the reference a hypothesis'.
fn look_exchanged(hypothesis: &Path, reference: &Path) -> bool {
    const OF_REFERENCES: [&str; 6] = ["ref", "refs", "reference", "references", "gold", "human"];
    const OF_HYPOTHESES: [&str; 10] =
        ["hyp", "hyps", "hypothesis", "hypotheses", "sys", "system", "mt", "output", "pred", "candidate"];
    let has = |path: &Path, words: &[&str]| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        name.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part))
    };
    has(hypothesis, &OF_REFERENCES)
        && !has(hypothesis, &OF_HYPOTHESES)
        && has(reference, &OF_HYPOTHESES)
        && !has(reference, &OF_REFERENCES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_a_reference_from_a_hypothesis() {
        let looks = |a: &str, b: &str| look_exchanged(Path::new(a), Path::new(b));
        assert!(looks("wmt/ref.de", "out/hyp.de"));
        assert!(looks("newstest.reference.txt", "my_system.txt"));
        assert!(!looks("hyp.de", "ref.de") && !looks("refA.txt", "refB.txt") && !looks("ref.A", "ref.B"));
    }

    #[test]
    fn spaces_before_punctuation_are_taken_out() {
        assert_eq!(joined("Well , that is all ( so far ) ."), "Well, that is all ( so far).");
    }

    #[test]
    fn pieces_of_words_are_joined() {
        assert_eq!(whole_words("an un@@ se@@ en one").as_deref(), Some("an unseen one"));
        assert_eq!(whole_words("▁an ▁un seen ▁one").as_deref(), Some("an unseen one"));
        assert_eq!(whole_words("plain text"), None);
    }
}
