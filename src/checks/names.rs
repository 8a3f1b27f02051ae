//! Names: which words are names, and which of them the other side of the segment has too.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Pair;
use super::pair::marked;
use super::spelling::{are_near, share_a_stem};
use super::word_sets::Row;
use crate::model::Side;
use crate::text::Passage;
use crate::text::by_language::ByLanguage;
use crate::text::words::{Kind, Token, WordId, fold};

/// A word with a capital that may be a name, where it stands.
#[derive(Debug, Clone)]
pub struct Name {
    /// Its tokens in the passage: one, or letters and stops (`U.S.`).
    pub tokens: Range<usize>,
    /// Its only token's word; of letters with stops the first one's.
    pub word: WordId,
    /// Its letters without marks and case: `us` for `U.S.`.
    pub form: String,
    /// It begins a sentence or a quotation and no other name follows, so the capital alone says nothing.
    pub initial: bool,
    /// All capitals, at least two.
    pub acronym: bool,
    /// The other side of the segment has that very word, in any case; of an acronym, in capitals.
    pub across: bool,
    /// A title, an institution, a day, or another word that has a capital without being a name.
    pub common: bool,
}

/// The names of a pair, collected once for all checks.
#[derive(Debug, Default)]
pub struct Names {
    /// By segment: of the original, of the translation.
    segments: Vec<[Vec<Name>; 2]>,
    /// By side and word: it stands with a capital where grammar asks for none, and never without one.
    sure: [Vec<bool>; 2],
    /// Names of the original: in how many aligned segments the translation has them, in how many not.
    kept: FxHashMap<WordId, (usize, usize)>,
}

impl Names {
    /// Collects the names of both sides.
    pub fn of(pair: &Pair) -> Names {
        let mut names = Names::default();
        for index in 0..pair.segments.len() {
            let [mut original, mut translation] =
                [Side::Original, Side::Translation].map(|s| names_of(pair, index, s));
            mark_across(&mut original, &translation, &pair.segments[index].translation);
            mark_across(&mut translation, &original, &pair.segments[index].original);
            if pair.segments[index].bead.is_aligned() {
                let distinct: BTreeMap<WordId, bool> = original.iter().map(|n| (n.word, n.across)).collect();
                for (word, across) in distinct {
                    let (held, lost) = names.kept.entry(word).or_default();
                    if across { *held += 1 } else { *lost += 1 }
                }
            }
            names.segments.push([original, translation]);
        }
        let tokens = pair.documents.iter().flat_map(|d| d.tokens());
        let lower = marked(pair.words, tokens.filter(|t| !t.capital).map(|t| t.word));
        names.sure = [Side::Original, Side::Translation].map(|side| {
            let all = names.segments.iter().flat_map(|s| &s[side as usize]);
            let sure = all.filter(|n| !n.initial && (n.acronym || !lower[n.word as usize]));
            marked(pair.words, sure.map(|n| n.word))
        });
        names
    }

    /// Names on one side of a segment; the first 300.
    pub fn at(&self, index: usize, side: Side) -> &[Name] {
        &self.segments[index][side as usize]
    }

    /// The word is a name in that document: it stands with a capital where grammar asks for none, and never
    /// without one.
    pub fn is_sure(&self, side: Side, word: WordId) -> bool {
        self.sure[side as usize][word as usize]
    }

    /// The pair itself teaches that the translation keeps the name: it does so in three other aligned segments for
    /// each in which it does not, and in two at least.
    pub fn is_kept(&self, word: WordId) -> bool {
        self.kept.get(&word).is_some_and(|&(held, lost)| held >= 2 && held >= 3 * lost)
    }
}

/// A segment of more names is a list; all against all would take too long.
const MOST_NAMES: usize = 300;

