//! What one pass over a file's tokens finds: its imports, constants, functions and tests.

use std::collections::BTreeMap;
use std::ops::Range;

use super::token::{Kind, Tokens};
use crate::fact::Phase;
use crate::text::TreePath;

/// A file and what its parts are.
#[derive(Debug)]
pub(super) struct Source<'t> {
    pub(super) tokens: Tokens<'t>,
    /// Names that `use` brings in, with their full paths.
    imports: BTreeMap<&'t str, String>,
    /// The positions of the values of constants and statics.
    constants: BTreeMap<&'t str, Range<usize>>,
    /// Functions, closures bound to a name and macros, in order.
    pub(super) functions: Vec<Function<'t>>,
    /// The `impl`s and traits, in order.
    impls: Vec<Impl<'t>>,
    /// Positions of code that only tests run, in order.
    tests: Vec<Range<usize>>,
    phase: Phase,
}

/// Something with parameters and a body.
#[derive(Debug)]
pub(super) struct Function<'t> {
    pub(super) name: &'t str,
    /// Whether it is called as `name!(..)`.
    pub(super) is_macro: bool,
    /// Whether other files may call it: it is public, a macro, or a trait's.
    pub(super) is_public: bool,
    /// The parameters' names, without `self`.
    pub(super) params: Vec<&'t str>,
    /// The positions of the return type.
    pub(super) returns: Range<usize>,
    /// The positions of the body.
    pub(super) body: Range<usize>,
}

/// An `impl`, or the definition of a trait.
#[derive(Debug)]
struct Impl<'t> {
    /// The type it is for.
    name: &'t str,
    /// Whether a trait decides who may call its functions.
    is_trait: bool,
    body: Range<usize>,
}

impl<'t> Source<'t> {
    /// Divides `text` and finds its parts.
    pub(super) fn new(path: &TreePath, text: &'t str) -> Self {
        let mut source = Self {
            tokens: Tokens::new(text),
            imports: BTreeMap::new(),
            constants: BTreeMap::new(),
            functions: Vec::new(),
            impls: Vec::new(),
            tests: Vec::new(),
            phase: phase_of(path),
        };
        for at in 0..source.tokens.len() {
            source.note(at);
        }
        source
    }

    fn note(&mut self, at: usize) {
        match self.tokens.get(at).map(|token| token.text) {
            Some("use") => self.note_imports(at + 1),
            Some("const" | "static") => {
                let name_at =
                    at + usize::from(self.tokens.is(at + 1, "ref") || self.tokens.is(at + 1, "mut")) + 1;
                if let Some(name) = self.tokens.ident(name_at).filter(|_| self.tokens.is(name_at + 1, ":")) {
                    let ends = |position: &usize| {
                        self.tokens.is(*position, "=")
                            || self.tokens.is(*position, ";")
                            || self.is_close(*position)
                    };
                    let equals =
                        self.tokens.top(name_at + 2..self.tokens.len()).take(MAX_STATEMENT).find(ends);
                    if let Some(equals) = equals.filter(|&position| self.tokens.is(position, "=")) {
                        let value = equals + 1..self.statement_end(equals + 1);
                        self.constants.insert(name, value);
                    }
                }
            }
            Some("fn") => self.note_function(at),
            Some("let") => self.note_closure(at),
            Some("macro_rules") => self.note_macro(at),
            Some("impl" | "trait") => self.note_impl(at),
            Some("#") => self.note_attribute(at),
            _ => {}
        }
    }

