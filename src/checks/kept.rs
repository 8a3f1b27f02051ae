//! What a translation keeps as it is, such as tags and addresses, held against the original.

use std::ops::Range;

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

/// Reports every item of one side that the other has not, there or in the segment before or after: the aligner may
/// have cut between. An item lost and one gained are one finding. `what` names the kind: "the tag".
pub fn report(
    pair: &Pair,
    index: usize,
    out: &mut Findings,
    (what, severity): (&str, Severity),
    items: impl Fn(&str) -> Vec<Item>,
) {
    let segment = &pair.segments[index];
    if pair.unrelated || segment.lacks(Side::Original) || segment.lacks(Side::Translation) {
        return;
    }
    let of = |k: usize, side: Side| items(pair.segments[k].side(side).source());
    let [originals, translations] = [Side::Original, Side::Translation].map(|side| of(index, side));
    if originals.iter().map(|i| &i.key).eq(translations.iter().map(|i| &i.key)) {
        return;
    }
    let around = [index.checked_sub(1), Some(index + 1).filter(|&k| k < pair.segments.len())];
    let left = |own: &[Item], others: &[Item], side: Side| -> Vec<Item> {
        let mut left = unmatched(own, others);
        let nearby = || around.iter().flatten().flat_map(|&k| of(k, side.other()));
        left.retain(|item| !nearby().any(|other| other.key == item.key));
        left
    };
    let missing = left(&originals, &translations, Side::Original);
    let extra = left(&translations, &originals, Side::Translation);
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
}

/// Items of `own` without an equal among `others`, each of which stands for one.
fn unmatched(own: &[Item], others: &[Item]) -> Vec<Item> {
    let mut free: Vec<&str> = others.iter().map(|o| o.key.as_str()).collect();
    let mut left = own.to_vec();
    left.retain(|item| match free.iter().position(|o| *o == item.key) {
        Some(k) => {
            free.swap_remove(k);
            false
        }
        None => true,
    });
    left
}
