//! `pairscore learn`: what a batch teaches, saved for later runs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use pairscore::batch::{Learned, learn};
use pairscore::context::Context;
use pairscore::error::SetupError;
use pairscore::input::discover;
use pairscore::report::files::Pending;

use super::options::{DictionaryOption, InputOptions, ModelOption, jobs, threads};
use super::view::{count, one_line};
use super::{Exit, Stop, complain};

/// Options of `learn`.
#[derive(Args)]
pub struct Learn {
    #[command(flatten)]
    input: InputOptions,
    /// File to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Threads [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    dictionary: DictionaryOption,
    #[command(flatten)]
    model: ModelOption,
}

impl Learn {
    /// Learns from all pairs and writes what was learned.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.input.load()?;
        self.model.load(&mut pipeline)?;
        let known = self.dictionary.load()?;
        let found = discover(&pipeline.input, &pipeline.languages()?)?;
        if found.pairs.is_empty() {
            let hint = format!("{} without a partner", count(found.unpaired.len(), "file"));
            return Err(SetupError::NoPairs(hint).into());
        }
        let folder = self.output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(SetupError::Configuration(format!("{}: no such folder", folder.display())).into());
        }
        self.refuse_other_file()?;
        let at = |e| SetupError::io(&self.output, e);
        // Opened before the work, so that a bad place fails at once.
        let mut file = Pending::create(folder, &self.output).map_err(at)?;
        let Learned { context, unread } =
            threads(self.jobs)?.install(|| learn(&pipeline, &found.pairs, known));
        writeln!(file, "{}", context.to_json()).and_then(|()| file.keep()).map_err(at)?;
        if !self.quiet {
            self.report(found.pairs.len() - unread, &context)?;
        }
        if unread == 0 {
            return Ok(Exit::Success);
        }
        complain(&format!("{} could not be read: `pairscore run` says which and why", count(unread, "pair")));
        Ok(Exit::Partial)
    }

    /// What stands at the place already must be a context: nothing else is overwritten.
    fn refuse_other_file(&self) -> Result<(), SetupError> {
        let is_context = |text: String| Context::from_json(&text).is_ok();
        let is_ours = || self.output.is_file() && fs::read_to_string(&self.output).is_ok_and(is_context);
        if !self.output.exists() || is_ours() {
            return Ok(());
        }
        let what = "is there already and no context: choose another --output";
        Err(SetupError::Configuration(format!("{} {what}", self.output.display())))
    }

    fn report(&self, pairs: usize, context: &Context) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{} read", count(pairs, "pair"))?;
        if pairs < 2 && context.lexicons().next().is_none() {
            writeln!(out, "One pair teaches nothing about a batch: nothing was learned")?;
        }
        for (languages, lexicon) in context.lexicons() {
            writeln!(out, "{languages}  {}", count(lexicon.len(), "word"))?;
        }
        writeln!(out, "Written to {}", one_line(&self.output.display().to_string()))
    }
}
