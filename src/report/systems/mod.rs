//! Several systems that translated the same originals: which is better, by how much, and where they differ. All from the
//! tables of the finished run, in which a pair's id begins with the name of its system.

mod ranking;
mod segments;
mod tables;

use std::iter::Peekable;

use super::finished::{Finished, PairRow};
use super::records::Rows;
use super::rows::SCORED;
use crate::error::SetupError;
pub use ranking::{Ranking, Standing};
pub use tables::{systems_tables, write_systems};

/// The systems of a run.
#[derive(Debug, Clone)]
pub struct Systems<'r> {
    run: &'r Finished,
    names: Vec<String>,
}

/// A pair as the systems have translated it, in their order; `None` where one has not.
struct Match {
    /// Its id, the system aside.
    id: String,
    rows: Vec<Option<PairRow>>,
}

impl Match {
    /// The rows where every system has one with scores.
    fn scored(&self) -> Option<Vec<&PairRow>> {
        let is_scored = |row: &&PairRow| row.status == SCORED;
        self.rows.iter().map(|row| row.as_ref().filter(is_scored)).collect()
    }
}

impl<'r> Systems<'r> {
    /// Those of a run over several; `None` of any other.
    pub fn of(run: &'r Finished) -> Option<Systems<'r>> {
        let systems = run.manifest().pipeline["input"]["systems"].as_object()?;
        let names: Vec<String> = systems.keys().cloned().collect();
        (!names.is_empty()).then_some(Systems { run, names })
    }

    /// Their names, in the order in which they came.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// All pairs, in the order of their ids. summary.csv is read once for each system, in step, so that of a pair only one
    /// row a system is held.
    fn matches(&self) -> Result<Matches, SetupError> {
        let rows = self
            .names
            .iter()
            .map(|name| Ok(Own { prefix: format!("{name}/"), rows: self.run.pairs()? }.peekable()));
        Ok(Matches(rows.collect::<Result<_, SetupError>>()?))
    }
}

/// The rows of one system.
struct Own {
    prefix: String,
    rows: Rows<PairRow>,
}

impl Iterator for Own {
    /// The id without the system, and the row.
    type Item = Result<(String, PairRow), SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.by_ref().find_map(|row| match row {
            Ok(row) => {
                let id = row.pair.strip_prefix(&self.prefix)?.to_string();
                Some(Ok((id, row)))
            }
            Err(error) => Some(Err(error)),
        })
    }
}

struct Matches(Vec<Peekable<Own>>);

impl Iterator for Matches {
    type Item = Result<Match, SetupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut next: Option<&str> = None;
        for rows in &mut self.0 {
            if rows.peek().is_some_and(Result::is_err) {
                return rows.next()?.err().map(Err);
            }
        }
        for rows in &mut self.0 {
            if let Some(Ok((id, _))) = rows.peek() {
                next = Some(next.map_or(id.as_str(), |least| least.min(id)));
            }
        }
        let id = next?.to_string();
        let is_next = |row: &Result<(String, PairRow), SetupError>| row.as_ref().is_ok_and(|row| row.0 == id);
        let rows = self.0.iter_mut().map(|rows| rows.next_if(is_next)?.ok().map(|(_, row)| row));
        Some(Ok(Match { rows: rows.collect(), id }))
    }
}
