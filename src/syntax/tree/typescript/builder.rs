//! Nodes as a parser completes them, each behind its children, and the tree that is made of them.

use super::super::completed::in_order;
use super::super::{EXTRA, NAMED, Record};
use super::kind::{Kind, Numbers, Part};

/// A place among the completed nodes: what is completed later than it can be put into a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Mark(usize);

/// The nodes that are complete, children before what they stand in.
#[derive(Debug)]
pub(super) struct Builder {
    nodes: Vec<Record>,
    numbers: &'static Numbers,
}

impl Builder {
    pub(super) fn new(numbers: &'static Numbers, nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), numbers }
    }

    /// Before what is completed next.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.nodes.len())
    }

    /// Takes back what was completed since `mark`.
    pub(super) fn take_back(&mut self, mark: Mark) {
        self.nodes.truncate(mark.0);
    }

    /// Completes a node around all that was completed since `mark`.
    pub(super) fn close(&mut self, mark: Mark, kind: Kind, start: u32, end: u32) {
        let is_named = kind as usize >= Kind::FIRST_NAMED as usize;
        self.nodes.push(Record {
            start,
            end,
            size: u32::try_from(self.nodes.len() + 1 - mark.0).unwrap_or(u32::MAX),
            kind: self.numbers.kind(kind),
            field: 0,
            flags: if is_named { NAMED } else { 0 } | if kind == Kind::Comment { EXTRA } else { 0 },
        });
    }

    /// Says what part the node is that was completed last.
    pub(super) fn part(&mut self, part: Part) {
        let number = self.numbers.part(part);
        if let Some(last) = self.nodes.last_mut() {
            last.field = number;
        }
    }

    /// Says what part the node is that was completed last before `mark`.
    pub(super) fn part_before(&mut self, mark: Mark, part: Part) {
        let number = self.numbers.part(part);
        if let Some(node) = mark.0.checked_sub(1).and_then(|at| self.nodes.get_mut(at)) {
            node.field = number;
        }
    }

    /// Makes another kind of the node that was completed last.
    pub(super) fn rename(&mut self, kind: Kind) {
        let number = self.numbers.kind(kind);
        if let Some(last) = self.nodes.last_mut() {
            last.kind = number;
        }
    }

    /// Whether the node that was completed last is of one of some kinds.
    pub(super) fn is_last(&self, kinds: &[Kind]) -> bool {
        self.nodes.last().is_some_and(|last| kinds.iter().any(|kind| self.numbers.kind(*kind) == last.kind))
    }

    /// The tree. The last node completed is its root.
    pub(super) fn finish(self) -> Vec<Record> {
        in_order(&self.nodes)
    }
}
