//! `pairscore pair`: one pair on the terminal, segment by segment, findings marked and named.

mod inline;
mod side_by_side;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pairscore::batch::judge_safely;
use pairscore::error::SetupError;
use pairscore::model::{Counted, Finding, Language, PairReport, Scores, SegmentReport, Side, segment_id};
use pairscore::pipeline::FirstPaths;

use super::layout::{Mark, flow, paragraph, terminal_width, wrap};
use super::options::{ContextOptions, ModelOption, PipelineOptions, accepted, job};
use super::view::{BOLD, DIM, count, has_colour, paint, severity_style, verdict_style};
use super::{Exit, Stop};

/// Options of `pair`.
#[derive(Args)]
pub struct Pair {
    /// File of the original
    original: PathBuf,
    /// File of the translation
    translation: PathBuf,
    #[command(flatten)]
    pipeline: PipelineOptions,
    /// File of a trusted translation: scores compare with it, checks with the original
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Languages of original and translation, as en:en or de:en
    #[arg(long, value_name = "ORIGINAL:TRANSLATION")]
    languages: Option<String>,
    /// Show only segments with findings
    #[arg(long)]
    findings: bool,
    /// Two columns, or one text with the differing words marked, between languages original above translation
    /// [default: side-by-side, inline on fewer than 80 columns]
    #[arg(long, value_name = "VIEW")]
    view: Option<View>,
    #[command(flatten)]
    context: ContextOptions,
    #[command(flatten)]
    model: ModelOption,
}

impl Pair {
    /// Judges and shows the pair.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.pipeline.load()?;
        self.model.load(&mut pipeline)?;
        if self.languages.is_some() {
            pipeline.input.languages.clone_from(&self.languages);
        }
        pipeline.accepted = accepted(None)?;
        let stem = self.translation.file_stem().unwrap_or_default();
        let files = [&self.original, &self.translation].map(PathBuf::as_path);
        let job = job(&stem.to_string_lossy(), files, self.reference.as_deref(), &pipeline)?;
        let report = judge_safely(&pipeline, job, &self.context.load(&pipeline)?, &FirstPaths::default())
            .map_err(|e| SetupError::Configuration(format!("{}: {}", e.reason, e.hint)))?;
        let width = terminal_width();
        let narrow = if width < SIDE_BY_SIDE { View::Inline } else { View::SideBySide };
        let page = Page {
            report: &report,
            view: self.view.unwrap_or(narrow),
            width,
            coloured: has_colour(),
            languages: [&report.original_language, &report.translation_language].map(Option::as_ref),
        };
        page.show(&mut anstream::stdout().lock(), self.findings)?;
        Ok(Exit::Success)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum View {
    SideBySide,
    Inline,
}

/// Columns from which on two texts stand side by side where nothing else is asked for.
const SIDE_BY_SIDE: usize = 80;

/// A report and how to show it.
struct Page<'r> {
    report: &'r PairReport,
    view: View,
    width: usize,
    coloured: bool,
    languages: [Option<&'r Language>; 2],
}

impl Page<'_> {
    fn show(&self, out: &mut impl Write, only_findings: bool) -> io::Result<()> {
        writeln!(out, "{}", self.head())?;
        let mut findings = &self.report.findings[..];
        for (index, segment) in self.report.segments.iter().enumerate() {
            let (own, rest) = findings.split_at(findings.iter().take_while(|f| f.segment == index).count());
            findings = rest;
            if !only_findings || !own.is_empty() {
                self.segment(out, index, segment, own)?;
            }
        }
        self.totals(out)
    }

    fn head(&self) -> String {
        match self.view {
            View::SideBySide => side_by_side::head(self),
            View::Inline => inline::head(self),
        }
    }

    fn segment(
        &self,
        out: &mut impl Write,
        index: usize,
        segment: &SegmentReport,
        findings: &[Finding],
    ) -> io::Result<()> {
        let moved = if segment.bead.moved { ", moved" } else { "" };
        let mut head = figures(&segment.scores);
        head.insert(0, format!("{} {}{moved}", segment_id(index), segment.bead.kind()));
        for line in flow(&head, "  ", self.width).lines() {
            writeln!(out, "{}", paint(DIM, line))?;
        }
        let marks = [Side::Original, Side::Translation].map(|side| marks(findings, side));
        let lines = match self.view {
            View::SideBySide => side_by_side::lines(self, segment, marks),
            View::Inline => inline::lines(self, segment, &marks),
        };
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        for finding in findings {
            writeln!(out, "  {}", self.finding(finding))?;
        }
        writeln!(out)
    }

    fn finding(&self, finding: &Finding) -> String {
        let (severity, check) = (finding.severity.name(), finding.check);
        let named = format!("{severity} {check}: {}", finding.message);
        let name = severity.len() + 1;
        let marks = [(0..severity.len(), severity_style(finding.severity)), (name..name + check.len(), BOLD)];
        let lines: Vec<String> = wrap(&named, &marks, self.width - 4).into_iter().map(|l| l.text).collect();
        lines.join("\n    ")
    }

    fn totals(&self, out: &mut impl Write) -> io::Result<()> {
        let report = self.report;
        let verdict = paint(verdict_style(report.verdict), report.verdict.name());
        let why = if report.note.is_empty() { String::new() } else { format!("({})", report.note) };
        // As wide as "verdict review", which stands before it.
        let line = format!("{} {verdict} {}", paint(BOLD, "verdict"), paragraph(&why, self.width - 15, 2));
        writeln!(out, "{}", line.trim_end())?;
        let mut totals = figures(&report.scores);
        if let (Some([low, high]), Some(similarity)) = (report.interval, totals.first_mut()) {
            *similarity += &format!(" ({low:.1} to {high:.1})");
        }
        writeln!(out, "{}", flow(&totals, "  ", self.width))?;
        let counts = [
            count(report.segments.len(), "segment"),
            format!("{} omitted", report.omitted()),
            format!("{} added", report.added()),
            format!("coverage {:.2}", report.coverage),
            count(report.findings.len(), "finding"),
            format!("{:.1} error points per 100 words", report.error_points),
        ];
        writeln!(out, "{}", flow(&counts, ", ", self.width))
    }

    /// Whether both sides are in one language, so that their words can be compared.
    fn is_monolingual(&self) -> bool {
        !self.report.statistics[Counted::Monolingual as usize].0.is_empty()
    }

    fn language(&self, side: Side) -> String {
        self.languages[side as usize].map_or("?".into(), ToString::to_string)
    }
}

/// What the findings mark in the text of a side, the gravest first.
fn marks(findings: &[Finding], side: Side) -> Vec<Mark> {
    let mut own: Vec<&Finding> = findings.iter().filter(|f| f.side == side).collect();
    own.sort_by_key(|f| std::cmp::Reverse(f.severity));
    own.into_iter().map(|f| (f.chars.clone(), severity_style(f.severity))).collect()
}

fn figures(s: &Scores) -> Vec<String> {
    let shown = s.named().into_iter();
    let scores = shown.filter_map(|(name, score)| score.map(|v| format!("{name} {v:.1}")));
    scores.chain(s.length_ratio.map(|v| format!("length {v:.2}"))).collect()
}
