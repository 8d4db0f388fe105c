//! Functions that read the variable whose name they are given: those of the file, by what they do, and
//! those of other files, by their names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::flow::Fall;
use super::name::Name;
use super::{Access, Code, Site};
use crate::sources::gather::{is_upper_snake, words_of};
use crate::text::Spanned;
use crate::value_type::ValueType;

/// A function that reads the variable whose name it is given.
#[derive(Clone, Debug)]
pub(super) struct Helper {
    position: usize,
    around: Around,
    fall: Fall,
    value_type: Option<ValueType>,
    /// Where its parameters stand.
    defined: usize,
}

/// Constant text around a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    before: String,
    after: String,
}

impl Around {
    /// The name with the text around it.
    pub(super) fn wrap(&self, name: Name) -> Name {
        match name {
            Name::Written(name) => {
                let value = format!("{}{}{}", self.before, name.value, self.after);
                Name::Written(Spanned::new(value, name.span))
            }
            Name::Given { word, before, after } => Name::Given {
                word,
                before: format!("{}{before}", self.before),
                after: format!("{after}{}", self.after),
            },
            Name::Prefixed(prefix) => Name::Prefixed(format!("{}{prefix}", self.before)),
            Name::Elsewhere => Name::Elsewhere,
        }
    }
}

/// The functions that are known, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Helpers(BTreeMap<String, Helper>);

impl Helpers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, name: String, helper: Helper) {
        self.0.entry(name).or_insert(helper);
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(super) fn forget(&mut self, known: &Self) {
        self.0.retain(|name, _| !known.0.contains_key(name));
    }
}

/// How far before a site the head of its function is looked for, in code.tokens.
const MAX_BACK: usize = 400;

/// The function around `site` whose parameter is `word`.
pub(super) fn define(
    code: &Code<'_, '_>,
    site: &Site,
    word: &str,
    fall: Fall,
    value_type: Option<ValueType>,
    (before, after): (String, String),
) -> Option<(String, Helper)> {
    let (name, position, parameters, open) = around(code, site.whole.start, word)?;
    let fall = match fall {
        Fall::Nothing | Fall::Takes(_) => parameters
            .iter()
            .position(|name| {
                let name = name.trim_start_matches('$').to_ascii_lowercase();
                name.starts_with("def") || name.contains("fallback")
            })
            .map_or(fall, Fall::Parameter),
        other => other,
    };
    let around = Around { before, after };
    Some((name.to_owned(), Helper { position, around, fall, value_type, defined: open }))
}

/// Whether the token at `start` stands in a function that is seen to hold it and has a parameter `word`.
pub(super) fn is_parameter(code: &Code<'_, '_>, start: usize, word: &str) -> bool {
    !code.dialect.has_open_conditions && around(code, start, word).is_some()
}

/// A function: its name, the position of the parameter that was asked for, all of them, and where their bracket stands.
type Function<'t> = (&'t str, usize, Vec<&'t str>, usize);

/// The function with a parameter `word` that the token at `start` stands in.
fn around<'t>(code: &Code<'_, 't>, start: usize, word: &str) -> Option<Function<'t>> {
    let lowest = start.saturating_sub(MAX_BACK);
    for open in (lowest..start).rev() {
        let Some(group) = code.tokens.group(open, "(").filter(|group| group.end < start) else { continue };
        let Some(name) = open.checked_sub(1).and_then(|before| code.tokens.word(before)) else { continue };
        let intro_at =
            open.checked_sub(2).map(|at| match code.tokens.are(at.saturating_sub(1), &["self", "."]) {
                true => at.saturating_sub(2),
                false => at,
            });
        let is_defined = intro_at.and_then(|at| code.tokens.word(at)).is_some_and(|intro| {
            code.dialect.definitions.contains(&intro)
                // `static string Get(string name) {`
                || code.dialect.definitions.is_empty() && opens_body(code, group.end + 1)
        });
        if !is_defined || ends_before(code, group.end + 1, start) {
            continue;
        }
        let parameters: Vec<&str> =
            code.tokens.split(group).into_iter().map(|part| parameter(code, part)).collect();
        let Some(position) = parameters.iter().position(|name| *name == word) else { continue };
        return Some((name, position, parameters, open));
    }
    None
}

/// Tokens between the parameters of a function and its body: types, `throws`, `where`.
const MAX_HEAD: usize = 24;

/// Whether the function whose head goes on at `head` ends before `start`, as far as brackets tell.
fn ends_before(code: &Code<'_, '_>, head: usize, start: usize) -> bool {
    if code.dialect.has_open_conditions {
        return false;
    }
    let stops = |at: &usize| ["{", "=", "=>", ";"].iter().any(|sign| code.tokens.is(*at, sign));
    let Some(body) = (head..start.min(head + MAX_HEAD)).find(stops) else { return false };
    match code.tokens.group(body, "{") {
        Some(inside) => !inside.contains(&start),
        // An expression without brackets ends with its statement.
        None => (body..start).any(|at| code.tokens.is(at, ";")),
    }
}

