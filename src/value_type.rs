//! The types that code and the matrix give to values, and what is wrong with a text of the wrong one.

mod check;
mod form;
pub mod url;

pub use check::Mismatch;

use std::fmt;

/// The type that code or the matrix gives to a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueType {
    /// Any text.
    String,
    /// A whole number, possibly within bounds (inclusive).
    Int {
        /// Smallest allowed.
        min: Option<i64>,
        /// Largest allowed.
        max: Option<i64>,
    },
    /// A number with a fraction.
    Float,
    /// A truth value.
    Bool,
    /// A TCP or UDP port, 1 to 65535.
    Port,
    /// A URL; `schemes` empty means any scheme.
    Url {
        /// Allowed schemes, lower case.
        schemes: Vec<String>,
    },
    /// One of the listed words, exactly.
    OneOf(Vec<String>),
    /// A text that matches this regular expression as a whole.
    Pattern(String),
    /// A duration such as `30s` or `5m`.
    Duration,
    /// A list of values between `separator`s.
    List {
        /// What stands between the items.
        separator: String,
        /// The items' type.
        item: Box<ValueType>,
    },
    /// JSON; what pydantic-settings asks of lists, maps and models.
    Json,
}

impl fmt::Display for ValueType {
    /// The type for a message: "a whole number from 1 to 10".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("a text"),
            Self::Int { min: None, max: None } => f.write_str("a whole number"),
            Self::Int { min: Some(min), max: None } => write!(f, "a whole number from {min}"),
            Self::Int { min: None, max: Some(max) } => write!(f, "a whole number up to {max}"),
            Self::Int { min: Some(min), max: Some(max) } => write!(f, "a whole number from {min} to {max}"),
            Self::Float => f.write_str("a number"),
            Self::Bool => f.write_str("a truth value"),
            Self::Port => f.write_str("a port from 1 to 65535"),
            Self::Url { schemes } if schemes.is_empty() => f.write_str("a URL"),
            Self::Url { schemes } => write!(f, "a URL with the scheme {}", or(schemes)),
            Self::OneOf(words) => f.write_str(&or(words)),
            Self::Pattern(pattern) => match form::in_words(pattern) {
                Some(words) => f.write_str(&words),
                None => write!(f, "a text that matches `{pattern}`"),
            },
            Self::Duration => f.write_str("a duration"),
            Self::List { separator, item } if **item == Self::String => {
                write!(f, "a list with `{separator}` between its items")
            }
            Self::List { separator, item } => {
                write!(f, "a list with `{separator}` between its items, each {item}")
            }
            Self::Json => f.write_str("JSON"),
        }
    }
}

/// "`a`, `b` or `c`"; of long lists the beginning.
fn or(words: &[String]) -> String {
    const SHOWN: usize = 8;
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] if quoted.len() <= SHOWN => format!("{} or {last}", rest.join(", ")),
        _ => format!("{} or one of {} more", quoted[..SHOWN].join(", "), quoted.len() - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::ValueType;

    #[test]
    fn types_in_words() {
        let int = ValueType::Int { min: Some(1), max: Some(10) };
        assert_eq!(int.to_string(), "a whole number from 1 to 10");
        let list = ValueType::List { separator: ";".to_owned(), item: Box::new(int) };
        assert_eq!(list.to_string(), "a list with `;` between its items, each a whole number from 1 to 10");
    }
}
