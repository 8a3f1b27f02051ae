//! Whole commands as data: `cmd/*.toml` says what is typed, what appears, and how the program ends.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{exit_code, files, pairscore, run, write};
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

fn stdout(words: &[&str]) -> String {
    String::from_utf8(run(Path::new(TINY), words).stdout).expect("UTF-8")
}

/// The commands that the help names.
fn commands() -> Vec<String> {
    let help = stdout(&["--help"]);
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list");
    let names = list
        .lines()
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    let commands: Vec<String> = names.filter(|name| *name != "help").map(String::from).collect();
    assert!(commands.len() > 10);
    commands
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
fn color_holds_for_the_whole_program() {
    let unknown_option = ["run", "--no-such-option"];
    let complained = ["list", "nothing"];
    for words in
        [&PAIR[..], &["list"], &["pairs", "--pairs", "right.csv"], &["--help"], &unknown_option, &complained]
    {
        for always in [&["--color=always"][..], &["--color", "always"]] {
            assert!(has_colour(&[("NO_COLOR", "1")], &[always, words].concat()), "{words:?}");
            assert!(has_colour(&[("TERM", "dumb")], &[words, always].concat()), "{words:?}");
        }
        let never = [&["--color", "never"], words].concat();
        assert!(!has_colour(&[("CLICOLOR_FORCE", "1")], &never), "{words:?}");
        assert!(has_colour(&[("CLICOLOR_FORCE", "1")], &[&["--color", "auto"], words].concat()), "{words:?}");
        assert!(!has_colour(&[], words), "{words:?}");
    }
    assert!(!has_colour(&[("CLICOLOR_FORCE", "1")], &["--color", "always", "--color", "never", "list"]));
}

#[test]
fn no_text_or_name_steers_the_terminal() {
    let folder = tempdir().expect("a folder");
    let name = "lamp\u{1b}[2J\u{202e}.txt";
    write(folder.path(), &format!("o/{name}"), "The lamp\u{1b}]0;x\u{7} burns.\nIt burns at 6.\n");
    write(folder.path(), &format!("t/{name}"), "The lamp\u{1b}]0;x\u{7} burns.\nIt burns at 7.\n");
    write(folder.path(), &format!("o/alone{name}"), "Nobody.\n");
    let texts = [format!("o/{name}"), format!("t/{name}")];
    let trees = ["--original", "o", "--translation", "t", "--color", "always"];
    let output = format!("out{name}");
    let commands: [&[&str]; 7] = [
        &["pair", &texts[0], &texts[1], "--languages", "en:en"],
        &["pair", &texts[0], &texts[1], "--languages", "en:en", "--view", "inline"],
        &["pairs"],
        &["run", "--output", &output],
        &["run", "--output", &texts[0]],
        &["pair", &texts[0], &texts[1], name],
        &["explain", name],
    ];
    for words in commands {
        let more = if matches!(words[0], "pairs" | "run") { &trees[..] } else { &trees[4..] };
        let printed = run(folder.path(), &[words, more].concat());
        let printed = [printed.stdout, printed.stderr].concat();
        let text = String::from_utf8(printed).expect("UTF-8");
        let ours = |rest: &str| {
            rest.starts_with('[')
                && rest.split(|c: char| "[0123456789;".contains(c)).any(|r| r.starts_with('m'))
        };
        assert!(text.split('\u{1b}').skip(1).all(ours), "{words:?}: {text}");
        assert!(!text.contains("\u{1b}[2J") && !text.contains(['\u{7}', '\u{202e}']), "{words:?}: {text}");
        assert!(text.contains("␛") || text.contains("<U+202E>"), "{words:?}: {text}");
    }
}

/// Words of a script that stand in quotes or between spaces: names, not parts of names or of `pairscore-run`.
fn words(script: &str) -> impl Iterator<Item = &str> {
    script.split(|c: char| !c.is_alphanumeric() && !"-_;,&".contains(c)).map(|word| word.trim_matches(';'))
}

#[test]
fn completions_know_every_command_and_no_hidden_option() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["completions", shell]);
        for command in commands() {
            let known = words(&script).any(|word| word == command);
            assert!(known, "{shell} misses {command}");
        }
        // Fish takes option names without their dashes.
        assert!(script.contains("fail-under") && !script.contains("origlang"), "{shell}");
    }
}

#[test]
fn the_shell_takes_its_completions() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), "pairscore.bash", stdout(&["completions", "bash"]));
    let Ok(checked) = Command::new("bash").arg("-n").arg(folder.path().join("pairscore.bash")).output()
    else {
        return; // No bash here.
    };
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
}

#[test]
fn manual_pages_hold_every_command_and_option() {
    let plain = |page: String| page.replace('\\', "");
    let program = plain(stdout(&["man"]));
    for command in commands() {
        assert!(program.contains(&format!("pairscore-{command}(1)")), "{command}");
        let page = plain(stdout(&["man", &command]));
        let help = stdout(&[&command, "--help"]);
        let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
        let words = lines.flat_map(|line| line.split("  ").next().unwrap_or_default().split([' ', '[', '.']));
        let options: Vec<&str> = words.filter(|word| word.starts_with("--")).collect();
        assert!(options.len() > 1, "{command}");
        let missing: Vec<&str> = options.into_iter().filter(|option| !page.contains(option)).collect();
        assert!(missing.is_empty() && !page.contains("--origlang"), "{command}: {missing:?}");
    }
}

#[test]
fn man_takes_the_manual_pages() {
    let folder = tempdir().expect("a folder");
    assert_eq!(exit_code(folder.path(), &["man", "--output", "man"]), Some(0));
    let pages = files(folder.path());
    assert_eq!(pages.len(), commands().len() + 1);
    for page in pages.keys() {
        let mut man = Command::new("man");
        man.args(["--warnings", "-l"])
            .arg(folder.path().join(page))
            .env("MANPAGER", "cat")
            .env("LC_ALL", "C.UTF-8");
        let Ok(read) = man.output() else { return }; // No man here.
        // A minimised system has a man that shows nothing.
        assert!(read.stderr.is_empty(), "{}: {}", page.display(), String::from_utf8_lossy(&read.stderr));
    }
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
