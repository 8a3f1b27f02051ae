//! Repetition: words, phrases, sentences and characters said again without cause in the original.

mod coordination;
mod echo;
mod frequency;
mod licence;
mod line;
mod loops;
mod sentences;
mod tandem;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Check, Findings, MOST, Pair, Segment};
use crate::model::{Severity, Side};
use crate::text::runs::Run;
pub use coordination::joining;
use licence::Licence;
use line::Line;

#[doc = include_str!("repetition.md")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Repetition {
    /// Run this check.
    pub enabled: bool,
    /// Given to every finding, in place of the check's own.
    pub severity: Option<Severity>,
    /// Also report "x and x" (the same words on both sides of a conjunction).
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
            coordinated: true,
            allow: BTreeMap::new(),
            reduplicating: reduplicating.map(String::from).collect(),
        }
    }
}

impl Check for Repetition {
    fn segment(&self, pair: &Pair, index: usize, out: &mut Findings) {
        let segment = &pair.segments[index];
        if segment.translation.tokens.is_empty() {
            return;
        }
        let scene = Scene::new(self, pair, index);
        let mut alarms = scene.tandem();
        add_where_free(&mut alarms, scene.character_loops());
        add_where_free(&mut alarms, scene.frequent_phrases());
        add_where_free(&mut alarms, scene.frequent_words());
        if self.coordinated {
            add_where_free(&mut alarms, scene.coordinated());
        }
        if !alarms.is_empty() {
            add_where_free(&mut alarms, scene.echoes());
        }
        for alarm in alarms {
            out.add(alarm.severity, (index, Side::Translation), alarm.normal, alarm.message);
        }
    }

    fn document(&self, pair: &Pair, out: &mut Findings) {
        for copy in sentences::repeated(pair) {
            let (severity, message) = (copy.severity(), copy.message());
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

/// An alarm counts where no stronger one speaks of the same words; those beyond [`MOST`] nobody would see.
fn add_where_free(alarms: &mut Vec<Alarm>, more: Vec<Alarm>) {
    for alarm in more {
        if alarms.len() == MOST {
            return;
        }
        let overlaps = |a: &Alarm| a.normal.start < alarm.normal.end && alarm.normal.start < a.normal.end;
        if !alarms.iter().any(overlaps) {
            alarms.push(alarm);
        }
    }
}

/// A segment under examination.
struct Scene<'p> {
    pair: &'p Pair<'p>,
    segment: &'p Segment<'p>,
    /// Made when first asked for: few segments repeat anything.
    original: OnceCell<Line<'p>>,
    translation: Line<'p>,
    /// The translation without the further copies of licensed runs, where there are any.
    calmed: Option<Line<'p>>,
    /// Where the licensed runs stand, in the order of their beginnings: each with the farthest end up to there.
    licensed: Vec<Range<usize>>,
    licence: Licence<'p>,
}

impl<'p> Scene<'p> {
    fn new(settings: &'p Repetition, pair: &'p Pair<'p>, index: usize) -> Scene<'p> {
        let segment = &pair.segments[index];
        let (original, translation) = (OnceCell::new(), Line::new(&segment.translation));
        let mut licence = Licence::new(settings, pair);
        if !translation.runs.is_empty() {
            let original = original.get_or_init(|| Line::new(&segment.original));
            licence = licence.with_runs(original, &translation);
        }
        let runs: Vec<&Run> =
            translation.runs.iter().filter(|r| licence.covers(&translation.ids, r)).collect();
        let mut licensed: Vec<Range<usize>> =
            runs.iter().map(|r| translation.normal(&(r.start..r.end()))).collect();
        licensed.sort_unstable_by_key(|l| l.start);
        for k in 1..licensed.len() {
            licensed[k].end = licensed[k].end.max(licensed[k - 1].end);
        }
        let calmed = (!runs.is_empty()).then(|| translation.with_first_copies(&runs));
        Scene { pair, segment, original, translation, calmed, licensed, licence }
    }

    fn original(&self) -> &Line<'p> {
        self.original.get_or_init(|| Line::new(&self.segment.original))
    }

    /// The translation without the further copies of licensed runs.
    fn calm(&self) -> &Line<'p> {
        self.calmed.as_ref().unwrap_or(&self.translation)
    }

    /// A licensed run takes up this whole range.
    fn is_licensed(&self, normal: &Range<usize>) -> bool {
        let before = self.licensed.partition_point(|l| l.start <= normal.start);
        before > 0 && normal.end <= self.licensed[before - 1].end
    }
}

#[cfg(test)]
mod tests {
    use crate::context::Context;
    use crate::pipeline::{Given, Job, Pipeline, Text};

