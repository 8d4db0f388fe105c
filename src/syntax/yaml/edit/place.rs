//! Where entries begin and end in the text.

use crate::syntax::yaml::node::{Node, NodeKind};
use crate::text::Span;

/// Whether a collection is written with brackets.
pub(super) fn is_flow(text: &str, node: &Node) -> bool {
    let is_collection = !matches!(node.kind, NodeKind::Scalar { .. });
    let start = text.get(node.span.start as usize..).unwrap_or("");
    is_collection && !node.via_alias && start.starts_with(['{', '['])
}

/// The end of a node: behind its last character that is no white space, its closing bracket included.
pub(super) fn end_of(text: &str, node: &Node) -> Option<usize> {
    let start = node.span.start as usize;
    let trimmed = |span: Span| Some(span.start as usize + text.get(span.range())?.trim_end().len());
    if node.via_alias {
        return Some(node.span.end as usize);
    }
    let last = match &node.kind {
        NodeKind::Scalar { .. } => return trimmed(node.span),
        NodeKind::Sequence(items) => items.last().map(|item| (item, None)),
        NodeKind::Mapping(entries) => entries.last().map(|entry| (&entry.value, Some(&entry.key))),
    };
    let flow = is_flow(text, node);
    let inner = match last {
        None => start + 1,
        Some((value, Some(key))) if value.span.is_empty() => {
            // `KEY:`, or `KEY` alone in brackets.
            let behind = text.get(key.span.end as usize..)?;
            key.span.end as usize + usize::from(behind.starts_with(':'))
        }
        Some((value, _)) => end_of(text, value)?,
    };
    if flow { closing(text, inner) } else { Some(inner) }
}

/// Behind the bracket that closes a collection whose last entry ends at `at`.
fn closing(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let next = rest.chars().next()?;
        match next {
            '}' | ']' => return Some(at + 1),
            '#' => at += rest.find('\n')?,
            ',' => at += 1,
            c if c.is_whitespace() => at += c.len_utf8(),
            _ => return None,
        }
    }
}

/// Where the line that holds byte `at` ends, before its line ending.
pub(super) fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let end = at + rest.find('\n').unwrap_or(rest.len());
    Some(if text.get(at..end)?.ends_with('\r') { end - 1 } else { end })
}

/// Where the line that holds byte `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> Option<usize> {
    Some(text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1))
}

/// The white space that puts a key on the same column as the one at `key`.
pub(super) fn indent_of(text: &str, key: Span) -> Option<String> {
    let start = line_start(text, key.start as usize)?;
    let before = text.get(start..key.start as usize)?.trim_start_matches('\u{feff}');
    // The first key of a mapping in a list stands behind its dash.
    before.chars().all(|c| matches!(c, ' ' | '-')).then(|| " ".repeat(before.len()))
}

/// Whether a comment is an entry that somebody took out of use: `KEY: value`, `- KEY=value`.
#[must_use]
pub fn is_commented_entry(comment: &str) -> bool {
    let said = comment.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
    let said = said
        .strip_prefix("export ")
        .or(said.strip_prefix("ENV "))
        .or(said.strip_prefix("ARG "))
        .unwrap_or(said);
    let name = said.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let (Some(end), true) = (name, said.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')) else {
        return false;
    };
    let rest = said.get(end..).unwrap_or("").trim_start_matches(['"', '\'']);
    rest.starts_with('=') || rest.starts_with(": ") || rest.trim_end() == ":"
}
