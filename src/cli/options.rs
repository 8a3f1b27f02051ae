//! Options that several commands share, and how they change the pipeline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use pairscore::align::lexicon::WordList;
use pairscore::batch::Known;
use pairscore::context::Context;
use pairscore::error::{Faults, PairError, SetupError};
use pairscore::input::{Source, read};
use pairscore::pipeline::accepted::Accepted;
use pairscore::pipeline::{Format, Job, Limits, Pipeline, Report, file, nearest, system_fault};

/// Where the pairs are.
#[derive(Args)]
pub struct InputOptions {
    /// A built-in pipeline (default, sample, back-translation, reference, bilingual, strict) or the path of a TOML file
    #[arg(default_value = "default")]
    pub pipeline: String,
    /// Folder of originals
    #[arg(long, value_name = "DIR")]
    pub original: Option<PathBuf>,
    /// Folder of translations, a tree like that of the originals; NAME=DIR, said of each, compares several systems
    #[arg(long, value_name = "[NAME=]DIR")]
    pub translation: Vec<PathBuf>,
    /// Folder of trusted translations: scores compare with them, checks with the originals
    #[arg(long, value_name = "DIR")]
    pub reference: Option<PathBuf>,
    /// One folder: name.<lang>.txt pairs, or original/ and translation/ inside it
    #[arg(long, value_name = "DIR")]
    pub input: Option<PathBuf>,
    /// CSV, TSV or JSONL with the columns pair, original, translation
    #[arg(long, value_name = "MANIFEST")]
    pub pairs: Option<PathBuf>,
    /// Languages of original and translation, as en:en or de:en; found out where not given
    #[arg(long, value_name = "ORIGINAL:TRANSLATION")]
    pub languages: Option<String>,
    #[command(flatten)]
    limits: LimitOptions,
}

impl InputOptions {
    /// The pipeline with the input and limits that the command line gives.
    pub fn load(&self) -> Result<Pipeline, SetupError> {
        let mut pipeline = self.limits.load(&self.pipeline)?;
        let given = [&self.original, &self.reference, &self.input, &self.pairs];
        if given.iter().any(|g| g.is_some()) || !self.translation.is_empty() {
            let input = &mut pipeline.input;
            (input.translation, input.systems) = self.translations()?;
            input.original.clone_from(&self.original);
            input.reference.clone_from(&self.reference);
            input.directory.clone_from(&self.input);
            input.pairs.clone_from(&self.pairs);
        }
        if self.languages.is_some() {
            pipeline.input.languages.clone_from(&self.languages);
        }
        Ok(pipeline)
    }
}

/// A folder of translations, and those of systems by their names.
type Translations = (Option<PathBuf>, BTreeMap<String, PathBuf>);

impl InputOptions {
    fn translations(&self) -> Result<Translations, SetupError> {
        let wrong = |what: String| Err(SetupError::Configuration(format!("--translation {what}")));
        let mut systems = BTreeMap::new();
        for given in &self.translation {
            let text = given.to_string_lossy();
            let Some((name, folder)) = text.split_once('=').filter(|_| !given.is_dir()) else {
                if let [only] = &self.translation[..] {
                    return Ok((Some(only.clone()), systems));
                }
                return wrong(format!("{text}: of several, each needs its name: NAME=DIR"));
            };
            if let Some(what) = system_fault(name) {
                return wrong(format!("{text}: \"{name}\" cannot name a system: {what}"));
            }
            if systems.insert(name.to_string(), PathBuf::from(folder)).is_some() {
                return wrong(format!("{text}: a system {name} is there already"));
            }
        }
        Ok((None, systems))
    }
}

/// A pipeline for commands whose input is no batch.
#[derive(Args)]
pub struct PipelineOptions {
    /// A built-in pipeline or the path of a TOML file
    #[arg(long, default_value = "default")]
    pipeline: String,
    #[command(flatten)]
    limits: LimitOptions,
}

