//! Volumes whose names end in a variable, of which the file lists some.

use std::collections::BTreeSet;

use super::is_name;
use crate::fact::ComposeFile;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// Reports volumes that are named by a variable and listed without its value, or for some numbers: keys of a section are
/// not interpolated, so that compose refuses each other value.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, file: FileId, compose: &ComposeFile) {
    let own = compose.resources.iter().filter(|resource| resource.kind == "volume");
    let listed: BTreeSet<&str> = own.map(|resource| resource.key.as_str()).collect();
    let mut told = BTreeSet::new();
    for service in &compose.services {
        for mount in &service.mounts {
            let Some((base, variable)) = ending(&mount.source) else { continue };
            let Some(bare) = listed.get(base) else { continue };
            let is_numbered = |name: &str| {
                name.strip_prefix(base).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
            };
            // Who lists a few words, in whichever file, has listed what the variable may be.
            let all = index.all_composes().flat_map(|(_, compose)| &compose.resources);
            let mut volumes = all.filter(|one| one.kind == "volume").map(|one| one.key.as_str());
            if volumes.any(|name| name != *bare && name.starts_with(base) && !is_numbered(name)) {
                continue;
            }
            if !told.insert(base) {
                continue;
            }
            reporter
                .report(
                    format!(
                        "`{}` uses the volume `{}`, which the file lists for some values of `{variable}` only",
                        *service.name, *mount.source
                    ),
                    Location::new(file, mount.source.span),
                    "no such name below where the variable is set",
                )
                .why("compose refuses the whole file with any value that is not listed: names of volumes are not interpolated where they are listed")
                .help(format!(
                    "write `{base}`: each project has volumes of its own; or give the volume a `name:` with the variable"
                ));
        }
    }
}

/// The text before the variable that ends a source, and the variable, which is nothing if it is not set.
fn ending(source: &str) -> Option<(&str, &str)> {
    let (base, rest) = source.split_once("${")?;
    let inner = rest.strip_suffix('}')?;
    let name = inner.trim_end_matches(":-").trim_end_matches('-');
    let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_plain && is_name(base)).then_some((base, name))
}
