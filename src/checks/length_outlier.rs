//! A translation far longer or shorter than the pair lets expect.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::model::Severity;

#[doc = include_str!("length_outlier.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LengthOutlier {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for LengthOutlier {
    fn default() -> Self {
        LengthOutlier { enabled: true, severity: None }
    }
}

impl Check for LengthOutlier {}
