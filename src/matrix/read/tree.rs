//! The tree that YAML and TOML are read into, and that the model is read from.

use std::collections::BTreeSet;

use super::MatrixProblem;
use crate::syntax::yaml::{self, Node, NodeKind, Scalar};
use crate::text::{Location, MOST_SIGNS, SourceFile, Span, end_of_reading};

/// A value with its place.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Tree {
    pub(crate) at: Location,
    pub(crate) content: Content,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Content {
    Null,
    /// A scalar with its text as written, without quotes: `1.10` stays `1.10`.
    Scalar(Kind, String),
    List(Vec<Tree>),
    /// Entries in the order of the file, duplicates included.
    Table(Vec<Entry>),
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    Text,
    Bool(bool),
    Int(i128),
    Float,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: Location,
    pub(crate) value: Tree,
}

impl Tree {
    /// What it is, for people.
    pub(crate) fn noun(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing",
            Content::Scalar(Kind::Text, _) => "a text",
            Content::Scalar(Kind::Bool(_), _) => "a truth value",
            Content::Scalar(Kind::Int(_) | Kind::Float, _) => "a number",
            Content::List(_) => "a list",
            Content::Table(_) => "a map",
        }
    }

    /// The entries of a table; none for other values.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of this name.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }
}

/// Values in one file beyond which it is given up, unless its text is longer: aliases let a small file unfold into a huge
/// tree, and what is written without them has fewer values than letters.
const MAX_VALUES: usize = 100_000;

/// Nesting beyond which values are given up; the format itself needs six levels.
const MAX_DEPTH: usize = 32;

/// Reads a file by its ending. `None` if it holds nothing. What is against the format goes to `faults`, all else to
/// `problems`.
pub(crate) fn parse(
    file: &SourceFile,
    faults: &mut Vec<MatrixProblem>,
    problems: &mut Vec<MatrixProblem>,
) -> Option<Tree> {
    if file.path.name().ends_with(".toml") {
        parse_toml(file, faults)
    } else {
        parse_yaml(file, faults, problems)
    }
}

fn parse_yaml(
    file: &SourceFile,
    faults: &mut Vec<MatrixProblem>,
    problems: &mut Vec<MatrixProblem>,
) -> Option<Tree> {
    if end_of_reading(&file.text).is_some() {
        let message = format!("`{}` has more than {MOST_SIGNS} words and signs", file.path);
        let at = Location::new(file.id, Span::at(0));
        problems.push(MatrixProblem::new(at, message, "it is not read"));
        return None;
    }
    let parsed = yaml::parse(&file.text);
    for error in &parsed.errors {
        let at = Location::new(file.id, error.span);
        let message = format!("`{}` is not valid YAML", file.path);
        faults.push(MatrixProblem::new(at, message, error.message.clone()));
    }
    if let Some(second) = parsed.documents.get(1) {
        let message = format!("`{}` holds several YAML documents", file.path);
        let at = Location::new(file.id, second.span);
        problems.push(
            MatrixProblem::new(at, message, "this one is not read")
                .help("keep one document, without `---` between"),
        );
    }
    let most = file.text.len().max(MAX_VALUES);
    let mut budget = Budget { left: most, file };
    let tree = parsed.documents.first().map(|node| from_yaml(node, &mut budget, 0));
    if budget.left == 0 {
        let message = format!("`{}` unfolds into more than {most} values", file.path);
        problems.push(MatrixProblem::new(
            Location::new(file.id, Span::at(0)),
            message,
            "the rest is not read",
        ));
    }
    tree.filter(|tree| tree.content != Content::Null)
}

struct Budget<'f> {
    left: usize,
    file: &'f SourceFile,
}

/// The span of a collection that is written between brackets, the closing one included; the parser's
/// ends with the last item.
fn with_bracket(file: &SourceFile, own: Span, last: Option<Span>) -> Span {
    let text = file.slice(Span::new(own.start as usize, file.text.len()));
    let close = match text.bytes().next() {
        Some(b'{') => '}',
        Some(b'[') => ']',
        _ => return own,
    };
    let end = last.map_or(own.start as usize + 1, |last| last.end.max(own.start + 1) as usize);
    let behind = file.text.get(end..).unwrap_or("");
    let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    if rest.starts_with(close) {
        Span::new(own.start as usize, end + behind.len() - rest.len() + 1)
    } else {
        own
    }
}

