//! What holds for every answer of `stream`, whatever the line: asserted by tests and by the fuzz targets.

use serde_json::Value;

/// One object on one line, scored or failed with all that is promised, and the id as it came where any reader finds it.
pub fn answer_holds(text: &str, line: &[u8]) {
    assert!(!text.contains(['\n', '\r']), "{text}");
    let answer: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(answer.to_string(), text);
    let said = |key: &str| answer["error"][key].as_str().is_some_and(|said| !said.is_empty());
    match answer["status"].as_str() {
        Some("scored") => {
            assert!(answer["summary"]["verdict"].is_string() && answer["segments"].is_array(), "{text}");
            assert_eq!(answer["summary"]["pair"], answer["pair"]);
        }
        Some("failed") => {
            assert!(["stage", "reason", "hint"].into_iter().all(said), "{text}");
            assert_ne!(answer["error"]["reason"], "internal-error", "{text}");
        }
        _ => panic!("no status: {text}"),
    }
    let pair = serde_json::from_slice::<Value>(line).ok().and_then(|request| request.get("pair").cloned());
    // Of two ids any may be given back, and a number that would not come back as it was comes back as its text.
    let one = line.windows(6).filter(|w| w == b"\"pair\"").count() == 1 && !line.contains(&b'\\');
    if let Some(pair) = pair.filter(|pair| one && !pair.is_f64()) {
        assert_eq!(answer["pair"], pair, "{text}");
    }
}
