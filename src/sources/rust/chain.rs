//! What code does with the result of a read: fail, cope, or take a default.

use std::ops::Range;

use super::literal::{literal, value};
use super::source::Source;
use super::token::Kind;
use super::types::named;
use crate::fact::Need;
use crate::value_type::ValueType;

/// What follows a read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Outcome {
    /// What happens without a value; `None` where the result is handed on as it is.
    pub(super) need: Option<Need>,
    /// Where the default stands, if there is one.
    pub(super) default: Option<Range<usize>>,
    /// The type that the value is parsed as.
    pub(super) value_type: Option<ValueType>,
    /// Where `.or_else(..)` and the like look for another value.
    pub(super) otherwise: Vec<Range<usize>>,
}

/// Methods followed after a read; no real chain is longer.
const MAX_METHODS: usize = 32;

/// Tokens looked at for what a branch does.
const MAX_BRANCH: usize = 200;

/// Follows the expression that begins at `start` and whose read ends before `after`. `is_option`: it is an
/// `Option` there, so that a `?` copes rather than fails.
pub(super) fn follow(source: &Source<'_>, start: usize, after: usize, is_option: bool) -> Outcome {
    let mut follower =
        Follower { source, found: Outcome::default(), is_option, parsed: false, mapped: false };
    let end = follower.methods(after);
    if follower.found.need.is_none() {
        follower.found.need = follower.statement(start, end);
    }
    if follower.found.need.is_none() && follower.is_option {
        follower.found.need = Some(Need::Optional);
    }
    if follower.parsed && follower.found.value_type.is_none() {
        follower.found.value_type = follower.type_of_default().or_else(|| declared_type(source, start));
    }
    follower.found
}

struct Follower<'s, 't> {
    source: &'s Source<'t>,
    found: Outcome,
    /// Whether the value so far is an `Option`, whose absence nobody complains about yet.
    is_option: bool,
    parsed: bool,
    /// Whether the value so far is no longer the text of the variable.
    mapped: bool,
}

impl Follower<'_, '_> {
    fn decide(&mut self, need: Need) {
        self.found.need.get_or_insert(need);
    }

    /// Goes through `.method(..)` and `?`; returns the position behind.
    fn methods(&mut self, after: usize) -> usize {
        let tokens = &self.source.tokens;
        let mut at = after;
        for _ in 0..MAX_METHODS {
            if tokens.is(at, "?") {
                self.decide(if self.is_option { Need::Optional } else { Need::Required });
                at += 1;
                continue;
            }
            let Some(name) = tokens.ident(at + 1).filter(|_| tokens.is(at, ".")) else { break };
            let mut open = at + 2;
            let mut generics = open..open;
            if tokens.is(open, "::") {
                let end = tokens.past_generics(open + 1);
                generics = open + 2..end.saturating_sub(1).max(open + 2);
                open = end;
            }
            let Some(arguments) = tokens.group_of(open, "(") else {
                // `.await`, or a field.
                at += 2;
                continue;
            };
            self.method(name, generics, arguments);
            at = tokens.past(open);
        }
        at
    }

    fn method(&mut self, name: &str, generics: Range<usize>, arguments: Range<usize>) {
        let source = self.source;
        if self.found.value_type.is_none() {
            self.notice_parse(name, generics, arguments.clone());
        }
        match name {
            "unwrap" | "expect" | "unwrap_unchecked" => self.decide(Need::Required),
            "unwrap_or" | "unwrap_or_else" | "context_or" => {
                if fails(source, arguments.clone()) {
                    self.decide(Need::Required);
                } else {
                    self.default(arguments);
                }
            }
            "unwrap_or_default" | "is_ok" | "is_err" | "is_some" | "is_none" | "is_ok_and"
            | "is_some_and" | "is_none_or" | "is_err_and" | "map_or" | "map_or_else" | "map_or_default"
            | "into_iter" | "iter" => {
                self.decide(Need::Optional);
            }
            "ok" => self.is_option = true,
            "ok_or" | "ok_or_else" | "context" | "with_context" | "wrap_err" | "wrap_err_with"
            | "map_err" => {
                self.is_option = false;
            }
            "or" | "or_else" if self.found.need.is_none() => {
                if literal(source, arguments.clone()).is_some() {
                    self.default(arguments);
                } else {
                    self.found.otherwise.push(arguments);
                }
            }
            "map" | "and_then" | "is_empty" | "contains" | "split" => self.mapped = true,
            _ => {}
        }
    }

