//! Rendered lines that are not what was meant.

use super::{Quote, Reader, State};
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::text::Span;

impl Reader<'_> {
    /// Whether a line inside of a quoted value opens the next value, so that a quote was forgotten.
    pub(super) fn opens_next(&self, quote: Quote, line: &str, span: Span) -> bool {
        let quote = match quote {
            Quote::Double => '"',
            Quote::Single => '\'',
            _ => return false,
        };
        let before = self.text.get(..span.start as usize).unwrap_or("");
        let begins_line = before.is_empty() || before.ends_with('\n');
        begins_line
            && is_assignment(line)
            && line.split_once('=').is_some_and(|(_, value)| value.starts_with(quote))
    }

    pub(super) fn glued(&mut self, line: &str, span: Span, marker: Span, before: Option<usize>) {
        let (start, length) = assigned_key(line).unwrap_or((0, 0));
        let key = KeyName::new(line.get(start..start + length).unwrap_or(""));
        let begins = (span.start as usize + start).min(span.end as usize);
        let at = Span::new(begins, (begins + length).min(span.end as usize));
        let before = before.and_then(|before| self.done.assignments.get(before));
        let (message, label) = match before {
            Some(before) => (
                format!("`{key}` is rendered on the line of `{}`, behind its value", before.key),
                format!("becomes a part of the value of `{}`", before.key),
            ),
            None => (
                format!("`{key}` is rendered behind a comment, on its line"),
                "becomes a part of the comment".to_owned(),
            ),
        };
        let mut problem = Problem::new(ProblemKind::TemplateRendersBroken, at, message, label)
            .about(&key)
            .related(marker, "this trim marker takes the newline between them away");
        if let Some(before) = before {
            problem = problem.related(before.span, format!("the line of `{}` begins here", before.key));
        }
        problem.repair.extend(self.without_dash(marker).map(|span| (span, String::new())));
        self.problem(problem.help(
            "leave the `-` out of the markers between the two lines, so that one newline stays between them",
        ));
    }

    /// What makes a trim marker of `{{-` or `-}}`: its dash; beside a comment, which begins and ends right
    /// at the brackets, the white space as well.
    fn without_dash(&self, marker: Span) -> Option<Span> {
        let dash = marker.start as usize + self.text.get(marker.range())?.find('-')?;
        let (before, behind) = (self.text.get(..dash)?, self.text.get(dash + 1..)?);
        let space = behind.len() - behind.trim_start().len();
        if behind.trim_start().starts_with("/*") {
            return Some(Span::new(dash, dash + 1 + space));
        }
        let start = if before.trim_end().ends_with("*/") { before.trim_end().len() } else { dash };
        Some(Span::new(start, dash + 1))
    }

    /// Notes that a comment became a part of the value before it.
    pub(super) fn glued_comment(&mut self, span: Span, marker: Span, before: usize) {
        let Some(before) = self.done.assignments.get(before) else { return };
        let message = format!("a comment is rendered on the line of `{}`, behind its value", before.key);
        let at = Span { end: span.end.min(span.start + 1), ..span };
        let label = format!("becomes a part of the value of `{}`", before.key);
        let mut problem = Problem::new(ProblemKind::TemplateRendersBroken, at, message, label)
            .about(&before.key)
            .related(marker, "this trim marker takes the newline between them away")
            .related(before.span, format!("the line of `{}` begins here", before.key));
        problem.repair.extend(self.without_dash(marker).map(|span| (span, String::new())));
        self.problem(problem.help(
            "leave the `-` out of the markers between the two lines, so that one newline stays between them",
        ));
    }

    pub(super) fn unbalanced(&mut self, assignment: usize, next: Option<Span>) {
        let Some(assignment) = self.done.assignments.get(assignment) else { return };
        let message = format!("the quoted value of `{}` is never closed", assignment.key);
        let label = "its closing quote is missing";
        let mut problem = Problem::new(ProblemKind::TemplateRendersBroken, assignment.span, message, label)
            .about(&assignment.key)
            .why("the readers of the rendered file take the lines behind it for a part of the value")
            .help("close the quote in every branch that opens it");
        if let Some(next) = next {
            problem = problem.related(Span { end: next.start + 1, ..next }, "read as a part of the value");
        }
        self.problem(problem);
    }

    fn problem(&mut self, problem: Problem) {
        if self.told_problems.insert((problem.kind, problem.span)) {
            self.done.problems.push(problem);
        }
    }

    pub(super) fn finish(&mut self) {
        for state in std::mem::take(&mut self.states) {
            if let State::Value { assignment, quote: Quote::Single | Quote::Double, .. } = state {
                self.unbalanced(assignment, None);
            }
        }
        // An end behind which nothing stands in any way says nothing.
        for assignment in &mut self.done.assignments {
            while assignment.parts.pop_if(|(_, part)| part.is_none()).is_some() {}
        }
    }
}

/// Whether a line begins with `KEY=` or `export KEY=`, the key in capitals.
pub(super) fn is_assignment(line: &str) -> bool {
    assigned_key(line).is_some()
}

/// Where the key of such a line begins, and its length in bytes.
fn assigned_key(line: &str) -> Option<(usize, usize)> {
    let mut rest = line.trim_start_matches([' ', '\t']);
    if let Some(exported) = rest.strip_prefix("export ") {
        rest = exported.trim_start_matches([' ', '\t']);
    }
    let (key, _) = rest.split_once('=')?;
    let is_key = !key.bytes().any(|b| b.is_ascii_lowercase()) && KeyName::new(key).is_identifier();
    is_key.then_some((line.len() - rest.len(), key.len()))
}
