//! Repetition: words, phrases, sentences and characters said again without cause in the original.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::pair::{SENTENCE_WORDS, sentence_words};
use super::{Check, Findings, Pair};
use crate::model::{Severity, Side};
use crate::text::Passage;
use crate::text::runs::{LONGEST_UNIT, Run, tandem_runs, unit_key};
use crate::text::words::{Kind, Token, WordId, Words};

#[doc = include_str!("repetition.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Repetition {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// Also report "x and x" (a word on both sides of a conjunction), as minor.
    pub coordinated: bool,
    /// Words whose doubling is never reported, by language code; added to the built-in list.
    pub allow: BTreeMap<String, Vec<String>>,
    /// Languages whose grammar doubles words: two in a row are never reported there.
    pub reduplicating: Vec<String>,
}

impl Default for Repetition {
    fn default() -> Self {
        let reduplicating = "hi pa ur bn mr gu ne ta te kn ml tr az id ms jv vi th km my tl".split(' ');
        Repetition {
            enabled: true,
            severity: None,
            coordinated: false,
            allow: BTreeMap::new(),
            reduplicating: reduplicating.map(String::from).collect(),
        }
    }
}

impl Check for Repetition {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        if pair.segments[index].translation.tokens.is_empty() {
            return;
        }
        let scene = Scene::new(self, pair, index);
        let mut alarms = scene.tandem();
        Scene::add_where_free(&mut alarms, scene.character_loops());
        Scene::add_where_free(&mut alarms, scene.frequent_phrases());
        Scene::add_where_free(&mut alarms, scene.frequent_words());
        if self.coordinated {
            Scene::add_where_free(&mut alarms, scene.coordinated());
        }
        for alarm in alarms {
            out.add(alarm.severity, (index, Side::Translation), alarm.normal, alarm.message);
        }
    }

    fn document(&self, pair: &Pair, out: &mut Findings) {
        for copy in repeated_sentences(pair) {
            let severity = if copy.here >= 3 { Severity::Critical } else { Severity::Major };
            let message = format!(
                "the whole sentence stands {} times in the translation, {} in the original",
                copy.here, copy.there
            );
            out.add(severity, (copy.segment, Side::Translation), copy.normal, message);
        }
    }
}

/// A repetition that nothing licenses.
struct Alarm {
    normal: Range<usize>,
    severity: Severity,
    message: String,
}

/// One side of a segment as the detectors see it: its words without punctuation.
struct Line<'p> {
    passage: &'p Passage<'p>,
    tokens: Vec<&'p Token>,
    ids: Vec<WordId>,
    runs: Vec<Run>,
}

impl<'p> Line<'p> {
    fn new(passage: &'p Passage<'p>) -> Line<'p> {
        let tokens: Vec<&Token> = passage.tokens.iter().filter(|t| t.is_content()).collect();
        let ids: Vec<WordId> = tokens.iter().map(|t| t.word).collect();
        let runs = tandem_runs(&ids);
        Line { passage, tokens, ids, runs }
    }

    /// Only white space, or nothing, stands between the words of the range.
    fn is_tight(&self, words: Range<usize>) -> bool {
        self.tokens[words].windows(2).all(|w| self.passage.gap(w[0], w[1]).trim().is_empty())
    }

    fn normal(&self, words: &Range<usize>) -> Range<usize> {
        self.tokens[words.start].start as usize..self.tokens[words.end - 1].end as usize
    }

    fn text(&self, words: &Range<usize>) -> &'p str {
        self.passage.between(self.tokens[words.start], self.tokens[words.end - 1])
    }

    /// Letters of a range; a Han character says as much as two.
    fn letters(&self, words: Range<usize>, all: &Words) -> usize {
        let weight = |t: &&&Token| if t.kind == Kind::Han { 2 } else { all.letters(t.word) };
        self.tokens[words].iter().map(|t| weight(&t)).sum()
    }

    /// The most frequent n-gram of the order with at least seven letters that is not ruled out: its count and first
    /// place.
    fn top_ngram(
        &self,
        order: usize,
        all: &Words,
        ruled_out: impl Fn(&[WordId]) -> bool,
    ) -> Option<(u32, usize)> {
        let mut counts: FxHashMap<&[WordId], (u32, usize)> = FxHashMap::default();
        for (at, gram) in self.ids.windows(order).enumerate() {
            counts.entry(gram).or_insert((0, at)).0 += 1;
        }
        let repeated = counts.into_values().filter(|&(count, _)| count > 1);
        let worthy = repeated.filter(|&(_, at)| {
            self.letters(at..at + order, all) >= 7 && !ruled_out(&self.ids[at..at + order])
        });
        worthy.max_by_key(|&(count, at)| (count, std::cmp::Reverse(at)))
    }

    /// Mostly Han characters.
    fn is_han(&self) -> bool {
        self.tokens.iter().filter(|t| t.kind == Kind::Han).count() * 2 > self.tokens.len()
    }

    fn count(&self, unit: &[WordId]) -> u32 {
        self.ids.windows(unit.len()).filter(|w| *w == unit).count() as u32
    }
}

