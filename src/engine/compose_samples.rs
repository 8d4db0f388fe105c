//! Folders with examples of compose files, which people copy and which nobody reads: `compose.override.yml.example`.

use std::collections::BTreeSet;

use crate::fact::CommandFile;
use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

const NAMES: &[&str] = &["compose", "docker-compose", "compose.override", "docker-compose.override"];
const SAMPLES: &[&str] = &["example", "sample", "dist", "template"];

/// Of the folders whose compose files a command may use, those with an example beside: services may stand there alone.
pub(super) fn folders(index: &Index, system: &dyn System) -> BTreeSet<TreePath> {
    let mut folders = BTreeSet::new();
    let mut note = |start: &TreePath, script: &CommandFile| {
        for call in &script.compose_calls {
            folders.insert(start.clone());
            folders.extend(call.files.iter().filter_map(|file| Some(start.join(file)?.folder())));
        }
    };
    for (file, script) in index.scripts() {
        let path = index.path(file);
        note(&path.folder(), script);
        note(&TreePath::root(path.root_name()), script);
    }
    for (file, workflow) in index.workflows() {
        let root = TreePath::root(index.path(file).root_name());
        for step in workflow.scripts().filter(|step| !step.does.compose_calls.is_empty()) {
            let folder = step.folder.as_ref().and_then(|folder| root.join(&folder.value));
            note(folder.as_ref().unwrap_or(&root), &step.does);
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
