//! Dotenv files that people make from examples and that a `.dockerignore` keeps out of the image.

use std::collections::BTreeSet;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::decode;
use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

/// What bundlers load while they build for production, and compose beside its file.
const NAMES: &[&str] = &[".env", ".env.local", ".env.production", ".env.production.local"];

/// The contexts of builds, each with a folder that has an example, or a configuration of Prisma, and whose dotenv files
/// never get into the image.
pub(super) fn kept_out(index: &Index, system: &dyn System) -> BTreeSet<(TreePath, TreePath)> {
    let mut contexts: BTreeSet<TreePath> =
        index.sites().iter().filter_map(|site| index.context_of(site)).collect();
    // Prisma's commands take what lies beside its configuration.
    let configs = index.prisma_folders();
    if !configs.is_empty() {
        contexts.extend(index.dockerfiles().flat_map(|(file, _)| index.contexts_of(file).0));
    }
    let mut found = BTreeSet::new();
    if contexts.is_empty() {
        return found;
    }
    for context in contexts {
        let examples = index.files.below(&context).filter(|file| index.is_example(file.id));
        let configs = configs.iter().filter(|folder| folder.is_below(&context));
        let folders: BTreeSet<TreePath> =
            examples.map(|file| file.path.folder()).chain(configs.cloned()).collect();
        let Some(globs) = Some(&context).filter(|_| !folders.is_empty()).and_then(|at| globs(at, system))
        else {
            continue;
        };
        for folder in folders {
            let below = folder.within_root().strip_prefix(context.within_root()).unwrap_or("");
            let below = below.trim_start_matches('/');
            let is_out = NAMES.iter().all(|name| {
                let path = if below.is_empty() { (*name).to_owned() } else { format!("{below}/{name}") };
                globs.matched_path_or_any_parents(&path, false).is_ignore()
            });
            if is_out {
                found.insert((context.clone(), folder));
            }
        }
    }
    found
}

/// The `.dockerignore` of a context. Its patterns are those of Go's `filepath.Match` with `**`, and begin at the root of
/// the context. Source: "`.dockerignore` files", Docker's documentation of build contexts.
fn globs(context: &TreePath, system: &dyn System) -> Option<Gitignore> {
    let text = context.join(".dockerignore").and_then(|path| system.read(&path).ok()).map(decode)?;
    let mut globs = GitignoreBuilder::new("");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (sign, pattern) = match line.strip_prefix('!') {
            Some(pattern) => ("!", pattern.trim()),
            None => ("", line),
        };
        let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
        // What is no pattern keeps nothing out.
        let _ = globs.add_line(None, &format!("{sign}/{pattern}"));
    }
    globs.build().ok()
}
