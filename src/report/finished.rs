//! A finished run, read back from its folder: what further reports are made of, without scoring again.
//!
//! Tables are read row by row, in any dialect, with all their parts. Texts come as the tables hold them (on one line, cut
//! at 32,000 characters) without their guards; numbers have four decimals.

use std::io;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Deserialize;
use serde_json::Value;

use super::RUN;
use super::columns::{FINDINGS, PAIRS, QUARANTINE, SUMMARY, position};
use super::records::{Records, Rows, start, unreadable};
use super::rows::SCORED;
use crate::error::SetupError;
use crate::model::{Scores, Severity, Side, Verdict};
use crate::pipeline::{Threshold, Thresholds};
use crate::plain_file;

/// A finished run.
#[derive(Debug, Clone)]
pub struct Finished {
    folder: PathBuf,
    json: Value,
    manifest: Manifest,
    raw: bool,
    thresholds: Thresholds,
}

/// What run.json says.
#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    /// Version of the program that made it.
    pub version: String,
    /// Everything that decides the scores.
    pub signature: String,
    /// What became of pairs and files.
    pub counts: Counts,
    /// Findings left out because the user has accepted them.
    #[serde(default)]
    pub accepted: usize,
    /// Scores of all texts as one corpus.
    pub scores: Scores,
    /// The pipeline in full.
    pub pipeline: Value,
}

/// What became of pairs and files: found = scored + quarantined + unpaired.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Counts {
    /// Pairs and files without a partner.
    pub found: usize,
    /// Pairs with scores.
    pub scored: usize,
    /// Pairs that could not be scored.
    pub quarantined: usize,
    /// Files without a partner.
    pub unpaired: usize,
}

/// A row of summary.csv; `columns.csv` says what each cell means. Empty cells are `None`.
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "each field is a column, explained in the data dictionary")]
pub struct PairRow {
    pub pair: String,
    pub status: String,
    pub verdict: Option<Verdict>,
    pub similarity: Option<f64>,
    pub chrf: Option<f64>,
    pub bleu: Option<f64>,
    pub ter: Option<f64>,
    pub length_ratio: Option<f64>,
    pub coverage: Option<f64>,
    pub error_points: Option<f64>,
    pub critical: Option<usize>,
    pub major: Option<usize>,
    pub minor: Option<usize>,
    pub repetitions: Option<usize>,
    pub original_language: String,
    pub translation_language: String,
    pub original_sentences: Option<usize>,
    pub translation_sentences: Option<usize>,
    pub segments: Option<usize>,
    pub omitted: Option<usize>,
    pub added: Option<usize>,
    pub worst_segment: String,
    pub original_path: String,
    pub translation_path: String,
    pub note: String,
    #[serde(default)]
    pub similarity_low: Option<f64>,
    #[serde(default)]
    pub similarity_high: Option<f64>,
    #[serde(default)]
    pub semantic: Option<f64>,
    #[serde(default)]
    pub semantic_precision: Option<f64>,
    #[serde(default)]
    pub semantic_recall: Option<f64>,
    #[serde(default)]
    pub reference_path: String,
}

impl PairRow {
    /// Both sides are in one language, so that their words can be compared.
    pub fn is_monolingual(&self) -> bool {
        let [original, translation] = [&self.original_language, &self.translation_language]
            .map(|language| language.split('-').next().unwrap_or_default());
        // Without a language only these scores tell, which texts of two languages never have.
        [self.chrf, self.bleu, self.ter].iter().any(Option::is_some)
            || (!original.is_empty() && original == translation)
    }
}

/// A row of `pairs/<pair>.csv`.
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "each field is a column, explained in the data dictionary")]
pub struct SegmentRow {
    pub pair: String,
    pub segment: String,
    pub alignment: String,
    pub similarity: Option<f64>,
    pub chrf: Option<f64>,
    pub bleu: Option<f64>,
    pub ter: Option<f64>,
    pub length_ratio: Option<f64>,
    pub error_points: f64,
    pub severity: Option<Severity>,
    pub findings: usize,
    pub original: String,
    pub translation: String,
    pub original_line: Option<usize>,
    pub translation_line: Option<usize>,
    pub truncated: String,
    #[serde(default)]
    pub confidence: Option<f64>,
    #[serde(default)]
    pub moved: String,
    #[serde(default)]
    pub original_sentence: Option<usize>,
    #[serde(default)]
    pub translation_sentence: Option<usize>,
    #[serde(default)]
    pub semantic: Option<f64>,
    #[serde(default)]
    pub semantic_precision: Option<f64>,
    #[serde(default)]
    pub semantic_recall: Option<f64>,
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub reference_line: Option<usize>,
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub unit_state: String,
    #[serde(default)]
    pub unit_note: String,
}

/// A row of findings.csv.
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "each field is a column, explained in the data dictionary")]
pub struct FindingRow {
    pub pair: String,
    pub segment: String,
    pub check: String,
    pub category: String,
    pub severity: Severity,
    pub side: Side,
    pub start: usize,
    pub end: usize,
    pub excerpt: String,
    pub message: String,
}

/// A row of quarantine.csv.
#[derive(Debug, Clone, Deserialize)]
#[allow(missing_docs, reason = "each field is a column, explained in the data dictionary")]
pub struct QuarantineRow {
    pub pair: String,
    pub path: String,
    pub stage: String,
    pub reason: String,
    pub byte_offset: Option<u64>,
    pub hint: String,
}

