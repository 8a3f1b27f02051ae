//! The README says of every dependency why it is here, and names no other.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

/// Names of Cargo.toml's dependencies, each with where it is needed, as the README says it.
fn declared() -> BTreeSet<(String, &'static str)> {
    let manifest: toml::Table = toml::from_str(include_str!("../Cargo.toml")).expect("TOML");
    let names = |tables: &toml::Table, name: &str| {
        let table = tables.get(name).and_then(toml::Value::as_table).expect("a table");
        table.keys().cloned().collect::<Vec<String>>()
    };
    let systems = manifest["target"].as_table().expect("a table").values();
    let of_systems = systems.flat_map(|system| names(system.as_table().expect("a table"), "dependencies"));
    let benches = |name: &String| if name == "criterion" { "benches" } else { "tests" };
    let program = names(&manifest, "dependencies").into_iter().chain(of_systems).map(|name| (name, ""));
    program
        .chain(names(&manifest, "dev-dependencies").into_iter().map(|n| (n.clone(), benches(&n))))
        .collect()
}

/// Those of the table below the README's heading.
fn explained() -> BTreeSet<(String, &'static str)> {
    let readme = include_str!("../README.md");
    let section = readme.split("\n## Dependencies\n").nth(1).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut explained = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 2 && !cells[1].is_empty(), "says why: {row}");
        let place = ["tests", "benches"].into_iter().find(|p| cells[0].ends_with(&format!("({p})")));
        let names = cells[0].split(" (").next().unwrap_or_default();
        explained.extend(names.split(", ").map(|name| (name.to_string(), place.unwrap_or_default())));
    }
    explained
}

#[test]
fn the_readme_says_of_every_dependency_why_it_is_here() {
    assert_eq!(explained(), declared());
}
