//! Reading `keys:` and `services:`.

use std::collections::BTreeMap;

use super::MatrixProblem;
use super::reader::Reader;
use super::tree::{Content, Entry, Kind as ScalarKind, Tree};
use crate::key::KeyName;
use crate::matrix::{Deprecation, KeySpec, Kind, Relation, RelationKind, Required, Said, Service};

const SERVICE: [&str; 6] = ["root", "compose", "dockerfile", "public_prefix", "key_prefix", "about"];

const KEY: [&str; 15] = [
    "kind",
    "service",
    "services",
    "type",
    "required",
    "default",
    "aliases",
    "owner",
    "deprecated",
    "about",
    "equals",
    "differs",
    "starts_with",
    "ends_with",
    "contains",
];

const KINDS: [(&str, Kind); 5] = [
    ("config", Kind::Config),
    ("secret", Kind::Secret),
    ("public", Kind::Public),
    ("build", Kind::Build),
    ("platform", Kind::Platform),
];

impl Reader {
    pub(super) fn services(&mut self, tree: &Tree) -> BTreeMap<String, Service> {
        let mut services = BTreeMap::new();
        for entry in self.map("services", tree, "a map of services") {
            if entry.key.trim().is_empty() {
                self.tell(MatrixProblem::new(entry.key_at, "a service needs a name", "no name"));
                continue;
            }
            services.insert(entry.key.clone(), self.service(entry));
        }
        services
    }

    fn service(&mut self, of: &Entry) -> Service {
        let name = Said::at(of.key.clone(), of.key_at);
        let mut service = Service { compose: vec![name.clone()], name, ..Service::default() };
        for entry in self.fields(&of.key, &of.value, "a map that describes a service", &SERVICE) {
            let value = &entry.value;
            match entry.key.as_str() {
                "root" => service.root = self.path("root", value),
                "compose" => {
                    let names = self.texts("compose", value);
                    if !names.is_empty() {
                        service.compose = names;
                    }
                }
                "dockerfile" => service.dockerfile = self.path("dockerfile", value),
                "public_prefix" => service.public_prefix = self.text("public_prefix", value),
                "key_prefix" => service.key_prefix = self.text("key_prefix", value),
                _ => _ = self.about(value),
            }
        }
        service
    }

    pub(super) fn keys(&mut self, tree: &Tree) -> BTreeMap<KeyName, KeySpec> {
        let mut keys = BTreeMap::new();
        for entry in self.map("keys", tree, "a map of keys") {
            if let Some(name) = self.key_name(&Said::at(entry.key.clone(), entry.key_at)) {
                let spec = self.key(&name, &entry.value);
                keys.insert(name.value, spec);
            }
        }
        keys
    }

    fn key(&mut self, name: &Said<KeyName>, tree: &Tree) -> KeySpec {
        let mut spec = KeySpec { name: name.clone(), ..KeySpec::default() };
        if let Some(entry) = tree.entry("default") {
            spec.default = self.value("default", &entry.value);
        }
        for entry in self.fields(name.as_str(), tree, "a map that describes a key", &KEY) {
            let value = &entry.value;
            match entry.key.as_str() {
                "kind" => spec.kind = self.choice("kind", value, &KINDS).unwrap_or_default(),
                "service" | "services" => spec.services.extend(self.texts(&entry.key, value)),
                "type" => spec.value_type = self.value_type(value),
                "required" => spec.required = self.required(value).unwrap_or_default(),
                "default" => {}
                "aliases" => spec.aliases.extend(self.key_names(&entry.key, value)),
                "owner" => spec.owner = self.text("owner", value).map(|owner| owner.value),
                "deprecated" => spec.deprecated = self.deprecation(value),
                "about" => spec.about = self.about(value),
                relation => self.relations(relation, value, &mut spec),
            }
        }
        spec
    }

    fn relations(&mut self, word: &str, tree: &Tree, spec: &mut KeySpec) {
        let kind = match word {
            "equals" => RelationKind::Equals,
            "differs" => RelationKind::Differs,
            "starts_with" => RelationKind::StartsWith,
            "ends_with" => RelationKind::EndsWith,
            _ => RelationKind::Contains,
        };
        for other in self.key_names(word, tree) {
            if other.value == spec.name.value {
                if let Some(at) = other.at {
                    let message = format!("`{word}` of `{}` names the key itself", spec.name.as_str());
                    self.tell(MatrixProblem::new(at, message, "the same key"));
                }
                continue;
            }
            spec.relations.push(Said { value: Relation { kind, other: other.value }, at: other.at });
        }
    }

    fn required(&mut self, tree: &Tree) -> Option<Said<Required>> {
        if let Content::List(_) = tree.content {
            return Some(Said::at(Required::In(self.texts("required", tree)), tree.at));
        }
        let message = "`required` must be `all`, `deployed`, `never` or a list of environments";
        let Content::Scalar(kind, word) = &tree.content else {
            self.tell(MatrixProblem::new(tree.at, message, format!("this is {}", tree.noun())));
            return None;
        };
        let required = match word.as_str() {
            "all" => Required::All,
            "deployed" => Required::Deployed,
            "never" => Required::Never,
            _ => {
                let help = match kind {
                    ScalarKind::Bool(true) => "write `all` for every environment".to_owned(),
                    ScalarKind::Bool(false) => "write `never`".to_owned(),
                    _ => match super::reader::nearest(word, &["all", "deployed", "never"]) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("for a single environment write `[{word}]`"),
                    },
                };
                self.tell(MatrixProblem::new(tree.at, message, "none of these").help(help));
                return None;
            }
        };
        Some(Said::at(required, tree.at))
    }

    fn deprecation(&mut self, tree: &Tree) -> Option<Said<Deprecation>> {
        let mut said = Deprecation::default();
        match &tree.content {
            Content::Scalar(ScalarKind::Bool(true), _) => {}
            Content::Scalar(ScalarKind::Bool(false), _) => return None,
            Content::Scalar(ScalarKind::Text, message) => said.message.clone_from(message),
            Content::Table(_) => {
                for entry in self.fields("deprecated", tree, "a map", &["message", "use"]) {
                    if entry.key == "message" {
                        said.message = self.text("message", &entry.value)?.value;
                    } else {
                        let name = self.text("use", &entry.value)?;
                        said.replacement = self.key_name(&name).map(|name| name.value);
                    }
                }
            }
            _ => {
                self.ill_typed("deprecated", tree, "`true`, a text, or a map with `message` and `use`");
                return None;
            }
        }
        Some(Said::at(said, tree.at))
    }

    /// A name that can be a key's.
    pub(super) fn key_name(&mut self, text: &Said<String>) -> Option<Said<KeyName>> {
        let name = KeyName::new(text);
        if !name.is_identifier() {
            if let Some(at) = text.at {
                self.tell(
                    MatrixProblem::new(at, format!("`{}` cannot be the name of a key", **text), "not a name")
                        .help("a name is a letter or `_`, then letters, digits and `_`"),
                );
            }
            return None;
        }
        Some(Said { value: name, at: text.at })
    }

    /// One name of a key or a list of them.
    pub(super) fn key_names(&mut self, name: &str, tree: &Tree) -> Vec<Said<KeyName>> {
        self.texts(name, tree).iter().filter_map(|text| self.key_name(text)).collect()
    }
}
