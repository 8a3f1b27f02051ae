//! Sentence vectors: `cargo run --release --features encoder --example encode -- MODEL < sentences > vectors.jsonl`.
//!
//! One sentence a line in, one JSON array a line out. With `--time` behind the folder no vectors are written but how many
//! seconds encoding took, without loading the model.

use std::io::{self, BufWriter, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use pairscore::encoder::Encoder;

#[allow(clippy::disallowed_methods, reason = "--time says how long it took")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give the folder of a model")?;
    let is_timed = arguments.next().is_some_and(|option| option == "--time");
    let encoder = Encoder::load(Path::new(&folder))?;
    let lines = stdin().lines().collect::<io::Result<Vec<String>>>()?;
    let sentences: Vec<&str> = lines.iter().map(String::as_str).collect();
    let start = Instant::now();
    let vectors = encoder.vectors(&sentences)?;
    let seconds = start.elapsed().as_secs_f64();
    let mut out = BufWriter::new(stdout().lock());
    if is_timed {
        writeln!(out, "{seconds}")?;
        return Ok(());
    }
    for vector in vectors {
        serde_json::to_writer(&mut out, &vector)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
