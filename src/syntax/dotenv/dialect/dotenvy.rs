//! Rust's `dotenvy` 0.15: its line iterator and its line parser.

use super::{Host, LONGEST_VALUE, Reading};

pub(super) fn read(text: &str, host: Host<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((line, behind)) = logical_line(rest) else {
            reading.refuse("a quote that is not closed");
            return reading;
        };
        rest = behind;
        if assign(line, host, &mut reading).is_none() {
            reading.refuse("cannot parse the line");
            return reading;
        }
    }
    reading
}

/// Cuts off the next statement, which may hold line breaks between quotes; `None` if the text ends
/// inside it.
fn logical_line(text: &str) -> Option<(&str, &str)> {
    #[derive(Clone, Copy)]
    enum State {
        Plain,
        Blank,
        Escape,
        Strong,
        StrongEscape,
        Weak,
        WeakEscape,
    }
    let mut state = State::Plain;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if start == 0 && line.trim_start().starts_with('#') {
            return Some(("", text.get(end..)?));
        }
        for (at, c) in line.char_indices() {
            state = match (state, c) {
                (State::Blank, '#') => return Some((text.get(..start + at)?, text.get(end..)?)),
                (State::Plain | State::Blank, '\\') => State::Escape,
                (State::Plain | State::Blank, '"') => State::Weak,
                (State::Plain | State::Blank, '\'') => State::Strong,
                (State::Plain, c) if c.is_whitespace() && c != '\n' && c != '\r' => State::Blank,
                (State::Plain | State::Blank | State::Escape, _)
                | (State::Weak, '"')
                | (State::Strong, '\'') => State::Plain,
                (State::Weak, '\\') => State::WeakEscape,
                (State::Weak | State::WeakEscape, _) => State::Weak,
                (State::Strong, '\\') => State::StrongEscape,
                (State::Strong | State::StrongEscape, _) => State::Strong,
            };
        }
        if matches!(state, State::Plain) {
            return Some((text.get(..end)?, text.get(end..)?));
        }
        start = end;
    }
    None
}

fn key_of(text: &str) -> Option<(&str, &str)> {
    let named = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    named.then(|| text.split_at(end))
}

/// Reads one statement into `reading`; `None` if it is refused.
fn assign(line: &str, host: Host<'_>, reading: &mut Reading) -> Option<()> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Some(());
    }
    let (mut key, rest) = key_of(line)?;
    let mut value = rest.trim_start().strip_prefix('=');
    if key == "export" && value.is_none() {
        let (real, rest) = key_of(rest.trim_start())?;
        key = real;
        value = rest.trim_start().strip_prefix('=');
    }
    let value = value?.trim_start();
    if value.is_empty() || value.starts_with('#') {
        reading.set(key, "");
        return Some(());
    }
    let value = value_of(value, host, reading)?;
    reading.set(key, &value);
    Some(())
}

#[derive(PartialEq)]
enum Substitution {
    None,
    Bare,
    Braced,
}

/// `parse_value`. In a name only letters and digits count, so `$A_B` is `$A` and `_B`.
fn value_of(input: &str, host: Host<'_>, earlier: &Reading) -> Option<String> {
    let (mut strong, mut weak, mut escaped, mut ended) = (false, false, false, false);
    let mut substitution = Substitution::None;
    let mut name = String::new();
    let mut out = String::new();
    let apply = |name: &mut String, out: &mut String| {
        let value = host(name).or_else(|| earlier.get(name).map(str::to_owned)).unwrap_or_default();
        if out.len() + value.len() <= LONGEST_VALUE {
            out.push_str(&value);
        }
        name.clear();
    };
    for c in input.chars() {
        if ended {
            match c {
                ' ' | '\t' => {}
                '#' => break,
                _ => return None,
            }
        } else if escaped {
            out.push(match c {
                '\\' | '\'' | '"' | '$' | ' ' => c,
                'n' => '\n',
                _ => return None,
            });
            escaped = false;
        } else if strong {
            match c {
                '\'' => strong = false,
                c => out.push(c),
            }
        } else if substitution == Substitution::Braced {
            if c == '}' {
                apply(&mut name, &mut out);
                substitution = Substitution::None;
            } else {
                name.push(c);
            }
        } else if substitution == Substitution::Bare {
            if c.is_alphanumeric() {
                name.push(c);
            } else if c == '{' && name.is_empty() {
                substitution = Substitution::Braced;
            } else {
                apply(&mut name, &mut out);
                if c != '$' {
                    substitution = Substitution::None;
                    out.push(c);
                }
            }
        } else {
            match c {
                '$' => substitution = Substitution::Bare,
                '"' => weak = !weak,
                '\\' => escaped = true,
                '\'' if !weak => strong = true,
                ' ' | '\t' if !weak => ended = true,
                c => out.push(c),
            }
        }
    }
    if substitution == Substitution::Braced || strong || weak {
        return None;
    }
    if substitution == Substitution::Bare {
        apply(&mut name, &mut out);
    }
    Some(out)
}
