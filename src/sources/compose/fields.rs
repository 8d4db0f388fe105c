//! The entries of a mapping as compose sees them: merged, and no more of them than is bearable.

use std::collections::BTreeSet;

use crate::syntax::yaml::{Entry, Node, NodeKind, Style};

/// Entries and items visited through aliases in one file. Real files stay far below it; an
/// anchor bomb does not.
const MAX_VISITS: usize = 500_000;

/// How deep merges may nest.
const MAX_MERGES: usize = 16;

/// Counts what is visited, so that aliases of aliases cannot make a small file large.
#[derive(Debug)]
pub(super) struct Visits {
    left: usize,
    /// Whether something was left out.
    pub(super) exhausted: bool,
}

impl Default for Visits {
    fn default() -> Self {
        Self { left: MAX_VISITS, exhausted: false }
    }
}

impl Visits {
    /// Takes one visit; false if there are none left.
    pub(super) fn take(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                self.exhausted = true;
                false
            }
        }
    }

    /// The entries of a mapping with scalar keys: its own, of duplicates the last, then what `<<` adds,
    /// of which the first wins.
    pub(super) fn fields<'a>(&mut self, node: &'a Node) -> Vec<(&'a str, &'a Entry)> {
        let mut found = Vec::new();
        self.collect(node, &mut BTreeSet::new(), &mut found, 0);
        found
    }

    fn collect<'a>(
        &mut self,
        node: &'a Node,
        known: &mut BTreeSet<&'a str>,
        found: &mut Vec<(&'a str, &'a Entry)>,
        depth: usize,
    ) {
        if depth > MAX_MERGES {
            self.exhausted = true;
            return;
        }
        let begin = found.len();
        for entry in node.raw_entries().iter().rev().filter(|entry| !is_merge(entry)) {
            if !self.take() {
                return;
            }
            if let Some(key) = entry.key.as_str()
                && known.insert(key)
            {
                found.push((key, entry));
            }
        }
        if let Some(own) = found.get_mut(begin..) {
            own.reverse();
        }
        for entry in node.raw_entries().iter().filter(|entry| is_merge(entry)) {
            let merged = if entry.value.is_sequence() {
                entry.value.items()
            } else {
                std::slice::from_ref(&entry.value)
            };
            for item in merged {
                if !self.take() {
                    return;
                }
                self.collect(item, known, found, depth + 1);
            }
        }
    }
}

/// Whether an entry is a merge: `<<` without quotes.
pub(super) fn is_merge(entry: &Entry) -> bool {
    matches!(&entry.key.kind, NodeKind::Scalar { text, style: Style::Plain } if text == "<<")
}

/// The value of `key` among `fields`.
pub(super) fn value_of<'a>(fields: &[(&str, &'a Entry)], key: &str) -> Option<&'a Node> {
    fields.iter().find(|(name, _)| *name == key).map(|(_, entry)| &entry.value)
}

impl Visits {
    /// The value of `key` in a mapping, merges included.
    pub(super) fn value<'a>(&mut self, node: &'a Node, key: &str) -> Option<&'a Node> {
        value_of(&self.fields(node), key)
    }
}
