//! What became of a pair from one run to the other.

use super::walk::Entry;
use crate::model::Verdict;
use crate::pipeline::same::{Key, Known};
use crate::report::finished::{FindingRow, PairRow};
use crate::report::rows::SCORED;
use crate::report::scores::rounded;

/// A smaller change is none: 0.1 error points are the mildest fault (minor punctuation) once in 100 words, and a tenth
/// of a point of similarity is nothing that a reader sees.
const TOLERANCE: f64 = 0.1;

/// What became of a pair, in the order that it is reported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Scored in both, worse in B.
    Worse,
    /// Scored in both, better in B.
    Better,
    /// Scored in both, neither better nor worse.
    Unchanged,
    /// Scored in A; could not be scored in B.
    NowFailed,
    /// Could not be scored in A; scored in B.
    NowScored,
    /// Could be scored in neither.
    Failed,
    /// Only A has it.
    Gone,
    /// Only B has it.
    New,
}

impl Change {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Change::Worse => "worse",
            Change::Better => "better",
            Change::Unchanged => "unchanged",
            Change::NowFailed => "now-failed",
            Change::NowScored => "now-scored",
            Change::Failed => "failed",
            Change::Gone => "gone",
            Change::New => "new",
        }
    }
}

/// A pair of either run.
#[derive(Debug, Clone)]
pub struct PairChange {
    /// Its id.
    pub pair: String,
    /// What became of it.
    pub change: Change,
    /// How much worse it is in B: steps of the verdict, error points, similarity lost; what is within the tolerance
    /// is 0. The first that is not 0 decides.
    pub decline: [f64; 3],
    /// Its rows of both summaries.
    pub rows: [Option<PairRow>; 2],
    /// Findings of A that B has too. These three are empty unless both runs scored the pair.
    pub kept: Vec<FindingRow>,
    /// Findings of A that B has not.
    pub fixed: Vec<FindingRow>,
    /// Findings of B that A has not.
    pub introduced: Vec<FindingRow>,
}

impl PairChange {
    /// Compares what the two runs have under one id.
    pub fn of(entries: [Option<Entry>; 2]) -> PairChange {
        let [a, b] = entries.each_ref().map(|e| e.as_ref().map(|e| &e.row));
        let pair = a.or(b).map(|row| row.pair.clone()).unwrap_or_default();
        let (change, decline) = change(a, b);
        let [(a, found_a), (b, found_b)] = entries.map(|e| e.map(|e| (e.row, e.findings)).unzip());
        let mut met = PairChange {
            pair,
            change,
            decline,
            rows: [a, b],
            kept: Vec::new(),
            fixed: Vec::new(),
            introduced: Vec::new(),
        };
        if met.scored().is_some() {
            let [a, b] = [found_a, found_b].map(Option::unwrap_or_default);
            let [known_a, known_b] = [&a, &b].map(|found| found.iter().map(key).collect());
            (met.kept, met.fixed) = split(a, known_b);
            (_, met.introduced) = split(b, known_a);
        }
        met
    }

    /// Its rows, where both runs scored it.
    pub fn scored(&self) -> Option<[&PairRow; 2]> {
        let [a, b] = self.rows.each_ref().map(|row| row.as_ref().filter(|row| row.status == SCORED));
        Some([a?, b?])
    }
}

fn change(a: Option<&PairRow>, b: Option<&PairRow>) -> (Change, [f64; 3]) {
    let is_scored = |row: &PairRow| row.status == SCORED;
    let change = match (a.map(is_scored), b.map(is_scored)) {
        (Some(true), Some(true)) => None,
        (Some(true), Some(false)) => Some(Change::NowFailed),
        (Some(false), Some(true)) => Some(Change::NowScored),
        (Some(false), Some(false)) => Some(Change::Failed),
        (_, None) => Some(Change::Gone),
        (None, _) => Some(Change::New),
    };
    match (change, a, b) {
        (None, Some(a), Some(b)) => judged(decline(a, b)),
        (change, _, _) => (change.unwrap_or(Change::Unchanged), [0.0; 3]),
    }
}

fn judged(decline: [f64; 3]) -> (Change, [f64; 3]) {
    let change = match decline.iter().find(|d| **d != 0.0) {
        Some(d) if *d > 0.0 => Change::Worse,
        Some(_) => Change::Better,
        None => Change::Unchanged,
    };
    (change, decline)
}

