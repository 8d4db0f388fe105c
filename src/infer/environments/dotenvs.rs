//! Environments by dotenv files.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use super::Drafts;
use super::words::by_name;
use crate::fact::{ComposeFile, DotenvFile};
use crate::infer::{Tree, whole};
use crate::matrix::{EnvSource, Said, Service, Tier};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{SourceFile, TreePath};

/// Marks of files that show how to write the real one.
const MARKS: &[&str] = &["example", "sample", "template", "dist", "defaults", "default", "tmpl", "tpl"];

pub(super) fn add(tree: &Tree<'_>, services: &BTreeMap<String, Service>, drafts: &mut Drafts) {
    let given = given_by_compose(tree);
    let mut by_root: HashMap<&TreePath, Vec<&str>> = HashMap::default();
    for service in services.values() {
        if let Some(root) = &service.root {
            by_root.entry(&root.value).or_default().push(&service.name.value);
        }
    }
    let mut seen: BTreeSet<TreePath> = BTreeSet::new();
    // A file that is there tells more than its example.
    let mut found: Vec<(&SourceFile, &DotenvFile)> = tree.dotenvs().collect();
    found.sort_by(|(a, one), (b, other)| (one.is_example, &a.path).cmp(&(other.is_example, &b.path)));
    for (file, dotenv) in found {
        let Some((path, environment)) = supplied_by(file, dotenv) else { continue };
        // What compose gives to its services need not be told again.
        if given.contains(&path) || given.contains(&file.path) || path.root_name().is_some() {
            continue;
        }
        let Some(readers) = readers(&path.folder(), services.len(), &by_root) else { continue };
        if seen.insert(path.clone()) {
            let at = whole(file.id);
            let services = readers.into_iter().map(|name| Said::at(name, at)).collect();
            drafts.add(environment, EnvSource::Dotenv { file: Said::at(path, at), services }, Some(at));
        }
    }
}

/// The file that programs read, and the environment that they read it in; `None` where it is none that is known.
fn supplied_by(file: &SourceFile, dotenv: &DotenvFile) -> Option<(TreePath, (&'static str, Tier))> {
    let environment = match dotenv.environment.as_deref() {
        Some(word) => by_name(word)?,
        None => ("local", Tier::Local),
    };
    Some((live_path(&file.path, dotenv)?, environment))
}

/// Whether a dotenv file supplies the service in whose folder it lies. `is_given` tells whether compose gives any of some
/// paths to a service.
pub(in crate::infer) fn is_source(
    file: &SourceFile,
    dotenv: &DotenvFile,
    is_given: impl FnOnce(&[&TreePath]) -> bool,
) -> bool {
    // At the root it is for all services, whichever there are.
    let is_for_all = file.path.folder().within_root().is_empty();
    let path = supplied_by(file, dotenv).map(|(path, _)| path);
    path.is_some_and(|path| !is_for_all && path.root_name().is_none() && !is_given(&[&path, &file.path]))
}

/// The services that a dotenv file in `folder` is for: all at the root, one in the folder of a service; `None`
/// for files that are for somebody else.
fn readers(folder: &TreePath, all: usize, by_root: &HashMap<&TreePath, Vec<&str>>) -> Option<Vec<String>> {
    let here = by_root.get(folder).map_or(&[] as &[&str], Vec::as_slice);
    if folder.within_root().is_empty() || here.len() == all {
        return Some(Vec::new());
    }
    (!here.is_empty()).then(|| here.iter().map(|name| (*name).to_owned()).collect())
}

/// The file that programs read: for an example the one that people make from it.
pub(in crate::infer) fn live_path(path: &TreePath, dotenv: &DotenvFile) -> Option<TreePath> {
    if !dotenv.is_example {
        return Some(path.clone());
    }
    let mut name = path.name().to_owned();
    for mark in MARKS {
        if !name.contains(mark) {
            continue;
        }
        for joint in ['.', '-', '_'] {
            name = name.replace(&format!("{joint}{mark}"), "");
        }
        if let Some(rest) = name.strip_prefix(&format!("{mark}.")) {
            name = rest.to_owned();
        }
    }
    if matches!(name.as_str(), "env" | "") {
        name = ".env".to_owned();
    }
    path.folder().join(&format!("./{name}"))
}

/// Files that some compose service is given (`env_file`), and the `.env` beside a compose file below the root,
/// which is for compose alone.
fn given_by_compose(tree: &Tree<'_>) -> BTreeSet<TreePath> {
    let mut given: BTreeSet<TreePath> =
        tree.composes().flat_map(|(file, compose)| given_by(&file.path, compose)).collect();
    // At the root it is what every tool loads, whoever is given it besides.
    given.remove(&TreePath::root(None).join(".env").unwrap_or_else(|| TreePath::root(None)));
    given
}

/// Those of one compose file.
pub(in crate::infer) fn given_by<'a>(
    path: &TreePath,
    compose: &'a ComposeFile,
) -> impl Iterator<Item = TreePath> + use<'a> {
    let folder = path.folder();
    let beside = (!folder.within_root().is_empty()).then(|| folder.join(".env")).flatten();
    let entries = compose.services.iter().flat_map(|service| &service.env_files);
    entries.filter_map(move |entry| folder.join(&expand_defaults(&entry.path)?)).chain(beside)
}
