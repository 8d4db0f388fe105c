//! The form for people: message, excerpts of every file that has a part in it, why, and what to do.

use std::fmt;
use std::io::{self, Write};

use super::excerpt::Shown;
use super::{Handler, Screen};
use crate::engine::Report;

/// Writes every finding with its excerpts, separated by empty lines.
///
/// # Errors
/// Those of `out`.
pub fn full(report: &Report, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let handler = Handler::new(*screen);
    for diagnostic in &report.diagnostics {
        writeln!(out, "{}", Handled(&handler, &Shown::new(diagnostic, &report.files)))?;
    }
    Ok(())
}

/// A diagnostic as its handler words it.
struct Handled<'a>(&'a dyn miette::ReportHandler, &'a dyn miette::Diagnostic);

impl fmt::Display for Handled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, f)
    }
}
