//! Folders with examples of compose files, which people copy and which nobody reads: `compose.override.yml.example`.

use std::collections::BTreeSet;

use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

const NAMES: &[&str] = &["compose", "docker-compose", "compose.override", "docker-compose.override"];
const SAMPLES: &[&str] = &["example", "sample", "dist", "template"];

/// Of the folders whose compose files a command may use, those with an example beside: services may stand there alone.
pub(super) fn folders(index: &Index, system: &dyn System) -> BTreeSet<TreePath> {
    let mut folders = BTreeSet::new();
    for (file, folder, script) in index.placed_commands() {
        let mut naming = script.compose_calls.iter().filter(|call| !call.services.is_empty()).peekable();
        if naming.peek().is_none() {
            continue;
        }
        for start in index.starts_of(file, folder).unwrap_or_default() {
            let named = naming.clone().flat_map(|call| &call.files);
            folders.extend(named.filter_map(|file| Some(start.join(file)?.folder())));
            folders.insert(start);
        }
    }
    folders.retain(|folder| {
        NAMES.iter().any(|name| {
            let endings =
                ["yml", "yaml"].iter().flat_map(|ending| SAMPLES.iter().map(move |sample| (ending, sample)));
            endings
                .filter_map(|(ending, sample)| folder.join(&format!("{name}.{ending}.{sample}")))
                .any(|path| system.exists(&path))
        })
    });
    folders
}
