//! Which tree is checked, and where its matrix is.

use std::path::{Path, PathBuf};

use super::arguments::Tree;
use super::failure::Failure;
use super::select::closest;
use crate::engine::{Asked, SettingsFrom};
use crate::matrix::matrix_paths;
use crate::system::{OsSystem, PathKind, Upward, file_names, path_kind, upward};
use crate::text::TreePath;

/// The name under which a matrix from outside of the tree appears in it.
const MATRIX_ROOT: &str = "matrix";

/// The name under which settings from outside of the tree appear in it.
const SETTINGS_ROOT: &str = "settings";

/// A tree that is ready to be read.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) system: OsSystem,
    /// The matrix and the settings that the operator named.
    pub(super) asked: Asked,
    /// The folder that findings must touch, if it is not the whole tree.
    pub(super) below: Option<TreePath>,
    /// The root as the operator would spell it.
    pub(super) root: PathBuf,
}

/// Finds and opens the tree that the arguments ask for.
pub(super) fn open(tree: &Tree) -> Result<Opened, Failure> {
    let start = tree.path.as_deref().unwrap_or(Path::new("."));
    check_folder(start, tree.path.is_some())?;
    let above = upward(start)?;
    // A matrix that the operator names says nothing about where the tree begins.
    let with_matrix = if tree.matrix.matrix.is_some() {
        None
    } else {
        above.folders.iter().position(|folder| has_matrix(folder))
    };
    let steps = match (with_matrix, &tree.path) {
        (Some(steps), None) => steps,
        (Some(steps), Some(_)) if steps == 0 || above.in_repository => steps,
        (_, Some(_)) => 0,
        (None, None) if above.in_repository => above.folders.len() - 1,
        (None, None) => 0,
    };
    let root = above.folders.get(steps).cloned().unwrap_or_else(|| start.to_owned());
    let below = match &tree.path {
        Some(_) if steps > 0 => above.folders.first().and_then(|folder| inside(&root, folder)),
        _ => None,
    };
    let mut system = OsSystem::new(&root, &named_roots(tree)?)?;
    let mut asked = Asked::default();
    if let Some(path) = &tree.matrix.matrix {
        let (with_matrix, path) = mount_matrix(system, &root, path, &tree.roots)?;
        system = with_matrix;
        asked.matrix = Some(path);
    }
    if tree.team.isolated {
        asked.settings = SettingsFrom::Nowhere;
    } else if let Some(path) = &tree.team.config {
        let (with_settings, path) = mount_settings(system, &root, path, &tree.roots)?;
        system = with_settings;
        asked.settings = SettingsFrom::File(path);
    }
    Ok(Opened { system, asked, below, root: spelled(start, steps, &above) })
}

/// Whether a matrix or settings would be found in the tree below `folder`.
fn has_matrix(folder: &Path) -> bool {
    let names = |folder: &Path| file_names(folder).unwrap_or_default();
    let within = names(&folder.join("envs")).into_iter().map(|name| format!("envs/{name}"));
    let paths: Vec<TreePath> = names(folder)
        .into_iter()
        .chain(within)
        .filter_map(|path| TreePath::root(None).join(&format!("./{path}")))
        .collect();
    !matrix_paths(&paths, None).is_empty()
}

/// The root as a path from where the operator stands: `start`, and `steps` folders up.
fn spelled(start: &Path, steps: usize, above: &Upward) -> PathBuf {
    if steps == 0 {
        return start.to_owned();
    }
    if start.is_absolute() {
        return above.folders.get(steps).cloned().unwrap_or_else(|| start.to_owned());
    }
    let up: PathBuf = std::iter::repeat_n("..", steps).collect();
    if start == Path::new(".") { up } else { start.join(up) }
}

/// Refuses a path that is no folder.
fn check_folder(path: &Path, was_named: bool) -> Result<(), Failure> {
    let shown = path.display();
    match path_kind(path) {
        PathKind::Folder => Ok(()),
        PathKind::File => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).display();
            Err(Failure::with_help(
                format!("`{shown}` is a file, and one file alone cannot be compared with anything"),
                format!("name the folder of the project: `envcheck {folder}`"),
            ))
        }
        PathKind::Missing => {
            let message = format!("there is no folder `{shown}`");
            let commands = super::usage::command();
            let names = commands.get_subcommands().map(clap::Command::get_name);
            match path.to_str().filter(|_| was_named).and_then(|word| closest(word, names)) {
                Some(name) => {
                    let help =
                        format!("for the command, write `envcheck {name}`, with its options behind it");
                    Err(Failure::with_help(message, help))
                }
                None => Err(Failure::new(message)),
            }
        }
    }
}

