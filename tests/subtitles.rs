//! Subtitles: cues become sentences as given, and belong together by their times.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write;

use pairscore::error::PairError;
use pairscore::input::Source;
use pairscore::pipeline::{Given, Job, Pipeline, Text};

/// A pair of files of these names and contents.
fn job(original: (&str, &str), translation: (&str, &str)) -> Result<Job, PairError> {
    let folder = tempfile::tempdir().expect("a folder");
    let [original, translation] = [("o", original), ("t", translation)].map(|(side, (name, content))| {
        let path = folder.path().join(format!("{side}-{name}"));
        std::fs::write(&path, content).expect("writes");
        path
    });
    Source::files("a".into(), original, translation, [None, None]).job(&Pipeline::default())
}

/// Cues of a file, each with its line.
fn cues(name: &str, content: &str) -> Vec<(u32, String)> {
    let job = job((name, content), (name, content)).expect("is read");
    let Text::Placed { sentences, lines } = job.original else { panic!("{name} is no subtitles") };
    lines.into_iter().zip(sentences).collect()
}

fn refused(name: &str, content: &str) -> (&'static str, String) {
    let error = job((name, content), (name, content)).expect_err("is refused");
    (error.reason, error.hint)
}

fn owned<const N: usize>(cues: [(u32, &str); N]) -> Vec<(u32, String)> {
    cues.map(|(line, text)| (line, text.to_string())).to_vec()
}

/// A file of cues at these times in milliseconds.
fn srt(times: &[(u64, u64)]) -> String {
    let clock =
        |t: u64| format!("{:02}:{:02}:{:02},{:03}", t / 3_600_000, t / 60_000 % 60, t / 1000 % 60, t % 1000);
    times.iter().enumerate().fold(String::new(), |mut all, (k, (start, end))| {
        write!(all, "{}\n{} --> {}\nWords {k}.\n\n", k + 1, clock(*start), clock(*end)).expect("writes");
        all
    })
}

/// Kinds of the beads by which two files of cues at these times are aligned; nothing where the times say too little.
fn beads(original: &[(u64, u64)], translation: &[(u64, u64)]) -> Option<Vec<String>> {
    let job = job(("a.srt", &srt(original)), ("a.srt", &srt(translation))).expect("is read");
    let Given::Beads(beads) = job.alignment else { return None };
    let mut done = [0, 0];
    for bead in &beads {
        assert_eq!([bead.original.start, bead.translation.start], done, "in order, each cue once");
        assert!((0.0..=1.0).contains(&bead.confidence));
        done = [bead.original.end, bead.translation.end];
    }
    assert_eq!(done, [original.len(), translation.len()]);
    Some(beads.iter().map(pairscore::model::Bead::kind).collect())
}

/// Cues of a dialogue, of uneven lengths and pauses.
fn dialogue(cues: usize, seed: u64) -> Vec<(u64, u64)> {
    let (mut state, mut time) = (seed, 5000);
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut cue = || {
        let start = time + random(2500);
        time = start + 1000 + random(3000);
        (start, time)
    };
    (0..cues).map(|_| cue()).collect()
}

#[test]
fn cues_of_subrip_are_sentences_without_numbers_times_and_styles() {
    let file = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500 X1:10\r\n<i>The ferry</i>\r\n{\\an8}is <b>late</b>.\r\n\r\n\
                2\r\n00:00:03,0 --> 00:00:04,0\r\n\r\n3\r\n0:00:05.000 --> 0:00:06.000\r\n- 1 < 2 & 3 > 2\r\n\r\n- Yes <3\r\n\
                00:07,000 --> 00:08,000\r\n1984\r\n\r\n5\r\n00:00:09,000 --> 00:00:10,000\r\n<font color=\"red\">End --> here</font>\r\n";
    let expected =
        [(3, "The ferry is late."), (11, "- 1 < 2 & 3 > 2 - Yes <3"), (15, "1984"), (19, "End --> here")];
    assert_eq!(cues("a.srt", file), owned(expected));
}

#[test]
fn cues_of_web_subtitles_are_sentences_without_remarks_and_tags() {
    let file = "WEBVTT - a title\nKind: captions\n\nNOTE no\nno\n\nSTYLE\n::cue { }\n\nREGION\nid:x\n\nintro\n00:01.000 --> \
                00:02.500 align:start line:0\n<v Ada Lane>The <c.loud>ferry</c>\n<00:01.500>is late &amp; &lt;full&gt;\n\n\
                01:00:00.000 --> 01:00:01.000\nEnd.\n\nNOTE no\n";
    assert_eq!(cues("a.vtt", file), owned([(15, "The ferry is late & <full>"), (19, "End.")]));
}

