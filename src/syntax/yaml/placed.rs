//! From bytes of a scalar's text to bytes of the file, for scalars of several lines.

use std::ops::Range;

use super::node::{Node, NodeKind, Style};
use crate::text::Span;

/// A scalar's text, and where each part of it stands in the file.
///
/// YAML adds and drops white space of plain and block scalars and leaves everything else alone, so the
/// other characters of text and file are the same, in the same order.
#[derive(Clone, Debug)]
pub struct Placed<'n> {
    /// The text after YAML's unescaping.
    pub text: &'n str,
    /// The scalar's bytes, with its quotes.
    pub span: Span,
    /// Runs without white space as `(offset in the text, offset in the file)`; none where escapes hide
    /// how they correspond.
    runs: Option<Vec<(usize, usize)>>,
}

impl<'n> Placed<'n> {
    /// The text of a scalar node of the file `source`; `None` for a collection. Of a scalar that stands
    /// somewhere by alias every part is placed at the alias. Cost is linear in the text.
    #[must_use]
    pub fn of(source: &str, node: &'n Node) -> Option<Self> {
        let NodeKind::Scalar { text, style } = &node.kind else { return None };
        let runs = if node.via_alias { None } else { runs(source, text, *style, node.span) };
        Some(Self { text, span: node.span, runs })
    }

    /// Where the bytes `range` of the text stand in the file; the whole scalar where that cannot be
    /// told.
    #[must_use]
    pub fn place(&self, range: &Range<usize>) -> Span {
        self.exact(range).unwrap_or(self.span)
    }

    fn exact(&self, range: &Range<usize>) -> Option<Span> {
        let part = self.text.get(range.clone())?;
        let start = self.offset(range.start)?;
        let (last, c) = part.char_indices().next_back()?;
        let end = self.offset(range.start + last)? + c.len_utf8();
        (start < end).then(|| Span::new(start, end))
    }

    /// The offset in the file of the character at `at`, which is no white space.
    fn offset(&self, at: usize) -> Option<usize> {
        if self.text.get(at..)?.starts_with(char::is_whitespace) {
            return None;
        }
        let runs = self.runs.as_ref()?;
        let behind = runs.partition_point(|&(text, _)| text <= at);
        let &(text, file) = runs.get(behind.checked_sub(1)?)?;
        Some(file + (at - text))
    }
}

fn runs(source: &str, text: &str, style: Style, span: Span) -> Option<Vec<(usize, usize)>> {
    let written = source.get(span.range())?;
    let quote = match style {
        Style::SingleQuoted => "'",
        Style::DoubleQuoted => "\"",
        Style::Plain | Style::Block => "",
    };
    let inside = written.strip_prefix(quote)?;
    let inside = inside.strip_suffix(quote).unwrap_or(inside);
    let from = span.start as usize + quote.len();
    let mut found = Vec::new();
    let (mut in_text, mut in_file) = (blanks(text), blanks(inside));
    // White space apart, both go on alike: each run of the text is found as a whole.
    while let Some(rest) = text.get(in_text..).filter(|rest| !rest.is_empty()) {
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let same = inside.as_bytes().get(in_file..in_file + length)?;
        if same != rest.as_bytes().get(..length)? {
            return None;
        }
        found.push((in_text, from + in_file));
        in_text += length + blanks(rest.get(length..)?);
        in_file += length + blanks(inside.get(in_file + length..)?);
    }
    Some(found)
}

/// How much white space a text begins with, in bytes.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::Placed;
    use crate::syntax::yaml::parse;

    fn check(text: &str, part: &str) -> String {
        let parsed = parse(text);
        let node = parsed.documents[0].get("a").unwrap();
        let placed = Placed::of(text, node).unwrap();
        let at = placed.text.find(part).unwrap();
        let span = placed.place(&(at..at + part.len()));
        text[span.range()].to_owned()
    }

    #[test]
    fn finds_parts_in_every_style() {
        for text in [
            "a: one $TWO three\n",
            "a: 'one $TWO three'\n",
            "a: \"one $TWO three\"\nb: 1\n",
            "a: |\n  one\n  $TWO three\n",
            "a: |-\n    one\n\n      é $TWO\nb: c\n",
            "a: >\n  one\n  $TWO three\n",
            "a: one\n  $TWO\n",
            "\u{feff}a: |\r\n  one\r\n  $TWO\r\n",
        ] {
            assert_eq!(check(text, "$TWO"), "$TWO", "{text:?}");
        }
        assert_eq!(check("a: |\n  one two\n", "one two"), "one two");
    }

    #[test]
    fn escapes_give_the_whole_scalar() {
        assert_eq!(check("a: \"x\\t $TWO\"\n", "$TWO"), "\"x\\t $TWO\"");
        assert_eq!(check("a: 'it''s $TWO'\n", "$TWO"), "'it''s $TWO'");
    }
}
