//! Substitution: the opposite of a word in its place, or the other meaning of a homograph.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::word_sets::Heads;
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::by_language::ByLanguage;
use crate::text::words::{WordId, Words};

#[doc = include_str!("substitution.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Substitution {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for Substitution {
    fn default() -> Self {
        Substitution { enabled: true, severity: None }
    }
}

/// Words of context, before and behind together, that show that two words stand in the same place.
const CONTEXT: usize = 2;

impl Check for Substitution {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        let Some(table) = TABLES.get(pair.language(Side::Translation)) else { return };
        if pair.unrelated
            || !pair.is_monolingual()
            || !segment.bead.is_aligned()
            || !may_exchange(pair, index)
        {
            return;
        }
        let Some(compared) = out.compared(index) else { return };
        let is_related = |word: WordId| pair.relatives()[word as usize];
        let exchanged = compared.residue(Side::Original).exchanged(CONTEXT, is_related);
        for [original, translation] in exchanged {
            let [before, here] = [original, translation].map(|token| pair.words.text(token.word));
            let message = match table.relation(before, here) {
                None => continue,
                Some(Relation::Opposite) if table.turns(pair, index, [before, here]) => continue,
                Some(Relation::Opposite) => {
                    format!("\"{here}\" stands where the original has its opposite \"{before}\"")
                }
                Some(Relation::Homograph) => {
                    format!(
                        "\"{here}\" stands where the original has \"{before}\": one word in other languages"
                    )
                }
            };
            let place = (index, Side::Translation);
            out.add(Severity::Minor, place, translation.start as usize..translation.end as usize, message);
        }
    }
}

/// A cheap test: the sides differ in words that have a relation to some word of the pair.
fn may_exchange(pair: &Pair, index: usize) -> bool {
    let relatives = pair.relatives();
    let [original, translation] = [Side::Original, Side::Translation].map(|side| {
        let words = pair.segments[index].side(side).tokens.iter().map(|t| t.word);
        let mut related: Vec<WordId> = words.filter(|&word| relatives[word as usize]).collect();
        related.sort_unstable();
        related
    });
    !original.is_empty() && !translation.is_empty() && original != translation
}

/// By the numbers of a pair's words: whether the pair has another one to which the language's list relates it.
pub fn relatives(words: &Words, language: &str) -> Vec<bool> {
    let mut relatives = vec![false; words.len()];
    let Some(table) = TABLES.get(language) else { return relatives };
    let mut listed: Vec<(usize, bool, WordId)> = Vec::new();
    for word in 0..words.len() as WordId {
        let text = words.text(word);
        listed.extend(table.places(text).iter().map(|&(line, is_right)| (line, is_right, word)));
        let prefixes: &[&str] = if table.turning.may_begin(text) { &table.prefixes } else { &[] };
        let rests = prefixes.iter().filter_map(|prefix| text.strip_prefix(prefix));
        for other in rests.filter(|rest| rest.len() >= PREFIXED).filter_map(|rest| words.find(rest)) {
            (relatives[word as usize], relatives[other as usize]) = (true, true);
        }
    }
    listed.sort_unstable();
    for line in listed.chunk_by(|a, b| a.0 == b.0) {
        let has_both_sides = line.first().map(|l| l.1) != line.last().map(|l| l.1);
        for &(.., word) in line {
            relatives[word as usize] |= has_both_sides;
        }
    }
    relatives
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Opposite,
    Homograph,
}

/// What the list says of one language.
#[derive(Default)]
struct Table {
    /// Where words stand: lines, and on which of their sides.
    places: FxHashMap<&'static str, Vec<(usize, bool)>>,
    /// Of the words.
    heads: Heads,
    /// By line.
    relations: Vec<Relation>,
    prefixes: Vec<&'static str>,
    /// Of the prefixes.
    turning: Heads,
    negators: Vec<&'static str>,
}

/// Letters of a word that a prefix turns into its opposite; of shorter ones it makes another word ("side", "inside").
const PREFIXED: usize = 5;

/// "Immigrant" is no opposite of "migrant".
const MOVING: &str = "migra";

impl Table {
    fn of(lines: &[&'static str]) -> Table {
        let mut table = Table::default();
        for line in lines.iter().filter_map(|line| Some(line.split_once('\t')?.1)) {
            if let Some(prefixes) = line.strip_prefix("- ") {
                table.prefixes.extend(prefixes.split(' '));
                prefixes.split(' ').for_each(|prefix| table.turning.add(prefix));
            } else if let Some(negators) = line.strip_prefix("! ") {
                table.negators.extend(negators.split(' '));
            } else if let Some((left, right)) = line.split_once(" | ") {
                table.relate(left, right, Relation::Opposite);
            } else if let Some((left, right)) = line.split_once(" ~ ") {
                table.relate(left, right, Relation::Homograph);
            }
        }
        table
    }

    fn relate(&mut self, left: &'static str, right: &'static str, relation: Relation) {
        let line = self.relations.len();
        self.relations.push(relation);
        for (words, is_right) in [(left, false), (right, true)] {
            for word in words.split(' ') {
                self.heads.add(word);
                self.places.entry(word).or_default().push((line, is_right));
            }
        }
    }

    /// Lines in which the word stands, and on which of their sides.
    fn places(&self, word: &str) -> &[(usize, bool)] {
        let places = self.heads.may_begin(word).then(|| self.places.get(word)).flatten();
        places.map_or(&[], Vec::as_slice)
    }

    fn relation(&self, a: &str, b: &str) -> Option<Relation> {
        let there = self.places(b);
        let faces = |&&(line, is_right): &&(usize, bool)| there.contains(&(line, !is_right));
        let listed = self.places(a).iter().find(faces).map(|&(line, _)| self.relations[line]);
        let turned = || [(a, b), (b, a)].iter().any(|(word, other)| self.negates(word, other));
        listed.or_else(|| turned().then_some(Relation::Opposite))
    }

    /// Besides the two words, one side has more negations than the other: an opposite may say the same.
    fn turns(&self, pair: &Pair, index: usize, exchanged: [&str; 2]) -> bool {
        let [original, translation] = [Side::Original, Side::Translation].map(|side| {
            let tokens = pair.segments[index].side(side).tokens.iter();
            let texts = tokens.map(|t| pair.words.text(t.word)).filter(|text| !exchanged.contains(text));
            texts.filter(|text| self.negators.contains(text)).count()
        });
        original != translation
    }

    fn negates(&self, word: &str, other: &str) -> bool {
        let rest = word.strip_suffix(other).unwrap_or_default();
        other.chars().count() >= PREFIXED && !other.starts_with(MOVING) && self.prefixes.contains(&rest)
    }
}

static TABLES: ByLanguage<Table> = ByLanguage::new(include_str!("substitutions.txt"), Table::of);

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(a: &str, b: &str) -> Option<Relation> {
        TABLES.get("en").and_then(|table| table.relation(a, b))
    }

    #[test]
    fn opposites_and_homographs_are_known_both_ways() {
        assert_eq!(relation("increased", "decreased"), Some(Relation::Opposite));
        assert_eq!(relation("decreased", "increased"), Some(Relation::Opposite));
        assert_eq!(relation("world", "peace"), Some(Relation::Homograph));
        assert_eq!(relation("increased", "grew"), None);
    }

    #[test]
    fn a_prefix_makes_an_opposite_of_a_long_word_only() {
        assert_eq!(relation("possible", "impossible"), Some(Relation::Opposite));
        assert_eq!(relation("inside", "side"), None);
    }
}
