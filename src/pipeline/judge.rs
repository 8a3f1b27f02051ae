//! The chain of stages that judges one pair: normalise, identify, split, align, check, measure, judge.

use std::ops::Range;

use rayon::prelude::*;

use super::Pipeline;
use super::job::Job;
use super::lesson::FirstPaths;
use super::meaning::Meaning;
use super::measure::{Gauge, Measured, Sums, own_frequencies};
use super::prepare::Prepared;
use crate::align::terms::TermRows;
use crate::align::{Alignment, Evidence, align};
use crate::checks::{Pair, Registered, check_document, check_segment, drop_doubles};
use crate::context::Context;
use crate::error::PairError;
use crate::model::{Bead, Finding, PairReport, SegmentReport, Unit, Verdict};
use crate::text::language::Treatment;
use crate::text::words::Token;
use crate::text::{Document, Passage};

impl Pipeline {
    /// The alignment of a pair alone, with the texts.
    pub fn align(&self, job: Job, context: &Context) -> Result<Aligned, PairError> {
        let prepared = self.prepare(job)?;
        let (Alignment { beads, unrelated }, _) =
            self.align_prepared(&prepared, context, &FirstPaths::default())?;
        let source = |document: &Document, sentences: &Range<usize>| {
            document.passage(sentences.clone()).source().to_string()
        };
        let segments = beads.into_iter().map(|bead| {
            let original = source(&prepared.original, &bead.original);
            let translation = source(&prepared.translation, &bead.translation);
            AlignedSegment { bead, original, translation }
        });
        Ok(Aligned { segments: segments.collect(), unrelated })
    }

    /// The whole chain for one pair: normalise, identify, split, align, check, measure, judge.
    ///
    /// Fails only where a side has more sentences than the pipeline's limit.
    pub fn judge(&self, job: Job, context: &Context) -> Result<PairReport, PairError> {
        self.judge_along(job, context, &FirstPaths::default())
    }

    /// The same, where the pair may have been aligned to learn from it.
    pub fn judge_along(
        &self,
        job: Job,
        context: &Context,
        paths: &FirstPaths,
    ) -> Result<PairReport, PairError> {
        let id = job.pair.clone();
        let mut prepared = self.prepare(job)?;
        let (alignment, terms) = self.align_prepared(&prepared, context, paths)?;
        let references_are_given = prepared.references_are_given(&alignment);
        let reference = prepared.reference_by_segment(&alignment, &self.normalise);
        let Prepared { words, original, translation, languages, treatment, units, .. } = prepared;
        let compared = reference.map(|(reference, is_other)| {
            let language = languages[1].clone();
            let alignment = Alignment { beads: with_reference(&alignment.beads), unrelated: is_other };
            (reference, alignment, [language.clone(), language])
        });
        let pair = Pair::new([&original, &translation], &words, treatment, languages, context, &alignment);
        let compared = compared.as_ref().map(|(reference, alignment, languages)| {
            let documents = [reference, &translation];
            Pair::new(documents, &words, Treatment::Monolingual, languages.clone(), context, alignment)
        });
        let terms = match treatment {
            Treatment::Bilingual if compared.is_none() => {
                terms.unwrap_or_else(|| TermRows::new(pair.documents, &words))
            }
            _ => TermRows::default(),
        };
        let case = Case {
            id: &id,
            pair: &pair,
            compared: compared.as_ref().unwrap_or(&pair),
            terms: &terms,
            references_are_given,
            units: &units,
        };
        let meaning = self.meaning(case.compared)?;
        Ok(self.report(&case, meaning))
    }