fn from_yaml(node: &Node, budget: &mut Budget<'_>, depth: usize) -> Tree {
    let file = budget.file.id;
    let mut at = Location::new(file, node.span);
    budget.left = budget.left.saturating_sub(1);
    if budget.left == 0 || depth > MAX_DEPTH {
        return Tree { at, content: Content::Null };
    }
    let content = match &node.kind {
        NodeKind::Sequence(items) => {
            let items: Vec<Tree> = items.iter().map(|item| from_yaml(item, budget, depth + 1)).collect();
            if !node.via_alias {
                at.span = with_bracket(budget.file, node.span, items.last().map(|item| item.at.span));
            }
            Content::List(items)
        }
        NodeKind::Mapping(own) => {
            let is_merge = |entry: &yaml::Entry| entry.key.as_str() == Some("<<");
            let mut written: Vec<&yaml::Entry> = own.iter().filter(|entry| !is_merge(entry)).collect();
            if own.iter().any(is_merge) {
                let names: BTreeSet<&str> = written.iter().filter_map(|entry| entry.key.as_str()).collect();
                let merged = node.entries();
                let fresh = |entry: &&yaml::Entry| entry.key.as_str().is_none_or(|key| !names.contains(key));
                written.extend(merged.into_iter().filter(fresh));
            }
            let mut entries = Vec::with_capacity(written.len());
            for entry in written {
                // A key that is itself a list or a map cannot be a name; an empty one is told as unknown.
                let key = entry.key.as_str().unwrap_or_default().to_owned();
                let key_at = Location::new(file, entry.key.span);
                let mut value = from_yaml(&entry.value, budget, depth + 1);
                if value.at.span.is_empty() {
                    value.at = key_at;
                }
                entries.push(Entry { key, key_at, value });
            }
            if !node.via_alias {
                // An entry that was merged in stands elsewhere.
                let last = entries.iter().map(|entry| entry.value.at.span);
                let last =
                    last.filter(|span| node.span.start <= span.start && span.start <= node.span.end).max();
                at.span = with_bracket(budget.file, node.span, last);
            }
            Content::Table(entries)
        }
        NodeKind::Scalar { text, .. } => match yaml::resolve(node) {
            Some(Scalar::Null) => Content::Null,
            Some(Scalar::Bool(value)) => Content::Scalar(Kind::Bool(value), text.clone()),
            Some(Scalar::Int(value)) => Content::Scalar(Kind::Int(value), text.clone()),
            Some(Scalar::Float(_)) => Content::Scalar(Kind::Float, text.clone()),
            Some(Scalar::Timestamp | Scalar::Text(_)) | None => Content::Scalar(Kind::Text, text.clone()),
        },
    };
    Tree { at, content }
}

fn parse_toml(file: &SourceFile, faults: &mut Vec<MatrixProblem>) -> Option<Tree> {
    let (table, errors) = toml::de::DeTable::parse_recoverable(&file.text);
    let mut last = None;
    for error in errors {
        let span = on_characters(&file.text, &error.span().unwrap_or(0..0));
        // What else the parser stumbles over in a line follows from its first mistake.
        let line = Some(file.lines().line_of(span.start));
        if std::mem::replace(&mut last, line) == line {
            continue;
        }
        let message = format!("`{}` is not valid TOML", file.path);
        faults.push(MatrixProblem::new(Location::new(file.id, span), message, error.message().to_owned()));
    }
    let whole = Span::new(0, file.text.len());
    let entries = from_toml_table(table.into_inner(), file, 0);
    (!entries.is_empty())
        .then(|| Tree { at: Location::new(file.id, whole), content: Content::Table(entries) })
}

fn from_toml_table(table: toml::de::DeTable<'_>, file: &SourceFile, depth: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let key_at = Location::new(file.id, on_characters(&file.text, &key.span()));
            Entry { key: key.into_inner().into_owned(), key_at, value: from_toml(value, file, depth + 1) }
        })
        .collect();
    // The table is sorted by name; the order of the file is the one that people know.
    entries.sort_by_key(|entry| entry.key_at.span);
    entries
}

fn from_toml(value: toml::Spanned<toml::de::DeValue<'_>>, file: &SourceFile, depth: usize) -> Tree {
    use toml::de::DeValue;
    let at = Location::new(file.id, on_characters(&file.text, &value.span()));
    if depth > MAX_DEPTH {
        return Tree { at, content: Content::Null };
    }
    let content = match value.into_inner() {
        DeValue::String(text) => Content::Scalar(Kind::Text, text.into_owned()),
        DeValue::Integer(number) => {
            let value = i128::from_str_radix(number.as_str(), number.radix()).unwrap_or(i128::MAX);
            let text = if number.radix() == 10 { number.as_str().to_owned() } else { value.to_string() };
            Content::Scalar(Kind::Int(value), text)
        }
        DeValue::Float(number) => Content::Scalar(Kind::Float, number.as_str().to_owned()),
        DeValue::Boolean(value) => Content::Scalar(Kind::Bool(value), value.to_string()),
        DeValue::Datetime(time) => Content::Scalar(Kind::Text, time.to_string()),
        DeValue::Array(items) => {
            Content::List(items.into_iter().map(|item| from_toml(item, file, depth + 1)).collect())
        }
        DeValue::Table(table) => Content::Table(from_toml_table(table, file, depth)),
    };
    Tree { at, content }
}

/// A range of the parser, widened to whole characters of `text`.
fn on_characters(text: &str, range: &std::ops::Range<usize>) -> Span {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.min(text.len()));
    Span::new(start, end)
}
