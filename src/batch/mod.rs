//! A batch: two passes over its pairs, the first to learn, the second to score and write. Pairs run in parallel, a
//! window of them at a time, so memory does not grow with their number; what is written does not depend on it.

pub mod answer;
mod learn;
mod output;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::context::Context;
use crate::dialect::Dialect;
use crate::error::{PairError, SetupError};
use crate::input::{Found, Source, read};
use crate::model::{PairReport, Scores, Severity, Side, Statistics, Verdict};
use crate::pipeline::{Format, Job, Pipeline, Text};
use crate::report::columns::PAIRS;
use crate::report::files::{ROWS_A_FILE, Table, part};
use crate::report::finished::Finished;
use crate::report::order::{self, Rank};
use crate::report::rows::Row;
use crate::report::{json, rows};
pub use learn::{Learned, learn};
use output::Output;

/// Pairs that are worked on before their rows are written. Enough to keep all threads busy at its end, few enough
/// that their rows (not their texts) are all that is held.
const WINDOW: usize = 256;

/// Pairs named in the summary on the terminal.
const WORST: usize = 5;

/// Told about the work as it goes on, from any thread.
pub trait Progress: Sync {
    /// A pair is done; `failed` when it could not be scored.
    fn done(&self, failed: bool);
}

/// What came of a batch.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Pairs and files without a partner: scored + quarantined + unpaired.
    pub found: usize,
    /// Pairs with scores.
    pub scored: usize,
    /// Pairs that could not be scored.
    pub quarantined: usize,
    /// Files without a partner.
    pub unpaired: usize,
    /// Pairs that pass, need review, fail.
    pub verdicts: [usize; 3],
    /// Findings by check: minor, major, critical.
    pub findings: BTreeMap<&'static str, [usize; 3]>,
    /// Findings left out because the user has accepted them.
    pub accepted: usize,
    /// The statistics of all segments of all pairs, as in [`PairReport::statistics`].
    pub statistics: [Statistics; 4],
    /// The worst pairs, worst first.
    pub worst: Vec<Brief>,
    /// What the gates were missed by, one line a pair.
    pub missed: Vec<String>,
    /// How often a gate's metric did not apply to a pair.
    pub ungated: usize,
}

impl Outcome {
    /// Findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.values().map(|counts| counts[severity as usize]).sum()
    }

    /// Counts a scored pair.
    fn add(&mut self, pair: Scored) {
        self.scored += 1;
        self.verdicts[pair.brief.verdict as usize] += 1;
        for (check, severity) in pair.found {
            self.findings.entry(check).or_default()[severity as usize] += 1;
        }
        self.accepted += pair.accepted;
        self.statistics.iter_mut().zip(&pair.statistics).for_each(|(sum, counts)| *sum += counts);
        self.missed.extend(pair.missed.0);
        self.ungated += pair.missed.1;
        self.worst.push(pair.brief);
        if self.worst.len() > 2 * WORST {
            self.worst.sort_by(worse_first);
            self.worst.truncate(WORST);
        }
    }
}

/// A pair in short.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its scores.
    pub scores: Scores,
    /// MQM points per 100 words.
    pub error_points: f64,
    /// Why the verdict.
    pub note: String,
}

impl Brief {
    fn rank(&self) -> Rank<'_> {
        let verdict = Some(self.verdict);
        Rank { verdict, error_points: self.error_points, similarity: self.scores.similarity, id: &self.id }
    }
}

/// Conditions that a run must meet for exit code 0.
#[derive(Debug, Clone, Default)]
pub struct Gates {
    /// Metric and value that every pair must reach (`ter`: must not pass).
    pub fail_under: Vec<(String, f64)>,
    /// Severity that no finding may have, or worse.
    pub fail_on: Option<Severity>,
}

impl Gates {
    /// What a pair misses, and how many gates do not apply to it.
    fn missed(&self, id: &str, report: &PairReport) -> (Vec<String>, usize) {
        let (mut missed, mut ungated) = (Vec::new(), 0);
        for (metric, limit) in &self.fail_under {
            let s = &report.scores;
            let value = match metric.as_str() {
                "similarity" => s.similarity,
                "chrf" => s.chrf,
                "bleu" => s.bleu,
                "ter" => s.ter,
                _ => Some(report.coverage),
            };
            ungated += usize::from(value.is_none());
            let misses = |v: f64| if metric == "ter" { v > *limit } else { v < *limit };
            missed.extend(
                value.filter(|&v| misses(v)).map(|v| format!("{id}: {metric} {v:.4}, the gate is {limit}")),
            );
        }
        let grave = report.findings.iter().filter(|f| self.fail_on.is_some_and(|s| f.severity >= s)).count();
        if grave > 0 {
            let severity = self.fail_on.map_or("", Severity::name);
            missed.push(format!("{id}: {grave} findings of severity {severity} or worse"));
        }
        (missed, ungated)
    }
}