/// A segment under examination.
struct Scene<'p> {
    settings: &'p Repetition,
    pair: &'p Pair<'p>,
    original: Line<'p>,
    translation: Line<'p>,
    /// Most copies of each unit that the original doubles: of the unit itself, and of any by class (one word or more).
    copies_in_original: FxHashMap<Vec<WordId>, usize>,
    most_in_original: [usize; 2],
}

impl<'p> Scene<'p> {
    fn new(settings: &'p Repetition, pair: &'p Pair<'p>, index: usize) -> Scene<'p> {
        let segment = &pair.segments[index];
        let (original, translation) = (Line::new(&segment.original), Line::new(&segment.translation));
        let mut copies_in_original: FxHashMap<Vec<WordId>, usize> = FxHashMap::default();
        let mut most_in_original = [0; 2];
        for run in &original.runs {
            let own = copies_in_original.entry(unit_key(&original.ids, run)).or_insert(0);
            *own = run.copies.max(*own);
            let class = &mut most_in_original[usize::from(run.period > 1)];
            *class = run.copies.max(*class);
        }
        Scene { settings, pair, original, translation, copies_in_original, most_in_original }
    }

    /// An alarm counts where no stronger one speaks of the same words.
    fn add_where_free(alarms: &mut Vec<Alarm>, more: Vec<Alarm>) {
        for alarm in more {
            let overlaps = |a: &Alarm| a.normal.start < alarm.normal.end && alarm.normal.start < a.normal.end;
            if !alarms.iter().any(overlaps) {
                alarms.push(alarm);
            }
        }
    }

    /// Words and phrases that stand twice or more in a row.
    fn tandem(&self) -> Vec<Alarm> {
        let mut alarms: Vec<Alarm> = Vec::new();
        for run in &self.translation.runs {
            if !self.is_suspicious(run) || self.is_licensed(run) {
                continue;
            }
            let words = run.start..run.end();
            let normal = self.translation.normal(&words);
            if alarms.iter().any(|a| a.normal.start <= normal.start && normal.end <= a.normal.end) {
                continue;
            }
            let unit = self.translation.text(&(run.start..run.start + run.period));
            let severity = self.tandem_severity(run);
            let message = format!("\"{unit}\" stands {} times in a row, not so in the original", run.copies);
            alarms.push(Alarm { normal, severity, message });
        }
        alarms
    }

    fn is_suspicious(&self, run: &Run) -> bool {
        let line = &self.translation;
        let unit = run.start..run.start + run.period;
        let letters = line.letters(unit.clone(), self.pair.words);
        if line.tokens[unit.clone()].iter().all(|t| t.kind == Kind::Number) {
            return false;
        }
        let han = line.tokens[unit].iter().all(|t| t.kind == Kind::Han);
        let tight = line.is_tight(run.start..run.end());
        match (run.period, run.copies) {
            (1, copies) if han => copies >= 4,
            (2, copies) if han => copies >= 3,
            (1, 2) => tight && letters >= 4 && !self.is_reduplicating(),
            (1, _) => letters >= 2,
            (_, 2) if !tight => letters >= 8,
            _ => letters >= 4,
        }
    }

    fn is_reduplicating(&self) -> bool {
        let language = self.pair.language(Side::Translation);
        self.settings.reduplicating.iter().any(|l| l == language)
    }

    fn tandem_severity(&self, run: &Run) -> Severity {
        let capital = |t: &&Token| t.capital && t.kind == Kind::Word;
        let named = run.period == 1 && self.translation.tokens[run.start..run.end()].iter().all(capital);
        if run.copies >= 4 || run.copies * run.period >= 12 {
            Severity::Critical
        } else if run.period >= 2 || run.copies >= 3 || named {
            Severity::Major
        } else {
            Severity::Minor
        }
    }

    /// The original says it as often, the batch's originals double it, or the language's list allows it.
    fn is_licensed(&self, run: &Run) -> bool {
        let key = unit_key(&self.translation.ids, run);
        let there = if self.pair.is_monolingual() {
            self.copies_in_original.get(&key).copied().unwrap_or(0)
        } else {
            self.most_in_original[usize::from(run.period > 1)]
        };
        let words = || key.iter().map(|&w| self.pair.words.text(w));
        there >= run.copies
            || (run.copies == 2 && self.pair.doubled_in_original.contains(&key))
            || (run.copies == 2 && self.pair.context.is_ordinarily_doubled(words()))
            || (run.period == 1 && self.is_allowed(self.pair.words.text(key[0])))
    }

    fn is_allowed(&self, word: &str) -> bool {
        let language = self.pair.language(Side::Translation);
        let own = self
            .settings
            .allow
            .get(language)
            .is_some_and(|list| list.iter().any(|w| w.to_lowercase() == word));
        let listed =
            |key: &str| BUILT_IN.iter().any(|(l, words)| *l == key && words.split(' ').any(|w| w == word));
        own || listed(language) || listed("*")
    }

    /// A phrase that comes back far more often than any phrase of the original.
    fn frequent_phrases(&self) -> Vec<Alarm> {
        // Han characters are no words: pairs of them, and single words against them, cannot be compared.
        // Six of them are about three words.
        let shortest = match (self.original.is_han(), self.translation.is_han()) {
            (_, true) => 6,
            (true, false) => 3,
            _ => 2,
        };
        [8, 6, 4, 3, 2]
            .into_iter()
            .filter(|&n| n >= shortest)
            .find_map(|order| self.frequent_phrase(order))
            .into_iter()
            .collect()
    }

    fn frequent_phrase(&self, order: usize) -> Option<Alarm> {
        let words = self.pair.words;
        let allowed = |unit: &[WordId]| unit.iter().all(|&w| self.is_allowed(words.text(w)));
        let (count, at) = self.translation.top_ngram(order, words, allowed)?;
        let unit = &self.translation.ids[at..at + order];
        let theirs = self.original.top_ngram(order, words, |_| false).map_or(0, |(count, _)| count);
        let same = if self.pair.is_monolingual() { self.original.count(unit) } else { 0 };
        let excess = count.saturating_sub(theirs.max(same).max(1));
        let mass = f64::from(count) * order as f64 / self.translation.ids.len() as f64;
        let fires = match order {
            2 => count >= 3 && (excess >= 3 || excess >= 2 && mass >= 0.25),
            3 | 4 => excess >= 2,
            6 => excess >= 1 && mass >= 0.66,
            _ => excess >= 1 && mass >= 0.5,
        };
        fires.then(|| self.frequency_alarm(at..at + order, count, mass))
    }

    /// A content word that comes back far more often than any word of the original.
    fn frequent_words(&self) -> Vec<Alarm> {
        let (words, own) = (self.pair.words, &self.translation);
        let top = |line: &Line| {
            let mut counts: FxHashMap<WordId, (u32, usize)> = FxHashMap::default();
            let worthy = |t: &Token| {
                t.is_letters() && words.letters(t.word) >= 4 && !self.is_allowed(words.text(t.word))
            };
            for (at, token) in line.tokens.iter().enumerate().filter(|(_, t)| worthy(t)) {
                counts.entry(token.word).or_insert((0, at)).0 += 1;
            }
            counts.into_values().max_by_key(|&(count, at)| (count, std::cmp::Reverse(at)))
        };
        let Some((count, at)) = top(own).filter(|_| !self.original.is_han()) else { return Vec::new() };
        let theirs = top(&self.original).map_or(0, |(count, _)| count);
        let excess = count.saturating_sub(theirs.max(1));
        let mass = f64::from(count) / own.ids.len() as f64;
        let fires = excess >= 3 || (excess >= 2 && mass >= 0.2);
        if fires { vec![self.frequency_alarm(at..at + 1, count, mass)] } else { Vec::new() }
    }

    /// From the first to the last occurrence of the unit.
    fn frequency_alarm(&self, unit: Range<usize>, count: u32, mass: f64) -> Alarm {
        let line = &self.translation;
        let ids = &line.ids[unit.clone()];
        let last = line.ids.windows(ids.len()).rposition(|w| w == ids).unwrap_or(unit.start);
        let severity = if mass > 0.4 { Severity::Critical } else { Severity::Major };
        let message = format!(
            "\"{}\" comes {count} times, far more often than anything in the original",
            line.text(&unit)
        );
        Alarm { normal: line.normal(&(unit.start..last + ids.len())), severity, message }
    }

    /// Two to twenty characters at least three times in a row inside a word, or a long row of one sign.
    fn character_loops(&self) -> Vec<Alarm> {
        let (own, theirs) = (self.translation.passage, self.original.passage.normal());
        let base = own.whole().start;
        let copies_there = OnceCell::new();
        let mut alarms = Vec::new();
        for (start, word) in words_with_places(own.normal()) {
            let Some(found) = longest_loop(word) else { continue };
            let allowed = self.is_allowed(&found.unit.to_lowercase());
            let copies_there = *copies_there.get_or_init(|| {
                let loops = words_with_places(theirs).filter_map(|(_, w)| longest_loop(w));
                loops.map(|l| l.copies).max().unwrap_or(0)
            });
            let margin = if found.letters { 2 } else { 5 };
            if allowed || found.copies < copies_there + margin {
                continue;
            }
            let severity = match found.copies {
                _ if !found.letters => Severity::Minor,
                0..5 => Severity::Major,
                _ => Severity::Critical,
            };
            let message = format!("\"{}\" comes {} times without a break", found.unit, found.copies);
            let at = base + start + found.start;
            alarms.push(Alarm { normal: at..at + found.unit.len() * found.copies, severity, message });
        }
        alarms
    }

    /// "x and x": a word on both sides of a conjunction, not so in the original.
    fn coordinated(&self) -> Vec<Alarm> {
        let (own, words) = (&self.translation, self.pair.words);
        let mut alarms = Vec::new();
        for at in 0..own.ids.len().saturating_sub(2) {
            let (first, last) = (own.ids[at], own.ids[at + 2]);
            let between = words.text(own.ids[at + 1]);
            let joined = CONJUNCTIONS.contains(&between) && words.letters(first) >= 4;
            let original = |w: &[WordId]| w[0] == w[2];
            if first == last && joined && !self.original.ids.windows(3).any(original) {
                let message = format!("\"{}\" stands on both sides of \"{between}\"", words.text(first));
                alarms.push(Alarm { normal: own.normal(&(at..at + 3)), severity: Severity::Minor, message });
            }
        }
        alarms
    }
}

const CONJUNCTIONS: [&str; 14] =
    ["and", "or", "und", "oder", "et", "ou", "y", "o", "e", "и", "или", "en", "of", "och"];

/// Words whose doubling is grammar or an interjection; languages as in reports, `*` for all.
const BUILT_IN: [(&str, &str); 16] = [
    ("*", "ha he hi ho haha hehe la na no ja bla blah yeah cha tsk uh um hm oh"),
    ("en", "had that very so far many again is do did can more bye night"),
    ("de", "die der das sie was dass ihr ihm wir so sehr"),
    ("fr", "nous vous que très bien non oui"),
    ("es", "muy que no sí ya"),
    ("it", "piano quasi via mano poco così molto sì no"),
    ("pt", "muito logo não sim que"),
    ("nl", "die dat zij heel is"),
    ("ru", "очень еле чуть да нет вот ну давно"),
    ("uk", "дуже ледь так ні"),
    ("pl", "bardzo tak nie się ledwo"),
    ("sv", "är att så det"),
    ("ca", "nos us que molt"),
    ("ro", "foarte încet"),
    ("zh", "谢 哈 呵 嘻 嘿 啊 拜 好 对 是 不 快 来"),
    ("ja", "笑 々"),
];

/// Words parted by white space, with the byte at which they begin.
fn words_with_places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn is_one_sign(unit: &str) -> bool {
    unit.chars().all(|c| unit.starts_with(c))
}

struct Loop<'t> {
    start: usize,
    unit: &'t str,
    copies: usize,
    letters: bool,
}

