//! From interpolation as notation to references as facts.

use std::ops::Range;

use super::value::{Fallback, Reference};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::interpolation::{Operator, Scan, Variable};
use crate::text::Span;

impl Reference {
    /// The references that `scan` found in `text`, in order. `place` turns a byte range of `text` into
    /// the range of the file that says it.
    pub fn all(text: &str, scan: &Scan, place: impl Fn(&Range<usize>) -> Span) -> Vec<Self> {
        scan.variables.iter().map(|variable| Self::of(text, variable, &place)).collect()
    }

    /// The reference that `variable`, found in `text`, makes.
    pub fn of(text: &str, variable: &Variable, place: impl Fn(&Range<usize>) -> Span) -> Self {
        let fallback = match variable.operator {
            None => Fallback::Empty,
            Some(Operator::Default { or_empty }) => Fallback::Default {
                text: Secret::new(variable.argument_in(text)),
                span: place(&variable.argument),
                or_empty,
            },
            Some(Operator::Refuse { or_empty }) => Fallback::Refuse { or_empty },
            Some(Operator::Alternative { .. }) => Fallback::Alternative,
        };
        Self { key: KeyName::new(variable.name_in(text)), span: place(&variable.name), fallback }
    }
}
