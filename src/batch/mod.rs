//! A batch: two passes over its pairs, the first to learn, the second to score and write. Pairs run in parallel, a
//! window of them at a time, so memory does not grow with their number; what is written does not depend on it.

mod learn;

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use walkdir::WalkDir;

use crate::context::Context;
use crate::error::{PairError, SetupError};
use crate::input::{Found, Source, read};
use crate::model::{PairReport, Scores, Severity, Side, Statistics, Verdict};
use crate::pipeline::{Format, Job, Pipeline, Text};
use crate::report::columns::{COLUMNS, DICTIONARY, FINDINGS, PAIRS, QUARANTINE, SUMMARY, header};
use crate::report::rows::Row;
use crate::report::{csv, json, rows};
pub use learn::{Learned, learn};

/// Pairs that are worked on before their rows are written. Enough to keep all threads busy at its end, few enough
/// that their rows (not their texts) are all that is held.
const WINDOW: usize = 256;

/// Pairs named in the summary on the terminal.
const WORST: usize = 5;

/// Files and folders that a report may hold; a folder with anything else is not overwritten.
const OWN: [&str; 9] = [
    SUMMARY,
    "pairs",
    FINDINGS,
    QUARANTINE,
    DICTIONARY,
    "run.json",
    "segments.jsonl",
    "report.xlsx",
    "report.html",
];

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
    /// Findings: minor, major, critical.
    pub findings: [usize; 3],
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
    /// Critical and major findings.
    pub grave: [usize; 2],
    /// Why the verdict.
    pub note: String,
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
        self.prepare_output()?;
        let mut tables = Tables::open(self)?;
        let context = match &self.known {
            Known::Learned(context) => Cow::Borrowed(context),
            Known::Beforehand(context) => {
                Cow::Owned(learn(self.pipeline, &self.found.pairs, context.clone()).context)
            }
        };
        let mut outcome = Outcome { unpaired: self.found.unpaired.len(), ..Outcome::default() };
        for unpaired in &self.found.unpaired {
            tables.quarantine.row(&rows::quarantine(&unpaired.id, &unpaired.error))?;
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
                tables.write(source, done, &mut outcome)?;
            }
        }
        outcome.found = self.found.pairs.len() + outcome.unpaired;
        outcome.worst.sort_by(worse_first);
        tables.finish(self, &outcome)?;
        Ok(outcome)
    }

    /// Makes room for a new report. Refuses before anything is touched where the folder holds what no run wrote; with
    /// `force` such files stay as they are.
    fn prepare_output(&self) -> Result<(), SetupError> {
        let at = |e| SetupError::io(self.output, e);
        fs::create_dir_all(self.output).map_err(at)?;
        let (mut old, mut foreign) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(self.output).map_err(at)? {
            let path = entry.map_err(at)?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            if name.starts_with(TEMPORARY) || ["run.json", "segments.jsonl"].contains(&name) {
                old.push(path);
            } else if !OWN.contains(&name) {
                foreign.push(path);
            }
        }
        // A finished run has left a summary, an interrupted one its temporary files.
        let ours = self.output.join(SUMMARY).is_file() || old.iter().any(|p| is_temporary(p));
        let folders = self.tables_of_an_earlier_run(ours, &mut old, &mut foreign);
        if let Some(first) = foreign.first().filter(|_| !self.force) {
            return Err(SetupError::Configuration(format!(
                "{} is not from an earlier run: choose another --output, or say --force",
                first.display()
            )));
        }
        old.iter().try_for_each(|path| remove(path))?;
        for folder in folders {
            // Fails where something foreign is left in it, and that is right.
            let _ = fs::remove_dir(folder);
        }
        fs::create_dir_all(self.output.join("pairs")).map_err(at)?;
        fs::write(self.output.join(UNFINISHED), "").map_err(at)
    }

    /// Sorts what stands in pairs/ into tables, which go so that none outlives its pair, and foreign files; returns
    /// the folders, inner ones first. A link in the place of pairs/ is foreign and not followed.
    fn tables_of_an_earlier_run(
        &self,
        ours: bool,
        old: &mut Vec<PathBuf>,
        foreign: &mut Vec<PathBuf>,
    ) -> Vec<PathBuf> {
        let root = self.output.join("pairs");
        if root.is_symlink() {
            foreign.push(root);
            return Vec::new();
        }
        let mut folders = Vec::new();
        for entry in WalkDir::new(&root).contents_first(true).into_iter().filter_map(Result::ok) {
            let path = entry.path().to_path_buf();
            let table = ours && entry.file_type().is_file() && path.extension().is_some_and(|e| e == "csv");
            if entry.file_type().is_dir() {
                folders.push(path);
            } else if table || is_temporary(&path) {
                old.push(path);
            } else {
                foreign.push(path);
            }
        }
        folders
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
        if let Err(error) = self.write_pair(source, &report) {
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
        Ok(Done::Scored(Box::new(Scored {
            summary: rows::summary(&source.id, &report, paths(source).each_ref().map(String::as_str)),
            findings: report.findings.iter().map(|f| rows::finding(&source.id, f)).collect(),
            counts: [Severity::Minor, Severity::Major, Severity::Critical].map(|s| report.count(s)),
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
        let taken = |id: &str| self.found.pairs.binary_search_by(|p| p.id.as_str().cmp(id)).is_ok();
        let mut folders = source.id.match_indices('/').map(|(at, _)| &source.id[..at]);
        let folder = folders.find(|f| f.strip_suffix(".csv").is_some_and(taken))?;
        let hint = format!("its folder {folder} is the table of another pair: rename the folder");
        Some(PairError {
            path: paths(source)[0].clone(),
            stage: "write",
            reason: "bad-name",
            byte_offset: None,
            hint,
        })
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

    fn write_pair(&self, source: &Source, report: &PairReport) -> Result<(), WriteError> {
        let path = self.output.join("pairs").join(format!("{}.csv", source.id));
        let folder = path.parent().unwrap_or(self.output);
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut table = Table::create(folder, &path, self.pipeline.report.bom)?;
            table.writer.write_record(header(PAIRS))?;
            rows::segments(&source.id, report).try_for_each(|row| table.writer.write_record(&row))?;
            table.keep()
        };
        write().map_err(|e| WriteError::of(&path, e))
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

fn is_temporary(path: &Path) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(TEMPORARY))
}

fn remove(path: &Path) -> Result<(), SetupError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SetupError::io(path, e)),
        _ => Ok(()),
    }
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
        grave: [report.count(Severity::Critical), report.count(Severity::Major)],
        note: report.note.clone(),
    }
}

