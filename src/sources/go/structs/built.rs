//! Whether a program fills a struct in any case: `if cfg.Storage == "s3" { var s3 S3; env.Parse(&s3) }` may never.

use super::super::source::{Source, inner};
use crate::fact::names_deployed_stage;
use crate::syntax::tree::Node;

/// Whether the file uses a struct, and only where a field of other settings says so.
pub(super) fn is_on_condition(source: &Source<'_>, name: &str) -> bool {
    let named = source
        .nodes()
        .filter(|node| matches!(node.kind(), "type_identifier" | "identifier") && node.text() == name);
    let mut uses = named.filter(|node| !is_declared_at(source, *node)).peekable();
    uses.peek().is_some() && uses.all(|used| stands_behind_condition(source, used))
}

/// Whether the name stands where the struct, or a method of it, is declared.
fn is_declared_at<'t>(source: &Source<'t>, name: Node<'t>) -> bool {
    let Some((above, field)) = source.parent(name) else { return false };
    let is_method = |node: Node<'t>| {
        let mut around = node;
        for _ in 0..4 {
            match source.parent(around) {
                Some((_, Some("receiver"))) => return true,
                Some((above, _)) => around = above,
                None => return false,
            }
        }
        false
    };
    above.kind() == "type_spec" && field == Some("name") || is_method(name)
}

fn stands_behind_condition<'t>(source: &Source<'t>, used: Node<'t>) -> bool {
    source.ancestors(used).any(|(above, field, _)| match above.kind() {
        "if_statement" => field == Some("consequence") && above.field("condition").is_some_and(asks_settings),
        "expression_case" => {
            let words = above.field("value").map(|list| list.text());
            let on = source.parent(above).and_then(|(switch, _)| switch.field("value"));
            on.is_some_and(|on| on.kind() == "selector_expression")
                && words.is_some_and(|words| words.starts_with('"') && !names_deployed_stage(words))
        }
        _ => false,
    })
}

/// Whether a condition asks an option: a field that says yes, or one that has some word.
fn asks_settings(condition: Node<'_>) -> bool {
    let condition = inner(condition);
    match condition.kind() {
        "selector_expression" => true,
        "binary_expression" => {
            let (Some(left), Some(right)) = (condition.field("left"), condition.field("right")) else {
                return false;
            };
            match condition.field("operator").map_or("", |operator| operator.text()) {
                "&&" => asks_settings(left) || asks_settings(right),
                "==" => {
                    inner(left).kind() == "selector_expression"
                        && right.string().is_some_and(|word| !names_deployed_stage(&word.value))
                }
                _ => false,
            }
        }
        _ => false,
    }
}
