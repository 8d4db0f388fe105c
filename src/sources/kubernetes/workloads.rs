//! Containers of workloads: the variables they are given, and the objects that these come from.

use std::collections::BTreeMap;

use super::{Reader, texts};
use crate::fact::{
    ManifestContainer, Need, Origin, Place, Problem, ProblemKind, Role, StoreKind, StoreUse, Value,
};
use crate::key::KeyName;
use crate::sources::times;
use crate::syntax::yaml::Node;
use crate::text::Spanned;

/// The most earlier entries that one problem points at.
const MOST_PLACES: usize = 5;

/// The object that containers belong to.
pub(super) struct Workload<'n> {
    pub(super) kind: &'n str,
    pub(super) name: String,
    pub(super) namespace: Option<&'n str>,
}

/// Looks for containers anywhere below a node.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, of: &Workload<'_>, depth: usize) {
    if depth == 0 || !reader.take() {
        return;
    }
    for item in node.items() {
        if item.is_mapping() || item.is_sequence() {
            read(reader, item, of, depth - 1);
        }
    }
    for entry in node.raw_entries() {
        let is_list =
            matches!(entry.key.as_str(), Some("containers" | "initContainers" | "ephemeralContainers"));
        if is_list && entry.value.is_sequence() {
            for item in entry.value.items() {
                container(reader, item, of);
            }
        } else if entry.value.is_mapping() || entry.value.is_sequence() {
            read(reader, &entry.value, of, depth - 1);
        }
    }
}

fn container(reader: &mut Reader<'_>, node: &Node, of: &Workload<'_>) {
    let name = reader.text(node, "name").unwrap_or_else(|| Spanned::new(String::new(), node.span));
    let workload = format!("{}/{}/{}", of.kind, of.name, name.value);
    let place = Place::Workload(workload.clone());
    let mut found = ManifestContainer {
        workload,
        namespace: of.namespace.map(str::to_owned),
        image: reader.text(node, "image"),
        name,
        ..ManifestContainer::default()
    };
    repeated(reader, node);
    for variable in node.get("env").map(Node::items).unwrap_or_default() {
        if !reader.take() {
            break;
        }
        let Some(key) = variable.get("name") else { continue };
        let Some(name) = key.as_str() else { continue };
        if let Some(value) = variable.get("value") {
            texts::check(reader, name, value);
        }
        let source = variable.get("valueFrom");
        if let Some(taken) = source.and_then(|source| taken(reader, source, name)) {
            needs(reader, &taken);
            found.takes.push(taken);
        }
        let value = match (variable.get("value"), source) {
            (Some(value), _) => reader.value(Some(value)),
            (None, Some(source)) => Value::of(Origin::Unknown, source.span),
            (None, None) => Value::literal("", key.span),
        };
        reader.provides(name, key.span, place.clone(), value);
    }
    for source in node.get("envFrom").map(Node::items).unwrap_or_default() {
        let prefix = source.get("prefix").and_then(Node::as_str);
        for (field, kind) in [("configMapRef", StoreKind::ConfigMap), ("secretRef", StoreKind::Secret)] {
            let Some(reference) = source.get(field) else { continue };
            let Some(name) = reader.text(reference, "name") else { continue };
            found.takes_all.push(StoreUse {
                kind,
                name,
                key: None,
                variable: prefix.map(str::to_owned),
                is_optional: is_optional(reference),
                span: source.span,
            });
        }
    }
    reader.manifest.containers.push(found);
}

/// Notes variables that the `env:` of a container lists more than once: the last entry wins. A template of Helm chooses
/// among its entries.
fn repeated(reader: &mut Reader<'_>, container: &Node) {
    if reader.is_template {
        return;
    }
    let mut seen: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
    for variable in container.get("env").map(Node::items).unwrap_or_default() {
        if let Some(name) = variable.get("name").and_then(Node::as_str) {
            seen.entry(name).or_default().push(variable);
        }
    }
    for (name, entries) in seen {
        let Some((last, earlier)) = entries.split_last().filter(|(_, earlier)| !earlier.is_empty()) else {
            continue;
        };
        let value = |entry: &Node| entry.get("value").and_then(Node::as_str).map(str::to_owned);
        let place = |entry: &Node| entry.get("name").map_or(entry.span, |name| name.span);
        let is_same = value(last).is_some() && earlier.iter().all(|entry| value(entry) == value(last));
        let (kind, message, label) = if is_same {
            (
                ProblemKind::DuplicateKey,
                format!("`{name}` is listed {} to the same value", times(entries.len())),
                "set again",
            )
        } else {
            (
                ProblemKind::ContradictingDuplicate,
                format!("`{name}` is listed {} to different values", times(entries.len())),
                "this one wins",
            )
        };
        let mut problem = Problem::new(kind, place(last), message, label).help("keep one of the entries");
        problem.key = Some(KeyName::new(name));
        for entry in earlier.iter().take(MOST_PLACES) {
            problem = problem.related(place(entry), if is_same { "first set" } else { "overridden below" });
        }
        reader.found.problems.push(problem);
    }
}

/// `configMapKeyRef` or `secretKeyRef`.
fn taken(reader: &Reader<'_>, source: &Node, variable: &str) -> Option<StoreUse> {
    let fields = [("configMapKeyRef", StoreKind::ConfigMap), ("secretKeyRef", StoreKind::Secret)];
    fields.into_iter().find_map(|(field, kind)| {
        let reference = source.get(field)?;
        Some(StoreUse {
            kind,
            name: reader.text(reference, "name")?,
            key: Some(reader.text(reference, "key")?),
            variable: Some(variable.to_owned()),
            is_optional: is_optional(reference),
            span: reference.span,
        })
    })
}

fn is_optional(reference: &Node) -> bool {
    reference.get("optional").and_then(Node::as_str) == Some("true")
}

/// The key that a container takes has to be in the object.
fn needs(reader: &mut Reader<'_>, taken: &StoreUse) {
    let Some(key) = &taken.key else { return };
    let place = match taken.kind {
        StoreKind::ConfigMap => Place::ConfigMap(taken.name.value.clone()),
        StoreKind::Secret => Place::KubernetesSecret(taken.name.value.clone()),
    };
    let need = if taken.is_optional { Need::Optional } else { Need::Required };
    reader.fact(&key.value, key.span, place, Role::read(need));
}
