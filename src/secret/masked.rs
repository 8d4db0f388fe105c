//! Texts fit to be shown.

use super::patterns::secret_looking_ranges;
use crate::text::{LineIndex, Span, TreePath};

/// A file as a report carries it: every value that may be secret is overwritten with `*`.
///
/// The text keeps its length in bytes and its lines, so spans of the original hold in it.
#[derive(Clone, Debug)]
pub struct MaskedFile {
    /// Path in the tree.
    pub path: TreePath,
    /// The masked text.
    pub text: String,
    /// Where its lines begin.
    pub lines: LineIndex,
}

impl MaskedFile {
    /// Masks `text`: what `sensitive` names, and whatever looks like a secret by itself.
    #[must_use]
    pub fn new(path: TreePath, text: &str, sensitive: &[Span]) -> Self {
        let text = mask(text, sensitive);
        let lines = LineIndex::new(&text);
        Self { path, text, lines }
    }
}

/// `text` with the `sensitive` ranges, and those that look secret by themselves, overwritten by as
/// many `*` as they have bytes. Line breaks stay.
#[must_use]
pub fn mask(text: &str, sensitive: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let ranges = sensitive.iter().map(|span| span.range()).chain(secret_looking_ranges(text));
    for range in ranges {
        // Widened to whole characters, so that what stays is still UTF-8.
        let start = text.floor_char_boundary(range.start.min(text.len()));
        let end = text.ceil_char_boundary(range.end.min(text.len()));
        for byte in &mut bytes[start..end] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::mask;
    use crate::text::Span;

    #[test]
    fn keeps_length_and_lines() {
        let text = "A=é\nurl: postgres://u:hunter2@h/d\npassword: hunter22\n";
        let masked = mask(text, &[Span::new(2, 4)]);
        assert_eq!(masked.len(), text.len());
        assert!(!masked.contains("hunter2"), "{masked}");
        assert!(masked.starts_with("A=**\n"));
    }

    #[test]
    fn leaves_references_and_types() {
        let text = "password: ${DB_PASSWORD}\npassword: str = None\n";
        assert_eq!(mask(text, &[]), text);
    }
}
