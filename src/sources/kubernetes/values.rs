//! The values of a Helm chart: variables that its templates hand to containers.

use super::{MAX_DEPTH, Reader};
use crate::fact::{Origin, Place, Value};
use crate::syntax::yaml::Node;
use crate::text::TreePath;

/// Entries whose maps and lists charts turn into variables.
const FIELDS: &[&str] = &[
    "env",
    "envs",
    "envvars",
    "extraenv",
    "extraenvs",
    "extraenvvars",
    "environment",
    "environmentvariables",
    "envfromsecret",
    "secretenv",
    "configmapenv",
    "variables",
];

/// Whether a file holds the values of a chart: by its name, if it speaks of an environment at all.
pub(super) fn is_values(path: &TreePath, text: &str) -> bool {
    let name = path.name();
    let is_named = name.starts_with("values") && (name.ends_with(".yaml") || name.ends_with(".yml"));
    is_named && (text.contains("nv:") || text.contains("nvVars:") || text.contains("nvironment:"))
}

/// Looks for variables anywhere below a node.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, depth: usize) {
    if depth > MAX_DEPTH || !reader.take() {
        return;
    }
    for entry in node.raw_entries() {
        let name = entry.key.as_str().unwrap_or("").to_ascii_lowercase();
        if FIELDS.contains(&name.as_str()) {
            variables(reader, &entry.value, depth);
        } else if entry.value.is_mapping() {
            read(reader, &entry.value, depth + 1);
        }
    }
}

/// A map of variables, perhaps in groups (`env: { secret: { KEY: ... } }`), or a list as containers have it.
fn variables(reader: &mut Reader<'_>, node: &Node, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let place = Place::Workload("values".to_owned());
    for item in node.items() {
        let (Some(key), true) = (item.get("name"), reader.take()) else { continue };
        let value = match item.get("value") {
            Some(value) => reader.value(Some(value)),
            None => Value::of(Origin::Unknown, key.span),
        };
        if let Some(name) = key.as_str() {
            reader.provides(name, key.span, place.clone(), value);
        }
    }
    for entry in node.raw_entries() {
        let Some(name) = entry.key.as_str().filter(|_| reader.take()) else { continue };
        let is_key = name.starts_with(|c: char| c.is_ascii_uppercase())
            && !name.bytes().any(|b| b.is_ascii_lowercase());
        if is_key {
            let value = if entry.value.is_mapping() {
                Value::of(Origin::Unknown, entry.key.span)
            } else {
                reader.value(Some(&entry.value))
            };
            reader.provides(name, entry.key.span, place.clone(), value);
        } else if entry.value.is_mapping() || entry.value.is_sequence() {
            variables(reader, &entry.value, depth + 1);
        }
    }
}