fn opens_body(code: &Code<'_, '_>, at: usize) -> bool {
    code.tokens.is(at, "{") || code.tokens.is(at, "=>") || code.tokens.is(at, "throws")
}

/// The name of a parameter: the last word before its default or type.
fn parameter<'t>(code: &Code<'_, 't>, part: Range<usize>) -> &'t str {
    let end = part
        .clone()
        .find(|&at| code.tokens.is(at, "=") || code.tokens.is(at, ":") || code.tokens.is(at, "\\"))
        .unwrap_or(part.end);
    (part.start..end).rev().find_map(|at| code.tokens.word(at)).unwrap_or("")
}

/// The calls of functions with names that stand in brackets behind them.
fn call<'t>(code: &Code<'_, 't>, at: usize) -> Option<(&'t str, Range<usize>)> {
    let name = code.tokens.word(at)?;
    let arguments = code.tokens.group(at + 1, "(").filter(|_| {
        code.tokens
            .get(at + 1)
            .is_some_and(|open| code.tokens.get(at).is_some_and(|name| open.span.start == name.span.end))
    })?;
    Some((name, arguments))
}

/// The calls of `helpers`, as sites, with the text that goes around their names.
pub(super) fn calls(code: &Code<'_, '_>, helpers: &Helpers) -> Vec<(Site, Around)> {
    let mut found = Vec::new();
    for at in 0..code.tokens.len() {
        let Some((name, arguments)) = call(code, at) else { continue };
        let Some(helper) = helpers.0.get(name).filter(|helper| helper.defined != at + 1) else { continue };
        let given = code.tokens.split(arguments);
        let Some(key) = given.get(helper.position).cloned() else { continue };
        let (default, access) = match helper.fall {
            Fall::Parameter(position) => {
                (given.get(position).map(|one| last_value(code, one.clone())), Access::Copes)
            }
            Fall::Fails => (None, Access::Fails),
            Fall::Nothing | Fall::Takes(_) => (None, Access::Copes),
        };
        let whole = at..code.tokens.past(at + 1);
        let site = Site { key, whole, access, default, value_type: helper.value_type.clone() };
        found.push((site, helper.around.clone()));
    }
    found
}

/// The value of a named argument: `default: "x"`.
fn last_value(code: &Code<'_, '_>, part: Range<usize>) -> Range<usize> {
    let is_named = code.tokens.word(part.start).is_some()
        && (code.tokens.is(part.start + 1, ":") || code.tokens.is(part.start + 1, "="));
    if is_named && part.len() > 2 { part.start + 2..part.end } else { part }
}

/// Words in the names of functions that set variables or make them for others.
const WRITES: &[&str] = &[
    "set",
    "put",
    "with",
    "add",
    "append",
    "unset",
    "delete",
    "new",
    "export",
    "define",
    "environment",
    "stub",
    "mock",
    "print",
    "assert",
    "expect",
    "to",
    "is",
    "has",
    "modify",
    "change",
];

/// Calls of functions that this file does not hold and whose names tell that they read variables, and
/// whether the name tells that they fail.
pub(super) fn telling(code: &Code<'_, '_>, helpers: &Helpers, taken: &BTreeSet<usize>) -> Vec<(Site, bool)> {
    let mut found = Vec::new();
    for at in 0..code.tokens.len() {
        let Some((name, arguments)) = call(code, at) else { continue };
        let is_defined = at
            .checked_sub(1)
            .and_then(|before| code.tokens.word(before))
            .is_some_and(|intro| code.dialect.definitions.contains(&intro));
        if helpers.0.contains_key(name) || taken.contains(&at) || is_defined {
            continue;
        }
        let words = words_of(name);
        let has_env = words.iter().any(|word| matches!(word.as_str(), "env" | "getenv"));
        if !has_env || words.iter().any(|word| WRITES.contains(&word.as_str())) {
            continue;
        }
        let given = code.tokens.split(arguments);
        let key = given.iter().take(2).position(|one| {
            one.len() == 1
                && code.tokens.string(one.start).is_some_and(|text| is_upper_snake(&text.value))
                && !code.tokens.has_code(one.start)
        });
        let Some(position) = key else { continue };
        let Some(key) = given.get(position).cloned() else { continue };
        let default = given.get(position + 1).map(|one| last_value(code, one.clone()));
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        let fails = default.is_none() && (name.ends_with('!') || has(&["must", "require", "required"]));
        let value_type = match () {
            () if has(&["int", "integer"]) => Some(ValueType::Int { min: None, max: None }),
            () if has(&["bool", "boolean"]) => Some(ValueType::Bool),
            () => None,
        };
        let whole = at..code.tokens.past(at + 1);
        found.push((Site { key, whole, access: Access::Copes, default, value_type }, fails));
    }
    found
}
