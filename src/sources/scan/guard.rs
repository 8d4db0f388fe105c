//! `if` and `unless` that make the program fail without a variable, in languages that write them without brackets.

use super::{Access, Code, Site};
use crate::syntax::code::Kind;

/// How many tokens of a condition are looked at.
const REACH: usize = 40;

/// Methods that ask whether there is nothing.
const ABSENT: &[&str] = &["nil?", "blank?", "empty?"];

/// Methods that ask whether there is something, or that change nothing about it.
const PRESENT: &[&str] = &["present?", "to_s", "strip", "presence"];

/// Whether a condition around the site raises where the variable has no value: `raise unless ENV["K"]`,
/// `if ENV["K"].nil?` with a `raise` below.
pub(super) fn demands(code: &Code<'_, '_>, site: &Site) -> bool {
    let tokens = code.tokens;
    if !code.dialect.has_open_conditions
        || matches!(site.access, Access::Set | Access::SetIfUnset | Access::Remove)
    {
        return false;
    }
    let Some(keyword) = keyword(code, site.whole.start) else { return false };
    let is_unless = tokens.is(keyword, "unless");
    let Some(end) = end_of_condition(code, site.whole.end) else { return false };
    let Some(is_absence) = asks_for_absence(code, site, keyword) else { return false };
    if is_absence == is_unless {
        return false;
    }
    // Each part of the condition has to decide by itself.
    let spoils: &[&str] = if is_unless { &["||", "or"] } else { &["&&", "and"] };
    if (keyword + 1..end).any(|at| spoils.iter().any(|word| tokens.is(at, word))) {
        return false;
    }
    let raises = |at: usize| tokens.word(at).is_some_and(|word| code.dialect.raises.contains(&word));
    let starts_line = tokens.get(keyword).is_some_and(|token| token.starts_line) || keyword == 0;
    if starts_line {
        raises(end)
    } else {
        (0..keyword).rev().take(REACH).find(|&at| begins(code, at)).is_some_and(raises)
    }
}

/// Whether a statement begins at `at`.
fn begins(code: &Code<'_, '_>, at: usize) -> bool {
    at == 0
        || code.tokens.get(at).is_some_and(|token| token.starts_line)
        || ["do", "{", "then", ";", "|"].iter().any(|word| code.tokens.is_before(at, word))
}

/// The `if` or `unless` of the condition that the token at `at` stands in.
fn keyword(code: &Code<'_, '_>, at: usize) -> Option<usize> {
    let mut before = at;
    for _ in 0..REACH {
        if code.tokens.get(before)?.starts_line {
            return None;
        }
        before = before.checked_sub(1)?;
        if code.tokens.is(before, "if") || code.tokens.is(before, "unless") {
            return Some(before);
        }
    }
    None
}

/// Where the body begins behind a condition: at the next line, or behind `do` and `then`.
fn end_of_condition(code: &Code<'_, '_>, from: usize) -> Option<usize> {
    let tokens = code.tokens;
    (from..from + REACH).find_map(|at| {
        if tokens.is(at, "do") || tokens.is(at, "then") {
            return Some(at + 1);
        }
        (tokens.get(at).is_none_or(|token| token.starts_line)).then_some(at)
    })
}

/// Whether the condition holds where there is no value; `None` if it asks for something else.
fn asks_for_absence(code: &Code<'_, '_>, site: &Site, keyword: usize) -> Option<bool> {
    let tokens = code.tokens;
    let mut is_absence = false;
    let mut end = site.whole.end;
    while tokens.is(end, ".") || tokens.is(end, "&.") {
        let method = tokens.word(end + 1)?;
        is_absence |= ABSENT.contains(&method);
        if !is_absence && !PRESENT.contains(&method) {
            return None;
        }
        end += 2;
    }
    let mut start = site.whole.start;
    // `is_nil(System.get_env("K"))`
    if let Some(open) =
        start.checked_sub(1).filter(|&open| tokens.is(open, "(") && tokens.past(open) == end + 1)
    {
        let function = open.checked_sub(1).filter(|&word| word > keyword).and_then(|word| tokens.word(word));
        match function {
            Some("is_nil") => (is_absence, start) = (true, open - 1),
            None => start = open,
            Some(_) => return None,
        }
        end += 1;
    }
    let is_negated = start.checked_sub(1).is_some_and(|not| tokens.is(not, "!") || tokens.is(not, "not"));
    let joins = ["||", "&&", "or", "and", "do", "then", ")"];
    let is_whole = tokens.get(end).is_none_or(|token| {
        token.starts_line || joins.contains(&token.text) && !matches!(token.kind, Kind::Str { .. })
    });
    is_whole.then_some(is_absence != is_negated)
}
