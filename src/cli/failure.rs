//! Why envcheck itself could not do what it was asked for.

use std::io::{self, Write};

use crate::render::{Paint, Screen, clean, wrap};
use crate::system::{ReplaceError, RootError};

/// A run that did not happen.
#[derive(Debug)]
pub(super) enum Failure {
    /// It cannot be done as asked.
    Refused {
        /// What is wrong, in one line.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), help: None }
    }

    pub(super) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), help: Some(help.into()) }
    }

    /// That a tree could not be changed; `look` is the option that shows what would change, where there is one.
    pub(super) fn unwritten(error: &ReplaceError, look: Option<&str>) -> Self {
        match error {
            ReplaceError::Stuck { .. } => Self::new(error.to_string()),
            ReplaceError::Changed(_) => {
                Self::with_help(format!("nothing was written: {error}"), "run it again")
            }
            ReplaceError::Outside(_) => Self::with_help(
                format!("nothing was written: {error}"),
                "name the tree that the file lies in with --root NAME=PATH",
            ),
            ReplaceError::ReadOnly(_) => Self::with_help(
                format!("nothing was written: {error}"),
                match look {
                    Some(option) => {
                        format!("make the file and its folder writable, or look at the changes with {option}")
                    }
                    None => "make the file and its folder writable".to_owned(),
                },
            ),
            ReplaceError::Refused { .. } => Self::new(format!("nothing was written: {error}")),
        }
    }

    /// Writes `error: ...` and `help: ...`.
    pub(super) fn tell(&self, screen: &Screen, err: &mut dyn Write) -> io::Result<()> {
        let (message, help) = match self {
            Self::Refused { message, help } => (message.clone(), help.as_deref()),
            Self::Output(error) => (format!("the output cannot be written: {error}"), None),
        };
        let head = screen.paint(Paint::Error, "error");
        writeln!(err, "{head}{}", screen.paint(Paint::Strong, &format!(": {}", clean(&message))))?;
        if let Some(help) = help {
            tell_help(help, screen, err)?;
        }
        Ok(())
    }
}

/// Writes `help: ...`, its further lines under the first.
fn tell_help(help: &str, screen: &Screen, err: &mut dyn Write) -> io::Result<()> {
    for (position, line) in wrap(help, screen.width.min(120).saturating_sub(6).max(24)).iter().enumerate() {
        let head = if position == 0 { screen.paint(Paint::Note, "help:") } else { "     ".to_owned() };
        writeln!(err, "{head} {}", clean(line))?;
    }
    Ok(())
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<RootError> for Failure {
    fn from(error: RootError) -> Self {
        Self::new(error.to_string())
    }
}
