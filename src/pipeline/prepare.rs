//! A pair before alignment: normalised, its languages identified, split into sentences.

use super::job::{Given, Job, Text};
use super::reference::by_segment;
use super::{Limits, Pipeline};
use crate::align::{Alignment, Evidence, align};
use crate::context::Context;
use crate::error::PairError;
use crate::model::{Language, Side, Unit};
use crate::text::Document;
use crate::text::language::{Treatment, settle};
use crate::text::normalise::Normalise;
use crate::text::words::Words;

/// What an error says that is about the reference.
pub const REFERENCE: &str = "reference";

pub(super) fn refused(stage: &'static str, side: &str, reason: &'static str, hint: String) -> PairError {
    PairError { path: side.to_string(), stage, reason, byte_offset: None, hint }
}

/// A pair before alignment.
pub(super) struct Prepared {
    pub(super) words: Words,
    pub(super) original: Document,
    pub(super) translation: Document,
    pub(super) reference: Option<Document>,
    pub(super) languages: [Option<Language>; 2],
    pub(super) treatment: Treatment,
    pub(super) given: Given,
    pub(super) units: Vec<Unit>,
    pub(super) machine_translation: Option<Document>,
}

impl Prepared {
    /// References came segment by segment, as the sentences of both sides did.
    pub(super) fn references_are_given(&self, alignment: &Alignment) -> bool {
        let count = self.reference.as_ref().map(|reference| reference.sentences().len());
        self.given == Given::OneToOne && count == Some(alignment.beads.len())
    }

    /// The reference segment by segment, and whether it is another text than the translation.
    pub(super) fn reference_by_segment(
        &mut self,
        alignment: &Alignment,
        rules: &Normalise,
    ) -> Option<(Document, bool)> {
        let are_given = self.references_are_given(alignment);
        let reference = self.reference.take()?;
        if are_given {
            return Some((reference, false));
        }
        let documents = [&reference, &self.translation];
        let aligned = align(documents, &self.words, Treatment::Monolingual, Evidence::default());
        let segments = by_segment(&reference, &alignment.beads, &aligned, rules, &mut self.words);
        Some((segments, aligned.unrelated))
    }

    pub(super) fn given_alignment(&self) -> Option<Alignment> {
        match &self.given {
            Given::Nothing => None,
            Given::OneToOne => Some(Alignment::given(self.original.sentences().len())),
            Given::Beads(beads) => Some(Alignment { beads: beads.clone(), unrelated: false }),
        }
    }

    /// What a batch has taught of such a pair, and what came with it.
    pub(super) fn evidence<'e>(&'e self, context: &'e Context) -> Evidence<'e> {
        Evidence {
            lexicon: context.lexicon(&self.languages),
            dictionary: context.dictionary(),
            machine_translation: self.machine_translation.as_ref(),
            ..Evidence::default()
        }
    }
}

impl Pipeline {
    /// Normalised, identified and split.
    pub(super) fn prepare(&self, job: Job) -> Result<Prepared, PairError> {
        let mut words = Words::default();
        let running = [&job.original, &job.translation].map(Text::is_running);
        let mut original = job.original.document(&self.normalise, &mut words);
        let mut translation = job.translation.document(&self.normalise, &mut words);
        let machine_translation = job
            .machine_translation
            .map(|lines| Document::from_sentences(&lines, &self.normalise, &mut words));
        let (languages, treatment) = settle([&original, &translation], &job.languages);
        for (k, document) in
            [&mut original, &mut translation].into_iter().enumerate().filter(|(k, _)| running[*k])
        {
            document.split(languages[k].as_ref());
        }
        let reference = job.reference.map(|text| {
            let is_running = text.is_running();
            let mut document = text.document(&self.normalise, &mut words);
            if is_running {
                document.split(languages[1].as_ref());
            }
            document
        });
        let sides =
            [(Side::Original.name(), Some(&original)), (Side::Translation.name(), Some(&translation))];
        for (side, document) in sides.into_iter().chain([(REFERENCE, reference.as_ref())]) {
            let sentences = document.map_or(0, |d| d.sentences().len());
            if sentences > self.limits.sentences {
                let advice = Limits::advice("sentences", sentences as u64);
                let hint = format!("{sentences} sentences: split the text{advice}");
                return Err(refused("split", side, "too-many-sentences", hint));
            }
        }
        if let Some(machine) = &machine_translation {
            let (lines, sentences) = (machine.sentences().len(), original.sentences().len());
            if lines != sentences {
                let hint = format!(
                    "{lines} lines for {sentences} sentences of the original: give one line a sentence"
                );
                return Err(refused(
                    "align",
                    Side::Original.name(),
                    "machine-translation-does-not-fit",
                    hint,
                ));
            }
        }
        Ok(Prepared {
            words,
            original,
            translation,
            reference,
            languages,
            treatment,
            given: job.alignment,
            units: job.units,
            machine_translation,
        })
    }
}
