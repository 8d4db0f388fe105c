//! python-dotenv: its parser's regular expressions, written out.

use super::{Host, LONGEST_VALUE, Reading};
use crate::secret::Secret;

/// Reads `text`; interpolates if there is a `host`.
pub(super) fn read(text: &str, host: Option<Host<'_>>) -> Reading {
    let mut reading = Reading::default();
    // Files are opened in text mode, which makes one line break of all.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return reading;
        }
        match binding(rest) {
            Some((key, value, behind)) => {
                if let Some(key) = key {
                    let value = match (value, host) {
                        (Some(value), Some(host)) => Some(interpolated(&value, host, &reading)),
                        (value, _) => value,
                    };
                    reading.variables.insert(key.to_owned(), value.map(|value| Secret::new(&value)));
                }
                rest = behind;
            }
            None => {
                reading.refuse("cannot parse the line, and skips it");
                let end = rest.find(['\r', '\n']).map_or(rest.len(), |end| end + 1);
                rest = rest.get(end..).unwrap_or("");
            }
        }
    }
}

type Binding<'a> = (Option<&'a str>, Option<String>, &'a str);

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' && c != '\r'
}

/// One statement: key, value and the text behind it; `None` where the parser raises its error.
fn binding(text: &str) -> Option<Binding<'_>> {
    let mut rest = text;
    if let Some(behind) = rest.strip_prefix("export")
        && behind.starts_with(is_blank)
    {
        rest = behind.trim_start_matches(is_blank);
    }
    let mut key = None;
    if let Some(inside) = rest.strip_prefix('\'') {
        let (name, behind) = inside.split_once('\'').filter(|(name, _)| !name.is_empty())?;
        (key, rest) = (Some(name), behind);
    } else if !rest.starts_with('#') {
        let end = rest.find(|c: char| c == '=' || c == '#' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        (key, rest) = (Some(name), behind);
    }
    rest = rest.trim_start_matches(is_blank);
    let mut value = None;
    if let Some(behind) = rest.strip_prefix('=') {
        rest = behind.trim_start_matches(is_blank);
        let after_blank = rest.len() < behind.len();
        let text;
        (text, rest) = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => quoted(rest, quote)?,
            None | Some('\n' | '\r') => (String::new(), rest),
            Some(_) => {
                let (line, behind) = rest.split_at(rest.find(['\r', '\n']).unwrap_or(rest.len()));
                (uncommented(line, after_blank).to_owned(), behind)
            }
        };
        value = Some(text);
    }
    rest = rest.trim_start_matches(is_blank);
    if rest.starts_with('#') {
        rest = rest.get(rest.find(['\r', '\n']).unwrap_or(rest.len())..)?;
    }
    let behind = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']));
    match behind {
        Some(behind) => Some((key, value, behind)),
        None => rest.is_empty().then_some((key, value, rest)),
    }
}

/// An unquoted value without its comment, which begins with `#` behind white space.
fn uncommented(line: &str, after_blank: bool) -> &str {
    if after_blank && line.starts_with('#') {
        return "";
    }
    let comment = line
        .match_indices('#')
        .find(|&(at, _)| line.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace)));
    comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line).trim_end()
}

/// A quoted value with its escapes resolved, and the text behind it. A backslash before the quote
/// escapes it, unless no other quote follows: then the pattern falls back to taking that one.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let inside = text.get(1..)?;
    let mut last_escaped = None;
    let mut end = None;
    for (at, _) in inside.match_indices(quote) {
        if inside.get(..at).is_some_and(|before| before.ends_with('\\')) {
            last_escaped = Some(at);
        } else {
            end = Some(at);
            break;
        }
    }
    let end = end.or(last_escaped)?;
    let value = inside.get(..end)?;
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let escape = if c == '\\' { chars.clone().next() } else { None };
        let resolved = match (quote, escape) {
            (_, Some(plain @ ('\\' | '\''))) => Some(plain),
            ('"', Some('"')) => Some('"'),
            ('"', Some('a')) => Some('\u{7}'),
            ('"', Some('b')) => Some('\u{8}'),
            ('"', Some('f')) => Some('\u{c}'),
            ('"', Some('n')) => Some('\n'),
            ('"', Some('r')) => Some('\r'),
            ('"', Some('t')) => Some('\t'),
            ('"', Some('v')) => Some('\u{b}'),
            _ => None,
        };
        if resolved.is_some() {
            chars.next();
        }
        out.push(resolved.unwrap_or(c));
    }
    Some((out, inside.get(end + 1..)?))
}

/// Replaces `${name}` and `${name:-default}`. Only these two forms exist; quotes make no difference,
/// and the file wins over the host.
fn interpolated(value: &str, host: Host<'_>, earlier: &Reading) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let inside = reference.get(2..).unwrap_or("");
        let name_end = inside.find([':', '}']);
        let (name, default, behind) = match name_end {
            Some(end) if inside.as_bytes().get(end) == Some(&b'}') => {
                (inside.get(..end).unwrap_or(""), "", inside.get(end + 1..))
            }
            Some(end) => {
                let word = inside.get(end..).unwrap_or("").strip_prefix(":-");
                match word.and_then(|word| word.split_once('}')) {
                    Some((word, behind)) => (inside.get(..end).unwrap_or(""), word, Some(behind)),
                    None => ("", "", None),
                }
            }
            None => ("", "", None),
        };
        let Some(behind) = behind else {
            out.push_str("${");
            rest = inside;
            continue;
        };
        let found = match earlier.variables.get(name) {
            Some(value) => Some(value.as_ref().map_or(String::new(), |value| value.reveal().to_owned())),
            None => host(name),
        };
        out.push_str(found.as_deref().unwrap_or(default));
        if out.len() > LONGEST_VALUE {
            return value.to_owned();
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
