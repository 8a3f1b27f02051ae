//! What makes scores wrong without a word: looked for in the input, with what it does to the scores.

use std::path::Path;

use super::lines::{BYTE_ORDER_MARK, Source};
use super::{Counted, Segment, Task, add};
use crate::metrics::{Level, Statistics};

/// One kind of suspicion about a segment, and what the segment would be without its cause.
struct Kind {
    /// What is said of the system: `{count}`, `{lines}` and `{first}` are filled in.
    message: &'static str,
    /// The change whose effect on the scores is said.
    remedy: &'static str,
    /// What the segment would be for a system; `None` where there is nothing to suspect.
    altered: fn(&Segment, usize) -> Option<Altered>,
    /// Whether so many lines of all are worth a word.
    matters: fn(&Notes, usize, usize) -> bool,
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
        matters: |_, _, _| true,
    },
    Kind {
        message: "{count} of {lines} lines have text where every reference is empty (first: line {first})",
        remedy: "without them",
        altered: |segment, system| {
            let empty = segment.references.iter().all(String::is_empty);
            (empty && !segment.hypotheses[system].is_empty()).then_some(Altered::Without)
        },
        matters: |_, _, _| true,
    },
    Kind {
        message: "a byte order mark, here or in the reference, counts as a character of the first line",
        remedy: "without it (--encoding utf-8-sig)",
        altered: |segment, system| {
            let texts = || std::iter::once(&segment.hypotheses[system]).chain(&segment.references);
            let marked = segment.is_first && texts().any(|text| text.starts_with(BYTE_ORDER_MARK));
            let without = |text: &String| text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).to_string();
            let mut texts = texts().map(without);
            marked.then(|| Altered::Texts(texts.next().unwrap_or_default(), texts.collect()))
        },
        matters: |_, _, _| true,
    },
    Kind {
        message: "{count} of {lines} lines end in a full stop that stands alone, as in tokenized text, and the \
                  reference's do not (first: line {first}); scores can be compared only for text as people read it \
                  (--force if it is meant so)",
        remedy: "with the spaces before full stops and commas taken out of these lines",
        altered: |segment, system| {
            let hypothesis = &segment.hypotheses[system];
            let alone = |text: &String| text.ends_with(" .");
            (alone(hypothesis) && !segment.references.iter().any(alone)).then(|| {
                let joined = hypothesis.replace(" .", ".").replace(" ,", ",");
                Altered::Texts(joined, segment.references.clone())
            })
        },
        matters: |notes, count, lines| !notes.force && (count >= 100 || count >= 5 && 2 * count >= lines),
    },
    Kind {
        message: "{count} of {lines} lines hold words in pieces, and the reference's do not (\"@@ \" or \"▁\", first: \
                  line {first})",
        remedy: "with the words whole",
        altered: |segment, system| {
            let whole = whole_words(&segment.hypotheses[system])?;
            let alike = segment.references.iter().any(|reference| whole_words(reference).is_some());
            (!alike).then(|| Altered::Texts(whole, segment.references.clone()))
        },
        matters: |_, _, _| true,
    },
    Kind {
        message: "every line of the reference holds as many TABs, and the hypothesis none",
        remedy: "with a reference between every two TABs (--num-refs)",
        altered: |segment, system| {
            let [reference] = &segment.references[..] else { return None };
            let hypothesis = &segment.hypotheses[system];
            let fields = || reference.split('\t').map(str::to_string).collect();
            let tabbed = reference.contains('\t') && !hypothesis.contains('\t');
            tabbed.then(|| Altered::Texts(hypothesis.clone(), fields()))
        },
        matters: |notes, count, lines| count == lines && notes.fields.is_some_and(|(_, alike)| alike),
    },
];

/// Whether any kind of suspicion falls on a segment.
pub(super) fn is_suspicious(segment: &Segment) -> bool {
    let falls = |system: usize| {
        segment.hypotheses[system].contains('\r')
            || KINDS.iter().any(|kind| (kind.altered)(segment, system).is_some())
    };
    (0..segment.hypotheses.len()).any(falls)
}

/// The text with the pieces of its words joined, if it holds any: `un@@ seen`, `▁un seen`.
fn whole_words(text: &str) -> Option<String> {
    if !text.contains("@@") && !text.contains('▁') {
        return None;
    }
    let text = text.strip_suffix("@@").unwrap_or(text);
    let is_piece = |at: usize| text[..at].ends_with(char::is_alphanumeric);
    if text.match_indices("@@ ").any(|(at, _)| is_piece(at)) {
        return Some(text.replace("@@ ", ""));
    }
    let begins_word = |at: usize| text[at..].chars().nth(1).is_some_and(char::is_alphanumeric);
    let pieces = text.match_indices('▁').any(|(at, _)| begins_word(at));
    pieces.then(|| text.replace(' ', "").replace('▁', " ").trim_start().to_string())
}

/// What has been seen of one kind in one system.
#[derive(Clone, Default)]
struct Seen {
    count: usize,
    first: usize,
    /// How many of the lines would be left out.
    left_out: usize,
    /// What the sums of the counts would gain without the cause.
    gain: Counted,
}

