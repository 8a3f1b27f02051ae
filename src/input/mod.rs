//! From files to pairs: where they are, which belong together, and what they say.

mod bitext;
mod documents;
mod encoding;
mod folder;
mod format;
mod manifest;
mod read;
mod source;
mod subtitles;
mod tree;

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::dialect::shown;
use crate::error::{PairError, SetupError};
use crate::model::Language;
use crate::pipeline::Input;
pub use bitext::Part;
pub(crate) use encoding::decode;
use format::Format;
pub(crate) use read::{check_lines, check_size};
pub use read::{read, text};
pub use source::{Source, Texts};
use tree::Folders;

/// What the input holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Pairs, sorted by id.
    pub pairs: Vec<Source>,
    /// Files without a partner, sorted by path, each with the reason.
    pub unpaired: Vec<Unpaired>,
    /// What the reader should know about how pairs were found.
    pub notices: Vec<String>,
}

/// A file that is part of no pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaired {
    /// Id that the pair would have.
    pub id: String,
    /// Why, and what to do.
    pub error: PairError,
}

impl Found {
    /// The same with ids that begin with the name of a system.
    fn under(mut self, system: &str) -> Found {
        let ids = self.pairs.iter_mut().map(|pair| &mut pair.id);
        for id in ids.chain(self.unpaired.iter_mut().map(|file| &mut file.id)) {
            *id = format!("{system}/{id}");
        }
        self.notices.iter_mut().for_each(|notice| *notice = format!("{system}: {notice}"));
        self
    }

    /// Takes over what another place holds.
    fn add(&mut self, other: Found) {
        self.pairs.extend(other.pairs);
        self.unpaired.extend(other.unpaired);
        self.notices.extend(other.notices);
    }
}

impl Unpaired {
    fn new(id: String, path: &Path, reason: &'static str, hint: String) -> Unpaired {
        let path = path.display().to_string();
        Unpaired { id, error: PairError { path, stage: "pairing", reason, byte_offset: None, hint } }
    }
}

/// Finds the pairs of a batch.
pub fn discover(input: &Input, declared: &[Option<Language>; 2]) -> Result<Found, SetupError> {
    let mut found = match (&input.pairs, &input.original, &input.directory) {
        (Some(manifest), None, None) => manifest::discover(manifest, declared)?,
        (None, Some(original), None) => in_folders(original, input, declared)?,
        (None, None, Some(directory)) => in_directory(directory, input, declared)?,
        (None, None, None) if input.translation.is_some() || !input.systems.is_empty() => {
            return Err(SetupError::Configuration(TOGETHER.into()));
        }
        (None, None, None) => {
            return Err(SetupError::Configuration(
                "no input: give --original DIR --translation DIR, --input DIR or --pairs MANIFEST, or an [input] in the pipeline".into(),
            ));
        }
        _ => return Err(several_ways()),
    };
    if input.original.is_none() && (input.translation.is_some() || !input.systems.is_empty()) {
        return Err(several_ways());
    }
    if input.original.is_none() && input.reference.is_some() {
        return Err(SetupError::Configuration(
            "a folder of references goes with folders of originals and translations; a manifest has the column \
             reference, --input a folder reference/"
                .into(),
        ));
    }
    with_ids_for_tables(&mut found);
    found.unpaired.sort_by(|a, b| (&a.error.path, a.error.reason).cmp(&(&b.error.path, b.error.reason)));
    Ok(found)
}

const TOGETHER: &str = "original and translation go together: give both folders";

fn several_ways() -> SetupError {
    SetupError::Configuration(
        "the input is given in several ways: keep one of original and translation, directory (--input), pairs".into(),
    )
}

/// The pairs of two trees; of several systems, the pairs of each under its name.
fn in_folders(original: &Path, input: &Input, declared: &[Option<Language>; 2]) -> Result<Found, SetupError> {
    let reference = input.reference.as_deref();
    let of = |translation| tree::discover(Folders { original, translation, reference }, input, declared);
    match (&input.translation, input.systems.is_empty()) {
        (Some(translation), true) => of(translation),
        (None, false) => {
            let mut found = Found::default();
            for (name, translation) in &input.systems {
                found.add(of(translation)?.under(name));
            }
            Ok(found)
        }
        (Some(_), false) => Err(several_ways()),
        (None, true) => Err(SetupError::Configuration(TOGETHER.into())),
    }
}

