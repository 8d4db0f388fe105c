//! Fields of zod, valibot and Joi: `z.coerce.number().int().default(3000)`.

use super::super::flow::Fall;
use super::super::literal::{Literal, default_value, literal};
use super::super::module::{Module, arguments, callee, inner, is_function, pairs, parameters};
use super::field::Field;
use super::options;
use super::package::{Library, library, library_from, root_of_chain};
use super::text_form::formed;
use crate::fact::Value;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What the arguments of a function of this file that makes a field are.
#[derive(Clone, Copy)]
struct Arguments<'a, 't> {
    names: &'a [&'t str],
    values: &'a [Node<'t>],
}

const NO_ARGUMENTS: Arguments<'static, 'static> = Arguments { names: &[], values: &[] };

/// What `node` says about a field.
pub(super) fn field<'t>(module: &Module<'t>, node: Node<'t>) -> Field {
    module.begin();
    evaluate(module, node, Arguments { names: NO_ARGUMENTS.names, values: &[] }, 24)
}

fn evaluate<'t>(module: &Module<'t>, node: Node<'t>, given: Arguments<'_, 't>, depth: usize) -> Field {
    let node = inner(node);
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else {
        return Field::unknown();
    };
    match node.kind() {
        "identifier" | "shorthand_property_identifier" => match module.value(node) {
            Some(value) => evaluate(module, value, given, depth),
            None => Field::unknown(),
        },
        "call_expression" => call(module, node, given, depth),
        _ => Field::unknown(),
    }
}

fn call<'t>(module: &Module<'t>, node: Node<'t>, given: Arguments<'_, 't>, depth: usize) -> Field {
    let Some((object, method)) = callee(node) else { return Field::unknown() };
    let own: Vec<Node<'t>> = arguments(node).into_iter().map(|argument| bound(argument, given)).collect();
    let sub = |node: Node<'t>| evaluate(module, node, given, depth);
    let Some(object) = object else {
        return match module.function(method.text()) {
            Some(function) => made_by(module, function, &own, depth),
            None => imported(module, method.text(), &own, &sub)
                .or_else(|| options::validator(module, method.text(), &own))
                .unwrap_or_else(Field::unknown),
        };
    };
    let object = inner(object);
    let part = object.field("property").map(Node::text);
    let of = |library: Option<Library>| match (library, part) {
        (Some(Library::Zod), Some("coerce")) => Some(coerced(method.text())),
        (Some(Library::Zod), Some("iso")) => Some(Field::required(Some(ValueType::String))),
        (Some(Library::Zod), None) => Some(zod(module, method.text(), &own, &sub)),
        (Some(Library::Valibot), None) => Some(valibot(module, method.text(), &own, &sub)),
        (Some(Library::Joi), None) => Some(joi(method.text())),
        (Some(Library::Envalid), None) => {
            Some(options::validator(module, method.text(), &own).unwrap_or_else(Field::unknown))
        }
        _ => None,
    };
    if object.text() == "envField" {
        return options::env_field(module, method.text(), own.first().copied());
    }
    let owner = object.field("object").filter(|_| object.kind() == "member_expression").unwrap_or(object);
    of(library(module, owner)).unwrap_or_else(|| {
        let is_joi = root_of_chain(object).and_then(|root| library(module, root)) == Some(Library::Joi);
        let before = evaluate(module, object, given, depth);
        apply(module, before, method.text(), &own, is_joi, &sub)
    })
}

/// What a function makes that is imported from a library by its own name: `import { string } from "valibot"`.
fn imported<'t>(
    module: &Module<'t>,
    name: &str,
    given: &[Node<'t>],
    sub: &dyn Fn(Node<'t>) -> Field,
) -> Option<Field> {
    let import = module.import(name)?;
    match library_from(import.from)? {
        Library::Zod => Some(zod(module, import.name, given, sub)),
        Library::Valibot => Some(valibot(module, import.name, given, sub)),
        Library::Joi => Some(joi(import.name)),
        Library::Envalid => options::validator(module, import.name, given),
    }
}

/// An argument that is a parameter of the function around it, as its caller hands it in.
fn bound<'t>(node: Node<'t>, given: Arguments<'_, 't>) -> Node<'t> {
    let position = given.names.iter().position(|name| *name == node.text());
    position.and_then(|position| given.values.get(position)).copied().unwrap_or(node)
}

