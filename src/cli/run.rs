//! `pairscore run`: the main job.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, fmt};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use pairscore::batch::{Batch, Earlier, Ended, Gates, Known, Progress, Shard, is_unfinished};
use pairscore::encoder::Encoder;
use pairscore::error::SetupError;
use pairscore::input::discover;
use pairscore::model::Severity;
use pairscore::pipeline::{Format, Pipeline, nearest};

use super::ending::Ending;
use super::interrupt::Interrupt;
use super::options::{
    ContextOptions, DialectOptions, InputOptions, ModelOption, accepted, format, jobs, threads,
};
use super::view::{count, visible};
use super::{Exit, Stop, complain};

/// Options of `run`.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    pub(super) input: InputOptions,
    /// Folder to write to [default: the pipeline's, or reports/<pipeline name>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Score the I-th of N parts of the batch, divided by a hash of the pair ids; `pairscore merge` makes one report of them
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
    /// Threads [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    /// Formats to write beside CSV: jsonl, xlsx, html
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = format)]
    format: Vec<Format>,
    /// The findings.csv of an earlier run: only what is new is reported
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    dialect: DialectOptions,
    /// Exit with 1 when a pair's metric is under this: similarity, chrf, bleu, coverage; ter when over
    #[arg(long, value_name = "METRIC=VALUE", value_parser = gate)]
    fail_under: Vec<(String, f64)>,
    /// Exit with 1 on a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<SeverityName>,
    /// Exit with 0 though some pairs could not be scored
    #[arg(long)]
    allow_partial: bool,
    /// Write into a folder that holds other things than a report
    #[arg(long)]
    force: bool,
    /// Go on where a run with the same settings was cut off; starts from the beginning where none was
    #[arg(long)]
    resume: bool,
    /// No progress, no summary; errors only
    #[arg(long, short)]
    quiet: bool,
    /// When to show progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    #[command(flatten)]
    context: ContextOptions,
    #[command(flatten)]
    model: ModelOption,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityName {
    Minor,
    Major,
    Critical,
}

const GATES: [&str; 6] = ["similarity", "chrf", "bleu", "ter", "coverage", "semantic"];

fn gate(text: &str) -> Result<(String, f64), String> {
    let (metric, value) = text.split_once('=').ok_or("METRIC=VALUE, as chrf=40")?;
    if !GATES.contains(&metric) {
        return Err(format!(
            "no metric \"{metric}\"{} (there are {})",
            nearest(metric, &GATES),
            GATES.join(", ")
        ));
    }
    let most = match metric {
        "coverage" => 1.0,
        "ter" => 1e6,
        _ => 100.0,
    };
    let number = value.parse().ok().filter(|v| (0.0..=most).contains(v));
    number.map(|v| (metric.to_string(), v)).ok_or_else(|| format!("{metric} must be 0 to {most}"))
}