fn in_directory(
    directory: &Path,
    input: &Input,
    declared: &[Option<Language>; 2],
) -> Result<Found, SetupError> {
    let metadata = std::fs::metadata(directory).map_err(|e| SetupError::io(directory, e))?;
    if !metadata.is_dir() {
        return in_file(directory, input, declared);
    }
    let (original, translation) = (directory.join("original"), directory.join("translation"));
    if original.is_dir() && translation.is_dir() {
        let reference = Some(directory.join("reference")).filter(|folder| folder.is_dir());
        let reference = reference.as_deref();
        tree::discover(Folders { original: &original, translation: &translation, reference }, input, declared)
    } else {
        folder::discover(directory, input, declared)
    }
}

/// The pairs of a file that holds both sides.
fn in_file(path: &Path, input: &Input, declared: &[Option<Language>; 2]) -> Result<Found, SetupError> {
    if !Format::of(path).is_bitext() {
        return Err(SetupError::Configuration(format!(
            "{}: a file as input holds both sides (.tmx, .xlf, .po, .tsv, .csv, .jsonl); give a folder, or two with \
             --original and --translation, or a manifest with --pairs",
            path.display()
        )));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = Candidate { relative: name, path: path.to_path_buf() };
    Ok(bitext::discover(&file, file.stem(), input, declared))
}

/// A file that may be one side of a pair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Relative to its root, with `/`, as it stands.
    relative: String,
    /// Path to open.
    path: PathBuf,
}

impl Candidate {
    /// Relative path without extension.
    fn stem(&self) -> &str {
        let name = self.relative.rfind('/').map_or(0, |at| at + 1);
        let dot = self.relative[name..].rfind('.').filter(|&at| at > 0);
        dot.map_or(&self.relative, |at| &self.relative[..name + at])
    }

    /// Relative path without extension and language tag, and that tag.
    fn untagged(&self) -> (&str, Option<Language>) {
        let stem = self.stem();
        let name = stem.rfind('/').map_or(0, |at| at + 1);
        let marks: Vec<usize> =
            stem[name..].rmatch_indices(['.', '_', '-']).take(2).map(|(at, _)| name + at).collect();
        // A tag with a region (`pt-BR`) holds a mark of its own: the longer tag is tried first.
        for &at in marks.iter().rev().filter(|&&at| at > name) {
            let language =
                Language::parse(&stem[at + 1..]).filter(|l| is_known(l) && has_usual_region(&stem[at + 1..]));
            if language.is_some() {
                return (&stem[..at], language);
            }
        }
        (stem, None)
    }
}

/// No region, or one written as usual: `BR`, `419`, `Hans`. `no-de` is a name's end and a tag, not a tag.
fn has_usual_region(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']).skip(1);
    parts.all(|region| match region.len() {
        2 => region.bytes().all(|b| b.is_ascii_uppercase()),
        3 => region.bytes().all(|b| b.is_ascii_digit()),
        4 => region.starts_with(|c: char| c.is_ascii_uppercase()),
        _ => false,
    })
}

/// A tag must be a code of two letters, so that `report-final` has none.
fn is_known(language: &Language) -> bool {
    language.primary().len() == 2
}

/// Files with both sides, and the others.
fn apart(candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    candidates.into_iter().partition(|c| Format::of(&c.path).is_bitext() && !c.path.is_dir())
}

/// Walks a folder: candidates by extension, and everything that is none with the reason. Links are not followed, and
/// of a folder that is hidden only its name is said.
fn walk(root: &Path, extensions: &[String]) -> Result<(Vec<Candidate>, Vec<Unpaired>), SetupError> {
    std::fs::read_dir(root).map_err(|e| SetupError::io(root, e))?;
    let (mut candidates, mut rejected) = (Vec::new(), Vec::new());
    let mut entries = WalkDir::new(root).min_depth(1).follow_links(false).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                rejected.push(unreadable(root, &error));
                continue;
            }
        };
        if entry.file_type().is_dir() && is_hidden(&entry) {
            entries.skip_current_dir();
        }
        let path = entry.path();
        let Some(relative) = relative_name(root, path) else {
            let hint = "the name is not UTF-8: rename it".to_string();
            rejected.push(Unpaired::new(String::new(), path, "name-not-utf-8", hint));
            continue;
        };
        let candidate = Candidate { relative, path: path.to_path_buf() };
        match refusal(&entry, &candidate, extensions) {
            None => candidates.push(candidate),
            Some(("", _)) => {}
            Some((reason, hint)) => {
                rejected.push(Unpaired::new(candidate.stem().to_string(), path, reason, hint.to_string()));
            }
        }
    }
    Ok((candidates, rejected))
}

