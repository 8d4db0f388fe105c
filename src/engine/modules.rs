//! Modules of Python that values name, and that are not in the package that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::ignores::Ignores;
use super::manuals::MARKS;
use crate::fact::{Fact, Value};
use crate::index::Index;
use crate::key::{KeyName, SETTINGS_MODULE};
use crate::system::System;
use crate::text::TreePath;

/// The modules of settings that the tree names and has not, though it has their package; each with the modules that
/// are known in it. What an ignore file names may be made elsewhere.
pub(super) fn missing(
    index: &Index,
    system: &dyn System,
    ignores: &mut Ignores<'_>,
) -> BTreeMap<String, BTreeSet<String>> {
    let key = KeyName::new(SETTINGS_MODULE);
    let values = index.facts_of(&key).filter_map(Fact::value);
    let named: BTreeSet<&str> = values.filter_map(Value::plain).map(str::trim).collect();
    let mut found = BTreeMap::new();
    for dotted in named {
        let Some((package, module)) = dotted.rsplit_once('.') else { continue };
        if !dotted.split('.').all(|part| KeyName::new(part).is_identifier()) {
            continue;
        }
        let package = package.replace('.', "/");
        let is_of_package = |folder: &str| {
            folder.strip_suffix(&package).is_some_and(|above| above.is_empty() || above.ends_with('/'))
        };
        let mut known: BTreeMap<TreePath, BTreeSet<String>> = BTreeMap::new();
        for file in index.files.iter() {
            if let Some(name) = file.path.name().strip_suffix(".py")
                && is_of_package(file.path.folder().within_root())
            {
                let names = known.entry(file.path.folder()).or_default();
                names.extend((name != "__init__").then(|| name.to_owned()));
            }
        }
        let mut is_there = |folder: &TreePath| {
            let own = [format!("{module}.py"), format!("{module}/__init__.py")];
            let is_there = own
                .iter()
                .filter_map(|name| folder.join(name))
                .any(|path| system.exists(&path) || ignores.name(&path));
            // Whoever sets the project up makes it from its example.
            let examples = MARKS.iter().chain(&["skel"]).flat_map(|mark| {
                [".", "_", "-"]
                    .map(|sign| format!("{module}{sign}{mark}.py"))
                    .into_iter()
                    .chain([format!("{module}.py.{mark}"), format!("{mark}_{module}.py")])
            });
            is_there || examples.filter_map(|name| folder.join(&name)).any(|path| system.exists(&path))
        };
        if !known.is_empty() && !known.keys().any(&mut is_there) {
            found.insert(dotted.to_owned(), known.into_values().flatten().collect());
        }
    }
    found
}
