//! What a rule reports: plain data that every front can show.

mod fingerprint;
mod fix;

pub use fix::{Applicability, Edit, Fix};

use std::fmt;

use crate::key::KeyName;
use crate::text::Location;

/// The name of a rule: the problem, read after "allow", in kebab-case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad a finding is. The only axis of severity there is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing, needs no action.
    Note,
    /// Probably a mistake.
    Warning,
    /// Certainly a mistake.
    Error,
}

impl Severity {
    /// The word in front of a finding.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One place a finding points at, and what is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub at: Location,
    /// What is to be seen there, in a few words, lower case, without a full stop.
    pub message: String,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule that speaks.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line, with the key and the environment.
    pub message: String,
    /// The places; the first is where the finding belongs, the others are the other ends.
    pub labels: Vec<Label>,
    /// Why it matters here.
    pub why: Option<String>,
    /// What to do, the shortest repair.
    pub help: Option<String>,
    /// The key it is about.
    pub key: Option<KeyName>,
    /// Further keys that it is about; what is counted, is counted for each.
    pub further: Vec<KeyName>,
    /// The environments it is about, by name, in the matrix's order; empty if about all.
    pub environments: Vec<String>,
    /// The repair, if the rule knows one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// All keys that it is about.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.key.iter().chain(&self.further)
    }

    /// Where the finding belongs, if it has a place.
    #[must_use]
    pub fn primary(&self) -> Option<&Label> {
        self.labels.first()
    }
}
