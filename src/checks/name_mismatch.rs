//! Name mismatch: a name that the translation spells otherwise, replaces, leaves out or adds.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::names::{
    Name, Run, We, is_well_known, knows_openers, lone_runs, may_open_as_name, mean_the_same, title,
};
use super::spelling::{are_near, are_spellings_of_one};
use super::{Check, Findings, Pair, Place};
use crate::model::{Severity, Side};
use crate::text::words::Token;

#[doc = include_str!("name_mismatch.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameMismatch {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
}

impl Default for NameMismatch {
    fn default() -> Self {
        NameMismatch { enabled: true, severity: None }
    }
}

impl Check for NameMismatch {
    fn document(&self, pair: &Pair, out: &mut Findings) {
        if pair.unrelated {
            return;
        }
        let mut told = BTreeSet::new();
        for index in (0..pair.segments.len()).filter(|&i| pair.both(i).is_some()) {
            if pair.is_monolingual() {
                spellings(pair, index, &mut told, out);
                titles(pair, index, out);
            }
            others(pair, index, pronouns(pair, index, out), out);
        }
    }
}

/// Names of the original in another spelling; each such spelling once in a text.
fn spellings<'p>(pair: &'p Pair, index: usize, told: &mut BTreeSet<(&'p str, &'p str)>, out: &mut Findings) {
    let names = pair.names();
    for name in names.at(index, Side::Translation) {
        if name.common || name.across || pair.holds(Side::Original, name.word) {
            continue;
        }
        let original = names.at(index, Side::Original).iter().find(|o| {
            names.is_sure(Side::Original, o.word)
                && !o.common
                && !mean_the_same(&o.form, &name.form)
                && are_spellings_of_one(pair.words.folded(o.word), pair.words.folded(name.word))
        });
        let Some(original) = original else { continue };
        if told.insert((pair.words.text(original.word), pair.words.text(name.word))) {
            let written = text(pair, index, Side::Original, &original.tokens);
            let own = text(pair, index, Side::Translation, &name.tokens);
            let message = format!("\"{written}\" in the original is spelt \"{own}\" here");
            add(pair, out, Severity::Minor, (index, Side::Translation), &name.tokens, message);
        }
    }
}

/// An acronym of the original that the translation lacks, with a pronoun too many: "U.S." read as "us".
/// Gives the acronym.
fn pronouns<'p>(pair: &'p Pair, index: usize, out: &mut Findings) -> Option<&'p Name> {
    let we = We::of(pair.language(Side::Original));
    let acronyms = pair.names().at(index, Side::Original).iter().filter(|n| n.acronym && !n.across);
    // The likeliest is the one that reads like a pronoun.
    let lost = acronyms.min_by_key(|n| !we.hold(&n.form)).filter(|_| pair.is_monolingual())?;
    let [before, after] = [Side::Original, Side::Translation].map(|side| first_persons(pair, index, side));
    if after.len() <= before.len() {
        return None;
    }
    let slot = after.iter().find(|&&k| same_slot(pair, index, &lost.tokens, &(k..k + 1)));
    let alike = we.hold(&lost.form);
    let severity = if slot.is_some() && alike { Severity::Critical } else { Severity::Major };
    let &at = slot.or(after.last().filter(|_| alike))?;
    let written = text(pair, index, Side::Original, &lost.tokens);
    let own = text(pair, index, Side::Translation, &(at..at + 1));
    let message = format!("\"{written}\" of the original is missing here, and \"{own}\" is added");
    add(pair, out, severity, (index, Side::Translation), &(at..at + 1), message);
    Some(lost)
}

/// Tokens that mean the speakers.
fn first_persons(pair: &Pair, index: usize, side: Side) -> Vec<usize> {
    let passage = pair.segments[index].side(side);
    let capitals = |t: &Token| passage.between(t, t).chars().filter(|c| c.is_uppercase()).count() > 1;
    let we = We::of(pair.language(side));
    let tokens = passage.tokens.iter().enumerate();
    tokens.filter(|(_, t)| we.hold(pair.words.folded(t.word)) && !capitals(t)).map(|(k, _)| k).collect()
}

/// A name, or a run of them, that the other side of the segment lacks.
struct Stranger<'n> {
    tokens: Range<usize>,
    /// The first of them.
    name: &'n Name,
    /// Believed by itself, without a name on the other side that stands for it.
    alone: bool,
    /// The other side has the rest of its run, this name among it.
    beside: Option<&'n Name>,
}

impl Stranger<'_> {
    /// Stands where the other one stands: between the same words, or beside the same part of a name.
    fn is_in_the_place_of(&self, there: &Stranger, pair: &Pair, index: usize) -> bool {
        match (there.beside, self.beside) {
            (None, None) => same_slot(pair, index, &there.tokens, &self.tokens),
            (Some(there), Some(here)) => there.form == here.form || are_near(&there.form, &here.form),
            _ => false,
        }
    }
}