fn decline(a: &PairRow, b: &PairRow) -> [f64; 3] {
    let step = |verdict: Verdict| f64::from(verdict as u8);
    let steps = difference([a.verdict, b.verdict].map(|v| v.map(step)));
    let points = difference([a.error_points, b.error_points]);
    let similarity = difference([b.similarity, a.similarity]);
    [steps, points, similarity].map(|d| d.filter(|d| d.abs() >= TOLERANCE).unwrap_or(0.0))
}

/// The second less the first, exact to the four decimals that cells have; `None` unless both are there.
pub fn difference([a, b]: [Option<f64>; 2]) -> Option<f64> {
    Some(rounded(b? - a?, 4))
}

fn key(finding: &FindingRow) -> Key {
    Key::new(&finding.check, finding.side.name(), &finding.excerpt)
}

/// The findings that the other run has too, and those that it has not.
fn split(findings: Vec<FindingRow>, mut others: Known) -> (Vec<FindingRow>, Vec<FindingRow>) {
    findings.into_iter().partition(|finding| others.take(&key(finding)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::columns::{SUMMARY, header};

    /// A scored pair with this verdict, similarity and error points; other cells are empty.
    fn entry([verdict, similarity, points]: [&str; 3], findings: &[&str]) -> Entry {
        let cells = [
            ("pair", "p"),
            ("status", "scored"),
            ("verdict", verdict),
            ("similarity", similarity),
            ("error_points", points),
        ];
        let given = |name| cells.iter().find(|(n, _)| *n == name);
        let header = header(SUMMARY);
        let row: csv::StringRecord = header.iter().map(|name| given(*name).map_or("", |(_, v)| v)).collect();
        let row = row.deserialize(Some(&header.into())).expect("a row");
        Entry { row, findings: findings.iter().map(|excerpt| finding(excerpt)).collect() }
    }

    fn finding(excerpt: &str) -> FindingRow {
        let cells = ["p", "s000001", "casing", "c", "minor", "translation", "0", "1", excerpt, "m"];
        csv::StringRecord::from(cells.to_vec()).deserialize(None).expect("a finding")
    }

    fn became(a: [&str; 3], b: [&str; 3]) -> Change {
        PairChange::of([Some(entry(a, &[])), Some(entry(b, &[]))]).change
    }

    #[test]
    fn the_verdict_decides_before_points_and_points_before_similarity() {
        assert_eq!(became(["review", "80", "3"], ["pass", "50", "9"]), Change::Better);
        assert_eq!(became(["pass", "80", "3"], ["fail", "90", "0"]), Change::Worse);
        assert_eq!(became(["pass", "50", "3"], ["pass", "90", "4"]), Change::Worse);
        assert_eq!(became(["pass", "50", "3"], ["pass", "60", "3"]), Change::Better);
    }

    #[test]
    fn less_than_a_tenth_is_no_change_and_a_tenth_is_one() {
        assert_eq!(became(["pass", "50", "3"], ["pass", "49.9001", "3.0999"]), Change::Unchanged);
        assert_eq!(became(["pass", "50", "5.3"], ["pass", "50", "5.2"]), Change::Better);
        assert_eq!(became(["pass", "50.1", "3.05"], ["pass", "50", "3"]), Change::Worse);
    }

    #[test]
    fn a_pair_without_similarity_is_judged_by_the_rest() {
        assert_eq!(became(["pass", "", "3"], ["pass", "80", "3"]), Change::Unchanged);
        assert_eq!(became(["pass", "", "3"], ["pass", "", "1"]), Change::Better);
    }

    #[test]
    fn findings_are_matched_as_often_as_they_stand() {
        let row = ["pass", "50", "3"];
        let entries = [Some(entry(row, &["x", "x", "y"])), Some(entry(row, &["x", "z", "'z"]))];
        let met = PairChange::of(entries);
        let excerpts = |f: &[FindingRow]| f.iter().map(|f| f.excerpt.clone()).collect::<Vec<_>>();
        assert_eq!(excerpts(&met.kept), ["x"]);
        assert_eq!(
            (excerpts(&met.fixed), excerpts(&met.introduced)),
            (vec!["x".into(), "y".into()], vec!["z".into(), "'z".into()])
        );
    }

    #[test]
    fn findings_of_a_pair_that_is_gone_are_not_fixed() {
        let met = PairChange::of([Some(entry(["fail", "", "9"], &["x"])), None]);
        assert_eq!((met.change, met.fixed.len()), (Change::Gone, 0));
    }
}