    fn default(&mut self, range: Range<usize>) {
        if self.found.need.is_some() {
            return;
        }
        let mut default = value(self.source, range.clone());
        // `.map(|v| v == "1").unwrap_or(false)`: `false` is not what the variable would hold.
        if self.mapped && !self.parsed && matches!(default.plain(), Some("true" | "false")) {
            default = crate::fact::Value::of(crate::fact::Origin::Unknown, default.span);
        }
        self.found.default = Some(range);
        self.decide(Need::Default(default));
    }

    /// `.parse::<u16>()`, `.and_then(|v| v.parse::<u16>().ok())`, `.map(|v| u16::from_str(&v))`.
    fn notice_parse(&mut self, name: &str, generics: Range<usize>, arguments: Range<usize>) {
        let tokens = &self.source.tokens;
        if name == "parse" {
            self.parsed = true;
            self.found.value_type = single(self.source, generics);
        } else if matches!(name, "map" | "and_then" | "map_or" | "map_or_else" | "then") {
            for at in arguments.take(MAX_BRANCH) {
                if tokens.is(at, "parse") && tokens.is_before(at, ".") {
                    self.parsed = true;
                    if tokens.is(at + 1, "::") {
                        let end = tokens.past_generics(at + 2);
                        self.found.value_type =
                            single(self.source, at + 3..end.saturating_sub(1).max(at + 3));
                    }
                    return;
                }
            }
        }
    }

    /// The type of a default that is a number: what was parsed must be one too.
    fn type_of_default(&self) -> Option<ValueType> {
        let range = self.found.default.clone()?;
        let first = self.source.tokens.get(range.start)?;
        match first.kind {
            Kind::Number if !first.text.contains('.') && !first.text.contains('f') => {
                Some(ValueType::Int { min: None, max: None })
            }
            Kind::Ident if range.len() == 1 && matches!(first.text, "true" | "false") => {
                Some(ValueType::Bool)
            }
            _ => None,
        }
    }

    /// What the statement around an expression from `start` to `end` does with its result.
    fn statement(&self, start: usize, end: usize) -> Option<Need> {
        let tokens = &self.source.tokens;
        if tokens.is(end, "==")
            || tokens.is(end, "!=")
            || tokens.is_before(start, "==")
            || tokens.is_before(start, "!=")
        {
            return Some(Need::Optional);
        }
        // `.or_else(|_| env::var("B"))`: only one of several that serve.
        let mut before = start;
        if tokens.is_before(before, "||") {
            before -= 1;
        } else if tokens.is_before(before, "|") {
            before =
                (before.saturating_sub(4)..before - 1).rev().find(|&at| tokens.is(at, "|")).unwrap_or(before);
        }
        if tokens.is_before(before, "(")
            && before
                .checked_sub(2)
                .and_then(|at| tokens.ident(at))
                .is_some_and(|name| name == "or" || name == "or_else")
        {
            return Some(Need::Optional);
        }
        let mut before = start;
        while tokens.is_before(before, "&") || tokens.is_before(before, "(") && tokens.is(end, ")") {
            before -= 1;
        }
        if tokens.is_before(before, "match") {
            return tokens.group_of(end, "{").map(|arms| self.arms(arms));
        }
        // `let Ok(x) = ..`, `if let Some(x) = ..`
        let pattern_close = before.checked_sub(2).filter(|_| tokens.is_before(before, "="))?;
        if tokens.get(pattern_close).map(|token| token.kind) != Some(Kind::Close) {
            return None;
        }
        let let_at = (pattern_close.saturating_sub(MAX_PATTERN)..pattern_close)
            .rev()
            .find(|&position| tokens.is(position, "let"))?;
        let conditional = tokens.is_before(let_at, "if")
            || tokens.is_before(let_at, "while")
            || tokens.is_before(let_at, "&&");
        let otherwise = if conditional {
            let block = tokens.top(end..tokens.len()).take(MAX_BRANCH).find(|&at| tokens.is(at, "{"))?;
            tokens.past(block)
        } else {
            end
        };
        let branch = tokens.group_of(otherwise + 1, "{").filter(|_| tokens.is(otherwise, "else"));
        Some(branch.map_or(Need::Optional, |branch| self.branch(branch)))
    }

