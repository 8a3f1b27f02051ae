//! `--color`: whether what is printed has colours.

use std::ffi::OsString;

use anstream::ColorChoice;
use clap::ValueEnum;

/// When to use colours. (What is said of each value would make the help of every command a page longer.)
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// What the command line asks for, also where it cannot be understood as a whole: help and complaints have colours too.
    pub fn asked_for(arguments: &[OsString]) -> Color {
        let words = || arguments.iter().map(|a| a.to_str().unwrap_or_default()).take_while(|w| *w != "--");
        let joined = words().filter_map(|word| word.strip_prefix("--color="));
        let apart =
            words().zip(words().skip(1)).filter(|(name, _)| *name == "--color").map(|(_, value)| value);
        joined.chain(apart).find_map(|value| Color::from_str(value, false).ok()).unwrap_or_default()
    }

    /// Makes it hold for all that is printed from now on.
    pub fn apply(self) {
        let choice = match self {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}
