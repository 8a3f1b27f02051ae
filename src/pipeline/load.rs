//! From a TOML file, or the name of a built-in pipeline, to its settings, or to what is wrong with them.

use std::path::Path;

use super::{BUILT_IN, Pipeline, file, glossary};
use crate::error::{Faults, SetupError};

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
        let text = file::text(path, file::SETTINGS)?;
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

    /// Reads TOML; errors name `file`, line and the nearest valid name, and all values that cannot be.
    pub fn parse(text: &str, file: &str, name: &str) -> Result<Pipeline, SetupError> {
        let mut faults = Faults::of(file);
        match toml::from_str::<Pipeline>(text) {
            Ok(pipeline) => {
                for (line, what) in pipeline.faults(text) {
                    faults.add(line, &what);
                }
                faults.settle()?;
                Ok(Pipeline { name: name.to_string(), ..pipeline })
            }
            Err(error) => Err(toml_fault(&error, text, faults)),
        }
    }
}

/// What is wrong with a TOML text, with its line.
pub(super) fn toml_fault(error: &toml::de::Error, text: &str, mut faults: Faults) -> SetupError {
    let start = error.span().map_or(0, |span| span.start);
    faults.add(file::line_of(text.as_bytes(), start), &explain(error.message()));
    faults.into()
}

/// serde's message with the nearest valid name in the place of a long list, and types in plain words.
pub fn explain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted[..] {
        [wrong, ref valid @ ..] if message.starts_with("unknown") && !valid.is_empty() => {
            let what = if message.starts_with("unknown variant") { "unknown value" } else { "unknown key" };
            let guess = nearest(wrong, valid);
            format!("{what} \"{wrong}\"{guess} (valid here: {})", valid.join(", "))
        }
        _ => in_plain_words(message),
    }
}

/// The names of Rust's types as people call what they hold.
fn in_plain_words(message: &str) -> String {
    let message = message.replace('\n', ", ");
    let Some((got, expected)) = message.split_once(", expected ") else { return message };
    let expected = match expected {
        "u64" | "usize" | "u32" | "u16" => "a whole number from 0 on",
        "f64" => "a number",
        "path string" => "a path",
        _ if expected.starts_with("struct ") => "a table",
        other => other,
    };
    format!("{got}, expected {expected}")
}

/// `; did you mean "x"?` for the likest of the valid names, when one is like enough.
pub fn nearest(wrong: &str, valid: &[&str]) -> String {
    let wrong = wrong.to_lowercase();
    let scored = valid.iter().map(|v| (strsim::normalized_damerau_levenshtein(&wrong, v), v));
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
    fn a_value_of_another_type_is_refused_in_plain_words() {
        for value in ["1.5", "\"64\"", "-1", "[1]", "true"] {
            let message = refusal(&format!("[limits]\n\nfile_mib = {value}\n"));
            assert!(message.starts_with("my.toml:3: "), "{message}");
            assert!(message.ends_with("expected a whole number from 0 on"), "{message}");
        }
        assert!(refusal("[limits]\nsentences = 99999999999999999999\n").starts_with("my.toml:2: "));
        assert!(refusal("[verdict.fail]\nsimilarity_below = \"20\"\n").ends_with("expected a number"));
        assert!(refusal("limits = 3\n").ends_with("expected a table"));
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        assert!(refusal("\r\n\r\n[limit]\r\n").starts_with("my.toml:3: "));
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        for deep in ["a = ".to_string() + &"[".repeat(100_000), "a.".repeat(100_000) + "b = 1"] {
            assert!(refusal(&deep).starts_with("my.toml:1: "));
        }
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
