//! The options of `metrics`, under the names that sacreBLEU gives them.

use std::path::PathBuf;

use clap::{ArgMatches, Args, ValueEnum};
use pairscore::error::SetupError;
use pairscore::evaluation::{Keep, Seed, Source, Task};
use pairscore::metrics::bleu::Smoothing;
use pairscore::metrics::tokenize::Tokenizer;
use pairscore::metrics::{Bleu, Chrf, Metric, Ter};

/// Options of `metrics`.
#[derive(Args)]
#[command(infer_long_args = true, after_help = SPELLINGS)]
pub struct Metrics {
    /// Hypotheses, one segment a line, one file a system (.gz is decompressed); standard input if there is none
    #[arg(value_name = "HYPOTHESIS")]
    files: Vec<PathBuf>,
    /// References, one segment a line; several times for several references
    #[arg(short = 'r', long = "reference", value_name = "REFERENCE")]
    references: Vec<PathBuf>,
    /// As sacreBLEU has it: hypotheses, where references are given without -r
    #[arg(short, long, value_name = "HYPOTHESIS")]
    input: Vec<PathBuf>,
    /// References in a file with TABs between them
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    num_refs: u16,
    /// Encoding of all files; utf-8-sig skips a byte order mark
    #[arg(short, long, default_value = "utf-8")]
    encoding: String,
    /// Source and target language, as en-zh: zh as target language takes the tokenizer zh
    #[arg(short, long, value_name = "PAIR")]
    language_pair: Option<String>,

    /// What to measure: bleu, chrf, ter
    #[arg(short = 'm', long = "metrics", value_enum, num_args = 1.., value_delimiter = ',', default_value = "bleu")]
    names: Vec<Name>,
    /// A score for each segment, of one metric and one system
    #[arg(long)]
    pub sentence_level: bool,
    /// Threads [default: one a core]
    #[arg(short, long, visible_alias = "paired-jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(..=1024))]
    pub jobs: Option<u16>,

    /// BLEU: what stands in for a precision of zero
    #[arg(short, long, value_enum, default_value = "exp", help_heading = "BLEU")]
    smooth_method: SmoothMethod,
    /// BLEU: value of the smoothing methods floor [default: 0.1] and add-k [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = smooth_value, allow_negative_numbers = true, help_heading = "BLEU")]
    smooth_value: Option<f64>,
    /// BLEU: none, 13a, intl, zh or char [default: 13a]
    #[arg(long, value_name = "TOKENIZER", help_heading = "BLEU")]
    tokenize: Option<String>,
    /// BLEU: case makes no difference
    #[arg(long, help_heading = "BLEU")]
    lowercase: bool,
    /// No warning about text that looks tokenized
    #[arg(long, help_heading = "BLEU")]
    force: bool,

    /// chrF: longest character n-grams
    #[arg(long, value_name = "N", default_value = "6", value_parser = order, help_heading = "chrF")]
    chrf_char_order: usize,
    /// chrF: longest word n-grams; 2 makes it chrF++
    #[arg(long, value_name = "N", default_value = "0", value_parser = order, help_heading = "chrF")]
    chrf_word_order: usize,
    /// chrF: how many times as much recall weighs as precision
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u32).range(..=1000), help_heading = "chrF")]
    chrf_beta: u32,
    /// chrF: white space is part of character n-grams
    #[arg(long, help_heading = "chrF")]
    chrf_whitespace: bool,
    /// chrF: case makes no difference
    #[arg(long, help_heading = "chrF")]
    chrf_lowercase: bool,
    /// chrF: smoothing of chrF++.py, NLTK and Moses
    #[arg(long, help_heading = "chrF")]
    chrf_eps_smoothing: bool,

    /// TER: case makes a difference
    #[arg(long, help_heading = "TER")]
    ter_case_sensitive: bool,
    /// TER: with --ter-normalized or --ter-no-punct, Chinese and Japanese characters are treated too
    #[arg(long, help_heading = "TER")]
    ter_asian_support: bool,
    /// TER: punctuation is left out
    #[arg(long, help_heading = "TER")]
    ter_no_punct: bool,
    /// TER: punctuation is split off words
    #[arg(long, help_heading = "TER")]
    ter_normalized: bool,

    /// The 95 % confidence interval of one system, by bootstrap resampling
    #[arg(long, help_heading = "Significance")]
    confidence: bool,
    /// Resamples of --confidence
    #[arg(long, value_name = "N", default_value = "1000", help_heading = "Significance")]
    confidence_n: u32,
    /// Each system against the first: paired bootstrap resampling
    #[arg(long, conflicts_with = "paired_ar", help_heading = "Significance")]
    paired_bs: bool,
    /// Each system against the first: paired approximate randomisation
    #[arg(long, help_heading = "Significance")]
    paired_ar: bool,
    /// Resamples of --paired-bs
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Significance")]
    paired_bs_n: u32,
    /// Trials of --paired-ar
    #[arg(long, value_name = "N", default_value = "10000", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Significance")]
    paired_ar_n: u32,
    /// Resample whole documents: a file that names the document of each line. Not of sacreBLEU; the signature says so
    #[arg(long, value_name = "FILE", help_heading = "Significance")]
    by_document: Option<PathBuf>,

    /// Output format; `SACREBLEU_FORMAT` in the environment comes before it
    #[arg(short, long, value_enum, default_value = "json", help_heading = "Output")]
    format: Format,
    /// Short signatures
    #[arg(long, help_heading = "Output")]
    pub short: bool,
    /// The score alone
    #[arg(short = 'b', long, help_heading = "Output")]
    pub score_only: bool,
    /// Decimals of scores
    #[arg(short, long, value_name = "N", default_value = "1", value_parser = decimals, help_heading = "Output")]
    pub width: usize,
    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// No colours
    #[arg(long, help_heading = "Output")]
    pub no_color: bool,

    #[command(flatten)]
    elsewhere: Elsewhere,
}

