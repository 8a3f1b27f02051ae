//! Two folders that mirror each other: a file pairs with the one at the same place on the other side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Candidate, Found, Source, Unpaired, apart, walk};
use crate::error::SetupError;
use crate::model::Language;
use crate::pipeline::Input;

/// The folders of a batch.
#[derive(Clone, Copy)]
pub(super) struct Folders<'p> {
    pub original: &'p Path,
    pub translation: &'p Path,
    /// Of trusted translations.
    pub reference: Option<&'p Path>,
}

/// Pairs files of equal relative path first, then those that are equal without extension and language tag.
pub(super) fn discover(
    folders: Folders,
    input: &Input,
    declared: &[Option<Language>; 2],
) -> Result<Found, SetupError> {
    let mut found = Found::default();
    let originals = side(folders.original, input, &mut found.unpaired)?;
    let translations = side(folders.translation, input, &mut found.unpaired)?;
    let mut matched = Vec::new();
    let (mut left, mut right) = same_path(originals, translations, &mut matched);
    same_stem(&mut left, &mut right, &mut matched, &mut found.unpaired);
    for (rest, side, other) in [(left, "original", "translation"), (right, "translation", "original")] {
        found.unpaired.extend(rest.into_iter().filter(|c| !c.path.is_dir()).map(|c| alone(&c, side, other)));
    }
    let mut references = match folders.reference {
        Some(reference) => Some(References::of(side(reference, input, &mut found.unpaired)?)),
        None => None,
    };
    let ids = ids(&matched);
    let originals: Vec<&Candidate> = matched.iter().map(|(original, _)| original).collect();
    let taken = references.as_mut().map_or_else(|| vec![None; originals.len()], |all| all.take(&originals));
    for (((original, translation), id), reference) in matched.into_iter().zip(ids).zip(taken) {
        let source = Source::files(id, original.path, translation.path, declared.clone());
        found.pairs.push(source.with_reference(reference));
    }
    if let Some(references) = references {
        found.notices.extend(without_reference(&found.pairs));
        found.unpaired.extend(references.left());
    }
    Ok(found)
}

/// How many pairs have no reference.
fn without_reference(pairs: &[Source]) -> Option<String> {
    let without: Vec<&str> =
        pairs.iter().filter(|p| p.reference().is_none()).map(|p| p.id.as_str()).collect();
    let first = without.first()?;
    Some(format!(
        "without a reference, so compared with their originals: {} of {} pairs; the first: {first}",
        without.len(),
        pairs.len()
    ))
}

/// The files of a folder that may be one side of a pair.
fn side(root: &Path, input: &Input, unpaired: &mut Vec<Unpaired>) -> Result<Vec<Candidate>, SetupError> {
    let (candidates, rejected) = walk(root, &input.extensions)?;
    let (bitexts, candidates) = apart(candidates);
    unpaired.extend(rejected);
    unpaired.extend(bitexts.iter().map(with_both_sides));
    Ok(candidates)
}

/// Trusted translations, to be found by the original.
struct References {
    by_path: BTreeMap<String, Candidate>,
    /// Their paths without extension and tag.
    by_stem: BTreeMap<String, Vec<String>>,
}

impl References {
    fn of(candidates: Vec<Candidate>) -> References {
        let mut by_stem: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let files: Vec<Candidate> = candidates.into_iter().filter(|c| !c.path.is_dir()).collect();
        for candidate in &files {
            by_stem.entry(candidate.untagged().0.to_string()).or_default().push(candidate.relative.clone());
        }
        References { by_path: files.into_iter().map(|c| (c.relative.clone(), c)).collect(), by_stem }
    }

    /// For each original that of the same relative path; else the only one that has it without extension and tag, where no
    /// other original has that either.
    fn take(&mut self, originals: &[&Candidate]) -> Vec<Option<PathBuf>> {
        let mut taken: Vec<Option<PathBuf>> =
            originals.iter().map(|o| self.by_path.remove(&o.relative).map(|c| c.path)).collect();
        let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (k, original) in originals.iter().enumerate().filter(|(k, _)| taken[*k].is_none()) {
            open.entry(original.untagged().0).or_default().push(k);
        }
        for (stem, originals) in open {
            let mut left = self.by_stem.get(stem).into_iter().flatten();
            let mut left = left.by_ref().filter(|path| self.by_path.contains_key(*path));
            if let ([original], Some(only), None) = (&originals[..], left.next().cloned(), left.next()) {
                taken[*original] = self.by_path.remove(&only).map(|c| c.path);
            }
        }
        taken
    }

    /// Those that no pair has taken.
    fn left(self) -> impl Iterator<Item = Unpaired> {
        self.by_path.into_values().map(|c| alone(&c, "reference", "original with a translation"))
    }
}

