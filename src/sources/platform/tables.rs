//! Tables of TOML that hold variables.

use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::fact::{Gap, Hidden, Origin, Place, Value};
use crate::text::Span;

/// What a table's variables are for.
#[derive(Clone, Copy)]
pub(super) enum Table {
    /// The app while it runs.
    Run,
    /// Arguments of the build of its image.
    Build,
}

/// How deep tables nest in files that mean something.
const MAX_DEPTH: usize = 8;

/// Reads the tables that `which` knows by their path.
pub(super) fn read(reader: &mut Reader<'_>, app: &str, which: fn(&[&str]) -> Option<Table>) {
    let (table, errors) = DeTable::parse_recoverable(&reader.file.text);
    if let Some(error) = errors.first() {
        let span = on_characters(&reader.file.text, error.span().unwrap_or(0..0));
        let reason = "the file is not valid TOML";
        reader.found.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
    }
    walk(reader, table.get_ref(), &mut Vec::new(), app, which);
}

fn walk<'t>(
    reader: &mut Reader<'_>,
    table: &'t DeTable<'_>,
    path: &mut Vec<&'t str>,
    app: &str,
    which: fn(&[&str]) -> Option<Table>,
) {
    let text = &reader.file.text;
    let found = which(path);
    for (key, value) in table.iter() {
        let span = on_characters(text, key.span());
        let at = on_characters(text, value.span());
        match (found, value.get_ref()) {
            (_, DeValue::Table(inner)) if path.len() < MAX_DEPTH => {
                path.push(key.get_ref());
                walk(reader, inner, path, app, which);
                path.pop();
            }
            (Some(table), value) => {
                let given = match value {
                    DeValue::String(text) => Value::literal(text, at),
                    DeValue::Integer(number) => Value::literal(number.as_str(), at),
                    DeValue::Boolean(value) => Value::literal(if *value { "true" } else { "false" }, at),
                    _ => Value::of(Origin::Unknown, at),
                };
                let place = match table {
                    Table::Run => Place::Workload(app.to_owned()),
                    Table::Build => Place::BuildArgs(app.to_owned()),
                };
                reader.provides(key.get_ref(), span, place, given);
            }
            _ => {}
        }
    }
}

/// A range of the parser, widened to whole characters.
pub(super) fn on_characters(text: &str, range: std::ops::Range<usize>) -> Span {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    Span::new(start, text.ceil_char_boundary(range.end.min(text.len())))
}
