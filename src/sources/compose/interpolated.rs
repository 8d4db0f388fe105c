//! Every `${X}` of the file, wherever it stands. compose interpolates all values of all services, of
//! inactive profiles and of `x-` blocks too, and no keys.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Reader;
use super::scalar_text::ScalarText;
use super::slips;
use crate::fact::{
    Fallback, Hidden, Need, Origin, Phase, Place, Problem, ProblemKind, Reference, Role, Value,
};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::interpolation::{Fault, Malformed, Operator, Scan, Variable};
use crate::syntax::yaml::{Node, NodeKind};
use crate::text::Span;

/// Reads the values of `node`. What stands there by alias is read where it is written.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) {
    if node.via_alias {
        return;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => scalar(reader, node),
        NodeKind::Sequence(items) => items.iter().for_each(|item| read(reader, item)),
        NodeKind::Mapping(entries) => {
            for entry in entries.iter() {
                if let Some(name) = entry.key.as_str().filter(|name| is_key_like(name)) {
                    reader.mentions.entry(name.to_owned()).or_insert(entry.key.span);
                }
                read(reader, &entry.value);
            }
        }
    }
}

#[expect(clippy::expect_used, reason = "a constant pattern; a test uses it")]
static KEY_LIKE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b").expect("constant pattern"));

fn is_key_like(name: &str) -> bool {
    KEY_LIKE.find(name).is_some_and(|found| found.len() == name.len())
}

fn scalar(reader: &mut Reader<'_>, node: &Node) {
    let Some(text) = ScalarText::of(reader.file, node) else { return };
    for word in KEY_LIKE.find_iter(text.text) {
        if !reader.mentions.contains_key(word.as_str()) {
            reader.mentions.insert(word.as_str().to_owned(), text.place(&word.range()));
        }
    }
    if !text.text.contains('$') {
        return;
    }
    let scan = text.scan();
    let swapped = swapped(text.text, &scan);
    for (position, variable) in scan.variables.iter().enumerate() {
        let need = need(&text, &scan, position, &swapped);
        let span = text.place(&variable.name);
        let role = Role::read(need);
        reader.fact(variable.name_in(text.text), span, Place::Interpolation, Phase::Run, role);
    }
    for bad in &scan.malformed {
        malformed(reader, &text, bad);
    }
    if scan.cut {
        reader.gap(text.span, Hidden::Reads, "its variables are nested too deep");
    }
    slips::password_hashes(reader, &text, &scan);
}

/// Where the names of variables with `?:-` begin.
fn swapped(text: &str, scan: &Scan) -> BTreeSet<usize> {
    let is_default = |bad: &&Malformed| {
        let rest = text.get(bad.rest.clone()).unwrap_or("");
        bad.fault == Fault::SwappedOperator && rest.starts_with("?:-")
    };
    let swapped = scan.malformed.iter().filter(is_default);
    swapped.filter_map(|bad| bad.name.as_ref().map(|name| name.start)).collect()
}

/// The default of a variable, and its place in the text; that of `?:-x` is `x`.
fn default_of<'a>(text: &'a str, variable: &Variable, is_swapped: bool) -> (&'a str, Range<usize>) {
    let start = variable.argument.start + if is_swapped { 2 } else { 0 };
    let range = start..variable.argument.end.max(start);
    (text.get(range.clone()).unwrap_or(""), range)
}

fn need(text: &ScalarText<'_>, scan: &Scan, position: usize, swapped: &BTreeSet<usize>) -> Need {
    let Some(variable) = scan.variables.get(position) else { return Need::Unknown };
    match variable.operator {
        None => Need::Unknown,
        Some(Operator::Alternative { .. }) => Need::Optional,
        Some(Operator::Refuse { .. }) if !swapped.contains(&variable.name.start) => Need::Required,
        // `?:-x` was meant as a default; that compose does not take it for one is the problem.
        Some(Operator::Default { .. } | Operator::Refuse { .. }) => {
            let rest = scan.variables.get(position + 1..).unwrap_or_default();
            let nested = rest.iter().take_while(|other| other.depth > variable.depth);
            let references =
                nested.map(|other| Reference::of(text.text, other, |range| text.place(range))).collect();
            let (default, range) = default_of(text.text, variable, swapped.contains(&variable.name.start));
            Need::Default(Value {
                text: Secret::new(default),
                span: text.place(&range),
                origin: Origin::Literal,
                references,
            })
        }
    }
}