    /// What a `match` does where there is no value.
    fn arms(&self, arms: Range<usize>) -> Need {
        let tokens = &self.source.tokens;
        let mut pattern = arms.start;
        while pattern < arms.end {
            let Some(arrow) = tokens.top(pattern..arms.end).find(|&at| tokens.is(at, "=>")) else { break };
            let body = arrow + 1;
            let end = if tokens.is(body, "{") {
                tokens.past(body)
            } else {
                tokens.top(body..arms.end).find(|&at| tokens.is(at, ",")).unwrap_or(arms.end)
            };
            let word = tokens.ident(pattern).unwrap_or("");
            if matches!(word, "Err" | "None" | "_")
                || tokens.is(pattern + 1, "::") && tokens.is(pattern + 2, "None")
            {
                // Where `_` stands for other texts too, its value is not one that the variable could hold.
                return match self.branch(body..end) {
                    Need::Default(_) if word == "_" => Need::Optional,
                    need => need,
                };
            }
            pattern = end + usize::from(tokens.is(end, ","));
        }
        Need::Optional
    }

    fn branch(&self, range: Range<usize>) -> Need {
        if fails(self.source, range.clone()) {
            return Need::Required;
        }
        match literal(self.source, range) {
            Some(default) => Need::Default(default),
            None => Need::Optional,
        }
    }
}

const MAX_PATTERN: usize = 16;

/// Whether the code at `range` gives up: panics, exits or returns an error.
fn fails(source: &Source<'_>, range: Range<usize>) -> bool {
    let tokens = &source.tokens;
    let start = range.start;
    range.take(MAX_BRANCH).any(|at| match tokens.ident(at) {
        Some("panic" | "bail" | "unreachable" | "todo" | "unimplemented") => tokens.is(at + 1, "!"),
        Some("exit" | "abort") => tokens.is(at + 1, "("),
        Some("Err") => {
            tokens.is(at + 1, "(")
                && (at == start || tokens.is_before(at, "return") || tokens.is_before(at, "{"))
        }
        _ => false,
    })
}

/// The type at `range`, if it is a single word.
fn single(source: &Source<'_>, range: Range<usize>) -> Option<ValueType> {
    if range.len() != 1 {
        return None;
    }
    named(source.tokens.ident(range.start)?)
}

/// The type of `let x: u16 = <expression>`.
fn declared_type(source: &Source<'_>, start: usize) -> Option<ValueType> {
    let tokens = &source.tokens;
    let equals = start.checked_sub(1).filter(|&at| tokens.is(at, "="))?;
    let name = equals.checked_sub(1)?;
    let colon = equals.checked_sub(2).filter(|&at| tokens.is(at, ":"))?;
    let before = colon.checked_sub(2)?;
    if !["let", "mut", "static", "const", "ref"].iter().any(|word| tokens.is(before, word)) {
        return None;
    }
    single(source, name..equals)
}
