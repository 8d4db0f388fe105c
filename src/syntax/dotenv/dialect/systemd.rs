//! systemd: `parse_env_file` and `replace_env`, as `environment.d` uses them.

use super::substitution::{DEEPEST, closing_brace, name_length};
use super::{Host, LONGEST_VALUE, Reading};
use crate::key::KeyName;

#[derive(Clone, Copy, PartialEq)]
enum State {
    BeforeKey,
    Key,
    BeforeValue,
    Value,
    ValueEscape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

pub(super) fn read(text: &str, host: Host<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut state = State::BeforeKey;
    let mut key = String::new();
    let mut value = String::new();
    // How much of the value stays when white space at its end is cut.
    let mut kept = 0;
    for c in text.chars().map(Some).chain([None]) {
        let is_newline = matches!(c, Some('\n' | '\r'));
        let is_blank = matches!(c, Some(' ' | '\t'));
        let in_value =
            !matches!(state, State::BeforeKey | State::Key | State::Comment | State::CommentEscape);
        let ends =
            c.is_none() || (is_newline && matches!(state, State::BeforeValue | State::Value | State::Key));
        if ends {
            if in_value {
                if state == State::Value {
                    value.truncate(kept);
                }
                push(key.trim_end_matches([' ', '\t']), &value, host, &mut reading);
            }
            // A key without `=` is dropped without a word.
            key.clear();
            value.clear();
            kept = 0;
            state = State::BeforeKey;
            continue;
        }
        let Some(c) = c else { break };
        state = match state {
            State::BeforeKey if matches!(c, '#' | ';') => State::Comment,
            State::BeforeKey if is_blank || is_newline => State::BeforeKey,
            State::Key if c == '=' => State::BeforeValue,
            State::BeforeKey | State::Key => {
                key.push(c);
                State::Key
            }
            State::BeforeValue if c == '\'' => State::Single,
            State::BeforeValue if c == '"' => State::Double,
            State::BeforeValue | State::Value if c == '\\' => {
                kept = value.len();
                State::ValueEscape
            }
            State::BeforeValue if is_blank => State::BeforeValue,
            State::BeforeValue | State::Value => {
                value.push(c);
                if !is_blank {
                    kept = value.len();
                }
                State::Value
            }
            State::ValueEscape => {
                // An escaped line break is eaten.
                if !is_newline {
                    value.push(c);
                }
                kept = value.len();
                State::Value
            }
            State::Single if c == '\'' => State::BeforeValue,
            State::Double if c == '"' => State::BeforeValue,
            State::Double if c == '\\' => State::DoubleEscape,
            State::Single | State::Double => {
                value.push(c);
                state
            }
            State::DoubleEscape => {
                if !matches!(c, '"' | '\\' | '`' | '$' | '\n') {
                    value.push('\\');
                }
                if c != '\n' {
                    value.push(c);
                }
                State::Double
            }
            State::Comment if is_newline => State::BeforeKey,
            State::Comment if c == '\\' => State::CommentEscape,
            State::Comment | State::CommentEscape => State::Comment,
        };
    }
    reading
}

fn push(key: &str, value: &str, host: Host<'_>, reading: &mut Reading) {
    if key.is_empty() {
        return;
    }
    if !KeyName::new(key).is_identifier() {
        reading.refuse("not a name, and the line is skipped");
        return;
    }
    if value.is_empty() {
        // `environment.d` only; an `EnvironmentFile=` keeps it.
        reading.refuse("an empty value, and the line is skipped");
        return;
    }
    let lookup = |name: &str| reading.get(name).map(str::to_owned).or_else(|| host(name));
    let value = replaced(value, &lookup, 0);
    reading.set(key, &value);
}

/// `replace_env`: `$$`, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+alternative}`; whatever
/// else stays as it is.
fn replaced(text: &str, lookup: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        if out.len() > LONGEST_VALUE {
            return text.to_owned();
        }
        rest = behind;
        let name_end = name_length(behind);
        if let Some(behind) = behind.strip_prefix('$') {
            out.push('$');
            rest = behind;
        } else if name_end > 0 {
            let (name, behind) = behind.split_at(name_end);
            out.push_str(&lookup(name).unwrap_or_default());
            rest = behind;
        } else if let Some(inside) = behind.strip_prefix('{')
            && let Some(end) = closing_brace(inside)
            && let Some(put) = in_braces(inside.get(..end).unwrap_or(""), lookup, depth)
        {
            out.push_str(&put);
            rest = inside.get(end + 1..).unwrap_or("");
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

fn in_braces(inside: &str, lookup: &dyn Fn(&str) -> Option<String>, depth: usize) -> Option<String> {
    let Some((name, test)) = inside.split_once(':') else {
        return Some(lookup(inside).unwrap_or_default());
    };
    let found = lookup(name).filter(|value| !value.is_empty());
    let word = |word: &str| {
        if depth < DEEPEST { replaced(word, lookup, depth + 1) } else { word.to_owned() }
    };
    if let Some(default) = test.strip_prefix('-') {
        Some(found.unwrap_or_else(|| word(default)))
    } else {
        let alternative = test.strip_prefix('+')?;
        Some(found.map_or_else(String::new, |_| word(alternative)))
    }
}
