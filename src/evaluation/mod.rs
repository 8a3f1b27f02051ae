//! Line-aligned evaluation: hypotheses of one or more systems against references, line by line, as sacreBLEU's
//! command line does it.
//!
//! All sources are read side by side, a block of lines at a time, so memory doesn't grow with the text. What is
//! kept beyond a block is the sums of the counts and, where resampling is asked for, the counts of each segment.

mod columns;
mod lines;
mod notes;
mod significance;

use std::io;

use rayon::prelude::*;

use crate::error::SetupError;
use crate::metrics::resampling::Table;
use crate::metrics::{Metric, Statistics};
use columns::Columns;
pub use lines::Source;
use notes::Notes;
pub use significance::{Seed, bootstrap, randomisation};

/// What is to be evaluated.
pub struct Task {
    /// One system a source; standard input may hold several with TABs between them.
    pub hypotheses: Vec<Source>,
    /// One reference a source.
    pub references: Vec<Source>,
    /// How many references, with TABs between them, a source of references holds.
    pub reference_fields: usize,
    /// For each line the name of the document it is from: then documents are resampled, not lines.
    pub documents: Option<Source>,
    /// The encoding of all sources.
    pub encoding: String,
    /// What is measured.
    pub metrics: Vec<Box<dyn Metric>>,
    /// What is kept for resampling.
    pub keep: Keep,
    /// Text that looks tokenized is meant to be.
    pub force: bool,
    /// Whether to look for what makes scores wrong without a word.
    pub warn: bool,
    /// Whether to read everything once before the first line is measured, where all sources are files: then nothing
    /// is given out of texts that turn out unusable.
    pub read_ahead: bool,
    /// Refuses numbers of systems that don't go with the rest of the task.
    pub check_systems: Box<dyn Fn(usize) -> Result<(), SetupError> + Send + Sync>,
}

/// What an evaluation keeps of each segment or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: sums are enough.
    Nothing,
    /// The counts, for the bootstrap.
    Counts,
    /// How far the counts are from those of the first system, for approximate randomisation.
    Differences,
}

/// The counts of one segment for each system and metric.
pub type Counted = Vec<Vec<Statistics>>;

/// What an evaluation found.
#[derive(Debug)]
pub struct Evaluation {
    /// The systems' names: their files as given, or `System 1` and so on for those of standard input.
    pub systems: Vec<String>,
    /// The number of references a segment.
    pub references: usize,
    /// The sums of the counts for each system and metric.
    pub sums: Counted,
    /// What was kept for resampling.
    pub kept: Kept,
    /// What a careful reader would want to know about the input, and what it does to the scores.
    pub warnings: Vec<String>,
}

/// The counts of segments or documents, the columns of all metrics of all systems side by side.
#[derive(Debug)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// Counts, in the single precision that sacreBLEU resamples in.
    Counts(Table<f32>),
    /// How far the other systems are from the first, exactly.
    Differences(Table<f64>),
}

impl Kept {
    /// How many segments or documents there are to resample; `None` where nothing was kept.
    #[must_use]
    pub fn rows(&self) -> Option<usize> {
        match self {
            Self::Nothing => None,
            Self::Counts(table) => Some(table.rows()),
            Self::Differences(table) => Some(table.rows()),
        }
    }
}

/// One segment as read: the texts of all systems, and of all references.
struct Segment {
    hypotheses: Vec<String>,
    references: Vec<String>,
    document: Option<String>,
    is_first: bool,
}

/// Lines worked on at a time: enough for all threads, few enough to hold little.
const BLOCK: usize = 2048;

impl Task {
    /// Reads and measures everything; `each` sees the counts of every segment, in order, block by block.
    pub fn evaluate(
        &self,
        mut each: impl FnMut(&[Counted]) -> io::Result<()>,
    ) -> Result<Evaluation, EvaluationError> {
        if self.read_ahead && self.all_sources().all(Source::is_regular_file) {
            self.read_through()?;
        }
        let mut columns = Columns::open(self)?;
        let mut notes = Notes::new(self);
        let mut keeper = Keeper::new(self);
        let mut sums = Counted::new();
        let mut segments = 0;
        let mut block = columns.read(BLOCK)?;
        while !block.is_empty() {
            let measure =
                |segment: &Segment| (self.count(segment), self.warn && notes::is_suspicious(segment));
            let (next, measured): (_, (Vec<Counted>, Vec<bool>)) =
                rayon::join(|| columns.read(BLOCK), || block.par_iter().with_min_len(8).map(measure).unzip());
            let (counted, suspicious) = measured;
            for ((segment, counted), suspicious) in block.iter().zip(&counted).zip(suspicious) {
                add(&mut sums, counted);
                keeper.keep(segment, counted);
                if self.warn {
                    notes.take(self, segments, segment, suspicious.then_some(counted));
                }
                segments += 1;
            }
            each(&counted)?;
            block = next?;
        }
        columns.finish(segments)?;
        let (systems, references) = (columns.systems(), columns.references());
        Ok(Evaluation {
            warnings: if self.warn { notes.warnings(self, &systems, segments, &sums) } else { Vec::new() },
            systems,
            references,
            sums,
            kept: keeper.finish(),
        })
    }

