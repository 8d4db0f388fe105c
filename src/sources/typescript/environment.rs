//! What of a file is the environment of its process: `process.env` and its kin, under whatever name.

use super::module::{Binding, Module, arguments, callee, inner, key_span, key_text, properties};
use super::place::Inlining;
use crate::syntax::tree::Node;
use crate::text::Span;

/// How an expression touches a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access<'t> {
    /// Its value is taken; in a pattern, with what stands in for it.
    Get(Option<Node<'t>>),
    /// `"K" in process.env`.
    Test,
    /// It is set to this.
    Write(Node<'t>),
    /// It is set only where it has no value yet.
    WriteIfUnset(Node<'t>),
    /// It is removed.
    Remove,
}

/// How an expression spells the name of a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Named<'t> {
    /// As a property.
    Plain(String, Span),
    /// By an expression.
    By(Node<'t>),
}

/// One expression that names a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Site<'t> {
    pub(super) name: Named<'t>,
    /// The whole expression; of a pattern, the key.
    pub(super) whole: Node<'t>,
    pub(super) access: Access<'t>,
    pub(super) inlining: Inlining,
}

/// Objects whose property `env` is the environment.
const OWNERS: &[&str] = &[
    "process",
    "import.meta",
    "Bun",
    "Deno",
    "globalThis.process",
    "global.process",
    "window.process",
    "globalThis.Bun",
];

/// The text of a path of names, without casts, `?.` and white space.
pub(super) fn flat(node: Node<'_>) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = inner(node);
    for _ in 0..6 {
        match at.kind() {
            "member_expression" => {
                parts.push(at.field("property")?.text());
                at = inner(at.field("object")?);
            }
            "identifier" | "this" | "import" => {
                parts.push(at.text());
                parts.reverse();
                return Some(parts.join("."));
            }
            "meta_property" => {
                parts.push("import.meta");
                parts.reverse();
                return (at.text() == "import.meta").then(|| parts.join("."));
            }
            _ => return None,
        }
    }
    None
}

/// What bundlers make of properties of `object`.
fn inlining<'t>(module: &Module<'t>, object: Node<'t>) -> Inlining {
    let is_static =
        |import: super::module::Import<'t>| import.name == "*" && import.from.starts_with("$env/static/");
    if object.kind() == "identifier" && module.import(object.text()).is_some_and(is_static) {
        return Inlining::Always;
    }
    if !is_written_environment(object) {
        return Inlining::Never;
    }
    if flat(object).as_deref() == Some("import.meta.env") { Inlining::Always } else { Inlining::IfPublic }
}

/// Whether `node` is written as the environment itself.
fn is_written_environment(node: Node<'_>) -> bool {
    let node = inner(node);
    node.kind() == "member_expression"
        && node.field("property").is_some_and(|name| name.text() == "env")
        && node.field("object").and_then(flat).is_some_and(|owner| OWNERS.contains(&owner.as_str()))
}

/// Whether `node` names a property of the environment itself, not of a copy of it.
pub(super) fn is_of_process<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    node.field("object").is_some_and(|object| is_own(module, object))
}

fn is_own<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    let node = inner(node);
    is_written_environment(node)
        || node.kind() == "identifier"
            && module.lookup(node).is_some_and(|(_, bindings)| {
                bindings.iter().take(4).any(|binding| match binding {
                    Binding::Value(value) => is_written_environment(inner(*value)),
                    Binding::Property(owner, "env") => {
                        flat(*owner).is_some_and(|owner| OWNERS.contains(&owner.as_str()))
                    }
                    _ => false,
                })
            })
}

/// Whether `node` sets variables of the process whose names stand elsewhere: `Object.assign(process.env, loaded)`.
pub(super) fn brings_unseen<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    is_assign(module, node) && arguments(node).iter().skip(1).any(|given| !is_seen(*given))
}

fn is_assign<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    node.kind() == "call_expression"
        && node.field("function").is_some_and(|function| function.text() == "Object.assign")
        && arguments(node).first().is_some_and(|first| is_own(module, *first))
}

