//! `pairscore completions`: what a shell needs to complete our command line.

use std::io::Write;

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::{Exit, Stop};

/// Options of `completions`.
#[derive(Args)]
pub struct Completions {
    /// Shell to write for
    shell: Shell,
}

impl Completions {
    /// Prints the shell's script.
    pub fn run(&self, command: &Command) -> Result<Exit, Stop> {
        let mut script = Vec::new();
        generate(self.shell, &mut without_hidden(command), command.get_name(), &mut script);
        std::io::stdout().lock().write_all(&script)?;
        Ok(Exit::Success)
    }
}

/// The command with what its help shows and no more: the scripts would offer hidden options too.
fn without_hidden(command: &Command) -> Command {
    let mut shown = Command::new(command.get_name().to_string());
    if let Some(about) = command.get_about() {
        shown = shown.about(about.clone());
    }
    if let Some(version) = command.get_version() {
        shown = shown.version(version.to_string());
    }
    let arguments = command.get_arguments().filter(|a| !a.is_hide_set()).cloned();
    shown.args(arguments).subcommands(command.get_subcommands().map(without_hidden))
}
