//! Dockerfiles: whole lines only, also between continued lines. In the here-documents of `RUN` a shell
//! reads them; those of `COPY` and `ADD` are content.

use super::{Comments, scan};
use crate::syntax::dockerfile::{Keyword, parse};
use crate::text::Span;

pub(super) fn comments(text: &str) -> Comments {
    let mut found = scan::line_comments(text, &["#"], &[]);
    let mut content: Vec<Span> = Vec::new();
    for instruction in &parse(text).instructions {
        if instruction.keyword != Some(Keyword::Run) {
            content.extend(instruction.heredocs.iter().map(|heredoc| heredoc.body.span()));
        }
        if text.get(instruction.span.range()).is_some_and(|lines| lines.contains('\n')) {
            found.units.push(instruction.span);
        }
    }
    // Both are in the order of the text.
    let mut content = content.into_iter().peekable();
    found.all.retain(|comment| {
        while content.next_if(|body| body.end <= comment.span.start).is_some() {}
        content.peek().is_none_or(|body| body.start > comment.span.start)
    });
    found
}
