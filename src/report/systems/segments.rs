//! Where the systems differ most: passages of the originals that each of them has as one segment.

use std::iter::Peekable;

use super::{Match, Systems};
use crate::error::SetupError;
use crate::report::finished::{PairRow, SegmentRow};
use crate::report::records::Rows;
use crate::report::scores::Score;

/// Passages that are shown: what a person may read in an hour.
const SHOWN: usize = 200;

/// A passage of an original with what the systems made of it.
pub(super) struct Passage {
    /// The pair, the system aside.
    pub pair: String,
    /// Number of its first sentence in the original, from 1.
    pub sentence: usize,
    /// Best score less worst, of what systems are ranked by.
    pub spread: f64,
    /// One a system.
    pub rows: Vec<SegmentRow>,
}

/// The passages on which the systems differ most, in that order.
pub(super) fn widest(systems: &Systems, by: &Score) -> Result<Vec<Passage>, SetupError> {
    let mut widest = Vec::new();
    for met in systems.matches()? {
        let met: Match = met?;
        if let Some(rows) = met.scored() {
            passages(systems, by, &met.id, &rows, &mut widest)?;
        }
    }
    shorten(&mut widest);
    Ok(widest)
}

fn shorten(widest: &mut Vec<Passage>) {
    widest.sort_by(|a, b| {
        let place = |p: &Passage| (p.pair.clone(), p.sentence);
        b.spread.total_cmp(&a.spread).then_with(|| place(a).cmp(&place(b)))
    });
    widest.truncate(SHOWN);
}

/// Adds the passages of one pair, whose tables are read in step along the original.
fn passages(
    systems: &Systems,
    by: &Score,
    pair: &str,
    rows: &[&PairRow],
    widest: &mut Vec<Passage>,
) -> Result<(), SetupError> {
    let tables = rows.iter().map(|row| Ok(systems.run.segments(row)?.peekable()));
    let mut tables: Vec<Peekable<Rows<SegmentRow>>> = tables.collect::<Result<_, SetupError>>()?;
    while let Some(together) = next_together(&mut tables)? {
        let values: Option<Vec<f64>> = together.iter().map(|row| value(by, row)).collect();
        let Some(values) = values else { continue };
        let [low, high] = [f64::min, f64::max].map(|f| values.iter().copied().reduce(f).unwrap_or_default());
        if high > low {
            let sentence = together[0].original_sentence.unwrap_or_default();
            let pair = pair.to_string();
            widest.push(Passage { pair, sentence, spread: high - low, rows: together });
        }
        if widest.len() > 2 * SHOWN {
            shorten(widest);
        }
    }
    Ok(())
}

/// The next rows that hold the same sentences of the original; rows of other sentences are passed over.
fn next_together(tables: &mut [Peekable<Rows<SegmentRow>>]) -> Result<Option<Vec<SegmentRow>>, SetupError> {
    loop {
        let mut places = Vec::with_capacity(tables.len());
        for table in &mut *tables {
            match table.peek() {
                None => return Ok(None),
                Some(Ok(row)) => places.push(place(row)),
                Some(Err(_)) => return table.next().transpose().map(|_| None),
            }
        }
        let first = places.iter().min().copied().unwrap_or_default();
        if first.is_some() && places.iter().all(|place| *place == first) {
            return tables.iter_mut().filter_map(Iterator::next).collect::<Result<_, _>>().map(Some);
        }
        for (table, _) in tables.iter_mut().zip(&places).filter(|(_, place)| **place == first) {
            table.next();
        }
    }
}

/// First sentence of the original in the row, and how many; nothing in an addition.
fn place(row: &SegmentRow) -> Option<(usize, usize)> {
    let count = row.alignment.split('-').next().and_then(|count| count.parse().ok());
    row.original_sentence.zip(count)
}

fn value(by: &Score, row: &SegmentRow) -> Option<f64> {
    if by.lower_is_better { Some(row.error_points) } else { row.similarity }
}
