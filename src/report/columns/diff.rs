//! The columns of a diff's tables.

use super::{
    CHANGE, COLUMNS, COUNT, Column, DICTIONARY, DIFF_DICTIONARY, DIFF_FINDINGS, DIFF_PAIRS, DIFF_SCORES,
    DIFFERENCE, FINDINGS, MEAN, RATE, SCORE, TEXT, column,
};

/// Columns of a diff's pairs.csv before those of [`COMPARED`].
const DIFF_PAIR: &[Column] = &[
    column(DIFF_PAIRS, "pair", TEXT, "id of the pair"),
    column(
        DIFF_PAIRS,
        "change",
        ["text", "", "worse, better, unchanged, now-failed, now-scored, failed, gone, new"],
        "what became of the pair from A to B: by the verdict, else by error points, else by similarity",
    ),
    column(DIFF_PAIRS, "verdict_a", ["text", "", "pass, review, fail"], "verdict in A"),
    column(DIFF_PAIRS, "verdict_b", ["text", "", "pass, review, fail"], "verdict in B"),
];

/// Three columns for each value of a pair: in A, in B, and what lies between.
macro_rules! compared {
    ($($name:literal $kind:expr),* $(,)?) => {
        &[$(
            column(DIFF_PAIRS, concat!($name, "_a"), $kind, concat!($name, " in A")),
            column(DIFF_PAIRS, concat!($name, "_b"), $kind, concat!($name, " in B")),
            column(
                DIFF_PAIRS,
                concat!($name, "_difference"),
                [$kind[0], $kind[1], "any"],
                concat!($name, " in B less that in A; empty unless both have it"),
            ),
        )*]
    };
}

const COMPARED: &[Column] = compared![
    "similarity" SCORE,
    "chrf" SCORE,
    "bleu" SCORE,
    "ter" RATE,
    "coverage" ["number", "share", "0 to 1"],
    "error_points" ["number", "points per 100 words", "0 or more"],
    "critical" COUNT,
    "major" COUNT,
    "minor" COUNT,
    "repetitions" COUNT,
];

/// The further columns of a diff, those apart that a run's tables have too.
const DIFF_REST: &[Column] = &[
    column(
        DIFF_PAIRS,
        "fixed",
        COUNT,
        "findings of A that B has not; empty unless both runs scored the pair",
    ),
    column(
        DIFF_PAIRS,
        "introduced",
        COUNT,
        "findings of B that A has not; empty unless both runs scored the pair",
    ),
    column(DIFF_PAIRS, "note_a", TEXT, "why the verdict in A is what it is, or why the pair failed"),
    column(DIFF_PAIRS, "note_b", TEXT, "why the verdict in B is what it is, or why the pair failed"),
    column(DIFF_SCORES, "score", TEXT, "name of the score: pairscore explain NAME"),
    column(DIFF_SCORES, "better", ["text", "", "higher, lower"], "which scores are the better ones"),
    column(DIFF_SCORES, "pairs", COUNT, "pairs that have the score in both runs"),
    column(DIFF_SCORES, "mean_a", MEAN, "mean over these pairs in A, each pair weighing the same"),
    column(DIFF_SCORES, "mean_b", MEAN, "mean over these pairs in B, each pair weighing the same"),
    column(DIFF_SCORES, "difference", DIFFERENCE, "mean of B less mean of A"),
    column(DIFF_SCORES, "change", CHANGE, "what the difference means, be it chance or not"),
    column(
        DIFF_SCORES,
        "interval_low",
        DIFFERENCE,
        "lower end of the difference's 95 % interval: paired bootstrap over pairs; empty for one pair",
    ),
    column(DIFF_SCORES, "interval_high", DIFFERENCE, "upper end of that interval; empty for one pair"),
    column(
        DIFF_SCORES,
        "p_value",
        ["number", "probability", "0 to 1"],
        "how probable so large a difference, up or down, is by chance alone: paired bootstrap, two-sided; empty for one pair",
    ),
    column(DIFF_SCORES, "resamples", COUNT, "resamples of the bootstrap"),
    column(DIFF_SCORES, "seed", COUNT, "seed of its random numbers"),
];

/// Every column of a diff of two runs, table by table.
pub fn diff_columns() -> impl Iterator<Item = Column> {
    let of_a_run =
        |table, file| COLUMNS.iter().filter(move |c| c.file == table).map(move |c| Column { file, ..*c });
    let change = ["text", "", "fixed, introduced"];
    let meaning = "fixed: a finding of A that B has not; introduced: the other way round";
    let own = DIFF_PAIR.iter().chain(COMPARED).chain(DIFF_REST).copied();
    own.chain([column(DIFF_FINDINGS, "change", change, meaning)])
        .chain(of_a_run(FINDINGS, DIFF_FINDINGS))
        .chain(of_a_run(DICTIONARY, DIFF_DICTIONARY))
}
