//! Two kinds of error: those that stop the program before it works, and those that become a row in quarantine.csv.

use std::path::PathBuf;

use thiserror::Error;

/// Wrong usage, configuration or output place: nothing has been scored. Exit code 2, or 3 for [`SetupError::NoPairs`].
#[derive(Debug, Error)]
pub enum SetupError {
    /// A pipeline or manifest that cannot be used; the text names file, line and what would be right.
    #[error("{0}")]
    Configuration(String),
    /// A request that this version does not fulfil.
    #[error("{what} comes with a later version; this one {instead}")]
    NotYet {
        /// What was asked for.
        what: String,
        /// What this version does instead.
        instead: String,
    },
    /// A file or folder that cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The input holds nothing to score.
    #[error("no pairs found: {0}")]
    NoPairs(String),
}

impl SetupError {
    /// An input or output error at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> SetupError {
        SetupError::Io { path: path.into().display().to_string(), source }
    }
}

/// Why one pair could not be scored: a row of quarantine.csv, never a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairError {
    /// The file at fault; empty where there is none.
    pub path: String,
    /// The stage that refused it: `pairing`, `read`, `split`, `judge`, `write`.
    pub stage: &'static str,
    /// Reason code, kebab-case, stable.
    pub reason: &'static str,
    /// Offset of the first bad byte, from 0.
    pub byte_offset: Option<u64>,
    /// What happened and what to do.
    pub hint: String,
}
