//! Lines that go take along the comment that speaks of nothing else, and leave no two blank lines behind.

use crate::fix::names::words;
use crate::syntax::yaml::edit::{Replaced, is_commented_entry};
use crate::text::Span;

/// Widens lines of the key `key` that go to the comment above them, where it speaks of nothing else, and to one of
/// the blank lines around them. `sign` begins a comment. Parts of lines stay as they are.
pub(super) fn widened(text: &str, (span, replacement): Replaced, key: &str, sign: &str) -> Replaced {
    let as_is = (span, replacement);
    wider(text, span, key, sign).filter(|_| as_is.1.is_empty()).map_or(as_is, |span| (span, String::new()))
}

fn wider(text: &str, span: Span, key: &str, sign: &str) -> Option<Span> {
    let (before, behind) = (text.get(..span.start as usize)?, text.get(span.end as usize..)?);
    let gone = text.get(span.range())?;
    let is_whole = before.is_empty() || before.ends_with('\n');
    if !is_whole || !(behind.is_empty() || gone.ends_with('\n')) {
        return None;
    }
    let indent = indent_of(gone);
    let is_comment = |line: &&str| {
        let said = line.trim_start();
        said.starts_with(sign)
            && indent_of(line) == indent
            && !is_commented_entry(said.trim_start_matches(sign))
    };
    let comments: Vec<&str> = before.split_inclusive('\n').rev().take_while(is_comment).collect();
    let length: usize = comments.iter().map(|line| line.len()).sum();
    let next = behind.split_inclusive('\n').next();
    let has_own = next.is_none_or(|line| {
        let said = line.trim_start();
        let is_told = said.starts_with(sign) && !is_commented_entry(said.trim_start_matches(sign));
        said.trim().is_empty() || is_told || indent_of(line) < indent
    });
    let names_it = comments.iter().any(|line| words(line, key).next().is_some());
    let is_head = comments.iter().any(|line| is_ruler(line));
    let takes = !comments.is_empty() && !is_head && (has_own || names_it);
    let start = before.len() - if takes { length } else { 0 };
    let above = before.get(..start)?;
    let is_blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
    let begins = above.is_empty() || is_blank(above.split_inclusive('\n').next_back());
    let end = span.end as usize + next.filter(|_| begins && is_blank(next)).map_or(0, str::len);
    // At the end of a text blank lines set nothing off any more.
    let blanks =
        above.split_inclusive('\n').rev().take_while(|line| behind.is_empty() && is_blank(Some(line)));
    let start = start - blanks.map(str::len).sum::<usize>();
    Some(Span::new(start, end))
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether a line of a comment sets off a section: `# ======`.
pub(super) fn is_ruler(comment: &str) -> bool {
    let said = comment.trim();
    said.len() > 4 && said.chars().all(|c| matches!(c, '#' | '=' | '-' | '*' | '~' | '/' | ' '))
}

#[cfg(test)]
mod tests {
    use super::widened;
    use crate::text::Span;

    #[test]
    fn comments_go_with_what_they_speak_of() {
        for (before, after) in [
            ("a:\n  # About K.\n  K: 1\n  B: 2\n", "a:\n  B: 2\n"),
            ("a:\n  # Two of them.\n  K: 1\n  B: 2\n", "a:\n  # Two of them.\n  B: 2\n"),
            ("a:\n  A: 1\n  # One.\n  K: 1\n  # Other.\n  B: 2\n", "a:\n  A: 1\n  # Other.\n  B: 2\n"),
            ("a:\n  A: 1\n  # One.\n  # Line.\n  K: 1\nb: 1\n", "a:\n  A: 1\nb: 1\n"),
            ("a:\n  # C: 1\n  K: 1\n\nb: 1\n", "a:\n  # C: 1\n\nb: 1\n"),
            ("a:\n  A: 1\n\n  # One.\n  K: 1\n\n  B: 1\n", "a:\n  A: 1\n\n  B: 1\n"),
            ("a:\n  # ======\n  # Mail.\n  K: 1\nb: 1\n", "a:\n  # ======\n  # Mail.\nb: 1\n"),
            ("a:\n  # Both.\n  K: 1\n  # C: 2\n", "a:\n  # Both.\n  # C: 2\n"),
            ("# Of the file.\na:\n  K: 1\n", "# Of the file.\na:\n"),
            ("a:\n  A: 1\n\n\n  # One.\n  K: 1\n", "a:\n  A: 1\n"),
        ] {
            let start = before.find("  K:").unwrap();
            let span = Span::new(start, start + "  K: 1\n".len());
            let (span, _) = widened(before, (span, String::new()), "K", "#");
            let mut text = before.to_owned();
            text.replace_range(span.range(), "");
            assert_eq!(text, after, "{before}");
        }
    }
}
