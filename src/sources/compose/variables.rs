//! `environment` and `build.args`, as mappings and as lists.

use std::collections::BTreeMap;

use super::Reader;
use super::interpolated::references;

use super::scalar_text::ScalarText;
use super::slips;
use crate::diagnostic::Applicability;
use crate::fact::{Hidden, Origin, Phase, Place, Problem, ProblemKind, Provide, Provision, Role, Value};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::sources::times;
use crate::syntax::yaml::{Node, NodeKind, Rendered, Style, rendered, surprises};
use crate::text::Span;

/// The most earlier places that one finding points at.
const MOST_PLACES: usize = 5;

/// Reads the entries of an `environment` or `args`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, place: &Place, phase: Phase) {
    if node.tag.as_deref() == Some("!reset") {
        return;
    }
    match &node.kind {
        NodeKind::Scalar { text, .. } => {
            if text.contains('$') {
                reader.gap(node.span, Hidden::Provisions, "the whole list is interpolated");
            }
        }
        NodeKind::Mapping(_) => mapping(reader, node, place, phase),
        NodeKind::Sequence(items) => {
            let mut set = BTreeMap::new();
            for item in items.iter() {
                // `- KEY: value`, which compose refuses, is still understood.
                if item.is_mapping() {
                    mapping(reader, item, place, phase);
                } else if let Some(text) = ScalarText::of(reader.file, item) {
                    assignment(reader, item, &text, place, phase, &mut set);
                }
            }
            for (key, places) in set {
                repeated(reader, &key, &places, phase);
            }
        }
    }
}

fn provide(reader: &mut Reader<'_>, key: &str, span: Span, value: Value, place: &Place, phase: Phase) {
    let role = Role::Provides(Provide { value, provision: Provision::Always });
    reader.fact(key, span, place.clone(), phase, role);
}

fn mapping(reader: &mut Reader<'_>, node: &Node, place: &Place, phase: Phase) {
    for (key, entry) in reader.visits.fields(node) {
        let written = &entry.value;
        let value = match rendered(written) {
            Rendered::Absent => continue,
            Rendered::Host => Value::of(Origin::Host, Span::at(entry.key.span.end as usize)),
            Rendered::NoNumber | Rendered::Collection => Value::of(Origin::Unknown, written.span),
            Rendered::Text(arrives) => {
                let Some(text) = ScalarText::of(reader.file, written) else { continue };
                if arrives == text.text {
                    literal(reader, key, &text, 0)
                } else {
                    if !written.via_alias && surprises(key, text.text, &arrives) {
                        changed(reader, key, written.span, text.text, &arrives);
                    }
                    Value::literal(&arrives, written.span)
                }
            }
        };
        provide(reader, key, entry.key.span, value, place, phase);
    }
}

/// The value that stands in `text` from byte `from` on, with its references.
fn literal(reader: &mut Reader<'_>, key: &str, text: &ScalarText<'_>, from: usize) -> Value {
    let scan = text.scan();
    let part = text.text.get(from..).unwrap_or("");
    let span = if from == 0 { text.span } else { text.place(&(from..text.text.len())) };
    slips::quoted_default(reader, key, text, &scan, from);
    let references = if slips::eats_secret(reader, key, text, &scan) || slips::is_hash(text.text) {
        // Meant as it stands, so that it is masked as a whole.
        Vec::new()
    } else {
        references(text, &scan)
    };
    Value { text: Secret::new(part), span, origin: Origin::Literal, references }
}

fn assignment(
    reader: &mut Reader<'_>,
    item: &Node,
    text: &ScalarText<'_>,
    place: &Place,
    phase: Phase,
    set: &mut BTreeMap<String, Vec<(Span, Value)>>,
) {
    let (key, from) = match text.text.find('=') {
        Some(at) => (text.text.get(..at).unwrap_or(""), Some(at + 1)),
        None => (text.text, None),
    };
    if key.contains('$') {
        reader.gap(text.span, Hidden::Provisions, "the name is interpolated");
        return;
    }
    let is_text = matches!(rendered(item), Rendered::Text(arrives) if arrives == text.text);
    if key.is_empty() || !is_text {
        return;
    }
    let span = text.place(&(0..key.len()));
    let value = match from {
        None => Value::of(Origin::Host, Span::at(span.end as usize)),
        Some(from) => {
            quotes(reader, item, text, key, from);
            literal(reader, key, text, from)
        }
    };
    set.entry(key.to_owned()).or_default().push((span, value.clone()));
    provide(reader, key, span, value, place, phase);
}