/// What a function of this file makes that only returns a field.
fn made_by<'t>(module: &Module<'t>, function: Node<'t>, given: &[Node<'t>], depth: usize) -> Field {
    let listed = parameters(function);
    let names: Vec<&str> = listed.iter().map(|parameter| parameter.name).collect();
    let values: Vec<Node<'t>> = listed
        .iter()
        .enumerate()
        .map_while(|(at, parameter)| given.get(at).copied().or(parameter.default))
        .collect();
    let Some(body) = function.field("body") else { return Field::unknown() };
    let made = match body.kind() {
        "statement_block" => {
            let mut returned = body.named().filter(|statement| statement.kind() == "return_statement");
            match (body.named().count(), returned.next()) {
                (1, Some(statement)) => statement.named().next(),
                _ => None,
            }
        }
        _ => Some(body),
    };
    made.map_or_else(Field::unknown, |made| {
        evaluate(module, made, Arguments { names: &names, values: &values }, depth)
    })
}

const INT: ValueType = ValueType::Int { min: None, max: None };

fn url() -> ValueType {
    ValueType::Url { schemes: Vec::new() }
}

fn coerced(method: &str) -> Field {
    let (value_type, is_optional) = match method {
        "number" => (Some(ValueType::Float), false),
        "int" => (Some(INT), false),
        // Takes whatever there is, and nothing as well.
        "boolean" | "string" => (None, true),
        _ => (None, false),
    };
    let fall = if is_optional { Fall::Nothing } else { Fall::Fails };
    let takes_text_for_truth = method == "boolean";
    Field { fall, is_converted: true, takes_text_for_truth, ..Field::required(value_type) }
}

fn zod<'t>(module: &Module<'t>, method: &str, given: &[Node<'t>], sub: &dyn Fn(Node<'t>) -> Field) -> Field {
    let first = given.first().copied();
    match method {
        "string" | "cuid" | "cuid2" | "nanoid" | "ulid" | "base64" | "base64url" | "ipv4" | "ipv6" | "ip"
        | "jwt" | "hostname" | "hex" | "hash" | "templateLiteral" | "e164" => {
            Field::required(Some(ValueType::String))
        }
        "url" => Field::required(Some(url())),
        "email" | "uuid" | "guid" => Field::required(formed(module, method, &[])),
        "httpUrl" => {
            let schemes = vec!["http".to_owned(), "https".to_owned()];
            Field::required(Some(ValueType::Url { schemes }))
        }
        // It takes more spellings than any other reader of truth values.
        "stringbool" => Field { is_converted: true, ..Field::required(None) },
        "enum" | "nativeEnum" => Field::required(first.and_then(|first| words(module, first))),
        "literal" => Field::required(first.and_then(|first| words(module, first))),
        "optional" | "nullish" => first.map_or_else(Field::unknown, |first| optional(sub(first))),
        "nullable" | "readonly" => first.map_or_else(Field::unknown, sub),
        "preprocess" => {
            // What comes out of the function is judged, not what the variable holds.
            let after = given.get(1).map_or_else(Field::unknown, |schema| sub(*schema));
            Field { value_type: None, is_unknown: after.fall == Fall::Fails, refuses_texts: false, ..after }
        }
        "union" | "discriminatedUnion" => union(first.map(|list| list.named().map(sub).collect())),
        "any" | "unknown" | "undefined" | "void" => Field { fall: Fall::Nothing, ..Field::required(None) },
        "custom" | "lazy" | "pipe" | "transform" | "json" => Field::unknown(),
        "number" | "boolean" | "bigint" | "date" | "int" | "int32" | "uint32" | "float32" | "float64" => {
            Field { is_converted: true, refuses_texts: true, ..Field::required(None) }
        }
        // Lists and objects refuse every text as well, so the field is of use only where it may be left out.
        _ => Field { is_converted: true, ..Field::required(None) },
    }
}

fn optional(before: Field) -> Field {
    match before.fall {
        Fall::Fails => Field { fall: Fall::Nothing, is_unknown: false, ..before },
        _ => Field { is_unknown: false, ..before },
    }
}

