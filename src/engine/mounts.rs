//! What compose files mount from the tree and nobody has, with what stands in its place.

use std::collections::{BTreeMap, BTreeSet};

use super::ignores::Ignores;
use super::manuals;
use super::unmade::is_there;
use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

/// In how many folders a path is looked for; honest trees have fewer at the top.
const MOST_FOLDERS: usize = 256;

/// The paths that compose files mount, at which nothing stands and which no ignore file names, each with the only path
/// at which something of that name, or of nearly that name beside it, stands; and first scripts of databases that lie
/// nowhere and that no manual tells of.
pub(super) fn absent(
    index: &Index,
    system: &dyn System,
    ignores: &mut Ignores<'_>,
) -> BTreeMap<TreePath, Option<TreePath>> {
    let mut found: BTreeMap<TreePath, Option<TreePath>> = BTreeMap::new();
    let mut asked = BTreeSet::new();
    for site in index.sites() {
        let folder = index.path(site.file).folder();
        for mount in index.compose_service(site).map_or(&[] as &[_], |service| &service.mounts) {
            let written = mount.source.value.as_str();
            if !written.starts_with("./") && !written.starts_with("../") || written.contains('$') {
                continue;
            }
            let Some(wanted) = folder.join(written) else { continue };
            if wanted.name().is_empty() || !asked.insert(wanted.clone()) {
                continue;
            }
            if is_there(index, system, &wanted) || ignores.name(&wanted) {
                continue;
            }
            let instead = instead(index, system, &folder, written, &wanted);
            if instead.is_some() || mount.is_first_script() {
                found.insert(wanted, instead);
            }
        }
    }
    // Who tells people to lay a file there knows that it is not there.
    let alone = found.iter().filter(|(_, instead)| instead.is_none());
    let told = manuals::naming(system, alone.map(|(wanted, _)| wanted.name().to_owned()).collect());
    found.retain(|wanted, instead| instead.is_some() || !told.contains(wanted.name()));
    found
}

/// What stands nearby instead of a path that is written in a file of this folder.
fn instead(
    index: &Index,
    system: &dyn System,
    folder: &TreePath,
    written: &str,
    wanted: &TreePath,
) -> Option<TreePath> {
    let beside = wanted.folder();
    let mut near = spellings(wanted.name()).into_iter().filter_map(|name| beside.join(&name));
    if let Some(near) = near.find(|path| system.exists(path)) {
        return Some(near);
    }
    let mut bare = written;
    while let Some(rest) = bare.strip_prefix("./").or_else(|| bare.strip_prefix("../")) {
        bare = rest;
    }
    let mut bases = BTreeSet::new();
    let mut above = folder.clone();
    while !above.within_root().is_empty() {
        above = above.folder();
        bases.insert(above.clone());
    }
    bases.extend(folders_at_top(index, folder));
    let mut there = bases.iter().filter_map(|base| base.join(bare)).filter(|path| system.exists(path));
    there.next().filter(|_| there.next().is_none())
}

/// A name with the other ending of YAML, and with the other sign between its words.
fn spellings(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (one, other) in [(".yaml", ".yml"), (".yml", ".yaml")] {
        found.extend(name.strip_suffix(one).map(|stem| format!("{stem}{other}")));
    }
    for (one, other) in [('-', "_"), ('_', "-")] {
        if name.contains(one) {
            found.push(name.replace(one, other));
        }
    }
    found
}

/// The folders in `folder` that hold files which were read, and those in them.
fn folders_at_top(index: &Index, folder: &TreePath) -> BTreeSet<TreePath> {
    let depth = folder.parts().count();
    let mut found = BTreeSet::new();
    for file in index.files.below(folder) {
        let mut at = file.path.folder();
        while at.parts().count() > depth + 2 {
            at = at.folder();
        }
        while at.parts().count() > depth {
            if found.len() >= MOST_FOLDERS {
                return found;
            }
            let above = at.folder();
            found.insert(std::mem::replace(&mut at, above));
        }
    }
    found
}
