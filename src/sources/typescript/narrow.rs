//! Which statements inside of a long function or class are parsed.
//!
//! A service of a thousand lines reads a variable in one method, a suite of tests in one of a hundred. What the others do
//! matters where it has to do with the names that this one uses or binds.

use std::ops::Range;

use foldhash::HashSet;

use super::super::relevant::{Parts, Step, Touch, before, behind, needed, words};
use super::body::{Body, body};
use super::relevant::touch;

/// Shorter functions and classes, in bytes, are parsed as a whole.
const SHORT: usize = 400;

/// Functions inside of functions inside of classes; nothing deeper is divided.
const DEPTH: usize = 4;

/// Words that begin what is parsed in any case: how a function ends.
const ALWAYS: &[&str] = &["return", "throw", "yield", "import", "export", "super"];

/// Divides the statements that are kept.
pub(super) struct Narrow<'a, 't> {
    pub(super) text: &'t str,
    /// The names of functions and classes that read the environment.
    pub(super) readers: &'a HashSet<&'t str>,
    /// Whether the environment may be a module of its own.
    pub(super) is_module: bool,
}

impl<'t> Narrow<'_, 't> {
    /// Adds the parts of a statement to `parts`.
    pub(super) fn add(&self, range: Range<usize>, depth: usize, parts: &mut Parts) {
        let is_long = range.len() > SHORT && depth < DEPTH;
        let Some(body) = is_long.then(|| body(self.text, range.clone())).flatten() else {
            parts.push(range, true);
            return;
        };
        let head = self.code(&body.head);
        // Who is handed the environment may use it under any name. Its own name is a reader's.
        let parameters = head.find('(').and_then(|at| head.get(at..)).unwrap_or("");
        if !body.is_class && self.touch(parameters) != Touch::None {
            parts.push(range, true);
            return;
        }
        let kept = if body.is_class { self.members(&body) } else { self.steps(&body) };
        parts.push(body.head.clone(), true);
        for (part, is_kept) in body.parts.iter().zip(kept) {
            if is_kept {
                self.add(part.clone(), depth + 1, parts);
            } else {
                parts.push(part.clone(), false);
            }
        }
        parts.push(body.tail, true);
    }

    /// Of a class all but methods that have nothing to do with the environment.
    fn members(&self, body: &Body) -> Vec<bool> {
        let names: Vec<Option<&str>> = body
            .codes
            .iter()
            .zip(&body.parts)
            .map(|(&code, part)| method(self.code(&(code..part.end))))
            .collect();
        let touches: Vec<Touch> = body.parts.iter().map(|part| self.touch(self.code(part))).collect();
        let is_field = |name: &Option<&str>| name.is_none_or(|name| name == "constructor");
        let mut kept: Vec<bool> =
            names.iter().zip(&touches).map(|(name, touch)| is_field(name) || *touch != Touch::None).collect();
        // Methods that call such a method may be readers too.
        let mut is_reader: Vec<bool> = touches.iter().map(|touch| *touch == Touch::Any).collect();
        let mut readers: HashSet<&str> = is_reader
            .iter()
            .zip(&names)
            .filter(|(is_reader, _)| **is_reader)
            .filter_map(|(_, name)| *name)
            .collect();
        while !readers.is_empty() {
            let before = readers.len();
            for (at, part) in body.parts.iter().enumerate() {
                if !is_reader[at]
                    && !is_field(&names[at])
                    && words(self.code(part)).any(|word| readers.contains(word))
                {
                    (is_reader[at], kept[at]) = (true, true);
                    readers.extend(names[at]);
                }
            }
            if readers.len() == before {
                break;
            }
        }
        kept
    }

    /// Of a function what touches the environment, what uses or binds its names, and how the function ends.
    fn steps(&self, body: &Body) -> Vec<bool> {
        let steps = body.codes.iter().zip(&body.parts).map(|(&start, part)| {
            let code = self.code(&(start..part.end));
            Step { code, bound: bound(code), touch: self.touch(self.code(part)), ends: ends(code) }
        });
        needed(&steps.collect::<Vec<_>>(), judges)
    }

    fn touch(&self, code: &str) -> Touch {
        let uses_reader = || !self.readers.is_empty() && words(code).any(|word| self.readers.contains(word));
        match touch(code, self.is_module) {
            Touch::Any => Touch::Any,
            _ if uses_reader() => Touch::Any,
            touch => touch,
        }
    }

    fn code(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or("")
    }
}

