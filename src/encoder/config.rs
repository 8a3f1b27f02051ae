//! What the files of a model's folder say about it, `config.json` first, then those that sentence-transformers adds.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::folder::{Folder, wrong};
use crate::error::SetupError;

/// Kinds of model whose layers are built as BERT's.
const KNOWN: [&str; 3] = ["bert", "roberta", "xlm-roberta"];

/// Larger sizes than any model's: what a file says beyond them is a mistake, and no memory is asked for it.
const LARGEST: usize = 1 << 24;

/// `config.json`, as far as it is used.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    model_type: String,
    /// Numbers a token's vector is made of.
    pub hidden_size: usize,
    /// How many layers.
    pub num_hidden_layers: usize,
    /// How many parts of a vector attend by themselves.
    pub num_attention_heads: usize,
    /// Numbers between the two linear maps of a layer.
    pub intermediate_size: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "absolute")]
    position_embedding_type: String,
    /// Rows of the table of positions.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types.
    pub type_vocab_size: usize,
    /// Added to a variance.
    pub layer_norm_eps: f64,
    /// Rows of the table of tokens.
    pub vocab_size: usize,
    #[serde(default = "one")]
    pad_token_id: usize,
}

fn gelu() -> String {
    "gelu".into()
}

fn absolute() -> String {
    "absolute".into()
}

fn one() -> usize {
    1
}

impl Config {
    /// Reads it. Errors name the file and what cannot be.
    pub fn read(folder: &Folder) -> Result<Config, SetupError> {
        let config: Config = folder.json("config.json")?;
        config.check().map_err(|what| wrong(&folder.file("config.json"), &what))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if !KNOWN.contains(&self.model_type.as_str()) {
            let known = KNOWN.join(", ");
            return Err(format!("model_type \"{}\" is not supported: take one of {known}", self.model_type));
        }
        if self.hidden_act != "gelu" {
            return Err(format!("hidden_act \"{}\" is not supported, only \"gelu\"", self.hidden_act));
        }
        if self.position_embedding_type != "absolute" {
            let kind = &self.position_embedding_type;
            return Err(format!("position_embedding_type \"{kind}\" is not supported, only \"absolute\""));
        }
        let sizes = [
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("intermediate_size", self.intermediate_size),
            ("max_position_embeddings", self.max_position_embeddings),
            ("type_vocab_size", self.type_vocab_size),
            ("vocab_size", self.vocab_size),
        ];
        if let Some((name, size)) = sizes.iter().find(|(_, size)| !(1..=LARGEST).contains(size)) {
            return Err(format!("{name} is {size}, which no model has"));
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
            return Err(format!("hidden_size {hidden} cannot be divided among num_attention_heads {heads}"));
        }
        if !(0.0..1.0).contains(&self.layer_norm_eps) {
            return Err(format!("layer_norm_eps is {}, not between 0 and 1", self.layer_norm_eps));
        }
        if self.positions() < 3 {
            return Err("max_position_embeddings leaves no room for a token".into());
        }
        Ok(())
    }

    /// Whether the kind of model is one for many languages, whatever its vocabulary.
    pub fn is_of_many_languages(&self) -> bool {
        self.model_type == "xlm-roberta"
    }

    /// Row of the table of positions that the first token takes: RoBERTa begins after that of the padding.
    pub fn first_position(&self) -> usize {
        if self.model_type == "bert" { 0 } else { self.pad_token_id.saturating_add(1) }
    }

    /// How many tokens have a position.
    pub fn positions(&self) -> usize {
        self.max_position_embeddings.saturating_sub(self.first_position())
    }
}

/// What a sentence's vector is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens.
    Mean,
    /// The first token.
    First,
}

/// What sentence-transformers adds to a model.
#[derive(Debug, Clone)]
pub struct Extras {
    /// How a sentence's vector is made.
    pub pooling: Pooling,
    /// Tokens of a window, the special ones among them.
    pub longest: Option<usize>,
    /// Texts are lower-cased before they are cut into tokens.
    pub lower_cased: bool,
    /// The files that these are read from, those that are there.
    pub files: [PathBuf; 3],
}

/// A step of `modules.json`.
#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

/// A `config.json` of pooling.
#[derive(Deserialize, Default)]
#[serde(default)]
struct PoolingConfig {
    #[serde(rename = "pooling_mode")]
    mode: Option<String>,
    #[serde(rename = "pooling_mode_cls_token")]
    first: bool,
    #[serde(rename = "pooling_mode_mean_tokens")]
    mean: bool,
    #[serde(rename = "pooling_mode_max_tokens")]
    most: bool,
    #[serde(rename = "pooling_mode_mean_sqrt_len_tokens")]
    mean_by_root: bool,
    #[serde(rename = "pooling_mode_weightedmean_tokens")]
    weighted_mean: bool,
    #[serde(rename = "pooling_mode_lasttoken")]
    last: bool,
}

impl PoolingConfig {
    fn pooling(&self) -> Option<Pooling> {
        match (self.mode.as_deref(), self.mean, self.first) {
            _ if self.most || self.mean_by_root || self.weighted_mean || self.last => None,
            (Some("mean"), ..) | (None, true, false) => Some(Pooling::Mean),
            (Some("cls"), ..) | (None, false, true) => Some(Pooling::First),
            _ => None,
        }
    }
}

/// `sentence_bert_config.json`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
    do_lower_case: bool,
}

impl Extras {
    /// Reads what is there; a plain model is taken as sentence-transformers takes it: mean of all tokens.
    pub fn read(folder: &Folder) -> Result<Extras, SetupError> {
        let modules: Vec<Module> = folder.json_if_there("modules.json")?.unwrap_or_default();
        let named = |kind: &str| modules.iter().find(|m| m.kind.rsplit('.').next() == Some(kind));
        let known = ["Transformer", "Pooling", "Normalize"];
        let of_another = |m: &&Module| !known.iter().any(|kind| m.kind.rsplit('.').next() == Some(kind));
        if let Some(other) = modules.iter().find(of_another) {
            let what = format!("the step \"{}\" is not supported: only {}", other.kind, known.join(", "));
            return Err(wrong(&folder.file("modules.json"), &what));
        }
        let path = Path::new(named("Pooling").map_or("1_Pooling", |m| &m.path)).join("config.json");
        if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(wrong(
                &folder.file("modules.json"),
                "the path of the step Pooling leads out of the folder",
            ));
        }
        let pooling = match folder.json_if_there::<PoolingConfig>(&path)? {
            None => Pooling::Mean,
            Some(config) => config.pooling().ok_or_else(|| {
                wrong(&folder.file(&path), "this kind of pooling is not supported: only mean or cls")
            })?,
        };
        let config: SentenceConfig = folder.json_if_there("sentence_bert_config.json")?.unwrap_or_default();
        let files = ["modules.json".into(), path, "sentence_bert_config.json".into()];
        Ok(Extras { pooling, longest: config.max_seq_length, lower_cased: config.do_lower_case, files })
    }
}
