//! What is too large to read.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::nearest;

/// What is too large to read: such a file becomes a row of quarantine.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest file, in MiB.
    pub file_mib: u64,
    /// Longest line, in KiB.
    pub line_kib: u64,
    /// Most sentences on a side.
    pub sentences: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_mib: 64, line_kib: 4096, sentences: 200_000 }
    }
}

impl Limits {
    /// What each limit may be. Places in a text are 32 bits wide, and a decoded file may be three times as long.
    pub const RANGES: [(&str, RangeInclusive<u64>); 3] =
        [("file_mib", 1..=1024), ("line_kib", 1..=1024 * 1024), ("sentences", 1..=10_000_000)];

    /// Reads `NAME=VALUE`; the error says what would be right.
    pub fn parse(text: &str) -> Result<(&'static str, u64), String> {
        let (name, value) = text.split_once('=').ok_or("NAME=VALUE, as file_mib=128")?;
        let names = Limits::RANGES.map(|(name, _)| name);
        let Some((name, range)) = Limits::RANGES.into_iter().find(|(known, _)| *known == name) else {
            let guess = nearest(name, &names);
            return Err(format!("no limit \"{name}\"{guess} (there are {})", names.join(", ")));
        };
        let value = value.parse().ok().filter(|v| range.contains(v));
        value.map(|v| (name, v)).ok_or_else(|| format!("{name} must be {} to {}", range.start(), range.end()))
    }

    /// Changes the limit of that name.
    pub fn set(&mut self, name: &str, value: u64) {
        match name {
            "file_mib" => self.file_mib = value,
            "line_kib" => self.line_kib = value,
            _ => self.sentences = value as usize,
        }
    }

    /// How to let something of this size in, where that is possible.
    pub fn advice(name: &str, needed: u64) -> String {
        let can_be = Limits::RANGES.iter().any(|(known, range)| *known == name && range.contains(&needed));
        let raise = format!(", or raise it with --limit {name}={needed} or [limits] {name}");
        if can_be { raise } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_by_name_and_kept_in_its_range() {
        assert_eq!(Limits::parse("file_mib=128"), Ok(("file_mib", 128)));
        let wrong = |text: &str| Limits::parse(text).expect_err("is refused");
        assert!(wrong("file_mb=1").contains("did you mean \"file_mib\"?"));
        assert_eq!(wrong("file_mib"), "NAME=VALUE, as file_mib=128");
        for value in ["0", "1025", "-1", "1.5", "nan", "18446744073709551615", "99999999999999999999", ""] {
            assert_eq!(wrong(&format!("file_mib={value}")), "file_mib must be 1 to 1024", "{value}");
        }
    }

    #[test]
    fn every_limit_can_be_set_and_its_default_is_in_its_range() {
        for (name, range) in Limits::RANGES {
            let mut limits = Limits::default();
            limits.set(name, *range.start());
            assert_ne!(limits, Limits::default(), "{name}");
        }
        let Limits { file_mib, line_kib, sentences } = Limits::default();
        let inside = Limits::RANGES.iter().zip([file_mib, line_kib, sentences as u64]);
        assert!(inside.into_iter().all(|((_, range), value)| range.contains(&value)));
    }

    #[test]
    fn what_no_limit_lets_in_is_not_promised() {
        assert_eq!(
            Limits::advice("file_mib", 65),
            ", or raise it with --limit file_mib=65 or [limits] file_mib"
        );
        assert_eq!(Limits::advice("file_mib", 4096), "");
    }
}
