//! Whole commands as data: `cmd/*.toml` says what is typed, what appears, and how the program ends.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{exit_code, files, pairscore, run};
use tempfile::tempdir;

/// The small tree that most commands of `cmd` work on.
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/tiny.in");

const PAIR: [&str; 5] =
    ["pair", "original/news/harbour.txt", "translation/news/harbour.txt", "--languages", "en:en"];

#[test]
fn commands_do_what_their_files_say() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").run();
}

fn has_colour(variables: &[(&str, &str)], words: &[&str]) -> bool {
    let mut command = pairscore(Path::new(TINY), words);
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
    let output = command.output().expect("the program starts");
    output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
}

#[test]
fn no_color_is_honoured() {
    let unknown = ["explain", "repetitoin"];
    let gate = ["run", "--fail-under", "x"];
    for words in [&PAIR[..], &["list"], &["pairs", "--pairs", "right.csv"], &unknown, &gate, &["--help"]] {
        assert!(!has_colour(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], words), "{words:?}");
        assert!(!has_colour(&[], words), "{words:?}: nobody sees it");
    }
    assert!(has_colour(&[("CLICOLOR_FORCE", "1")], &PAIR));
}

#[test]
fn help_and_version_go_to_stdout_and_end_well() {
    for words in [&["--help"][..], &["--version"], &["run", "--help"], &["help", "align"]] {
        let output = run(Path::new(TINY), words);
        assert!(
            output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(),
            "{words:?}"
        );
    }
}

#[test]
fn no_command_is_wrong_usage() {
    assert_eq!(exit_code(Path::new(TINY), &[]), Some(2));
    assert_eq!(exit_code(Path::new(TINY), &["run", "--no-such-option"]), Some(2));
}

#[test]
fn every_promised_command_is_known() {
    let later = ["metrics", "learn", "merge", "report", "diff", "completions", "man"];
    for command in later {
        let output = run(Path::new(TINY), &[command, "x", "--y", "z"]);
        let error = String::from_utf8_lossy(&output.stderr);
        let refused = output.status.code() == Some(2) && error.contains("comes with a later version");
        assert!(refused || !error.contains("no command"), "{command}: {error}");
    }
}

#[test]
fn wrong_usage_writes_nothing() {
    let folder = tempdir().expect("a folder");
    let words = ["run", "--input", TINY, "--output", "out"];
    for more in [&["--format", "htm"][..], &["--csv-locale", "xx"], &["--languages", "x"], &["--jobs", "0"]] {
        assert_eq!(exit_code(folder.path(), &[&words[..], more].concat()), Some(2), "{more:?}");
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn every_check_and_built_in_pipeline_is_explained() {
    let names = |what: &str| -> Vec<String> {
        let list = String::from_utf8(run(Path::new(TINY), &["list", what]).stdout).expect("UTF-8");
        list.lines().skip(1).filter_map(|l| l.split_whitespace().next().map(String::from)).collect()
    };
    let all = [names("checks"), names("metrics"), names("pipelines")].concat();
    assert!(all.len() > 15);
    for name in all {
        let output = run(Path::new(TINY), &["explain", &name]);
        assert!(output.status.success() && output.stdout.len() > 200, "{name}");
    }
}
