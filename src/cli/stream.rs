//! `pairscore stream`: a filter. One JSON object a line in, one a line out, in the same order.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{mem, thread};

use clap::Args;
use pairscore::batch::answer::{answer, longest_line};
use rayon::prelude::*;

use super::options::{ContextOptions, ModelOption, PipelineOptions, accepted, jobs, threads};
use super::{Exit, Stop, complain};

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
    model: ModelOption,
}

/// Lines that wait and lines that are worked on: enough for all threads, few enough to answer soon.
const LINES: usize = 256;

/// Bytes after which no line is added to those that wait, however few they are. With the reader's own line, at most 16 MiB
/// and three lines of the greatest length are held.
const BYTES: usize = 8 << 20;

impl Stream {
    /// Answers every line. Lines are answered as they come: a slow writer gets its answers at once.
    pub fn run(self) -> Result<Exit, Stop> {
        let mut pipeline = self.pipeline.load()?;
        self.model.load(&mut pipeline)?;
        pipeline.accepted = accepted(None)?;
        let context = self.context.load(&pipeline)?;
        let limit = longest_line(pipeline.limits);
        let queue = Arc::new(Queue::default());
        let reader = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.fill(&mut BufReader::with_capacity(1 << 16, io::stdin().lock()), limit)
        });
        let mut out = BufWriter::new(io::stdout().lock());
        let pool = threads(self.jobs)?;
        while let Some(lines) = queue.take() {
            let answers: Vec<String> = pool.install(|| {
                lines.into_par_iter().with_max_len(1).map(|l| answer(&pipeline, &context, &l)).collect()
            });
            for answer in answers {
                writeln!(out, "{answer}")?;
            }
            out.flush()?;
        }
        let Ok(read) = reader.join() else {
            complain("a bug in pairscore: standard input was not read to its end; please report it");
            return Ok(Exit::Usage);
        };
        read.map(|()| Exit::Success).map_err(Stop::Output)
    }
}

/// The next line, up to a byte more than `limit`; `None` at the end of the input.
pub(super) fn next_line(input: &mut impl BufRead, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = input.take(limit.saturating_add(1)).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() {
        input.skip_until(b'\n')?;
    }
    Ok(Some(line))
}

/// Lines between the reader and the threads that answer them: at most [`LINES`], and no more after [`BYTES`].
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<Vec<u8>>,
    bytes: usize,
    ended: bool,
}

impl Queue {
    /// Puts in all lines of the input; of one that is longer than `limit` the rest is passed over.
    fn fill(&self, input: &mut impl BufRead, limit: u64) -> io::Result<()> {
        let _end = End(self);
        while let Some(line) = next_line(input, limit)? {
            self.put(line);
        }
        Ok(())
    }

    /// Waits until there is room.
    fn put(&self, line: Vec<u8>) {
        let full = |w: &mut Waiting| w.lines.len() >= LINES || w.bytes >= BYTES;
        let mut waiting = self.changed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        waiting.bytes += line.len();
        waiting.lines.push(line);
        self.changed.notify_all();
    }

    /// The lines that are there, at least one; `None` at the end of the input.
    fn take(&self) -> Option<Vec<Vec<u8>>> {
        let none = |w: &mut Waiting| w.lines.is_empty() && !w.ended;
        let mut waiting = self.changed.wait_while(self.lock(), none).unwrap_or_else(PoisonError::into_inner);
        waiting.bytes = 0;
        let lines = mem::take(&mut waiting.lines);
        self.changed.notify_all();
        (!lines.is_empty()).then_some(lines)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells that nothing more comes, however the reading has ended.
struct End<'q>(&'q Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_without_end_a_byte_more_than_the_limit_is_kept() {
        let queue = Queue::default();
        let mut input =
            BufReader::new(b"short\n\n".chain(io::repeat(b'x').take(1 << 20)).chain(&b"\nlast"[..]));
        queue.fill(&mut input, 6).expect("reads");
        let expected: [&[u8]; 4] = [b"short", b"", b"xxxxxxx", b"last"];
        assert_eq!(queue.take().expect("lines"), expected);
        assert_eq!(queue.take(), None);
    }
}
