//! `command`, `entrypoint` and `healthcheck.test`: texts that a shell in the container reads, after
//! compose has interpolated them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::scalar_text::ScalarText;
use super::{Reader, Service};
use crate::fact::{Need, Phase, Place, Problem, ProblemKind, Role};
use crate::key::KeyName;
use crate::syntax::interpolation::{Scan, Variable};
use crate::syntax::yaml::Node;
use crate::text::Span;

/// The scalars of a service that a shell may read.
pub(super) fn scalars<'a>(reader: &mut Reader<'_>, service: &Service<'a>) -> Vec<&'a Node> {
    let test = service.get("healthcheck").and_then(|node| reader.visits.value(node, "test"));
    let fields = [service.get("command"), service.get("entrypoint"), test];
    let mut found = Vec::new();
    for node in fields.into_iter().flatten() {
        let parts = if node.is_sequence() { node.items() } else { std::slice::from_ref(node) };
        found.extend(parts.iter().filter(|part| part.as_str().is_some()));
    }
    found
}

/// How often each variable is interpolated outside of scripts.
pub(super) fn names_outside(reader: &mut Reader<'_>, services: &[Service<'_>]) -> BTreeMap<String, usize> {
    let mut scripts: Vec<Span> = Vec::new();
    for service in services {
        scripts.extend(scalars(reader, service).iter().map(|node| node.span));
    }
    scripts.sort_unstable();
    let mut outside = BTreeMap::new();
    for fact in reader.found.facts.iter().filter(|fact| fact.place == Place::Interpolation) {
        let before = scripts.partition_point(|script| script.start <= fact.span.start);
        let script = before.checked_sub(1).and_then(|last| scripts.get(last));
        if !script.is_some_and(|script| script.contains(fact.span)) {
            *outside.entry(fact.key.as_str().to_owned()).or_insert(0) += 1;
        }
    }
    outside
}

pub(super) fn read(reader: &mut Reader<'_>, service: &Service<'_>) {
    for node in scalars(reader, service) {
        let Some(text) = ScalarText::of(reader.file, node) else { continue };
        if !text.text.contains('$') {
            continue;
        }
        let scan = text.scan();
        let assigned = assignments(text.text);
        reads(reader, service, &text, &scan, &assigned);
        eaten(reader, &text, &scan, &assigned);
    }
    without_shell(reader, service);
}

/// Programs that a health check may give a text to which looks variables up.
const SHELLS: &[&str] =
    &["sh", "bash", "ash", "dash", "zsh", "busybox", "envsubst", "perl", "awk", "cmd", "powershell", "pwsh"];

/// Tells of `$$NAME` in a health check that is a list of words, of which no shell reads any.
fn without_shell(reader: &mut Reader<'_>, service: &Service<'_>) {
    let Some(test) = service.get("healthcheck").and_then(|node| reader.visits.value(node, "test")) else {
        return;
    };
    let words = if test.is_sequence() { test.items() } else { return };
    let texts = || words.iter().filter_map(Node::as_str);
    let name_of = |word: &str| word.rsplit(['/', '\\']).next().is_some_and(|name| SHELLS.contains(&name));
    if texts().next() != Some("CMD")
        || texts().any(name_of)
        || texts().any(|word| word == "-c" || word == "eval")
    {
        return;
    }
    let mut told = false;
    for node in words.iter().skip(1).filter(|_| !test.via_alias) {
        let Some(text) = ScalarText::of(reader.file, node).filter(|_| !told) else { continue };
        for escape in text.scan().escapes {
            let rest = text.text.get(escape + 2..).unwrap_or("");
            let bare = rest.strip_prefix('{').unwrap_or(rest);
            let len = bare
                .bytes()
                .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
                .count();
            let name = bare.get(..len).unwrap_or("");
            let behind = bare.get(len..).unwrap_or("");
            let is_whole = !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
                && (bare.len() == rest.len() || behind.starts_with(['}', ':', '-']));
            if len < 2 || !is_whole || !KeyName::new(name).is_identifier() {
                continue;
            }
            let end = escape
                + 2
                + (rest.len() - bare.len())
                + len
                + usize::from(bare.len() < rest.len() && behind.starts_with('}'));
            let spelled = text.text.get(escape + 1..end).unwrap_or("");
            let problem = Problem::new(
                ProblemKind::ShellVariableOutsideRun,
                text.place(&(escape..end)),
                format!("nothing replaces `{spelled}` in the health check of `{}`", service.name),
                "handed on as it stands",
            )
            .about(&KeyName::new(name))
            .why("Docker starts the program of a `CMD` itself, and no shell reads its words")
            .help("write `[\"CMD-SHELL\", \"...\"]`, which a shell reads");
            reader.problem(problem);
            told = true;
            break;
        }
    }
}

