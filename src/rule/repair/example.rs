//! A key becomes a part of the example file.

use super::edit;
use super::value::{dotenv_value, placeholder};
use crate::diagnostic::Edit;
use crate::fact::{Need, Place, Role, Structure};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name};
use crate::secret::Secret;
use crate::syntax::dotenv::Document;
use crate::text::{FileId, Span, TreePath, line_ending};
use crate::value_type::ValueType;

/// What an example tells about a key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: KeyName,
    /// Its type.
    pub value_type: Option<ValueType>,
    /// The default that stands in without it.
    pub default: Option<Secret>,
    /// Whether there has to be a value.
    pub is_required: bool,
    /// Whether its values are secret.
    pub is_secret: bool,
    /// What it is for.
    pub about: Option<String>,
}

/// What the code and the matrix tell about a key.
#[must_use]
pub fn known_of(index: &Index, key: &KeyName) -> Entry {
    let mut entry = Entry {
        key: key.clone(),
        value_type: None,
        default: None,
        is_required: false,
        is_secret: is_secret_name(key),
        about: None,
    };
    let reads = index.code_reads().filter(|(fact, read)| read.takes(&fact.key, key));
    for (_, read) in reads {
        entry.is_secret |= read.is_secret;
        entry.value_type = entry.value_type.or_else(|| read.value_type.clone());
        entry.about = entry.about.or_else(|| read.about.clone());
        match &read.need {
            Need::Required => entry.is_required = true,
            Need::Default(value) if entry.default.is_none() => {
                entry.default = value.plain().map(Secret::new);
            }
            Need::Default(_) | Need::Optional | Need::Unknown => {}
        }
    }
    if let Some(spec) = index.matrix.keys.get(key) {
        entry.is_secret |= spec.kind.value == crate::matrix::Kind::Secret;
        entry.value_type = spec.value_type.as_ref().map(|said| said.value.clone()).or(entry.value_type);
        entry.about = spec.about.clone().or(entry.about);
    }
    entry
}

/// The example file that speaks for the file `reader`: the nearest in a folder above it, else the only one.
#[must_use]
pub fn example_for(index: &Index, reader: &TreePath) -> Option<FileId> {
    let examples: Vec<(FileId, TreePath)> = index
        .dotenv_files()
        .filter(|(_, dotenv)| dotenv.is_example)
        .map(|(file, _)| (file, index.path(file)))
        .collect();
    let above = examples.iter().filter(|(_, path)| reader.is_below(&path.folder()));
    // `.env.example` before `.env.production.example`.
    let nearest = above.max_by_key(|(_, path)| {
        (path.folder().parts().count(), std::cmp::Reverse(path.name().len()), std::cmp::Reverse(path.clone()))
    });
    match (nearest, examples.as_slice()) {
        (Some((file, _)), _) | (None, [(file, _)]) => Some(*file),
        _ => None,
    }
}

/// Adds a key to an example file, with what is known about it, behind the keys it belongs to. `None` if
/// it stands there already. A lone line is set apart where the file sets its keys apart, unless it is one of
/// `several`, which may all come to one place.
#[must_use]
pub fn document(index: &Index, example: FileId, entry: &Entry, several: bool) -> Option<Edit> {
    let text = &index.files.get(example)?.text;
    if index.facts_in(example).any(|fact| fact.key == entry.key && fact.place == Place::Dotenv) {
        return None;
    }
    let (at, is_apart) = place(index, example, text, &entry.key);
    let ending = line_ending(text);
    let is_dotenv =
        matches!(index.extraction(example).map(|said| &said.structure), Some(Structure::Dotenv(_)));
    let is_live = is_dotenv && !index.is_example(example);
    let mut lines = comment(entry);
    let lead = if is_apart && !(lines.is_empty() && several) { ending } else { "" };
    lines.push(assignment(entry, is_live));
    let lines = lines.join(ending);
    // Where the last line is not ended it stays so, whatever else comes behind it.
    let added = if at > 0 && !text.get(..at)?.ends_with('\n') {
        format!("{ending}{lead}{lines}")
    } else {
        format!("{lead}{lines}{ending}")
    };
    Some(edit(example, (Span::at(at), added)))
}

/// Where a key goes: behind the last one that shares its first words, else to the end; and whether a
/// blank line belongs before it.
fn place(index: &Index, example: FileId, text: &str, key: &KeyName) -> (usize, bool) {
    let shared =
        |other: &str| key.split('_').zip(other.split('_')).take_while(|(own, other)| own == other).count();
    let document = Document::parse(text);
    let keys = index.facts_in(example).filter(|fact| {
        fact.place == Place::Dotenv && matches!(fact.role, Role::Documents(_) | Role::Provides(_))
    });
    let near = keys
        .map(|fact| (shared(&fact.key), fact.span.start))
        .filter(|&(shared, _)| shared > 0)
        .max()
        .and_then(|(_, start)| {
            document.pieces.iter().find(|piece| piece.span.range().contains(&(start as usize)))
        });
    match near {
        Some(piece) => {
            let before = text.get(..piece.span.start as usize).unwrap_or("");
            // Where each key has its comment and a blank line, so has this one.
            let has_comment = before.trim_end_matches(['\r', '\n']).rsplit('\n').next();
            let is_spaced = has_comment.is_some_and(|line| line.trim_start().starts_with('#'))
                && text
                    .get(piece.span.end as usize..)
                    .is_some_and(|behind| behind.trim_start_matches('\r').starts_with('\n'));
            (piece.span.end as usize, is_spaced)
        }
        None => {
            let is_separated = text.contains("\n\n") || text.contains("\r\n\r\n");
            (text.len(), is_separated && !text.ends_with("\n\n") && !text.ends_with("\r\n\r\n"))
        }
    }
}

/// Lines of a comment about a key.
fn comment(entry: &Entry) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(about) = &entry.about {
        lines
            .extend(about.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).take(4));
    }
    let value_type = entry.value_type.as_ref().filter(|known| **known != ValueType::String);
    let told = value_type.map(|value_type| match value_type {
        // Words are values, which keep their case.
        ValueType::OneOf(words) if words.len() > 1 => {
            format!("One of {}", value_type.to_string().replace('`', ""))
        }
        other => capitalised(&other.to_string().replace('`', "")),
    });
    match (told, entry.is_required) {
        (Some(told), true) => lines.push(format!("{told}, required.")),
        (Some(told), false) => lines.push(format!("{told}.")),
        (None, true) => lines.push("Required.".to_owned()),
        (None, false) => {}
    }
    lines.into_iter().map(|line| format!("# {line}")).collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// The line of a key: with its default, with a placeholder where there has to be a value, else as a comment. In a
/// file that programs read, `is_live`, no placeholder is put: it would be taken for a value.
fn assignment(entry: &Entry, is_live: bool) -> String {
    let key = &entry.key;
    let default = entry.default.as_ref().filter(|_| !entry.is_secret).map(Secret::reveal);
    match default.and_then(dotenv_value) {
        Some(value) if !value.is_empty() => format!("{key}={value}"),
        _ if entry.is_required && !is_live => {
            format!("{key}={}", placeholder(key, entry.value_type.as_ref(), entry.is_secret))
        }
        _ => format!("# {key}="),
    }
}
