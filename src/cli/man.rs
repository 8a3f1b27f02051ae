//! `pairscore man`: the manual pages, made from the command line's own definition.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man as Page;
use pairscore::error::SetupError;
use pairscore::pipeline::nearest;

use super::view::{count, one_line};
use super::{Exit, Stop};

/// Options of `man`.
#[derive(Args)]
pub struct Man {
    /// Command to describe [default: the program]
    #[arg(conflicts_with = "output")]
    command: Option<String>,
    /// Write the pages of the program and of all commands into this folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Man {
    /// Prints a page, or writes all.
    pub fn run(self, command: &Command) -> Result<Exit, Stop> {
        let mut program = command.clone().disable_help_subcommand(true);
        program.build();
        let mut out = io::stdout().lock();
        if let Some(folder) = self.output {
            let pages = write_all(&program, &folder).map_err(|e| SetupError::io(&folder, e))?;
            let folder = one_line(&folder.display().to_string());
            writeln!(out, "Written to {folder}: {}", count(pages, "page"))?;
            return Ok(Exit::Success);
        }
        let described = match &self.command {
            Some(name) => subcommand(&program, name)?.clone(),
            None => program,
        };
        let mut page = Vec::new();
        Page::new(described).render(&mut page)?;
        out.write_all(&page)?;
        Ok(Exit::Success)
    }
}

fn subcommand<'p>(program: &'p Command, name: &str) -> Result<&'p Command, SetupError> {
    program.find_subcommand(name).ok_or_else(|| {
        let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        let guess = nearest(name, &names);
        SetupError::Configuration(format!("no command \"{name}\"{guess} (there are {})", names.join(", ")))
    })
}

fn write_all(program: &Command, folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let commands: Vec<&Command> = std::iter::once(program).chain(program.get_subcommands()).collect();
    for command in &commands {
        Page::new((*command).clone()).generate_to(folder)?;
    }
    Ok(commands.len())
}
