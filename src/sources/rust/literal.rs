//! Values that code writes down.

use std::ops::Range;

use super::source::Source;
use super::token::Kind;
use crate::fact::{Origin, Value};
use crate::text::{Span, Spanned};

/// Steps from a constant to the constant it is made of, and into brackets.
const MAX_STEPS: usize = 8;

/// The value of the expression at `range`: what it writes down, or one that code computes.
pub(super) fn value(source: &Source<'_>, range: Range<usize>) -> Value {
    literal(source, range.clone()).unwrap_or_else(|| Value::of(Origin::Unknown, source.tokens.span(range)))
}

/// The literal that the expression at `range` comes down to: `"d"`, `"d".into()`, `|_| "d".to_string()`,
/// `String::from("d")`, `80`, `true`, a constant of this file.
pub(super) fn literal(source: &Source<'_>, range: Range<usize>) -> Option<Value> {
    let tokens = &source.tokens;
    let mut range = range;
    for _ in 0..MAX_STEPS {
        range = core(source, range);
        let first = tokens.get(range.start).filter(|_| range.start < range.end)?;
        let here = range.start;
        match first.kind {
            Kind::Str { .. } => {
                return only_converts(source, here + 1, range.end)
                    .then(|| tokens.string(here))
                    .flatten()
                    .map(|text| Value::literal(&text.value, first.span));
            }
            Kind::Number => {
                return only_converts(source, here + 1, range.end)
                    .then(|| Value::literal(&number(first.text), first.span));
            }
            Kind::Punct if first.text == "-" => {
                let number_token = tokens.get(here + 1).filter(|token| token.kind == Kind::Number)?;
                let text = format!("-{}", number(number_token.text));
                return only_converts(source, here + 2, range.end)
                    .then(|| Value::literal(&text, first.span.cover(number_token.span)));
            }
            Kind::Ident if matches!(first.text, "true" | "false") => {
                return only_converts(source, here + 1, range.end)
                    .then(|| Value::literal(first.text, first.span));
            }
            Kind::Ident => {
                let mut last = here;
                while tokens.is(last + 1, "::") && tokens.ident(last + 2).is_some() {
                    last += 2;
                }
                let name = tokens.ident(last)?;
                if let Some(arguments) = tokens.group_of(last + 1, "(") {
                    let behind = tokens.past(last + 1);
                    if !only_converts(source, behind, range.end) {
                        return None;
                    }
                    if name == "new" && arguments.is_empty() && tokens.is(here, "String") {
                        return Some(Value::literal("", tokens.span(here..behind)));
                    }
                    if !matches!(
                        name,
                        "from" | "Ok" | "Some" | "Borrowed" | "from_str" | "parse" | "from_static"
                    ) {
                        return None;
                    }
                    range = arguments;
                } else if !only_converts(source, last + 1, range.end) {
                    return None;
                } else {
                    range = source.constant(name)?;
                }
            }
            _ => return None,
        }
    }
    None
}

/// The expression without closure heads, references, brackets around all of it, and statements before it.
pub(super) fn core(source: &Source<'_>, range: Range<usize>) -> Range<usize> {
    let tokens = &source.tokens;
    let Range { mut start, mut end } = range;
    for _ in 0..MAX_STEPS * 2 {
        if tokens.get(start).is_some_and(|token| matches!(token.text, "&" | "*" | "move" | "return" | "||")) {
            start += 1;
        } else if tokens.is(start, "|") {
            let close = tokens.top(start + 1..end).take(32).find(|&position| tokens.is(position, "|"));
            match close {
                Some(close) => start = close + 1,
                None => break,
            }
        } else if (tokens.is(start, "{") || tokens.is(start, "(")) && tokens.past(start) >= end {
            let Some(inside) = tokens.group(start) else { break };
            let last = tokens.top(inside.clone()).filter(|&position| tokens.is(position, ";")).last();
            match last {
                // `{ f(); }` has no value, `{ f(); "d" }` has that behind its last statement.
                Some(last) if last + 1 >= inside.end => break,
                last => start = last.map_or(inside.start, |last| last + 1),
            }
            end = inside.end.min(end);
        } else {
            break;
        }
        if start >= end {
            break;
        }
    }
    start..end.max(start)
}

/// Whether the positions hold nothing but calls that keep what a text says.
pub(super) fn only_converts(source: &Source<'_>, start: usize, end: usize) -> bool {
    let tokens = &source.tokens;
    let mut at = start;
    while at < end {
        let keeps = tokens.ident(at + 1).is_some_and(|name| {
            matches!(
                name,
                "to_string"
                    | "to_owned"
                    | "into"
                    | "as_str"
                    | "clone"
                    | "parse"
                    | "unwrap"
                    | "expect"
                    | "to_string_lossy"
                    | "into_owned"
                    | "as_ref"
                    | "into_string"
                    | "as_deref"
                    | "ok"
            )
        });
        if !(tokens.is(at, ".") && keeps) {
            return at + 1 >= end && (tokens.is(at, "?") || tokens.is(at, ","));
        }
        at += 2;
        if tokens.is(at, "::") {
            at = tokens.past_generics(at + 1);
        }
        if !tokens.is(at, "(") {
            return false;
        }
        at = tokens.past(at);
    }
    true
}

/// A number without `_` and without the suffix that names its type.
fn number(text: &str) -> String {
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    let suffixes = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    let cut = suffixes.iter().find_map(|suffix| plain.strip_suffix(suffix)).map(str::to_owned);
    cut.filter(|_| !plain.starts_with("0x")).unwrap_or(plain)
}

/// The name that a literal or a constant writes down.
pub(super) fn written(source: &Source<'_>, range: Range<usize>) -> Option<Spanned<String>> {
    let value = literal(source, range)?;
    let text = value.plain()?.to_owned();
    // Names stand in quotes; those do not belong to the name.
    let whole = value.span;
    if !source.tokens.text(whole).starts_with(['"', 'r']) {
        return None;
    }
    let quotes = whole.len().checked_sub(text.len())?;
    let inner = match quotes {
        2 => Span { start: whole.start + 1, end: whole.end - 1 },
        _ => whole,
    };
    Some(Spanned::new(text, inner))
}
