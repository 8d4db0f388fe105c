//! Libraries whose schemas are objects in a language of their own: convict, Adonis, arktype and arkenv, env-schema and
//! Fastify's plugin around it, TypeBox.
//!
//! What they ask for and which texts they refuse was asked of convict 6, @adonisjs/env 6, arktype 2, arkenv 0.11 and
//! env-schema 8 themselves (`tests/data/typescript/make_others.mjs`).

use super::super::environment::is_environment;
use super::super::module::{Binding, Module, arguments, callee, inner, key_text, pairs, property};
use super::super::name::is_capital;
use super::field::Field;
use super::{adonis, arktype, convict, json};
use crate::syntax::tree::Node;
use crate::text::Span;

/// A key that a schema declares.
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) field: Field,
}

/// In which language a schema is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    Convict,
    Adonis,
    Arktype,
    /// The same, and each text is made what its field wants.
    Arkenv,
    /// JSON schema, or TypeBox, which makes such.
    Json,
}

impl Language {
    /// The keys of a schema.
    pub(super) fn keys<'t>(self, module: &Module<'t>, schema: Node<'t>) -> Vec<Declared> {
        match self {
            Self::Convict => convict::keys(module, schema),
            Self::Adonis => adonis::keys(module, schema),
            Self::Arktype => arktype::keys(module, schema, false),
            Self::Arkenv => arktype::keys(module, schema, true),
            Self::Json => json::keys(module, schema),
        }
    }
}

const FASTIFY: &[&str] = &["@fastify/env", "fastify-env", "env-schema"];
const TYPEBOX: &[&str] = &["@sinclair/typebox", "typebox"];
const ADONIS: &[&str] = &["@adonisjs/core/env", "@adonisjs/env", "@ioc:Adonis/Core/Env"];

/// The schema by which a call judges the environment.
pub(super) fn judged<'t>(module: &Module<'t>, call: Node<'t>) -> Option<(Node<'t>, Language)> {
    let (object, name) = callee(call)?;
    let given = arguments(call);
    let first = given.first().copied()?;
    let found = match (object, name.text()) {
        (None, _) if comes_from(module, name, &["convict"]) => (first, Language::Convict),
        (None, _) if comes_from(module, name, &["arkenv"]) => (first, Language::Arkenv),
        (None, _) if comes_from(module, name, FASTIFY) => (option(module, first, "schema")?, Language::Json),
        (Some(_), "register") if comes_from(module, inner(first), FASTIFY) => {
            (option(module, *given.get(1)?, "schema")?, Language::Json)
        }
        (Some(env), "create") if comes_from(module, env, ADONIS) => (*given.get(1)?, Language::Adonis),
        (Some(env), "rules") if comes_from(module, env, ADONIS) => (first, Language::Adonis),
        (Some(schema), "assert") if is_whole(module, first) => {
            (of_arktype(module, schema)?, Language::Arktype)
        }
        (None, _) if given.len() == 1 && is_whole(module, first) => {
            (of_arktype(module, name)?, Language::Arktype)
        }
        _ => return None,
    };
    Some((module.resolved(found.0), found.1))
}

/// A schema that tells by the names of its fields that it is about the environment, wherever it is used.
pub(super) fn telling<'t>(module: &Module<'t>, call: Node<'t>) -> Option<(Node<'t>, Language)> {
    let (object, name) = callee(call)?;
    let first = arguments(call).first().copied()?;
    let is_typebox =
        name.text() == "Object" && object.is_some_and(|object| comes_from(module, object, TYPEBOX));
    let is_arktype = object.is_none() && comes_from(module, name, &["arktype"]);
    if !is_typebox && !is_arktype {
        return None;
    }
    let schema = module.resolved(first);
    let names: Vec<String> = pairs(schema).into_iter().filter_map(|(key, _)| key_text(key)).collect();
    let is_of_keys = names.iter().all(|name| is_capital(name.trim_end_matches('?')))
        && names.iter().any(|name| name.contains('_'));
    let is_inside = module.ancestors(call).any(|(above, ..)| above.kind() == "pair");
    if !is_of_keys || is_inside {
        None
    } else if is_typebox {
        Some((inner(call), Language::Json))
    } else {
        Some((schema, Language::Arktype))
    }
}

/// Whether a name is that of a package, or of something that it exports.
pub(super) fn comes_from<'t>(module: &Module<'t>, name: Node<'t>, packages: &[&str]) -> bool {
    let is_package = |from: &str| packages.contains(&from);
    if name.kind() != "identifier" || !module.sources().any(is_package) {
        return false;
    }
    // `const convict = require("convict")`
    let is_required = |binding: &Binding<'t>| {
        let (Binding::Value(value) | Binding::Property(value, _)) = binding else { return false };
        let value = inner(*value);
        value.field("function").is_some_and(|function| function.text() == "require")
            && arguments(value)
                .first()
                .and_then(|from| from.string())
                .is_some_and(|from| is_package(&from.value))
    };
    module.import(name.text()).is_some_and(|import| is_package(import.from))
        || module.lookup(name).is_some_and(|(_, bindings)| bindings.iter().take(4).any(is_required))
}

/// What an option of an object of options is.
fn option<'t>(module: &Module<'t>, options: Node<'t>, name: &str) -> Option<Node<'t>> {
    let (key, value) = property(module.resolved(options), name)?;
    Some(if key == value { module.value(value)? } else { value })
}

/// Whether an input is the environment and nothing that was made of it.
fn is_whole<'t>(module: &Module<'t>, input: Node<'t>) -> bool {
    module.resolved(input).kind() != "object" && is_environment(module, input)
}

/// The object that `type({..})` of arktype is given, behind a name or as it stands.
fn of_arktype<'t>(module: &Module<'t>, schema: Node<'t>) -> Option<Node<'t>> {
    let made = module.resolved(schema);
    let (None, name) = callee(made).filter(|_| made.kind() == "call_expression")? else { return None };
    let object = arguments(made).first().copied()?;
    comes_from(module, name, &["arktype"]).then_some(object)
}