const SPELLINGS: &str = "sacreBLEU's short names are understood too: -nr -sl -sv -tok -lc -cc -cw -ci -cin -pbs -pbsn -par \
-parn -sh -nc; and its order, REFERENCE… -i HYPOTHESIS….";

/// Options of sacreBLEU that need its test sets, and options promised for later: refused with the reason.
#[derive(Args)]
struct Elsewhere {
    #[arg(short, long, hide = true)]
    test_set: Option<String>,
    #[arg(long, hide = true)]
    origlang: Option<String>,
    #[arg(long, hide = true)]
    subset: Option<String>,
    #[arg(long, hide = true)]
    download: Option<String>,
    #[arg(long, hide = true, num_args = 1..)]
    echo: Option<Vec<String>>,
    #[arg(long, hide = true)]
    list: bool,
    #[arg(long, visible_alias = "cite", hide = true)]
    citation: bool,
    #[arg(short, long, hide = true)]
    detail: bool,
    #[arg(long, hide = true)]
    context: Option<String>,
}

/// A metric by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Name {
    Bleu,
    Chrf,
    Ter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SmoothMethod {
    None,
    Floor,
    AddK,
    Exp,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Text,
    Latex,
}

/// What is resampled, and how often.
pub struct Test {
    pub keep: Keep,
    pub samples: usize,
    pub seed: Seed,
    pub seed_name: String,
    pub by_document: bool,
}

impl Test {
    /// Whether this is approximate randomisation, not the bootstrap.
    pub fn is_randomisation(&self) -> bool {
        self.keep == Keep::Differences
    }
}

