//! The variables that a shell text sets.

use std::ops::Range;

/// A variable that a text sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Assignment {
    /// Its name.
    pub(super) name: String,
    /// The value as written; empty for `read X`, `for X in` and the like.
    pub(super) value: Range<usize>,
}

/// Words behind which names of variables stand that are set (or marked as belonging to the script).
const SETTERS: &[&str] = &[
    "for",
    "read",
    "export",
    "local",
    "declare",
    "typeset",
    "readonly",
    "getopts",
    "mapfile",
    "readarray",
    "select",
    "-v",
];

/// The assignments in a text, quoted or not, and whether it takes in other text.
pub(super) fn find(text: &str) -> (Vec<Assignment>, bool) {
    let mut found = Vec::new();
    let mut takes_in_other_text = false;
    let mut after_setter = false;
    // The last word was such that a command may begin.
    let mut at_command = true;
    // Values lie inside of values in no honest script; where they do, the scan stays linear.
    let mut budget = text.len().saturating_mul(8);
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if is_name_start(c) {
            let end = at + name_length(text.get(at..).unwrap_or(""));
            let word = text.get(at..end).unwrap_or("");
            let rest = text.get(end..).unwrap_or("");
            let behind = rest.strip_prefix('+').unwrap_or(rest);
            if behind.starts_with('=') && !behind.starts_with("==") {
                let value = text.len() - behind.len() + 1;
                let end = if budget == 0 { value } else { value_end(text, value) };
                budget = budget.saturating_sub(end - value);
                let value = value..end;
                found.push(Assignment { name: word.to_owned(), value });
            } else if after_setter && !matches!(word, "in" | "do") {
                found.push(Assignment { name: word.to_owned(), value: end..end });
            }
            takes_in_other_text |= at_command
                && rest.starts_with(char::is_whitespace)
                && (matches!(word, "source" | "eval")
                    || matches!(word, "export" | "declare" | "env" | "typeset")
                        && rest.trim_start().trim_start_matches('"').starts_with(['$', '`']));
            after_setter = SETTERS.contains(&word) || (after_setter && !matches!(word, "in" | "do"));
            // Words such as `if`, `then`, `do`, `&&` and assignments may stand before a command.
            at_command =
                matches!(word, "if" | "then" | "do" | "else" | "while" | "until" | "exec" | "command");
            at = end;
            continue;
        }
        match c {
            '$' => {
                // A use, not an assignment.
                at += 1;
                let rest = text.get(at..).unwrap_or("");
                let rest = rest.strip_prefix('{').unwrap_or(rest);
                at = text.len() - rest.len() + name_length(rest);
                at_command = rest.starts_with('(');
                continue;
            }
            '.' => {
                let rest = text.get(at + 1..).unwrap_or("");
                takes_in_other_text |= at_command
                    && rest.starts_with([' ', '\t'])
                    && !rest.trim_start().starts_with(['&', '|', ';', ')']);
                at_command = false;
            }
            '-' => {
                let rest = text.get(at..).unwrap_or("");
                after_setter = after_setter || rest.starts_with("-v ");
                // Options are no names.
                let length = rest
                    .find(|c: char| {
                        c.is_whitespace() || matches!(c, '=' | ';' | '|' | '&' | '"' | '\'' | '$' | '`' | ')')
                    })
                    .unwrap_or(rest.len());
                at += option_length(rest, length);
                continue;
            }
            ';' | '|' | '&' | '\n' | '(' | ')' | '{' | '}' | '`' => {
                after_setter = false;
                at_command = true;
            }
            c if c.is_whitespace() || matches!(c, '"' | '\'' | '!') => {}
            c if c.is_ascii_digit() => {
                at += text.get(at..).map_or(1, name_length).max(1);
                at_command = false;
                continue;
            }
            _ => at_command = false,
        }
        at += c.len_utf8();
    }
    (found, takes_in_other_text)
}

/// How much of an option to pass: all of `-x` and `--name`, but of `-DNAME=value` only the dash, since
/// the value refers to the variable outside.
fn option_length(option: &str, length: usize) -> usize {
    let is_definition = option.get(length..).is_some_and(|rest| rest.starts_with('='));
    if is_definition { option.bytes().take_while(|&b| b == b'-').count() } else { length.max(1) }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count()
}

/// Where a value ends that begins at `from`: at white space or an operator outside quotes and
/// parentheses.
fn value_end(text: &str, from: usize) -> usize {
    let mut quote: Option<char> = None;
    let mut depth = 0_usize;
    let mut chars = text.get(from..).unwrap_or("").char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (_, '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (Some('\''), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (_, '(' | '{') => depth += 1,
            (_, ')' | '}') if depth > 0 => depth -= 1,
            (None, c) if depth == 0 && (c.is_whitespace() || matches!(c, ';' | '&' | '|' | ')')) => {
                return from + at;
            }
            _ => {}
        }
    }
    text.len()
}
