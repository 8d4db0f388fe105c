//! Edits of YAML as text: one entry comes or goes, every other byte stays.
//!
//! Where a place is written in a way that cannot be extended without rewriting more than one entry (an
//! alias, a tag, a collection inside of a line of another), the answer is `None`, and people do it.

mod place;
mod remove;
mod shared;
mod whole;

pub use place::is_commented_entry;
use place::{end_of, indent_of, is_flow, line_end};
pub use whole::Whole;

use super::node::{Entry, Node, NodeKind, Style};
use super::scalar::{Scalar, resolve};
use super::{Parsed, parse};
use crate::text::{Span, line_ending};

/// A replacement: the bytes that go, and the text that comes.
pub type Replaced = (Span, String);

/// A YAML text, ready to be edited.
#[derive(Debug)]
pub struct Edits<'t> {
    text: &'t str,
    parsed: Parsed,
}

impl<'t> Edits<'t> {
    /// Reads `text` once for any number of edits.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self { text, parsed: parse(text) }
    }

    /// The entry whose key stands at `key`.
    #[must_use]
    pub fn entry(&self, key: Span) -> Option<&Entry> {
        self.parsed.documents.iter().find_map(|document| entry_in(document, key))
    }

    /// The entry that a path of keys leads to, from the top of a document.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Entry> {
        self.parsed.documents.iter().find_map(|document| {
            let (last, above) = path.split_last()?;
            let mut node = document;
            for key in above {
                node = &own(node, key)?.value;
            }
            own(node, last)
        })
    }

    /// Adds a variable to what stands under the key at `field` (`environment`, `args`, `env`), in the form
    /// of its neighbours: `KEY: value` in a mapping, `- KEY=value` in a list. Without a value it is handed on as
    /// it is: `KEY:`, `- KEY`.
    #[must_use]
    pub fn add_variable<'v>(
        &self,
        field: Span,
        key: &str,
        value: impl Into<Option<&'v str>>,
    ) -> Option<Replaced> {
        let entry = self.entry(field)?;
        let node = &entry.value;
        let value = value.into();
        if node.is_sequence() {
            let item = value.map_or_else(|| key.to_owned(), |value| format!("{key}={value}"));
            return self.add_item(entry, &item, quotes_items(node));
        }
        let quotes = |value: &str| quotes_references(node) && value.contains('$');
        self.add_entry(entry, |flow| variable(key, value, flow, value.is_some_and(quotes)))
    }

    /// Adds an entry, spelled by `spelled` for flow style or not, to the mapping of `parent`.
    pub fn add_entry(&self, parent: &Entry, spelled: impl Fn(bool) -> String) -> Option<Replaced> {
        let node = &parent.value;
        if node.via_alias || node.tag.is_some() {
            return None;
        }
        if node.is_null() && node.span.is_empty() {
            let indent = format!("{}{}", indent_of(self.text, parent.key.span)?, self.unit());
            return self.new_line(parent.key.span.end as usize + 1, &indent, &spelled(false));
        }
        if !node.is_mapping() {
            return None;
        }
        if is_flow(self.text, node) {
            return self.add_in_flow(node, &spelled(true));
        }
        let first = node.raw_entries().first()?;
        let indent = indent_of(self.text, first.key.span)?;
        self.new_line(end_of(self.text, node)?, &indent, &spelled(false))
    }

    /// Adds `field:` with these variables below it to the mapping of the key at `parent`.
    #[must_use]
    pub fn add_field<'v, V: Into<Option<&'v str>> + Copy>(
        &self,
        parent: Span,
        field: &str,
        variables: &[(&str, V)],
    ) -> Option<Replaced> {
        let parent = self.entry(parent)?;
        if parent.value.is_mapping() && is_flow(self.text, &parent.value) {
            let spelled = |(key, value): &(&str, V)| variable(key, (*value).into(), true, false);
            let inside: Vec<String> = variables.iter().map(spelled).collect();
            return self.add_in_flow(&parent.value, &format!("{field}: {{ {} }}", inside.join(", ")));
        }
        let first = parent.value.raw_entries().first()?;
        let (indent, ending) = (indent_of(self.text, first.key.span)?, line_ending(self.text));
        let mut lines = format!("{field}:");
        for (key, value) in variables {
            let spelled = variable(key, (*value).into(), false, false);
            lines.push_str(&format!("{ending}{indent}{}{spelled}", self.unit()));
        }
        self.add_entry(parent, |_| lines.clone())
    }

    /// Adds variables to the `field:` beside the entry whose value stands at `value`, or such a field at the end of
    /// their mapping.
    #[must_use]
    pub fn add_beside(&self, value: Span, field: &str, variables: &[(&str, &str)]) -> Option<Replaced> {
        let node = self.parsed.documents.iter().find_map(|document| holder_of(document, value))?;
        if let Some(known) = own(node, field) {
            let mut all: Option<Replaced> = None;
            for (key, value) in variables {
                let (span, one) = self.add_variable(known.key.span, key, *value)?;
                all = match all {
                    None => Some((span, one)),
                    Some((at, before)) if at == span => Some((at, one_behind_other(&before, &one))),
                    Some(_) => return None,
                };
            }
            return all;
        }
        if is_flow(self.text, node) {
            return None;
        }
        let first = node.raw_entries().first()?;
        let (indent, ending) = (indent_of(self.text, first.key.span)?, line_ending(self.text));
        let mut lines = format!("{field}:");
        for (key, value) in variables {
            let spelled = variable(key, Some(value), false, false);
            lines.push_str(&format!("{ending}{indent}{}{spelled}", self.unit()));
        }
        self.new_line(end_of(self.text, node)?, &indent, &lines)
    }

    /// Gives the `build:` whose key stands at `build` these arguments.
    #[must_use]
    pub fn add_build_args(&self, build: Span, arguments: &[(&str, &str)]) -> Option<Replaced> {
        let entry = self.entry(build)?;
        if let Some(args) = own(&entry.value, "args") {
            let mut all: Option<Replaced> = None;
            for (key, value) in arguments {
                let (span, one) = self.add_variable(args.key.span, key, *value)?;
                all = match all {
                    None => Some((span, one)),
                    Some((at, before)) if at == span => Some((at, one_behind_other(&before, &one))),
                    Some(_) => return None,
                };
            }
            return all;
        }
        if entry.value.is_mapping() {
            return self.add_field(build, "args", arguments);
        }
        // The short form: only the context.
        let context = self.text.get(entry.value.span.range())?;
        if entry.value.via_alias || entry.value.tag.is_some() || context.is_empty() || context.contains('\n')
        {
            return None;
        }
        let line = self.text.get(..entry.key.span.start as usize)?.rsplit('\n').next()?;
        let ending = line_ending(self.text);
        if !line.trim_start_matches('\u{feff}').trim().is_empty() {
            let spelled = |(key, value): &(&str, &str)| format!("{key}: {}", scalar(value, true, false));
            let inside: Vec<String> = arguments.iter().map(spelled).collect();
            let long = format!("{{ context: {context}, args: {{ {} }} }}", inside.join(", "));
            return Some((entry.value.span, long));
        }
        let inner = format!("{}{}", indent_of(self.text, entry.key.span)?, self.unit());
        let mut long = format!(":{ending}{inner}context: {context}{ending}{inner}args:");
        for (key, value) in arguments {
            let value = scalar(value, false, false);
            long.push_str(&format!("{ending}{inner}{}{key}: {value}", self.unit()));
        }
        Some((Span { start: entry.key.span.end, end: entry.value.span.end }, long))
    }

    fn add_item(&self, parent: &Entry, text: &str, quoted: bool) -> Option<Replaced> {
        let node = &parent.value;
        if node.via_alias || node.tag.is_some() {
            return None;
        }
        if is_flow(self.text, node) {
            return self.add_in_flow(node, &scalar(text, true, quoted));
        }
        let first = node.items().first()?;
        let line = self.text.get(..first.span.start as usize)?.rsplit('\n').next()?;
        let dash = line.rfind('-')?;
        let indent = line.get(..dash).filter(|indent| indent.trim().is_empty())?;
        let gap = line.get(dash + 1..).filter(|gap| gap.trim().is_empty())?;
        let item = format!("-{gap}{}", scalar(text, false, quoted));
        self.new_line(end_of(self.text, node)?, indent, &item)
    }

    fn add_in_flow(&self, node: &Node, text: &str) -> Option<Replaced> {
        let is_empty = node.items().is_empty() && node.raw_entries().is_empty();
        let open = node.span.start as usize + 1;
        if is_empty {
            let inside = self.text.get(open..)?;
            let close = inside.find(['}', ']'])?;
            let text = if node.is_mapping() { format!(" {text} ") } else { text.to_owned() };
            return inside.get(..close)?.trim().is_empty().then(|| (Span::new(open, open + close), text));
        }
        let last = node.items().last().or_else(|| node.raw_entries().last().map(|entry| &entry.value))?;
        let end = match node.raw_entries().last() {
            Some(entry) if entry.value.span.is_empty() => entry.key.span.end as usize,
            _ => end_of(self.text, last)?,
        };
        let first = node.items().first().map(|item| item.span.start);
        let first = first.or_else(|| node.raw_entries().first().map(|entry| entry.key.span.start))?;
        // One entry per line stays one entry per line.
        let lead = self.text.get(open..first as usize)?;
        match lead.rsplit_once('\n') {
            Some((_, indent)) if indent.trim().is_empty() => {
                Some((Span::at(end), format!(",{}{indent}{text}", line_ending(self.text))))
            }
            Some(_) => None,
            None => Some((Span::at(end), format!(", {text}"))),
        }
    }

    /// A line behind the one that holds byte `at`, if nothing but a comment follows there.
    fn new_line(&self, at: usize, indent: &str, text: &str) -> Option<Replaced> {
        let end = line_end(self.text, at)?;
        let rest = self.text.get(at..end)?.trim();
        (rest.is_empty() || rest.starts_with('#'))
            .then(|| (Span::at(end), format!("{}{indent}{text}", line_ending(self.text))))
    }

    /// By how much the file indents.
    fn unit(&self) -> &'static str {
        let steps = self.text.lines().filter_map(|line| {
            let width = line.len() - line.trim_start_matches(' ').len();
            (width > 0 && !line.trim().is_empty() && !line.trim_start().starts_with('#')).then_some(width)
        });
        match steps.min() {
            Some(4) => "    ",
            Some(3) => "   ",
            _ => "  ",
        }
    }
}

