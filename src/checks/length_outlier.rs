//! A translation far longer or shorter than the pair lets expect.

use serde::{Deserialize, Serialize};

use super::Check;

#[doc = include_str!("length_outlier.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LengthOutlier {
    /// Run this check.
    pub enabled: bool,
}

impl Default for LengthOutlier {
    fn default() -> Self {
        LengthOutlier { enabled: true }
    }
}

impl Check for LengthOutlier {}
