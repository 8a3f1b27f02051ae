//! What is counted while the tables pass by: how scores are spread, and findings by check.

use std::collections::BTreeMap;

use super::style::SEVERITIES;

/// Classes of similarity, 0 to 100 in tens.
const TENS: [&str; 10] = [
    "0 to 10",
    "10 to 20",
    "20 to 30",
    "30 to 40",
    "40 to 50",
    "50 to 60",
    "60 to 70",
    "70 to 80",
    "80 to 90",
    "90 to 100",
];

/// Classes of error points: upper ends, the last has none.
const POINTS: [(f64, &str); 7] = [
    (0.0, "0"),
    (1.0, "to 1"),
    (2.0, "to 2"),
    (5.0, "to 5"),
    (10.0, "to 10"),
    (25.0, "to 25"),
    (f64::INFINITY, "over 25"),
];

/// How many pairs or segments have scores of each class.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    similarity: [usize; TENS.len()],
    error_points: [usize; POINTS.len()],
}

impl Spread {
    /// Counts one.
    pub fn add(&mut self, similarity: Option<f64>, error_points: Option<f64>) {
        if let Some(similarity) = similarity {
            self.similarity[((similarity / 10.0) as usize).min(TENS.len() - 1)] += 1;
        }
        if let Some(points) = error_points {
            let class = POINTS.iter().take_while(|(end, _)| points > *end).count();
            self.error_points[class.min(POINTS.len() - 1)] += 1;
        }
    }

    /// What is spread, and the classes with their counts: similarity, or error points where no pair has similarity.
    pub fn classes(&self) -> (&'static str, Vec<(&'static str, usize)>) {
        let points = POINTS.map(|(_, name)| name);
        if self.similarity.iter().any(|&count| count > 0) {
            ("Similarity", TENS.into_iter().zip(self.similarity).collect())
        } else {
            ("Error points per 100 words", points.into_iter().zip(self.error_points).collect())
        }
    }
}

/// Findings by check: critical, major, minor.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<String, [usize; 3]>);

impl Tally {
    /// Counts a finding.
    pub fn add(&mut self, check: &str, severity: &str) {
        if !self.0.contains_key(check) {
            self.0.insert(check.to_string(), [0; 3]);
        }
        let at = SEVERITIES.iter().position(|(name, _)| *name == severity);
        if let (Some(counts), Some(at)) = (self.0.get_mut(check), at) {
            counts[at] += 1;
        }
    }

    /// Findings of a severity, by its place in [`SEVERITIES`].
    pub fn of_severity(&self, at: usize) -> usize {
        self.0.values().map(|counts| counts[at]).sum()
    }

    /// The checks, those with most findings first.
    pub fn by_count(&self) -> Vec<(&str, [usize; 3])> {
        let mut checks: Vec<_> = self.0.iter().map(|(check, counts)| (check.as_str(), *counts)).collect();
        checks.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<usize>()));
        checks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_counted_in_their_classes_ends_included() {
        let mut spread = Spread::default();
        for similarity in [0.0, 9.99, 10.0, 99.0, 100.0] {
            spread.add(Some(similarity), Some(0.0));
        }
        let (measure, classes) = spread.classes();
        assert_eq!((measure, classes[0], classes[1]), ("Similarity", ("0 to 10", 2), ("10 to 20", 1)));
        assert_eq!(classes[9], ("90 to 100", 2));
    }

    #[test]
    fn without_similarity_error_points_are_drawn() {
        let mut spread = Spread::default();
        for points in [0.0, 0.1, 1.0, 25.0, 26.0, 400.0] {
            spread.add(None, Some(points));
        }
        let (measure, classes) = spread.classes();
        assert_eq!(measure, "Error points per 100 words");
        assert_eq!(classes.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 2, 0, 0, 0, 1, 2]);
    }

    #[test]
    fn checks_with_most_findings_come_first() {
        let mut tally = Tally::default();
        for (check, severity) in
            [("url", "minor"), ("names", "major"), ("url", "critical"), ("casing", "minor")]
        {
            tally.add(check, severity);
        }
        assert_eq!(tally.by_count(), [("url", [1, 0, 1]), ("casing", [0, 0, 1]), ("names", [0, 1, 0])]);
    }
}