/// Where a script first sets a variable.
struct Assignment {
    name: Range<usize>,
    /// Behind the `=`, or behind the name in `for` and `read`.
    end: usize,
    /// Whether it is set from itself (`X=$X`), so that compose's value and the script's are one.
    from_itself: bool,
}

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?mx-u)
          (?: ^ | [;&|({"'`] | \b(?:then|do|else|export|local|readonly)\s )
          \s* (?:(?:export|local|readonly)\s+)? ([A-Za-z_][A-Za-z0-9_]*) = (?:(?u:[^=])|$)
        | \b for \s+ ([A-Za-z_][A-Za-z0-9_]*) \s+ in \b
        | \b read \s+ (?:-[A-Za-z]+\s+)* ([A-Za-z_][A-Za-z0-9_]*)"#,
    )
    .expect("constant pattern")
});

/// The first assignment of each name in a script.
fn assignments(text: &str) -> BTreeMap<&str, Assignment> {
    let mut found: BTreeMap<&str, Assignment> = BTreeMap::new();
    for captures in ASSIGNMENT.captures_iter(text) {
        let is_plain = captures.get(1).is_some();
        let Some(name) = captures.iter().skip(1).flatten().next() else { continue };
        let end = name.end() + usize::from(is_plain);
        let value = text.get(end..).unwrap_or("").trim_start_matches(['"', '\'']);
        let value = value.strip_prefix("${").or_else(|| value.strip_prefix('$'));
        let own = value.and_then(|value| value.strip_prefix(name.as_str()));
        let from_itself = is_plain
            && own.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        let entry = found.entry(name.as_str());
        let first = entry.or_insert(Assignment { name: name.range(), end, from_itself });
        first.from_itself |= from_itself;
    }
    found
}

/// `$$VAR` and `$${VAR...}`: reads of the container's environment, unless the script set the variable.
fn reads(
    reader: &mut Reader<'_>,
    service: &Service<'_>,
    text: &ScalarText<'_>,
    scan: &Scan,
    assigned: &BTreeMap<&str, Assignment>,
) {
    for &escape in &scan.escapes {
        let begin = escape + 2;
        // `$$$$` is a `$$` for the shell: its process.
        if text.text.get(..escape).is_some_and(|before| before.ends_with("$$")) {
            continue;
        }
        let rest = text.text.get(begin..).unwrap_or("");
        let begin = begin + usize::from(rest.starts_with('{'));
        let rest = text.text.get(begin..).unwrap_or("");
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = rest.get(..len).unwrap_or("");
        if !KeyName::new(name).is_identifier() {
            continue;
        }
        let is_local = assigned.get(name).is_some_and(|assignment| {
            let between = text.text.get(assignment.end..escape);
            between.is_some_and(|between| !between.trim_matches(['"', '\'']).is_empty())
        });
        if !is_local {
            let role = Role::read(Need::Unknown);
            let place = Place::Container(service.name.to_owned());
            reader.fact(name, text.place(&(begin..begin + len)), place, Phase::Run, role);
        }
    }
}

/// Variables of the script that compose takes for its own.
fn eaten(reader: &mut Reader<'_>, text: &ScalarText<'_>, scan: &Scan, assigned: &BTreeMap<&str, Assignment>) {
    let is_script = text.text.contains([';', '\n', '|'])
        || text.text.contains("&&")
        || text.text.contains("$$")
        || text.text.contains("$(");
    let mut uses: BTreeMap<&str, Vec<&Variable>> = BTreeMap::new();
    for variable in scan.variables.iter().filter(|variable| variable.operator.is_none()) {
        let name = variable.name_in(text.text);
        let set_before = assigned
            .get(name)
            .is_some_and(|assignment| assignment.end <= variable.whole.start && !assignment.from_itself);
        let is_lower = name.bytes().any(|b| b.is_ascii_lowercase())
            && !name.bytes().any(|b| b.is_ascii_uppercase())
            && !variable.braced;
        if set_before || is_script && is_lower && !reader.outside.contains_key(name) {
            uses.entry(name).or_default().push(variable);
        }
    }
    for (name, uses) in uses {
        let Some(first) = uses.first() else { continue };
        let spelled = text.text.get(first.whole.clone()).unwrap_or("");
        let mut problem = Problem::new(
            ProblemKind::UnescapedDollar,
            text.place(&first.whole),
            format!("compose replaces `{spelled}` before the shell sees it"),
            match uses.len() {
                1 => "taken for a variable of compose".to_owned(),
                2 => "taken for a variable of compose, once more below".to_owned(),
                count => format!("taken for a variable of compose, {} times more below", count - 1),
            },
        )
        .about(&KeyName::new(name))
        .help(format!("write `${spelled}`: compose turns `$$` into `$`"));
        if let Some(assignment) = assigned.get(name) {
            problem = problem.related(text.place(&assignment.name), "set here, by the script itself");
        }
        for variable in uses {
            let whole = text.place(&variable.whole);
            if whole.len() == variable.whole.len() {
                problem.repair.push((Span::at(whole.start as usize), "$".to_owned()));
            }
            reader.meant_as_text.insert(text.place(&variable.name));
        }
        reader.problem(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::assignments;

    #[test]
    fn what_a_script_sets() {
        let text = "set -e\nexport A=1; B=2 && for i in a b; do read -r line; done\nX=\"$X\"\nif [ a == b ]; then C=3";
        let found = assignments(text);
        let names: Vec<_> = found.keys().copied().collect();
        assert_eq!(names, ["A", "B", "C", "X", "i", "line"]);
        assert!(found["X"].from_itself && !found["A"].from_itself);
        assert!(assignments("server --port=1 -Dfoo=2 -e K=v").is_empty());
    }
}
