//! `$VAR` and `${VAR...}` in a text, as compose reads them.
//!
//! The grammar is that of compose-go's `template` package (2.0 and later; `template.go`), held against
//! `docker compose config` 2.26: a name is an ASCII letter or `_`, then letters, digits, `_`; the
//! operators are `:-`, `-`, `:?`, `?`, `:+`, `+`; their argument ends at the matching `}` on the same
//! line and is interpolated itself; `$$` is a literal `$`; a `$` before anything else (`$(cmd)`, `$1`,
//! `$?`) stays as it is. Anything else after `${` is refused.

mod substitute;

pub use substitute::{Refusal, substitute};

use std::ops::Range;

/// Nesting of `${A:-${B:-...}}` that is followed; what lies deeper is only marked in [`Scan::cut`].
const MAX_DEPTH: u8 = 16;

/// What a text is interpolated with. All ranges are bytes of the scanned text, on character
/// boundaries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scan {
    /// The variables in the order of their names, nested ones behind those that hold them.
    pub variables: Vec<Variable>,
    /// What compose refuses, or takes for something that cannot have been meant.
    pub malformed: Vec<Malformed>,
    /// Where each `$$` begins.
    pub escapes: Vec<usize>,
    /// Whether something was nested too deep to be followed.
    pub cut: bool,
}

/// One `$NAME` or `${NAME...}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// All of it, from `$` to `}`.
    pub whole: Range<usize>,
    /// Its name.
    pub name: Range<usize>,
    /// What happens without a value, if an operator says.
    pub operator: Option<Operator>,
    /// What follows the operator; empty without one.
    pub argument: Range<usize>,
    /// Whether it stands in braces.
    pub braced: bool,
    /// How many other variables' arguments it stands in.
    pub depth: u8,
}

/// What stands between name and argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `:-` (`or_empty`) or `-`: the argument serves if there is no value.
    Default {
        /// Whether it serves for an empty value too.
        or_empty: bool,
    },
    /// `:?` (`or_empty`) or `?`: without a value, compose stops with the argument as message.
    Refuse {
        /// Whether an empty value is refused too.
        or_empty: bool,
    },
    /// `:+` (`or_empty`) or `+`: the argument stands in for a value that is there.
    Alternative {
        /// Whether an empty value counts as none.
        or_empty: bool,
    },
}

/// A `${` that is not what it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Malformed {
    /// From `$` to the `}`, or to the end of the name if there is no `}`.
    pub whole: Range<usize>,
    /// What is wrong with it.
    pub fault: Fault,
    /// The variable's name, if there is one.
    pub name: Option<Range<usize>>,
    /// What follows the name, without the `}`; empty if nothing does.
    pub rest: Range<usize>,
}

/// What is wrong with a `${`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No `}` closes it on its line. compose refuses it.
    Unclosed,
    /// No name follows (`${}`, `${1}`, `${ X}`, `${{X}}`). compose refuses it.
    BadName,
    /// What follows the name is no operator (`${X:err}`, `${X=d}`, `${X%.*}`). compose refuses it.
    BadOperator,
    /// `?:` instead of `:?` or `:-`. compose takes it for `?` with a message that begins with `:`; the
    /// variable is listed in [`Scan::variables`] as well.
    SwappedOperator,
}

impl Variable {
    /// Its name as text; `text` is what was scanned.
    #[must_use]
    pub fn name_in<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.name.clone()).unwrap_or("")
    }

    /// Its argument as text; `text` is what was scanned.
    #[must_use]
    pub fn argument_in<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.argument.clone()).unwrap_or("")
    }
}

impl Scan {
    /// Whether the text holds no variable and nothing malformed.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.variables.is_empty() && self.malformed.is_empty() && !self.cut
    }
}

/// Finds all variables in `text`. Cost is linear in its length.
#[must_use]
pub fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    if text.contains('$') {
        let scanner = Scanner { text, bytes: text.as_bytes(), braces: Braces::of(text) };
        scanner.range(0..text.len(), 0, &mut found);
    }
    found
}

/// Where braces close.
struct Braces {
    /// For each byte that is a `{`, the `}` that matches it on its line; else 0.
    partner: Vec<u32>,
    /// For each byte, one more than the last `}` at or before it on its line; 0 if there is none.
    last: Vec<u32>,
}

