//! `pairscore metrics`: scores of line-aligned files, with sacreBLEU's options, names, defaults and output.

mod arguments;
mod python;
mod single;
mod spelling;
mod table;

use std::io::{self, BufWriter, Write};

use pairscore::error::SetupError;
use pairscore::evaluation::{
    Counted, Evaluation, EvaluationError, Keep, Kept, Seed, Task, bootstrap, randomisation,
};
use pairscore::metrics::resampling::{
    Interval, bootstrap_p_value, interval, paired_interval, randomisation_p_value,
};
use pairscore::metrics::{Field, Level, Metric, Promoted, Statistics};

use rayon::prelude::*;

use super::options::threads;
use super::view::has_colour;
use super::{Exit, Stop, complain};
pub use arguments::Metrics;
use arguments::{Format, Test};
pub use spelling::{translated, with_repeatable_options};

/// Resampling fewer segments or documents than this is said to mean little: a convention of this program, for theory
/// gives no number.
const FEW_TO_RESAMPLE: usize = 20;

/// The release of sacreBLEU whose scores these are, as its signatures end.
const VERSION: &str = "2.6.0";

impl Metrics {
    /// Reads, measures and prints.
    pub fn run(self) -> Result<Exit, Stop> {
        let test = self.test()?;
        let task = self.task(test.as_ref())?;
        let pool = threads(self.jobs.filter(|&jobs| jobs > 0).map(usize::from))?;
        pool.install(|| self.evaluate(&task, test.as_ref()))?;
        Ok(Exit::Success)
    }

    fn evaluate(&self, task: &Task, test: Option<&Test>) -> Result<(), Stop> {
        let mut out = BufWriter::new(io::stdout());
        let evaluation = task.evaluate(|segments| {
            if self.sentence_level { self.print_segments(&mut out, task, segments) } else { Ok(()) }
        });
        // What has been printed so far is the user's, whatever comes after it.
        out.flush()?;
        let evaluation = evaluation?;
        for warning in &evaluation.warnings {
            complain(&format!("warning: {warning}"));
        }
        if let (Some(test), Some(rows @ ..FEW_TO_RESAMPLE), false) =
            (test, evaluation.kept.rows(), self.quiet)
        {
            let units = if test.by_document { "documents" } else { "segments" };
            complain(&format!(
                "warning: {rows} {units} to resample: intervals and p-values of so few mean little"
            ));
        }
        if !self.sentence_level {
            let scores = scores(task, &evaluation, test);
            let page = Page { options: self, metrics: &task.metrics, evaluation: &evaluation, test, scores };
            write!(out, "{}", page.print())?;
        }
        out.flush()?;
        Ok(())
    }

    fn print_segments(&self, out: &mut impl Write, task: &Task, segments: &[Counted]) -> io::Result<()> {
        let metric = &*task.metrics[0];
        let references = task.references.len().max(task.reference_fields);
        let signature = signature(metric, references, None, Level::Segment).text(self.short);
        let line = |segment: &Counted| {
            let line = single::Line::new(metric, &segment[0][0], Level::Segment, None);
            line.text(self, &signature) + "\n"
        };
        let lines: Vec<String> = segments.par_iter().with_min_len(64).map(line).collect();
        lines.iter().try_for_each(|line| out.write_all(line.as_bytes()))
    }

    fn colours(&self) -> bool {
        !self.no_color && has_colour()
    }
}

impl From<EvaluationError> for Stop {
    fn from(error: EvaluationError) -> Stop {
        match error {
            EvaluationError::Input(error) => Stop::Setup(error),
            EvaluationError::Output(error) => Stop::Output(error),
        }
    }
}

/// One metric's score of one system, with what resampling says about it.
#[derive(Debug, Clone, Copy)]
struct Score {
    points: f64,
    p_value: Option<f64>,
    interval: Option<Interval>,
}

