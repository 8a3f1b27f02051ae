//! A pipeline: every setting of a run as one TOML file, and the chain of stages that judges a pair by them.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::align::{Alignment, align};
use crate::checks::{Check, Checks, Pair, check_document, check_segment};
use crate::context::Context;
use crate::error::{PairError, SetupError};
use crate::metrics::{Bleu, Chrf, Level, Metric, Statistics, Ter};
use crate::model::{Bead, Finding, Language, PairReport, Scores, SegmentReport, Severity, Side, Verdict};
use crate::text::language::{Treatment, settle};
use crate::text::normalise::Normalise;
use crate::text::words::{Token, Words};
use crate::text::{Document, Passage};

/// The pipelines that are built in: name and text, in the order of their names.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("back-translation", include_str!("../pipelines/back-translation.toml")),
    ("bilingual", include_str!("../pipelines/bilingual.toml")),
    ("default", include_str!("../pipelines/default.toml")),
    ("reference", include_str!("../pipelines/reference.toml")),
    ("sample", include_str!("../pipelines/sample.toml")),
    ("strict", include_str!("../pipelines/strict.toml")),
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
    /// `csv` always; `jsonl` adds segments.jsonl.
    pub formats: Vec<Format>,
    /// Byte order mark at the head of CSV files, which Excel needs to read UTF-8.
    pub bom: bool,
}

impl Default for Report {
    fn default() -> Self {
        Report { directory: None, formats: vec![Format::Csv], bom: true }
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
}

/// One side as it comes in.
#[derive(Debug, Clone)]
pub enum Text {
    /// Running text, to be split into sentences.
    Running(String),
    /// Sentences as given.
    Sentences(Vec<String>),
}

impl Text {
    fn document(self, rules: &Normalise, words: &mut Words) -> Document {
        match self {
            Text::Running(text) => Document::from_text(text, rules, words),
            Text::Sentences(given) => Document::from_sentences(&given, rules, words),
        }
    }
}

/// A pair of texts and what is known about them.
#[derive(Debug, Clone)]
pub struct Job {
    /// The text that says what the translation should say.
    pub original: Text,
    /// The text under judgement.
    pub translation: Text,
    /// Declared languages; the others are found out.
    pub languages: [Option<Language>; 2],
    /// Both sides are lists of one length, segment by segment.
    pub aligned: bool,
}

impl Pipeline {
    /// Loads a built-in pipeline by name, or a TOML file by path.
    pub fn load(name_or_path: &str) -> Result<Pipeline, SetupError> {
        if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_path) {
            return Pipeline::parse(text, &format!("built-in pipeline {name}"), name);
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
        Pipeline::parse(&text, name_or_path, &stem)
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
            parts.push(format!("{}|{}", metric.name(), metric.signature()));
        }
        parts.join(" ")
    }

    fn metrics(&self) -> [(Box<dyn Metric>, bool); 3] {
        let on = self.metrics;
        [
            (Box::new(Chrf::default()), on.chrf),
            (Box::new(Bleu::default()), on.bleu),
            (Box::new(Ter::default()), on.ter),
        ]
    }

    /// The alignment of a pair alone.
    pub fn align(&self, job: Job) -> Result<Vec<Bead>, PairError> {
        let prepared = self.prepare(job)?;
        Ok(align([&prepared.original, &prepared.translation], &prepared.words, prepared.treatment).beads)
    }

    /// The whole chain for one pair: normalise, identify, split, align, check, measure, judge.
    ///
    /// Fails only where a side has more sentences than the pipeline's limit.
    pub fn judge(&self, job: Job, context: &Context) -> Result<PairReport, PairError> {
        let aligned = job.aligned;
        let Prepared { words, original, translation, languages, treatment } = self.prepare(job)?;
        let documents = [&original, &translation];
        let alignment = if aligned {
            Alignment::given(original.sentences().len())
        } else {
            align(documents, &words, treatment)
        };
        let pair = Pair::new(documents, &words, treatment, languages, context, &alignment);
        Ok(self.report(&pair))
    }

    /// Normalised, identified and split.
    fn prepare(&self, job: Job) -> Result<Prepared, PairError> {
        let mut words = Words::default();
        let running = [&job.original, &job.translation].map(|t| matches!(t, Text::Running(_)));
        let mut original = job.original.document(&self.normalise, &mut words);
        let mut translation = job.translation.document(&self.normalise, &mut words);
        let (languages, treatment) = settle([&original, &translation], &job.languages);
        for (k, document) in
            [&mut original, &mut translation].into_iter().enumerate().filter(|(k, _)| running[*k])
        {
            document.split(languages[k].as_ref());
        }
        for (side, document) in [(Side::Original, &original), (Side::Translation, &translation)] {
            let sentences = document.sentences().len();
            if sentences > self.limits.sentences {
                let hint = format!("{sentences} sentences: split the text, or raise [limits] sentences");
                let path = side.name().to_string();
                return Err(PairError {
                    path,
                    stage: "split",
                    reason: "too-many-sentences",
                    byte_offset: None,
                    hint,
                });
            }
        }
        Ok(Prepared { words, original, translation, languages, treatment })
    }

