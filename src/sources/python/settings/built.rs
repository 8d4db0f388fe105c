//! Whether a program builds a settings class in any case: `if settings.storage == "s3": return S3()` may never.

use super::super::literal::{Literal, literal};
use super::super::module::{Module, inner};
use crate::fact::names_deployed_stage;
use crate::syntax::tree::Node;

/// Whether the file uses a class, and only where other settings have one of some values, or as the type of a field
/// that may be left out.
pub(super) fn is_on_condition<'t>(module: &Module<'t>, class: &str) -> bool {
    let mut is_used = false;
    for name in module.nodes().filter(|node| node.kind() == "identifier" && node.text() == class) {
        match use_of(module, name) {
            Use::None => {}
            Use::OnCondition => is_used = true,
            Use::Always => return false,
        }
    }
    is_used
}

enum Use {
    None,
    OnCondition,
    Always,
}

fn use_of<'t>(module: &Module<'t>, name: Node<'t>) -> Use {
    let is_defined = module.parent(name).is_some_and(|(above, field)| {
        above.kind() == "class_definition" && field == Some("name")
            || above.kind() == "argument_list"
                && module.parent(above).is_some_and(|(definition, _)| definition.kind() == "class_definition")
    });
    if is_defined {
        return Use::None;
    }
    for (above, field, _) in module.ancestors(name) {
        match above.kind() {
            "type" => return annotated(module, above),
            "if_statement" | "elif_clause"
                if field == Some("consequence")
                    && above.field("condition").is_some_and(|condition| asks_settings(module, condition)) =>
            {
                return Use::OnCondition;
            }
            "conditional_expression" => {
                let mut parts = above.named();
                let (then, condition) = (parts.next(), parts.next());
                let is_then = then.is_some_and(|then| then.span().contains(name.span()));
                if is_then && condition.is_some_and(|condition| asks_settings(module, condition)) {
                    return Use::OnCondition;
                }
            }
            _ => {}
        }
    }
    Use::Always
}

/// `field: Class | None = None` builds nothing; other annotations tell nothing, and a required field builds it.
fn annotated<'t>(module: &Module<'t>, annotation: Node<'t>) -> Use {
    let Some((owner, _)) = module.parent(annotation) else { return Use::None };
    let is_field = owner.kind() == "assignment"
        && module.ancestors(owner).any(|(above, ..)| above.kind() == "class_definition");
    if !is_field {
        return Use::None;
    }
    let is_nothing = owner.field("right").is_some_and(|value| inner(value).text() == "None");
    if is_nothing { Use::OnCondition } else { Use::Always }
}

/// Whether a condition asks an option: a field that says yes, or one that has some word. Whether something is there
/// already (`if _settings is None`) says nothing of whether it is needed.
fn asks_settings<'t>(module: &Module<'t>, condition: Node<'t>) -> bool {
    let node = inner(condition);
    match node.kind() {
        "attribute" => true,
        "boolean_operator" => {
            node.children().any(|child| child.kind() == "and")
                && node.named().any(|part| asks_settings(module, part))
        }
        "comparison_operator" => {
            let mut parts = node.named();
            let is_equal = node.children().any(|child| matches!(child.kind(), "==" | "in"));
            let (Some(_), Some(right)) = (parts.next(), parts.next()) else { return false };
            let words = match literal(module, right).map(|found| found.literal) {
                Some(Literal::Str(text)) => vec![text],
                Some(Literal::List(items)) => items
                    .into_iter()
                    .filter_map(|item| if let Literal::Str(text) = item { Some(text) } else { None })
                    .collect(),
                _ => return false,
            };
            let is_deployed =
                |word: &String| names_deployed_stage(word) || word.eq_ignore_ascii_case("__main__");
            is_equal && !words.is_empty() && !words.iter().any(is_deployed)
        }
        _ => false,
    }
}
