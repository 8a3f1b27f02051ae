//! A pipeline: every setting of a run as one TOML file. What it does with a pair stands in `judge`.

pub mod accepted;
pub mod file;
mod glossary;
mod interval;
mod job;
mod judge;
mod lesson;
mod limits;
mod load;
mod meaning;
mod measure;
mod prepare;
mod reference;
pub mod same;
mod sound;
pub mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::checks::Checks;
use crate::context::Context;
use crate::dialect::{Dialect, decimal_comma};
use crate::encoder::Encoder;
use crate::error::SetupError;
use crate::metrics::{Bleu, Chrf, Level, Metric, Ter, signature};
use crate::model::{Language, PairReport, Severity, Verdict};
use crate::text::frequencies::ORDERS;
use crate::text::normalise::Normalise;
use accepted::Accepted;
pub use job::{Given, Job, Text};
pub use judge::{Aligned, AlignedSegment};
pub use lesson::{Begun, FirstPaths, Lesson};
pub use limits::Limits;
pub use load::{explain, nearest};
pub use meaning::{Align, Method, Similarity};
pub use prepare::REFERENCE;
pub use sound::system_fault;

/// The pipelines that are built in: name and text, in the order of their names.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("back-translation", include_str!("../../pipelines/back-translation.toml")),
    ("bilingual", include_str!("../../pipelines/bilingual.toml")),
    ("default", include_str!("../../pipelines/default.toml")),
    ("reference", include_str!("../../pipelines/reference.toml")),
    ("sample", include_str!("../../pipelines/sample.toml")),
    ("strict", include_str!("../../pipelines/strict.toml")),
];

/// Every setting of a run. The defaults are those of `pipelines/default.toml`, where each is explained.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pipeline {
    /// File stem or built-in name.
    #[serde(skip_deserializing)]
    pub name: String,
    /// Where the pairs are.
    pub input: Input,
    /// What is too large to read.
    pub limits: Limits,
    /// Which normalisation rules run.
    pub normalise: Normalise,
    /// One table a check.
    pub checks: Checks,
    /// Which metrics are computed.
    pub metrics: Metrics,
    /// How sentences are aligned.
    pub align: Align,
    /// The model that judges meaning.
    pub similarity: Similarity,
    /// What makes a pair fail or asks for review.
    pub verdict: Thresholds,
    /// What is written, and where.
    pub report: Report,
    /// Findings that are not to be reported; no part of the file.
    #[serde(skip)]
    pub accepted: Accepted,
    /// The model, once it is loaded; no part of the file.
    #[serde(skip)]
    pub encoder: Option<Arc<Encoder>>,
}

/// Where the pairs are; the command line overrides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Folder of originals, with `translation`.
    pub original: Option<PathBuf>,
    /// Folder of translations, a tree like that of the originals.
    pub translation: Option<PathBuf>,
    /// Folders of translations by several systems, by their names, in place of `translation`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub systems: BTreeMap<String, PathBuf>,
    /// Folder of trusted translations, a tree like that of the originals.
    pub reference: Option<PathBuf>,
    /// One folder with both sides.
    pub directory: Option<PathBuf>,
    /// A manifest: CSV, TSV or JSONL.
    pub pairs: Option<PathBuf>,
    /// `original:translation`, as `de:en`; found out where not given.
    pub languages: Option<String>,
    /// Encoding of the files, by its WHATWG label.
    pub encoding: String,
    /// Extensions that are read.
    pub extensions: Vec<String>,
    /// Names of the columns of tables with both sides.
    pub columns: Columns,
}

/// Names of the columns of tables with both sides (CSV, TSV, JSONL); the usual ones where none is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Text of the original.
    pub original: Option<String>,
    /// Text of the translation.
    pub translation: Option<String>,
    /// Text of a trusted translation.
    pub reference: Option<String>,
    /// Id of the unit.
    pub id: Option<String>,
    /// How far the translation has come.
    pub state: Option<String>,
    /// Remarks.
    pub note: Option<String>,
    /// Language of the original.
    pub original_language: Option<String>,
    /// Language of the translation.
    pub translation_language: Option<String>,
}

/// Extensions that are read where nothing else is said. Tables are not among them: a folder may hold others.
const READ: [&str; 18] = [
    "txt", "text", "html", "htm", "xhtml", "md", "markdown", "docx", "odt", "srt", "vtt", "tmx", "xlf",
    "xliff", "sdlxliff", "mqxliff", "mxliff", "po",
];

impl Default for Input {
    fn default() -> Self {
        Input {
            original: None,
            translation: None,
            systems: BTreeMap::new(),
            reference: None,
            directory: None,
            pairs: None,
            languages: None,
            encoding: "utf-8".to_string(),
            extensions: READ.map(String::from).to_vec(),
            columns: Columns::default(),
        }
    }
}

/// Which metrics are computed; the columns of the others stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// chrF2.
    pub chrf: bool,
    /// BLEU, 13a tokens, exponential smoothing.
    pub bleu: bool,
    /// Translation edit rate.
    pub ter: bool,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics { chrf: true, bleu: true, ter: true }
    }
}

/// The two sets of thresholds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// One of these makes the verdict `fail`.
    pub fail: Threshold,
    /// Else one of these makes it `review`.
    pub review: Threshold,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            fail: Threshold {
                similarity_below: Some(20.0),
                coverage_below: Some(0.5),
                error_points_above: Some(25.0),
                critical: Some(1),
                major: None,
            },
            review: Threshold {
                similarity_below: Some(40.0),
                coverage_below: Some(0.9),
                error_points_above: Some(5.0),
                critical: None,
                major: Some(1),
            },
        }
    }
}