fn union(members: Option<Vec<Field>>) -> Field {
    let members = members.unwrap_or_default();
    if members.is_empty() {
        return Field::unknown();
    }
    let mut all = Vec::new();
    let mut is_listed = true;
    for member in &members {
        match &member.value_type {
            Some(ValueType::OneOf(words)) => all.extend(words.iter().cloned()),
            _ => is_listed = false,
        }
    }
    let lenient = members.iter().find(|member| member.fall != Fall::Fails);
    let fall = lenient.map_or(Fall::Fails, |member| member.fall.clone());
    let is_unknown = members.iter().any(|member| member.is_unknown);
    let value_type = (is_listed && !is_unknown).then_some(ValueType::OneOf(all));
    let refuses_texts = members.iter().all(|member| member.refuses_texts);
    Field { fall, is_unknown, value_type, refuses_texts, ..Field::unknown() }
}

fn valibot<'t>(
    module: &Module<'t>,
    method: &str,
    given: &[Node<'t>],
    sub: &dyn Fn(Node<'t>) -> Field,
) -> Field {
    let first = given.first().copied();
    let inside = || first.map_or_else(Field::unknown, sub);
    match method {
        "string" => Field::required(Some(ValueType::String)),
        "picklist" | "enum" | "enum_" | "literal" => {
            Field::required(first.and_then(|first| words(module, first)))
        }
        "optional" | "nullish" | "exactOptional" | "undefinedable" => match given.get(1) {
            Some(default) => Field { fall: taken(module, *default), is_unknown: false, ..inside() },
            None => optional(inside()),
        },
        "fallback" => {
            let fall = given.get(1).map_or(Fall::Nothing, |default| taken(module, *default));
            Field { fall, is_unknown: false, ..Field::unknown() }
        }
        "nullable" => inside(),
        "union" => union(first.map(|list| list.named().map(sub).collect())),
        "pipe" => {
            let mut field = inside();
            for action in given.iter().skip(1) {
                let Some((_, name)) = callee(*action) else { continue };
                field = match name.text() {
                    "url" if field.value_type == Some(ValueType::String) => {
                        Field { value_type: Some(url()), ..field }
                    }
                    check
                        if field.value_type == Some(ValueType::String)
                            && let Some(form) = formed(module, check, &arguments(*action)) =>
                    {
                        Field { value_type: Some(form), ..field }
                    }
                    // What follows judges what the function makes of the text.
                    "transform" | "rawTransform" | "toNumber" | "toBoolean" => {
                        let value_type = converted(module, *action).or(match name.text() {
                            "toNumber" => Some(ValueType::Float),
                            _ => None,
                        });
                        return Field { value_type, is_converted: true, ..field };
                    }
                    _ => field,
                };
            }
            field
        }
        "any" | "unknown" => Field { fall: Fall::Nothing, ..Field::required(None) },
        "lazy" | "custom" => Field::unknown(),
        "number" | "boolean" | "bigint" | "date" => {
            Field { is_converted: true, refuses_texts: true, ..Field::required(None) }
        }
        _ => Field { is_converted: true, ..Field::required(None) },
    }
}

/// `transform(Number)` before a check for numbers.
fn converted<'t>(module: &Module<'t>, action: Node<'t>) -> Option<ValueType> {
    let _ = module;
    let pipe = action;
    let first = arguments(pipe).first().copied()?;
    (first.text() == "Number").then_some(ValueType::Float)
}

/// Joi and yup convert texts, and take nothing unless told otherwise.
fn joi(method: &str) -> Field {
    let value_type = match method {
        "string" => Some(ValueType::String),
        "number" => Some(ValueType::Float),
        "boolean" | "bool" => Some(ValueType::Bool),
        _ => None,
    };
    let is_converted = matches!(method, "number" | "boolean" | "bool");
    Field { is_unknown: false, value_type, is_converted, ..Field::unknown() }
}

