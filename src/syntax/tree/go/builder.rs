//! Nodes as a parser completes them, each behind its children, and the tree that is made of them.

use super::super::completed::in_order;
use super::super::{EXTRA, NAMED, Record};
use super::kind::{Kind, Numbers, Part};

/// A place among the completed nodes: what is completed later than it can be put into a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(pub(super) usize);

impl Mark {
    /// Before all.
    pub(super) const FIRST: Self = Self(0);
}

/// The nodes that are complete, children before what they stand in.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) nodes: Vec<Record>,
    numbers: &'static Numbers,
}

impl Builder {
    pub(super) fn with_capacity(nodes: usize, numbers: &'static Numbers) -> Self {
        Self { nodes: Vec::with_capacity(nodes), numbers }
    }

    /// Before what is completed next.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.nodes.len())
    }

    /// Completes a node around all that was completed since `mark`.
    pub(super) fn close(&mut self, mark: Mark, kind: Kind, start: u32, end: u32) {
        self.nodes.push(Record {
            start,
            end,
            size: u32::try_from(self.nodes.len() + 1 - mark.0).unwrap_or(u32::MAX),
            kind: self.numbers.kind(kind),
            field: 0,
            flags: if kind.is_named() { NAMED } else { 0 },
        });
    }

    /// Completes a node that nothing stands in.
    pub(super) fn leaf(&mut self, kind: Kind, start: u32, end: u32) {
        let mark = self.mark();
        self.close(mark, kind, start, end);
    }

    pub(super) fn comment(&mut self, start: u32, end: u32) {
        self.leaf(Kind::Comment, start, end);
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= EXTRA;
        }
    }

    /// Says what part the node is that was completed last.
    pub(super) fn part(&mut self, part: Part) {
        if let Some(last) = self.nodes.last_mut() {
            last.field = self.numbers.part(part);
        }
    }

    /// Says what part the node is that was completed last before `mark`.
    pub(super) fn part_before(&mut self, mark: Mark, part: Part) {
        if let Some(node) = mark.0.checked_sub(1).and_then(|at| self.nodes.get_mut(at)) {
            node.field = self.numbers.part(part);
        }
    }

    /// Takes out a node that nothing stands in and that stands in nothing yet.
    pub(super) fn remove(&mut self, mark: Mark) {
        if mark.0 < self.nodes.len() {
            self.nodes.remove(mark.0);
        }
    }

    pub(super) fn is(&self, record: Record, kind: Kind) -> bool {
        record.kind == self.numbers.kind(kind)
    }

    pub(super) fn is_last(&self, kind: Kind) -> bool {
        self.nodes.last().is_some_and(|last| self.is(*last, kind))
    }

    /// The node in another kind and part.
    pub(super) fn as_kind(&self, record: Record, kind: Kind, part: Part) -> Record {
        Record { kind: self.numbers.kind(kind), field: self.numbers.part(part), ..record }
    }

    /// The tree. The last node completed is its root.
    pub(super) fn finish(self) -> Vec<Record> {
        in_order(&self.nodes)
    }
}
