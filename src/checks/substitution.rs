//! Substitution: the opposite of a word in its place, or the other meaning of a homograph.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};

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
        if pair.unrelated || !pair.is_monolingual() || !segment.bead.is_aligned() {
            return;
        }
        let Some(compared) = out.compared(index) else { return };
        for [original, translation] in compared.residue(Side::Original).exchanged(CONTEXT) {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Opposite,
    Homograph,
}

/// What the list says of one language.
#[derive(Debug, Default)]
struct Table {
    related: BTreeMap<&'static str, Vec<(&'static str, Relation)>>,
    prefixes: Vec<&'static str>,
    negators: Vec<&'static str>,
}

/// Letters of a word that a prefix turns into its opposite; of shorter ones it makes another word ("side", "inside").
const PREFIXED: usize = 5;

/// "Immigrant" is no opposite of "migrant".
const MOVING: &str = "migra";

impl Table {
    fn of(section: &'static str) -> Table {
        let mut table = Table::default();
        for line in section.lines() {
            if let Some(prefixes) = line.strip_prefix("- ") {
                table.prefixes.extend(prefixes.split(' '));
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
        for a in left.split(' ') {
            for b in right.split(' ') {
                self.related.entry(a).or_default().push((b, relation));
                self.related.entry(b).or_default().push((a, relation));
            }
        }
    }

    fn relation(&self, a: &str, b: &str) -> Option<Relation> {
        let listed = self.related.get(a).into_iter().flatten().find(|(word, _)| *word == b);
        let turned = || [(a, b), (b, a)].iter().any(|(word, other)| self.negates(word, other));
        listed.map(|&(_, relation)| relation).or_else(|| turned().then_some(Relation::Opposite))
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

static TABLES: LazyLock<BTreeMap<&'static str, Table>> = LazyLock::new(|| {
    let sections = include_str!("substitutions.txt").split("\n[").skip(1);
    let tables = sections.filter_map(|section| section.split_once(']'));
    tables.map(|(language, lines)| (language, Table::of(lines))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(a: &str, b: &str) -> Option<Relation> {
        TABLES["en"].relation(a, b)
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
