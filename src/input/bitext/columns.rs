//! Which columns of a table, or keys of an object, say what.

use super::languages::{Tags, canonical};
use super::unit::{Entry, Placed};
use crate::model::{Language, Unit};
use crate::pipeline::Columns;

/// What a unit may say, and the names that it has where the pipeline gives no other: the first that is there counts.
const USUAL: [(&str, &[&str]); 8] = [
    ("original", &["original", "source", "src"]),
    ("translation", &["translation", "target", "tgt", "hypothesis"]),
    ("reference", &["reference", "ref"]),
    ("id", &["id", "unit"]),
    ("state", &["state", "status"]),
    ("note", &["note", "comment"]),
    ("original_language", &["original_language", "source_language"]),
    ("translation_language", &["translation_language", "target_language"]),
];

/// The names to look for.
#[derive(Debug, Clone)]
pub(super) struct Names([Vec<String>; 8]);

/// Where each of [`USUAL`] stands, and the languages that the header names.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    columns: [Option<usize>; 8],
    languages: [String; 2],
}

impl Names {
    /// Those of the pipeline, the usual ones, or the codes of the declared languages.
    pub fn new(columns: &Columns, declared: &[Option<Language>; 2]) -> Names {
        let own = [
            &columns.original,
            &columns.translation,
            &columns.reference,
            &columns.id,
            &columns.state,
            &columns.note,
            &columns.original_language,
            &columns.translation_language,
        ];
        let names = |k: usize| {
            if let Some(name) = own[k] {
                vec![name.trim().to_lowercase()]
            } else {
                let usual = USUAL[k].1.iter().map(|name| (*name).to_string());
                let code =
                    declared.get(k).and_then(Option::as_ref).map(|code| code.to_string().to_lowercase());
                usual.chain(code).collect()
            }
        };
        Names(std::array::from_fn(names))
    }

    /// Where they stand among the columns or keys that there are, or what is wrong with those.
    pub fn places(&self, header: &[String], what: &str) -> Result<Places, String> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let place =
            |wanted: &Vec<String>| wanted.iter().find_map(|w| names.iter().position(|name| name == w));
        let mut places = Places { columns: self.0.each_ref().map(place), ..Places::default() };
        if places.columns[..2] == [None, None] {
            places.by_languages(header);
        }
        let missing: Vec<String> = (0..2)
            .filter(|k| places.columns[*k].is_none())
            .map(|k| format!("\"{}\"", self.0[k].join("\" or \"")))
            .collect();
        if missing.is_empty() {
            return Ok(places);
        }
        let there: Vec<String> = header.iter().take(30).map(|name| format!("\"{}\"", short(name))).collect();
        let (missing, there) = (missing.join(&format!(", no {what} ")), there.join(", "));
        Err(format!("no {what} {missing}: the {what}s are {there}; say which is which with [input.columns]"))
    }
}

impl Places {
    /// Two columns with codes of languages for names, and no other such: original and translation.
    fn by_languages(&mut self, header: &[String]) {
        let coded = header.iter().enumerate().filter(|(_, name)| Language::parse(name.trim()).is_some());
        if let [(original, source), (translation, target)] = coded.collect::<Vec<_>>()[..] {
            self.columns[0] = Some(original);
            self.columns[1] = Some(translation);
            self.languages = [canonical(source), canonical(target)];
        }
    }

    /// The unit that the cells make.
    pub fn entry(&self, line: u32, mut cell: impl FnMut(usize) -> String) -> Entry {
        let mut get = |k: usize| self.columns[k].map(&mut cell);
        let placed = |text: String| Placed { text, line };
        let [original, translation, reference, id, state, note, source, target] =
            [0, 1, 2, 3, 4, 5, 6, 7].map(&mut get);
        let tag = |own: Option<String>, side: usize| own.unwrap_or_else(|| self.languages[side].clone());
        Entry {
            languages: Tags::new(&tag(source, 0), &tag(target, 1)),
            original: placed(original.unwrap_or_default()),
            translation: placed(translation.unwrap_or_default()),
            reference: reference.map(placed),
            unit: Unit {
                id: id.unwrap_or_default(),
                state: state.unwrap_or_default(),
                note: note.unwrap_or_default(),
            },
        }
    }
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}