impl PipelineOptions {
    /// The pipeline with the limits that the command line gives.
    pub fn load(&self) -> Result<Pipeline, SetupError> {
        self.limits.load(&self.pipeline)
    }
}

/// What is too large to read.
#[derive(Args)]
struct LimitOptions {
    /// Another limit than the pipeline's, which may be said of each: `file_mib`, `line_kib`, `sentences`
    #[arg(long, value_name = "NAME=VALUE", value_parser = Limits::parse)]
    limit: Vec<(&'static str, u64)>,
}

impl LimitOptions {
    fn load(&self, pipeline: &str) -> Result<Pipeline, SetupError> {
        let mut pipeline = Pipeline::load(pipeline)?;
        self.limit.iter().for_each(|&(name, value)| pipeline.limits.set(name, value));
        Ok(pipeline)
    }
}

/// A neural encoder.
#[derive(Args)]
pub struct ModelOption {
    /// Folder of a model that compares meaning (BERT, RoBERTa, XLM-RoBERTa); needs a build with the feature encoder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
}

impl ModelOption {
    /// Loads the model that the command line or the pipeline names, if any.
    pub fn load(&self, pipeline: &mut Pipeline) -> Result<(), SetupError> {
        if self.model.is_some() {
            pipeline.similarity.model.clone_from(&self.model);
        }
        pipeline.load_model()
    }
}

/// How CSV files are written.
#[derive(Args)]
pub struct DialectOptions {
    /// Whose spreadsheets open the CSV files: with de, fr, pt-BR … semicolons and a decimal comma
    #[arg(long, value_name = "LOCALE")]
    csv_locale: Option<String>,
    /// No byte order mark at the head of CSV files
    #[arg(long)]
    no_bom: bool,
    /// Texts in CSV files as they are, for programs: line breaks kept, formulas unguarded, nothing cut
    #[arg(long)]
    raw: bool,
}

impl DialectOptions {
    /// Whether any of them was given.
    pub fn given(&self) -> bool {
        self.csv_locale.is_some() || self.no_bom || self.raw
    }

