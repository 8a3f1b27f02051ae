//! How fast the stages of a run are, each alone, on the sample batch: normalising, splitting, aligning, every check, every
//! score and every writer.
//!
//! `cargo bench --bench stages` runs all of it; `cargo bench --bench stages -- checks/repetition` a part. A stage's
//! throughput is in bytes of the pairs that it works on, both sides. The metrics of sacreBLEU have benchmarks of their
//! own (`metrics.rs`), whole commands too (`peers.sh`).

use std::hint::black_box;
use std::path::Path;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use tempfile::TempDir;

use pairscore::align::{Alignment, Evidence, align};
use pairscore::batch::{Batch, Earlier, Ended, Gates, Known, Progress, learn};
use pairscore::checks::{Pair, check_document, check_segment};
use pairscore::context::Context;
use pairscore::input::discover;
use pairscore::metrics::{Bleu, Chrf, Metric, Ter, WeightedChrf, repetition};
use pairscore::model::{Language, PairReport};
use pairscore::pipeline::{Format, Job, Pipeline, Text};
use pairscore::report::finished::Finished;
use pairscore::report::{json, rows, write_page, write_workbook};
use pairscore::text::Document;
use pairscore::text::frequencies::Sample;
use pairscore::text::language::{Treatment, identify, settle};
use pairscore::text::normalise::normalise;
use pairscore::text::sentences::split;
use pairscore::text::words::Words;

/// The pairs of the sample batch that are in one language, or in two, and what they teach each other.
struct Corpus {
    name: &'static str,
    pipeline: Pipeline,
    jobs: Vec<Job>,
    context: Context,
}

/// A pair as checks and scores see it.
struct Prepared {
    documents: [Document; 2],
    words: Words,
    languages: [Option<Language>; 2],
    alignment: Alignment,
}

impl Corpus {
    fn both() -> [Corpus; 2] {
        [("monolingual", true), ("bilingual", false)].map(|(name, monolingual)| {
            let pipeline = Pipeline::load("pipelines/sample.toml").expect("the sample's pipeline");
            let found = discover(&pipeline.input, &[None, None]).expect("the sample's folders");
            let (mut pairs, mut jobs) = (Vec::new(), Vec::new());
            for source in found.pairs {
                let job = source.job(&pipeline).expect("reads");
                if (treatment(&pipeline, &job) == Treatment::Monolingual) == monolingual {
                    jobs.push(job);
                    pairs.push(source);
                }
            }
            let context = learn(&pipeline, &pairs, Context::default()).context;
            Corpus { name, pipeline, jobs, context }
        })
    }

    fn bytes(&self) -> u64 {
        self.jobs.iter().map(|job| job.original.bytes() + job.translation.bytes()).sum()
    }

    fn texts(&self) -> Vec<String> {
        let texts = self.jobs.iter().flat_map(|job| [&job.original, &job.translation]);
        texts.map(Text::pieces).map(<[String]>::concat).collect()
    }

    fn prepared(&self) -> Vec<Prepared> {
        self.jobs.iter().map(|job| self.prepare(job)).collect()
    }

    fn prepare(&self, job: &Job) -> Prepared {
        let mut words = Words::default();
        let (mut documents, languages, treatment) = documents(&self.pipeline, job, &mut words);
        for (document, language) in documents.iter_mut().zip(&languages) {
            document.split(language.as_ref());
        }
        let evidence =
            Evidence { lexicon: self.context.lexicon(&languages), learn: true, ..Evidence::default() };
        let alignment = align(documents.each_ref(), &words, treatment, evidence);
        Prepared { documents, words, languages, alignment }
    }

    fn reports(&self) -> Vec<PairReport> {
        let judge = |job: &Job| self.pipeline.judge(job.clone(), &self.context).expect("scores");
        self.jobs.iter().map(judge).collect()
    }

    /// Segments as the metrics see them: hypothesis and reference.
    fn segments(&self) -> Vec<(String, String)> {
        let segments = self.reports().into_iter().flat_map(|report| report.segments);
        segments.map(|segment| (segment.translation, segment.original)).collect()
    }

    fn treatment(&self) -> Treatment {
        if self.name == "monolingual" { Treatment::Monolingual } else { Treatment::Bilingual }
    }

    fn pair<'p>(&'p self, prepared: &'p Prepared) -> Pair<'p> {
        let Prepared { documents, words, languages, alignment } = prepared;
        Pair::new(documents.each_ref(), words, self.treatment(), languages.clone(), &self.context, alignment)
    }
}

fn documents(
    pipeline: &Pipeline,
    job: &Job,
    words: &mut Words,
) -> ([Document; 2], [Option<Language>; 2], Treatment) {
    let documents = [&job.original, &job.translation]
        .map(|text| Document::from_text(text.pieces().concat(), &pipeline.normalise, words));
    let (languages, treatment) = settle(documents.each_ref(), &job.languages);
    (documents, languages, treatment)
}

fn treatment(pipeline: &Pipeline, job: &Job) -> Treatment {
    documents(pipeline, job, &mut Words::default()).2
}

/// A group whose throughput is that of the corpus.
fn group<'c>(criterion: &'c mut Criterion, stage: &str, corpus: &Corpus) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(format!("{stage}/{}", corpus.name));
    group.throughput(Throughput::Bytes(corpus.bytes())).sample_size(20);
    group
}

