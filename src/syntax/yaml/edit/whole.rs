//! An entry as it stands in the text, so that another one can be written like it behind it.

use super::place::{end_of, is_flow, line_end, line_start};
use super::{Edits, Replaced};
use crate::syntax::yaml::node::{Entry, Node};
use crate::text::{Span, line_ending};

/// An entry of a mapping, or an item of a list, that a name belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// From its first byte, behind the dash of an item, to its last.
    pub span: Span,
    /// Whether it is an item of a list, and not an entry of a mapping.
    pub is_item: bool,
    /// Whether it is written within brackets itself: `{ name: A, value: b }`.
    pub is_flow: bool,
    /// Whether brackets hold it with its neighbours.
    pub is_within_flow: bool,
    /// The value of an entry; of an item, that of its field `value`.
    pub value: Option<Span>,
    /// The field of an item that holds the name.
    pub field: Option<String>,
}

impl Edits<'_> {
    /// The entry whose name stands at `name`: that of the mapping with this key, the item with a field that has this
    /// value, or the item that is nothing else.
    #[must_use]
    pub fn whole(&self, name: Span) -> Option<Whole> {
        self.parsed.documents.iter().find_map(|document| self.whole_in(document, name))
    }

    fn whole_in(&self, node: &Node, name: Span) -> Option<Whole> {
        if node.via_alias {
            return None;
        }
        let is_within_flow = is_flow(self.text, node);
        for item in node.items() {
            let field = item.raw_entries().iter().find(|entry| entry.value.span == name);
            if item.span != name && field.is_none() || item.via_alias || item.tag.is_some() {
                continue;
            }
            let named =
                |field: &str| item.raw_entries().iter().find(|entry| entry.key.as_str() == Some(field));
            return Some(Whole {
                span: Span::new(item.span.start as usize, end_of(self.text, item)?),
                is_item: true,
                is_flow: is_flow(self.text, item),
                is_within_flow,
                value: named("value").map(|entry| entry.value.span),
                field: field.and_then(|entry| entry.key.as_str()).map(str::to_owned),
            });
        }
        if let Some(entry) = node.raw_entries().iter().find(|entry| entry.key.span == name) {
            return Some(Whole {
                span: Span::new(entry.key.span.start as usize, self.end(entry)?),
                is_item: false,
                is_flow: is_flow(self.text, &entry.value),
                is_within_flow,
                value: Some(entry.value.span).filter(|span| !span.is_empty()),
                field: None,
            });
        }
        let below = node.raw_entries().iter().find_map(|entry| self.whole_in(&entry.value, name));
        below.or_else(|| node.items().iter().find_map(|item| self.whole_in(item, name)))
    }

    fn end(&self, entry: &Entry) -> Option<usize> {
        if !entry.value.span.is_empty() {
            return end_of(self.text, &entry.value);
        }
        let end = entry.key.span.end as usize;
        Some(end + usize::from(self.text.get(end..)?.starts_with(':')))
    }

    /// `text`, the content of an entry, as the neighbour behind `whole`.
    #[must_use]
    pub fn behind(&self, whole: &Whole, text: &str) -> Option<Replaced> {
        let (start, end) = (whole.span.start as usize, whole.span.end as usize);
        let line = line_start(self.text, start)?;
        let lead = self.text.get(line..start)?.trim_start_matches('\u{feff}');
        let ending = line_ending(self.text);
        if whole.is_within_flow {
            let is_apart = lead.trim().is_empty();
            let lead = if is_apart { format!(",{ending}{lead}") } else { ", ".to_owned() };
            return Some((Span::at(end), format!("{lead}{text}")));
        }
        let is_alone = match whole.is_item {
            true => lead.trim() == "-",
            false => lead.chars().all(|c| matches!(c, ' ' | '-')),
        };
        let lead = if whole.is_item { lead.to_owned() } else { " ".repeat(lead.len()) };
        let line_end = line_end(self.text, end)?;
        let rest = self.text.get(end..line_end)?.trim();
        (is_alone && (rest.is_empty() || rest.starts_with('#')))
            .then(|| (Span::at(line_end), format!("{ending}{lead}{text}")))
    }
}
