//! The words of TER as sacreBLEU 2.6.0 cuts them, after the normalizer of the program Tercom.
//!
//! With nothing but lower-casing these are the words between white space. The switches are those of
//! sacreBLEU's command line: `--ter-normalized`, `--ter-no-punct`, `--ter-asian-support` and
//! `--ter-case-sensitive`.

use std::borrow::Cow;

use super::tokenize::{
    Role, Rules, decode_entities, is_white_space, lower_case, replace, space_or_part, words,
};

/// What is done to a text before TER counts its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tercom {
    /// Joins lines, decodes entities and splits off ASCII punctuation and `'s`, much as 13a does.
    pub normalized: bool,
    /// Takes out the most common punctuation, within words too.
    pub no_punct: bool,
    /// Lets the two above see East Asian text: each ideograph is a word of its own, and the
    /// punctuation counts as such. Does nothing without them.
    pub asian_support: bool,
    /// Leaves capital letters as they are.
    pub case_sensitive: bool,
}

impl Tercom {
    /// The text whose [words](super::tokenize::words) TER counts.
    #[must_use]
    pub fn prepare(self, text: &str) -> Cow<'_, str> {
        let text = text.trim_end_matches(is_white_space);
        let mut text = if self.case_sensitive { Cow::Borrowed(text) } else { lower_case(text) };
        if self.normalized {
            text = Cow::Owned(self.normalize(text));
        }
        if self.no_punct {
            self.remove_punctuation(&mut text);
        }
        text
    }

    /// The same for a reference, of which sacreBLEU cuts the words a second time: where the first cut put a plain
    /// space for another kind of white space, the second one may split off an `'s`.
    #[must_use]
    pub fn prepare_reference(self, text: &str) -> Cow<'_, str> {
        let prepared = self.prepare(text);
        if !self.normalized {
            return prepared;
        }
        let again: Vec<&str> = words(&prepared).collect();
        Cow::Owned(self.prepare(&again.join(" ")).into_owned())
    }

    /// Tercom takes a hyphen at the start of a line for the one that divides a word.
    fn normalize(self, mut text: Cow<'_, str>) -> String {
        replace(&mut text, "\n-", "");
        replace(&mut text, "\n", " ");
        decode_entities(&mut text);
        let rules = if self.asian_support { &WITH_ASIAN } else { &WESTERN };
        rules.tokens(&text).join(" ")
    }

    fn remove_punctuation(self, text: &mut Cow<'_, str>) {
        let asian = self.asian_support;
        let is_removed = |c| is_common_punctuation(c) || asian && is_asian_punctuation(c);
        if text.contains(is_removed) {
            text.to_mut().retain(|c| !is_removed(c));
        }
    }
}

static WESTERN: Rules =
    Rules::western(space_or_part, Role::Space).with(b"'", Role::Apostrophe).all(0xc3, 0xe0).all(0xe4, 0xff);

static WITH_ASIAN: Rules = Rules::western(role_with_asian, Role::Space)
    .with(b"'", Role::Apostrophe)
    .all(0xc3, 0xe0)
    .all(0xea, 0xee)
    .all(0xf0, 0xff);

fn role_with_asian(c: char) -> Role {
    if is_ideograph(c) || is_asian_punctuation(c) { Role::Alone } else { space_or_part(c) }
}

/// The characters that sacreBLEU splits off as words: radicals, strokes, enclosed letters, ideographs
/// and their compatibility forms.
///
/// It has patterns for kana too, but they are tied to the start of the text, where its own padding
/// stands: a text of kana alone stays one word.
const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2eff}'
        | '\u{31c0}'..='\u{31ef}'
        | '\u{3200}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}')
}

const fn is_common_punctuation(c: char) -> bool {
    matches!(c, '.' | ',' | '?' | ':' | ';' | '!' | '"' | '(' | ')')
}

/// Ideographic, half-width and full-width punctuation.
const fn is_asian_punctuation(c: char) -> bool {
    matches!(c,
        '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{30fb}'
        | '\u{ff61}'..='\u{ff65}'
        | '．' | '，' | '？' | '：' | '；' | '！' | '＂' | '（' | '）')
}

#[cfg(test)]
mod tests {
    use super::super::tokenize::{assert_consistent, words};
    use super::*;

    const PLAIN: Tercom =
        Tercom { normalized: false, no_punct: false, asian_support: false, case_sensitive: false };
    const NORMALIZED: Tercom = Tercom { normalized: true, ..PLAIN };
    const NO_PUNCT: Tercom = Tercom { no_punct: true, ..PLAIN };
    const ASIAN: Tercom = Tercom { asian_support: true, ..NORMALIZED };

