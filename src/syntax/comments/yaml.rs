//! YAML: `#` behind white space, outside of quoted and block scalars. In the block scalar of a script
//! (`run: |`) the lines that begin with `#` are comments of the script, and so is what its shell takes for one.

use super::{Comments, Notation, scan, to_line_end};
use crate::text::Span;

/// Keys whose block scalars are scripts, with whom the comment is a comment too.
const SCRIPTS: &[&str] =
    &["run", "script", "before_script", "after_script", "command", "entrypoint", "shell"];

pub(super) fn comments(text: &str) -> Comments {
    let mut found = Comments::default();
    let mut at = 0;
    while at < text.len() {
        at = line(text, at, &mut found);
    }
    found
}

/// Reads the line that begins at `start`, and what it opens. Yields where the next one begins.
fn line(text: &str, start: usize, found: &mut Comments) -> usize {
    let mut at = start;
    // Whether a quote here opens a scalar, and whether a `#` here opens a comment.
    let mut at_token = true;
    let mut at_word = true;
    let mut last_word = start;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '\n' => {
                at += 1;
                break;
            }
            '#' if at_word => {
                let comment = to_line_end(text, at, 1);
                found.all.push(comment);
                at = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1);
                break;
            }
            '"' | '\'' if at_token => {
                let end = quoted(text, at, c);
                if text.get(at..end).is_some_and(|lines| lines.contains('\n')) {
                    found.units.push(Span::new(at, end));
                }
                at = end;
                at_token = false;
                at_word = false;
            }
            '|' | '>' if at_token && opens_block(text, at) => {
                return block(text, start, last_word, at, found);
            }
            _ => {
                at += c.len_utf8();
                at_word = c.is_whitespace() || c == '\u{feff}';
                if !at_word {
                    // `key:` and `-` need white space behind them, and the next quote stands behind it.
                    let behind = text.get(at..).and_then(|rest| rest.chars().next());
                    let is_spaced = behind.is_none_or(char::is_whitespace);
                    let is_sign = matches!(c, '[' | '{' | ',') || (matches!(c, ':' | '-' | '?') && is_spaced);
                    let begins_property = at_token && matches!(c, '!' | '&');
                    if begins_property {
                        // A tag or an anchor stands before its scalar.
                        let rest = text.get(at..).unwrap_or("");
                        at += rest.find(char::is_whitespace).unwrap_or(rest.len());
                    } else {
                        if at_token {
                            last_word = at - c.len_utf8();
                        }
                        at_token = is_sign;
                    }
                }
            }
        }
    }
    at
}

/// Where the quoted scalar that begins at `start` ends.
fn quoted(text: &str, start: usize, mark: char) -> usize {
    let mut at = start + 1;
    let mut chars = text.get(at..).unwrap_or("").chars().peekable();
    while let Some(c) = chars.next() {
        at += c.len_utf8();
        match c {
            '\\' if mark == '"' => at += chars.next().map_or(0, char::len_utf8),
            '\'' if mark == '\'' && chars.peek() == Some(&'\'') => {
                chars.next();
                at += 1;
            }
            c if c == mark => return at,
            _ => {}
        }
    }
    // A quote that nothing closes reaches to the end of its line, so that the rest is still read.
    let rest = text.get(start..).unwrap_or("");
    start + rest.find('\n').unwrap_or(rest.len())
}

/// Whether the `|` or `>` at `at` opens a block scalar: nothing but indicators and a comment behind it.
fn opens_block(text: &str, at: usize) -> bool {
    let rest = text.get(at + 1..).unwrap_or("");
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    let spaced = behind.trim_start_matches([' ', '\t', '\r']);
    spaced.is_empty() || spaced.starts_with('\n') || (spaced.starts_with('#') && spaced.len() < behind.len())
}

/// Reads the block scalar that the sign at `sign` opens, in the line that begins at `start`; its key
/// begins at `key`. Yields where the line behind it begins.
fn block(text: &str, start: usize, key: usize, sign: usize, found: &mut Comments) -> usize {
    let rest = text.get(sign..).unwrap_or("");
    let body = rest.find('\n').map_or(text.len(), |end| sign + end + 1);
    if let Some(mark) = text.get(sign..body).and_then(|head| head.find('#')) {
        found.all.push(to_line_end(text, sign + mark, 1));
    }
    let line = text.get(start..sign).unwrap_or("");
    let margin = text.get(start..key).map_or(0, |before| before.chars().count());
    // In a list the content may stand as deep as the first key of the entry, which is behind the dash.
    let is_keyed = text.get(key..sign).is_some_and(|key| key.contains(':'));
    let indent = line.chars().take_while(|&c| c == ' ').count();
    let margin = if is_keyed { margin } else { indent };
    let name = text.get(key..sign).unwrap_or("").trim_end().trim_end_matches(':').trim_matches(['"', '\'']);
    let is_script = SCRIPTS.contains(&name);
    let mut at = body;
    let mut end = body;
    let mut comments = Vec::new();
    for line in text.get(body..).unwrap_or("").split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let is_blank = content.trim().is_empty();
        if !is_blank && line.len() - content.len() <= margin {
            break;
        }
        if is_script && content.starts_with('#') {
            comments.push(at + line.len() - content.len());
        }
        at += line.len();
        if !is_blank {
            end = at;
        }
    }
    if is_script {
        let script = scan::comments(text.get(body..end).unwrap_or(""), Notation::Shell);
        comments.extend(script.all.iter().map(|comment| body + comment.span.start as usize));
        comments.sort_unstable();
        comments.dedup();
        found.all.extend(comments.into_iter().map(|at| to_line_end(text, at, 1)));
    }
    if end > body {
        found.units.push(Span::new(start, end));
    }
    at
}
