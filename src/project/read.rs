//! One YAML document as a [`Model`], interpolated.

use std::collections::BTreeSet;

use super::holes::first_mark;
use super::load::{Loader, Lookup};
use super::merge::unique;
use super::model::{Build, Entry, EnvFile, Extends, Grant, Include, Model, Service, Variables};
use super::reset::Resets;
use crate::syntax::interpolation::{Refusal, substitute};
use crate::syntax::yaml::{self, Node, NodeKind, Rendered, Scalar, Style, rendered, resolve};
use crate::text::{FileId, Location, Span};

/// How deep documents, and merges in them, may nest.
const DEEPEST: usize = 64;

/// Reads documents of one file.
pub(super) struct Reader<'a> {
    pub(super) loader: &'a Loader<'a>,
    pub(super) file: FileId,
    pub(super) lookup: Lookup<'a>,
    /// Whether this is inside of what is tagged `!override`, where `!reset` means nothing.
    pub(super) in_override: bool,
}

impl<'a> Reader<'a> {
    /// The reader for what is inside of `node`.
    fn inside(&self, node: &Node) -> Self {
        let in_override = self.in_override || node.tag.as_deref() == Some("!override");
        Self { loader: self.loader, file: self.file, lookup: self.lookup, in_override }
    }

    fn is_reset(&self, node: &Node) -> bool {
        !self.in_override && node.tag.as_deref() == Some("!reset")
    }

    /// A scalar as it arrives before interpolation.
    fn rendered(&self, node: &Node) -> Rendered {
        match &node.kind {
            NodeKind::Scalar { text, .. } if node.tag.is_some() && !self.is_reset(node) => {
                match resolve(node) {
                    Some(Scalar::Text(text)) => Rendered::Text(text),
                    _ if self.in_override && node.tag.as_deref() == Some("!reset") => {
                        Rendered::Text(text.clone())
                    }
                    _ => rendered(node),
                }
            }
            _ => rendered(node),
        }
    }

    /// The document, and what it takes away from those before.
    pub(super) fn document(&self, document: &'a Node) -> (Model, Resets) {
        let mut resets = Resets::default();
        self.survey(document, &mut Vec::new(), Some(&mut resets), 0);
        let mut model = Model::default();
        let top = self.fields(document);
        if !document.is_mapping() {
            self.refuse(document.span, "the file is no mapping");
        }
        for (key, entry) in top {
            match key {
                "name" => model.name = self.text(&entry.value),
                "include" => model.include = self.includes(&entry.value),
                "services" => {
                    let inner = self.inside(&entry.value);
                    for (name, entry) in inner.fields(&entry.value) {
                        let service = entry.value.is_mapping().then(|| inner.service(entry));
                        model.services.insert(name.to_owned(), service);
                    }
                }
                _ => {}
            }
        }
        (model, resets)
    }

    fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    fn refuse(&self, span: Span, reason: &str) {
        self.loader.refuse(Some(self.at(span)), reason);
    }

    /// Looks at everything once: for what cannot be interpolated, for tags and for keys that stand twice.
    /// `resets` is none inside of what is tagged.
    fn survey(&self, node: &Node, path: &mut Vec<String>, resets: Option<&mut Resets>, depth: usize) {
        if depth > DEEPEST || !self.loader.visit() {
            return;
        }
        let mut resets = resets;
        if let Some(kept) = resets.as_deref_mut() {
            let tag = node.tag.as_deref();
            if matches!(tag, Some("!reset" | "!override")) {
                kept.0.push(path.join("."));
                resets = None;
            }
            if tag == Some("!reset") {
                return;
            }
        }
        match &node.kind {
            NodeKind::Scalar { .. } => {
                if !node.via_alias {
                    self.text(node);
                }
            }
            NodeKind::Sequence(items) => {
                for (number, item) in items.iter().enumerate() {
                    path.push(number.to_string());
                    self.survey(item, path, resets.as_deref_mut(), depth + 1);
                    path.pop();
                }
            }
            NodeKind::Mapping(entries) => {
                let mut known = BTreeSet::new();
                for entry in entries.iter() {
                    let Some(key) = entry.key.as_str() else { continue };
                    let is_merge = is_merge(&entry.key);
                    if !is_merge && !matches!(resolve(&entry.key), Some(Scalar::Text(_))) {
                        self.refuse(entry.key.span, "a key is no text");
                    }
                    if !self.is_reset(&entry.value) && !known.insert(key) {
                        self.refuse(entry.key.span, "a key stands twice in one mapping");
                    }
                    if !is_merge {
                        path.push(key.to_owned());
                    }
                    self.survey(&entry.value, path, resets.as_deref_mut(), depth + 1);
                    if !is_merge {
                        path.pop();
                    }
                }
            }
        }
    }

