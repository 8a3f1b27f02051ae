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
}
