//! What the encoder says of a pair: how near its segments are in meaning.

use std::path::PathBuf;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Pipeline;
use super::measure::one_line;
use super::prepare::refused;
use crate::checks::Pair;
use crate::context::Context;
use crate::encoder::{Encoder, TokenCounts};
use crate::error::{PairError, SetupError};
use crate::metrics::{Statistics, semantic};
use crate::model::Side;
use crate::text::Document;
use crate::text::language::Treatment;

/// Segments whose tokens are held at a time: the vectors of 40 tokens a sentence with 768 numbers each take 63 MB.
const SEGMENTS: usize = 256;

/// The model, and what of it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Similarity {
    /// Folder of a model: `config.json`, `tokenizer.json`, `model.safetensors`.
    pub model: Option<PathBuf>,
    /// Tokens are compared after so many of its layers; after the last where not given.
    pub layer: Option<usize>,
}

/// How sentences are aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Align {
    /// What says which sentences belong together.
    pub method: Method,
}

/// What says which sentences belong together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Words, lengths and lexicons.
    #[default]
    Lexical,
    /// The vectors of a model beside them.
    Encoder,
}

/// What the encoder counts of each segment of a pair; nothing where it has no say.
pub(super) type Meaning = Vec<Statistics>;

impl Pipeline {
    /// Loads the model that the settings name. Errors: it cannot be, or it has no such layer.
    pub fn load_model(&mut self) -> Result<(), SetupError> {
        let Some(folder) = &self.similarity.model else {
            return match self.align.method {
                Method::Lexical => Ok(()),
                Method::Encoder => Err(SetupError::Configuration(
                    "[align] method is \"encoder\", which takes a model: give --model DIR".into(),
                )),
            };
        };
        let encoder = Encoder::load(folder)?;
        let layers = encoder.layers();
        if let Some(layer) = self.similarity.layer.filter(|&layer| layer > layers) {
            let place = folder.display();
            return Err(SetupError::Configuration(format!(
                "[similarity] layer is {layer}, but the model in {place} has {layers}"
            )));
        }
        self.encoder = Some(encoder.into());
        Ok(())
    }

    /// A context whose tokens were counted with another model is refused.
    pub fn check_context(&self, context: &Context) -> Result<(), SetupError> {
        let (Some(encoder), Some(model)) = (&self.encoder, context.token_counts().model()) else {
            return Ok(());
        };
        if encoder.fingerprint() == model {
            return Ok(());
        }
        Err(SetupError::Configuration(format!(
            "the context was learned with another model ({model}, not {}): give that one, or learn it again with \
             `pairscore learn --model`",
            encoder.fingerprint()
        )))
    }

    /// The encoder, where it knows the languages of such a pair: a model of one language judges pairs of one language.
    pub(super) fn encoder_for(&self, treatment: Treatment) -> Option<&Encoder> {
        let knows = |encoder: &&Encoder| treatment == Treatment::Monolingual || encoder.is_multilingual();
        self.encoder.as_deref().filter(knows)
    }

    /// A vector for each sentence of both sides, where the encoder is to help with aligning them.
    pub(super) fn sentence_vectors(
        &self,
        treatment: Treatment,
        documents: [&Document; 2],
    ) -> Result<Option<[Vec<Vec<f32>>; 2]>, PairError> {
        let Some(encoder) = self.encoder_for(treatment).filter(|_| self.align.method == Method::Encoder)
        else {
            return Ok(None);
        };
        let sentences = documents.map(|d| sentences(d).collect::<Vec<String>>());
        let texts: Vec<&str> = sentences.iter().flatten().map(String::as_str).collect();
        let mut originals = Vec::with_capacity(texts.len());
        for texts in texts.chunks(SEGMENTS) {
            originals.extend(encoder.vectors(texts).map_err(|error| failed(&error))?);
        }
        let translations = originals.split_off(sentences[0].len());
        Ok(Some([originals, translations]))
    }

    /// Counts the tokens of an original, sentence by sentence.
    pub(super) fn count_tokens(&self, treatment: Treatment, original: &Document) -> Option<TokenCounts> {
        let encoder = self.encoder_for(treatment)?;
        let mut counts = TokenCounts::of(encoder.fingerprint());
        for text in sentences(original) {
            // What cannot be cut into tokens fails the pair when it is scored.
            counts.add(&encoder.ids(&text).unwrap_or_default());
        }
        Some(counts)
    }

    /// Sets the segments' tokens against each other, some segments at a time: which ones follows from the pair alone.
    pub(super) fn meaning(&self, pair: &Pair) -> Result<Meaning, PairError> {
        let Some(encoder) = self.encoder_for(pair.treatment) else { return Ok(Meaning::new()) };
        let layer = self.similarity.layer.unwrap_or(encoder.layers());
        let learned = pair.context.token_counts();
        let own = if learned.model().is_some() {
            None
        } else {
            self.count_tokens(pair.treatment, pair.documents[0])
        };
        let rarity = own.as_ref().unwrap_or(learned);
        let mut meaning = Meaning::with_capacity(pair.segments.len());
        for segments in pair.segments.chunks(SEGMENTS) {
            let texts: Vec<String> = segments
                .iter()
                .flat_map(|s| [one_line(s.original.source()), one_line(s.translation.source())])
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let embedded = encoder.tokens(&texts, layer).map_err(|error| failed(&error))?;
            meaning.par_extend(
                embedded.par_chunks(2).map(|sides| semantic::statistics(&sides[0], &sides[1], rarity)),
            );
            encoder.add_segments(segments.len());
        }
        Ok(meaning)
    }

    /// Why there is no `semantic` though there is a model.
    pub(super) fn why_no_meaning(&self, pair: &Pair) -> Option<String> {
        let has_none = self.encoder.is_some() && self.encoder_for(pair.treatment).is_none();
        has_none.then(|| "semantic is empty: the model knows one language only".to_string())
    }
}

/// The sentences of a text, each on one line.
fn sentences(document: &Document) -> impl Iterator<Item = String> {
    (0..document.sentences().len()).map(|k| one_line(document.passage(k..k + 1).source()))
}

fn failed(error: &str) -> PairError {
    refused("encode", Side::Original.name(), "model-failed", format!("the model fails on this pair: {error}"))
}
