//! Similarity of two languages without a model: how much of each side's words the other side gives evidence of,
//! each word weighed by how rare it and its translations are.
//!
//! Both the share of the original's words (recall) and of the translation's (precision) are set against what right
//! translations reach, less what wrong ones reach by chance, as in Cohen's kappa; the score is their harmonic mean.

use super::Statistics;
use crate::align::Evidence;
use crate::align::bitext::Bitext;
use crate::align::lexicon::Confirmed;
use crate::align::links::Links;
use crate::align::terms::{Bag, TermId, TermRows};
use crate::model::Bead;
use crate::text::words::{is_han, is_unspaced};

/// Evidence to be expected of a word of which nothing is known, beside 1 for one that a lexicon knows and for
/// numbers. Of .05, .1, .3 and 1 the one that makes languages and lexicons of all sizes the most alike on NTREX-128.
const UNKNOWN: f64 = 0.1;

/// What a lexicon's pairs reach, measured on NTREX-128.
struct Reach {
    /// Share of the weights that right translations give evidence of, at best.
    expected: f64,
    /// Share of that which wrong ones reach by chance.
    chance: f64,
}

/// With a lexicon that other pairs have taught.
const TAUGHT: Reach = Reach { expected: 1.0, chance: 0.1 };

/// With one that the pair itself has taught, which explains it even if it is wrong.
const OWN: Reach = Reach { expected: 0.8, chance: 0.32 };

/// The same of scripts in which less can be expected: en-zh, en-ja, en-ar.
const OWN_OF_SCRIPT: Reach = Reach { expected: 0.8, chance: 0.5 };

/// Where a side is written without spaces, terms are characters and pairs of them, of which many are no words: this
/// share of the evidence can be expected. (Right documents, half of NTREX-128 as teacher, median: en-zh .29, en-ja
/// .23 of the weights, European languages about .7.)
const UNSPACED: f64 = 0.4;

/// Arabic writes articles, conjunctions and prepositions with the word, so that its first letters tell less (en-ar
/// .35).
const ARABIC: f64 = 0.5;

/// Where several sources of a lexicon know less of the original's words than this, the pair teaches as well: as in the
/// aligner.
const THIN: f64 = 0.3;

/// The least share of a pair's weights that is to be explained. (NTREX-128: right documents
/// .11 and more.)
const EVIDENT: f64 = 0.05;

/// A pair that teaches itself needs so many aligned segments. (The first 5 of NTREX-128's documents, en-de, en-ru and
/// en-fi: no right one below 20; of the first 3, one to three in a hundred.)
const LEAST_OWN: usize = 5;

/// The same of scripts in which less can be expected. (en-zh: with 8, 7 of 108 right documents lie below 20, with 12, 2
/// of 87.)
const LEAST_OWN_OF_SCRIPT: usize = 12;

/// Counts are kept in whole thousandths, so that sums are the same in any order.
const UNIT: f64 = 1000.0;

/// What is known of the words of a pair in two languages.
pub struct Coverage<'p> {
    rows: &'p TermRows,
    links: Links,
    /// By side and term.
    weights: [Vec<f64>; 2],
    /// By side and term: the evidence that right translations have at best.
    expected: [Vec<f64>; 2],
    chance: f64,
}