    /// As given, or by all that is known of the pair; with its terms, where they were needed for that.
    fn align_prepared(
        &self,
        prepared: &Prepared,
        context: &Context,
        paths: &FirstPaths,
    ) -> Result<(Alignment, Option<TermRows>), PairError> {
        if let Some(given) = prepared.given_alignment() {
            return Ok((given, None));
        }
        let documents = [&prepared.original, &prepared.translation];
        let vectors = self.sentence_vectors(prepared.treatment, documents)?;
        let known = prepared.evidence(context);
        let evidence = Evidence { meaning: vectors.as_ref(), learn: true, ..known };
        Ok(match prepared.treatment {
            Treatment::Monolingual => (align(documents, &prepared.words, prepared.treatment, evidence), None),
            Treatment::Bilingual => {
                let start = paths.start(prepared);
                (start.align(evidence), Some(start.into_terms()))
            }
        })
    }

    fn report(&self, case: &Case, meaning: Meaning) -> PairReport {
        let Case { id, pair, compared, .. } = *case;
        let mut checks: Vec<Registered> = self.checks.all();
        checks.retain(|c| c.enabled);
        let own = own_frequencies(compared, &self.normalise);
        let gauge = Gauge::new(self, *case, own.as_ref(), meaning);
        let measured: Vec<(Measured, Vec<Finding>)> = (0..pair.segments.len())
            .into_par_iter()
            .with_min_len(8)
            .map(|i| (gauge.segment(i), check_segment(&checks, pair, i)))
            .collect();
        let mut findings = check_document(&checks, pair);
        let (measured, found): (Vec<Measured>, Vec<Vec<Finding>>) = measured.into_iter().unzip();
        findings.extend(found.into_iter().flatten());
        findings.sort_by(|a, b| {
            let place = |f: &Finding| (f.segment, f.side, f.chars.start, f.chars.end, f.check);
            place(a).cmp(&place(b))
        });
        drop_doubles(&mut findings);
        let accepted = self.accepted.take_from(id, &mut findings);
        PairReport { accepted, ..self.assemble(case, &measured, findings) }
    }

    fn assemble(&self, case: &Case, measured: &[Measured], findings: Vec<Finding>) -> PairReport {
        let Case { pair, compared, .. } = *case;
        let sums = Sums::of(measured);
        let points = points_by_segment(&findings, pair.segments.len());
        let mut segments = Vec::with_capacity(measured.len());
        for (k, (segment, measured)) in pair.segments.iter().zip(measured).enumerate() {
            let words = words_judged(segment.translation.tokens, segment.original.tokens);
            segments.push(SegmentReport {
                bead: segment.bead.clone(),
                scores: measured.scores,
                error_points: per_100_words(points[k], words),
                original: segment.original.source().to_string(),
                translation: segment.translation.source().to_string(),
                reference: case.reference(k).map_or("", Passage::source).to_string(),
                reference_line: case.reference(k).filter(|r| !r.source().is_empty()).and_then(Passage::line),
                unit: case.unit(segment.bead),
                original_line: segment.original.line(),
                translation_line: segment.translation.line(),
            });
        }
        let [original, translation] = pair.documents;
        let mut report = PairReport {
            scores: sums.scores(self),
            interval: sums.interval,
            statistics: sums.statistics.clone(),
            coverage: coverage(pair),
            error_points: per_100_words(
                points.iter().sum(),
                words_judged(translation.tokens(), original.tokens()),
            ),
            verdict: Verdict::Pass,
            original_language: pair.languages[0].clone(),
            translation_language: pair.languages[1].clone(),
            original_sentences: original.sentences().len(),
            translation_sentences: translation.sentences().len(),
            worst_segment: worst_segment(&segments),
            accepted: 0,
            note: String::new(),
            segments,
            findings,
        };
        let (verdict, mut notes) = self.verdict.of(&report);
        report.verdict = verdict;
        if pair.unrelated {
            notes = vec!["not a translation of this original".to_string()];
        }
        if case.has_reference() && compared.unrelated {
            notes.push("the translation has little in common with its reference".to_string());
        }
        let without = (0..pair.segments.len()).filter(|&k| case.lacks_reference(k)).count();
        if without > 0 {
            notes.push(format!("{without} of {} segments without a reference", pair.segments.len()));
        }
        notes.extend(sums.note(compared));
        notes.extend(self.why_no_meaning(compared));
        report.note = notes.join("; ");
        report
    }
}

