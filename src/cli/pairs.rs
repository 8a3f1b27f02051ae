//! `pairscore pairs`: the dry run.

use std::io::Write;

use clap::Args;
use pairscore::error::SetupError;
use pairscore::input::{Source, Texts, discover};

use super::run::Run;
use super::view::{BOLD, DIM, count, one_line, paint};
use super::{Exit, Stop, complain};

/// Options of `pairs`.
#[derive(Args)]
pub struct Pairs {
    /// The same command line as that of `run`, so that one may stand for the other.
    #[command(flatten)]
    run: Run,
}

impl Pairs {
    /// Lists pairs, then files without a partner with the reason.
    pub fn run(self) -> Result<Exit, Stop> {
        let pipeline = self.run.input.load()?;
        let mut found = discover(&pipeline.input, &pipeline.languages()?)?;
        let is_empty = found.pairs.is_empty();
        if let Some(shard) = self.run.shard {
            found.pairs.retain(|pair| shard.takes(&pair.id));
            found.unpaired.retain(|file| shard.takes(&file.id));
        }
        for notice in &found.notices {
            complain(notice);
        }
        let mut out = anstream::stdout().lock();
        for pair in &found.pairs {
            writeln!(out, "{}  {}", paint(BOLD, &one_line(&pair.id)), places(pair))?;
        }
        for alone in &found.unpaired {
            let (path, hint) = (one_line(&alone.error.path), one_line(&alone.error.hint));
            writeln!(out, "{}  {path}: {hint}", paint(DIM, "unpaired"))?;
        }
        let (pairs, alone) = (count(found.pairs.len(), "pair"), count(found.unpaired.len(), "file"));
        writeln!(out, "{pairs}, {alone} without a partner")?;
        if is_empty {
            return Err(SetupError::NoPairs("nothing in this input makes a pair".into()).into());
        }
        Ok(Exit::Success)
    }
}

/// Both files; of a file with both sides its languages, as far as they are known, and the number of its segments.
fn places(pair: &Source) -> String {
    let [original, translation] =
        [pair.original(), pair.translation()].map(|path| one_line(&path.display().to_string()));
    let arrow = paint(DIM, "->");
    let Texts::Bitext(part) = &pair.texts else { return format!("{original} {arrow} {translation}") };
    let [source, target] =
        pair.languages.each_ref().map(|l| l.as_ref().map_or("?".to_string(), ToString::to_string));
    match part.damage() {
        Some(error) => format!("{original}: {}", one_line(&error.hint)),
        None => {
            format!("{original}  {source} {arrow} {target}  {}", paint(DIM, &count(part.units(), "segment")))
        }
    }
}
