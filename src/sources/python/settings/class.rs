//! Which classes are settings, from whom they inherit, and how they are configured.

use std::collections::BTreeSet;

use super::super::literal::{Literal, literal};
use super::super::module::{Arguments, Module, inner};
use super::texts;
use super::validators::Loosened;
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// What a class is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// It reads the environment; `is_v1`: by the rules of pydantic 1.
    Settings { is_v1: bool },
    /// A model, read as a part of settings.
    Model,
    /// Anything else.
    Other,
}

/// A class with all classes of this file it inherits from.
pub(super) struct Lineage<'t> {
    pub(super) kind: Kind,
    /// Ancestors first, the class itself last.
    pub(super) classes: Vec<Node<'t>>,
    /// Whether a base stands in another file and may be a settings class with fields.
    pub(super) has_foreign_settings: bool,
}

impl<'t> Lineage<'t> {
    pub(super) fn of(module: &Module<'t>, class: Node<'t>) -> Self {
        let mut lineage = Self { kind: Kind::Other, classes: Vec::new(), has_foreign_settings: false };
        lineage.climb(module, class, 0);
        lineage
    }

    pub(super) fn is_v1(&self) -> bool {
        self.kind == Kind::Settings { is_v1: true }
    }

    /// Fields and classes that validators treat before pydantic does.
    pub(super) fn loosened(&self) -> Loosened {
        Loosened::of(&self.classes)
    }

    fn climb(&mut self, module: &Module<'t>, class: Node<'t>, depth: usize) {
        if depth > 12 || self.classes.contains(&class) {
            return;
        }
        let mut bases = Arguments::of(class.field("superclasses")).positional;
        bases.reverse();
        for base in bases {
            let base = if base.kind() == "subscript" { base.field("value").unwrap_or(base) } else { base };
            if let Some(local) = (base.kind() == "identifier").then(|| module.class(base.text())).flatten() {
                self.climb(module, local, depth + 1);
                continue;
            }
            let path = module.path(base).unwrap_or_else(|| base.text().to_owned());
            let kind = foreign_kind(&path);
            if let Kind::Settings { .. } = kind {
                self.kind = kind;
            } else if kind == Kind::Model && self.kind == Kind::Other {
                self.kind = kind;
            } else if is_settings_like(&path, class) {
                self.has_foreign_settings = true;
                self.kind = Kind::Settings { is_v1: false };
            }
        }
        if class.field("superclasses").is_none() && self.kind == Kind::Other && is_dataclass(module, class) {
            self.kind = Kind::Model;
        }
        self.classes.push(class);
    }
}

fn is_dataclass<'t>(module: &Module<'t>, class: Node<'t>) -> bool {
    module.parent(class).is_some_and(|(above, _)| {
        above.kind() == "decorated_definition"
            && above.named().any(|part| part.kind() == "decorator" && part.text().contains("dataclass"))
    })
}

/// What a class of another file is, by where it is imported from.
fn foreign_kind(path: &str) -> Kind {
    let name = path.rsplit('.').next().unwrap_or(path);
    match name {
        "BaseSettings" => {
            let is_v1 = path.starts_with("pydantic.") || path.starts_with("pydantic.v1.");
            Kind::Settings { is_v1 }
        }
        "BaseModel" | "RootModel" | "GenericModel" | "TypedDict" => Kind::Model,
        _ => Kind::Other,
    }
}

/// Whether a class whose base stands in another file is configured as settings are.
fn is_settings_like(path: &str, class: Node<'_>) -> bool {
    let base = path.rsplit('.').next().unwrap_or(path);
    let is_configured = class.field("body").into_iter().flat_map(Node::named).take(40).any(|statement| {
        statement.text().starts_with("model_config") && statement.text().contains("SettingsConfigDict")
    });
    is_configured || (path.contains('.') && base.ends_with("Settings"))
}

/// How a settings class reads.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// `None` if it is computed.
    pub(super) prefix: Option<String>,
    pub(super) case_sensitive: bool,
    pub(super) env_files: Vec<Spanned<String>>,
    pub(super) delimiter: Option<String>,
    pub(super) refuses_others: bool,
    pub(super) by_name: bool,
    pub(super) prefixes_aliases: bool,
    pub(super) is_decoding: bool,
    pub(super) has_alias_generator: bool,
    pub(super) has_other_sources: bool,
    /// Whether some of it could not be seen.
    pub(super) is_computed: bool,
}

