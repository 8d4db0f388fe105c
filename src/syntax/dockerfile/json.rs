//! The exec form: a JSON array of strings.

use super::joined::Joined;

/// What a text is as a JSON array.
pub(super) enum Array {
    /// No JSON array: the shell form.
    No,
    /// An array of strings.
    Strings(Vec<Joined>),
    /// An array with something else in it, which BuildKit refuses.
    Mixed,
}

/// Reads the exec form.
pub(super) fn array(text: &Joined) -> Array {
    let whole = text.as_str();
    if !whole.trim_start().starts_with('[') {
        return Array::No;
    }
    let Ok(values) = serde_json::from_str::<Vec<serde_json::Value>>(whole) else { return Array::No };
    if !values.iter().all(serde_json::Value::is_string) {
        return Array::Mixed;
    }
    Array::Strings(strings(text))
}

/// The strings of a valid array of strings.
fn strings(text: &Joined) -> Vec<Joined> {
    let whole = text.as_str();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = whole.get(from..).and_then(|rest| rest.find('"')).map(|at| from + at) {
        let mut joined = Joined::empty(text.source(open + 1));
        let mut chars = whole.get(open + 1..).unwrap_or("").char_indices().peekable();
        let mut close = whole.len();
        while let Some((at, c)) = chars.next() {
            let at = open + 1 + at;
            match c {
                '"' => {
                    close = at;
                    break;
                }
                '\\' => {
                    let decoded = escape(&mut chars);
                    joined.push(decoded.encode_utf8(&mut [0; 4]), text.source(at));
                }
                c => joined.push(c.encode_utf8(&mut [0; 4]), text.source(at)),
            }
        }
        found.push(joined);
        from = close + 1;
    }
    found
}

/// The character behind a backslash.
fn escape(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> char {
    match chars.next() {
        Some((_, 'n')) => '\n',
        Some((_, 't')) => '\t',
        Some((_, 'r')) => '\r',
        Some((_, 'b')) => '\u{8}',
        Some((_, 'f')) => '\u{c}',
        Some((_, 'u')) => {
            let digits: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
            // Halves of surrogate pairs cannot matter to names of variables.
            u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('?')
        }
        Some((_, other)) => other,
        None => '\\',
    }
}
