//! Which parts of a file may be secret and must not be shown.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::fact::{Fact, Fallback, Need, Origin, Place, Role, Structure, Value};
use crate::index::Index;
use crate::key::{KeyName, may_hold_secret};
use crate::matrix::{Kind, MatrixOrigin};
use crate::secret::{has_url_credentials, is_placeholder, is_plainly_public};
use crate::syntax::interpolation::{Operator, scan};
use crate::text::{FileId, Span};

/// The spans of `file` whose text may be secret, as far as its facts tell.
pub(super) fn sensitive_spans(index: &Index, file: FileId) -> Vec<Span> {
    let mut spans = sensitive_in_matrix(index, file);
    let Some(extraction) = index.extraction(file) else { return spans };
    let is_example = matches!(&extraction.structure, Structure::Dotenv(dotenv) if dotenv.is_example);
    if let Structure::Dotenv(dotenv) = &extraction.structure {
        spans.extend_from_slice(&dotenv.hidden);
    }
    if let Structure::Workflow(workflow) = &extraction.structure {
        spans.extend_from_slice(&workflow.hidden);
    }
    spans.extend_from_slice(&extraction.hidden);
    for fact in &extraction.facts {
        let trusted = is_example || matches!(fact.role, Role::Reads(_));
        // Code that says `SecretStr` is believed, whatever the key's name.
        if let Role::Reads(read) = &fact.role
            && read.is_secret
            && let Need::Default(value) = &read.need
            && value.plain().is_some_and(|text| !text.is_empty())
            && !value.is_placeholder()
        {
            spans.push(value.span);
        }
        for value in fact.values() {
            add(index, &fact.key, value, trusted, &mut spans);
            let is_text = value.origin == Origin::Literal || fact.place == Place::Rendered;
            let is_mixed = is_text && !value.is_plain() && !is_address_without_password(value);
            if is_mixed && is_secret(index, &fact.key) {
                let source = index.files.get(file);
                let text = source.map_or("", |file| file.slice(value.span));
                let parts = match source {
                    Some(source) if is_inside_action(&source.text, value.span) => quoted_parts(text),
                    _ => literal_parts(text),
                };
                spans.extend(parts.into_iter().map(|part| {
                    Span::new(value.span.start as usize + part.start, value.span.start as usize + part.end)
                }));
            }
        }
    }
    if let Structure::Compose(compose) = &extraction.structure {
        let commands = compose.services.iter().flat_map(|service| &service.commands);
        let commands: Vec<Span> = commands.map(|command| command.span).collect();
        spans.extend(repeated_in(index, file, &commands));
    }
    spans
}

/// Shorter texts are words like any other.
const SHORTEST_REPEATED: usize = 6;

/// Where commands of a compose file spell out a secret that the same file holds as a value.
fn repeated_in(index: &Index, file: FileId, commands: &[Span]) -> Vec<Span> {
    let Some(source) = index.files.get(file).filter(|_| !commands.is_empty()) else { return Vec::new() };
    let secrets = index.facts_in(file).filter(|fact| is_secret(index, &fact.key)).flat_map(Fact::values);
    let secrets: BTreeSet<&str> = secrets
        .flat_map(Value::texts)
        .map(|(secret, _)| secret.reveal())
        .filter(|secret| secret.len() >= SHORTEST_REPEATED && !is_placeholder(secret))
        .collect();
    if secrets.is_empty() {
        return Vec::new();
    }
    // All at once: a file may hold as many secrets as its commands have words.
    let Ok(search) = AhoCorasick::new(&secrets) else { return commands.to_vec() };
    let mut found: Vec<Span> = Vec::new();
    for command in commands {
        let start = command.start as usize;
        let places = search.find_overlapping_iter(source.slice(*command));
        found.extend(places.map(|place| Span::new(start + place.start(), start + place.end())));
    }
    found.sort();
    found.dedup();
    found
}

/// The spans of values that the matrix itself holds, if `file` is one of its files.
fn sensitive_in_matrix(index: &Index, file: FileId) -> Vec<Span> {
    let matrix = &index.matrix;
    // A guess has no places.
    if !matches!(&matrix.origin, MatrixOrigin::Declared(files) if files.contains(&file)) {
        return Vec::new();
    }
    let values = matrix.environments.iter().flat_map(|environment| &environment.values);
    let defaults = matrix.keys.iter().filter_map(|(key, spec)| Some((key, spec.default.as_ref()?)));
    values
        .chain(defaults)
        .filter(|(_, said)| said.at.is_some_and(|at| at.file == file))
        .filter(|(key, said)| is_secret(index, key) || !is_plainly_public(said.reveal()))
        .filter_map(|(_, said)| Some(said.at?.span))
        .collect()
}

fn is_secret(index: &Index, key: &KeyName) -> bool {
    may_hold_secret(key) || index.matrix.keys.get(key).is_some_and(|spec| spec.kind.value == Kind::Secret)
}

