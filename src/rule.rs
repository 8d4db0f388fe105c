//! What a rule is: a pure question to the index.

mod declare;
mod join;
mod options;
pub mod repair;
mod reporter;
mod wording;

pub use join::{by_fault, joined_by, joined_copies, of_several_keys, repair_of_all, shown_at_all};
pub use options::{ALLOW, OptionKind, OptionSpec, OptionValue, Options};
pub use reporter::{Finding, Reporter};
pub use wording::{closest, enumerate, enumerate_some};

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::index::Index;
use crate::suppress::Review;

/// The groups of rules, by what they are about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// Files of one tree that say different things about a key.
    Drift,
    /// What is needed and not there.
    Missing,
    /// What happens while images and bundles are built.
    Build,
    /// Secrets on ways they must not take.
    Secret,
    /// Names.
    Naming,
    /// Values.
    Value,
    /// Notation.
    Syntax,
    /// The matrix itself.
    Matrix,
}

impl Group {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Missing => "missing",
            Self::Build => "build",
            Self::Secret => "secret",
            Self::Naming => "naming",
            Self::Value => "value",
            Self::Syntax => "syntax",
            Self::Matrix => "matrix",
        }
    }
}

/// When a rule speaks, and how loudly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Always, as an error.
    Error,
    /// Always, as a warning.
    Warning,
    /// Only under `--strict` or when selected by name, as a warning.
    Strict,
}

impl Level {
    /// How loudly findings of this level speak.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning | Self::Strict => Severity::Warning,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Strict => "strict",
        }
    }
}

/// Makes one finding of several that are one fault.
pub type Join = fn(&Index, Vec<Diagnostic>) -> Vec<Diagnostic>;

/// What a rule asks the index.
pub type Question = fn(&Index, &mut Reporter<'_>);

/// What is to be known about a rule without running it.
#[derive(Debug)]
pub struct RuleMeta {
    /// Its name.
    pub id: RuleId,
    /// Its group.
    pub group: Group,
    /// Its level.
    pub level: Level,
    /// Whether it needs a declared matrix; it is silent without one.
    pub needs_matrix: bool,
    /// Whether it asks file by file, so that after an edit only the files that the edit touches are asked
    /// again ([`crate::engine::Workspace`]). Such a rule promises, without a declared matrix:
    ///
    /// - It goes through the tree by the methods of [`Index`] that a focus narrows
    ///   ([`Index::set_focus`]: `in_focus`, `facts`, `sites`, `structures`, `problems`, `given_values` and what
    ///   is made of them), and asks for everything else by key, path, folder, service or file.
    /// - A file that yields no finding when it alone is in focus adds nothing to any finding. Findings may
    ///   be grouped over files; what counts as a fault is decided for each file by itself.
    /// - Preparing the question costs nothing that grows with the tree.
    ///
    /// A rule that cannot promise this is asked of the whole tree after each edit, which has to be cheap: it
    /// begins with what is rare (`keys` of some form), not with all facts. Where only a part of its question is of that
    /// kind, that part is asked besides ([`RuleMeta::whole`]).
    pub by_file: bool,
    /// Whether it is about exceptions to other rules. No baseline counts its findings.
    pub is_about_exceptions: bool,
    /// Whether it speaks after the others, so that it leaves to them what they say; see [`Rule::follow`].
    pub afterwards: bool,
    /// Whether it leaves to a finding of another rule the place that this shows too: both are one fault.
    pub yields: bool,
    /// Whether some of its findings speak under `--strict` only, though it is on by default; see
    /// [`Reporter::is_strict`].
    pub partly_strict: bool,
    /// For a rule that asks file by file: what it asks of the whole tree besides, also after each edit.
    pub whole: Option<Question>,
    /// Makes one finding of several that are one fault, after exceptions took theirs: exceptions are made for each
    /// key by itself. Given what is left of the rule's findings, in order.
    pub join: Option<Join>,
    /// Whether some of its findings carry a repair.
    pub fixes: bool,
    /// What a team may set about it, besides [`ALLOW`].
    pub options: &'static [OptionSpec],
    /// Its page in Markdown: the doc comment of its type.
    pub page: &'static str,
}

impl RuleMeta {
    /// A rule that needs no matrix, repairs nothing and has no options of its own.
    #[must_use]
    pub const fn new(id: RuleId, group: Group, level: Level, page: &'static str) -> Self {
        Self {
            id,
            group,
            level,
            needs_matrix: false,
            by_file: false,
            whole: None,
            is_about_exceptions: false,
            afterwards: false,
            yields: false,
            join: None,
            partly_strict: false,
            fixes: false,
            options: &[],
            page,
        }
    }

    /// The same rule, silent without a declared matrix.
    #[must_use]
    pub const fn needs_matrix(self) -> Self {
        Self { needs_matrix: true, ..self }
    }

    /// The same rule, asked file by file.
    #[must_use]
    pub const fn by_file(self) -> Self {
        Self { by_file: true, ..self }
    }

    /// The same rule, which asks `whole` of the whole tree besides.
    #[must_use]
    pub const fn asks_besides(self, whole: Question) -> Self {
        Self { whole: Some(whole), ..self }
    }

    /// The same rule, some of whose findings speak under `--strict` only.
    #[must_use]
    pub const fn partly_strict(self) -> Self {
        Self { partly_strict: true, ..self }
    }

    /// The same rule, some of whose findings carry a repair.
    #[must_use]
    pub const fn fixes(self) -> Self {
        Self { fixes: true, ..self }
    }

    /// The same rule, about exceptions to other rules.
    #[must_use]
    pub const fn of_exceptions(self) -> Self {
        Self { is_about_exceptions: true, ..self }
    }

    /// The same rule, some of whose findings `join` makes one of.
    #[must_use]
    pub const fn joined_by(self, join: Join) -> Self {
        Self { join: Some(join), ..self }
    }

    /// The same rule, speaking after the others.
    #[must_use]
    pub const fn afterwards(self) -> Self {
        Self { afterwards: true, ..self }
    }

    /// The same rule, leaving to others the places that their findings show.
    #[must_use]
    pub const fn yields(self) -> Self {
        Self { yields: true, ..self }
    }

    /// The same rule with options.
    #[must_use]
    pub const fn options(self, options: &'static [OptionSpec]) -> Self {
        Self { options, ..self }
    }

    /// Every option that a team may set about the rule.
    pub fn all_options(&self) -> impl Iterator<Item = &'static OptionSpec> {
        std::iter::once(&ALLOW).chain(self.options)
    }

    /// The page's first paragraph, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        self.page
            .lines()
            .map(str::trim)
            .take_while(|line| !line.starts_with("##"))
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A rule. Declared with [`declare_rule!`](crate::declare_rule).
///
/// Laws: no I/O, no state, no failure. It asks the index and reports.
pub trait Rule: Sync {
    /// What is to be known about it.
    fn meta(&self) -> &'static RuleMeta;

    /// Asks its question of the whole index, or of the files in focus where it asks file by file; see
    /// [`RuleMeta::whole`] for the rest of it.
    fn check(&self, index: &Index, reporter: &mut Reporter<'_>);

    /// For a rule that speaks after the others: asks its question, with all that they said and that is to be
    /// heard.
    fn follow(&self, _index: &Index, _said: &[Diagnostic], _reporter: &mut Reporter<'_>) {}

    /// For a rule about exceptions: asks its question of them, once all other rules have spoken.
    fn review(&self, _review: &Review<'_>, _reporter: &mut Reporter<'_>) {}
}
