//! What the place of the output makes of names: where `A.csv` and `a.csv` are one file, only one of them has room.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::report::files::temporary;

/// Which differences between names are none to a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    ignores_case: bool,
    composes: bool,
}

impl Naming {
    /// Tries it with a file in `folder`.
    pub fn of(folder: &Path) -> io::Result<Naming> {
        let file = temporary().suffix("-é").tempfile_in(folder)?;
        let name = file.path().file_name().unwrap_or_default().to_string_lossy();
        let is_same = |other: String| folder.join(other).exists();
        Ok(Naming { ignores_case: is_same(name.to_uppercase()), composes: is_same(name.nfd().collect()) })
    }

    /// Of the ids whose tables would be one file all but the first, each with that first.
    pub fn doubles<'i>(self, ids: impl Iterator<Item = &'i str>) -> BTreeMap<&'i str, &'i str> {
        let mut first = BTreeMap::new();
        let ids = ids.filter(|_| self.ignores_case || self.composes);
        let with_first = ids.map(|id| (id, *first.entry(self.same(id)).or_insert(id)));
        with_first.filter(|(id, first)| id != first).collect()
    }

    /// The same for all names of one file.
    fn same(self, id: &str) -> String {
        let id: String = if self.composes { id.nfc().collect() } else { id.to_string() };
        if self.ignores_case { id.to_lowercase() } else { id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 6] = ["A", "B/x", "a", "b/X", "caf\u{e9}", "cafe\u{301}"];

    #[test]
    fn names_of_one_file_have_room_for_the_first() {
        let doubles = |ignores_case, composes| {
            Naming { ignores_case, composes }.doubles(IDS.into_iter()).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(doubles(false, false), []);
        assert_eq!(doubles(true, false), [("a", "A"), ("b/X", "B/x")]);
        assert_eq!(doubles(false, true), [("cafe\u{301}", "caf\u{e9}")]);
        assert_eq!(doubles(true, true).len(), 3);
    }

    #[test]
    fn a_place_is_known_by_trying_and_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Naming::of(folder.path()).expect("can be tried");
        std::fs::write(folder.path().join("a"), "").expect("writes");
        assert_eq!(folder.path().join("A").exists(), place.ignores_case);
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
    }
}