impl Metrics {
    /// References and hypotheses, in sacreBLEU's order or in ours.
    fn sources(&self) -> Result<(Vec<Source>, Vec<Source>), SetupError> {
        let files = |paths: &[PathBuf]| paths.iter().cloned().map(Source::File).collect::<Vec<_>>();
        let ours = !self.references.is_empty();
        if ours && !self.input.is_empty() {
            return wrong("-r and -i: give hypotheses by their names alone, behind the references");
        }
        let (references, hypotheses) =
            if ours { (&self.references, &self.files) } else { (&self.files, &self.input) };
        if references.is_empty() {
            return wrong("no reference: pairscore metrics -r REFERENCE HYPOTHESIS");
        }
        if !hypotheses.is_empty() {
            return Ok((files(references), self.each_once(files(hypotheses))?));
        }
        if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            return wrong("no hypothesis: pairscore metrics -r REFERENCE HYPOTHESIS, or pipe one in");
        }
        Ok((files(references), vec![Source::StandardInput]))
    }

    /// The systems, each once. sacreBLEU too takes the baseline once where a pattern of names gives it again.
    fn each_once(&self, mut hypotheses: Vec<Source>) -> Result<Vec<Source>, SetupError> {
        if self.is_paired() {
            let baseline = hypotheses[0].clone();
            let mut index = 0;
            hypotheses.retain(|source| {
                index += 1;
                index == 1 || *source != baseline
            });
        }
        for (index, source) in hypotheses.iter().enumerate() {
            if hypotheses[..index].contains(source) {
                return wrong(&format!(
                    "{} is given twice: each system needs a name of its own",
                    source.name()
                ));
            }
        }
        Ok(hypotheses)
    }

    /// Where references are given without `-r`, they stand before the hypotheses: a file behind `-i …` belongs to no
    /// side. `matches`: those of this command.
    pub fn check_order(matches: &ArgMatches) -> Result<(), SetupError> {
        let indices =
            |name: &str| matches.indices_of(name).map(Iterator::collect::<Vec<_>>).unwrap_or_default();
        let (files, input) = (indices("files"), indices("input"));
        let stray = input.first().and_then(|first| files.iter().position(|file| file > first));
        let Some(stray) = stray else { return Ok(()) };
        let name = matches.get_many::<PathBuf>("files").and_then(|mut files| files.nth(stray));
        let name = name.map(|name| name.display().to_string()).unwrap_or_default();
        wrong(&format!(
            "{name}: is it a reference or a hypothesis? References stand before -i, hypotheses right behind it"
        ))
    }

    pub fn reads_standard_input(&self) -> bool {
        self.input.is_empty() && (self.files.is_empty() || self.references.is_empty())
    }

    fn is_paired(&self) -> bool {
        self.paired_bs || self.paired_ar
    }

    /// What is to be evaluated.
    pub fn task(&self, test: Option<&Test>) -> Result<Task, SetupError> {
        self.elsewhere.refuse()?;
        let (references, hypotheses) = self.sources()?;
        if self.num_refs > 1 && references.len() > 1 {
            return wrong("--num-refs is for one file that holds all references");
        }
        if test.is_none() && self.by_document.is_some() {
            return wrong(
                "--by-document says what is resampled: add --confidence, --paired-bs or --paired-ar",
            );
        }
        if self.sentence_level && (self.confidence || self.is_paired()) {
            return wrong("--sentence-level is without resampling: leave out --confidence and paired tests");
        }
        Ok(Task {
            hypotheses,
            references,
            reference_fields: usize::from(self.num_refs),
            documents: self.by_document.clone().map(Source::File),
            encoding: self.encoding.clone(),
            metrics: self.metrics()?,
            keep: test.map_or(Keep::Nothing, |test| test.keep),
            force: self.force || self.tokenize.as_deref() == Some("none"),
            warn: !self.quiet,
            read_ahead: self.sentence_level,
            check_systems: self.check_systems(),
        })
    }

    /// What refuses a number of systems that the options don't go with. That of standard input is known late.
    fn check_systems(&self) -> Box<dyn Fn(usize) -> Result<(), SetupError> + Send + Sync> {
        let (sentence_level, confidence, paired) = (self.sentence_level, self.confidence, self.is_paired());
        Box::new(move |systems| match systems {
            1 if paired => wrong("--paired-bs and --paired-ar compare systems: give two or more"),
            2.. if sentence_level => {
                wrong(&format!("--sentence-level is for one system: there are {systems}"))
            }
            2.. if confidence && !paired => wrong(&format!(
                "--confidence is for one system, and there are {systems}: --paired-bs gives the intervals of several"
            )),
            _ => Ok(()),
        })
    }

    fn metrics(&self) -> Result<Vec<Box<dyn Metric>>, SetupError> {
        let mut names = self.names.clone();
        // sacreBLEU sorts them, but for paired tests, which keep the order given.
        if !self.is_paired() {
            names.sort_unstable();
        }
        let mut given = Vec::new();
        names.retain(|name| {
            !given.contains(name) && {
                given.push(*name);
                true
            }
        });
        if self.sentence_level && names.len() > 1 {
            return wrong("--sentence-level is for one metric: give one with --metrics");
        }
        if self.chrf_char_order + self.chrf_word_order == 0 {
            return wrong("--chrf-char-order and --chrf-word-order are both 0: there is nothing to count");
        }
        let tokenizer = if names.contains(&Name::Bleu) { self.tokenizer()? } else { Tokenizer::default() };
        let metric = |name: Name| -> Box<dyn Metric> {
            match name {
                Name::Bleu => Box::new(Bleu {
                    smoothing: self.smoothing(),
                    tokenizer,
                    lowercase: self.lowercase,
                    ..Bleu::default()
                }),
                Name::Chrf => Box::new(Chrf {
                    char_order: self.chrf_char_order,
                    word_order: self.chrf_word_order,
                    beta: self.chrf_beta,
                    whitespace: self.chrf_whitespace,
                    lowercase: self.chrf_lowercase,
                    eps_smoothing: self.chrf_eps_smoothing,
                }),
                Name::Ter => Box::new(Ter {
                    case_sensitive: self.ter_case_sensitive,
                    normalized: self.ter_normalized,
                    no_punct: self.ter_no_punct,
                    asian_support: self.ter_asian_support,
                }),
            }
        };
        Ok(names.into_iter().map(metric).collect())
    }

    fn smoothing(&self) -> Smoothing {
        match self.smooth_method {
            SmoothMethod::None => Smoothing::None,
            SmoothMethod::Floor => Smoothing::Floor(self.smooth_value.unwrap_or(0.1)),
            SmoothMethod::AddK => Smoothing::AddK(self.smooth_value.unwrap_or(1.0)),
            SmoothMethod::Exp => Smoothing::Exponential,
        }
    }

    fn tokenizer(&self) -> Result<Tokenizer, SetupError> {
        let pair = self.language_pair.as_deref().map(|pair| pair.split_once('-').ok_or(pair)).transpose();
        let Ok(pair) = pair else {
            return wrong("--language-pair takes two codes with a hyphen, as en-zh");
        };
        let target = pair.map(|(_, target)| target);
        let name = self.tokenize.as_deref().unwrap_or(match target {
            Some("zh") => "zh",
            Some("ja") => "ja-mecab",
            Some("ko") => "ko-mecab",
            _ => "13a",
        });
        let known = Tokenizer::ALL.iter().find(|tokenizer| tokenizer.name() == name);
        let reason = match name {
            "spm" | "flores101" | "flores200" | "spBLEU-1K" => {
                "it needs a SentencePiece model that sacreBLEU downloads"
            }
            "ja-mecab" | "ko-mecab" => "it needs MeCab and the dictionary of one release",
            _ => "there is no such tokenizer",
        };
        known.copied().ok_or_else(|| {
            SetupError::Configuration(format!(
                "--tokenize {name}: {reason}; none, 13a, intl, zh and char work here"
            ))
        })
    }

    /// The resampling that is asked for.
    pub fn test(&self) -> Result<Option<Test>, SetupError> {
        let (keep, samples) = match (self.paired_bs, self.paired_ar, self.confidence) {
            (true, ..) => (Keep::Counts, self.paired_bs_n),
            (_, true, _) => (Keep::Differences, self.paired_ar_n),
            // As in sacreBLEU, an interval takes two resamples.
            (.., true) if self.confidence_n > 1 => (Keep::Counts, self.confidence_n),
            _ => return Ok(None),
        };
        let (seed, seed_name) = super::seed(self.is_paired())?;
        Ok(Some(Test {
            keep,
            samples: samples as usize,
            seed,
            seed_name,
            by_document: self.by_document.is_some(),
        }))
    }

    /// The output format.
    pub fn format(&self) -> Format {
        let of_environment = super::variable("SACREBLEU_FORMAT");
        of_environment.and_then(|name| Format::from_str(&name, true).ok()).unwrap_or(self.format)
    }
}

