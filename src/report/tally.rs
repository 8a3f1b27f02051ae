//! How many findings of which severity each check has, in one order for every report.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::Severity;

/// Severities, gravest first.
pub const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Major, Severity::Minor];

/// Findings by check and severity.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<String, [usize; 3]>);

impl Tally {
    /// Counts a finding.
    pub fn add(&mut self, check: &str, severity: Severity) {
        if !self.0.contains_key(check) {
            self.0.insert(check.to_string(), [0; 3]);
        }
        if let Some(counts) = self.0.get_mut(check) {
            counts[severity as usize] += 1;
        }
    }

    /// Findings of a severity.
    pub fn of_severity(&self, severity: Severity) -> usize {
        self.0.values().map(|counts| counts[severity as usize]).sum()
    }

    /// Findings of a check.
    pub fn of_check(&self, check: &str) -> usize {
        self.0.get(check).map_or(0, |counts| counts.iter().sum())
    }

    /// Names of the checks, by the alphabet.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The checks as the end of a run has them: most findings first, among equals the gravest, then by the alphabet. The
    /// counts are in the order of [`SEVERITIES`].
    pub fn most_first(&self) -> Vec<(&str, [usize; 3])> {
        let by_gravity = |counts: &[usize; 3]| SEVERITIES.map(|severity| counts[severity as usize]);
        let mut checks: Vec<_> =
            self.0.iter().map(|(check, counts)| (check.as_str(), by_gravity(counts))).collect();
        checks.sort_by_key(|(_, counts)| Reverse((counts.iter().sum::<usize>(), *counts)));
        checks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_findings_come_first_then_the_gravest_then_the_alphabet() {
        use Severity::{Critical, Major, Minor};
        let mut tally = Tally::default();
        for (check, severity) in [
            ("url", Minor),
            ("url", Minor),
            ("terms", Minor),
            ("casing", Minor),
            ("numbers", Critical),
            ("names", Major),
        ] {
            tally.add(check, severity);
        }
        let order: Vec<&str> = tally.most_first().into_iter().map(|(check, _)| check).collect();
        assert_eq!(order, ["url", "numbers", "names", "casing", "terms"]);
        assert_eq!(tally.most_first()[1].1, [1, 0, 0]);
        assert_eq!((tally.of_severity(Minor), tally.of_check("url"), tally.of_check("none")), (4, 2, 0));
    }
}
