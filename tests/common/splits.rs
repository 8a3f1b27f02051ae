//! What holds for every text that is split: asserted by the property tests and by the fuzz targets.

use pairscore::model::Language;
use pairscore::text::Document;
use pairscore::text::normalise::{Normalise, normalise};
use pairscore::text::words::Words;

/// Sentences stand in order, on characters' edges, and nothing but white space outside of them; each leads back to the text.
pub fn split_holds(text: &str, language: Option<&Language>) {
    assert!(!text.contains('\r') && !text.trim().is_empty());
    let rules = Normalise::default();
    let mut words = Words::default();
    let mut document = Document::from_text(text.to_string(), &rules, &mut words);
    document.split(language);
    let normal = document.normal();
    assert_eq!(normalise(normal, &rules).0, normal, "normalising twice is normalising once");

    let mut at = 0;
    for (number, sentence) in document.sentences().iter().enumerate() {
        let range = sentence.normal.clone();
        assert!(
            normal[at..range.start].trim().is_empty(),
            "outside of sentences: {:?}",
            &normal[at..range.start]
        );
        let body = &normal[range.clone()];
        assert!(!body.is_empty() && body.trim() == body, "{body:?}");
        let passage = document.passage(number..number + 1);
        assert!(text.contains(passage.source()) && passage.normal() == body);
        let tokens = document.tokens_of(number).iter().map(|t| t.start as usize..t.end as usize);
        assert!(tokens.into_iter().all(|t| range.start <= t.start && t.end <= range.end && t.start < t.end));
        assert!(1 <= sentence.line && sentence.line <= text.split('\n').count());
        at = range.end;
    }
    assert!(normal[at..].trim().is_empty(), "after the last sentence: {:?}", &normal[at..]);
    let numbers = document.sentences().iter().map(|s| (s.line, s.paragraph));
    assert!(numbers.clone().is_sorted_by_key(|n| n.0) && numbers.is_sorted_by_key(|n| n.1));
}
