//! One line of `pairscore stream`: a request as a JSON object, and its answer. Whatever the line holds, there is one.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::judge_safely;
use crate::context::Context;
use crate::error::PairError;
use crate::input::{check_lines, check_size};
use crate::model::{Language, Side};
use crate::pipeline::{FirstPaths, Given, Job, Limits, Pipeline, REFERENCE, Text};
use crate::report::json;

/// Characters of a hint: it may quote the line, which may be long.
const HINT: usize = 400;

/// Bytes of JSON that a byte of text takes when a program escapes all that is not ASCII: `ü` has two, `\u00fc` six.
const ESCAPED: u64 = 3;

/// Beyond this, numbers of a JSON object are not kept exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Bytes of the longest line that is read: three texts, each as large as a file may be, all of it escaped. Of a longer one
/// nobody needs to hold more than a byte beyond this to get the right answer.
pub fn longest_line(limits: Limits) -> u64 {
    limits.file_mib.saturating_mul(3 * ESCAPED * 1024 * 1024)
}

/// The answer to a line: an object with status `scored` or `failed`, and the id wherever it can be read.
pub fn answer(pipeline: &Pipeline, context: &Context, line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let (request, read) = Request::of_line(line, &text, pipeline.limits);
    let id = request.id();
    let job = read.and_then(|()| request.job(pipeline.limits));
    match job.and_then(|job| judge_safely(pipeline, job, context, &FirstPaths::default())) {
        Ok(report) => json::scored(&id, &report, [""; 3]),
        Err(error) => json::failed(&id, &placed(error)),
    }
}

/// What a line asks to be judged, where `takes` wants the pair of that id.
pub(super) fn job_of(
    pipeline: &Pipeline,
    line: &[u8],
    takes: impl Fn(&str) -> bool,
) -> Option<Result<Job, PairError>> {
    let text = String::from_utf8_lossy(line);
    let (request, read) = Request::of_line(line, &text, pipeline.limits);
    // What has no id is known by what it says.
    let id = if request.pair.is_some() { Cow::from(text_of(&request.id())) } else { Cow::from(&*text) };
    takes(&id).then(|| read.and_then(|()| request.job(pipeline.limits)))
}

/// An id as a text.
fn text_of(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_string)
}

/// The hint says which side it is about, and is short.
fn placed(error: PairError) -> PairError {
    let side = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
    PairError { hint: side.chars().chain(error.hint.chars()).take(HINT).collect(), ..error }
}

fn too_long(limits: Limits) -> PairError {
    let mib = longest_line(limits) / (1024 * 1024);
    let advice = Limits::advice("file_mib", limits.file_mib.saturating_mul(2));
    refused("too-large", format!("a line of more than {mib} MiB: split the text{advice}"))
}

fn bad_request(what: impl fmt::Display) -> PairError {
    refused("bad-request", format!("the line is no request: {what}"))
}

fn refused(reason: &'static str, hint: String) -> PairError {
    PairError { path: String::new(), stage: "read", reason, byte_offset: None, hint }
}

/// The fields of a request as they stand in the line, so that a bad one spoils none of the others.
#[derive(Default)]
struct Request<'l> {
    pair: Option<&'l RawValue>,
    original: Option<&'l RawValue>,
    translation: Option<&'l RawValue>,
    reference: Option<&'l RawValue>,
    original_language: Option<&'l RawValue>,
    translation_language: Option<&'l RawValue>,
    aligned: Option<&'l RawValue>,
}

impl<'l> Request<'l> {
    /// What can be read of a line, and why that is not all. `text` is the line, in which what is no UTF-8 is read for its
    /// id alone.
    fn of_line(line: &[u8], text: &'l str, limits: Limits) -> (Request<'l>, Result<(), PairError>) {
        let (request, read) = Request::read(text);
        let whole = if line.len() as u64 > longest_line(limits) {
            Err(too_long(limits))
        } else if let Err(error) = std::str::from_utf8(line) {
            Err(bad_request(format!("byte {} is not UTF-8", error.valid_up_to())))
        } else {
            read.map_err(bad_request)
        };
        (request, whole)
    }

    /// What can be read of it, and whether that is all.
    fn read(line: &'l str) -> (Request<'l>, serde_json::Result<()>) {
        let mut request = Request::default();
        let mut json = serde_json::Deserializer::from_str(line);
        let read = json.deserialize_map(&mut request).and_then(|()| json.end());
        (request, read)
    }

