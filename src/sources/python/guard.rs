//! Expressions without whose value a file refuses to go on: `if not token: raise ..`, `assert token`.

use std::collections::BTreeSet;

use super::flow::gives_up;
use super::module::{Module, inner};
use crate::syntax::tree::Node;

/// The expressions without whose value the file refuses to go on, as written, by the scope that refuses.
pub(super) struct Guards<'t> {
    known: BTreeSet<(usize, &'t str)>,
}

impl<'t> Guards<'t> {
    pub(super) fn of(module: &Module<'t>) -> Self {
        let mut known = BTreeSet::new();
        for node in module.nodes() {
            let wanted = match node.kind() {
                "if_statement" if node.field("consequence").is_some_and(gives_up) => {
                    node.field("condition").map(missing).unwrap_or_default()
                }
                "assert_statement" => node.named().next().map(present).unwrap_or_default(),
                _ => continue,
            };
            let scope = module.scope(node);
            known.extend(wanted.into_iter().map(|node| (scope, node.text())));
        }
        Self { known }
    }

    /// Whether the scope of `site` refuses to go on without its value, or without what takes its value.
    pub(super) fn about(&self, module: &Module<'t>, site: Node<'t>) -> bool {
        let scope = module.scope(site);
        let holds = |node: Node<'t>| self.known.contains(&(scope, node.text()));
        let mut at = site;
        loop {
            if holds(at) {
                return true;
            }
            let Some((above, field)) = module.parent(at) else { return false };
            at = match above.kind() {
                "parenthesized_expression" => above,
                "assignment" if field == Some("right") => match above.field("left") {
                    Some(name) if name.kind() == "identifier" => return holds(name),
                    _ => return false,
                },
                "named_expression" if field == Some("value") => above,
                _ => return false,
            };
        }
    }
}

/// The expressions whose lack alone makes `condition` true: `not a or b is None`.
fn missing(condition: Node<'_>) -> Vec<Node<'_>> {
    judge(condition, false)
}

/// The expressions without which `condition` is false: `a and b is not None`.
fn present(condition: Node<'_>) -> Vec<Node<'_>> {
    judge(condition, true)
}

fn judge(condition: Node<'_>, is_wanted: bool) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut open = vec![(condition, is_wanted)];
    while let Some((node, is_wanted)) = open.pop().filter(|_| found.len() < 64) {
        let node = inner(node);
        match node.kind() {
            "not_operator" => open.extend(node.field("argument").map(|argument| (argument, !is_wanted))),
            "boolean_operator" => {
                // Each side of `and` is wanted; the lack of each side of `or` is enough.
                let operator = if is_wanted { "and" } else { "or" };
                if node.children().any(|child| child.kind() == operator) {
                    let sides = node.field("left").into_iter().chain(node.field("right"));
                    open.extend(sides.map(|side| (side, is_wanted)));
                }
            }
            "comparison_operator" => found.extend(compared(node, is_wanted)),
            _ if is_wanted => found.push(node),
            _ => {}
        }
    }
    found
}

/// What a comparison with nothing asks for, as its outcome is wanted or not.
fn compared(node: Node<'_>, is_wanted: bool) -> Option<Node<'_>> {
    let mut sides = node.named();
    let (left, right) = (sides.next()?, sides.next()?);
    let is_nothing = matches!(right.text(), "None" | "\"\"" | "''");
    let operator = node
        .children()
        .map(|child| child.kind())
        .find(|kind| matches!(*kind, "is" | "is not" | "==" | "!=" | "in" | "not in"))?;
    match operator {
        "is" | "==" if is_nothing && !is_wanted => Some(inner(left)),
        "is not" | "!=" if is_nothing && is_wanted => Some(inner(left)),
        // `"K" in os.environ` is a site by itself.
        "not in" if !is_wanted => Some(node),
        "in" if is_wanted => Some(node),
        _ => None,
    }
}
