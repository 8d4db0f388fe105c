//! One entry goes.

use super::place::{end_of, is_commented_entry, is_flow, line_end, line_start};
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
    /// Takes away what gives the variable `name` a value at `at`: the entry of that key, or the item `NAME` or
    /// `NAME=value` of a list of variables, or `- name: NAME` with its value there. Where it is the last of its
    /// collection, the key of that goes with it, unless that is all there is; then an empty collection remains.
    ///
    /// `None` for anything else that holds the name, such as a command.
    #[must_use]
    pub fn remove(&self, at: Span, name: &str) -> Option<Replaced> {
        self.parsed.documents.iter().find_map(|document| {
            let mut path = vec![Above { entry: None, node: document }];
            self.descend(&mut path, at, name)
        })
    }

    /// Whether the text is YAML from end to end.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.parsed.errors.is_empty()
    }

    fn descend<'n>(&self, path: &mut Vec<Above<'n>>, at: Span, name: &str) -> Option<Replaced> {
        let node = path.last()?.node;
        if node.via_alias {
            return None;
        }
        for entry in node.raw_entries() {
            if entry.key.span.contains(at) {
                return (entry.key.as_str() == Some(name)).then(|| self.remove_entry(path, entry)).flatten();
            }
            path.push(Above { entry: Some(entry), node: &entry.value });
            let found = self.descend(path, at, name);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
        for item in node.items() {
            if item.span.contains(at) && is_variable(item, at, name) {
                return lists_variables(path).then(|| self.remove_item(path, item)).flatten();
            }
            path.push(Above { entry: None, node: item });
            let found = self.descend(path, at, name);
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

    /// The only entry of a collection goes with the key of the collection, where that is one entry of several.
    fn remove_parent(&self, last: &Above<'_>, above: &[Above<'_>]) -> Option<Replaced> {
        let parent = last.entry?;
        let between =
            self.text.get(parent.key.span.end as usize..last.node.span.start as usize).unwrap_or("");
        // Somebody else may use an anchor.
        if between.contains('&') || last.node.tag.is_some() {
            return None;
        }
        // Entries that somebody took out of use stay where they are.
        let taken_out = |line: &str| {
            line.trim_start()
                .strip_prefix('#')
                .is_some_and(|said| is_commented_entry(said.trim_start_matches('#')))
        };
        let keeps = between.lines().any(taken_out);
        if above.last()?.node.raw_entries().len() > 1 && !keeps {
            return self.remove_entry(above, parent);
        }
        let empty = if last.node.is_sequence() { ": []" } else { ": {}" };
        let kept = between
            .strip_prefix(':')
            .filter(|_| keeps)
            .unwrap_or("")
            .trim_end_matches([' ', '-', '\r', '\n']);
        let span = Span::new(parent.key.span.end as usize, end_of(self.text, last.node)?);
        Some((span, format!("{empty}{kept}")))
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

/// Whether an item of a list says something about the variable `name`, whose name stands at `at`.
fn is_variable(item: &Node, at: Span, name: &str) -> bool {
    let told = |text: &str| {
        text.trim() == name || text.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
    };
    if let Some(text) = item.as_str() {
        return told(text);
    }
    let named = |entry: &Entry| {
        matches!(entry.key.as_str(), Some("name" | "key"))
            && entry.value.span.contains(at)
            && entry.value.as_str() == Some(name)
    };
    item.raw_entries().iter().any(named)
}

/// Keys of lists whose items are variables.
///
/// Sources: the specifications of compose, GitHub's workflows, GitLab's and Woodpecker's pipelines, Kubernetes,
/// kustomize and Render.
const LISTS: &[&str] = &[
    "environment",
    "env",
    "variables",
    "build-args",
    "build_args",
    "build_args_from_env",
    "envVars",
    "literals",
];

/// Whether the list at the end of a path holds variables: `args` does below `build` alone, and elsewhere is a command.
fn lists_variables(path: &[Above<'_>]) -> bool {
    let mut keys = path.iter().filter_map(|above| above.entry?.key.as_str());
    let is_extension = keys.clone().next().is_some_and(|first| first.starts_with("x-"));
    let Some(last) = keys.next_back() else { return false };
    let is_own = path.last().is_some_and(|above| above.entry.is_some());
    let is_named = LISTS.contains(&last) || last == "args" && keys.next_back() == Some("build");
    is_own && (is_named || is_extension && !matches!(last, "command" | "entrypoint" | "script" | "test"))
}
