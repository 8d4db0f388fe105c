//! Nodes as a parser completes them, each behind its children, and the tree that is made of them.

use super::super::completed::in_order;
use super::super::{FAULTY, NAMED, Record};
use super::kind::{Kind, Part};

/// A place among the completed nodes: what is completed later than it can be put into a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Mark(usize);

/// The nodes that are complete, children before what they stand in.
#[derive(Debug, Default)]
pub(super) struct Builder {
    nodes: Vec<Record>,
    /// The last node that did not parse.
    last_fault: Option<usize>,
}

impl Builder {
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), last_fault: None }
    }

    /// Before what is completed next.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.nodes.len())
    }

    /// Completes a node around all that was completed since `mark`.
    pub(super) fn close(&mut self, mark: Mark, kind: Kind, start: u32, end: u32) {
        if kind == Kind::Error {
            self.last_fault = Some(self.nodes.len());
        }
        let is_faulty = self.last_fault.is_some_and(|fault| fault >= mark.0);
        let is_named = kind as usize >= Kind::FIRST_NAMED as usize;
        self.nodes.push(Record {
            start,
            end: end.max(start),
            size: u32::try_from(self.nodes.len() + 1 - mark.0).unwrap_or(u32::MAX),
            kind: kind as u16,
            field: Part::Nothing as u8,
            flags: if is_named { NAMED } else { 0 } | if is_faulty { FAULTY } else { 0 },
        });
    }

    /// Says what part the node is that was completed last.
    pub(super) fn part(&mut self, part: Part) {
        if let Some(last) = self.nodes.last_mut() {
            last.field = part as u8;
        }
    }

    /// Says what part the node is that was completed last before `mark`.
    pub(super) fn part_before(&mut self, mark: Mark, part: Part) {
        if let Some(node) = mark.0.checked_sub(1).and_then(|at| self.nodes.get_mut(at)) {
            node.field = part as u8;
        }
    }

    /// The nodes since `mark` that stand in none of them, the last one first, as positions.
    pub(super) fn tops(&self, mark: Mark) -> impl Iterator<Item = usize> + '_ {
        let mut end = self.nodes.len();
        std::iter::from_fn(move || {
            let top = end.checked_sub(1).filter(|top| *top >= mark.0)?;
            end = end.saturating_sub(self.nodes.get(top)?.size as usize);
            Some(top)
        })
    }

    /// What stands directly in the node at `position`, the last one first.
    fn inside(&self, position: usize) -> Vec<usize> {
        let size = self.nodes.get(position).map_or(1, |node| node.size as usize);
        let first = position + 1 - size.min(position + 1);
        let mut end = position;
        std::iter::from_fn(|| {
            let top = end.checked_sub(1).filter(|top| *top >= first)?;
            end = end.saturating_sub(self.nodes.get(top)?.size as usize);
            Some(top)
        })
        .collect()
    }

    /// Takes the parts back that nodes since `mark` were said to be: what they would stand in did not come about.
    pub(super) fn forget_parts(&mut self, mark: Mark) {
        let tops: Vec<usize> = self.tops(mark).collect();
        for top in tops {
            if let Some(node) = self.nodes.get_mut(top) {
                node.field = Part::Nothing as u8;
            }
        }
    }

    /// Makes patterns of the nodes since `mark`: what was read as a value is what a value is put into.
    pub(super) fn make_patterns(&mut self, mark: Mark) {
        let mut open: Vec<usize> = self.tops(mark).collect();
        while let Some(position) = open.pop() {
            let Some(node) = self.nodes.get_mut(position) else { continue };
            let pattern = match node.kind {
                kind if kind == Kind::Tuple as u16 || kind == Kind::ParenthesizedExpression as u16 => {
                    Kind::TuplePattern
                }
                kind if kind == Kind::List as u16 => Kind::ListPattern,
                kind if kind == Kind::ExpressionList as u16 => Kind::PatternList,
                kind if kind == Kind::ListSplat as u16 => Kind::ListSplatPattern,
                _ => continue,
            };
            node.kind = pattern as u16;
            if pattern != Kind::ListSplatPattern {
                open.extend(self.inside(position));
            }
        }
    }

    /// The tree. The last node completed is its root.
    pub(super) fn finish(self) -> Vec<Record> {
        in_order(&self.nodes)
    }
}
