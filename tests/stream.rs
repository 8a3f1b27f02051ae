//! `stream`: every line in gives one line out, in order, whatever stands in it.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::filter;
use serde_json::{Value, json};

const SUMMARY: &str = "pair, status, verdict, similarity, chrf, bleu, ter, length_ratio, coverage, error_points, \
    critical, major, minor, repetitions, original_language, translation_language, original_sentences, \
    translation_sentences, segments, omitted, added, worst_segment, original_path, translation_path, note, \
    similarity_low, similarity_high, semantic, semantic_precision, semantic_recall, reference_path";

/// Answers to the input; the program must end well and say nothing else.
fn answers(input: &[u8], words: &[&str]) -> Vec<Value> {
    let output = filter(&[&["stream"], words].concat(), input);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

fn answer(request: &Value) -> Value {
    let mut answers = answers(format!("{request}\n").as_bytes(), &[]);
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

fn assert_failed(answer: &Value) {
    assert_eq!(answer["status"], "failed", "{answer}");
    for key in ["stage", "reason", "hint"] {
        assert!(answer["error"][key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {answer}");
    }
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn every_line_gets_one_answer_in_its_place() {
    let deep = format!("{{\"pair\": \"deep\", \"original\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    let text = |words: &str| format!("\"original\": \"{words}\", \"translation\": \"{words}\"}}");
    let lines: Vec<(Vec<u8>, Value, bool)> = [
        (format!("{{\"pair\": \"good\", {}", text("The ferry left.")), json!("good"), true),
        ("not JSON".into(), Value::Null, false),
        ("{\"pair\": \"cut\", \"original\": \"a".into(), json!("cut"), false),
        (format!("{{\"pair\": \"twice\", \"pair\": 2, {}", text("a")), json!("twice"), false),
        ("{\"pair\": \"fields\", \"original\": \"a\"}".into(), json!("fields"), false),
        ("{\"original\": \"a\", \"translation\": \"b\"}".into(), Value::Null, false),
        (format!("{{\"pair\": \"half\", {}", text("\\ud800 alone")), json!("half"), false),
        (deep, json!("deep"), false),
        (String::new(), Value::Null, false),
        (" \t ".into(), Value::Null, false),
        ("[]".into(), Value::Null, false),
        ("null".into(), Value::Null, false),
        (format!("{{\"pair\": \"empty\", {}", text("")), json!("empty"), false),
        ("{\"pair\": \"type\", \"original\": 1, \"translation\": \"a\"}".into(), json!("type"), false),
        (format!("{{\"pair\": \"code\", \"original_language\": \"?\", {}", text("a")), json!("code"), false),
        (format!("{{\"pair\": 17, {}", text("One more.")), json!(17), true),
        (format!("{{\"pair\": \"return\", {}\r", text("One more.")), json!("return"), true),
        (format!("{{\"pair\": \"last\", {}", text("One more.")), json!("last"), true),
    ]
    .into_iter()
    .map(|(line, pair, good)| (line.into_bytes(), pair, good))
    .collect();
    let input = lines.iter().map(|(line, ..)| line.clone()).collect::<Vec<_>>().join(&b'\n');
    for jobs in ["1", "4"] {
        let answers = answers(&input, &["--jobs", jobs]);
        assert_eq!(answers.len(), lines.len());
        for (answer, (line, pair, good)) in answers.iter().zip(&lines) {
            let shown = String::from_utf8_lossy(&line[..line.len().min(80)]);
            assert_eq!(answer["pair"], *pair, "{shown}: {answer}");
            if *good { assert_eq!(answer["status"], "scored", "{shown}") } else { assert_failed(answer) }
        }
    }
}

#[test]
fn bytes_that_are_no_utf_8_fail_their_line_only() {
    let good = json!({"pair": 1, "original": "A line.", "translation": "A line."}).to_string();
    let bad = b"{\"pair\": \"x\", \"original\": \"caf\xe9\", \"translation\": \"b\"}";
    let input = [bad, good.as_bytes(), b"\xff\xfe\0", good.as_bytes()].join(&b'\n');
    let answers = answers(&input, &[]);
    assert_eq!(
        answers.iter().map(|a| a["status"] == "scored").collect::<Vec<_>>(),
        [false, true, false, true]
    );
    assert_failed(&answers[0]);
    assert_failed(&answers[2]);
    assert_eq!((&answers[0]["pair"], &answers[2]["pair"]), (&json!("x"), &Value::Null));
}

#[test]
fn an_id_comes_back_as_it_came_or_as_its_text() {
    let ids = [
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("null", Value::Null),
        ("1.50", json!(1.5)),
        ("18446744073709551616", json!("18446744073709551616")),
        ("1e300", json!("1e300")),
        ("{\"shard\": [7]}", json!({"shard": [7]})),
        ("\"\\u0000\\u2028\"", json!("\0\u{2028}")),
    ];
    for (id, expected) in ids {
        let line = format!("{{\"pair\": {id}, \"original\": \"A.\", \"translation\": \"A.\"}}");
        let answer = &answers(line.as_bytes(), &[])[0];
        assert_eq!(
            (&answer["status"], &answer["pair"], &answer["summary"]["pair"]),
            (&json!("scored"), &expected, &expected)
        );
    }
    // What is no value, or too large a number, fails; its text says which line it was.
    for id in ["1e999", "\"\\ud800\""] {
        let line = format!("{{\"original\": \"A.\", \"translation\": \"A.\", \"pair\": {id}}}");
        let answer = &answers(line.as_bytes(), &[])[0];
        assert_failed(answer);
        assert_eq!(answer["pair"], id);
    }
}

/// Answers by a pipeline with these limits.
fn answers_within(limits: &str, lines: &[Value]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    common::write(folder.path(), "small.toml", format!("[limits]\n{limits}\n"));
    let pipeline = folder.path().join("small.toml");
    let input = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    answers(input.as_bytes(), &["--pipeline", pipeline.to_str().expect("UTF-8")])
}

#[test]
fn the_limits_of_files_hold_for_texts_of_a_line() {
    let side = |original: Value| json!({"pair": 1, "original": original, "translation": "Short."});
    let long = "x".repeat(1025);
    let large = vec!["x".repeat(1000); 1050];
    let cases = [
        ("line_kib = 1", json!(long), "line-too-long", "line_kib"),
        ("line_kib = 1", json!([long]), "line-too-long", "line_kib"),
        ("file_mib = 1", json!(large.join("\n")), "too-large", "file_mib"),
        ("file_mib = 1", json!(large), "too-large", "file_mib"),
        ("sentences = 2", json!("One. Two. Three."), "too-many-sentences", "sentences"),
        ("sentences = 2", json!(["One.", "Two.", "Three."]), "too-many-sentences", "sentences"),
    ];
    for (limits, original, reason, setting) in cases {
        let answers = answers_within(limits, &[side(original), side(json!("Short."))]);
        assert_failed(&answers[0]);
        assert_eq!(answers[0]["error"]["reason"], reason);
        let hint = answers[0]["error"]["hint"].as_str().expect("a hint");
        assert!(
            hint.starts_with("original: ") && hint.ends_with(&format!(" or [limits] {setting}")),
            "{hint}"
        );
        assert_eq!(answers[1]["status"], "scored", "{limits}");
    }
}

#[test]
fn a_line_without_end_fails_alone() {
    let short = json!({"pair": "next", "original": "Short.", "translation": "Short."});
    let long = json!({"pair": "long", "original": "x".repeat(7 << 20), "translation": "Short."});
    let answers = answers_within("file_mib = 1", &[short.clone(), long, short]);
    assert_eq!([0, 2].map(|k: usize| &answers[k]["status"]), ["scored", "scored"]);
    assert_failed(&answers[1]);
    assert_eq!((&answers[1]["pair"], &answers[1]["error"]["reason"]), (&json!("long"), &json!("too-large")));
}

#[test]
fn a_hint_is_short_however_long_the_line() {
    let long = "x".repeat(1 << 20);
    for field in ["original_language", "aligned"] {
        let answer = answer(&json!({"pair": 1, "original": "a", "translation": "b", field: long}));
        assert_failed(&answer);
        assert!(answer.to_string().len() < 1000);
    }
}

#[test]
fn no_input_gives_no_output() {
    assert!(answers(b"", &[]).is_empty());
}

#[test]
fn a_thousand_lines_keep_their_order() {
    let line = |n: usize| match n % 7 {
        3 => "broken".to_string(),
        _ => json!({"pair": n, "original": "x ".repeat(n % 50 + 1), "translation": "y"}).to_string(),
    };
    let input: Vec<String> = (0..1000).map(line).collect();
    let answers = answers(input.join("\n").as_bytes(), &[]);
    assert_eq!(answers.len(), 1000);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer["pair"], if n % 7 == 3 { Value::Null } else { json!(n) });
    }
}

#[test]
fn a_scored_object_has_the_promised_shape() {
    let answer = answer(&json!({"pair": "p", "original": "The ferry left at noon. Nobody waved.",
        "translation": "The ferry ferry left at noon. Nobody waved."}));
    assert_eq!((&answer["pair"], &answer["status"]), (&json!("p"), &json!("scored")));
    assert_eq!(keys(&answer["summary"]).join(", "), SUMMARY);
    let summary = &answer["summary"];
    assert_eq!((&summary["pair"], &summary["status"]), (&json!("p"), &json!("scored")));
    assert!(summary["similarity"].is_f64() && summary["segments"] == json!(2), "{summary}");
    let segments = answer["segments"].as_array().expect("a list");
    assert_eq!(segments.len(), 2);
    for (number, segment) in (1..).zip(segments) {
        assert_eq!(segment["segment"], json!(number));
        assert_eq!(segment["alignment"], "1-1");
        assert_eq!(
            (&segment["original"], &segment["translation"]),
            (&json!([number - 1]), &json!([number - 1]))
        );
        for score in ["similarity", "chrf", "bleu", "ter", "length_ratio", "repetition"] {
            assert!(segment["scores"][score].is_number(), "{score}: {segment}");
        }
    }
    assert_eq!(segments[0]["translation_text"], "The ferry ferry left at noon.");
    assert_eq!(segments[0]["original_text"], "The ferry left at noon.");
    let finding = &segments[0]["findings"][0];
    let message = finding["message"].as_str().expect("a message");
    let expected = json!({"check": "repetition", "category": "fluency/duplication", "severity": "minor",
        "side": "translation", "start": 4, "end": 15, "excerpt": "ferry ferry", "message": message});
    assert_eq!(finding, &expected);
    assert_eq!(segments[1]["findings"], json!([]));
}

#[test]
fn lists_of_one_length_are_segments_already_aligned() {
    let answer = answer(&json!({"pair": "p", "original": ["One. Two.", "", "Three here."],
        "translation": ["Something else entirely", "Added.", ""]}));
    let segments = answer["segments"].as_array().expect("a list");
    assert_eq!(segments.len(), 3);
    for (number, segment) in segments.iter().enumerate() {
        assert_eq!((&segment["original"], &segment["translation"]), (&json!([number]), &json!([number])));
    }
    assert_eq!(segments[0]["original_text"], "One. Two.");
}

#[test]
fn lists_said_not_to_be_aligned_are_sentences_to_be_aligned() {
    let sentences =
        ["The ferry left the harbour at noon.", "Nobody on the pier waved.", "The lamp was lit again."];
    let answer = answer(&json!({"pair": "p", "aligned": false, "original": sentences,
        "translation": [sentences[1], sentences[2], "A wholly new line about copper ladders."]}));
    let segments = answer["segments"].as_array().expect("a list");
    let beads: Vec<String> =
        segments.iter().map(|s| format!("{}:{}", s["original"], s["translation"])).collect();
    assert_eq!(beads, ["[0]:[]", "[1]:[0]", "[2]:[1]", "[]:[2]"]);
}

#[test]
fn lists_of_different_length_are_aligned() {
    let answer =
        answer(&json!({"pair": "p", "original": ["The ferry left at noon.", "Nobody waved. Nobody came."],
        "translation": ["Nobody waved. Nobody came."]}));
    let segments = answer["segments"].as_array().expect("a list");
    let beads: Vec<String> =
        segments.iter().map(|s| format!("{}:{}", s["original"], s["translation"])).collect();
    assert_eq!(beads, ["[0]:[]", "[1]:[0]"]);
}

#[test]
fn aligned_lists_of_different_length_fail() {
    let answer =
        answer(&json!({"pair": "p", "aligned": true, "original": ["One.", "Two."], "translation": ["One."]}));
    assert_failed(&answer);
    assert_eq!(answer["pair"], "p");
}

#[test]
fn declared_languages_are_kept() {
    let answer = answer(&json!({"pair": "p", "original": "Ja.", "translation": "Yes.",
        "original_language": "de", "translation_language": "en-GB"}));
    let summary = &answer["summary"];
    assert_eq!(
        (&summary["original_language"], &summary["translation_language"]),
        (&json!("de"), &json!("en-GB"))
    );
    assert_eq!(summary["similarity"], Value::Null);
}

#[test]
fn a_side_with_many_lines_and_every_plane_is_lossless() {
    let text = "Tab\tand \u{1F600} and\u{0}zero, \"quoted\" \\ back.";
    let answer = answer(&json!({"pair": "p", "original": [text, "b"], "translation": [text, "b"]}));
    assert_eq!(answer["segments"][0]["original_text"], text);
}
