//! Effect: `Config.integer("PORT").pipe(Config.withDefault(3000))`.
//!
//! Which texts its configurations refuse was asked of effect 3 itself; effect 4 names them with a capital.

use super::flow::Fall;
use super::literal::default_value;
use super::module::{Module, arguments, callee, inner};
use super::name::is_capital;
use super::output::Output;
use super::process::Reader;
use crate::fact::{Need, Read};
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// Adds the configurations that the file makes of variables.
pub(super) fn read(reader: &Reader<'_, '_>, output: &mut Output<'_>) {
    let module = reader.module;
    let is_effect = |from: &str| matches!(from, "effect" | "effect/Config" | "@effect/config");
    if !module.sources().any(is_effect) {
        return;
    }
    for call in module.nodes().filter(|node| node.kind() == "call_expression") {
        let Some((value_type, name)) = configuration(module, call) else { continue };
        let Some(text) = name.string() else { continue };
        let Some((need, prefix)) = around(module, call) else { continue };
        let key = format!("{prefix}{}", text.value);
        if is_capital(&key) {
            output.read(&key, text.span, output.phase, Read { value_type, ..Read::with_need(need) });
        }
    }
}

/// The type of a configuration, and the name of its variable.
fn configuration<'t>(module: &Module<'t>, call: Node<'t>) -> Option<(Option<ValueType>, Node<'t>)> {
    let name = arguments(call).first().copied()?;
    let function = inner(call.field("function")?);
    // `Config.literal("a", "b")("NAME")`
    if function.kind() == "call_expression" {
        let method = method(module, function).filter(|method| *method == "literal")?;
        let words = arguments(function).into_iter().map(|word| Some(word.string()?.value));
        let words = words.collect::<Option<Vec<String>>>().filter(|_| !method.is_empty());
        return Some((words.map(ValueType::OneOf), name));
    }
    let value_type = match method(module, call)? {
        "string" | "nonEmptyString" | "redacted" | "secret" | "String" | "NonEmptyString" | "Redacted" => {
            Some(ValueType::String)
        }
        "integer" | "Int" => Some(ValueType::Int { min: None, max: None }),
        "number" | "Number" | "Finite" => Some(ValueType::Float),
        "boolean" | "Boolean" => Some(ValueType::Bool),
        "port" | "Port" => Some(ValueType::Port),
        "url" | "URL" => Some(ValueType::Url { schemes: Vec::new() }),
        "duration" | "logLevel" | "date" | "Duration" | "LogLevel" | "Date" => None,
        _ => return None,
    };
    Some((value_type, name))
}

/// The function of `Config` that a call calls.
fn method<'t>(module: &Module<'t>, call: Node<'t>) -> Option<&'t str> {
    let (object, name) = callee(call)?;
    let import = module.import(object?.text())?;
    let is_config = match import.from {
        "effect" | "@effect/config" => import.name == "Config",
        from => from == "effect/Config" && import.name == "*",
    };
    is_config.then(|| name.text())
}

/// What happens without the variable, as far as the expression around a configuration tells, and what stands before
/// its name. `None` where something computes that.
fn around<'t>(module: &Module<'t>, call: Node<'t>) -> Option<(Need, String)> {
    let mut need = None;
    let mut prefix = String::new();
    let mut at = call;
    for _ in 0..24 {
        let Some((above, field)) = module.parent(at) else { break };
        match (above.kind(), field) {
            // `….pipe(Config.withDefault(3000))`
            ("member_expression", Some("object")) => {
                let Some((piped, Some("function"))) = module.parent(above) else { break };
                if above.field("property").is_none_or(|name| name.text() != "pipe") {
                    break;
                }
                for step in arguments(piped) {
                    one_step(module, step, None, &mut need, &mut prefix)?;
                }
                at = piped;
                continue;
            }
            ("arguments", _) => {
                let Some((outer, Some("arguments"))) = module.parent(above) else { break };
                if method(module, outer).is_some() {
                    one_step(module, outer, Some(at), &mut need, &mut prefix)?;
                } else if !arguments(outer).iter().skip(1).any(|step| method(module, *step).is_some()) {
                    break;
                } else {
                    // `pipe(Config.string("A"), Config.withDefault("a"))`
                    for step in arguments(outer).into_iter().skip(1) {
                        one_step(module, step, None, &mut need, &mut prefix)?;
                    }
                }
                at = outer;
                continue;
            }
            ("pair" | "object" | "array" | "parenthesized_expression" | "as_expression", _) => {}
            ("yield_expression", _) => {
                need.get_or_insert(Need::Required);
                break;
            }
            _ => break,
        }
        at = above;
    }
    Some((need.unwrap_or(Need::Unknown), prefix))
}

/// What a function of `Config` makes of the configuration that it is handed; `whole` where that is its first argument.
fn one_step<'t>(
    module: &Module<'t>,
    step: Node<'t>,
    whole: Option<Node<'t>>,
    need: &mut Option<Need>,
    prefix: &mut String,
) -> Option<()> {
    let step = inner(step);
    let name = match step.kind() {
        "call_expression" => method(module, step),
        _ => step.text().strip_prefix("Config."),
    };
    let given = arguments(step);
    let argument = if whole.is_some() { given.get(1) } else { given.first() };
    match name {
        Some("withDefault") => {
            let default = argument.and_then(|default| default_value(module, *default));
            let fall = default.map_or(Fall::Nothing, Fall::Takes);
            need.get_or_insert(match fall {
                Fall::Takes(value) => Need::Default(value),
                _ => Need::Optional,
            });
        }
        Some("option") => {
            need.get_or_insert(Need::Optional);
        }
        Some("nested") => *prefix = format!("{}_{prefix}", argument?.string()?.value),
        Some(
            "map" | "mapAttempt" | "mapOrFail" | "mapEffect" | "validate" | "withDescription" | "redacted",
        ) => {}
        Some("secret" | "all" | "branded" | "unwrap") => {}
        _ => {
            need.get_or_insert(Need::Unknown);
        }
    }
    Some(())
}