impl Run {
    /// Finds, scores, writes, and says what came of it.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.pipeline()?;
        self.model.load(&mut pipeline)?;
        let known = self.context.known(&pipeline)?;
        let found = discover(&pipeline.input, &pipeline.languages()?)?;
        if found.pairs.is_empty() {
            let files = count(found.unpaired.len(), "file");
            let hint = format!("{files} without a partner (pairscore pairs lists them with the reasons)");
            return Err(SetupError::NoPairs(hint).into());
        }
        let output = self.output(&pipeline);
        let gates = self.gates();
        let batch = Batch {
            pipeline: &pipeline,
            found: &found,
            shard: self.shard,
            output: &output,
            earlier: Earlier { force: self.force, resume: self.resume },
            gates: &gates,
            known,
        };
        self.warn(&batch);
        let pairs = found.pairs.iter().filter(|pair| batch.takes(&pair.id)).count();
        let bar = self.listening_bar(pairs, pipeline.encoder.clone());
        let ended = threads(self.jobs)?.install(|| batch.run(&bar));
        bar.drawn.finish_and_clear();
        match ended? {
            Ended::Complete(outcome) => {
                let ending = Ending {
                    outcome: &outcome,
                    scores: pipeline.corpus_scores(&outcome.statistics),
                    output: &output,
                    formats: &pipeline.report.formats,
                    quiet: self.quiet,
                    allow_partial: self.allow_partial,
                };
                ending.say()
            }
            Ended::Stopped { done } => {
                let all = count(pairs, "pair");
                complain(&format!("stopped with {done} of {all} done; to go on: {}", resuming()));
                Ok(bar.interrupt.exit())
            }
            Ended::Failed(error) => {
                complain(&error.to_string());
                complain(&format!("what is done is kept; to go on: {}", resuming()));
                Ok(Exit::Usage)
            }
        }
    }

    fn gates(&self) -> Gates {
        let severity = self.fail_on.map(|s| match s {
            SeverityName::Minor => Severity::Minor,
            SeverityName::Major => Severity::Major,
            SeverityName::Critical => Severity::Critical,
        });
        Gates { fail_under: self.fail_under.clone(), fail_on: severity }
    }

    fn pipeline(&self) -> Result<Pipeline, SetupError> {
        let mut pipeline = self.input.load()?;
        if !self.format.is_empty() {
            pipeline.report.formats.clone_from(&self.format);
        }
        self.dialect.apply(&mut pipeline.report)?;
        pipeline.accepted = accepted(self.baseline.as_deref())?;
        Ok(pipeline)
    }

    /// Where to write: a shard that is not told has a folder of its own beside those of the others.
    fn output(&self, pipeline: &Pipeline) -> PathBuf {
        let usual = || {
            let given = pipeline.report.directory.clone();
            let whole = given.unwrap_or_else(|| Path::new("reports").join(&pipeline.name));
            self.shard.map_or_else(
                || whole.clone(),
                |shard| {
                    let mut name = whole.clone().into_os_string();
                    name.push(format!("-{}-of-{}", shard.number(), shard.of()));
                    name.into()
                },
            )
        };
        self.output.clone().unwrap_or_else(usual)
    }

    fn warn(&self, batch: &Batch) {
        if self.quiet {
            return;
        }
        let output = batch.output;
        if self.resume && !is_unfinished(output) {
            complain(&format!("no run was cut off in {}: starting from the beginning", output.display()));
        } else if !self.resume && is_unfinished(output) {
            complain(&format!(
                "a run has not ended in {}: starting anew, without --resume",
                output.display()
            ));
        }
        if self.shard.is_some_and(|shard| shard.of() > 1) && matches!(batch.known, Known::Beforehand(_)) {
            complain(
                "every shard learns from the whole batch first: `pairscore learn` once, and --context saves that",
            );
        }
        for notice in &batch.found.notices {
            complain(notice);
        }
        let unpaired = batch.found.unpaired.iter().filter(|file| batch.takes(&file.id));
        if let Some(first) = unpaired.clone().next() {
            let (files, path, reason) = (unpaired.count(), &first.error.path, first.error.reason);
            complain(&format!(
                "{} without a partner, see quarantine.csv; the first: {path} ({reason})",
                count(files, "file")
            ));
        }
    }

    /// The progress bar, and an ear for Ctrl-C.
    fn listening_bar(&self, pairs: usize, encoder: Option<Arc<Encoder>>) -> Bar {
        let shown = !self.quiet
            && match self.progress {
                When::Auto => stderr().is_terminal(),
                When::Always => true,
                When::Never => false,
            };
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(pairs as u64), target);
        let template = "{wide_bar} {pos}/{len} pairs  {per_sec}  {eta} left  {segments}{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            // A model may work for minutes on one pair: its segments show that it goes on.
            bar.set_style(style.with_key("segments", move |_: &ProgressState, out: &mut dyn fmt::Write| {
                // The bar takes whatever is written.
                let _ = encoder.iter().try_for_each(|e| write!(out, "{} segments encoded  ", e.segments()));
            }));
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        let shown = bar.clone();
        let interrupt = Interrupt::listen(move || {
            shown.suspend(|| complain("stopping when the pairs in hand are done; once more to stop at once"));
        });
        Bar { drawn: bar, failed: AtomicU64::new(0), interrupt }
    }
}

struct Bar {
    drawn: ProgressBar,
    failed: AtomicU64,
    interrupt: Interrupt,
}

impl Progress for Bar {
    fn done(&self, failed: bool) {
        if failed {
            let failures = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
            self.drawn.set_message(format!("{failures} failed"));
        }
        self.drawn.inc(1);
    }

    fn stops(&self) -> bool {
        self.interrupt.is_heard()
    }
}

/// The command that goes on where this one was cut off, for a shell.
fn resuming() -> String {
    let words: Option<Vec<String>> = env::args_os().map(|word| word.into_string().ok()).collect();
    let shown =
        words.filter(|words| words.iter().all(|word| visible(word) == *word)).and_then(|mut words| {
            let run = words.iter().position(|word| word == "run")?;
            if !words.iter().any(|word| word == "--resume") {
                words.insert(run + 1, "--resume".into());
            }
            shlex::try_join(words.iter().map(String::as_str)).ok()
        });
    shown.unwrap_or_else(|| "the same command with --resume".into())
}
