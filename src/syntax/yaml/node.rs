//! The tree that YAML is read into.

use std::collections::HashSet;
use std::rc::Rc;

use crate::text::Span;

/// A node of a YAML document.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Its content.
    pub kind: NodeKind,
    /// Its bytes in the file: a scalar with its quotes, a collection from its first entry to its
    /// last. For an alias, the alias.
    pub span: Span,
    /// Its tag as written (`!override`, `!!str`), if it has one.
    pub tag: Option<String>,
    /// The anchor name if the node stands here by alias.
    pub via_alias: bool,
}

/// What a node holds.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeKind {
    /// A scalar, after YAML's own unescaping.
    Scalar {
        /// Its text.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A sequence.
    Sequence(Rc<Vec<Node>>),
    /// A mapping with its entries in order, duplicates included, `<<` not yet merged.
    Mapping(Rc<Vec<Entry>>),
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes, so that YAML decides its type.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// After `|` or `>`. The text's bytes do not map one to one onto the file's.
    Block,
}

/// One `key: value` of a mapping.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value; an absent one is a plain scalar with the text `~` and an empty span.
    pub value: Node,
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether this is YAML's null: absent, `~` or `null` without quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, style: Style::Plain } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
            && self.tag.is_none()
    }

    /// The items of a sequence; none for other nodes.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Whether this is a mapping.
    #[must_use]
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind, NodeKind::Mapping(_))
    }

    /// Whether this is a sequence.
    #[must_use]
    pub fn is_sequence(&self) -> bool {
        matches!(self.kind, NodeKind::Sequence(_))
    }

    /// The entries of a mapping as written, `<<` among them; none for other nodes.
    #[must_use]
    pub fn raw_entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of a mapping with `<<` merged in: own entries first, in order, then what the
    /// merged mappings add, the first of them winning.
    #[must_use]
    pub fn entries(&self) -> Vec<&Entry> {
        let mut found: Vec<&Entry> = Vec::new();
        merge_into(self, &mut found, 0, &mut 0);
        found
    }

    /// The value of `key`, merges included.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, merges included; of duplicates the last.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let own = self.raw_entries().iter().rev().find(|entry| entry.key.as_str() == Some(key));
        own.or_else(|| {
            let merged = self.raw_entries().iter().any(is_merge).then(|| self.entries());
            merged?.into_iter().find(|entry| entry.key.as_str() == Some(key))
        })
    }
}

/// Merges nest through anchors; real files stay far below this depth.
const MERGE_DEPTH: usize = 16;

/// Mappings that one merge visits at most, so that lists of merges of lists of merges, which share
/// their anchors, cannot take exponential time.
const MERGE_VISITS: usize = 1024;

fn is_merge(entry: &Entry) -> bool {
    matches!(&entry.key.kind, NodeKind::Scalar { text, style: Style::Plain } if text == "<<")
}

fn merge_into<'a>(node: &'a Node, found: &mut Vec<&'a Entry>, depth: usize, visits: &mut usize) {
    *visits += 1;
    if depth > MERGE_DEPTH || *visits > MERGE_VISITS {
        return;
    }
    let own = node.raw_entries().iter().filter(|entry| !is_merge(entry));
    if found.is_empty() {
        found.extend(own);
    } else {
        let known: HashSet<Option<&str>> = found.iter().map(|entry| entry.key.as_str()).collect();
        found.extend(own.filter(|entry| !known.contains(&entry.key.as_str())));
    }
    for entry in node.raw_entries().iter().filter(|entry| is_merge(entry)) {
        let merged =
            if entry.value.is_sequence() { entry.value.items() } else { std::slice::from_ref(&entry.value) };
        for item in merged {
            merge_into(item, found, depth + 1, visits);
        }
    }
}
