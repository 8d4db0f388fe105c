//! Objects that hold keys, and lists of objects.

use super::{MAX_DEPTH, Reader, texts, workloads};
use crate::fact::{KeyStore, Origin, Place, StoreKind, Value};
use crate::syntax::yaml::{Entry, Node};
use crate::text::Spanned;

/// Reads one object.
pub(super) fn read(reader: &mut Reader<'_>, object: &Node, depth: usize) {
    if depth > 4 || !reader.take() {
        return;
    }
    let kind = object.get("kind").and_then(Node::as_str).unwrap_or("");
    let metadata = object.get("metadata");
    let name = metadata.and_then(|metadata| reader.text(metadata, "name"));
    let namespace = metadata.and_then(|metadata| metadata.get("namespace")).and_then(Node::as_str);
    match kind {
        "List" | "ConfigMapList" | "SecretList" => {
            for item in object.get("items").map(Node::items).unwrap_or_default() {
                read(reader, item, depth + 1);
            }
        }
        "ConfigMap" => {
            let Some(name) = name else { return };
            store(reader, StoreKind::ConfigMap, name.clone(), namespace, false);
            for field in ["data", "binaryData"] {
                keys(reader, object.get(field), &Place::ConfigMap(name.value.clone()), false);
            }
        }
        "Secret" => {
            let Some(name) = name else { return };
            store(reader, StoreKind::Secret, name.clone(), namespace, false);
            for field in ["data", "stringData"] {
                keys(reader, object.get(field), &Place::KubernetesSecret(name.value.clone()), true);
            }
        }
        "SealedSecret" => {
            let Some(name) = name else { return };
            store(reader, StoreKind::Secret, name.clone(), namespace, false);
            let sealed = object.get("spec").and_then(|spec| spec.get("encryptedData"));
            keys(reader, sealed, &Place::KubernetesSecret(name.value), true);
        }
        "ExternalSecret" => external(reader, object, name, namespace),
        "Kustomization" | "Component" => kustomization(reader, object),
        _ if kind.is_empty()
            && object.get("configMapGenerator").or(object.get("secretGenerator")).is_some() =>
        {
            kustomization(reader, object);
        }
        _ => {
            let of = workloads::Workload {
                kind,
                name: name.map(|name| name.value).unwrap_or_default(),
                namespace,
            };
            workloads::read(reader, object, &of, MAX_DEPTH);
        }
    }
}

fn store(
    reader: &mut Reader<'_>,
    kind: StoreKind,
    name: Spanned<String>,
    namespace: Option<&str>,
    is_open: bool,
) {
    // A template's name and keys may be computed.
    let is_open = is_open || reader.is_template;
    let namespace = namespace.map(str::to_owned);
    reader.manifest.stores.push(KeyStore { kind, name, namespace, is_open, env_files: Vec::new() });
}

fn keys(reader: &mut Reader<'_>, node: Option<&Node>, place: &Place, is_secret: bool) {
    let Some(node) = node else { return };
    for Entry { key, value } in node.entries() {
        if !reader.take() {
            return;
        }
        let Some(name) = key.as_str() else { continue };
        let given = if is_secret {
            // What stands there is base64 or sealed, or a secret as it is.
            reader.hide(value);
            Value::of(Origin::Unknown, value.span)
        } else {
            texts::check(reader, name, value);
            reader.value(Some(value))
        };
        reader.provides(name, key.span, place.clone(), given);
    }
}

/// `ExternalSecret`: an operator makes a `Secret` of keys in a store outside.
fn external(reader: &mut Reader<'_>, object: &Node, name: Option<Spanned<String>>, namespace: Option<&str>) {
    let Some(spec) = object.get("spec") else { return };
    let target = spec.get("target");
    let Some(name) = target.and_then(|target| reader.text(target, "name")).or(name) else { return };
    let template = target.and_then(|target| target.get("template"));
    store(reader, StoreKind::Secret, name.clone(), namespace, spec.get("dataFrom").is_some());
    let place = Place::KubernetesSecret(name.value);
    for item in spec.get("data").map(Node::items).unwrap_or_default() {
        let Some(key) = item.get("secretKey") else { continue };
        let value = Value::of(Origin::Unknown, key.span);
        if let Some(text) = key.as_str() {
            reader.provides(text, key.span, place.clone(), value);
        }
    }
    keys(reader, template.and_then(|template| template.get("data")), &place, true);
}

/// The generators of a kustomization.
fn kustomization(reader: &mut Reader<'_>, object: &Node) {
    let generators = [("configMapGenerator", StoreKind::ConfigMap), ("secretGenerator", StoreKind::Secret)];
    for (field, kind) in generators {
        for item in object.get(field).map(Node::items).unwrap_or_default() {
            let Some(name) = reader.text(item, "name").filter(|_| reader.take()) else { continue };
            let is_open = ["files", "behavior"].iter().any(|field| item.get(field).is_some());
            store(reader, kind, name.clone(), item.get("namespace").and_then(Node::as_str), is_open);
            let files = item.get("envs").map(Node::items).unwrap_or_default().iter().chain(item.get("env"));
            let files = files.filter_map(|path| reader.spelled(path)).collect();
            if let Some(store) = reader.manifest.stores.last_mut() {
                store.env_files = files;
            }
            let place = match kind {
                StoreKind::ConfigMap => Place::ConfigMap(name.value.clone()),
                StoreKind::Secret => Place::KubernetesSecret(name.value.clone()),
            };
            for literal in item.get("literals").map(Node::items).unwrap_or_default() {
                literal_key(reader, literal, &place, kind);
            }
        }
    }
}

/// `KEY=value` of a generator.
fn literal_key(reader: &mut Reader<'_>, node: &Node, place: &Place, kind: StoreKind) {
    let Some(placed) = crate::syntax::yaml::Placed::of(&reader.file.text, node) else { return };
    let Some((key, text)) = placed.text.split_once('=') else { return };
    let at = placed.place(&(0..key.len()));
    let span = placed.place(&(key.len() + 1..placed.text.len()));
    let value = match kind {
        StoreKind::ConfigMap if text.is_empty() => Value::literal("", at),
        StoreKind::ConfigMap => Value::literal(text.trim_matches(['"', '\'']), span),
        StoreKind::Secret => {
            reader.found.hidden.push(span);
            Value::of(Origin::Unknown, span)
        }
    };
    reader.provides(key, at, place.clone(), value);
}
