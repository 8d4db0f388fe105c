//! One Python file as a table of nodes: who stands in whom, what names are bound to, what is imported.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::syntax::tree::{Entry, Node, Table, Tree};

/// How far up or down a question may go; real code stays far below it.
pub(super) const DEPTH: usize = 48;

/// What a name may stand for.
#[derive(Clone, Copy)]
pub(super) enum Binding<'t> {
    /// The value of this expression.
    Value(Node<'t>),
    /// The parameter at this position of its function, with its default.
    Parameter(usize, Option<Node<'t>>),
    /// Something else.
    Other,
}

/// A Python file, ready for questions.
pub(super) struct Module<'t> {
    table: Table<'t>,
    imports: BTreeMap<&'t str, String>,
    /// The module of which everything is imported (`from .common import *`), the last if there are several.
    whole_import: Option<&'t str>,
    bindings: BTreeMap<(usize, &'t str), Vec<Binding<'t>>>,
    classes: BTreeMap<&'t str, Node<'t>>,
    /// Calls by the plain name of what is called.
    calls: BTreeMap<&'t str, Vec<Node<'t>>>,
    /// Steps left for the question at hand.
    fuel: Cell<u32>,
}

/// The arguments of a call.
pub(super) struct Arguments<'t> {
    pub(super) positional: Vec<Node<'t>>,
    pub(super) keywords: Vec<(&'t str, Node<'t>)>,
}

impl<'t> Arguments<'t> {
    /// Reads the `argument_list` of a call or of a class.
    pub(super) fn of(list: Option<Node<'t>>) -> Self {
        let mut arguments = Self { positional: Vec::new(), keywords: Vec::new() };
        for node in list.into_iter().flat_map(Node::named) {
            match (node.kind(), node.field("name"), node.field("value")) {
                ("keyword_argument", Some(name), Some(value)) => {
                    arguments.keywords.push((name.text(), value));
                }
                ("keyword_argument" | "dictionary_splat", ..) => {}
                _ => arguments.positional.push(node),
            }
        }
        arguments
    }

    /// The arguments of `call`.
    pub(super) fn of_call(call: Node<'t>) -> Self {
        Self::of(call.field("arguments").filter(|list| list.kind() == "argument_list"))
    }

    pub(super) fn keyword(&self, name: &str) -> Option<Node<'t>> {
        self.keywords.iter().find(|(keyword, _)| *keyword == name).map(|&(_, value)| value)
    }

    /// The argument at `position`, unless something of unknown length stands before it.
    pub(super) fn at(&self, position: usize) -> Option<Node<'t>> {
        let before = self.positional.get(..=position)?;
        before.iter().all(|node| node.kind() != "list_splat").then(|| before.last().copied())?
    }

    /// The argument called `name`, or the one at `position`.
    pub(super) fn get(&self, name: &str, position: usize) -> Option<Node<'t>> {
        self.keyword(name).or_else(|| self.at(position))
    }
}

fn is_scope(kind: &str) -> bool {
    matches!(kind, "function_definition" | "lambda" | "class_definition" | "module")
}

