//! Name inconsistency: one name of the original in several spellings in the translation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::names::{Name, are_spellings_of_one, names, sure_names};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::words::WordId;

#[doc = include_str!("name_inconsistency.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameInconsistency {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NameInconsistency {
    fn default() -> Self {
        NameInconsistency { enabled: true, severity: None }
    }
}

impl Check for NameInconsistency {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if !pair.is_monolingual() || pair.unrelated {
            return;
        }
        for (original, forms) in forms(pair) {
            if forms.len() < 2 {
                continue;
            }
            let severity = if forms.len() >= 3 { Severity::Major } else { Severity::Minor };
            let text = |form: &Form| {
                pair.segments[form.segment].translation.between(form.name.token, form.name.token)
            };
            let listed: Vec<String> = forms.values().map(|f| format!("{} ({})", text(f), f.count)).collect();
            let deviant = forms.iter().filter(|(word, _)| **word != original).map(|(_, f)| f);
            let Some(first) = deviant.min_by_key(|f| f.name.token.start) else { continue };
            let range = first.name.token.start as usize..first.name.token.end as usize;
            let message = format!("one name in {} spellings: {}", forms.len(), listed.join(", "));
            out.add(severity, (first.segment, Side::Translation), range, message);
        }
    }
}

/// A spelling in the translation: where it stands first, and how often it comes.
struct Form<'p> {
    segment: usize,
    name: Name<'p>,
    count: usize,
}

/// For each sure name of the original, its spellings in the segments that align with it.
fn forms<'p>(pair: &Pair<'p>) -> BTreeMap<WordId, BTreeMap<WordId, Form<'p>>> {
    let sure = sure_names(pair, Side::Original);
    let mut found: BTreeMap<WordId, BTreeMap<WordId, Form>> = BTreeMap::new();
    for index in 0..pair.segments.len() {
        let originals = names(pair, index, Side::Original);
        for name in names(pair, index, Side::Translation) {
            let word = name.token.word;
            let is_form = |o: WordId| {
                o == word
                    || (!pair.holds(Side::Original, word)
                        && are_spellings_of_one(pair.words.text(o), pair.words.text(word)))
            };
            let original = originals.iter().map(|o| o.token.word).find(|&o| sure.contains(&o) && is_form(o));
            if let Some(original) = original {
                let forms = found.entry(original).or_default();
                forms.entry(word).or_insert(Form { segment: index, name, count: 0 }).count += 1;
            }
        }
    }
    found
}
