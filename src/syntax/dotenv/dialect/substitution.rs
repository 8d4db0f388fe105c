//! The inside of `${...}` as shells write it.

/// How deep `${A:-${B:-...}}` is followed. People write two or three levels.
pub(in crate::syntax::dotenv) const DEEPEST: usize = 16;

/// The inside of a `${...}`: `name`, operator (`""`, `-`, `:-`, `+`, `:+`, `?`, `:?`) and word.
#[derive(Clone, Copy)]
pub(in crate::syntax::dotenv) struct Braced<'a> {
    /// The variable.
    pub(in crate::syntax::dotenv) name: &'a str,
    /// The operator; `None` if what follows the name is none of them.
    pub(in crate::syntax::dotenv) operator: Option<&'static str>,
    /// What follows the operator.
    pub(in crate::syntax::dotenv) word: &'a str,
}

/// Divides the text between the braces. The name may be empty.
pub(in crate::syntax::dotenv) fn braced(inside: &str) -> Braced<'_> {
    let end = name_length(inside);
    let (name, rest) = inside.split_at(end);
    if rest.is_empty() {
        return Braced { name, operator: Some(""), word: "" };
    }
    for operator in [":-", ":+", ":?", "-", "+", "?"] {
        if let Some(word) = rest.strip_prefix(operator) {
            return Braced { name, operator: Some(operator), word };
        }
    }
    Braced { name, operator: None, word: rest }
}

/// How many bytes of `text` form a name at its start: a letter or `_`, then letters, digits, `_`.
pub(in crate::syntax::dotenv) fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Where the brace closes that was opened just before `text`; inner `${...}` are skipped.
pub(in crate::syntax::dotenv) fn closing_brace(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes.get(at - 1) == Some(&b'$') => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What `found` and the operator make of a `${...}`.
pub(in crate::syntax::dotenv) enum Outcome {
    /// This text.
    Text(String),
    /// What the word after the operator expands to.
    Word,
    /// `?`: an error.
    Missing,
}

/// The rule that shells, compose and systemd share; a name without value is empty.
pub(in crate::syntax::dotenv) fn outcome(operator: &str, found: Option<String>) -> Outcome {
    let is_set = match &found {
        Some(text) => !(operator.starts_with(':') && text.is_empty()),
        None => false,
    };
    match (operator, is_set) {
        (":-" | "-", false) | (":+" | "+", true) => Outcome::Word,
        (":+" | "+", false) => Outcome::Text(String::new()),
        (":?" | "?", false) => Outcome::Missing,
        _ => Outcome::Text(found.unwrap_or_default()),
    }
}