/// Names replaced, left out or added.
fn others(pair: &Pair, index: usize, known: Option<&Name>, out: &mut Findings) {
    let missing = strangers(pair, index, Side::Original);
    if missing.is_empty() && !pair.is_monolingual() {
        return;
    }
    let mut extra = strangers(pair, index, Side::Translation);
    for there in missing.iter().filter(|m| known.is_none_or(|k| k.tokens != m.tokens)) {
        let written = text(pair, index, Side::Original, &there.tokens);
        let slot = extra.iter().position(|here| here.is_in_the_place_of(there, pair, index));
        let any = || extra.iter().position(|here| there.alone && here.alone);
        if let Some(found) = slot.or_else(any) {
            let here = extra.remove(found);
            let own = text(pair, index, Side::Translation, &here.tokens);
            let sure = slot.is_some() && there.alone && here.alone;
            let severity = if sure { Severity::Major } else { Severity::Minor };
            let message = format!("the original has \"{written}\", the translation \"{own}\"");
            add(pair, out, severity, (index, Side::Translation), &here.tokens, message);
        } else if there.alone {
            let message = format!("\"{written}\" does not stand in the translation");
            add(pair, out, Severity::Minor, (index, Side::Original), &there.tokens, message);
        }
    }
    for here in extra.iter().filter(|e| e.alone && !is_well_known(&e.name.form)) {
        let own = text(pair, index, Side::Translation, &here.tokens);
        let message = format!("\"{own}\" does not stand in the original");
        add(pair, out, Severity::Minor, (index, Side::Translation), &here.tokens, message);
    }
}

/// Names of one side that the other lacks, as far as they are sure.
fn strangers<'p>(pair: &'p Pair, index: usize, side: Side) -> Vec<Stranger<'p>> {
    let names = pair.names();
    let language = pair.language(side);
    let taught = |n: &Name| !n.across && names.is_kept(n.word);
    if side == Side::Original && !pair.is_monolingual() && !names.at(index, side).iter().any(taught) {
        return Vec::new();
    }
    let listed = pair.is_monolingual() && knows_openers(language);
    let stranger = |run: &Run<'p>| {
        // The first word of a sentence alone is taken for a name that was left out, but not for one that was put in.
        let opener = side == Side::Original || run.names.len() > 1;
        let sure = run.lone.iter().any(|n| n.acronym || names.is_sure(side, n.word))
            || listed
                && opener
                && run.names.first().is_some_and(|head| may_open_as_name(language, &head.form));
        let kept = side == Side::Original && run.lone.iter().all(|n| names.is_kept(n.word));
        let known = run.lone.iter().all(|n| pair.holds(side.other(), n.word));
        let believed = match side {
            Side::Original => listed || kept || pair.is_monolingual() && run.names.len() > 1,
            Side::Translation => !known && (pair.is_monolingual() || nouns_are_small(language)),
        };
        let beside = run.beside().filter(|_| !run.lacks_neighbours() && !run.lacks_its_end());
        let alone = beside.is_none() && (listed || kept);
        let whole = beside.is_none() || listed;
        let name = *run.lone.first()?;
        (sure && believed && whole).then(|| Stranger { tokens: run.tokens(), name, alone, beside })
    };
    lone_runs(pair, names, index, side).iter().filter_map(stranger).collect()
}

/// Nouns that are no names have no capital.
fn nouns_are_small(language: &str) -> bool {
    !matches!(language, "de" | "lb")
}

/// A person of the original with another title: a president that became a minister.
fn titles(pair: &Pair, index: usize, out: &mut Findings) {
    let [original, translation] = [Side::Original, Side::Translation].map(|side| {
        let held = pair.names().at(index, side).iter().filter(|n| n.across);
        held.filter_map(|n| Some((n, title_before(pair, index, side, n)?))).collect::<Vec<_>>()
    });
    let wrong = translation.iter().find_map(|(name, (title, at))| {
        let there: Vec<_> = original.iter().filter(|(n, _)| n.word == name.word).collect();
        let (_, (_, written)) = there.first()?;
        there.iter().all(|(_, (other, _))| other != title).then_some((written, at))
    });
    if let Some((written, at)) = wrong {
        let (there, here) =
            (text(pair, index, Side::Original, written), text(pair, index, Side::Translation, at));
        let message = format!("the original has \"{there}\", the translation \"{here}\"");
        add(pair, out, Severity::Major, (index, Side::Translation), at, message);
    }
}

/// Farther before a name no title is looked for ("Foreign Minister Anna Maria Vaara").
const TITLE_REACH: usize = 5;

/// The title before a name, with the tokens from there to the name; only words with a capital lie between.
fn title_before<'p>(
    pair: &'p Pair,
    index: usize,
    side: Side,
    name: &Name,
) -> Option<(&'p str, Range<usize>)> {
    let tokens = pair.segments[index].side(side).tokens;
    let first = name.tokens.start;
    let before = (first.saturating_sub(TITLE_REACH)..first).rev().take_while(|&k| tokens[k].capital);
    before
        .filter_map(|k| Some((title(pair.language(side), pair.words.text(tokens[k].word))?, k)))
        .map(|(title, k)| (title, k..name.tokens.end))
        .next()
}

/// The same word stands before both, or after both.
fn same_slot(pair: &Pair, index: usize, there: &Range<usize>, here: &Range<usize>) -> bool {
    let segment = &pair.segments[index];
    let neighbours = |tokens: &[Token], at: &Range<usize>| {
        let word = |t: &Token| t.is_content().then_some(t.word);
        let before = tokens[..at.start].last().and_then(word);
        (before, tokens[at.end..].first().and_then(word))
    };
    let (left, right) =
        (neighbours(segment.original.tokens, there), neighbours(segment.translation.tokens, here));
    left.0.is_some() && left.0 == right.0 || left.1.is_some() && left.1 == right.1
}

fn text<'p>(pair: &Pair<'p>, index: usize, side: Side, tokens: &Range<usize>) -> &'p str {
    let passage = pair.segments[index].side(side);
    passage.between(&passage.tokens[tokens.start], &passage.tokens[tokens.end - 1])
}

fn add(
    pair: &Pair,
    out: &mut Findings,
    severity: Severity,
    place: Place,
    tokens: &Range<usize>,
    message: String,
) {
    let all = pair.segments[place.0].side(place.1).tokens;
    let range = all[tokens.start].start as usize..all[tokens.end - 1].end as usize;
    out.add(severity, place, range, message);
}
