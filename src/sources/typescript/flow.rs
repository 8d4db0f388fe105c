//! What happens around an expression that reads a variable: defaults behind `??`, assertions, guards.

use std::collections::BTreeSet;

use super::environment::{Access, sites};
use super::literal::{Literal, default_value, literal};
use super::module::{Binding, DEPTH, Module, arguments, callee, inner, is_function};
use super::name::names_of;
use crate::fact::{Origin, Value};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// What a reader takes where the variable has no value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fall {
    /// It fails.
    Fails,
    /// It goes on with nothing.
    Nothing,
    /// It takes this.
    Takes(Value),
    /// It takes what is handed in as this parameter of the function around it.
    Parameter(usize),
}

/// What an expression does with a variable's value.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) fall: Fall,
    pub(super) alternatives: Vec<KeyName>,
    pub(super) value_type: Option<ValueType>,
    /// Whether any text but the empty one counts as true.
    pub(super) takes_text_for_truth: bool,
}

/// What stands behind `??`, or in a default's place: other variables, and what happens without them.
pub(super) fn fallback<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> (Vec<KeyName>, Fall) {
    let node = inner(node);
    let computed = || (Vec::new(), Fall::Takes(Value::of(Origin::Unknown, node.span())));
    let Some(depth) = depth.checked_sub(1) else { return computed() };
    if let Some((left, right)) = alternatives(node) {
        let (mut keys, first) = fallback(module, left, depth);
        let (more, last) = fallback(module, right, depth);
        keys.extend(more);
        let fall = if is_nothing(&first) { last } else { first };
        return (keys, fall);
    }
    if let Some(object) = same_text(node) {
        return fallback(module, object, depth);
    }
    if fails(module, node) {
        return (Vec::new(), Fall::Fails);
    }
    if let [site] = sites(module, node).as_slice()
        && let [name] = names_of(module, &site.name).as_slice()
        && let (Some(name), Access::Get(_)) = (name.known(), site.access)
    {
        return (vec![KeyName::new(&name)], Fall::Nothing);
    }
    if node.kind() == "identifier"
        && let Some((_, [Binding::Parameter(number, ..)])) = module.lookup(node)
    {
        return (Vec::new(), Fall::Parameter(*number));
    }
    match default_value(module, node) {
        Some(value) => (Vec::new(), Fall::Takes(value)),
        None => (Vec::new(), Fall::Nothing),
    }
}

/// Whether without a value there is none at all, or an empty one.
pub(super) fn is_nothing(fall: &Fall) -> bool {
    match fall {
        Fall::Nothing => true,
        Fall::Takes(value) => value.is_empty(),
        _ => false,
    }
}

/// The sides of `a ?? b` and `a || b`.
fn alternatives(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let is_either = node.kind() == "binary_expression"
        && node.field("operator").is_some_and(|operator| matches!(operator.text(), "??" | "||"));
    is_either.then(|| node.field("left").zip(node.field("right")))?
}

/// The object of `x.trim()` and its like, which change nothing that matters.
fn same_text(node: Node<'_>) -> Option<Node<'_>> {
    let (object, method) = callee(node).filter(|_| node.kind() == "call_expression")?;
    matches!(method.text(), "trim" | "toLowerCase" | "toUpperCase" | "toString" | "trimEnd" | "trimStart")
        .then_some(object)?
}

/// Whether evaluating `node` throws or ends the program.
fn fails<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    if node.kind() != "call_expression" {
        return false;
    }
    let Some(function) = node.field("function").map(inner) else { return false };
    if is_function(function.kind()) {
        return gives_up(function);
    }
    let Some((_, name)) = callee(node) else { return false };
    let known = name.kind() == "identifier" && module.function(name.text()).is_some_and(throws_only);
    let words = ["throwError", "throwIfMissing", "raise", "panic", "fail", "missingEnv", "die", "invariant"];
    known || words.contains(&name.text())
}

/// Whether a function does nothing but throw.
fn throws_only(function: Node<'_>) -> bool {
    let Some(body) = function.field("body") else { return false };
    body.named().take(3).any(|statement| statement.kind() == "throw_statement")
}

/// Whether a block throws or leaves the program.
pub(super) fn gives_up(block: Node<'_>) -> bool {
    block.walk().take(400).any(|step| match step.node.kind() {
        "throw_statement" => true,
        "call_expression" => step.node.field("function").is_some_and(|function| {
            matches!(function.text(), "process.exit" | "Deno.exit" | "process.abort")
        }),
        _ => false,
    })
}