/// Capitalised words of one side of a segment, of two letters or more.
fn names_of(pair: &Pair, index: usize, side: Side) -> Vec<Name> {
    let passage = &pair.segments[index].side(side);
    let document = pair.documents[side as usize];
    let starts: Vec<u32> = (passage.sentences.clone())
        .filter_map(|s| document.tokens_of(s).iter().find(|t| t.is_content()).map(|t| t.start))
        .collect();
    let lists = LISTS.get(pair.language(side));
    let is_common = |form: &str| lists.is_some_and(|lists| lists.common.contains(form));
    let mut found: Vec<Name> = Vec::new();
    let mut k = 0;
    while found.len() < MOST_NAMES
        && let Some(capital) = passage.tokens[k..].iter().position(|t| t.capital)
    {
        k += capital;
        let tokens = k..abbreviation(passage, k).unwrap_or(k + 1);
        let token = &passage.tokens[k];
        let written = passage.between(token, &passage.tokens[tokens.end - 1]);
        if token.kind == Kind::Word && written.chars().nth(1).is_some() {
            let next = passage.tokens.get(tokens.end);
            let before_name = next
                .is_some_and(|t| t.capital && t.kind == Kind::Word && !is_common(pair.words.folded(t.word)));
            let opens = starts.binary_search(&token.start).is_ok() || k > 0 && opens_speech(passage, k);
            let mut form = fold(written);
            form.retain(char::is_alphanumeric);
            let acronym = form.len() >= 2 && !written.chars().any(char::is_lowercase);
            let initial = opens && !before_name && !acronym;
            let common = is_common(&form);
            found.push(Name {
                tokens: tokens.clone(),
                word: token.word,
                form,
                initial,
                acronym,
                across: false,
                common,
            });
        }
        k = tokens.end;
    }
    found
}

/// Behind an abbreviation of single capitals with stops that begins here.
fn abbreviation(passage: &Passage, first: usize) -> Option<usize> {
    let letter = |t: &Token| t.capital && passage.between(t, t).chars().nth(1).is_none();
    let mut end = first;
    while let [a, stop, ..] = &passage.tokens[end..]
        && letter(a)
        && a.end == stop.start
        && passage.between(stop, stop) == "."
        && (end == first || passage.tokens[end - 1].end == a.start)
    {
        end += 2;
    }
    (end - first >= 4).then_some(end)
}

/// After a quotation mark, colon, full stop, opening bracket or the number of an item any word has a capital.
fn opens_speech(passage: &Passage, k: usize) -> bool {
    let before = &passage.tokens[k - 1];
    let glued = k > 1 && passage.tokens[k - 2].end == before.start && before.end == passage.tokens[k].start;
    match passage.between(before, before) {
        "\"" | ":" | "(" | "." | "!" | "?" | "•" => true,
        "'" | "-" => !glued,
        _ => before.kind == Kind::Number,
    }
}

/// Marks the names whose very word the other side has.
fn mark_across(names: &mut [Name], others: &[Name], other: &Passage) {
    for name in names {
        name.across = others.iter().any(|o| o.form == name.form)
            || !name.acronym && other.tokens.iter().any(|t| t.word == name.word);
    }
}

/// Names that stand together (`Anna Maria Vaara`), common words left out; the pieces of one name, mostly.
pub struct Run<'n> {
    /// All of them.
    pub names: Vec<&'n Name>,
    /// Those without a counterpart on the other side.
    pub lone: Vec<&'n Name>,
}

impl<'n> Run<'n> {
    /// Two neighbours of it are missing: more than a given name.
    pub fn lacks_neighbours(&self) -> bool {
        self.names.windows(2).any(|two| two.iter().all(|n| self.lone.iter().any(|l| l.tokens == n.tokens)))
    }

    /// Its last name is missing: what people are called by, when the given name stays behind.
    pub fn lacks_its_end(&self) -> bool {
        self.names.last().zip(self.lone.last()).is_some_and(|(last, lone)| last.tokens == lone.tokens)
    }

    /// A name that the other side has and that stands beside one that it lacks.
    pub fn beside(&self) -> Option<&'n Name> {
        self.names.iter().find(|n| self.lone.iter().all(|l| l.tokens != n.tokens)).copied()
    }

    /// Tokens from the first to the last name without a counterpart.
    pub fn tokens(&self) -> Range<usize> {
        let ends = self.lone.first().zip(self.lone.last());
        ends.map_or(0..0, |(first, last)| first.tokens.start..last.tokens.end)
    }
}