impl Finished {
    /// The run in `folder`. Errors: no run.json there, or none of ours.
    pub fn open(folder: &Path) -> Result<Finished, SetupError> {
        let path = folder.join(RUN);
        let text = plain_file::open(&path).and_then(io::read_to_string).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => SetupError::Configuration(format!(
                "{}: no finished run is there (run.json is missing): give the --output of a run",
                folder.display()
            )),
            _ => SetupError::io(&path, e),
        })?;
        let manifest = serde_json::from_str(&text).map_err(|e| unreadable(&path, &e))?;
        Finished::new(folder, manifest)
    }

    /// A run whose tables stand in `folder`, with what its run.json says.
    pub fn new(folder: &Path, json: Value) -> Result<Finished, SetupError> {
        let wrong = |e: serde_json::Error| unreadable(&folder.join(RUN), &e);
        let manifest: Manifest = serde_json::from_value(json.clone()).map_err(wrong)?;
        if !json.is_object() || !json["pipeline"]["report"].is_object() {
            return Err(unreadable(&folder.join(RUN), &"its pipeline is missing"));
        }
        let verdict = &manifest.pipeline["verdict"];
        Ok(Finished {
            folder: folder.to_path_buf(),
            raw: manifest.pipeline["report"]["raw"].as_bool().unwrap_or(false),
            thresholds: Thresholds {
                fail: threshold(&verdict["fail"]),
                review: threshold(&verdict["review"]),
            },
            manifest,
            json,
        })
    }

    /// Where it stands.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What its run.json says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its run.json in full.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Name of the pipeline.
    pub fn pipeline_name(&self) -> &str {
        self.manifest.pipeline["name"].as_str().unwrap_or_default()
    }

    /// Whether its tables hold texts as they are.
    pub fn raw(&self) -> bool {
        self.raw
    }

    /// What decided its verdicts.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// Path of a pair's table, from the run's folder.
    pub fn pair_table(pair: &str) -> PathBuf {
        Path::new("pairs").join(format!("{pair}.csv"))
    }

    /// The rows of summary.csv, in the order of pair ids.
    pub fn pairs(&self) -> Result<Rows<PairRow>, SetupError> {
        Ok(Rows::of(self.records(SUMMARY, Path::new(SUMMARY))?))
    }

    /// The rows of a scored pair's table, in the order of the original.
    pub fn segments(&self, pair: &PairRow) -> Result<Rows<SegmentRow>, SetupError> {
        Ok(Rows::of(self.table(&pair.pair, pair.segments.unwrap_or_default())?))
    }

    /// The same as text: see [`Finished::records`]. Errors: it is gone, behind a link (a run makes folders, and what is
    /// beyond them is not its own), or not what summary.csv says of it.
    pub fn table(&self, pair: &str, segments: usize) -> Result<Records, SetupError> {
        let path = Self::pair_table(pair);
        let mut folders = path.ancestors().skip(1).map(|folder| self.folder.join(folder));
        if let Some(link) = folders.find(|f| *f != self.folder && f.is_symlink()) {
            return Err(unreadable(&link, &"a link"));
        }
        let records = self.records(PAIRS, &path)?;
        Ok(records.of_pair(pair, segments))
    }

    /// Whether run.json, summary.csv and findings.csv speak of one batch; a pair's table is held against its row of
    /// summary.csv when it is read.
    pub fn check(&self) -> Result<(), SetupError> {
        let (status, mut scored, mut failed) = (position(SUMMARY, "status"), 0, 0);
        let mut findings = self.records(FINDINGS, Path::new(FINDINGS))?.peekable();
        for pair in self.records(SUMMARY, Path::new(SUMMARY))? {
            let pair = pair?;
            *(if pair.get(status) == Some(SCORED) { &mut scored } else { &mut failed }) += 1;
            let is_own = |f: &Result<StringRecord, _>| f.as_ref().map_or(true, |f| f.get(0) == pair.get(0));
            while let Some(finding) = findings.next_if(is_own) {
                finding?;
            }
        }
        let counts = self.manifest.counts;
        if (scored, failed) != (counts.scored, counts.quarantined) {
            let (path, said) = (self.folder.join(SUMMARY), (counts.scored, counts.quarantined));
            let what = format!(
                "{scored} scored pairs and {failed} others, but run.json says {} and {}",
                said.0, said.1
            );
            return Err(unreadable(&path, &what));
        }
        let Some(stranger) = findings.next().transpose()? else { return Ok(()) };
        let what = format!("the pair \"{}\" is not the next of summary.csv", start(&stranger[0]));
        Err(unreadable(&self.folder.join(FINDINGS), &what))
    }

    /// The rows of findings.csv: in the order of pair ids, then of segments.
    pub fn findings(&self) -> Result<Rows<FindingRow>, SetupError> {
        Ok(Rows::of(self.records(FINDINGS, Path::new(FINDINGS))?))
    }

    /// The rows of quarantine.csv.
    pub fn quarantine(&self) -> Result<Rows<QuarantineRow>, SetupError> {
        Ok(Rows::of(self.records(QUARANTINE, Path::new(QUARANTINE))?))
    }

    /// The rows of the table `kind` of the data dictionary that stands at `path` in the run's folder: texts without
    /// guards, numbers with a point.
    pub fn records(&self, kind: &'static str, path: &Path) -> Result<Records, SetupError> {
        Records::open(kind, self.folder.join(path), self.raw)
    }
}

/// What this version knows of a threshold; another one may have written more, or less.
fn threshold(value: &Value) -> Threshold {
    let count = |name: &str| value[name].as_u64().map(|count| count as usize);
    Threshold {
        similarity_below: value["similarity_below"].as_f64(),
        coverage_below: value["coverage_below"].as_f64(),
        error_points_above: value["error_points_above"].as_f64(),
        critical: count("critical"),
        major: count("major"),
    }
}
