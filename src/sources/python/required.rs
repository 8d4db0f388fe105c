//! Lists of keys that a program refuses to start without, by what they are called: `REQUIRED_KEYS = ["A", "B"]`,
//! `def get_required_keys(): return ["A", "B"]`. In a file that has nothing to do with the environment otherwise, only a
//! list that says so is taken, `REQUIRED_ENV`: others may list the columns of a table.

use super::has_sign;
use super::module::{Module, inner};
use super::output::Output;
use super::stage::common;
use crate::fact::{Need, Read};
use crate::key::KeyName;
use crate::syntax::tree::Node;

/// Notes a required read for each key of such a list.
pub(super) fn read(module: &Module<'_>, output: &mut Output<'_>) {
    let mut is_about_environment = None;
    for node in module.nodes() {
        let named = match node.kind() {
            "assignment" => node.field("left").zip(node.field("right")),
            "return_statement" => {
                module.function(node).and_then(|function| function.field("name")).zip(node.named().next())
            }
            _ => None,
        };
        let Some((name, value)) = named.filter(|(name, _)| demands(name.text())) else { continue };
        let Some(keys) = keys(inner(value)) else { continue };
        if !*is_about_environment.get_or_insert_with(|| has_sign(output.text())) {
            return;
        }
        let only_where = common(module, &users(module, name)).map(Box::new);
        for (key, at) in keys {
            let mut read = Read::with_need(Need::Required);
            read.settings = Some(name.text().to_owned());
            read.only_where.clone_from(&only_where);
            output.read(&key, at.span(), read);
        }
    }
}

/// Where this file uses what is called as `name` is, other than to bind it.
fn users<'t>(module: &Module<'t>, name: Node<'t>) -> Vec<Node<'t>> {
    module
        .nodes()
        .filter(|node| node.kind() == "identifier" && node.text() == name.text())
        .filter(|node| {
            !module.parent(*node).is_some_and(|(above, field)| {
                field == Some("left") && above.kind() == "assignment"
                    || field == Some("name") && above.kind() == "function_definition"
            })
        })
        .collect()
}

/// Whether a name says that what it lists is required: `REQUIRED_ENV_VARS`, `get_vault_required_keys`.
pub(super) fn demands(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let about_keys = ["env", "environment", "vars", "variables", "keys", "settings", "config", "secrets"];
    lower.split('_').any(|word| word == "required")
        && words.clone().all(|word| !matches!(word, "not" | "optional" | "non" | "if"))
        && words.any(|word| about_keys.contains(&word))
}

/// The names in a list, tuple or set of two or more names of keys and nothing else.
fn keys(list: Node<'_>) -> Option<Vec<(KeyName, Node<'_>)>> {
    if !matches!(list.kind(), "list" | "tuple" | "set") {
        return None;
    }
    let keys: Vec<_> = list
        .named()
        .filter(|item| !item.is_extra())
        .map(|item| {
            let text = item.string()?.value;
            let is_key = text.len() > 2
                && text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
            is_key.then(|| (KeyName::new(&text), item))
        })
        .collect::<Option<_>>()?;
    (keys.len() >= 2).then_some(keys)
}
