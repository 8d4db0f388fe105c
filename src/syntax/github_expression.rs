//! `${{ ... }}` in workflows and actions: which contexts an expression uses.
//!
//! Tokens are enough to tell `secrets.TOKEN` from a text that says so. They are those of GitHub's "Evaluate
//! expressions in workflows and actions": texts in single quotes with `''` for a quote, names of letters, digits,
//! `_` and `-`, case aside. Whether the whole of it is an expression, `grammar` tells.

mod grammar;

use std::ops::Range;

pub use grammar::Fault;

/// One `${{ ... }}` of a text. Ranges are bytes of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expression {
    /// All of it, with its braces.
    pub whole: Range<usize>,
    /// The contexts it uses, in order.
    pub uses: Vec<ContextUse>,
    /// The names of the functions it calls, in order.
    pub calls: Vec<Range<usize>>,
    /// Why GitHub cannot parse it.
    pub fault: Option<Fault>,
}

/// One use of a context: `secrets.TOKEN`, `env['NAME']`, `secrets` as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContextUse {
    /// Which.
    pub context: Context,
    /// Its name.
    pub name: Range<usize>,
    /// Its member, where it is written down; `None` for the context as a whole (`toJSON(secrets)`) and
    /// for a computed member (`secrets[matrix.key]`).
    pub member: Option<Range<usize>>,
    /// The members of that member, as far as they are written down: `outputs` and `tag` of
    /// `steps.build.outputs.tag`.
    pub further: Vec<Range<usize>>,
}

/// The contexts that hold keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// Secrets of the repository, organisation or deployment environment.
    Secrets,
    /// Configuration variables.
    Vars,
    /// Variables of the workflow, job or step.
    Env,
    /// Any other: `github`, `inputs`, `matrix`, `needs`, `steps` ...
    Other,
}

/// The expressions of a text, in order. What is not closed is no expression. Cost is linear.
#[must_use]
pub fn find(text: &str) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = opening(text, from) {
        let Some(end) = closing(text, begin + 3) else { break };
        found.push(Expression { whole: begin..end + 2, ..read(text, begin + 3..end) });
        from = end + 2;
    }
    found
}

/// Where the first `${{` of a text begins that nothing closes.
#[must_use]
pub fn unclosed(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(begin) = opening(text, from) {
        let Some(end) = closing(text, begin + 3) else { return Some(begin) };
        from = end + 2;
    }
    None
}

/// Where the first `${{` behind `from` begins. Most texts have no `$` at all, and the search for one byte is soon set up.
fn opening(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(from..)?;
    let mut dollars = memchr::memchr_iter(b'$', bytes);
    dollars.find(|at| bytes.get(at + 1..at + 3) == Some(b"{{")).map(|at| from + at)
}

/// The expression in `range` of `text`, without braces around it: an `if:` as a whole.
#[must_use]
pub fn read(text: &str, range: Range<usize>) -> Expression {
    let (calls, fault) = grammar::read(text, &range);
    Expression { uses: uses(text, range.clone()), whole: range, calls, fault }
}

/// The contexts that the expression in `range` of `text` uses; for `if:`, which needs no braces.
#[must_use]
pub fn uses(text: &str, range: Range<usize>) -> Vec<ContextUse> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let at_byte = |at: usize| bytes.get(at).copied().filter(|_| at < range.end);
    let skip_spaces = |mut at: usize| {
        while at_byte(at).is_some_and(|byte| byte.is_ascii_whitespace()) {
            at += 1;
        }
        at
    };
    let name_end = |mut at: usize| {
        while at_byte(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            at += 1;
        }
        at
    };
    let mut at = range.start;
    // The last token was a `.`, so that a name is a member.
    let mut behind_dot = false;
    while let Some(byte) = at_byte(at) {
        if byte == b'\'' {
            at = string_end(bytes, at + 1, range.end);
            behind_dot = false;
        } else if byte.is_ascii_digit() {
            at = name_end(at).max(at + 1);
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = name_end(at);
            let place = at..end;
            let name = text.get(place.clone()).unwrap_or("");
            let next = skip_spaces(end);
            let is_context = !behind_dot && at_byte(next) != Some(b'(');
            at = end;
            behind_dot = false;
            if !is_context {
                continue;
            }
            let context = context(name);
            let member_at = |next: usize| match at_byte(next) {
                Some(b'.') => {
                    let begin = skip_spaces(next + 1);
                    let end = name_end(begin);
                    (end, (begin < end).then_some(begin..end))
                }
                Some(b'[') => {
                    let quote = skip_spaces(next + 1);
                    let is_text = at_byte(quote) == Some(b'\'');
                    let end = if is_text { string_end(bytes, quote + 1, range.end) } else { quote };
                    let close = skip_spaces(end);
                    let is_whole = is_text && at_byte(close) == Some(b']');
                    let behind = if is_whole { close + 1 } else { end };
                    (behind, (is_whole && quote + 2 < end).then(|| quote + 1..end - 1))
                }
                _ => (end, None),
            };
            let (mut behind, member) = member_at(next);
            let mut further = Vec::new();
            let mut reaches_on = member.is_some();
            while reaches_on {
                let (end, found) = member_at(skip_spaces(behind));
                reaches_on = found.is_some();
                if let Some(found) = found {
                    further.push(found);
                    behind = end;
                }
            }
            at = behind;
            found.push(ContextUse { context, name: place, member, further });
        } else {
            behind_dot = byte == b'.' || (behind_dot && byte.is_ascii_whitespace());
            at += 1;
        }
    }
    found
}

