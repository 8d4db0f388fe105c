//! Names of variables, as code spells, builds and hands them on.

use std::ops::Range;

use super::Code;
use super::helper::is_parameter;
use crate::text::Spanned;

/// What the name of a variable comes down to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Name {
    /// This name, where it is written.
    Written(Spanned<String>),
    /// What a word stands for that the file gives no text to, with constant text around it.
    Given { word: String, before: String, after: String },
    /// A computed name that begins with this text.
    Prefixed(String),
    /// A constant of another file: its text is a mention of that file.
    Elsewhere,
}

/// How many values a word may have.
const MAX_VALUES: usize = 20;

/// The names that the expression at `range` may stand for.
pub(super) fn names(code: &Code<'_, '_>, range: Range<usize>) -> Vec<Name> {
    resolve(code, range, 6)
}

fn resolve(code: &Code<'_, '_>, range: Range<usize>, depth: usize) -> Vec<Name> {
    let Some(depth) = depth.checked_sub(1) else { return vec![Name::Prefixed(String::new())] };
    let range = inner(code, range);
    if let Some(name) = text(code, range.clone()) {
        return vec![name];
    }
    if let Some(parts) = joined(code, range.clone(), depth) {
        return vec![parts];
    }
    let Some(word) = last_word(code, range.clone()) else { return vec![Name::Prefixed(String::new())] };
    let is_own = range.len() == 1
        || code
            .tokens
            .word(range.start)
            .is_some_and(|first| matches!(first, "self" | "static" | "this" | "Self"));
    let is_given = range.len() == 1 && is_parameter(code, range.start, word);
    if is_own
        && !is_given
        && let Some(texts) = code.constants.get(word).filter(|texts| texts.len() <= MAX_VALUES)
    {
        return texts.iter().cloned().map(Name::Written).collect();
    }
    let bare = word.trim_start_matches(['@', '$', ':']);
    let is_constant = bare.starts_with(|c: char| c.is_uppercase());
    if is_constant || word.starts_with('@') && code.dialect.definitions.contains(&"defp") {
        return vec![Name::Elsewhere];
    }
    if range.len() == 1 {
        return vec![Name::Given { word: word.to_owned(), before: String::new(), after: String::new() }];
    }
    vec![Name::Prefixed(String::new())]
}

/// The expression without brackets around it.
fn inner(code: &Code<'_, '_>, mut range: Range<usize>) -> Range<usize> {
    for _ in 0..8 {
        match code.tokens.group(range.start, "(") {
            Some(group) if group.end + 1 == range.end => range = group,
            _ => break,
        }
    }
    range
}

/// The name that a single string makes: whole, or up to the code in it.
fn text(code: &Code<'_, '_>, range: Range<usize>) -> Option<Name> {
    let string = code.tokens.string(range.start)?;
    if code.tokens.past(range.start) < range.end {
        return None;
    }
    if !code.tokens.has_code(range.start) {
        // `"APP_$name"`
        return Some(match string.value.split_once('$') {
            Some((before, _)) => Name::Prefixed(before.to_owned()),
            None => Name::Written(string),
        });
    }
    // `"APP_#{name}"`: one word that is filled in, and nothing behind it.
    let hole = range.start + 1;
    let opening = code.tokens.get(hole)?;
    let inside = code.tokens.group(hole, opening.text)?;
    let closes = code.tokens.get(inside.end)?.span.end;
    let ends_there = code.tokens.get(range.start)?.span.end == closes + 1;
    match code.tokens.word(inside.start).filter(|_| inside.len() == 1 && ends_there) {
        Some(word) => match code.constants.get(word).map(Vec::as_slice) {
            Some([value]) => {
                Some(Name::Written(Spanned::new(format!("{}{}", string.value, value.value), string.span)))
            }
            _ => Some(Name::Given { word: word.to_owned(), before: string.value, after: String::new() }),
        },
        None => Some(Name::Prefixed(string.value)),
    }
}

/// `"APP_" + name`.
fn joined(code: &Code<'_, '_>, range: Range<usize>, depth: usize) -> Option<Name> {
    let at = code.tokens.past(range.start);
    let operator = code.tokens.get(at).filter(|_| at + 1 < range.end)?.text;
    if !code.dialect.joins.contains(&operator) {
        return None;
    }
    let left = resolve(code, range.start..at, depth).pop()?;
    let right = match code.tokens.past(at + 1) == range.end {
        true => resolve(code, at + 1..range.end, depth).pop()?,
        false => Name::Prefixed(String::new()),
    };
    Some(match (left, right) {
        (Name::Written(left), Name::Written(right)) => {
            Name::Written(Spanned::new(format!("{}{}", left.value, right.value), right.span))
        }
        (Name::Written(left), Name::Given { word, before, after }) => {
            Name::Given { word, before: format!("{}{before}", left.value), after }
        }
        (Name::Given { word, before, after }, Name::Written(right)) => {
            Name::Given { word, before, after: format!("{after}{}", right.value) }
        }
        (Name::Written(left), _) => Name::Prefixed(left.value),
        _ => Name::Prefixed(String::new()),
    })
}

/// The word that an expression ends with which is a name or a path of names: `Keys::URL`, `Keys.URL`.
fn last_word<'t>(code: &Code<'_, 't>, range: Range<usize>) -> Option<&'t str> {
    let is_path = range.clone().all(|at| {
        code.tokens.word(at).is_some()
            || code.tokens.is(at, ".")
            || code.tokens.is(at, "::")
            || code.tokens.is(at, "->")
    });
    is_path.then(|| code.tokens.word(range.end.checked_sub(1)?)).flatten()
}
