//! From the words of a command line to a command, and what to say where that fails.

use std::ffi::OsString;
use std::io::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, ValueEnum};

use super::Exit;
use super::arguments::Cli;
use super::failure::Failure;
use crate::config::{ColorWhen, variable};
use crate::render::Screen;

/// The definition of the command line. A variable that is empty counts as not set.
pub(super) fn command() -> clap::Command {
    let is_empty = |arg: &clap::Arg| {
        let name = arg.get_env();
        name.is_some_and(|name| variable(name).is_some_and(|value| value.is_empty()))
    };
    let quietened = |arg: clap::Arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg };
    let mut command = Cli::command().mut_subcommands(|command| command.mut_args(quietened));
    command.build();
    command
}

/// `args` with `check` put in where no command is named.
pub(super) fn with_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let command = Cli::command();
    let is_command = |word: &str| word == "help" || command.find_subcommand(word).is_some();
    let mut at = 1;
    while let Some(word) = args.get(at).map(|word| word.to_string_lossy()) {
        match &*word {
            "--color" => at += 2,
            "-q" | "--quiet" | "-v" | "--verbose" => at += 1,
            "-h" | "--help" | "-V" | "--version" => return args,
            word if word.starts_with("--color=") => at += 1,
            word if is_command(word) => return args,
            _ => break,
        }
    }
    let at = at.min(args.len()).max(1.min(args.len()));
    args.insert(at, OsString::from("check"));
    args
}

/// What `--color` asks for on a command line that could not be understood.
pub(super) fn asked_color(args: &[OsString]) -> ColorWhen {
    let mut words = args.iter().map(|word| word.to_string_lossy());
    let mut asked = ColorWhen::Auto;
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color=") {
            Some(value) => Some(value.to_owned()),
            None if word == "--color" => words.next().map(|value| value.into_owned()),
            None => None,
        };
        if let Some(color) = value.and_then(|value| ColorWhen::from_str(&value, false).ok()) {
            asked = color;
        }
    }
    asked
}

/// Tells what clap has to say: help, the version, or what is wrong with the command line.
pub(super) fn tell(
    command: &clap::Command,
    args: &[OsString],
    error: &clap::Error,
    screen: &Screen,
    stream: &mut dyn Write,
) -> Exit {
    let exit = if error.use_stderr() { Exit::Unable } else { Exit::Clean };
    let told = match blamed_variable(command, args, error) {
        Some(failure) => failure.tell(screen, stream),
        None if screen.colour => write!(stream, "{}", error.render().ansi()),
        None => write!(stream, "{}", error.render()),
    };
    // A reader that went away has no use for the rest.
    let _ = told.and_then(|()| stream.flush());
    exit
}

/// Where an invalid value came from a variable: the failure that names the variable.
fn blamed_variable(command: &clap::Command, args: &[OsString], error: &clap::Error) -> Option<Failure> {
    if !matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation) {
        return None;
    }
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (flag, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
    let arg = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .find(|arg| arg.get_env().is_some() && arg.to_string() == flag)?;
    let long = format!("--{}", arg.get_long()?);
    let was_given = args.iter().any(|word| {
        let word = word.to_string_lossy();
        word.strip_prefix(&*long).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    });
    let name = arg.get_env()?;
    if was_given || variable(name).is_none_or(|set| set.to_string_lossy() != value) {
        return None;
    }
    let possible: Vec<String> = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => vec!["true".to_owned(), "false".to_owned()],
    };
    let possible: Vec<String> = possible.iter().map(|value| format!("`{value}`")).collect();
    Some(Failure::with_help(
        format!("the environment variable {} has the invalid value `{value}`", name.to_string_lossy()),
        format!("it may be {}", possible.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::with_command;

    fn completed(line: &str) -> String {
        let args = std::iter::once("envcheck").chain(line.split_whitespace()).map(Into::into).collect();
        let args: Vec<String> =
            with_command(args).into_iter().map(|word| word.into_string().unwrap()).collect();
        args[1..].join(" ")
    }

    #[test]
    fn check_is_the_default_command() {
        assert_eq!(completed(""), "check");
        assert_eq!(completed("apps"), "check apps");
        assert_eq!(completed("--format json apps"), "check --format json apps");
        assert_eq!(completed("-q"), "-q check");
        assert_eq!(completed("--color never rules"), "--color never rules");
        assert_eq!(completed("--color=never ./rules"), "--color=never check ./rules");
        assert_eq!(completed("--help"), "--help");
        assert_eq!(completed("help check"), "help check");
    }

    #[test]
    fn the_definition_is_sound() {
        super::command().debug_assert();
    }
}
