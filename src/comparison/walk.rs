//! Two runs read in step: pairs in the order of their ids, each with its findings, a pair of either run at a time.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::error::SetupError;
use crate::report::finished::{FindingRow, Finished, PairRow};
use crate::report::records::Rows;

/// A pair of one run.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its row of summary.csv.
    pub row: PairRow,
    /// Its rows of findings.csv.
    pub findings: Vec<FindingRow>,
}

/// The pairs of one run, in the order of their ids.
struct Entries<'r> {
    run: &'r Finished,
    pairs: Rows<PairRow>,
    findings: Peekable<Rows<FindingRow>>,
    latest: String,
}

impl<'r> Entries<'r> {
    fn of(run: &'r Finished) -> Result<Entries<'r>, SetupError> {
        let findings = run.findings()?.peekable();
        Ok(Entries { run, pairs: run.pairs()?, findings, latest: String::new() })
    }

    fn entry(&mut self, row: PairRow) -> Result<Entry, SetupError> {
        if row.pair < self.latest {
            return Err(self.out_of_order(&row.pair));
        }
        self.latest.clone_from(&row.pair);
        let mut findings = Vec::new();
        let is_own = |f: &Result<FindingRow, _>| f.as_ref().map_or(true, |f| f.pair == row.pair);
        while let Some(finding) = self.findings.next_if(is_own) {
            findings.push(finding?);
        }
        Ok(Entry { row, findings })
    }

    /// Both tables follow the ids; what is left of the findings belongs to no pair, or to one that has passed.
    fn end(&mut self) -> Option<Result<Entry, SetupError>> {
        let left = self.findings.next()?;
        Some(left.and_then(|finding| Err(self.out_of_order(&finding.pair))))
    }

    fn out_of_order(&self, pair: &str) -> SetupError {
        let folder = self.run.folder().display();
        let what = "its tables are not in the order of pair ids, as a run writes them: run again";
        SetupError::Configuration(format!("{folder}: {what} (pair {pair})"))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.pairs.next() {
            Some(row) => Some(row.and_then(|row| self.entry(row))),
            None => self.end(),
        }
    }
}

/// The pairs of two runs in step: each pair of either run once.
pub struct Steps<'r>([Peekable<Entries<'r>>; 2]);

impl<'r> Steps<'r> {
    /// Opens the tables of both.
    pub fn of([a, b]: [&'r Finished; 2]) -> Result<Steps<'r>, SetupError> {
        Ok(Steps([Entries::of(a)?.peekable(), Entries::of(b)?.peekable()]))
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<[Option<Entry>; 2], SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Steps([a, b]) = self;
        let order = match (a.peek(), b.peek()) {
            (None, None) => return None,
            // An error comes out at once.
            (Some(Ok(a)), Some(Ok(b))) => a.row.pair.cmp(&b.row.pair),
            (Some(Err(_)), _) | (_, None) => Ordering::Less,
            (_, Some(_)) => Ordering::Greater,
        };
        let a = if order.is_le() { a.next().transpose() } else { Ok(None) };
        let b = if order.is_ge() { b.next().transpose() } else { Ok(None) };
        Some(a.and_then(|a| Ok([a, b?])))
    }
}