/// The references of a text: its variables, with `?:-x` as the default that it was meant to be, and
/// malformed ones that have a name.
pub(super) fn references(text: &ScalarText<'_>, scan: &Scan) -> Vec<Reference> {
    let swapped = swapped(text.text, scan);
    let refer = |variable: &Variable| {
        let mut reference = Reference::of(text.text, variable, |range| text.place(range));
        if swapped.contains(&variable.name.start) {
            let (default, range) = default_of(text.text, variable, true);
            let (default, span) = (Secret::new(default), text.place(&range));
            reference.fallback = Fallback::Default { text: default, span, or_empty: true };
        }
        (variable.name.start, reference)
    };
    let mut found: Vec<(usize, Reference)> = scan.variables.iter().map(refer).collect();
    for bad in scan.malformed.iter().filter(|bad| bad.fault != Fault::SwappedOperator) {
        let Some(name) = &bad.name else { continue };
        let fallback = match meant_default(text, bad) {
            Some((default, span)) => Fallback::Default { text: Secret::new(default), span, or_empty: true },
            None => Fallback::Empty,
        };
        let key = KeyName::new(text.text.get(name.clone()).unwrap_or(""));
        found.push((name.start, Reference { key, span: text.place(name), fallback }));
    }
    found.sort_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, reference)| reference).collect()
}

/// What was probably meant as a default in `${X:d}` and `${X:=d}`.
fn meant_default<'a>(text: &ScalarText<'a>, bad: &Malformed) -> Option<(&'a str, Span)> {
    let rest = text.text.get(bad.rest.clone())?;
    let default = rest.trim_start_matches([':', '=']);
    let start = bad.rest.start + rest.len() - default.len();
    (bad.fault == Fault::BadOperator && default.len() < rest.len())
        .then(|| (default, text.place(&(start..bad.rest.end))))
}

fn malformed(reader: &mut Reader<'_>, text: &ScalarText<'_>, bad: &Malformed) {
    let whole = text.place(&bad.whole);
    let name = bad.name.as_ref().and_then(|name| text.text.get(name.clone())).unwrap_or("");
    let rest = text.text.get(bad.rest.clone()).unwrap_or("");
    let kind = ProblemKind::InterpolationSyntax;
    let mut problem = match bad.fault {
        Fault::Unclosed => {
            Problem::new(kind, whole, format!("`${{{name}` is never closed"), "no `}` for it on this line")
                .help("close it with `}`; for a literal `${`, write `$${`")
        }
        Fault::BadName => Problem::new(
            kind,
            whole,
            "no variable's name follows `${`",
            "a name begins with a letter or `_`",
        )
        .help("name a variable; for a literal `${`, as a shell in the container would read it, write `$${`"),
        Fault::BadOperator => Problem::new(
            kind,
            whole,
            format!("what follows `{name}` in `${{{name}...}}` is no operator"),
            "compose knows `:-`, `-`, `:?`, `?`, `:+` and `+`",
        )
        .help(advice(name, rest)),
        Fault::SwappedOperator if rest.starts_with("?:-") => {
            let mut problem = Problem::new(
                kind,
                whole,
                format!("`${{{name}?:-...}}` makes `{name}` required and gives it no default"),
                "the operator is `?`, and `:-` begins its message",
            )
            .why(format!("compose stops with that message when `{name}` is not set"))
            .help(format!("write `${{{name}:-...}}`"));
            problem.repair.push((text.place(&(bad.rest.start..bad.rest.start + 3)), ":-".to_owned()));
            problem
        }
        Fault::SwappedOperator => {
            let mut problem = Problem::new(
                kind,
                whole,
                format!("`${{{name}?:...}}` lets an empty `{name}` pass"),
                "the operator is `?`, and `:` begins its message",
            )
            .why(format!(
                "`?` refuses `{name}` only where it is not set at all; `:?` refuses an empty value too"
            ))
            .help(format!("write `${{{name}:?...}}`"));
            problem.repair.push((text.place(&(bad.rest.start..bad.rest.start + 2)), ":?".to_owned()));
            problem
        }
    };
    if !name.is_empty() {
        problem = problem.about(&KeyName::new(name));
    }
    reader.problem(problem);
    if bad.fault != Fault::BadOperator && bad.fault != Fault::Unclosed || name.is_empty() {
        return;
    }
    // The variable is read, whatever was meant to happen without it.
    let need = match meant_default(text, bad) {
        Some((default, span)) => Need::Default(Value::literal(default, span)),
        None => Need::Unknown,
    };
    let span = bad.name.as_ref().map_or(whole, |name| text.place(name));
    reader.fact(name, span, Place::Interpolation, Phase::Run, Role::read(need));
}

/// What to write instead of `${NAME` + `rest` + `}`.
fn advice(name: &str, rest: &str) -> String {
    let shell = rest.starts_with(['#', '%', '/', '^', ',', '[', '@'])
        || rest.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if rest.starts_with('=') || rest.starts_with(":=") {
        format!("compose assigns nothing: write `${{{name}:-...}}` for a default")
    } else if shell {
        format!("for a shell in the container, write `$${{{name}...}}`; compose itself cannot cut or replace")
    } else if rest.starts_with(':') {
        format!(
            "write `${{{name}:-...}}` for a default, `${{{name}:?...}}` to refuse an empty value, or `$${{{name}:...}}` for the text itself"
        )
    } else {
        format!("write `${{{name}}}`, and what follows behind the brace; for a literal `${{`, write `$${{`")
    }
}