fn worse_first(a: &Brief, b: &Brief) -> std::cmp::Ordering {
    let similarity = |x: &Brief| x.scores.similarity.unwrap_or(100.0);
    b.verdict
        .cmp(&a.verdict)
        .then(b.error_points.total_cmp(&a.error_points))
        .then(similarity(a).total_cmp(&similarity(b)))
        .then(a.id.cmp(&b.id))
}

enum Done {
    Scored(Box<Scored>),
    Failed(PairError),
}

struct Scored {
    summary: Row,
    findings: Vec<Row>,
    counts: [usize; 3],
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

/// Beginning of the names of files that are still being written.
const TEMPORARY: &str = ".pairscore-";

/// Stands in the output folder until the report is complete.
const UNFINISHED: &str = ".pairscore-unfinished";

/// A file that appears under its name only when it is complete.
pub struct Pending {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Pending {
    /// Opens a file in `folder` that will stand at `path`.
    pub fn create(folder: &Path, path: &Path) -> io::Result<Pending> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        Ok(Pending { file: BufWriter::new(builder.tempfile_in(folder)?), path: path.to_path_buf() })
    }

    /// Puts it in its place.
    pub fn keep(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(&self.path).map(drop).map_err(|e| e.error)
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

struct Table {
    writer: ::csv::Writer<BufWriter<NamedTempFile>>,
    path: PathBuf,
}

impl Table {
    fn create(folder: &Path, path: &Path, bom: bool) -> io::Result<Table> {
        let Pending { file, path } = Pending::create(folder, path)?;
        Ok(Table { writer: csv::writer(file, bom)?, path })
    }

    fn open(folder: &Path, name: &str, bom: bool) -> Result<Table, SetupError> {
        let path = folder.join(name);
        let mut table = Table::create(folder, &path, bom).map_err(|e| SetupError::io(&path, e))?;
        table.row(&header(name))?;
        Ok(table)
    }

    fn row<C: AsRef<[u8]>>(&mut self, row: &[C]) -> Result<(), SetupError> {
        self.writer.write_record(row).map_err(|e| SetupError::io(&self.path, e.into()))
    }

    fn keep(self) -> io::Result<()> {
        let file = self.writer.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
        Pending { file, path: self.path }.keep()
    }
}

/// The tables of the whole batch.
struct Tables {
    summary: Table,
    findings: Table,
    quarantine: Table,
    segments: Option<Pending>,
}

impl Tables {
    fn open(batch: &Batch) -> Result<Tables, SetupError> {
        let report = &batch.pipeline.report;
        let open = |name| Table::open(batch.output, name, report.bom);
        let lines = report.formats.contains(&Format::Jsonl).then(|| batch.output.join("segments.jsonl"));
        let segments =
            lines.map(|path| Pending::create(batch.output, &path).map_err(|e| SetupError::io(&path, e)));
        Ok(Tables {
            summary: open(SUMMARY)?,
            findings: open(FINDINGS)?,
            quarantine: open(QUARANTINE)?,
            segments: segments.transpose()?,
        })
    }

    fn write(&mut self, source: &Source, done: Done, outcome: &mut Outcome) -> Result<(), SetupError> {
        match done {
            Done::Failed(error) => {
                outcome.quarantined += 1;
                self.summary.row(&rows::failed(
                    &source.id,
                    &error,
                    paths(source).each_ref().map(String::as_str),
                ))?;
                self.quarantine.row(&rows::quarantine(&source.id, &error))
            }
            Done::Scored(scored) => {
                let Scored { summary, findings, counts, accepted, statistics, missed, lines, brief } =
                    *scored;
                outcome.scored += 1;
                outcome.verdicts[brief.verdict as usize] += 1;
                outcome.findings.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                outcome.accepted += accepted;
                outcome.statistics.iter_mut().zip(&statistics).for_each(|(sum, counts)| *sum += counts);
                outcome.missed.extend(missed.0);
                outcome.ungated += missed.1;
                outcome.worst.push(brief);
                if outcome.worst.len() > 2 * WORST {
                    outcome.worst.sort_by(worse_first);
                    outcome.worst.truncate(WORST);
                }
                if let Some(segments) = &mut self.segments {
                    segments.write_all(&lines).map_err(|e| SetupError::io(&segments.path, e))?;
                }
                self.summary.row(&summary)?;
                findings.iter().try_for_each(|row| self.findings.row(row))
            }
        }
    }

    /// Puts every file in its place, run.json last: where it stands, the report is complete.
    fn finish(self, batch: &Batch, outcome: &Outcome) -> Result<(), SetupError> {
        let at = |e| SetupError::io(batch.output, e);
        for table in [self.summary, self.findings, self.quarantine] {
            table.keep().map_err(at)?;
        }
        if let Some(segments) = self.segments {
            segments.keep().map_err(at)?;
        }
        let mut dictionary = Table::open(batch.output, DICTIONARY, batch.pipeline.report.bom)?;
        for c in COLUMNS {
            dictionary.row(&[c.file, c.name, c.kind, c.unit, c.range, c.meaning])?;
        }
        dictionary.keep().map_err(at)?;
        let mut run = Pending::create(batch.output, &batch.output.join("run.json")).map_err(at)?;
        let text =
            serde_json::to_string_pretty(&run_json(batch.pipeline, outcome)).map_err(|e| at(e.into()))?;
        writeln!(run, "{text}").and_then(|()| run.keep()).map_err(at)?;
        remove(&batch.output.join(UNFINISHED))
    }
}

fn run_json(pipeline: &Pipeline, outcome: &Outcome) -> Value {
    let scores = pipeline.corpus_scores(&outcome.statistics);
    json!({
        "program": "pairscore",
        "version": env!("CARGO_PKG_VERSION"),
        "signature": pipeline.signature(),
        "counts": {
            "found": outcome.found, "scored": outcome.scored,
            "quarantined": outcome.quarantined, "unpaired": outcome.unpaired,
        },
        "accepted": outcome.accepted,
        "scores": {
            "similarity": scores.similarity, "chrf": scores.chrf, "bleu": scores.bleu, "ter": scores.ter,
        },
        "pipeline": pipeline,
    })
}