    fn field(&mut self, name: &str) -> Option<&mut Option<&'l RawValue>> {
        Some(match name {
            "pair" => &mut self.pair,
            "original" => &mut self.original,
            "translation" => &mut self.translation,
            "reference" => &mut self.reference,
            "original_language" => &mut self.original_language,
            "translation_language" => &mut self.translation_language,
            "aligned" => &mut self.aligned,
            _ => return None,
        })
    }

    /// The id as it came. A number that would come back as another one, or what is no value, comes back as its text.
    fn id(&self) -> Value {
        let Some(raw) = self.pair else { return Value::Null };
        match serde_json::from_str(raw.get()) {
            Ok(Value::Number(n)) if n.is_f64() && n.as_f64().is_some_and(|v| v.abs() >= EXACT) => {
                raw.get().into()
            }
            Ok(value) => value,
            Err(_) => raw.get().into(),
        }
    }

    fn job(&self, limits: Limits) -> Result<Job, PairError> {
        let _: Value = value("pair", there("pair", self.pair)?)?;
        let original = side(Side::Original.name(), there("original", self.original)?, limits)?;
        let translation = side(Side::Translation.name(), there("translation", self.translation)?, limits)?;
        let reference = self.reference.filter(|raw| raw.get() != "null");
        let reference = reference.map(|raw| side(REFERENCE, raw, limits)).transpose()?;
        let alignable = match (&original, &translation) {
            (Text::Sentences(a), Text::Sentences(b)) => a.len() == b.len(),
            _ => false,
        };
        let asked: Option<bool> = optional("aligned", self.aligned)?;
        if asked == Some(true) && !alignable {
            return Err(refused("not-aligned", "\"aligned\": true needs two lists of one length".into()));
        }
        if is_blank(&original) && is_blank(&translation) {
            return Err(refused("empty", "both sides are empty".into()));
        }
        Ok(Job {
            pair: text_of(&self.id()),
            languages: [
                language("original_language", self.original_language)?,
                language("translation_language", self.translation_language)?,
            ],
            original,
            translation,
            reference,
            alignment: if alignable && asked != Some(false) { Given::OneToOne } else { Given::Nothing },
            ..Job::default()
        })
    }
}

impl<'l> Visitor<'l> for &mut Request<'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'l>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<Cow<str>>()? {
            let Some(field) = self.field(&name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if field.is_some() {
                return Err(M::Error::custom(format!("{name} stands there twice")));
            }
            *field = Some(map.next_value()?);
        }
        Ok(())
    }
}

fn there<'l>(name: &str, raw: Option<&'l RawValue>) -> Result<&'l RawValue, PairError> {
    raw.ok_or_else(|| bad_request(format!("{name} is missing")))
}

fn value<'l, T: Deserialize<'l>>(name: &str, raw: &'l RawValue) -> Result<T, PairError> {
    serde_json::from_str(raw.get()).map_err(|e| bad_request(format!("{name}: {e}")))
}

/// A field that may be missing or `null`.
fn optional<'l, T: Deserialize<'l>>(name: &str, raw: Option<&'l RawValue>) -> Result<Option<T>, PairError> {
    raw.map_or(Ok(None), |raw| value(name, raw))
}

fn language(name: &str, raw: Option<&RawValue>) -> Result<Option<Language>, PairError> {
    let tag: Option<Cow<str>> = optional(name, raw)?;
    let read = |tag: Cow<str>| {
        let language = Language::parse(&tag);
        language.ok_or_else(|| refused("bad-language", format!("\"{tag}\" is no language code")))
    };
    tag.filter(|tag| !tag.is_empty()).map(read).transpose()
}

/// The text of a side, within the limits of a file.
fn side(name: &str, raw: &RawValue, limits: Limits) -> Result<Text, PairError> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    let text = AtMost { sentences: limits.sentences }.deserialize(&mut json);
    let text = text.map_err(|e| bad_request(format!("{name}: {e}")))?;
    within(&text, limits).map_err(|error| PairError {
        path: name.to_string(),
        byte_offset: None,
        ..error
    })?;
    Ok(text)
}

fn within(text: &Text, limits: Limits) -> Result<(), PairError> {
    let lines = text.pieces();
    if lines.len() > limits.sentences {
        let most = limits.sentences;
        let advice = Limits::advice("sentences", lines.len() as u64);
        let hint = format!("more than {most} sentences: split the text{advice}");
        return Err(PairError { stage: "split", ..refused("too-many-sentences", hint) });
    }
    check_size(lines.iter().map(|line| line.len() as u64).sum(), limits)?;
    lines.iter().try_for_each(|line| check_lines(line.as_bytes(), limits))
}

fn is_blank(text: &Text) -> bool {
    text.pieces().iter().all(|line| line.trim().is_empty())
}

/// A text or a list of texts, of which one more is kept than the pipeline takes: an empty text takes more memory than line.
struct AtMost {
    sentences: usize,
}

impl<'l> DeserializeSeed<'l> for AtMost {
    type Value = Text;

    fn deserialize<D: Deserializer<'l>>(self, json: D) -> Result<Text, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for AtMost {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Running(text.to_string()))
    }

    fn visit_seq<S: SeqAccess<'l>>(self, mut list: S) -> Result<Text, S::Error> {
        let mut given = Vec::new();
        while given.len() <= self.sentences
            && let Some(text) = list.next_element()?
        {
            given.push(text);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Sentences(given))
    }
}
