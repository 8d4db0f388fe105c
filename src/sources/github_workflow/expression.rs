//! Expressions that GitHub cannot read: signs and names that it does not know.

use std::sync::LazyLock;

use regex::Regex;

use super::Reader;
use super::availability::{CONTEXTS, Position};
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::github_expression::{self, Expression, Fault};
use crate::syntax::yaml::Placed;

/// Functions of "Evaluate expressions in workflows and actions"; case does not count.
const FUNCTIONS: &[&str] = &[
    "contains",
    "startswith",
    "endswith",
    "format",
    "join",
    "tojson",
    "fromjson",
    "hashfiles",
    "case",
    "success",
    "always",
    "cancelled",
    "failure",
];

/// Literals that look like names.
const LITERALS: &[&str] = &["true", "false", "null", "nan", "infinity"];

/// Contexts of other servers that read the same notation.
const FOREIGN: &[&str] = &["gitea", "forgejo", "forge"];

const WHY: &str = "GitHub refuses the whole workflow, so none of its jobs runs";

/// Looks at one expression; at `${{ }}` or an `if` without braces.
pub(super) fn check(reader: &mut Reader<'_>, placed: &Placed<'_>, found: &Expression, position: &Position) {
    if let Some(fault) = &found.fault {
        let (place, message, label) = match fault {
            Fault::Empty => (&found.whole, "the expression is empty", "nothing in it"),
            Fault::Ends => (&found.whole, "the expression stops short", "something is missing at its end"),
            Fault::Unexpected(place) => {
                let is_text = placed.text.get(place.start..).is_some_and(|rest| rest.starts_with('"'));
                let label = if is_text { "texts stand in single quotes" } else { "not expected here" };
                (place, "this is no expression of GitHub's", label)
            }
        };
        let is_quoted = label == "texts stand in single quotes";
        let help = if is_quoted {
            "write `'text'`; GitHub knows no double quotes in expressions"
        } else {
            "between `${{` and `}}` stand contexts (`env.NAME`), texts in single quotes, calls and comparisons; \
             what a shell expands stands outside of them, as `${NAME}`"
        };
        let problem = Problem::new(ProblemKind::InterpolationSyntax, placed.place(place), message, label);
        reader.problem(problem.why(WHY).help(help));
        return;
    }
    placeholder_repository(reader, placed, found);
    for call in &found.calls {
        let name = placed.text.get(call.clone()).unwrap_or("");
        if FUNCTIONS.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let message = format!("expressions have no function `{name}`");
        let place = placed.place(call);
        let problem = Problem::new(ProblemKind::InterpolationSyntax, place, message, "not known to GitHub");
        reader.problem(
            problem.why(WHY).help("compute it in a step, and take it from there as an output of the step"),
        );
    }
    for used in &found.uses {
        let name = placed.text.get(used.name.clone()).unwrap_or("");
        let lower = name.to_ascii_lowercase();
        let lower = lower.as_str();
        if CONTEXTS.contains(&lower) || LITERALS.contains(&lower) || FOREIGN.contains(&lower) {
            continue;
        }
        unknown_name(reader, placed, name, used.name.clone(), position);
    }
}

fn unknown_name(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    name: &str,
    range: std::ops::Range<usize>,
    position: &Position,
) {
    let lower = name.to_ascii_lowercase();
    let slip = position.contexts.iter().find(|known| strsim::osa_distance(known, &lower) <= 1);
    let key = KeyName::new(name);
    let is_key = key.is_identifier() && name.bytes().any(|b| b.is_ascii_uppercase());
    // A secret may have been pasted in place of its name.
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = (name.contains('_') && name.bytes().all(is_plain))
        || (name.len() <= 16 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_'));
    if !is_name {
        reader.workflow.hidden.push(placed.place(&range));
    }
    let message = if is_name {
        format!("`{name}` is no context of GitHub's expressions")
    } else {
        "a name in this expression is no context of GitHub's".to_owned()
    };
    let help = match slip {
        Some(context) => format!("did you mean `{context}`?"),
        None if is_key && is_name => format!(
            "a variable of the workflow is `env.{name}`, one of the repository `vars.{name}`, a secret \
             `secrets.{name}`; what the shell of a `run:` expands is written `${{{name}}}`"
        ),
        None => {
            "an expression begins with a context (`env.`, `inputs.`, `steps.`), and texts stand in single \
                 quotes"
                .to_owned()
        }
    };
    let mut problem =
        Problem::new(ProblemKind::UnavailableContext, placed.place(&range), message, "not known here")
            .help(help);
    if is_key && is_name {
        problem = problem.about(&key);
    }
    reader.problem(problem);
}

#[expect(clippy::expect_used, reason = "a constant pattern; a test uses it")]
static REPOSITORY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u)\bgithub\.repository(?:_owner)?\s*==\s*'((?u:[^'])*)'").expect("constant pattern")
});

