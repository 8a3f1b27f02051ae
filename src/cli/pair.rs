//! `pairscore pair`: one pair on the terminal, segments side by side, findings marked and named.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use pairscore::batch::judge_safely;
use pairscore::error::SetupError;
use pairscore::model::{Finding, PairReport, Scores, SegmentReport, Side, segment_id};
use pairscore::pipeline::{Job, Pipeline, Text};

use super::options::{ContextOptions, LaterOptions, accepted, text};
use super::view::{BOLD, DIM, Mark, column, count, paint, severity_style, terminal_width, verdict_style};
use super::{Exit, Stop};

/// Options of `pair`.
#[derive(Args)]
pub struct Pair {
    /// File of the original
    original: PathBuf,
    /// File of the translation
    translation: PathBuf,
    /// A built-in pipeline or the path of a TOML file
    #[arg(long, default_value = "default")]
    pipeline: String,
    /// Languages of original and translation, as en:en or de:en
    #[arg(long, value_name = "ORIGINAL:TRANSLATION")]
    languages: Option<String>,
    /// Show only segments with findings
    #[arg(long)]
    findings: bool,
    #[command(flatten)]
    context: ContextOptions,
    #[command(flatten)]
    later: LaterOptions,
}

impl Pair {
    /// Judges and shows the pair.
    pub fn run(self) -> Result<Exit, Stop> {
        self.later.refuse()?;
        let mut pipeline = Pipeline::load(&self.pipeline)?;
        if self.languages.is_some() {
            pipeline.input.languages.clone_from(&self.languages);
        }
        pipeline.accepted = accepted(None)?;
        let stem = self.translation.file_stem().unwrap_or_default();
        let job = Job {
            pair: stem.to_string_lossy().into_owned(),
            original: Text::Running(text(&self.original, &pipeline)?),
            translation: Text::Running(text(&self.translation, &pipeline)?),
            languages: pipeline.languages()?,
            aligned: false,
            machine_translation: None,
        };
        let report = judge_safely(&pipeline, job, &self.context.load()?)
            .map_err(|e| SetupError::Configuration(format!("{}: {}", e.reason, e.hint)))?;
        let mut out = anstream::stdout().lock();
        show(&mut out, &report, self.findings, terminal_width())?;
        Ok(Exit::Success)
    }
}

fn show(out: &mut impl Write, report: &PairReport, only_findings: bool, width: usize) -> std::io::Result<()> {
    let half = (width - 3) / 2;
    let mut findings = &report.findings[..];
    let language =
        |l: &Option<pairscore::model::Language>| l.as_ref().map_or("?".to_string(), ToString::to_string);
    let heads = [
        format!("ORIGINAL ({})", language(&report.original_language)),
        format!("TRANSLATION ({})", language(&report.translation_language)),
    ];
    writeln!(out, "{}", paint(BOLD, &format!("{:half$}   {}", heads[0], heads[1])))?;
    for (index, segment) in report.segments.iter().enumerate() {
        let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
        findings = rest;
        if !only_findings || !own.is_empty() {
            show_segment(out, index, segment, own, half)?;
        }
    }
    show_totals(out, report)
}

fn show_segment(
    out: &mut impl Write,
    index: usize,
    segment: &SegmentReport,
    findings: &[Finding],
    half: usize,
) -> std::io::Result<()> {
    let moved = if segment.bead.moved { ", moved" } else { "" };
    let head = format!("{} {}{moved}  {}", segment_id(index), segment.bead.kind(), figures(&segment.scores));
    writeln!(out, "{}", paint(DIM, &head))?;
    let marks = |side: Side| -> Vec<Mark> {
        let own = findings.iter().filter(|f| f.side == side);
        let mut marks: Vec<_> = own.map(|f| (f.chars.clone(), f.severity)).collect();
        marks.sort_by_key(|mark| std::cmp::Reverse(mark.1));
        marks.into_iter().map(|(range, severity)| (range, severity_style(severity))).collect()
    };
    let left = column(&segment.original, &marks(Side::Original), half);
    let right = column(&segment.translation, &marks(Side::Translation), half);
    let blank = " ".repeat(half);
    for k in 0..left.len().max(right.len()) {
        let (l, r) = (left.get(k).unwrap_or(&blank), right.get(k).unwrap_or(&blank));
        writeln!(out, "{}", format!("{l} {} {}", paint(DIM, "|"), r.trim_end()).trim_end())?;
    }
    for f in findings {
        let severity = paint(severity_style(f.severity), f.severity.name());
        writeln!(out, "  {severity} {}: {}", paint(BOLD, f.check), f.message)?;
    }
    writeln!(out)
}

fn figures(s: &Scores) -> String {
    let shown = [("similarity", s.similarity), ("chrF", s.chrf), ("BLEU", s.bleu), ("TER", s.ter)];
    let mut parts: Vec<String> =
        shown.iter().filter_map(|(name, v)| v.map(|v| format!("{name} {v:.1}"))).collect();
    parts.extend(s.length_ratio.map(|v| format!("length {v:.2}")));
    parts.join("  ")
}

fn show_totals(out: &mut impl Write, report: &PairReport) -> std::io::Result<()> {
    let verdict = paint(verdict_style(report.verdict), report.verdict.name());
    let why = if report.note.is_empty() { String::new() } else { format!(" ({})", report.note) };
    writeln!(out, "{} {verdict}{why}", paint(BOLD, "verdict"))?;
    writeln!(out, "{}", figures(&report.scores))?;
    writeln!(
        out,
        "{}, {} omitted, {} added, coverage {:.2}, {}, {:.1} error points per 100 words",
        count(report.segments.len(), "segment"),
        report.omitted(),
        report.added(),
        report.coverage,
        count(report.findings.len(), "finding"),
        report.error_points
    )
}
