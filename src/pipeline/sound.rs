//! What settings can be: a value with which a run would lie, fail or do nothing is named with its line, before any work.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use encoding_rs::Encoding;
use toml::de::{DeTable, DeValue};

use super::file::line_of;
use super::{Input, Limits, Pipeline, Report, Threshold, nearest};
use crate::checks::Checks;
use crate::error::SetupError;
use crate::model::Language;

/// The most of anything that is counted to say from where on a check or verdict speaks: beyond, it never would.
const MOST: usize = 1_000_000;

/// Encodings that people declare, to guess from; many more are known.
const ENCODINGS: [&str; 12] = [
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

impl Pipeline {
    /// What is wrong with the values, each with its line of `text`, in the order of lines.
    pub(super) fn faults(&self, text: &str) -> Vec<(u64, String)> {
        let mut faults = Faulty(Vec::new());
        faults.input(&self.input);
        if let Err(error) = self.languages() {
            faults.add("input", "languages", &without_key(&error));
        }
        faults.limits(self.limits);
        faults.path("similarity", "model", self.similarity.model.as_deref());
        faults.checks(&self.checks);
        faults.threshold("verdict.fail", &self.verdict.fail);
        faults.threshold("verdict.review", &self.verdict.review);
        faults.report(&self.report);
        let place = |(table, key, what)| (line_of_key(text, table, key), format!("[{table}] {key} {what}"));
        let mut lines: Vec<(u64, String)> = faults.0.into_iter().map(place).collect();
        lines.sort();
        lines
    }
}

/// The error about languages begins with their key.
fn without_key(error: &SetupError) -> String {
    error.to_string().trim_start_matches("languages ").to_string()
}

/// Why this cannot be the name of a system, which names a folder of the report and columns.
pub fn system_fault(name: &str) -> Option<&'static str> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ' ');
    match name {
        "" => Some("it is empty"),
        _ if name.len() > 100 => Some("it is longer than 100 bytes"),
        _ if !name.chars().all(fits) => Some("it holds more than letters, digits, spaces and - _ . +"),
        _ if name.trim() != name || name.starts_with('.') => {
            Some("it begins with a dot, or begins or ends with a space")
        }
        _ => None,
    }
}

/// Table, key, and what is wrong with its value.
struct Faulty(Vec<(&'static str, &'static str, String)>);

impl Faulty {
    fn add(&mut self, table: &'static str, key: &'static str, what: &str) {
        self.0.push((table, key, what.to_string()));
    }

    fn number<N: PartialOrd + Display + Copy>(
        &mut self,
        table: &'static str,
        key: &'static str,
        value: N,
        range: RangeInclusive<N>,
    ) {
        if !range.contains(&value) {
            self.add(table, key, &format!("is {value}, must be {} to {}", range.start(), range.end()));
        }
    }

    fn path(&mut self, table: &'static str, key: &'static str, path: Option<&Path>) {
        if path.is_some_and(|p| p.as_os_str().is_empty()) {
            self.add(table, key, "is empty");
        }
    }

    fn input(&mut self, input: &Input) {
        let paths = [
            ("original", &input.original),
            ("translation", &input.translation),
            ("reference", &input.reference),
            ("directory", &input.directory),
            ("pairs", &input.pairs),
        ];
        for (key, path) in paths {
            self.path("input", key, path.as_deref());
        }
        for (name, folder) in &input.systems {
            self.path("input", "systems", Some(folder));
            if let Some(what) = system_fault(name) {
                self.add("input", "systems", &format!("names a system \"{name}\": {what}"));
            }
        }
        if Encoding::for_label_no_replacement(input.encoding.as_bytes()).is_none() {
            let guess = nearest(&input.encoding, &ENCODINGS);
            self.add("input", "encoding", &format!("\"{}\" is not known{guess}", input.encoding));
        }
        if input.extensions.is_empty() {
            self.add("input", "extensions", "is empty: no file would be read");
        }
        for extension in &input.extensions {
            let bare = extension.rsplit(['.', '/', '*']).next().unwrap_or_default();
            if bare != extension {
                let guess =
                    if bare.is_empty() { String::new() } else { format!("; did you mean \"{bare}\"?") };
                self.add("input", "extensions", &format!("holds \"{extension}\", which no file has{guess}"));
            }
        }
    }

    fn limits(&mut self, limits: Limits) {
        let values = [limits.file_mib, limits.line_kib, limits.sentences as u64];
        for ((key, range), value) in Limits::RANGES.into_iter().zip(values) {
            self.number("limits", key, value, range);
        }
    }

    fn checks(&mut self, checks: &Checks) {
        let Checks { addition, omission, repetition, .. } = checks;
        let counts = [
            ("checks.addition", "major_words", addition.major_words, 0..=MOST),
            ("checks.addition", "passage_words", addition.passage_words, 1..=MOST),
            ("checks.addition", "evidence", addition.evidence, 1..=MOST),
            ("checks.omission", "major_words", omission.major_words, 0..=MOST),
            ("checks.omission", "passage_words", omission.passage_words, 1..=MOST),
            ("checks.omission", "evidence", omission.evidence, 1..=MOST),
            ("checks.not-a-translation", "words", checks.not_a_translation.words, 1..=MOST),
            ("checks.wrong-language", "letters", checks.wrong_language.letters, 1..=MOST),
        ];
        for (table, key, value, range) in counts {
            self.number(table, key, value, range);
        }
        self.number("checks.length-outlier", "deviations", checks.length_outlier.deviations, 1.0..=100.0);
        self.number("checks.untranslated", "whole_share", checks.untranslated.whole_share, 0.0..=1.0);
        self.path("checks.term-mismatch", "glossary", checks.term_mismatch.glossary.as_deref());
        for (key, codes) in [
            ("allow", repetition.allow.keys().collect::<Vec<_>>()),
            ("reduplicating", repetition.reduplicating.iter().collect()),
        ] {
            for code in codes {
                self.code("checks.repetition", key, code);
            }
        }
    }