/// Reads what is done with the value of `read`, which without a variable falls as `fall`.
pub(super) fn usage<'t>(
    module: &Module<'t>,
    read: Node<'t>,
    mut keys: Vec<KeyName>,
    mut fall: Fall,
    guards: &Guards<'t>,
) -> Use {
    let mut value_type = None;
    let mut is_asserted = false;
    let mut takes_text_for_truth = false;
    let mut at = read;
    for _ in 0..DEPTH {
        if is_nothing(&fall) && guards.about(module, at) {
            is_asserted = true;
        }
        let Some((above, field)) = module.parent(at) else { break };
        match above.kind() {
            "non_null_expression" => {
                is_asserted = true;
                at = above;
            }
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "await_expression"
            | "type_assertion" => at = above,
            "member_expression" if field == Some("object") => {
                let Some((call, Some("function"))) = module.parent(above) else { break };
                if same_text(call).is_some() {
                    at = call;
                    continue;
                }
                if above.field("property").is_some_and(|name| name.text() == "split") {
                    value_type = list_type(call);
                }
                break;
            }
            "binary_expression" => {
                let Some((left, right)) = alternatives(above) else {
                    value_type = truth_type(module, above, at);
                    break;
                };
                at = above;
                if field == Some("left") && left != right {
                    let (more, next) = fallback(module, right, 8);
                    keys.extend(more);
                    if is_nothing(&fall) {
                        fall = next;
                    }
                }
            }
            "ternary_expression" => {
                // `process.env.K ? process.env.K : "d"`
                let same = above.field("consequence").is_some_and(|yes| inner(yes).text() == read.text());
                if field == Some("condition")
                    && same
                    && is_nothing(&fall)
                    && let Some(other) = above.field("alternative")
                {
                    let (more, next) = fallback(module, other, 8);
                    keys.extend(more);
                    fall = next;
                }
                break;
            }
            "arguments" => {
                let Some((call, _)) = module.parent(above) else { break };
                if above.named().next() != Some(at) {
                    break;
                }
                match callee(call).map(|(object, name)| (object.map(Node::text), name.text())) {
                    Some((Some("JSON"), "parse")) => value_type = Some(ValueType::Json),
                    Some((None, "invariant" | "assert")) => is_asserted = true,
                    Some((None, name)) if module.function(name).is_some_and(|own| refuses(module, own)) => {
                        is_asserted = true;
                    }
                    Some((None, "String")) => {
                        at = call;
                        continue;
                    }
                    Some((None, "Boolean")) => takes_text_for_truth = true,
                    _ => {}
                }
                break;
            }
            "unary_expression" => {
                let is_not = |node: Node<'t>| node.field("operator").is_some_and(|word| word.text() == "!");
                let outer = module.parent(above).map(|(outer, _)| outer);
                is_asserted |= is_not(above) && guards.about_each(module, above);
                takes_text_for_truth = is_not(above)
                    && outer.is_some_and(|outer| outer.kind() == "unary_expression" && is_not(outer));
                break;
            }
            "variable_declarator" => {
                let name = above.field("name").filter(|name| name.kind() == "identifier");
                is_asserted |= name.is_some_and(|name| is_nothing(&fall) && guards.about(module, name));
                break;
            }
            _ => break,
        }
    }
    if is_asserted && is_nothing(&fall) {
        fall = Fall::Fails;
    }
    Use { fall, alternatives: keys, value_type, takes_text_for_truth }
}

fn list_type(call: Node<'_>) -> Option<ValueType> {
    let separator = arguments(call).first()?.string()?.value;
    (!separator.is_empty()).then(|| ValueType::List { separator, item: Box::new(ValueType::String) })
}

/// `x === "true"` reads a truth value.
fn truth_type<'t>(module: &Module<'t>, comparison: Node<'t>, value: Node<'t>) -> Option<ValueType> {
    let operator = comparison.field("operator")?.text();
    if !matches!(operator, "===" | "!==" | "==" | "!=") || comparison.field("left") != Some(value) {
        return None;
    }
    match literal(module, comparison.field("right")?)?.literal {
        Literal::Text(text) if matches!(text.as_str(), "true" | "false") => Some(ValueType::Bool),
        _ => None,
    }
}

/// Whether `node` stands where it runs only under some condition.
pub(super) fn is_conditional<'t>(module: &Module<'t>, node: Node<'t>) -> bool {
    module.ancestors(node).any(|(above, field, _)| match above.kind() {
        "if_statement" | "while_statement" | "ternary_expression" => field != Some("condition"),
        "binary_expression" => field == Some("right"),
        "switch_case" | "switch_default" | "catch_clause" => true,
        _ => false,
    })
}

