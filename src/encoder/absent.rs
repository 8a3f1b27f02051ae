//! What stands for the encoder in a program that was built without.

use std::path::Path;

use crate::error::SetupError;

/// There is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Encoder {}

/// There are none.
#[derive(Debug, Clone, PartialEq)]
pub enum Embedded {}

impl Encoder {
    /// Says how to get a program that can.
    pub fn load(_folder: &Path) -> Result<Encoder, SetupError> {
        Err(SetupError::Configuration(
            "this pairscore was built without the encoder, so it takes no model: build it with \
             `cargo install --path . --features encoder`"
                .into(),
        ))
    }

    /// Never asked, as are all that follow.
    pub fn fingerprint(&self) -> &str {
        match *self {}
    }

    /// Never asked.
    pub fn layers(&self) -> usize {
        match *self {}
    }

    /// Never asked.
    pub fn is_multilingual(&self) -> bool {
        match *self {}
    }

    /// Never asked.
    pub fn add_segments(&self, _segments: usize) {
        match *self {}
    }

    /// Never asked.
    pub fn segments(&self) -> u64 {
        match *self {}
    }

    /// Never asked.
    pub fn ids(&self, _text: &str) -> Result<Vec<u32>, String> {
        match *self {}
    }

    /// Never asked.
    pub fn tokens(&self, _texts: &[&str], _layers: usize) -> Result<Vec<Embedded>, String> {
        match *self {}
    }

    /// Never asked.
    pub fn vectors(&self, _texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        match *self {}
    }
}

impl Embedded {
    /// Never asked.
    pub fn ids(&self) -> &[u32] {
        match *self {}
    }

    /// Never asked.
    pub fn nearest(&self, _other: &Embedded) -> [Vec<f32>; 2] {
        match *self {}
    }
}
