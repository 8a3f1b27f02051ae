//! `report.html`: hostile texts stay texts, the policy fits what is inside, the page is bounded and repeatable.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{exit_code, write};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Texts and names that would do harm if they became markup.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"onmouseover=\"alert(1)",
    "'onfocus='alert(1)",
    "</style><style>*{display:none}</style>",
    "</title></head><body><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "]]>--><!--",
    "&lt;b&gt; {{count}} \u{202e}sdrawkcab\u{2069}\u{200b}",
];

/// A batch in which each hostile text stands in the texts, and some in names.
fn hostile_batch() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (k, text) in HOSTILE.iter().enumerate() {
        let other = HOSTILE[(k + 1) % HOSTILE.len()];
        let lines =
            |a: &str, b: &str| format!("The gate has 4 doors {a}.\n\nNobody came {b}.\n\nNobody came {b}.\n");
        let name =
            ["<b>\"q'&", "javascript:alert(1)", "a\" onclick=\"x", "#?%2e", "two\nlines"].get(k).copied();
        let name = name.map_or(format!("x{k}"), String::from);
        write(folder.path(), &format!("original/{name}.txt"), lines(text, other));
        write(
            folder.path(),
            &format!("translation/{name}.txt"),
            lines(other, "</bdi></td>").replace('4', "7"),
        );
    }
    write(folder.path(), "original/<script>bad.txt", b"\xff\xfe\0\0<script>");
    write(folder.path(), "translation/<script>bad.txt", "x");
    folder
}

fn run(folder: &Path, output: &str) -> String {
    let words = ["run", "-q", "--original", "original", "--translation", "translation"];
    let words = [&words[..], &["--output", output, "--format", "csv,html", "--allow-partial"]].concat();
    exit_code(folder, &words);
    fs::read_to_string(folder.join(output).join("report.html")).expect("a page")
}

/// The tags of a page: name and attributes, read as a browser does where no tag stands in `script` or `style`.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').expect("every tag ends") + start;
        let tag = &rest[start + 1..end];
        tags.push(tag);
        rest = &rest[end + 1..];
        if tag == "script" || tag == "style" {
            rest = &rest[rest.find(&format!("</{tag}>")).expect("it ends")..];
        }
    }
    tags
}

/// Names of a tag's attributes: what stands outside quotes.
fn attributes(tag: &str) -> impl Iterator<Item = &str> {
    tag.split('"').step_by(2).flat_map(|outside| outside.split([' ', '='])).filter(|name| !name.is_empty())
}

fn inside<'p>(page: &'p str, element: &str) -> &'p str {
    let (_, after) = page.split_once(&format!("<{element}>")).expect("it is there");
    after.split_once(&format!("</{element}>")).expect("it ends").0
}

#[test]
fn hostile_texts_names_and_reasons_never_become_markup() {
    let folder = hostile_batch();
    let page = run(folder.path(), "out");
    let tags = tags(&page);
    let count = |name: &str| tags.iter().filter(|t| t.split(' ').next() == Some(name)).count();
    assert_eq!(["script", "style", "body", "head", "img"].map(count), [1, 1, 1, 1, 0]);
    for name in ["bdi", "title", "b", "td", "tr", "section", "mark", "details", "svg", "p", "span"] {
        assert_eq!(count(name), count(&format!("/{name}")), "{name}");
    }
    // An attribute that handles events, or an address that runs, could only come from the input.
    let handlers: Vec<_> =
        tags.iter().filter(|tag| attributes(tag).any(|name| name.starts_with("on"))).collect();
    assert!(handlers.is_empty(), "{handlers:?}");
    let addresses = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for address in addresses {
        let known = ["#", "pairs/", "summary.csv", "findings.csv", "quarantine.csv"];
        assert!(known.iter().any(|k| address.starts_with(k)), "{address}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn what_reorders_or_hides_text_is_shown_as_a_box() {
    let folder = hostile_batch();
    let page = run(folder.path(), "out");
    assert!(["\u{202e}", "\u{2069}", "\u{200b}", "\0"].iter().all(|c| !page.contains(c)));
    assert!(["RLO", "PDI", "ZWSP"].iter().all(|label| page.contains(&format!("class=\"box\">{label}<"))));
}

#[test]
fn an_edited_run_json_stays_text_and_short() {
    let folder = hostile_batch();
    let clean = run(folder.path(), "out");
    let path = folder.path().join("out/run.json");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("reads")).expect("JSON");
    let long = format!("{}{}", HOSTILE.concat(), "\u{2028}\0\u{202e}\u{fdd0}<i>".repeat(300_000));
    let mut edited = json.clone();
    for place in
        ["/version", "/signature", "/pipeline/name", "/pipeline/input/original", "/pipeline/input/languages"]
    {
        let (above, key) = place.rsplit_once('/').expect("a place");
        edited.pointer_mut(above).expect("is there")[key] = long.as_str().into();
    }
    fs::write(&path, edited.to_string()).expect("writes");
    assert_eq!(exit_code(folder.path(), &["report", "-q", "out", "--format", "html,xlsx"]), Some(0));
    let page = fs::read_to_string(folder.path().join("out/report.html")).expect("a page");
    assert!(page.len() < clean.len() + 500_000, "{}", page.len());
    let names = |page: &str| {
        let names = tags(page).into_iter().map(|tag| tag.split(' ').next().unwrap_or_default().to_string());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&page), names(&clean));
    assert!(["\0", "\u{202e}", "\u{2028}", "\u{fdd0}"].iter().all(|c| !page.contains(c)));
}

