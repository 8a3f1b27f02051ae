//! Checks: each finds one kind of fault in an aligned pair, says where, how grave, and why.
//!
//! A check never fails and never guesses. Its settings are its struct; its page, which `explain` prints, stands
//! beside it under the same name.

mod addition;
mod brackets_quotes;
mod casing;
mod encoding;
mod foreign;
mod glossary;
mod kept;
mod length_outlier;
mod likeness;
mod marks;
mod markup;
mod moved_passage;
mod name_inconsistency;
mod name_mismatch;
mod names;
mod negation_mismatch;
mod not_a_translation;
mod number_mismatch;
mod omission;
mod pair;
mod patterns;
mod placeholder;
mod pronoun_mismatch;
mod punctuation;
mod repetition;
mod residue;
mod spelling;
mod substitution;
mod term_mismatch;
mod traits;
mod untranslated;
mod url;
mod whitespace;
mod word_sets;
mod wrong_language;

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::model::{Finding, Severity, Side};
pub use glossary::Glossary;
pub use pair::{Pair, Segment};
use residue::Compared;

/// One kind of fault.
pub trait Check: Sync {
    /// Faults that one segment shows.
    fn segment(&self, _pair: &Pair, _index: usize, _out: &mut Findings) {}
    /// Faults that only the whole pair shows.
    fn document(&self, _pair: &Pair, _out: &mut Findings) {}
}

/// A check of a pipeline with what is known about it.
#[derive(Clone, Copy)]
pub struct Registered<'c> {
    /// Named for the fault: "allow repetition".
    pub name: &'static str,
    /// MQM category, `dimension/type`.
    pub category: &'static str,
    /// The manual page.
    pub page: &'static str,
    /// Switched on in this pipeline.
    pub enabled: bool,
    /// Given to every finding in place of the check's own.
    severity: Option<Severity>,
    check: &'c dyn Check,
}

impl Registered<'_> {
    /// What its page says of how often a finding is right: `high` (9 of 10 and more of those read), `medium` (1 of 2),
    /// `low`, or `unmeasured`.
    pub fn precision(&self) -> &'static str {
        let class = self.page.split("Precision class: ").nth(1);
        class.and_then(|c| c.split('.').next()).unwrap_or("unmeasured")
    }
}

/// The registry: a check is its file, its page and one line here. Makes the `[checks]` part of a pipeline, one table
/// a check.
macro_rules! registry {
    ($($module:ident::$check:ident, $name:literal, $category:literal;)*) => {
        /// All checks with their settings, in the order of their names.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct Checks { $(#[allow(missing_docs)] pub $module: $module::$check,)* }

        impl Checks {
            /// Every check, on or off.
            pub fn all(&self) -> Vec<Registered<'_>> {
                vec![$(Registered {
                    name: $name,
                    category: $category,
                    page: include_str!(concat!(stringify!($module), ".md")),
                    enabled: self.$module.enabled,
                    severity: self.$module.severity,
                    check: &self.$module,
                },)*]
            }
        }
    };
}

registry! {
    addition::Addition, "addition", "accuracy/addition";
    brackets_quotes::BracketsQuotes, "brackets-quotes", "fluency/punctuation";
    casing::Casing, "casing", "fluency/spelling";
    encoding::Encoding, "encoding", "fluency/character-encoding";
    length_outlier::LengthOutlier, "length-outlier", "accuracy/mistranslation";
    markup::Markup, "markup", "design/markup";
    moved_passage::MovedPassage, "moved-passage", "fluency/coherence";
    name_inconsistency::NameInconsistency, "name-inconsistency", "terminology/inconsistency";
    name_mismatch::NameMismatch, "name-mismatch", "accuracy/mistranslation";
    negation_mismatch::NegationMismatch, "negation-mismatch", "accuracy/mistranslation";
    not_a_translation::NotATranslation, "not-a-translation", "accuracy/mistranslation";
    number_mismatch::NumberMismatch, "number-mismatch", "accuracy/mistranslation";
    omission::Omission, "omission", "accuracy/omission";
    placeholder::Placeholder, "placeholder", "design/markup";
    pronoun_mismatch::PronounMismatch, "pronoun-mismatch", "accuracy/mistranslation";
    punctuation::Punctuation, "punctuation", "fluency/punctuation";
    repetition::Repetition, "repetition", "fluency/duplication";
    substitution::Substitution, "substitution", "accuracy/mistranslation";
    term_mismatch::TermMismatch, "term-mismatch", "terminology/wrong-term";
    untranslated::Untranslated, "untranslated", "accuracy/untranslated";
    url::Url, "url", "design/markup";
    whitespace::Whitespace, "whitespace", "fluency/punctuation";
    wrong_language::WrongLanguage, "wrong-language", "accuracy/untranslated";
}

/// Collects what a check finds.
pub struct Findings<'p> {
    pair: &'p Pair<'p>,
    check: &'static str,
    category: &'static str,
    severity: Option<Severity>,
    found: Vec<Finding>,
    /// How many of the present check's findings each segment has.
    counts: FxHashMap<usize, usize>,
    /// What several checks ask of one segment: it takes longer to find out than to look at.
    compared: Option<(usize, Option<Rc<Compared<'p>>>)>,
}

