//! The matrix declares the key.

use super::NewKey;
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::matrix::{Kind, MatrixOrigin, Service};
use crate::rule::repair::edit;
use crate::syntax::yaml::edit::{Edits, scalar};
use crate::text::{FileId, line_ending};
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

fn in_yaml(
    index: &Index,
    file: FileId,
    wanted: &NewKey,
    service: &Service,
) -> Option<crate::diagnostic::Edit> {
    let source = index.files.get(file)?;
    if source.path.name().ends_with(".toml") {
        return None;
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
