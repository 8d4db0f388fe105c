//! The command line: one file per subcommand.
//!
//! Exit codes: 0 nothing found, 1 findings, 2 could not run. Findings and what was asked for go to
//! standard output, everything else to standard error.

mod add;
mod against;
mod arguments;
mod baseline;
mod change;
mod check;
mod explain;
mod failure;
mod files;
mod fix;
mod init;
mod matrix;
mod rename;
mod root;
mod rules;
mod schema;
mod select;
mod trace;
mod usage;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::FromArgMatches;

use self::arguments::{Cli, Command};
use self::failure::Failure;
use crate::config::{OutputSettings, Streams, Variables};
use crate::render::Screen;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Nothing was found, or what was asked for was printed.
    Clean,
    /// There are findings of the severity that fails a run.
    Findings,
    /// It could not be run, or there was nothing to compare.
    Unable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Unable => Self::from(2),
        }
    }
}

/// Where commands write, and how.
pub(crate) struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// What standard output can show.
    screen: Screen,
    /// What standard error can show.
    err_screen: Screen,
    streams: Streams,
    settings: OutputSettings,
}

/// Runs the command that `args` ask for; the first of them is the program's own name.
///
/// Whatever goes wrong is told on `err`; a reader of `out` that goes away ends the run quietly.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    streams: &Streams,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let args = usage::with_command(args.into_iter().collect());
    let variables = Variables::read();
    let screen = |color, is_terminal| Screen {
        width: variables.width().or(streams.width.filter(|_| is_terminal)).unwrap_or(Screen::PLAIN.width),
        colour: variables.colour(color, is_terminal),
        unicode: variables.unicode(is_terminal),
    };
    let mut command = usage::command();
    let parsed = command
        .try_get_matches_from_mut(args.clone())
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let color = usage::asked_color(&args);
            let to_out = !error.use_stderr();
            let is_terminal = if to_out { streams.stdout_is_terminal } else { streams.stderr_is_terminal };
            let screen = screen(color, is_terminal);
            return usage::tell(&command, &args, &error, &screen, if to_out { out } else { err });
        }
    };
    let mut output = Output {
        out,
        err,
        screen: screen(cli.output.color, streams.stdout_is_terminal),
        err_screen: screen(cli.output.color, streams.stderr_is_terminal),
        streams: *streams,
        settings: cli.output,
    };
    let result = match cli.command {
        Command::Check(arguments) => check::run(&arguments, &mut output),
        Command::Trace(arguments) => trace::run(&arguments, &mut output),
        Command::Matrix(arguments) => matrix::run(&arguments, &mut output),
        Command::Files(arguments) => files::run(&arguments, &mut output),
        Command::Init(arguments) => init::run(&arguments, &mut output),
        Command::Add(arguments) => add::run(&arguments, &mut output),
        Command::Rename(arguments) => rename::rename(&arguments, &mut output),
        Command::Remove(arguments) => rename::remove(&arguments, &mut output),
        Command::Explain(arguments) => explain::run(&arguments, &mut output),
        Command::Rules(arguments) => rules::run(&arguments, &mut output),
        Command::Schema(arguments) => schema::run(&arguments, &mut output),
    };
    let flushed = output.out.flush();
    let result = match (result, flushed) {
        // A reader that went away has seen enough; what was found does not change.
        (Ok(_), Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::from(error)),
        (result, _) => result,
    };
    match result {
        Ok(exit) => exit,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(failure) => {
            // Where standard error is gone too, the exit code is all that is left to say it with.
            let _ = failure.tell(&output.err_screen, output.err);
            Exit::Unable
        }
    }
}
