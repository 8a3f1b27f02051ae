//! xlsx

use std::io::Write;

use super::finished::Finished;
use crate::error::SetupError;

/// Writes it.
pub fn write(_run: &Finished, _to: &mut impl Write) -> Result<(), SetupError> {
    Ok(())
}
