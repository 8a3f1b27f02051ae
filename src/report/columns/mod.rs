//! The data dictionary: every column of every table, in order. The tables take their headers from here.

mod diff;
mod systems;

pub use diff::diff_columns;
pub use systems::system_columns;

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Table it stands in.
    pub file: &'static str,
    /// Name in the header.
    pub name: &'static str,
    /// `text`, `number` or `integer`.
    pub kind: &'static str,
    /// What it counts in; empty for text.
    pub unit: &'static str,
    /// Values it may take.
    pub range: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

const fn column(
    file: &'static str,
    name: &'static str,
    [kind, unit, range]: [&'static str; 3],
    meaning: &'static str,
) -> Column {
    Column { file, name, kind, unit, range, meaning }
}

/// One row a pair.
pub const SUMMARY: &str = "summary.csv";
/// One row a segment, one file a pair.
pub const PAIRS: &str = "pairs/<pair>.csv";
/// One row a finding.
pub const FINDINGS: &str = "findings.csv";
/// One row a pair that could not be scored, or a file without a partner.
pub const QUARANTINE: &str = "quarantine.csv";
/// This dictionary.
pub const DICTIONARY: &str = "columns.csv";

/// Of a batch with several systems: one row a system, best first.
pub const SYSTEMS: &str = "systems.csv";
/// One row a score and two systems.
pub const SYSTEM_TESTS: &str = "systems_tests.csv";
/// One row a pair, a group of columns a system.
pub const SYSTEM_PAIRS: &str = "systems_pairs.csv";
/// One row a passage on which systems differ.
pub const SYSTEM_SEGMENTS: &str = "systems_segments.csv";

/// Of a diff's folder: one row a pair of either run.
pub const DIFF_PAIRS: &str = "diff: pairs.csv";
/// Of a diff's folder: one row a finding that only one of the runs has.
pub const DIFF_FINDINGS: &str = "diff: findings.csv";
/// Of a diff's folder: one row a score.
pub const DIFF_SCORES: &str = "diff: scores.csv";
/// Of a diff's folder: the dictionary of its tables.
pub const DIFF_DICTIONARY: &str = "diff: columns.csv";

const TEXT: [&str; 3] = ["text", "", ""];
const SCORE: [&str; 3] = ["number", "points", "0 to 100"];
const COUNT: [&str; 3] = ["integer", "count", "0 or more"];

/// Every column of a run, table by table, in the order of the tables' cells.
pub const COLUMNS: &[Column] = &[
    column(SUMMARY, "pair", TEXT, "id of the pair: relative path without extension and language tag"),
    column(
        SUMMARY,
        "status",
        ["text", "", "scored, failed"],
        "whether the pair could be scored; failed ones stand in quarantine.csv too",
    ),
    column(
        SUMMARY,
        "verdict",
        ["text", "", "pass, review, fail"],
        "what the pipeline's thresholds say; empty for a failed pair",
    ),
    column(
        SUMMARY,
        "similarity",
        SCORE,
        "how much the translation says what the original says, higher is better; of two languages empty where nothing is known of their words",
    ),
    column(
        SUMMARY,
        "chrf",
        SCORE,
        "chrF2 from summed statistics, higher is better; empty for bilingual pairs",
    ),
    column(
        SUMMARY,
        "bleu",
        SCORE,
        "BLEU from summed statistics, higher is better; empty for bilingual pairs",
    ),
    column(
        SUMMARY,
        "ter",
        ["number", "points", "0 or more"],
        "translation edit rate from summed statistics, lower is better; empty for bilingual pairs",
    ),
    column(
        SUMMARY,
        "length_ratio",
        ["number", "ratio", "0 or more"],
        "characters of the translation over characters of the original",
    ),
    column(
        SUMMARY,
        "coverage",
        ["number", "share", "0 to 1"],
        "share of the original's words that are aligned",
    ),
    column(
        SUMMARY,
        "error_points",
        ["number", "points per 100 words", "0 or more"],
        "MQM sum (minor 1, minor punctuation 0.1, major 5, critical 25) per 100 words of the translation",
    ),
    column(SUMMARY, "critical", COUNT, "critical findings"),
    column(SUMMARY, "major", COUNT, "major findings"),
    column(SUMMARY, "minor", COUNT, "minor findings"),
    column(SUMMARY, "repetitions", COUNT, "findings of the check repetition"),
    column(
        SUMMARY,
        "original_language",
        TEXT,
        "declared or identified language code; empty when it could not be told",
    ),
    column(
        SUMMARY,
        "translation_language",
        TEXT,
        "declared or identified language code; empty when it could not be told",
    ),
    column(SUMMARY, "original_sentences", COUNT, "sentences of the original"),
    column(SUMMARY, "translation_sentences", COUNT, "sentences of the translation"),
    column(SUMMARY, "segments", COUNT, "rows of pairs/<pair>.csv"),
    column(SUMMARY, "omitted", COUNT, "segments without a translation"),
    column(SUMMARY, "added", COUNT, "segments without an original"),
    column(
        SUMMARY,
        "worst_segment",
        TEXT,
        "id of the segment to look at first: most error points, then lowest similarity",
    ),
    column(SUMMARY, "original_path", TEXT, "file of the original"),
    column(SUMMARY, "translation_path", TEXT, "file of the translation"),
    column(SUMMARY, "note", TEXT, "why the verdict is what it is, or why the pair failed"),
    column(
        SUMMARY,
        "similarity_low",
        SCORE,
        "lower end of the similarity's 95 % interval, from a bootstrap over the segments; empty for fewer than two",
    ),
    column(SUMMARY, "similarity_high", SCORE, "upper end of that interval"),
    column(
        SUMMARY,
        "semantic",
        SCORE,
        "how much both texts mean the same to the encoder: F of semantic_precision and semantic_recall; empty without --model",
    ),
    column(
        SUMMARY,
        "semantic_precision",
        SCORE,
        "how much of the translation the original says, to the encoder",
    ),
    column(
        SUMMARY,
        "semantic_recall",
        SCORE,
        "how much of the original the translation says, to the encoder",
    ),
    column(SUMMARY, "reference_path", TEXT, "file of the trusted translation, where there is one"),
    column(PAIRS, "pair", TEXT, "id of the pair"),
    column(PAIRS, "segment", TEXT, "id of the segment, s000001 upwards, in the order of the original"),
    column(
        PAIRS,
        "alignment",
        ["text", "", "1-1, 1-2, 2-1, 1-0, 0-1 …"],
        "sentences of the original and of the translation in it; 1-0 is left out, 0-1 is added",
    ),
    column(PAIRS, "similarity", SCORE, "as in the summary, of this segment alone"),
    column(PAIRS, "chrf", SCORE, "chrF2 of this segment"),
    column(PAIRS, "bleu", SCORE, "BLEU of this segment, effective order"),
    column(PAIRS, "ter", ["number", "points", "0 or more"], "TER of this segment"),
    column(
        PAIRS,
        "length_ratio",
        ["number", "ratio", "0 or more"],
        "characters of the translation over characters of the original; empty where there is no original",
    ),
    column(
        PAIRS,
        "error_points",
        ["number", "points per 100 words", "0 or more"],
        "MQM sum of this segment per 100 words of its translation (of its original where it has none)",
    ),
    column(
        PAIRS,
        "severity",
        ["text", "", "minor, major, critical"],
        "the gravest finding of the segment; empty without one",
    ),
    column(PAIRS, "findings", COUNT, "findings in the segment"),
    column(PAIRS, "original", TEXT, "text of the original as its author wrote it, line breaks as spaces"),
    column(
        PAIRS,
        "translation",
        TEXT,
        "text of the translation as its author wrote it, line breaks as spaces",
    ),
    column(
        PAIRS,
        "original_line",
        ["integer", "line", "1 or more"],
        "line of the original's file where the segment begins",
    ),
    column(
        PAIRS,
        "translation_line",
        ["integer", "line", "1 or more"],
        "line of the translation's file where the segment begins",
    ),
    column(
        PAIRS,
        "truncated",
        ["text", "", "original, translation, both"],
        "which text cell was cut at 32,000 characters; empty for none",
    ),
    column(PAIRS, "confidence", ["number", "share", "0 to 1"], "how sure the aligner is of the segment"),
    column(
        PAIRS,
        "moved",
        ["text", "", "moved"],
        "moved: the translation says it at another place than the original; else empty",
    ),
    column(
        PAIRS,
        "original_sentence",
        ["integer", "sentence", "1 or more"],
        "number of the segment's first sentence in the original",
    ),
    column(
        PAIRS,
        "translation_sentence",
        ["integer", "sentence", "1 or more"],
        "number of the segment's first sentence in the translation",
    ),
    column(PAIRS, "semantic", SCORE, "as in the summary, of this segment alone"),
    column(PAIRS, "semantic_precision", SCORE, "as in the summary, of this segment alone"),
    column(PAIRS, "semantic_recall", SCORE, "as in the summary, of this segment alone"),
    column(PAIRS, "reference", TEXT, "text of the trusted translation that belongs to the segment"),
    column(
        PAIRS,
        "reference_line",
        ["integer", "line", "1 or more"],
        "line of the reference's file where that begins",
    ),
    column(PAIRS, "unit", TEXT, "id that a bitext (TMX, XLIFF, PO, table) gives the segment"),
    column(PAIRS, "unit_state", TEXT, "state of its translation, in the bitext's own words"),
    column(PAIRS, "unit_note", TEXT, "remarks that the bitext has for translators"),
    column(FINDINGS, "pair", TEXT, "id of the pair"),
    column(FINDINGS, "segment", TEXT, "id of the segment"),
    column(FINDINGS, "check", TEXT, "name of the check: pairscore explain NAME"),
    column(FINDINGS, "category", TEXT, "MQM category, dimension/type"),
    column(FINDINGS, "severity", ["text", "", "minor, major, critical"], "MQM severity"),
    column(FINDINGS, "side", ["text", "", "original, translation"], "the text that start and end refer to"),
    column(
        FINDINGS,
        "start",
        ["integer", "Unicode characters", "0 or more"],
        "first character of the fault in the segment's text",
    ),
    column(FINDINGS, "end", ["integer", "Unicode characters", "0 or more"], "character after the last one"),
    column(FINDINGS, "excerpt", TEXT, "the text between start and end"),
    column(FINDINGS, "message", TEXT, "what is wrong"),
    column(QUARANTINE, "pair", TEXT, "id of the pair; that it would have had, for a file without a partner"),
    column(QUARANTINE, "path", TEXT, "the file at fault"),
    column(
        QUARANTINE,
        "stage",
        ["text", "", "pairing, read, split, encode, judge, write"],
        "what refused it",
    ),
    column(QUARANTINE, "reason", TEXT, "reason code"),
    column(
        QUARANTINE,
        "byte_offset",
        ["integer", "bytes", "0 or more"],
        "offset of the first bad byte, where there is one",
    ),
    column(QUARANTINE, "hint", TEXT, "what happened and what to do"),
    column(DICTIONARY, "file", TEXT, "table"),
    column(DICTIONARY, "column", TEXT, "column of that table"),
    column(DICTIONARY, "type", ["text", "", "text, number, integer"], "kind of its cells"),
    column(DICTIONARY, "unit", TEXT, "what it counts in"),
    column(DICTIONARY, "range", TEXT, "values it may take"),
    column(DICTIONARY, "meaning", TEXT, "what it says"),
];

const RATE: [&str; 3] = ["number", "points", "0 or more"];
const MEAN: [&str; 3] = ["number", "that of the score", "0 or more"];
const DIFFERENCE: [&str; 3] = ["number", "that of the score", "any"];
const CHANGE: [&str; 3] = ["text", "", "better, worse, equal"];

/// Every column that the program writes: those of a run, those that compare systems, then those of a diff.
pub fn all() -> impl Iterator<Item = Column> {
    COLUMNS.iter().copied().chain(system_columns()).chain(diff_columns())
}

/// The name of a table's file in its folder.
pub fn file_name(table: &'static str) -> &'static str {
    table.strip_prefix("diff: ").unwrap_or(table)
}

/// Names of a table's columns, in order.
pub fn header(file: &str) -> Vec<&'static str> {
    all().filter(|c| c.file == file).map(|c| c.name).collect()
}

/// Place of a column in the rows of a table, from 0.
pub fn position(file: &str, name: &str) -> usize {
    COLUMNS.iter().filter(|c| c.file == file).take_while(|c| c.name != name).count()
}
