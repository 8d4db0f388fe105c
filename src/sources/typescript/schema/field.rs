//! What a schema says about one field.

use super::super::flow::Fall;
use crate::fact::{Need, Origin, Value};
use crate::text::Span;
use crate::value_type::ValueType;

/// What a schema says about one field.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Field {
    /// What happens without a value.
    pub(super) fall: Fall,
    /// Whether what happens without a value cannot be told.
    pub(super) is_unknown: bool,
    /// The type that texts must have to be accepted, as far as it is told.
    pub(super) value_type: Option<ValueType>,
    /// Whether the field turns texts into numbers or switches, so that bounds are those of numbers.
    pub(super) is_converted: bool,
    /// Whether it takes a number or a switch and converts none, so that it refuses every text.
    pub(super) refuses_texts: bool,
    /// Whether any text but the empty one counts as true.
    pub(super) takes_text_for_truth: bool,
}

impl Field {
    /// A field of which nothing is known.
    pub(super) fn unknown() -> Self {
        Self {
            fall: Fall::Nothing,
            is_unknown: true,
            value_type: None,
            is_converted: false,
            refuses_texts: false,
            takes_text_for_truth: false,
        }
    }

    /// A field that must have a value.
    pub(super) fn required(value_type: Option<ValueType>) -> Self {
        Self { fall: Fall::Fails, is_unknown: false, value_type, ..Self::unknown() }
    }

    /// The field, where nobody checks it.
    pub(super) fn unchecked(self) -> Self {
        let fall = match self.fall {
            Fall::Fails => Fall::Nothing,
            other => other,
        };
        Self { fall, value_type: None, takes_text_for_truth: false, ..self }
    }

    /// The field, where it has some value in any case.
    pub(super) fn given(self) -> Self {
        let fall = match self.fall {
            Fall::Fails => Fall::Nothing,
            other => other,
        };
        Self { fall, is_unknown: false, ..self }
    }

    /// What happens without a value; `span` stands for a default that is not written down.
    pub(super) fn need(&self, span: Span) -> Need {
        match &self.fall {
            _ if self.is_unknown => Need::Unknown,
            Fall::Fails => Need::Required,
            Fall::Nothing => Need::Optional,
            Fall::Takes(value) => Need::Default(value.clone()),
            Fall::Parameter(_) => Need::Default(Value::of(Origin::Unknown, span)),
        }
    }
}
