//! Dotenv files.

use super::{Comment, Comments};
use crate::syntax::dotenv::{Document, PieceKind};
use crate::text::Span;

pub(super) fn comments(text: &str) -> Comments {
    let mut found = Comments::default();
    for piece in &Document::parse(text).pieces {
        let comment = match &piece.kind {
            PieceKind::Comment(span) => Some(*span),
            PieceKind::Assignment(assignment) => assignment.comment,
            _ => None,
        };
        if let Some(span) = comment.filter(|span| !span.is_empty()) {
            let inside = Span::new(span.start as usize + 1, span.end as usize);
            found.all.push(Comment { span, inside });
        }
        let lines = text.get(piece.span.range()).unwrap_or("").trim_end();
        if lines.contains('\n') {
            found.units.push(piece.span);
        }
    }
    found
}
