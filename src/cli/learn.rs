//! `pairscore learn`: what a batch teaches, saved for later runs; from the whole, or from parts put together.

use std::fs;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use pairscore::batch::answer::longest_line;
use pairscore::batch::{Learned, Part, Sampler, Shard, learn, learn_from_parts};
use pairscore::context::Context;
use pairscore::error::SetupError;
use pairscore::input::{Found, discover};
use pairscore::pipeline::Pipeline;
use pairscore::report::files::Pending;

use super::options::{DictionaryOption, InputOptions, ModelOption, jobs, threads};
use super::stream::next_line;
use super::view::{count, one_line};
use super::{Exit, Stop, complain};

/// Options of `learn`.
#[derive(Args)]
pub struct Learn {
    #[command(flatten)]
    input: InputOptions,
    /// File to write; - for standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Write what the I-th of N parts of the batch teaches, to be put together with --merge
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Write what JSON objects from standard input teach, one a line as for `stream`, to be put together with --merge
    #[arg(long, conflicts_with_all = ["shard", "original", "translation", "reference", "input", "pairs"])]
    stream: bool,
    /// With --stream: learn from one in N pairs, chosen by a hash of their ids
    #[arg(long, value_name = "N", requires = "stream", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Put together what parts teach: files that --shard or --stream wrote, or several of those in one
    #[arg(long, value_name = "PART", num_args = 1..,
        conflicts_with_all = ["shard", "stream", "original", "translation", "reference", "input", "pairs"])]
    merge: Vec<PathBuf>,
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
    /// Learns and writes what was learned.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.input.load()?;
        self.model.load(&mut pipeline)?;
        let known = self.dictionary.load()?;
        let place = Place::open(&self.output)?;
        if self.stream {
            return self.learn_from_stream(&pipeline, place);
        }
        let (read, Learned { context, unread, .. }) = if let Some(shard) = self.shard {
            let pairs = found(&pipeline)?.pairs;
            let part = threads(self.jobs)?.install(|| Part::of_shard(&pipeline, &pairs, shard));
            place.write(&part.to_json())?;
            return self.ended(part.read(), part.unread(), None);
        } else if self.merge.is_empty() {
            let pairs = found(&pipeline)?.pairs;
            let learned = threads(self.jobs)?.install(|| learn(&pipeline, &pairs, known));
            (pairs.len() - learned.unread, learned)
        } else {
            let parts = self.parts()?;
            let (learned, read) =
                threads(self.jobs)?.install(|| learn_from_parts(&pipeline, parts, known))?;
            (read, learned)
        };
        place.write(&context.to_json())?;
        self.ended(read, unread, Some(&context))
    }

    /// Lines that cannot be read are no failure here, as in `stream`: whoever merges is told.
    fn learn_from_stream(&self, pipeline: &Pipeline, place: Place) -> Result<Exit, Stop> {
        let mut sampler = Sampler::new(pipeline, self.every);
        let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
        let from = |e| SetupError::io("standard input", e);
        while let Some(line) = next_line(&mut input, longest_line(pipeline.limits)).map_err(from)? {
            sampler.look_at(&line)?;
        }
        let part = sampler.part();
        place.write(&part.to_json())?;
        self.ended(part.read(), part.unread(), None)?;
        Ok(Exit::Success)
    }

    fn parts(&self) -> Result<Vec<Part>, SetupError> {
        let parts = self.merge.iter().map(|path| Part::in_file(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// Says what was read, and what was learned where that is the whole.
    fn ended(&self, read: usize, unread: usize, context: Option<&Context>) -> Result<Exit, Stop> {
        if !self.quiet && self.output != Path::new(STDOUT) {
            let mut out = io::stdout().lock();
            writeln!(out, "{} read", count(read, "pair"))?;
            let lexicons = || context.into_iter().flat_map(Context::lexicons);
            if read < 2 && context.is_some() && lexicons().next().is_none() {
                writeln!(out, "One pair teaches nothing about a batch: nothing was learned")?;
            }
            for (languages, lexicon) in lexicons() {
                writeln!(out, "{languages}  {}", count(lexicon.len(), "word"))?;
            }
            writeln!(out, "Written to {}", one_line(&self.output.display().to_string()))?;
        }
        if unread == 0 {
            return Ok(Exit::Success);
        }
        complain(&format!("{} could not be read: `pairscore run` says which and why", count(unread, "pair")));
        Ok(Exit::Partial)
    }
}

/// The batch. Errors: it has no pairs.
fn found(pipeline: &Pipeline) -> Result<Found, SetupError> {
    let found = discover(&pipeline.input, &pipeline.languages()?)?;
    if found.pairs.is_empty() {
        let hint = format!("{} without a partner", count(found.unpaired.len(), "file"));
        return Err(SetupError::NoPairs(hint));
    }
    Ok(found)
}

/// Says that standard output is the place.
const STDOUT: &str = "-";

/// Where to write. A file is opened before the work, so that a bad place fails at once.
enum Place {
    Stdout,
    File(PathBuf, Pending),
}

impl Place {
    fn open(output: &Path) -> Result<Place, SetupError> {
        if output == Path::new(STDOUT) {
            return Ok(Place::Stdout);
        }
        let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(SetupError::Configuration(format!("{}: no such folder", folder.display())));
        }
        refuse_other_file(output)?;
        let file = Pending::create(folder, output).map_err(|e| SetupError::io(output, e))?;
        Ok(Place::File(output.to_path_buf(), file))
    }

    fn write(self, json: &str) -> Result<(), Stop> {
        match self {
            Place::Stdout => Ok(writeln!(io::stdout().lock(), "{json}")?),
            Place::File(path, mut file) => {
                let written = writeln!(file, "{json}").and_then(|()| file.keep());
                Ok(written.map_err(|e| SetupError::io(path, e))?)
            }
        }
    }
}

/// What stands at the place already must be a context or a part of one: nothing else is overwritten.
fn refuse_other_file(output: &Path) -> Result<(), SetupError> {
    let is_ours = |text: String| Context::from_json(&text).is_ok();
    let is_part = || Part::in_file(output).is_ok_and(|parts| !parts.is_empty());
    if !output.exists() || output.is_file() && (fs::read_to_string(output).is_ok_and(is_ours) || is_part()) {
        return Ok(());
    }
    let what = "is there already and no context: choose another --output";
    Err(SetupError::Configuration(format!("{} {what}", output.display())))
}