/// `path`, a real path, as a path in the tree below `root`; `None` if it lies elsewhere.
pub(super) fn inside(root: &Path, path: &Path) -> Option<TreePath> {
    let text = path.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    TreePath::root(None).join(&format!("./{text}"))
}

/// Reads `NAME=PATH`.
pub(super) fn named_root(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("it has the form NAME=PATH")?;
    let is_name = name.len() > 1
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_name {
        return Err("a name has at least two characters, of letters, digits, `-` and `_`".to_owned());
    }
    if path.is_empty() {
        return Err("the path is empty".to_owned());
    }
    Ok((name.to_owned(), PathBuf::from(path)))
}

fn named_roots(tree: &Tree) -> Result<Vec<(String, PathBuf)>, Failure> {
    for (position, (name, path)) in tree.roots.iter().enumerate() {
        if tree.roots[..position].iter().any(|(other, _)| other == name) {
            return Err(Failure::new(format!("the root `{name}` is named twice (--root)")));
        }
        if path_kind(path) != PathKind::Folder {
            let message = format!("there is no folder `{}` (--root {name}=...)", path.display());
            return Err(Failure::new(message));
        }
    }
    Ok(tree.roots.clone())
}

/// Makes the matrix at `path` readable, and tells what the tree calls it.
fn mount_matrix(
    system: OsSystem,
    root: &Path,
    path: &Path,
    roots: &[(String, PathBuf)],
) -> Result<(OsSystem, TreePath), Failure> {
    let kind = path_kind(path);
    let folder = match kind {
        PathKind::Missing => {
            let message = format!("there is no matrix at `{}`", path.display());
            return Err(Failure::with_help(message, "--matrix and ENVCHECK_MATRIX name a file or a folder"));
        }
        PathKind::Folder => path.to_owned(),
        PathKind::File => match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        },
    };
    let real = upward(&folder)?.folders.into_iter().next().unwrap_or(folder);
    let name = if kind == PathKind::File { path.file_name().and_then(|name| name.to_str()) } else { None };
    let at = name.map_or_else(|| real.clone(), |name| real.join(name));
    if let Some(path) = inside(root, &at) {
        return Ok((system, path));
    }
    check_free(MATRIX_ROOT, "the matrix that --matrix names", roots)?;
    // `matrix.yaml` has its environments in the files beside it; any other file stands alone.
    let has_siblings = name.is_none_or(|name| name.starts_with("matrix."));
    let files = match name {
        Some(name) if !has_siblings => vec![name.to_owned()],
        _ => file_names(&real)?.into_iter().filter(|name| is_matrix_file(name)).collect(),
    };
    let tree_path = TreePath::root(Some(MATRIX_ROOT));
    let tree_path = name.and_then(|name| tree_path.join(&format!("./{name}"))).unwrap_or(tree_path);
    Ok((system.with_files(MATRIX_ROOT, &real, files)?, tree_path))
}

/// Makes the settings at `path` readable, and tells what the tree calls them.
fn mount_settings(
    system: OsSystem,
    root: &Path,
    path: &Path,
    roots: &[(String, PathBuf)],
) -> Result<(OsSystem, TreePath), Failure> {
    let missing = || {
        let message = format!("there is no file `{}`", path.display());
        Failure::with_help(message, "--config and ENVCHECK_CONFIG name the file of the settings")
    };
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(missing)?;
    if path_kind(path) != PathKind::File {
        return Err(missing());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = upward(folder)?.folders.into_iter().next().unwrap_or_else(|| folder.to_owned());
    if let Some(path) = inside(root, &real.join(name)) {
        return Ok((system, path));
    }
    check_free(SETTINGS_ROOT, "the settings that --config names", roots)?;
    let tree_path = TreePath::root(Some(SETTINGS_ROOT)).join(&format!("./{name}")).ok_or_else(missing)?;
    Ok((system.with_files(SETTINGS_ROOT, &real, vec![name.to_owned()])?, tree_path))
}

/// Refuses a root that has the name of something else.
fn check_free(name: &str, holder: &str, roots: &[(String, PathBuf)]) -> Result<(), Failure> {
    if roots.iter().any(|(other, _)| other == name) {
        let message = format!("the root `{name}` is taken by {holder}");
        return Err(Failure::with_help(message, "give the other root another name"));
    }
    Ok(())
}

fn is_matrix_file(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yaml" | "yml" | "toml"))
}