    /// The entries of a mapping: its own, then what `<<` adds, of which the first wins. What is `!reset`
    /// is not there.
    fn fields(&self, node: &'a Node) -> Vec<(&'a str, &'a yaml::Entry)> {
        let mut found = Vec::new();
        self.collect(node, &mut BTreeSet::new(), &mut found, 0);
        found
    }

    fn collect(
        &self,
        node: &'a Node,
        known: &mut BTreeSet<&'a str>,
        found: &mut Vec<(&'a str, &'a yaml::Entry)>,
        depth: usize,
    ) {
        if depth > DEEPEST || self.is_reset(node) {
            return;
        }
        let (merges, own): (Vec<_>, Vec<_>) =
            node.raw_entries().iter().partition(|entry| is_merge(&entry.key));
        for entry in own.into_iter().filter(|entry| !self.is_reset(&entry.value)) {
            if let Some(key) = entry.key.as_str()
                && self.loader.visit()
                && known.insert(key)
            {
                found.push((key, entry));
            }
        }
        for entry in merges {
            for item in items(&entry.value) {
                if self.loader.visit() {
                    self.collect(item, known, found, depth + 1);
                }
            }
        }
    }

    fn field(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        self.fields(node).into_iter().find(|(name, _)| *name == key).map(|(_, entry)| &entry.value)
    }

    /// A scalar as it arrives, interpolated; `None` for null and collections.
    fn text(&self, node: &Node) -> Option<String> {
        let Rendered::Text(text) = self.rendered(node) else { return None };
        let refusal = match substitute(&text, self.lookup) {
            Ok(text) => return Some(text),
            Err(refusal) => refusal,
        };
        let reason = match refusal {
            Refusal::Malformed => "a malformed `${...}`".to_owned(),
            Refusal::Missing { name } => format!("`{name}` is required and not set"),
        };
        self.refuse(node.span, &reason);
        Some(self.loader.holes.mark(&reason, true))
    }

    /// The texts of a scalar or of a list's scalars.
    fn texts(&self, node: &'a Node) -> Vec<String> {
        items(node).iter().filter(|item| !self.is_reset(item)).filter_map(|item| self.text(item)).collect()
    }

    fn service(&self, entry: &'a yaml::Entry) -> Service {
        let mut service = Service::new(self.at(entry.key.span));
        let own = self.inside(&entry.value);
        for (key, field) in own.fields(&entry.value) {
            let value = &field.value;
            let inner = own.inside(value);
            match key {
                "environment" => service.environment = Some(inner.variables(value)),
                "build" => {
                    let args = inner.field(value, "args").map(|args| inner.inside(args).variables(args));
                    service.build = Some(Build { args });
                }
                "env_file" => {
                    let files = items(value).iter().filter(|item| !inner.is_reset(item));
                    let files = files.filter_map(|item| inner.env_file(item)).collect();
                    service.env_files = Some(unique(files, |file: &EnvFile| file.path.clone()));
                }
                "profiles" => service.profiles = inner.texts(value),
                "extends" => service.extends = inner.extends(value),
                "secrets" => service.secrets = inner.grants(value, "/run/secrets"),
                "configs" => service.configs = inner.grants(value, ""),
                _ => {}
            }
        }
        service
    }

