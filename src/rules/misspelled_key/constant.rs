//! Names that code gives to constants, which take their values from variables of other names.

use crate::fact::{Fact, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::text::FileId;

/// Whether `key` is in code the name of a constant alone, and one takes its value from a key that `key` may be meant for
/// (`ADMIN_URL = env("APP_ADMIN_URL")`): who names the constant reads no variable of its name.
pub(super) fn is_one(index: &Index, key: &KeyName) -> bool {
    let is_python = |file: FileId| index.path(file).name().ends_with(".py");
    let is_filled = |read: &Fact| {
        let Some(file) = index.files.get(read.file).filter(|_| is_python(read.file)) else { return false };
        let before = file.text.get(..read.span.range().start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let name = line.split_once('=').map_or("", |(name, _)| name.split(':').next().unwrap_or(name));
        name.trim_end() == key.as_str()
    };
    !index.is_read(key)
        && !index.is_referenced(key)
        && !index.hides_read_here(key)
        && !index.facts_of(key).any(|fact| matches!(fact.role, Role::Reads(_) | Role::Observed))
        && index.mentions_of(key).all(|at| is_python(at.file))
        && index.unset_reads_near(key).into_iter().any(is_filled)
}
