//! Validators that see a value before pydantic does: what they accept cannot be told from annotations.

use std::collections::BTreeSet;

use super::super::module::Arguments;
use crate::syntax::tree::Node;

/// What validators of a class treat first.
pub(super) struct Loosened {
    fields: BTreeSet<String>,
    /// Whether a validator sees all fields at once, and may fill some in.
    pub(super) all: bool,
}

impl Loosened {
    pub(super) fn of(classes: &[Node<'_>]) -> Self {
        let mut found = Self { fields: BTreeSet::new(), all: false };
        let statements = classes.iter().filter_map(|class| class.field("body")).flat_map(Node::named);
        for statement in statements.filter(|statement| statement.kind() == "decorated_definition") {
            for decorator in statement.named().filter(|part| part.kind() == "decorator") {
                let Some(call) = decorator.named().next() else { continue };
                found.take(call);
            }
        }
        found
    }

    /// Whether the text for this field is treated before pydantic reads it.
    pub(super) fn holds(&self, field: &str) -> bool {
        self.all || self.fields.contains(field) || self.fields.contains("*")
    }

    fn take(&mut self, decorator: Node<'_>) {
        let function = decorator.field("function").unwrap_or(decorator).text();
        let name = function.rsplit('.').next().unwrap_or(function);
        let arguments = Arguments::of_call(decorator);
        let mode = arguments.keyword("mode").and_then(Node::string).map(|text| text.value);
        let is_pre = arguments.keyword("pre").is_some_and(|flag| flag.kind() == "true");
        let is_early = is_pre || mode.is_some_and(|mode| mode != "after");
        match name {
            "field_validator" | "validator" if is_early => {
                let names = arguments.positional.iter().filter_map(|name| name.string());
                self.fields.extend(names.map(|name| name.value));
            }
            "model_validator" | "root_validator" if is_early => self.all = true,
            _ => {}
        }
    }
}