/// An entry of a mapping of variables; without a value the variable is handed on as it is.
fn variable(key: &str, value: Option<&str>, flow: bool, quoted: bool) -> String {
    match value {
        Some(value) => format!("{key}: {}", scalar(value, flow, quoted)),
        None if flow => format!("{key}: null"),
        None => format!("{key}:"),
    }
}

/// What two variables that are added at one place come to.
#[must_use]
pub fn one_behind_other(first: &str, second: &str) -> String {
    if second.starts_with([',', '\n', '\r']) {
        return format!("{first}{second}");
    }
    // Between the brackets of `{}` the first of them needs no sign before it.
    format!("{}, {}", first.trim_end(), second.trim_start())
}

/// The entry of `key` that the mapping itself has.
pub(super) fn own<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.raw_entries().iter().rev().find(|entry| entry.key.as_str() == Some(key))
}

/// The mapping with an entry whose value stands at `value`.
fn holder_of(node: &Node, value: Span) -> Option<&Node> {
    if node.via_alias {
        return None;
    }
    let entries = node.raw_entries();
    if entries.iter().any(|entry| entry.value.span == value) {
        return Some(node);
    }
    let below = entries.iter().find_map(|entry| holder_of(&entry.value, value));
    below.or_else(|| node.items().iter().find_map(|item| holder_of(item, value)))
}

