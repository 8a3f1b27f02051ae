//! One folder in which files pair by name: `story.en.txt` and `story.de.txt`.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Candidate, Found, Source, Unpaired, apart, bitext, walk};
use crate::error::SetupError;
use crate::model::Language;
use crate::pipeline::Input;

/// Pairs the two languages of each name. Which is the original: as declared, or the language that most names have.
pub(super) fn discover(
    directory: &Path,
    input: &Input,
    declared: &[Option<Language>; 2],
) -> Result<Found, SetupError> {
    let (candidates, mut unpaired) = walk(directory, &input.extensions)?;
    let mut groups: BTreeMap<String, Vec<(Language, Candidate)>> = BTreeMap::new();
    let (bitexts, candidates) = apart(candidates);
    for candidate in candidates {
        match candidate.untagged() {
            (id, Some(language)) => groups.entry(id.to_string()).or_default().push((language, candidate)),
            _ if candidate.path.is_dir() => {}
            (id, None) => {
                let hint =
                    "no language tag: name it name.<lang>.txt, as story.en.txt and story.de.txt".to_string();
                unpaired.push(Unpaired::new(id.to_string(), &candidate.path, "no-language-tag", hint));
            }
        }
    }
    let mut notices = Vec::new();
    let original = declared[0].clone().or_else(|| {
        let chosen = commonest(&groups)?;
        notices.push(format!(
            "taking {chosen} as the original's language; say --languages {chosen}:… or …:{chosen} to be sure"
        ));
        Some(chosen)
    });
    let mut pairs = Vec::new();
    for (id, files) in groups {
        pair_up(&id, files, [original.as_ref(), declared[1].as_ref()], &mut pairs, &mut unpaired);
    }
    let mut found = Found { pairs, unpaired, notices };
    let taken: Vec<String> = found.pairs.iter().map(|pair| pair.id.clone()).collect();
    for (file, name) in bitexts.iter().zip(names(&bitexts, &taken)) {
        found.add(bitext::discover(file, name, input, declared));
    }
    Ok(found)
}

/// What files with both sides are called: without extension, unless another file would have the same name then.
fn names<'f>(bitexts: &'f [Candidate], taken: &[String]) -> Vec<&'f str> {
    let mut count: BTreeMap<&str, usize> = taken.iter().map(|id| (id.as_str(), 1)).collect();
    for file in bitexts {
        *count.entry(file.stem()).or_default() += 1;
    }
    bitexts.iter().map(|file| if count[file.stem()] == 1 { file.stem() } else { &file.relative }).collect()
}

/// The language that most names have; among equals English, then the first by code.
fn commonest(groups: &BTreeMap<String, Vec<(Language, Candidate)>>) -> Option<Language> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (language, _) in groups.values().filter(|g| g.len() > 1).flatten() {
        *counts.entry(language.to_string()).or_insert(0) += 1;
    }
    let best = counts.iter().max_by_key(|&(code, &n)| (n, code == "en", std::cmp::Reverse(code)))?;
    Language::parse(best.0)
}

fn pair_up(
    id: &str,
    mut files: Vec<(Language, Candidate)>,
    [original, translation]: [Option<&Language>; 2],
    pairs: &mut Vec<Source>,
    unpaired: &mut Vec<Unpaired>,
) {
    // A declared region counts where a file has it: pt-BR beside pt-PT.
    let languages: Vec<Language> = files.iter().map(|(l, _)| l.clone()).collect();
    let present = |w: &Language| languages.contains(w);
    let is = |wanted: Option<&Language>, l: &Language| {
        wanted.is_some_and(|w| if present(w) { w == l } else { w.primary() == l.primary() })
    };
    let originals = files.iter().filter(|(l, _)| is(original, l)).count();
    let translations = files
        .iter()
        .filter(|(l, _)| !is(original, l) && (translation.is_none() || is(translation, l)))
        .count();
    if originals == 1 && translations == 1 {
        let first = files.iter().position(|(l, _)| is(original, l)).unwrap_or_default();
        let (language, source) = files.swap_remove(first);
        files.sort_by_key(|(l, _)| !(translation.is_none() || is(translation, l)));
        let (other, target) = files.swap_remove(0);
        let languages = [Some(language), Some(other)];
        pairs.push(Source::files(id.to_string(), source.path, target.path, languages));
        let hint = "another language than the pair's: give --languages to choose".to_string();
        unpaired.extend(
            files.iter().map(|(_, c)| Unpaired::new(id.to_string(), &c.path, "other-language", hint.clone())),
        );
        return;
    }
    let names: Vec<&str> = files.iter().map(|(_, c)| c.relative.as_str()).collect();
    let ambiguous = files.len() > 1 && originals > 0;
    let (reason, hint) = if ambiguous {
        (
            "ambiguous",
            format!(
                "several candidates: {}: say which with --languages or a manifest (--pairs)",
                names.join(", ")
            ),
        )
    } else {
        ("no-partner", "no file of the same name in the other language".to_string())
    };
    unpaired.extend(files.iter().map(|(_, c)| Unpaired::new(id.to_string(), &c.path, reason, hint.clone())));
}
