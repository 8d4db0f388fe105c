//! Docker Compose: the `dotenv` package of compose-go and its templates.

use super::{Host, Reading};
use crate::syntax::interpolation::{Refusal, substitute};

/// What is left of a file with an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnError {
    /// Nothing: compose stops.
    KeepNothing,
    /// What stands before the error: what the library returns beside it.
    KeepEarlier,
}

pub(super) fn read(text: &str, host: Host<'_>, on_error: OnError) -> Reading {
    let mut reading = Reading::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Err(reason) = parse(text, host, &mut reading) {
        if on_error == OnError::KeepNothing {
            reading = Reading::default();
        }
        reading.refuse(reason);
    }
    reading
}

/// `isSpace` of compose-go: no line feed.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

fn parse(text: &str, host: Host<'_>, reading: &mut Reading) -> Result<(), &'static str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(());
        }
        if rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
            continue;
        }
        if let Some(behind) = rest.strip_prefix("export")
            && behind.starts_with(char::is_whitespace)
        {
            rest = behind.trim_start();
        }
        let end = rest
            .find(|c: char| {
                !(is_blank(c)
                    || matches!(c, '_' | '.' | '-' | '[' | ']')
                    || c.is_alphabetic()
                    || c.is_numeric())
            })
            .unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        let sign = behind.chars().next();
        let behind = match sign {
            Some('=' | ':' | '\n') => behind.get(1..).unwrap_or(""),
            // Without any sign up to its end the library takes the rest of the file for a value of
            // the empty key; a bare last word has no effect.
            None => "",
            Some(_) => return Err("an unexpected character in the name"),
        };
        if key.trim_end().contains(' ') {
            return Err("a space in the name");
        }
        let key = key.trim_end();
        rest = behind.trim_start_matches(is_blank);
        if matches!(sign, Some('\n') | None) {
            if let Some(value) = host(key) {
                reading.set(key, &value);
            }
            continue;
        }
        let value;
        (value, rest) = value_of(rest, host, reading)?;
        reading.set(key, &value);
    }
}

fn value_of<'a>(text: &'a str, host: Host<'_>, earlier: &Reading) -> Result<(String, &'a str), &'static str> {
    let lookup = |name: &str| host(name).or_else(|| earlier.get(name).map(str::to_owned));
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let (line, behind) = text.split_once('\n').unwrap_or((text, ""));
        let value = line.split_once(" #").map_or(line, |(value, _)| value).trim_end();
        return Ok((expanded(value, &lookup)?, behind));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote {
            if !escaped {
                let behind = text.get(at + 1..).unwrap_or("");
                if quote == '"' {
                    value = expanded(&unescaped(&value), &lookup)?;
                }
                return Ok((value, behind));
            }
            escaped = false;
            value.push(c);
        } else if c == '\\' && !escaped {
            escaped = true;
        } else {
            if escaped {
                escaped = false;
                value.push('\\');
            }
            value.push(c);
        }
    }
    Err("a quote that is not closed")
}

/// `expandEscapes`: Go's short escapes; `\0` with three octal digits; `\$` becomes the template's own `$$`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        rest = behind;
        let resolved = match behind.chars().next() {
            Some('a') => "\u{7}",
            Some('b') => "\u{8}",
            Some('f') => "\u{c}",
            Some('n') => "\n",
            Some('r') => "\r",
            Some('t') => "\t",
            Some('v') => "\u{b}",
            Some('\\') => "\\",
            Some('"') => "\"",
            Some('$') => "$$",
            // Go knows no `\0` alone: what is left of the escape is its backslash.
            Some('0') => {
                rest = behind.get(1..).unwrap_or("");
                match octal(rest) {
                    Some(c) => {
                        out.push(c);
                        rest = rest.get(3..).unwrap_or("");
                    }
                    None => out.push('\\'),
                }
                continue;
            }
            _ => {
                out.push('\\');
                continue;
            }
        };
        out.push_str(resolved);
        rest = behind.get(1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The character of three octal digits at the start of `text`.
fn octal(text: &str) -> Option<char> {
    let digits = text.get(..3).filter(|digits| digits.bytes().all(|digit| matches!(digit, b'0'..=b'7')))?;
    u8::from_str_radix(digits, 8).ok().map(char::from)
}

/// Interpolation, as in the compose file itself.
fn expanded(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, &'static str> {
    substitute(text, lookup).map_err(|refusal| match refusal {
        Refusal::Malformed => "a malformed `${...}`",
        Refusal::Missing { .. } => "a required variable that is not set",
    })
}