fn text(criterion: &mut Criterion) {
    for corpus in Corpus::both() {
        let texts = corpus.texts();
        let rules = &corpus.pipeline.normalise;
        let normal: Vec<String> = texts.iter().map(|text| normalise(text, rules).0).collect();
        let mut group = group(criterion, "text", &corpus);
        group.bench_function("normalise", |b| {
            b.iter(|| texts.iter().for_each(|text| drop(black_box(normalise(text, rules)))));
        });
        group.bench_function("tokenise", |b| {
            b.iter(|| {
                for text in &normal {
                    Words::default().tokenise(text, 0, black_box(&mut Vec::new()));
                }
            });
        });
        group.bench_function("identify", |b| {
            b.iter(|| normal.iter().for_each(|text| drop(black_box(identify(text)))));
        });
        group.bench_function("split", |b| {
            b.iter(|| normal.iter().for_each(|text| drop(black_box(split(text, "en")))));
        });
    }
}

fn alignment(criterion: &mut Criterion) {
    for corpus in Corpus::both() {
        let prepared = corpus.prepared();
        let mut group = group(criterion, "align", &corpus);
        group.bench_function("align", |b| {
            b.iter(|| {
                for Prepared { documents, words, languages, .. } in &prepared {
                    let lexicon = corpus.context.lexicon(languages);
                    let evidence = Evidence { lexicon, learn: true, ..Evidence::default() };
                    black_box(align(documents.each_ref(), words, corpus.treatment(), evidence));
                }
            });
        });
    }
}

/// Each check alone; what several of them share is prepared anew for each.
fn checks(criterion: &mut Criterion) {
    for corpus in Corpus::both() {
        let prepared = corpus.prepared();
        let pairs = || prepared.iter().map(|prepared| corpus.pair(prepared)).collect::<Vec<_>>();
        let mut group = group(criterion, "checks", &corpus);
        for check in corpus.pipeline.checks.all() {
            let check = [check];
            let run = |pairs: Vec<Pair>| {
                for pair in &pairs {
                    black_box(check_document(&check, pair));
                    for segment in 0..pair.segments.len() {
                        black_box(check_segment(&check, pair, segment));
                    }
                }
            };
            group.bench_function(check[0].name, |b| b.iter_batched(pairs, run, BatchSize::LargeInput));
        }
    }
}

fn scores(criterion: &mut Criterion) {
    let [corpus, _] = Corpus::both();
    let segments = corpus.segments();
    let mut sample = Sample::default();
    for (_, reference) in &segments {
        sample.add(reference);
    }
    let frequencies = sample.frequencies();
    let similarity = WeightedChrf::new(&frequencies);
    let mut group = group(criterion, "scores", &corpus);
    group.bench_function("similarity", |b| {
        b.iter(|| segments.iter().for_each(|(h, r)| drop(black_box(similarity.statistics(h, r)))));
    });
    group.bench_function("repetition", |b| {
        b.iter(|| {
            for (hypothesis, reference) in &segments {
                black_box(repetition::score(reference, hypothesis));
            }
        });
    });
    let metrics: [(&str, Box<dyn Metric>); 3] = [
        ("chrf", Box::new(Chrf::default())),
        ("bleu", Box::new(Bleu::default())),
        ("ter", Box::new(Ter::default())),
    ];
    for (name, metric) in &metrics {
        group.bench_function(*name, |b| {
            b.iter(|| segments.iter().for_each(|(h, r)| drop(black_box(metric.pair_statistics(h, r)))));
        });
    }
}

/// The whole chain for a pair, but for reading and writing.
fn judge(criterion: &mut Criterion) {
    for corpus in Corpus::both() {
        let mut group = group(criterion, "judge", &corpus);
        group.bench_function("judge", |b| b.iter(|| black_box(corpus.reports())));
    }
}

struct Silent;

impl Progress for Silent {
    fn done(&self, _: bool) {}

    fn stops(&self) -> bool {
        false
    }
}

/// Runs the sample into a folder.
fn run(formats: &[Format]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pipeline = Pipeline::load("pipelines/sample.toml").expect("the sample's pipeline");
    pipeline.report.formats = formats.to_vec();
    let found = discover(&pipeline.input, &[None, None]).expect("the sample's folders");
    let batch = Batch {
        pipeline: &pipeline,
        found: &found,
        shard: None,
        output: folder.path(),
        earlier: Earlier::default(),
        gates: &Gates::default(),
        known: Known::Beforehand(Context::default()),
    };
    assert!(matches!(batch.run(&Silent), Ok(Ended::Complete(_))));
    folder
}

fn writers(criterion: &mut Criterion) {
    let folder = run(&[Format::Csv]);
    let finished = Finished::open(Path::new(folder.path())).expect("a report");
    let [corpus, _] = Corpus::both();
    let reports = corpus.reports();
    let dialect = corpus.pipeline.report.dialect().expect("a dialect");
    let mut group = group(criterion, "report", &corpus);
    group.bench_function("csv", |b| {
        b.iter(|| {
            for report in &reports {
                let mut table = dialect.writer(Vec::new()).expect("writes");
                rows::segments("pair", report, dialect)
                    .chain(report.findings.iter().map(|finding| rows::finding("pair", finding, dialect)))
                    .for_each(|row| table.write_record(row).unwrap_or_default());
                black_box(table.into_inner().expect("writes"));
            }
        });
    });
    group.bench_function("jsonl", |b| {
        b.iter(|| reports.iter().for_each(|report| drop(black_box(json::segments("pair", report)))));
    });
    // From here on all pairs, of one language and of two.
    group.throughput(Throughput::Elements(1));
    group.bench_function("xlsx", |b| b.iter(|| write_workbook(&finished).expect("writes")));
    group.bench_function("html", |b| b.iter(|| write_page(&finished).expect("writes")));
    group.bench_function("whole run, csv", |b| b.iter(|| run(&[Format::Csv])));
}

criterion_group!(benches, text, alignment, checks, scores, judge, writers);
criterion_main!(benches);
