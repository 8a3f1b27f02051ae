//! What is wrong with a file with both sides, and where.

use std::fmt;
use std::io;
use std::path::Path;

use crate::error::PairError;
use crate::input::read::unread;

/// Why a file is not read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Code, kebab-case.
    pub reason: &'static str,
    /// Offset of the first bad byte in the file, where it can be told.
    pub at: Option<u64>,
    /// Line of the file, from 1, where it can be told.
    pub line: Option<u32>,
    /// What to do.
    pub hint: String,
}

impl Fault {
    /// As a row of quarantine.csv.
    pub fn in_file(self, path: &Path) -> PairError {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        PairError {
            path: path.display().to_string(),
            stage: "read",
            reason: self.reason,
            byte_offset: self.at,
            hint: line + &self.hint,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hint)
    }
}

impl std::error::Error for Fault {}

impl From<&io::Error> for Fault {
    /// The one that a stream has sent through a reader, or what the system says.
    fn from(error: &io::Error) -> Fault {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>());
        own.cloned().unwrap_or_else(|| {
            let PairError { reason, hint, .. } = unread(error);
            Fault { reason, at: None, line: None, hint }
        })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::from(&error)
    }
}
