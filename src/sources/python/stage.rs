//! Under which condition a statement of a program runs, as far as it is about the environment that it runs in:
//! `if os.getenv("ENV") == "production": check(REQUIRED_KEYS)`.

use super::environment::sites;
use super::literal::{Literal, literal};
use super::module::{Module, inner};
use super::name::names;
use crate::fact::OnlyWhere;
use crate::key::KeyName;
use crate::syntax::tree::Node;

/// How far conditions are looked into.
const DEPTH: usize = 8;

/// A condition, and whether it has to hold or may not.
struct Asked {
    only: OnlyWhere,
    holds: bool,
}

/// The condition under which all of `nodes` run; `None` if one runs in any case.
pub(super) fn common<'t>(module: &Module<'t>, nodes: &[Node<'t>]) -> Option<OnlyWhere> {
    let all: Vec<OnlyWhere> = nodes.iter().map(|node| around(module, *node)).collect::<Option<_>>()?;
    all.into_iter().reduce(either)
}

/// The condition under which `node` runs: an `if` around it, or one before it that ends the function otherwise.
fn around<'t>(module: &Module<'t>, node: Node<'t>) -> Option<OnlyWhere> {
    for (above, field, below) in module.ancestors(node) {
        let found = match above.kind() {
            "function_definition" | "class_definition" | "lambda" => return None,
            "if_statement" | "elif_clause" if field == Some("consequence") => above
                .field("condition")
                .and_then(|condition| ask(module, condition, DEPTH))
                .filter(|asked| asked.holds),
            "block" => above
                .named()
                .take_while(|statement| *statement != below)
                .filter(|statement| leaves(*statement))
                .filter_map(|statement| ask(module, statement.field("condition")?, DEPTH))
                .find(|asked| !asked.holds),
            _ => None,
        };
        if let Some(asked) = found {
            return Some(asked.only);
        }
    }
    None
}

/// Whether a statement is an `if` without an `else` that ends the function without a complaint.
fn leaves(statement: Node<'_>) -> bool {
    let last = || {
        let block = statement.field("consequence")?;
        block.named().filter(|part| !part.is_extra()).last()
    };
    statement.kind() == "if_statement"
        && statement.field("alternative").is_none()
        && last().is_some_and(|last| last.kind() == "return_statement")
}

fn ask<'t>(module: &Module<'t>, condition: Node<'t>, depth: usize) -> Option<Asked> {
    let node = inner(condition);
    let depth = depth.checked_sub(1)?;
    match node.kind() {
        "not_operator" => {
            let asked = ask(module, node.field("argument")?, depth)?;
            Some(Asked { holds: !asked.holds, ..asked })
        }
        "boolean_operator" => {
            let parts = node.field("left").zip(node.field("right"))?;
            let (left, right) = (ask(module, parts.0, depth), ask(module, parts.1, depth));
            let is_and = node.children().any(|child| child.kind() == "and");
            match (left, right) {
                // What two parts ask is asked where both have to be so, or neither may.
                (Some(left), Some(right)) if left.holds == right.holds && left.holds != is_and => {
                    Some(Asked { only: either(left.only, right.only), holds: left.holds })
                }
                (Some(one), _) | (_, Some(one)) if one.holds == is_and => Some(one),
                _ => None,
            }
        }
        "comparison_operator" => compared(module, node),
        "identifier" => match module.value(node) {
            Some(value) => ask(module, value, depth),
            None => named(node.text()),
        },
        "attribute" => named(node.field("attribute")?.text()),
        "call" => {
            let function = node.field("function")?;
            named(function.field("attribute").unwrap_or(function).text())
        }
        _ => None,
    }
}

/// `os.getenv("K") == "a"`, `os.environ["K"].lower() in ("a", "b")`, `settings.environment != "a"`.
fn compared<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Asked> {
    let mut parts = node.named();
    let (left, right) = (parts.next()?, parts.next()?);
    let operators: Vec<&str> = node.children().filter(|child| !child.is_named()).map(Node::kind).collect();
    let holds = match operators.as_slice() {
        ["==" | "in"] => true,
        ["!=" | "not in"] => false,
        _ => return None,
    };
    let values: Vec<String> = match literal(module, right)?.literal {
        Literal::Str(text) => vec![text],
        Literal::List(items) => items
            .into_iter()
            .map(|item| if let Literal::Str(text) = item { Some(text) } else { None })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let values: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
    let keys = keys(module, left, DEPTH)?;
    (!values.is_empty() && !values.contains(&String::new()))
        .then_some(Asked { only: OnlyWhere { keys, values }, holds })
}

/// The variable that an expression is the value of.
fn keys<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Option<Vec<KeyName>> {
    let node = inner(node);
    let depth = depth.checked_sub(1)?;
    if let Some(site) = sites(module, node).into_iter().find(|site| site.whole == node) {
        let known: Vec<String> =
            names(module, site.name).iter().filter_map(super::name::Pattern::known).collect();
        return (!known.is_empty()).then(|| known.iter().map(|name| KeyName::new(name)).collect());
    }
    match node.kind() {
        "identifier" => keys(module, module.value(node)?, depth),
        // A field is called as its variable.
        "attribute" => Some(vec![KeyName::new(&node.field("attribute")?.text().to_ascii_uppercase())]),
        "boolean_operator" => keys(module, node.field("left")?, depth),
        "call" => {
            let function = node.field("function")?;
            let method = function.field("attribute")?.text();
            matches!(method, "lower" | "strip" | "casefold" | "upper")
                .then(|| function.field("object"))
                .flatten()
                .and_then(|object| keys(module, object, depth))
        }
        _ => None,
    }
}

/// What a name asks: `is_production`, `IS_PROD`, `in_staging_or_prod`.
fn named(name: &str) -> Option<Asked> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split('_').collect();
    let values: Vec<String> = words
        .iter()
        .flat_map(|word| match *word {
            "production" | "prod" => &["production", "prod"][..],
            "staging" => &["staging"],
            _ => &[],
        })
        .map(|value| (*value).to_owned())
        .collect();
    let is_question = words.first().is_some_and(|word| matches!(*word, "is" | "in" | "running"));
    let is_plain = !words.iter().any(|word| matches!(*word, "not" | "non"));
    (is_question && is_plain && !values.is_empty())
        .then_some(Asked { only: OnlyWhere { keys: Vec::new(), values }, holds: true })
}

fn either(mut one: OnlyWhere, other: OnlyWhere) -> OnlyWhere {
    for key in other.keys {
        if !one.keys.contains(&key) {
            one.keys.push(key);
        }
    }
    for value in other.values {
        if !one.values.contains(&value) {
            one.values.push(value);
        }
    }
    one
}
