//! One entry goes.

use super::place::{end_of, is_flow, line_end, line_start};
use super::{Edits, Replaced};
use crate::syntax::yaml::node::{Entry, Node};
use crate::text::Span;

/// A node on the way from the top to what is to go, with the entry it is the value of.
#[derive(Clone, Copy)]
struct Above<'n> {
    entry: Option<&'n Entry>,
    node: &'n Node,
}

impl Edits<'_> {
    /// Takes away the entry whose key stands at `at`, or the list item that covers it. Where it is the
    /// last of its collection, the key of that goes with it.
    #[must_use]
    pub fn remove(&self, at: Span) -> Option<Replaced> {
        self.parsed.documents.iter().find_map(|document| {
            let mut path = vec![Above { entry: None, node: document }];
            self.descend(&mut path, at)
        })
    }

    fn descend<'n>(&self, path: &mut Vec<Above<'n>>, at: Span) -> Option<Replaced> {
        let node = path.last()?.node;
        if node.via_alias {
            return None;
        }
        for entry in node.raw_entries() {
            if entry.key.span.contains(at) {
                return self.remove_entry(path, entry);
            }
            path.push(Above { entry: Some(entry), node: &entry.value });
            let found = self.descend(path, at);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
        for item in node.items() {
            let is_scalar = item.as_str().is_some();
            if is_scalar && item.span.contains(at) {
                return self.remove_item(path, item);
            }
            path.push(Above { entry: None, node: item });
            let found = self.descend(path, at);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn remove_entry(&self, path: &[Above<'_>], entry: &Entry) -> Option<Replaced> {
        let (last, above) = path.split_last()?;
        let end = if entry.value.span.is_empty() {
            let behind = self.text.get(entry.key.span.end as usize..)?;
            entry.key.span.end as usize + usize::from(behind.starts_with(':'))
        } else {
            end_of(self.text, &entry.value)?
        };
        let span = Span::new(entry.key.span.start as usize, end);
        if is_flow(self.text, last.node) {
            return self.remove_in_flow(span);
        }
        if let [_] = last.node.raw_entries() {
            return self.remove_parent(last, above);
        }
        self.remove_lines(span)
    }

    fn remove_item(&self, path: &[Above<'_>], item: &Node) -> Option<Replaced> {
        let (last, above) = path.split_last()?;
        let end = end_of(self.text, item)?;
        if is_flow(self.text, last.node) {
            return self.remove_in_flow(Span::new(item.span.start as usize, end));
        }
        if let [_] = last.node.items() {
            return self.remove_parent(last, above);
        }
        let start = line_start(self.text, item.span.start as usize)?;
        let before = self.text.get(start..item.span.start as usize)?;
        let dash = start + before.find('-').filter(|_| before.trim_matches([' ', '\u{feff}']) == "-")?;
        self.remove_lines(Span::new(dash, end))
    }

    /// The only entry of a collection goes with the key of the collection.
    fn remove_parent(&self, last: &Above<'_>, above: &[Above<'_>]) -> Option<Replaced> {
        let parent = last.entry?;
        let between =
            self.text.get(parent.key.span.end as usize..last.node.span.start as usize).unwrap_or("");
        // Somebody else may use an anchor.
        if between.contains('&') || last.node.tag.is_some() {
            return None;
        }
        self.remove_entry(above, parent)
    }

    /// The whole lines of `span`, if nothing else stands on them.
    fn remove_lines(&self, span: Span) -> Option<Replaced> {
        let start = line_start(self.text, span.start as usize)?;
        let before = self.text.get(start..span.start as usize)?;
        let end = line_end(self.text, span.end as usize)?;
        let behind = self.text.get(span.end as usize..end)?.trim();
        if !before.trim_matches([' ', '\u{feff}']).is_empty()
            || !(behind.is_empty() || behind.starts_with('#'))
        {
            return None;
        }
        let start = span.start as usize - before.trim_start_matches('\u{feff}').len();
        let rest = self.text.get(end..)?;
        let newline = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        Some((Span::new(start, end + newline), String::new()))
    }

    fn remove_in_flow(&self, span: Span) -> Option<Replaced> {
        let (before, behind) = (self.text.get(..span.start as usize)?, self.text.get(span.end as usize..)?);
        let next = behind.trim_start();
        if let Some(rest) = next.strip_prefix(',') {
            let end = self.text.len() - rest.trim_start_matches(' ').len();
            return Some((Span::new(span.start as usize, end), String::new()));
        }
        let start = before.trim_end().strip_suffix(',').map(str::len);
        if start.is_none() {
            // Alone between its brackets.
            let start = before.trim_end().len();
            let end = self.text.len() - next.len();
            return Some((Span::new(start, end), String::new()));
        }
        start.map(|start| (Span::new(start, span.end as usize), String::new()))
    }
}
