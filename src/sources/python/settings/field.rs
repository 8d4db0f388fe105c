//! The fields of a class, with what `Field(..)` says about them.

use super::super::literal::{Literal, literal, text};
use super::super::module::{Arguments, Module, inner};
use super::annotation::{Meaning, meaning};
use super::class::definition;
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};
use crate::value_type::ValueType;

/// What a field has without a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Default<'t> {
    Missing,
    Value(Node<'t>),
    /// `default_factory=`.
    Computed(Node<'t>),
}

/// One field.
pub(super) struct Field<'t> {
    pub(super) name: &'t str,
    pub(super) span: Span,
    pub(super) meaning: Meaning<'t>,
    pub(super) default: Default<'t>,
    /// Names that take the place of prefix and field name, in order of preference.
    pub(super) aliases: Vec<Spanned<String>>,
    /// Whether the first alias is a path into a JSON value.
    pub(super) aliases_are_paths: bool,
    min: Option<i64>,
    max: Option<i64>,
    pub(super) about: Option<String>,
}

/// The fields of classes, ancestors first; a later one of the same name replaces an earlier one in place.
pub(super) fn fields<'t>(
    module: &Module<'t>,
    classes: &[Node<'t>],
    is_v1: bool,
    depth: usize,
) -> Vec<Field<'t>> {
    let mut found: Vec<Field<'t>> = Vec::new();
    for class in classes {
        let mut documented: Option<usize> = None;
        for statement in class.field("body").into_iter().flat_map(Node::named) {
            let Some(node) = definition(statement) else { continue };
            if matches!(node.kind(), "string" | "concatenated_string") {
                // A string behind a field is what the field means.
                if let Some(field) = documented.take().and_then(|at| found.get_mut(at))
                    && field.about.is_none()
                {
                    field.about = text(module, node).map(|about| first_words(&about));
                }
                continue;
            }
            documented = None;
            let Some(field) = read(module, node, is_v1, depth) else { continue };
            match found.iter().position(|other| other.name == field.name) {
                Some(at) => {
                    found[at] = field;
                    documented = Some(at);
                }
                None => {
                    documented = Some(found.len());
                    found.push(field);
                }
            }
        }
    }
    found
}

/// A description on one line.
fn first_words(about: &str) -> String {
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read<'t>(module: &Module<'t>, node: Node<'t>, is_v1: bool, depth: usize) -> Option<Field<'t>> {
    let name =
        node.field("left").filter(|left| node.kind() == "assignment" && left.kind() == "identifier")?;
    let annotation = node.field("type");
    if name.text().starts_with('_') || name.text() == "model_config" {
        return None;
    }
    let meaning = match (annotation, node.field("right")) {
        (Some(annotation), value) => {
            let found = meaning(module, annotation, depth);
            if found.is_class_variable || (found.is_final && value.is_some()) {
                return None;
            }
            found
        }
        // pydantic 1 takes the type of the default.
        (None, Some(value)) if is_v1 => Meaning::of_default(literal(module, value)?.literal),
        _ => return None,
    };
    let mut field = Field {
        name: name.text(),
        span: name.span(),
        default: Default::Missing,
        aliases: Vec::new(),
        aliases_are_paths: false,
        min: meaning.min,
        max: meaning.max,
        about: None,
        meaning,
    };
    for call in field.meaning.field_calls.clone() {
        field.take(module, call, is_v1);
    }
    if let Some(value) = node.field("right").map(inner) {
        if is_field_call(value) {
            field.take(module, value, is_v1);
        } else if value.kind() != "ellipsis" {
            field.default = Default::Value(value);
        }
    }
    Some(field)
}

/// Whether `node` calls pydantic's `Field`.
pub(super) fn is_field_call(node: Node<'_>) -> bool {
    node.kind() == "call"
        && node
            .field("function")
            .is_some_and(|function| matches!(function.text().rsplit('.').next(), Some("Field" | "FieldInfo")))
}

impl<'t> Field<'t> {
    fn take(&mut self, module: &Module<'t>, call: Node<'t>, is_v1: bool) {
        let arguments = Arguments::of_call(call);
        if let Some(default) = arguments.get("default", 0)
            && default.kind() != "ellipsis"
            && !default.text().ends_with("Undefined")
        {
            self.default = Default::Value(default);
        }
        if let Some(factory) = arguments.keyword("default_factory") {
            self.default = match factory.kind() {
                "lambda" => match factory.field("body") {
                    Some(body) if literal(module, body).is_some() => Default::Value(body),
                    _ => Default::Computed(factory),
                },
                _ => Default::Computed(factory),
            };
        }
        if is_v1 {
            if let Some(names) = arguments.keyword("env") {
                self.aliases = super::texts(module, names);
            }
        } else if let Some(alias) =
            arguments.keyword("validation_alias").or_else(|| arguments.keyword("alias"))
            && alias.kind() != "none"
        {
            self.aliases.clear();
            self.alias(module, inner(alias));
        }
        for (name, value) in &arguments.keywords {
            let number = || match literal(module, *value)?.literal {
                Literal::Int(number) => Some(number),
                _ => None,
            };
            match *name {
                "ge" => self.min = number(),
                "gt" => self.min = number().and_then(|number| number.checked_add(1)),
                "le" => self.max = number(),
                "lt" => self.max = number().and_then(|number| number.checked_sub(1)),
                "description" => self.about = text(module, *value).map(|about| first_words(&about)),
                _ => {}
            }
        }
    }

    fn alias(&mut self, module: &Module<'t>, node: Node<'t>) {
        let called = node.field("function").map(|function| function.text().rsplit('.').next().unwrap_or(""));
        match called {
            Some("AliasChoices") => {
                for choice in Arguments::of_call(node).positional {
                    self.alias(module, inner(choice));
                }
            }
            Some("AliasPath") => {
                let arguments = Arguments::of_call(node);
                if let Some(first) = arguments.at(0) {
                    self.aliases_are_paths |= self.aliases.is_empty() && arguments.positional.len() > 1;
                    self.alias(module, first);
                }
            }
            _ => {
                if let Some(found) = node.string() {
                    self.aliases.push(found);
                } else if let Some(found) = text(module, node) {
                    self.aliases.push(Spanned::new(found, node.span()));
                }
            }
        }
    }

    /// The type with the bounds that `Field(ge=..)` sets.
    pub(super) fn bounded(&self, value_type: Option<ValueType>) -> Option<ValueType> {
        match value_type {
            Some(ValueType::Int { min, max }) => {
                Some(ValueType::Int { min: self.min.or(min), max: self.max.or(max) })
            }
            other => other,
        }
    }
}