    fn is_close(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Close)
    }

    /// The position of the `;` or of the closing bracket that ends the statement at `at`.
    pub(super) fn statement_end(&self, at: usize) -> usize {
        let ends = |position: &usize| self.tokens.is(*position, ";") || self.is_close(*position);
        let end = (at + MAX_STATEMENT).min(self.tokens.len());
        self.tokens.top(at..self.tokens.len()).take(MAX_STATEMENT).find(ends).unwrap_or(end)
    }

    fn note_imports(&mut self, start: usize) {
        let mut prefixes: Vec<String> = vec![String::new()];
        let mut path = String::new();
        let mut last: Option<&'t str> = None;
        let mut at = start;
        while let Some(token) = self.tokens.get(at) {
            match token.text {
                _ if path.len() > MAX_IMPORT || at > start + MAX_STATEMENT => break,
                // An unfinished `use` ends where another begins.
                ";" | "use" => break,
                "::" => path.push_str("::"),
                "{" => {
                    prefixes.push(path.clone());
                    last = None;
                }
                "as" => {
                    last = self.tokens.ident(at + 1);
                    at += 1;
                }
                "*" if path.ends_with("env::") => {
                    for name in ["var", "var_os", "vars", "vars_os"] {
                        self.imports.insert(name, format!("{path}{name}"));
                    }
                }
                "," | "}" => {
                    self.import(last.take(), &path);
                    if token.text == "}" && prefixes.len() > 1 {
                        prefixes.pop();
                    }
                    path = prefixes.last().cloned().unwrap_or_default();
                }
                "self" if path.ends_with("::") => {
                    path.truncate(path.len() - 2);
                    last = path.rsplit("::").next().and_then(|name| self.known_word(at, name));
                }
                word if token.kind == Kind::Ident => {
                    path.push_str(word);
                    last = Some(word);
                }
                _ => {}
            }
            at += 1;
        }
        self.import(last, &path);
    }

    /// The word `name` as it stands shortly before `at`.
    fn known_word(&self, at: usize, name: &str) -> Option<&'t str> {
        (at.saturating_sub(4)..at)
            .rev()
            .find_map(|position| self.tokens.ident(position).filter(|&word| word == name))
    }

    fn import(&mut self, name: Option<&'t str>, path: &str) {
        // Paths that cannot lead to an environment are not worth keeping.
        if let Some(name) = name
            && (path.contains("env") || path.contains("Env"))
        {
            self.imports.insert(name, path.to_owned());
        }
    }

    fn note_function(&mut self, at: usize) {
        let tokens = &self.tokens;
        let Some(name) = tokens.ident(at + 1) else { return };
        let open = tokens.past_generics(at + 2);
        let Some(params) = tokens.group_of(open, "(") else { return };
        let after = tokens.past(open);
        let ends = |position: &usize| {
            tokens.is(*position, "{")
                || tokens.is(*position, ";")
                || tokens.is(*position, "where")
                || self.is_close(*position)
        };
        let end = tokens.top(after..tokens.len()).take(MAX_STATEMENT).find(ends).unwrap_or(tokens.len());
        let opens = |position: &usize| {
            tokens.is(*position, "{") || tokens.is(*position, ";") || self.is_close(*position)
        };
        let body = tokens
            .top(end..tokens.len())
            .take(MAX_STATEMENT)
            .find(opens)
            .and_then(|open| tokens.group_of(open, "{"));
        let Some(body) = body else { return };
        let public = (at.saturating_sub(6)..at).rev().take_while(|&before| {
            !matches!(tokens.get(before).map(|token| token.text), Some(";" | "{" | "}" | "]"))
        });
        let in_trait = self.impl_around(at).is_some_and(|block| block.is_trait);
        let is_public = in_trait || public.into_iter().any(|before| tokens.is(before, "pub"));
        let params = parameter_names(tokens, params);
        self.functions.push(Function { name, is_macro: false, is_public, params, returns: after..end, body });
    }

    /// `let get = |key: &str| ...;`
    fn note_closure(&mut self, at: usize) {
        let tokens = &self.tokens;
        let Some(name) = tokens.ident(at + 1).filter(|_| tokens.is(at + 2, "=")) else { return };
        let bar = at + 3 + usize::from(tokens.is(at + 3, "move"));
        if !tokens.is(bar, "|") {
            return;
        }
        let Some(close) = tokens.top(bar + 1..tokens.len()).take(MAX_PARAMS).find(|&end| tokens.is(end, "|"))
        else {
            return;
        };
        let params = parameter_names(tokens, bar + 1..close);
        let body = close + 1..self.statement_end(close + 1);
        let returns = close + 1..close + 1;
        self.functions.push(Function { name, is_macro: false, is_public: false, params, returns, body });
    }

    fn note_macro(&mut self, at: usize) {
        let tokens = &self.tokens;
        let Some(name) = tokens.ident(at + 2).filter(|_| tokens.is(at + 1, "!")) else { return };
        let Some(body) = tokens.group(at + 3) else { return };
        let Some(matcher) = tokens.group(body.start) else { return };
        let params = matcher
            .filter(|&position| tokens.is_before(position, "$") && tokens.is(position + 1, ":"))
            .filter_map(|position| tokens.ident(position))
            .take(MAX_PARAMS)
            .collect();
        let returns = body.start..body.start;
        self.functions.push(Function { name, is_macro: true, is_public: true, params, returns, body });
    }

    fn note_impl(&mut self, at: usize) {
        let tokens = &self.tokens;
        let start = tokens.past_generics(at + 1);
        let mut name = None;
        let mut is_trait = tokens.is(at, "trait");
        let mut position = start;
        while position < tokens.len() && position < start + MAX_PARAMS {
            if let Some(body) = tokens.group_of(position, "{") {
                self.impls.extend(name.map(|name| Impl { name, is_trait, body }));
                return;
            }
            match tokens.ident(position) {
                Some("where") => {}
                Some("for") => {
                    is_trait = true;
                    name = None;
                }
                Some(word) if !tokens.is_before(position, ":") => name = Some(word),
                _ => {}
            }
            position = tokens.past_generics(position).max(tokens.past(position));
        }
    }

    fn note_attribute(&mut self, at: usize) {
        let tokens = &self.tokens;
        let inner = tokens.is(at + 1, "!");
        let open = at + 1 + usize::from(inner);
        let Some(inside) = tokens.group_of(open, "[") else { return };
        let last = tokens
            .top(inside.clone())
            .take(MAX_PARAMS)
            .take_while(|&position| tokens.ident(position).is_some() || tokens.is(position, "::"))
            .filter_map(|position| tokens.ident(position))
            .last();
        let is_test = match last {
            Some("test" | "rstest" | "bench") => true,
            Some("cfg") => {
                let has = |word| inside.clone().take(MAX_PARAMS).any(|position| tokens.is(position, word));
                has("test") && !has("not") && !has("any")
            }
            _ => false,
        };
        if !is_test {
            return;
        }
        let start = tokens.past(open);
        let end = if inner { tokens.len() } else { self.item_end(start) };
        if self.tests.last().is_none_or(|before| before.end < end) {
            self.tests.push(at..end);
        }
    }

    /// The position behind the item at `at`.
    fn item_end(&self, at: usize) -> usize {
        for position in self.tokens.top(at..self.tokens.len()).take(MAX_STATEMENT) {
            if self.tokens.is(position, "{") {
                return self.tokens.past(position);
            }
            if self.tokens.is(position, ";") || self.is_close(position) {
                return position;
            }
        }
        self.tokens.len()
    }

    /// When the code at `at` runs.
    pub(super) fn phase(&self, at: usize) -> Phase {
        let position = self.tests.partition_point(|range| range.end <= at);
        if self.tests.get(position).is_some_and(|range| range.contains(&at)) {
            Phase::Test
        } else {
            self.phase
        }
    }

    /// The full path of the name at `at`, as far as imports tell, and where it begins.
    pub(super) fn path_ending_at(&self, at: usize) -> (String, usize) {
        let mut start = at;
        while start >= 2 && self.tokens.is(start - 1, "::") && self.tokens.ident(start - 2).is_some() {
            start -= 2;
        }
        let mut path = String::new();
        let first = self.tokens.ident(start).unwrap_or("");
        path.push_str(self.imports.get(first).map_or(first, String::as_str));
        for position in start + 1..=at {
            path.push_str(self.tokens.get(position).map_or("", |token| token.text));
        }
        let start = if self.tokens.is_before(start, "::") { start - 1 } else { start };
        (path, start)
    }

    /// The positions of the value of the constant `name`.
    pub(super) fn constant(&self, name: &str) -> Option<Range<usize>> {
        self.constants.get(name).cloned()
    }

    /// The innermost function around `at`.
    pub(super) fn function_around(&self, at: usize) -> Option<&Function<'t>> {
        let before = self.functions.partition_point(|function| function.body.start <= at);
        self.functions
            .get(..before)?
            .iter()
            .rev()
            .take(MAX_SIBLINGS)
            .find(|function| function.body.contains(&at))
    }

    /// The type whose `impl` stands around `at`.
    pub(super) fn self_type(&self, at: usize) -> Option<&'t str> {
        self.impl_around(at).map(|block| block.name)
    }

    fn impl_around(&self, at: usize) -> Option<&Impl<'t>> {
        let before = self.impls.partition_point(|block| block.body.start <= at);
        self.impls.get(..before)?.iter().rev().take(MAX_SIBLINGS).find(|block| block.body.contains(&at))
    }
}