    fn report(&self, pair: &Pair) -> PairReport {
        let all = self.checks.all();
        let checks: Vec<&dyn Check> = all.into_iter().filter(|c| c.enabled()).collect();
        let measured: Vec<(Measured, Vec<Finding>)> = (0..pair.segments.len())
            .into_par_iter()
            .with_min_len(8)
            .map(|i| (self.measure(pair, i), check_segment(&checks, pair, i)))
            .collect();
        let mut findings = check_document(&checks, pair);
        let mut segments = Vec::with_capacity(measured.len());
        let mut sums = Sums::default();
        for (measured, found) in measured {
            sums.add(&measured);
            segments.push(measured.scores);
            findings.extend(found);
        }
        findings.sort_by(|a, b| {
            let place = |f: &Finding| (f.segment, f.side, f.chars.start, f.chars.end, f.check);
            place(a).cmp(&place(b))
        });
        self.assemble(pair, segments, findings, &sums)
    }

    fn assemble(&self, pair: &Pair, scores: Vec<Scores>, findings: Vec<Finding>, sums: &Sums) -> PairReport {
        let points = points_by_segment(&findings, pair.segments.len());
        let mut segments = Vec::with_capacity(scores.len());
        for (k, (segment, scores)) in pair.segments.iter().zip(scores).enumerate() {
            let words = words_judged(segment.translation.tokens, segment.original.tokens);
            segments.push(SegmentReport {
                bead: segment.bead.clone(),
                scores,
                error_points: per_100_words(points[k], words),
                original: segment.original.source().to_string(),
                translation: segment.translation.source().to_string(),
                original_line: segment.original.line(),
                translation_line: segment.translation.line(),
            });
        }
        let [original, translation] = pair.documents;
        let mut report = PairReport {
            scores: self.pair_scores(pair, sums),
            coverage: coverage(pair),
            error_points: per_100_words(
                points.iter().sum(),
                words_judged(translation.tokens(), original.tokens()),
            ),
            verdict: Verdict::Pass,
            original_language: pair.languages[0].clone(),
            translation_language: pair.languages[1].clone(),
            original_sentences: original.sentences().len(),
            translation_sentences: translation.sentences().len(),
            worst_segment: worst_segment(&segments),
            note: String::new(),
            segments,
            findings,
        };
        let (verdict, reasons) = self.verdict.of(&report);
        report.verdict = verdict;
        report.note = if pair.unrelated {
            "not a translation of this original".to_string()
        } else {
            reasons.join("; ")
        };
        report
    }

    /// Scores of one segment, with the statistics that the pair's scores are made of.
    fn measure(&self, pair: &Pair, index: usize) -> Measured {
        let segment = &pair.segments[index];
        let (reference, hypothesis) =
            (one_line(segment.original.source()), one_line(segment.translation.source()));
        let mut measured = Measured::default();
        if pair.is_monolingual() {
            for (k, (metric, on)) in self.metrics().into_iter().enumerate() {
                if on {
                    let statistics = metric.statistics(&hypothesis, &reference);
                    let score = metric.score(&statistics, Level::Segment);
                    *measured.slot(k) = Some(score);
                    measured.statistics[k] = statistics;
                }
            }
            let normal = [segment.original.normal(), segment.translation.normal()];
            let (statistics, similarity) = similarity(normal);
            measured.statistics[SIMILARITY] = statistics;
            measured.scores.similarity = Some(similarity);
        }
        measured.characters = [&reference, &hypothesis].map(|t| t.chars().count());
        measured.scores.length_ratio = ratio(measured.characters);
        measured
    }

    fn pair_scores(&self, pair: &Pair, sums: &Sums) -> Scores {
        let mut scores = Scores { length_ratio: ratio(sums.characters), ..Scores::default() };
        if pair.is_monolingual() {
            let metrics = self.metrics();
            let corpus = |k: usize| {
                let (metric, on) = &metrics[k];
                on.then(|| metric.score(&sums.statistics[k], Level::Corpus))
            };
            (scores.chrf, scores.bleu, scores.ter) = (corpus(0), corpus(1), corpus(2));
            scores.similarity = Some(Chrf::default().score(&sums.statistics[SIMILARITY], Level::Corpus));
        }
        scores
    }
}

