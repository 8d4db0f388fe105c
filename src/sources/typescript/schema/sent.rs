//! Objects of which the environment is no part.

use super::super::module::Module;
use super::callee;
use crate::syntax::tree::Node;

/// Whether a value comes from a message or a store: `await res.json()`, `req.body`, `JSON.parse(text)`.
pub(super) fn is_sent<'t>(module: &Module<'t>, value: Node<'t>) -> bool {
    let value = module.resolved(value);
    match value.kind() {
        "await_expression" => true,
        "member_expression" => value.field("property").is_some_and(|name| {
            matches!(name.text(), "body" | "query" | "params" | "data" | "headers" | "cookies")
        }),
        "call_expression" => callee(value).is_some_and(|(object, name)| {
            object.is_some_and(|object| object.text() == "JSON") && name.text() == "parse"
                || matches!(name.text(), "json" | "getItem")
        }),
        _ => false,
    }
}
