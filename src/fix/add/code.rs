//! The code of a service learns of the key: the settings class, struct or schema that declares its keys.

use super::{NewKey, go, is_read_by, python, reads, rust, typescript};
use crate::diagnostic::Edit;
use crate::fact::{Role, SettingsClass};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::matrix::{Kind, Service};
use crate::text::SourceFile;

/// Adds the key to what declares the keys of a service's code, where exactly one can be meant.
pub(super) fn declare(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) {
    let key = &wanted.entry.key;
    if is_read_by(index, service, key) {
        return;
    }
    let is_public = wanted.kind == Kind::Public;
    let is_done = !is_public && in_class(index, wanted, service, plan)
        || typescript::in_schema(index, wanted, service, plan)
        || !is_public && reads::add(index, wanted, service, plan);
    if is_done || is_public {
        return;
    }
    plan.leave(
        "",
        format!("read `{key}` in the code of `{}`: no settings class was found", service.name.value),
    );
}

/// A text between double quotes, as Python, Rust, Go and HCL write it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Whether a file belongs to the code of a service.
pub(super) fn is_code_of(index: &Index, service: &Service, file: &SourceFile) -> bool {
    let is_own = match index.matrix.service_at(&file.path) {
        Some(owner) => owner.name.value == service.name.value,
        None => index.matrix.services.len() == 1,
    };
    is_own && !crate::fact::is_aside(&file.path)
}

/// Adds a field to a settings class or struct; whether there is one.
fn in_class(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) -> bool {
    let key = &wanted.entry.key;
    let classes: Vec<(&SourceFile, &SettingsClass)> = index
        .settings_files()
        .filter_map(|(file, classes)| Some((index.files.get(file)?, classes)))
        .filter(|(file, _)| is_code_of(index, service, file))
        .flat_map(|(file, classes)| classes.iter().map(move |class| (file, class)))
        .filter(|(_, class)| key.starts_with(class.prefix.as_str()))
        .collect();
    // A class with a prefix of its own is the better place; one that every key fits is the usual one.
    let longest = classes.iter().map(|(_, class)| class.prefix.len()).max().unwrap_or(0);
    let best: Vec<_> = classes.iter().filter(|(_, class)| class.prefix.len() == longest).collect();
    let most = best.iter().max_by_key(|(file, class)| fields_of(index, file, class));
    let Some((file, class)) = most else { return false };
    let place = format!("{}:{}", file.path, file.line_column(class.name.span.start).line);
    let what = format!("add the field of `{key}` to `{}`", class.name.value);
    let is_clear = best.len() == 1
        || longest == 0 && {
            let most = fields_of(index, file, class);
            best.iter().filter(|(file, class)| fields_of(index, file, class) * 2 > most).count() == 1
        };
    let one = |edit: Option<Edit>| edit.map(|edit| vec![edit]);
    let added: Option<Vec<Edit>> = match file.path.name().rsplit_once('.') {
        Some((_, "py")) if is_clear => one(python::field(file, class, wanted)),
        Some((_, "rs")) if is_clear => rust::field(index, file, class, wanted, plan),
        Some((_, "go")) if is_clear => go::field(file, class, wanted),
        _ => None,
    };
    match added {
        Some(edits) => plan.step(index, what, edits),
        None => plan.leave(place, what),
    }
    true
}

/// How many keys a class reads.
fn fields_of(index: &Index, file: &SourceFile, class: &SettingsClass) -> usize {
    let of_class = |role: &Role| matches!(role, Role::Reads(read) if read.settings.as_deref() == Some(class.name.value.as_str()));
    index.facts_in(file.id).filter(|fact| of_class(&fact.role)).count()
}

/// A comment of one line about the key.
pub(super) fn about(wanted: &NewKey) -> Option<String> {
    let about = wanted.entry.about.as_ref()?;
    Some(about.split_whitespace().collect::<Vec<_>>().join(" ").replace("*/", "* /"))
}