/// A pair before alignment.
struct Prepared {
    words: Words,
    original: Document,
    translation: Document,
    languages: [Option<Language>; 2],
    treatment: Treatment,
}

/// Index of the similarity among a segment's statistics, after those of the three metrics.
const SIMILARITY: usize = 3;

#[derive(Default)]
struct Measured {
    scores: Scores,
    statistics: [Statistics; 4],
    characters: [usize; 2],
}

impl Measured {
    fn slot(&mut self, metric: usize) -> &mut Option<f64> {
        match metric {
            0 => &mut self.scores.chrf,
            1 => &mut self.scores.bleu,
            _ => &mut self.scores.ter,
        }
    }
}

#[derive(Default)]
struct Sums {
    statistics: [Statistics; 4],
    characters: [usize; 2],
}

impl Sums {
    fn add(&mut self, measured: &Measured) {
        for (sum, statistics) in self.statistics.iter_mut().zip(&measured.statistics) {
            *sum += statistics;
        }
        for (sum, characters) in self.characters.iter_mut().zip(measured.characters) {
            *sum += characters;
        }
    }
}

/// Texts up to this many characters are compared by edit distance as well: chrF's orders 5 and 6 leave little of
/// a heading in which one letter differs.
const SHORT: usize = 24;

/// chrF of the normalised texts (so that kinds of quotes and dashes don't count), 0 to 100; of short texts the
/// mean of that and of the normalised Damerau-Levenshtein similarity.
fn similarity([original, translation]: [&str; 2]) -> (Statistics, f64) {
    let metric = Chrf::default();
    let statistics = metric.statistics(translation, original);
    let chrf = metric.score(&statistics, Level::Segment);
    let is_short = |text: &str| !text.is_empty() && text.chars().nth(SHORT).is_none();
    if is_short(original) && is_short(translation) {
        let edit = strsim::normalized_damerau_levenshtein(original, translation) * 100.0;
        return (statistics, f64::midpoint(chrf, edit));
    }
    (statistics, chrf)
}

/// Line breaks as single spaces, as in the cells of the report: scores and cells agree.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn ratio([original, translation]: [usize; 2]) -> Option<f64> {
    (original > 0).then(|| translation as f64 / original as f64)
}

fn content_words(tokens: &[Token]) -> usize {
    tokens.iter().filter(|t| t.is_content()).count()
}

/// Words of the translation; of the original where there is no translation.
fn words_judged(translation: &[Token], original: &[Token]) -> usize {
    match content_words(translation) {
        0 => content_words(original),
        words => words,
    }
}

fn per_100_words(points: f64, words: usize) -> f64 {
    points * 100.0 / words.max(1) as f64
}

fn points_by_segment(findings: &[Finding], segments: usize) -> Vec<f64> {
    let mut points = vec![0.0; segments];
    for finding in findings {
        points[finding.segment] += finding.severity.points();
    }
    points
}

/// Share of the original's words in beads that have a translation; all of them where there is none.
fn coverage(pair: &Pair) -> f64 {
    let words = |p: &Passage| content_words(p.tokens);
    let all: usize = pair.segments.iter().map(|s| words(&s.original)).sum();
    let aligned = pair.segments.iter().filter(|s| !s.translation.tokens.is_empty());
    let covered: usize = aligned.map(|s| words(&s.original)).sum();
    if all == 0 { 1.0 } else { covered as f64 / all as f64 }
}

/// Most error points first; among equals the lowest similarity; the first of those.
fn worst_segment(segments: &[SegmentReport]) -> Option<usize> {
    let rank = |s: &SegmentReport| (-s.error_points, s.scores.similarity.unwrap_or(100.0));
    let all = segments.iter().enumerate();
    all.min_by(|(_, a), (_, b)| {
        let (a, b) = (rank(a), rank(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
    .map(|(k, _)| k)
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
        assert!(refusal("[input]\nencoding = \"utf8x\"\n").contains("is not known"));
        assert!(refusal("[input]\nlanguages = \"de-en\"\n").contains("two codes with a colon"));
    }

    #[test]
    fn every_built_in_pipeline_loads_and_default_is_the_default() {
        for (name, _) in BUILT_IN {
            assert_eq!(Pipeline::load(name).expect("loads").name, name);
        }
        let default = Pipeline::load("default").expect("loads");
        assert_eq!(default, Pipeline { name: "default".to_string(), ..Pipeline::default() });
    }

    #[test]
    fn an_unknown_pipeline_is_refused_with_the_nearest_name() {
        let message = Pipeline::load("defualt").expect_err("is refused").to_string();
        assert!(message.ends_with("did you mean \"default\"?"), "{message}");
    }
}
