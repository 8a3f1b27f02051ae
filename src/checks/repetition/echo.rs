//! Words that come back close by, in a segment where something else is repeated already.

use super::{Alarm, Scene};
use crate::checks::word_sets::WordSets;
use crate::model::{Severity, Side};
use crate::text::words::Token;

static FUNCTION_WORDS: WordSets = WordSets::new(include_str!("function_words.txt"));

/// Words between which an echo is heard.
const REACH: usize = 12;

/// A segment of more words is no sentence, and counting each of its words would take too long.
const LONGEST: usize = 400;

impl Scene<'_> {
    /// A word that the translation says twice within a few words and the original once at most ("said on Friday,
    /// said the mayor"). Alone it is style; beside another repetition it belongs to the same slip. Only within one
    /// language: two need not use one word for what another says with one.
    pub fn echoes(&self) -> Vec<Alarm> {
        let (own, words) = (&self.translation, self.pair.words);
        if !self.pair.is_monolingual() || own.ids.len() > LONGEST {
            return Vec::new();
        }
        let mut alarms = Vec::new();
        for at in (0..own.ids.len()).filter(|&k| self.is_telling(own.tokens[k])) {
            let reach = at + 1..(at + 1 + REACH).min(own.ids.len());
            let again = reach.clone().find(|&k| own.ids[k] == own.ids[at]);
            let Some(again) = again.filter(|_| self.original().count(&own.ids[at..=at]) <= 1) else {
                continue;
            };
            if own.count(&own.ids[at..=at]) == 2 {
                let message =
                    format!("\"{}\" comes back after {} words", words.text(own.ids[at]), again - at);
                alarms.push(Alarm {
                    normal: own.normal(&(again..again + 1)),
                    severity: Severity::Minor,
                    message,
                });
            }
        }
        alarms
    }

    /// Of four letters or more, no name and no word that does a sentence's work. Of a language without a list no word
    /// tells anything.
    fn is_telling(&self, token: &Token) -> bool {
        let text = self.pair.words.text(token.word);
        let list = FUNCTION_WORDS.get(self.pair.language(Side::Translation), "function");
        let is_content = list.is_some_and(|l| !l.contains(text)) && !self.licence.is_doubled(text);
        is_content && token.is_letters() && !token.capital && self.pair.words.letters(token.word) >= 4
    }
}