fn with_both_sides(file: &Candidate) -> Unpaired {
    let hint = "it holds both sides itself: give it, or its folder, with --input".to_string();
    Unpaired::new(file.stem().to_string(), &file.path, "holds-both-sides", hint)
}

fn alone(candidate: &Candidate, side: &str, other: &str) -> Unpaired {
    let (id, _) = candidate.untagged();
    let hint =
        format!("no {other} for this {side}: it must have the same path, language tag and extension aside");
    Unpaired::new(id.to_string(), &candidate.path, "no-partner", hint)
}

type Matched = Vec<(Candidate, Candidate)>;

fn same_path(
    originals: Vec<Candidate>,
    translations: Vec<Candidate>,
    matched: &mut Matched,
) -> (Vec<Candidate>, Vec<Candidate>) {
    let mut right: BTreeMap<String, Candidate> =
        translations.into_iter().map(|c| (c.relative.clone(), c)).collect();
    let mut left = Vec::new();
    for candidate in originals {
        match right.remove(&candidate.relative) {
            // Two folders of one name are just the trees' own structure.
            Some(other) if candidate.path.is_dir() && other.path.is_dir() => {}
            Some(other) => matched.push((candidate, other)),
            None => left.push(candidate),
        }
    }
    (left, right.into_values().collect())
}

fn same_stem(
    left: &mut Vec<Candidate>,
    right: &mut Vec<Candidate>,
    matched: &mut Matched,
    unpaired: &mut Vec<Unpaired>,
) {
    let mut groups: BTreeMap<String, [Vec<Candidate>; 2]> = BTreeMap::new();
    for (side, candidates) in [&mut *left, &mut *right].into_iter().enumerate() {
        for candidate in candidates.drain(..) {
            let key = candidate.untagged().0.to_string();
            groups.entry(key).or_default()[side].push(candidate);
        }
    }
    let (mut rest_left, mut rest_right) = (Vec::new(), Vec::new());
    for (key, [originals, translations]) in groups {
        if originals.is_empty() || translations.is_empty() {
            rest_left.extend(originals);
            rest_right.extend(translations);
        } else if let ([original], [translation]) = (&originals[..], &translations[..]) {
            matched.push((original.clone(), translation.clone()));
        } else {
            let names =
                |side: &[Candidate]| side.iter().map(|c| c.relative.as_str()).collect::<Vec<_>>().join(", ");
            let hint = format!(
                "ambiguous: originals {}; translations {}: rename them or list the pairs in a manifest (--pairs)",
                names(&originals),
                names(&translations)
            );
            let both = originals.iter().chain(&translations);
            unpaired.extend(both.map(|c| Unpaired::new(key.clone(), &c.path, "ambiguous", hint.clone())));
        }
    }
    *left = rest_left;
    *right = rest_right;
}

/// Ids without extension and tag; where that makes two pairs equal, with tag, then with extension.
fn ids(matched: &Matched) -> Vec<String> {
    let forms: [fn(&Candidate) -> &str; 3] = [|c| c.untagged().0, Candidate::stem, |c| &c.relative];
    let mut ids = vec![String::new(); matched.len()];
    let mut open: Vec<usize> = (0..matched.len()).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for form in forms {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for &k in &open {
            *count.entry(form(&matched[k].0)).or_insert(0) += 1;
        }
        open.retain(|&k| {
            let id = form(&matched[k].0);
            let free = count[id] == 1 && !taken.contains(id);
            if free {
                ids[k] = id.to_string();
            }
            !free
        });
        taken.extend(ids.iter().filter(|id| !id.is_empty()).cloned());
    }
    for k in open {
        let relative = &matched[k].0.relative;
        let numbered = (2..).map(|n| format!("{relative}.{n}"));
        ids[k] = numbered.into_iter().find(|id| taken.insert(id.clone())).unwrap_or_default();
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(original: &str, translation: &str) -> (Candidate, Candidate) {
        let candidate = |r: &str| Candidate { relative: r.to_string(), path: PathBuf::from(r) };
        (candidate(original), candidate(translation))
    }

    #[test]
    fn ids_lose_tag_and_extension_unless_that_makes_two_equal() {
        let matched = vec![
            pair("a.en.txt", "a.de.txt"),
            pair("b.en.txt", "b.en.txt"),
            pair("b.de.txt", "b.de.txt"),
            pair("c.txt", "c.txt"),
            pair("c.text", "c.text"),
        ];
        assert_eq!(ids(&matched), ["a", "b.en", "b.de", "c.txt", "c.text"]);
        let awkward = ["c.txt", "c.text", "c.txt.txt"].map(|n| pair(n, n)).to_vec();
        assert_eq!(ids(&awkward), ["c.txt.2", "c.text", "c.txt"]);
    }
}