/// The scores by system and metric.
fn scores(task: &Task, evaluation: &Evaluation, test: Option<&Test>) -> Vec<Vec<Score>> {
    let score = |metric: &dyn Metric, counts: &Statistics| Score {
        points: metric.score(counts, Level::Corpus),
        p_value: None,
        interval: None,
    };
    let of_system = |counts: &Vec<Statistics>| -> Vec<Score> {
        task.metrics.iter().zip(counts).map(|(metric, counts)| score(&**metric, counts)).collect()
    };
    let mut scores: Vec<Vec<Score>> = evaluation.sums.iter().map(of_system).collect();
    match (test, &evaluation.kept) {
        (Some(test), Kept::Counts(table)) => {
            let resampled = bootstrap(table, &task.metrics, scores.len(), test.seed, test.samples);
            add_intervals(&mut scores, &resampled);
        }
        (Some(test), Kept::Differences(table)) => {
            let trials = randomisation(table, &evaluation.sums, &task.metrics, test.seed, test.samples);
            let baseline = scores[0].clone();
            for (system, trials) in scores.iter_mut().skip(1).zip(&trials) {
                for ((score, trials), baseline) in system.iter_mut().zip(trials).zip(&baseline) {
                    let difference = (baseline.points - score.points).abs();
                    score.p_value = Some(randomisation_p_value(trials, difference));
                }
            }
        }
        _ => {}
    }
    scores
}

fn add_intervals(scores: &mut [Vec<Score>], resampled: &[Vec<Vec<Promoted>>]) {
    let paired = scores.len() > 1;
    let baseline = scores[0].clone();
    for (index, (system, resampled_system)) in scores.iter_mut().zip(resampled).enumerate() {
        for (metric, (score, resampled_score)) in system.iter_mut().zip(resampled_system).enumerate() {
            let of = if paired { paired_interval } else { interval };
            score.interval = Some(of(resampled_score));
            if index > 0 {
                let difference = (baseline[metric].points - score.points).abs();
                let p_value = bootstrap_p_value(&resampled[0][metric], resampled_score, difference);
                score.p_value = Some(p_value);
            }
        }
    }
}

/// All that there is to print for whole corpora.
struct Page<'p> {
    options: &'p Metrics,
    metrics: &'p [Box<dyn Metric>],
    evaluation: &'p Evaluation,
    test: Option<&'p Test>,
    scores: Vec<Vec<Score>>,
}

impl Page<'_> {
    fn print(&self) -> String {
        match (self.evaluation.systems.len(), self.options.format()) {
            (1, Format::Json) => single::json(self),
            (1, _) => single::text(self),
            (_, Format::Json) => table::json(self),
            (_, format) => table::text(self, format == Format::Latex),
        }
    }

    fn signature(&self, metric: &dyn Metric) -> Signature {
        let resampled = self.test.map(|test| (test, self.evaluation));
        signature(metric, self.evaluation.references, resampled, Level::Corpus)
    }
}

/// A signature, field by field.
struct Signature(Vec<Field>);

impl Signature {
    fn text(&self, short: bool) -> String {
        let fields = self.0.iter().map(|field| {
            let key = if short { field.short_key } else { field.key };
            format!("{key}:{}", field.value)
        });
        fields.collect::<Vec<_>>().join("|")
    }
}

fn signature(
    metric: &dyn Metric,
    references: usize,
    resampled: Option<(&Test, &Evaluation)>,
    level: Level,
) -> Signature {
    let mut fields = vec![Field::new("nrefs", "#", references.to_string())];
    if let Some((test, evaluation)) = resampled {
        let key = if test.keep == Keep::Differences { "ar" } else { "bs" };
        fields.push(Field::new(key, key, test.samples.to_string()));
        fields.push(Field::new("seed", "rs", test.seed_name.clone()));
        if let (true, Some(documents)) = (test.by_document, evaluation.kept.rows()) {
            fields.push(Field::new("docs", "docs", documents.to_string()));
        }
    }
    fields.extend(metric.settings(level));
    fields.push(Field::new("version", "v", VERSION));
    Signature(fields)
}

/// A variable of sacreBLEU's in the environment.
#[expect(clippy::disallowed_methods, reason = "users of sacreBLEU set these, and expect them to work")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The seed from sacreBLEU's environment variable: a number, or `none` for another one in every run. With it the
/// name that signatures have, which for a single system is what the variable holds.
fn seed(paired: bool) -> Result<(Seed, String), SetupError> {
    let text = variable("SACREBLEU_SEED").unwrap_or_else(|| "12345".to_string());
    if text.eq_ignore_ascii_case("none") {
        use std::hash::{BuildHasher, RandomState};
        return Ok((RandomState::new().hash_one(0).into(), "none".to_string()));
    }
    let wrong = || {
        SetupError::Configuration(format!(
            "SACREBLEU_SEED is \"{text}\": it must be a number of at most 128 bits, or none"
        ))
    };
    let seed: Seed = text.trim().parse().map_err(|_| wrong())?;
    Ok((seed, if paired { seed.to_string() } else { text.to_lowercase() }))
}