    fn tokenized(tercom: Tercom, text: &str) -> String {
        words(&tercom.prepare(text)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_first_byte_has_the_role_of_all_characters_that_begin_with_it() {
        assert_consistent(&WESTERN);
        assert_consistent(&WITH_ASIAN);
    }

    #[test]
    fn case_is_all_that_changes_by_default() {
        assert_eq!(tokenized(PLAIN, "\tIt's \"ÉTÉ\",\u{1c}say: 5-year."), "it's \"été\", say: 5-year.");
    }

    #[test]
    fn case_can_stay() {
        assert_eq!(tokenized(Tercom { case_sensitive: true, ..PLAIN }, "An ÉTÉ "), "An ÉTÉ");
    }

    #[test]
    fn text_in_lower_case_is_not_copied() {
        assert!(matches!(PLAIN.prepare("nothing to do, really "), Cow::Borrowed(_)));
        assert!(matches!(NO_PUNCT.prepare("nothing to do"), Cow::Borrowed(_)));
    }

    #[test]
    fn normalizing_splits_as_13a_does() {
        assert_eq!(tokenized(NORMALIZED, "He said: \"1,000-fold\"."), "he said : \" 1,000 - fold \" .");
        assert_eq!(tokenized(NORMALIZED, "In 1999."), "in 1999 .");
    }

    #[test]
    fn a_possessive_ending_is_a_word() {
        assert_eq!(
            tokenized(NORMALIZED, "The cat's tail (the dog's) is the cow's"),
            "the cat 's tail ( the dog 's ) is the cow 's"
        );
    }

    #[test]
    fn a_possessive_ending_stays_before_a_stop_a_tab_and_a_wide_space() {
        assert_eq!(tokenized(NORMALIZED, "a's, b's.\nc's\td's\u{3000}e's-"), "a's , b's . c's d's e's-");
    }

    #[test]
    fn a_capital_possessive_ending_is_known_in_lower_case_only() {
        let text = "THE CAT'S TAIL";
        assert_eq!(tokenized(NORMALIZED, text), "the cat 's tail");
        assert_eq!(tokenized(Tercom { case_sensitive: true, ..NORMALIZED }, text), text);
    }

    #[test]
    fn a_hyphen_at_the_start_of_a_line_joins_the_word() {
        assert_eq!(tokenized(NORMALIZED, "trans\n-lation of-\nlines"), "translation of- lines");
    }

    #[test]
    fn entities_are_decoded_in_order_and_in_lower_case() {
        assert_eq!(tokenized(NORMALIZED, "&QUOT;a&quot; &amp;lt; b"), "\" a \" < b");
    }

    #[test]
    fn removed_punctuation_leaves_no_gap() {
        assert_eq!(tokenized(NO_PUNCT, "(a.b) c, \"d\" … 1,000 - e!"), "ab c d … 1000 - e");
    }

    #[test]
    fn punctuation_goes_after_normalizing() {
        let tercom = Tercom { no_punct: true, ..NORMALIZED };
        assert_eq!(tokenized(tercom, "(a.b) c's 1,000 [d]"), "a b c 's 1000 [ d ]");
    }

    #[test]
    fn ideographs_and_their_punctuation_are_words_with_asian_support() {
        assert_eq!(tokenized(ASIAN, "我用Rust写，好。㈠"), "我 用 rust 写 ， 好 。 ㈠");
        assert_eq!(tokenized(NORMALIZED, "我用Rust写，好。"), "我用rust写，好。");
    }

    #[test]
    fn asian_support_does_nothing_alone() {
        assert_eq!(tokenized(Tercom { asian_support: true, ..PLAIN }, "写，好。"), "写，好。");
    }

    #[test]
    fn kana_stay_together_even_where_they_are_the_whole_text() {
        for text in ["ひらがな", "カタカナ", "ㇰㇱ", "ひらカナ"] {
            assert_eq!(tokenized(ASIAN, text), text);
        }
        assert_eq!(tokenized(ASIAN, "カタ・カナ漢字かな"), "カタ ・ カナ 漢 字 かな");
    }

    #[test]
    fn asian_punctuation_is_removed_with_asian_support() {
        let tercom = Tercom { asian_support: true, ..NO_PUNCT };
        assert_eq!(tokenized(tercom, "「写」，好。ok."), "写好ok");
        assert_eq!(tokenized(NO_PUNCT, "写，好。ok."), "写，好。ok");
    }

    #[test]
    fn a_reference_is_cut_twice() {
        let tercom = Tercom { normalized: true, ..Tercom::default() };
        let text = "Ann's\u{3000}boat";
        assert_eq!(words(&tercom.prepare(text)).collect::<Vec<_>>(), ["ann's", "boat"]);
        assert_eq!(words(&tercom.prepare_reference(text)).collect::<Vec<_>>(), ["ann", "'s", "boat"]);
    }

    #[test]
    fn an_empty_text_has_no_words() {
        let all = Tercom { normalized: true, no_punct: true, asian_support: true, case_sensitive: true };
        assert_eq!(tokenized(all, ""), "");
        assert_eq!(tokenized(all, " ...\u{3000}"), "");
    }
}