impl<'p> Coverage<'p> {
    /// From what is known of the languages' words; where that is too little, from the pair's own beads as well. `None`
    /// where that is too little too.
    pub fn new(rows: &'p TermRows, evidence: Evidence, beads: &[Bead]) -> Option<Coverage<'p>> {
        let mut known = evidence.translations(&rows.terms);
        let mut confirmed: Vec<(TermId, Confirmed)> = known.confirmed().collect();
        let teaches_itself = share_of_confirmed(rows, &confirmed) < THIN;
        if teaches_itself {
            known.absorb(&Bitext::new(rows, beads).translations(), &rows.terms);
            confirmed = known.confirmed().collect();
        }
        let share = share_of_script(rows);
        let (reach, least) = match teaches_itself {
            true if share < 1.0 => (OWN_OF_SCRIPT, LEAST_OWN_OF_SCRIPT),
            true => (OWN, LEAST_OWN),
            false => (TAUGHT, 0),
        };
        if beads.iter().filter(|bead| bead.is_aligned()).count() < least {
            return None;
        }
        let links = Links::new(rows, &confirmed);
        let weights = [0, 1].map(|side| weights(rows, &links, side));
        let share = share * reach.expected;
        let expected = [0, 1].map(|side| {
            let is_known =
                |term: usize| links.known[side][term] || is_number(rows.terms.text(term as TermId));
            let terms = 0..rows.terms.count();
            terms.map(|term| share * if is_known(term) { 1.0 } else { UNKNOWN }).collect()
        });
        let coverage = Coverage { rows, links, weights, expected, chance: reach.chance };
        (coverage.evident() >= EVIDENT).then_some(coverage)
    }

    /// Share of the weights of both sides that are of words of which something is known.
    fn evident(&self) -> f64 {
        let (mut known, mut all) = (0.0, 0.0);
        for side in 0..2 {
            for &(term, count) in self.rows.rows[side].iter().flatten() {
                let weight = self.weights[side][term as usize] * f64::from(count);
                all += weight;
                known += if self.links.known[side][term as usize] { weight } else { 0.0 };
            }
        }
        if all > 0.0 { known / all } else { 0.0 }
    }

    /// For each side: the weight of evidence beyond chance, and what was to be expected of it, in thousandths.
    /// Empty where nothing was to be expected.
    pub fn statistics(&self, bead: &Bead) -> Statistics {
        let bags = [self.rows.sum(0, bead.original.clone()), self.rows.sum(1, bead.translation.clone())];
        let sides = [0, 1].map(|side| self.side(side, &bags[side], &bags[1 - side]));
        let counts: Vec<f64> = sides.into_iter().flatten().map(|sum| (sum * UNIT).round()).collect();
        if counts[1] + counts[3] > 0.0 { Statistics(counts) } else { Statistics::default() }
    }

    fn side(&self, side: usize, own: &Bag, others: &Bag) -> [f64; 2] {
        let (mut found, mut expected) = (0.0, 0.0);
        for &(term, count) in own {
            let weight = self.weights[side][term as usize] * f64::from(count);
            found += weight * f64::from(self.links.evidence(side, term, others));
            expected += weight * self.expected[side][term as usize];
        }
        [found - self.chance * expected, (1.0 - self.chance) * expected]
    }

    /// The score for summed statistics, 0 to 100: 1 - 8^-F, for F of both shares, which passes 1 where more is evident
    /// than was to be expected. So wrong documents of NTREX-128 stay below 23 (F .12) where a batch has taught the
    /// lexicon, and right ones lie at 71 to 83 in the median (F .6 to .85), none at 100.
    pub fn score(statistics: &Statistics) -> f64 {
        let share = |k: usize| (statistics.get(k) / statistics.get(k + 1).max(1.0)).max(0.0);
        let [recall, precision] = [share(0), share(2)];
        let f = 2.0 * recall * precision / (recall + precision).max(f64::MIN_POSITIVE);
        100.0 * (1.0 - (-3.0 * f).exp2())
    }
}

/// Share of the original's terms, each as often as it stands there, that several sources of the lexicon translate.
fn share_of_confirmed(rows: &TermRows, confirmed: &[(TermId, Confirmed)]) -> f64 {
    let mut known = vec![false; rows.terms.count()];
    for &(term, _) in confirmed {
        known[term as usize] = true;
    }
    let (mut confirmed, mut all) = (0, 0);
    for &(term, count) in rows.rows[0].iter().flatten() {
        all += count;
        confirmed += if known[term as usize] { count } else { 0 };
    }
    f64::from(confirmed) / f64::from(all.max(1))
}

/// How little each term of a side tells: the fewer of the other side's sentences give evidence of it, of its own hold
/// it, and of the lexicon's sources have it, the more it weighs.
fn weights(rows: &TermRows, links: &Links, side: usize) -> Vec<f64> {
    let [own, others] = [&rows.rows[side], &rows.rows[1 - side]];
    let terms = rows.terms.count();
    let postings = Postings::of(others, terms);
    let mut frequency = vec![0.0_f64; terms];
    own.iter().flatten().for_each(|&(term, _)| frequency[term as usize] += 1.0);
    let sources = links.sources[side].iter().copied().max().unwrap_or(0);
    let all = others.len().max(own.len()) as f64 + f64::from(sources) + 1.0;
    let mut seen = vec![usize::MAX; others.len()];
    let weight = |term: usize| {
        let mut evidence = 0.0;
        for &(other, worth) in links.of(side, term as TermId) {
            for &sentence in postings.sentences(other) {
                if seen[sentence as usize] != term {
                    seen[sentence as usize] = term;
                    evidence += f64::from(worth);
                }
            }
        }
        let common = evidence.max(frequency[term]) + f64::from(links.sources[side][term]);
        (all / (common + 0.5)).ln().max(0.0)
    };
    (0..terms).map(weight).collect()
}

/// The sentences that hold each term.
struct Postings {
    sentences: Vec<u32>,
    /// Where those of each term begin, and where the last ones end.
    starts: Vec<u32>,
}

impl Postings {
    fn of(rows: &[Bag], terms: usize) -> Postings {
        let mut starts = vec![0; terms + 1];
        rows.iter().flatten().for_each(|&(term, _)| starts[term as usize] += 1);
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        // Filled from the back, so that each start ends up where its sentences begin.
        let mut sentences = vec![0; end as usize];
        for (sentence, row) in (0..rows.len() as u32).zip(rows).rev() {
            for &(term, _) in row {
                let start = &mut starts[term as usize];
                *start -= 1;
                sentences[*start as usize] = sentence;
            }
        }
        Postings { sentences, starts }
    }

