//! One Go file as a table of nodes: who stands in whom, what names are bound to, what is imported.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::syntax::tree::{Entry, Node, Table, Tree};

/// How far up or down a question may go; real code stays far below it.
pub(super) const DEPTH: usize = 40;

/// What a name may stand for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Binding<'t> {
    /// The value of this expression.
    Value(Node<'t>),
    /// An item of this list.
    ItemOf(Node<'t>),
    /// The parameter at this position of its function.
    Parameter(usize),
    /// A variable of this type, without a value yet.
    Typed(Node<'t>),
    /// Something else.
    Other,
}

/// A binding, with the block in which the name is declared; an assignment declares nothing.
#[derive(Clone, Copy)]
struct Bound<'t> {
    binding: Binding<'t>,
    block: Option<usize>,
}

/// A Go file, ready for questions.
pub(super) struct Source<'t> {
    table: Table<'t>,
    imports: BTreeMap<String, String>,
    bindings: BTreeMap<(usize, &'t str), Vec<Bound<'t>>>,
    functions: BTreeMap<&'t str, Node<'t>>,
    structs: BTreeMap<&'t str, Node<'t>>,
    fuel: Cell<u32>,
}

fn is_scope(kind: &str) -> bool {
    matches!(kind, "function_declaration" | "method_declaration" | "func_literal" | "source_file")
}

impl<'t> Source<'t> {
    pub(super) fn read(tree: &'t Tree<'_>) -> Self {
        let mut source = Self {
            table: Table::of(tree, is_scope),
            imports: BTreeMap::new(),
            bindings: BTreeMap::new(),
            functions: BTreeMap::new(),
            structs: BTreeMap::new(),
            fuel: Cell::new(0),
        };
        for position in 0..source.table.len() {
            source.note(position);
        }
        source
    }

    /// All named nodes, in the order of the text.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'t>> {
        self.table.nodes()
    }

    /// All nodes of one kind, in the order of the text.
    pub(super) fn all(&self, kind: &'static str) -> impl Iterator<Item = Node<'t>> {
        self.nodes().filter(move |node| node.kind() == kind)
    }

    /// Begins a question that may follow names through the file; it ends after a bounded number of steps.
    pub(super) fn begin(&self) {
        self.fuel.set(400);
    }

    /// One step of the question; `None` where it has gone on for too long.
    pub(super) fn step(&self) -> Option<()> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        Some(())
    }

    /// What the node stands in, with the grammar's name for its part there; the root stands in nothing.
    pub(super) fn parent(&self, node: Node<'t>) -> Option<(Node<'t>, Option<&'static str>)> {
        self.table.parent(node)
    }

    /// What the node stands in, from the inside out, each with the part it stands in, up to the function.
    pub(super) fn ancestors(
        &self,
        node: Node<'t>,
    ) -> impl Iterator<Item = (Node<'t>, Option<&'static str>, Node<'t>)> + '_ {
        self.table.ancestors(node).take_while(|(above, ..)| !is_scope(above.kind())).take(DEPTH)
    }

    /// The function or method that the node stands in.
    pub(super) fn function(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut scope = self.table.scope(node);
        for _ in 0..DEPTH {
            let entry = self.table.at(scope)?;
            match entry.node.kind() {
                "function_declaration" | "method_declaration" => return Some(entry.node),
                "func_literal" => scope = entry.scope,
                _ => return None,
            }
        }
        None
    }

    /// The number of the scope that the node stands in.
    pub(super) fn scope(&self, node: Node<'t>) -> usize {
        self.table.scope(node)
    }

    /// The function or method of this file with this name.
    pub(super) fn function_called(&self, name: &str) -> Option<Node<'t>> {
        self.functions.get(name).copied()
    }

    /// The `struct_type` that this file declares under `name`.
    pub(super) fn struct_called(&self, name: &str) -> Option<Node<'t>> {
        self.structs.get(name).copied()
    }

    /// The statements behind the one that `node` stands in or is, in the same block, and that one.
    pub(super) fn statement(&self, node: Node<'t>) -> Option<(Node<'t>, Vec<Node<'t>>)> {
        let mut here = node;
        for _ in 0..DEPTH {
            let (parent, _) = self.parent(here)?;
            if matches!(
                parent.kind(),
                "statement_list" | "block" | "expression_case" | "default_case" | "source_file"
            ) {
                let behind = parent.named().skip_while(|sibling| sibling.id() != here.id()).skip(1);
                return Some((here, behind.take(MAX_BEHIND).collect()));
            }
            here = parent;
        }
        None
    }

    /// Whether the file imports a package whose path contains `part`.
    pub(super) fn imports(&self, part: &str) -> bool {
        self.imports.values().any(|path| path.contains(part))
    }

    /// The import path of the package and the name in it that a selector such as `os.Getenv` stands for.
    pub(super) fn member(&self, node: Node<'t>) -> Option<(&str, &'t str)> {
        if node.kind() != "selector_expression" {
            return None;
        }
        let package = node.field("operand").filter(|operand| operand.kind() == "identifier")?;
        if self.lookup(package).is_some_and(|(scope, _)| scope != 0) {
            return None;
        }
        Some((self.imports.get(package.text())?, node.field("field")?.text()))
    }

    /// What the name at `node` is bound to, by the innermost scope that binds it.
    pub(super) fn lookup(&self, node: Node<'t>) -> Option<(usize, Vec<Binding<'t>>)> {
        let (scope, found) = self.lookup_name(node.text(), self.scope(node))?;
        // Of several variables with one name that of the innermost block is meant.
        let blocks: Vec<usize> =
            self.ancestors(node).filter_map(|(above, ..)| self.table.position(above)).collect();
        let depth = |bound: &Bound<'t>| blocks.iter().position(|block| Some(*block) == bound.block);
        let nearest = found.iter().filter_map(depth).min();
        let is_meant = |bound: &&Bound<'t>| match nearest {
            Some(nearest) => bound.block.is_none() || depth(bound) == Some(nearest),
            None => true,
        };
        Some((scope, found.iter().filter(is_meant).map(|bound| bound.binding).collect()))
    }

    fn lookup_name(&self, name: &'t str, mut scope: usize) -> Option<(usize, &[Bound<'t>])> {
        for _ in 0..DEPTH {
            if let Some(found) = self.bindings.get(&(scope, name)) {
                return Some((scope, found));
            }
            if scope == 0 {
                return None;
            }
            scope = self.table.at(scope)?.scope;
        }
        None
    }

    /// The position of the block, loop, test or case that the node stands in.
    fn block(&self, node: Node<'t>) -> Option<usize> {
        let is_block = |kind: &str| {
            matches!(kind, "block" | "for_statement" | "if_statement" | "expression_case" | "default_case")
        };
        let (above, ..) = self.ancestors(node).find(|(above, ..)| is_block(above.kind()))?;
        self.table.position(above)
    }

    fn bind(&mut self, scope: usize, target: Node<'t>, binding: Binding<'t>) {
        if target.kind() == "identifier" && target.text() != "_" {
            let block = self.block(target);
            self.bindings.entry((scope, target.text())).or_default().push(Bound { binding, block });
        }
    }

    fn bind_all(&mut self, scope: usize, targets: &[Node<'t>], values: &[Node<'t>]) {
        for (at, target) in targets.iter().enumerate() {
            let binding = match values.get(at) {
                Some(value) if values.len() == targets.len() => Binding::Value(*value),
                _ => Binding::Other,
            };
            self.bind(scope, *target, binding);
        }
    }

    fn note(&mut self, position: usize) {
        let Some(&Entry { node, scope, .. }) = self.table.at(position) else { return };
        let list = |name: &str| node.field(name).map_or_else(Vec::new, items);
        match node.kind() {
            "import_spec" => {
                let Some(path) = node.field("path").and_then(Node::string) else { return };
                let name =
                    node.field("name").map_or_else(|| package_name(&path.value), |n| n.text().to_owned());
                self.imports.insert(name, path.value);
            }
            "const_spec" | "var_spec" => {
                let targets: Vec<Node<'t>> =
                    node.fields("name").filter(|name| name.kind() == "identifier").collect();
                match (node.field("value"), node.field("type")) {
                    (None, Some(kind)) => {
                        for target in targets {
                            self.bind(scope, target, Binding::Typed(kind));
                        }
                    }
                    _ => self.bind_all(scope, &targets, &list("value")),
                }
            }
            "short_var_declaration" => self.bind_all(scope, &list("left"), &list("right")),
            "assignment_statement" => {
                let is_plain = node.field("operator").is_none_or(|operator| operator.text() == "=");
                let values = if is_plain { list("right") } else { Vec::new() };
                // An assignment to a variable of an outer scope binds it there.
                for (at, target) in list("left").into_iter().enumerate() {
                    let outer = self.lookup_name(target.text(), scope).map_or(scope, |(outer, _)| outer);
                    let binding = values.get(at).map_or(Binding::Other, |value| Binding::Value(*value));
                    if target.kind() == "identifier" {
                        let bound = Bound { binding, block: None };
                        self.bindings.entry((outer, target.text())).or_default().push(bound);
                    }
                }
            }
            "range_clause" => {
                let (left, right) = (list("left"), node.field("right"));
                for (at, target) in left.into_iter().enumerate() {
                    let item = right.filter(|_| at == 1).map_or(Binding::Other, Binding::ItemOf);
                    self.bind(scope, target, item);
                }
            }
            "function_declaration" | "method_declaration" | "func_literal" => {
                if let Some(name) = node.field("name") {
                    self.functions.entry(name.text()).or_insert(node);
                }
                for (at, (name, _)) in parameters(node).into_iter().enumerate() {
                    self.bindings
                        .entry((position, name))
                        .or_default()
                        .push(Bound { binding: Binding::Parameter(at), block: None });
                }
            }
            "type_spec" => {
                if let (Some(name), Some(body)) = (node.field("name"), node.field("type"))
                    && body.kind() == "struct_type"
                {
                    self.structs.entry(name.text()).or_insert(body);
                }
            }
            _ => {}
        }
    }
}

const MAX_BEHIND: usize = 12;

fn items(list: Node<'_>) -> Vec<Node<'_>> {
    if list.kind() == "expression_list" { list.named().collect() } else { vec![list] }
}

/// The name by which a package is called that is imported under its own.
fn package_name(path: &str) -> String {
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let last = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    let last = last.strip_prefix("go-").unwrap_or(last);
    last.split('.').next().unwrap_or(last).to_owned()
}

/// The parameters of a function by name, each with its type.
pub(super) fn parameters<'t>(function: Node<'t>) -> Vec<(&'t str, Option<Node<'t>>)> {
    let list = function.field("parameters").into_iter().flat_map(Node::named);
    list.flat_map(|parameter| {
        let kind = parameter.field("type");
        parameter.fields("name").map(move |name| (name.text(), kind)).collect::<Vec<_>>()
    })
    .collect()
}

/// The arguments of a call.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.field("arguments").into_iter().flat_map(Node::named).collect()
}

/// The expression inside parentheses.
pub(super) fn inner(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..DEPTH {
        match at.named().next() {
            Some(inside) if matches!(at.kind(), "parenthesized_expression" | "literal_element") => {
                at = inside
            }
            _ => break,
        }
    }
    at
}
