//! Every `${X}` of the file, wherever it stands. compose interpolates all values of all services, of
//! inactive profiles and of `x-` blocks too, and no keys.

use std::collections::BTreeSet;
use std::ops::Range;

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

/// Calls `each` with every word of a text that consists of capitals and digits in parts, `_` between them.
fn each_key_like(text: &str, mut each: impl FnMut(Range<usize>)) {
    let is_of_word = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| is_of_word(*byte))) {
        let start = at + start;
        let length = bytes.get(start..).and_then(|rest| rest.iter().position(|byte| !is_of_word(*byte)));
        at = length.map_or(bytes.len(), |length| start + length);
        let run = text.get(start..at).unwrap_or("");
        if run.is_ascii() {
            if is_key_like(run) {
                each(start..at);
            }
            continue;
        }
        // Some characters beyond ASCII are of words, and others, such as dashes, are not.
        let mut from = start;
        for part in run.split_inclusive(|c: char| !(c == '_' || c.is_alphanumeric())) {
            let word = part.trim_end_matches(|c: char| !(c == '_' || c.is_alphanumeric()));
            if is_key_like(word) {
                each(from..from + word.len());
            }
            from += part.len();
        }
    }
}

/// Whether a name consists of two parts or more of capitals and digits, `_` between them, and begins with a capital.
fn is_key_like(name: &str) -> bool {
    let mut before = b'_';
    let is_plain = name.bytes().all(|byte| {
        let fits = byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_' && before != b'_';
        before = byte;
        fits
    });
    is_plain
        && before != b'_'
        && name.contains('_')
        && name.starts_with(|first: char| first.is_ascii_uppercase())
}

fn scalar(reader: &mut Reader<'_>, node: &Node) {
    let Some(text) = ScalarText::of(reader.file, node) else { return };
    each_key_like(text.text, |range| {
        let word = text.text.get(range.clone()).unwrap_or("");
        if !reader.mentions.contains_key(word) {
            reader.mentions.insert(word.to_owned(), text.place(&range));
        }
    });
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::each_key_like;

    fn found(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_key_like(text, |range| words.push(&text[range]));
        words
    }

    #[test]
    fn words_that_look_like_keys_are_found() {
        assert_eq!(found("a APP_URL,${DB_2_X:-Y}é—K_Z— A_B"), ["APP_URL", "DB_2_X", "K_Z", "A_B"]);
        assert!(found("URL A__B _A_B A_B_ A_b 1_A éA_B A_Bé a.A").is_empty());
    }

    proptest! {
        #[test]
        fn words_are_those_of_the_plain_definition(text in "[A-B_a0é— ]{0,40}") {
            let plain = regex::Regex::new(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b").unwrap();
            let expected: Vec<&str> = plain.find_iter(&text).map(|found| found.as_str()).collect();
            prop_assert_eq!(found(&text), expected);
        }
    }
}