/// What a method makes of the field before it.
fn apply<'t>(
    module: &Module<'t>,
    before: Field,
    method: &str,
    given: &[Node<'t>],
    is_joi: bool,
    sub: &dyn Fn(Node<'t>) -> Field,
) -> Field {
    let first = given.first().copied();
    match (method, first) {
        ("optional" | "nullish" | "nullable", _) if is_joi => Field { fall: Fall::Nothing, ..before },
        ("required" | "defined", _) if is_joi => Field { fall: Fall::Fails, ..before },
        ("valid" | "oneOf" | "equal", Some(first)) if is_joi => {
            let listed = literal(module, first).and_then(|written| written.literal.texts());
            let words = listed.or_else(|| {
                let each = given.iter().map(|word| match literal(module, *word)?.literal {
                    Literal::Text(text) => Some(text),
                    _ => None,
                });
                each.collect()
            });
            Field { value_type: words.map(ValueType::OneOf), ..before }
        }
        ("allow" | "when" | "custom" | "external" | "empty", _) if is_joi => {
            Field { value_type: None, is_unknown: method == "when" && before.fall != Fall::Fails, ..before }
        }
        ("port", _) if is_joi => Field { value_type: Some(ValueType::Port), ..before },
        ("uri" | "url", _) if is_joi => Field { value_type: Some(url()), ..before },
        ("integer", _) if is_joi => Field { value_type: Some(INT), ..before },
        ("optional" | "nullish", _) => optional(before),
        ("default" | "prefault", Some(default)) => {
            Field { fall: taken(module, default), is_unknown: false, ..before }
        }
        ("catch", Some(default)) => {
            let fall = taken(module, default);
            Field { fall, is_unknown: false, value_type: None, refuses_texts: false, ..before }
        }
        ("url", _) if matches!(before.value_type, Some(ValueType::String | ValueType::Pattern(_))) => {
            Field { value_type: Some(url()), ..before }
        }
        ("int" | "safe", _) if method == "int" && before.value_type == Some(ValueType::Float) => {
            Field { value_type: Some(INT), ..before }
        }
        _ if !before.is_converted
            && before.value_type == Some(ValueType::String)
            && let Some(form) = formed(module, method, given) =>
        {
            Field { value_type: Some(form), ..before }
        }
        ("min" | "gte" | "max" | "lte" | "positive" | "nonnegative" | "gt" | "lt", first) => {
            bounded(module, before, method, first)
        }
        ("or", Some(other)) => union(Some(vec![before, sub(other)])),
        ("and" | "brand" | "describe" | "meta" | "readonly" | "refine" | "superRefine" | "check", _) => {
            before
        }
        // A text that has passed is worked on; what follows judges the outcome.
        ("transform", _) => Field { is_converted: true, ..before },
        ("pipe", Some(next)) => {
            // An empty or missing text may be what the next schema takes care of.
            let is_unknown =
                before.is_unknown || (before.fall != Fall::Fails && sub(next).fall == Fall::Fails);
            Field { is_unknown, ..before }
        }
        ("unwrap" | "removeDefault" | "overwrite" | "with", _) => Field::unknown(),
        _ => before,
    }
}

fn bounded<'t>(module: &Module<'t>, before: Field, method: &str, bound: Option<Node<'t>>) -> Field {
    let Some(ValueType::Int { mut min, mut max }) = before.value_type else { return before };
    let bound = bound.and_then(|bound| match literal(module, bound)?.literal {
        Literal::Number(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => Some(value as i64),
        _ => None,
    });
    match (method, bound) {
        ("min" | "gte", Some(bound)) => min = Some(bound),
        ("max" | "lte", Some(bound)) => max = Some(bound),
        ("gt", Some(bound)) => min = Some(bound.saturating_add(1)),
        ("lt", Some(bound)) => max = Some(bound.saturating_sub(1)),
        ("positive", _) => min = Some(1),
        ("nonnegative", _) => min = Some(0),
        _ => {}
    }
    Field { value_type: Some(ValueType::Int { min, max }), ..before }
}

/// The default that `node` writes down; that of a function is not known.
fn taken<'t>(module: &Module<'t>, node: Node<'t>) -> Fall {
    if is_function(node.kind()) {
        let body = node.field("body").filter(|body| body.kind() != "statement_block");
        if let Some(value) = body.and_then(|body| default_value(module, body)) {
            return Fall::Takes(value);
        }
        return Fall::Takes(Value::of(crate::fact::Origin::Unknown, node.span()));
    }
    default_value(module, node).map_or(Fall::Nothing, Fall::Takes)
}

/// The words of an enumeration: a list, a single word, or the values of an object.
pub(super) fn words<'t>(module: &Module<'t>, node: Node<'t>) -> Option<ValueType> {
    let resolved = module.resolved(node);
    if resolved.kind() == "object" {
        let values = pairs(resolved).into_iter().map(|(_, value)| match literal(module, value)?.literal {
            Literal::Text(text) => Some(text),
            _ => None,
        });
        return values.collect::<Option<Vec<_>>>().map(ValueType::OneOf);
    }
    match literal(module, node)?.literal {
        Literal::Text(text) => Some(ValueType::OneOf(vec![text])),
        list => list.texts().filter(|texts| !texts.is_empty()).map(ValueType::OneOf),
    }
}
