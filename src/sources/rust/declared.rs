//! Macros that declare keys: `make_config! { smtp_host: String, def, "mail"; }`.
//!
//! Recognised where a macro of the same file turns names into text (`stringify!`) and hands them to a reader of
//! the environment. What stands in its calls is read by the shape that such macros share: a name, `:`, a
//! type, and behind it a default after `=` or `def,`, or words that tell the need.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Reading;
use super::call::is_upper_snake;
use super::literal::value;
use super::source::Source;
use super::token::Kind;
use super::types::shape;
use crate::fact::{Need, Origin, Read, Value};
use crate::text::Spanned;

/// The reads of all names that such macros are given.
pub(super) fn read(source: &Source<'_>, reading: &mut Reading) {
    let tokens = &source.tokens;
    let mut macros: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    let mut bodies: Vec<Range<usize>> = Vec::new();
    for at in 0..tokens.len() {
        if !tokens.is(at, "macro_rules") || !tokens.is(at + 1, "!") {
            continue;
        }
        let (Some(name), Some(body)) = (tokens.ident(at + 2), tokens.group(at + 3)) else { continue };
        if declares(source, body.clone()) {
            macros.insert(name, body.clone());
        }
        bodies.push(body);
    }
    if macros.is_empty() {
        return;
    }
    for at in 0..tokens.len() {
        let Some(body) =
            tokens.ident(at).filter(|_| tokens.is(at + 1, "!")).and_then(|name| macros.get(name))
        else {
            continue;
        };
        let is_inside = bodies.iter().any(|body| body.contains(&at));
        if let Some(inside) = tokens.group(at + 2).filter(|_| !is_inside) {
            entries(source, inside, reading);
            // The names that the body computes are those of the entries.
            let covered = tokens.span(body.clone());
            reading.gaps.retain(|gap| gap.span.start < covered.start || gap.span.end > covered.end);
        }
    }
}

/// Whether the body of a macro turns names into text and reads the variables of those names.
fn declares(source: &Source<'_>, body: Range<usize>) -> bool {
    let tokens = &source.tokens;
    let has = |wanted: &dyn Fn(usize) -> bool| body.clone().any(wanted);
    let reads = |at: usize| {
        let Some(name) = tokens.ident(at) else { return false };
        let is_called = tokens.group_of(at + 1, "(").is_some();
        let is_reader = matches!(name, "var" | "var_os") && tokens.is_before(at, "::")
            || name.split('_').any(|word| word == "env");
        is_called && is_reader
    };
    has(&|at| tokens.is(at, "stringify") && tokens.is(at + 1, "!")) && has(&reads)
}

/// Goes through the entries of a call, and of the groups in it: `smtp { host: String; }`.
fn entries(source: &Source<'_>, inside: Range<usize>, reading: &mut Reading) {
    let tokens = &source.tokens;
    let mut open = vec![inside];
    while let Some(range) = open.pop() {
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = entry(source, at, range.end, reading) {
                at = end.max(at + 1);
                continue;
            }
            let is_group = at > range.start && tokens.ident(at - 1).is_some();
            open.extend(tokens.group_of(at, "{").filter(|_| is_group));
            at = tokens.past(at);
        }
    }
}

/// Reads the entry that begins at `at`; its end, if one does.
fn entry(source: &Source<'_>, at: usize, limit: usize, reading: &mut Reading) -> Option<usize> {
    let tokens = &source.tokens;
    let name = tokens.ident(at)?;
    if !tokens.is(at + 1, ":") || tokens.ident(at + 2).is_none() {
        return None;
    }
    let end = entry_end(source, at, limit);
    let kind = type_range(source, at + 2, end);
    // `smtp: _enable_smtp { .. }` is the head of a group.
    if tokens.is(kind.end, "{") {
        return None;
    }
    let key = if is_upper_snake(name) { name.to_owned() } else { name.to_ascii_uppercase() };
    let shape = shape(tokens, kind.clone());
    let read = Read {
        value_type: if shape.is_list { None } else { shape.item_type() },
        is_secret: shape.is_secret || matches!(shape.name, "Pass" | "Password"),
        about: about(source, at),
        ..Read::with_need(need(source, kind.end..end, shape.is_option))
    };
    reading.read(&Spanned::new(key, tokens.get(at)?.span), source.phase(at), read);
    Some(end)
}

/// The end of the entry that begins at `at`: its `;`, or where there is none in sight the next name.
fn entry_end(source: &Source<'_>, at: usize, limit: usize) -> usize {
    let tokens = &source.tokens;
    let mut first_comma = None;
    for position in tokens.top(at..limit).take(MAX_ENTRY) {
        if tokens.is(position, ";") {
            return position;
        }
        let is_doc = tokens.get(position).is_some_and(|token| matches!(token.kind, Kind::Doc(_)));
        if is_doc {
            return position;
        }
        if tokens.is(position, ",") && tokens.ident(position + 1).is_some() && tokens.is(position + 2, ":") {
            first_comma.get_or_insert(position);
        }
    }
    first_comma.unwrap_or(limit)
}

/// An entry longer than this, in tokens, is none.
const MAX_ENTRY: usize = 200;

/// The type at `at`: up to what stands behind its last word and generics.
fn type_range(source: &Source<'_>, at: usize, end: usize) -> Range<usize> {
    let tokens = &source.tokens;
    let mut behind = at + 1;
    while behind < end {
        if tokens.is(behind, "<") {
            let past = tokens.past_generics(behind);
            // Nothing closes them.
            if past == behind {
                break;
            }
            behind = past;
        } else if tokens.is(behind, "::") {
            behind += 2;
        } else {
            break;
        }
    }
    at..behind.min(end).max(at + 1)
}

/// What the words behind the type tell.
fn need(source: &Source<'_>, rest: Range<usize>, is_option: bool) -> Need {
    let tokens = &source.tokens;
    if let Some(equals) = tokens.top(rest.clone()).find(|&at| tokens.is(at, "=")) {
        if tokens.is(equals + 1, "required") {
            return Need::Required;
        }
        if tokens.is(equals + 1, "None") {
            return Need::Optional;
        }
        return Need::Default(value(source, equals + 1..rest.end));
    }
    for part in tokens.split(rest.clone(), ",") {
        match tokens.ident(part.start).filter(|_| part.len() == 1) {
            Some("required") => return Need::Required,
            Some("option" | "optional") => return Need::Optional,
            Some("def" | "default") if part.end + 1 < rest.end => {
                return Need::Default(value(source, part.end + 1..rest.end));
            }
            Some("auto" | "generated") => {
                return Need::Default(Value::of(Origin::Unknown, tokens.span(part.end..rest.end)));
            }
            _ => {}
        }
    }
    if is_option { Need::Optional } else { Need::Unknown }
}

/// The doc comment above an entry.
fn about(source: &Source<'_>, at: usize) -> Option<String> {
    source.tokens.doc(at.checked_sub(1)?).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