impl Braces {
    /// Matches braces as compose-go's `getFirstBraceClosingIndex` does: every `{` opens, the byte
    /// behind it is not looked at, and no match reaches across a newline.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if !text.contains("${") {
            return Self { partner: Vec::new(), last: Vec::new() };
        }
        let mut partner = vec![0; bytes.len()];
        let mut last = vec![0; bytes.len()];
        let mut open: Vec<usize> = Vec::new();
        let (mut skipped, mut latest) = (usize::MAX, 0);
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => {
                    open.clear();
                    latest = 0;
                }
                b'{' if at != skipped => {
                    open.push(at);
                    skipped = at + 1;
                }
                b'}' => {
                    latest = u32::try_from(at + 1).unwrap_or(u32::MAX);
                    if at != skipped
                        && let Some(place) = open.pop().and_then(|opened| partner.get_mut(opened))
                    {
                        *place = u32::try_from(at).unwrap_or(u32::MAX);
                    }
                }
                _ => {}
            }
            if let Some(place) = last.get_mut(at) {
                *place = latest;
            }
        }
        Self { partner, last }
    }

    /// The `}` that matches the `{` at `opened`, if it lies before `end`.
    fn partner(&self, opened: usize, end: usize) -> Option<usize> {
        self.partner.get(opened).map(|&at| at as usize).filter(|&at| at > opened && at < end)
    }

    /// The last `}` between `start` and `line_end`.
    fn last(&self, start: usize, line_end: usize) -> Option<usize> {
        let after = *self.last.get(line_end.checked_sub(1)?)? as usize;
        after.checked_sub(1).filter(|&at| at >= start)
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    braces: Braces,
}

