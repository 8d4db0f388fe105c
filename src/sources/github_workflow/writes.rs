//! What a script writes into `$GITHUB_ENV`, from where later steps take it.

use std::sync::LazyLock;

use regex::Regex;

use super::{Reader, Scope};
use crate::fact::{Hidden, Origin, Phase, Provide, Provision, Role, Value};
use crate::syntax::github_expression::Expression;
use crate::syntax::yaml::Placed;

/// Where a command's output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The variables of the steps that follow.
    Env,
    /// Something else, or nothing was said.
    Other,
}

/// `NAME=value` as a script prints it; ranges of its text.
struct Line {
    name: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
    /// Whether the value stands there as it is.
    is_plain: bool,
    /// The word that ends a value of several lines (`NAME<<WORD`).
    until: Option<String>,
}

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?-u)(?:^|[\s;&|({])(echo|printf)\s+(?:-[neE]+\s+)*(["']?)([A-Za-z_][A-Za-z0-9_]*)(=|<<)"#)
});
static GOES_TO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?-u)(?:>>?|\btee\s+(?:-a|--append)?)\s*["']?((?u:[^ \t\r\n"'<>;&|()])+)"#));
static HEREDOC: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?-u)<<-?\s*["']?([A-Za-z_][A-Za-z0-9_]*)"#));
static ASSIGNS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=((?u:.)*?)\s*$"));

/// Reads the writes of a script; `text` is what `placed` holds, with its expressions blotted out.
pub(super) fn read(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    text: &str,
    expressions: &[Expression],
    scope: Scope<'_>,
) {
    let mut lines = text.split_inclusive('\n');
    let mut from = 0;
    // What was printed inside of each open `{`, whose output goes somewhere together.
    let mut groups: Vec<Vec<Line>> = Vec::new();
    let mut until: Option<String> = None;
    while let Some(line) = lines.next() {
        let at = from;
        from += line.len();
        let target = target(line);
        let trimmed = line.trim();
        if trimmed == "{" || trimmed == "(" {
            groups.push(Vec::new());
            continue;
        }
        if trimmed.starts_with(['}', ')'])
            && let Some(group) = groups.pop()
        {
            tell(reader, placed, group, target, expressions, scope);
            continue;
        }
        let heredoc = HEREDOC.captures(line).and_then(|found| found.get(1)).filter(|_| !line.contains("<<<"));
        if let (Some(word), true) = (heredoc, trimmed.starts_with("cat")) {
            let word = word.as_str();
            let mut body = Vec::new();
            for inner in lines.by_ref() {
                let at = from;
                from += inner.len();
                if inner.trim() == word {
                    break;
                }
                body.extend(assigned(inner, at));
            }
            if target == Target::Env && body.is_empty() {
                reader.gap(
                    placed.span,
                    Hidden::Provisions,
                    "a script computes what it adds to `$GITHUB_ENV`",
                );
            }
            tell(reader, placed, body, target, expressions, scope);
            continue;
        }
        let Some(printed) = printed(line, at) else {
            let goes_on = target == Target::Env || !groups.is_empty();
            if goes_on && until.as_ref().is_some_and(|word| line.contains(word.as_str())) {
                until = None;
            } else if until.is_none() && target == Target::Env {
                let reason = "a script computes what it adds to `$GITHUB_ENV`";
                reader.gap(placed.span, Hidden::Provisions, reason);
            }
            continue;
        };
        if until.is_some() {
            continue;
        }
        until.clone_from(&printed.until);
        match (target, groups.last_mut()) {
            (Target::Other, Some(group)) => group.push(printed),
            _ => tell(reader, placed, vec![printed], target, expressions, scope),
        }
    }
}

fn target(line: &str) -> Target {
    for found in GOES_TO.captures_iter(line).filter_map(|found| found.get(1)) {
        let path = found.as_str();
        if path.contains("GITHUB_ENV") {
            return Target::Env;
        }
    }
    Target::Other
}

/// `echo "NAME=value"` in a line that begins at `at`.
fn printed(line: &str, at: usize) -> Option<Line> {
    let found = PRINTS.captures(line)?;
    let (program, quote, name, sign) = (found.get(1)?, found.get(2)?, found.get(3)?, found.get(4)?);
    let rest = line.get(sign.end()..)?;
    let length = match quote.as_str().chars().next() {
        Some(quote) => rest.find(quote),
        None => rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | ';' | '|' | '&')),
    };
    let value = rest.get(..length.unwrap_or(rest.trim_end().len()))?;
    let is_heredoc = sign.as_str() == "<<";
    let is_plain = !is_heredoc
        && length.is_some()
        && program.as_str() == "echo"
        && (quote.as_str() == "'" || !value.contains(['$', '`', '\\', '"', '\'']));
    let until = is_heredoc.then(|| value.to_owned()).filter(|word| !word.is_empty() && !word.contains('$'));
    let begin = at + sign.end();
    Some(Line {
        name: at + name.start()..at + name.end(),
        value: begin..begin + value.len(),
        is_plain,
        until,
    })
}

/// `NAME=value` as a line of a heredoc that begins at `at`.
fn assigned(line: &str, at: usize) -> Option<Line> {
    let found = ASSIGNS.captures(line)?;
    let (name, value) = (found.get(1)?, found.get(2)?);
    let is_plain = !value.as_str().contains(['$', '`', '\\', '"', '\'']);
    let (name, value) = (at + name.start()..at + name.end(), at + value.start()..at + value.end());
    Some(Line { name, value, is_plain, until: None })
}

fn tell(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    lines: Vec<Line>,
    target: Target,
    expressions: &[Expression],
    scope: Scope<'_>,
) {
    for Line { name, value, is_plain, .. } in lines {
        let is_mixed = expressions
            .iter()
            .any(|expression| expression.whole.start < value.end && value.start < expression.whole.end);
        let key = placed.text.get(name.clone()).unwrap_or("");
        let text = placed.text.get(value.clone()).unwrap_or("");
        let span = if value.is_empty() { placed.place(&name) } else { placed.place(&value) };
        let place = scope.job().place();
        match target {
            Target::Env => {
                let value = if is_plain && !is_mixed {
                    Value::literal(text, span)
                } else {
                    Value::of(Origin::Unknown, span)
                };
                let role = Role::Provides(Provide { value, provision: Provision::Always });
                reader.fact(key, placed.place(&name), place, Phase::Run, role);
            }
            Target::Other => {}
        }
    }
}
