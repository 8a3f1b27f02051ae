//! A trusted translation beside the pair: which of its sentences belong to which segment.

use crate::align::Alignment;
use crate::model::Bead;
use crate::text::Document;
use crate::text::normalise::Normalise;
use crate::text::words::Words;

/// The reference segment by segment: its sentence `k` is what belongs to segment `k`, empty where nothing does.
///
/// `aligned` has the reference as its original. Errors in it move words between neighbouring segments; none is lost.
pub(super) fn by_segment(
    reference: &Document,
    beads: &[Bead],
    aligned: &Alignment,
    rules: &Normalise,
    words: &mut Words,
) -> Document {
    let mut segments: Vec<Vec<usize>> = vec![Vec::new(); beads.len()];
    if beads.is_empty() {
        return Document::from_sentences(&[], rules, words);
    }
    let places = if aligned.unrelated {
        in_proportion(reference.sentences().len(), beads.len())
    } else {
        by_translation(reference.sentences().len(), beads, &aligned.beads)
    };
    for (sentence, &segment) in places.iter().enumerate() {
        segments[segment].push(sentence);
    }
    let texts: Vec<String> = segments.iter().map(|sentences| joined(reference, sentences)).collect();
    let line =
        |sentences: &Vec<usize>| sentences.first().map_or(0, |&s| reference.sentences()[s].line as u32);
    Document::from_sentences(&texts, rules, words).with_lines(segments.iter().map(line).collect())
}

/// The segment of each sentence of the reference: where the sentences of the translation stand that say the same. What
/// the translation has not goes to the next segment that is left out, else to the one before.
fn by_translation(sentences: usize, beads: &[Bead], aligned: &[Bead]) -> Vec<usize> {
    let translated = beads.iter().map(|bead| bead.translation.end).max().unwrap_or(0);
    let mut segment_of = vec![0; translated];
    for (segment, bead) in beads.iter().enumerate() {
        segment_of[bead.translation.clone()].fill(segment);
    }
    let mut places = vec![0; sentences];
    let mut last = None;
    for bead in aligned.iter().filter(|bead| !bead.original.is_empty()) {
        if let Some(segment) = commonest(&segment_of[bead.translation.clone()]) {
            places[bead.original.clone()].fill(segment);
            last = Some(segment);
            continue;
        }
        for sentence in bead.original.clone() {
            let next = last.map_or(0, |last| last + 1);
            let is_left_out = beads.get(next).is_some_and(|bead| bead.translation.is_empty());
            places[sentence] = if is_left_out { next } else { last.unwrap_or(0) };
            last = Some(places[sentence]);
        }
    }
    places
}

/// Of two texts that do not belong together: sentence by sentence along both.
fn in_proportion(sentences: usize, segments: usize) -> Vec<usize> {
    (0..sentences).map(|sentence| sentence * segments / sentences).collect()
}

/// The value that comes most often; the first of several.
fn commonest(values: &[usize]) -> Option<usize> {
    let times = |value: usize| values.iter().filter(|&&other| other == value).count();
    values.iter().copied().rev().max_by_key(|&value| times(value))
}

/// The text of sentences, as it stands where they follow each other.
fn joined(document: &Document, sentences: &[usize]) -> String {
    let runs = sentences.chunk_by(|a, b| a + 1 == *b);
    let texts: Vec<&str> =
        runs.map(|run| document.passage(run[0]..run[run.len() - 1] + 1).source()).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::Range;

    fn beads(ranges: &[(Range<usize>, Range<usize>)]) -> Vec<Bead> {
        let bead = |(original, translation): &(Range<usize>, Range<usize>)| Bead {
            original: original.clone(),
            translation: translation.clone(),
            confidence: 1.0,
            moved: false,
        };
        ranges.iter().map(bead).collect()
    }

    #[test]
    fn a_sentence_of_the_reference_goes_with_its_translation() {
        let rows = beads(&[(0..1, 0..1), (1..2, 1..3), (2..4, 3..4)]);
        let aligned = beads(&[(0..1, 0..1), (1..2, 1..2), (2..3, 2..3), (3..5, 3..4)]);
        assert_eq!(by_translation(5, &rows, &aligned), [0, 1, 1, 2, 2]);
    }

    #[test]
    fn what_is_not_translated_goes_to_what_is_left_out() {
        let rows = beads(&[(0..1, 0..1), (1..2, 1..1), (2..3, 1..1), (3..4, 1..2)]);
        let aligned = beads(&[(0..1, 0..1), (1..2, 1..1), (2..4, 1..1), (4..5, 1..2)]);
        assert_eq!(by_translation(5, &rows, &aligned), [0, 1, 2, 2, 3]);
        let none_left_out = beads(&[(0..1, 0..1), (1..2, 1..2)]);
        let more = beads(&[(0..1, 0..0), (1..2, 0..1), (2..3, 1..1), (3..4, 1..2)]);
        assert_eq!(by_translation(4, &none_left_out, &more), [0, 0, 0, 1]);
    }

    #[test]
    fn moved_segments_take_their_reference_along() {
        let rows = beads(&[(0..1, 1..2), (1..2, 0..1)]);
        let aligned = beads(&[(0..1, 0..1), (1..2, 1..2)]);
        assert_eq!(by_translation(2, &rows, &aligned), [1, 0]);
    }

    #[test]
    fn of_equal_shares_the_first_decides() {
        assert_eq!(
            (commonest(&[2, 3, 3, 2]), commonest(&[5, 4, 4]), commonest(&[])),
            (Some(2), Some(4), None)
        );
    }
}