#[test]
fn cues_stand_in_the_order_of_their_times() {
    let file = "1\n00:00:05,000 --> 00:00:06,000\ntwo\n\n2\n00:00:01,000 --> 00:00:02,000\none\n";
    assert_eq!(cues("a.srt", file), owned([(7, "one"), (3, "two")]));
}

#[test]
fn what_is_no_subtitles_is_refused_with_its_line() {
    for (file, line) in [
        ("Just a text.\n", 1),
        ("[Script Info]\nTitle: x\n", 1),
        ("1\n00:00:01,000 -> 00:00:02,000\nx\n", 1),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:03,000 --> later\ny\n", 6),
        ("1\n00:00:01,000 --> 99999999999999999999:00:02,000\nx\n", 1),
    ] {
        let (reason, hint) = refused("a.srt", file);
        assert!(
            reason == "bad-subtitles" && hint.starts_with(&format!("line {line}:")),
            "{file:?}: {reason} {hint}"
        );
    }
    assert_eq!(refused("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n").0, "empty");
    assert_eq!(refused("a.vtt", "WEBVTT\n\nNOTE nothing\n").0, "empty");
}

#[test]
fn cues_belong_together_by_their_times() {
    let original =
        [(0, 2000), (2100, 4000), (4100, 6000), (9000, 11_000), (12_000, 14_000), (15_000, 19_000)];
    let translation =
        [(50, 2100), (2200, 5900), (12_100, 14_000), (15_000, 17_000), (17_000, 19_000), (30_000, 31_000)];
    let kinds = ["1-1", "2-1", "1-0", "1-1", "1-2", "0-1"].map(String::from);
    assert_eq!(beads(&original, &translation), Some(kinds.to_vec()));
}

#[test]
fn a_title_that_stays_does_not_swallow_the_dialogue() {
    let original = dialogue(40, 3);
    let mut translation = original.clone();
    translation.insert(0, (4000, 200_000));
    let kinds = beads(&original, &translation).expect("fits");
    assert!(kinds.iter().filter(|kind| *kind == "1-1").count() >= 37, "{kinds:?}");
}

#[test]
fn a_shift_and_another_frame_rate_are_undone() {
    let original = dialogue(120, 5);
    for (rate, shift) in [(1.0, 3700.0), (1.0, -4900.0), (25.0 * 1001.0 / 24_000.0, 0.0), (0.96, 21_500.0)] {
        let moved = |time: u64| (time as f64 * rate + shift) as u64;
        let translation: Vec<(u64, u64)> = original.iter().map(|cue| (moved(cue.0), moved(cue.1))).collect();
        assert_eq!(beads(&original, &translation), Some(vec!["1-1".to_string(); 120]), "{rate} {shift}");
    }
}

#[test]
fn times_that_say_too_little_give_nothing() {
    assert_eq!(beads(&dialogue(120, 5), &dialogue(120, 6)), None);
    assert_eq!(beads(&[(0, 1000)], &[(5000, 6000)]), None);
    let text = job(("a.srt", &srt(&dialogue(9, 5))), ("a.txt", "Words."));
    assert_eq!(text.expect("is read").alignment, Given::Nothing);
}

#[test]
fn many_cues_at_one_time_cost_no_more_than_their_number() {
    // Set against each other one by one, these would be 1.6 thousand million pairs.
    let all = vec![(1000, 9000); 40_000];
    assert!(beads(&all, &all).is_some());
}

#[test]
fn damage_is_never_more_than_a_reason() {
    let seed = "WEBVTT\n\nid\n00:01.000 --> 00:02.000 line:0\n<v A>One &lt; two\n\nNOTE x\n\n00:03,000 --> 00:04,000\n{\\i1}x<i>\n";
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..1500 {
        let mut bytes = seed.as_bytes()[random(8)..].to_vec();
        for _ in 0..=random(5) {
            let (at, to) = (random(bytes.len()), random(bytes.len()));
            match random(3) {
                0 => bytes[at] = b"<>&{}\n:-09,."[random(12)],
                1 => bytes.truncate(at.max(1)),
                _ => bytes.extend_from_within(at.min(to)..at.max(to)),
            }
        }
        let text = String::from_utf8(bytes).expect("ASCII");
        if let Err(error) = job(("a.vtt", &text), ("a.srt", &text)) {
            assert!(error.stage == "read" && !error.hint.is_empty(), "{error:?}");
        }
    }
}