/// Bounds for what no real file exceeds.
const MAX_IMPORT: usize = 1_000;
const MAX_STATEMENT: usize = 2_000;
const MAX_PARAMS: usize = 200;
const MAX_SIBLINGS: usize = 200;

fn parameter_names<'t>(tokens: &Tokens<'t>, params: Range<usize>) -> Vec<&'t str> {
    let mut names = Vec::new();
    for param in tokens.split(params, ",") {
        let colon = tokens.top(param.clone()).find(|&position| tokens.is(position, ":"));
        let name = match colon {
            Some(colon) => colon.checked_sub(1).and_then(|before| tokens.ident(before)),
            None => param.clone().next_back().and_then(|last| tokens.ident(last)),
        };
        match name {
            Some("self") => {}
            // Commas inside generics divide a parameter; what comes behind has no name of its own.
            None if colon.is_none() => {}
            name => names.push(name.unwrap_or("_")),
        }
    }
    names
}

fn phase_of(path: &TreePath) -> Phase {
    let mut parts: Vec<&str> = path.parts().collect();
    let name = parts.pop().unwrap_or("");
    let is_test = parts.iter().any(|part| matches!(*part, "tests" | "test" | "benches" | "examples"))
        || matches!(name, "tests.rs" | "test.rs")
        || name.ends_with("_test.rs")
        || name.ends_with("_tests.rs");
    match name {
        _ if is_test => Phase::Test,
        "build.rs" => Phase::Build,
        _ => Phase::Run,
    }
}
