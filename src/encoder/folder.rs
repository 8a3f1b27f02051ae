//! The files of a model's folder, and errors that name them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::SetupError;
use crate::plain_file;

/// Bytes of a JSON file: the largest tokenizers in use, of a million pieces, have some 50 MiB.
const LONGEST: u64 = 256 << 20;

/// A model's folder.
pub struct Folder<'p>(pub &'p Path);

/// An error in a file of the model.
pub fn wrong(path: &Path, what: &str) -> SetupError {
    SetupError::Configuration(format!("{}: {what}", path.display()))
}

impl Folder<'_> {
    /// Path of a file.
    pub fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Opens a file; one that is not there is an error that says what belongs there.
    pub fn open(&self, name: impl AsRef<Path>) -> Result<File, SetupError> {
        let path = self.file(name);
        plain_file::open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => wrong(&path, self.missing()),
            _ => SetupError::io(path, error),
        })
    }

    /// What to do about a file that is not there.
    fn missing(&self) -> &'static str {
        let has = |name: &str| self.0.join(name).exists();
        if !self.0.is_dir() {
            "no such folder: give one with config.json, tokenizer.json and model.safetensors"
        } else if !has("model.safetensors") && has("pytorch_model.bin") {
            "missing, only pytorch_model.bin is there: convert it with Python: \
             transformers.AutoModel.from_pretrained(DIR).save_pretrained(DIR, safe_serialization=True)"
        } else if !has("model.safetensors") && has("model.safetensors.index.json") {
            "missing, the weights are in several files: join them with Python: \
             transformers.AutoModel.from_pretrained(DIR).save_pretrained(DIR, max_shard_size=\"100GB\")"
        } else if !has("tokenizer.json") && (has("vocab.txt") || has("sentencepiece.bpe.model")) {
            "missing: make it with Python: transformers.AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)"
        } else {
            "missing: a model's folder has config.json, tokenizer.json and model.safetensors"
        }
    }

    /// All bytes of a file.
    pub fn bytes(&self, name: impl AsRef<Path>) -> Result<Vec<u8>, SetupError> {
        let (path, mut bytes) = (self.file(&name), Vec::new());
        let read = self.open(name)?.take(LONGEST).read_to_end(&mut bytes);
        match read {
            Ok(length) if length as u64 == LONGEST => Err(wrong(&path, "too long for such a file")),
            Ok(_) => Ok(bytes),
            Err(error) => Err(SetupError::io(path, error)),
        }
    }

    /// What a JSON file holds.
    pub fn json<T: DeserializeOwned>(&self, name: impl AsRef<Path>) -> Result<T, SetupError> {
        let bytes = self.bytes(&name)?;
        serde_json::from_slice(&bytes).map_err(|e| wrong(&self.file(&name), &e.to_string()))
    }

    /// The same, of a file that need not be there.
    pub fn json_if_there<T: DeserializeOwned>(
        &self,
        name: impl AsRef<Path>,
    ) -> Result<Option<T>, SetupError> {
        if self.file(&name).exists() { self.json(name).map(Some) } else { Ok(None) }
    }
}