    /// Reads everything once, for the errors.
    fn read_through(&self) -> Result<(), SetupError> {
        let mut columns = Columns::open(self)?;
        let mut lines = 0;
        loop {
            match columns.read(BLOCK)?.len() {
                0 => return columns.finish(lines),
                read => lines += read,
            }
        }
    }

    fn all_sources(&self) -> impl Iterator<Item = &Source> {
        self.hypotheses.iter().chain(&self.references).chain(&self.documents)
    }

    fn count(&self, segment: &Segment) -> Counted {
        let hypotheses: Vec<&str> = segment.hypotheses.iter().map(String::as_str).collect();
        let references: Vec<&str> = segment.references.iter().map(String::as_str).collect();
        self.measure(&hypotheses, &references)
    }

    fn measure(&self, hypotheses: &[&str], references: &[&str]) -> Counted {
        let by_metric = self.metrics.iter().map(|metric| metric.statistics(hypotheses, references));
        let mut by_system = vec![Vec::with_capacity(self.metrics.len()); hypotheses.len()];
        for statistics in by_metric {
            for (system, statistics) in by_system.iter_mut().zip(statistics) {
                system.push(statistics);
            }
        }
        by_system
    }
}

/// Why an evaluation ends early.
#[derive(Debug)]
pub enum EvaluationError {
    /// Sources that cannot be read or don't fit together.
    Input(SetupError),
    /// What was done with the counts failed.
    Output(io::Error),
}

impl From<SetupError> for EvaluationError {
    fn from(error: SetupError) -> Self {
        Self::Input(error)
    }
}

impl From<io::Error> for EvaluationError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn add(sums: &mut Counted, counted: &Counted) {
    sums.resize_with(counted.len(), Vec::new);
    for (sums, counted) in sums.iter_mut().zip(counted) {
        sums.resize(counted.len(), Statistics::default());
        for (sum, counted) in sums.iter_mut().zip(counted) {
            *sum += counted;
        }
    }
}

/// Keeps what resampling needs: a row a segment or, by document, a row a document in the order of first lines.
struct Keeper {
    keep: Keep,
    columns: usize,
    rows: Kept,
    documents: rustc_hash::FxHashMap<String, usize>,
    by_document: Vec<Counted>,
}

impl Keeper {
    fn new(task: &Task) -> Self {
        Self {
            keep: task.keep,
            columns: task.metrics.iter().map(|metric| metric.width()).sum(),
            rows: Kept::Nothing,
            documents: rustc_hash::FxHashMap::default(),
            by_document: Vec::new(),
        }
    }

    fn keep(&mut self, segment: &Segment, counted: &Counted) {
        if self.keep == Keep::Nothing {
            return;
        }
        let Some(document) = &segment.document else {
            return self.push(counted);
        };
        let next = self.by_document.len();
        let number = *self.documents.entry(document.clone()).or_insert(next);
        if number == next {
            self.by_document.push(Counted::new());
        }
        add(&mut self.by_document[number], counted);
    }

    fn push(&mut self, counted: &Counted) {
        let columns = self.columns;
        let row = |system: &[Statistics]| system.iter().flat_map(|s| s.0.clone()).collect::<Vec<f64>>();
        if let Kept::Nothing = self.rows {
            self.rows = match self.keep {
                Keep::Nothing => Kept::Nothing,
                Keep::Counts => Kept::Counts(Table::new(columns * counted.len())),
                Keep::Differences => Kept::Differences(Table::new(columns * (counted.len() - 1))),
            };
        }
        match &mut self.rows {
            Kept::Nothing => {}
            Kept::Counts(table) => {
                table.push(counted.iter().flat_map(|system| row(system)).map(|count| count as f32));
            }
            Kept::Differences(table) => {
                let Some((baseline, others)) = counted.split_first() else { return };
                let baseline = row(baseline);
                let differences = others.iter().flat_map(|system| {
                    let pairs = baseline.iter().zip(row(system));
                    pairs.map(|(baseline, count)| baseline - count).collect::<Vec<f64>>()
                });
                table.push(differences);
            }
        }
    }

    fn finish(mut self) -> Kept {
        for counted in std::mem::take(&mut self.by_document) {
            self.push(&counted);
        }
        self.rows
    }
}
