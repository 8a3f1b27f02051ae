//! `pairscore stream`: a filter. One JSON object a line in, one a line out, in the same order.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use clap::Args;
use pairscore::batch::judge_safely;
use pairscore::context::Context;
use pairscore::error::PairError;
use pairscore::model::Language;
use pairscore::pipeline::{Job, Pipeline, Text};
use pairscore::report::json;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::options::{ContextOptions, LaterOptions, PipelineOptions, accepted, jobs, threads};
use super::{Exit, Stop};

/// Options of `stream`.
#[derive(Args)]
pub struct Stream {
    #[command(flatten)]
    pipeline: PipelineOptions,
    /// Threads [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    #[command(flatten)]
    context: ContextOptions,
    #[command(flatten)]
    later: LaterOptions,
}

/// Lines worked on at a time: enough for all threads, few enough to answer soon and to hold little.
const LINES: usize = 256;

/// Bytes after which a batch of lines is full however few they are.
const BYTES: usize = 8 << 20;

#[derive(Deserialize)]
struct Request {
    pair: Value,
    original: Side,
    translation: Side,
    #[serde(default)]
    original_language: Option<String>,
    #[serde(default)]
    translation_language: Option<String>,
    #[serde(default)]
    aligned: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Side {
    Document(String),
    Sentences(Vec<String>),
}

impl From<Side> for Text {
    fn from(side: Side) -> Text {
        match side {
            Side::Document(text) => Text::Running(text),
            Side::Sentences(given) => Text::Sentences(given),
        }
    }
}

impl Stream {
    /// Answers every line. Lines are answered as they come: a slow writer gets its answers at once.
    pub fn run(self) -> Result<Exit, Stop> {
        self.later.refuse()?;
        let mut pipeline = self.pipeline.load()?;
        pipeline.accepted = accepted(None)?;
        let context = self.context.load()?;
        let (send, receive) = sync_channel(LINES);
        let reader = thread::spawn(move || -> io::Result<()> {
            let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
            loop {
                let mut line = Vec::new();
                if input.read_until(b'\n', &mut line)? == 0 || send.send(line).is_err() {
                    return Ok(());
                }
            }
        });
        let mut out = BufWriter::new(io::stdout().lock());
        let pool = threads(self.jobs)?;
        while let Some(lines) = next_batch(&receive) {
            let answers: Vec<Value> = pool.install(|| {
                lines.par_iter().with_max_len(1).map(|l| answer(&pipeline, &context, l)).collect()
            });
            for answer in answers {
                serde_json::to_writer(&mut out, &answer).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            out.flush()?;
        }
        match reader.join() {
            Ok(read) => read.map(|()| Exit::Success).map_err(Stop::Output),
            Err(_) => Ok(Exit::Usage),
        }
    }
}

/// The lines that are there, at least one; `None` at the end of the input.
fn next_batch(receive: &Receiver<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    let mut lines = vec![receive.recv().ok()?];
    let mut bytes = lines[0].len();
    while lines.len() < LINES && bytes < BYTES {
        let Ok(line) = receive.try_recv() else { break };
        bytes += line.len();
        lines.push(line);
    }
    Some(lines)
}

fn answer(pipeline: &Pipeline, context: &Context, line: &[u8]) -> Value {
    let failed = |id: &Value, stage, reason, hint: String| {
        json::failed(id, &PairError { path: String::new(), stage, reason, byte_offset: None, hint })
    };
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => {
            let id = serde_json::from_slice::<Value>(line)
                .map_or(Value::Null, |v| v.get("pair").cloned().unwrap_or_default());
            return failed(&id, "read", "bad-request", format!("the line is no request: {error}"));
        }
    };
    let id = request.pair.clone();
    match job(request) {
        Ok(job) => match judge_safely(pipeline, job, context) {
            Ok(report) => json::scored(&id, &report, ["", ""]),
            Err(error) => json::failed(&id, &error),
        },
        Err((reason, hint)) => failed(&id, "read", reason, hint),
    }
}

fn job(request: Request) -> Result<Job, (&'static str, String)> {
    let language = |tag: Option<String>| match tag.filter(|t| !t.is_empty()) {
        Some(tag) => {
            Language::parse(&tag).map(Some).ok_or(("bad-language", format!("\"{tag}\" is no language code")))
        }
        None => Ok(None),
    };
    let aligned = match (&request.original, &request.translation) {
        (Side::Sentences(a), Side::Sentences(b)) => a.len() == b.len() && request.aligned != Some(false),
        _ => false,
    };
    if request.aligned == Some(true) && !aligned {
        return Err(("not-aligned", "\"aligned\": true needs two lists of one length".into()));
    }
    let blank = |side: &Side| match side {
        Side::Document(text) => text.trim().is_empty(),
        Side::Sentences(given) => given.iter().all(|s| s.trim().is_empty()),
    };
    if blank(&request.original) && blank(&request.translation) {
        return Err(("empty", "both sides are empty".into()));
    }
    Ok(Job {
        pair: request.pair.as_str().map_or_else(|| request.pair.to_string(), str::to_string),
        languages: [language(request.original_language)?, language(request.translation_language)?],
        original: request.original.into(),
        translation: request.translation.into(),
        aligned,
        machine_translation: None,
    })
}