/// What a run knows beforehand.
#[derive(Debug, Clone)]
pub enum Known {
    /// An earlier batch has taught this: nothing is learned from the batch in hand.
    Learned(Context),
    /// The batch in hand teaches more.
    Beforehand(Context),
}

/// Everything a run needs.
pub struct Batch<'b> {
    /// How to judge.
    pub pipeline: &'b Pipeline,
    /// What to judge.
    pub found: &'b Found,
    /// Where to write.
    pub output: &'b Path,
    /// Overwrite a folder that holds other things.
    pub force: bool,
    /// Conditions for exit code 0.
    pub gates: &'b Gates,
    /// What is known before the first pair is read.
    pub known: Known,
}

impl Batch<'_> {
    /// Learns, scores and writes. The output place is tried before any work.
    pub fn run(&self, progress: &dyn Progress) -> Result<Outcome, SetupError> {
        output::prepare(self.output, self.force)?;
        let mut output = Output::open(self.output, self.pipeline)?;
        let context = match &self.known {
            Known::Learned(context) => Cow::Borrowed(context),
            Known::Beforehand(context) => {
                Cow::Owned(learn(self.pipeline, &self.found.pairs, context.clone()).context)
            }
        };
        let mut outcome = Outcome { unpaired: self.found.unpaired.len(), ..Outcome::default() };
        for unpaired in &self.found.unpaired {
            output.set_aside(&unpaired.id, &unpaired.error)?;
        }
        for window in self.found.pairs.chunks(WINDOW) {
            let done: Result<Vec<Done>, SetupError> = window
                .par_iter()
                .with_max_len(1)
                .map(|source| {
                    let done = self.score(source, &context);
                    progress.done(matches!(done, Ok(Done::Failed(_))));
                    done
                })
                .collect();
            for (source, done) in window.iter().zip(done?) {
                record(source, done, &mut output, &mut outcome)?;
            }
        }
        outcome.found = self.found.pairs.len() + outcome.unpaired;
        outcome.worst.sort_by(worse_first);
        outcome.worst.truncate(WORST);
        output.finish(self.pipeline, &outcome)?;
        Ok(outcome)
    }

    /// The second pass for one pair: judged, its own table written, its rows for the others kept.
    fn score(&self, source: &Source, context: &Context) -> Result<Done, SetupError> {
        if let Some(error) = self.in_the_way(source) {
            return Ok(Done::Failed(error));
        }
        let report = match self.judge(source, context) {
            Ok(report) => report,
            Err(error) => return Ok(Done::Failed(error)),
        };
        let dialect = self.dialect()?;
        if let Err(error) = self.write_pair(source, &report, dialect) {
            return match error {
                WriteError::Name(error) => Ok(Done::Failed(error)),
                WriteError::Place(error) => Err(error),
            };
        }
        let lines = if self.pipeline.report.formats.contains(&Format::Jsonl) {
            json::segments(&source.id, &report)
        } else {
            Vec::new()
        };
        let paths = paths(source);
        Ok(Done::Scored(Box::new(Scored {
            summary: rows::summary(&source.id, &report, paths.each_ref().map(String::as_str), dialect),
            findings: report.findings.iter().map(|f| rows::finding(&source.id, f, dialect)).collect(),
            found: report.findings.iter().map(|f| (f.check, f.severity)).collect(),
            accepted: report.accepted,
            missed: self.gates.missed(&source.id, &report),
            lines,
            brief: brief(source, &report),
            statistics: report.statistics,
        })))
    }

    /// The table of `a` is the file `a.csv`, so the table of `a.csv/b` has no place. Which of the two gives way must
    /// not depend on which comes first.
    fn in_the_way(&self, source: &Source) -> Option<PairError> {
        let mut folders = source.id.match_indices('/').map(|(at, _)| &source.id[..at]);
        let folder = folders.find(|f| f.strip_suffix(".csv").is_some_and(|id| self.is_pair(id)))?;
        let hint = format!("its folder {folder} is the table of another pair: rename the folder");
        Some(PairError {
            path: paths(source)[0].clone(),
            stage: "write",
            reason: "bad-name",
            byte_offset: None,
            hint,
        })
    }

    fn is_pair(&self, id: &str) -> bool {
        self.found.pairs.binary_search_by(|p| p.id.as_str().cmp(id)).is_ok()
    }

    fn judge(&self, source: &Source, context: &Context) -> Result<PairReport, PairError> {
        let job = job(self.pipeline, source)?;
        judge_safely(self.pipeline, job, context).map_err(|error| {
            let [original, translation] = paths(source);
            PairError {
                path: if error.path == Side::Translation.name() { translation } else { original },
                ..error
            }
        })
    }

    fn write_pair(&self, source: &Source, report: &PairReport, dialect: Dialect) -> Result<(), WriteError> {
        let path = self.output.join(Finished::pair_table(&source.id));
        let folder = path.parent().unwrap_or(self.output);
        let parts = 2..=report.segments.len().div_ceil(ROWS_A_FILE);
        if let Some(number) = parts.into_iter().find(|n| self.is_pair(&format!("{}.part{n}", source.id))) {
            return Err(WriteError::of(&part(&path, number), io::ErrorKind::AlreadyExists.into()));
        }
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut table = Table::create(folder, &path, PAIRS, dialect)?;
            rows::segments(&source.id, report, dialect).try_for_each(|row| table.row(row))?;
            table.keep()
        };
        write().map_err(|e| WriteError::of(&path, e))
    }

    fn dialect(&self) -> Result<Dialect, SetupError> {
        self.pipeline.report.dialect()
    }
}

