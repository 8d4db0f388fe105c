//! What code does with a variable's value: defaults behind operators, conversions, failures.

use std::ops::Range;

use super::{Access, Code, Dialect, Site};
use crate::fact::{Origin, Value};
use crate::syntax::code::Kind;
use crate::value_type::ValueType;

/// What a reader does where the variable has no value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fall {
    /// It fails.
    Fails,
    /// It goes on with nothing.
    Nothing,
    /// It takes this.
    Takes(Value),
    /// It takes what the function around it is given as this parameter.
    Parameter(usize),
}

/// What becomes of the value of a site.
pub(super) fn usage(code: &Code<'_, '_>, site: &Site) -> (Fall, Option<ValueType>) {
    let mut value_type = site.value_type.clone();
    let mut fall = match (&site.default, site.access) {
        (Some(default), _) => taken(code, default.clone()),
        (None, Access::Fails) => Fall::Fails,
        (None, _) => Fall::Nothing,
    };
    if site.access == Access::Test {
        return (Fall::Nothing, None);
    }
    let mut whole = site.whole.clone();
    for _ in 0..8 {
        // Methods behind: `.presence`, `&.to_i`, `.split(",")`.
        if [".", "&.", "?.", "|>"].iter().any(|dot| code.tokens.is(whole.end, dot))
            && let Some(method) = code.tokens.word(whole.end + 1)
        {
            // `.nil?` and its kin give a truth value, which is no default's business.
            if method.ends_with('?') {
                return (fall, value_type);
            }
            value_type = value_type.or_else(|| conversion(code.dialect, method).flatten());
            let mut end = whole.end + 2;
            while code.tokens.is(end, ".") && code.tokens.word(end + 1).is_some() {
                value_type =
                    value_type.or_else(|| conversion(code.dialect, code.tokens.word(end + 1)?).flatten());
                end += 2;
            }
            whole.end = if code.tokens.is(end, "(") { code.tokens.past(end) } else { end };
            continue;
        }
        if let Some(default) = behind(code, whole.end) {
            if fall == Fall::Nothing {
                fall =
                    if is_raise(code, default.clone()) { Fall::Fails } else { taken(code, default.clone()) };
            }
            whole.end = default.end;
            continue;
        }
        // Brackets around, of a conversion or of nothing: `Integer(ENV["K"])`, `(ENV["K"] || 1)`.
        let Some(open) = whole.start.checked_sub(1).filter(|open| code.tokens.group(*open, "(").is_some())
        else {
            break;
        };
        if code.tokens.past(open) != whole.end + 1 && !code.tokens.is(whole.end, ",") {
            break;
        }
        let mut start = open;
        let mut is_conversion = false;
        while let Some(word) = start.checked_sub(1).and_then(|before| code.tokens.word(before)) {
            if let Some(found) = conversion(code.dialect, word) {
                value_type = value_type.or(found);
                is_conversion = true;
            }
            start -= 1;
            match start.checked_sub(1) {
                Some(dot) if code.tokens.is(dot, ".") || code.tokens.is(dot, "::") => start = dot,
                _ => break,
            }
        }
        if start < open && !is_conversion {
            break;
        }
        whole = start..code.tokens.past(open);
    }
    let is_compared = code.tokens.is(whole.end, "==") || code.tokens.is(whole.end, "===");
    if is_compared
        && code
            .tokens
            .string(whole.end + 1)
            .is_some_and(|text| matches!(text.value.as_str(), "true" | "false"))
    {
        value_type = value_type.or(Some(ValueType::Bool));
    }
    (fall, value_type)
}

/// What a word converts into, if it is known to convert or to pass values on.
fn conversion(dialect: &Dialect, word: &str) -> Option<Option<ValueType>> {
    dialect.conversions.iter().find(|(name, _)| *name == word).map(|(_, value_type)| value_type())
}

/// The expression behind an operator for defaults at `at`.
fn behind(code: &Code<'_, '_>, at: usize) -> Option<Range<usize>> {
    let operator = code.tokens.get(at)?;
    if matches!(operator.kind, Kind::Str { .. }) || !code.dialect.fallbacks.contains(&operator.text) {
        return None;
    }
    let start = at + 1;
    let mut end = code.tokens.past(start);
    // A call or a path goes on; a method's call ends it.
    for _ in 0..12 {
        if code.tokens.is(end, "(") && code.tokens.get(end).is_some_and(|token| !token.starts_line) {
            end = code.tokens.past(end);
        } else if (code.tokens.is(end, ".") || code.tokens.is(end, "::"))
            && code.tokens.word(end + 1).is_some()
        {
            end += 2;
        } else if code.tokens.is(end, "[") {
            end = code.tokens.past(end);
        } else {
            break;
        }
    }
    (start < code.tokens.len()).then_some(start..end.min(code.tokens.len()))
}

fn is_raise(code: &Code<'_, '_>, range: Range<usize>) -> bool {
    range
        .clone()
        .take(4)
        .any(|at| code.tokens.word(at).is_some_and(|word| code.dialect.raises.contains(&word)))
}

/// What an expression in a default's place makes of the absence.
pub(super) fn taken(code: &Code<'_, '_>, range: Range<usize>) -> Fall {
    let first = code.tokens.get(range.start);
    if range.len() == 1
        && let Some(word) = first.filter(|token| token.kind == Kind::Word).map(|token| token.text)
        && matches!(word, "nil" | "null" | "NULL" | "None")
    {
        return Fall::Nothing;
    }
    // `|| []`
    let is_nothing = range.len() == 2 && first.is_some_and(|token| matches!(token.text, "[" | "{"));
    match value(code, range) {
        _ if is_nothing => Fall::Nothing,
        found if found.is_empty() => Fall::Nothing,
        found => Fall::Takes(found),
    }
}

/// The value of an expression as the environment would hold it; of one that is computed only that there is one.
pub(super) fn value(code: &Code<'_, '_>, range: Range<usize>) -> Value {
    let span = code.tokens.span(range.clone());
    let unknown = || Value::of(Origin::Unknown, span);
    let Some(first) = code.tokens.get(range.start) else { return unknown() };
    let is_negative = first.text == "-" && range.len() == 2;
    let at = range.start + usize::from(is_negative);
    if code.tokens.past(at) != range.end {
        return unknown();
    }
    match code.tokens.get(at).map(|token| (token.kind, token.text)) {
        Some((Kind::Str { has_code: false, .. }, _)) if !is_negative => {
            code.tokens.string(at).map_or_else(unknown, |text| Value::literal(&text.value, span))
        }
        Some((Kind::Number, number)) => {
            let digits = number.replace('_', "");
            Value::literal(&if is_negative { format!("-{digits}") } else { digits }, span)
        }
        Some((Kind::Word, "true" | "false" | "TRUE" | "FALSE" | "True" | "False")) => {
            Value::literal(&first.text.to_ascii_lowercase(), span)
        }
        _ => unknown(),
    }
}

/// Whether the site runs only in some cases, by what stands behind it on its line: `.. if x`, `.. unless y`.
pub(super) fn is_conditional(code: &Code<'_, '_>, site: &Site) -> bool {
    let mut at = site.whole.end;
    for _ in 0..30 {
        match code.tokens.get(at) {
            Some(token) if token.starts_line => return false,
            Some(token) if token.kind == Kind::Word && matches!(token.text, "if" | "unless") => return true,
            Some(_) => at = code.tokens.past(at),
            None => return false,
        }
    }
    false
}
