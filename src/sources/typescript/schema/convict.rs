//! convict: `convict({ port: { format: "port", default: 3000, env: "PORT" } })`.

use super::super::flow::Fall;
use super::super::literal::{Literal, default_value, literal};
use super::super::module::{Module, callee, pairs, property};
use super::chain::words;
use super::declared::Declared;
use super::field::Field;
use crate::syntax::tree::Node;
use crate::text::Span;

/// Objects within objects, beyond which no variable is looked for.
const MAX_DEPTH: usize = 8;

/// How many objects of a schema are looked at.
const MOST: usize = 2_000;

/// The keys that the settings of a schema take, at any depth of it.
pub(super) fn keys<'t>(module: &Module<'t>, schema: Node<'t>) -> Vec<Declared> {
    // Only `validate` refuses anything.
    let is_checked = module.nodes().any(|node| {
        node.kind() == "call_expression"
            && callee(node).is_some_and(|(object, name)| object.is_some() && name.text() == "validate")
    });
    let mut found = Vec::new();
    let mut open = vec![(schema, MAX_DEPTH)];
    let mut steps = 0;
    while let Some((object, depth)) = open.pop() {
        steps += 1;
        let Some(depth) = depth.checked_sub(1).filter(|_| steps < MOST) else { continue };
        for (_, value) in pairs(object) {
            let setting = module.resolved(value);
            match variable(module, setting) {
                Some((name, span)) => {
                    let field = field(module, setting, is_checked);
                    found.push(Declared { name, span, field });
                }
                None if setting.kind() == "object" => open.push((setting, depth)),
                None => {}
            }
        }
    }
    found
}

/// `env: "PORT"`, and where the name is written.
fn variable<'t>(module: &Module<'t>, setting: Node<'t>) -> Option<(String, Span)> {
    let (_, value) = property(setting, "env")?;
    match literal(module, value)?.literal {
        Literal::Text(name) => Some((name, value.string().map_or(value.span(), |text| text.span))),
        _ => None,
    }
}

fn field<'t>(module: &Module<'t>, setting: Node<'t>, is_checked: bool) -> Field {
    let option = |name: &str| property(setting, name).map(|(_, value)| value);
    let format = option("format").and_then(|format| literal(module, format)).map(|written| written.literal);
    // Numbers are read up to the first sign that belongs to none: `3000ms` is 3000.
    let value_type = match &format {
        Some(Literal::List(_)) => option("format").and_then(|format| words(module, format)),
        _ => None,
    };
    let value_type = value_type.filter(|_| is_checked);
    let is_nothing =
        |node: Node<'t>| literal(module, node).is_some_and(|written| written.literal == Literal::Nothing);
    match option("default") {
        Some(default) if is_nothing(default) => {
            let is_null = default.text() == "null";
            let is_nullable = option("nullable").is_some_and(|value| value.text() == "true");
            let is_open = matches!(&format, Some(Literal::Text(name)) if name == "*");
            if !is_null || is_nullable || is_open {
                Field { fall: Fall::Nothing, ..Field::required(value_type) }
            } else {
                Field { is_unknown: !is_checked, ..Field::required(value_type) }
            }
        }
        Some(default) => {
            let fall = default_value(module, default).map_or(Fall::Nothing, Fall::Takes);
            Field { fall, ..Field::required(value_type) }
        }
        None => Field { value_type, ..Field::unknown() },
    }
}
