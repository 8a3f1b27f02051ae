//! Names: which words are names, and which names are spellings of one another.

use std::collections::BTreeSet;

use super::Pair;
use crate::model::Side;
use crate::text::words::{Kind, Token, WordId, fold};

/// A word with a capital that may be a name, where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Name<'p> {
    /// Its token.
    pub token: &'p Token,
    /// It begins a sentence or a quotation and no other name follows, so the capital alone says nothing.
    pub initial: bool,
}

/// Fewest letters of a name that is compared: shorter ones are too alike by chance.
const LETTERS: usize = 4;

/// A segment of more names is a list; all against all would take too long.
const MOST_NAMES: usize = 300;

/// Capitalised words of one side of a segment, of at least four letters; the first 300 of them.
pub fn names<'p>(pair: &Pair<'p>, index: usize, side: Side) -> Vec<Name<'p>> {
    let passage = pair.segments[index].side(side);
    let starts: Vec<usize> = passage
        .sentences
        .clone()
        .filter_map(|s| pair.documents[side as usize].tokens_of(s).iter().find(|t| t.is_content()))
        .map(|t| t.start as usize)
        .collect();
    let mut after_quote = false;
    let mut found = Vec::new();
    for (k, token) in passage.tokens.iter().enumerate() {
        if found.len() < MOST_NAMES
            && token.kind == Kind::Word
            && token.capital
            && pair.words.letters(token.word) >= LETTERS
        {
            let before_name = passage.tokens.get(k + 1).is_some_and(|t| t.capital && t.kind == Kind::Word);
            let initial = !before_name && (after_quote || starts.contains(&(token.start as usize)));
            found.push(Name { token, initial });
        }
        after_quote = matches!(pair.words.text(token.word), "\"" | ":" | "'" | "-" | "(");
    }
    found
}

/// Words that stand with a capital where grammar asks for none: sure names of that side.
pub fn sure_names(pair: &Pair, side: Side) -> BTreeSet<WordId> {
    let all = (0..pair.segments.len()).flat_map(|index| names(pair, index, side));
    all.filter(|n| !n.initial).map(|n| n.token.word).collect()
}

/// Two spellings of one name: equal skeletons of at least two consonants, few letters apart, and not merely
/// inflected or derived (`German`, `Germany`).
pub fn are_spellings_of_one(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let (left, right) = (skeleton(&a), skeleton(&b));
    let consonants = left.chars().filter(|&c| c != '*').count();
    let longest = a.chars().count().max(b.chars().count());
    a != b
        && consonants >= 2
        && left == right
        && strsim::levenshtein(&a, &b) <= (longest / 3).max(2)
        && !is_inflection(&a, &b)
}

/// One is the other with an ending; in Cyrillic, where all cases have endings, both may have one.
fn is_inflection(a: &str, b: &str) -> bool {
    const LATIN: [&str; 15] =
        ["s", "y", "e", "es", "a", "an", "ese", "ian", "ish", "i", "ic", "en", "er", "n", "in"];
    const CYRILLIC: [&str; 14] =
        ["", "а", "у", "е", "ы", "и", "ой", "ом", "ым", "ою", "ов", "ам", "ами", "ах"];
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let ending = long.strip_prefix(short).filter(|e| !e.starts_with(|c| short.ends_with(c)));
    let shared: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let cases = shared >= 8 && [a, b].iter().all(|name| CYRILLIC.contains(&&name[shared..]));
    ending.is_some_and(|e| LATIN.contains(&e)) || cases
}

/// Consonants as they sound alike in transliterations; vowels only as `*` at the head.
fn skeleton(folded: &str) -> String {
    const SOUNDS: [(&str, &str); 13] = [
        ("sch", "S"),
        ("sh", "S"),
        ("kh", "h"),
        ("ph", "f"),
        ("ck", "k"),
        ("x", "ks"),
        ("tz", "C"),
        ("ts", "C"),
        ("w", "v"),
        ("q", "k"),
        ("j", ""),
        ("z", "s"),
        ("c", "k"),
    ];
    let sounds = SOUNDS.iter().fold(folded.to_string(), |name, (from, to)| name.replace(from, to));
    let mut skeleton = String::new();
    for (at, c) in sounds.chars().enumerate() {
        // Latin; Cyrillic (U+043x to U+0456); Greek (U+03xx). Written as numbers: many look like Latin ones.
        let vowel = "aeiouy\u{430}\u{435}\u{438}\u{43e}\u{443}\u{44b}\u{44d}\u{44e}\u{44f}\u{456}\u{3b1}\u{3b5}\u{3b9}\u{3bf}\u{3c5}\u{3b7}\u{3c9}".contains(c);
        if at == 0 && vowel {
            skeleton.push('*');
        } else if !vowel && c.is_alphabetic() && (at == 0 || c != 'h') && !skeleton.ends_with(c) {
            skeleton.push(c);
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transliterations_are_one_name() {
        for (a, b) in
            [("Goryunov", "Gorunov"), ("Tammo", "Temmo"), ("Aleksej", "Aleksei"), ("Olenskyy", "Olenski")]
        {
            assert!(are_spellings_of_one(a, b), "{a} {b}");
        }
    }

    #[test]
    fn other_names_and_inflections_are_not() {
        for (a, b) in [
            ("German", "Germany"),
            ("Martin", "Berta"),
            ("Dolny", "Dolny"),
            ("Vaara", "Moro"),
            ("Otto", "Otta"),
        ] {
            assert!(!are_spellings_of_one(a, b), "{a} {b}");
        }
    }
}