    /// A code that texts' languages are compared with: without region, in lower case.
    fn code(&mut self, table: &'static str, key: &'static str, code: &str) {
        match Language::read(code) {
            Err(what) => self.add(table, key, &format!("names a language: {what}")),
            Ok(language) if language.primary() != code => {
                let guess = language.primary();
                self.add(
                    table,
                    key,
                    &format!("\"{code}\" is more than a language; did you mean \"{guess}\"?"),
                );
            }
            Ok(_) => {}
        }
    }

    fn threshold(&mut self, table: &'static str, threshold: &Threshold) {
        let shares = [
            ("similarity_below", threshold.similarity_below, 100.0),
            ("coverage_below", threshold.coverage_below, 1.0),
            ("error_points_above", threshold.error_points_above, MOST as f64),
        ];
        for (key, value, most) in shares {
            if let Some(value) = value {
                self.number(table, key, value, 0.0..=most);
            }
        }
        for (key, value) in [("critical", threshold.critical), ("major", threshold.major)] {
            if let Some(value) = value {
                self.number(table, key, value, 1..=MOST);
            }
        }
    }

    fn report(&mut self, report: &Report) {
        self.path("report", "directory", report.directory.as_deref());
        for (at, format) in report.formats.iter().enumerate() {
            if report.formats[..at].contains(format) {
                self.add("report", "formats", &format!("has \"{}\" twice", format.name()));
            }
        }
        if let Err(error) = report.dialect() {
            self.add("report", "csv_locale", &format!("is wrong: {error}"));
        }
    }
}

/// The line on which a key of a table stands.
fn line_of_key(text: &str, table: &str, key: &str) -> u64 {
    let parsed = DeTable::parse(text).ok();
    let mut tables = parsed.as_ref().map(toml::Spanned::get_ref);
    for name in table.split('.') {
        let inner = tables.and_then(|t| t.iter().find(|(k, _)| k.get_ref() == name));
        tables = inner.and_then(|(_, value)| match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        });
    }
    let found = tables.and_then(|t| t.keys().find(|k| k.get_ref() == key));
    line_of(text.as_bytes(), found.map_or(0, |k| k.span().start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(text: &str) -> Vec<String> {
        let error = Pipeline::parse(text, "my.toml", "my").expect_err("is refused");
        error.to_string().lines().map(String::from).collect()
    }

    #[test]
    fn every_value_out_of_range_is_named_with_its_line() {
        let text = "[verdict.fail]\n\nsimilarity_below = nan\ncritical = 0\n\n[limits]\nfile_mib = 0\n";
        assert_eq!(
            refusals(text),
            [
                "my.toml:3: [verdict.fail] similarity_below is NaN, must be 0 to 100",
                "my.toml:4: [verdict.fail] critical is 0, must be 1 to 1000000",
                "my.toml:7: [limits] file_mib is 0, must be 1 to 1024",
            ]
        );
        assert_eq!(
            refusals(
                "limits.sentences = 9223372036854775807\nchecks.untranslated = { whole_share = -inf }\n"
            ),
            [
                "my.toml:1: [limits] sentences is 9223372036854775807, must be 1 to 10000000",
                "my.toml:2: [checks.untranslated] whole_share is -inf, must be 0 to 1",
            ]
        );
    }

    #[test]
    fn words_that_nothing_is_called_are_refused_with_what_may_be_meant() {
        for (text, said) in [
            ("[input]\nencoding = \"utf8x\"", "encoding \"utf8x\" is not known"),
            (
                "[input]\nlanguages = \"de-en\"",
                "languages \"de-en\" must be two codes with a colon, as de:en",
            ),
            ("[input]\nlanguages = \"jp:en\"", "did you mean \"ja\"?"),
            ("[input]\nextensions = []", "extensions is empty"),
            (
                "[input]\nextensions = [\"txt\", \".md\"]",
                "holds \".md\", which no file has; did you mean \"md\"?",
            ),
            ("[input]\nextensions = [\"*\"]", "holds \"*\", which no file has"),
            ("[input]\npairs = \"\"", "pairs is empty"),
            ("[checks.repetition]\nreduplicating = [\"zh-TW\"]", "did you mean \"zh\"?"),
            ("[checks.repetition.allow]\nenglish = [\"bye\"]", "\"english\" is no language code"),
            ("[report]\nformats = [\"csv\", \"csv\"]", "formats has \"csv\" twice"),
            ("[report]\ncsv_locale = \"germany\"", "no locale \"germany\" known"),
        ] {
            let lines = refusals(text);
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(lines[0].starts_with("my.toml:") && lines[0].contains(said), "{lines:?}");
        }
        assert!(refusals("\n[input]\nextensions = [\n  \".md\"]")[0].starts_with("my.toml:3: [input]"));
    }
}
