//! Values as files write them.

use crate::key::KeyName;
use crate::secret::{Secret, is_placeholder};
use crate::text::Span;

/// A value that a file gives to a key, or a default that code falls back to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// The value after the file's own quoting and escapes, before any interpolation: `${X}` stands
    /// in it as written. For [`Origin::Unknown`], [`Origin::Host`] and [`Origin::Vault`] it is empty.
    pub text: Secret,
    /// Where the value stands, with its quotes; empty if it is not written down.
    pub span: Span,
    /// Where the value comes from.
    pub origin: Origin,
    /// The variables it is made of, in order; empty for a plain literal.
    pub references: Vec<Reference>,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The file writes it down, possibly with references in it.
    Literal,
    /// Passed through under the same name from whoever runs the file (`- KEY` in compose, a bare
    /// `KEY` in a dotenv).
    Host,
    /// Read from a field of a Vault secret.
    Vault(Box<VaultField>),
    /// Computed by code; nothing is known but that there is one.
    Unknown,
}

/// A field of a Vault secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultField {
    /// The secret's path with `*` for what is not constant, for example `secret/data/app/*/db`.
    pub path: String,
    /// The field in it.
    pub field: KeyName,
}

/// One `${KEY...}` or `$KEY` inside a value or another interpolated text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The variable.
    pub key: KeyName,
    /// The variable's name in the file.
    pub span: Span,
    /// What happens without it.
    pub fallback: Fallback,
}

/// What an interpolation does when its variable has no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fallback {
    /// Nothing: it becomes empty (compose warns).
    Empty,
    /// `:-default` (`or_empty`: also when the variable is empty) or `-default`.
    Default {
        /// The default as written; references inside it are listed on their own.
        text: Secret,
        /// Where the default stands.
        span: Span,
        /// Whether an empty variable takes the default too (`:-`).
        or_empty: bool,
    },
    /// `:?message` (`or_empty`: an empty variable is refused too) or `?message`.
    Refuse {
        /// Whether an empty variable is refused too (`:?`).
        or_empty: bool,
    },
    /// `:+alternative` or `+alternative`: the variable is only tested.
    Alternative,
}

impl Value {
    /// A literal without references, at `span`.
    #[must_use]
    pub fn literal(text: &str, span: Span) -> Self {
        Self { text: Secret::new(text), span, origin: Origin::Literal, references: Vec::new() }
    }

    /// A value of which only its origin is known.
    #[must_use]
    pub fn of(origin: Origin, span: Span) -> Self {
        Self { text: Secret::default(), span, origin, references: Vec::new() }
    }

    /// Whether the value is written down in full, without references.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.origin == Origin::Literal && self.references.is_empty()
    }

    /// The plain text, if it is written down in full.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        self.is_plain().then(|| self.text.reveal())
    }

    /// The texts that may become the value, with their places: the value as written, references and all,
    /// and the defaults that its references fall back to.
    pub fn texts(&self) -> impl Iterator<Item = (&Secret, Span)> {
        let own = (self.origin == Origin::Literal).then_some((&self.text, self.span));
        let defaults = self.references.iter().filter_map(|reference| match &reference.fallback {
            Fallback::Default { text, span, .. } => Some((text, *span)),
            _ => None,
        });
        own.into_iter().chain(defaults)
    }

    /// Whether the value is written down and empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain().is_some_and(str::is_empty)
    }

    /// Whether the value only holds the place for one that somebody has to put in.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.plain().is_some_and(is_placeholder)
    }
}
