//! Readers that libraries and frameworks offer, and functions of other files whose names tell that they read
//! the environment.

use std::collections::BTreeSet;

use super::flow::{Fall, fallback, usage};
use super::literal::{Literal, literal};
use super::module::{arguments, callee};
use super::name::is_capital;
use super::output::Output;
use super::process::{Reader, as_read};
use crate::fact::{Need, Phase, Read};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// Adds what the file reads by libraries and by functions of other files; `own` are functions whose reads are
/// known already.
pub(super) fn read<'t>(reader: &Reader<'_, 't>, own: &BTreeSet<&'t str>, output: &mut Output<'_>) {
    static_imports(reader, output);
    for call in reader.module.nodes().filter(|node| node.kind() == "call_expression") {
        let Some((object, name)) = callee(call) else { continue };
        let is_own = name.kind() == "identifier" && reader.module.function(name.text()).is_some();
        if is_own || own.contains(name.text()) {
            continue;
        }
        let Some(told) = object
            .and_then(|object| service(object, name.text()))
            .or_else(|| telling(object, name.text()))
            .or_else(|| astro_secret(reader, object, name))
            .map(|told| prisma(reader, call, object, name).unwrap_or(told))
        else {
            continue;
        };
        if object.is_some_and(|object| is_env_var(reader, object)) {
            env_var(reader, call, output);
        } else {
            told_call(reader, call, told, output);
        }
    }
}

/// What a call tells about a variable that is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    /// It fails.
    Required,
    /// It goes on, or takes what is handed in.
    Tolerant,
}

/// `configService.get("K")` of NestJS, `env.get("K")` of env-var.
fn service(object: Node<'_>, method: &str) -> Option<Told> {
    let told = match method {
        "get" => Told::Tolerant,
        "getOrThrow" => Told::Required,
        _ => return None,
    };
    let name = object.text().rsplit(['.', '?', '!', '(']).next().unwrap_or("").to_ascii_lowercase();
    matches!(name.trim_end_matches(')'), "config" | "configservice" | "env" | "envservice" | "_configservice")
        .then_some(told)
}

/// `getSecret("K")` of Astro, which gives `undefined` without a value.
fn astro_secret(reader: &Reader<'_, '_>, object: Option<Node<'_>>, name: Node<'_>) -> Option<Told> {
    let import = reader.module.import(name.text()).filter(|_| object.is_none())?;
    (import.from == "astro:env/server" && import.name == "getSecret").then_some(Told::Tolerant)
}

/// `env("K")` of `prisma/config`, which throws without a value; where it is called in any case, whoever loads the file
/// stops. Source: `env` of `@prisma/config`, which throws a `PrismaConfigEnvError`.
fn prisma<'t>(
    reader: &Reader<'_, 't>,
    call: Node<'t>,
    object: Option<Node<'t>>,
    name: Node<'t>,
) -> Option<Told> {
    let import = reader.module.import(name.text()).filter(|_| object.is_none())?;
    let is_always_called = || {
        reader.module.ancestors(call).all(|(above, _, _)| {
            matches!(
                above.kind(),
                "pair"
                    | "object"
                    | "arguments"
                    | "call_expression"
                    | "parenthesized_expression"
                    | "as_expression"
                    | "satisfies_expression"
                    | "variable_declarator"
                    | "lexical_declaration"
                    | "export_statement"
                    | "program"
            )
        })
    };
    (import.from == "prisma/config" && import.name == "env" && is_always_called()).then_some(Told::Required)
}

/// Words that make up the names of functions that read one variable.
const WORDS: &[&str] = &[
    "get",
    "read",
    "fetch",
    "load",
    "parse",
    "from",
    "or",
    "default",
    "var",
    "vars",
    "variable",
    "value",
    "string",
    "str",
    "int",
    "integer",
    "number",
    "num",
    "float",
    "bool",
    "boolean",
    "flag",
    "list",
    "array",
    "json",
    "url",
    "process",
    "server",
    "safe",
    "runtime",
    "with",
    "fallback",
    "if",
    "set",
    "must",
    "require",
    "required",
    "throw",
    "assert",
    "ensure",
    "optional",
    "opt",
    "maybe",
    "env",
    "environment",
    "as",
    "to",
    "of",
    "key",
    "config",
    "positive",
];

/// What a function is by its name: `requireEnv`, `getEnvVar`, `numberFromEnv`.
fn telling(object: Option<Node<'_>>, name: &str) -> Option<Told> {
    if object.is_some_and(|object| matches!(object.text(), "Cypress" | "vi" | "jest" | "cy")) {
        return None;
    }
    let words = words(name);
    let has = |word: &str| words.iter().any(|known| known == word);
    let is_about = has("env") || has("environment") || matches!(name, "required" | "optional" | "getenv");
    let writes = words.first().is_some_and(|first| matches!(first.as_str(), "set" | "with"));
    if !is_about || writes || !words.iter().all(|word| word == "getenv" || WORDS.contains(&word.as_str())) {
        return None;
    }
    let is_required =
        ["require", "required", "must", "throw", "assert", "ensure"].iter().any(|word| has(word));
    Some(if is_required { Told::Required } else { Told::Tolerant })
}

