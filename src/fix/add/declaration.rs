//! The matrix declares the key.

use super::NewKey;
use crate::diagnostic::Edit;
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::matrix::{Kind, MatrixOrigin, Service};
use crate::rule::repair::edit;
use crate::syntax::yaml::edit::{Edits, scalar};
use crate::text::{FileId, Span, line_ending};
use crate::value_type::ValueType;

pub(super) fn declare(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) {
    let MatrixOrigin::Declared(files) = &index.matrix.origin else { return };
    let key = &wanted.entry.key;
    let what = format!("declare `{key}`");
    let listed = index.matrix.keys.values().find_map(|spec| spec.name.at).map(|at| at.file);
    let Some(file) = listed.or_else(|| files.first().copied()) else { return };
    let added = in_yaml(index, file, wanted, service);
    plan.step_or_leave(index, &index.path(file), what, added);
}

fn in_yaml(index: &Index, file: FileId, wanted: &NewKey, service: &Service) -> Option<Edit> {
    let source = index.files.get(file)?;
    if source.path.name().ends_with(".toml") {
        return in_toml(index, file, wanted, service);
    }
    let yaml = Edits::of(&source.text);
    let keys = yaml.at(&["keys"])?;
    let fields = fields(wanted, service);
    let first = keys.value.raw_entries().first();
    let in_line = first.is_some_and(|entry| {
        source.text.get(entry.value.span.start as usize..).is_some_and(|text| text.starts_with('{'))
    });
    let column = first.map_or(2, |entry| source.line_column(entry.key.span.start).column as usize - 1);
    let added = yaml.add_entry(keys, |flow| {
        if flow || in_line {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", scalar(value, true, false)))
                .collect();
            return format!("{}: {{ {} }}", wanted.entry.key, fields.join(", "));
        }
        let (ending, indent) = (line_ending(&source.text), " ".repeat(column + 2));
        let mut text = format!("{}:", wanted.entry.key);
        for (name, value) in &fields {
            text.push_str(&format!("{ending}{indent}{name}: {}", scalar(value, false, false)));
        }
        text
    })?;
    Some(edit(file, added))
}

/// A table `[keys.NAME]` behind those that are there, or an entry behind those of the table `[keys]`.
fn in_toml(index: &Index, file: FileId, wanted: &NewKey, service: &Service) -> Option<Edit> {
    let source = index.files.get(file)?;
    let text = &source.text;
    let own = index.matrix.keys.values().filter_map(|spec| spec.name.at).filter(|at| at.file == file);
    let start = own.map(|at| at.span.start as usize).max()?;
    let line = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let quoted = |value: &str| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let fields: Vec<String> = fields(wanted, service)
        .iter()
        .map(|(name, value)| {
            format!("{name} = {}", quoted(&value.split_whitespace().collect::<Vec<_>>().join(" ")))
        })
        .collect();
    let (key, ending) = (&wanted.entry.key, line_ending(text));
    let head = text.get(line..start)?.trim_end_matches(['"', '\'']);
    if head.trim() == "[keys." {
        // The table ends where the next one begins, or with the file; blank lines and comments belong to that.
        let rest = text.get(start..)?;
        let end = rest.find("\n[").map_or(text.len(), |at| start + at + 1);
        let own: &str = text.get(start..end)?;
        let kept: usize = own.split_inclusive('\n').map(str::len).sum();
        let behind: usize = own
            .split_inclusive('\n')
            .rev()
            .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
            .map(str::len)
            .sum();
        let at = start + kept - behind;
        let lead = if text.get(..at)?.ends_with('\n') { "" } else { ending };
        let table = format!("{lead}{ending}[keys.{key}]{ending}{}{ending}", fields.join(ending));
        return Some(edit(file, (Span::at(at), table)));
    }
    let rest = text.get(start..)?;
    let end = start + rest.find('\n').unwrap_or(rest.len());
    let entry = text.get(start..end)?.trim_end();
    if !head.trim().is_empty() || !entry.ends_with('}') {
        return None;
    }
    let at = start + entry.len();
    Some(edit(file, (Span::at(at), format!("{ending}{key} = {{ {} }}", fields.join(", ")))))
}

fn fields(wanted: &NewKey, service: &Service) -> Vec<(&'static str, String)> {
    let entry = &wanted.entry;
    let mut fields = Vec::new();
    match wanted.kind {
        Kind::Secret => fields.push(("kind", "secret".to_owned())),
        Kind::Public => fields.push(("kind", "public".to_owned())),
        Kind::Config | Kind::Build | Kind::Platform => {}
    }
    fields.push(("service", service.name.value.clone()));
    let named = match &entry.value_type {
        Some(ValueType::Int { .. }) => Some("int"),
        Some(ValueType::Float) => Some("float"),
        Some(ValueType::Bool) => Some("bool"),
        Some(ValueType::Url { .. }) => Some("url"),
        Some(ValueType::Port) => Some("port"),
        _ => None,
    };
    fields.extend(named.map(|name| ("type", name.to_owned())));
    if entry.is_required {
        fields.push(("required", "deployed".to_owned()));
    }
    if let Some(default) = entry.default.as_ref().filter(|_| !entry.is_secret) {
        fields.push(("default", default.reveal().to_owned()));
    }
    fields.extend(entry.about.clone().map(|about| ("about", about)));
    fields
}