    fn sentences(&self, term: TermId) -> &[u32] {
        let term = term as usize;
        &self.sentences[self.starts[term] as usize..self.starts[term + 1] as usize]
    }
}

fn is_number(term: &str) -> bool {
    let is_ascii_number = term.bytes().any(|b| b.is_ascii_digit());
    is_ascii_number || !term.is_ascii() && term.chars().any(char::is_numeric)
}

/// Share of the evidence that the scripts of both sides let expect.
fn share_of_script(rows: &TermRows) -> f64 {
    let is_mostly = |side: usize, script: fn(char) -> bool| {
        let of_script = |term: &TermId| rows.terms.text(*term).chars().next().is_some_and(script);
        let terms = || rows.rows[side].iter().flatten().map(|(term, _)| term);
        2 * terms().filter(|term| of_script(term)).count() > terms().count()
    };
    let either = |script| is_mostly(0, script) || is_mostly(1, script);
    if either(|c| is_han(c) || is_unspaced(c)) {
        UNSPACED
    } else if either(|c| ('\u{600}'..='\u{6ff}').contains(&c)) {
        ARABIC
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::Alignment;
    use crate::align::lexicon::{Lexicon, WordList};
    use crate::text::Document;
    use crate::text::normalise::Normalise;
    use crate::text::words::Words;

    const ORIGINAL: [&str; 6] = [
        "The ferry leaves the harbour at noon",
        "The captain saw a storm",
        "The harbour was closed in winter",
        "The old captain sold the ferry",
        "A storm closed the bridge",
        "The bridge was old",
    ];
    const TRANSLATION: [&str; 6] = [
        "Die Fähre verlässt den Hafen am Mittag",
        "Der Kapitän sah einen Sturm",
        "Der Hafen war im Winter gesperrt",
        "Der alte Kapitän verkaufte die Fähre",
        "Ein Sturm sperrte die Brücke",
        "Die Brücke war alt",
    ];

    fn document(sentences: &[&str], words: &mut Words) -> Document {
        let sentences: Vec<String> = sentences.iter().map(|s| (*s).to_string()).collect();
        Document::from_sentences(&sentences, &Normalise::default(), words)
    }

    fn dictionary() -> Lexicon {
        let mut lexicon = WordList::default();
        let entries = "the:die the:der the:den ferry:fähre leaves:verlässt harbour:hafen captain:kapitän saw:sah \
            storm:sturm closed:gesperrt closed:sperrte winter:winter old:alt sold:verkaufte bridge:brücke was:war";
        for (source, target) in entries.split_whitespace().filter_map(|entry| entry.split_once(':')) {
            assert!(lexicon.add_entry(source, target));
        }
        lexicon.into()
    }

    fn known(dictionary: &Lexicon) -> Evidence<'_> {
        Evidence { dictionary: Some(dictionary), ..Evidence::default() }
    }

    /// With the dictionary; the statistics of each line.
    fn statistics(translation: &[&str]) -> Vec<Statistics> {
        let mut words = Words::default();
        let documents = [document(&ORIGINAL, &mut words), document(translation, &mut words)];
        let beads = Alignment::given(ORIGINAL.len()).beads;
        let rows = TermRows::new(documents.each_ref(), &words);
        let dictionary = dictionary();
        let coverage = Coverage::new(&rows, known(&dictionary), &beads).unwrap();
        beads.iter().map(|bead| coverage.statistics(bead)).collect()
    }

    fn sum<'s>(statistics: impl IntoIterator<Item = &'s Statistics>) -> Statistics {
        let mut sum = Statistics::default();
        statistics.into_iter().for_each(|one| sum += one);
        sum
    }