#[test]
fn links_to_tables_lead_to_files_whatever_their_names() {
    let folder = hostile_batch();
    let page = run(folder.path(), "out");
    let tables: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| address.starts_with("pairs/"))
        .map(decoded)
        .collect();
    // Each in the table and in its view.
    assert_eq!(tables.len(), 2 * HOSTILE.len(), "{tables:?}");
    assert!(tables.iter().all(|table| folder.path().join("out").join(table).is_file()), "{tables:?}");
}

fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        bytes.push(hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(*first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_policy_allows_this_style_and_this_script_and_nothing_else() {
    let folder = hostile_batch();
    let page = run(folder.path(), "out");
    let hash = |element| STANDARD.encode(Sha256::digest(inside(&page, element)));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash("style"),
        hash("script")
    );
    assert!(page.contains(&policy), "the page must say (src/report/html/mod.rs, HASHES): {policy}");
    assert!(["http:", "https:", " style=\"", "@import", "url("].iter().all(|word| !page.contains(word)));
}

#[test]
fn the_same_run_gives_the_same_page_and_report_gives_it_again() {
    let folder = hostile_batch();
    let first = run(folder.path(), "out");
    assert!(first == run(folder.path(), "out"));
    assert_eq!(exit_code(folder.path(), &["report", "-q", "out", "--format", "html"]), Some(0));
    assert!(first == fs::read_to_string(folder.path().join("out/report.html")).expect("a page"));
}

#[test]
fn a_batch_without_findings_and_one_without_scores_have_their_page() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "original/calm.txt", "The mill stands by the river.\n");
    write(folder.path(), "translation/calm.txt", "The mill stands by the river.\n");
    let page = run(folder.path(), "calm");
    assert!(page.contains("1 of 1 pair passes") && page.contains("No check found anything."));
    write(folder.path(), "translation/calm.txt", b"\xff\xff");
    let page = run(folder.path(), "failed");
    assert!(page.contains("No pair could be scored") && page.contains("undecodable"));
}

#[test]
fn many_pairs_and_endless_segments_leave_the_page_small() {
    let folder = TempDir::new().expect("a folder");
    let long = "<&\u{200b}".repeat(3_000);
    for k in 0..60 {
        let text = |n: usize| format!("The mill has {n} stones.\n\n").repeat(80) + &long;
        write(folder.path(), &format!("original/p{k:03}.txt"), text(4));
        write(folder.path(), &format!("translation/p{k:03}.txt"), text(7));
    }
    let page = run(folder.path(), "out");
    assert!(page.len() < ROOMS, "{}", page.len());
}

/// What the page gives to its table of pairs, its views and its three lists, and what it needs beside them.
const ROOMS: usize = 4_500_000 + 3_500_000 + 3 * 600_000 + 150_000;

#[test]
fn thousands_of_pairs_with_endless_names_fill_the_rooms_of_the_page_and_no_more() {
    let folder = TempDir::new().expect("a folder");
    for k in 0..3_100 {
        // Of the 255 bytes that a file name may have; five for each when escaped.
        let name = format!("p{k:04}{}", "&".repeat(240));
        let text = |n: usize| format!("The mill has {n} stones. The mill has {n} stones.\n");
        write(folder.path(), &format!("original/{name}.txt"), text(4));
        write(folder.path(), &format!("translation/{name}.txt"), text(k % 3 + 4));
    }
    let page = run(folder.path(), "out");
    let (_, rest) = page.split_once("The worst ").expect("the table says where it stops");
    let shown = rest.split_once(" of 3,100 pairs").expect("it counts all").0.replace(',', "");
    assert!(shown.parse::<usize>().is_ok_and(|shown| shown < 3_000), "{shown}");
    assert!((4_500_000..ROOMS).contains(&page.len()), "{}", page.len());
}

#[test]
fn a_long_pair_is_shown_in_part_with_what_was_found_last() {
    let folder = TempDir::new().expect("a folder");
    let text = |last: usize| {
        let lines = (0..600).map(|n| format!("Stone {n} of the mill lies where the river left it.\n\n"));
        lines.collect::<String>() + &format!("At the end stand {last} poplars.\n")
    };
    write(folder.path(), "original/long.txt", text(4));
    write(folder.path(), "translation/long.txt", text(7));
    let page = run(folder.path(), "out");
    assert!(page.contains("500 of 601 segments are shown") && page.contains("stand <mark"));
}