/// Longest unit of a character loop, and fewest copies that count; a row of one sign needs six.
const LOOP_UNIT: usize = 20;
const LOOP_COPIES: usize = 3;
const SIGNS: usize = 6;

/// The loop with the most copies in a word without spaces; the smallest unit wins.
fn longest_loop(word: &str) -> Option<Loop<'_>> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let place = |k: usize| chars.get(k).map_or(word.len(), |c| c.0);
    let mut best: Option<Loop> = None;
    for period in 1..=LOOP_UNIT.min(chars.len() / LOOP_COPIES) {
        let mut matched = 0;
        for k in 0..=chars.len() - period {
            if k + period < chars.len() && chars[k].1 == chars[k + period].1 {
                matched += 1;
                continue;
            }
            let copies = matched / period + 1;
            let start = k - matched;
            matched = 0;
            let unit = &word[place(start)..place(start + period)];
            let letters = period >= 2 && unit.chars().any(char::is_alphabetic);
            let one_sign = period == 1 && !unit.contains(char::is_numeric);
            let counts = if letters {
                copies >= LOOP_COPIES && !is_one_sign(unit)
            } else {
                one_sign && copies >= SIGNS
            };
            if counts && best.as_ref().is_none_or(|b| copies > b.copies) {
                best = Some(Loop { start: place(start), unit, copies, letters });
            }
        }
    }
    best
}