    #[test]
    fn a_right_translation_scores_high_and_one_of_other_lines_low() {
        let right = statistics(&TRANSLATION);
        assert!(Coverage::score(&sum(&right)) > 80.0);
        let mut moved = TRANSLATION;
        moved.rotate_left(1);
        let wrong = statistics(&moved);
        assert!(Coverage::score(&sum(&wrong)) < 40.0);
        for (right, wrong) in right.iter().zip(&wrong) {
            assert!(Coverage::score(right) > Coverage::score(wrong));
        }
    }

    #[test]
    fn statistics_are_whole_numbers_that_add_up_in_any_order() {
        let counted = statistics(&TRANSLATION);
        assert!(counted.iter().flat_map(|s| &s.0).all(|n| n.fract() == 0.0));
        assert_eq!(sum(&counted), sum(counted.iter().rev()));
    }

    #[test]
    fn an_empty_side_scores_nothing_and_two_empty_sides_are_not_counted() {
        let mut translation = TRANSLATION;
        translation[1] = "";
        let counted = statistics(&translation);
        assert!(Coverage::score(&counted[1]) < f64::EPSILON && !counted[1].0.is_empty());
        let mut words = Words::default();
        let documents = [document(&["…"], &mut words), document(&["—"], &mut words)];
        let beads = Alignment::given(1).beads;
        let rows = TermRows::new(documents.each_ref(), &words);
        let dictionary = dictionary();
        let coverage = Coverage::new(&rows, known(&dictionary), &beads);
        assert!(coverage.is_none_or(|c| c.statistics(&beads[0]).0.is_empty()));
    }

    #[test]
    fn a_sentence_alone_says_nothing_of_itself() {
        let mut words = Words::default();
        let documents = [document(&ORIGINAL[..1], &mut words), document(&TRANSLATION[..1], &mut words)];
        let beads = Alignment::given(1).beads;
        let rows = TermRows::new(documents.each_ref(), &words);
        assert!(Coverage::new(&rows, Evidence::default(), &beads).is_none());
    }
}