/// Whether an expression is an object that is written out.
fn is_seen(node: Node<'_>) -> bool {
    let node = inner(node);
    node.kind() == "object"
        && node.named().all(|part| {
            part.is_extra() || part.kind() == "pair" && part.field("key").and_then(key_text).is_some()
        })
}

/// What `Object.assign(process.env, { K: "v" })` sets.
fn assigned<'t>(module: &Module<'t>, call: Node<'t>) -> Vec<Site<'t>> {
    if !is_assign(module, call) {
        return Vec::new();
    }
    let objects = arguments(call).into_iter().skip(1).map(inner).filter(|given| given.kind() == "object");
    objects
        .flat_map(Node::named)
        .filter(|part| part.kind() == "pair")
        .filter_map(|part| {
            let (key, value) = (part.field("key")?, part.field("value")?);
            let name = Named::Plain(key_text(key)?, key_span(key));
            Some(Site { name, whole: call, access: Access::Write(value), inlining: Inlining::Never })
        })
        .collect()
}

/// Whether `node` is the environment of the process or a copy of it.
pub(super) fn is_environment<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    module.begin();
    judge(module, node, 8)
}

fn judge<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> bool {
    let node = inner(node);
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else { return false };
    let field = |name| node.field(name).is_some_and(|part| judge(module, part, depth));
    match node.kind() {
        "member_expression" => is_written_environment(node),
        "identifier" => match module.lookup(node) {
            Some((_, bindings)) => bindings.iter().take(4).any(|binding| match binding {
                Binding::Value(value) => judge(module, *value, depth),
                Binding::Property(owner, "env") => {
                    flat(*owner).is_some_and(|owner| OWNERS.contains(&owner.as_str()))
                }
                Binding::Parameter(_, default, annotation) => {
                    default.is_some_and(|default| judge(module, default, depth))
                        || annotation.is_some_and(|said| said.text().ends_with("ProcessEnv"))
                }
                Binding::Property(..) | Binding::Other => false,
            }),
            None => module.import(node.text()).is_some_and(|import| match import.name {
                "env" => matches!(
                    import.from,
                    "process" | "node:process" | "$env/dynamic/private" | "$env/dynamic/public"
                ),
                // A module that only hands the environment on, by the name that it gives it.
                "default" => {
                    matches!(node.text(), "environment" | "processEnv")
                        && import.from.rsplit('/').next().is_some_and(|last| last == "environment")
                }
                // What SvelteKit takes while it builds.
                "*" => matches!(import.from, "$env/static/private" | "$env/static/public"),
                _ => false,
            }),
        },
        "binary_expression" => {
            let operator = node.field("operator").map_or("", Node::text);
            matches!(operator, "||" | "??") && (field("left") || field("right"))
        }
        "ternary_expression" => field("consequence") || field("alternative"),
        "object" => node
            .named()
            .filter(|part| part.kind() == "spread_element")
            .filter_map(|spread| spread.named().next())
            .any(|part| judge(module, part, depth)),
        "call_expression" => {
            let name = node.field("function").and_then(flat).unwrap_or_default();
            matches!(name.as_str(), "Object.assign" | "structuredClone" | "Object.freeze" | "loadEnv")
                && (name == "loadEnv"
                    || arguments(node).into_iter().take(4).any(|part| judge(module, part, depth)))
        }
        _ => false,
    }
}

/// The sites that `node` itself is; its parts are asked about on their own.
pub(super) fn sites<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<Site<'t>> {
    match node.kind() {
        "member_expression" => of_member(module, node).into_iter().collect(),
        "subscript_expression" => of_subscript(module, node).into_iter().collect(),
        "binary_expression" => of_test(module, node).into_iter().collect(),
        "call_expression" => of_call(module, node).into_iter().chain(assigned(module, node)).collect(),
        "variable_declarator" => of_pattern(module, node.field("name"), node.field("value")),
        "assignment_expression" => of_pattern(module, node.field("left"), node.field("right")),
        "required_parameter" | "optional_parameter" => {
            of_pattern(module, node.field("pattern"), node.field("value"))
        }
        _ => Vec::new(),
    }
}