impl Config {
    pub(super) fn of<'t>(module: &Module<'t>, lineage: &Lineage<'t>) -> Self {
        let is_v1 = lineage.is_v1();
        let mut config = Self {
            prefix: Some(String::new()),
            case_sensitive: false,
            env_files: Vec::new(),
            delimiter: None,
            refuses_others: !is_v1,
            by_name: false,
            prefixes_aliases: false,
            is_decoding: true,
            has_alias_generator: false,
            has_other_sources: false,
            is_computed: false,
        };
        for &class in &lineage.classes {
            config.take(module, class);
        }
        if is_v1 {
            config.refuses_others = false;
        }
        config
    }

    fn take<'t>(&mut self, module: &Module<'t>, class: Node<'t>) {
        for statement in class.field("body").into_iter().flat_map(Node::named) {
            let Some(node) = definition(statement) else { continue };
            match node.kind() {
                "assignment" if node.field("left").is_some_and(|left| left.text() == "model_config") => {
                    if let Some(value) = node.field("right") {
                        self.take_value(module, inner(value));
                    }
                }
                "class_definition" if node.field("name").is_some_and(|name| name.text() == "Config") => {
                    for part in node.field("body").into_iter().flat_map(Node::named) {
                        let Some(part) = definition(part) else { continue };
                        if let (Some(left), Some(right)) = (part.field("left"), part.field("right")) {
                            self.option(module, left.text(), right);
                        }
                        if part.field("name").is_some_and(|name| name.text() == "customise_sources") {
                            self.has_other_sources = true;
                        }
                    }
                }
                "function_definition"
                    if node.field("name").is_some_and(|name| name.text() == "settings_customise_sources") =>
                {
                    self.has_other_sources |= adds_sources(node);
                }
                _ => {}
            }
        }
        for (name, value) in Arguments::of(class.field("superclasses")).keywords {
            self.option(module, name, value);
        }
    }

    fn take_value<'t>(&mut self, module: &Module<'t>, value: Node<'t>) {
        match value.kind() {
            "call" => {
                let list = value.field("arguments");
                self.is_computed |=
                    list.into_iter().flat_map(Node::named).any(|part| part.kind() == "dictionary_splat");
                for (name, option) in Arguments::of_call(value).keywords {
                    self.option(module, name, option);
                }
            }
            "dictionary" => {
                for pair in value.named() {
                    match (pair.field("key").and_then(Node::string), pair.field("value")) {
                        (Some(name), Some(option)) => self.option(module, &name.value, option),
                        // `{**Base.model_config}` says again what is inherited.
                        _ => self.is_computed |= !pair.text().contains("model_config"),
                    }
                }
            }
            "identifier" => match module.value(value) {
                Some(constant) if constant.kind() != "identifier" => self.take_value(module, inner(constant)),
                _ => self.is_computed = true,
            },
            _ => self.is_computed = true,
        }
    }

    fn option<'t>(&mut self, module: &Module<'t>, name: &str, value: Node<'t>) {
        let found = literal(module, value).map(|found| found.literal);
        let flag = |unknown: bool| match found {
            Some(Literal::Bool(flag)) => flag,
            Some(Literal::None) => false,
            _ => unknown,
        };
        let text = || match &found {
            Some(Literal::Str(text)) => Some(text.clone()),
            _ => None,
        };
        match name {
            "env_prefix" => {
                self.prefix = text();
                self.is_computed |= self.prefix.is_none();
            }
            "env_file" => self.env_files = texts(module, value),
            "env_nested_delimiter" => {
                self.delimiter = text();
                self.is_computed |= found.is_none();
            }
            "case_sensitive" => self.case_sensitive = flag(false),
            "extra" => {
                self.refuses_others =
                    text().map_or_else(|| value.text().ends_with(".forbid"), |text| text == "forbid");
            }
            "populate_by_name" | "validate_by_name" => self.by_name = flag(false),
            "env_prefix_target" => {
                self.prefixes_aliases = matches!(text().as_deref(), Some("alias" | "all"));
            }
            "enable_decoding" => self.is_decoding = flag(true),
            "alias_generator" => self.has_alias_generator = found != Some(Literal::None),
            "secrets_dir" | "yaml_file" | "toml_file" | "json_file" | "pyproject_toml_table_header" => {
                self.has_other_sources |= found != Some(Literal::None);
            }
            _ => {}
        }
    }
}

/// What calls of a class in this file give it themselves.
#[derive(Debug, Default)]
pub(super) struct Given<'t> {
    /// Fields by name.
    pub(super) fields: BTreeSet<&'t str>,
    /// Whether a call gives fields that are not spelled out.
    pub(super) others: bool,
    /// `_env_file=`.
    pub(super) env_files: Vec<Spanned<String>>,
}

impl<'t> Given<'t> {
    pub(super) fn to(module: &Module<'t>, class: &str) -> Self {
        let mut given = Self::default();
        for &call in module.calls(class) {
            let parts = call.field("arguments").into_iter().flat_map(Node::named);
            given.others |= parts.into_iter().any(|part| part.kind() == "dictionary_splat");
            for (name, value) in Arguments::of_call(call).keywords {
                if name == "_env_file" {
                    given.env_files.extend(texts(module, value));
                }
                given.fields.insert(name);
            }
        }
        given
    }
}

/// The assignment, class or function of a statement.
pub(super) fn definition(statement: Node<'_>) -> Option<Node<'_>> {
    match statement.kind() {
        "expression_statement" => statement.named().next(),
        "decorated_definition" => statement.field("definition"),
        _ => Some(statement),
    }
}

/// Whether `settings_customise_sources` returns more than the sources it is given.
fn adds_sources(function: Node<'_>) -> bool {
    let given = ["init_settings", "env_settings", "dotenv_settings", "file_secret_settings"];
    let returned =
        function.walk().filter(|step| step.node.kind() == "return_statement").map(|step| step.node);
    returned.into_iter().any(|statement| {
        statement
            .walk()
            .filter(|step| step.node.kind() == "identifier")
            .any(|step| !given.contains(&step.node.text()))
    })
}
