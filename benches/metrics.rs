//! How fast the parts of the metrics are, on text that is made up and always the same.
//!
//! `cargo bench --bench metrics` runs all of it; `cargo bench --bench metrics -- statistics/ter` a part. Whole
//! commands are compared with other programs by `benches/sacrebleu.py`.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

use pairscore::metrics::random::Generator;
use pairscore::metrics::resampling::Table;
use pairscore::metrics::tokenize::Tokenizer;
use pairscore::metrics::{Bleu, Chrf, Level, Metric, Statistics, Ter};

/// A hypothesis and its reference.
type Pair = (String, String);

/// Lengths of a reference in words (of a Chinese one in characters), and how many pairs of each are measured
/// at once.
const LENGTHS: [(&str, usize, usize); 3] = [("short", 6, 512), ("medium", 24, 128), ("long", 200, 16)];

/// Segments of the corpora that are scored and resampled.
const SEGMENTS: u32 = 20_000;

/// The seed of sacreBLEU's tests.
const SEED: u128 = 12345;

/// How often a word is replaced, left out or followed by a new one, in percent.
const EDITS: u32 = 30;

/// A writer of made-up text, where as in real text a few words are frequent and most are rare.
struct Writer {
    generator: Generator,
    word: fn(&mut Generator) -> String,
    separator: &'static str,
}

impl Writer {
    /// Words of Latin letters between spaces.
    fn western() -> Self {
        Self { generator: Generator::new(SEED), word: western_word, separator: " " }
    }

    /// Characters without spaces.
    fn chinese() -> Self {
        Self { generator: Generator::new(SEED), word: chinese_word, separator: "" }
    }

    fn next_word(&mut self) -> String {
        (self.word)(&mut self.generator)
    }

    fn pairs(&mut self, words: usize, count: usize) -> Vec<Pair> {
        (0..count).map(|_| self.pair(words)).collect()
    }

    fn pair(&mut self, words: usize) -> Pair {
        let reference: Vec<String> = (0..words).map(|_| self.next_word()).collect();
        let mut hypothesis: Vec<String> = reference.iter().flat_map(|word| self.edited(word)).collect();
        let block = 3.min(hypothesis.len() / 2);
        hypothesis.rotate_left(block);
        (hypothesis.join(self.separator), reference.join(self.separator))
    }

    fn edited(&mut self, word: &str) -> Vec<String> {
        match self.generator.below(100) * 3 / EDITS {
            0 => vec![self.next_word()],
            1 => Vec::new(),
            2 => vec![word.to_string(), self.next_word()],
            _ => vec![word.to_string()],
        }
    }
}

/// The rank of a word by Zipf's law: each doubling of the rank is as likely as the one before.
fn rank(generator: &mut Generator) -> u32 {
    let doublings = generator.below(15);
    (1 << doublings) + generator.below(1 << doublings)
}

fn western_word(generator: &mut Generator) -> String {
    let rank = rank(generator);
    let letters: String = (0..).map_while(|place| syllable(rank, place)).collect();
    match generator.below(40) {
        0 => format!("{letters},"),
        1 => format!("{letters}."),
        2 => format!("“{letters}”"),
        3 => rank.to_string(),
        _ => letters,
    }
}

/// The rank in a numeral system whose digits are syllables.
fn syllable(rank: u32, place: u32) -> Option<&'static str> {
    const DIGITS: [&str; 8] = ["ba", "de", "ki", "lor", "mu", "nes", "ti", "ü"];
    let rest = rank >> (3 * place);
    (rest > 0).then(|| DIGITS[rest as usize % DIGITS.len()])
}

fn chinese_word(generator: &mut Generator) -> String {
    match generator.below(20) {
        0 => "，".to_string(),
        1 => "。".to_string(),
        2 => generator.below(3000).to_string(),
        _ => char::from_u32(0x4e00 + rank(generator) % 0x5000).into_iter().collect(),
    }
}

fn chrf_plus_plus() -> Chrf {
    Chrf { word_order: 2, ..Chrf::default() }
}

