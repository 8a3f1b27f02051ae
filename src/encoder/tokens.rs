//! Texts as token ids, cut into windows where they are longer than the model can see at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokenizers::Tokenizer;

use super::folder::{Folder, wrong};
use crate::error::SetupError;

/// The file of the tokenizer.
pub const FILE: &str = "tokenizer.json";

/// Cuts texts into tokens.
pub struct Tokens {
    tokenizer: Tokenizer,
    /// Special tokens around a text.
    around: [Vec<u32>; 2],
    /// Tokens of a window beside those.
    longest: usize,
    lower_cased: bool,
    /// How many pieces the vocabulary has.
    pub vocabulary: usize,
}

impl Tokens {
    /// Reads `tokenizer.json`. `rows`: of the model's table of tokens; `longest`: tokens of a window.
    pub fn read(
        folder: &Folder,
        rows: usize,
        longest: usize,
        lower_cased: bool,
    ) -> Result<Tokens, SetupError> {
        let (path, bytes) = (folder.file(FILE), folder.bytes(FILE)?);
        // The library panics on some files that no program writes.
        let read = catch_unwind(|| Tokenizer::from_bytes(bytes).map_err(|e| e.to_string()));
        let read = read.unwrap_or_else(|_| Err("cannot be read".into()));
        let mut tokenizer = read.map_err(|e| wrong(&path, &format!("no tokenizer: {e}")))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| wrong(&path, &e.to_string()))?;
        let vocabulary = tokenizer.get_vocab(true);
        if let Some(id) = vocabulary.values().max().filter(|&&id| id as usize >= rows) {
            let what = format!("token {id}, but the model knows {rows} tokens: they are not of one model");
            return Err(wrong(&path, &what));
        }
        let around = around(&tokenizer).map_err(|e| wrong(&path, &e))?;
        let special = around.iter().map(Vec::len).sum::<usize>();
        let Some(longest) = longest.checked_sub(special).filter(|&n| n > 0) else {
            return Err(wrong(&path, "the model's windows have no room beside the special tokens"));
        };
        Ok(Tokens { tokenizer, around, longest, lower_cased, vocabulary: vocabulary.len() })
    }

    /// Ids of a text's tokens, the special ones around it left out.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, String> {
        let encode = |text: &str| self.tokenizer.encode_fast(text, false);
        let lower = self.lower_cased.then(|| text.to_lowercase());
        let encoded = catch_unwind(AssertUnwindSafe(|| encode(lower.as_deref().unwrap_or(text))));
        match encoded {
            Ok(Ok(encoded)) => Ok(encoded.get_ids().to_vec()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the tokenizer failed".into()),
        }
    }

    /// The ids in windows of about one length, at least one, each with the special tokens around it.
    pub fn windows(&self, ids: &[u32]) -> Vec<Vec<u32>> {
        let [before, after] = &self.around;
        let windows = ids.len().div_ceil(self.longest).max(1);
        let cut = |k: usize| &ids[k * ids.len() / windows..(k + 1) * ids.len() / windows];
        (0..windows).map(|k| [before, cut(k), after].concat()).collect()
    }

    /// How many special tokens stand before and after the others of a window.
    pub fn special(&self) -> [usize; 2] {
        self.around.each_ref().map(Vec::len)
    }
}

/// The special tokens that the tokenizer puts before and after a text.
fn around(tokenizer: &Tokenizer) -> Result<[Vec<u32>; 2], String> {
    let encoded = tokenizer.encode("a", true).map_err(|e| e.to_string())?;
    let special: Vec<bool> = encoded.get_special_tokens_mask().iter().map(|&m| m == 1).collect();
    let before = special.iter().take_while(|s| **s).count();
    let after = special[before..].iter().rev().take_while(|s| **s).count();
    let ids = encoded.get_ids();
    Ok([ids[..before].to_vec(), ids[ids.len() - after..].to_vec()])
}
