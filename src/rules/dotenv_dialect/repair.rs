//! A line that every reader reads alike.

use super::difference::{Outcome, outcome};
use super::readers::Readers;
use crate::diagnostic::Edit;
use crate::syntax::dotenv::{Assignment, Document, Piece, PieceKind, Quote};
use crate::text::{Location, SourceFile, Span};

/// The edits after which all readers take the value as it is written, if there are such; by kind of difference.
pub(super) fn repair(file: &SourceFile, piece: &Piece, sort: &str, readers: &Readers) -> Option<Vec<Edit>> {
    let PieceKind::Assignment(found) = &piece.kind else { return None };
    match sort {
        "hash" | "dollar" | "unequal" => quoted(file, piece, found, readers),
        "comment" => {
            let at = found.value.span.start as usize;
            let behind = file.text.get(at..)?;
            let space = if behind.starts_with([' ', '\t']) { "" } else { " " };
            read_alike(file, piece, readers, "", vec![(Span::at(at), format!("\"\"{space}"))])
        }
        "tab" => {
            let comment = found.comment?;
            let tab = Span::new((comment.start as usize).checked_sub(1)?, comment.start as usize);
            let value = file.slice(found.value.inner);
            read_alike(file, piece, readers, value, vec![(tab, " ".to_owned())])
        }
        _ => None,
    }
}

/// Quotes around a value that has none, or single ones in the place of double ones.
fn quoted(file: &SourceFile, piece: &Piece, found: &Assignment, readers: &Readers) -> Option<Vec<Edit>> {
    let value = &found.value;
    let written = file.slice(value.inner);
    // A backslash may be meant as one, or begin an escape.
    if written.is_empty() || written.contains(['\\', '\r', '\n', '\'']) {
        return None;
    }
    let (span, quotes): (Span, &[&str]) = match value.quote {
        Quote::None => (value.span, &["'", "\""]),
        Quote::Double => (value.span, &["'"]),
        _ => return None,
    };
    let (start, end) = (span.start as usize, span.end as usize);
    quotes.iter().find_map(|quote| {
        let edits = if value.quote == Quote::None {
            vec![(Span::at(start), (*quote).to_owned()), (Span::at(end), (*quote).to_owned())]
        } else {
            let (first, last) = (Span::new(start, start + 1), Span::new(end.checked_sub(1)?, end));
            vec![(first, (*quote).to_owned()), (last, (*quote).to_owned())]
        };
        read_alike(file, piece, readers, written, edits)
    })
}

/// The edits, if all readers then read `value`, whatever variables there are.
fn read_alike(
    file: &SourceFile,
    piece: &Piece,
    readers: &Readers,
    value: &str,
    edits: Vec<(Span, String)>,
) -> Option<Vec<Edit>> {
    let PieceKind::Assignment(found) = &piece.kind else { return None };
    let mut line = file.slice(piece.span).to_owned();
    for (span, replacement) in edits.iter().rev() {
        let from = (span.start as usize).checked_sub(piece.span.start as usize)?;
        let to = (span.end as usize).checked_sub(piece.span.start as usize)?;
        line.get(from..to)?;
        line.replace_range(from..to, replacement);
    }
    let document = Document::parse(&line);
    let is_one = document.assignments().count() == 1;
    let wanted = Outcome::Values([Some(value.to_owned()), Some(value.to_owned())]);
    let key = file.slice(found.key);
    let is_alike = readers.dialects.iter().all(|&dialect| outcome(dialect, &line, key) == wanted);
    (is_one && is_alike).then(|| {
        let edit = |(span, replacement)| Edit { at: Location::new(file.id, span), replacement };
        edits.into_iter().map(edit).collect()
    })
}
