//! Kubernetes objects, kustomizations, and the values of Helm charts.
//!
//! Known by their content: a document with `apiVersion` and `kind`. The grammar is that of the Kubernetes
//! API (`core/v1`: `Container`, `EnvVar`, `EnvFromSource`, `ConfigMap`, `Secret`), of kustomize's generators
//! and of the objects that make secrets (`ExternalSecret`, `SealedSecret`). Containers are looked for
//! anywhere in an object, so that resources of operators count as well.
//!
//! A chart's template is no YAML: its actions are blotted out, what they hold is unknown, and the file has
//! a gap.

mod blot;
mod objects;
mod texts;
mod values;
mod workloads;

use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, ManifestFile, Origin, Phase, Place, Provide, Provision, Role,
    SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::syntax::yaml::{Node, parse};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads Kubernetes objects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kubernetes;

/// How deep a walk goes; the containers of a `CronJob` lie at 7.
const MAX_DEPTH: usize = 24;

impl Extractor for Kubernetes {
    fn kind(&self) -> SourceKind {
        SourceKind("kubernetes")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".tpl"))
            && !super::mentions::is_foreign(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        let begins = |word: &str| {
            text.match_indices(word).any(|(at, _)| {
                let before = text.get(..at).unwrap_or("");
                before.is_empty() || before.ends_with(['\n', '\u{feff}'])
            })
        };
        begins("apiVersion:") && begins("kind:") || is_kustomization(path) || values::is_values(path, text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut reader = Reader::new(file);
        let (text, is_template) = blot::actions(&file.text);
        reader.is_template = is_template;
        if is_template {
            reader.gap(Span::at(0), "the manifest is a template");
        }
        let parsed = parse(&text);
        if let Some(error) = parsed.errors.first() {
            reader.gap(error.span, "the file is not valid YAML from here on");
        }
        for document in &parsed.documents {
            if values::is_values(&file.path, &file.text) {
                values::read(&mut reader, document, 0);
            } else {
                objects::read(&mut reader, document, 0);
            }
        }
        let mut found = reader.found;
        found.facts.sort_by_key(|fact| fact.span);
        found.structure = Structure::Manifest(reader.manifest);
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

fn is_kustomization(path: &TreePath) -> bool {
    matches!(path.name(), "kustomization.yaml" | "kustomization.yml")
}

/// What is being read, and what was found so far.
struct Reader<'a> {
    file: &'a SourceFile,
    is_template: bool,
    found: Extraction,
    manifest: ManifestFile,
    /// Nodes that may still be looked at: aliases may lead to the same block again and again.
    work: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self {
            file,
            is_template: false,
            found: Extraction::default(),
            manifest: ManifestFile::default(),
            work: (1 << 16) + file.text.len(),
        }
    }

    /// Takes a step of work; false if there is none left.
    fn take(&mut self) -> bool {
        self.work = self.work.saturating_sub(1);
        if self.work == 1 {
            self.gap(Span::at(0), "its aliases multiply beyond what can be followed");
        }
        self.work > 0
    }

    fn gap(&mut self, span: Span, reason: &'static str) {
        self.found.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
    }

    /// Whether a part of the file is what a template fills in.
    fn is_computed(&self, span: Span) -> bool {
        self.is_template && self.file.slice(span).contains("{{")
    }

    fn spelled(&self, node: &Node) -> Option<Spanned<String>> {
        let text = node.as_str().filter(|_| !node.is_null())?;
        // What a template fills in stands in the file, and not in the blotted text.
        let text = if self.is_computed(node.span) { self.file.slice(node.span) } else { text };
        Some(Spanned::new(text.to_owned(), node.span))
    }

    fn text(&self, node: &Node, field: &str) -> Option<Spanned<String>> {
        self.spelled(node.get(field)?)
    }

    /// The value at a node; what refers to other variables (`$(X)`) or is filled in is not known.
    fn value(&self, node: Option<&Node>) -> Value {
        let Some(node) = node else { return Value::of(Origin::Unknown, Span::at(0)) };
        if node.is_null() {
            return Value::literal("", node.span);
        }
        match node.as_str() {
            Some(text) if !text.contains("$(") && !self.is_computed(node.span) => {
                Value::literal(text, node.span)
            }
            _ => Value::of(Origin::Unknown, node.span),
        }
    }

    fn fact(&mut self, key: &str, span: Span, place: Place, role: Role) {
        let key = KeyName::new(key);
        if key.is_identifier() && !self.is_computed(span) {
            self.found.facts.push(Fact { key, file: self.file.id, span, place, phase: Phase::Run, role });
        }
    }

    fn provides(&mut self, key: &str, span: Span, place: Place, value: Value) {
        self.fact(key, span, place, Role::Provides(Provide { value, provision: Provision::Always }));
    }

    /// Nothing of a node may be shown.
    fn hide(&mut self, node: &Node) {
        if !node.span.is_empty() {
            self.found.hidden.push(node.span);
        }
    }
}

#[cfg(test)]
mod tests;