fn of_member<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Site<'t>> {
    let (object, name) = (node.field("object")?, node.field("property")?);
    if name.kind() != "property_identifier" || !is_environment(module, object) {
        return None;
    }
    let is_called =
        matches!(module.parent(node), Some((above, Some("function"))) if above.kind() == "call_expression");
    if is_called && !name.text().starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    Some(Site {
        name: Named::Plain(name.text().to_owned(), name.span()),
        whole: node,
        access: access(module, node),
        inlining: inlining(module, object),
    })
}

fn of_subscript<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Site<'t>> {
    let (object, index) = (node.field("object")?, node.field("index")?);
    if !is_environment(module, object) {
        return None;
    }
    let inlining = if inner(index).string().is_some() { inlining(module, object) } else { Inlining::Never };
    Some(Site { name: Named::By(index), whole: node, access: access(module, node), inlining })
}

/// What is done with the variable that `node` names.
fn access<'t>(module: &Module<'t>, node: Node<'t>) -> Access<'t> {
    let mut at = node;
    loop {
        let Some((above, field)) = module.parent(at) else { return Access::Get(None) };
        return match above.kind() {
            "parenthesized_expression" | "as_expression" | "non_null_expression" => {
                at = above;
                continue;
            }
            "assignment_expression" if field == Some("left") => {
                above.field("right").map_or(Access::Get(None), Access::Write)
            }
            "augmented_assignment_expression" if field == Some("left") => {
                let operator = above.field("operator").map_or("", Node::text);
                match above.field("right") {
                    Some(value) if matches!(operator, "||=" | "??=") => Access::WriteIfUnset(value),
                    Some(value) => Access::Write(value),
                    None => Access::Get(None),
                }
            }
            "unary_expression" if above.field("operator").is_some_and(|word| word.text() == "delete") => {
                Access::Remove
            }
            _ => Access::Get(None),
        };
    }
}

fn of_test<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Site<'t>> {
    let is_test = node.field("operator").is_some_and(|operator| operator.kind() == "in");
    let (name, object) = (node.field("left")?, node.field("right")?);
    (is_test && is_environment(module, object)).then_some(Site {
        name: Named::By(name),
        whole: node,
        access: Access::Test,
        inlining: Inlining::Never,
    })
}

fn of_call<'t>(module: &Module<'t>, call: Node<'t>) -> Option<Site<'t>> {
    let (object, method) = callee(call)?;
    let object = object?;
    let arguments = arguments(call);
    let site = |name: Node<'t>, access| Site {
        name: Named::By(name),
        whole: call,
        access,
        inlining: Inlining::Never,
    };
    match method.text() {
        "hasOwn" if object.text() == "Object" && is_environment(module, *arguments.first()?) => {
            Some(site(*arguments.get(1)?, Access::Test))
        }
        "get" if is_environment(module, object) => Some(site(*arguments.first()?, Access::Get(None))),
        "has" | "hasOwnProperty" if is_environment(module, object) => {
            Some(site(*arguments.first()?, Access::Test))
        }
        "set" if is_environment(module, object) => {
            Some(site(*arguments.first()?, Access::Write(*arguments.get(1)?)))
        }
        "delete" if is_environment(module, object) => Some(site(*arguments.first()?, Access::Remove)),
        _ => None,
    }
}

/// `const { K, L = "d" } = process.env`.
fn of_pattern<'t>(module: &Module<'t>, pattern: Option<Node<'t>>, value: Option<Node<'t>>) -> Vec<Site<'t>> {
    let (Some(pattern), Some(value)) = (pattern.filter(|pattern| pattern.kind() == "object_pattern"), value)
    else {
        return Vec::new();
    };
    if !is_environment(module, value) {
        return Vec::new();
    }
    let inlining = inlining(module, value);
    properties(pattern)
        .into_iter()
        .filter_map(|property| {
            let text = key_text(property.key)?;
            Some(Site {
                name: Named::Plain(text, key_span(property.key)),
                whole: property.key,
                access: Access::Get(property.default),
                inlining,
            })
        })
        .collect()
}
