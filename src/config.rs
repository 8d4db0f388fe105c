//! envcheck's own settings: every flag that has a variable, and every variable that is read.
//!
//! A flag wins over its variable, the variable over the default; an empty variable is one that is not
//! set. This is the only module that reads the environment, and nothing of it ever supplies a key of
//! a checked tree.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};

use crate::diagnostic::Severity;

/// Where the matrix is.
#[derive(Args, Clone, Debug, Default)]
pub struct MatrixSettings {
    /// The matrix: its file, or the folder that holds it
    ///
    /// By default it is looked for in the checked tree: `envs/matrix.yaml` or `envcheck.yaml`, also as
    /// `.yml` or `.toml`. It may lie outside of the tree; what it says is relative to the tree all the same.
    #[arg(
        long,
        value_name = "PATH",
        env = "ENVCHECK_MATRIX",
        hide_env_values = true,
        help_heading = "Input"
    )]
    pub matrix: Option<PathBuf>,
}

/// Where the team's settings are.
#[derive(Args, Clone, Debug, Default)]
pub struct TeamFile {
    /// The settings of the team: levels and options of rules, paths to leave out
    ///
    /// By default they are looked for in the checked tree: `envcheck.toml` or `.envcheck.toml`, also as `.yaml`
    /// or `.yml`, or the entry `lint` of the matrix. The file may lie outside of the tree. Flags win over it.
    #[arg(
        long,
        value_name = "FILE",
        env = "ENVCHECK_CONFIG",
        hide_env_values = true,
        help_heading = "Input"
    )]
    pub config: Option<PathBuf>,
    /// Take no settings from anywhere
    #[arg(long, help_heading = "Input")]
    pub isolated: bool,
}

/// What a check reports, and how it ends.
#[derive(Args, Clone, Debug)]
pub struct CheckSettings {
    /// How findings are printed
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "full",
        env = "ENVCHECK_FORMAT",
        hide_env_values = true,
        help_heading = "Output"
    )]
    pub format: Format,
    /// Report also what only strict rules report
    #[arg(
        long,
        action = ArgAction::SetTrue,
        value_parser = BoolishValueParser::new(),
        env = "ENVCHECK_STRICT",
        hide_env_values = true,
        help_heading = "Rules"
    )]
    pub strict: bool,
    /// The least severity that makes the exit code 1
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "warning",
        env = "ENVCHECK_FAIL_ON",
        hide_env_values = true,
        help_heading = "Rules"
    )]
    pub fail_on: FailOn,
}

/// How everything is printed.
#[derive(Args, Clone, Debug)]
pub struct OutputSettings {
    /// When to use colours
    ///
    /// `auto` uses them on a terminal. NO_COLOR, CLICOLOR=0, FORCE_COLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = "Output")]
    pub color: ColorWhen,
    /// Print findings only
    #[arg(short, long, global = true, help_heading = "Output")]
    pub quiet: bool,
    /// Say also which root and which matrix were taken
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
}

/// The formats of a check.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Excerpts of all files that have a part in a finding, why it matters, what to do
    Full,
    /// One line per finding
    Concise,
    /// One object, in the shape that `envcheck schema report` prints
    Json,
}

/// Which findings make a run fail.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// None
    Never,
}

impl FailOn {
    /// The least severity that makes a run fail.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// When to use colours.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColorWhen {
    /// On a terminal, unless a variable says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The variables about terminals, as <https://no-color.org>, <https://bixense.com/clicolors>,
/// <https://force-color.org> and POSIX define them. `None` where a variable is not set or empty.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// No colours.
    pub no_color: Option<String>,
    /// Colours even without a terminal; `0` asks for nothing.
    pub force_color: Option<String>,
    /// The same, of the clicolors convention.
    pub clicolor_force: Option<String>,
    /// `0`: no colours.
    pub clicolor: Option<String>,
    /// The kind of terminal; `dumb` knows no escape sequences.
    pub term: Option<String>,
    /// The width of the terminal in columns; anything but a number is ignored.
    pub columns: Option<String>,
    /// The locale, which tells the character set; it wins over the next two.
    pub lc_all: Option<String>,
    /// The locale of characters; it wins over the next.
    pub lc_ctype: Option<String>,
    /// The locale where nothing else tells.
    pub lang: Option<String>,
}

