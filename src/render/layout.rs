//! How a diagnostic is laid out: like rustc's, because that is the form people read fastest.
//!
//! miette's own graphical handler shows one source in full and files the others under "related",
//! cannot crop long lines, and looks different; so this is a handler of our own for miette's protocol.

mod fit;
mod glyphs;
mod marks;
mod snippet;
mod wrap;

pub use wrap::wrap;

use std::fmt;

use miette::{Diagnostic, ReportHandler, Severity};

use self::glyphs::Glyphs;
use self::snippet::Snippet;
use super::{Paint, Screen, clean};

/// The paint of a severity.
pub(super) fn severity_paint(severity: crate::diagnostic::Severity) -> Paint {
    match severity {
        crate::diagnostic::Severity::Error => Paint::Error,
        crate::diagnostic::Severity::Warning => Paint::Warning,
        crate::diagnostic::Severity::Note => Paint::Note,
    }
}

/// Lays out any miette diagnostic: header, one excerpt per source (its own, then those of related
/// diagnostics), its cause as `why`, its help.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    screen: Screen,
    glyphs: &'static Glyphs,
}

impl Handler {
    /// A handler for this screen.
    #[must_use]
    pub fn new(screen: Screen) -> Self {
        Self { screen, glyphs: if screen.unicode { &glyphs::UNICODE } else { &glyphs::ASCII } }
    }
}

impl ReportHandler for Handler {
    fn debug(&self, diagnostic: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, paint) = match diagnostic.severity() {
            Some(Severity::Advice) => ("note", Paint::Note),
            Some(Severity::Warning) => ("warning", Paint::Warning),
            Some(Severity::Error) | None => ("error", Paint::Error),
        };
        let code = diagnostic.code().map_or(String::new(), |code| format!("[{code}]"));
        let head = self.screen.paint(paint, &format!("{word}{code}"));
        let message = format!(": {}", clean(&diagnostic.to_string()));
        writeln!(f, "{head}{}", self.screen.paint(Paint::Strong, &message))?;

        let mut snippets: Vec<Snippet> = Snippet::read(diagnostic).into_iter().collect();
        snippets.extend(diagnostic.related().into_iter().flatten().filter_map(Snippet::read));
        let digits = snippets.iter().map(Snippet::digits).max().unwrap_or(1);
        for (position, snippet) in snippets.iter().enumerate() {
            let head = if position == 0 { self.glyphs.first } else { self.glyphs.next };
            if position > 0 && self.glyphs.spaced {
                writeln!(f, "{}", self.margin(digits))?;
            }
            let head = format!("{:digits$}{head}", "");
            writeln!(f, "{}{}", self.screen.paint(Paint::Frame, &head), clean(&snippet.place))?;
            writeln!(f, "{}", self.margin(digits))?;
            snippet.write(f, &self.screen, self.glyphs, digits, paint)?;
        }
        let why = diagnostic.source().map(ToString::to_string);
        let help = diagnostic.help().map(|help| help.to_string());
        let notes: Vec<(&str, String)> = [("why", why), ("help", help)]
            .into_iter()
            .filter_map(|(word, text)| Some((word, text?)))
            .collect();
        if !notes.is_empty() && !snippets.is_empty() && self.glyphs.spaced {
            writeln!(f, "{}", self.margin(digits))?;
        }
        for (position, (word, text)) in notes.iter().enumerate() {
            let is_last = position + 1 == notes.len();
            self.note(f, digits, is_last, word, text)?;
        }
        Ok(())
    }
}

impl Handler {
    /// The start of a line that shows no source.
    fn margin(&self, digits: usize) -> String {
        self.screen.paint(Paint::Frame, &format!("{:digits$}  {}", "", self.glyphs.bar))
    }

    fn note(
        &self,
        f: &mut fmt::Formatter<'_>,
        digits: usize,
        last: bool,
        word: &str,
        text: &str,
    ) -> fmt::Result {
        let bullet = if last { self.glyphs.last_note } else { self.glyphs.note };
        let indent = digits + 2 + bullet.chars().count() + word.len() + 2;
        let width = self.screen.width.min(MAX_PROSE).saturating_sub(indent).max(24);
        let rest = if last { " " } else { self.glyphs.note_bar };
        for (position, line) in wrap(text, width).iter().enumerate() {
            let line = clean(line);
            if position == 0 {
                let bullet = self.screen.paint(Paint::Frame, &format!("{:digits$}  {bullet}", ""));
                let word = self.screen.paint(Paint::Strong, &format!("{word}:"));
                writeln!(f, "{bullet}{word} {line}")?;
            } else {
                let bar = self.screen.paint(Paint::Frame, &format!("{:digits$}  {rest}", ""));
                writeln!(f, "{bar}{:width$}{line}", "", width = indent - digits - 3)?;
            }
        }
        Ok(())
    }
}

/// Running text is not set wider than this, whatever the screen.
const MAX_PROSE: usize = 120;
