//! Inside of a value: constant text and computed parts.

use super::super::value::Val;
use super::{Part, Quote, Reader, State};
use crate::text::Span;

impl Reader<'_> {
    /// Reads constant text inside of a value.
    pub(super) fn in_value(&mut self, assignment: usize, quote: Quote, text: &str, span: Span) -> State {
        let mut quote = quote;
        let mut kept = text.len();
        let mut escaped = false;
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            quote = match (quote, c) {
                (Quote::Remark, _) => break,
                (Quote::Nothing, ' ' | '\t' | '\r') => Quote::Nothing,
                (Quote::Nothing | Quote::Closed | Quote::Bare, '#')
                    if before.is_ascii_whitespace() && quote != Quote::Nothing =>
                {
                    kept = at;
                    Quote::Remark
                }
                (Quote::Nothing | Quote::Closed, '"') => Quote::Double,
                (Quote::Nothing | Quote::Closed, '\'') => Quote::Single,
                (Quote::Nothing, _) => Quote::Bare,
                (Quote::Double, '"') if !escaped => Quote::Closed,
                (Quote::Single, '\'') => Quote::Closed,
                (quote, _) => quote,
            };
            escaped = c == '\\' && !escaped;
            before = c;
        }
        let part = text.get(..kept).unwrap_or(text);
        if !part.is_empty() && quote != Quote::Remark || kept < text.len() && kept > 0 {
            let span = if span.len() == text.len() {
                Span::new(span.start as usize, span.start as usize + kept)
            } else {
                span
            };
            self.add(assignment, Some(Part::Text { text: part.to_owned(), span }));
        }
        let separates = text.trim_end().ends_with([',', ';', '&', '?', ':', '|', '\\', '=']);
        State::Value { assignment, quote, cut: None, separates }
    }

    pub(super) fn add(&mut self, assignment: usize, part: Option<Part>) {
        let arm = self.arm;
        if let Some(assignment) = self.done.assignments.get_mut(assignment)
            && assignment.parts.last().is_none_or(|last| *last != (arm, part.clone()))
        {
            assignment.parts.push((arm, part));
        }
    }

    pub(super) fn value(&mut self, value: &Val, span: Span) {
        match value {
            Val::Text { text, span, verbatim } => {
                let other = (!verbatim).then_some(text.as_str());
                self.text(*span, other);
            }
            Val::Joined(parts) if self.states.iter().any(|state| matches!(state, State::Start)) => {
                // A whole line, or its beginning, may be printed by one action.
                for part in parts {
                    self.value(part, span);
                }
            }
            value => self.each_state(|reader, state| reader.computed(state, value, span)),
        }
    }

    /// Passes a value that is not constant.
    pub(super) fn computed(&mut self, state: State, value: &Val, span: Span) -> State {
        match state {
            State::Start | State::Other { is_name: true } => {
                self.gap(span, "a line begins with a computed text");
                State::Other { is_name: false }
            }
            State::Other { .. } | State::Comment { .. } => state,
            State::Value { assignment, quote, .. } => {
                if quote != Quote::Remark {
                    self.add(assignment, Some(Part::Value { value: value.clone(), span }));
                }
                let quote = match (quote, value) {
                    (Quote::Nothing, Val::Quoted(_)) => Quote::Closed,
                    (Quote::Nothing, _) => Quote::Bare,
                    (quote, _) => quote,
                };
                State::Value { assignment, quote, cut: None, separates: false }
            }
        }
    }
}