/// Runs of names on one side of a segment of which the other side lacks something.
pub fn lone_runs<'n>(pair: &Pair<'n>, names: &'n Names, index: usize, side: Side) -> Vec<Run<'n>> {
    let own = names.at(index, side);
    if own.iter().all(|n| n.across) {
        return Vec::new();
    }
    let passage = pair.segments[index].side(side);
    let other = Other::of(pair, names, index, side.other());
    let mut runs: Vec<Run> = Vec::new();
    for name in own.iter().filter(|n| !n.common) {
        let lone = !name.across && !other.has(name);
        match runs.last_mut() {
            Some(run) if run.names.last().is_some_and(|last| are_joined(passage, last, name)) => {
                run.names.push(name);
                run.lone.extend(lone.then_some(name));
            }
            _ => runs.push(Run { names: vec![name], lone: lone.then_some(name).into_iter().collect() }),
        }
    }
    let abbreviated = other.abbreviated(own);
    runs.retain(|run| run.lone.iter().any(|lone| abbreviated.iter().all(|a| a.tokens != lone.tokens)));
    runs
}

/// Only hyphens, stops and initials stand between them.
fn are_joined(passage: &Passage, left: &Name, right: &Name) -> bool {
    passage.tokens[left.tokens.end..right.tokens.start].iter().all(|t| {
        let text = passage.between(t, t);
        matches!(text, "-" | "." | "–") || t.capital && text.chars().nth(1).is_none()
    })
}

/// The other side of a segment, as a name is looked for in it.
struct Other<'n> {
    names: &'n [Name],
    /// Its words without marks, and whether they have a capital.
    words: Vec<(&'n str, bool)>,
    /// Its letters without anything between them.
    joined: String,
    /// First letters of the words with a capital.
    initials: String,
}

impl<'n> Other<'n> {
    fn of(pair: &Pair<'n>, names: &'n Names, index: usize, side: Side) -> Other<'n> {
        let passage = pair.segments[index].side(side);
        let letters = passage.tokens.iter().filter(|t| t.is_letters());
        let words: Vec<_> = letters.map(|t| (pair.words.folded(t.word), t.capital)).collect();
        let initials = words.iter().filter(|w| w.1).filter_map(|w| w.0.chars().next()).collect();
        let joined = words.iter().map(|w| w.0).collect();
        Other { names: names.at(index, side), words, joined, initials }
    }

    /// The name in another form: inflected, derived, spelt otherwise, joined to a neighbour, abbreviated.
    fn has(&self, name: &Name) -> bool {
        let form = name.form.as_str();
        let long = form.chars().count() >= 4;
        let group = well_known(form);
        let akin = |other: &str, capital: bool| {
            group.is_some() && well_known(other) == group && (capital || other.len() > 3)
                || share_a_stem(form, other) && !name.acronym
                || capital && !name.acronym && are_near(form, other)
        };
        self.names.iter().any(|n| akin(&n.form, true))
            || self.words.iter().any(|(word, capital)| akin(word, *capital))
            || long && self.joined.contains(form)
            || name.acronym && self.initials.contains(form)
    }

    /// Names of the one side whose first letters make an acronym that only this side has.
    fn abbreviated<'o>(&self, own: &'o [Name]) -> Vec<&'o Name> {
        let acronyms = self.names.iter().filter(|a| a.acronym && !a.across);
        let spelt_out = |acronym: &Name| {
            let starts = |names: &[Name]| {
                names.iter().map(|n| n.form.chars().next()).eq(acronym.form.chars().map(Some))
            };
            own.windows(acronym.form.chars().count().max(1))
                .filter(move |&names| starts(names))
                .flatten()
                .collect::<Vec<_>>()
        };
        acronyms.flat_map(spelt_out).collect()
    }
}

/// Word lists of a language, and forms of names that share no stem; see the file.
#[derive(Default)]
struct Lists {
    common: FxHashSet<Folded>,
    endings: Vec<String>,
    we: FxHashSet<Folded>,
    titles: FxHashMap<String, String>,
    same: FxHashMap<Folded, usize>,
}