    /// Severity and excerpt of what the check finds in sentences that come aligned.
    fn found_in(codes: &str, original: &[&str], translation: &[&str]) -> Vec<(&'static str, String)> {
        let mut pipeline = Pipeline::default();
        pipeline.input.languages = Some(codes.to_string());
        let languages = pipeline.languages().expect("two codes");
        let [original, translation] =
            [original, translation].map(|s| Text::Sentences(s.iter().map(ToString::to_string).collect()));
        let job = Job { original, translation, languages, alignment: Given::OneToOne, ..Job::default() };
        let report = pipeline.judge(job, &Context::default()).expect("is judged");
        let own = report.findings.into_iter().filter(|f| f.check == "repetition");
        own.map(|f| (f.severity.name(), f.excerpt)).collect()
    }

    fn found(codes: &str, original: &str, translation: &str) -> Vec<(&'static str, String)> {
        found_in(codes, &[original], &[translation])
    }

    fn assert_found(codes: &str, original: &str, translation: &str, severity: &str, excerpt: &str) {
        let found = found(codes, original, translation);
        assert_eq!(found, [(severity, excerpt.to_string())], "{translation}");
    }

    fn assert_silent(codes: &str, original: &str, translation: &str) {
        assert_eq!(found(codes, original, translation), [], "{translation}");
    }

    #[test]
    fn grammar_emphasis_names_and_sounds_may_be_doubled() {
        for (codes, original, translation) in [
            ("de:en", "Der Lotse hatte genug gesehen.", "The pilot had had enough."),
            ("de:en", "Er weiß, dass dieser Kahn sinkt.", "He knows that that barge is sinking."),
            ("en:en", "A very very cold pier.", "The pier is very very cold."),
            ("de:en", "Nein, nein, nein!", "No no no!"),
            ("de:en", "Im Radio lief eine alte Band.", "The radio played Duran Duran."),
            ("de:en", "Der Zug fährt bis in den Osten.", "The train goes as far as Walla Walla."),
            ("en:de", "The ropes that held the barge broke.", "Die Seile, die die Barke hielten, rissen."),
            ("en:fr", "We sat down on the pier.", "Nous nous sommes assis sur la jetée."),
            ("en:fr", "You took the wrong pier.", "Vous vous êtes trompés de jetée."),
            ("en:de", "I hope that you can see her.", "Ich hoffe, dass Sie sie sehen können."),
            ("en:pt", "The wind differs from that in the port.", "O vento difere do do porto."),
            ("en:tr", "The barge left slowly.", "Mavna yavaş yavaş ayrıldı."),
            ("en:hi", "The barge goes slowly.", "नाव धीरे धीरे जाती है।"),
            ("en:it", "The barge goes slowly.", "La chiatta va piano piano."),
            ("en:vi", "The sea looks bluish.", "Biển trông xanh xanh."),
            ("en:zh", "Thank you!", "谢谢谢谢！"),
            ("de:en", "Der Lotse lachte laut.", "The pilot laughed: ha ha ha ha!"),
            ("en:id", "The children wave.", "Anak-anak melambai."),
            ("en:ru", "The water is very cold.", "Вода очень-очень холодная."),
            ("de:en", "Sie lernten es nach und nach.", "They learnt it step by step."),
            ("en:de", "The marks were 10 10 10.", "Die Noten waren 10 10 10."),
            ("de:en", "Dreimal die volle Punktzahl.", "10 10 10."),
            ("de:en", "Sie summte vor sich hin.", "She hummed la na la na la na."),
        ] {
            assert_silent(codes, original, translation);
        }
    }

    #[test]
    fn a_doubled_phrase_and_a_tripled_name_are_major() {
        let phrase = "on Saturday on Saturday";
        assert_found("en:en", "It left on Saturday.", &format!("It left {phrase}."), "major", phrase);
        let name = "Vladimir Vladimir Vladimir";
        assert_found("en:en", "Vladimir rowed home.", &format!("{name} rowed home."), "major", name);
    }

    #[test]
    fn a_short_word_is_doubled_where_the_language_doubles_no_such_word() {
        assert_found("en:en", "They left the pier.", "They left the the pier.", "minor", "the the");
        assert_found("en:en", "They came (all of us).", "They came (all of us) us).", "minor", "us) us");
        assert_silent("en:ar", "BBC", "بي بي سي");
        assert_silent("de:en", "Die Anlage ging in Betrieb.", "They took the set set-up away.");
    }

    #[test]
    fn emphasis_is_two_and_no_more() {
        assert_found("de:en", "Es war kalt.", "It was very very very cold.", "major", "very very very");
    }

    #[test]
    fn laughter_ends_some_day() {
        let laughter = ["ha"; 300].join(" ");
        assert_found("de:en", "Er lachte.", &format!("He laughed {laughter}."), "critical", &laughter);
    }