/// Writes what came of a pair to the tables of the batch, and counts it.
fn record(source: &Source, done: Done, output: &mut Output, outcome: &mut Outcome) -> Result<(), SetupError> {
    match done {
        Done::Failed(error) => {
            outcome.quarantined += 1;
            output.failed(&source.id, &error, paths(source).each_ref().map(String::as_str))
        }
        Done::Scored(scored) => {
            output.scored(&scored.summary, &scored.findings, &scored.lines)?;
            outcome.add(*scored);
            Ok(())
        }
    }
}

/// The pair's texts and what is known about them.
fn job(pipeline: &Pipeline, source: &Source) -> Result<Job, PairError> {
    let running = |path| read(path, &pipeline.input.encoding, pipeline.limits).map(Text::Running);
    Ok(Job {
        pair: source.id.clone(),
        original: running(&source.original)?,
        translation: running(&source.translation)?,
        languages: source.languages.clone(),
        aligned: false,
        machine_translation: None,
    })
}

/// Judges a pair; a panic, which would be a bug of ours, costs this pair only.
pub fn judge_safely(pipeline: &Pipeline, job: Job, context: &Context) -> Result<PairReport, PairError> {
    catch_unwind(AssertUnwindSafe(|| pipeline.judge(job, context))).unwrap_or_else(|_| {
        Err(PairError {
            path: String::new(),
            stage: "judge",
            reason: "internal-error",
            byte_offset: None,
            hint: "a bug in pairscore: please report it with the pair's files".into(),
        })
    })
}

fn paths(source: &Source) -> [String; 2] {
    [&source.original, &source.translation].map(|p| p.display().to_string())
}

fn brief(source: &Source, report: &PairReport) -> Brief {
    Brief {
        id: source.id.clone(),
        verdict: report.verdict,
        scores: report.scores,
        error_points: report.error_points,
        note: report.note.clone(),
    }
}

fn worse_first(a: &Brief, b: &Brief) -> std::cmp::Ordering {
    order::worse_first(a.rank(), b.rank())
}

enum Done {
    Scored(Box<Scored>),
    Failed(PairError),
}

struct Scored {
    summary: Row,
    findings: Vec<Row>,
    found: Vec<(&'static str, Severity)>,
    accepted: usize,
    statistics: [Statistics; 4],
    missed: (Vec<String>, usize),
    lines: Vec<u8>,
    brief: Brief,
}

/// A pair's table could not be written: because of its name, or because the place takes nothing more.
enum WriteError {
    Name(PairError),
    Place(SetupError),
}

impl WriteError {
    fn of(path: &Path, error: io::Error) -> WriteError {
        use io::ErrorKind as E;
        if !matches!(
            error.kind(),
            E::NotADirectory | E::IsADirectory | E::InvalidFilename | E::AlreadyExists | E::InvalidInput
        ) {
            return WriteError::Place(SetupError::io(path, error));
        }
        let hint = format!("{error}: rename the pair's files");
        WriteError::Name(PairError {
            path: path.display().to_string(),
            stage: "write",
            reason: "bad-name",
            byte_offset: None,
            hint,
        })
    }
}