fn entry_in(node: &Node, key: Span) -> Option<&Entry> {
    if node.via_alias {
        return None;
    }
    let found = node
        .raw_entries()
        .iter()
        .find_map(|entry| if entry.key.span == key { Some(entry) } else { entry_in(&entry.value, key) });
    found.or_else(|| node.items().iter().find_map(|item| entry_in(item, key)))
}

fn quotes_items(node: &Node) -> bool {
    let style = |item: &Node| matches!(&item.kind, NodeKind::Scalar { style: Style::DoubleQuoted, .. });
    node.items().last().is_some_and(style)
}

/// Whether the values with references among the entries of `node` stand in quotes.
fn quotes_references(node: &Node) -> bool {
    node.raw_entries()
        .iter()
        .rev()
        .find_map(|entry| match &entry.value.kind {
            NodeKind::Scalar { text, style } if text.contains('$') => Some(*style == Style::DoubleQuoted),
            _ => None,
        })
        .unwrap_or(false)
}

/// `text` as a scalar that YAML reads back as this text: plain where that is safe, else in quotes.
#[must_use]
pub fn scalar(text: &str, flow: bool, quoted: bool) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '/' | '.' | '_'));
    let is_plain = begins
        && !quoted
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && (!flow || !text.contains([',', '[', ']', '{', '}']))
        && !text.contains(char::is_control)
        && is_text(text);
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether YAML takes a plain scalar for a text.
fn is_text(text: &str) -> bool {
    let kind = NodeKind::Scalar { text: text.to_owned(), style: Style::Plain };
    let node = Node { kind, span: Span::default(), tag: None, via_alias: false };
    matches!(resolve(&node), Some(Scalar::Text(_)))
}

#[cfg(test)]
mod tests;