impl Scanner<'_> {
    fn byte(&self, at: usize, end: usize) -> Option<u8> {
        if at < end { self.bytes.get(at).copied() } else { None }
    }

    /// The end of the name that begins at `at`; `at` itself if none does.
    fn name_end(&self, at: usize, end: usize) -> usize {
        let starts = self.byte(at, end).is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        let mut stop = at;
        while starts && self.byte(stop, end).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
            stop += 1;
        }
        stop
    }

    fn range(&self, range: Range<usize>, depth: u8, found: &mut Scan) {
        let Range { start: mut at, end } = range;
        let mut line_end = at;
        let mut gave_up = false;
        while let Some(dollar) =
            self.bytes.get(at..end).and_then(|rest| rest.iter().position(|&b| b == b'$')).map(|p| at + p)
        {
            match self.byte(dollar + 1, end) {
                Some(b'$') => {
                    found.escapes.push(dollar);
                    at = dollar + 2;
                }
                Some(b'{') => {
                    if dollar >= line_end {
                        let rest = self.bytes.get(dollar..end).unwrap_or_default();
                        line_end = rest.iter().position(|&b| b == b'\n').map_or(end, |p| dollar + p);
                        gave_up = false;
                    }
                    at = self.braced(dollar, line_end, depth, &mut gave_up, found);
                }
                _ => {
                    let name = dollar + 1..self.name_end(dollar + 1, end);
                    at = name.end;
                    if !name.is_empty() {
                        let whole = dollar..name.end;
                        let argument = name.end..name.end;
                        found.variables.push(Variable {
                            whole,
                            name,
                            operator: None,
                            argument,
                            braced: false,
                            depth,
                        });
                    }
                }
            }
        }
    }

    /// Reads the `${` at `dollar`; returns where to go on. `gave_up`: a `${` of this line was left
    /// open, so that braces tell nothing any more.
    fn braced(
        &self,
        dollar: usize,
        line_end: usize,
        depth: u8,
        gave_up: &mut bool,
        found: &mut Scan,
    ) -> usize {
        let name = dollar + 2..self.name_end(dollar + 2, line_end);
        if self.byte(name.end, line_end) == Some(b'}') && !name.is_empty() {
            let whole = dollar..name.end + 1;
            let argument = name.end..name.end;
            let next = whole.end;
            found.variables.push(Variable { whole, name, operator: None, argument, braced: true, depth });
            return next;
        }
        let matched = self.braces.partner(dollar + 1, line_end);
        // What compose-go's greedy pattern takes where braces do not balance.
        let close = matched.or_else(|| self.braces.last(name.end, line_end));
        let operator = if name.is_empty() { None } else { self.operator(name.end, line_end) };
        let (Some(close), Some((operator, argument))) = (close, operator) else {
            let fault = match close {
                None => Fault::Unclosed,
                Some(_) if name.is_empty() => Fault::BadName,
                Some(_) => Fault::BadOperator,
            };
            let stop = close.unwrap_or(name.end);
            if fault != Fault::Unclosed || !*gave_up {
                *gave_up |= fault == Fault::Unclosed;
                // `${{X}}` of workflows and templates is shown as a whole.
                let doubled = self.byte(dollar + 2, line_end) == Some(b'{')
                    && self.byte(stop + 1, line_end) == Some(b'}');
                let whole = dollar..stop + usize::from(close.is_some()) + usize::from(doubled);
                let rest = name.end..stop.max(name.end);
                let name = Some(name.clone()).filter(|name| !name.is_empty());
                found.malformed.push(Malformed { whole, fault, name, rest });
            }
            return name.end.max(dollar + 2);
        };
        let argument = argument..close.max(argument);
        let mut nested = Scan::default();
        if depth >= MAX_DEPTH {
            nested.cut = self.text.get(argument.clone()).is_some_and(|text| text.contains('$'));
        } else if matched.is_some() || !*gave_up {
            self.range(argument.clone(), depth + 1, &mut nested);
        }
        if matched.is_none() && (*gave_up || !nested.malformed.is_empty()) {
            if !*gave_up {
                let whole = dollar..argument.start;
                let rest = name.end..argument.start;
                found.malformed.push(Malformed {
                    whole,
                    fault: Fault::Unclosed,
                    name: Some(name.clone()),
                    rest,
                });
            }
            *gave_up = true;
            return argument.start;
        }
        let whole = dollar..close + 1;
        if matches!(operator, Operator::Refuse { or_empty: false })
            && self.byte(argument.start, close) == Some(b':')
        {
            found.malformed.push(Malformed {
                whole: whole.clone(),
                fault: Fault::SwappedOperator,
                name: Some(name.clone()),
                rest: name.end..close,
            });
        }
        let variable = Variable { whole, name, operator: Some(operator), argument, braced: true, depth };
        found.variables.push(variable);
        found.variables.append(&mut nested.variables);
        found.malformed.append(&mut nested.malformed);
        found.escapes.append(&mut nested.escapes);
        found.cut |= nested.cut;
        close + 1
    }

    /// The operator at `at`, and where its argument begins.
    fn operator(&self, at: usize, end: usize) -> Option<(Operator, usize)> {
        let or_empty = self.byte(at, end) == Some(b':');
        let sign = if or_empty { at + 1 } else { at };
        let operator = match self.byte(sign, end)? {
            b'-' => Operator::Default { or_empty },
            b'?' => Operator::Refuse { or_empty },
            b'+' => Operator::Alternative { or_empty },
            _ => return None,
        };
        Some((operator, sign + 1))
    }
}

/// `text` with every variable replaced by its default, as it reads where nobody sets anything; `None` if
/// some variable has no default, or something is malformed.
#[must_use]
pub fn expand_defaults(text: &str) -> Option<String> {
    if !text.contains('$') {
        return Some(text.to_owned());
    }
    let found = scan(text);
    if !found.malformed.is_empty() || found.cut {
        return None;
    }
    let mut expanded = String::new();
    let mut behind = 0;
    for variable in found.variables.iter().filter(|variable| variable.depth == 0) {
        expanded.push_str(&text.get(behind..variable.whole.start)?.replace("$$", "$"));
        match variable.operator {
            Some(Operator::Default { .. }) => {
                expanded.push_str(&expand_defaults(variable.argument_in(text))?)
            }
            Some(Operator::Alternative { .. }) => {}
            Some(Operator::Refuse { .. }) | None => return None,
        }
        behind = variable.whole.end;
    }
    expanded.push_str(&text.get(behind..)?.replace("$$", "$"));
    Some(expanded)
}

#[cfg(test)]
mod tests;
