//! A pipeline: every setting of a run as one TOML file. What it does with a pair stands in `judge`.

pub mod accepted;
mod glossary;
mod judge;
pub mod same;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::checks::Checks;
use crate::dialect::{Dialect, decimal_comma};
use crate::error::SetupError;
use crate::metrics::{Bleu, Chrf, Level, Metric, Ter, signature};
use crate::model::{Language, PairReport, Severity, Verdict};
use crate::text::normalise::Normalise;
use accepted::Accepted;
pub use judge::{Aligned, AlignedSegment, Job, Lesson, Text};

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
    /// What makes a pair fail or asks for review.
    pub verdict: Thresholds,
    /// What is written, and where.
    pub report: Report,
    /// Findings that are not to be reported; no part of the file.
    #[serde(skip)]
    pub accepted: Accepted,
}

/// Where the pairs are; the command line overrides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Folder of originals, with `translation`.
    pub original: Option<PathBuf>,
    /// Folder of translations, a tree like that of the originals.
    pub translation: Option<PathBuf>,
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
}

impl Default for Input {
    fn default() -> Self {
        Input {
            original: None,
            translation: None,
            directory: None,
            pairs: None,
            languages: None,
            encoding: "utf-8".to_string(),
            extensions: vec!["txt".to_string(), "text".to_string()],
        }
    }
}

/// What is too large to read: such a file becomes a row of quarantine.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest file, in MiB.
    pub file_mib: u64,
    /// Longest line, in KiB.
    pub line_kib: u64,
    /// Most sentences on a side.
    pub sentences: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_mib: 64, line_kib: 4096, sentences: 200_000 }
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
}

/// chrF, BLEU and TER, each with whether it is wanted.
type Measures = [(Box<dyn Metric>, bool); 3];

impl Pipeline {
    /// Loads a built-in pipeline by name, or a TOML file by path.
    pub fn load(name_or_path: &str) -> Result<Pipeline, SetupError> {
        if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_path) {
            return Pipeline::parse(text, &format!("built-in pipeline {name}"), name)?.with_glossary();
        }
        let path = Path::new(name_or_path);
        if path.extension().is_none_or(|e| e != "toml") {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            let guess = nearest(name_or_path, &names);
            return Err(SetupError::Configuration(format!(
                "no pipeline \"{name_or_path}\": give the path of a .toml file or one of {}{guess}",
                names.join(", ")
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|e| SetupError::io(path, e))?;
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        Pipeline::parse(&text, name_or_path, &stem)?.with_glossary()
    }

    /// With the terms of the file that its settings name.
    fn with_glossary(mut self) -> Result<Pipeline, SetupError> {
        let check = &mut self.checks.term_mismatch;
        if let Some(path) = &check.glossary {
            check.terms = glossary::read(path)?;
        }
        Ok(self)
    }

    /// Reads TOML; errors name `file`, line and the nearest valid name.
    pub fn parse(text: &str, file: &str, name: &str) -> Result<Pipeline, SetupError> {
        let pipeline: Pipeline = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            SetupError::Configuration(format!("{file}:{line}: {}", explain(error.message())))
        })?;
        pipeline.check(file)?;
        Ok(Pipeline { name: name.to_string(), ..pipeline })
    }

    fn check(&self, file: &str) -> Result<(), SetupError> {
        let sets = [("fail", &self.verdict.fail), ("review", &self.verdict.review)];
        for (set, threshold) in sets {
            let ranges = [
                ("similarity_below", threshold.similarity_below, 100.0),
                ("coverage_below", threshold.coverage_below, 1.0),
                ("error_points_above", threshold.error_points_above, f64::MAX),
            ];
            for (key, value, top) in ranges {
                if let Some(value) = value.filter(|v| !(0.0..=top).contains(v)) {
                    let range = if top == f64::MAX { "0 or more".to_string() } else { format!("0 to {top}") };
                    return Err(SetupError::Configuration(format!(
                        "{file}: [verdict.{set}] {key} is {value}, must be {range}"
                    )));
                }
            }
        }
        let checks = &self.checks;
        let shares = [
            ("length-outlier", "deviations", checks.length_outlier.deviations, 1.0..=100.0),
            ("untranslated", "whole_share", checks.untranslated.whole_share, 0.0..=1.0),
        ];
        for (check, key, value, range) in shares {
            if !range.contains(&value) {
                return Err(SetupError::Configuration(format!(
                    "{file}: [checks.{check}] {key} is {value}, must be {} to {}",
                    range.start(),
                    range.end()
                )));
            }
        }
        if encoding_rs::Encoding::for_label(self.input.encoding.as_bytes()).is_none() {
            let known = [
                "utf-8",
                "utf-16le",
                "utf-16be",
                "windows-1252",
                "windows-1251",
                "iso-8859-2",
                "koi8-r",
                "shift_jis",
                "euc-jp",
                "gb18030",
                "big5",
                "euc-kr",
            ];
            let guess = nearest(&self.input.encoding, &known);
            return Err(SetupError::Configuration(format!(
                "{file}: [input] encoding \"{}\" is not known{guess}",
                self.input.encoding
            )));
        }
        self.languages().map(|_| ()).map_err(|e| SetupError::Configuration(format!("{file}: [input] {e}")))
    }

