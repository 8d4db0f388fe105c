//! A key goes, from every file that says something about it.

use std::collections::BTreeSet;

use super::plan::Plan;
use super::rename::words;
use crate::fact::{Fact, Place};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::repair::edit;
use crate::syntax::dockerfile::{Arguments, parse};
use crate::syntax::dotenv::{Document, PieceKind, commented_assignment};
use crate::syntax::yaml::edit::{Edits, Replaced};
use crate::text::{FileId, Location, Span};

/// Plans the removal of a key: what sets, passes on and documents it goes, what reads it is left to people.
#[must_use]
pub fn remove(index: &Index, key: &KeyName) -> Plan {
    let mut plan = Plan::default();
    let mut gone: Vec<Location> = Vec::new();
    let mut seen = BTreeSet::new();
    for fact in index.facts_of(key) {
        if !seen.insert(fact.at()) {
            continue;
        }
        let path = index.path(fact.file);
        let (what, replaced) = match &fact.place {
            Place::Dotenv => (format!("take `{key}` out"), dotenv(index, fact)),
            Place::Container(service) => {
                (format!("stop passing `{key}` to `{service}`"), yaml(index, fact.file, fact.span))
            }
            Place::BuildArgs(service) => (
                format!("stop passing `{key}` to the build of `{service}`"),
                yaml(index, fact.file, fact.span),
            ),
            Place::Job { .. } => (format!("stop setting `{key}`"), yaml(index, fact.file, fact.span)),
            Place::BuildArg(_) | Place::Stage(_) => {
                (format!("stop declaring `{key}`"), instruction(index, fact))
            }
            Place::Rendered => (format!("stop rendering `{key}`"), rendered_line(index, fact)),
            _ => continue,
        };
        match replaced {
            Some(replaced) => {
                gone.push(Location::new(fact.file, replaced.0));
                plan.step(index, what, vec![edit(fact.file, replaced)]);
            }
            None => plan.leave(
                index.files.spell(fact.at()),
                format!("{what} ({path} is written in a way that one edit cannot change)"),
            ),
        }
    }
    declarations(index, key, &mut plan, &mut gone);
    leave_rest(index, key, &gone, &mut plan);
    plan
}

/// The key in the matrix: its declaration, and its values in environments.
fn declarations(index: &Index, key: &KeyName, plan: &mut Plan, gone: &mut Vec<Location>) {
    let named = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
    let values = index.matrix.environments.iter().filter_map(|environment| environment.values.get(key)?.at);
    for at in named.into_iter().chain(values) {
        let replaced = yaml(index, at.file, at.span).or_else(|| {
            // A value is said where it stands; its key stands before it.
            let text = &index.files.get(at.file)?.text;
            let name = words(text, key).filter(|span| span.end <= at.span.start).last()?;
            yaml(index, at.file, name)
        });
        match replaced {
            Some(replaced) => {
                gone.push(Location::new(at.file, replaced.0));
                plan.step(index, format!("stop declaring `{key}`"), vec![edit(at.file, replaced)]);
            }
            None => plan.leave(index.files.spell(at), format!("stop declaring `{key}`")),
        }
    }
}

/// Every other place that names the key.
fn leave_rest(index: &Index, key: &KeyName, gone: &[Location], plan: &mut Plan) {
    let is_gone = |at: Location| gone.iter().any(|gone| gone.file == at.file && gone.span.contains(at.span));
    for fact in index.facts_of(key).chain(index.small_spellings(key).flat_map(|small| index.facts_of(small)))
    {
        let is_code = matches!(fact.place, Place::Process);
        if is_code && !is_gone(fact.at()) {
            plan.leave(index.files.spell(fact.at()), format!("code reads `{key}`"));
        }
    }
    for file in index.files.iter() {
        for span in words(&file.text, key) {
            let at = Location::new(file.id, span);
            let place = index.files.spell(at);
            if !is_gone(at) && !plan.by_hand.iter().any(|known| known.place == place) {
                plan.leave(place, format!("mentions `{key}`"));
            }
        }
    }
}

fn yaml(index: &Index, file: FileId, span: Span) -> Option<Replaced> {
    Edits::of(&index.files.get(file)?.text).remove(span)
}