/// Thresholds of one verdict; a missing one never fires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threshold {
    /// Similarity, 0 to 100.
    pub similarity_below: Option<f64>,
    /// Coverage, 0 to 1.
    pub coverage_below: Option<f64>,
    /// MQM points per 100 words.
    pub error_points_above: Option<f64>,
    /// So many critical findings or more.
    pub critical: Option<usize>,
    /// So many major findings or more.
    pub major: Option<usize>,
}

/// What is written, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Output folder; `reports/<pipeline name>` where not given.
    pub directory: Option<PathBuf>,
    /// `csv` always; the others add a file each.
    pub formats: Vec<Format>,
    /// Byte order mark at the head of CSV files, which Excel needs to read UTF-8.
    pub bom: bool,
    /// Whose spreadsheets open the CSV files: `de` and the like have semicolons and a decimal comma.
    pub csv_locale: Option<String>,
    /// Texts in CSV files as they are, for programs: no guards, no cuts, line breaks kept.
    pub raw: bool,
}

impl Report {
    /// How CSV files are written. Errors name a locale that is not known.
    pub fn dialect(&self) -> Result<Dialect, SetupError> {
        let comma = self.csv_locale.as_ref().map(|locale| {
            decimal_comma(locale).ok_or_else(|| {
                let right = "a language, with a region where it matters: de, en-US, pt-BR, es-MX";
                SetupError::Configuration(format!("no locale \"{locale}\" known: give {right}"))
            })
        });
        Ok(Dialect { bom: self.bom, decimal_comma: comma.transpose()?.unwrap_or(false), raw: self.raw })
    }
}

impl Default for Report {
    fn default() -> Self {
        Report { directory: None, formats: vec![Format::Csv], bom: true, csv_locale: None, raw: false }
    }
}

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// summary.csv, pairs/, findings.csv, quarantine.csv, columns.csv.
    Csv,
    /// segments.jsonl, lossless.
    Jsonl,
    /// report.xlsx, one workbook.
    Xlsx,
    /// report.html, one page.
    Html,
}

impl Format {
    /// All formats by name.
    pub const ALL: [(&str, Format); 4] =
        [("csv", Format::Csv), ("jsonl", Format::Jsonl), ("xlsx", Format::Xlsx), ("html", Format::Html)];

    /// The name that the command line and pipelines use.
    pub fn name(self) -> &'static str {
        Format::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

/// chrF, BLEU and TER, each with whether it is wanted.
type Measures = [(Box<dyn Metric>, bool); 3];

impl Pipeline {
    /// The declared languages of original and translation.
    pub fn languages(&self) -> Result<[Option<Language>; 2], SetupError> {
        let Some(text) = &self.input.languages else { return Ok([None, None]) };
        let wrong = |why: &str| SetupError::Configuration(format!("languages \"{text}\"{why}"));
        let (original, translation) =
            text.split_once(':').ok_or_else(|| wrong(" must be two codes with a colon, as de:en"))?;
        let read = |code| Language::read(code).map(Some).map_err(|e| wrong(&format!(": {e}")));
        Ok([read(original)?, read(translation)?])
    }

    /// The settings that make a score reproducible, in one line. Similarity depends on what was learned of so many
    /// sentences too.
    pub fn signature(&self, learned: &Context) -> String {
        let mut parts =
            vec![format!("pairscore|version:{}|pipeline:{}", env!("CARGO_PKG_VERSION"), self.name)];
        for (metric, _) in self.metrics() {
            parts.push(format!("{}|{}", metric.name(), signature(&*metric, 1, Level::Corpus)));
        }
        let sentences = learned.sentences_counted().map(|(language, count)| format!("|{language}:{count}"));
        parts.push(format!("similarity|nc:{ORDERS}|weights:idf{}", sentences.collect::<String>()));
        if let Some(encoder) = &self.encoder {
            let layer = self.similarity.layer.unwrap_or(encoder.layers());
            parts.push(format!("semantic|model:{}|layer:{layer}", encoder.fingerprint()));
        }
        parts.join(" ")
    }

    fn metrics(&self) -> Measures {
        let on = self.metrics;
        [
            (Box::new(Chrf::default()), on.chrf),
            (Box::new(Bleu::default()), on.bleu),
            (Box::new(Ter::default()), on.ter),
        ]
    }
}

impl Thresholds {
    /// The verdict on a pair, and what decided it.
    pub fn of(&self, report: &PairReport) -> (Verdict, Vec<String>) {
        for (verdict, threshold) in [(Verdict::Fail, &self.fail), (Verdict::Review, &self.review)] {
            let reasons = threshold.reasons(report);
            if !reasons.is_empty() {
                return (verdict, reasons);
            }
        }
        (Verdict::Pass, Vec::new())
    }
}

impl Threshold {
    fn reasons(&self, report: &PairReport) -> Vec<String> {
        let mut reasons = Vec::new();
        let below = |value: Option<f64>, limit: Option<f64>| value.zip(limit).filter(|(v, l)| v < l);
        if let Some((value, limit)) = below(report.scores.similarity, self.similarity_below) {
            reasons.push(format!("similarity {value:.1} below {limit}"));
        }
        if let Some((value, limit)) = below(Some(report.coverage), self.coverage_below) {
            reasons.push(format!("coverage {value:.2} below {limit}"));
        }
        if let Some(limit) = self.error_points_above.filter(|&l| report.error_points > l) {
            reasons.push(format!("error points {:.1} above {limit}", report.error_points));
        }
        for (severity, limit) in [(Severity::Critical, self.critical), (Severity::Major, self.major)] {
            let count = report.count(severity);
            if limit.is_some_and(|l| count >= l.max(1)) {
                reasons.push(format!(
                    "{count} {} finding{}",
                    severity.name(),
                    if count == 1 { "" } else { "s" }
                ));
            }
        }
        reasons
    }
}
