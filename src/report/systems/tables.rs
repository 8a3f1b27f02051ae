//! The tables that compare systems.

use std::io;
use std::path::Path;

use super::ranking::RESAMPLING;
use super::segments::widest;
use super::{Match, Ranking, Systems};
use crate::dialect::Dialect;
use crate::error::SetupError;
use crate::model::Severity;
use crate::report::columns::{
    Column, SYSTEM_PAIRS, SYSTEM_SEGMENTS, SYSTEM_TESTS, SYSTEMS, header, system_columns,
};
use crate::report::files::{Settled, Table};
use crate::report::finished::{Finished, PairRow, SegmentRow};
use crate::report::rows::Row;
use crate::report::scores::{SCORES, rounded};

/// Writes the tables that compare the systems of a finished run; nothing where it has none.
pub fn write_systems(run: &Finished, dialect: Dialect) -> Result<Option<Ranking>, SetupError> {
    let Some(systems) = Systems::of(run) else { return Ok(None) };
    let ranking = Ranking::of(&systems)?;
    let at = |e| SetupError::io(run.folder(), e);
    let mut settled = Settled::default();
    let standings = write(run.folder(), SYSTEMS, dialect, standing_rows(&ranking, dialect)).map_err(at)?;
    settled.add(standings);
    settled.add(write(run.folder(), SYSTEM_TESTS, dialect, test_rows(&ranking, dialect)).map_err(at)?);
    settled.add(write_pairs(&systems, &ranking, dialect)?);
    settled.add(write_segments(&systems, &ranking, dialect)?);
    settled.keep().map_err(at)?;
    Ok(Some(ranking))
}

/// The columns of these tables, those of each system by its name; none of a run without systems.
pub fn systems_tables(run: &Finished) -> Vec<Column> {
    if Systems::of(run).is_none() { Vec::new() } else { system_columns().collect() }
}

/// A table with fixed columns.
fn write(
    folder: &Path,
    kind: &'static str,
    dialect: Dialect,
    rows: impl Iterator<Item = Row>,
) -> io::Result<Settled> {
    let mut table = Table::create(folder, &folder.join(kind), kind, dialect)?;
    for row in rows {
        table.row(row)?;
    }
    table.settle()
}

fn standing_rows(ranking: &Ranking, dialect: Dialect) -> impl Iterator<Item = Row> + '_ {
    ranking.standings.iter().map(move |standing| {
        let mut row = vec![dialect.text(&standing.system), ranking.by.name.to_string()];
        row.extend(standing.ranks.map(|rank| rank.to_string()));
        row.extend([standing.scored, standing.failed, ranking.pairs].map(|count| count.to_string()));
        row.extend(standing.means.map(|mean| dialect.number(mean.map(|m| rounded(m, 4)))));
        row.extend(standing.findings.iter().chain(&standing.verdicts).map(ToString::to_string));
        row
    })
}

fn test_rows(ranking: &Ranking, dialect: Dialect) -> impl Iterator<Item = Row> + '_ {
    let number = move |value: Option<f64>| dialect.number(value.map(|v| rounded(v, 4)));
    ranking.tests.iter().flat_map(move |(a, b, tests)| {
        let names = [a, b].map(|&place| dialect.text(&ranking.standings[place].system));
        SCORES.iter().zip(tests).filter_map(move |(score, test)| {
            let test = (*test)?;
            let mut row = names.to_vec();
            row.extend([score.name.into(), score.better().into(), test.pairs.to_string()]);
            row.extend([test.means[0], test.means[1], test.difference].map(|mean| number(Some(mean))));
            row.extend([0, 1].map(|end| number(test.interval.map(|ends| ends[end]))));
            row.push(number(test.p_value));
            row.extend([RESAMPLING.resamples.to_string(), RESAMPLING.seed.to_string()]);
            Some(row)
        })
    })
}

/// The columns that every system has, after those of the table.
fn with_systems(kind: &'static str, ranking: &Ranking) -> Vec<String> {
    let (own, each): (Vec<_>, Vec<_>) = header(kind).into_iter().partition(|name| !name.starts_with(SYSTEM));
    let mut names: Vec<String> = own.into_iter().map(String::from).collect();
    for standing in &ranking.standings {
        names.extend(each.iter().map(|name| name.replacen(SYSTEM, &standing.system, 1)));
    }
    names
}

