//! The pictures of the terminal in `reports/pictures`: what the program prints today. `SNAPSHOTS=overwrite cargo test --test
//! pictures` renews them after a meant change.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::env;
use std::fs;
use std::path::Path;

use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};
use common::pairscore;
use tempfile::tempdir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Colours that are readable on the dark background, which the picture brings along.
const PALETTE: Palette = Palette([
    RgbColor(0x16, 0x1b, 0x22),
    RgbColor(0xf0, 0x54, 0x4c),
    RgbColor(0x7e, 0xd0, 0x87),
    RgbColor(0xe3, 0xb3, 0x41),
    RgbColor(0x79, 0xb8, 0xff),
    RgbColor(0xd2, 0xa8, 0xff),
    RgbColor(0x76, 0xd4, 0xdc),
    RgbColor(0xe6, 0xed, 0xf3),
    RgbColor(0x8b, 0x94, 0x9e),
    RgbColor(0xff, 0xa1, 0x98),
    RgbColor(0x9b, 0xe9, 0xa8),
    RgbColor(0xf2, 0xcc, 0x60),
    RgbColor(0xa5, 0xd6, 0xff),
    RgbColor(0xe2, 0xc5, 0xff),
    RgbColor(0xb3, 0xf0, 0xff),
    RgbColor(0xff, 0xff, 0xff),
]);

/// The command and what it prints in colour on a terminal of 100 columns.
fn picture(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    let mut program = pairscore(folder, &words);
    let output =
        program.args(["--color", "always"]).env("COLUMNS", "100").output().expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!printed.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let term = Term::new().palette(PALETTE).fg_color(PALETTE.0[7].into()).bg_color(PALETTE.0[0].into());
    let typed = command.replace(" translation/", " \\\n    translation/");
    term.render_svg(&format!("$ pairscore {typed}\n\n{}", printed.trim_end()))
}

fn is_as_stored(name: &str, picture: &str) {
    let path = Path::new(ROOT).join("reports/pictures").join(name);
    if env::var_os("SNAPSHOTS").is_some_and(|wish| wish == "overwrite") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
        fs::write(&path, picture).expect("writes");
    }
    let stored = fs::read_to_string(&path).expect("the picture is stored");
    assert!(
        stored.replace("\r\n", "\n") == picture,
        "{name} shows something else: SNAPSHOTS=overwrite renews it"
    );
}

/// A folder with the sample batch, to be written to.
fn sample() -> tempfile::TempDir {
    let folder = tempdir().expect("a folder");
    for tree in ["data/sample", "pipelines"] {
        for (path, content) in common::files(&Path::new(ROOT).join(tree)) {
            common::write(&folder.path().join(tree), &path.to_string_lossy(), content);
        }
    }
    folder
}

#[test]
fn the_picture_of_run_shows_its_end() {
    is_as_stored("run.svg", &picture(sample().path(), "run pipelines/sample.toml"));
}

#[test]
fn the_picture_of_pair_shows_faults_marked_and_named() {
    let text = "news/14-accordion-workshop.txt";
    let command = format!("pair original/{text} translation/{text} --findings");
    is_as_stored("pair.svg", &picture(&Path::new(ROOT).join("data/sample"), &command));
}