impl Variables {
    /// The variables of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one module that reads the environment")]
    pub fn read() -> Self {
        let text = |value: Option<OsString>| {
            value.map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
        };
        Self {
            no_color: text(std::env::var_os("NO_COLOR")),
            force_color: text(std::env::var_os("FORCE_COLOR")),
            clicolor_force: text(std::env::var_os("CLICOLOR_FORCE")),
            clicolor: text(std::env::var_os("CLICOLOR")),
            term: text(std::env::var_os("TERM")),
            columns: text(std::env::var_os("COLUMNS")),
            lc_all: text(std::env::var_os("LC_ALL")),
            lc_ctype: text(std::env::var_os("LC_CTYPE")),
            lang: text(std::env::var_os("LANG")),
        }
    }

    /// Whether to use colours on a stream.
    #[must_use]
    pub fn colour(&self, when: ColorWhen, is_terminal: bool) -> bool {
        let forces = |value: &Option<String>| value.as_deref().is_some_and(|value| value != "0");
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if self.no_color.is_some() => false,
            ColorWhen::Auto if forces(&self.force_color) || forces(&self.clicolor_force) => true,
            ColorWhen::Auto => is_terminal && self.clicolor.as_deref() != Some("0") && !self.is_dumb(),
        }
    }

    /// Whether a terminal draws box characters.
    #[must_use]
    pub fn unicode(&self, is_terminal: bool) -> bool {
        let locale = self.lc_all.as_ref().or(self.lc_ctype.as_ref()).or(self.lang.as_ref());
        let is_utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let is_console = self.term.as_deref() == Some("linux");
        is_terminal && (is_utf8 || cfg!(windows)) && !self.is_dumb() && !is_console
    }

    /// The width that COLUMNS tells.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.columns.as_ref()?.parse().ok().filter(|&width| width > 0)
    }

    fn is_dumb(&self) -> bool {
        self.term.as_deref() == Some("dumb")
    }
}

/// How the variable that a flag names is set.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one module that reads the environment")]
pub fn variable(name: &OsStr) -> Option<OsString> {
    std::env::var_os(name)
}

/// What the standard streams are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Streams {
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Whether somebody can be asked: standard input is a terminal.
    pub stdin_is_terminal: bool,
    /// The width of that terminal in columns.
    pub width: Option<usize>,
}

impl Streams {
    /// Those of this process.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self {
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorWhen, Variables};

    fn set(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn colour_follows_the_conventions() {
        let none = Variables::default();
        assert!(none.colour(ColorWhen::Auto, true) && !none.colour(ColorWhen::Auto, false));
        let off = Variables { no_color: set("1"), force_color: set("1"), ..Variables::default() };
        assert!(!off.colour(ColorWhen::Auto, true), "NO_COLOR wins over FORCE_COLOR");
        assert!(off.colour(ColorWhen::Always, false), "the flag wins over variables");
        let force = Variables { clicolor_force: set("1"), clicolor: set("0"), ..Variables::default() };
        assert!(force.colour(ColorWhen::Auto, false), "CLICOLOR_FORCE wins over CLICOLOR");
        let zero = Variables { force_color: set("0"), ..Variables::default() };
        assert!(!zero.colour(ColorWhen::Auto, false));
        let quiet = Variables { clicolor: set("0"), ..Variables::default() };
        assert!(!quiet.colour(ColorWhen::Auto, true));
        let dumb = Variables { term: set("dumb"), ..Variables::default() };
        assert!(!dumb.colour(ColorWhen::Auto, true));
    }

    #[test]
    fn box_characters_need_a_utf_8_terminal() {
        let utf8 = Variables { lang: set("en_GB.UTF-8"), ..Variables::default() };
        assert!(utf8.unicode(true) && !utf8.unicode(false));
        assert!(!Variables { lc_all: set("C"), ..utf8.clone() }.unicode(true));
        assert!(!Variables { term: set("linux"), ..utf8 }.unicode(true));
    }

    #[test]
    fn columns_must_be_a_number() {
        let columns = |text: &str| Variables { columns: set(text), ..Variables::default() }.width();
        assert_eq!((columns("72"), columns("0"), columns("wide")), (Some(72), None, None));
    }
}
