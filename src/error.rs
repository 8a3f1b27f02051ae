//! Two kinds of error: those that stop the program before it works, and those that become a row in quarantine.csv.

use std::path::PathBuf;

use thiserror::Error;

/// Wrong usage, configuration or output place, or a disk that takes no more. Exit code 2, or 3 for [`SetupError::NoPairs`].
#[derive(Debug, Error)]
pub enum SetupError {
    /// A pipeline or manifest that cannot be used; the text names file, line and what would be right.
    #[error("{0}")]
    Configuration(String),
    /// A file with several faults, each a line of its own.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
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

/// What is wrong with a file that a user wrote, line by line.
#[derive(Debug)]
pub struct Faults {
    file: String,
    lines: Vec<String>,
    more: usize,
}

impl Faults {
    /// So many are said; the others are counted.
    const SAID: usize = 20;
    /// Characters of a fault that are said: what it quotes may be of any length.
    const LONGEST: usize = 400;

    /// None so far in that file.
    pub fn of(file: impl Into<String>) -> Faults {
        Faults { file: file.into(), lines: Vec::new(), more: 0 }
    }

    /// Adds one, at a line counted from 1.
    pub fn add(&mut self, line: u64, what: &str) {
        if self.lines.len() == Faults::SAID {
            self.more += 1;
            return;
        }
        let cut = what.char_indices().nth(Faults::LONGEST);
        let what = cut.map_or(what.to_string(), |(at, _)| format!("{} …", &what[..at]));
        self.lines.push(format!("{}:{line}: {what}", self.file));
    }

    /// An error where there is any.
    pub fn settle(self) -> Result<(), SetupError> {
        if self.lines.is_empty() { Ok(()) } else { Err(self.into()) }
    }
}

impl From<Faults> for SetupError {
    fn from(mut faults: Faults) -> SetupError {
        if faults.more > 0 {
            faults.lines.push(format!("{}: and {} more", faults.file, faults.more));
        }
        SetupError::Faults(faults.lines)
    }
}

/// Why one pair could not be scored: a row of quarantine.csv, never a stop.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}{}{stage}: {reason}: {hint}", if path.is_empty() { "" } else { ": " })]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_faults_are_said_and_the_others_counted() {
        let mut faults = Faults::of("a.csv");
        (1..=23).for_each(|line| faults.add(line, &"x".repeat(1000)));
        let error = faults.settle().expect_err("is one").to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!((lines.len(), lines[20]), (21, "a.csv: and 3 more"));
        assert!(lines[0].starts_with("a.csv:1: xxx") && lines[0].ends_with("x …") && lines[0].len() < 500);
        assert!(Faults::of("a.csv").settle().is_ok());
    }
}
