//! What a service has in its hands in the end.

use crate::key::KeyName;
use crate::secret::{Secret, is_placeholder};
use crate::text::Location;

/// The end of a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Some source supplies the key.
    Supplied(Held),
    /// Nothing supplies it; a default of the code or the matrix stands in.
    Default,
    /// Nothing supplies it, and its readers cope.
    Unset,
    /// Nothing supplies it, and it is needed.
    Missing,
    /// Some source may supply it that cannot be seen through, for this reason.
    Unseen(String),
    /// The service does not run in the environment, or does not use the key.
    NotApplicable,
}

/// A supplied value, as far as the tree tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// Where it is supplied.
    pub at: Option<Location>,
    /// How it is held.
    pub kind: HeldKind,
}

/// How a supplied value is held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeldKind {
    /// The tree holds the text.
    Text(Secret),
    /// A default of the file that passes the key on: `${X:-text}` in compose, `else` in a template.
    FileDefault(Secret),
    /// An example that people copy holds this text.
    Example(Secret),
    /// A Vault field holds it.
    Vault {
        /// The secret's path, `*` for what is not constant.
        path: String,
        /// The field.
        field: KeyName,
        /// Whether a default stands in where the field is not set.
        or_else: bool,
    },
    /// Somebody outside the tree holds it.
    Outside,
}

impl Held {
    pub(super) fn from_text(at: impl Into<Option<Location>>, text: Secret) -> Self {
        Self { at: at.into(), kind: HeldKind::Text(text) }
    }

    pub(super) fn outside(at: impl Into<Option<Location>>) -> Self {
        Self { at: at.into(), kind: HeldKind::Outside }
    }

    pub(super) fn vault(at: Location, path: String, field: KeyName, or_else: bool) -> Self {
        Self { at: Some(at), kind: HeldKind::Vault { path, field, or_else } }
    }

    /// The text, where the tree holds it.
    #[must_use]
    pub fn text(&self) -> Option<&Secret> {
        match &self.kind {
            HeldKind::Text(text) | HeldKind::FileDefault(text) | HeldKind::Example(text) => Some(text),
            HeldKind::Vault { .. } | HeldKind::Outside => None,
        }
    }

    /// Whether the value is known to be empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text().is_some_and(Secret::is_empty)
    }

    /// Whether the value only holds the place for one that somebody has to put in.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.text().is_some_and(|text| is_placeholder(text.reveal()))
    }
}

impl Outcome {
    /// The supplied value.
    #[must_use]
    pub fn held(&self) -> Option<&Held> {
        match self {
            Self::Supplied(held) => Some(held),
            _ => None,
        }
    }
}