/// More findings of one check in one segment say nothing more: the last one says that there are more.
const MOST: usize = 100;

/// A side of a segment, counted from 0.
pub type Place = (usize, Side);

impl<'p> Findings<'p> {
    fn of(pair: &'p Pair<'p>, checks: &[Registered], run: impl Fn(&dyn Check, &mut Self)) -> Vec<Finding> {
        let mut all = Findings {
            pair,
            check: "",
            category: "",
            severity: None,
            found: Vec::new(),
            counts: FxHashMap::default(),
            compared: None,
        };
        for registered in checks {
            (all.check, all.category, all.severity) =
                (registered.name, registered.category, registered.severity);
            all.counts.clear();
            run(registered.check, &mut all);
        }
        all.found
    }

    /// The words of both sides of a segment compared with each other; `None` where there are too many.
    fn compared(&mut self, segment: usize) -> Option<Rc<Compared<'p>>> {
        if self.compared.as_ref().is_none_or(|(last, _)| *last != segment) {
            let compared = Compared::new(self.pair, &self.pair.segments[segment]);
            self.compared = Some((segment, compared.map(Rc::new)));
        }
        self.compared.as_ref()?.1.clone()
    }

    /// A fault at a byte range of the document's normalised text, as tokens have them.
    pub fn add(&mut self, severity: Severity, place: Place, normal: Range<usize>, message: String) {
        if self.has_room(place.0) {
            let (chars, excerpt) = self.pair.segments[place.0].side(place.1).locate(normal);
            self.push(severity, place, chars, excerpt.to_string(), message);
        }
    }

    /// A fault at a byte range of what the author wrote, counted from the start of [`Passage::source`].
    ///
    /// [`Passage::source`]: crate::text::Passage::source
    pub fn add_in_source(&mut self, severity: Severity, place: Place, source: Range<usize>, message: String) {
        if self.has_room(place.0) {
            let text = self.pair.segments[place.0].side(place.1).source();
            let start = text[..source.start].chars().count();
            let excerpt = &text[source];
            self.push(severity, place, start..start + excerpt.chars().count(), excerpt.to_string(), message);
        }
    }

    fn has_room(&mut self, segment: usize) -> bool {
        let count = self.counts.entry(segment).or_default();
        *count += 1;
        *count <= MOST
    }

    fn push(
        &mut self,
        severity: Severity,
        (segment, side): Place,
        chars: Range<usize>,
        excerpt: String,
        message: String,
    ) {
        let full = self.counts.get(&segment).is_some_and(|&n| n == MOST);
        let message = if full { format!("{message}; more follow in this segment") } else { message };
        let (check, category, severity) = (self.check, self.category, self.severity.unwrap_or(severity));
        self.found.push(Finding { segment, check, category, severity, side, chars, excerpt, message });
    }
}

/// One fault is reported once: a passage left out or added gives way to a finding of another check that covers at least
/// half of it; what a segment fails to say gives way to the finding that it is no translation at all; and length to a
/// loop. Findings stand in the order of their segments.
pub fn drop_doubles(findings: &mut Vec<Finding>) {
    let is_passage =
        |f: &Finding| matches!(f.check, "omission" | "addition") && f.severity == Severity::Minor;
    let covers = |f: &Finding, passage: &Finding| {
        let shared =
            f.chars.end.min(passage.chars.end).saturating_sub(f.chars.start.max(passage.chars.start));
        f.side == passage.side && !is_passage(f) && 2 * shared >= passage.chars.len()
    };
    let mut kept = Vec::with_capacity(findings.len());
    let is_whole = |f: &Finding| match f.check {
        "not-a-translation" | "wrong-language" => true,
        "untranslated" => f.severity == Severity::Critical,
        _ => false,
    };
    let is_loop = |f: &Finding| f.check == "repetition" && f.severity == Severity::Critical;
    for segment in findings.chunk_by(|a, b| a.segment == b.segment) {
        let (no_translation, looping) = (segment.iter().any(is_whole), segment.iter().any(is_loop));
        let single = |f: &&Finding| {
            !(is_passage(f) && segment.iter().any(|other| covers(other, f))
                || no_translation && f.category.starts_with("accuracy/") && !is_whole(f)
                || looping && f.check == "length-outlier")
        };
        kept.extend(segment.iter().filter(single).cloned());
    }
    *findings = kept;
}

/// Runs every check that is switched on over one segment.
pub fn check_segment(checks: &[Registered], pair: &Pair, index: usize) -> Vec<Finding> {
    Findings::of(pair, checks, |check, out| check.segment(pair, index, out))
}

/// Runs every check that is switched on over the whole pair.
pub fn check_document(checks: &[Registered], pair: &Pair) -> Vec<Finding> {
    Findings::of(pair, checks, |check, out| check.document(pair, out))
}
