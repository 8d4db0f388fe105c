//! Names of keys, as code spells, builds and hands on.

use std::ops::Range;

use super::literal::{core, only_converts, written};
use super::source::Source;
use crate::text::Spanned;

/// What the name of a key comes down to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Name<'t> {
    /// These names, each where it is written: one, or those that a loop goes through.
    Written(Vec<Spanned<String>>),
    /// The word of the source that holds it, for example a parameter.
    Word(&'t str),
    /// A computed name that begins with this text.
    Prefixed(String),
    /// A computed name.
    Computed,
}

/// The name at `range`.
pub(super) fn name<'t>(source: &Source<'t>, range: Range<usize>) -> Name<'t> {
    let at = range.start;
    match direct(source, range) {
        Name::Word(word) => match looped(source, word, at).or_else(|| mapped(source, word, at)) {
            Some(names) => Name::Written(names),
            None => local(source, word, at).unwrap_or(Name::Word(word)),
        },
        other => other,
    }
}

/// The name at `range`, where that holds no variable of the code.
fn direct<'t>(source: &Source<'t>, range: Range<usize>) -> Name<'t> {
    let tokens = &source.tokens;
    let range = core(source, range);
    let here = range.start;
    if tokens.is(here + 1, "!")
        && let (Some(kind), Some(inside)) = (tokens.ident(here), tokens.group(here + 2))
    {
        return match kind {
            "concat" => concatenation(source, inside),
            "format" => formatted(source, inside.start),
            _ => Name::Computed,
        };
    }
    if let Some(name) = written(source, range.clone()) {
        return Name::Written(vec![name]);
    }
    let word = match tokens.ident(here) {
        Some(word) if !tokens.is(here + 1, "::") => word,
        // In a macro's body `$key` stands for its argument.
        _ if tokens.is(here, "$") => match tokens.ident(here + 1) {
            Some(word) => return Name::Word(word),
            None => return Name::Computed,
        },
        _ => return Name::Computed,
    };
    if only_converts(source, here + 1, range.end) { Name::Word(word) } else { Name::Computed }
}

fn concatenation<'t>(source: &Source<'t>, inside: Range<usize>) -> Name<'t> {
    let span = source.tokens.span(inside.clone());
    let mut text = String::new();
    for part in source.tokens.split(inside, ",") {
        match written(source, part) {
            Some(piece) => text.push_str(&piece.value),
            None if text.is_empty() => return Name::Computed,
            None => return Name::Prefixed(text),
        }
    }
    Name::Written(vec![Spanned::new(text, span)])
}

/// `format!("APP_{}", x)`: the text before the first part that is filled in.
fn formatted<'t>(source: &Source<'t>, at: usize) -> Name<'t> {
    match source.tokens.string(at) {
        Some(text) => match text.value.split_once('{') {
            None => Name::Written(vec![text]),
            Some(("", _)) => Name::Computed,
            Some((prefix, _)) => Name::Prefixed(prefix.to_owned()),
        },
        None => Name::Computed,
    }
}

/// How far before a read the place is looked for that gives its name, in tokens.
const MAX_BACK: usize = 400;

fn back(at: usize) -> impl Iterator<Item = usize> {
    (at.saturating_sub(MAX_BACK)..at).rev()
}

/// What `let word = ..;` before `at` in the same function gives a name to.
fn local<'t>(source: &Source<'t>, word: &str, at: usize) -> Option<Name<'t>> {
    let tokens = &source.tokens;
    let body = source.function_around(at)?.body.clone();
    let equals = back(at).take_while(|position| body.contains(position)).find_map(|position| {
        let name = position + 1 + usize::from(tokens.is(position + 1, "mut"));
        (tokens.is(position, "let") && tokens.is(name, word) && tokens.is(name + 1, "=")).then_some(name + 1)
    })?;
    match direct(source, equals + 1..source.statement_end(equals + 1)) {
        Name::Word(_) => None,
        name => Some(name),
    }
}

/// The names that `for word in ["A", "B"] { .. }` around `at` goes through.
fn looped(source: &Source<'_>, word: &str, at: usize) -> Option<Vec<Spanned<String>>> {
    let tokens = &source.tokens;
    let head = back(at).find(|&position| {
        tokens.is(position, "for") && tokens.is(position + 1, word) && tokens.is(position + 2, "in")
    })?;
    let body = tokens.top(head + 3..at + 1).find(|&position| tokens.is(position, "{"))?;
    tokens.group(body)?.contains(&at).then(|| listed(source, head + 3..body))?
}

/// The names that `["A", "B"].iter().find_map(|word| ..)` around `at` goes through.
fn mapped(source: &Source<'_>, word: &str, at: usize) -> Option<Vec<Spanned<String>>> {
    let tokens = &source.tokens;
    let bar = back(at).find(|&position| {
        let name = position + 1 + usize::from(tokens.is(position + 1, "&"));
        tokens.is(position, "|") && tokens.is(name, word) && tokens.is(name + 1, "|")
    })?;
    let open = bar
        .checked_sub(1)
        .filter(|&open| tokens.group_of(open, "(").is_some_and(|group| group.contains(&at)))?;
    // The list is the receiver of the chain of methods that ends in this bracket.
    back(open).find_map(|start| {
        let mut after = match tokens.get(start)?.text {
            "[" => tokens.past(start),
            name if source.constant(name).is_some() => start + 1,
            _ => return None,
        };
        while tokens.is(after, ".") && tokens.is(after + 2, "(") && after + 2 < open {
            after = tokens.past(after + 2);
        }
        (tokens.is(after, ".") && after + 2 == open).then(|| listed(source, start..start + 1))?
    })
}

/// The names of the list at `range`: one in brackets, or the constant of that name.
fn listed(source: &Source<'_>, range: Range<usize>) -> Option<Vec<Spanned<String>>> {
    let tokens = &source.tokens;
    let mut list = core(source, range);
    if let Some(name) = tokens.ident(list.start) {
        list = core(source, source.constant(name)?);
    }
    let names = tokens.split(tokens.group_of(list.start, "[")?, ",");
    names.into_iter().map(|part| written(source, part)).collect()
}