/// A sentence of the translation that says word for word what another one says, without an original of its own.
struct Copy {
    segment: usize,
    normal: Range<usize>,
    here: usize,
    there: usize,
}

fn repeated_sentences(pair: &Pair) -> Vec<Copy> {
    let in_original = sentence_copies(pair, Side::Original);
    let most_there = in_original.values().map(Vec::len).max().unwrap_or(0);
    let mut found = Vec::new();
    for (words, places) in sentence_copies(pair, Side::Translation) {
        let there =
            if pair.is_monolingual() { in_original.get(&words).map_or(0, Vec::len) } else { most_there };
        if places.len() < 2 || places.len() <= there {
            continue;
        }
        for (k, &(segment, sentence)) in places.iter().enumerate() {
            let bead = pair.segments[segment].bead;
            let merged = k > 0 && bead.original.len() < bead.translation.len();
            // Side by side in one segment, `tandem` has said it.
            let beside = places[..k].iter().any(|&(s, other)| s == segment && other + 1 == sentence);
            if bead.original.is_empty() || (merged && !(beside && words.len() <= LONGEST_UNIT)) {
                let normal = pair.documents[1].sentences()[sentence].normal.clone();
                found.push(Copy { segment, normal, here: places.len(), there });
            }
        }
    }
    found.sort_by_key(|c| (c.segment, c.normal.start));
    found
}

/// Sentences of at least four words by their words, with segment and sentence number.
fn sentence_copies(pair: &Pair, side: Side) -> BTreeMap<Vec<WordId>, Vec<(usize, usize)>> {
    let mut places: BTreeMap<Vec<WordId>, Vec<(usize, usize)>> = BTreeMap::new();
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (index, segment) in pair.segments.iter().enumerate() {
        order.extend(segment.side(side).sentences.clone().map(|sentence| (sentence, index)));
    }
    order.sort_unstable();
    for (sentence, segment) in order {
        let words = sentence_words(pair.documents[side as usize], sentence);
        if words.len() >= SENTENCE_WORDS {
            places.entry(words).or_default().push((segment, sentence));
        }
    }
    places
}
