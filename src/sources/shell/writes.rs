//! What a script writes into dotenv files.

use std::ops::Range;

use super::name::{assignment, base, is_dotenv};
use super::said::Reading;
use crate::fact::{DotenvWrite, FileCopy, Origin, Place, Value};
use crate::syntax::shell::{Command, Redirect, RedirectKind, Word};

/// Where a command's output goes, if that is a dotenv file.
#[derive(Clone, Copy)]
pub(super) struct Output<'i> {
    pub(super) path: &'i Word,
    pub(super) appends: bool,
}

/// The dotenv file that redirections write to.
pub(super) fn output(redirects: &[Redirect]) -> Option<Output<'_>> {
    redirects.iter().rev().find_map(|redirect| {
        let appends = match redirect.kind {
            RedirectKind::Write => false,
            RedirectKind::Append => true,
            _ => return None,
        };
        is_dotenv(&redirect.target).then_some(Output { path: &redirect.target, appends })
    })
}

/// The dotenv file that `tee` writes to.
pub(super) fn tee(command: &Command) -> Option<Output<'_>> {
    let (name, arguments) = command.call().split_first()?;
    if base(&name.text) != "tee" {
        return None;
    }
    let appends = arguments.iter().any(|word| matches!(word.text.as_str(), "-a" | "--append"));
    let path = arguments.iter().find(|word| is_dotenv(word))?;
    Some(Output { path, appends })
}

/// Reads what a command prints into a dotenv file.
pub(super) fn print(reading: &mut Reading<'_>, command: &Command, output: Output<'_>) {
    let place = Place::Written(output.path.text.clone());
    let mut write = DotenvWrite {
        path: reading.spelled(output.path),
        appends: output.appends,
        begins_with_newline: false,
    };
    for redirect in &command.redirects {
        if let (RedirectKind::Heredoc { is_quoted }, Some(body)) = (redirect.kind, &redirect.body) {
            write.begins_with_newline |=
                reading.source.text.get(body.clone()).is_some_and(|text| text.starts_with('\n'));
            lines(reading, body, is_quoted, &place);
        }
    }
    let (name, arguments) = match command.call().split_first() {
        Some((name, arguments)) => (base(&name.text), arguments),
        None => ("", [].as_slice()),
    };
    if matches!(name, "echo" | "printf") {
        let mut texts = arguments
            .iter()
            .skip_while(|word| matches!(word.text.as_str(), "-e" | "-n" | "-ne" | "-en" | "-E" | "--"));
        let first = texts.clone().next();
        write.begins_with_newline |= first.is_none_or(|word| {
            word.text.is_empty() || word.text.starts_with('\n') || word.text.starts_with("\\n")
        });
        let is_formatted = name == "printf" && first.is_some_and(|word| word.text.contains('%'));
        texts.by_ref().for_each(|word| printed(reading, word, is_formatted, &place));
    }
    // The commands of a group write to one file together.
    if reading.said.script.writes.last().is_none_or(|last| last.path.span != write.path.span) {
        reading.said.script.writes.push(write);
    }
}

/// The assignments in a word that `echo` or `printf` prints.
fn printed(reading: &mut Reading<'_>, word: &Word, is_formatted: bool, place: &Place) {
    let mut from = 0;
    for line in word.text.split('\n').flat_map(|line| line.split("\\n")) {
        // Both separators were passed; which of them it was tells how far the next line is.
        let begin = word.text.get(from..).and_then(|rest| rest.find(line)).map_or(from, |at| from + at);
        from = begin + line.len();
        let Some((name, value)) = assignment(line) else { continue };
        let key = line.get(name.clone()).unwrap_or("");
        let name = word.place(&(begin + name.start..begin + name.end));
        let text = line.get(value.clone()).unwrap_or("");
        let range = word.place(&(begin + value.start..begin + value.end));
        let value = if is_formatted && text.contains('%') {
            let span = (reading.source.place)(if text.is_empty() { &name } else { &range });
            Value::of(Origin::Unknown, span)
        } else {
            quoted(reading, text, &range, word.is_plain, &name)
        };
        reading.provides(key, &name, place.clone(), value);
    }
}

/// The assignments in the lines of a heredoc.
fn lines(reading: &mut Reading<'_>, body: &Range<usize>, is_quoted: bool, place: &Place) {
    let mut at = body.start;
    let text = reading.source.text;
    for line in text.get(body.clone()).unwrap_or("").split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let Some((name, value)) = assignment(line) else { continue };
        let key = line.get(name.clone()).unwrap_or("");
        let name = begin + name.start..begin + name.end;
        let range = begin + value.start..begin + value.end;
        let value = quoted(reading, line.get(value).unwrap_or(""), &range, is_quoted, &name);
        reading.provides(key, &name, place.clone(), value);
    }
}

/// A value of a dotenv, perhaps in quotes.
fn quoted(
    reading: &Reading<'_>,
    text: &str,
    range: &Range<usize>,
    is_plain: bool,
    around: &Range<usize>,
) -> Value {
    for quote in ['"', '\''] {
        let inside = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
        if let Some(inside) = inside.filter(|_| range.len() >= 2) {
            return reading.value_of(inside, &(range.start + 1..range.end - 1), is_plain, around);
        }
    }
    reading.value_of(text, range, is_plain, around)
}

/// `sed -i 's/^KEY=.*/KEY=value/' file`.
pub(super) fn edit(reading: &mut Reading<'_>, arguments: &[Word]) {
    let is_in_place = arguments.iter().any(|word| word.text.starts_with("-i") || word.text == "--in-place");
    let Some(path) = arguments.iter().rev().find(|word| is_dotenv(word)) else { return };
    if !is_in_place {
        return;
    }
    for word in arguments {
        let mut parts = word.text.char_indices();
        let Some((_, 's')) = parts.next() else { continue };
        let Some((_, separator)) = parts.next().filter(|(_, c)| c.is_ascii_punctuation() || *c == ' ') else {
            continue;
        };
        let mut fields = word.text.split(separator).skip(1);
        let (Some(pattern), Some(replacement)) = (fields.next(), fields.next()) else { continue };
        let begin = 1 + separator.len_utf8() + pattern.len() + separator.len_utf8();
        let Some((name, value)) = assignment(replacement) else { continue };
        let key = replacement.get(name.clone()).unwrap_or("");
        if !pattern.contains(key) {
            continue;
        }
        let name = word.place(&(begin + name.start..begin + name.end));
        let text = replacement.get(value.clone()).unwrap_or("");
        let range = word.place(&(begin + value.start..begin + value.end));
        let value = quoted(reading, text, &range, word.is_plain, &name);
        reading.provides(key, &name, Place::Written(path.text.clone()), value);
    }
}

/// `cp .env.example .env`. `is_guarded`: the script looks first, or copes without.
pub(super) fn copy(reading: &mut Reading<'_>, arguments: &[Word], is_guarded: bool) {
    let paths: Vec<&Word> = arguments.iter().filter(|word| !word.text.starts_with('-')).collect();
    let [from, to] = paths.as_slice() else { return };
    if is_dotenv(from) || is_dotenv(to) {
        let copy =
            FileCopy { from: reading.spelled(from), to: reading.spelled(to), is_conditional: is_guarded };
        reading.said.script.copies.push(copy);
    }
}