    /// Changes how the report is written. Errors name a locale that is not known.
    pub fn apply(&self, report: &mut Report) -> Result<(), SetupError> {
        if self.csv_locale.is_some() {
            report.csv_locale.clone_from(&self.csv_locale);
        }
        report.bom &= !self.no_bom;
        report.raw |= self.raw;
        report.dialect().map(drop)
    }
}

/// A format of reports by its name.
pub fn format(name: &str) -> Result<Format, String> {
    let names = Format::ALL.map(|(name, _)| name);
    let found = Format::ALL.iter().find(|(n, _)| *n == name).map(|(_, format)| *format);
    found.ok_or_else(|| {
        format!("no format \"{name}\"{} (there are {})", nearest(name, &names), names.join(", "))
    })
}

/// Rules for findings that are no faults, in the folder where the program is started.
const IGNORE_FILE: &str = "pairscore-ignore.toml";

/// Findings that are not to be reported: by the rules of `pairscore-ignore.toml` where there is one, and those of an
/// earlier run.
pub fn accepted(baseline: Option<&Path>) -> Result<Accepted, SetupError> {
    let mut accepted = Accepted::default();
    match file::text(Path::new(IGNORE_FILE), file::SETTINGS) {
        Ok(text) => accepted.add_rules(&text, IGNORE_FILE)?,
        Err(SetupError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if let Some(path) = baseline {
        accepted.add_baseline(&file::bytes(path, file::LIST)?, &path.display().to_string())?;
    }
    Ok(accepted)
}

/// Characters of a side of a word list's entry.
const LONGEST_ENTRY: usize = 100;

/// What is known about the languages beside the texts.
#[derive(Args)]
pub struct ContextOptions {
    /// What `pairscore learn` learned from a batch, in place of what this input teaches
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    #[command(flatten)]
    dictionary: DictionaryOption,
}

/// A word list.
#[derive(Args)]
pub struct DictionaryOption {
    /// Word list of your own between two languages, a line an entry: word TAB translation (# and no TAB: a remark)
    #[arg(long, value_name = "TSV")]
    dictionary: Option<PathBuf>,
}

impl ContextOptions {
    /// What an earlier batch taught, with the word list, or what is known without it.
    pub fn known(&self, pipeline: &Pipeline) -> Result<Known, SetupError> {
        let dictionary = self.dictionary.load()?;
        let Some(path) = &self.context else { return Ok(Known::Beforehand(dictionary)) };
        let text = file::text(path, file::LIST)?;
        let context = Context::from_json(&text)
            .map_err(|e| SetupError::Configuration(format!("{}: {e}", path.display())))?;
        pipeline.check_context(&context)?;
        Ok(Known::Learned(context.merge(dictionary)))
    }

    /// The same for commands that look at one pair at a time.
    pub fn load(&self, pipeline: &Pipeline) -> Result<Context, SetupError> {
        let (Known::Learned(context) | Known::Beforehand(context)) = self.known(pipeline)?;
        Ok(context)
    }
}

impl DictionaryOption {
    /// A context of the word list alone; empty where none is given.
    pub fn load(&self) -> Result<Context, SetupError> {
        let Some(path) = &self.dictionary else { return Ok(Context::default()) };
        let text = file::text(path, file::LIST)?;
        let mut faults = Faults::of(path.display().to_string());
        let mut dictionary = WordList::default();
        for (line, number) in text.split(char::from(file::line_end(text.as_bytes()))).zip(1..) {
            if let Err(what) = add_entry(&mut dictionary, line.trim_end_matches('\r')) {
                faults.add(number, what);
            }
        }
        faults.settle()?;
        Ok(Context::default().with_dictionary(dictionary.into()))
    }
}

/// Adds a line of a word list.
fn add_entry(dictionary: &mut WordList, line: &str) -> Result<(), &'static str> {
    let Some((word, rest)) = line.split_once('\t') else {
        let is_remark = line.trim().is_empty() || line.starts_with('#');
        return if is_remark { Ok(()) } else { Err("no entry: a word, a TAB, its translation") };
    };
    let translation = rest.split('\t').next().unwrap_or_default();
    if [word, translation].iter().any(|side| side.chars().nth(LONGEST_ENTRY).is_some()) {
        return Err("too long for a word or a phrase: at most 100 characters a side");
    }
    let has_words = dictionary.add_entry(word, translation);
    if has_words { Ok(()) } else { Err("a side without a letter or digit") }
}

/// A text of lines for a command that works on a single pair: what cannot be read ends the command.
pub fn text(path: &Path, pipeline: &Pipeline) -> Result<String, SetupError> {
    read(path, &pipeline.input.encoding, pipeline.limits).map_err(|e| unread(&e))
}

/// The pair of such a command, whatever its files hold.
pub fn job(
    id: &str,
    files: [&Path; 2],
    reference: Option<&Path>,
    pipeline: &Pipeline,
) -> Result<Job, SetupError> {
    let [original, translation] = files.map(Path::to_path_buf);
    let source = Source::files(id.to_string(), original, translation, pipeline.languages()?);
    let source = source.with_reference(reference.map(Path::to_path_buf));
    source.job(pipeline).map_err(|e| unread(&e))
}

fn unread(error: &PairError) -> SetupError {
    let place = error.byte_offset.map(|o| format!(", byte {o}")).unwrap_or_default();
    SetupError::Configuration(format!("{}{place}: {}: {}", error.path, error.reason, error.hint))
}

/// A rayon pool of that many threads, or of one a core.
pub fn threads(jobs: Option<usize>) -> Result<rayon::ThreadPool, SetupError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0));
    pool.build().map_err(|e| SetupError::Configuration(format!("cannot start threads: {e}")))
}

/// A number of threads: 1 or more.
pub fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=1024).contains(n)).ok_or_else(|| "a number from 1 to 1024".to_string())
}
