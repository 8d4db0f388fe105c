//! The environment as a whole, handed to code of another file.

use std::collections::BTreeSet;

use super::environment::is_environment;
use super::module::{Module, arguments};
use super::output::Output;
use crate::fact::Hidden;
use crate::syntax::tree::Node;

/// Modules that take the environment and use no variable of it but those that the call names, or give it to a program.
const KNOWN: &[&str] = &[
    "child_process",
    "class-transformer",
    "class-validator",
    "cross-spawn",
    "dotenv",
    "dotenv-expand",
    "env-var",
    "execa",
    "process",
    "util",
];

/// Notes that a call hands the whole environment to an imported function, which may use what this file does not name. Calls in
/// `claimed` are those of schemas whose fields are known.
pub(super) fn read<'t>(
    module: &Module<'t>,
    node: Node<'t>,
    claimed: &BTreeSet<usize>,
    output: &mut Output<'_>,
) {
    let function = match node.kind() {
        "call_expression" => node.field("function"),
        "new_expression" => node.field("constructor"),
        _ => None,
    };
    let Some(function) = function.filter(|_| !claimed.contains(&node.id())) else { return };
    // Most calls hand on something else, which shows sooner than what they call.
    let Some(given) =
        arguments(node).into_iter().find(|given| may_be(*given) && is_environment(module, *given))
    else {
        return;
    };
    let mut owner = function;
    while let Some(object) = owner.field("object").or_else(|| owner.field("function")) {
        owner = object;
    }
    let is_known = |from: &str| from.starts_with("node:") || KNOWN.contains(&from);
    let import = module.import(owner.text()).filter(|_| owner.kind() == "identifier");
    if import.is_some_and(|import| !is_known(import.from)) {
        output.gap(given.span(), Hidden::Uses, "the whole environment is handed to code of another file");
    }
}

/// Whether an argument may be the environment: what is called so, or copied from it in place.
fn may_be(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" => node.text().to_ascii_lowercase().contains("env"),
        kind => matches!(kind, "member_expression" | "object" | "as_expression" | "non_null_expression"),
    }
}