/// The name of a method; `None` of any other member, and of one whose decorators take several lines.
fn method(code: &str) -> Option<&str> {
    let mut code = code.trim_start();
    while code.starts_with('@') {
        code = code.split_once('\n')?.1.trim_start();
    }
    while let Some(rest) =
        ["public ", "private ", "protected ", "static ", "override ", "async ", "get ", "set ", "*"]
            .iter()
            .find_map(|word| code.strip_prefix(word))
    {
        code = rest.trim_start();
    }
    let name = words(code).next().filter(|name| code.starts_with(name))?;
    code.get(name.len()..)?.starts_with(['(', '<']).then_some(name)
}

/// Whether a statement may refuse to go on without a value, or hold it against a schema.
fn judges(code: &str) -> bool {
    let is_call = |word: &str| behind(code, word).starts_with(['(', '<', '?']);
    !is_markup(code)
        && words(code).any(|word| match word {
            "throw" | "exit" | "abort" | "invariant" | "assert" | "createEnv" | "cleanEnv" | "parseEnv"
            | "cast" | "safeParse" | "parseAsync" | "safeParseAsync" | "validate" | "validateSync" => true,
            // `response.ok` and `JSON.parse` judge nothing that was written down elsewhere.
            "ok" => is_call(word),
            "parse" => !before(code, word).ends_with("JSON."),
            _ => false,
        })
}

/// Whether a statement only gives back elements, which are no name and hold nothing against a value.
fn is_markup(code: &str) -> bool {
    let value = code.trim_start().strip_prefix("return").unwrap_or("").trim_start();
    let value = value.strip_prefix('(').unwrap_or(value).trim_start();
    value.starts_with('<') && (value.contains("/>") || value.contains("</"))
}

/// Whether a statement may end the function that it stands in.
fn ends(code: &str) -> bool {
    let first = words(code).next().unwrap_or("");
    ALWAYS.contains(&first) && !is_markup(code)
        || matches!(first, "if" | "switch" | "try")
            && words(code).any(|word| matches!(word, "return" | "throw" | "exit"))
}

/// How lines begin that declare names for a block.
const LOCAL: &[&str] = &["const ", "let ", "for (const ", "for (let "];

/// How statements begin that take several names out of an object, on lines of their own.
const PATTERNS: &[&str] = &["const {", "let {", "var {", "({"];

/// The names that a statement may bind for others, on any of its lines.
fn bound(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if is_markup(code) {
        return found;
    }
    for (number, line) in code.lines().map(str::trim_start).enumerate() {
        let is_comment = ["//", "/*", "* "].iter().any(|begin| line.starts_with(begin));
        // Below its first line, what a statement declares is seen in a block of it alone.
        let is_local = number > 0 && LOCAL.iter().any(|begin| line.starts_with(begin));
        if is_comment || is_local {
            continue;
        }
        for word in ["function ", "function* ", "class ", "enum "] {
            if let Some(at) = line.find(word) {
                found.extend(words(line.get(at + word.len()..).unwrap_or("")).next());
            }
        }
        for (at, _) in line.match_indices('=') {
            let (before, behind) = (line.get(..at).unwrap_or(""), line.get(at + 1..).unwrap_or(""));
            let is_comparison = before.ends_with(['=', '!', '<', '>']) || behind.starts_with(['=', '>']);
            // `class="x"` and `value={x}` of elements.
            let is_attribute = number > 0 && !before.ends_with(' ') && behind.starts_with(['{', '"', '\'']);
            if !is_comparison && !is_attribute {
                found.extend(words(before.rsplit(['(', ';']).next().unwrap_or("")).take(8));
            }
        }
        for (at, _) in line.match_indices(" of ") {
            found.extend(words(line.get(..at).unwrap_or("").rsplit('(').next().unwrap_or("")).take(8));
        }
    }
    let start = code.trim_start();
    if PATTERNS.iter().any(|begin| start.starts_with(begin))
        && let Some((pattern, _)) = code.split_once("} =")
    {
        found.extend(words(pattern).take(64));
    }
    found.retain(|name| !matches!(*name, "const" | "let" | "var" | "this" | "await"));
    found
}
