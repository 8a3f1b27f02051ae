//! Subtitles, `SubRip` and `WebVTT`: cues with the times at which they are shown. A cue is a sentence as given, its lines
//! joined by spaces, styles and speakers' names left aside.

mod clock;
mod markup;
mod timing;

use super::documents::Side;
use super::read::{refused, text};
use crate::error::PairError;
use crate::pipeline::{Limits, Text};
use clock::span;
use markup::Markup;
pub(super) use timing::alignment;

/// When a subtitle is shown, in milliseconds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cue {
    /// It appears.
    pub start: u64,
    /// It goes.
    pub end: u64,
}

/// A cue as the file has it.
struct Entry {
    cue: Cue,
    line: u32,
    text: String,
}

/// The cues of a file, by the times at which they appear; those without text are left aside.
pub(super) fn side(bytes: &[u8], encoding: &str, limits: Limits) -> Result<Side, PairError> {
    let text = text(bytes, encoding, limits)?;
    let is_web = text.starts_with("WEBVTT");
    let mut entries = entries(&text, is_web)?;
    let markup = if is_web { Markup::Web } else { Markup::SubRip };
    for entry in &mut entries {
        entry.text = markup.plain(&entry.text);
    }
    entries.retain(|entry| !entry.text.is_empty());
    if entries.is_empty() {
        return Err(refused("empty", None, "no subtitle has any text"));
    }
    entries.sort_by_key(|entry| entry.cue.start);
    let cues = entries.iter().map(|entry| entry.cue).collect();
    let lines = entries.iter().map(|entry| entry.line).collect();
    let sentences = entries.into_iter().map(|entry| entry.text).collect();
    Ok(Side { text: Text::Placed { sentences, lines }, cues })
}

/// Reads cue by cue. A cue goes on to the next line with times, blank lines in it or not: a player would leave out what
/// follows them, and half a text would be judged.
fn entries(text: &str, is_web: bool) -> Result<Vec<Entry>, PairError> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut after_blank, mut aside) = (true, is_web);
    let mut lines = text.split('\n').zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            (after_blank, aside) = (true, false);
            continue;
        }
        let begins = std::mem::take(&mut after_blank);
        aside = (aside || is_web && begins && is_remark(line)) && !line.contains("-->");
        let is_number = line.bytes().all(|b| b.is_ascii_digit());
        let is_before_times = lines.peek().is_some_and(|(next, _)| span(next.trim()).is_some());
        let is_name = is_before_times && (is_number || is_web && begins);
        if aside || is_name {
            continue;
        }
        if let Some(cue) = span(line) {
            entries.push(Entry { cue, line: number, text: String::new() });
        } else if let Some(entry) = entries.last_mut().filter(|_| !is_bad_time(line)) {
            if entry.text.is_empty() {
                entry.line = number;
            }
            entry.text.push_str(line);
            entry.text.push(' ');
        } else {
            let hint = format!(
                "line {number}: two times and --> should stand here, as 00:00:01,000 --> 00:00:02,500"
            );
            return Err(refused("bad-subtitles", None, hint));
        }
    }
    Ok(entries)
}

/// The beginning of a block that is no cue.
fn is_remark(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION"].iter().any(|name| {
        line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// What is meant as times and is none; an arrow may also stand in a text.
fn is_bad_time(line: &str) -> bool {
    line.contains("-->") && line.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}
