//! Forms of texts that schemas ask for: `.min(32)`, `.uuid()`, `.regex(/^[0-9a-f]{64}$/)`.

use super::super::literal::{Literal, literal};
use super::super::module::{Module, inner};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// Longer texts than this are nothing that an environment holds; bounds beyond it are not told.
const MOST: f64 = 1_000.0;

/// The form that a method or an action asks of a text: of zod, valibot, Joi, yup or class-validator, which agree on
/// the names. `None` for others, and for bounds that say no more than that there is a text.
pub(super) fn formed<'t>(module: &Module<'t>, method: &str, given: &[Node<'t>]) -> Option<ValueType> {
    let number = |position: usize| match literal(module, *given.get(position)?)?.literal {
        Literal::Number(value) if value.fract() == 0.0 && (0.0..=MOST).contains(&value) => Some(value as u32),
        _ => None,
    };
    match method {
        "min" | "minLength" | "MinLength" => {
            number(0).filter(|min| *min > 1).map(|min| ValueType::of_length(min, None))
        }
        "max" | "maxLength" | "MaxLength" => number(0).map(|max| ValueType::of_length(0, Some(max))),
        "length" => number(0).map(|length| ValueType::of_length(length, Some(length))),
        "uuid" | "guid" | "IsUUID" => Some(ValueType::uuid()),
        "email" | "IsEmail" => Some(ValueType::email()),
        "regex" | "pattern" | "matches" | "Matches" => pattern(inner(*given.first()?).text()),
        _ => None,
    }
}

/// A regular expression of JavaScript that judges the text as a whole and means the same here.
fn pattern(written: &str) -> Option<ValueType> {
    let (inside, flags) = written.strip_prefix('/')?.rsplit_once('/')?;
    let inside = inside.strip_prefix('^')?.strip_suffix('$').filter(|inside| !inside.ends_with('\\'))?;
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '[' | ']'
                    | '{'
                    | '}'
                    | '('
                    | ')'
                    | '+'
                    | '*'
                    | '.'
                    | ','
                    | '-'
                    | '_'
                    | ':'
                    | '/'
                    | '='
                    | '@'
                    | ' '
                    | '\\'
            )
    };
    // `\\d` and escaped signs mean the same in both; what else a backslash may begin need not.
    let is_known =
        |at: usize| inside[at + 1..].starts_with(|c: char| c == 'd' || c == 'w' || c.is_ascii_punctuation());
    let is_same = inside.chars().all(is_plain) && inside.match_indices('\\').all(|(at, _)| is_known(at));
    // A class within a class, and what follows a bracket of a group, mean other things here.
    if !is_same || inside.contains("[[") || inside.contains("(?") || inside.contains("--") {
        return None;
    }
    let text = match flags {
        "" | "u" => inside.to_owned(),
        "i" | "iu" => format!("(?i){inside}"),
        _ => return None,
    };
    regex::Regex::new(&text).is_ok().then_some(ValueType::Pattern(text))
}
