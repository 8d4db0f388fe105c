//! A key goes, from every file that says something about it.

mod assigned;
mod field;
mod lines;
mod written;

use std::collections::BTreeSet;

use super::names::words;
use super::plan::Plan;
use crate::fact::{Fact, Place, Role, SourceKind, Structure};
use crate::index::Index;
use crate::key::{KeyName, segments};
use crate::rule::repair::edit;
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
        // Who reads the key has to be asked; a command that names it is never taken out. `ARG` reads what it declares.
        let declares = matches!(fact.place, Place::Dotenv | Place::BuildArg(_) | Place::Stage(_));
        let is_read = matches!(fact.role, Role::Reads(_)) && !declares;
        if is_read || !seen.insert(fact.at()) {
            continue;
        }
        let Some(what) = what(key, &fact.place) else { continue };
        match replaced(index, fact) {
            Some(replaced) => {
                let at = Location::new(fact.file, replaced.0);
                // One line may say several things of the key.
                if gone.iter().any(|gone| gone.contains(at)) {
                    continue;
                }
                gone.push(at);
                plan.step(index, what.clone(), vec![edit(fact.file, replaced)]);
                for other in others(index, fact) {
                    let at = Location::new(fact.file, other.0);
                    if !gone.contains(&at) {
                        gone.push(at);
                        plan.step(index, what.clone(), vec![edit(fact.file, other)]);
                    }
                }
            }
            None => plan.leave(index.files.spell(fact.at()), format!("{what} ({})", why_not(index, fact))),
        }
    }
    field::unused(index, key, &mut plan, &mut gone);
    task_lists(index, key, &mut plan, &mut gone);
    declarations(index, key, &mut plan, &mut gone);
    leave_rest(index, key, &gone, &mut plan);
    plan
}

/// What is done with a statement at a place; `None` where nothing is set, passed on or shown.
fn what(key: &KeyName, place: &Place) -> Option<String> {
    Some(match place {
        Place::Dotenv => format!("take `{key}` out"),
        Place::Container(to) | Place::Workload(to) => format!("stop passing `{key}` to `{to}`"),
        Place::BuildArgs(service) => format!("stop passing `{key}` to the build of `{service}`"),
        Place::StepBuildArgs { .. } => format!("stop passing `{key}` to the build of the image"),
        Place::Job { .. } | Place::JobService { .. } | Place::Script => format!("stop setting `{key}`"),
        Place::BuildArg(_) | Place::Stage(_) => format!("stop declaring `{key}`"),
        Place::Rendered => format!("stop rendering `{key}`"),
        Place::ConfigMap(name) | Place::KubernetesSecret(name) => format!("take `{key}` out of `{name}`"),
        _ => return None,
    })
}

/// Why a statement stays.
fn why_not(index: &Index, fact: &Fact) -> String {
    let path = index.path(fact.file);
    let is_edited = index.kind(fact.file).is_some_and(|kind| EDITED.contains(&kind.0))
        || [".yaml", ".yml", ".toml", ".json", ".jsonc"].iter().any(|ending| path.name().ends_with(ending));
    if is_edited {
        "the line or command says more than this".to_owned()
    } else {
        format!("files like `{}` are left to people", path.name())
    }
}

/// Kinds of files from which a key can be taken.
const EDITED: &[&str] =
    &["dotenv", "dockerfile", "shell", "makefile", "terraform", "consul-template", "env-template"];

/// The other lines of a script or Makefile that do nothing but set the key or export it: one without the other
/// is of no use.
fn others(index: &Index, fact: &Fact) -> Vec<Replaced> {
    let is_make = match index.kind(fact.file).map(|kind| kind.0) {
        Some("makefile") => true,
        Some("shell") => false,
        _ => return Vec::new(),
    };
    let Some(text) = index.files.get(fact.file).map(|file| &file.text) else { return Vec::new() };
    if fact.place != Place::Script {
        return Vec::new();
    }
    let lines = assigned::other_lines(text, &fact.key, is_make).into_iter();
    lines.map(|line| lines::widened(text, line, &fact.key, "#")).collect()
}