/// A word of the file without marks; most have none.
type Folded = Cow<'static, str>;

fn folded(word: &'static str) -> Folded {
    let is_plain = word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is_plain { Cow::Borrowed(word) } else { Cow::Owned(fold(word)) }
}

static LISTS: ByLanguage<Lists> = ByLanguage::new(include_str!("names.txt"), Lists::read);

/// What stands in the file for names of any language.
const ANY: &str = "*";

impl Lists {
    fn read(lines: &[&'static str]) -> Lists {
        let mut lists = Lists::default();
        for (number, Row { kind, words, .. }) in lines.iter().filter_map(|line| Row::of(line)).enumerate() {
            let words = words.map(folded);
            match kind {
                "same" => lists.same.extend(words.map(|word| (word, number))),
                "we" => lists.we.extend(words),
                "title" => lists.titles.extend(words.filter_map(|entry| {
                    let (word, meaning) = (entry.split('=').next()?, entry.rsplit('=').next()?);
                    Some((word.to_string(), meaning.to_string()))
                })),
                _ => words.for_each(|word| match word.strip_prefix('*') {
                    Some(ending) => lists.endings.push(ending.to_string()),
                    None => drop(lists.common.insert(word)),
                }),
            }
        }
        lists
    }
}

/// The list of such words knows what sentences begin with, so that other first words are names.
pub fn knows_openers(language: &str) -> bool {
    !endings(language).is_empty()
}

/// A first word of a sentence that, for all that is known of the language, is a name.
pub fn may_open_as_name(language: &str, form: &str) -> bool {
    knows_openers(language) && !endings(language).iter().any(|ending| form.ends_with(ending.as_str()))
}

/// Endings of words that are no names; the list has them with a `*`.
fn endings(language: &str) -> &'static [String] {
    LISTS.get(language).map_or(&[], |lists| &lists.endings)
}

/// What a title before a person's name means (`Premier` is a minister); nothing for other words.
pub fn title(language: &str, form: &str) -> Option<&'static str> {
    LISTS.get(language)?.titles.get(form).map(String::as_str)
}

/// The number of a country, a union or an event that everybody knows; the same one for all its forms.
fn well_known(form: &str) -> Option<usize> {
    LISTS.get(ANY)?.same.get(form).copied()
}

/// A country, a union or an event that everybody knows: what translators add for their readers.
pub fn is_well_known(form: &str) -> bool {
    well_known(form).is_some()
}

/// Two forms of one name that share no stem (`France`, `French`).
pub fn mean_the_same(a: &str, b: &str) -> bool {
    well_known(a).is_some_and(|group| well_known(b) == Some(group))
}

/// Pronouns of the first person plural.
pub struct We(Option<&'static FxHashSet<Folded>>);

impl We {
    /// Those of a language.
    pub fn of(language: &str) -> We {
        We(LISTS.get(language).map(|lists| &lists.we))
    }

    /// The folded word is one of them.
    pub fn hold(&self, form: &str) -> bool {
        self.0.is_some_and(|words| words.contains(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_institutions_are_no_names() {
        let common = LISTS.get("en").map(|lists| &lists.common).expect("has a list");
        assert!(common.contains("ministry") && !common.contains("vaara"));
        assert!(LISTS.get("xx").is_none());
    }

    #[test]
    fn first_words_are_names_unless_their_ending_says_otherwise() {
        assert!(may_open_as_name("en", "vaara"));
        assert!(!may_open_as_name("en", "preparations") && !may_open_as_name("xx", "vaara"));
        assert!(knows_openers("en") && !knows_openers("es"));
    }

    #[test]
    fn words_for_one_title_are_one() {
        assert_eq!(title("en", "premier"), title("en", "minister"));
        assert_eq!(title("en", "baker"), None);
    }

    #[test]
    fn nationalities_belong_to_their_countries() {
        assert!(mean_the_same("france", "french") && mean_the_same("us", "states"));
        assert!(!mean_the_same("france", "spanish") && !mean_the_same("vaara", "vaara"));
    }
}