/// Stands for a system's name in the dictionary.
const SYSTEM: &str = "<system>";

fn write_pairs(systems: &Systems, ranking: &Ranking, dialect: Dialect) -> Result<Settled, SetupError> {
    let folder = systems.run.folder();
    let at = |e| SetupError::io(folder, e);
    let names = with_systems(SYSTEM_PAIRS, ranking);
    let mut table = Table::with_header(folder, &folder.join(SYSTEM_PAIRS), names, dialect).map_err(at)?;
    let places = places(systems, ranking);
    for met in systems.matches()? {
        let met: Match = met?;
        let rows: Vec<Option<&PairRow>> = places.iter().map(|&k| met.rows[k].as_ref()).collect();
        let values: Vec<Option<f64>> = rows.iter().map(|row| row.and_then(ranking.by.of)).collect();
        let mut cells = vec![dialect.text(&met.id)];
        cells.extend(extremes(&values, ranking, dialect));
        cells.extend(rows.into_iter().flat_map(|row| of_pair(row, dialect)));
        table.row(cells).map_err(at)?;
    }
    table.settle().map_err(at)
}

/// Places of the ranked systems in the order in which they came.
fn places(systems: &Systems, ranking: &Ranking) -> Vec<usize> {
    let place = |name: &String| systems.names().iter().position(|n| n == name);
    ranking.standings.iter().filter_map(|standing| place(&standing.system)).collect()
}

/// The best and the worst system of those that have a value, and what lies between; empty unless two have.
fn extremes(values: &[Option<f64>], ranking: &Ranking, dialect: Dialect) -> [String; 3] {
    let mut known: Vec<(f64, usize)> =
        values.iter().enumerate().filter_map(|(place, value)| Some((*value.as_ref()?, place))).collect();
    known.sort_by(|a, b| {
        let order = a.0.total_cmp(&b.0);
        (if ranking.by.lower_is_better { order } else { order.reverse() }).then(a.1.cmp(&b.1))
    });
    let [first, .., last] = known[..] else { return Default::default() };
    let name = |place: usize| dialect.text(&ranking.standings[place].system);
    let spread = (first.0 - last.0).abs();
    let differs = |text: String| if spread == 0.0 { String::new() } else { text };
    [differs(name(first.1)), differs(name(last.1)), dialect.number(Some(rounded(spread, 4)))]
}

fn of_pair(row: Option<&PairRow>, dialect: Dialect) -> Vec<String> {
    let count = |count: Option<usize>| count.map(|n| n.to_string()).unwrap_or_default();
    let verdict = row.map_or("", |row| row.verdict.map_or("failed", |v| v.name()));
    let mut cells = vec![verdict.to_string()];
    cells.extend(SCORES.map(|score| dialect.number(row.and_then(score.of))));
    let counts = row.map_or([None; 3], |row| [row.critical, row.major, row.minor]);
    cells.extend(counts.map(count));
    cells
}

fn write_segments(systems: &Systems, ranking: &Ranking, dialect: Dialect) -> Result<Settled, SetupError> {
    let folder = systems.run.folder();
    let at = |e| SetupError::io(folder, e);
    let names = with_systems(SYSTEM_SEGMENTS, ranking);
    let mut table = Table::with_header(folder, &folder.join(SYSTEM_SEGMENTS), names, dialect).map_err(at)?;
    let places = places(systems, ranking);
    for passage in widest(systems, &ranking.by)? {
        let mut cells = vec![dialect.text(&passage.pair), passage.sentence.to_string()];
        cells.push(dialect.number(Some(rounded(passage.spread, 4))));
        cells.push(dialect.text(&passage.rows[0].original));
        cells.extend(places.iter().flat_map(|&k| of_segment(&passage.rows[k], dialect)));
        table.row(cells).map_err(at)?;
    }
    table.settle().map_err(at)
}

fn of_segment(row: &SegmentRow, dialect: Dialect) -> [String; 6] {
    [
        row.segment.clone(),
        dialect.number(row.similarity),
        dialect.number(Some(row.error_points)),
        row.severity.map_or("", Severity::name).to_string(),
        row.findings.to_string(),
        dialect.text(&row.translation),
    ]
}