impl<'t> Module<'t> {
    pub(super) fn read(tree: &'t Tree<'_>) -> Self {
        let mut module = Self {
            table: Table::of(tree, is_scope),
            imports: BTreeMap::new(),
            whole_import: None,
            bindings: BTreeMap::new(),
            classes: BTreeMap::new(),
            calls: BTreeMap::new(),
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

    /// The function definition that the node stands in.
    pub(super) fn function(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut scope = self.scope(node);
        for _ in 0..DEPTH {
            let entry = self.table.at(scope)?;
            match entry.node.kind() {
                "function_definition" => return Some(entry.node),
                "lambda" => scope = entry.scope,
                _ => return None,
            }
        }
        None
    }

    /// The class of this file with this name.
    pub(super) fn class(&self, name: &str) -> Option<Node<'t>> {
        self.classes.get(name).copied()
    }

    /// The calls of what is plainly called `name`.
    pub(super) fn calls(&self, name: &str) -> &[Node<'t>] {
        self.calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// All classes of this file, in the order of the text.
    pub(super) fn classes(&self) -> Vec<Node<'t>> {
        self.nodes().filter(|node| node.kind() == "class_definition").collect()
    }

    fn bind(&mut self, scope: usize, target: Node<'t>, binding: Binding<'t>) {
        match target.kind() {
            "identifier" => self.bindings.entry((scope, target.text())).or_default().push(binding),
            "pattern_list" | "tuple_pattern" | "list_pattern" => {
                for part in target.named().filter(|part| part.kind() == "identifier") {
                    self.bindings.entry((scope, part.text())).or_default().push(Binding::Other);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, position: usize) {
        let Some(&Entry { node, scope, .. }) = self.table.at(position) else { return };
        match node.kind() {
            "assignment" => {
                if let (Some(left), Some(right)) = (node.field("left"), node.field("right")) {
                    self.bind(scope, left, Binding::Value(right));
                }
            }
            "named_expression" => {
                if let (Some(name), Some(value)) = (node.field("name"), node.field("value")) {
                    self.bind(scope, name, Binding::Value(value));
                }
            }
            "augmented_assignment" | "for_statement" => {
                if let Some(left) = node.field("left") {
                    self.bind(scope, left, Binding::Other);
                }
            }
            "as_pattern_target" => {
                for name in node.named() {
                    self.bind(scope, name, Binding::Other);
                }
            }
            "function_definition" | "lambda" => {
                for (at, (name, default)) in parameters(node).into_iter().enumerate() {
                    self.bindings.entry((position, name)).or_default().push(Binding::Parameter(at, default));
                }
            }
            "class_definition" => {
                if let Some(name) = node.field("name") {
                    self.classes.entry(name.text()).or_insert(node);
                }
            }
            "call" => {
                if let Some(function) = node.field("function").filter(|name| name.kind() == "identifier") {
                    self.calls.entry(function.text()).or_default().push(node);
                }
            }
            "import_statement" => {
                for name in node.fields("name") {
                    match (name.kind(), name.field("name"), name.field("alias")) {
                        ("aliased_import", Some(path), Some(alias)) => {
                            self.import(alias.text(), path.text().to_owned());
                        }
                        _ => {
                            let first = name.text().split('.').next().unwrap_or("");
                            self.import(first, first.to_owned());
                        }
                    }
                }
            }
            "import_from_statement" => {
                let from = node.field("module_name").map_or("", Node::text);
                if node.named().any(|part| part.kind() == "wildcard_import") {
                    self.whole_import = Some(from);
                }
                for name in node.fields("name") {
                    let (path, alias) = match (name.field("name"), name.field("alias")) {
                        (Some(path), Some(alias)) => (path, alias),
                        _ => (name, name),
                    };
                    self.import(alias.text(), format!("{from}.{}", path.text()));
                }
            }
            _ => {}
        }
    }

    fn import(&mut self, name: &'t str, path: String) {
        // `try: from pydantic_settings import ..` with an older fallback: the newer one counts.
        let keeps = |old: &String| old.starts_with("pydantic_settings.");
        if !self.imports.get(name).is_some_and(keeps) {
            self.imports.insert(name, path);
        }
    }

    /// The full dotted path of an imported name or of something in it: `os.environ.get`.
    pub(super) fn path(&self, node: Node<'t>) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = node;
        for _ in 0..8 {
            match at.kind() {
                "identifier" => {
                    if self.is_shadowed(at) {
                        return None;
                    }
                    let mut path = match self.imports.get(at.text()) {
                        Some(path) => path.clone(),
                        None => self.brought(at)?,
                    };
                    for part in parts.iter().rev() {
                        path.push('.');
                        path.push_str(part);
                    }
                    return Some(path);
                }
                "attribute" => {
                    parts.push(at.field("attribute")?.text());
                    at = at.field("object")?;
                }
                _ => return None,
            }
        }
        None
    }

    /// What a name is that the file uses and does not bind, as settings do that build on others: `os`, or an `env`
    /// which those have made.
    fn brought(&self, node: Node<'t>) -> Option<String> {
        let from = self.whole_import.filter(|_| self.lookup(node).is_none())?;
        match node.text() {
            "os" => Some("os".to_owned()),
            "env" => Some(format!("{from}.env")),
            _ => None,
        }
    }

    /// Whether the name at `node` is bound anew inside a function around it.
    fn is_shadowed(&self, node: Node<'t>) -> bool {
        self.lookup(node).is_some_and(|(scope, _)| scope != 0)
    }

    /// What the name at `node` is bound to, by the innermost scope that binds it.
    pub(super) fn lookup(&self, node: Node<'t>) -> Option<(usize, &[Binding<'t>])> {
        let mut scope = self.scope(node);
        let start = scope;
        for _ in 0..DEPTH {
            let entry = self.table.at(scope)?;
            let visible = scope == start || entry.node.kind() != "class_definition";
            if visible && let Some(found) = self.bindings.get(&(scope, node.text())) {
                return Some((scope, found));
            }
            if scope == 0 {
                return None;
            }
            scope = entry.scope;
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
}

/// The parameters of a function or lambda, each with its default, `self` and `cls` included.
pub(super) fn parameters<'t>(function: Node<'t>) -> Vec<(&'t str, Option<Node<'t>>)> {
    let list = function.field("parameters").into_iter().flat_map(Node::named);
    list.filter_map(|parameter| match parameter.kind() {
        "identifier" => Some((parameter.text(), None)),
        "default_parameter" | "typed_default_parameter" => {
            Some((parameter.field("name")?.text(), parameter.field("value")))
        }
        "typed_parameter" => {
            let name = parameter.named().next().filter(|name| name.kind() == "identifier")?;
            Some((name.text(), None))
        }
        _ => None,
    })
    .collect()
}

/// The expression inside parentheses, `await` left out.
pub(super) fn inner(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..DEPTH {
        match at.kind() {
            "parenthesized_expression" | "type" | "await" => match at.named().next() {
                Some(inside) => at = inside,
                None => break,
            },
            _ => break,
        }
    }
    at
}