/// The alignment of a pair.
pub struct Aligned {
    /// Rows in the order of the original.
    pub segments: Vec<AlignedSegment>,
    /// The two texts do not belong together.
    pub unrelated: bool,
}

/// A bead with its texts as their authors wrote them.
pub struct AlignedSegment {
    /// Numbers of its sentences.
    pub bead: Bead,
    /// The original's side; empty in an addition.
    pub original: String,
    /// The translation's side; empty in an omission.
    pub translation: String,
}

/// A pair that is judged.
#[derive(Clone, Copy)]
pub(super) struct Case<'p> {
    id: &'p str,
    /// What is checked.
    pub(super) pair: &'p Pair<'p>,
    /// What is measured, segment by segment the same: the reference in place of the original, where there is one.
    pub(super) compared: &'p Pair<'p>,
    /// The terms of a pair of two languages that is measured.
    pub(super) terms: &'p TermRows,
    /// References came segment by segment.
    references_are_given: bool,
    units: &'p [Unit],
}

impl Case<'_> {
    fn has_reference(&self) -> bool {
        !std::ptr::eq(self.pair, self.compared)
    }

    /// What the reference says in a segment.
    fn reference(&self, segment: usize) -> Option<&Passage<'_>> {
        self.has_reference().then(|| &self.compared.segments[segment].original)
    }

    /// References came segment by segment, and this one has none: there is nothing to compare with.
    pub(super) fn lacks_reference(&self, segment: usize) -> bool {
        self.references_are_given && self.compared.segments[segment].original.source().trim().is_empty()
    }

    /// What the file says of the segment.
    fn unit(&self, bead: &Bead) -> Unit {
        self.units.get(bead.original.start).filter(|_| !bead.original.is_empty()).cloned().unwrap_or_default()
    }
}

/// The beads with the sentence of the reference in place of the original's.
fn with_reference(beads: &[Bead]) -> Vec<Bead> {
    beads.iter().enumerate().map(|(k, bead)| Bead { original: k..k + 1, ..bead.clone() }).collect()
}

fn content_words(tokens: &[Token]) -> usize {
    tokens.iter().filter(|t| t.is_content()).count()
}

/// Words of the translation; of the original where there is no translation.
fn words_judged(translation: &[Token], original: &[Token]) -> usize {
    match content_words(translation) {
        0 => content_words(original),
        words => words,
    }
}

fn per_100_words(points: f64, words: usize) -> f64 {
    points * 100.0 / words.max(1) as f64
}

fn points_by_segment(findings: &[Finding], segments: usize) -> Vec<f64> {
    let mut points = vec![0.0; segments];
    for finding in findings {
        points[finding.segment] += finding.points();
    }
    points
}

/// Share of the original's words in beads that have a translation; all of them where there is none.
fn coverage(pair: &Pair) -> f64 {
    let words = |p: &Passage| content_words(p.tokens);
    let all: usize = pair.segments.iter().map(|s| words(&s.original)).sum();
    let aligned = pair.segments.iter().filter(|s| !s.translation.tokens.is_empty());
    let covered: usize = aligned.map(|s| words(&s.original)).sum();
    if all == 0 { 1.0 } else { covered as f64 / all as f64 }
}

/// Most error points first; among equals the lowest similarity; the first of those.
fn worst_segment(segments: &[SegmentReport]) -> Option<usize> {
    let rank = |s: &SegmentReport| (-s.error_points, s.scores.similarity.unwrap_or(100.0));
    let all = segments.iter().enumerate();
    all.min_by(|(_, a), (_, b)| {
        let (a, b) = (rank(a), rank(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
    .map(|(k, _)| k)
}
