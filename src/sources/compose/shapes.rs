//! The shape of what a service says: one value, a list or a mapping.
//!
//! Source: the schema of the compose specification,
//! <https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json>. `tests/compose_differential/shapes.rs`
//! asks the real program about each of them.

use super::refused::refused;
use super::{Reader, Service};
use crate::syntax::yaml::{Entry, Node};

/// The shapes that a key of a service may have.
struct Shapes {
    value: bool,
    list: bool,
    mapping: bool,
}

const VALUE: Shapes = Shapes { value: true, list: false, mapping: false };
const LIST: Shapes = Shapes { value: false, list: true, mapping: false };
const MAPPING: Shapes = Shapes { value: false, list: false, mapping: true };
const VALUE_OR_LIST: Shapes = Shapes { value: true, list: true, mapping: false };
const VALUE_OR_MAPPING: Shapes = Shapes { value: true, list: false, mapping: true };
const LIST_OR_MAPPING: Shapes = Shapes { value: false, list: true, mapping: true };

/// The shapes of a key; `None` of one that is not known, or whose shape is judged elsewhere.
fn shapes(key: &str) -> Option<Shapes> {
    Some(match key {
        "cap_add"
        | "cap_drop"
        | "device_cgroup_rules"
        | "devices"
        | "expose"
        | "external_links"
        | "group_add"
        | "links"
        | "ports"
        | "profiles"
        | "security_opt"
        | "volumes"
        | "volumes_from" => LIST,
        "container_name" | "hostname" | "image" | "mem_limit" | "network_mode" | "pid" | "platform"
        | "privileged" | "pull_policy" | "read_only" | "restart" | "stdin_open" | "stop_grace_period"
        | "stop_signal" | "tty" | "user" | "working_dir" => VALUE,
        "deploy" | "healthcheck" | "logging" | "ulimits" => MAPPING,
        "command" | "dns" | "entrypoint" | "tmpfs" => VALUE_OR_LIST,
        "build" | "extends" => VALUE_OR_MAPPING,
        "depends_on" | "extra_hosts" | "labels" | "networks" | "sysctls" => LIST_OR_MAPPING,
        _ => return None,
    })
}

/// What a node is, and how compose takes it.
fn shape(node: &Node) -> &'static str {
    if node.is_sequence() {
        "a list"
    } else if node.is_mapping() {
        "a mapping"
    } else {
        "a single value"
    }
}

/// Tells of keys of a service whose values have a shape that compose refuses.
pub(super) fn check(reader: &mut Reader<'_>, service: &Service<'_>) {
    for (key, entry) in &service.fields {
        let Some(allowed) = shapes(key) else { continue };
        let node = &entry.value;
        let is_fit = if node.is_sequence() {
            allowed.list
        } else if node.is_mapping() {
            allowed.mapping
        } else {
            allowed.value
        };
        // What is empty may be filled in by a merge, and a tag may say that it goes.
        if is_fit || node.is_null() || node.tag.is_some() {
            continue;
        }
        let label = match (allowed.value, allowed.list, allowed.mapping) {
            (true, false, false) => "this has to be a single value",
            (false, true, false) => "this has to be a list",
            (false, false, _) => "this has to be a mapping",
            (true, true, _) => "this has to be a single value or a list",
            (true, false, _) => "this has to be a single value or a mapping",
            (false, true, _) => "this has to be a list or a mapping",
        };
        let message = format!("`{key}` of `{}` is {}", service.name, shape(node));
        reader.problem(refused(entry.key.span, message, label).help(help(key, entry, &allowed, reader)));
    }
}

/// What to write instead.
fn help(key: &str, entry: &Entry, allowed: &Shapes, reader: &Reader<'_>) -> String {
    let node = &entry.value;
    match node.as_str() {
        Some(_) if allowed.list => {
            let written = reader.file.slice(node.span);
            let is_short = written.len() <= 60 && !written.contains('\n');
            let item = if is_short { written } else { "..." };
            format!("write it as an item below `{key}:`, as `- {item}`")
        }
        _ if node.is_mapping() && allowed.list => {
            format!("write each entry as an item below `{key}:`, with a dash in front")
        }
        _ if node.is_sequence() && allowed.mapping => {
            format!("write `name: value` below `{key}:`, without dashes")
        }
        _ => format!("give `{key}` the shape that compose expects"),
    }
}
