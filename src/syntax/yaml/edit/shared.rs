//! Values that stand in several places by an anchor.

use std::rc::Rc;

use super::{Edits, own};
use crate::syntax::yaml::{Entry, Node, NodeKind};
use crate::text::Span;

impl Edits<'_> {
    /// The key of the entry whose value stands under the key at `field` by its anchor (`environment: *common`); `None`
    /// where the value is written there itself.
    #[must_use]
    pub fn anchored(&self, field: Span) -> Option<Span> {
        let node = &self.entry(field)?.value;
        if node.via_alias { self.home_of(node) } else { None }
    }

    /// The keys of the entries whose mappings are merged into that under the key at `field` (`<<: *common`).
    #[must_use]
    pub fn merged(&self, field: Span) -> Vec<Span> {
        let merge = self.entry(field).and_then(|entry| own(&entry.value, "<<"));
        let Some(node) = merge.map(|merge| &merge.value) else { return Vec::new() };
        let items = node.items().iter();
        std::iter::once(node)
            .chain(items)
            .filter(|node| node.via_alias)
            .filter_map(|node| self.home_of(node))
            .collect()
    }

    /// The key of the entry where the content of an alias is written.
    fn home_of(&self, alias: &Node) -> Option<Span> {
        self.parsed.documents.iter().find_map(|document| home_in(document, alias))
    }
}

fn home_in(node: &Node, alias: &Node) -> Option<Span> {
    if node.via_alias {
        return None;
    }
    let in_entry = |entry: &Entry| {
        let is_home = !entry.value.via_alias && is_same(&entry.value, alias);
        if is_home { Some(entry.key.span) } else { home_in(&entry.value, alias) }
    };
    let found = node.raw_entries().iter().find_map(in_entry);
    found.or_else(|| node.items().iter().find_map(|item| home_in(item, alias)))
}

/// Whether two nodes have one content, and not only the same.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => Rc::ptr_eq(a, b),
        (NodeKind::Sequence(a), NodeKind::Sequence(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}
