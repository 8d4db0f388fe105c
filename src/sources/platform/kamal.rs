//! `config/deploy.yml` of Kamal: "Environment variables", "Builders", "Accessories" and "Roles" of its manual.

use super::Reader;
use crate::fact::{CommandBuild, Origin, Place, Value};
use crate::syntax::yaml::{Entry, Node};
use crate::text::{Spanned, TreePath};

/// `config/deploy.yml`, and `config/deploy.staging.yml` of a destination.
pub(super) fn is_deployment(path: &TreePath) -> bool {
    let name = path.name();
    path.folder().name() == "config"
        && name.starts_with("deploy.")
        && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// Whether a text is one of Kamal's: `deploy.yml` is what others call theirs, too.
pub(super) fn confirms(text: &str) -> bool {
    let begins = |word: &str| text.lines().any(|line| line.starts_with(word));
    ["env:", "builder:", "accessories:"].iter().any(|word| begins(word))
        && (begins("service:") && begins("image:") || begins("servers:"))
}

pub(super) fn read(reader: &mut Reader<'_>, document: &Node) {
    environment(reader, document.get("env"), "kamal");
    for Entry { value: role, .. } in document.get("servers").map(Node::entries).unwrap_or_default() {
        environment(reader, role.get("env"), "kamal");
    }
    for Entry { key, value } in document.get("accessories").map(Node::entries).unwrap_or_default() {
        let name = key.as_str().unwrap_or("accessory");
        environment(reader, value.get("env"), name);
    }
    if let Some(builder) = document.get("builder") {
        build(reader, builder);
    }
}

/// `clear:` and `secret:`, or variables alone.
fn environment(reader: &mut Reader<'_>, node: Option<&Node>, app: &str) {
    let Some(node) = node else { return };
    let place = Place::Workload(app.to_owned());
    let (clear, secret) = (node.get("clear"), node.get("secret"));
    let plain = if clear.is_none() && secret.is_none() { Some(node) } else { clear };
    for Entry { key, value } in plain.map(Node::entries).unwrap_or_default() {
        let (Some(name), false) = (key.as_str(), value.is_mapping() || value.is_sequence()) else { continue };
        let given = match value.as_str() {
            Some(text) if !text.contains("<%") => Value::literal(text, value.span),
            _ => Value::of(Origin::Unknown, value.span),
        };
        reader.provides(name, key.span, place.clone(), given);
    }
    for item in secret.map(Node::items).unwrap_or_default() {
        // `- NAME:NAME_OF_THE_SECRET`
        let Some(text) = item.as_str() else { continue };
        let name = text.split(':').next().unwrap_or(text);
        let begins = reader.file.slice(item.span).find(name);
        let Some(start) = begins.map(|at| item.span.range().start + at) else { continue };
        let span = crate::text::Span::new(start, start + name.len());
        reader.provides(name, span, place.clone(), Value::of(Origin::Unknown, span));
    }
}

/// `builder:`, which builds the Dockerfile of the folder above.
fn build(reader: &mut Reader<'_>, builder: &Node) {
    // Kamal starts from the folder that holds `config/`.
    let path = |field: &str| {
        let node = builder.get(field)?;
        Some(Spanned::new(format!("../{}", node.as_str()?), node.span))
    };
    let mut args = Vec::new();
    for Entry { key, value } in builder.get("args").map(Node::entries).unwrap_or_default() {
        let Some(name) = key.as_str() else { continue };
        let given = Value::of(Origin::Unknown, value.span);
        reader.provides(name, key.span, Place::BuildArgs("kamal".to_owned()), given);
        args.push(Spanned::new(name.to_owned(), key.span));
    }
    let is_seen = ["pack", "context", "dockerfile"].iter().all(|field| {
        builder.get(field).is_none_or(|node| node.as_str().is_some_and(|text| !text.contains("<%")))
    });
    if !args.is_empty() && is_seen {
        let context = path("context").unwrap_or_else(|| Spanned::new("..".to_owned(), builder.span));
        let target = builder.get("target").and_then(Node::as_str).map(str::to_ascii_lowercase);
        let file = path("dockerfile");
        let build = CommandBuild { context, file, args, target, ..CommandBuild::default() };
        reader.script.builds.push(build);
    }
}
