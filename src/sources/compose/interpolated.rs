//! Every `${X}` of the file, wherever it stands. compose interpolates all values of all services, of
//! inactive profiles and of `x-` blocks too, and no keys.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Reader;
use super::scalar_text::ScalarText;
use super::slips;
use crate::fact::{
    Fallback, Hidden, Need, Origin, Phase, Place, Problem, ProblemKind, Read, Reference, Role, Value,
};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::interpolation::{Fault, Malformed, Operator, Scan, Variable};
use crate::syntax::yaml::{Node, NodeKind};

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
    let swapped = swapped(&scan);
    for (position, variable) in scan.variables.iter().enumerate() {
        let need = need(&text, &scan, position, &swapped);
        let span = text.place(&variable.name);
        let role = Role::Reads(Read::with_need(need));
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

/// Where the names of variables with `?:` begin.
fn swapped(scan: &Scan) -> BTreeSet<usize> {
    let swapped = scan.malformed.iter().filter(|bad| bad.fault == Fault::SwappedOperator);
    swapped.filter_map(|bad| bad.name.as_ref().map(|name| name.start)).collect()
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
            Need::Default(Value {
                text: Secret::new(variable.argument_in(text.text)),
                span: text.place(&variable.argument),
                origin: Origin::Literal,
                references,
            })
        }
    }
}

/// The references of a text, with `?:-x` as the default that it was meant to be.
pub(super) fn references(text: &ScalarText<'_>, scan: &Scan) -> Vec<Reference> {
    let swapped = swapped(scan);
    let refer = |variable: &Variable| {
        let mut reference = Reference::of(text.text, variable, |range| text.place(range));
        if swapped.contains(&variable.name.start) {
            reference.fallback = Fallback::Default {
                text: Secret::new(variable.argument_in(text.text)),
                span: text.place(&variable.argument),
                or_empty: true,
            };
        }
        reference
    };
    scan.variables.iter().map(refer).collect()
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
        Fault::SwappedOperator => {
            let meant = if rest.starts_with("?:-") { ":-" } else { ":?" };
            let sign = bad.rest.start..bad.rest.start + if meant == ":-" { 3 } else { 2 };
            let mut problem = Problem::new(
                kind,
                whole,
                format!("`?:` after `{name}` is not `{meant}`"),
                format!(
                    "the operator is `?`, and `{}` begins its message",
                    if meant == ":-" { ":-" } else { ":" }
                ),
            )
            .why(format!("compose stops when `{name}` is not set, and accepts it when it is empty"))
            .help(format!("write `${{{name}{meant}...}}`"));
            problem.repair.push((text.place(&sign), meant.to_owned()));
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
    let start = rest.len() - rest.trim_start_matches([':', '=']).len();
    let need = if start > 0 {
        let range = bad.rest.start + start..bad.rest.end;
        Need::Default(Value::literal(rest.get(start..).unwrap_or(""), text.place(&range)))
    } else {
        Need::Unknown
    };
    let span = bad.name.as_ref().map_or(whole, |name| text.place(name));
    reader.fact(name, span, Place::Interpolation, Phase::Run, Role::Reads(Read::with_need(need)));
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
        format!("write `${{{name}:-...}}` for a default, or `${{{name}:?...}}` to refuse an empty value")
    } else {
        format!("write `${{{name}}}`, and what follows behind the brace; for a literal `${{`, write `$${{`")
    }
}
