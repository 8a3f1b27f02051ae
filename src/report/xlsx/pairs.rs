//! The rows of summary.csv, in its order and worst first, and where the segments of each pair stand.

use std::path::Path;

use csv::StringRecord;

use super::SEGMENTS;
use super::sheet::place;
use crate::error::SetupError;
use crate::model::Verdict;
use crate::pipeline::Thresholds;
use crate::report::columns::{SUMMARY, position};
use crate::report::finished::Finished;
use crate::report::order::{Rank, worse_first};
use crate::report::rows::SCORED;
use crate::report::spread::Spread;

/// The pairs of a run.
pub struct Pairs {
    /// In the order of summary.csv: that of their ids.
    pairs: Vec<Pair>,
    /// Places in `pairs`, worst first.
    worst_first: Vec<usize>,
}

/// A pair: its row of summary.csv, what puts it in order, and where its segments stand.
pub struct Pair {
    /// Its row.
    pub cells: StringRecord,
    verdict: Option<Verdict>,
    error_points: f64,
    similarity: Option<f64>,
    segments: usize,
    first: usize,
}

impl Pairs {
    /// Reads summary.csv.
    pub fn read(run: &Finished) -> Result<Pairs, SetupError> {
        let mut pairs = Vec::new();
        let mut first = 0;
        for (row, cells) in run.pairs()?.zip(run.records(SUMMARY, Path::new(SUMMARY))?) {
            let (row, cells) = (row?, cells?);
            let (verdict, similarity) = (row.verdict, row.similarity);
            let (error_points, segments) = (row.error_points.unwrap_or(0.0), row.segments.unwrap_or(0));
            pairs.push(Pair { cells, verdict, error_points, similarity, segments, first });
            first = first.saturating_add(segments);
        }
        let mut worst_first: Vec<usize> = (0..pairs.len()).collect();
        worst_first.sort_by(|&a, &b| worse_first(pairs[a].rank(), pairs[b].rank()));
        Ok(Pairs { pairs, worst_first })
    }

    /// All pairs, worst first, those that could not be scored last.
    pub fn worst_first(&self) -> impl Iterator<Item = &Pair> {
        self.worst_first.iter().map(|&pair| &self.pairs[pair])
    }

    /// Those with a table of segments, in the order of their ids.
    pub fn scored(&self) -> impl Iterator<Item = &Pair> {
        let status = position(SUMMARY, "status");
        self.pairs.iter().filter(move |pair| pair.cell(status) == SCORED)
    }

    /// The pair of that id.
    pub fn find(&self, id: &str) -> Option<&Pair> {
        self.pairs.binary_search_by(|pair| pair.id().cmp(id)).ok().map(|at| &self.pairs[at])
    }

    /// How many pairs have each verdict.
    pub fn verdicts(&self, verdict: Verdict) -> usize {
        self.pairs.iter().filter(|pair| pair.verdict == Some(verdict)).count()
    }

    /// How their scores are spread.
    pub fn spread(&self, thresholds: &Thresholds) -> Spread {
        let mut spread = Spread::new(thresholds);
        self.scored().for_each(|pair| spread.add(pair.similarity, Some(pair.error_points)));
        spread
    }
}

impl Pair {
    /// Its id.
    pub fn id(&self) -> &str {
        self.cell(0)
    }

    /// A cell of its row.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    /// How many segments summary.csv says it has.
    pub fn segments(&self) -> usize {
        self.segments
    }

    fn rank(&self) -> Rank<'_> {
        let (error_points, similarity) = (self.error_points, self.similarity);
        Rank { verdict: self.verdict, error_points, similarity, id: self.id() }
    }

    /// The row of its first segment, to be linked to.
    pub fn place(&self) -> Option<String> {
        self.place_of_number(0)
    }

    /// The row of the segment with this id.
    pub fn place_of(&self, segment: &str) -> Option<String> {
        let number: usize = segment.strip_prefix('s')?.parse().ok()?;
        self.place_of_number(number.checked_sub(1)?)
    }

    fn place_of_number(&self, number: usize) -> Option<String> {
        (number < self.segments).then(|| place(SEGMENTS, self.first + number))
    }
}
