//! Templates: their own comments, and the comments of the text that they render, as far as these fill a
//! line.

use super::{Comment, Comments, to_line_end};
use crate::text::Span;

pub(super) fn comments(text: &str) -> Comments {
    let mut found = Comments::default();
    let mut at = 0;
    let mut is_line_start = true;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(action) = rest.strip_prefix("{{") {
            let length = action_length(action) + 2;
            let span = Span::new(at, at + length);
            found.all.extend(comment(text, span));
            if text.get(span.range()).is_some_and(|action| action.contains('\n')) {
                found.units.push(span);
            }
            at += length;
            is_line_start = false;
            continue;
        }
        if is_line_start && rest.starts_with('#') {
            let comment = to_line_end(text, at, 1);
            // An action in a comment is rendered all the same.
            let inside = text.get(comment.inside.range()).unwrap_or("");
            if !inside.contains("{{") {
                found.all.push(comment);
                at = comment.span.end as usize;
                continue;
            }
        }
        let Some(c) = rest.chars().next() else { break };
        is_line_start = c == '\n' || (is_line_start && (c.is_whitespace() || c == '\u{feff}'));
        at += c.len_utf8();
    }
    found
}

/// How long an action is, from behind its `{{`; a quote that is not closed ends with the action's line.
fn action_length(action: &str) -> usize {
    let inner = action.strip_prefix("- ").unwrap_or(action);
    if inner.trim_start().starts_with("/*") {
        let end = action.find("*/").map_or(action.len(), |end| end + 2);
        let behind = action.get(end..).unwrap_or("");
        let close = behind.trim_start_matches([' ', '\t']).strip_prefix('-').unwrap_or(behind).trim_start();
        return if close.starts_with("}}") { action.len() - close.len() + 2 } else { end };
    }
    let mut chars = action.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '}' if action.get(at + 1..).is_some_and(|rest| rest.starts_with('}')) => return at + 2,
            '"' | '\'' => {
                while let Some((_, inner)) = chars.next() {
                    match inner {
                        '\\' => {
                            chars.next();
                        }
                        '\n' => break,
                        inner if inner == c => break,
                        _ => {}
                    }
                }
            }
            '`' => {
                chars.by_ref().find(|&(_, inner)| inner == '`');
            }
            _ => {}
        }
    }
    action.len()
}

/// The comment that an action is, if it is one.
fn comment(text: &str, action: Span) -> Option<Comment> {
    let written = text.get(action.range())?;
    let open = written.find("/*")?;
    if !matches!(written.get(..open)?, "{{" | "{{- ") {
        return None;
    }
    let length = written.get(open + 2..)?.find("*/").unwrap_or(written.len() - open - 2);
    let start = action.start as usize + open + 2;
    Some(Comment { span: action, inside: Span::new(start, start + length) })
}