/// The words of a name in camelCase, snake_case or CAPITALS, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut was_small = false;
    for c in name.chars().take(64) {
        if !c.is_ascii_alphanumeric() {
            was_small = false;
            found.push(String::new());
            continue;
        }
        if found.is_empty() || (c.is_ascii_uppercase() && was_small) {
            found.push(String::new());
        }
        was_small = !c.is_ascii_uppercase();
        if let Some(word) = found.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

fn told_call<'t>(reader: &Reader<'_, 't>, call: Node<'t>, told: Told, output: &mut Output<'_>) {
    let given = arguments(call);
    let Some(key) = given.first().and_then(|first| first.string()) else { return };
    let is_key = is_capital(&key.value) && (key.value.contains('_') || key.value.len() >= 4);
    if !is_key {
        return;
    }
    let mut fall = if told == Told::Required { Fall::Fails } else { Fall::Nothing };
    let mut is_unknown = false;
    if let Some(second) = given.get(1) {
        match literal(reader.module, *second).map(|written| written.literal) {
            Some(Literal::Text(_) | Literal::Number(_)) => fall = fallback(reader.module, *second, 8).1,
            Some(Literal::Nothing) => {}
            // A switch says as often that the variable is required as what stands in for it.
            Some(Literal::Bool(_) | Literal::List(_)) => is_unknown = true,
            None if second.kind() == "object" => is_unknown = told == Told::Tolerant && !is_options(*second),
            None => is_unknown = true,
        }
    }
    let found = usage(reader.module, call, Vec::new(), fall, reader.guards);
    let mut read = as_read(reader, call, found);
    read.takes_text_for_truth |= is_cast_to_boolean(reader, call);
    if is_unknown && matches!(read.need, Need::Optional | Need::Required) {
        read.need = Need::Unknown;
    }
    output.read(&key.value, key.span, output.phase, read);
}

/// `configService.get<boolean>("K")`, which hands on the text; what is done with it may still make sense of it.
fn is_cast_to_boolean<'t>(reader: &Reader<'_, 't>, call: Node<'t>) -> bool {
    let is_said = call.field("type_arguments").is_some_and(|types| types.text() == "<boolean>");
    let is_service = callee(call).and_then(|(object, _)| Some(object?.text().to_ascii_lowercase()));
    let is_service = is_service.is_some_and(|object| object.ends_with("configservice"));
    let is_handed_on = reader.module.parent(call).is_some_and(|(above, field)| match above.kind() {
        "return_statement"
        | "arrow_function"
        | "if_statement"
        | "parenthesized_expression"
        | "unary_expression" => true,
        "ternary_expression" => field == Some("condition"),
        _ => false,
    });
    is_said && is_service && is_handed_on
}

/// `{ infer: true }` of NestJS says nothing about the value.
fn is_options(object: Node<'_>) -> bool {
    object.text().contains("infer")
}

/// Whether `object` is the environment as the library env-var hands it out.
fn is_env_var(reader: &Reader<'_, '_>, object: Node<'_>) -> bool {
    reader.module.import(object.text()).is_some_and(|import| import.from == "env-var")
}

/// `env.get("K").required().asPortNumber()`.
fn env_var<'t>(reader: &Reader<'_, 't>, call: Node<'t>, output: &mut Output<'_>) {
    let module = reader.module;
    let Some(key) = arguments(call).first().and_then(|first| first.string()) else { return };
    let mut read = Read::with_need(Need::Optional);
    let mut at = call;
    for _ in 0..12 {
        let Some((member, Some("object"))) = module.parent(at) else { break };
        let Some((next, Some("function"))) = module.parent(member) else { break };
        let first = arguments(next).first().copied();
        match (member.field("property").map_or("", Node::text), first) {
            ("required", _) => read.need = Need::Required,
            ("default", Some(value)) => {
                if let Fall::Takes(value) = fallback(module, value, 4).1 {
                    read.need = Need::Default(value);
                }
            }
            ("asInt" | "asIntPositive", _) => read.value_type = Some(ValueType::Int { min: None, max: None }),
            ("asFloat", _) => read.value_type = Some(ValueType::Float),
            ("asPortNumber", _) => read.value_type = Some(ValueType::Port),
            ("asBool" | "asBoolStrict", _) => read.value_type = Some(ValueType::Bool),
            ("asUrlString" | "asUrlObject", _) => {
                read.value_type = Some(ValueType::Url { schemes: Vec::new() })
            }
            ("asJson" | "asJsonObject" | "asJsonArray", _) => read.value_type = Some(ValueType::Json),
            ("asEnum", Some(words)) => {
                read.value_type = super::process::texts(module, words).map(ValueType::OneOf);
            }
            _ => {}
        }
        at = next;
    }
    output.read(&key.value, key.span, output.phase, read);
}

/// SvelteKit: `import { API_KEY } from "$env/static/private"`, which the build refuses without a value.
fn static_imports(reader: &Reader<'_, '_>, output: &mut Output<'_>) {
    for (_, import) in reader.module.imports() {
        if matches!(import.from, "$env/static/private" | "$env/static/public") && import.name != "*" {
            let phase = if output.phase == Phase::Test { Phase::Test } else { Phase::Build };
            output.read(import.name, import.at.span(), phase, Read::with_need(Need::Required));
        }
    }
}
