//! One file as a table of nodes: who stands in whom, what names are bound to, what is imported.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::shape::parameter_nodes;
pub(super) use super::shape::{
    arguments, callee, inner, is_function, key_span, key_text, pairs, parameters, properties, property,
};
use crate::syntax::tree::{Entry, Node, Table, Tree};

/// How far up or down a question may go; real code stays far below it.
pub(super) const DEPTH: usize = 48;

/// What a name may stand for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Binding<'t> {
    /// The value of this expression.
    Value(Node<'t>),
    /// The property of this name of an expression, and what stands in for it (`{ a = 1 } = x`).
    Property(Node<'t>, &'t str),
    /// The parameter at this position of its function, with its default and its type.
    Parameter(usize, Option<Node<'t>>, Option<Node<'t>>),
    /// Something else.
    Other,
}

/// An imported name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import<'t> {
    /// The module, as written.
    pub(super) from: &'t str,
    /// The name it has there; `default` or `*`.
    pub(super) name: &'t str,
    /// Where that name is written.
    pub(super) at: Node<'t>,
}

/// A file, ready for questions.
pub(super) struct Module<'t> {
    table: Table<'t>,
    imports: BTreeMap<&'t str, Import<'t>>,
    bindings: BTreeMap<(usize, &'t str), Vec<Binding<'t>>>,
    functions: BTreeMap<&'t str, Node<'t>>,
    /// The modules that are imported or required, as written.
    sources: Vec<&'t str>,
    /// Steps left for the question at hand.
    fuel: Cell<u32>,
}

impl<'t> Module<'t> {
    pub(super) fn read(tree: &'t Tree<'_>) -> Self {
        let mut module = Self {
            table: Table::of(tree, is_function),
            imports: BTreeMap::new(),
            bindings: BTreeMap::new(),
            functions: BTreeMap::new(),
            sources: Vec::new(),
            fuel: Cell::new(0),
        };
        for position in 0..module.table.len() {
            module.note(position);
        }
        module
    }

    /// Begins a question that may follow names through the file; it ends after a bounded number of steps.
    pub(super) fn begin(&self) {
        self.fuel.set(1_000);
    }

