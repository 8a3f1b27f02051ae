//! What a translation keeps as it is, such as tags and addresses, held against the original.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Findings, Pair};
use crate::model::{Severity, Side};

/// Something to be kept, at bytes of what the author wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The form in which items are compared.
    pub key: String,
    /// Where it stands in the passage.
    pub source: Range<usize>,
}

impl Item {
    /// What stands at a range, compared as it is written.
    pub fn at(text: &str, source: Range<usize>) -> Item {
        Item { key: text[source.clone()].to_string(), source }
    }
}

/// Reports every item of one side that the other has not, unless the segment before or behind has it in its stead: the
/// aligner may have cut between. An item lost and one gained are one finding. `what` names the kind: "the tag". True where
/// something was reported.
pub fn report(
    pair: &Pair,
    index: usize,
    out: &mut Findings,
    (what, severity): (&str, Severity),
    items: impl Fn(&str) -> Vec<Item>,
) -> bool {
    let Some(segment) = pair.both(index) else { return false };
    let sides =
        |k: usize| [Side::Original, Side::Translation].map(|s| items(pair.segments[k].side(s).source()));
    let [originals, translations] = sides(index);
    if originals.iter().map(|i| &i.key).eq(translations.iter().map(|i| &i.key)) {
        return false;
    }
    let (mut missing, mut extra) =
        (unmatched(&originals, &translations), unmatched(&translations, &originals));
    for near in pair.neighbours(index) {
        if missing.is_empty() && extra.is_empty() {
            return false;
        }
        let [there, here] = sides(near);
        missing = unmatched(&missing, &unmatched(&here, &there));
        extra = unmatched(&extra, &unmatched(&there, &here));
    }
    let [there, here] = [segment.original.source(), segment.translation.source()];
    for (k, item) in extra.iter().enumerate() {
        let own = &here[item.source.clone()];
        let message = match missing.get(k) {
            Some(lost) => format!("the original has {}, the translation {own}", &there[lost.source.clone()]),
            None => format!("{what} {own} does not stand in the original"),
        };
        out.add_in_source(severity, (index, Side::Translation), item.source.clone(), message);
    }
    for item in missing.iter().skip(extra.len()) {
        let message = format!("{what} {} does not stand in the translation", &there[item.source.clone()]);
        out.add_in_source(severity, (index, Side::Original), item.source.clone(), message);
    }
    missing.len() + extra.len() > 0
}

/// Items of `own` without an equal among `others`, each of which stands for one.
fn unmatched(own: &[Item], others: &[Item]) -> Vec<Item> {
    let mut free: FxHashMap<&str, usize> = FxHashMap::default();
    for other in others {
        *free.entry(&other.key).or_default() += 1;
    }
    let mut left = own.to_vec();
    left.retain(|item| match free.get_mut(item.key.as_str()).filter(|n| **n > 0) {
        Some(n) => {
            *n -= 1;
            false
        }
        None => true,
    });
    left
}