/// Owners that stand for one in documentation.
const NOBODY: &[&str] = &["example", "octo-org", "owner", "username", "<owner>"];

/// A condition on the repository that still names the one of an example.
fn placeholder_repository(reader: &mut Reader<'_>, placed: &Placed<'_>, found: &Expression) {
    let text = placed.text.get(found.whole.clone()).unwrap_or("");
    if !text.contains("==") {
        return;
    }
    for named in REPOSITORY.captures_iter(text).filter_map(|found| found.get(1)) {
        let owner = named.as_str().split('/').next().unwrap_or("").to_ascii_lowercase();
        let is_yours = owner.starts_with("your-") || owner.starts_with("your_") || owner.starts_with("<your");
        if !is_yours && !NOBODY.contains(&owner.as_str()) {
            continue;
        }
        let place = found.whole.start + named.start()..found.whole.start + named.end();
        let message = format!("the condition asks for the repository of an example, `{}`", named.as_str());
        let problem = Problem::new(
            ProblemKind::UndefinedExpression,
            placed.place(&place),
            message,
            "nobody's repository",
        );
        reader.problem(
            problem
                .why("the condition is never true here, so that what it guards never runs")
                .help("name this repository"),
        );
    }
}

/// `${{ ... }}}`: a brace that stays behind what the expression gives.
pub(super) fn third_brace(reader: &mut Reader<'_>, placed: &Placed<'_>, all: &[Expression]) {
    let mut open = 0usize;
    let mut from = 0;
    for expression in all {
        for byte in placed.text.get(from..expression.whole.start).unwrap_or("").bytes() {
            match byte {
                b'{' => open += 1,
                b'}' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        from = expression.whole.end;
        let behind = placed.text.get(from..).unwrap_or("");
        if open > 0 || !behind.starts_with('}') {
            continue;
        }
        let message = "a third brace closes nothing";
        let place = placed.place(&(from..from + 1));
        let problem = Problem::new(ProblemKind::InterpolationSyntax, place, message, "stays as it is");
        reader.problem(
            problem
                .why("GitHub replaces `${{ ... }}` and leaves the brace behind it, which spoils the value")
                .help("close the expression with two braces"),
        );
    }
}

/// A `${{` that nothing closes.
pub(super) fn unclosed(reader: &mut Reader<'_>, placed: &Placed<'_>) {
    let Some(at) = github_expression::unclosed(placed.text) else { return };
    let place = placed.place(&(at..at + 3));
    let problem =
        Problem::new(ProblemKind::InterpolationSyntax, place, "nothing closes this `${{`", "never closed");
    reader
        .problem(problem.why(WHY).help("close it with `}}`; a `}}` inside of single quotes does not count"));
}

/// `$${{ ... }}` as a whole value: a `$` that stays in front of what the expression gives.
pub(super) fn stray_dollar(reader: &mut Reader<'_>, name: &str, placed: &Placed<'_>) {
    let text = placed.text.trim();
    let Some(rest) = text.strip_prefix('$').filter(|rest| rest.starts_with("${{")) else { return };
    let found = github_expression::find(rest);
    let [only] = found.as_slice() else { return };
    let is_key = |used: &github_expression::ContextUse| {
        matches!(rest.get(used.name.clone()), Some("secrets" | "vars" | "env")) && used.member.is_some()
    };
    if only.whole != (0..rest.len()) || only.uses.len() != 1 || !only.uses.iter().all(is_key) {
        return;
    }
    let at = placed.text.find('$').unwrap_or(0);
    let key = KeyName::new(name);
    let message = format!("the value of `{name}` begins with a `$` of its own");
    let place = placed.place(&(at..at + 1));
    let mut problem = Problem::new(ProblemKind::InterpolationSyntax, place, message, "stays as it is");
    if key.is_identifier() {
        problem = problem.about(&key);
    }
    reader.problem(
        problem
            .why("GitHub replaces `${{ ... }}` and leaves everything else alone, so the value is wrong by this sign")
            .help("write `${{ ... }}` with one `$`"),
    );
}