/// What has been seen in all segments so far.
pub(super) struct Notes {
    /// By system and kind.
    seen: Vec<[Seen; KINDS.len()]>,
    /// Lines that equal their first reference, by system.
    equal: Vec<usize>,
    /// The first line with a CR that ends no line, by system.
    lone_cr: Vec<Option<usize>>,
    /// The fields between TABs in the first line of the first reference, and whether all lines have as many.
    fields: Option<(usize, bool)>,
    /// The sums with hypothesis and reference exchanged, where the names look so.
    exchanged: Option<Counted>,
    /// Text that looks tokenized is meant to be.
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
            lone_cr: Vec::new(),
            fields: None,
            exchanged: exchanged.then(Counted::new),
            force: task.force,
        }
    }

    /// Looks at the segment with that index, from 0. `counted`: its counts, if it is suspicious.
    pub(super) fn take(&mut self, task: &Task, index: usize, segment: &Segment, counted: Option<&Counted>) {
        let systems = segment.hypotheses.len();
        self.seen.resize_with(systems, Default::default);
        self.equal.resize(systems, 0);
        self.lone_cr.resize(systems, None);
        for (equal, hypothesis) in self.equal.iter_mut().zip(&segment.hypotheses) {
            *equal += usize::from(*hypothesis == segment.references[0]);
        }
        if let Some(sums) = &mut self.exchanged {
            add(sums, &task.measure(&[&segment.references[0]], &[&segment.hypotheses[0]]));
        }
        let Some(counted) = counted else { return };
        let fields = segment.references[0].split('\t').count();
        let (of_first, alike) = self.fields.get_or_insert((fields, true));
        *alike &= *of_first == fields;
        for (system, (seen, counted)) in self.seen.iter_mut().zip(counted).enumerate() {
            if segment.hypotheses[system].contains('\r') {
                self.lone_cr[system].get_or_insert(index + 1);
            }
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
        for (system, name) in systems.iter().enumerate() {
            for (kind, seen) in KINDS.iter().zip(&self.seen[system]) {
                if seen.count > 0 && (kind.matters)(self, seen.count, lines) {
                    warnings.extend(seen.warning(name, kind, lines, task, &sums[system]));
                }
            }
            if self.equal[system] == lines && lines > 1 {
                warnings.push(format!("{name}: all {lines} lines equal the reference: is it the same file?"));
            }
            if let Some(line) = self.lone_cr[system] {
                warnings.push(format!(
                    "{name}: line {line} holds a CR, which ends no line of a file: if it should, make it LF (from \
                     standard input it would, and the lines after it would be compared with others)"
                ));
            }
        }
        if let Some(exchanged) = &self.exchanged {
            let reference = task.references[0].name();
            let effect = effect(task, &sums[0], &exchanged[0]);
            warnings.push(format!(
                "{}: by its name a reference, and {reference} a hypothesis; exchanged {effect}",
                systems[0],
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
        self.left_out += usize::from(matches!(altered, Altered::Without));
        let loss = counted.iter().map(|s| Statistics(s.0.iter().map(|count| -count).collect())).collect();
        add(&mut self.gain, &vec![loss]);
        if let Altered::Texts(hypothesis, references) = altered {
            let references: Vec<&str> = references.iter().map(String::as_str).collect();
            add(&mut self.gain, &task.measure(&[hypothesis], &references));
        }
    }

    /// `None` where nothing changes in the first decimal: then there is nothing to warn of.
    fn warning(
        &self,
        system: &str,
        kind: &Kind,
        lines: usize,
        task: &Task,
        sums: &[Statistics],
    ) -> Option<String> {
        let mut without = vec![sums.to_vec()];
        add(&mut without, &self.gain);
        let message = kind.message.replace("{count}", &self.count.to_string());
        let message = message.replace("{lines}", &lines.to_string());
        let message = message.replace("{first}", &self.first.to_string());
        if self.left_out == lines {
            return Some(format!("{system}: {message}"));
        }
        let changes = scores(task, sums, &without[0]).iter().any(|(_, is, would_be)| is != would_be);
        changes.then(|| format!("{system}: {message}; {} {}", kind.remedy, effect(task, sums, &without[0])))
    }
}

/// For each metric its name, the corpus score for `sums` and that for `without`, to one decimal.
fn scores(task: &Task, sums: &[Statistics], without: &[Statistics]) -> Vec<(String, String, String)> {
    let counts = sums.iter().zip(without);
    let scored = task.metrics.iter().zip(counts).map(|(metric, (sums, without))| {
        let [is, would_be] =
            [sums, without].map(|counts| format!("{:.1}", metric.score(counts, Level::Corpus)));
        (metric.title(), is, would_be)
    });
    scored.collect()
}

/// `BLEU would be 34.2, not 33.9; chrF2 61.0 as it is`.
fn effect(task: &Task, sums: &[Statistics], without: &[Statistics]) -> String {
    let scores = scores(task, sums, without).into_iter().enumerate();
    let parts = scores.map(|(index, (title, is, would_be))| {
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
    fn pieces_of_words_are_joined() {
        assert_eq!(whole_words("an un@@ se@@ en one").as_deref(), Some("an unseen one"));
        assert_eq!(whole_words("cut at the e@@ nd@@").as_deref(), Some("cut at the end"));
        assert_eq!(whole_words("▁an ▁un seen ▁one").as_deref(), Some("an unseen one"));
    }

    #[test]
    fn signs_that_only_look_like_pieces_are_left_alone() {
        for text in ["plain text", "@@ -1,3 +1,4 @@ a hunk", "level ▁ ▁ ▂", "▁"] {
            assert_eq!(whole_words(text), None);
        }
    }
}
