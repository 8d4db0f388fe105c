//! Versions that YAML takes for numbers: `python-version: 3.10` asks for Python 3.1.

use super::Reader;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::yaml::{Node, NodeKind, Scalar, resolve};

/// Deeper than any workflow.
const DEPTH: usize = 24;

/// Tells of versions without quotes that lose a digit: under a key that says so, and in the lists of a matrix.
pub(super) fn check(reader: &mut Reader<'_>, document: &Node) {
    // No other number loses anything.
    let text = reader.file.text.as_str();
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    let word_around = |at: usize| {
        let (before, behind) = (text.get(..at)?.rsplit(ends).next()?, text.get(at..)?.split(ends).next()?);
        text.get(at - before.len()..at + behind.len())
    };
    let mut words = memchr::memchr_iter(b'.', text.as_bytes()).filter_map(word_around);
    if words.any(|word| number(word).is_some()) {
        visit(reader, document, "", false, DEPTH);
    }
}

/// What remains of a text that is a number with a fraction that ends with a zero: `3.1` of `3.10`, `3` of `3.0`.
fn number(text: &str) -> Option<&str> {
    let (whole, fraction) = text.split_once('.')?;
    let is_digits =
        |text: &str| !text.is_empty() && text.len() < 9 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || !fraction.ends_with('0') {
        return None;
    }
    Some(text.trim_end_matches('0').trim_end_matches('.'))
}

fn visit(reader: &mut Reader<'_>, node: &Node, key: &str, is_in_matrix: bool, depth: usize) {
    let Some(depth) = depth.checked_sub(1).filter(|_| !node.via_alias) else { return };
    match &node.kind {
        NodeKind::Scalar { .. } => {
            if is_version(key) {
                judge(reader, key, node);
            }
        }
        NodeKind::Sequence(items) => {
            // A list of a matrix is one of versions where an item is, as `[3.9, 3.10]` is one of Python.
            let is_list = is_in_matrix && items.iter().any(|item| item.as_str().is_some_and(is_minor));
            for item in items.iter() {
                match item.kind {
                    NodeKind::Scalar { .. } if is_list || is_version(key) => judge(reader, key, item),
                    NodeKind::Scalar { .. } => {}
                    _ => visit(reader, item, key, is_in_matrix, depth),
                }
            }
        }
        NodeKind::Mapping(entries) => {
            for entry in entries.iter() {
                let key = entry.key.as_str().unwrap_or("");
                // A script is a text for another reader.
                if key != "run" {
                    visit(reader, &entry.value, key, is_in_matrix || key == "matrix", depth);
                }
            }
        }
    }
}

/// Whether a key says that its value is a version.
fn is_version(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with("version") || key.ends_with("versions")
}

/// `3.10`, but no share such as `0.50`.
fn is_minor(text: &str) -> bool {
    number(text).is_some_and(|rest| rest.contains('.')) && !text.starts_with('0')
}

fn judge(reader: &mut Reader<'_>, key: &str, node: &Node) {
    let Some(text) = node.as_str() else { return };
    let Some(rest) = number(text).filter(|_| matches!(resolve(node), Some(Scalar::Float(_)))) else { return };
    let message = format!("`{key}` arrives as `{rest}`, not as `{text}`");
    let problem = Problem::new(ProblemKind::UnquotedScalar, node.span, message, "read as a number")
        .why("without quotes YAML takes a version for a number, and a zero at the end of a number means nothing")
        .about(&KeyName::new(key))
        .mended_by_quotes();
    reader.problem(problem);
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn zeros_at_the_end_are_lost() {
        assert_eq!(number("3.10"), Some("3.1"));
        assert_eq!(number("3.0"), Some("3"));
        assert_eq!(number("20.00"), Some("20"));
        for text in ["3.1", "3", "3.10.0", "3.", ".10", "x.10", "3.1x0", "1e10"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
