//! Settings classes: `BaseSettings` of pydantic-settings and of pydantic 1.
//!
//! Rules as in pydantic-settings 2: a field reads its prefix and name, in any case unless
//! `case_sensitive`; an alias takes the place of prefix and name; lists, maps and models are read as
//! JSON, and models also in parts where there is a delimiter. `tests/data/pydantic` holds what the real
//! library says about the classes there.

mod annotation;
mod built;
mod class;
mod field;
mod validators;

use super::literal::{default_value, literal};
use super::module::Module;
use super::output::Output;
use crate::fact::{Hidden, Need, Origin, Read, SettingsClass, Structure, Value};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};
use crate::value_type::ValueType;
use annotation::{Meaning, Shape};
use class::{Config, Given, Kind, Lineage};
use field::{Default, Field};

/// Adds what the settings classes of the file read.
pub(super) fn read(module: &Module<'_>, output: &mut Output<'_>) {
    let mut classes = Vec::new();
    for node in module.classes() {
        let lineage = Lineage::of(module, node);
        let Some(name) = node.field("name") else { continue };
        if !matches!(lineage.kind, Kind::Settings { .. }) {
            continue;
        }
        let config = Config::of(module, &lineage);
        let given = Given::to(module, name.text());
        let is_on_condition = built::is_on_condition(module, name.text());
        let reader = Reader {
            given: &given,
            is_on_condition,
            module,
            lineage: &lineage,
            config: &config,
            class: name.text(),
        };
        if config.is_computed || lineage.has_foreign_settings {
            output.gap(
                name.span(),
                Hidden::Reads,
                "the settings class takes its fields or its prefix from elsewhere",
            );
        }
        if config.prefix.is_some() {
            reader.fields(output);
        }
        classes.push(SettingsClass {
            name: name.spelled(),
            prefix: config.prefix.clone().unwrap_or_default(),
            refuses_others: config.refuses_others && !lineage.has_foreign_settings && !config.is_computed,
            env_files: config.env_files.into_iter().chain(given.env_files).collect(),
        });
    }
    if !classes.is_empty() {
        output.extraction.structure = Structure::Settings(classes);
    }
}

/// Reads the fields of one class.
struct Reader<'a, 't> {
    module: &'a Module<'t>,
    lineage: &'a Lineage<'t>,
    config: &'a Config,
    given: &'a Given<'t>,
    /// Whether the program may never make an instance.
    is_on_condition: bool,
    class: &'a str,
}

/// The names that a field goes by, in order of preference.
type Names = Vec<Spanned<String>>;

