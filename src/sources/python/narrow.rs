//! Which statements inside of a long function or class are parsed.
//!
//! A function of a hundred lines reads a variable in one of them. What the others do matters where it has to do with
//! the names that this one uses or binds, and where it ends the function.

use std::ops::Range;

use foldhash::HashSet;

use super::super::relevant::{Parts, Step, Touch, behind, needed, words};
use super::relevant::{is_patch, is_sign};
use super::statements::{Body, body};

/// Shorter functions and classes, in bytes, are parsed as a whole.
const SHORT: usize = 600;

/// Functions inside of functions inside of classes; nothing deeper is divided.
const DEPTH: usize = 3;

/// Words that begin what is parsed in any case: how a function ends, and what its names are.
const ALWAYS: &[&str] =
    &["return", "raise", "yield", "global", "nonlocal", "import", "from", "pass", "del", "exit", "sys"];

/// Divides the statements that are kept.
pub(super) struct Narrow<'a, 't> {
    pub(super) text: &'t str,
    /// Where signs of the environment may stand, in order.
    pub(super) hits: &'a [Range<usize>],
    /// The names of functions and classes that read it.
    pub(super) readers: &'a HashSet<&'t str>,
}

impl Narrow<'_, '_> {
    /// Adds the parts of a statement to `parts`.
    pub(super) fn add(&self, range: Range<usize>, depth: usize, parts: &mut Parts) {
        let is_long = range.len() > SHORT && depth < DEPTH;
        let Some(body) = is_long.then(|| body(self.text, range.clone())).flatten() else {
            parts.push(range, true);
            return;
        };
        let head = range.start..body.start();
        // Who takes the environment as a parameter may use it under any name. Its own name is a reader's.
        let definition = self.text.get(head.clone()).unwrap_or("");
        let decorators = head_of(definition.trim_start()).decorators;
        let parameters = behind(definition, decorators).find('(').unwrap_or(0);
        let start = head.end - behind(definition, decorators).len() + parameters;
        if self.touches(start..head.end, body.is_class) {
            parts.push(range, true);
            return;
        }
        let kept = if body.is_class { self.members(&body) } else { self.steps(&body) };
        parts.push(head, true);
        for (part, is_kept) in body.parts.iter().zip(kept) {
            if is_kept {
                self.add(part.clone(), depth + 1, parts);
            } else {
                parts.push(part.clone(), false);
            }
        }
    }

    /// Of a class all but methods that have nothing to do with the environment and do not judge its fields.
    fn members(&self, body: &Body) -> Vec<bool> {
        let is_needed = |part: &Range<usize>| {
            let head = head_of(self.code(part));
            head.definition.is_none()
                || head.decorators.contains("validator")
                || self.touches(part.clone(), false)
        };
        let mut kept: Vec<bool> = body.parts.iter().map(is_needed).collect();
        // Methods that call such a method may be readers too.
        let mut names = HashSet::default();
        loop {
            let before = names.len();
            for (part, is_kept) in body.parts.iter().zip(&mut kept) {
                let code = self.code(part);
                let name = head_of(code).definition;
                *is_kept = *is_kept || words(code).any(|word| names.contains(word));
                if *is_kept {
                    names.extend(name);
                }
            }
            if names.len() == before {
                break;
            }
        }
        some(kept)
    }

    /// Of a function what touches the environment, what uses or binds its names, and how the function ends.
    fn steps(&self, body: &Body) -> Vec<bool> {
        let mut touches: Vec<bool> =
            body.parts.iter().map(|part| self.touches(part.clone(), false)).collect();
        if touches.contains(&true) {
            for (part, touches) in body.parts.iter().zip(&mut touches) {
                *touches = *touches || self.hits_of(part).any(|hit| is_patch(self.text, hit.clone()));
            }
        }
        let steps = body.parts.iter().zip(touches).map(|(part, touches)| {
            let code = self.code(part);
            let ends = ALWAYS.contains(&words(code).next().unwrap_or(""));
            let touch = if touches { Touch::Any } else { Touch::None };
            Step { code, bound: bound(code), touch, ends }
        });
        some(needed(&steps.collect::<Vec<_>>(), |_| true))
    }

    fn touches(&self, range: Range<usize>, is_class: bool) -> bool {
        self.hits_of(&range).any(|hit| is_sign(self.text, hit.clone(), is_class))
            || words(self.text.get(range).unwrap_or("")).any(|word| self.readers.contains(word))
    }

    fn hits_of(&self, range: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let first = self.hits.partition_point(|hit| hit.start < range.start);
        let end = range.end;
        self.hits.iter().skip(first).take_while(move |hit| hit.start < end)
    }

    fn code(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("").trim_start()
    }
}

/// What stands before the body of a method.
struct Head<'t> {
    decorators: &'t str,
    /// The name of the function; `None` of anything else.
    definition: Option<&'t str>,
}

fn head_of(code: &str) -> Head<'_> {
    let mut rest = code;
    while rest.starts_with('@') {
        let next = rest.match_indices('\n').map(|(at, _)| rest.get(at..).unwrap_or("").trim_start());
        rest = next
            .into_iter()
            .find(|line| ["@", "def ", "async def ", "class "].iter().any(|word| line.starts_with(word)))
            .unwrap_or("");
    }
    let decorators = code.get(..code.len() - rest.len()).unwrap_or("");
    let definition = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("def ");
    Head { decorators, definition: definition.and_then(|rest| words(rest).next()) }
}

/// The same with a body that is not empty.
fn some(mut kept: Vec<bool>) -> Vec<bool> {
    if !kept.contains(&true)
        && let Some(last) = kept.last_mut()
    {
        *last = true;
    }
    kept
}

/// The names that a statement may bind, on any of its lines.
fn bound(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in code.lines().map(str::trim_start) {
        if let Some(defined) =
            ["def ", "async def ", "class "].iter().find_map(|word| line.strip_prefix(word))
        {
            found.extend(words(defined).next());
            continue;
        }
        for (start, end) in [("for ", " in "), (" as ", ":"), ("import ", "#")] {
            for (at, _) in line.match_indices(start) {
                let behind = line.get(at + start.len()..).unwrap_or("");
                found.extend(words(behind.split(end).next().unwrap_or("")).take(8));
            }
        }
        for (at, _) in line.match_indices('=') {
            let before = line.get(..at).unwrap_or("");
            let is_comparison = before.ends_with(['=', '!', '<', '>'])
                || line.get(at + 1..).is_some_and(|rest| rest.starts_with('='));
            if !is_comparison {
                found.extend(words(before.rsplit(['(', ';']).next().unwrap_or("")).take(8));
            }
        }
    }
    found
}