impl Elsewhere {
    fn refuse(&self) -> Result<(), SetupError> {
        let test_sets = [
            ("--test-set", self.test_set.is_some()),
            ("--origlang", self.origlang.is_some()),
            ("--subset", self.subset.is_some()),
            ("--download", self.download.is_some()),
            ("--echo", self.echo.is_some()),
            ("--list", self.list),
            ("--citation", self.citation),
            ("--detail", self.detail),
        ];
        if let Some((option, _)) = test_sets.iter().find(|(_, given)| *given) {
            return wrong(&format!(
                "{option} needs a test set that sacreBLEU downloads: give its files with -r and as hypotheses"
            ));
        }
        if self.context.is_some() {
            let what = "the option --context".to_string();
            return Err(SetupError::NotYet { what, instead: "scores without learning".to_string() });
        }
        Ok(())
    }
}

fn wrong<T>(message: &str) -> Result<T, SetupError> {
    Err(SetupError::Configuration(message.to_string()))
}

fn smooth_value(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
    value.ok_or_else(|| "a number of 0 or more".to_string())
}

fn order(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|order| *order <= 1000).ok_or_else(|| "a number from 0 to 1000".to_string())
}

fn decimals(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|width| *width <= 100).ok_or_else(|| "a number from 0 to 100".to_string())
}