/// The expressions without whose value the file refuses to go on, by the scope that refuses.
pub(super) struct Guards<'t> {
    known: BTreeSet<(usize, &'t str)>,
    /// The lists of what is missing that must be empty, and the questions whether anything is missing.
    lists: BTreeSet<(usize, &'t str)>,
}

impl<'t> Guards<'t> {
    pub(super) fn of(module: &Module<'t>) -> Self {
        let mut known = BTreeSet::new();
        let mut lists = BTreeSet::new();
        for node in module.nodes() {
            match node.kind() {
                "if_statement" => {
                    let (Some(condition), Some(then)) = (node.field("condition"), node.field("consequence"))
                    else {
                        continue;
                    };
                    if gives_up(then) {
                        let scope = module.scope(node);
                        known.extend(missing(condition).into_iter().map(|node| (scope, node.text())));
                        lists.extend(filled(condition).map(|list| (scope, list.text())));
                    }
                }
                "call_expression" => {
                    let name = callee(node).map(|(_, name)| name.text());
                    if matches!(name, Some("invariant" | "assert" | "ok"))
                        && let Some(first) = arguments(node).first()
                    {
                        known.insert((module.scope(node), inner(*first).text()));
                    }
                }
                _ => {}
            }
        }
        Self { known, lists }
    }

    /// Whether `lack`, which asks for one item of a list whether it is missing, is asked about each, and the file
    /// refuses to go on with any: `const missing = KEYS.filter((key) => !process.env[key])`.
    fn about_each(&self, module: &Module<'t>, lack: Node<'t>) -> bool {
        let Some((function, ..)) = module.ancestors(lack).find(|(above, ..)| is_function(above.kind()))
        else {
            return false;
        };
        let is_whole = function.field("body").is_some_and(|body| inner(body) == lack);
        let call = module.parent(function).filter(|(above, _)| above.kind() == "arguments");
        let Some((call, _)) = call.and_then(|(list, _)| module.parent(list)).filter(|_| is_whole) else {
            return false;
        };
        if !callee(call).is_some_and(|(_, method)| matches!(method.text(), "filter" | "some" | "find")) {
            return false;
        }
        let named = module.parent(call).filter(|(above, _)| above.kind() == "variable_declarator");
        let list = named.and_then(|(declarator, _)| declarator.field("name")).unwrap_or(call);
        self.lists.contains(&(module.scope(call), list.text()))
    }

    /// Whether the scope of `node` refuses to go on without what `node` says.
    pub(super) fn about(&self, module: &Module<'t>, node: Node<'t>) -> bool {
        self.known.contains(&(module.scope(node), node.text()))
    }
}

/// The list that has to have an item for `condition` to be true, or the question itself: `missing.length > 0`, `any`.
fn filled(condition: Node<'_>) -> Option<Node<'_>> {
    let mut node = inner(condition);
    if node.kind() == "binary_expression" {
        let operator = node.field("operator").map_or("", Node::text);
        let is_more =
            matches!((operator, node.field("right")?.text()), (">" | "!==" | "!=", "0") | (">=", "1"));
        node = is_more.then(|| node.field("left"))??;
    }
    match node.kind() {
        "member_expression" if node.field("property")?.text() == "length" => node.field("object").map(inner),
        "identifier" | "call_expression" => Some(node),
        _ => None,
    }
}

/// The expressions whose lack alone makes `condition` true: `!a || b === undefined`.
fn missing(condition: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut open = vec![condition];
    while let Some(node) = open.pop().map(inner).filter(|_| found.len() < 64) {
        match node.kind() {
            "unary_expression" if node.field("operator").is_some_and(|operator| operator.text() == "!") => {
                let Some(argument) = node.field("argument").map(inner) else { continue };
                let mut all = vec![argument];
                // Without one of them not all are there.
                while let Some(one) = all.pop() {
                    let is_all = one.field("operator").is_some_and(|operator| operator.text() == "&&");
                    match (one.field("left"), one.field("right")) {
                        (Some(left), Some(right)) if is_all => all.extend([inner(left), inner(right)]),
                        _ => found.push(same_text(one).map_or(one, inner)),
                    }
                }
            }
            "binary_expression" => {
                let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { continue };
                match node.field("operator").map_or("", Node::text) {
                    "||" => open.extend([left, right]),
                    "===" | "==" if matches!(right.text(), "undefined" | "null" | "\"\"" | "''") => {
                        found.push(inner(left));
                    }
                    "===" | "==" if matches!(right.text(), "\"undefined\"" | "'undefined'") => {
                        let typed = (left.kind() == "unary_expression").then(|| left.field("argument"));
                        found.extend(typed.flatten().map(inner));
                    }
                    "!==" | "!=" if matches!(right.text(), "\"string\"" | "'string'") => {
                        let typed = (left.kind() == "unary_expression").then(|| left.field("argument"));
                        found.extend(typed.flatten().map(inner));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether the function refuses to go on without a value: an `if` about something missing that throws, or
/// a `??` with something that throws behind it.
pub(super) fn refuses<'t>(module: &Module<'t>, function: Node<'t>) -> bool {
    let Some(body) = function.field("body") else { return false };
    body.walk().take(2_000).any(|step| match step.node.kind() {
        "if_statement" => {
            let (condition, then) = (step.node.field("condition"), step.node.field("consequence"));
            condition.is_some_and(|condition| !missing(condition).is_empty()) && then.is_some_and(gives_up)
        }
        "binary_expression" => alternatives(step.node).is_some_and(|(_, right)| fails(module, inner(right))),
        "call_expression" => {
            matches!(callee(step.node), Some((None, name)) if matches!(name.text(), "invariant" | "assert"))
        }
        _ => false,
    })
}