fn context(name: &str) -> Context {
    match name.to_ascii_lowercase().as_str() {
        "secrets" => Context::Secrets,
        "vars" => Context::Vars,
        "env" => Context::Env,
        _ => Context::Other,
    }
}

/// The offset of the `}}` that closes what begins at `from`; texts in quotes do not close it.
fn closing(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' => at = string_end(bytes, at + 1, bytes.len()),
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Behind the quote that ends the text which begins at `at`.
fn string_end(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        if bytes.get(at) == Some(&b'\'') {
            if bytes.get(at + 1) == Some(&b'\'') && at + 1 < end {
                at += 2;
                continue;
            }
            return at + 1;
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Context, find, uses};
    use proptest::prelude::*;

    fn members(text: &str) -> Vec<(Context, Option<&str>)> {
        find(text)
            .iter()
            .flat_map(|expression| &expression.uses)
            .map(|found| (found.context, found.member.clone().map(|member| &text[member])))
            .filter(|(context, _)| *context != Context::Other)
            .collect()
    }

    #[test]
    fn finds_members_of_contexts() {
        use Context::{Env, Secrets, Vars};
        assert_eq!(
            members("a ${{ secrets.A_B || vars['C'] }} ${{ Env . D-E }} ${{ env[ 'F' ] }}"),
            [(Secrets, Some("A_B")), (Vars, Some("C")), (Env, Some("D-E")), (Env, Some("F"))]
        );
        assert_eq!(members("${{ toJSON(secrets) }} ${{ secrets[matrix.k] }}"), [(Secrets, None); 2]);
        assert_eq!(members("${{ 'secrets.A }}' == format('{0}', env.B) }}"), [(Env, Some("B"))]);
        assert_eq!(members("${{ github.event.secrets.A }} ${{ steps.env.outputs.B }}"), []);
        assert_eq!(members("${{ env['it''s'] }} ${{ env.A "), [(Env, Some("it''s"))]);
        assert_eq!(members("${ { env.A }} $env.B"), []);
    }

    #[test]
    fn a_condition_needs_no_braces() {
        let text = "env.A == 'env.B' && secrets.C != ''";
        let found: Vec<&str> = uses(text, 0..text.len())
            .into_iter()
            .filter_map(|found| found.member)
            .map(|r| &text[r])
            .collect();
        assert_eq!(found, ["A", "C"]);
    }

    #[test]
    fn members_of_members() {
        let further = |text: &str| -> Vec<String> {
            let found = uses(text, 0..text.len());
            found[0].further.iter().map(|range| text[range.clone()].to_owned()).collect()
        };
        assert_eq!(further("steps.build.outputs['tag'] != ''"), ["outputs", "tag"]);
        assert_eq!(further("needs[ 'a' ] . outputs.b"), ["outputs", "b"]);
        assert_eq!(further("needs.*.result"), [] as [&str; 0]);
        assert_eq!(further("matrix.a[github.x].b"), [] as [&str; 0]);
    }

    proptest! {
        #[test]
        fn ranges_lie_in_the_text(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "${{", "}}", "'", "''", "secrets", "env", ".", "[", "]", "(", "é", " ", "A", "-", "1", "$", "\n",
            ]),
            0..40,
        )) {
            let text = parts.concat();
            let mut last = 0;
            for found in find(&text) {
                prop_assert!(found.whole.start >= last && text.get(found.whole.clone()).is_some());
                last = found.whole.end;
                for used in found.uses {
                    for member in used.member.into_iter().chain(used.further) {
                        prop_assert!(text.get(member.clone()).is_some());
                        prop_assert!(found.whole.start < member.start && member.end < found.whole.end);
                    }
                }
            }
            let _ = uses(&text, 0..text.len());
        }
    }
}