/// `trusted`: the value stands where people put samples and defaults, so only the key's name counts.
fn add(index: &Index, key: &KeyName, value: &Value, trusted: bool, spans: &mut Vec<Span>) {
    for reference in &value.references {
        if let Fallback::Default { text, span, .. } = &reference.fallback
            && (is_secret(index, &reference.key) || is_secret(index, key))
            && !is_plainly_public(text.reveal())
        {
            spans.push(*span);
        }
    }
    let Some(text) = value.plain() else { return };
    if text.is_empty() || value.is_placeholder() {
        return;
    }
    if is_secret(index, key) || (!trusted && !is_plainly_public(text)) {
        spans.push(value.span);
    }
}

/// Whether a mixed value is an address whose password is a reference, with nothing else that could be
/// secret behind it.
fn is_address_without_password(value: &Value) -> bool {
    let text = value.text.reveal();
    text.contains("://") && text.contains('@') && !text.contains('?') && !has_url_credentials(text)
}

/// Whether the text at `span` stands between the braces of a template's action, `{{ .Data.key }}`: all of it but what
/// stands in quotes is words of the template.
fn is_inside_action(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let opened = line.rfind("{{");
    opened.is_some_and(|open| line.rfind("}}").is_none_or(|close| close < open))
}

/// What stands in quotes, without them.
fn quoted_parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, sign) in text.char_indices() {
        match open {
            Some((start, quote)) if sign == quote => {
                parts.push(start..at);
                open = None;
            }
            None if matches!(sign, '"' | '`' | '\'') => open = Some((at + 1, sign)),
            _ => {}
        }
    }
    parts.extend(open.map(|(start, _)| start..text.len()));
    parts
}

/// The parts of a mixed value, as its file writes it, that are neither a `${...}` or `$X` reference nor
/// a `{{ ... }}` action. What a reference falls back to is such a part as well, unless it is empty or
/// a placeholder.
fn literal_parts(text: &str) -> Vec<Range<usize>> {
    let mut is_shown = vec![false; text.len()];
    let mut set = |range: Range<usize>, shown: bool| {
        is_shown.get_mut(range).unwrap_or_default().fill(shown);
    };
    let found = scan(text);
    for bad in found.malformed.iter().filter(|bad| bad.name.is_some()) {
        set(bad.whole.clone(), true);
        let rest = text.get(bad.rest.clone()).unwrap_or("");
        let operator = rest.find(|c: char| !c.is_ascii_punctuation()).unwrap_or(rest.len());
        set(bad.rest.start + operator..bad.rest.end, false);
    }
    for variable in &found.variables {
        set(variable.whole.clone(), true);
        let is_message = matches!(variable.operator, None | Some(Operator::Refuse { .. }));
        if !is_message && !is_placeholder(variable.argument_in(text)) {
            set(variable.argument.clone(), false);
        }
    }
    // The quotes around it.
    for quote in ['"', '\''] {
        if text.len() >= 2 && text.starts_with(quote) && text.ends_with(quote) {
            set(0..1, true);
            set(text.len() - 1..text.len(), true);
        }
    }
    let mut behind = 0;
    while let Some(open) = text.get(behind..).and_then(|rest| rest.find("{{")) {
        let Some(length) = text.get(behind + open..).and_then(|rest| rest.find("}}")) else { break };
        let end = behind + open + length + 2;
        set(behind + open..end, true);
        behind = end;
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (at, _) in is_shown.iter().enumerate().filter(|(_, shown)| !**shown) {
        match parts.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => parts.push(at..at + 1),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Span, is_inside_action, literal_parts, quoted_parts};

    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for part in literal_parts(text) {
            bytes[part].fill(b'*');
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_of_actions_are_shown_and_their_texts_are_not() {
        let text = "A={{ .Data.key }}\nB={{ .X | or \"abc\" }} c\n";
        let at = |what: &str| {
            let start = text.find(what).unwrap();
            Span::new(start, start + what.len())
        };
        assert!(is_inside_action(text, at(".Data.key")) && is_inside_action(text, at(".X")));
        assert!(!is_inside_action(text, at("c\n")) && !is_inside_action(text, at("{{ .Data")));
        assert_eq!(quoted_parts(".X | or \"abc\""), vec![9..12]);
        assert_eq!(quoted_parts(".Data.key"), Vec::<std::ops::Range<usize>>::new());
    }

    #[test]
    fn only_references_and_actions_are_shown() {
        for (text, shown) in [
            ("abc${X}def", "***${X}***"),
            ("${X:-hunter2}", "${X:-*******}"),
            ("${X:-changeme}", "${X:-changeme}"),
            ("${X:?set it}", "${X:?set it}"),
            ("${X:-a${Y:-b}c}", "${X:-*${Y:-*}*}"),
            ("${X:+é}", "${X:+**}"),
            ("$X-$$y", "$X****"),
            ("a{{ .Data.b }}c", "*{{ .Data.b }}*"),
            ("${X:hunter2}a", "${X:*******}*"),
            ("a{{ b", "*****"),
            ("\"${X:?}\"", "\"${X:?}\""),
            ("'a${X}'", "'*${X}'"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }
}
