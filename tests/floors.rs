//! Who may use whom, what each room may touch, and that every check is registered and has its page. Read from
//! the sources as text; the `#[cfg(test)]` part of a file doesn't count.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use pairscore::checks::Checks;
use pairscore::pipeline::Pipeline;

/// The rooms by floor: nobody uses a higher one.
const FLOORS: [(usize, &[&str]); 7] = [
    (0, &["model", "error", "fingerprint", "plain_file"]),
    (1, &["text", "align", "encoder", "context", "dialect"]),
    (2, &["metrics", "checks"]),
    (3, &["pipeline"]),
    (4, &["input", "report"]),
    (5, &["batch", "comparison", "evaluation"]),
    (6, &["cli", "main"]),
];

/// Uses between rooms of one floor. (`input` takes its settings from `pipeline`, which is a floor below.)
const NEIGHBOURS: [(&str, &str); 5] =
    [("align", "text"), ("context", "align"), ("context", "encoder"), ("context", "text"), ("main", "cli")];

/// What the core must not touch.
const OUTSIDE: [&str; 8] =
    ["std::fs", "std::io", "std::env", "std::time", "std::process", "std::net", "rand::", "File::open"];

/// What prints.
const PRINTING: [&str; 8] =
    ["print!(", "println!(", "eprint!(", "eprintln!(", "dbg!(", "stdout()", "stderr()", "anstream::"];

/// A source file without its tests and comments.
struct Source {
    path: PathBuf,
    room: String,
    code: String,
}

impl Source {
    fn read(path: &Path) -> Source {
        let relative = path.strip_prefix(root()).expect("inside src").to_path_buf();
        let first = relative.iter().next().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("reads");
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = body.lines().filter(|l| !l.trim_start().starts_with("//")).map(|l| format!("{l}\n"));
        Source { room: first.trim_end_matches(".rs").to_string(), code: code.collect(), path: relative }
    }

