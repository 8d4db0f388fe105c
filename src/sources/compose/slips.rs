//! Values that say something else than was meant: a `$` that compose eats, a `$` that was forgotten.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::scalar_text::ScalarText;
use super::{Reader, Service};
use crate::diagnostic::Applicability;
use crate::fact::{Problem, ProblemKind};
use crate::key::{KeyName, is_secret_name};
use crate::syntax::interpolation::{Operator, Scan, Variable};
use crate::syntax::yaml::{Node, NodeKind};
use crate::text::Span;

#[expect(clippy::expect_used, reason = "a constant pattern; a test uses it")]
static HASH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u)(?:^|(?u:[^$]))(\$(?:2[abxy]|apr1|argon2(?:id|i|d)|[1567]|y|scrypt|pbkdf2[a-z0-9-]*)\$(?u:[^ \t\r\n$])(?u:[^ \t\r\n]){15,})",
    )
    .expect("constant pattern")
});

/// Whether a text holds a password hash in the form of crypt(3) whose `$` are not doubled.
pub(super) fn is_hash(text: &str) -> bool {
    text.contains('$') && HASH.is_match(text)
}

/// Tells of password hashes of which compose eats a part.
pub(super) fn password_hashes(reader: &mut Reader<'_>, text: &ScalarText<'_>, scan: &Scan) {
    // The sort of the hash stands between two of them.
    let has_two = || memchr::memchr_iter(b'$', text.text.as_bytes()).nth(1).is_some();
    if scan.variables.is_empty() || !has_two() {
        return;
    }
    for hash in HASH.captures_iter(text.text).filter_map(|found| found.get(1)) {
        // The variables stand in the order of their beginnings.
        let first = scan.variables.partition_point(|variable| variable.whole.start < hash.start());
        let behind = scan.variables.get(first..).unwrap_or_default().iter();
        let inside = behind.take_while(|variable| variable.whole.start < hash.end());
        let eaten: Vec<&Variable> = inside.filter(|variable| !variable.braced).collect();
        if eaten.is_empty() {
            continue;
        }
        let span = text.place(&hash.range());
        let mut problem = Problem::new(
            ProblemKind::UnescapedDollar,
            span,
            "compose replaces a part of this password hash",
            "each `$` with a letter behind it is taken for a variable",
        )
        .help("write every `$` of it twice: compose turns `$$` into `$`");
        if span.len() == hash.len() {
            let dollars = hash.as_str().match_indices('$').map(|(at, _)| span.start as usize + at);
            problem.repair.extend(dollars.map(|at| (Span::at(at), "$".to_owned())));
        }
        reader.problem(problem);
        for variable in eaten {
            reader.meant_as_text.insert(text.place(&variable.name));
        }
    }
}

/// `${X:-"x"}` as a whole value: compose knows no quotes inside of braces, so that they become part of the default.
/// The value begins at byte `from` of `text`.
pub(super) fn quoted_default(
    reader: &mut Reader<'_>,
    key: &str,
    text: &ScalarText<'_>,
    scan: &Scan,
    from: usize,
) {
    let Some(variable) = scan.variables.iter().find(|variable| variable.whole == (from..text.text.len()))
    else {
        return;
    };
    if !matches!(variable.operator, Some(Operator::Default { .. })) {
        return;
    }
    let argument = text.text.get(variable.argument.clone()).unwrap_or("");
    let Some(mark) = argument.chars().next().filter(|mark| matches!(mark, '"' | '\'')) else { return };
    let inner = argument.get(1..).and_then(|rest| rest.strip_suffix(mark));
    // With more of them it may be JSON or a list that the program takes apart.
    if inner.is_none_or(|inner| inner.contains(['"', '\''])) {
        return;
    }
    let name = variable.name_in(text.text);
    let span = text.place(&variable.argument);
    let message = format!("the quotes become part of the value of `{key}` where `{name}` is not set");
    let mut problem = Problem::new(ProblemKind::LiteralQuotes, span, message, "passed on with its quotes")
        .why("a shell takes quotes inside of `${...}` away, compose passes them on")
        .help(match inner.is_some_and(str::is_empty) {
            true => format!("leave the quotes out: `${{{name}:-}}`"),
            false => "leave the quotes out".to_owned(),
        })
        .about(&KeyName::new(key));
    let end = variable.argument.end;
    if span.len() == variable.argument.len() && !inner.is_some_and(|inner| inner.contains(['}', '#', '\\'])) {
        for at in [variable.argument.start, end - 1] {
            problem.repair.push((text.place(&(at..at + 1)), String::new()));
        }
    }
    reader.problem(problem);
}

/// A text with more variables is no password, and asking would cost their square.
const MAX_IN_PASSWORD: usize = 32;

