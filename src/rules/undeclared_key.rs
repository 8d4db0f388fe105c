//! `undeclared-key`

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::rule::Reporter;
use crate::text::Location;

declare_rule! {
    /// Reports a key that a service reads, or that files document or supply for one, and that a matrix which claims to be complete does not declare.
    ///
    /// A matrix claims that with `complete: true`. Keys of tools, keys that only images of others read, older
    /// names of declared keys (`aliases`), tests and examples are left out.
    ///
    /// ## Why it matters
    ///
    /// Nobody is asked to supply a key that is not declared, in no environment. It works where its author
    /// set it by hand, and is missing after the next deployment.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// complete: true
    /// services: { backend: { root: apps/backend } }
    /// keys:
    ///   DATABASE_URL: { kind: secret, service: backend }
    /// ```
    ///
    /// `apps/backend/app.py`
    /// ```python
    /// import os
    /// database = os.environ["DATABASE_URL"]
    /// mailer = os.environ["SMTP_URL"]
    /// ```
    ///
    /// ```text
    /// warning[undeclared-key]: the code of `backend` reads `SMTP_URL`, and the matrix does not declare it
    /// ```
    ///
    /// ## What to do
    ///
    /// Declare the key, with its kind and where it is required, or remove its last reader. Without
    /// `complete: true` the matrix may leave keys out.
    pub struct UndeclaredKey = "undeclared-key", Matrix, Warning, needs_matrix;
}

impl UndeclaredKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if !index.matrix.complete {
            return;
        }
        let mut found: BTreeMap<KeyName, Seen<'_>> = BTreeMap::new();
        for service in index.matrix.services.values() {
            for (fact, read) in index.reads_of_service(&service.name.value) {
                let is_known = std::iter::once(&fact.key)
                    .chain(&read.alternatives)
                    .any(|name| is_declared(index, name, read.folds_case));
                if !is_known && !is_tool_key(&fact.key) {
                    let seen = found.entry(fact.key.clone()).or_default();
                    seen.read.get_or_insert((&service.name.value, fact));
                }
            }
        }
        for fact in index.facts() {
            let is_place = matches!(fact.place, Place::Dotenv | Place::Rendered);
            let says = matches!(fact.role, Role::Provides(_) | Role::Documents(_));
            if is_place
                && says
                && !is_tool_key(&fact.key)
                && !is_declared(index, &fact.key, false)
                && !index.is_aside(fact.file)
                // What only others' images and scripts use is theirs to name.
                && (found.contains_key(&fact.key) || fact.place == Place::Rendered)
            {
                found.entry(fact.key.clone()).or_default().set.push(fact);
            }
        }
        for (key, seen) in found {
            let mut places: Vec<(Location, &str)> = Vec::new();
            let message = match seen.read {
                Some((service, fact)) => {
                    places.push((fact.at(), "read here"));
                    format!("the code of `{service}` reads `{key}`, and the matrix does not declare it")
                }
                None => format!("a template renders `{key}`, and the matrix does not declare it"),
            };
            places.extend(seen.set.iter().take(2).map(|fact| {
                let label =
                    if matches!(fact.role, Role::Documents(_)) { "documented here" } else { "set here" };
                (fact.at(), label)
            }));
            let Some(((at, label), others)) = places.split_first() else { continue };
            let mut finding = reporter.report(message, *at, *label).key(&key);
            for (at, label) in others {
                finding = finding.label(*at, *label);
            }
            finding
                .why("the matrix says `complete: true`, so nobody is asked to supply a key that it does not name")
                .help(format!("declare `{key}` under `keys` in the matrix, or remove what uses it"));
        }
    }
}

#[derive(Default)]
struct Seen<'a> {
    /// The service that reads the key, and where.
    read: Option<(&'a str, &'a Fact)>,
    /// Where it is set or documented.
    set: Vec<&'a Fact>,
}

/// Whether the matrix names the key, as a key or as an older name of one.
fn is_declared(index: &Index, key: &KeyName, folds_case: bool) -> bool {
    let is_same = |other: &KeyName| *other == *key || (folds_case && other.folded() == key.folded());
    let mut specs = index.matrix.keys.values();
    specs.any(|spec| is_same(&spec.name.value) || spec.aliases.iter().any(|alias| is_same(&alias.value)))
}
