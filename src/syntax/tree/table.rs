//! The named nodes of a tree as a table: what each stands in, and in which scope.

use super::{Node, Tree};

/// The position of what stands in no table.
const NONE: u32 = u32::MAX;

/// A named node and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// The node.
    pub node: Node<'t>,
    /// The position of the scope that it stands in; that of the root for what stands in none.
    pub scope: usize,
    field: Option<&'static str>,
    parent: usize,
}

/// The named nodes of a tree in the order of the text, by position.
#[derive(Debug)]
pub struct Table<'t> {
    entries: Vec<Entry<'t>>,
    /// The position of each node of the tree, by its number; tokens and comments have [`NONE`].
    positions: Vec<u32>,
    comments: Vec<Node<'t>>,
}

impl<'t> Table<'t> {
    /// The nodes of `tree`, of which those of some kinds are scopes.
    #[must_use]
    pub fn of(tree: &'t Tree<'_>, is_scope: impl Fn(&str) -> bool) -> Self {
        let mut table = Self { entries: Vec::new(), positions: Vec::new(), comments: Vec::new() };
        // Open nodes by depth, as positions.
        let mut open: Vec<usize> = Vec::new();
        for step in tree.walk() {
            open.truncate(step.depth);
            let parent = open.last().copied().unwrap_or(0);
            if !step.node.is_named() || step.node.is_extra() {
                let is_comment = step.node.is_extra() && step.node.kind() == "comment";
                table.comments.extend(is_comment.then_some(step.node));
                table.positions.push(NONE);
                open.push(parent);
                continue;
            }
            let here = table.entries.len();
            open.push(here);
            let scope = match table.entries.get(parent) {
                Some(above) if is_scope(above.node.kind()) => parent,
                Some(above) => above.scope,
                None => 0,
            };
            table.entries.push(Entry { node: step.node, scope, field: step.field, parent });
            table.positions.push(u32::try_from(here).unwrap_or(NONE));
        }
        table
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The nodes.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'t>> {
        self.entries.iter().map(|entry| entry.node)
    }

    /// The comments, which are no part of the table, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Node<'t>] {
        &self.comments
    }

    /// What stands at a position.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<&Entry<'t>> {
        self.entries.get(position)
    }

    /// The position of a node of the tree.
    #[must_use]
    pub fn position(&self, node: Node<'t>) -> Option<usize> {
        self.positions.get(node.id()).filter(|&&position| position != NONE).map(|&position| position as usize)
    }

    /// The position of the scope that the node stands in.
    #[must_use]
    pub fn scope(&self, node: Node<'t>) -> usize {
        self.entry(node).map_or(0, |entry| entry.scope)
    }

    fn entry(&self, node: Node<'t>) -> Option<&Entry<'t>> {
        self.at(self.position(node)?)
    }

    /// What the node stands in, with the grammar's name for its part there; the root stands in nothing.
    #[must_use]
    pub fn parent(&self, node: Node<'t>) -> Option<(Node<'t>, Option<&'static str>)> {
        let entry = self.entry(node)?;
        let parent = self.at(entry.parent)?.node;
        (parent != node).then_some((parent, entry.field))
    }

    /// What the node stands in, from the inside out, each with the part it stands in and what stands there.
    pub fn ancestors(
        &self,
        node: Node<'t>,
    ) -> impl Iterator<Item = (Node<'t>, Option<&'static str>, Node<'t>)> + '_ {
        let mut below = node;
        std::iter::from_fn(move || {
            let (parent, field) = self.parent(below)?;
            let child = std::mem::replace(&mut below, parent);
            Some((parent, field, child))
        })
    }
}