fn unreadable(root: &Path, error: &walkdir::Error) -> Unpaired {
    let what = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    let hint = format!("{what}: what is in there is not known");
    Unpaired::new(String::new(), error.path().unwrap_or(root), "unreadable", hint)
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn relative_name(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = relative.components().map(|c| c.as_os_str().to_str()).collect();
    parts.map(|p| p.join("/"))
}

/// Gives pairs ids that tables can hold. Pairs that have the same one then are set aside: each would have the other's
/// table.
fn with_ids_for_tables(found: &mut Found) {
    let in_id = |id: &str| id.chars().map(in_id).collect::<String>();
    found.pairs.iter_mut().for_each(|pair| pair.id = in_id(&pair.id));
    found.unpaired.iter_mut().for_each(|file| file.id = in_id(&file.id));
    found.pairs.sort_by(|a, b| (&a.id, a.original()).cmp(&(&b.id, b.original())));
    let doubles: Vec<String> =
        found.pairs.windows(2).filter(|two| two[0].id == two[1].id).map(|two| two[0].id.clone()).collect();
    let is_double = |pair: &mut Source| doubles.binary_search(&pair.id).is_ok();
    for pair in found.pairs.extract_if(.., is_double) {
        let hint = "another pair has this name (control characters, and what large files and several languages add, \
                    aside): rename its files"
            .to_string();
        let (original, translation) = (pair.original(), pair.translation());
        for path in [Some(original), Some(translation).filter(|path| *path != original)].into_iter().flatten()
        {
            found.unpaired.push(Unpaired::new(pair.id.clone(), path, "ambiguous", hint.clone()));
        }
    }
}

/// A character of a file name as a pair's id has it: an id leads from a table's cell to the pair's file, and cells hold no
/// line breaks and control characters.
fn in_id(c: char) -> char {
    match c {
        '\t' => '\u{2409}',
        '\n'..='\r' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
        _ if shown(c) == ' ' && c != ' ' => char::REPLACEMENT_CHARACTER,
        _ => shown(c),
    }
}

/// Why an entry is no candidate; an empty reason for folders, which are nothing to report.
fn refusal(
    entry: &walkdir::DirEntry,
    candidate: &Candidate,
    extensions: &[String],
) -> Option<(&'static str, &'static str)> {
    let kind = entry.file_type();
    let extension = Path::new(&candidate.relative).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let wanted = extensions.iter().any(|e| e.eq_ignore_ascii_case(extension));
    if kind.is_symlink() {
        return Some(("symbolic-link", "links are not followed: put the file itself in its place"));
    }
    if is_hidden(entry) {
        return Some(("hidden-file", "what begins with a dot is not read: rename it to have it read"));
    }
    if kind.is_dir() {
        // A folder that is named like a text may stand in the place of one.
        return if wanted { None } else { Some(("", "")) };
    }
    if !kind.is_file() {
        return Some(("not-a-file", "a pipe, socket or device is not read"));
    }
    if !wanted {
        return Some((
            "other-extension",
            "not among the extensions that the pipeline reads: see [input] extensions",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untagged(relative: &str) -> (String, Option<String>) {
        let candidate = Candidate { relative: relative.to_string(), path: PathBuf::new() };
        let (stem, tag) = candidate.untagged();
        (stem.to_string(), tag.map(|t| t.to_string()))
    }

    #[test]
    fn an_id_stands_in_a_cell_as_it_is() {
        let id: String = "a\tb\nc\r\u{7}\u{7f}\u{85}\u{2028}é 日.txt".chars().map(in_id).collect();
        assert_eq!(id, "a␉b␊c␍␇␡\u{fffd}\u{fffd}é 日.txt");
        assert!(id.chars().all(|c| shown(c) == c));
    }

    #[test]
    fn language_tags_are_told_from_names() {
        assert_eq!(untagged("a/story.de.txt"), ("a/story".into(), Some("de".into())));
        assert_eq!(untagged("story_pt-BR.txt"), ("story".into(), Some("pt-BR".into())));
        assert_eq!(untagged("my-no-de.txt"), ("my-no".into(), Some("de".into())));
        assert_eq!(untagged("story-fr.txt"), ("story".into(), Some("fr".into())));
        assert_eq!(untagged("abc.306755.txt"), ("abc.306755".into(), None));
        assert_eq!(untagged("report-final.txt"), ("report-final".into(), None));
        assert_eq!(untagged("x.de/readme"), ("x.de/readme".into(), None));
        assert_eq!(untagged(".en.txt"), (".en".into(), None));
    }
}
