//! Lines of a `RUN` that begin a command, and that the line above takes for its arguments.

use super::script::{self, Command};
use crate::fact::Problem;
use crate::sources::shell::swallowed;
use crate::syntax::dockerfile::{Document, Keyword};
use crate::syntax::shell;

pub(super) fn find(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    for instruction in &document.instructions {
        if instruction.keyword != Some(Keyword::Run) {
            continue;
        }
        let Command::Shell(text) = script::command(instruction, &instruction.arguments) else { continue };
        // On one line nothing is joined.
        let span = text.span();
        if span.range().len() == text.as_str().len() && !text.as_str().contains('\n') {
            continue;
        }
        let commands = shell::commands(text.as_str());
        let place = |word: &shell::Word| text.span_of(word.range.clone());
        let follows_break = |before: &shell::Word, word: &shell::Word| {
            let between = text.as_str().get(before.range.end..word.range.start).unwrap_or("");
            // What stands between them in the file is more than in the text: the end of a line.
            let in_file = place(word).range().start.saturating_sub(place(before).range().end);
            between.contains('\n') || in_file > between.len()
        };
        problems.extend(swallowed(&commands, follows_break, place));
    }
    problems
}
