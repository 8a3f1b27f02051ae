//! Spelling of names: which are spellings of one name, and which are merely inflected or derived.

/// Fewest letters of a name that is compared: shorter ones are too alike by chance.
const LETTERS: usize = 4;

/// Most letters: the longest name of a place has 85, and comparing two words costs the product of their lengths.
const MOST_LETTERS: usize = 100;

/// Two spellings of one name, folded: equal skeletons of at least two consonants, few letters apart, and not merely
/// inflected or derived (`German`, `Germany`).
pub fn are_spellings_of_one(a: &str, b: &str) -> bool {
    let (short, long) = lengths(a, b);
    a != b
        && short >= LETTERS
        && long <= MOST_LETTERS
        && long - short <= (long / 3).max(2)
        && are_within(a, b, (long / 3).max(2))
        && have_one_skeleton(a, b)
        && !is_inflection(a, b)
}

/// At most so many letters have to be changed, put in or taken out to make one the other.
fn are_within(a: &str, b: &str, most: usize) -> bool {
    // A letter that only one of them has takes a change.
    let letters = |text: &str| text.chars().fold(0_u64, |set, c| set | 1 << (u32::from(c) % 64));
    let (own, other) = (letters(a), letters(b));
    let alone = (own & !other).count_ones().max((other & !own).count_ones());
    alone as usize <= most && strsim::levenshtein(a, b) <= most
}

/// Characters of the shorter one and of the longer one.
fn lengths(a: &str, b: &str) -> (usize, usize) {
    let [a, b] = [a, b].map(|text| text.chars().count());
    (a.min(b), a.max(b))
}

fn have_one_skeleton(a: &str, b: &str) -> bool {
    let skeleton_of_a = skeleton(a);
    skeleton_of_a.chars().filter(|&c| c != '*').count() >= 2 && skeleton_of_a == skeleton(b)
}

/// Inflected or derived (`Russia`, `Russian`): half of the longer word and four letters in common at the head, or
/// all but three letters.
pub fn share_a_stem(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    if shared < 3 {
        return false;
    }
    let (short, long) = lengths(a, b);
    shared >= 4 && 2 * shared >= long || shared >= 3 && shared == short && long - short <= 3
}

/// Spelt alike: equal skeletons, or a quarter of the letters apart.
pub fn are_near(a: &str, b: &str) -> bool {
    let (short, long) = lengths(a, b);
    let apart = long / 4 + usize::from(short >= 5);
    short >= 3
        && (4..=MOST_LETTERS).contains(&long)
        && long - short <= apart.max(long / 3)
        && (are_within(a, b, apart) || are_spellings_of_one(a, b))
}

/// One is the other with an ending; in Cyrillic, where all cases have endings, both may have one.
fn is_inflection(a: &str, b: &str) -> bool {
    const LATIN: [&str; 15] =
        ["s", "y", "e", "es", "a", "an", "ese", "ian", "ish", "i", "ic", "en", "er", "n", "in"];
    /// Gender and number of the Romance languages, their forms of names (`Florida`, `Floride`), and nationalities.
    const VOWELS: [&str; 14] =
        ["", "a", "e", "i", "o", "as", "es", "os", "an", "ans", "ian", "ians", "ese", "ish"];
    const CYRILLIC: [&str; 14] =
        ["", "а", "у", "е", "ы", "и", "ой", "ом", "ым", "ою", "ов", "ам", "ами", "ах"];
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let ending = long.strip_prefix(short).filter(|e| !e.starts_with(|c| short.ends_with(c)));
    let shared: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let endings = |shortest: usize, list: &[&str]| {
        shared >= shortest && [a, b].iter().all(|name| list.contains(&&name[shared..]))
    };
    ending.is_some_and(|e| LATIN.contains(&e)) || endings(4, &VOWELS) || endings(8, &CYRILLIC)
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
    use crate::text::words::fold;

    #[test]
    fn transliterations_are_one_name() {
        for (a, b) in
            [("Goryunov", "Gorunov"), ("Tammo", "Temmo"), ("Aleksej", "Aleksei"), ("Olenskyy", "Olenski")]
        {
            assert!(are_spellings_of_one(&fold(a), &fold(b)), "{a} {b}");
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
            ("Florida", "Floride"),
            ("Ukraine", "Ukrainian"),
        ] {
            assert!(!are_spellings_of_one(&fold(a), &fold(b)), "{a} {b}");
        }
    }

    #[test]
    fn derived_forms_share_a_stem() {
        for (a, b) in [("russia", "russian"), ("iran", "iranian"), ("ukraine", "ukrainian")] {
            assert!(share_a_stem(a, b), "{a} {b}");
        }
        assert!(!share_a_stem("vaara", "vantaa") && !share_a_stem("mark", "martin"));
    }

    #[test]
    fn near_names_are_a_quarter_of_their_letters_apart() {
        assert!(are_near("vaaranen", "vaaronen") && !are_near("schmidt", "meyer"));
    }
}