    /// Rooms that the file names, each with the words that name it.
    fn uses(&self) -> Vec<String> {
        let names = |root: &str| -> Vec<String> {
            let after = self.code.match_indices(root).filter(|(at, _)| !self.code[..*at].ends_with(is_name));
            after.flat_map(|(at, _)| rooms(&self.code[at + root.len()..])).collect()
        };
        // As many steps up as lead out of the room.
        let out = "super::".repeat(self.path.iter().count() - usize::from(self.path.ends_with("mod.rs")));
        [names("crate::"), names("pairscore::"), names(&out)].concat()
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':' || c == '$'
}

/// The rooms named at the beginning of `text`: `align::x` or `{align::x, text::{y, z}}`.
fn rooms(text: &str) -> Vec<String> {
    let name = |t: &str| t.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect::<String>();
    let Some(list) = text.strip_prefix('{') else { return vec![name(text)] };
    let (mut depth, mut found, mut start) = (0, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if start && is_name(c) => {
                found.push(name(&list[at..]));
                start = false;
            }
            _ => {}
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file but lib.rs, which only lists the rooms.
fn sources() -> Vec<Source> {
    let entries = walkdir::WalkDir::new(root()).sort_by_file_name().into_iter().map(|e| e.expect("an entry"));
    let paths = entries.map(walkdir::DirEntry::into_path);
    let rust = paths.filter(|p| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("lib.rs"));
    let sources: Vec<Source> = rust.map(|p| Source::read(&p)).collect();
    assert!(sources.len() > 20);
    sources
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

/// Each file of these rooms that holds one of the words.
fn holders(is_asked: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    let sources = sources();
    let asked = sources.iter().filter(|s| is_asked(&s.room));
    let hit = |s: &Source| {
        words.iter().find(|w| s.code.contains(**w)).map(|w| format!("{}: {w}", s.path.display()))
    };
    asked.filter_map(hit).collect()
}

#[test]
fn every_file_stands_on_a_floor() {
    let homeless: Vec<PathBuf> =
        sources().into_iter().filter(|s| floor(&s.room).is_none()).map(|s| s.path).collect();
    assert!(homeless.is_empty(), "say in FLOORS where these belong: {homeless:?}");
}

#[test]
fn nobody_uses_a_higher_floor_nor_a_neighbour_without_leave() {
    let mut wrong = Vec::new();
    for source in sources() {
        for used in source.uses() {
            // Macros and re-exports at the crate's root are no rooms.
            let Some(theirs) = floor(&used) else {
                wrong.push(format!("{} uses {used}, which is no room", source.path.display()));
                continue;
            };
            let own = floor(&source.room).expect("a floor");
            let allowed = theirs < own
                || used == source.room
                || NEIGHBOURS.contains(&(source.room.as_str(), used.as_str()));
            if !allowed {
                wrong.push(format!("{} (floor {own}) uses {used} (floor {theirs})", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lists_of_uses_are_read_right() {
    assert_eq!(rooms("text::{self, words::Token};"), ["text"]);
    assert_eq!(rooms("{align::{a, b}, text, model::X};"), ["align", "text", "model"]);
    let code = "use crate::batch::Batch;\nuse super::words;\nlet x = super::super::report::csv::cell(y);\n";
    let source = Source { path: "text/x.rs".into(), room: "text".into(), code: code.into() };
    assert_eq!(source.uses(), ["batch", "report"]);
}

#[test]
fn the_core_touches_nothing_outside() {
    let core = |room: &str| ["text", "align", "metrics", "checks", "context", "model"].contains(&room);
    let words: Vec<&str> = OUTSIDE.iter().chain(&PRINTING).copied().collect();
    let holders = holders(core, &words);
    assert!(holders.is_empty(), "{}", holders.join("\n"));
}

#[test]
fn only_the_command_line_prints() {
    let holders = holders(|room| room != "cli", &PRINTING);
    assert!(holders.is_empty(), "{}", holders.join("\n"));
}

#[test]
fn only_their_folders_know_what_workbook_and_page_are_made_with() {
    for (folder, library) in [("report/xlsx", "rust_xlsxwriter"), ("report/html", "maud")] {
        let users = sources().into_iter().filter(|s| s.code.contains(library)).map(|s| s.path);
        let (inside, outside): (Vec<PathBuf>, Vec<PathBuf>) =
            users.partition(|path| path.starts_with(folder));
        assert!(!inside.is_empty() && outside.is_empty(), "{library}: {outside:?}");
    }
}

#[test]
fn only_batch_pipeline_encoder_evaluation_and_command_line_use_threads() {
    let outside = |room: &str| !["batch", "pipeline", "encoder", "evaluation", "cli"].contains(&room);
    let holders = holders(outside, &["rayon", "std::thread", "par_iter"]);
    assert!(holders.is_empty(), "{}", holders.join("\n"));
}

#[test]
fn every_check_is_registered_and_has_its_page() {
    let pages: Vec<&str> = Checks::default().all().iter().map(|c| c.page).collect();
    let mut checks = 0;
    for source in sources().iter().filter(|s| s.room == "checks" && s.code.contains("impl Check for")) {
        checks += 1;
        let file = source.path.display();
        let page = fs::read_to_string(root().join(&source.path).with_extension("md"));
        let page = page.unwrap_or_else(|e| panic!("{file} has no page beside it: {e}"));
        assert!(pages.contains(&page.as_str()), "{file} is not in the registry");
        let headings = [
            "What it finds",
            "Why it matters",
            "Example",
            "Not found",
            "Precision",
            "Severity",
            "Settings",
            "Source",
        ];
        let class = page.lines().skip_while(|l| *l != "## Precision").nth(2).unwrap_or_default();
        let known = ["high", "medium", "low", "unmeasured"]
            .iter()
            .any(|c| class.starts_with(&format!("Precision class: {c}.")));
        assert!(known, "the page of {file} does not begin \"Precision\" with its class");
        let own: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        assert_eq!(own, headings, "the headings on the page of {file}");
        let settings = page.split("```toml\n").last().and_then(|t| t.split("```").next()).unwrap_or_default();
        let pipeline =
            Pipeline::parse(settings, &file.to_string(), "default").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(pipeline.checks, Checks::default(), "the settings on the page of {file}");
    }
    assert_eq!(checks, pages.len(), "files with a check, and checks in the registry");
}

#[test]
fn every_check_is_named_as_its_file() {
    for check in Checks::default().all() {
        let file = root().join("checks").join(check.name.replace('-', "_")).with_extension("md");
        let page = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        assert!(page.starts_with(&format!("# {}\n", check.name)), "the title of {}", file.display());
        assert_eq!(page, check.page);
    }
}
