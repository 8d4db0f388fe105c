//! Conditions in brackets that make the program fail without a variable: `if (value == null) throw ..`, and functions
//! that do so by themselves.

use std::ops::Range;

use super::{Access, Code, Site};
use crate::syntax::code::Kind;

/// How many tokens behind a value its check may stand.
const REACH: usize = 200;

/// How many tokens back the start of the function is looked for.
const FAR: usize = 4_000;

/// What stands before a value in a question whether there is none.
const BEFORE: &[&[&str]] = &[
    &["!"],
    &["!", "isset", "("],
    &["empty", "("],
    &["is_null", "("],
    &["null", "=="],
    &["null", "==="],
    &["string", ".", "IsNullOrEmpty", "("],
    &["string", ".", "IsNullOrWhiteSpace", "("],
    &["String", ".", "IsNullOrEmpty", "("],
    &["String", ".", "IsNullOrWhiteSpace", "("],
    &["StringUtils", ".", "isBlank", "("],
    &["StringUtils", ".", "isEmpty", "("],
];

/// What stands behind a value in a question whether there is none.
const BEHIND: &[&[&str]] = &[
    &["==", "null"],
    &["===", "null"],
    &["==", "false"],
    &["===", "false"],
    &["is", "null"],
    &[".", "isEmpty", "(", ")"],
    &[".", "isBlank", "(", ")"],
    &[".", "isNullOrEmpty", "(", ")"],
    &[".", "isNullOrBlank", "(", ")"],
];

/// Functions that fail where they are handed nothing.
const REFUSING: &[&str] = &[
    "requireNonNull",
    "requireNotNull",
    "checkNotNull",
    "ThrowIfNull",
    "ThrowIfNullOrEmpty",
    "ThrowIfNullOrWhiteSpace",
];

/// Whether the code around or behind the site fails where the variable has no value, in every case in which the site is
/// reached at all and the site itself stands in no condition.
pub(super) fn demands(code: &Code<'_, '_>, site: &Site) -> bool {
    if code.dialect.has_open_conditions
        || matches!(site.access, Access::Set | Access::SetIfUnset | Access::Remove)
    {
        return false;
    }
    let whole = &site.whole;
    let is_refused = is_judged(code, whole) || is_handed(code, whole) || is_refused_behind(code, whole);
    is_refused && !stands_in_condition(code, whole.start)
}

/// Whether the value at `whole` stands in the condition of an `if` that fails without it.
fn is_judged(code: &Code<'_, '_>, whole: &Range<usize>) -> bool {
    let tokens = code.tokens;
    let mut found = (whole.start.saturating_sub(24)..whole.start).rev().filter(|&at| {
        tokens.is(at, "if") && tokens.group(at + 1, "(").is_some_and(|inside| inside.contains(&whole.start))
    });
    found.next().is_some_and(|keyword| refuses(code, keyword, whole))
}

/// Whether the value is the first argument of a function that refuses nothing.
fn is_handed(code: &Code<'_, '_>, whole: &Range<usize>) -> bool {
    let Some(open) = whole.start.checked_sub(1).filter(|&open| code.tokens.is(open, "(")) else {
        return false;
    };
    open.checked_sub(1)
        .and_then(|before| code.tokens.word(before))
        .is_some_and(|word| REFUSING.contains(&word))
}

/// Whether the value is given a name, and the same block goes on to fail without it.
fn is_refused_behind(code: &Code<'_, '_>, whole: &Range<usize>) -> bool {
    let tokens = code.tokens;
    let Some(name) = whole.start.checked_sub(2).and_then(|at| tokens.word(at)) else { return false };
    let ends = tokens.is(whole.end, ";") || tokens.get(whole.end).is_some_and(|token| token.starts_line);
    if !tokens.is_before(whole.start, "=") || !ends {
        return false;
    }
    let mut at = whole.end;
    while at < whole.end + REACH && at < tokens.len() && !tokens.is(at, "}") {
        if tokens.is(at, "if")
            && let Some(inside) = tokens.group(at + 1, "(")
        {
            let named = inside.clone().take(REACH).find(|&word| tokens.word(word) == Some(name));
            if named.is_some_and(|word| refuses(code, at, &(word..word + 1))) {
                return true;
            }
            at = inside.end + 1;
            continue;
        }
        if tokens.word(at).is_some_and(|word| REFUSING.contains(&word))
            && tokens.is(at + 1, "(")
            && tokens.word(at + 2) == Some(name)
        {
            return true;
        }
        // Another value from here on, or none, as whoever may leave says.
        let is_set = tokens.word(at) == Some(name) && (tokens.is(at + 1, "=") || tokens.is(at + 1, "??="));
        if is_set || tokens.is(at, "return") {
            return false;
        }
        // What a block of its own does is not done in every case.
        at = if tokens.is(at, "{") { tokens.past(at) } else { at + 1 };
    }
    false
}

