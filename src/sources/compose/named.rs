//! What services name that compose looks for in the whole project: other services, volumes, secrets and configs.

use super::{Reader, Service};
use crate::fact::ComposeName;
use crate::syntax::yaml::Node;
use crate::text::{Span, Spanned};

/// Fields that may name a service, as `service:name`.
const SHARED: &[&str] = &["network_mode", "ipc", "pid"];

pub(super) fn read(reader: &mut Reader<'_>, service: &Service<'_>) -> Vec<ComposeName> {
    let mut found = Vec::new();
    let mut add = |kind, field, name: &str, span: Span| {
        if is_constant(name) {
            found.push(ComposeName { kind, field, name: Spanned::new(name.to_owned(), span) });
        }
    };
    if let Some(node) = service.get("depends_on") {
        for item in node.items() {
            add("service", "depends_on", item.as_str().unwrap_or(""), item.span);
        }
        for (name, entry) in reader.visits.fields(node) {
            // Newer releases go on without one that is not required.
            let required = reader.visits.value(&entry.value, "required").and_then(Node::as_str);
            if required != Some("false") {
                add("service", "depends_on", name, entry.key.span);
            }
        }
    }
    for field in SHARED {
        if let Some(node) = service.get(field)
            && let Some(name) = node.as_str().and_then(|text| text.strip_prefix("service:"))
        {
            add("service", field, name, node.span);
        }
    }
    for item in service.get("links").map(Node::items).unwrap_or_default() {
        let name = item.as_str().and_then(|text| text.split(':').next());
        add("service", "links", name.unwrap_or(""), item.span);
    }
    for item in service.get("volumes_from").map(Node::items).unwrap_or_default() {
        let text = item.as_str().filter(|text| !text.starts_with("container:"));
        add("service", "volumes_from", text.and_then(|text| text.split(':').next()).unwrap_or(""), item.span);
    }
    for (kind, field) in [("secret", "secrets"), ("config", "configs")] {
        for item in service.get(field).map(Node::items).unwrap_or_default() {
            let named = if item.is_mapping() { reader.visits.value(item, "source") } else { Some(item) };
            if let Some(node) = named {
                add(kind, field, node.as_str().unwrap_or(""), node.span);
            }
        }
    }
    for item in service.get("volumes").map(Node::items).unwrap_or_default() {
        let is_volume = reader.visits.value(item, "type").and_then(Node::as_str) == Some("volume");
        if let Some(node) = reader.visits.value(item, "source").filter(|_| is_volume) {
            add("volume", "volumes", node.as_str().unwrap_or(""), node.span);
        }
    }
    found
}

/// Whether a text is a name as it stands.
fn is_constant(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
