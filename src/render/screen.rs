//! What the output can show: width, colour, drawing characters.

use anstyle::{AnsiColor, Color, Style};

/// The place where text will be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Screen {
    /// Columns that fit in one line.
    pub width: usize,
    /// Whether escape sequences for colours are understood and wanted.
    pub colour: bool,
    /// Whether lines are drawn with box-drawing characters; else with ASCII.
    pub unicode: bool,
}

impl Screen {
    /// A file or a pipe: no colour, ASCII, and a width that fits most logs.
    pub const PLAIN: Self = Self { width: 120, colour: false, unicode: false };

    /// `text` painted, if this screen has colours.
    #[must_use]
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if self.colour && !text.is_empty() {
            let style = paint.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// Ordinary text.
    Plain,
    /// What stands out without colour: messages, headings.
    Strong,
    /// What belongs to an error.
    Error,
    /// What belongs to a warning.
    Warning,
    /// What belongs to a note.
    Note,
    /// Line numbers, frames and the other ends of a finding.
    Frame,
    /// Code in running text.
    Code,
    /// A line that comes.
    Added,
    /// A line that goes.
    Removed,
}

impl Paint {
    /// The style for it, of the sixteen colours that every theme maps.
    #[must_use]
    pub fn style(self) -> Style {
        let bold = |color: AnsiColor| Style::new().bold().fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Error => bold(AnsiColor::BrightRed),
            Self::Warning => bold(AnsiColor::BrightYellow),
            Self::Note => bold(AnsiColor::BrightGreen),
            Self::Frame => bold(AnsiColor::BrightBlue),
            Self::Added => Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green))),
            Self::Removed => Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red))),
            Self::Code => Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan))),
        }
    }
}