/// Whether the condition behind `keyword` holds without the value at `subject`, and what follows then fails.
fn refuses(code: &Code<'_, '_>, keyword: usize, subject: &Range<usize>) -> bool {
    let tokens = code.tokens;
    // An `if` behind another's condition, or behind `else`.
    if tokens.is_before(keyword, ")") || tokens.is_before(keyword, "else") {
        return false;
    }
    let Some(inside) = tokens.group(keyword + 1, "(").filter(|inside| inside.len() < REACH) else {
        return false;
    };
    let starts = std::iter::once(inside.start)
        .chain(inside.clone().filter(|&at| tokens.is(at, "||")).map(|at| at + 1))
        .collect::<Vec<_>>();
    // What both sides of `&&` must say is not said without one of them.
    if inside
        .clone()
        .any(|at| tokens.is(at, "&&") || tokens.is(at, "and") || tokens.is(at, "or") || tokens.is(at, "?"))
    {
        return false;
    }
    let Some(start) = starts.iter().copied().filter(|&start| start <= subject.start).max() else {
        return false;
    };
    let end = starts.iter().map(|&next| next - 1).find(|&next| next >= subject.end && next > start);
    let end = end.unwrap_or(inside.end);
    let is =
        |range: Range<usize>, words: &[&str]| range.len() == words.len() && tokens.are(range.start, words);
    let (before, behind) = (start..subject.start, subject.end..end);
    let is_absence = if before.is_empty() {
        BEHIND.iter().any(|words| is(behind.clone(), words))
    } else {
        BEFORE.iter().any(|words| {
            let closes = words.last() == Some(&"(");
            let rest = if closes { &[")"][..] } else { &[] };
            is(before.clone(), words) && is(behind.clone(), rest)
        })
    };
    is_absence && fails(code, inside.end + 1)
}

/// Whether the statement or block at `at` fails in every case.
fn fails(code: &Code<'_, '_>, at: usize) -> bool {
    let tokens = code.tokens;
    let raises = |at: usize| {
        let word = tokens.word(at).unwrap_or("");
        let is_exit =
            tokens.are(at, &["System", ".", "exit"]) || tokens.are(at, &["Environment", ".", "Exit"]);
        is_exit || code.dialect.raises.contains(&word)
    };
    let Some(inside) = tokens.group(at, "{") else { return raises(at) };
    let mut at = inside.start;
    let mut begins = true;
    for _ in 0..REACH {
        if at >= inside.end {
            return false;
        }
        if begins && raises(at) {
            return true;
        }
        if ["if", "for", "while", "switch", "try", "return", "foreach"].iter().any(|word| tokens.is(at, word))
        {
            return false;
        }
        begins = tokens.is(at, ";");
        at = tokens.past(at).max(at + 1);
    }
    false
}

/// Whether a statement stands in a block that is not run in every case; functions end the search.
fn stands_in_condition(code: &Code<'_, '_>, from: usize) -> bool {
    let tokens = code.tokens;
    let mut depth = 0_usize;
    for at in (from.saturating_sub(FAR)..from).rev() {
        let is_string = tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Str { .. }));
        if is_string {
            continue;
        }
        // Whoever left before does not come here.
        if tokens.is(at, "return") {
            return true;
        }
        if tokens.is(at, "}") {
            depth += 1;
        } else if tokens.is(at, "{") && depth > 0 {
            depth -= 1;
        } else if tokens.is(at, "{") {
            match opener(code, at) {
                Some(true) => return true,
                // A function or a class: whoever calls it, calls it.
                Some(false) => return false,
                None => {}
            }
        }
    }
    false
}

/// What the block at `open` is: one that is run in some cases only, a function, or one that is always run.
fn opener(code: &Code<'_, '_>, open: usize) -> Option<bool> {
    let tokens = code.tokens;
    let before = open.checked_sub(1)?;
    if let Some(word) = tokens.word(before) {
        return match word {
            "else" | "catch" | "finally" | "do" => Some(true),
            "try" => None,
            _ => Some(false),
        };
    }
    if !tokens.is(before, ")") {
        // `->`, `=>` and `:` begin bodies that somebody else runs.
        return Some(tokens.is(before, "->") || tokens.is(before, "=>") || tokens.is(before, ":"));
    }
    let mut depth = 0_usize;
    for at in (before.saturating_sub(REACH)..=before).rev() {
        if tokens.is(at, ")") {
            depth += 1;
        } else if tokens.is(at, "(") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                let word = at.checked_sub(1).and_then(|word| tokens.word(word));
                let conditions =
                    ["if", "elseif", "for", "foreach", "while", "switch", "catch", "when", "match"];
                return match word {
                    Some("using" | "lock" | "synchronized" | "try") => None,
                    Some(word) => Some(conditions.contains(&word)),
                    None => Some(true),
                };
            }
        }
    }
    Some(true)
}