/// The metrics by the name that their benchmarks have.
fn metrics() -> [(&'static str, Box<dyn Metric>); 4] {
    [
        ("bleu", Box::new(Bleu::default())),
        ("chrf", Box::new(Chrf::default())),
        ("chrf++", Box::new(chrf_plus_plus())),
        ("ter", Box::new(Ter::default())),
    ]
}

/// The counts of one segment after the other.
fn statistics(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("statistics");
    for (length, words, count) in LENGTHS {
        let western = Writer::western().pairs(words, count);
        let chinese = Writer::chinese().pairs(words, count);
        for tokenizer in [Tokenizer::V13a, Tokenizer::Intl, Tokenizer::Zh] {
            let bleu = Bleu { tokenizer, ..Bleu::default() };
            let pairs = if tokenizer == Tokenizer::Zh { &chinese } else { &western };
            let id = BenchmarkId::new(format!("bleu-{}", tokenizer.name()), length);
            bench_statistics(&mut group, id, &bleu, pairs);
        }
        for (name, metric) in metrics().iter().filter(|(name, _)| *name != "bleu") {
            bench_statistics(&mut group, BenchmarkId::new(*name, length), &**metric, &western);
        }
    }
    group.finish();
}

fn bench_statistics(
    group: &mut BenchmarkGroup<WallTime>,
    id: BenchmarkId,
    metric: &dyn Metric,
    pairs: &[Pair],
) {
    let bytes: usize = pairs.iter().map(|(hypothesis, reference)| hypothesis.len() + reference.len()).sum();
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_with_input(id, pairs, |bencher, pairs| {
        bencher.iter(|| {
            for (hypothesis, reference) in pairs {
                black_box(metric.pair_statistics(hypothesis, reference));
            }
        });
    });
}

/// Scores from counts that are there already.
fn scores(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("score");
    let pairs = Writer::western().pairs(24, 100);
    for (name, metric) in metrics() {
        let segments = counts(&*metric, &pairs);
        let mut sum = Statistics::default();
        for segment in &segments {
            sum += segment;
        }
        group.bench_function(BenchmarkId::new(name, "corpus"), |bencher| {
            bencher.iter(|| metric.score(black_box(&sum), Level::Corpus));
        });
        group.bench_function(BenchmarkId::new(name, "segment"), |bencher| {
            bencher.iter(|| metric.score(black_box(&segments[0]), Level::Segment));
        });
        group.bench_function(BenchmarkId::new(name, "bootstrap"), |bencher| {
            bencher.iter(|| metric.bootstrap_score(black_box(&sum)));
        });
    }
    group.finish();
}

fn counts(metric: &dyn Metric, pairs: &[Pair]) -> Vec<Statistics> {
    pairs.iter().map(|(hypothesis, reference)| metric.pair_statistics(hypothesis, reference)).collect()
}

/// The sums of one bootstrap resample, for a metric alone and for a system that is measured with all: added up
/// in the order of the draws, and faster as is possible for whole numbers.
fn sums(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sums");
    group.throughput(Throughput::Elements(u64::from(SEGMENTS)));
    let mut generator = Generator::new(SEED);
    let rows = draw(&mut generator);
    let widths = metrics().map(|(name, metric)| (name, metric.width()));
    let all = widths.iter().filter(|(name, _)| *name != "chrf++").map(|(_, width)| width).sum();
    for (name, columns) in widths.into_iter().chain([("all", all)]) {
        let table = table(&mut generator, columns);
        group.bench_function(BenchmarkId::new("in-order", name), |bencher| {
            bencher.iter(|| table.sums(black_box(&rows)));
        });
        group.bench_function(BenchmarkId::new("whole", name), |bencher| {
            bencher.iter(|| table.whole_sums(black_box(&rows)));
        });
    }
    group.finish();
}

fn table(generator: &mut Generator, columns: usize) -> Table<f32> {
    let mut table = Table::new(columns);
    for _ in 0..SEGMENTS {
        table.push((0..columns).map(|_| generator.below(100) as f32));
    }
    table
}

fn draw(generator: &mut Generator) -> Vec<u32> {
    (0..SEGMENTS).map(|_| generator.below(SEGMENTS)).collect()
}

/// The random numbers of one bootstrap resample.
fn random(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("random");
    group.throughput(Throughput::Elements(u64::from(SEGMENTS)));
    let mut generator = Generator::new(SEED);
    group.bench_function("draw", |bencher| bencher.iter(|| draw(&mut generator)));
    group.finish();
}

criterion_group!(benches, statistics, scores, sums, random);
criterion_main!(benches);
