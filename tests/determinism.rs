//! The same bytes whatever the number of threads and the order in which files were made.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{files, pairscore, write};
use tempfile::tempdir;

const ENGLISH: &str = "harbour ferry lantern Marlow council bridge winter quarrel Edda paper copper orchard silent \
    evening Tamsin letter 1984 borrowed ladder river market the of and a in was";
const GERMAN: &str = "Hafen Fähre Laterne Marlow Stadtrat Brücke Winter Streit Edda Papier Kupfer Obstgarten still \
    Abend Tamsin Brief 1984 geliehen Leiter Fluss Markt der von und ein im war";
const HAN: &str =
    "港 口 渡 船 灯 笼 议 会 桥 梁 冬 天 争 吵 纸 张 铜 果 园 安 静 晚 上 信 件 河 流 市 场 的 了 在";

/// A small generator of its own: the texts are the same on every machine and in every version.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }
}

/// Sentences of the list's words by number, so that lists of one length give texts that say the same.
fn text(dice: &mut Dice, list: &str, twist: usize) -> String {
    let words: Vec<&str> = list.split_whitespace().collect();
    let (space, stop) = if list == HAN { ("", "。") } else { (" ", ".") };
    let mut text = String::new();
    for sentence in 0..4 + dice.below(8) {
        let mut line: Vec<&str> = (0..5 + dice.below(9)).map(|_| words[dice.below(words.len())]).collect();
        match (twist, sentence) {
            (1, 2) => continue,
            (2, 1) => line.extend(line.clone().repeat(3)),
            (3, 0) => line.reverse(),
            (4, 3) => line.clear(),
            _ => {}
        }
        text.push_str(&line.join(space));
        text.push_str(stop);
        text.push_str(if sentence % 3 == 2 { "\n\n" } else { space });
    }
    text + "\n"
}

/// About forty pairs with some bad files among them: relative path and content.
fn batch() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for number in 0..42 {
        let twin = |list: &str, twist| text(&mut Dice(number), list, twist).into_bytes();
        let (original, translation) = match number % 4 {
            0 => (ENGLISH, GERMAN),
            1 => (HAN, HAN),
            _ => (ENGLISH, ENGLISH),
        };
        let name = format!("{}/{number:02}.txt", ["a", "b/c", "b"][number as usize % 3]);
        all.push((format!("original/{name}"), twin(original, 0)));
        all.push((format!("translation/{name}"), twin(translation, number as usize % 6)));
    }
    let bad: [(&str, &[u8]); 8] = [
        ("original/bad/empty.txt", b"Not empty here."),
        ("translation/bad/empty.txt", b"\n"),
        ("original/bad/binary.txt", b"\0\0\0"),
        ("translation/bad/binary.txt", b"Text."),
        ("original/bad/alone.txt", b"Alone."),
        ("original/bad/two.en.txt", b"Two."),
        ("original/bad/two.fr.txt", b"Deux."),
        ("translation/bad/two.de.txt", b"Zwei."),
    ];
    all.extend(bad.map(|(name, content)| (name.to_string(), content.to_vec())));
    all
}

fn reports(folder: &Path, jobs: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let words = ["run", "--original", "original", "--translation", "translation", "--format", "csv,jsonl"];
    let mut command = pairscore(folder, &words);
    let status = command.args(["--quiet", "--output", "out", "--jobs", jobs]).status();
    assert!(matches!(status.expect("the program starts").code(), Some(0 | 4)));
    files(&folder.join("out"))
}

fn assert_same(first: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>, what: &str) {
    assert!(first.keys().eq(other.keys()), "{what}: other files");
    for (path, bytes) in first {
        assert!(bytes == &other[path], "{what}: {} differs", path.display());
    }
}

#[test]
fn output_is_the_same_whatever_the_threads_and_the_order_of_files() {
    let batch = batch();
    let (forward, backward) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    for (name, content) in &batch {
        write(forward.path(), name, content);
    }
    for (name, content) in batch.iter().rev() {
        write(backward.path(), name, content);
    }
    let first = reports(forward.path(), "1");
    assert!(first.len() > 42, "{} files", first.len());
    for (folder, name) in [(forward.path(), "forward"), (backward.path(), "backward")] {
        for jobs in ["1", "2", "8"] {
            assert_same(&first, &reports(folder, jobs), &format!("{name}, {jobs} threads"));
        }
    }
}

#[test]
fn what_happens_to_tables_in_each_other_s_way_does_not_depend_on_threads() {
    let folder = tempdir().expect("a folder");
    for pair in ["a", "a.csv/b", "c", "c.csv/d/e", "f", "f.csv/g"] {
        let text = text(&mut Dice(pair.len() as u64), ENGLISH, 0).repeat(1 + 40 / pair.len());
        write(folder.path(), &format!("original/{pair}.txt"), &text);
        write(folder.path(), &format!("translation/{pair}.txt"), &text);
    }
    let first = reports(folder.path(), "1");
    for round in 0..12 {
        assert_same(&first, &reports(folder.path(), "8"), &format!("round {round}"));
    }
}

#[test]
fn what_is_learned_is_the_same_whatever_the_threads() {
    let folder = tempdir().expect("a folder");
    for (name, content) in &batch() {
        write(folder.path(), name, content);
    }
    let learned = |jobs: &str| {
        let words =
            ["learn", "--original", "original", "--translation", "translation", "--quiet", "--output", "c"];
        let status = pairscore(folder.path(), &words).args(["--jobs", jobs]).status();
        assert_eq!(status.expect("the program starts").code(), Some(4), "bad files are said");
        std::fs::read_to_string(folder.path().join("c")).expect("a context")
    };
    let first = learned("1");
    assert!(first.contains("\"en:de\":{\""), "no lexicon: {first}");
    for jobs in ["2", "8"] {
        assert!(first == learned(jobs), "{jobs} threads");
    }
}
