//! Repairs.

use crate::text::Location;

/// How far a repair can be trusted, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// To be read, never applied.
    DisplayOnly,
    /// May change what the program does; applied only when asked for.
    Unsafe,
    /// Keeps the meaning that was intended.
    Safe,
}

/// One replacement in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The text that goes.
    pub at: Location,
    /// The text that comes.
    pub replacement: String,
}

/// A repair: all of its edits or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an order: "rename the key".
    pub title: String,
    /// Its edits, which may span several files and do not overlap.
    pub edits: Vec<Edit>,
    /// How far it can be trusted.
    pub applicability: Applicability,
}

impl Fix {
    /// A repair that may change what a program does, unless there is nothing to edit.
    #[must_use]
    pub fn unsafe_if_any(title: impl Into<String>, edits: Vec<Edit>) -> Option<Self> {
        let applicability = Applicability::Unsafe;
        (!edits.is_empty()).then(|| Self { title: title.into(), edits, applicability })
    }
}
