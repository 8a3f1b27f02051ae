//! Lists as data, by language. What is said of a language is read when a text of that language first asks: a text needs
//! few of them.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// The lines of a file of lists; those that begin with `#` are comments.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|l| !l.starts_with('#'))
}

/// What a file of lists says of each language.
pub struct ByLanguage<T: 'static> {
    text: &'static str,
    read: fn(&[&'static str]) -> T,
    languages: OnceLock<FxHashMap<&'static str, OfLanguage<T>>>,
}

struct OfLanguage<T> {
    lines: Vec<&'static str>,
    read: OnceLock<T>,
}

impl<T> ByLanguage<T> {
    /// Of a file, in which a tab stands behind the codes of languages on each line, which have commas between them.
    /// `read` makes of a language's lines what is known of it.
    pub const fn new(text: &'static str, read: fn(&[&'static str]) -> T) -> ByLanguage<T> {
        ByLanguage { text, read, languages: OnceLock::new() }
    }

    /// What is known of a language.
    pub fn get(&self, language: &str) -> Option<&T> {
        let own = self.languages.get_or_init(|| self.parted()).get(language)?;
        Some(own.read.get_or_init(|| (self.read)(&own.lines)))
    }

    fn parted(&self) -> FxHashMap<&'static str, OfLanguage<T>> {
        let mut languages: FxHashMap<&str, OfLanguage<T>> = FxHashMap::default();
        let named = lines(self.text).filter_map(|line| Some((line.split_once('\t')?.0, line)));
        for (language, line) in named.flat_map(|(codes, line)| codes.split(',').map(move |code| (code, line)))
        {
            let unread = || OfLanguage { lines: Vec::new(), read: OnceLock::new() };
            languages.entry(language).or_insert_with(unread).lines.push(line);
        }
        languages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_speak_of_several_languages() {
        let lists = ByLanguage::new("# none\ten\nen\ta\nen,de\tb\nfr\tc", <[_]>::to_vec);
        assert_eq!(lists.get("en"), Some(&vec!["en\ta", "en,de\tb"]));
        assert_eq!((lists.get("de"), lists.get("# none")), (Some(&vec!["en,de\tb"]), None));
    }
}
