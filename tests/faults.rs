//! Faults of single segments, given as aligned lists: exactly what each check says, and what it leaves alone.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::filter;
use serde_json::{Value, json};

/// `check severity excerpt` of every finding in pre-aligned segments, in order.
fn found(languages: [&str; 2], pairs: &[[&str; 2]]) -> Vec<String> {
    let side = |k: usize| pairs.iter().map(|p| p[k]).collect::<Vec<_>>();
    let request = json!({
        "pair": "x", "original_language": languages[0], "translation_language": languages[1],
        "original": side(0), "translation": side(1),
    });
    let output = filter(&["stream"], format!("{request}\n").as_bytes());
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let segments = answer["segments"].as_array().expect("segments").iter();
    let findings = segments.flat_map(|s| s["findings"].as_array().expect("findings").clone());
    findings.map(|f| format!("{} {} {}", f["check"], f["severity"], f["excerpt"]).replace('"', "")).collect()
}

#[test]
fn what_a_translation_keeps_is_held_against_the_original() {
    let pairs = [
        ["Hello {name}, %s has %d files.", "Hallo {nom}, %d hat %s Dateien."],
        ["Press <b>Save</b> now. 👍", "Jetzt <b>Sichern drücken."],
        ["Mail to desk@a.example.", "Schreiben Sie an disk@a.example."],
        ["The cafe is open.", "Das CafÃ© ist offen."],
        ["Press <b>Send</b> again.", "Noch einmal <b>Senden</b> drücken."],
    ];
    let expected = [
        "placeholder major {nom}",
        "placeholder major %d",
        "markup minor 👍",
        "markup major </b>",
        "url major disk@a.example",
        "encoding major Ã©",
    ];
    let mut found = found(["en", "de"], &pairs);
    found.sort();
    let mut expected = expected.map(String::from).to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_neighbour_that_has_an_item_for_itself_licenses_nothing() {
    let pairs = [
        ["Hello {name}, welcome.", "Hallo, willkommen."],
        ["Bye {name}, see you.", "Tschüs {name}, bis bald."],
    ];
    assert_eq!(found(["en", "de"], &pairs), ["placeholder major {name}"]);
    let pairs = [
        ["They sold 250 boats.", "Sie verkauften Boote."],
        ["They bought 250 cars.", "Sie kauften 250 Autos."],
    ];
    assert_eq!(found(["en", "de"], &pairs), ["number-mismatch minor 250"]);
    let shifted =
        [["They sold 250 boats.", "Sie verkauften Boote."], ["All went well.", "Alle 250 liefen gut."]];
    assert_eq!(found(["en", "de"], &shifted), [""; 0]);
}

#[test]
fn metres_are_no_millions() {
    assert_eq!(found(["en", "de"], &[["It is 5 m long.", "Es ist 5 km lang."]]), ["number-mismatch major 5"]);
    assert_eq!(found(["en", "de"], &[["It is 5 m long.", "Es ist 5 Meter lang."]]), [""; 0]);
    assert_eq!(found(["en", "de"], &[["It has 5m readers.", "Es hat 5 Millionen Leser."]]), [""; 0]);
}

#[test]
fn a_table_on_one_line_is_left_alone_though_one_side_is_shorter() {
    let table =
        |numbers: u32| (1..=numbers).map(|n| format!("{} m", 1000 + n)).collect::<Vec<_>>().join("; ");
    let findings = found(["en", "de"], &[[&table(1100), &table(900)]]);
    assert!(findings.iter().all(|f| !f.starts_with("number-mismatch")), "{findings:?}");
}

#[test]
fn a_lost_mark_is_shown_with_the_last_word_though_empty_sentences_follow() {
    let request = json!({"pair": "x", "original": ["Who left the harbour."], "translation": ["Who left the harbour ", ""]});
    let output = filter(&["stream"], format!("{request}\n").as_bytes());
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["segments"][0]["findings"][0]["excerpt"], "harbour");
}

#[test]
fn midnight_has_two_names() {
    let pair = ["It was 12:15 a.m. then.", "Es war 0:15 Uhr."];
    assert_eq!(found(["en", "de"], &[pair]), [""; 0]);
}

#[test]
fn equal_texts_have_no_fault() {
    let same = [
        "They walked to the pier and the pier.",
        "He saw https://a.example and HTTPS://B.EXAMPLE there.",
        "the boat , too ( old ) .. and and",
    ];
    assert_eq!(found(["en", "en"], &same.map(|s| [s, s])), [""; 0]);
}

#[test]
fn of_two_lost_acronyms_the_one_that_reads_like_a_pronoun_was_taken_for_it() {
    let pair = [["The UN and the U.S. signed the treaty.", "The council and us signed the treaty."]];
    assert!(found(["en", "en"], &pair).contains(&"name-mismatch critical us".to_string()));
}

#[test]
fn a_sentence_in_another_script_is_one_finding() {
    let pairs = [
        ["Das Museum ist im Winter geschlossen.", "The museum is closed in winter."],
        ["Der Eintritt bleibt für Kinder frei.", "Вход для детей остаётся бесплатным."],
        ["Im Sommer kommen viele Gäste.", "In summer many guests come."],
        ["Der Garten liegt hinter dem Haus.", "The garden lies behind the house."],
        ["Dort steht ein alter Brunnen.", "An old well stands there."],
    ];
    assert_eq!(found(["de", "en"], &pairs), ["wrong-language major Вход для детей остаётся бесплатным."]);
}

#[test]
fn an_added_sentence_is_not_held_against_an_original_that_it_lacks() {
    let pairs = [["One is here.", "One is here."], ["", "Now <b>press</i> Tom &amp; Jerry quickly again."]];
    assert_eq!(
        found(["en", "en"], &pairs),
        ["addition major Now <b>press</i> Tom &amp; Jerry quickly again."]
    );
}

/// Long rows of what the checks look for: each must end, and answer with as many segments as it got.
#[test]
fn rows_of_signs_are_judged() {
    let units = [
        "@",
        "://",
        "%d ",
        "%(",
        "{",
        "}",
        "<b>",
        "</b>",
        "&amp;",
        "A. ",
        "\u{fffd}",
        "“",
        "(",
        "»",
        "..",
        ",,",
        " - ",
        "👍 ",
        "5 m ",
        "1.2.",
        "五分之一",
        "not ",
        "we ",
        "U.S. ",
        "No ",
        "MMM",
        "a1",
        "ß ",
        "? ",
        "Ã¼",
        "www.",
    ];
    for unit in units {
        let row = unit.repeat(40_000 / unit.len());
        let findings =
            found(["en", "en"], &[["A quiet day at the sea.", &row], [&row, "A quiet day at the sea."]]);
        assert!(findings.len() <= 2 * 23 * 100, "{unit}");
    }
}