    /// The declared languages of original and translation.
    pub fn languages(&self) -> Result<[Option<Language>; 2], SetupError> {
        let Some(text) = &self.input.languages else { return Ok([None, None]) };
        let wrong = || {
            SetupError::Configuration(format!(
                "languages \"{text}\" must be two codes with a colon, as de:en"
            ))
        };
        let (original, translation) = text.split_once(':').ok_or_else(wrong)?;
        let read = |code: &str| Language::parse(code).map(Some).ok_or_else(wrong);
        Ok([read(original)?, read(translation)?])
    }

    /// The settings that make a score reproducible, in one line.
    pub fn signature(&self) -> String {
        let mut parts =
            vec![format!("pairscore|version:{}|pipeline:{}", env!("CARGO_PKG_VERSION"), self.name)];
        for (metric, _) in self.metrics() {
            parts.push(format!("{}|{}", metric.name(), signature(&*metric, 1, Level::Corpus)));
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

/// serde's message with the nearest valid name in the place of a long list.
fn explain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted[..] {
        [wrong, ref valid @ ..] if message.starts_with("unknown") && !valid.is_empty() => {
            let what = if message.starts_with("unknown variant") { "unknown value" } else { "unknown key" };
            let guess = nearest(wrong, valid);
            format!("{what} \"{wrong}\"{guess} (valid here: {})", valid.join(", "))
        }
        _ => message.to_string(),
    }
}

/// `; did you mean "x"?` for the likest of the valid names, when one is like enough.
pub fn nearest(wrong: &str, valid: &[&str]) -> String {
    let scored = valid.iter().map(|v| (strsim::normalized_damerau_levenshtein(wrong, v), v));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score >= 0.5);
    best.map(|(_, name)| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Pipeline::parse(text, "my.toml", "my").expect_err("is refused").to_string()
    }

    #[test]
    fn a_mistyped_key_is_refused_with_line_and_nearest_name() {
        let message = refusal("[limits]\nfile_mib = 3\n\n[checks.repetitoin]\nenabled = true\n");
        assert!(
            message.starts_with("my.toml:4: unknown key \"repetitoin\"; did you mean \"repetition\"?"),
            "{message}"
        );
    }

    #[test]
    fn a_mistyped_value_is_refused_with_line_and_nearest_name() {
        let message = refusal("[report]\nformats = [\"jsnol\"]\n");
        assert!(message.contains("my.toml:2: unknown value \"jsnol\"; did you mean \"jsonl\"?"), "{message}");
    }

    #[test]
    fn thresholds_out_of_range_and_unknown_encodings_are_refused() {
        assert!(refusal("[verdict.fail]\nsimilarity_below = nan\n").contains("must be 0 to 100"));
        assert!(refusal("[verdict.review]\nerror_points_above = -1\n").contains("must be 0 or more"));
        assert!(refusal("[checks.length-outlier]\ndeviations = nan\n").contains("must be 1 to 100"));
        assert!(refusal("[input]\nencoding = \"utf8x\"\n").contains("is not known"));
        assert!(refusal("[input]\nlanguages = \"de-en\"\n").contains("two codes with a colon"));
    }

    #[test]
    fn every_built_in_pipeline_loads_and_default_is_the_default() {
        for (name, _) in BUILT_IN {
            assert_eq!(Pipeline::load(name).expect("loads").name, name);
        }
        assert!(!Pipeline::load("sample").expect("loads").checks.term_mismatch.terms.is_empty());
        let default = Pipeline::load("default").expect("loads");
        assert_eq!(default, Pipeline { name: "default".to_string(), ..Pipeline::default() });
    }

    #[test]
    fn an_unknown_pipeline_is_refused_with_the_nearest_name() {
        let message = Pipeline::load("defualt").expect_err("is refused").to_string();
        assert!(message.ends_with("did you mean \"default\"?"), "{message}");
    }
}