impl<'t> Reader<'_, 't> {
    fn fields(&self, output: &mut Output<'_>) {
        let loose = self.lineage.loosened();
        let fields = field::fields(self.module, &self.lineage.classes, self.lineage.is_v1(), 0);
        for mut field in fields {
            if loose.holds(field.name) {
                field.meaning.forget_type();
            }
            let names = self.names(&field);
            if names.is_empty() {
                output.gap(field.span, Hidden::Reads, "the names of the fields are computed");
                continue;
            }
            let mut need = self.need(&field);
            // Sources of its own, files of secrets, validators that see all fields, and whoever makes an
            // instance may fill this in; and nobody may make one.
            let is_given = self.given.others
                || self.given.fields.contains(field.name)
                || self.lineage.has_foreign_settings
                || self.is_on_condition;
            if need == Need::Required && (self.config.has_other_sources || loose.all || is_given) {
                need = Need::Unknown;
            }
            self.field(&field, &names, need, output);
        }
    }

    /// The names that serve `field` at the top of its class.
    fn names(&self, field: &Field<'t>) -> Names {
        let folded =
            |text: &str| if self.config.case_sensitive { text.to_owned() } else { text.to_uppercase() };
        let mut names: Names =
            field.aliases.iter().map(|alias| Spanned::new(folded(&alias.value), alias.span)).collect();
        let prefix = self.config.prefix.as_deref().unwrap_or("");
        if self.config.prefixes_aliases {
            for name in &mut names {
                name.value = folded(prefix) + &name.value;
            }
        }
        if names.is_empty() && self.config.has_alias_generator && !self.lineage.is_v1() {
            return names;
        }
        if names.is_empty() || self.config.by_name {
            names.push(Spanned::new(folded(&format!("{prefix}{}", field.name)), field.span));
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.value.clone()));
        names
    }

    fn need(&self, field: &Field<'t>) -> Need {
        match field.default {
            Default::Missing if self.lineage.is_v1() && field.meaning.is_optional => Need::Optional,
            Default::Missing => Need::Required,
            Default::Computed(node) => Need::Default(match empty_collection(node) {
                Some(text) => Value::literal(text, node.span()),
                None => Value::of(Origin::Unknown, node.span()),
            }),
            Default::Value(node) => match default_value(self.module, node) {
                Some(value) => Need::Default(value),
                None => Need::Optional,
            },
        }
    }

    fn field(&self, field: &Field<'t>, names: &Names, need: Need, output: &mut Output<'_>) {
        let delimiter = self.config.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty());
        let parts = match (delimiter, &field.meaning.shape) {
            (Some(delimiter), Shape::Model(class)) => {
                let mut parts = Vec::new();
                self.parts(*class, names, delimiter, &need, 0, &mut parts);
                parts
            }
            (Some(delimiter), Shape::Map | Shape::Foreign) => {
                for name in names {
                    let hides = Hidden::ReadsWithPrefix(format!("{}{delimiter}", name.value));
                    output.gap(field.span, hides, "the parts of the field are not known here");
                }
                Vec::new()
            }
            _ => Vec::new(),
        };
        if matches!(field.meaning.shape, Shape::Model(_) | Shape::Foreign) && is_built(&field.default) {
            // The object reads its own variables; that a text in JSON may take its place is of no use to most.
            for name in names {
                output.observed(&name.value, name.span);
            }
            for (key, span, read) in parts {
                output.read(&key, span, read);
            }
            return;
        }
        let mut read = self.describe(field, need);
        // The whole is there as soon as one of its parts is.
        read.alternatives.extend(parts.iter().map(|(key, ..)| KeyName::new(key)));
        self.emit(names, read, output);
        for (key, span, read) in parts {
            output.read(&key, span, read);
        }
    }

    fn emit(&self, names: &Names, mut read: Read, output: &mut Output<'_>) {
        let Some((first, others)) = names.split_first() else { return };
        let others = others.iter().map(|name| KeyName::new(&name.value));
        read.alternatives.splice(0..0, others);
        output.read(&first.value, first.span, read);
    }

    /// What a field says about the key it reads.
    fn describe(&self, field: &Field<'t>, need: Need) -> Read {
        let is_decoded = self.config.is_decoding && !field.meaning.is_raw;
        let value_type = match &field.meaning.shape {
            _ if field.aliases_are_paths => Some(ValueType::Json),
            Shape::Model(_) | Shape::Map | Shape::Items if is_decoded => Some(ValueType::Json),
            Shape::Plain(value_type) => value_type.clone(),
            _ => None,
        };
        Read {
            value_type: field.bounded(value_type),
            folds_case: !self.config.case_sensitive,
            is_secret: field.meaning.is_secret,
            settings: Some(self.class.to_owned()),
            about: field.about.clone(),
            ..Read::with_need(need)
        }
    }

    /// The reads of the parts of a model, `PARENT__PART`.
    fn parts(
        &self,
        class: Node<'t>,
        parents: &Names,
        delimiter: &str,
        parent_need: &Need,
        depth: usize,
        found: &mut Vec<(String, Span, Read)>,
    ) {
        if depth > 4 || found.len() > 500 {
            return;
        }
        let lineage = Lineage::of(self.module, class);
        let loose = lineage.loosened();
        for mut field in field::fields(self.module, &lineage.classes, lineage.is_v1(), depth + 1) {
            if loose.holds(field.name) {
                field.meaning.forget_type();
            }
            let folded =
                |text: &str| if self.config.case_sensitive { text.to_owned() } else { text.to_uppercase() };
            let own: Vec<(String, Span)> = if field.aliases.is_empty() {
                vec![(folded(field.name), field.span)]
            } else {
                field.aliases.iter().map(|alias| (folded(&alias.value), alias.span)).collect()
            };
            let mut names: Names = Vec::new();
            for parent in parents {
                for (name, span) in &own {
                    names.push(Spanned::new(format!("{}{delimiter}{name}", parent.value), *span));
                }
            }
            let mut need = self.need(&field);
            if need == Need::Required {
                need = match parent_need {
                    Need::Required if !loose.all => Need::Required,
                    // Without any part the parent's own default stands.
                    Need::Optional | Need::Default(_) => Need::Optional,
                    _ => Need::Unknown,
                };
            }
            let mut below = Vec::new();
            if let Shape::Model(inner) = field.meaning.shape {
                self.parts(inner, &names, delimiter, &need, depth + 1, &mut below);
            }
            let Some((first, others)) = names.split_first() else { continue };
            let mut read = self.describe(&field, need);
            read.alternatives.extend(others.iter().map(|name| KeyName::new(&name.value)));
            read.alternatives.extend(parents.iter().map(|parent| KeyName::new(&parent.value)));
            read.alternatives.extend(below.iter().map(|(key, ..)| KeyName::new(key)));
            found.push((first.value.clone(), first.span, read));
            found.append(&mut below);
        }
    }
}

/// Whether the code itself makes an object of a class: `Database()`, `default_factory=Database`.
fn is_built(default: &Default<'_>) -> bool {
    let class = match default {
        Default::Value(call)
            if call.field("arguments").is_some_and(|given| given.named().next().is_none()) =>
        {
            call.field("function")
        }
        Default::Computed(node) => Some(*node),
        Default::Value(_) | Default::Missing => None,
    };
    let is_class =
        |path: &str| path.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
    class.is_some_and(|class| matches!(class.kind(), "identifier" | "attribute") && is_class(class.text()))
}

/// What `default_factory=list` and its like make.
fn empty_collection(factory: Node<'_>) -> Option<&'static str> {
    match factory.text() {
        "list" | "set" | "tuple" | "frozenset" => Some("[]"),
        "dict" => Some("{}"),
        _ => None,
    }
}

/// The literal text or texts of an option such as `env_file`.
fn texts(module: &Module<'_>, node: Node<'_>) -> Vec<Spanned<String>> {
    use super::literal::Literal;
    let node = super::module::inner(node);
    if matches!(node.kind(), "tuple" | "list") {
        return node.named().flat_map(|item| texts(module, item)).collect();
    }
    match literal(module, node) {
        Some(found) => match found.literal {
            Literal::Str(text) => vec![Spanned::new(text, found.span)],
            Literal::List(items) => items
                .into_iter()
                .filter_map(|item| match item {
                    Literal::Str(text) => Some(Spanned::new(text, found.span)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        },
        None => Vec::new(),
    }
}

impl Meaning<'_> {
    /// A validator sees the raw text first, so the annotation does not tell what it must look like.
    fn forget_type(&mut self) {
        if matches!(self.shape, Shape::Plain(_)) {
            self.shape = Shape::Plain(None);
        }
    }
}