/// What goes of a file that says something about the key.
fn replaced(index: &Index, fact: &Fact) -> Option<Replaced> {
    let text = &index.files.get(fact.file)?.text;
    let key = fact.key.as_str();
    let path = index.path(fact.file);
    let is = |kind| index.kind(fact.file) == Some(SourceKind(kind));
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.name().ends_with(ending));
    let (found, sign) = match &fact.place {
        Place::Dotenv => return dotenv(index, fact),
        Place::BuildArg(_) | Place::Stage(_) => (written::instruction(text, fact.span, key), "#"),
        _ if is("makefile") => (assigned::make_line(text, fact.span, key), "#"),
        _ if is("terraform") => (assigned::terraform_entry(text, fact.span, key), "#"),
        Place::Script if path.name() == "package.json" => {
            return assigned::before_command(text, fact.span, key);
        }
        Place::Rendered => (written::rendered_line(text, fact.span, key), "#"),
        _ if ends(&[".yaml", ".yml"]) => {
            let lines = || match fact.place {
                Place::StepBuildArgs { .. } => written::argument_line(text, fact.span, key),
                _ => None,
            };
            return yaml(index, fact.file, fact.span, key)
                .or_else(|| Some(lines::widened(text, lines()?, key, "#")));
        }
        _ if ends(&[".toml"]) => (written::toml_line(text, fact.span, key), "#"),
        _ if ends(&[".json", ".jsonc"]) => (written::json_entry(text, fact.span, key), "//"),
        Place::Script if is("shell") => (written::script_line(text, fact.span, key), "#"),
        _ => return None,
    };
    Some(lines::widened(text, found?, key, sign))
}

/// The lists of task runners that name the key, all of them.
fn task_lists(index: &Index, key: &KeyName, plan: &mut Plan, gone: &mut Vec<Location>) {
    for file in index.files.iter() {
        let Some(Structure::TaskRunner(runner)) =
            index.extraction(file.id).map(|extraction| &extraction.structure)
        else {
            continue;
        };
        let listed = runner.global.iter().chain(runner.tasks.iter().flat_map(|task| &task.env));
        for named in listed.filter(|named| named.value == *key) {
            let at = Location::new(file.id, named.span);
            match written::json_entry(&file.text, named.span, key) {
                Some(replaced) => {
                    let replaced = lines::widened(&file.text, replaced, key, "//");
                    gone.push(Location::new(file.id, replaced.0));
                    plan.step(index, format!("stop listing `{key}`"), vec![edit(file.id, replaced)]);
                }
                None => plan.leave(index.files.spell(at), format!("stop listing `{key}`")),
            }
        }
    }
}

/// The key in the matrix: its declaration, and its values in environments.
fn declarations(index: &Index, key: &KeyName, plan: &mut Plan, gone: &mut Vec<Location>) {
    let named = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
    let values = index.matrix.environments.iter().filter_map(|environment| environment.values.get(key)?.at);
    for at in named.into_iter().chain(values) {
        let replaced = yaml(index, at.file, at.span, key).or_else(|| {
            // A value is said where it stands; its key stands before it.
            let text = &index.files.get(at.file)?.text;
            let name = words(text, key).filter(|span| span.end <= at.span.start).last()?;
            yaml(index, at.file, name, key)
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
    let is_gone = |at: Location| gone.iter().any(|gone| gone.contains(at));
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

/// An entry of YAML, with its comment; `None` also where the file is a template or broken, so that what belongs to
/// what is not certain.
fn yaml(index: &Index, file: FileId, span: Span, key: &str) -> Option<Replaced> {
    let text = &index.files.get(file)?.text;
    let edits = Edits::of(text);
    let replaced = edits.is_sound().then(|| edits.remove(span, key)).flatten()?;
    Some(lines::widened(text, replaced, key, "#"))
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
    let next_has_own = behind.is_none_or(|piece| match piece.kind {
        PieceKind::Blank => true,
        // A key that is out of use is a key.
        PieceKind::Comment(span) => !is_assigned(span),
        _ => false,
    });
    // A key with its comment above, between keys with comments of theirs.
    let follows_key = at
        .checked_sub(comments + 1)
        .and_then(|above| document.pieces.get(above))
        .is_some_and(|piece| matches!(piece.kind, PieceKind::Assignment(_)));
    let names_it = || {
        let above = before.iter().rev().take(comments);
        above
            .filter_map(|piece| text.get(piece.span.range()))
            .any(|line| words(line, &fact.key).next().is_some())
    };
    // What sets off a section is of all its keys.
    let is_head = before
        .iter()
        .rev()
        .take(comments)
        .filter_map(|piece| text.get(piece.span.range()))
        .any(lines::is_ruler);
    // In a list without blank lines a sentence is about the key below it; but for keys of the same kind, it may be
    // about them all.
    let is_sentence = || {
        let last = before.last().and_then(|piece| text.get(piece.span.range()));
        last.is_some_and(|line| line.trim_end().ends_with('.'))
    };
    let next_is_akin = || match behind.map(|piece| &piece.kind) {
        Some(PieceKind::Assignment(next)) => {
            let next = text.get(next.key.range()).unwrap_or("");
            segments(next).next() == segments(&fact.key).next()
        }
        _ => true,
    };
    let takes_comment = comments > 0
        && !is_head
        && (next_has_own && (is_apart || follows_key)
            || names_it()
            || follows_key && is_sentence() && !next_is_akin());
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
