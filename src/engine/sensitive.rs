//! Which parts of a file may be secret and must not be shown.

use crate::fact::{Fact, Fallback, Need, Provision, Role, Structure, Value};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name};
use crate::matrix::Kind;
use crate::secret::{has_url_credentials, is_plainly_public};
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
        for value in values_of(fact) {
            add(index, &fact.key, value, trusted, &mut spans);
        }
    }
    spans
}

/// The spans of values that the matrix itself holds, if `file` is one of its files.
fn sensitive_in_matrix(index: &Index, file: FileId) -> Vec<Span> {
    let matrix = &index.matrix;
    let values = matrix.environments.iter().flat_map(|environment| &environment.values);
    let defaults = matrix.keys.iter().filter_map(|(key, spec)| Some((key, spec.default.as_ref()?)));
    values
        .chain(defaults)
        .filter(|(key, said)| is_secret(index, key) || !is_plainly_public(said.reveal()))
        .filter_map(|(_, said)| said.at)
        .filter(|at| at.file == file)
        .map(|at| at.span)
        .collect()
}

fn values_of(fact: &Fact) -> Vec<&Value> {
    match &fact.role {
        Role::Reads(read) => match &read.need {
            Need::Default(value) => vec![value],
            _ => Vec::new(),
        },
        Role::Provides(provide) => match &provide.provision {
            Provision::OrElse(value) => vec![&provide.value, value],
            _ => vec![&provide.value],
        },
        Role::Documents(document) => document.example.iter().collect(),
        Role::Observed => Vec::new(),
    }
}

fn is_secret(index: &Index, key: &KeyName) -> bool {
    is_secret_name(key) || index.matrix.keys.get(key).is_some_and(|spec| spec.kind.value == Kind::Secret)
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
    let Some(text) = value.plain() else {
        if is_secret(index, key) && has_literal_part(value) {
            spans.push(value.span);
        }
        return;
    };
    if text.is_empty() || value.is_placeholder() {
        return;
    }
    if is_secret(index, key) || (!trusted && !is_plainly_public(text)) {
        spans.push(value.span);
    }
}

/// Whether a value with references holds more than those: a password that happens to have a `$` in it.
/// An address whose password is a reference is none.
fn has_literal_part(value: &Value) -> bool {
    let text = value.text.reveal();
    if text.contains("://") && !has_url_credentials(text) {
        return false;
    }
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        if rest.get(..at).is_some_and(|before| before.contains(char::is_alphanumeric)) {
            return true;
        }
        let behind = rest.get(at + 1..).unwrap_or("");
        rest = match behind.strip_prefix('{') {
            Some(inner) => inner.find('}').and_then(|end| inner.get(end + 1..)).unwrap_or(""),
            None => behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        };
    }
    rest.contains(char::is_alphanumeric)
}
