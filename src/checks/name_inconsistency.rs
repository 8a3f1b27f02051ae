//! Name inconsistency: one name of the original in several spellings in the translation.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::spelling::are_spellings_of_one;
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
        if pair.unrelated {
            return;
        }
        for (original, mut forms) in forms(pair) {
            if !pair.is_monolingual() {
                keep_spellings_of_one(pair, original, &mut forms);
            }
            if forms.len() < 2 {
                continue;
            }
            let severity = if forms.len() >= 3 { Severity::Major } else { Severity::Minor };
            let listed: Vec<_> = forms.values().map(|f| format!("{} ({})", f.text, f.count)).collect();
            let deviant = forms.iter().filter(|(word, _)| **word != original).map(|(_, f)| f);
            let first = deviant.min_by_key(|f| (f.count, f.bytes.start));
            let Some(Form { segment, bytes, .. }) = first else { continue };
            let message = format!("one name in {} spellings: {}", forms.len(), listed.join(", "));
            out.add(severity, (*segment, Side::Translation), bytes.clone(), message);
        }
    }
}

/// A spelling in the translation: where it stands first, and how often it comes.
struct Form<'p> {
    segment: usize,
    bytes: Range<usize>,
    text: &'p str,
    count: usize,
}

/// Across languages many a word sounds like the name and has endings of its own: what counts are spellings of the
/// commonest form that do not merely add to it. The original's own form may be a quotation.
fn keep_spellings_of_one(pair: &Pair, original: WordId, forms: &mut BTreeMap<WordId, Form>) {
    let commonest = forms.iter().max_by_key(|(_, form)| form.count).map(|(&word, _)| word);
    let Some(commonest) = commonest else { return };
    let [text, folded] = [pair.words.text(commonest), pair.words.folded(commonest)];
    forms.retain(|&word, _| {
        let own = pair.words.text(word);
        let longer = own.starts_with(text) || text.starts_with(own);
        let is_spelling = || are_spellings_of_one(folded, pair.words.folded(word));
        word == commonest || word != original && !longer && is_spelling()
    });
}

/// For each sure name of the original, its spellings in the segments that align with it.
fn forms<'p>(pair: &Pair<'p>) -> BTreeMap<WordId, BTreeMap<WordId, Form<'p>>> {
    let names = pair.names();
    let mut found: BTreeMap<WordId, BTreeMap<WordId, Form>> = BTreeMap::new();
    for (index, segment) in pair.segments.iter().enumerate() {
        let originals = names.at(index, Side::Original).iter();
        let sure = originals.filter(|o| names.is_sure(Side::Original, o.word) && !o.common);
        let sure: Vec<WordId> = sure.map(|o| o.word).collect();
        for name in names.at(index, Side::Translation) {
            let is_form = |o: WordId| {
                o == name.word
                    || (!pair.holds(Side::Original, name.word)
                        && are_spellings_of_one(pair.words.folded(o), pair.words.folded(name.word)))
            };
            if let Some(&original) = sure.iter().find(|&&o| is_form(o)) {
                let token = &segment.translation.tokens[name.tokens.start];
                let bytes = token.start as usize..token.end as usize;
                let text = segment.translation.between(token, token);
                let forms = found.entry(original).or_default();
                forms.entry(name.word).or_insert(Form { segment: index, bytes, text, count: 0 }).count += 1;
            }
        }
    }
    found
}