    fn variables(&self, node: &'a Node) -> Variables {
        let mut found = Variables { is_list: !node.is_mapping(), ..Variables::default() };
        if node.is_mapping() {
            for (key, entry) in self.fields(node) {
                let value = match self.rendered(&entry.value) {
                    Rendered::Host | Rendered::Absent => None,
                    Rendered::Text(_) => self.text(&entry.value),
                    // Refused alone and taken where files are merged.
                    Rendered::NoNumber => Some(self.loader.holes.mark("the value is no number", true)),
                    Rendered::Collection => {
                        let reason = "a value is neither text nor number";
                        self.refuse(entry.value.span, reason);
                        Some(self.loader.holes.mark(reason, true))
                    }
                };
                found.entries.push(Entry { key: key.to_owned(), value, at: self.at(entry.key.span) });
            }
            return found;
        }
        if !node.is_sequence() {
            self.refuse(node.span, "the variables are neither a mapping nor a list");
        }
        for item in node.items().iter().filter(|item| !self.is_reset(item)) {
            if !matches!(resolve(item), Some(Scalar::Text(_))) {
                self.refuse(item.span, "an item of the list is no text");
                continue;
            }
            let Some(text) = self.text(item) else { continue };
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (text, None),
            };
            if first_mark(&key).is_some() {
                let reason = self.loader.holes.first(&key).map(|hole| hole.reason);
                found.open = found.open.or(reason);
                continue;
            }
            found.entries.push(Entry { key, value, at: self.at(item.span) });
        }
        found.entries = unique(found.entries, |entry: &Entry| entry.key.clone());
        found
    }

    fn env_file(&self, node: &'a Node) -> Option<EnvFile> {
        let at = self.at(node.span);
        if !node.is_mapping() {
            let path = self.text(node)?;
            return Some(EnvFile { at, path, required: true, format: None });
        }
        let required = self.field(node, "required").and_then(|node| self.text(node));
        Some(EnvFile {
            at,
            path: self.field(node, "path").and_then(|node| self.text(node))?,
            required: required.as_deref() != Some("false"),
            format: self
                .field(node, "format")
                .and_then(|node| self.text(node))
                .filter(|word| !word.is_empty()),
        })
    }

    fn extends(&self, node: &'a Node) -> Option<Extends> {
        let at = self.at(node.span);
        if !node.is_mapping() {
            return Some(Extends { at, file: None, service: self.text(node)? });
        }
        let file = self.field(node, "file").and_then(|node| self.text(node));
        let service = self.field(node, "service").and_then(|node| self.text(node))?;
        Some(Extends { at, file, service })
    }

    fn grants(&self, node: &'a Node, folder: &str) -> Vec<Grant> {
        let grant = |item: &'a Node| {
            let name = if item.is_mapping() { self.field(item, "source") } else { Some(item) };
            let source = self.text(name?)?;
            let target = self.field(item, "target").and_then(|node| self.text(node));
            let target = target.unwrap_or_else(|| format!("{folder}/{source}"));
            Some(Grant { source, target })
        };
        let found = node.items().iter().filter(|item| !self.is_reset(item)).filter_map(grant).collect();
        unique(found, |grant: &Grant| grant.target.clone())
    }

    fn includes(&self, node: &'a Node) -> Vec<Include> {
        let mut found = Vec::new();
        for item in node.items().iter().filter(|item| !self.is_reset(item)) {
            let at = self.at(item.span);
            let mut include =
                Include { at, paths: Vec::new(), project_directory: None, env_files: Vec::new() };
            if item.is_mapping() {
                let texts = |key| self.field(item, key).map(|node| self.texts(node)).unwrap_or_default();
                include.paths = texts("path");
                include.env_files = texts("env_file");
                include.project_directory =
                    texts("project_directory").into_iter().next().filter(|folder| !folder.is_empty());
            } else {
                include.paths = self.texts(item);
            }
            found.push(include);
        }
        found
    }
}

fn items(node: &Node) -> &[Node] {
    if node.is_sequence() { node.items() } else { std::slice::from_ref(node) }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar { text, style: Style::Plain } if text == "<<")
}