/// The lines of an assignment, with the comment that speaks of nothing else.
fn dotenv(index: &Index, fact: &Fact) -> Option<Replaced> {
    let text = &index.files.get(fact.file)?.text;
    let document = Document::parse(text);
    let at = document.pieces.iter().position(|piece| piece.span.contains(fact.span))?;
    let piece = document.pieces.get(at)?;
    match &piece.kind {
        PieceKind::Assignment(_) | PieceKind::Bare(_) => {}
        PieceKind::Comment(span) => {
            commented_assignment(text, *span)?;
        }
        PieceKind::Blank | PieceKind::Junk(_) => return None,
    }
    let is_assigned = |comment: Span| commented_assignment(text, comment).is_some();
    let before = document.pieces.get(..at)?;
    let comments = before
        .iter()
        .rev()
        .take_while(|piece| matches!(piece.kind, PieceKind::Comment(span) if !is_assigned(span)))
        .count();
    let is_blank = |piece: Option<&crate::syntax::dotenv::Piece>| {
        piece.is_none_or(|piece| piece.kind == PieceKind::Blank)
    };
    let behind = document.pieces.get(at + 1);
    let is_apart = is_blank(at.checked_sub(comments + 1).and_then(|above| document.pieces.get(above)));
    let next_has_own =
        behind.is_none_or(|piece| matches!(piece.kind, PieceKind::Blank | PieceKind::Comment(_)));
    // A key with its comment above, between keys with comments of theirs.
    let follows_key = at
        .checked_sub(comments + 1)
        .and_then(|above| document.pieces.get(above))
        .is_some_and(|piece| matches!(piece.kind, PieceKind::Assignment(_)));
    let takes_comment = comments > 0 && next_has_own && (is_apart || follows_key);
    let first = if takes_comment { document.pieces.get(at - comments)? } else { piece };
    let mut end = piece.span.end;
    if takes_comment && is_apart && is_blank(behind) {
        // Of the blank lines around it one is enough.
        end = behind.map_or(end, |blank| blank.span.end);
    }
    let start = first.span.start as usize;
    let mark = usize::from(start == 0 && text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    Some((Span::new(start + mark, end as usize), String::new()))
}

/// An instruction that declares nothing else, or the word of one that does.
fn instruction(index: &Index, fact: &Fact) -> Option<Replaced> {
    let text = &index.files.get(fact.file)?.text;
    let document = parse(text);
    let found = document.instructions.iter().find(|instruction| instruction.span.contains(fact.span))?;
    let Arguments::Pairs(pairs) = &found.arguments else { return None };
    if !found.heredocs.is_empty() {
        return None;
    }
    if let [_] = pairs.as_slice() {
        let start = found.span.start as usize;
        let begin = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        if !text.get(begin..start)?.trim_matches([' ', '\t']).is_empty() {
            return None;
        }
        let rest = text.get(found.span.end as usize..)?;
        let newline = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        return Some((Span::new(begin, found.span.end as usize + newline), String::new()));
    }
    let pair = pairs.iter().find(|pair| pair.key.span().contains(fact.span) && !pair.is_legacy)?;
    let end =
        pair.value.as_ref().map_or(pair.key.span().end, |value| value.span().end.max(pair.key.span().end));
    let start = pair.key.span().start as usize;
    let span = Span::new(start, end as usize);
    // On a line of its own the whole line goes.
    let begin = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(end as usize..)?;
    let newline = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let line_rest = rest.get(..newline)?.trim();
    if text.get(begin..start)?.trim().is_empty() && line_rest == document.escape.to_string() {
        return Some((Span::new(begin, end as usize + newline), String::new()));
    }
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    (spaces > 0 && line_rest != document.escape.to_string())
        .then(|| (Span { end: span.end + u32::try_from(spaces).unwrap_or(0), ..span }, String::new()))
}

/// A line of a template that renders one assignment and decides nothing.
fn rendered_line(index: &Index, fact: &Fact) -> Option<Replaced> {
    let text = &index.files.get(fact.file)?.text;
    let start = text.get(..fact.span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(fact.span.start as usize..)?;
    let newline = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let line = text.get(start..fact.span.start as usize + newline)?;
    let decides =
        ["{{-", "-}}", "{{ if", "{{if", "{{ end", "{{end", "{{ else", "{{ with", "{{with", "{{ range"];
    let is_whole = line.trim_start().strip_prefix("export ").unwrap_or(line.trim_start());
    (is_whole.starts_with(fact.key.as_str()) && !decides.iter().any(|word| line.contains(word)))
        .then(|| (Span::new(start, start + line.len()), String::new()))
}
