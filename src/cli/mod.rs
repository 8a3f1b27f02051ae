//! The command line: one file a command. All that prints is here.

mod align;
mod color;
mod completions;
mod data;
mod diff;
mod ending;
mod explain;
mod grid;
mod interrupt;
mod layout;
mod learn;
mod list;
mod man;
mod merge;
mod metrics;
mod options;
mod pair;
mod pairs;
mod report;
mod run;
mod stream;
mod summary;
mod view;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use pairscore::error::SetupError;
use pairscore::pipeline::nearest;
use pairscore::report::is_of_workbook;

use color::Color;
use view::{one_line, visible};

/// Finds the bad translations in a folder of document pairs, says where and why, and writes CSV.
#[derive(Parser)]
#[command(version, about, max_term_width = 110, after_help = EXIT_CODES)]
struct Cli {
    /// Colours: on a terminal as the environment says (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`), or always, or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        overrides_with = "color",
        display_order = 900
    )]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all well; 1 a gate was missed; 2 wrong usage, configuration or output place; \
3 no pairs found; 4 some pairs could not be scored; 130, 143 interrupted.";

#[derive(Subcommand)]
enum Command {
    /// Score every pair of a batch and write the reports
    Run(run::Run),
    /// Show one pair on the terminal: segments side by side or as one text, scores, findings marked
    Pair(pair::Pair),
    /// Say which pairs a run would score and which files stay unpaired, and why
    Pairs(pairs::Pairs),
    /// Print the alignment of two texts, one line a bead
    Align(align::Align),
    /// Learn from a batch what its pairs have in common, and save it for later runs (--context)
    Learn(learn::Learn),
    /// Score line-aligned files with BLEU, chrF or TER, as sacreBLEU does
    Metrics(Box<metrics::Metrics>),
    /// Score JSON objects from standard input, one a line, to standard output
    Stream(stream::Stream),
    /// Make one report of the shards of a batch (run --shard), as a run over the whole writes it
    Merge(merge::Merge),
    /// Write further formats (--format xlsx,html) from a finished run, without scoring again
    Report(report::Report),
    /// Compare two runs over the same pairs: what got better and worse, and whether by chance
    Diff(diff::Diff),
    /// List checks, metrics, columns or pipelines
    List(list::List),
    /// Print the manual page of a check, metric or pipeline
    Explain(explain::Explain),
    /// Print what a shell needs to complete this command line
    Completions(completions::Completions),
    /// Print the manual page of the program or of a command, for man(1)
    Man(man::Man),
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All well.
    Success = 0,
    /// `--fail-under` or `--fail-on`.
    GateMissed = 1,
    /// Wrong usage, configuration or output place.
    Usage = 2,
    /// Nothing to score.
    NoPairs = 3,
    /// Finished, some pairs could not be scored.
    Partial = 4,
    /// Stopped by Ctrl-C: 128 and the signal's number.
    Interrupted = 130,
    /// Stopped by the system.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command ends early.
enum Stop {
    /// Said on standard error.
    Setup(SetupError),
    /// Standard output is gone: whoever read it has enough.
    Output(io::Error),
}

impl From<SetupError> for Stop {
    fn from(error: SetupError) -> Stop {
        Stop::Setup(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Output(error)
    }
}

/// Runs the program.
pub fn main() -> Exit {
    silence_workbook();
    let command = definition();
    let arguments = arguments();
    Color::asked_for(&arguments).apply();
    let parsed = command.try_get_matches_from(&arguments).and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, matches))
    });
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return refused(&error, &arguments),
    };
    cli.color.apply();
    let ordered = matches.subcommand_matches("metrics").map_or(Ok(()), metrics::Metrics::check_order);
    match ordered.map_err(Stop::from).and_then(|()| run(cli.command)) {
        Ok(exit) => exit,
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
        Err(Stop::Output(error)) => {
            complain(&format!("standard output: {error}"));
            Exit::Usage
        }
        Err(Stop::Setup(error)) => {
            match &error {
                SetupError::Faults(lines) => lines.iter().for_each(|line| complain(&one_line(line))),
                error => complain(&error.to_string()),
            }
            if matches!(error, SetupError::NoPairs(_)) { Exit::NoPairs } else { Exit::Usage }
        }
    }
}

/// A full disk is an error that `report` tells of, though the writer of workbooks panics: nothing to shout about.
fn silence_workbook() {
    let shout = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| is_of_workbook(place.file())) {
            shout(panic);
        }
    }));
}

/// The command line as it is: what it understands, its help, completions and manual pages.
fn definition() -> clap::Command {
    Cli::command().mut_subcommand("metrics", metrics::with_repeatable_options)
}

/// Help, or what is wrong with the command line, which is repeated there: in plain text where it would steer the terminal.
fn refused(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if !error.use_stderr() {
        return match error.print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Usage,
            _ => Exit::Success,
        };
    }
    let steers = |argument: &OsString| matches!(visible(&argument.to_string_lossy()), Cow::Owned(_));
    if arguments.iter().any(steers) {
        let _ = write!(anstream::stderr(), "{}", visible(&error.to_string()));
    } else {
        let _ = error.print();
    }
    Exit::Usage
}

/// Says something on standard error. Where nobody can hear it, the work goes on.
fn complain(text: &str) {
    let _ = writeln!(anstream::stderr(), "pairscore: {}", visible(text));
}

/// What the user typed; `metrics` understands sacreBLEU's spellings too.
fn arguments() -> Vec<OsString> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|command| command == "metrics") {
        return metrics::translated(arguments);
    }
    arguments
}

fn run(command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Run(c) => c.run(),
        Command::Pair(c) => c.run(),
        Command::Pairs(c) => c.run(),
        Command::Align(c) => c.run(),
        Command::Learn(c) => c.run(),
        Command::Metrics(c) => c.run(),
        Command::Stream(c) => c.run(),
        Command::Merge(c) => c.run(),
        Command::Report(c) => c.run(),
        Command::Diff(c) => c.run(),
        Command::List(c) => c.run(),
        Command::Explain(c) => c.run(),
        Command::Completions(c) => c.run(&definition()),
        Command::Man(c) => c.run(&definition()),
        Command::Other(words) => Err(unknown(&words).into()),
    }
}

fn unknown(words: &[OsString]) -> SetupError {
    let name = words.first().map(|w| w.to_string_lossy().into_owned()).unwrap_or_default();
    let definition = definition();
    let commands: Vec<&str> = definition.get_subcommands().map(clap::Command::get_name).collect();
    let guess = nearest(&name, &commands);
    SetupError::Configuration(format!("no command \"{name}\"{guess} (pairscore --help lists them)"))
}