    #[test]
    fn a_number_is_doubled_where_the_original_has_it_once() {
        assert_found("de:en", "Sie sank 1912.", "She sank in 1912 1912.", "minor", "1912 1912");
        assert_silent("de:en", "Rufnummer: 221818.", "Call 22 18 18.");
    }

    #[test]
    fn a_double_of_the_original_may_be_reworded() {
        assert_silent("en:en", "It was a long, long night.", "It was so dark, so dark a night.");
        assert_silent("en:de", "Push it out, push it out!", "Stoßt ab, stoßt ab! ");
    }

    #[test]
    fn one_sentence_may_take_up_the_last_words_of_another() {
        let original = "We rowed to the old pier, and the old pier was empty.";
        assert_silent("en:en", original, "We rowed to the old pier. The old pier was empty.");
        let twice = "The old pier was empty. The old pier was empty.";
        assert_found("en:en", "The old pier was empty.", twice, "major", twice.trim_end_matches('.'));
    }

    #[test]
    fn members_of_a_list_may_all_say_what_the_original_says_once() {
        let original = "The fleet has 12 new barges in Rostock, 9 in Kiel and 4 in Bremen.";
        let listed =
            "The fleet has 12 new barges in Rostock, 9 new barges in Kiel and 4 new barges in Bremen.";
        assert_silent("en:en", original, listed);
        let circling = "The new barges of the new barges see the new barges near the new barges.";
        assert_eq!(found("en:en", original, circling)[0].0, "critical");
    }

    #[test]
    fn equals_joined_by_a_conjunction_say_nothing_new() {
        assert_found("de:en", "Es war still.", "It was calm and calm.", "minor", "calm and calm");
        let twice = "the pier and the pier";
        assert_found("de:en", "Sie sahen die Mole.", &format!("They saw {twice}."), "major", twice);
        assert_silent("de:en", "Es wurde immer kälter.", "It got colder, more and more.");
        assert_silent("de:en", "Sie sahen zwei Molen.", "They saw the pier and the pier of Kiel.");
        assert_silent("de:en", "Leute und Leute.", "People and people.");
    }

    #[test]
    fn an_echo_counts_beside_another_repetition_alone() {
        let original = "The pilot told us on Friday that the barge had left, the owner told us.";
        let echo = "The pilot noted that the barge had left, noted the owner.";
        assert_silent("en:en", original, echo);
        let both = "The pilot noted on Friday on Friday, noted the owner.";
        let expected = [("major", "on Friday on Friday".to_string()), ("minor", "noted".to_string())];
        assert_eq!(found("en:en", original, both), expected);
    }

    #[test]
    fn characters_in_a_circle_are_a_loop() {
        let looped = "blublublublublu";
        assert_found("de:en", "Ein Blubb.", &format!("A {looped}."), "critical", looped);
        assert_silent("en:zh", "They waited ...", "他们等着......");
        let dots = ".".repeat(300);
        assert_found("de:en", "Herr .......... zahlt", &format!("Mr {dots} pays"), "major", &dots);
        assert_silent("en:ja", "No, no, no, no!", "「違う、違う、違う、違う」");
    }

    const DAY: [&str; 6] = [
        "The ferry left at noon with forty passengers.",
        "Nobody had counted on so much wind.",
        "The captain kept close to the shore.",
        "At two they reached the island.",
        "The owner of the inn met them there.",
        "In the evening there was music outside.",
    ];
    const TAG: [&str; 6] = [
        "Die Fähre legte mittags mit vierzig Fahrgästen ab.",
        "Niemand hatte mit so viel Wind gerechnet.",
        "Der Kapitän hielt sich nah am Ufer.",
        "Um zwei erreichten sie die Insel.",
        "Dort holte sie der Wirt ab.",
        "Abends gab es draußen Musik.",
    ];

    #[test]
    fn a_sentence_in_the_place_of_another_is_a_copy() {
        let mut copied = TAG;
        copied[4] = TAG[1];
        assert_eq!(found_in("en:de", &DAY, &copied), [("major", TAG[1].to_string())]);
        let mut copied = DAY;
        copied[4] = DAY[1];
        assert_eq!(found_in("en:en", &DAY, &copied), [("major", DAY[1].to_string())]);
    }

    #[test]
    fn a_passage_that_comes_back_is_a_loop() {
        let circling = [&TAG[..3], &TAG[..3]].concat();
        let expected: Vec<_> = TAG[..3].iter().map(|s| ("critical", s.to_string())).collect();
        assert_eq!(found_in("en:de", &DAY, &circling), expected);
    }

    #[test]
    fn a_refrain_of_the_original_is_no_loop() {
        let [original, translation] = [DAY, TAG].map(|s| [&s[..2], &s[..2]].concat());
        assert_eq!(found_in("en:de", &original, &translation), []);
    }
}