/// Tells of a `$` in the middle of a password (`pa$word`), and whether there is one.
///
/// Only where the key or a URL says that it is a password, where the `$` stands behind a letter or a
/// digit, and the name behind it is not in capitals and is no variable that the file uses elsewhere.
pub(super) fn eats_secret(reader: &mut Reader<'_>, key: &str, text: &ScalarText<'_>, scan: &Scan) -> bool {
    if scan.variables.len() > MAX_IN_PASSWORD {
        return false;
    }
    let is_eaten = |variable: &&Variable| {
        let name = variable.name_in(text.text);
        let here = scan.variables.iter().filter(|other| other.name_in(text.text) == name).count();
        let before = text.text.get(..variable.whole.start).unwrap_or("");
        let behind = text.text.get(variable.whole.end..).unwrap_or("");
        variable.operator.is_none()
            && !variable.braced
            && variable.depth == 0
            && name.bytes().any(|b| b.is_ascii_lowercase())
            && before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && reader.outside.get(name).is_none_or(|&count| count <= here)
            && (is_secret_name(key) && !before.contains("://") || in_url_password(before, behind))
    };
    let eaten: Vec<&Variable> = scan.variables.iter().filter(is_eaten).collect();
    let Some(first) = eaten.first() else { return false };
    let span = text.place(&first.whole);
    let mut problem = Problem::new(
        ProblemKind::UnescapedDollar,
        span,
        format!("compose replaces a part of the value of `{key}`"),
        "taken for a variable, and empty without one",
    )
    .about(&KeyName::new(key))
    .help("if the `$` belongs to the value, write `$$`; if a variable is meant, write `${...}`");
    problem.trust = Applicability::Unsafe;
    for variable in &eaten {
        let whole = text.place(&variable.whole);
        if whole.len() == variable.whole.len() {
            problem.repair.push((Span::at(whole.start as usize), "$".to_owned()));
        }
    }
    let names: Vec<Span> = eaten.iter().map(|variable| text.place(&variable.name)).collect();
    reader.meant_as_text.extend(names);
    reader.problem(problem);
    true
}

/// Whether what stands between `before` and `behind` is inside the password of a URL.
fn in_url_password(before: &str, behind: &str) -> bool {
    let Some((_, authority)) = before.rsplit_once("://") else { return false };
    let ends = behind.find(['@', '/', '?', ' ']);
    authority.contains(':')
        && !authority.contains(['/', '@', ' '])
        && ends.is_some_and(|at| behind.get(at..).is_some_and(|rest| rest.starts_with('@')))
}

#[expect(clippy::expect_used, reason = "a constant pattern; a test uses it")]
static BRACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(^|[^$%#@\\{])(\{([A-Z][A-Z0-9_]*[A-Z0-9])(:?[-?][^{}]*)?\})(\}?)")
        .expect("constant pattern")
});

/// Tells of `{X}` in values where `${X}` was meant. The facts from `begin` on are those of the service.
pub(super) fn read(reader: &mut Reader<'_>, service: &Service<'_>, begin: usize) {
    let own = reader.found.facts.get(begin..).unwrap_or_default();
    let known: BTreeSet<KeyName> = own.iter().map(|fact| fact.key.clone()).collect();
    // Braces mean nothing in these, so that a name in braces can only be a slip.
    for field in ["image", "container_name", "hostname", "env_file", "ports", "volumes"] {
        if let Some(node) = service.get(field) {
            scalars(node, &mut |value| braces(reader, value, None));
        }
    }
    let build = service.get("build");
    let args = build.and_then(|build| reader.visits.value(build, "args"));
    for node in [service.get("environment"), args].into_iter().flatten() {
        scalars(node, &mut |value| braces(reader, value, Some(&known)));
    }
    for field in ["context", "dockerfile", "target"] {
        if let Some(node) = build.and_then(|build| reader.visits.value(build, field)) {
            braces(reader, node, None);
        }
    }
}

/// Calls `visit` on a scalar, on each item of a list, on each value of a mapping and of a list of them.
fn scalars<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    match &node.kind {
        NodeKind::Scalar { .. } => visit(node),
        NodeKind::Sequence(items) => {
            for item in items.iter() {
                if item.is_mapping() {
                    item.raw_entries().iter().for_each(|entry| visit(&entry.value));
                } else {
                    visit(item);
                }
            }
        }
        NodeKind::Mapping(entries) => entries.iter().for_each(|entry| visit(&entry.value)),
    }
}

/// `known`: names that the file uses as variables; in a value that the program in the container reads,
/// only those count, or a default inside the braces, for programs fill in `{X}` themselves as well.
fn braces(reader: &mut Reader<'_>, node: &Node, known: Option<&BTreeSet<KeyName>>) {
    let Some(text) = ScalarText::of(reader.file, node).filter(|_| !node.via_alias) else { return };
    // Nearly all braces stand behind their `$`.
    let bytes = text.text.as_bytes();
    let mut open = memchr::memchr_iter(b'{', bytes).map(|at| at.checked_sub(1).and_then(|at| bytes.get(at)));
    if open.all(|before| matches!(before, Some(b'$' | b'%' | b'#' | b'@' | b'\\' | b'{'))) {
        return;
    }
    if text.text.trim_start().starts_with(['{', '[']) && text.text.contains('"') {
        return;
    }
    let variables = text.scan().variables;
    for found in BRACED.captures_iter(text.text) {
        let (Some(whole), Some(name)) = (found.get(2), found.get(3)) else { continue };
        let doubled = found.get(5).is_some_and(|brace| !brace.is_empty());
        let is_meant = found.get(4).is_some()
            || known.is_none_or(|known| {
                known.contains(name.as_str()) || reader.outside.contains_key(name.as_str())
            });
        if doubled || !is_meant || inside_variable(&variables, whole.start()) {
            continue;
        }
        let name = name.as_str();
        let span = text.place(&whole.range());
        let mut problem = Problem::new(
            ProblemKind::BraceWithoutDollar,
            span,
            format!("`{{{name}}}` lacks a `$`"),
            "stays as it is: compose replaces only `${...}`",
        )
        .about(&KeyName::new(name))
        .help("put a `$` in front of the brace");
        problem.repair.push((Span::at(span.start as usize), "$".to_owned()));
        reader.problem(problem);
    }
}

/// Whether byte `at` stands in one of `variables`, which are in the order of their beginnings and nest.
fn inside_variable(variables: &[Variable], at: usize) -> bool {
    let before = variables.partition_point(|variable| variable.whole.start <= at);
    let nearest = variables.get(..before).unwrap_or_default().iter().rev();
    nearest.take(MAX_IN_PASSWORD).any(|variable| variable.whole.contains(&at))
}