/// Tells of a key that a list sets more than once.
fn repeated(reader: &mut Reader<'_>, key: &str, places: &[(Span, Value)], phase: Phase) {
    let Some(((span, value), earlier)) = places.split_last().filter(|(_, earlier)| !earlier.is_empty())
    else {
        return;
    };
    let times = times(places.len());
    let differs = |old: &Value| value.is_plain() && old.is_plain() && value.text != old.text;
    let (kind, message) = if earlier.iter().any(|(_, old)| differs(old)) {
        (
            ProblemKind::ContradictingDuplicate,
            format!("`{key}` is set {times} in one list, to different values"),
        )
    } else {
        (ProblemKind::DuplicateKey, format!("`{key}` is set {times} in one list"))
    };
    let list = if phase == Phase::Build { "build arguments" } else { "environment" };
    let mut problem = Problem::new(kind, *span, message, "this one counts")
        .why(format!("in a list, compose takes the last entry for the {list} and says nothing"))
        .help(if earlier.len() == 1 { "remove one of them" } else { "keep one of them" })
        .about(&KeyName::new(key));
    for (earlier, _) in earlier.iter().take(MOST_PLACES) {
        problem = problem.related(*earlier, "this one has no effect");
    }
    if let [(_, first)] = earlier
        && value.is_plain()
        && first.is_plain()
        && value.text == first.text
        && let Some(line) = item_line(&reader.file.text, span.cover(value.span))
    {
        problem.repair.push((line, String::new()));
        problem.trust = Applicability::Safe;
    }
    reader.problem(problem);
}

/// The line of an item that stands on a line of its own, with no comment behind it or above.
fn item_line(text: &str, item: Span) -> Option<Span> {
    let (before, behind) = (text.get(..item.start as usize)?, text.get(item.end as usize..)?);
    let start = before.rfind('\n')? + 1;
    let end = behind.find('\n').map_or(text.len(), |newline| item.end as usize + newline + 1);
    let sign = text.get(start..item.start as usize)?.trim().strip_prefix('-')?.trim();
    let rest = text.get(item.end as usize..end)?.trim();
    let above = text.get(..start)?.lines().next_back()?;
    let is_plain = matches!((sign, rest), ("", "") | ("\"", "\"") | ("'", "'"));
    let is_one = !text.get(item.range())?.contains('\n') && !above.trim_start().starts_with('#');
    (is_plain && is_one).then(|| Span::new(start, end))
}

/// `- KEY="x"`: YAML knows quotes only around a whole scalar.
fn quotes(reader: &mut Reader<'_>, item: &Node, text: &ScalarText<'_>, key: &str, from: usize) {
    let is_plain = matches!(&item.kind, NodeKind::Scalar { style: Style::Plain, .. });
    let part = text.text.get(from..).unwrap_or("");
    let mark = part.chars().next().filter(|mark| matches!(mark, '"' | '\''));
    let Some(mark) = mark.filter(|_| is_plain && part.len() >= 2) else { return };
    let Some(inner) = part.get(1..).and_then(|rest| rest.strip_suffix(mark)) else { return };
    if inner.contains(mark) {
        return;
    }
    let end = text.text.len();
    let span = text.place(&(from..end));
    let mut problem = Problem::new(
        ProblemKind::LiteralQuotes,
        span,
        format!("the quotes become part of the value of `{key}`"),
        "passed on with its quotes",
    )
    .why("in a list, YAML knows quotes only around a whole item, so compose passes these on")
    .help(format!("leave the quotes out, or put them around the whole item: `- \"{key}=...\"`"))
    .about(&KeyName::new(key));
    // A backslash was meant as the beginning of an escape, perhaps; a plain scalar holds no comment.
    if !inner.contains('\\') && !item.via_alias {
        let needs_quotes = inner.trim() != inner || inner.ends_with(':');
        let is_whole = reader.file.slice(item.span) == text.text && !inner.contains('\'');
        if !needs_quotes {
            problem.repair.push((text.place(&(from..from + 1)), String::new()));
            problem.repair.push((text.place(&(end - 1..end)), String::new()));
        } else if is_whole {
            let replacement = format!("'{}{inner}'", text.text.get(..from).unwrap_or(""));
            problem.repair.push((item.span, replacement));
        }
    }
    reader.problem(problem);
}

/// A scalar that YAML changes.
fn changed(reader: &mut Reader<'_>, key: &str, span: Span, written: &str, arrives: &str) {
    let name = KeyName::new(key);
    let shown = |text: &str| Some(Secret::new(text).shown(key)).filter(|shown| shown == text);
    let message = match shown(written).zip(shown(arrives)) {
        Some((written, arrives)) => format!("`{key}` arrives as `{arrives}`, not as `{written}`"),
        None => format!("YAML changes the value of `{key}`"),
    };
    let label = if arrives.ends_with("UTC") || arrives.contains(':') {
        "read as a point in time"
    } else {
        "read as a number"
    };
    let problem = Problem::new(ProblemKind::UnquotedScalar, span, message, label).about(&name);
    reader.problem(problem.mended_by_quotes());
}