    /// One step of the question; `None` where it has gone on for too long.
    pub(super) fn step(&self) -> Option<()> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        Some(())
    }

    /// All named nodes, in the order of the text.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'t>> {
        self.table.nodes()
    }

    /// All comments, in the order of the text.
    pub(super) fn comments(&self) -> &[Node<'t>] {
        self.table.comments()
    }

    /// What the node stands in, with the grammar's name for its part there; the root stands in nothing.
    pub(super) fn parent(&self, node: Node<'t>) -> Option<(Node<'t>, Option<&'static str>)> {
        self.table.parent(node)
    }

    /// What the node stands in, from the inside out, each with the part it stands in.
    pub(super) fn ancestors(
        &self,
        node: Node<'t>,
    ) -> impl Iterator<Item = (Node<'t>, Option<&'static str>, Node<'t>)> + '_ {
        self.table.ancestors(node).take(DEPTH)
    }

    /// The number of the scope that the node stands in.
    pub(super) fn scope(&self, node: Node<'t>) -> usize {
        self.table.scope(node)
    }

    /// The function with a name that the node stands in, with that name.
    pub(super) fn named_function(&self, node: Node<'t>) -> Option<(&'t str, Node<'t>)> {
        let mut scope = self.scope(node);
        for _ in 0..DEPTH {
            let entry = self.table.at(scope).filter(|entry| is_function(entry.node.kind()))?;
            if let Some(name) = self.name_of(entry.node) {
                return Some((name, entry.node));
            }
            scope = entry.scope;
        }
        None
    }

    /// The name that a function is called by.
    fn name_of(&self, function: Node<'t>) -> Option<&'t str> {
        if let Some(name) = function.field("name") {
            return Some(name.text());
        }
        let (above, field) = self.parent(function)?;
        match (above.kind(), field) {
            ("variable_declarator", Some("value")) | ("public_field_definition", Some("value")) => {
                above.field("name").map(Node::text)
            }
            ("pair", Some("value")) => above.field("key").map(Node::text),
            _ => None,
        }
    }

    /// The function of this file that is called by `name`.
    pub(super) fn function(&self, name: &str) -> Option<Node<'t>> {
        self.functions.get(name).copied()
    }

    /// What `name` is imported as, unless the file binds the name itself.
    pub(super) fn import(&self, name: &str) -> Option<Import<'t>> {
        self.imports.get(name).copied()
    }

    /// Every imported name, with what it is.
    pub(super) fn imports(&self) -> impl Iterator<Item = (&'t str, Import<'t>)> {
        self.imports.iter().map(|(name, import)| (*name, *import))
    }

    /// The modules that the file imports or requires, as written.
    pub(super) fn sources(&self) -> impl Iterator<Item = &'t str> {
        self.sources.iter().copied()
    }

    fn bind(&mut self, scope: usize, name: &'t str, binding: Binding<'t>) {
        self.bindings.entry((scope, name)).or_default().push(binding);
    }

    /// Binds the names of a pattern that takes the value `value`.
    fn bind_pattern(&mut self, scope: usize, pattern: Node<'t>, value: Option<Node<'t>>) {
        match (pattern.kind(), value) {
            ("identifier", Some(value)) => self.bind(scope, pattern.text(), Binding::Value(value)),
            ("identifier", None) => {}
            ("object_pattern", value) => {
                for property in properties(pattern) {
                    let Some(local) = property.local else { continue };
                    let binding = match (value, property.default) {
                        (Some(value), None) => Binding::Property(value, property.key.text()),
                        _ => Binding::Other,
                    };
                    self.bind(scope, local.text(), binding);
                }
            }
            _ => {
                for part in pattern.walk().map(|step| step.node) {
                    if matches!(part.kind(), "identifier" | "shorthand_property_identifier_pattern") {
                        self.bind(scope, part.text(), Binding::Other);
                    }
                }
            }
        }
    }

    fn note(&mut self, position: usize) {
        let Some(&Entry { node, scope, .. }) = self.table.at(position) else { return };
        match node.kind() {
            "variable_declarator" => {
                if let Some(name) = node.field("name") {
                    self.bind_pattern(scope, name, node.field("value"));
                    if let Some(value) = node.field("value").filter(|value| is_function(value.kind())) {
                        self.functions.entry(name.text()).or_insert(value);
                    }
                }
            }
            "assignment_expression" => {
                if let (Some(left), Some(right)) = (node.field("left"), node.field("right")) {
                    self.bind_pattern(scope, left, Some(right));
                }
            }
            "augmented_assignment_expression" | "update_expression" => {
                let target = node.field("left").or(node.field("argument"));
                if let Some(name) = target.filter(|target| target.kind() == "identifier") {
                    self.bind(scope, name.text(), Binding::Other);
                }
            }
            "for_in_statement" => {
                if let Some(left) = node.field("left") {
                    self.bind_pattern(scope, left, None);
                }
            }
            kind if is_function(kind) => {
                if let Some(name) = node.field("name") {
                    self.functions.entry(name.text()).or_insert(node);
                }
                for (at, parameter) in parameter_nodes(node).into_iter().enumerate() {
                    let (pattern, default) = (parameter.pattern, parameter.default);
                    if pattern.kind() == "identifier" {
                        let binding = Binding::Parameter(at, default, parameter.annotation);
                        self.bind(position, pattern.text(), binding);
                    } else {
                        self.bind_pattern(position, pattern, default);
                    }
                }
            }
            "public_field_definition" => {
                if let (Some(name), Some(value)) = (node.field("name"), node.field("value"))
                    && is_function(value.kind())
                {
                    self.functions.entry(name.text()).or_insert(value);
                }
            }
            "import_statement" => self.note_import(node),
            "call_expression" if node.field("function").is_some_and(|name| name.text() == "require") => {
                let first = arguments(node).first().copied().filter(|first| first.kind() == "string");
                self.sources.extend(first.map(|first| first.text().trim_matches(['"', '\''])));
            }
            _ => {}
        }
    }

    fn note_import(&mut self, node: Node<'t>) {
        let Some(from) = node.field("source").map(|source| source.text().trim_matches(['"', '\''])) else {
            return;
        };
        self.sources.push(from);
        for part in node.walk().map(|step| step.node) {
            let (local, name) = match part.kind() {
                "import_specifier" => match (part.field("name"), part.field("alias")) {
                    (Some(name), Some(alias)) => (alias, (name.text(), name)),
                    (Some(name), None) => (name, (name.text(), name)),
                    _ => continue,
                },
                "namespace_import" => match part.named().next() {
                    Some(name) => (name, ("*", name)),
                    None => continue,
                },
                "import_clause" => match part.named().next().filter(|name| name.kind() == "identifier") {
                    Some(name) => (name, ("default", name)),
                    None => continue,
                },
                _ => continue,
            };
            self.imports.insert(local.text(), Import { from, name: name.0, at: name.1 });
        }
    }

    /// What the name at `node` is bound to, by the innermost scope that binds it, with that scope.
    pub(super) fn lookup(&self, node: Node<'t>) -> Option<(usize, &[Binding<'t>])> {
        let mut scope = self.scope(node);
        for _ in 0..DEPTH {
            if let Some(found) = self.bindings.get(&(scope, node.text())) {
                return Some((scope, found));
            }
            if scope == 0 {
                return None;
            }
            scope = self.table.at(scope)?.scope;
        }
        None
    }

    /// The expression that the name at `node` stands for, if there is only one.
    pub(super) fn value(&self, node: Node<'t>) -> Option<Node<'t>> {
        match self.lookup(node)?.1 {
            [Binding::Value(value)] => Some(*value),
            _ => None,
        }
    }

    /// The expression that stands behind `node`, names of constants followed.
    pub(super) fn resolved(&self, node: Node<'t>) -> Node<'t> {
        let mut at = inner(node);
        for _ in 0..8 {
            match (at.kind() == "identifier").then(|| self.value(at)).flatten() {
                Some(value) => at = inner(value),
                None => break,
            }
        }
        at
    }
}
